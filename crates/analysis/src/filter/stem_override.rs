//! `stemmer_override`: stems by a list, which stemmers then leave alone (Lucene's `StemmerOverrideFilter`).

use std::collections::HashMap;
use std::sync::Arc;

use crate::term::Term;

/// What each word of the list becomes.
#[derive(Debug, Clone)]
pub(crate) struct StemOverride {
    stems: Arc<HashMap<Box<str>, Box<str>>>,
}

impl StemOverride {
    /// From words and their stems; of several stems of a word the first counts.
    pub(crate) fn new(rules: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut stems = HashMap::new();
        for (word, stem) in rules {
            stems.entry(word.into_boxed_str()).or_insert(stem.into_boxed_str());
        }
        Self { stems: Arc::new(stems) }
    }

    /// Bytes of the longest stem.
    pub(super) fn longest(&self) -> usize {
        self.stems.values().map(|stem| stem.len()).max().unwrap_or(0)
    }

    /// Replaces the term and makes it a keyword, unless it is one.
    pub(super) fn apply(&self, term: &mut Term<'_>) {
        if term.attributes.keyword {
            return;
        }
        if let Some(stem) = self.stems.get(term.text()) {
            term.rewrite(|_, after| after.push_str(stem));
            term.attributes.keyword = true;
        }
    }
}
