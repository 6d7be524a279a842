//! Which properties each character has, for the tokenizers.
//!
//! The properties themselves are checked in (`data/char_properties.rs`) so that tokens stay the same when a crate brings a
//! newer Unicode; a test derives them again from the Unicode tables of `regex-syntax`. At first use they are spread out
//! into a two-stage table, because every character of every text is looked up in it.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::data::CHAR_PROPERTIES;

/// A set of properties of one character.
pub(crate) type Properties = u16;

/// General category L (`Character.isLetter` of Java).
pub(crate) const LETTER: Properties = 1 << 0;
/// Word_Break=ALetter.
pub(crate) const A_LETTER: Properties = 1 << 1;
/// Word_Break=Hebrew_Letter.
pub(crate) const HEBREW_LETTER: Properties = 1 << 2;
/// Script=Hangul among the letters of the two above.
pub(crate) const HANGUL: Properties = 1 << 3;
/// Word_Break=Numeric, and the full-width digits.
pub(crate) const NUMERIC: Properties = 1 << 4;
/// Word_Break=Katakana.
pub(crate) const KATAKANA: Properties = 1 << 5;
/// Word_Break=MidLetter.
pub(crate) const MID_LETTER: Properties = 1 << 6;
/// Word_Break=MidNumLet.
pub(crate) const MID_NUM_LET: Properties = 1 << 7;
/// Word_Break=MidNum.
pub(crate) const MID_NUM: Properties = 1 << 8;
/// Word_Break=Single_Quote.
pub(crate) const SINGLE_QUOTE: Properties = 1 << 9;
/// Word_Break=Double_Quote.
pub(crate) const DOUBLE_QUOTE: Properties = 1 << 10;
/// Word_Break=ExtendNumLet: the underscore and its like.
pub(crate) const EXTEND_NUM_LET: Properties = 1 << 11;
/// Script=Han.
pub(crate) const HAN: Properties = 1 << 12;
/// Script=Hiragana.
pub(crate) const HIRAGANA: Properties = 1 << 13;
/// Line_Break=Complex_Context: Thai, Lao, Khmer, Myanmar and other scripts without spaces.
pub(crate) const SOUTHEAST_ASIAN: Properties = 1 << 14;
/// Word_Break=Format, Extend or ZWJ: belongs to the character before it.
pub(crate) const IGNORABLE: Properties = 1 << 15;

/// A number for each combination of properties that occurs; 0 is "none".
pub(crate) type Class = u8;

const BLOCK: usize = 256;

/// The class of every character, in two stages: blocks of 256 characters, equal blocks kept once.
#[derive(Debug)]
pub(crate) struct CharTable {
    blocks: Vec<u8>,
    classes: Vec<[Class; BLOCK]>,
    properties: Vec<Properties>,
}

