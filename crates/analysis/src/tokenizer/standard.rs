//! The standard tokenizer: words by Unicode's word break rules (UAX #29) as Lucene's `StandardTokenizer` reads them.
//!
//! At each place the longest match of seven patterns is a token, the first pattern naming its kind; a character that
//! begins no match is skipped. The patterns are regular expressions over *classes* of characters (analysis.md §3.1).
//!
//! `length_max` cuts within the scanner: a match never looks further than that many UTF-16 units, and the rest of a
//! longer word is scanned on its own. Where a char filter took text out right behind such a cut, Lucene's token ends before
//! it, because its scanner has not read on; here it ends behind it, as all others do.

use std::sync::LazyLock;

use super::dfa::{self, DEAD, Dfa, START};
use super::place::Place;
use crate::pipeline::{Flow, Kind, Piece, Stop};
use crate::unicode::eight::{self, Eight};
use crate::unicode::*;

/// Feeds each word of `text` to `emit`. Answers the text's length in UTF-16 units.
pub(super) fn tokenize(
    text: &str,
    length_max: u32,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<u32, Stop> {
    let scanner = Scanner::get();
    let mut at = Place::default();
    while let Some(&byte) = text.as_bytes().get(at.byte) {
        if ASCII[usize::from(byte)] != 0 {
            at.byte += 1;
            at.unit += 1;
            continue;
        }
        // Two places that emit: a word that is either's goes through memory and takes half as long again.
        if let Some(PlainWord { len, kind, is_lower }) = plain_word(text.as_bytes(), at.byte, length_max) {
            let end = Place { byte: at.byte + len, unit: at.unit + len as u32 };
            let word = text.get(at.byte..end.byte).unwrap_or_default();
            emit(Piece { is_lower, ..Piece::new(word, at.unit, end.unit, kind) })?;
            at = end;
            continue;
        }
        match scanner.longest(text, at, length_max) {
            Scan::Word { end, kind } => {
                let word = text.get(at.byte..end.byte).unwrap_or_default();
                emit(Piece::new(word, at.unit, end.unit, kind))?;
                at = end;
            }
            Scan::Nothing { next } => at = next,
        }
    }
    Ok(at.unit)
}

/// What the scanner finds at a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scan {
    Word {
        end: Place,
        kind: Kind,
    },
    /// No word begins here, nor before `next`.
    Nothing {
        next: Place,
    },
}

/// A word of ASCII letters and digits.
#[derive(Debug, Clone, Copy)]
struct PlainWord {
    len: usize,
    kind: Kind,
    /// It has no capitals.
    is_lower: bool,
}

/// The shortcut for what most words are: ASCII letters and digits up to something that surely ends the word. None when
/// it takes the automaton to tell.
#[inline]
fn plain_word(text: &[u8], start: usize, length_max: u32) -> Option<PlainWord> {
    let word = text.get(start..)?;
    let (mut len, mut letters, mut capitals) = (0, 0, 0);
    while let Some(rest) = word.get(len..) {
        let eight = Eight::first_of(rest);
        let others = eight::ALL & !(eight.letters() | eight.digits());
        letters |= eight.letters() & eight::before(others);
        capitals |= eight.capitals() & eight::before(others);
        len += eight::count_before(others);
        if others != 0 || len > length_max as usize {
            break;
        }
    }
    let meaning = |at: usize| word.get(at).map_or(SPACE, |&byte| ASCII[usize::from(byte)]);
    // A middle joins only when a letter or digit follows it, or something that may belong to one.
    let ends = meaning(len) == SPACE || meaning(len) == MIDDLE && meaning(len + 1) != 0;
    if !ends || len == 0 || len > length_max as usize {
        return None;
    }
    let kind = if letters == 0 { Kind::Number } else { Kind::Word };
    Some(PlainWord { len, kind, is_lower: capitals == 0 })
}

/// What bytes mean that are no letters or digits of ASCII: nothing that [`plain_word`] knows if they are underscores or parts
/// of characters beyond ASCII.
const ASCII: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => 0,
            b'.' | b',' | b':' | b';' | b'\'' => MIDDLE,
            _ => SPACE,
        };
        byte += 1;
    }
    table
};

/// Begins no word and ends each.
const SPACE: u8 = 1;
/// Begins no word, but may stand between two letters or two digits.
const MIDDLE: u8 = 2;

/// The seven patterns as an automaton over classes of characters.
#[derive(Debug)]
pub(super) struct Scanner {
    chars: &'static CharTable,
    dfa: Dfa,
}

impl Scanner {
    pub(super) fn get() -> &'static Self {
        static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::new(CharTable::get()));
        &SCANNER
    }

    /// The longest word that begins at `start` and has at most `length_max` units.
    pub(super) fn longest(&self, text: &str, start: Place, length_max: u32) -> Scan {
        let mut longest = None;
        let mut state = START;
        let mut at = start;
        for c in text.get(start.byte..).unwrap_or_default().chars() {
            let after = at.after(c);
            let too_long = after.unit - start.unit > length_max;
            if too_long && longest.is_some() {
                break;
            }
            state = self.step(state, c);
            if state == DEAD {
                break;
            }
            at = after;
            let accepts = self.dfa.accepts(state);
            if too_long && (accepts.is_some() || !self.begins_nothing(c)) {
                return Scan::Nothing { next: self.next_beginning(text, start, at, length_max) };
            }
            if let Some(kind) = accepts {
                longest = Some(Scan::Word { end: at, kind });
            }
        }
        longest.unwrap_or_else(|| Scan::Nothing { next: self.next_beginning(text, start, at, 0) })
    }

    fn step(&self, state: u8, c: char) -> u8 {
        self.dfa.step(state, self.chars.class(c))
    }

    /// Whether the character begins no word unless more like it and then another follow, as the underscore.
    fn begins_nothing(&self, c: char) -> bool {
        let state = self.step(START, c);
        state == DEAD || state == self.step(START, '_')
    }

    /// The first place behind `start` where a word may begin, given that none begins at `start` although the automaton read
    /// on to `end`. Places more than `reach` units before `end` are passed over, as long as nothing else begins there.
    ///
    /// Trying each place would take time quadratic in the length of a line of underscores.
    fn next_beginning(&self, text: &str, start: Place, end: Place, reach: u32) -> Place {
        let mut at = first_char(text, start);
        for c in text.get(at.byte..end.byte).unwrap_or_default().chars() {
            if end.unit - at.unit <= reach || !self.begins_nothing(c) {
                break;
            }
            at = at.after(c);
        }
        at
    }
}

