//! Every limit of what a search request may ask, with its source in the service's documents (`query.md` §1.2, `api.md` §4.2).
//! How long it may take and how many bytes a page holds are the server's and the engine's.

/// Hits on a page when `$top` is not given.
pub const TOP_DEFAULT: usize = 50;

/// Hits on a page; a larger `$top` is continued on the next.
pub const PAGE_HITS_MAX: usize = 1_000;

/// The largest `$top`.
pub const TOP_MAX: i64 = i32::MAX as i64;

/// The largest `$skip`.
pub const SKIP_MAX: i64 = 100_000;

/// Characters of the search text.
pub const SEARCH_CHARACTERS_MAX: usize = 100_000;

/// Clauses of a query: its words and phrases times the fields they are searched in.
pub const CLAUSES_MAX: usize = 3_000;

/// Levels of a query's tree. The service has no known limit; ours keeps recursion over the tree within any thread's stack.
/// Only operators that change from word to word (`a + b | c + d …`) or parentheses around parentheses go deeper than two.
pub const DEPTH_MAX: usize = 200;

/// Levels of an OData expression, both while it is read (a pair of parentheses takes seven, `not` one) and of its tree, where
/// `and` and `or` take one for any number of clauses. Microsoft.OData.Core's default for `$filter` and `$orderby`.
pub const EXPRESSION_DEPTH_MAX: usize = 800;

/// Fields, constants, calls and groups in an OData expression, before anything is joined. Ours, so that the tree of a text of
/// 16 MB does not take half a gigabyte; far more than what [`FILTER_CONDITIONS_MAX`] leaves of a filter.
pub const EXPRESSION_OPERANDS_MAX: usize = 400_000;

/// Conditions of a filter, after those on the same field are joined where they can be. The service has an unpublished limit
/// of "hundreds of clauses" (`query.md` §2.1.8).
pub const FILTER_CONDITIONS_MAX: usize = 10_000;

/// Clauses of an `$orderby`.
pub const ORDERBY_CLAUSES_MAX: usize = 32;

/// Points of a polygon's ring. Ours: every document's point is compared with each of them.
pub const POLYGON_POINTS_MAX: usize = 10_000;

/// Items of a `$select`. Ours; an index has 3 000 fields at most.
pub const SELECT_ITEMS_MAX: usize = 10_000;

/// Different values in a list of `search.in`. Ours; thousands are documented to be fine (`query.md` §2.1.5).
pub const SEARCH_IN_VALUES_MAX: usize = 1 << 20;
