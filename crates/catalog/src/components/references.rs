//! What components name: an analyzer its tokenizer and filters, a normalizer its filters.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    ANALYZER, CHAR_FILTER, Component, Components, NORMALIZER, TOKEN_FILTER, TOKENIZER, texts, type_name,
    words,
};
use crate::error::ComponentProblem;

/// Types of own token filters that a normalizer may name: those of [`words::NORMALIZER_TOKEN_FILTERS`] with options.
const NORMALIZER_TOKEN_FILTER_TYPES: [&str; 2] = ["AsciiFoldingTokenFilter", "ElisionTokenFilter"];

/// Whatever an analyzer or a normalizer names is predefined or one of the index's own.
pub(super) fn check(components: &Components) -> Result<(), ComponentProblem> {
    let own = Own {
        tokenizers: by_name(&components.tokenizers),
        token_filters: by_name(&components.token_filters),
        char_filters: by_name(&components.char_filters),
    };
    components.analyzers.iter().try_for_each(|analyzer| own.check_analyzer(analyzer))?;
    components.normalizers.iter().try_for_each(|normalizer| own.check_normalizer(normalizer))
}

type ByName<'a> = HashMap<&'a str, &'a Component>;

fn by_name(list: &[Component]) -> ByName<'_> {
    list.iter().map(|component| (component.name.as_str(), component)).collect()
}

/// The index's own components that others may name.
struct Own<'a> {
    tokenizers: ByName<'a>,
    token_filters: ByName<'a>,
    char_filters: ByName<'a>,
}

impl Own<'_> {
    /// Only custom analyzers name anything; the others have none of these options.
    fn check_analyzer(&self, analyzer: &Component) -> Result<(), ComponentProblem> {
        let options = &analyzer.options;
        let tokenizer = options.get("tokenizer").and_then(Value::as_str);
        let tokenizers =
            tokenizer.into_iter().map(|name| (TOKENIZER, name, words::TOKENIZERS, &self.tokenizers));
        let token_filters = texts(options, "tokenFilters")
            .map(|name| (TOKEN_FILTER, name, words::TOKEN_FILTERS, &self.token_filters));
        let char_filters = texts(options, "charFilters")
            .map(|name| (CHAR_FILTER, name, words::CHAR_FILTERS, &self.char_filters));
        for (part, part_name, predefined, own) in tokenizers.chain(token_filters).chain(char_filters) {
            if !predefined.contains(&part_name) && !own.contains_key(part_name) {
                let (name, part_name) = (analyzer.name.clone(), part_name.to_owned());
                return Err(ComponentProblem::UnknownPart { kind: ANALYZER, name, part, part_name });
            }
        }
        Ok(())
    }

    /// Filters of normalizers must be of those that leave one token one token (`api.md` §3.3).
    fn check_normalizer(&self, normalizer: &Component) -> Result<(), ComponentProblem> {
        for filter in texts(&normalizer.options, "tokenFilters") {
            let own = self.token_filters.get(filter);
            let known = words::TOKEN_FILTERS.contains(&filter) || own.is_some();
            let own_type = own.and_then(|own| type_name(own));
            let allowed = words::NORMALIZER_TOKEN_FILTERS.contains(&filter)
                || own_type.is_some_and(|name| NORMALIZER_TOKEN_FILTER_TYPES.contains(&name));
            check_normalizer_part(normalizer, (TOKEN_FILTER, filter), known, allowed)?;
        }
        for filter in texts(&normalizer.options, "charFilters") {
            // Both types of character filters are allowed; html_strip, the predefined one, is not.
            let own = self.char_filters.contains_key(filter);
            let known = own || words::CHAR_FILTERS.contains(&filter);
            check_normalizer_part(normalizer, (CHAR_FILTER, filter), known, own)?;
        }
        Ok(())
    }
}

fn check_normalizer_part(
    normalizer: &Component,
    (part, part_name): (&'static str, &str),
    known: bool,
    allowed: bool,
) -> Result<(), ComponentProblem> {
    let (name, part_name) = (normalizer.name.clone(), part_name.to_owned());
    match (known, allowed) {
        (true, true) => Ok(()),
        (true, false) => Err(ComponentProblem::NotInNormalizers { name, part, part_name }),
        (false, _) => Err(ComponentProblem::UnknownPart { kind: NORMALIZER, name, part, part_name }),
    }
}
