//! Where a word falls into parts (Lucene's `WordDelimiterIterator`).

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// What a character is: a set of these.
pub(super) type Class = u8;

const LOWER: Class = 1;
const UPPER: Class = 2;
/// Letters of either case, and what has none.
pub(super) const ALPHA: Class = LOWER | UPPER;
pub(super) const DIGIT: Class = 4;
const DELIMITER: Class = 8;

/// Where to split apart from delimiters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SplitRules {
    /// `PowerShot` → `Power`, `Shot`.
    pub(crate) on_case_change: bool,
    /// `j2se` → `j`, `2`, `se`.
    pub(crate) on_numerics: bool,
    /// `O'Neil's` → `O`, `Neil`.
    pub(crate) drop_possessive: bool,
}

/// A part of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Characters before it.
    pub(super) start: usize,
    /// Characters up to its end.
    pub(super) end: usize,
    /// Of its first character; [`ALPHA`] for letters of either case.
    pub(super) class: Class,
}

/// Finds the parts of one word after the other.
#[derive(Debug)]
pub(super) struct Splitter {
    rules: SplitRules,
    chars: Vec<(char, Class)>,
    /// The word without delimiters at both ends.
    start: usize,
    end: usize,
    has_possessive: bool,
    /// From where on the next part is looked for.
    next: usize,
}

impl Splitter {
    pub(super) fn new(rules: SplitRules) -> Self {
        Self { rules, chars: Vec::new(), start: 0, end: 0, has_possessive: false, next: 0 }
    }

    /// Begins a word.
    pub(super) fn set(&mut self, word: &str) {
        self.chars.clear();
        self.chars.extend(word.chars().map(|c| (c, class(c))));
        let is_delimiter = |&(_, class): &(char, Class)| class & DELIMITER != 0;
        self.start = self.chars.iter().take_while(|c| is_delimiter(c)).count();
        let behind = self.chars.iter().skip(self.start).rev().take_while(|c| is_delimiter(c)).count();
        self.end = self.chars.len() - behind;
        self.has_possessive = self.is_possessive_before(self.end);
        self.next = 0;
    }

    /// The next part; None when there is none left.
    pub(super) fn next_part(&mut self) -> Option<Part> {
        let inner = self.chars.get(..self.end)?;
        let rest = inner.get(self.next..)?;
        let delimiters = rest.iter().take_while(|(_, class)| class & DELIMITER != 0).count();
        let start = self.next + delimiters;
        let &(_, first) = inner.get(start)?;
        let mut last = first;
        let same = inner.iter().skip(start + 1).take_while(|&&(_, class)| {
            let breaks = self.breaks(last, class);
            last = class;
            !breaks
        });
        let end = start + 1 + same.count();
        self.next = end;
        if end + 1 < self.end && self.is_possessive_before(end + 2) {
            self.next += 2;
        }
        let class = if first == LOWER || first == UPPER { ALPHA } else { first };
        Some(Part { start, end, class })
    }

    /// Whether the part is the word, apart from delimiters and the possessive.
    pub(super) fn is_single(&self, part: Part) -> bool {
        let end = if self.has_possessive { self.end - 2 } else { self.end };
        (part.start, part.end) == (self.start, end)
    }

    /// Whether the part is all of the word.
    pub(super) fn is_whole(&self, part: Part) -> bool {
        (part.start, part.end) == (0, self.chars.len())
    }

    /// The word's characters.
    pub(super) fn chars(&self) -> impl Iterator<Item = char> {
        self.chars.iter().map(|&(c, _)| c)
    }

    /// Whether a part ends between characters of these classes.
    fn breaks(&self, before: Class, after: Class) -> bool {
        let is = |class: Class, set: Class| class & set != 0;
        if is(before, after) || is(before, UPPER) && is(after, ALPHA) {
            return false;
        }
        if is(before, ALPHA) && is(after, ALPHA) {
            return self.rules.on_case_change;
        }
        let numeric = is(before, ALPHA) && is(after, DIGIT) || is(before, DIGIT) && is(after, ALPHA);
        self.rules.on_numerics || !numeric
    }

    /// Whether the two characters before `end` are a possessive `'s` that ends a part.
    fn is_possessive_before(&self, end: usize) -> bool {
        let Some(&[(_, letter), ('\'', _), ('s' | 'S', _)]) = end
            .checked_sub(3)
            .and_then(|start| self.chars.get(start..end))
            .and_then(|last| last.first_chunk())
        else {
            return false;
        };
        let ends = end == self.end || self.chars.get(end).is_some_and(|&(_, class)| class & DELIMITER != 0);
        self.rules.drop_possessive && letter & ALPHA != 0 && ends
    }
}

/// By case and digits for Latin-1, by category for what follows. Lucene looks at UTF-16 units: the halves of a character
/// beyond U+FFFF count as letter and digit at once, so that nothing splits next to it.
fn class(c: char) -> Class {
    use GeneralCategory as Category;
    if u32::from(c) < 0x100 {
        return match c {
            _ if c.is_lowercase() => LOWER,
            _ if c.is_uppercase() => UPPER,
            '0'..='9' => DIGIT,
            _ => DELIMITER,
        };
    }
    if c.len_utf16() == 2 {
        return ALPHA | DIGIT;
    }
    if c == 'ʕ' {
        return LOWER; // as it was before Unicode 16
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other categories separate words")]
    match c.general_category() {
        Category::UppercaseLetter => UPPER,
        Category::LowercaseLetter => LOWER,
        Category::TitlecaseLetter
        | Category::ModifierLetter
        | Category::OtherLetter
        | Category::NonspacingMark
        | Category::EnclosingMark
        | Category::SpacingMark => ALPHA,
        Category::DecimalNumber | Category::LetterNumber | Category::OtherNumber => DIGIT,
        _ => DELIMITER,
    }
}
