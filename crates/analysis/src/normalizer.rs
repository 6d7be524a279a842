//! Normalizers: what a value of a filterable, sortable or facetable field is compared as.

use std::sync::{Arc, LazyLock};

use crate::analyzer::{Analyzer, Scratch};
use crate::error::AnalysisError;
use crate::filter::{FRENCH_ARTICLES, Filter, WordSet};
use crate::tokenizer::Tokenizer;

/// A normalizer ready to run. Immutable and shared, `Send + Sync`.
#[derive(Debug)]
pub struct Normalizer {
    /// Makes one token of the whole text.
    analyzer: Analyzer,
}

impl Normalizer {
    pub(crate) fn new(analyzer: Analyzer) -> Self {
        Self { analyzer }
    }

    /// The name, e.g. `lowercase`.
    pub fn name(&self) -> &str {
        self.analyzer.name()
    }

    /// Raised whenever the normalizer's output changes.
    pub fn revision(&self) -> u32 {
        self.analyzer.revision()
    }

    /// What `value` becomes. Of two tokens, as `asciifolding` with `preserveOriginal` makes, it is the first
    /// (analysis.md §4.5).
    ///
    /// # Errors
    ///
    /// A value that a pattern of the normalizer cannot be run over.
    pub fn normalize(&self, value: &str) -> Result<String, AnalysisError> {
        let mut first = None;
        self.analyzer.run(value, &mut Scratch::default(), &mut |token| {
            first.get_or_insert_with(|| token.text.to_owned());
        })?;
        Ok(first.unwrap_or_default())
    }

    /// The analyzer that does it, for the `analyze` API, which shows the token's offsets.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }
}

/// Looks a predefined normalizer up by the service's name (analysis.md §4.5); None when there is none of that name.
pub fn predefined_normalizer(name: &str) -> Option<Arc<Normalizer>> {
    static ALL: LazyLock<[Arc<Normalizer>; 5]> = LazyLock::new(|| {
        [
            ("standard", vec![Filter::Lowercase, Filter::AsciiFolding]),
            ("lowercase", vec![Filter::Lowercase]),
            ("uppercase", vec![Filter::Uppercase]),
            ("asciifolding", vec![Filter::AsciiFolding]),
            ("elision", vec![Filter::Elision(WordSet::new(FRENCH_ARTICLES.iter().copied(), true))]),
        ]
        .map(|(name, filters)| Arc::new(Normalizer::new(Analyzer::new(name, 1, Tokenizer::Keyword, filters))))
    });
    ALL.iter().find(|normalizer| normalizer.name() == name).cloned()
}
