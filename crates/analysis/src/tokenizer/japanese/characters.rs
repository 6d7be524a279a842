//! What sort of character each UTF-16 unit is, which says how words that no dictionary has are cut (IPADIC's `char.def` and
//! `unk.def`, as Lucene's `CharacterDefinition` and `UnknownDictionary` have them).

use std::sync::LazyLock;

use crate::unicode::CharSet;

/// IPADIC's categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Sort {
    Other,
    Space,
    Symbol,
    Digit,
    Latin,
    Cyrillic,
    Greek,
    Hiragana,
    Katakana,
    Kanji,
    /// Kanji that are numbers.
    KanjiDigit,
}

/// A word that stands for all unknown ones of a sort: its class and its cost.
pub(super) type Unknown = (u16, i16);

impl Sort {
    const ALL: [Self; 11] = [
        Self::Other,
        Self::Space,
        Self::Symbol,
        Self::Digit,
        Self::Latin,
        Self::Cyrillic,
        Self::Greek,
        Self::Hiragana,
        Self::Katakana,
        Self::Kanji,
        Self::KanjiDigit,
    ];

    /// Whether unknown words are thought of even where known ones begin.
    pub(super) fn competes(self) -> bool {
        match self {
            Self::Symbol | Self::Digit | Self::Latin | Self::Cyrillic | Self::Greek => true,
            Self::Katakana | Self::KanjiDigit => true,
            Self::Other | Self::Space | Self::Hiragana | Self::Kanji => false,
        }
    }

    /// Whether a run of them is one unknown word; else each character is.
    pub(super) fn groups(self) -> bool {
        match self {
            Self::Space | Self::Kanji => false,
            Self::Other | Self::Symbol | Self::Digit | Self::Latin | Self::Cyrillic | Self::Greek => true,
            Self::Hiragana | Self::Katakana | Self::KanjiDigit => true,
        }
    }

    pub(super) fn is_kanji(self) -> bool {
        matches!(self, Self::Kanji | Self::KanjiDigit)
    }

    /// What an unknown word may be, in the dictionary's order.
    pub(super) fn unknown(self) -> &'static [Unknown] {
        match self {
            Self::Other => &[(5, 4769)],
            Self::Space => &[(9, 8903)],
            Self::Symbol => &[(1283, 17585)],
            Self::Digit => &[(1295, 27386)],
            Self::Latin => {
                &[(1285, 13398), (1293, 18706), (1292, 13835), (1289, 18188), (1288, 15673), (3, 15235)]
            }
            Self::Cyrillic => &[(1285, 7966), (1293, 12600), (1292, 8492), (1289, 12615), (1288, 9866)],
            Self::Greek => &[(1285, 7884), (1293, 12681), (1292, 8573), (1289, 12697), (1288, 10029)],
            Self::Hiragana => &[
                (1285, 13069),
                (1283, 20223),
                (1293, 17882),
                (1292, 14761),
                (1289, 18060),
                (1288, 14787),
                (3, 16989),
            ],
            Self::Katakana => {
                &[(1285, 9461), (1293, 13661), (1292, 10922), (1289, 13581), (1288, 10521), (3, 14138)]
            }
            Self::Kanji => {
                &[(1285, 11426), (1283, 17290), (1293, 17611), (1292, 12649), (1289, 17340), (1288, 15295)]
            }
            Self::KanjiDigit => &[(1295, 27473)],
        }
    }
}

