//! Analysis components: custom analyzers, tokenizers, token filters, character filters and normalizers.
//!
//! A component's options are checked against the table of its type and filled in ([`table`]); then come the references:
//! an analyzer names a tokenizer and filters, a normalizer filters, a field one of both. A name refers to a component of the
//! index or to a predefined one ([`words`]). Regular expressions are not compiled here: that is for the analysis crate, once
//! it runs custom analyzers.

use std::collections::HashSet;

use lazuli_wire::indexes::{Component, Index};
use serde_json::{Map, Value};

use crate::error::{ComponentProblem, DefinitionError};
use crate::names::check_analysis_name;

mod options;
mod table;
mod words;

use options::Subject;
use table::ComponentType;

/// What every `@odata.type` of a component begins with.
const TYPE_PREFIX: &str = "#Microsoft.Azure.Search.";

const ANALYZER: &str = "analyzer";
const TOKENIZER: &str = "tokenizer";
const TOKEN_FILTER: &str = "token filter";
const CHAR_FILTER: &str = "char filter";
const NORMALIZER: &str = "normalizer";

/// All components of an index, completed.
#[derive(Debug, Default)]
pub(crate) struct Components {
    pub(crate) analyzers: Vec<Component>,
    pub(crate) tokenizers: Vec<Component>,
    pub(crate) token_filters: Vec<Component>,
    pub(crate) char_filters: Vec<Component>,
    pub(crate) normalizers: Vec<Component>,
}

