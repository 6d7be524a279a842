//! `default`: the text of a document and what it says of itself, by its format (`indexers.md` §3.6).
//!
//! Plain text, CSV, JSON and Markdown are their own text; of HTML and XML the text is taken out. Other formats are reported
//! as unsupported.

use serde_json::{Map, Value};

use super::fault::Fault;
use super::text::{self, TextEncoding};
use format::Format;

pub(super) use format::About;

mod format;

mod html;

mod tags;
mod xml;

/// A document taken apart.
#[derive(Debug, PartialEq)]
pub(super) struct Cracked {
    pub(super) content: String,
    /// `metadata_content_type` and so on.
    pub(super) metadata: Map<String, Value>,
    /// The text looks like UTF-16 without a byte-order mark.
    pub(super) unmarked_utf16: bool,
}

/// Takes a document apart.
pub(super) fn crack(bytes: &[u8], about: &About<'_>) -> Result<Cracked, Fault> {
    let format = Format::of(bytes, about)?;
    let (text, encoding) = declared_encoding(format, bytes, about).decode(bytes);
    let mut metadata = Map::new();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            metadata.insert(name.to_owned(), Value::String(value));
        }
    };
    put("metadata_content_type", format.content_type().to_owned());
    put("metadata_content_encoding", encoding.to_owned());
    let content = match format {
        Format::Text | Format::Csv | Format::Json | Format::Markdown => text,
        Format::Html => {
            let page = html::read(&text);
            put("metadata_language", page.language);
            put("metadata_title", page.title);
            put("metadata_description", page.description);
            put("metadata_keywords", page.keywords);
            page.text
        }
        Format::Xml => {
            let document = xml::read(&text)?;
            put("metadata_language", document.language);
            document.text
        }
    };
    Ok(Cracked { content, metadata, unmarked_utf16: text::is_unmarked_utf16(bytes) })
}

/// What a document without a byte-order mark says of its encoding, in its storage's metadata or at its beginning. Without a
/// word: UTF-8 if it is that, else Windows-1252, as browsers do.
fn declared_encoding(format: Format, bytes: &[u8], about: &About<'_>) -> TextEncoding {
    let of_storage = about.content_type.and_then(|text| parameter(text, "charset"));
    let beginning = || String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).into_owned();
    let name = of_storage.or_else(|| match format {
        Format::Html => parameter(&beginning(), "charset"),
        Format::Xml => parameter(beginning().split("?>").next().unwrap_or_default(), "encoding"),
        Format::Text | Format::Csv | Format::Json | Format::Markdown => None,
    });
    let fallback = if std::str::from_utf8(bytes).is_ok() || text::is_unmarked_utf16(bytes) {
        TextEncoding::UTF_8
    } else {
        TextEncoding::Web(encoding_rs::WINDOWS_1252)
    };
    name.and_then(|name| TextEncoding::of_name(&name)).unwrap_or(fallback)
}

/// The value after `name=`, in quotes or not.
fn parameter(text: &str, name: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let after = text.get(lower.find(name)? + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
    let value = after.trim_start_matches(['"', '\'']);
    let end =
        value.find(|character: char| !(character.is_ascii_alphanumeric() || "-_.:".contains(character)));
    value.get(..end.unwrap_or(value.len())).filter(|value| !value.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about<'a>(name: &'a str, content_type: Option<&'a str>) -> About<'a> {
        About { name, content_type }
    }

    fn check(name: &str, bytes: &[u8], content: &str, metadata: &[(&str, &str)]) {
        let cracked = crack(bytes, &about(name, None)).unwrap();
        assert_eq!(cracked.content, content, "{name}");
        let expected = metadata.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        assert_eq!(cracked.metadata, expected.collect(), "{name}");
    }

    #[test]
    fn text_formats_are_their_own_text() {
        let utf8 = ("metadata_content_encoding", "UTF-8");
        check("a.txt", "é\n".as_bytes(), "é\n", &[("metadata_content_type", "text/plain"), utf8]);
        check("a.csv", b"a,b\n1,2", "a,b\n1,2", &[("metadata_content_type", "text/csv"), utf8]);
        check("a.json", b"{\"a\":1}", "{\"a\":1}", &[("metadata_content_type", "application/json"), utf8]);
        check("a.md", b"# A", "# A", &[("metadata_content_type", "text/markdown"), utf8]);
        check("empty.txt", b"", "", &[("metadata_content_type", "text/plain"), utf8]);
    }

    #[test]
    fn encodings_are_found() {
        let text = ("metadata_content_type", "text/plain");
        check("a.txt", b"\xE9", "é", &[text, ("metadata_content_encoding", "windows-1252")]);
        check("a.txt", b"\xFF\xFEa\0", "a", &[text, ("metadata_content_encoding", "UTF-16LE")]);
        let html = ("metadata_content_type", "text/html");
        let page = b"<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-2'><p>\xB1";
        check("a.html", page, "\u{105}", &[html, ("metadata_content_encoding", "ISO-8859-2")]);
        let xml = ("metadata_content_type", "application/xml");
        let document = b"<?xml version='1.0' encoding='windows-1251'?><a>\xCF</a>";
        check("a.xml", document, "П", &[xml, ("metadata_content_encoding", "windows-1251")]);
        let stored = about("a.txt", Some("text/plain; charset=\"koi8-r\""));
        assert_eq!(crack(b"\xF0", &stored).unwrap().content, "П");
    }

    #[test]
    fn utf16_without_a_mark_is_noticed() {
        let cracked = crack(b"h\0e\0l\0l\0o\0", &about("a.txt", None)).unwrap();
        assert!(cracked.unmarked_utf16);
        assert_eq!(cracked.content, "h\0e\0l\0l\0o\0");
    }

    #[test]
    fn pages_say_what_they_are_about() {
        let page = b"<!DOCTYPE html><html lang=en><head><title>A &amp; B</title>\
                     <meta name=Description content='What it is'><meta name=keywords content='x, y'>\
                     <style>p { color: red }</style></head><body><script>var a = '<p>no</p>';</script>\
                     <p>Hello <b>wor</b>ld</p><p>Second</p></body></html>";
        check(
            "index.HTML",
            page,
            "Hello world\nSecond",
            &[
                ("metadata_content_type", "text/html"),
                ("metadata_content_encoding", "UTF-8"),
                ("metadata_language", "en"),
                ("metadata_title", "A & B"),
                ("metadata_description", "What it is"),
                ("metadata_keywords", "x, y"),
            ],
        );
    }

    #[test]
    fn what_is_no_xml_is_not_processed() {
        let fault = crack(b"<a><b></a>", &about("a.xml", None)).unwrap_err();
        assert!(fault.to_string().starts_with("Document could not be processed - "), "{fault}");
    }
}
