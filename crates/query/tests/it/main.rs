//! Questions as requests ask them: the simple syntax by a table, binding by cases, and both by generated texts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod binding;
mod simple_syntax;
