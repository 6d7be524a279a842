//! The analyzer: one tokenizer, then filters, run token by token without allocating.

use std::borrow::Cow;

use crate::filter::Filter;
use crate::term::{Buffers, Term};
use crate::token::{OwnedToken, Token};
use crate::tokenizer::Tokenizer;

/// An analyzer ready to run. Immutable and shared, `Send + Sync`.
#[derive(Debug)]
pub struct Analyzer {
    name: Cow<'static, str>,
    revision: u32,
    tokenizer: Tokenizer,
    filters: Vec<Filter>,
}

/// Buffers that [`Analyzer::analyze`] reuses from call to call; keep one per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    buffers: Buffers,
}

impl Analyzer {
    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        revision: u32,
        tokenizer: Tokenizer,
        filters: Vec<Filter>,
    ) -> Self {
        Self { name: name.into(), revision, tokenizer, filters }
    }

    /// The canonical name, e.g. `en.lucene`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Raised whenever the analyzer's output changes, so that indexes built with an older one are rebuilt.
    /// An approximation has revision 0, an exact analyzer starts at 1.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Feeds each token of `text` to `sink`, in order of position. `text` is at most 4 GiB (a document is at most 16 MB).
    pub fn analyze(&self, text: &str, scratch: &mut Scratch, sink: &mut dyn FnMut(&Token<'_>)) {
        let mut position = 0;
        self.tokenizer.tokenize(text, &mut |piece| {
            let mut term = Term::new(piece.text, &mut scratch.buffers);
            if self.filters.iter().all(|filter| filter.keeps(&mut term)) {
                let (start, end) = (piece.start, piece.end);
                sink(&Token { text: term.text(), start, end, position, position_length: 1 });
            }
            position += 1;
        });
    }

    /// All tokens of `text` at once, for tests and for the few words of a query.
    pub fn tokens(&self, text: &str) -> Vec<OwnedToken> {
        let mut tokens = Vec::new();
        self.analyze(text, &mut Scratch::default(), &mut |token| tokens.push(OwnedToken::from(token)));
        tokens
    }
}