/// The units of each sort; what is not here is [`Sort::Other`].
const RANGES: &[(u16, u16, Sort)] = &[
    (0x9, 0xb, Sort::Space),
    (0x20, 0x20, Sort::Space),
    (0x21, 0x2f, Sort::Symbol),
    (0x30, 0x39, Sort::Digit),
    (0x3a, 0x40, Sort::Symbol),
    (0x41, 0x5a, Sort::Latin),
    (0x5b, 0x60, Sort::Symbol),
    (0x61, 0x7a, Sort::Latin),
    (0x7b, 0x7e, Sort::Symbol),
    (0xa1, 0xbf, Sort::Symbol),
    (0xc0, 0x236, Sort::Latin),
    (0x374, 0x3fb, Sort::Greek),
    (0x400, 0x4f9, Sort::Cyrillic),
    (0x500, 0x50f, Sort::Cyrillic),
    (0x1e00, 0x1ef9, Sort::Latin),
    (0x2000, 0x206f, Sort::Symbol),
    (0x2070, 0x209f, Sort::Digit),
    (0x20a0, 0x214f, Sort::Symbol),
    (0x2150, 0x218f, Sort::Digit),
    (0x2190, 0x23ff, Sort::Symbol),
    (0x2460, 0x24ff, Sort::Symbol),
    (0x2501, 0x26fe, Sort::Symbol),
    (0x2700, 0x297f, Sort::Symbol),
    (0x2a00, 0x2bff, Sort::Symbol),
    (0x2e80, 0x2ef3, Sort::Kanji),
    (0x2f00, 0x2fd5, Sort::Kanji),
    (0x3000, 0x303f, Sort::Symbol),
    (0x3041, 0x309f, Sort::Hiragana),
    (0x30a1, 0x30fa, Sort::Katakana),
    (0x30fb, 0x30fb, Sort::Symbol),
    (0x30fc, 0x30ff, Sort::Katakana),
    (0x31f0, 0x31ff, Sort::Katakana),
    (0x3200, 0x32fe, Sort::Symbol),
    (0x3300, 0x33ff, Sort::Symbol),
    (0x3400, 0x4db5, Sort::Kanji),
    (0x4e00, 0x9fa5, Sort::Kanji),
    (0xf900, 0xfa2d, Sort::Kanji),
    (0xfa30, 0xfa6a, Sort::Kanji),
    (0xfe30, 0xfe6b, Sort::Symbol),
    (0xff01, 0xff0f, Sort::Symbol),
    (0xff10, 0xff19, Sort::Digit),
    (0xff1a, 0xff1f, Sort::Symbol),
    (0xff21, 0xff3a, Sort::Latin),
    (0xff3b, 0xff40, Sort::Symbol),
    (0xff41, 0xff5a, Sort::Latin),
    (0xff5b, 0xff65, Sort::Symbol),
    (0xff66, 0xff9f, Sort::Katakana),
    (0xffe0, 0xffef, Sort::Symbol),
];

const KANJI_DIGITS: &str = "一二三四五六七八九十百千万億兆";

/// A unit's sort, and whether it is a sign: white space, punctuation, a symbol, a control or format character.
pub(super) type Unit = (Sort, bool);

pub(super) fn unit(unit: u16) -> Unit {
    static UNITS: LazyLock<Vec<Unit>> = LazyLock::new(|| {
        let signs = CharSet::of(r"[\p{P}\p{S}\p{Z}\p{Cc}\p{Cf}]");
        let sign = |unit: u16| char::from_u32(u32::from(unit)).is_some_and(|c| signs.contains(c));
        (0..=u16::MAX).map(|unit| (sort(unit), sign(unit))).collect()
    });
    UNITS.get(usize::from(unit)).copied().unwrap_or((Sort::Other, false))
}

fn sort(unit: u16) -> Sort {
    if char::from_u32(u32::from(unit)).is_some_and(|c| KANJI_DIGITS.contains(c)) {
        return Sort::KanjiDigit;
    }
    let at = RANGES.partition_point(|(_, last, _)| *last < unit);
    RANGES.get(at).filter(|(first, _, _)| *first <= unit).map_or(Sort::Other, |(_, _, sort)| *sort)
}

/// The words of all sorts one behind the other, and where those of each begin.
pub(super) fn all_unknown() -> impl Iterator<Item = &'static Unknown> {
    Sort::ALL.iter().flat_map(|sort| sort.unknown())
}

/// Which of [`all_unknown`] are the sort's.
pub(super) fn unknown_numbers(sort: Sort) -> std::ops::Range<u32> {
    let before = Sort::ALL.iter().take_while(|other| **other != sort);
    let start = before.map(|other| other.unknown().len() as u32).sum();
    start..start + sort.unknown().len() as u32
}
