//! Questions: the text and the parameters of a search request become one typed [`Search`], bound to the index's [`Schema`].
//!
//! ```text
//! Request (strings as they came) ──bind──▶ Search { text: Node …, projection, page }     or the service's QueryError
//! ```
//!
//! The question is not analysed: words stand in it as the client wrote them, and meet analyzers, synonyms and the index's
//! terms in the engine. Parsers are written by hand, with their grammar on top of the file; none of them fails or panics
//! on any text unless the service refuses it too.
//!
//! [`Schema`]: lazuli_catalog::Schema

mod search;
pub use search::{Request, Search, SearchMode, TextQuery};

mod bind;
pub use bind::{bind, projection};

mod tree;
pub use tree::{Node, Operator};

mod expression;
pub use expression::ExpressionError;

pub mod filter;
pub use filter::Filter;

pub mod order;
pub use order::{Order, OrderBy};

pub mod odata;
pub mod simple;

mod error;
pub use error::QueryError;

pub mod limits;
