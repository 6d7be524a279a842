//! The languages that a name may be of.

/// A set of languages (Commons Codec's `LanguageSet`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Languages(u32);

/// Each has a bit in a set. `any` is one of them, which no rule names: it says that no rule spoke for a language.
pub(super) const NAMES: [&str; 19] = [
    "any",
    "arabic",
    "cyrillic",
    "czech",
    "dutch",
    "english",
    "french",
    "german",
    "greek",
    "greeklatin",
    "hebrew",
    "hungarian",
    "italian",
    "polish",
    "portuguese",
    "romanian",
    "russian",
    "spanish",
    "turkish",
];

impl Languages {
    /// Whatever there is, which is more than all those that have a name.
    pub(super) const ANY: Self = Self(u32::MAX);
    /// All those that have a name.
    pub(super) const NAMED: Self = Self((1 << NAMES.len()) - 1);

    /// Those whose names are joined by `+`.
    pub(super) fn named(names: &str) -> Self {
        let bits = names.split('+').filter_map(|name| NAMES.iter().position(|known| *known == name));
        Self(bits.fold(0, |set, bit| set | 1 << bit))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those of both; but what was any becomes the other, as in Commons Codec.
    pub(super) fn merge(self, other: Self) -> Self {
        if self == Self::ANY { other } else { Self(self.0 | other.0) }
    }

    /// The place in [`NAMES`] of the only language, or of `any`.
    pub(super) fn only(self) -> usize {
        if self.0.is_power_of_two() { self.0.trailing_zeros() as usize } else { 0 }
    }
}
