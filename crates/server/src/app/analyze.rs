//! What becomes of a text, for people who define analyzers.

use std::cell::Cell;
use std::sync::Arc;

use lazuli_analysis::{Analyzer, Normalizer, Scratch, Token};
use lazuli_catalog::analysis::{Analyses, BuildProblem};
use lazuli_platform::cancel::Cancel;
use lazuli_wire::analyze::{AnalyzeRequest, AnalyzeResult, AnalyzedToken};

use super::App;
use super::definitions::{Entry, Indexes};
use crate::error::{self, Error};

/// Bytes of one answer's tokens. Ours: n-grams of a large text come to billions.
const ANSWER_MAX: usize = ANSWER_MEGABYTES << 20;
const ANSWER_MEGABYTES: usize = 64;

/// Bytes of a token in an answer beside its text: names, signs and three numbers of usual size.
const BESIDE_TEXT: usize = 75;

/// Analyses the text with what the request names.
pub(crate) async fn analyze(
    app: &App,
    entry: Arc<Entry<Indexes>>,
    request: AnalyzeRequest,
) -> Result<AnalyzeResult, Error> {
    app.read(move |cancel| {
        let tokens = match tool(&Analyses::of(&entry.definition), &request)? {
            Tool::Analyzer(analyzer) => tokens(&analyzer, &request.text, cancel)?,
            Tool::Normalizer(normalizer) => tokens(normalizer.analyzer(), &request.text, cancel)?,
        };
        Ok(AnalyzeResult { tokens })
    })
    .await
}

/// What a text is analysed with.
enum Tool {
    Analyzer(Arc<Analyzer>),
    Normalizer(Arc<Normalizer>),
}

/// The one of the three that the request names.
fn tool(analyses: &Analyses<'_>, request: &AnalyzeRequest) -> Result<Tool, Error> {
    let AnalyzeRequest { analyzer, tokenizer, token_filters, char_filters, normalizer, .. } = request;
    let both = |one: &str, other: &str| {
        let sentence = format!("The '{one}' and the '{other}' properties can't be set at the same time.");
        Err(error::analyze_request(&sentence))
    };
    let filters = [("tokenFilters", token_filters), ("charFilters", char_filters)];
    let built = match (given(analyzer), given(tokenizer), given(normalizer)) {
        (Some(_), Some(_), _) => return both("analyzer", "tokenizer"),
        (_, Some(_), Some(_)) => return both("normalizer", "tokenizer"),
        (Some(_), None, Some(_)) => return both("normalizer", "analyzer"),
        (None, None, None) => return Err(error::analyze_request(NOTHING_NAMED)),
        (None, Some(tokenizer), None) => {
            analyses.chain(tokenizer, token_filters, char_filters).map(Tool::Analyzer)
        }
        (analyzer, None, normalizer) => {
            if let Some((filters, _)) = filters.into_iter().find(|(_, list)| !list.is_empty()) {
                return both(filters, if analyzer.is_some() { "analyzer" } else { "normalizer" });
            }
            match (analyzer, normalizer) {
                (Some(analyzer), _) => analyses.analyzer(analyzer).map(Tool::Analyzer),
                (None, normalizer) => {
                    analyses.normalizer(normalizer.unwrap_or_default()).map(Tool::Normalizer)
                }
            }
        }
    };
    built.map_err(|problem| match problem {
        BuildProblem::NotYet { what } => error::not_yet(&what),
        BuildProblem::Unknown { .. } | BuildProblem::Unusable { .. } => {
            error::analyze_request(&problem.to_string())
        }
    })
}

/// Ours.
const NOTHING_NAMED: &str = "One of the 'analyzer', 'tokenizer' and 'normalizer' properties must be set.";

/// An empty name is none.
fn given(name: &Option<String>) -> Option<&str> {
    name.as_deref().filter(|name| !name.is_empty())
}

fn tokens(analyzer: &Analyzer, text: &str, cancel: &Cancel) -> Result<Vec<AnalyzedToken>, Error> {
    let (mut tokens, mut bytes, enough) = (Vec::new(), 0, Cell::new(false));
    let is_stopped = {
        let cancel = cancel.clone();
        move || cancel.check().is_err()
    };
    let mut scratch = Scratch::default().until(is_stopped);
    let analysed = analyzer.run_until(&enough, text, &mut scratch, &mut |token| {
        bytes += rendered_len(token.text) + BESIDE_TEXT;
        if bytes <= ANSWER_MAX {
            tokens.push(on_the_wire(token));
        }
        enough.set(bytes > ANSWER_MAX);
    });
    cancel.check().map_err(|cause| error::stopped(&cause))?;
    match analysed {
        _ if bytes > ANSWER_MAX => Err(error::too_many_tokens(ANSWER_MEGABYTES)),
        Ok(_) => Ok(tokens),
        Err(refused) => Err(error::analyze_request(&format!("The text cannot be analyzed: {refused}."))),
    }
}

/// Bytes of a string in JSON, at most: control characters are written as `\u0000`.
fn rendered_len(text: &str) -> usize {
    text.bytes().map(|byte| if byte < b' ' { 6 } else { 1 + usize::from(matches!(byte, b'"' | b'\\')) }).sum()
}

fn on_the_wire(token: &Token<'_>) -> AnalyzedToken {
    AnalyzedToken {
        token: token.text.to_owned(),
        start_offset: token.start,
        end_offset: token.end,
        position: token.position,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_end_at_a_size() {
        let analyzer = lazuli_analysis::predefined("whitespace").unwrap().analyzer;
        let count = |text: &str| tokens(&analyzer, text, &Cancel::never()).map(|tokens| tokens.len()).ok();
        // Each comes to 76 bytes, so 64 MB hold 883 011 of them.
        assert_eq!(count(&"a ".repeat(883_011)), Some(883_011));
        assert_eq!(count(&"a ".repeat(883_012)), None);
    }

    #[test]
    fn nobody_waits_for_what_is_cancelled() {
        let analyzer = lazuli_analysis::predefined("whitespace").unwrap().analyzer;
        let cancel = Cancel::never();
        cancel.cancel();
        assert!(tokens(&analyzer, &"a ".repeat(1000), &cancel).is_err());
    }

    #[test]
    fn strings_have_a_length_in_json() {
        for text in ["", "a", "é", "\"\\", "\u{1}\u{1f}"] {
            assert_eq!(rendered_len(text) + 2, serde_json::to_string(text).unwrap().len(), "{text:?}");
        }
    }
}