/// The place behind the character at `start`.
fn first_char(text: &str, start: Place) -> Place {
    start.char_in(text).map_or(start, |c| start.after(c))
}

/// The kinds of words in the order of [`patterns`].
const KINDS: [Kind; 7] = [
    Kind::Number,
    Kind::Hangul,
    Kind::Katakana,
    Kind::Word,
    Kind::SoutheastAsian,
    Kind::Ideographic,
    Kind::Hiragana,
];

/// The patterns over classes: a class is the byte of its number.
fn patterns(classes: &[Properties]) -> [String; 7] {
    let set = |wanted: Properties| {
        dfa::any_of(classes.len(), |class| classes.get(class).is_some_and(|has| has & wanted != 0))
    };
    let ignorable = set(IGNORABLE);
    let one = |wanted| format!("(?:{}{ignorable}*)", set(wanted));
    let (hebrew, katakana) = (one(HEBREW_LETTER), one(KATAKANA));
    let (single, double) = (one(SINGLE_QUOTE), one(DOUBLE_QUOTE));
    let extend = one(EXTEND_NUM_LET);
    let digit = one(NUMERIC);
    let mid_number = one(MID_NUM | MID_NUM_LET | SINGLE_QUOTE);
    let letter = one(A_LETTER | HEBREW_LETTER);
    let mid_letter = one(MID_LETTER | MID_NUM_LET | SINGLE_QUOTE);

    let number = format!("(?:{digit}(?:(?:{extend}*|{mid_number}){digit})*)");
    let letters = format!("{letter}(?:(?:{extend}*|{mid_letter}){letter})*");
    let quoted = format!("{hebrew}(?:{single}|{double}{hebrew})");
    let core = format!("(?:{katakana}(?:{extend}*{katakana})*|(?:{quoted}|{number}|{letters})+)");
    [
        format!("{extend}*{number}{extend}*"),
        format!("{}+", one(HANGUL)),
        format!("{katakana}+"),
        format!("{extend}*{core}(?:{extend}+{core})*{extend}*"),
        format!("{}+", one(SOUTHEAST_ASIAN)),
        one(HAN),
        one(HIRAGANA),
    ]
}

impl Scanner {
    fn new(chars: &'static CharTable) -> Self {
        let classes = chars.classes();
        Self { chars, dfa: Dfa::new(&patterns(classes), &KINDS, classes.len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Attributes;

    /// The words of `text` at the default length: start, end, kind.
    fn words(text: &str) -> Vec<(u32, u32, &'static str)> {
        let mut words = Vec::new();
        let end = tokenize(text, 255, &mut |piece| {
            let Attributes { start, end, kind, .. } = piece.attributes;
            words.push((start, end, kind.name()));
            Ok(())
        });
        assert_eq!(end, Ok(text.encode_utf16().count() as u32));
        words
    }

    #[test]
    fn the_automaton_is_small() {
        let states = Scanner::get().dfa.states();
        assert!(states <= 256, "{states} states");
        assert!(CharTable::get().classes().len() <= dfa::CLASSES_MAX);
    }

    /// No text takes time quadratic in its length; these would run for a good while.
    #[test]
    fn long_runs_are_scanned_in_linear_time() {
        let times = 1 << 20; // 255 units make a token
        for (part, expected) in [("a", 4113), ("é", 4113), ("_", 0), ("_a", 8225), ("-", 0), ("'", 0)] {
            assert_eq!(words(&part.repeat(times)).len(), expected, "{part}");
        }
    }

    /// 42 350 adversarial texts run through Lucene 8.8.1; it sees emoji, which the service's Lucene does not.
    #[test]
    fn agrees_with_lucene_on_many_texts() {
        let Some(lines) = crate::reference_data::lines("std_tokenizer_vectors_lucene8.jsonl.gz") else {
            return;
        };
        let (mut compared, mut different) = (0, Vec::new());
        for line in lines {
            let case: serde_json::Value = serde_json::from_str(&line).unwrap();
            let text = case["text"].as_str().unwrap();
            let expected: Vec<(u32, u32, &str)> = case["tokens"]
                .as_array()
                .unwrap()
                .iter()
                .map(|t| {
                    (t[0].as_u64().unwrap() as u32, t[1].as_u64().unwrap() as u32, t[2].as_str().unwrap())
                })
                .collect();
            if expected.iter().any(|token| token.2 == "<EMOJI>") {
                continue;
            }
            compared += 1;
            if words(text) != expected {
                different.push(text.to_owned());
            }
        }
        assert!(compared > 42_000, "{compared} texts");
        assert!(different.is_empty(), "{} differ, e.g. {:?}", different.len(), different.first());
    }
}
