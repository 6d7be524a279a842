//! The ends of host names on the internet, by which the tokenizer `uax_url_email` knows one: IANA's list of May 2018, as
//! Lucene 8.8.1 has it.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How a top-level domain may go on and be another. Lucene's grammar has a list for each, and treats what follows a host
/// name list by list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suffixes {
    /// No other is one character longer, nor two.
    None,
    /// One is longer by a character.
    OneCharacter,
    /// One is longer by two characters.
    TwoCharacters,
}

/// Paragraphs in the order of [`Suffixes`].
const LISTS: &str = include_str!("top_level_domains.txt");

/// The longest name, `xn--vermgensberatung-pwb`.
pub(crate) const TOP_LEVEL_DOMAIN_MAX: usize = 24;

/// Whether the name, in lower case, is a top-level domain, and of which list.
pub(crate) fn top_level_domain(name: &str) -> Option<Suffixes> {
    static DOMAINS: LazyLock<HashMap<&str, Suffixes>> = LazyLock::new(|| {
        let lists = [Suffixes::None, Suffixes::OneCharacter, Suffixes::TwoCharacters];
        let named =
            |(list, names): (&'static str, Suffixes)| list.split_whitespace().map(move |name| (name, names));
        LISTS.split("\n\n").zip(lists).flat_map(named).collect()
    });
    DOMAINS.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_known_with_their_list() {
        assert_eq!(top_level_domain("com"), Some(Suffixes::None));
        assert_eq!(top_level_domain("ac"), Some(Suffixes::OneCharacter)); // .aco
        assert_eq!(top_level_domain("ai"), Some(Suffixes::TwoCharacters)); // .aigo
        assert_eq!(top_level_domain("txt"), None);
        let longest = LISTS.split_whitespace().map(str::len).max();
        assert_eq!(longest, Some(TOP_LEVEL_DOMAIN_MAX));
    }
}
