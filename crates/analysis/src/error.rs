//! Why a text cannot be analysed.

/// The longest term that an index takes, in bytes of UTF-8 (`IndexWriter.MAX_TERM_LENGTH` of Lucene, api.md §4.2).
pub const TERM_BYTES_MAX: usize = 32_766;

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
    /// The same over all texts of a document, or all words of a query in all fields, none of which took too long alone.
    #[error("the regular expressions and mappings of the analyzers take too long over all texts together")]
    TooSlowTogether,
    /// Long left sides of a `mapping` begin nearly everywhere in the text, and end nowhere.
    #[error("the mappings of a char filter take too long over the text")]
    MappingTooSlow,
    /// Markup that never ends would have to be read to the end of the text again and again.
    #[error("the text has too much markup that is not closed")]
    MarkupTooSlow,
    /// Char filters put more into the text than an index could hold.
    #[error("char filters make the text too long")]
    TextTooLong,
    /// Token filters put more and more into a word: it is far longer than an index takes, and than the text.
    #[error("token filters make a word too long")]
    WordTooLong,
    /// Nobody waits for it any more; see `Scratch::until`.
    #[error("the analysis was stopped")]
    Stopped,
    /// A term has more than [`TERM_BYTES_MAX`] bytes. Analysis itself does not mind, indexes do: only `Analyzer::check`
    /// answers so.
    #[error("a term is longer than {TERM_BYTES_MAX} bytes")]
    TermTooLong,
}
