//! Analysis components: custom analyzers, tokenizers, token filters, character filters and normalizers.
//!
//! A component's options are checked against the table of its type and filled in ([`table`]); then come the references:
//! an analyzer names a tokenizer and filters, a normalizer filters, a field one of both. A name refers to a component of the
//! index or to a predefined one ([`words`]). What is complete is built once, so that rules and regular expressions that mean
//! nothing are found when they are defined ([`check_built`]).

use std::collections::HashSet;

use lazuli_wire::indexes::{Component, Index};
use serde_json::{Map, Value};

use crate::analysis::{Analyses, BuildProblem};
use crate::error::{ComponentProblem, DefinitionError};
use crate::limits::COMPONENTS_MAX;
use crate::names::check_analysis_name;

mod options;
mod references;
mod table;
mod words;

use options::Subject;
use table::ComponentType;

/// What every `@odata.type` of a component begins with.
const TYPE_PREFIX: &str = "#Microsoft.Azure.Search.";

pub(crate) const ANALYZER: &str = "analyzer";
pub(crate) const TOKENIZER: &str = "tokenizer";
pub(crate) const TOKEN_FILTER: &str = "token filter";
pub(crate) const CHAR_FILTER: &str = "char filter";
pub(crate) const NORMALIZER: &str = "normalizer";

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
    let is_one_of = |words: &'static [&'static str]| move |name: &str| words.contains(&name);
    let (tokenizer, normalizer) = (is_one_of(words::TOKENIZERS), is_one_of(words::NORMALIZERS));
    let (token_filter, char_filter) = (is_one_of(words::TOKEN_FILTERS), is_one_of(words::CHAR_FILTERS));
    let components = Components {
        analyzers: complete_list(ANALYZER, &index.analyzers, table::ANALYZER_TYPES, is_analyzer)?,
        tokenizers: complete_list(TOKENIZER, &index.tokenizers, table::TOKENIZER_TYPES, tokenizer)?,
        token_filters: complete_list(
            TOKEN_FILTER,
            &index.token_filters,
            table::TOKEN_FILTER_TYPES,
            token_filter,
        )?,
        char_filters: complete_list(CHAR_FILTER, &index.char_filters, table::CHAR_FILTER_TYPES, char_filter)?,
        normalizers: complete_list(NORMALIZER, &index.normalizers, table::NORMALIZER_TYPES, normalizer)?,
    };
    references::check(&components)?;
    Ok(components)
}

/// Checks the names, types and options of all components of one kind.
fn complete_list(
    kind: &'static str,
    list: &[Component],
    types: &'static [ComponentType],
    is_predefined: impl Fn(&str) -> bool,
) -> Result<Vec<Component>, DefinitionError> {
    if list.len() > COMPONENTS_MAX {
        return Err(ComponentProblem::TooMany { kind, count: list.len(), max: COMPONENTS_MAX }.into());
    }
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
pub(crate) fn type_name(component: &Component) -> Option<&str> {
    component.odata_type.strip_prefix(TYPE_PREFIX)
}

/// Builds the analyzers and normalizers of a completed definition, and the components that none of them names. What we do
/// not have yet is no mistake.
pub(crate) fn check_built(definition: &Index) -> Result<(), ComponentProblem> {
    let analyses = Analyses::of(definition);
    let named = named_parts(definition);
    let components = lists(definition)
        .into_iter()
        .flat_map(|(kind, list)| list.iter().map(move |component| (kind, component.name.as_str())))
        .filter(|component| !named.contains(component));
    for (kind, name) in components {
        match analyses.check(kind, name) {
            Ok(()) | Err(BuildProblem::NotYet { .. } | BuildProblem::Unknown { .. }) => {}
            Err(BuildProblem::Unusable { kind, name, error }) => {
                return Err(ComponentProblem::Unusable { kind, name, error: error.to_string() });
            }
        }
    }
    Ok(())
}

/// The tokenizers and filters that analyzers and normalizers of the definition name, by kind: they are built with these.
fn named_parts(definition: &Index) -> HashSet<(&'static str, &str)> {
    let mut named = HashSet::new();
    for component in definition.analyzers.iter().chain(&definition.normalizers) {
        let options = &component.options;
        named.extend(options.get("tokenizer").and_then(Value::as_str).map(|name| (TOKENIZER, name)));
        named.extend(texts(options, "tokenFilters").map(|name| (TOKEN_FILTER, name)));
        named.extend(texts(options, "charFilters").map(|name| (CHAR_FILTER, name)));
    }
    named
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
