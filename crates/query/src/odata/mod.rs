//! OData expressions as text: `$filter`, `$orderby`, `$select` (`query.md` §2.1–2.3).
//!
//! Only syntax lives here: a text becomes the tree as it was written ([`tree`]), or the error of Microsoft.OData.Core
//! with its position. What the names mean for an index is decided where the tree is bound ([`crate::filter`],
//! [`crate::order`]).

pub mod tree;
