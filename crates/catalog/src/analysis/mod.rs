//! Analyzers and normalizers of an index, built from its definition.
//!
//! ```text
//! name ──▶ component of the index, or predefined ──▶ options ──▶ lazuli_analysis::definition ──▶ Analyzer
//!          (completed: every option is there)
//! ```
//!
//! A name that needs no definition stands for a component with the defaults of its type, so that there is one way from a
//! name to what runs.

mod char_filters;
mod options;
mod token_filters;
mod tokenizers;

use std::cell::RefCell;
use std::sync::Arc;

use lazuli_analysis::definition::{BuildError, Chain, Configured, NormalizerChain, Parts, Tokenizer};
use lazuli_analysis::{Analyzer, Normalizer, predefined, predefined_normalizer};
use lazuli_wire::indexes::{Component, Index};

use self::options::Options;
use crate::components::{ANALYZER, CHAR_FILTER, NORMALIZER, TOKEN_FILTER, TOKENIZER, type_name};

/// Builds what an index's definition names. What the analyzers have in common, they share.
#[derive(Debug)]
pub struct Analyses<'a> {
    definition: &'a Index,
    built: RefCell<Parts>,
}

/// Why something cannot be built. The sentences are ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildProblem {
    /// Nothing has this name.
    #[error("The {kind} '{name}' is not defined.")]
    Unknown {
        /// `analyzer`, `tokenizer`, …
        kind: &'static str,
        /// As it was given.
        name: String,
    },
    /// The service has it and we do not, yet.
    #[error("{what} not supported yet.")]
    NotYet {
        /// A subject and its verb: `The flag 'CANON_EQ' of the tokenizer 'x' is`.
        what: String,
    },
    /// Its options cannot be used.
    #[error("The {kind} '{name}' cannot be used: {error}.")]
    Unusable {
        /// `analyzer`, `tokenizer`, …
        kind: &'static str,
        /// Its name.
        name: String,
        /// What is wrong.
        error: BuildError,
    },
}

impl<'a> Analyses<'a> {
    /// Builds from a completed definition.
    pub fn of(definition: &'a Index) -> Self {
        Self { definition, built: RefCell::default() }
    }

    /// The analyzer of a name, predefined or of the index.
    ///
    /// # Errors
    ///
    /// A name that means nothing, or options that cannot be used.
    pub fn analyzer(&self, name: &str) -> Result<Arc<Analyzer>, BuildProblem> {
        if let Some(found) = predefined(name) {
            return Ok(found.analyzer);
        }
        let component = find(ANALYZER, &self.definition.analyzers, name)?;
        let options = Options::of(component);
        tokenizers::refuse_canonical(&options, ANALYZER, name)?;
        let type_name = type_name(component).unwrap_or_default();
        let configured = match tokenizers::configured(type_name, &options) {
            Some(configured) => configured,
            None => {
                let tokenizer = options.text("tokenizer").unwrap_or_default();
                let (token, char) = (options.texts("tokenFilters"), options.texts("charFilters"));
                Configured::Custom(self.parts(tokenizer, token, char)?)
            }
        };
        built(ANALYZER, name, configured.build_of(&mut self.built.borrow_mut(), name))
    }

    /// A tokenizer with filters around it, for which the index has no name.
    ///
    /// # Errors
    ///
    /// A name that means nothing, or options that cannot be used.
    pub fn chain(
        &self,
        tokenizer: &str,
        token_filters: &[String],
        char_filters: &[String],
    ) -> Result<Arc<Analyzer>, BuildProblem> {
        let token_filters = token_filters.iter().map(String::as_str).collect();
        let char_filters = char_filters.iter().map(String::as_str).collect();
        let chain = self.parts(tokenizer, token_filters, char_filters)?;
        built(TOKENIZER, tokenizer, chain.build_of(&mut self.built.borrow_mut(), tokenizer))
    }

    /// Whether a component of the index means anything by itself, for those that no analyzer names.
    ///
    /// # Errors
    ///
    /// Options that cannot be used.
    pub(crate) fn check(&self, kind: &'static str, name: &str) -> Result<(), BuildProblem> {
        let mut chain =
            Chain { char_filters: Vec::new(), tokenizer: Tokenizer::Whitespace, token_filters: Vec::new() };
        match kind {
            TOKENIZER => chain.tokenizer = self.tokenizer(name)?,
            TOKEN_FILTER => chain.token_filters.push(self.token_filter(name)?),
            CHAR_FILTER => chain.char_filters.push(self.char_filter(name)?),
            ANALYZER => return self.analyzer(name).map(drop),
            NORMALIZER => return self.normalizer(name).map(drop),
            _ => return Err(unknown(kind, name)),
        }
        built(kind, name, chain.build_of(&mut self.built.borrow_mut(), name)).map(drop)
    }

    /// The normalizer of a name, predefined or of the index.
    ///
    /// # Errors
    ///
    /// A name that means nothing, or options that cannot be used.
    pub fn normalizer(&self, name: &str) -> Result<Arc<Normalizer>, BuildProblem> {
        if let Some(found) = predefined_normalizer(name) {
            return Ok(found);
        }
        let options = Options::of(find(NORMALIZER, &self.definition.normalizers, name)?);
        let chain = NormalizerChain {
            char_filters: self.each(options.texts("charFilters"), Self::char_filter)?,
            token_filters: self.each(options.texts("tokenFilters"), Self::token_filter)?,
        };
        built(NORMALIZER, name, chain.build_of(&mut self.built.borrow_mut(), name))
    }

    fn parts(
        &self,
        tokenizer: &str,
        token_filters: Vec<&str>,
        char_filters: Vec<&str>,
    ) -> Result<Chain, BuildProblem> {
        Ok(Chain {
            char_filters: self.each(char_filters, Self::char_filter)?,
            tokenizer: self.tokenizer(tokenizer)?,
            token_filters: self.each(token_filters, Self::token_filter)?,
        })
    }

    fn each<T>(
        &self,
        names: Vec<&str>,
        build: impl Fn(&Self, &str) -> Result<T, BuildProblem>,
    ) -> Result<Vec<T>, BuildProblem> {
        names.into_iter().map(|name| build(self, name)).collect()
    }
}

/// The component of this name.
fn find<'a>(kind: &'static str, list: &'a [Component], name: &str) -> Result<&'a Component, BuildProblem> {
    list.iter().find(|component| component.name == name).ok_or_else(|| unknown(kind, name))
}

fn unknown(kind: &'static str, name: &str) -> BuildProblem {
    BuildProblem::Unknown { kind, name: name.to_owned() }
}

fn built<T>(kind: &'static str, name: &str, result: Result<T, BuildError>) -> Result<Arc<T>, BuildProblem> {
    result.map(Arc::new).map_err(|error| BuildProblem::Unusable { kind, name: name.to_owned(), error })
}
