//! The analyzer: char filters, one tokenizer, then token filters, run token by token.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use crate::budget::Budget;
use crate::char_filter::{CharFilter, Filtered, utf16_len};
use crate::error::{AnalysisError, TERM_BYTES_MAX};
use crate::growth::{Part, Tally, safe_bytes, spent_per_byte};
use crate::pipeline::{End, Filters, Link, Running, Stop, Taker};
use crate::term::Buffers;
use crate::token::{OwnedToken, Token};
use crate::tokenizer::Tokenizer;

/// An analyzer ready to run. Immutable and shared, `Send + Sync`.
#[derive(Debug)]
pub struct Analyzer {
    name: Cow<'static, str>,
    revision: u32,
    char_filters: Vec<Arc<CharFilter>>,
    tokenizer: Arc<Tokenizer>,
    filters: Filters,
    /// A text behind the char filters that has no more bytes is never refused.
    safe_bytes: usize,
    /// What it makes of each byte at most.
    spent_per_byte: u64,
}

/// What [`Analyzer::run`] uses from call to call, buffers and a budget. One that is made by default limits each text for itself
/// and may be kept for ever; the others are for texts that belong together, and are refused when these cost too much together.
#[derive(Debug, Default)]
pub struct Scratch {
    buffers: Buffers,
    budget: Budget,
}

impl Scratch {
    /// For the texts of one document, or the rules of one synonym map.
    pub(crate) fn for_document() -> Self {
        Self { buffers: Buffers::default(), budget: Budget::of_document() }
    }

    /// For texts that may take so many steps together, and whose tokens may come to so much.
    #[cfg(test)]
    pub(crate) fn limited(steps: u64, spent: u64) -> Self {
        Self { buffers: Buffers::default(), budget: Budget::of_all(steps, spent) }
    }

    /// For the words of one query in all fields.
    pub fn for_query() -> Self {
        Self { buffers: Buffers::default(), budget: Budget::of_query() }
    }

    /// The same, which asks every few thousand tokens or steps whether somebody still waits. A text that is stopped ends with
    /// [`AnalysisError::Stopped`].
    pub fn until(self, is_stopped: impl Fn() -> bool + Send + 'static) -> Self {
        Self { budget: self.budget.until(is_stopped), ..self }
    }
}

