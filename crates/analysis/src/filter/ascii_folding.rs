//! `asciifolding`: letters, digits and signs beyond ASCII become the ASCII text they stand for, `é` → `e`, `⑽` → `(10)`
//! (Lucene's `ASCIIFoldingFilter`).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::data::ASCII_FOLDING;
use crate::growth::Growth;
use crate::pipeline::{End, Flow, Piece, Sink, Stage, StageFilter, Stop};
use crate::term::Term;

/// What each character that folds becomes.
static FOLDED: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    let pairs = ASCII_FOLDING.iter().flat_map(|(ascii, chars)| chars.chars().map(move |c| (c, *ascii)));
    pairs.collect()
});

/// Folds the term; what has no ASCII text stays as it is.
pub(super) fn apply(term: &mut Term<'_>) {
    if folds(term.text()) {
        term.rewrite(fold);
    }
}

/// Whether folding changes the text.
fn folds(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| !c.is_ascii() && FOLDED.contains_key(&c))
}

fn fold(before: &str, after: &mut String) {
    for c in before.chars() {
        match FOLDED.get(&c) {
            Some(ascii) => after.push_str(ascii),
            None => after.push(c),
        }
    }
}

/// The filter with `preserveOriginal`: the folded token, then, where it differs, the original at the same position.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoldedAndOriginal;

impl StageFilter for FoldedAndOriginal {
    fn start(&self) -> Box<dyn Stage + '_> {
        Box::new(Folding { folded: String::new() })
    }

    fn growth(&self) -> Growth {
        Growth { times: 2, ..Growth::copies(3) }
    }
}

struct Folding {
    folded: String,
}

impl Stage for Folding {
    fn push(&mut self, piece: Piece<'_>, out: &mut dyn Sink) -> Flow {
        if !folds(piece.text) {
            return out.push(piece);
        }
        self.folded.clear();
        fold(piece.text, &mut self.folded);
        out.push(piece.saying(&self.folded))?;
        out.push(piece.with(|attributes| attributes.increment = 0))
    }

    fn finish(&mut self, end: End, _out: &mut dyn Sink) -> Result<End, Stop> {
        Ok(end)
    }
}
