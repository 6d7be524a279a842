//! `classic`: the grammar of Lucene before it knew Unicode's rules (`ClassicTokenizer`): words with letters and digits of
//! Unicode 3.0, company names, acronyms, e-mail addresses, host names and numbers of all sorts; each character of Chinese
//! and Japanese on its own.
//!
//! At each place the longest match of nine patterns is a token, the first pattern naming its kind. Tokens longer than
//! `length_max` are left out and leave a gap.

use std::sync::LazyLock;

use super::dfa::{self, DEAD, Dfa, START};
use super::place::Place;
use crate::data::{CLASSIC_DIGITS, CLASSIC_LETTERS};
use crate::pipeline::{End, Flow, Kind, Piece, Stop};

/// Feeds each word of `text` to `emit`.
pub(super) fn tokenize(
    text: &str,
    length_max: u32,
    emit: &mut impl FnMut(Piece<'_>) -> Flow,
) -> Result<End, Stop> {
    let mut scanner = Scanner { grammar: Grammar::get(), text, no_email_before: 0 };
    let mut at = Place::default();
    let mut holes = 0;
    while let Some(c) = at.char_in(text) {
        let Some((end, kind)) = scanner.longest(at) else {
            at = at.after(c);
            continue;
        };
        let (start, mut word) = (at, text.get(at.byte..end.byte).unwrap_or_default());
        at = end;
        if end.unit - start.unit > length_max {
            holes += 1;
            continue;
        }
        if kind == Kind::Host {
            word = word.strip_suffix('.').unwrap_or(word); // only where an acronym was suspected
        }
        let piece = Piece::new(word, start.unit, end.unit, kind);
        emit(piece.with(|attributes| attributes.increment += std::mem::take(&mut holes)))?;
    }
    Ok(End { holes, offset: at.unit })
}

/// The grammar over one text.
struct Scanner<'t> {
    grammar: &'static Grammar,
    text: &'t str,
    /// No e-mail address begins between the place scanned and this byte. Without it, each word of `a-a-a-…` would be taken
    /// for the beginning of one, which takes reading on to the end of the line to refute.
    no_email_before: usize,
}

impl Scanner<'_> {
    /// The longest word that begins at `start`.
    fn longest(&mut self, start: Place) -> Option<(Place, Kind)> {
        let may_be_email = start.byte >= self.no_email_before;
        let dfa = if may_be_email { &self.grammar.all } else { &self.grammar.no_email };
        let mut longest = None;
        let mut local_part_end = None;
        let (mut state, mut at) = (START, start);
        for c in self.text.get(start.byte..)?.chars() {
            state = dfa.step(state, self.grammar.class(c));
            if state == DEAD {
                break;
            }
            if matches!(c, '@' | ',' | '/' | '&' | '\'') {
                local_part_end.get_or_insert(at.byte);
            }
            at = at.after(c);
            if let Some(kind) = dfa.accepts(state) {
                longest = Some((at, kind));
            }
        }
        if may_be_email {
            // Any address that begins within what was read goes on as the one that was not found here.
            self.no_email_before = local_part_end.unwrap_or(at.byte);
        }
        longest
    }
}

const OTHER: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// Signs of Thai that are no letters, but belong to words.
const THAI: u8 = 3;
/// Chinese and Japanese.
const CJ: u8 = 4;
/// What may stand between parts of a word; its place here plus [`FIRST_MARK`] is its class.
const MARKS: [char; 8] = ['.', '-', '_', '/', ',', '@', '&', '\''];
const FIRST_MARK: u8 = 5;
const CLASSES: usize = FIRST_MARK as usize + MARKS.len();

const CHINESE_AND_JAPANESE: [(u16, u16); 8] = [
    (0x3040, 0x312f),
    (0x31f0, 0x31ff),
    (0x3300, 0x337f),
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0xf900, 0xfaff),
    (0xff65, 0xff9f),
    (0x30a0, 0x30ff),
];

#[derive(Debug)]
struct Grammar {
    /// Of each character up to U+FFFF.
    classes: Vec<u8>,
    all: Dfa,
    no_email: Dfa,
}

impl Grammar {
    fn get() -> &'static Self {
        static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
            let patterns = patterns();
            let kinds: Vec<Kind> = patterns.iter().map(|(kind, _)| *kind).collect();
            let sources: Vec<String> = patterns.iter().map(|(_, source)| source.clone()).collect();
            let all = Dfa::new(&sources, &kinds, CLASSES);
            let rest = patterns.into_iter().filter(|(kind, _)| *kind != Kind::Email);
            let (kinds, sources): (Vec<Kind>, Vec<String>) = rest.unzip();
            Grammar { classes: classes(), all, no_email: Dfa::new(&sources, &kinds, CLASSES) }
        });
        &GRAMMAR
    }

    fn class(&self, c: char) -> u8 {
        self.classes.get(c as usize).copied().unwrap_or(OTHER)
    }
}

