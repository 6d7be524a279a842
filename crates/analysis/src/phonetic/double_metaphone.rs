//! Double Metaphone (Lawrence Philips, 2000): a code of four letters at most, and an alternative where a word may be
//! spoken in two ways.
//!
//! `0` stands for the sound of `th`, `X` for that of `sh`.

const LEN_MAX: usize = 4;

/// The word's code, and the alternative if it is another one; none of a word of white space.
pub(super) fn encode(word: &str) -> Vec<String> {
    let upper = word.trim_matches(|c: char| c <= ' ').to_uppercase();
    if upper.is_empty() {
        return Vec::new();
    }
    let units = upper.encode_utf16();
    let letters: Vec<char> = units.map(|unit| char::from_u32(u32::from(unit)).unwrap_or('\0')).collect();
    let slavic = ["W", "K", "CZ"].iter().any(|sign| upper.contains(sign));
    let word = Word { letters, slavic };
    let mut codes = Codes::default();
    let silent_start = ["GN", "KN", "PN", "WR", "PS"].iter().any(|start| upper.starts_with(start));
    let mut place = isize::from(silent_start);
    while !codes.are_complete() && place < word.len() {
        place += word.encode(place, &mut codes);
    }
    let mut all = vec![codes.primary];
    if !codes.alternate.is_empty() && !all.contains(&codes.alternate) {
        all.push(codes.alternate);
    }
    all
}

/// The two codes, as far as they are known.
#[derive(Default)]
struct Codes {
    primary: String,
    alternate: String,
}

impl Codes {
    fn both(&mut self, sound: &str) {
        self.either(sound, sound);
    }

    fn either(&mut self, primary: &str, alternate: &str) {
        for (code, sound) in [(&mut self.primary, primary), (&mut self.alternate, alternate)] {
            code.push_str(sound);
            code.truncate(LEN_MAX);
        }
    }

    fn are_complete(&self) -> bool {
        self.primary.len() >= LEN_MAX && self.alternate.len() >= LEN_MAX
    }
}

/// A word in upper case. Places are signed, as rules look at what may lie before the word.
struct Word {
    letters: Vec<char>,
    /// Whether it looks Slavic or Germanic.
    slavic: bool,
}

impl Word {
    fn len(&self) -> isize {
        self.letters.len() as isize
    }

    /// The letter at a place; NUL outside.
    fn at(&self, place: isize) -> char {
        usize::try_from(place).ok().and_then(|place| self.letters.get(place)).copied().unwrap_or('\0')
    }

    fn is_vowel(&self, place: isize) -> bool {
        matches!(self.at(place), 'A' | 'E' | 'I' | 'O' | 'U' | 'Y')
    }

    fn is_last(&self, place: isize) -> bool {
        place == self.len() - 1
    }

    /// Whether one of these, separated by `|`, stands at the place.
    fn has(&self, place: isize, texts: &str) -> bool {
        texts
            .split('|')
            .any(|text| (place..).zip(text.chars()).all(|(place, letter)| self.at(place) == letter))
    }

    fn is_germanic(&self) -> bool {
        self.has(0, "VAN |VON |SCH")
    }

    /// 2 when one of these letters follows, which then is spoken with this one; else 1.
    fn with_next(&self, place: isize, letters: &str) -> isize {
        if letters.contains(self.at(place + 1)) { 2 } else { 1 }
    }

