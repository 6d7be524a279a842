//! What can be wrong with definitions other than indexes: synonym maps and aliases.

/// What is wrong with a synonym map. The sentence about two arrows is the service's (`wire.md` §12), the others follow it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum SynonymMapProblem {
    #[error(
        "The synonym map '{name}' has the format '{format}' which is not supported. The only format is 'solr'."
    )]
    Format { name: String, format: String },

    #[error("Syntax error in line {line}: '{rule}'. {problem}")]
    Syntax { line: usize, rule: String, problem: RuleProblem },

    #[error("The synonym map '{name}' has {count} rules. A synonym map can have at most {max}.")]
    TooManyRules { name: String, count: usize, max: usize },
}

/// What is wrong with one synonym rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum RuleProblem {
    #[error("Only one explicit mapping (=>) can be specified in a synonym rule.")]
    TwoMappings,

    #[error("A synonym rule must have at least one term.")]
    NoTerms,

    #[error("An explicit mapping (=>) must have at least one term on each side.")]
    EmptySide,

    #[error("A synonym rule can have at most {max} expansions.")]
    TooManyExpansions { max: usize },
}

/// What is wrong with an alias. The first sentence is the service's; of the second only its beginning and its middle were
/// seen (`wire.md` §12).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say what each is")]
pub enum AliasProblem {
    #[error(
        "An index alias can be created on an existing index. Index – '{index}' was not found within the search service – \
         '{service}'. Learn more at {more}",
        more = LEARN_MORE
    )]
    NoSuchIndex { index: String, service: String },

    #[error(
        "An index alias can be mapped to a single index within the search service. Alias - '{alias}' is being mapped to more \
         than one index within the search service – '{service}'. Learn more at {more}",
        more = LEARN_MORE
    )]
    SeveralIndexes { alias: String, service: String },

    #[error(
        "An index alias must be mapped to a single index within the search service. Alias - '{alias}' is not being mapped to \
         any index within the search service – '{service}'. Learn more at {more}",
        more = LEARN_MORE
    )]
    NoIndex { alias: String, service: String },

    #[error(
        "An index alias cannot have the same name as an index within the search service. Index – '{alias}' already exists \
         within the search service – '{service}'. Learn more at {more}",
        more = LEARN_MORE
    )]
    NameOfIndex { alias: String, service: String },
}

/// The page that the service names in sentences about aliases.
pub(super) const LEARN_MORE: &str = "https://aka.ms/azurecognitivesearchcreateupdatealias";
