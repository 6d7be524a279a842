//! What analyzers of one index are built of: components that are defined the same are built once.
//!
//! A list of synonyms, words or mappings may be megabytes, and fifty analyzers may name it. What is built is immutable, so all of
//! them can have the same.

use std::sync::Arc;

use super::{BuildError, CharFilter, TokenFilter, Tokenizer};
use crate::char_filter;
use crate::pipeline::Link;
use crate::tokenizer;

/// The components built so far, for [`Chain::build_of`](super::Chain::build_of). Keep it while the analyzers of one index are
/// built, and no longer: it keeps their definitions as well.
#[derive(Debug, Default)]
pub struct Parts {
    char_filters: Known<CharFilter, Arc<char_filter::CharFilter>>,
    tokenizers: Known<Tokenizer, Arc<tokenizer::Tokenizer>>,
    token_filters: Known<TokenFilter, Vec<Link>>,
}

/// What definitions were built into. An index has some hundreds of them at most.
#[derive(Debug)]
struct Known<D, T>(Vec<(D, T)>);

impl<D, T> Default for Known<D, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<D: Clone + PartialEq, T: Clone> Known<D, T> {
    fn get(
        &mut self,
        definition: &D,
        build: impl FnOnce(&D) -> Result<T, BuildError>,
    ) -> Result<T, BuildError> {
        if let Some((_, built)) = self.0.iter().find(|(known, _)| known == definition) {
            return Ok(built.clone());
        }
        let built = build(definition)?;
        self.0.push((definition.clone(), built.clone()));
        Ok(built)
    }
}

impl Parts {
    pub(super) fn char_filters(
        &mut self,
        definitions: &[CharFilter],
    ) -> Result<Vec<Arc<char_filter::CharFilter>>, BuildError> {
        let mut built =
            |filter: &CharFilter| self.char_filters.get(filter, |filter| filter.build().map(Arc::new));
        definitions.iter().map(&mut built).collect()
    }

    pub(super) fn tokenizer(
        &mut self,
        definition: &Tokenizer,
    ) -> Result<Arc<tokenizer::Tokenizer>, BuildError> {
        self.tokenizers.get(definition, |tokenizer| tokenizer.build().map(Arc::new))
    }

    pub(super) fn token_filter(&mut self, definition: &TokenFilter) -> Result<Vec<Link>, BuildError> {
        self.token_filters.get(definition, |filter| {
            let mut links = Vec::new();
            filter.build(&mut links)?;
            Ok(links)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Chain, Pattern, Synonym};

    #[test]
    fn what_is_defined_the_same_is_built_once() {
        let mapping = |rule: &str| CharFilter::Mapping { mappings: vec![rule.to_owned()] };
        let synonym = |rule: &str| {
            TokenFilter::Synonym(Synonym { synonyms: vec![rule.to_owned()], ..Synonym::default() })
        };
        let mut parts = Parts::default();
        let [one, same, other] =
            ["a=>b", "a=>b", "a=>c"].map(|rule| parts.char_filters(&[mapping(rule)]).unwrap());
        assert!(Arc::ptr_eq(&one[0], &same[0]) && !Arc::ptr_eq(&one[0], &other[0]));
        let [one, same, other] =
            ["a, b", "a, b", "a, c"].map(|rule| parts.token_filter(&synonym(rule)).unwrap());
        let [Link::Stage(one), Link::Stage(same), Link::Stage(other)] = [&one[0], &same[0], &other[0]] else {
            panic!("synonyms are stages");
        };
        assert!(Arc::ptr_eq(one, same) && !Arc::ptr_eq(one, other));
        let tokenizer = Tokenizer::Pattern(Pattern::default());
        let [one, same] = [0, 1].map(|_| parts.tokenizer(&tokenizer).unwrap());
        assert!(Arc::ptr_eq(&one, &same));
    }

    /// A bad component is as bad the second time.
    #[test]
    fn errors_are_not_remembered_as_something_else() {
        let bad = CharFilter::Mapping { mappings: vec!["a".to_owned()] };
        let chain =
            Chain { char_filters: vec![bad], tokenizer: Tokenizer::Whitespace, token_filters: Vec::new() };
        let mut parts = Parts::default();
        let [first, second] = [0, 1].map(|_| chain.build_of(&mut parts, "x").unwrap_err());
        assert_eq!(first, second);
    }
}
