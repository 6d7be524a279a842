//! What stands beside a sound, or in a name: a few letters, some of them one of several, at the start or the end or
//! anywhere.

/// `^`, letters and `[…]` or `[^…]`, `$`. Without brackets nothing but `^` and `$` is special, so that the rules for Greek
/// and Russian that say `(α|ο)` never apply; so it is in Commons Codec.
#[derive(Debug)]
pub(super) struct Pattern {
    letters: Vec<Letters>,
    from_start: bool,
    to_end: bool,
}

#[derive(Debug)]
enum Letters {
    One(char),
    Among(&'static str),
    NotAmong(&'static str),
}

impl Letters {
    fn has(&self, letter: char) -> bool {
        match self {
            Self::One(one) => *one == letter,
            Self::Among(several) => several.contains(letter),
            Self::NotAmong(several) => !several.contains(letter),
        }
    }
}

impl Pattern {
    pub(super) fn new(text: &'static str) -> Self {
        let (from_start, text) = text.strip_prefix('^').map_or((false, text), |rest| (true, rest));
        let (to_end, mut text) = text.strip_suffix('$').map_or((false, text), |rest| (true, rest));
        let mut letters = Vec::new();
        while let Some(letter) = text.chars().next() {
            let boxed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            let (one, rest) = match boxed {
                Some((several, rest)) => (among(several), rest),
                None => (Letters::One(letter), text.get(letter.len_utf8()..).unwrap_or_default()),
            };
            letters.push(one);
            text = rest;
        }
        Self { letters, from_start, to_end }
    }

    /// Whether it is there where a text begins.
    pub(super) fn begins(&self, text: &[char]) -> bool {
        self.are(text) && (!self.to_end || text.len() == self.letters.len())
    }

    /// Whether it is there where a text ends.
    pub(super) fn ends(&self, text: &[char]) -> bool {
        let Some(start) = text.len().checked_sub(self.letters.len()) else { return false };
        (!self.from_start || start == 0) && text.get(start..).is_some_and(|end| self.are(end))
    }

    /// Whether it is anywhere in a text; the end being, as in Java, also before a last line break.
    pub(super) fn is_in(&self, text: &[char]) -> bool {
        let last = if self.from_start { 0 } else { text.len() };
        (0..=last).any(|start| {
            let rest = text.get(start..).unwrap_or_default();
            self.are(rest)
                && (!self.to_end || rest.get(self.letters.len()..).is_some_and(|tail| at_end(text, tail)))
        })
    }

    /// Whether the letters are the first of a text.
    fn are(&self, text: &[char]) -> bool {
        text.len() >= self.letters.len() && self.letters.iter().zip(text).all(|(letters, c)| letters.has(*c))
    }
}

fn among(several: &'static str) -> Letters {
    match several.strip_prefix('^') {
        Some(others) => Letters::NotAmong(others),
        None => Letters::Among(several),
    }
}

/// Whether nothing or a line break is left of a text; not between the two characters of one.
fn at_end(text: &[char], tail: &[char]) -> bool {
    match tail {
        [] | ['\r' | '\u{85}' | '\u{2028}' | '\u{2029}'] | ['\r', '\n'] => true,
        ['\n'] => text.len() < 2 || text.get(text.len() - 2) != Some(&'\r'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn letters_stand_where_a_pattern_says() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        for (pattern, text, begins, ends, is_in) in [
            ("", "ab", true, true, true),
            ("^", "ab", true, false, true),
            ("^", "", true, true, true),
            ("$", "ab", false, true, true),
            ("a", "ab", true, false, true),
            ("[^a]", "ab", false, true, true),
            ("[ab]x$", "ax", true, true, true),
            ("^[ab]x", "cax", false, false, false),
            ("x$", "x\r\n", false, false, true),
            ("\r$", "\r\n", false, false, false),
            ("(a|b)", "a", false, false, false),
        ] {
            let (pattern, text) = (Pattern::new(pattern), letters(text));
            assert_eq!(
                (pattern.begins(&text), pattern.ends(&text), pattern.is_in(&text)),
                (begins, ends, is_in),
                "{pattern:?} {text:?}"
            );
        }
    }
}
