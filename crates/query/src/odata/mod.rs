//! OData expressions as text: `$filter`, `$orderby`, `$select` (`query.md` §2.1–2.3).
//!
//! Only syntax lives here: a text becomes the tree as it was written ([`tree`]), or the error of Microsoft.OData.Core
//! with its position. What the names mean for an index is decided where the tree is bound ([`crate::filter`],
//! [`crate::order`]).
//!
//! The service's `search.in(…)` would be misread by a Microsoft.OData.Core that knows the operator `in` (7.5 and newer: its
//! lexer takes `in (…)` as one token), so what is followed here is the library of before: 7.0 to 7.4.

pub mod tree;

mod expression;
pub use expression::{parse_filter, parse_orderby};

mod select;
pub use select::parse_select;

mod error;
pub use error::{Place, SyntaxError};

mod geography;
pub use geography::Geography;

mod lexer;
mod literal;
