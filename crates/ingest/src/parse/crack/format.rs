//! Which format a document has: as its first bytes say, or else its name, its content type in storage, or what its text
//! looks like.

use super::super::fault::Fault;
use super::super::text::is_unmarked_utf16;

/// What storage knows of a document.
#[derive(Debug, Clone, Copy)]
pub(in crate::parse) struct About<'a> {
    /// With its extension.
    pub(in crate::parse) name: &'a str,
    pub(in crate::parse) content_type: Option<&'a str>,
}

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Csv,
    Json,
    Markdown,
    Html,
    Xml,
}

/// First bytes that no text has.
const SIGNATURES: [(&[u8], &str); 14] = [
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1F\x8B", "application/gzip"),
    (b"\x89PNG\r\n\x1A\n", "image/png"),
    (b"\xFF\xD8\xFF", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
    (b"\x7FELF", "application/x-executable"),
];

/// Extensions whose format is known.
const EXTENSIONS: [(&str, Format); 17] = [
    ("txt", Format::Text),
    ("text", Format::Text),
    ("log", Format::Text),
    ("yaml", Format::Text),
    ("yml", Format::Text),
    ("csv", Format::Csv),
    ("tsv", Format::Csv),
    ("json", Format::Json),
    ("jsonl", Format::Json),
    ("ndjson", Format::Json),
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("xhtml", Format::Html),
    ("xml", Format::Xml),
    ("kml", Format::Xml),
];

/// Extensions of formats that the service reads and this one does not yet, or that nobody reads: what their error says.
const UNSUPPORTED: [(&str, &str); 28] = [
    ("pdf", "application/pdf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("docm", "application/vnd.ms-word.document.macroenabled.12"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xlsm", "application/vnd.ms-excel.sheet.macroenabled.12"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("pptm", "application/vnd.ms-powerpoint.presentation.macroenabled.12"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("rtf", "application/rtf"),
    ("epub", "application/epub+zip"),
    ("eml", "message/rfc822"),
    ("msg", "application/vnd.ms-outlook"),
    ("zip", "application/zip"),
    ("gz", "application/gzip"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("bmp", "image/bmp"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("svg", "image/svg+xml"),
    ("mp4", "video/mp4"),
];

/// How many of the first bytes are looked at where nothing else says what they are.
const SAMPLE_BYTES: usize = 4096;

impl Format {
    /// The format, if it is one that is read.
    pub(super) fn of(bytes: &[u8], about: &About<'_>) -> Result<Self, Fault> {
        let extension = about.name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let extension = extension.unwrap_or_default();
        let unsupported = |content_type: &str| Fault::Unsupported { content_type: content_type.to_owned() };
        if let Some((_, content_type)) = UNSUPPORTED.iter().find(|(known, _)| *known == extension) {
            return Err(unsupported(content_type));
        }
        // "BM" may begin a text; the fifth to tenth bytes of a bitmap have zeros.
        let mut signatures = SIGNATURES.iter().filter(|(signature, _)| bytes.starts_with(signature));
        if let Some((_, content_type)) =
            signatures.find(|(signature, _)| *signature != b"BM" || bytes.iter().take(16).any(|b| *b == 0))
        {
            return Err(unsupported(content_type));
        }
        if let Some((_, format)) = EXTENSIONS.iter().find(|(known, _)| *known == extension) {
            return Ok(*format);
        }
        let stored = about.content_type.map(essence).filter(|name| name != "application/octet-stream");
        match stored {
            Some(name) => Self::of_content_type(&name).ok_or_else(|| unsupported(&name)),
            None => Self::of_look(bytes).ok_or_else(|| unsupported("application/octet-stream")),
        }
    }

    fn of_content_type(name: &str) -> Option<Self> {
        Some(match name {
            "text/html" | "application/xhtml+xml" => Self::Html,
            "text/csv" | "text/tab-separated-values" => Self::Csv,
            "text/markdown" | "text/x-markdown" | "text/x-web-markdown" => Self::Markdown,
            "application/json" | "text/json" | "application/x-ndjson" | "application/jsonl" => Self::Json,
            "text/xml" | "application/xml" => Self::Xml,
            "image/svg+xml" => return None,
            name if name.ends_with("+xml") => Self::Xml,
            name if name.ends_with("+json") => Self::Json,
            name if name.starts_with("text/") => Self::Text,
            _ => return None,
        })
    }

    /// Guesses from the beginning of the text; nothing if it is no text.
    fn of_look(bytes: &[u8]) -> Option<Self> {
        let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
        let has_mark = encoding_rs::Encoding::for_bom(sample).is_some();
        if sample.contains(&0) && !has_mark && !is_unmarked_utf16(sample) {
            return None;
        }
        let beginning = String::from_utf8_lossy(sample).trim_start().to_ascii_lowercase();
        let is_page = beginning.starts_with("<!doctype html") || beginning.starts_with("<html");
        Some(match () {
            () if is_page => Self::Html,
            () if beginning.starts_with("<?xml") => Self::Xml,
            () => Self::Text,
        })
    }

    /// What `metadata_content_type` says.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Csv => "text/csv",
            Self::Json => "application/json",
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Xml => "application/xml",
        }
    }
}

/// A content type without its parameters.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, content_type: Option<&str>, bytes: &[u8], expected: Result<Format, &str>) {
        let found = Format::of(bytes, &About { name, content_type });
        let expected =
            expected.map_err(|content_type| Fault::Unsupported { content_type: content_type.to_owned() });
        assert_eq!(found, expected, "{name} {content_type:?}");
    }

    #[test]
    fn formats_go_by_bytes_name_type_and_look() {
        check("a.TXT", None, b"x", Ok(Format::Text));
        check("a.txt", None, b"%PDF-1.7", Err("application/pdf"));
        check("a.pdf", None, b"no pdf", Err("application/pdf"));
        check("photo.png", Some("image/png"), b"x", Err("image/png"));
        check("a.csv", Some("application/vnd.ms-excel"), b"a,b", Ok(Format::Csv)); // what Windows uploads
        check("a", Some("text/html; charset=utf-8"), b"x", Ok(Format::Html));
        check("a", Some("application/atom+xml"), b"x", Ok(Format::Xml));
        check("a.bin", Some("video/x"), b"x", Err("video/x"));
        check("a", Some("application/octet-stream"), b"plain", Ok(Format::Text));
        check("a", None, b"BMW is text", Ok(Format::Text));
        check("a", None, b"BM\0\0\0\0\0\0", Err("image/bmp"));
        check("a", None, b"a\0b", Err("application/octet-stream"));
        check("a", None, b" <HTML><p>", Ok(Format::Html));
        check("a", None, b"<?xml version='1.0'?><a/>", Ok(Format::Xml));
        check("a", None, b"\xFF\xFEa\0", Ok(Format::Text));
        check("a", None, b"", Ok(Format::Text));
    }
}
