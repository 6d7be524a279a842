//! What is asked ([`Request`]) and what it means for one index ([`Search`]).

use lazuli_catalog::FieldId;
use lazuli_catalog::document::Projection;

use crate::filter::Filter;
use crate::order::Order;
use crate::tree::Node;

/// The parameters of a search request, as they came; the list of `searchFields` is split at its commas. Blank texts mean that
/// nothing is given (`query.md` §1.1).
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// `search`. Absent, empty, blank and `*` ask for every document.
    pub search: Option<&'a str>,
    /// `searchMode`.
    pub search_mode: SearchMode,
    /// `searchFields`: paths, blanks around them allowed; empty for all searchable fields.
    pub search_fields: Vec<&'a str>,
    /// `$filter`.
    pub filter: Option<&'a str>,
    /// `$orderby`.
    pub orderby: Option<&'a str>,
    /// `$select`.
    pub select: Option<&'a str>,
    /// `$top`.
    pub top: Option<i64>,
    /// `$skip`.
    pub skip: Option<i64>,
    /// `$count`.
    pub count: bool,
}

/// How words without an operator between them are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchMode {
    /// One of them is enough.
    #[default]
    Any,
    /// All of them must match.
    All,
}

/// A question that can no longer be wrong: every field in it exists and may be used as it is.
#[derive(Debug, Clone)]
pub struct Search {
    /// Which documents match, and how well.
    pub text: TextQuery,
    /// Which of them pass; never changes a score.
    pub filter: Option<Filter>,
    /// What the hits are sorted by; empty for the best score first. Hits that are equal in all keys come best score first
    /// unless the score is one of them, and those that are equal then in upload order.
    pub order: Vec<Order>,
    /// What a hit shows.
    pub projection: Projection,
    /// Hits on the page, at most [`crate::limits::PAGE_HITS_MAX`].
    pub top: usize,
    /// Hits before the page.
    pub skip: usize,
    /// Whether all matches are counted.
    pub count: bool,
}

/// The text part of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextQuery {
    /// Every document, with the score 1.
    MatchAll,
    /// A parsed text.
    Parsed {
        /// Its tree.
        root: Node,
        /// How several words that the analyzer makes of one are joined.
        mode: SearchMode,
        /// The fields to search, searchable all, in the order of the definition.
        fields: Vec<FieldId>,
    },
}

impl TextQuery {
    /// The fields to search; none where every document matches.
    pub fn fields(&self) -> &[FieldId] {
        match self {
            Self::MatchAll => &[],
            Self::Parsed { fields, .. } => fields,
        }
    }
}
