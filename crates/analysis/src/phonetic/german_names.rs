//! `koelnerPhonetik` and `haasePhonetik`: the encoders of German names that Elasticsearch 1.x had beside those of Commons
//! Codec (analysis.md §4.2).
//!
//! They give one code for each way of writing a name: its parts apart and together, and letters that are taken for one
//! another exchanged. One token holds all codes, joined by `_`. The exchanges are told in upper case, before the name is
//! raised to it; so they apply to names written in capitals alone, in Elasticsearch too.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// A name of more units has no code: nobody is called so, and its parts and exchanges would be thousands.
const LEN_MAX: usize = 256;

/// Ways of writing a name beyond these are not looked at. (Elasticsearch looks at all; they double with each exchange.)
const SPELLINGS_MAX: usize = 256;

/// One of the two.
pub(super) struct Scheme {
    /// What may be exchanged for what; `^` is the beginning and `$` the end, and both count as letters of what they stand
    /// beside: the encoders leave them in the spelling that is not exchanged, and go on behind them.
    exchanges: &'static [(&'static str, &'static str)],
    /// The digit of a vowel at the beginning.
    vowel: char,
}

/// Kölner Phonetik (Hans Joachim Postel, 1969), as in Rainer Schnell's Matching Toolbox.
pub(super) const KOELNER: Scheme = Scheme {
    exchanges: &[("AUN", "OWN"), ("OWN", "AUN"), ("RB", "RW"), ("RW", "RB"), ("WSK", "RSK"), ("RSK", "WSK")],
    vowel: '0',
};

/// Erweiterte Kölner Phonetik (Martin Haase and Kai Heitmann, 2000).
pub(super) const HAASE: Scheme = Scheme {
    exchanges: &[
        ("OWN", "AUN"),
        ("RB", "RW"),
        ("WSK", "RSK"),
        ("A$", "AR"),
        ("O$", "OW"),
        ("SCH", "CH"),
        ("GLI", "LI"),
        ("EAU$", "O"),
        ("^CH", "SCH"),
        ("AUX", "O"),
        ("EUX", "O"),
        ("ILLE", "I"),
    ],
    vowel: '9',
};

impl Scheme {
    /// The codes, joined; empty for a name without any.
    pub(super) fn encode(&self, name: &str) -> String {
        if name.encode_utf16().count() > LEN_MAX {
            return String::new();
        }
        let mut spellings = Vec::new();
        for part in parts(name) {
            let room = SPELLINGS_MAX.saturating_sub(spellings.len());
            if room == 0 {
                break;
            }
            spellings.extend(self.spellings(&part.chars().collect::<Vec<_>>(), room));
        }
        let codes: Vec<String> = spellings.iter().map(|spelling| self.code(spelling)).collect();
        codes.join("_")
    }

    /// A part as it is, and with exchanges; at most so many.
    fn spellings(&self, part: &[char], most: usize) -> Vec<String> {
        let mut spellings = vec![String::new()];
        let mut from = 0;
        while let Some((at, (letters, others))) = self.next_exchange(part, from) {
            let between: String = part.get(from..at).unwrap_or_default().iter().collect();
            let exchanged: Vec<String> = if spellings.len() * 2 <= most {
                spellings.iter().map(|start| [start, between.as_str(), others].concat()).collect()
            } else {
                Vec::new()
            };
            for spelling in &mut spellings {
                spelling.push_str(&between);
                spelling.push_str(letters);
            }
            spellings.extend(exchanged);
            from = at + letters.len();
        }
        let rest: String = part.get(from..).unwrap_or_default().iter().collect();
        spellings.iter_mut().for_each(|spelling| spelling.push_str(&rest));
        spellings
    }

    /// The first exchange of the list that there is at a place or behind it, and where; not the first in the part.
    fn next_exchange(&self, part: &[char], from: usize) -> Option<(usize, (&'static str, &'static str))> {
        self.exchanges.iter().find_map(|exchange| Some((find(part, from, exchange.0)?, *exchange)))
    }

