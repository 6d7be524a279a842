//! Why a text cannot be analysed.

/// A text that an analyzer refuses. Only analyzers that an index defines itself come to this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// N-grams or other variants of the words came to more than an index could hold.
    #[error("the text yields too many tokens")]
    TooManyTokens,
    /// A regular expression took more steps over the text than it may (Java's would have run for years, or overflowed its
    /// stack).
    #[error("a regular expression of the analyzer takes too long over the text")]
    PatternTooSlow,
    /// Markup that never ends would have to be read to the end of the text again and again.
    #[error("the text has too much markup that is not closed")]
    MarkupTooSlow,
}
