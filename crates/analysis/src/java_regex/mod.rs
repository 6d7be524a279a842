//! Regular expressions as Java has them (`java.util.regex`, analysis.md §6), for the components that take a pattern.
//!
//! Classes are Java's (`\w`, `\d` and `\s` know ASCII only), and so are its own constructs: possessive quantifiers, atomic
//! groups, look-behind, back references, `[a&&[b]]`, `\Q…\E`, `\p{javaLowerCase}`. What is not known here is refused when
//! the pattern is compiled.
//!
//! Matching backtracks as Java's does, so that the leftmost match is the same one; but where Java runs for years or
//! overflows its stack, the steps of the text's [`Budget`](crate::budget::Budget) end, and the search with an error.

mod class;
mod matcher;
mod parser;
mod program;
mod replacement;

pub(crate) use matcher::Groups;
pub(crate) use replacement::Replacement;

use std::collections::HashMap;

use program::Program;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct JavaRegex {
    program: Program,
    names: HashMap<String, usize>,
    bytes: usize,
}

/// `Pattern`'s flags, all off by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RegexFlags {
    /// `CASE_INSENSITIVE`: of ASCII letters, and with `unicode_case` of all.
    pub case_insensitive: bool,
    /// `UNICODE_CASE`
    pub unicode_case: bool,
    /// `MULTILINE`: `^` and `$` match at line ends.
    pub multiline: bool,
    /// `DOTALL`: `.` matches line ends.
    pub dot_all: bool,
    /// `COMMENTS`: white space and `#…` in the pattern mean nothing.
    pub comments: bool,
    /// `LITERAL`: no character is special.
    pub literal: bool,
    /// `UNIX_LINES`: only `\n` ends a line.
    pub unix_lines: bool,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} near index {at}")]
pub struct PatternError {
    /// What is wrong.
    pub what: &'static str,
    /// Where, in characters.
    pub at: usize,
}

impl JavaRegex {
    pub(crate) fn new(pattern: &str, flags: RegexFlags) -> Result<Self, PatternError> {
        let parsed = parser::parse(pattern, flags)?;
        let program = program::compile(&parsed.node, parsed.groups)
            .ok_or(PatternError { what: "pattern is too large", at: 0 })?;
        let bytes =
            program.code.len() * size_of::<program::Inst>() + parsed.ranges * size_of::<(char, char)>();
        Ok(Self { program, names: parsed.names, bytes })
    }

    /// The memory that it takes, at most; no pattern takes 2 MB.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many capturing groups there are, the whole match not counted.
    pub(crate) fn groups(&self) -> usize {
        self.program.groups
    }

    fn group_named(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }
}

/// Where Java looks for the match after one from `start` to `end`: a character on, if that was empty.
pub(crate) fn next_start(text: &str, start: usize, end: usize) -> usize {
    if start < end {
        return end;
    }
    end + text.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests;
