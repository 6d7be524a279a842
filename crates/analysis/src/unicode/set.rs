//! Sets of characters.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

/// A set of characters, quick to ask for ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CharSet {
    ascii: u128,
    ranges: Box<[(char, char)]>,
}

impl CharSet {
    pub(crate) fn new(class: &ClassUnicode) -> Self {
        let ranges: Box<[(char, char)]> = class.iter().map(|range| (range.start(), range.end())).collect();
        let mut ascii = 0;
        for &(from, to) in ranges.iter().take_while(|(from, _)| from.is_ascii()) {
            for code in from as u32..=(to as u32).min(127) {
                ascii |= 1 << code;
            }
        }
        Self { ascii, ranges }
    }

    /// What a class of `regex-syntax` matches; nothing if it is none.
    pub(crate) fn of(pattern: &str) -> Self {
        let hir = regex_syntax::parse(pattern);
        match hir.as_ref().map(Hir::kind) {
            Ok(HirKind::Class(Class::Unicode(class))) => Self::new(class),
            Ok(_) | Err(_) => Self::new(&ClassUnicode::empty()),
        }
    }

    #[inline]
    pub(crate) fn contains(&self, c: char) -> bool {
        if c.is_ascii() {
            return self.ascii & (1 << (c as u32)) != 0;
        }
        let at = self.ranges.partition_point(|&(_, to)| to < c);
        self.ranges.get(at).is_some_and(|&(from, _)| from <= c)
    }
}