    /// Appends the sound of the letter at a place; how many letters it took.
    fn encode(&self, place: isize, codes: &mut Codes) -> isize {
        match self.at(place) {
            'A' | 'E' | 'I' | 'O' | 'U' | 'Y' => {
                if place == 0 {
                    codes.both("A");
                }
                1
            }
            'B' => self.simple(place, "P", "B", codes),
            'Ç' => self.simple(place, "S", "", codes),
            'C' => self.c(place, codes),
            'D' => self.d(place, codes),
            'F' => self.simple(place, "F", "F", codes),
            'G' => self.g(place, codes),
            'H' => self.h(place, codes),
            'J' => self.j(place, codes),
            'K' => self.simple(place, "K", "K", codes),
            'L' => self.l(place, codes),
            'M' => self.m(place, codes),
            'N' => self.simple(place, "N", "N", codes),
            'Ñ' => self.simple(place, "N", "", codes),
            'P' if self.at(place + 1) == 'H' => {
                codes.both("F");
                2
            }
            'P' => self.simple(place, "P", "PB", codes),
            'Q' => self.simple(place, "K", "Q", codes),
            'R' => self.r(place, codes),
            'S' => self.s(place, codes),
            'T' => self.t(place, codes),
            'V' => self.simple(place, "F", "V", codes),
            'W' => self.w(place, codes),
            'X' => self.x(place, codes),
            'Z' => self.z(place, codes),
            _ => 1,
        }
    }

    fn simple(&self, place: isize, sound: &str, spoken_with: &str, codes: &mut Codes) -> isize {
        codes.both(sound);
        self.with_next(place, spoken_with)
    }

    fn c(&self, place: isize, codes: &mut Codes) -> isize {
        if self.is_hard_ch(place) {
            codes.both("K");
            2
        } else if place == 0 && self.has(0, "CAESAR") {
            codes.both("S");
            2
        } else if self.has(place, "CH") {
            self.ch(place, codes)
        } else if self.has(place, "CZ") && !self.has(place - 2, "WICZ") {
            codes.either("S", "X");
            2
        } else if self.has(place + 1, "CIA") {
            codes.both("X");
            3
        } else if self.has(place, "CC") && !(place == 1 && self.at(0) == 'M') {
            self.cc(place, codes)
        } else if self.has(place, "CK|CG|CQ") {
            codes.both("K");
            2
        } else if self.has(place, "CI|CE|CY") {
            codes.either("S", if self.has(place, "CIO|CIE|CIA") { "X" } else { "S" });
            2
        } else {
            codes.both("K");
            if self.has(place + 1, " C| Q| G") {
                3
            } else if self.has(place + 1, "C|K|Q") && !self.has(place + 1, "CE|CI") {
                2
            } else {
                1
            }
        }
    }

    /// `Bacher`, `Macher`, `chianti`.
    fn is_hard_ch(&self, place: isize) -> bool {
        if self.has(place, "CHIA") {
            return true;
        }
        place > 1
            && !self.is_vowel(place - 2)
            && self.has(place - 1, "ACH")
            && (!matches!(self.at(place + 2), 'I' | 'E') || self.has(place - 2, "BACHER|MACHER"))
    }

    fn cc(&self, place: isize, codes: &mut Codes) -> isize {
        if !self.has(place + 2, "I|E|H") || self.has(place + 2, "HU") {
            codes.both("K");
            return 2;
        }
        let hard = (place == 1 && self.at(0) == 'A') || self.has(place - 1, "UCCEE|UCCES");
        codes.both(if hard { "KS" } else { "X" });
        3
    }

    fn ch(&self, place: isize, codes: &mut Codes) -> isize {
        let greek_start = place == 0 && self.has(1, "HARAC|HARIS|HOR|HYM|HIA|HEM") && !self.has(0, "CHORE");
        let after_vowel = self.has(place - 1, "A|O|U|E") || place == 0;
        let before_consonant = self.has(place + 2, "L|R|N|M|B|H|F|V|W| ") || self.is_last(place + 1);
        let hard = self.is_germanic()
            || self.has(place - 2, "ORCHES|ARCHIT|ORCHID")
            || self.has(place + 2, "T|S")
            || (after_vowel && before_consonant);
        if place > 0 && self.has(place, "CHAE") {
            codes.either("K", "X");
        } else if greek_start || hard || (place > 0 && self.has(0, "MC")) {
            codes.both("K");
        } else {
            codes.either("X", if place > 0 { "K" } else { "X" });
        }
        2
    }

