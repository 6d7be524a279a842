//! Token filters: what becomes of a token's text.

mod ascii_folding;
mod elision;
mod possessive;
mod stop;

pub(crate) use elision::FRENCH_ARTICLES;
pub(crate) use stop::StopWords;

use crate::stem::Stemmer;
use crate::term::Term;
use crate::unicode;

/// A filter that rewrites or drops one token at a time.
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
    /// `stemmer`, `porter_stem`
    Stem(Stemmer),
}

impl Filter {
    /// Rewrites the term; false when the token is to be dropped (its position stays counted).
    pub(crate) fn keeps(&self, term: &mut Term<'_>) -> bool {
        match self {
            Self::Lowercase => unicode::lowercase_term(term),
            Self::AsciiFolding => ascii_folding::apply(term),
            Self::Elision(articles) => elision::apply(articles, term),
            Self::EnglishPossessive => possessive::apply(term),
            Self::Stop(words) => return !words.contains(term.text()),
            Self::Stem(stemmer) => stemmer.apply(term),
        }
        true
    }
}
