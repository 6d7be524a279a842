//! Metadata that are not ASCII: the service sends them as encoded words of RFC 2047, as headers of mails are.
//!
//! ```text
//! value = word *( blanks word )
//! word  = "=?" charset "?" ( "B" base64 | "Q" quoted-printable ) "?="
//! ```
//!
//! A value that is anything else stays as it is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What a header's value says.
pub(super) fn decoded(value: &str) -> String {
    let whole = value.split_ascii_whitespace().map(word).collect::<Option<Vec<_>>>();
    let Some(bytes) = whole.filter(|words| !words.is_empty()).map(|words| words.concat()) else {
        return value.to_owned();
    };
    match String::from_utf8(bytes) {
        Ok(text) => once(&text).unwrap_or(text),
        Err(_) => value.to_owned(),
    }
}

/// The bytes of one word; none if it is none.
fn word(text: &str) -> Option<Vec<u8>> {
    let inside = text.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut parts = inside.splitn(3, '?');
    let (charset, encoding, text) = (parts.next()?, parts.next()?, parts.next()?);
    let is_utf8 = ["utf-8", "us-ascii"].iter().any(|known| charset.eq_ignore_ascii_case(known));
    match encoding {
        "B" | "b" if is_utf8 => STANDARD.decode(text).ok(),
        "Q" | "q" if is_utf8 => quoted(text),
        _ => None,
    }
}

/// Letters as they are, `_` for a blank, `=` and two digits for any byte.
fn quoted(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digit =
                    |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(rest.next()?)? << 4 | digit(rest.next()?)?
            }
            other => other,
        });
    }
    Some(bytes)
}

/// What was sent in UTF-8 the service takes for Latin-1 before it encodes it (the example of its own page), so that it comes encoded
/// twice. A text that was not is hardly ever UTF-8 when its characters are taken for bytes.
fn once(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<_>>>()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_decoded() {
        for (value, expected) in [
            // "Working with object metadata" of Amazon's reference: sent as `ÄMÄZÕÑ S3`.
            ("=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=", "ÄMÄZÕÑ S3"),
            ("=?utf-8?b?R3LDvMOfZQ==?=", "Grüße"),
            ("=?UTF-8?Q?Gr=C3=BC=C3=9Fe_an_alle?=", "Grüße an alle"),
            // A character may be cut in two.
            ("=?UTF-8?Q?Gr=C3?= =?UTF-8?Q?=BC=C3=9Fe?=", "Grüße"),
            ("=?UTF-8?B?5pel5pys?=", "日本"),
        ] {
            assert_eq!(decoded(value), expected, "{value}");
        }
    }

    #[test]
    fn whatever_else_stays_as_it_is() {
        for value in [
            "",
            "me",
            "a  b",
            "=?",
            "=??=",
            "=?UTF-8?B?",
            "=?UTF-8?B?!?=",
            "=?UTF-8?B?/w==?=",
            "=?UTF-8?Q?=?=",
            "=?UTF-8?Q?=zz?=",
            "=?UTF-8?X?a?=",
            "=?koi8-r?Q?a?=",
            "see =?UTF-8?Q?a?=",
        ] {
            assert_eq!(decoded(value), value);
        }
    }
}
