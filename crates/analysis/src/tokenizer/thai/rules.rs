//! Where words end: what `BreakIterator.getWordInstance` of the JDK finds for Thai, as far as words go (white space and
//! signs come one by one).

use std::sync::LazyLock;

use super::words;
use crate::unicode::CharSet;

/// What rules ask of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Marks and format characters, which belong to what is before them.
    Ignored,
    /// Is cut into words by the dictionary.
    Thai,
    /// Also vowel signs with a place of their own, and `ฯ` and `ๆ`, which may end what the dictionary cuts.
    Letter,
    Digit,
    Kanji,
    Katakana,
    Hiragana,
    /// Marks of kana.
    KanaMark,
    /// May stand between two letters, between two digits or both.
    Middle {
        letters: bool,
        digits: bool,
    },
    /// May stand before a number, and some within or behind one.
    Before,
    /// May stand behind a number.
    Behind,
    /// Ends phrases in scripts of India, as part of their last word.
    Danda,
    Other,
}

fn sort(c: char) -> Sort {
    static SETS: LazyLock<[(CharSet, Sort); 5]> = LazyLock::new(|| {
        [
            (CharSet::of(r"[\p{L}\p{Mc}]"), Sort::Letter),
            (CharSet::of(r"\p{N}"), Sort::Digit),
            (CharSet::of(r"\p{Pd}"), Sort::Middle { letters: true, digits: false }),
            (CharSet::of(r"\p{Sc}"), Sort::Before),
            (CharSet::of(r"[\p{Mn}\p{Me}\p{Cf}]"), Sort::Ignored),
        ]
    });
    match c {
        'ฯ' | 'ๆ' => Sort::Letter,
        'ก'..='ฺ' | 'เ'..='๎' => Sort::Thai,
        '"' | '\'' | '.' => Sort::Middle { letters: true, digits: true },
        ',' | '\u{66b}' => Sort::Middle { letters: false, digits: true },
        '\u{ad}' | '\u{2027}' => Sort::Middle { letters: true, digits: false },
        '#' => Sort::Before,
        '¢' | '%' | '\u{66a}' | '\u{2030}' | '\u{2031}' => Sort::Behind,
        '\u{964}' | '\u{965}' => Sort::Danda,
        '々' | '一'..='龥' | '\u{f900}'..='\u{fa2d}' => Sort::Kanji,
        'ァ'..='ヺ' | 'ヽ' | 'ヾ' => Sort::Katakana,
        'ぁ'..='ゔ' | 'ゝ' | 'ゞ' => Sort::Hiragana,
        '\u{3099}'..='\u{309c}' | 'ー' => Sort::KanaMark,
        _ => SETS.iter().find(|(set, _)| set.contains(c)).map_or(Sort::Other, |(_, sort)| *sort),
    }
}

/// The end of each word, sign and space, in characters; the last is the text's.
pub(super) fn ends(text: &[char]) -> Vec<usize> {
    let sorts: Vec<Sort> = text.iter().map(|c| sort(*c)).collect();
    let mut ends = Vec::new();
    // Marks that nothing is before belong to what is behind them.
    let marks = sorts.iter().take_while(|sort| **sort == Sort::Ignored).count();
    let mut at = if marks < sorts.len() { marks } else { 0 };
    while let Some(&first) = sorts.get(at) {
        let rules = Rules { text, sorts: &sorts };
        let end = match first {
            Sort::Thai => {
                let end = rules.thai(at);
                words::cut(text.get(at..end).unwrap_or_default(), at, &mut ends);
                at = end;
                continue;
            }
            Sort::Letter if rules.is_and_so_on(at) => at + 3,
            Sort::Letter | Sort::Digit => rules.words_and_numbers(at),
            Sort::Before => rules.number_behind(at),
            Sort::Middle { .. } if text.get(at) == Some(&'.') => rules.number_behind(at),
            Sort::Kanji => rules.run(at, &[Sort::Kanji]),
            Sort::Katakana => rules.run(at, &[Sort::Katakana, Sort::KanaMark]),
            Sort::Hiragana => rules.run(at, &[Sort::Hiragana, Sort::KanaMark]),
            Sort::KanaMark
            | Sort::Middle { .. }
            | Sort::Behind
            | Sort::Danda
            | Sort::Ignored
            | Sort::Other => rules.behind(at),
        };
        ends.push(end);
        at = end;
    }
    ends
}

struct Rules<'t> {
    text: &'t [char],
    sorts: &'t [Sort],
}

impl Rules<'_> {
    fn sort(&self, at: usize) -> Sort {
        self.sorts.get(at).copied().unwrap_or(Sort::Other)
    }

    /// The place behind a character and the marks on it.
    fn behind(&self, at: usize) -> usize {
        let marks = self.sorts.iter().skip(at + 1).take_while(|sort| **sort == Sort::Ignored);
        (at + 1 + marks.count()).min(self.sorts.len())
    }

    /// The place behind a run of characters.
    fn run(&self, mut at: usize, sorts: &[Sort]) -> usize {
        while sorts.contains(&self.sort(at)) && at < self.sorts.len() {
            at = self.behind(at);
        }
        at
    }

    /// Whether `ฯลฯ` is at a place, which stands on its own.
    fn is_and_so_on(&self, at: usize) -> bool {
        self.text.get(at..at + 3) == Some(&['ฯ', 'ล', 'ฯ'])
    }

    /// The place behind letters of Thai, with marks of other scripts among them, and a sign that ends them.
    fn thai(&self, start: usize) -> usize {
        let is_within = |sort: &&Sort| matches!(sort, Sort::Thai | Sort::Ignored);
        let letters = self.sorts.iter().skip(start).take_while(is_within);
        let end = start + letters.count();
        if self.is_and_so_on(end) {
            return end;
        }
        let is_sign = |at: usize, sign: char| usize::from(self.text.get(at) == Some(&sign));
        let end = end + is_sign(end, 'ฯ');
        end + is_sign(end, 'ๆ')
    }

    /// The place behind letters and digits in any order: what stands in the middle of words may be between two letters,
    /// what stands in the middle of numbers between two digits, and what stands behind words or numbers at the end.
    fn words_and_numbers(&self, start: usize) -> usize {
        let mut last = self.sort(start);
        let mut at = self.behind(start);
        loop {
            let (next, after) = (self.sort(at), self.behind(at));
            let joins = match next {
                Sort::Letter | Sort::Digit => {
                    last = next;
                    true
                }
                Sort::Middle { letters, digits } => {
                    let wanted = if last == Sort::Letter { letters } else { digits };
                    wanted && self.sort(after) == last
                }
                Sort::Behind if last == Sort::Digit => return after,
                Sort::Danda if last == Sort::Letter => return after,
                Sort::Behind | Sort::Danda | Sort::Before | Sort::Ignored | Sort::Other => false,
                Sort::Thai => false,
                Sort::Kanji | Sort::Katakana | Sort::Hiragana | Sort::KanaMark => false,
            };
            if !joins {
                return at;
            }
            at = after;
        }
    }

    /// The place behind a sign and the number that it may belong to.
    fn number_behind(&self, start: usize) -> usize {
        let at = self.behind(start);
        if self.sort(at) == Sort::Digit { self.words_and_numbers(at) } else { at }
    }
}
