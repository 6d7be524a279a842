//! Splits a request's raw path into segments, before anything is percent-decoded.
//!
//! `/indexes('hotels')/docs('a%27b%2Fc')` and `/indexes/hotels/docs/a'b%2Fc` are the same route, so both become the four
//! segments `indexes`, `hotels`, `docs`, `a'b/c`. Decoding first would break keys: SDKs send a slash as `%2F` and an
//! apostrophe as a single `%27`, not doubled as OData asks (`api.md` §1.1). Empty segments are dropped: an endpoint that
//! was written with a trailing slash makes clients send `//indexes('x')/…`, and the service answers it (`wire.md` §1).
//!
//! ```text
//! path    = { "/" [ segment ] }
//! segment = name [ open quote key quote close ] | text   the close must end the path or stand before a "/"
//! open    = "(" | "%28"                                  some clients encode all that is no letter
//! close   = ")" | "%29"                                  spelled as the open was
//! quote   = "'" | "%27"
//! key     = any characters, "/" included; "''" stands for one apostrophe
//! ```

/// One part of a path, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The text after percent-decoding.
    pub text: String,
    /// It was written as `('…')`, so it is a name or key even if it reads like a function (`docs('$count')`).
    pub quoted: bool,
}

/// A path that is not one: its escapes do not decode to UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotText;

/// Splits a raw path, the part of the request target before `?`.
pub fn split(raw: &str) -> Result<Vec<Segment>, NotText> {
    let mut segments = Vec::new();
    let mut rest = raw;
    while !rest.is_empty() {
        let end = rest.find('/').unwrap_or(rest.len());
        if let Some(keyed) = keyed(rest, end) {
            segments.push(Segment { text: decode(keyed.name)?, quoted: false });
            segments.push(Segment { text: decode(keyed.key)?.replace("''", "'"), quoted: true });
            rest = keyed.rest;
        } else {
            let (segment, after) = rest.split_at(end);
            if !segment.is_empty() {
                segments.push(Segment { text: decode(segment)?, quoted: false });
            }
            rest = after;
        }
        rest = rest.strip_prefix('/').unwrap_or(rest);
    }
    Ok(segments)
}

/// Decodes `%XX` escapes; one that is not followed by two hex digits stands for itself.
pub fn decode(text: &str) -> Result<String, NotText> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((&byte, rest)) = bytes.split_first() {
        let escape = match (byte, rest) {
            (b'%', [high, low, after @ ..]) => {
                hex(*high).zip(hex(*low)).map(|(high, low)| (high * 16 + low, after))
            }
            _ => None,
        };
        let (byte, rest) = escape.unwrap_or((byte, rest));
        out.push(byte);
        bytes = rest;
    }
    String::from_utf8(out).map_err(|_| NotText)
}

struct Keyed<'a> {
    name: &'a str,
    key: &'a str,
    rest: &'a str,
}

/// The parts of `name('key')rest` if a keyed segment starts here; `end` is where the segment would end without the quotes.
fn keyed(path: &str, end: usize) -> Option<Keyed<'_>> {
    let segment = path.get(..end)?;
    let parentheses = [("(", ")"), ("%28", "%29")];
    let found = parentheses.into_iter().filter_map(|(open, close)| Some((segment.find(open)?, open, close)));
    let (at, open, close) = found.min_by_key(|(at, _, _)| *at)?;
    let (name, after) = path.split_at(at);
    let inner = strip_quote(after.strip_prefix(open)?)?;
    if name.is_empty() {
        return None;
    }
    let mut from = 0;
    loop {
        let at = from + inner.get(from..)?.find(close)?;
        let rest = inner.get(at + close.len()..)?;
        if let Some(key) = inner.get(..at).and_then(strip_quote_end)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return Some(Keyed { name, key, rest });
        }
        from = at + close.len();
    }
}

fn strip_quote(text: &str) -> Option<&str> {
    text.strip_prefix('\'').or_else(|| text.strip_prefix("%27"))
}

fn strip_quote_end(text: &str) -> Option<&str> {
    text.strip_suffix('\'').or_else(|| text.strip_suffix("%27"))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Quoted segments are written in `<…>`.
    fn check(raw: &str, expected: &[&str]) {
        let segments = split(raw).expect("a path");
        let shown: Vec<String> = segments
            .iter()
            .map(|segment| if segment.quoted { format!("<{}>", segment.text) } else { segment.text.clone() })
            .collect();
        assert_eq!(shown, expected, "{raw}");
    }

    #[test]
    fn both_spellings_have_the_same_parts() {
        check("/indexes", &["indexes"]);
        check("/indexes('hotels')/docs('k1')", &["indexes", "<hotels>", "docs", "<k1>"]);
        check("/indexes/hotels/docs/k1", &["indexes", "hotels", "docs", "k1"]);
        check(
            "/indexes('hotels')/docs/search.post.search",
            &["indexes", "<hotels>", "docs", "search.post.search"],
        );
        check("/indexes/hotels/docs/%24count", &["indexes", "hotels", "docs", "$count"]);
        check("/indexes('a')/docs('$count')", &["indexes", "<a>", "docs", "<$count>"]);
    }

    #[test]
    fn slashes_that_clients_double_are_dropped() {
        check("//indexes('x')/docs", &["indexes", "<x>", "docs"]);
        check("/indexes('x')//docs/", &["indexes", "<x>", "docs"]);
        check("", &[]);
        check("/", &[]);
    }

    #[test]
    fn keys_are_decoded_after_the_split() {
        check("/docs('a%27b%2Fc')", &["docs", "<a'b/c>"]);
        check("/docs('a''b')", &["docs", "<a'b>"]);
        check("/docs('a'b')", &["docs", "<a'b>"]);
        check("/docs('a/b')/x", &["docs", "<a/b>", "x"]);
        check("/docs('a')b')", &["docs", "<a')b>"]);
        check("/docs/a%2Fb", &["docs", "a/b"]);
        check("/docs('AQIDBAU%3D')", &["docs", "<AQIDBAU=>"]);
        check("/docs(%27k%27)", &["docs", "<k>"]);
        check("/docs%28%27k%29%27%29/x", &["docs", "<k)>", "x"]);
        check("/docs('a%27%29/b')", &["docs", "<a')/b>"]);
        check("/docs('%C3%A9')", &["docs", "<é>"]);
        check("/docs('')", &["docs", "<>"]);
    }

    #[test]
    fn what_is_not_a_key_is_text() {
        check("/docs(k)", &["docs(k)"]);
        check("/docs('k'", &["docs('k'"]);
        check("/('k')", &["('k')"]);
        check("/docs('k')x", &["docs('k')x"]);
        check("/a%zzb%4", &["a%zzb%4"]);
    }

    #[test]
    fn escapes_must_be_text() {
        assert_eq!(split("/docs('%ff')"), Err(NotText));
    }

    proptest! {
        #[test]
        fn never_panics_and_never_yields_an_empty_plain_segment(raw in "(/|'|\\(|\\)|%27|%2F|%|[a-z$.é]|\\PC){0,40}") {
            if let Ok(segments) = split(&raw) {
                prop_assert!(segments.iter().all(|segment| segment.quoted || !segment.text.is_empty()));
            }
        }

        #[test]
        fn an_encoded_key_comes_back(key in "[^']{0,20}") {
            let encoded: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let segments = split(&format!("/indexes('i')/docs('{encoded}')")).expect("a path");
            prop_assert_eq!(segments.len(), 4);
            prop_assert_eq!(&segments[3].text, &key);
        }
    }
}
