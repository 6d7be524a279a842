//! Suggesters: which fields suggestions and completions come from (`api.md` §3.1, `query.md` §5.1).

use std::collections::HashSet;

use lazuli_analysis::is_language_analyzer;
use lazuli_wire::indexes::Suggester;

use crate::error::{DefinitionError, SuggesterProblem};
use crate::limits::SUGGESTERS_MAX;
use crate::names::check_ranking_name;
use crate::paths::Paths;

/// The only search mode.
const INFIX: &str = "analyzingInfixMatching";

/// Checks the suggester, if there is one, and fills in its mode. `paths` finds the completed fields.
pub(crate) fn complete(
    suggesters: &[Suggester],
    paths: &Paths<'_>,
) -> Result<Vec<Suggester>, DefinitionError> {
    if suggesters.len() > SUGGESTERS_MAX {
        let (count, max) = (suggesters.len(), SUGGESTERS_MAX);
        return Err(SuggesterProblem::TooMany { count, max }.into());
    }
    suggesters.iter().map(|suggester| complete_suggester(suggester, paths)).collect()
}

fn complete_suggester(suggester: &Suggester, paths: &Paths<'_>) -> Result<Suggester, DefinitionError> {
    check_ranking_name("suggester", &suggester.name)?;
    let name = || suggester.name.clone();
    let mode = suggester.search_mode.as_deref().unwrap_or(INFIX);
    if mode != INFIX {
        return Err(SuggesterProblem::Mode { name: name(), mode: mode.to_owned() }.into());
    }
    if suggester.source_fields.is_empty() {
        return Err(SuggesterProblem::NoFields { name: name() }.into());
    }
    let mut seen = HashSet::new();
    for path in &suggester.source_fields {
        let field = || path.clone();
        if !seen.insert(path) {
            return Err(SuggesterProblem::Duplicate { name: name(), field: field() }.into());
        }
        let Some(found) = paths.find(path) else {
            return Err(SuggesterProblem::UnknownField { name: name(), field: field() }.into());
        };
        if !found.is_text() {
            return Err(SuggesterProblem::FieldType { name: name(), field: field() }.into());
        }
        let analyzer = found.field.index_analyzer.as_ref().or(found.field.analyzer.as_ref());
        if let Some(analyzer) = analyzer.filter(|analyzer| !can_suggest(analyzer)) {
            let analyzer = analyzer.clone();
            return Err(SuggesterProblem::Analyzer { name: name(), field: field(), analyzer }.into());
        }
    }
    Ok(Suggester { search_mode: Some(INFIX.to_owned()), ..suggester.clone() })
}

/// The standard analyzer and those of languages; neither custom ones nor other predefined ones (`query.md` §5.1).
fn can_suggest(analyzer: &str) -> bool {
    matches!(analyzer, "standard" | "standard.lucene") || is_language_analyzer(analyzer)
}
