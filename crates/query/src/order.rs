//! What an `$orderby` means for an index (`query.md` §2.2).

use lazuli_catalog::{FieldId, GeoPoint};

/// One key to sort by; the first decides, the next where it is equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// What is compared.
    pub by: OrderBy,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// See [`Order`]. Ascending, null comes first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OrderBy {
    /// `search.score()`
    Score,
    /// A sortable field: strings by their code points, `false` before `true`; of doubles -0.0 before 0.0 and NaN after all
    /// others, as Lucene compares them.
    Field(FieldId),
    /// The distance of a sortable point from another. Ascending, null comes last.
    Distance {
        /// The field.
        field: FieldId,
        /// Where the distance is measured from.
        from: GeoPoint,
    },
}