impl Analyzer {
    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        revision: u32,
        tokenizer: impl Into<Arc<Tokenizer>>,
        filters: impl IntoIterator<Item = impl Into<Link>>,
    ) -> Self {
        let tokenizer = tokenizer.into();
        let filters: Filters = filters.into_iter().map(Into::into).collect();
        let parts = parts(&tokenizer, &filters);
        let (safe_bytes, spent_per_byte) = (safe_bytes(&parts), spent_per_byte(&parts));
        let char_filters = Vec::new();
        Self { name: name.into(), revision, char_filters, tokenizer, filters, safe_bytes, spent_per_byte }
    }

    /// The analyzer with char filters before its tokenizer.
    pub(crate) fn with_char_filters(mut self, char_filters: Vec<Arc<CharFilter>>) -> Self {
        self.char_filters = char_filters;
        self
    }

    /// The canonical name, e.g. `en.lucene`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Raised whenever the analyzer's output changes, so that indexes built with an older one are rebuilt.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Whether a query has to take tokens that span several positions for ways of their own through the text, as synonyms
    /// and Japanese compounds are. Word n-grams span positions too, but repeat what is there: Elasticsearch, whose
    /// components these are, has queries ignore the lengths if a chain has any of those (analysis.md §7.1), and so do we.
    pub fn yields_paths(&self) -> bool {
        self.filters.yield_paths(self.tokenizer.lengths())
    }

    /// Feeds each token of `text` to `sink`, in order of position, and tells what follows the last one. `text` is at most
    /// 4 GiB (a document is at most 16 MB). `sink` has got the tokens that were found before an error.
    ///
    /// # Errors
    ///
    /// A text that an analyzer of an index's own cannot be run over; the predefined ones refuse none.
    pub fn run(
        &self,
        text: &str,
        scratch: &mut Scratch,
        sink: &mut dyn FnMut(&Token<'_>),
    ) -> Result<End, AnalysisError> {
        let filtered = self.filtered(text, scratch)?;
        self.run_filtered(text, &filtered, scratch, Taker::of_all(sink))
    }

    /// [`Self::run`] until `enough` is set, by `sink` or anybody else. What is returned then is as at the end of a text.
    ///
    /// # Errors
    ///
    /// Those of [`Self::run`], if they come before.
    pub fn run_until(
        &self,
        enough: &Cell<bool>,
        text: &str,
        scratch: &mut Scratch,
        sink: &mut dyn FnMut(&Token<'_>),
    ) -> Result<End, AnalysisError> {
        let filtered = self.filtered(text, scratch)?;
        self.run_filtered(text, &filtered, scratch, Taker { sink, enough: Some(enough) })
    }

    /// Begins a text: what the char filters make of it.
    fn filtered<'t>(&self, text: &'t str, scratch: &Scratch) -> Result<Filtered<'t>, AnalysisError> {
        scratch.budget.begin();
        Filtered::new(text, &self.char_filters, &scratch.budget)
    }

    /// Runs the tokenizer and the token filters over what the char filters made of the text.
    fn run_filtered<'a>(
        &'a self,
        text: &str,
        filtered: &Filtered<'_>,
        scratch: &'a mut Scratch,
        taker: Taker<'a>,
    ) -> Result<End, AnalysisError> {
        let Scratch { buffers, budget } = scratch;
        budget.bound_terms(filtered.text.len());
        let mut running = Running::new(&self.filters, std::mem::take(buffers), budget, taker);
        let end = self.tokenizer.tokenize(&filtered.text, budget, &mut |mut piece| {
            if !filtered.is_original() {
                piece.attributes.start = filtered.correct(piece.attributes.start);
                piece.attributes.end = filtered.correct(piece.attributes.end);
            }
            running.push(piece)
        });
        let end = match end {
            Ok(End { holes, offset }) => running.finish(End { holes, offset: filtered.correct(offset) }),
            Err(Stop::Enough) => running.finish(End { holes: 0, offset: utf16_len(text) }),
            Err(Stop::Failed(error)) => Err(error),
        };
        *buffers = running.into_buffers();
        end
    }

    /// Whether an index may take the text: it can be analysed, no term is longer than [`TERM_BYTES_MAX`], and its document,
    /// of which `tally` has the texts before, does not cost too much. A text that is taken can be [run](Self::run), too.
    /// Costs nothing for most analyzers and texts, and an analysis where the length of the text does not tell.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn check(&self, text: &str, tally: &mut Tally) -> Result<(), AnalysisError> {
        let is_fine =
            |bytes, tally: &mut Tally| bytes <= self.safe_bytes && tally.takes(bytes, self.spent_per_byte);
        if self.char_filters.is_empty() && is_fine(text.len(), tally) {
            return Ok(());
        }
        let filtered = self.filtered(text, &tally.scratch)?;
        if is_fine(filtered.text.len(), tally) {
            return Ok(());
        }
        let mut longest = 0;
        let mut measure = |token: &Token<'_>| longest = longest.max(token.text.len());
        self.run_filtered(text, &filtered, &mut tally.scratch, Taker::of_all(&mut measure))?;
        if longest > TERM_BYTES_MAX { Err(AnalysisError::TermTooLong) } else { Ok(()) }
    }

    /// What a text of so many bytes comes to at most.
    #[cfg(test)]
    pub(crate) fn grown(&self, bytes: usize) -> crate::growth::Grown {
        crate::growth::grown(&parts(&self.tokenizer, &self.filters), bytes as u64)
    }

    #[cfg(test)]
    pub(crate) fn safe_bytes(&self) -> usize {
        self.safe_bytes
    }

    /// [`Self::run`] for callers who know that the analyzer refuses no text, or have asked before; of one that it does
    /// refuse, the tokens found until then.
    pub fn analyze(&self, text: &str, scratch: &mut Scratch, sink: &mut dyn FnMut(&Token<'_>)) {
        let _: Result<End, AnalysisError> = self.run(text, scratch, sink);
    }

    /// All tokens of `text` at once, for tests and for the few words of a query.
    pub fn tokens(&self, text: &str) -> Vec<OwnedToken> {
        let mut tokens = Vec::new();
        self.analyze(text, &mut Scratch::default(), &mut |token| tokens.push(OwnedToken::from(token)));
        tokens
    }
}

/// What a text goes through behind the char filters.
fn parts(tokenizer: &Tokenizer, filters: &Filters) -> Vec<Part> {
    std::iter::once(Part::Counted(tokenizer.growth())).chain(filters.parts()).collect()
}
