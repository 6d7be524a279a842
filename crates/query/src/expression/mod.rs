//! An OData expression meets an index: names become fields, types are checked, and everything that can be wrong with either
//! comes out here, in the words of the service.
//!
//! ```text
//! odata::tree::Expression ──Binder──▶ Operand (a field, a constant, a distance, or a Condition)
//! ```
//!
//! Two layers speak. What Microsoft.OData.Core's binders refuse (unknown names, operands whose types do not fit, signatures)
//! is refused with its sentences; after that the service has rules of its own: what a comparison may be between, that fields
//! are filterable or sortable, and what may stand in a lambda expression ([`lambda`]). So of two things that are wrong the
//! library's is told, wherever it stands; what has no meaning to go on with (a function that the service does not have) is
//! told where it is met.

mod binder;
pub(crate) use binder::{Binder, Purpose};

mod names;
pub(crate) use names::Reference;

mod types;

mod comparisons;

mod functions;

mod condition;
pub(crate) use condition::{Comparison, Condition, Operand};

mod lambda;

mod error;
pub use error::ExpressionError;
