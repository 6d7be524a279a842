//! Questions as requests ask them: the simple syntax by a table, binding by cases, and both by generated texts.

mod binding;
mod simple_syntax;
