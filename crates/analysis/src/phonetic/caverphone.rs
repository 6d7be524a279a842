//! Caverphone (David Hood, 2002 and 2004): a row of replacements, made for the names in electoral rolls of New Zealand.

/// What is replaced, and by what: `^` stands for the beginning, `$` for the end, `+` for any number of the letter.
type Step = (&'static str, &'static str);

#[rustfmt::skip]
const BEGINNINGS: &[Step] =
    &[("^cough", "cou2f"), ("^rough", "rou2f"), ("^tough", "tou2f"), ("^enough", "enou2f"), ("^trough", "trou2f")];

#[rustfmt::skip]
const CONSONANTS: &[Step] = &[
    ("^gn", "2n"), ("mb$", "m2"), ("cq", "2q"), ("ci", "si"), ("ce", "se"), ("cy", "sy"), ("tch", "2ch"), ("c", "k"),
    ("q", "k"), ("x", "k"), ("v", "f"), ("dg", "2g"), ("tio", "sio"), ("tia", "sia"), ("d", "t"), ("ph", "fh"),
    ("b", "p"), ("sh", "s2"), ("z", "s"),
];

#[rustfmt::skip]
const RUNS: &[Step] = &[
    ("3gh3", "3kh3"), ("gh", "22"), ("g", "k"), ("s+", "S"), ("t+", "T"), ("p+", "P"), ("k+", "K"), ("f+", "F"),
    ("m+", "M"), ("n+", "N"),
];

#[rustfmt::skip]
const LAST_OF_FIRST: &[Step] = &[
    ("w3", "W3"), ("wy", "Wy"), ("wh3", "Wh3"), ("why", "Why"), ("w", "2"), ("^h", "A"), ("h", "2"), ("r3", "R3"),
    ("ry", "Ry"), ("r", "2"), ("l3", "L3"), ("ly", "Ly"), ("l", "2"), ("j", "y"), ("y3", "Y3"), ("y", "2"), ("2", ""),
    ("3", ""),
];

#[rustfmt::skip]
const Y_OF_SECOND: &[Step] = &[("j", "y"), ("^y3", "Y3"), ("^y", "A"), ("y", "3")];

#[rustfmt::skip]
const LAST_OF_SECOND: &[Step] = &[
    ("w3", "W3"), ("wh3", "Wh3"), ("w$", "3"), ("w", "2"), ("^h", "A"), ("h", "2"), ("r3", "R3"), ("r$", "3"),
    ("r", "2"), ("l3", "L3"), ("l$", "3"), ("l", "2"), ("2", ""), ("3$", "A"), ("3", ""),
];

/// Caverphone 1.0: six characters.
pub(super) fn first(word: &str) -> String {
    let mut text = latin_letters(word);
    steps(&mut text, BEGINNINGS.get(..4).unwrap_or_default());
    steps(&mut text, CONSONANTS);
    mark_vowels(&mut text);
    steps(&mut text, RUNS);
    steps(&mut text, LAST_OF_FIRST);
    padded(text, 6)
}

/// Caverphone 2.0: ten characters.
pub(super) fn second(word: &str) -> String {
    let mut text = latin_letters(word);
    steps(&mut text, &[("e$", "")]);
    steps(&mut text, BEGINNINGS);
    steps(&mut text, CONSONANTS);
    mark_vowels(&mut text);
    steps(&mut text, Y_OF_SECOND);
    steps(&mut text, RUNS);
    steps(&mut text, LAST_OF_SECOND);
    padded(text, 10)
}

fn latin_letters(word: &str) -> String {
    word.to_lowercase().chars().filter(char::is_ascii_lowercase).collect()
}

/// A vowel at the beginning becomes `A`, others `3`.
fn mark_vowels(text: &mut String) {
    let marked = text.char_indices().map(|(place, c)| match c {
        'a' | 'e' | 'i' | 'o' | 'u' if place == 0 => 'A',
        'a' | 'e' | 'i' | 'o' | 'u' => '3',
        _ => c,
    });
    *text = marked.collect();
}

fn steps(text: &mut String, steps: &[Step]) {
    for (from, to) in steps {
        if let Some(beginning) = from.strip_prefix('^') {
            if let Some(rest) = text.strip_prefix(beginning) {
                *text = format!("{to}{rest}");
            }
        } else if let Some(end) = from.strip_suffix('$') {
            if let Some(rest) = text.strip_suffix(end) {
                *text = format!("{rest}{to}");
            }
        } else if let Some(letter) = from.strip_suffix('+') {
            let mut before = ' ';
            text.retain(|c| {
                let repeated = c == std::mem::replace(&mut before, c) && letter.contains(c);
                !repeated
            });
            *text = text.replace(letter, to);
        } else if text.contains(from) {
            *text = text.replace(from, to);
        }
    }
}

fn padded(mut text: String, len: usize) -> String {
    text.extend(std::iter::repeat_n('1', len));
    text.truncate(len);
    text
}