fn classes() -> Vec<u8> {
    let mut classes = vec![OTHER; 0x1_0000];
    let mut set = |ranges: &[(u16, u16)], class: u8| {
        for &(first, last) in ranges {
            classes[usize::from(first)..=usize::from(last)].fill(class);
        }
    };
    set(&[(0xe00, 0xe59)], THAI);
    set(CLASSIC_LETTERS, LETTER);
    set(CLASSIC_DIGITS, DIGIT);
    set(&CHINESE_AND_JAPANESE, CJ);
    for (class, mark) in (FIRST_MARK..).zip(MARKS) {
        classes[mark as usize] = class;
    }
    classes
}

/// The patterns over classes, in order of precedence.
fn patterns() -> [(Kind, String); 9] {
    let set = |wanted: &[u8]| dfa::any_of(CLASSES, |class| wanted.iter().any(|w| usize::from(*w) == class));
    let marks = |wanted: &str| {
        dfa::any_of(CLASSES, |class| {
            class.checked_sub(usize::from(FIRST_MARK)).is_some_and(|at| wanted.contains(MARKS[at]))
        })
    };
    let (letter, digit, dot, at) = (set(&[LETTER]), set(&[DIGIT]), marks("."), marks("@"));
    let word = format!("{}+", set(&[LETTER, DIGIT, THAI]));
    let letters = format!("{letter}+");
    let plain = format!("{}*", set(&[LETTER, DIGIT]));
    let numbered = format!("{plain}{digit}{plain}");
    let mark = marks("_-/.,");
    let number = format!(
        "(?:{word}{mark}{numbered}|{numbered}{mark}{word}\
        |{word}(?:{mark}{numbered}{mark}{word})+|{numbered}(?:{mark}{word}{mark}{numbered})+\
        |{word}{mark}{numbered}(?:{mark}{word}{mark}{numbered})+\
        |{numbered}{mark}{word}(?:{mark}{numbered}{mark}{word})+)"
    );
    let email = format!("{word}(?:{}{word})*{at}{word}(?:{}{word})+", marks(".-_"), marks(".-"));
    [
        (Kind::Word, word.clone()),
        (Kind::Apostrophe, format!("{letters}(?:{}{letters})+", marks("'"))),
        (Kind::Acronym, format!("{letter}{dot}(?:{letter}{dot})+")),
        (Kind::Company, format!("{letters}{}{letters}", marks("&@"))),
        (Kind::Email, email),
        (Kind::Host, format!("{word}(?:{dot}{word})+")),
        (Kind::Number, number),
        (Kind::Cj, set(&[CJ])),
        // Acronyms as the grammar once had them; what is cut off is the last dot.
        (Kind::Host, format!("{word}{dot}(?:{word}{dot})+")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::char_filter::utf16_len;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let end = tokenize(text, 255, &mut |piece| {
            words.push(format!("{}{}", piece.text, piece.attributes.kind.name()));
            Ok(())
        });
        assert_eq!(end, Ok(End { holes: 0, offset: utf16_len(text) }));
        words
    }

    #[test]
    fn the_automata_are_small() {
        let Grammar { all, no_email, .. } = Grammar::get();
        assert!(all.states() <= 256 && no_email.states() <= 256, "{} {}", all.states(), no_email.states());
    }

    /// What the comments of Lucene's grammar give as examples.
    #[test]
    fn kinds_are_told_apart() {
        let found = words("O'Reilly's U.S.A. AT&T joe@a-b.org lucene.apache.org 21.35 日 a.bc.");
        let expected = [
            "O'Reilly's<APOSTROPHE>",
            "U.S.A.<ACRONYM>",
            "AT&T<COMPANY>",
            "joe@a-b.org<EMAIL>",
            "lucene.apache.org<HOST>",
            "21.35<HOST>",
            "日<CJ>",
            "a.bc<HOST>",
        ];
        assert_eq!(found, expected);
    }

    /// These would run for a good while if each word were taken for the beginning of an address.
    #[test]
    fn long_runs_are_scanned_in_linear_time() {
        let times = 1 << 18;
        for (part, expected) in [("a-", times), ("1@", times), ("a@b_", times), ("'", 0)] {
            assert_eq!(words(&part.repeat(times)).len(), expected, "{part}");
        }
    }
}