/// The components of a definition by their kind, for whoever goes through all of them.
pub(crate) fn lists(index: &Index) -> [(&'static str, &[Component]); 5] {
    [
        (ANALYZER, &index.analyzers),
        (TOKENIZER, &index.tokenizers),
        (TOKEN_FILTER, &index.token_filters),
        (CHAR_FILTER, &index.char_filters),
        (NORMALIZER, &index.normalizers),
    ]
}

/// Checks all components of a definition and fills in their defaults.
pub(crate) fn complete(index: &Index) -> Result<Components, DefinitionError> {
    let is_analyzer = |name: &str| lazuli_analysis::predefined(name).is_some();
    let components = Components {
        analyzers: complete_list(ANALYZER, &index.analyzers, table::ANALYZERS, is_analyzer)?,
        tokenizers: complete_list(TOKENIZER, &index.tokenizers, table::TOKENIZERS, |name| {
            words::TOKENIZERS.contains(&name)
        })?,
        token_filters: complete_list(
            TOKEN_FILTER,
            &index.token_filters,
            table::TOKEN_FILTERS_TYPES,
            |name| words::TOKEN_FILTERS.contains(&name),
        )?,
        char_filters: complete_list(CHAR_FILTER, &index.char_filters, table::CHAR_FILTERS_TYPES, |name| {
            words::CHAR_FILTERS.contains(&name)
        })?,
        normalizers: complete_list(NORMALIZER, &index.normalizers, table::NORMALIZERS, |name| {
            words::NORMALIZERS.contains(&name)
        })?,
    };
    components.analyzers.iter().try_for_each(|analyzer| components.check_analyzer(analyzer))?;
    components.normalizers.iter().try_for_each(|normalizer| components.check_normalizer(normalizer))?;
    Ok(components)
}

/// Checks the names, types and options of all components of one kind.
fn complete_list(
    kind: &'static str,
    list: &[Component],
    types: &'static [ComponentType],
    is_predefined: impl Fn(&str) -> bool,
) -> Result<Vec<Component>, DefinitionError> {
    let mut names = HashSet::new();
    let mut completed = Vec::with_capacity(list.len());
    for component in list {
        let name = component.name.as_str();
        check_analysis_name(kind, name)?;
        if !names.insert(name) {
            return Err(ComponentProblem::Duplicate { kind, name: name.to_owned() }.into());
        }
        if is_predefined(name) {
            return Err(ComponentProblem::Predefined { kind, name: name.to_owned() }.into());
        }
        completed.push(complete_component(kind, component, types)?);
    }
    Ok(completed)
}

fn complete_component(
    kind: &'static str,
    component: &Component,
    types: &'static [ComponentType],
) -> Result<Component, ComponentProblem> {
    let found = types.iter().find(|known| type_name(component) == Some(known.name));
    let Some(component_type) = found else {
        let (name, odata_type) = (component.name.clone(), component.odata_type.clone());
        return Err(ComponentProblem::UnknownType { kind, name, odata_type });
    };
    let subject = Subject { kind, name: &component.name, type_name: component_type.name };
    let options = options::complete(subject, component_type.options, &component.options)?;
    Ok(Component { options, ..component.clone() })
}

/// `CustomAnalyzer` of `#Microsoft.Azure.Search.CustomAnalyzer`.
fn type_name(component: &Component) -> Option<&str> {
    component.odata_type.strip_prefix(TYPE_PREFIX)
}

impl Components {
    /// Whether the index has an analyzer of this name of its own.
    pub(crate) fn has_analyzer(&self, name: &str) -> bool {
        has(&self.analyzers, name)
    }

    /// Whether a field may name this normalizer: one of the index or a predefined one.
    pub(crate) fn knows_normalizer(&self, name: &str) -> bool {
        words::NORMALIZERS.contains(&name) || has(&self.normalizers, name)
    }

    /// The parts a custom analyzer names must be there.
    fn check_analyzer(&self, analyzer: &Component) -> Result<(), ComponentProblem> {
        let unknown = |part, part_name: &str| {
            let (name, part_name) = (analyzer.name.clone(), part_name.to_owned());
            Err(ComponentProblem::UnknownPart { kind: ANALYZER, name, part, part_name })
        };
        let options = &analyzer.options;
        if let Some(tokenizer) = options.get("tokenizer").and_then(Value::as_str)
            && !words::TOKENIZERS.contains(&tokenizer)
            && !has(&self.tokenizers, tokenizer)
        {
            return unknown(TOKENIZER, tokenizer);
        }
        for filter in texts(options, "tokenFilters") {
            if !words::TOKEN_FILTERS.contains(&filter) && !has(&self.token_filters, filter) {
                return unknown(TOKEN_FILTER, filter);
            }
        }
        for filter in texts(options, "charFilters") {
            if !words::CHAR_FILTERS.contains(&filter) && !has(&self.char_filters, filter) {
                return unknown(CHAR_FILTER, filter);
            }
        }
        Ok(())
    }

    /// The filters a normalizer names must be there and of those that leave one token one token (`api.md` §3.3).
    fn check_normalizer(&self, normalizer: &Component) -> Result<(), ComponentProblem> {
        let options = &normalizer.options;
        for filter in texts(options, "tokenFilters") {
            let own = self.token_filters.iter().find(|own| own.name == filter);
            let known = words::TOKEN_FILTERS.contains(&filter) || own.is_some();
            let allowed = words::NORMALIZER_TOKEN_FILTERS.contains(&filter)
                || own.and_then(type_name).is_some_and(|name| NORMALIZER_TOKEN_FILTER_TYPES.contains(&name));
            check_normalizer_part(normalizer, TOKEN_FILTER, filter, known, allowed)?;
        }
        for filter in texts(options, "charFilters") {
            let own = has(&self.char_filters, filter);
            // Both types of character filters are allowed; html_strip, the predefined one, is not.
            check_normalizer_part(
                normalizer,
                CHAR_FILTER,
                filter,
                own || words::CHAR_FILTERS.contains(&filter),
                own,
            )?;
        }
        Ok(())
    }
}

/// Types of own token filters that a normalizer may name: those of [`words::NORMALIZER_TOKEN_FILTERS`] with options.
const NORMALIZER_TOKEN_FILTER_TYPES: [&str; 2] = ["AsciiFoldingTokenFilter", "ElisionTokenFilter"];

fn check_normalizer_part(
    normalizer: &Component,
    part: &'static str,
    part_name: &str,
    known: bool,
    allowed: bool,
) -> Result<(), ComponentProblem> {
    let (name, part_name) = (normalizer.name.clone(), part_name.to_owned());
    match (known, allowed) {
        (true, true) => Ok(()),
        (true, false) => Err(ComponentProblem::NotInNormalizers { name, part, part_name }),
        (false, _) => Err(ComponentProblem::UnknownPart { kind: NORMALIZER, name, part, part_name }),
    }
}

fn has(list: &[Component], name: &str) -> bool {
    list.iter().any(|component| component.name == name)
}

/// The strings of an option that is a list of them.
fn texts<'a>(options: &'a Map<String, Value>, option: &str) -> impl Iterator<Item = &'a str> {
    let list = options.get(option).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests;
