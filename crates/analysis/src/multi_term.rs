//! What becomes of the parts of a query that stand for many terms at once: prefixes, wildcards, fuzzy words and regular
//! expressions.
//!
//! No analyzer sees them and no synonym expands them; they are put in lower case and that is all (`analysis.md` §7.3). So
//! `été*` does not find what an analyzer folded to `ete`, and nothing with a capital is found in a field whose analyzer keeps
//! capitals.
//!
//! Lower case is that of the filter `lowercase`, character by character. Lucene up to version 6 takes Java's
//! `String.toLowerCase` here, which makes a final Σ a ς and İ an `i` with a dot of its own: two letters that no text has
//! after the filter, so a query in capitals would not find the words that it was copied from.
//!
//! Texts come as a parser leaves them: of prefixes and fuzzy words the escapes are gone, of the others they are still there,
//! because they tell operators from characters.

use crate::unicode::{lowercase, lowercase_char};

/// The beginning that terms are to have, without the `*`.
pub fn prefix(text: &str) -> String {
    lowercase(text)
}

/// The word that terms are to resemble, without `~` and what follows it. Distances are counted in the characters of this.
pub fn fuzzy(text: &str) -> String {
    lowercase(text)
}

/// The text between the slashes. It may be in lower case as a whole, operators and all: of Lucene's `RegExp` none is a letter,
/// and a letter behind `\` is that letter (there is no `\D` or `\W`). A range that lower case turns round, such as `[Z-a]`, is
/// an error of the expression, as it is in Lucene.
pub fn regex(text: &str) -> String {
    lowercase(text)
}

/// A part of a word with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wildcard {
    /// These characters.
    Text(String),
    /// `?`: one character, a whole code point.
    One,
    /// `*`: any number of characters, also none.
    Run,
}

/// The parts of a word with wildcards (Lucene's `WildcardQuery`). A `\` takes its meaning from the character behind it, and is
/// itself at the end. Texts are as long as they can be, and several `*` in a row are one.
pub fn wildcard(text: &str) -> Vec<Wildcard> {
    let mut parts = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            '*' if parts.last() == Some(&Wildcard::Run) => continue,
            '*' => {
                parts.push(Wildcard::Run);
                continue;
            }
            '?' => {
                parts.push(Wildcard::One);
                continue;
            }
            '\\' => chars.next().unwrap_or('\\'),
            other => other,
        };
        match parts.last_mut() {
            Some(Wildcard::Text(text)) => text.push(lowercase_char(literal)),
            Some(Wildcard::One | Wildcard::Run) | None => {
                parts.push(Wildcard::Text(lowercase_char(literal).to_string()));
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predefined;

    /// What they all do to characters; the right sides are what Lucene 8.8.1 makes of the left ones by the keyword
    /// tokenizer and `LowerCaseFilter`, and for the first five Java's `toLowerCase(Locale.ROOT)` is the same.
    const LOWERED: [(&str, &str); 9] = [
        ("Hotel", "hotel"),
        ("ÉTÉ", "été"),
        ("Straße", "straße"),
        ("ЖУК-2", "жук-2"),
        ("Ⅷ\u{10400}", "ⅷ\u{10428}"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İZMİR", "izmir"),
        ("I", "i"),
        ("", ""),
    ];

    #[test]
    fn terms_are_lowered_and_nothing_else() {
        for (given, expected) in LOWERED {
            assert_eq!(prefix(given), expected);
            assert_eq!(fuzzy(given), expected);
            assert_eq!(regex(given), expected);
            let parts = if expected.is_empty() { vec![] } else { vec![Wildcard::Text(expected.to_owned())] };
            assert_eq!(wildcard(given), parts);
        }
        // Stop words, endings, accents and white space are left alone.
        for kept in ["the", "running", "dog's", "élan", " a  b ", "wi-fi", "\u{fb01}"] {
            assert_eq!((prefix(kept), fuzzy(kept), regex(kept)), (kept.into(), kept.into(), kept.into()));
        }
    }

    /// The point of going character by character: a word in capitals is found by what it begins with.
    #[test]
    fn a_prefix_in_capitals_begins_the_term() {
        let analyzer = predefined("standard.lucene").unwrap().analyzer;
        for text in ["ΟΔΟΣ", "İZMİR", "ÉTÉ", "Straße"] {
            let term = analyzer.tokens(text).remove(0).text;
            assert!(term.starts_with(&prefix(text)), "{text} {term}");
        }
    }

    #[test]
    fn wildcards_are_told_from_characters() {
        let check = |given: &str, expected: &str| {
            let show = |part: &Wildcard| match part {
                Wildcard::Text(text) => format!("[{text}]"),
                Wildcard::One => "?".to_owned(),
                Wildcard::Run => "*".to_owned(),
            };
            assert_eq!(wildcard(given).iter().map(show).collect::<String>(), expected, "{given}");
        };
        check("", "");
        check("*", "*");
        check("Te?T*er", "[te]?[t]*[er]");
        check("?*?", "?*?");
        check("a**b***", "[a]*[b]*");
        check(r"A\*B", "[a*b]");
        check(r"what\?*", "[what?]*");
        check(r"\\*", r"[\]*");
        check(r"\Q", "[q]");
        check(r"end\", r"[end\]");
        check("ÉTÉ*\u{10400}?", "[été]*[\u{10428}]?");
    }

    #[test]
    fn operators_of_expressions_stay() {
        let check = |given: &str, expected: &str| assert_eq!(regex(given), expected);
        check("[A-Z]{2,3}", "[a-z]{2,3}");
        check(r#"(Ab|C.?)+~(D)&@#"E"<1-9>[^F]"#, r#"(ab|c.?)+~(d)&@#"e"<1-9>[^f]"#);
        check(r"\/HOTEL\.\D", r"\/hotel\.\d");
        check("[Z-a]", "[z-a]");
    }
}
