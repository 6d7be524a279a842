//! Metaphone (Lawrence Philips, 1990): the consonants of English, four at most.

const LEN_MAX: usize = 4;

/// The word's code.
pub(super) fn encode(word: &str) -> String {
    let upper = word.to_uppercase();
    if word.encode_utf16().count() < 2 {
        return upper;
    }
    let units = upper.encode_utf16();
    let letters: Vec<char> = units.map(|unit| char::from_u32(u32::from(unit)).unwrap_or(' ')).collect();
    let word = Word { letters: without_silent_start(letters) };
    let mut code = String::new();
    let mut place = 0;
    while code.len() < LEN_MAX && place < word.letters.len() {
        let letter = word.at(place);
        // Doubled letters count once.
        if letter == 'C' || !word.is_before(place, letter) {
            place += word.encode(place, letter, &mut code);
        }
        place += 1;
    }
    code.truncate(LEN_MAX);
    code
}

fn without_silent_start(mut letters: Vec<char>) -> Vec<char> {
    match letters[..] {
        ['K' | 'G' | 'P', 'N', ..] | ['A', 'E', ..] | ['W', 'R', ..] => drop(letters.remove(0)),
        ['W', 'H', ..] => {
            letters.remove(0);
            if let Some(first) = letters.first_mut() {
                *first = 'W';
            }
        }
        ['X', ..] => {
            if let Some(first) = letters.first_mut() {
                *first = 'S';
            }
        }
        _ => {}
    }
    letters
}

/// A word in upper case.
struct Word {
    letters: Vec<char>,
}

impl Word {
    /// The letter at a place; a space behind the end.
    fn at(&self, place: usize) -> char {
        self.letters.get(place).copied().unwrap_or(' ')
    }

    fn is_before(&self, place: usize, letter: char) -> bool {
        place.checked_sub(1).is_some_and(|before| self.at(before) == letter)
    }

    fn is_last(&self, place: usize) -> bool {
        place + 1 == self.letters.len()
    }

    fn is_vowel(&self, place: usize) -> bool {
        "AEIOU".contains(self.at(place))
    }

    fn is_front_vowel(&self, place: usize) -> bool {
        "EIY".contains(self.at(place))
    }

    fn has(&self, place: usize, text: &str) -> bool {
        text.chars().enumerate().all(|(offset, letter)| self.at(place + offset) == letter)
    }

    /// Appends the sound of a letter; the number of letters behind it that are spoken with it.
    fn encode(&self, place: usize, letter: char, code: &mut String) -> usize {
        match letter {
            'A' | 'E' | 'I' | 'O' | 'U' if place == 0 => code.push(letter),
            'B' if self.is_before(place, 'M') && self.is_last(place) => {}
            'C' => code.push_str(self.c(place)),
            'D' if self.has(place, "DG") && self.is_front_vowel(place + 2) => {
                code.push('J');
                return 2;
            }
            'D' => code.push('T'),
            'G' => code.push_str(self.g(place)),
            'H' => {
                let silent = place > 0 && "CSPTG".contains(self.at(place - 1));
                if !silent && self.is_vowel(place + 1) {
                    code.push('H');
                }
            }
            'K' if self.is_before(place, 'C') => {}
            'P' if self.at(place + 1) == 'H' => code.push('F'),
            'B' | 'F' | 'J' | 'K' | 'L' | 'M' | 'N' | 'P' | 'R' => code.push(letter),
            'Q' => code.push('K'),
            'S' if ["SH", "SIO", "SIA"].iter().any(|text| self.has(place, text)) => code.push('X'),
            'S' | 'Z' => code.push('S'),
            'T' if self.has(place, "TIA") || self.has(place, "TIO") => code.push('X'),
            'T' if self.has(place, "TCH") => {}
            'T' if self.has(place, "TH") => code.push('0'),
            'T' => code.push('T'),
            'V' => code.push('F'),
            'W' | 'Y' if self.is_vowel(place + 1) => code.push(letter),
            'X' => code.push_str("KS"),
            _ => {}
        }
        0
    }

    fn c(&self, place: usize) -> &'static str {
        let (front, after_s) = (self.is_front_vowel(place + 1), self.is_before(place, 'S'));
        if after_s && front {
            ""
        } else if self.has(place, "CIA") {
            "X"
        } else if front {
            "S"
        } else if self.at(place + 1) != 'H' || after_s || (place == 0 && self.is_vowel(2)) {
            "K"
        } else {
            "X"
        }
    }

    fn g(&self, place: usize) -> &'static str {
        let before_h = self.at(place + 1) == 'H';
        if (before_h && !self.is_vowel(place + 2)) || (place > 0 && self.has(place, "GN")) {
            ""
        } else if self.is_front_vowel(place + 1) && !self.is_before(place, 'G') {
            "J"
        } else {
            "K"
        }
    }
}
