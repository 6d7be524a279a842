//! Which analyzers a field names, and what runs under those names.

use std::sync::Arc;

use lazuli_analysis::{Analyzer, Predefined, is_language_analyzer, predefined};
use lazuli_wire::indexes;

use crate::analysis::BuildProblem;
use crate::error::FieldProblem;

/// What a searchable string without any analyzer is analysed with.
const DEFAULT: &str = "standard.lucene";

/// Checks the three analyzer properties of a field (`api.md` §3.1).
///
/// `analyzer` excludes the other two, which come as a pair and are no language analyzers. Only `is_text` fields,
/// searchable strings, have analyzers at all. `is_own` knows the analyzers that the index defines itself.
pub(crate) fn check(
    field: &indexes::Field,
    is_text: bool,
    is_own: impl Fn(&str) -> bool,
) -> Result<(), FieldProblem> {
    let named = named(field);
    if let Some((property, _)) = named.iter().find(|_| !is_text) {
        return Err(FieldProblem::AnalyzerNotSearchable { property });
    }
    if field.analyzer.is_some() && (field.index_analyzer.is_some() || field.search_analyzer.is_some()) {
        return Err(FieldProblem::AnalyzerAndPair);
    }
    let incomplete = |present, missing| FieldProblem::AnalyzerPairIncomplete { present, missing };
    match (&field.index_analyzer, &field.search_analyzer) {
        (Some(_), None) => return Err(incomplete("indexAnalyzer", "searchAnalyzer")),
        (None, Some(_)) => return Err(incomplete("searchAnalyzer", "indexAnalyzer")),
        (Some(_), Some(_)) | (None, None) => {}
    }
    for (property, name) in named {
        if predefined(name).is_none() && !is_own(name) {
            return Err(FieldProblem::UnknownAnalyzer { analyzer: name.to_owned() });
        }
        if property != "analyzer" && is_language_analyzer(name) {
            return Err(FieldProblem::LanguageAnalyzer { property, analyzer: name.to_owned() });
        }
    }
    Ok(())
}

/// The analyzers of a field. For a searchable string None stands for one with a component that is not built yet, and nothing
/// may stand in for it. Other fields have none at all.
#[derive(Default)]
pub(crate) struct Pair {
    /// Runs when the field's text is indexed.
    pub(crate) index: Option<Arc<Analyzer>>,
    /// Runs when it is searched.
    pub(crate) search: Option<Arc<Analyzer>>,
}

/// The analyzers of a searchable string; an error when one of the names is unknown.
pub(crate) fn of_field(
    field: &indexes::Field,
    mut build: impl FnMut(&str) -> Result<Option<Arc<Analyzer>>, BuildProblem>,
) -> Result<Pair, BuildProblem> {
    let for_both = field.analyzer.as_deref().unwrap_or(DEFAULT);
    let search = field.search_analyzer.as_deref().unwrap_or(for_both);
    Ok(Pair {
        index: build(field.index_analyzer.as_deref().unwrap_or(for_both))?,
        search: match predefined(search) {
            Some(found) => Some(found.search_analyzer),
            None => build(search)?,
        },
    })
}

/// The analyzers named by a field for which something else stands in: name and a phrase that says what.
pub(crate) fn approximated(field: &indexes::Field) -> impl Iterator<Item = (&str, &'static str)> {
    named(field).into_iter().filter_map(|(_, name)| match predefined(name) {
        Some(Predefined { approximation: Some(phrase), .. }) => Some((name, phrase)),
        Some(Predefined { approximation: None, .. }) | None => None,
    })
}

/// The analyzer properties that are set.
fn named(field: &indexes::Field) -> Vec<(&'static str, &str)> {
    [
        ("analyzer", &field.analyzer),
        ("indexAnalyzer", &field.index_analyzer),
        ("searchAnalyzer", &field.search_analyzer),
    ]
    .into_iter()
    .filter_map(|(property, name)| Some((property, name.as_deref()?)))
    .collect()
}
