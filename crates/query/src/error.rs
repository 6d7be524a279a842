//! Why a question is refused.

use lazuli_catalog::document::SelectError;

use crate::expression::ExpressionError;
use crate::limits::{CLAUSES_MAX, DEPTH_MAX, SEARCH_CHARACTERS_MAX};

/// A refused question. `Display` is the service's sentence without the line that names the parameter, which is
/// [`QueryError::parameter`]. Sentences marked *seen* are quoted from the service (`query.md` §9).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The text is over [`SEARCH_CHARACTERS_MAX`].
    #[error("The search text cannot be longer than {SEARCH_CHARACTERS_MAX} characters.")]
    TextTooLong,
    /// The index has nothing to search a text in. Seen (azure-search-openai-demo#386).
    #[error(
        "If a query contains the search option the target index must contain one or more searchable string fields."
    )]
    NoSearchableFields,
    /// `searchFields` names a field that is not there. The sentence is modelled on those for facets and vector fields.
    #[error("Unknown field '{field}' in search field list.")]
    UnknownSearchField {
        /// The path.
        field: String,
    },
    /// `searchFields` names a field that is not searchable text. Seen.
    #[error("The field '{field}' in the search field list is not searchable.")]
    NotSearchable {
        /// The path.
        field: String,
    },
    /// An OData expression is wrong.
    #[error("Invalid expression: {error}")]
    Expression {
        /// The parameter that it is the value of.
        parameter: &'static str,
        /// What is wrong.
        #[source]
        error: ExpressionError,
    },
    /// `$select` names what cannot be shown.
    #[error("Invalid expression: {0}")]
    Select(#[from] SelectError),
    /// A number outside its range. Seen for `$skip`.
    #[error("Value must be between 0 and {maximum}.")]
    OutOfRange {
        /// The parameter.
        parameter: &'static str,
        /// Its largest value.
        maximum: i64,
    },
    /// More words times fields than [`CLAUSES_MAX`]. Seen.
    #[error(
        "Failed to execute query because it exceeded the maximum clause limit of {CLAUSES_MAX}. This can happen when the \
         query terms multiplied by fields specified in the query exceeds {CLAUSES_MAX}. If fields are not explicitly \
         specified, all searchable fields in the index are used. Please limit the number of terms in the query or scope \
         the query terms to a smaller number of searchable fields using the 'searchFields' parameter or fielded search \
         syntax."
    )]
    TooManyClauses,
    /// The query's tree is deeper than [`DEPTH_MAX`], a limit of ours.
    #[error(
        "Failed to execute query because its operators and parentheses are nested more than {DEPTH_MAX} levels deep."
    )]
    TooDeep,
}

impl QueryError {
    /// The parameter at fault, by its OData name; none where the service names none.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::TextTooLong | Self::NoSearchableFields => Some("search"),
            Self::UnknownSearchField { .. } | Self::NotSearchable { .. } => Some("searchFields"),
            Self::Select(_) => Some("$select"),
            Self::OutOfRange { parameter, .. } | Self::Expression { parameter, .. } => Some(parameter),
            Self::TooManyClauses | Self::TooDeep => None,
        }
    }
}