    fn d(&self, place: isize, codes: &mut Codes) -> isize {
        if self.has(place, "DG") {
            let soft = self.has(place + 2, "I|E|Y");
            codes.both(if soft { "J" } else { "TK" });
            return if soft { 3 } else { 2 };
        }
        self.simple(place, "T", "TD", codes)
    }

    fn g(&self, place: isize, codes: &mut Codes) -> isize {
        let next = self.at(place + 1);
        if next == 'H' {
            return self.gh(place, codes);
        }
        if next == 'N' {
            if place == 1 && self.is_vowel(0) && !self.slavic {
                codes.either("KN", "N");
            } else if !self.has(place + 2, "EY") && !self.slavic {
                codes.either("N", "KN");
            } else {
                codes.both("KN");
            }
        } else if self.has(place + 1, "LI") && !self.slavic {
            codes.either("KL", "L");
        } else if (place == 0 && self.has(1, "Y|ES|EP|EB|EL|EY|IB|IL|IN|IE|EI|ER"))
            || (self.has(place + 1, "ER|Y")
                && !self.has(0, "DANGER|RANGER|MANGER")
                && !self.has(place - 1, "E|I")
                && !self.has(place - 1, "RGY|OGY"))
        {
            codes.either("K", "J");
        } else if self.has(place + 1, "E|I|Y") || self.has(place - 1, "AGGI|OGGI") {
            if self.is_germanic() || self.has(place + 1, "ET") {
                codes.both("K");
            } else {
                codes.either("J", if self.has(place + 1, "IER") { "J" } else { "K" });
            }
        } else {
            codes.both("K");
            return self.with_next(place, "G");
        }
        2
    }

    fn gh(&self, place: isize, codes: &mut Codes) -> isize {
        if place > 0 && !self.is_vowel(place - 1) {
            codes.both("K");
        } else if place == 0 {
            codes.both(if self.at(2) == 'I' { "J" } else { "K" });
        } else if self.has(place - 2, "B|H|D") || self.has(place - 3, "B|H|D") || self.has(place - 4, "B|H") {
            // Silent, as in `bough`.
        } else if place > 2 && self.at(place - 1) == 'U' && self.has(place - 3, "C|G|L|R|T") {
            codes.both("F");
        } else if self.at(place - 1) != 'I' {
            codes.both("K");
        }
        2
    }

    fn h(&self, place: isize, codes: &mut Codes) -> isize {
        if (place == 0 || self.is_vowel(place - 1)) && self.is_vowel(place + 1) {
            codes.both("H");
            return 2;
        }
        1
    }

    fn j(&self, place: isize, codes: &mut Codes) -> isize {
        let san = self.has(0, "SAN ");
        if self.has(place, "JOSE") || san {
            let spanish = (place == 0 && self.at(4) == ' ') || self.len() == 4 || san;
            codes.either(if spanish { "H" } else { "J" }, "H");
            return 1;
        }
        if place == 0 {
            codes.either("J", "A");
        } else if self.is_vowel(place - 1) && !self.slavic && matches!(self.at(place + 1), 'A' | 'O') {
            codes.either("J", "H");
        } else if self.is_last(place) {
            codes.either("J", " ");
        } else if !self.has(place + 1, "L|T|K|S|N|M|B|Z") && !self.has(place - 1, "S|K|L") {
            codes.both("J");
        }
        self.with_next(place, "J")
    }

    fn l(&self, place: isize, codes: &mut Codes) -> isize {
        let spanish = (place == self.len() - 3 && self.has(place - 1, "ILLO|ILLA|ALLE"))
            || ((self.has(self.len() - 2, "AS|OS") || self.has(self.len() - 1, "A|O"))
                && self.has(place - 1, "ALLE"));
        codes.either("L", if self.at(place + 1) == 'L' && spanish { "" } else { "L" });
        self.with_next(place, "L")
    }

