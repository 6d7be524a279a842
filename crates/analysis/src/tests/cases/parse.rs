//! From a case's JSON to what runs it.

use std::sync::Arc;

use serde_json::Value;

use super::super::definitions::{chain, flag, name, number, text, texts};
use crate::definition::{Configured, Parts, RegexFlags};
use crate::{Analyzer, Normalizer, predefined, predefined_normalizer};

/// What runs a case, or the component that it waits for.
pub(super) enum Runs {
    With(Arc<Analyzer>),
    Normalizing(Arc<Normalizer>),
    Not(String),
}

pub(super) fn runs(case: &Value) -> Runs {
    if let Some(name) = case["analyzer"].as_str() {
        return match predefined(name) {
            // The dictionary for Thai is another one than Lucene's, but knows the words of the cases.
            Some(found) if found.approximation.is_none() || name == "th.lucene" => Runs::With(found.analyzer),
            Some(_) | None => Runs::Not(name.to_owned()),
        };
    }
    if case["analyzer"].is_object() {
        return configured(&case["analyzer"]);
    }
    if let Some(name) = case["normalizer"].as_str() {
        return predefined_normalizer(name)
            .map_or(Runs::Not(format!("normalizer {name}")), Runs::Normalizing);
    }
    match chain(case) {
        Ok(chain) => {
            Runs::With(Arc::new(chain.build("case").unwrap_or_else(|error| panic!("{case}: {error}"))))
        }
        Err(component) => Runs::Not(component),
    }
}

fn configured(value: &Value) -> Runs {
    let stopwords = texts(value, "stopwords");
    let definition = match name(value) {
        "standard.lucene" => {
            Configured::Standard { max_token_length: number(value, "maxTokenLength", 255), stopwords }
        }
        "stop" => Configured::Stop { stopwords },
        "pattern" => Configured::Pattern {
            lowercase: flag(value, "lowercase", true),
            pattern: text(value, "pattern", r"\W+"),
            flags: RegexFlags::default(),
            stopwords,
        },
        other => return Runs::Not(other.to_owned()),
    };
    Runs::With(Arc::new(definition.build_of(&mut Parts::default(), "case").unwrap()))
}
