//! Semantic configurations: which fields a reranker reads, and by what hits are sorted afterwards.

use std::collections::HashSet;

use lazuli_wire::indexes::{SemanticConfiguration, SemanticSearch};

use crate::error::{DefinitionError, SemanticProblem};
use crate::limits::SEMANTIC_CONFIGURATIONS_MAX;
use crate::names::check_free_name;
use crate::paths::Paths;
use crate::schema::FieldType;
use crate::words::spelled;

const BOOSTED: &str = "BoostedRerankerScore";
const RANKING_ORDERS: [&str; 2] = [BOOSTED, "RerankerScore"];

/// Checks all configurations and fills in their ranking order (`wire.md` §7). `paths` finds the completed fields.
pub(crate) fn complete(
    semantic: &SemanticSearch,
    paths: &Paths<'_>,
) -> Result<SemanticSearch, DefinitionError> {
    let count = semantic.configurations.len();
    if count > SEMANTIC_CONFIGURATIONS_MAX {
        return Err(SemanticProblem::TooMany { count, max: SEMANTIC_CONFIGURATIONS_MAX }.into());
    }
    let mut names = HashSet::new();
    let mut configurations = Vec::with_capacity(count);
    for configuration in &semantic.configurations {
        check_free_name("semantic configuration", &configuration.name)?;
        if !names.insert(configuration.name.as_str()) {
            return Err(SemanticProblem::Duplicate { name: configuration.name.clone() }.into());
        }
        configurations.push(complete_configuration(configuration, paths)?);
    }
    let default_configuration = semantic.default_configuration.clone().filter(|name| !name.is_empty());
    if let Some(name) = default_configuration.as_ref().filter(|name| !names.contains(name.as_str())) {
        return Err(SemanticProblem::UnknownDefault { name: name.clone() }.into());
    }
    Ok(SemanticSearch { default_configuration, configurations })
}

fn complete_configuration(
    configuration: &SemanticConfiguration,
    paths: &Paths<'_>,
) -> Result<SemanticConfiguration, SemanticProblem> {
    let name = || configuration.name.clone();
    let prioritized = configuration.prioritized_fields.clone().unwrap_or_default();
    let named: Vec<&str> = prioritized
        .title_field
        .iter()
        .chain(&prioritized.prioritized_content_fields)
        .chain(&prioritized.prioritized_keywords_fields)
        .map(|field| field.field_name.as_str())
        .collect();
    if named.is_empty() {
        return Err(SemanticProblem::NoFields { name: name() });
    }
    for path in named {
        let field = path.to_owned();
        let Some(found) = paths.find(path) else {
            return Err(SemanticProblem::UnknownField { name: name(), field });
        };
        if found.field_type != FieldType::String || found.in_collection {
            return Err(SemanticProblem::FieldType);
        }
        if !found.is_text() || found.field.retrievable != Some(true) {
            return Err(SemanticProblem::NotReadable { name: name(), field });
        }
    }
    let order = configuration.ranking_order.as_deref().unwrap_or(BOOSTED);
    let Some(order) = spelled(&RANKING_ORDERS, order) else {
        return Err(SemanticProblem::RankingOrder { name: name(), order: order.to_owned() });
    };
    Ok(SemanticConfiguration {
        ranking_order: Some(order.to_owned()),
        prioritized_fields: Some(prioritized),
        ..configuration.clone()
    })
}