    fn m(&self, place: isize, codes: &mut Codes) -> isize {
        codes.both("M");
        let silent_b = self.has(place - 1, "UMB") && (self.is_last(place + 1) || self.has(place + 2, "ER"));
        if silent_b { 2 } else { self.with_next(place, "M") }
    }

    fn r(&self, place: isize, codes: &mut Codes) -> isize {
        let french =
            self.is_last(place) && !self.slavic && self.has(place - 2, "IE") && !self.has(place - 4, "ME|MA");
        codes.either(if french { "" } else { "R" }, "R");
        self.with_next(place, "R")
    }

    fn s(&self, place: isize, codes: &mut Codes) -> isize {
        if self.has(place - 1, "ISL|YSL") {
            1
        } else if place == 0 && self.has(0, "SUGAR") {
            codes.either("X", "S");
            1
        } else if self.has(place, "SH") {
            codes.both(if self.has(place + 1, "HEIM|HOEK|HOLM|HOLZ") { "S" } else { "X" });
            2
        } else if self.has(place, "SIO|SIA") {
            codes.either("S", if self.slavic { "S" } else { "X" });
            3
        } else if (place == 0 && self.has(1, "M|N|L|W")) || self.at(place + 1) == 'Z' {
            codes.either("S", "X");
            self.with_next(place, "Z")
        } else if self.has(place, "SC") {
            self.sc(place, codes)
        } else {
            let french = self.is_last(place) && self.has(place - 2, "AI|OI");
            codes.either(if french { "" } else { "S" }, "S");
            self.with_next(place, "SZ")
        }
    }

    fn sc(&self, place: isize, codes: &mut Codes) -> isize {
        if self.at(place + 2) != 'H' {
            codes.both(if self.has(place + 2, "I|E|Y") { "S" } else { "SK" });
        } else if self.has(place + 3, "ER|EN") {
            codes.either("X", "SK");
        } else if self.has(place + 3, "OO|UY|ED|EM") {
            codes.both("SK");
        } else if place == 0 && !self.is_vowel(3) && self.at(3) != 'W' {
            codes.either("X", "S");
        } else {
            codes.both("X");
        }
        3
    }

    fn t(&self, place: isize, codes: &mut Codes) -> isize {
        if self.has(place, "TION|TIA|TCH") {
            codes.both("X");
            3
        } else if self.has(place, "TH|TTH") {
            if self.has(place + 2, "OM|AM") || self.is_germanic() {
                codes.both("T");
            } else {
                codes.either("0", "T");
            }
            2
        } else {
            self.simple(place, "T", "TD", codes)
        }
    }

    fn w(&self, place: isize, codes: &mut Codes) -> isize {
        if self.has(place, "WR") {
            codes.both("R");
            return 2;
        }
        if place == 0 && (self.is_vowel(1) || self.has(0, "WH")) {
            codes.either("A", if self.is_vowel(1) { "F" } else { "A" });
        } else if (self.is_last(place) && self.is_vowel(place - 1))
            || self.has(place - 1, "EWSKI|EWSKY|OWSKI|OWSKY")
            || self.has(0, "SCH")
        {
            codes.either("", "F");
        } else if self.has(place, "WICZ|WITZ") {
            codes.either("TS", "FX");
            return 4;
        }
        1
    }

    fn x(&self, place: isize, codes: &mut Codes) -> isize {
        if place == 0 {
            codes.both("S");
            return 1;
        }
        let french = self.is_last(place) && (self.has(place - 3, "IAU|EAU") || self.has(place - 2, "AU|OU"));
        if !french {
            codes.both("KS");
        }
        self.with_next(place, "CX")
    }

    fn z(&self, place: isize, codes: &mut Codes) -> isize {
        if self.at(place + 1) == 'H' {
            codes.both("J");
            return 2;
        }
        let slavic = self.slavic && place > 0 && self.at(place - 1) != 'T';
        codes.either("S", if self.has(place + 1, "ZO|ZI|ZA") || slavic { "TS" } else { "S" });
        self.with_next(place, "Z")
    }
}
