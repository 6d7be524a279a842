//! NYSIIS (New York State Identification and Intelligence System, 1970), strict: six letters at most.

use super::letters;

const LEN_MAX: usize = 6;

/// The word's code.
pub(super) fn encode(word: &str) -> String {
    let mut word: String = letters(word).into_iter().collect();
    for (from, to) in [("MAC", "MCC"), ("KN", "NN"), ("K", "C"), ("PH", "FF"), ("PF", "FF"), ("SCH", "SSS")] {
        if let Some(rest) = word.strip_prefix(from) {
            word = format!("{to}{rest}");
        }
    }
    for (ends, to) in [(&["EE", "IE"][..], "Y"), (&["DT", "RT", "RD", "NT", "ND"][..], "D")] {
        if let Some(rest) = ends.iter().find_map(|end| word.strip_suffix(end)) {
            word = format!("{rest}{to}");
        }
    }
    let mut key = transcoded(word.chars().collect());
    strip_end(&mut key);
    key.truncate(LEN_MAX);
    key.into_iter().collect()
}

/// Letter after letter by its neighbours; what a letter becomes is what the next one sees.
fn transcoded(mut word: Vec<char>) -> Vec<char> {
    let mut key: Vec<char> = word.first().copied().into_iter().collect();
    for place in 1..word.len() {
        let at = |place: usize| word.get(place).copied().unwrap_or(' ');
        let (before, letter, next) = (at(place - 1), at(place), at(place + 1));
        let becomes: &[char] = match letter {
            'E' if next == 'V' => &['A', 'F'],
            _ if is_vowel(letter) => &['A'],
            'Q' => &['G'],
            'Z' => &['S'],
            'M' => &['N'],
            'K' if next == 'N' => &['N', 'N'],
            'K' => &['C'],
            'S' if next == 'C' && at(place + 2) == 'H' => &['S', 'S', 'S'],
            'P' if next == 'H' => &['F', 'F'],
            'H' if !is_vowel(before) || !is_vowel(next) => &[before],
            'W' if is_vowel(before) => &[before],
            _ => &[letter],
        };
        let first = becomes.first().copied().unwrap_or(letter);
        for (slot, letter) in word.iter_mut().skip(place).zip(becomes.to_vec()) {
            *slot = letter;
        }
        if first != before {
            key.push(first);
        }
    }
    key
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'A' | 'E' | 'I' | 'O' | 'U')
}

/// A last `S` goes, `AY` becomes `Y`, a last `A` goes.
fn strip_end(key: &mut Vec<char>) {
    if key.len() < 2 {
        return;
    }
    if key.last() == Some(&'S') {
        key.pop();
    }
    if key.len() > 2 && key.ends_with(&['A', 'Y']) {
        key.remove(key.len() - 2);
    }
    if key.last() == Some(&'A') {
        key.pop();
    }
}
