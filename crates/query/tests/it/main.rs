//! Questions as requests ask them: the syntaxes by tables, binding by cases, and all by generated texts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod binding;
mod expressions;
mod odata_syntax;
mod simple_syntax;
