//! Token filters: what becomes of a token's text.

mod ascii_folding;
mod elision;
mod keyword_repeat;
mod possessive;
mod stop;

pub(crate) use ascii_folding::FoldedAndOriginal;
pub(crate) use elision::FRENCH_ARTICLES;
pub(crate) use keyword_repeat::KeywordRepeat;
pub(crate) use stop::{StopUnlessLast, StopWords};

use crate::pipeline::Stop;
use crate::stem::Stemmer;
use crate::term::Term;
use crate::unicode;

/// A plain filter: it rewrites or drops one token at a time. How to write one is told in [`crate::pipeline`].
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    /// `lowercase`
    Lowercase,
    /// `asciifolding` without `preserveOriginal`.
    AsciiFolding,
    /// `elision`: drops a leading article and its apostrophe.
    Elision(&'static [&'static str]),
    /// The `'s` of English; `stemmer` with language `possessiveEnglish`.
    EnglishPossessive,
    /// `stopwords`
    Stop(StopWords),
    /// `stemmer`, `porter_stem`; keywords stay as they are.
    Stem(Stemmer),
}

impl Filter {
    /// Rewrites the term; false when the token is to be dropped (its position stays counted).
    pub(crate) fn keeps(&self, term: &mut Term<'_>) -> Result<bool, Stop> {
        match self {
            Self::Lowercase => unicode::lowercase_term(term),
            Self::AsciiFolding => ascii_folding::apply(term),
            Self::Elision(articles) => elision::apply(articles, term),
            Self::EnglishPossessive => possessive::apply(term),
            Self::Stop(words) => return Ok(!words.contains(term.text())),
            Self::Stem(stemmer) => {
                if !term.attributes.keyword {
                    stemmer.apply(term);
                }
            }
        }
        Ok(true)
    }
}
