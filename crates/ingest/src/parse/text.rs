//! `text`: the bytes as text, by the encodings that .NET has names for.

use encoding_rs::{Encoding, UTF_8};

use super::limits::TEXT_UNITS_MAX;

/// How text is encoded when no byte-order mark says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// An encoding of the web, UTF-8 and UTF-16 among them.
    Web(&'static Encoding),
    /// ISO 8859-1 as .NET reads it: every byte is the character of its number. (The web means Windows-1252 by that name.)
    Latin1,
    /// What is beyond 7 bits is `?`, as .NET reads it.
    Ascii,
    /// UTF-32.
    Utf32 {
        /// Else little endian.
        big_endian: bool,
    },
}

impl TextEncoding {
    /// UTF-8, the default.
    pub const UTF_8: Self = TextEncoding::Web(UTF_8);

    /// The encoding of a name, in any case; the code pages of IBM and the Mac, EBCDIC and UTF-7 are not there.
    pub fn of_name(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "iso-8859-1" | "latin1" | "l1" => Self::Latin1,
            "us-ascii" | "ascii" => Self::Ascii,
            "utf-32" | "utf-32le" | "ucs-4" => Self::Utf32 { big_endian: false },
            "utf-32be" => Self::Utf32 { big_endian: true },
            name => {
                let encoding = Encoding::for_label_no_replacement(name.as_bytes())?;
                (encoding != encoding_rs::X_USER_DEFINED).then_some(Self::Web(encoding))?
            }
        })
    }

    /// The text and the name of the encoding it had: that of its byte-order mark, else this one.
    pub fn decode(self, bytes: &[u8]) -> (String, &'static str) {
        if let Self::Utf32 { big_endian } = self {
            return (utf32(bytes, big_endian), "UTF-32");
        }
        if let Some((encoding, length)) = Encoding::for_bom(bytes) {
            return (web(encoding, bytes.get(length..).unwrap_or_default()), encoding.name());
        }
        match self {
            Self::Web(encoding) => (web(encoding, bytes), encoding.name()),
            Self::Latin1 => (encoding_rs::mem::decode_latin1(bytes).into_owned(), "ISO-8859-1"),
            Self::Ascii | Self::Utf32 { .. } => {
                let plain = bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' });
                (plain.collect(), "US-ASCII")
            }
        }
    }
}

fn web(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn utf32(bytes: &[u8], big_endian: bool) -> String {
    let units = bytes.chunks(4).map(|unit| match <[u8; 4]>::try_from(unit) {
        Ok(unit) if big_endian => u32::from_be_bytes(unit),
        Ok(unit) => u32::from_le_bytes(unit),
        Err(_) => u32::MAX,
    });
    let characters = units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
    let mark = '\u{FEFF}';
    characters.enumerate().filter(|(at, character)| *at > 0 || *character != mark).map(|(_, c)| c).collect()
}

/// How many of the first bytes are looked at.
const SAMPLE_BYTES: usize = 1024;

/// Whether the bytes look like UTF-16 that does not say so: in the upper half of its units nearly every byte is zero.
pub(super) fn is_unmarked_utf16(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let units = sample.len() / 2;
    if units < 2 || Encoding::for_bom(bytes).is_some() {
        return false;
    }
    let zeros = |offset| sample.iter().skip(offset).step_by(2).take(units).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    (even * 10 > units * 7 && odd * 10 < units) || (odd * 10 > units * 7 && even * 10 < units)
}

/// Cuts text off at [`TEXT_UNITS_MAX`]; true if it did.
pub(super) fn truncate(text: &mut String) -> bool {
    truncate_to(text, TEXT_UNITS_MAX)
}

fn truncate_to(text: &mut String, units_max: usize) -> bool {
    // A character has at most as many units as bytes.
    if text.len() <= units_max {
        return false;
    }
    let mut units = 0;
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        if units > units_max {
            text.truncate(at);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_go_by_the_names_of_dotnet() {
        let cases: [(&str, &[u8], &str); 14] = [
            ("utf-8", "é€".as_bytes(), "é€"),
            ("UTF-8", b"\xEF\xBB\xBFa", "a"),
            ("utf-16", b"a\0b\0", "ab"),
            ("utf-16BE", b"\0a\0b", "ab"),
            ("unicodeFFFE", b"\0a", "a"),
            ("utf-32", b"a\0\0\0\x00\xF6\x01\0", "a\u{1F600}"),
            ("utf-32BE", b"\0\0\0a\0", "a\u{FFFD}"),
            ("us-ascii", b"a\xE9b", "a?b"),
            ("iso-8859-1", b"\x80\xE9", "\u{80}é"),
            ("windows-1252", b"\x80\xE9", "€é"),
            ("windows-1251", b"\xCF\xF0", "Пр"),
            ("shift_jis", b"\x93\xFA\x96\x7B", "日本"),
            ("gb2312", b"\xC4\xE3", "你"),
            ("koi8-r", b"\xF0", "П"),
        ];
        for (name, bytes, expected) in cases {
            let encoding = TextEncoding::of_name(name).unwrap();
            assert_eq!(encoding.decode(bytes).0, expected, "{name}");
        }
    }

    #[test]
    fn a_mark_is_stronger_than_the_name() {
        let windows = TextEncoding::of_name("windows-1252").unwrap();
        assert_eq!(windows.decode(b"\xEF\xBB\xBF\xC3\xA9"), ("é".to_owned(), "UTF-8"));
        assert_eq!(windows.decode(b"\xFE\xFF\0a"), ("a".to_owned(), "UTF-16BE"));
    }

    #[test]
    fn unknown_encodings_have_no_name() {
        for name in ["", "utf-7", "IBM437", "x-user-defined", "utf8000"] {
            assert_eq!(TextEncoding::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn utf16_without_a_mark_is_noticed() {
        assert!(is_unmarked_utf16(b"h\0e\0l\0l\0o\0"));
        assert!(is_unmarked_utf16(b"\0h\0e\0l\0l\0o"));
        assert!(!is_unmarked_utf16(b"\xFF\xFEh\0e\0"));
        assert!(!is_unmarked_utf16(b"hello"));
        assert!(!is_unmarked_utf16(b"\0\0\0\0\0\0"));
        assert!(!is_unmarked_utf16(b""));
    }

    #[test]
    fn text_is_cut_off_between_characters() {
        let check = |text: &str, units_max, expected: &str| {
            let mut cut = text.to_owned();
            assert_eq!(truncate_to(&mut cut, units_max), text != expected);
            assert_eq!(cut, expected);
        };
        check("abc", 3, "abc");
        check("abc", 2, "ab");
        check("ééé", 3, "ééé");
        check("a\u{1F600}b", 2, "a"); // two units, of which one would fit
        check("a\u{1F600}b", 3, "a\u{1F600}");
    }
}