impl CharTable {
    /// The one table.
    pub(crate) fn get() -> &'static Self {
        static TABLE: LazyLock<CharTable> = LazyLock::new(|| CharTable::new(CHAR_PROPERTIES));
        &TABLE
    }

    /// Spreads out runs of characters: where each begins and what its characters have; the first run begins at 0.
    fn new(runs: &[(u32, Properties)]) -> Self {
        let mut properties = vec![0];
        let mut flat = vec![0; char::MAX as usize + 1];
        let ends = runs.iter().skip(1).map(|&(start, _)| start as usize).chain([flat.len()]);
        for (&(start, has), end) in runs.iter().zip(ends) {
            let class = properties.iter().position(|&known| known == has).unwrap_or_else(|| {
                properties.push(has);
                properties.len() - 1
            });
            flat[start as usize..end].fill(class as Class);
        }
        let mut numbers = HashMap::new();
        let (flat_blocks, _) = flat.as_chunks::<BLOCK>();
        let mut classes = Vec::new();
        let blocks = flat_blocks.iter().map(|block| {
            *numbers.entry(block).or_insert_with(|| {
                classes.push(*block);
                (classes.len() - 1) as u8
            })
        });
        let blocks = blocks.collect();
        Self { blocks, classes, properties }
    }

    /// The character's class.
    #[inline]
    pub(crate) fn class(&self, c: char) -> Class {
        let at = c as usize;
        self.classes[usize::from(self.blocks[at / BLOCK])][at % BLOCK]
    }

    /// What the characters of each class have, by class.
    pub(crate) fn classes(&self) -> &[Properties] {
        &self.properties
    }

    /// Whether the character has the property.
    pub(crate) fn has(&self, c: char, property: Properties) -> bool {
        self.properties[usize::from(self.class(c))] & property != 0
    }
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{Class as HirClass, HirKind};

    use super::*;

    /// Line_Break=Complex_Context, which `regex-syntax` does not know (analysis.md §3.1).
    const SOUTHEAST_ASIAN_RANGES: &[(u32, u32)] = &[
        (0xe01, 0xe3a),
        (0xe40, 0xe4e),
        (0xe81, 0xe82),
        (0xe84, 0xe84),
        (0xe87, 0xe88),
        (0xe8a, 0xe8a),
        (0xe8d, 0xe8d),
        (0xe94, 0xe97),
        (0xe99, 0xe9f),
        (0xea1, 0xea3),
        (0xea5, 0xea5),
        (0xea7, 0xea7),
        (0xeaa, 0xeab),
        (0xead, 0xeb9),
        (0xebb, 0xebd),
        (0xec0, 0xec4),
        (0xec6, 0xec6),
        (0xec8, 0xecd),
        (0xedc, 0xedf),
        (0x1000, 0x103f),
        (0x1050, 0x108f),
        (0x109a, 0x109f),
        (0x1780, 0x17d3),
        (0x17d7, 0x17d7),
        (0x17dc, 0x17dd),
        (0x1950, 0x196d),
        (0x1970, 0x1974),
        (0x1980, 0x19ab),
        (0x19b0, 0x19c9),
        (0x19da, 0x19da),
        (0x19de, 0x19df),
        (0x1a20, 0x1a5e),
        (0x1a60, 0x1a7c),
        (0x1aa0, 0x1aad),
        (0xa9e0, 0xa9ef),
        (0xa9fa, 0xa9fe),
        (0xaa60, 0xaac2),
        (0xaadb, 0xaadf),
        (0x11700, 0x11719),
        (0x1171d, 0x1172b),
        (0x1173a, 0x1173b),
        (0x1173f, 0x1173f),
    ];

    /// Each property as a regular expression's class.
    const SOURCES: &[(Properties, &str)] = &[
        (LETTER, r"\p{L}"),
        (A_LETTER, r"\p{wb=ALetter}"),
        (HEBREW_LETTER, r"\p{wb=Hebrew_Letter}"),
        (HANGUL, r"[\p{Hangul}&&[\p{wb=ALetter}\p{wb=Hebrew_Letter}]]"),
        (NUMERIC, r"[\p{wb=Numeric}[[\x{FF00}-\x{FFEF}]&&\p{Nd}]]"),
        (KATAKANA, r"\p{wb=Katakana}"),
        (MID_LETTER, r"\p{wb=MidLetter}"),
        (MID_NUM_LET, r"\p{wb=MidNumLet}"),
        (MID_NUM, r"\p{wb=MidNum}"),
        (SINGLE_QUOTE, r"\p{wb=Single_Quote}"),
        (DOUBLE_QUOTE, r"\p{wb=Double_Quote}"),
        (EXTEND_NUM_LET, r"\p{wb=ExtendNumLet}"),
        (HAN, r"\p{Han}"),
        (HIRAGANA, r"\p{Hiragana}"),
        (IGNORABLE, r"[\p{wb=Format}\p{wb=Extend}\p{wb=ZWJ}]"),
    ];

    /// Characters whose word break property was another one in Unicode 9, which Lucene's grammar is built from: what they
    /// have there. Found by running every character of Unicode 9 through Lucene 8.8.1.
    const OTHER_IN_UNICODE_9: &[(Properties, &str)] = &[
        (
            0,
            r"[\x{2C2}-\x{2C5}\x{2D2}-\x{2D6}\x{2DE}\x{2DF}\x{2E5}-\x{2EB}\x{2ED}\x{2EF}-\x{2FF}\x{55A}-\x{55C}\x{55E}\x{55F}\x{58A}]",
        ),
        (0, r"[\x{19DA}\x{A708}-\x{A716}\x{A720}\x{A721}\x{A789}\x{A78A}\x{AB5B}\x{111C9}]"),
        (IGNORABLE, r"[\x{600}-\x{605}\x{6DD}\x{70F}\x{8E2}\x{1CF2}\x{1CF3}\x{110BD}]"),
        (MID_LETTER, r"[\x{2D7}]"),
        (MID_NUM, r"[\x{FE10}\x{FE14}]"),
    ];

    /// The properties that are no matter of word breaks.
    const NO_WORD_BREAK: Properties = LETTER | HAN | HIRAGANA | SOUTHEAST_ASIAN;

    fn ranges(pattern: &str) -> Vec<(u32, u32)> {
        let hir = regex_syntax::parse(pattern).unwrap();
        if let HirKind::Class(HirClass::Unicode(class)) = hir.kind() {
            return class.iter().map(|range| (range.start() as u32, range.end() as u32)).collect();
        }
        // A class of one character is parsed as that character.
        let HirKind::Literal(literal) = hir.kind() else { panic!("{pattern} is no class") };
        let c = std::str::from_utf8(&literal.0).unwrap().chars().next().unwrap();
        vec![(c as u32, c as u32)]
    }

    /// The runs as the Unicode tables of `regex-syntax` and the list above have them.
    fn derived() -> Vec<(u32, Properties)> {
        let mut flat = vec![0; char::MAX as usize + 1];
        let mut set = |ranges: &[(u32, u32)], keep: Properties, property: Properties| {
            for &(start, end) in ranges {
                flat[start as usize..=end as usize].iter_mut().for_each(|has| *has = *has & keep | property);
            }
        };
        for (property, pattern) in SOURCES {
            set(&ranges(pattern), Properties::MAX, *property);
        }
        set(SOUTHEAST_ASIAN_RANGES, Properties::MAX, SOUTHEAST_ASIAN);
        for (property, pattern) in OTHER_IN_UNICODE_9 {
            set(&ranges(pattern), NO_WORD_BREAK, *property);
        }
        let mut runs: Vec<(u32, Properties)> = Vec::new();
        for (at, has) in flat.into_iter().enumerate() {
            if runs.last().is_none_or(|&(_, before)| before != has) {
                runs.push((at as u32, has));
            }
        }
        runs
    }

    #[test]
    fn the_checked_in_properties_are_those_of_unicode() {
        assert!(
            derived() == CHAR_PROPERTIES,
            "run the ignored test `print_properties` and look at the difference"
        );
    }

    /// Prints the body of `data/char_properties.rs`, to be run when a newer Unicode is wanted (and every revision raised).
    #[test]
    #[ignore = "a tool"]
    fn print_properties() {
        for run in derived().chunks(7) {
            let line: Vec<String> =
                run.iter().map(|(start, has)| format!("({start:#x}, {has:#x})")).collect();
            println!("    {},", line.join(", "));
        }
    }

    #[test]
    fn characters_have_their_properties() {
        let table = CharTable::get();
        let has = |c| table.classes()[usize::from(table.class(c))];
        assert_eq!(has(' '), 0);
        assert_eq!(has('a'), LETTER | A_LETTER);
        assert_eq!(has('\''), SINGLE_QUOTE);
        assert_eq!(has('한'), LETTER | A_LETTER | HANGUL);
        assert_eq!(has('々'), LETTER | A_LETTER | HAN);
        assert_eq!(has('\u{e31}'), SOUTHEAST_ASIAN | IGNORABLE); // a Thai vowel sign
        assert_eq!(has('\u{ff11}'), NUMERIC);
        assert_eq!(has('\u{10ffff}'), 0);
        assert!(table.classes.len() <= 256, "a block's number is one byte");
    }
}