    /// The digits of a spelling.
    fn code(&self, spelling: &str) -> String {
        let upper = spelling.to_uppercase().replace('Ä', "AE").replace('Ö', "OE").replace('Ü', "UE");
        let mut letters: Vec<char> = upper.chars().collect();
        letters.dedup();
        let mut digits: Vec<char> = Vec::new();
        for (at, letter) in letters.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied().unwrap_or('_');
            let next = letters.get(at + 1).copied().unwrap_or('_');
            match letter {
                'A' | 'E' | 'I' | 'J' | 'Y' | 'O' | 'U' if at == 0 || (at == 1 && before == 'H') => {
                    digits.push(self.vowel);
                }
                'C' if digits.last() == Some(&'8') => digits.push('8'),
                _ => digits.extend(consonant(*letter, before, next).chars()),
            }
        }
        digits.dedup();
        digits.into_iter().collect()
    }
}

/// The ways in which the words of a name may be put together: all of them, and rows of some of them. (A space or a
/// punctuation mark beside another leaves an empty word, which counts.)
fn parts(name: &str) -> impl Iterator<Item = String> {
    use GeneralCategoryGroup::{Letter, Number, Other, Punctuation, Separator};
    let is_spelled = |c: &char| matches!(c.general_category_group(), Letter | Number);
    let all: String = name.chars().filter(is_spelled).collect();
    let parts_words = |c: char| matches!(c.general_category_group(), Separator | Other | Punctuation);
    let mut words: Vec<String> = name.split(parts_words).map(str::to_owned).collect();
    while words.last().is_some_and(String::is_empty) {
        words.pop();
    }
    let count = words.len();
    let rows = (0..count).flat_map(move |first| {
        let mut row = String::new();
        let rows =
            words.get(first..).unwrap_or_default().iter().enumerate().filter_map(move |(number, word)| {
                row.push_str(word);
                (number + 1 != count).then(|| row.clone())
            });
        rows.collect::<Vec<_>>()
    });
    std::iter::once(all).chain(rows)
}

/// Where letters, which may begin with `^` or end with `$`, are at a place or behind it.
fn find(part: &[char], from: usize, letters: &str) -> Option<usize> {
    let bare: Vec<char> = letters.trim_matches(['^', '$']).chars().collect();
    let is_at = |at: usize| part.get(at..).is_some_and(|rest| rest.starts_with(&bare));
    if letters.starts_with('^') {
        return (from == 0 && is_at(0)).then_some(0);
    }
    if letters.ends_with('$') {
        let at = part.len().checked_sub(bare.len())?;
        return (at >= from && is_at(at)).then_some(at);
    }
    (from..part.len()).find(|at| is_at(*at))
}

/// The digits of a consonant between its neighbours; none of anything else.
fn consonant(letter: char, before: char, next: char) -> &'static str {
    match letter {
        'B' => "1",
        'P' if next == 'H' => "33",
        'P' => "1",
        'D' | 'T' if "CSZ".contains(next) => "8",
        'D' | 'T' => "2",
        'F' | 'V' | 'W' => "3",
        'G' | 'K' | 'Q' => "4",
        'C' if before == '_' && "AHKLOQRUX".contains(next) => "4",
        'C' if before != '_' && "AOUHKXQ".contains(next) => "4",
        'X' if !"CKQ".contains(before) => "48",
        'C' | 'X' | 'S' | 'Z' => "8",
        'L' => "5",
        'M' | 'N' => "6",
        'R' => "7",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{HAASE, KOELNER};

    /// By the rules of analysis.md §4.2.
    #[test]
    fn names_have_a_code_for_each_spelling() {
        for (name, koelner, haase) in [
            ("Müller", "657", "657"),
            ("Mueller", "657", "657"),
            ("Breschnew", "17863", "17863"),
            ("Otto", "02", "92"),
            ("Philipp", "351", "351"),
            ("BAUN", "16_136", "16"),
            ("", "", ""),
            ("?!", "", ""),
            ("Meier-Müller", "67657_67_657", "67657_67_657"),
        ] {
            assert_eq!(KOELNER.encode(name), koelner, "{name}");
            assert_eq!(HAASE.encode(name), haase, "{name}");
        }
    }

    #[test]
    fn spellings_are_bounded() {
        let codes = |name: &str| KOELNER.encode(name).split('_').count();
        assert_eq!(codes(&"RBE".repeat(8)), 256);
        assert_eq!(codes(&"RBE".repeat(80)), 256);
        assert_eq!(codes(&"a ".repeat(128)), 256);
        assert_eq!(KOELNER.encode(&"a".repeat(257)), "");
    }
}
