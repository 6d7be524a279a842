//! Kölner Phonetik (Hans Joachim Postel, 1969): digits for the sounds of German.

/// The word's code.
pub(super) fn encode(word: &str) -> String {
    let letters: Vec<char> = word.to_uppercase().chars().map(plain).collect();
    let mut code = Code { digits: String::new(), last: '/' };
    let mut before = '-';
    for (place, letter) in
        letters.iter().copied().enumerate().filter(|(_, letter)| letter.is_ascii_uppercase())
    {
        let next = letters.get(place + 1).copied().unwrap_or('-');
        for digit in digits(letter, before, next, code.digits.is_empty()).chars() {
            code.put(digit);
        }
        before = letter;
    }
    code.digits
}

fn plain(letter: char) -> char {
    match letter {
        'Ä' => 'A',
        'Ü' => 'U',
        'Ö' => 'O',
        _ => letter,
    }
}

/// What a letter between its neighbours sounds like; `-` for nothing, which still parts equal digits.
fn digits(letter: char, before: char, next: char, is_first: bool) -> &'static str {
    match letter {
        'A' | 'E' | 'I' | 'J' | 'O' | 'U' | 'Y' => "0",
        'B' => "1",
        'P' if next != 'H' => "1",
        'D' | 'T' if !"CSZ".contains(next) => "2",
        'F' | 'P' | 'V' | 'W' => "3",
        'G' | 'K' | 'Q' => "4",
        'X' if !"CKQ".contains(before) => "48",
        'S' | 'Z' | 'D' | 'T' | 'X' => "8",
        'C' if is_first => {
            if "AHKLOQRUX".contains(next) {
                "4"
            } else {
                "8"
            }
        }
        'C' => {
            if "SZ".contains(before) || !"AHKOQUX".contains(next) {
                "8"
            } else {
                "4"
            }
        }
        'R' => "7",
        'L' => "5",
        'M' | 'N' => "6",
        _ => "-",
    }
}

struct Code {
    digits: String,
    last: char,
}

impl Code {
    /// Equal neighbours count once, zeros at the beginning only.
    fn put(&mut self, digit: char) {
        if digit != '-' && digit != self.last && (digit != '0' || self.digits.is_empty()) {
            self.digits.push(digit);
        }
        self.last = digit;
    }
}
