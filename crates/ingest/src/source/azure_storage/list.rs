//! Pages of `List Blobs`.

use bytes::Bytes;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use percent_encoding::percent_decode_str;

use crate::source::pages::Page;
use crate::source::ranges::quoted;
use crate::source::xml::{self, Element};

/// A blob as a listing describes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Blob {
    pub(crate) name: String,
    /// Deleted, and kept for a while by the storage's soft delete.
    pub(crate) deleted: bool,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) last_modified: Option<Timestamp>,
    pub(crate) size: u64,
    /// With its quotes, as conditions want it; listings leave them off.
    pub(crate) etag: String,
    pub(crate) content_type: Option<String>,
    pub(crate) content_md5: Option<String>,
    pub(crate) metadata: Vec<(String, String)>,
    /// A folder of a hierarchical namespace, which holds no bytes.
    pub(crate) folder: bool,
}

/// A page from the body of an answer, or what is wrong with it.
pub(crate) fn page(body: &Bytes) -> Result<Page<Blob>, String> {
    let listing = xml::parse(body)?;
    if listing.name != "EnumerationResults" {
        return Err(format!("it is a '{}', not a list of blobs", listing.name));
    }
    let blobs = listing.child("Blobs").into_iter().flat_map(|blobs| blobs.all("Blob"));
    Ok(Page {
        items: blobs.map(blob).collect::<Result<_, _>>()?,
        next: listing.text_of("NextMarker").map(str::to_owned),
    })
}

fn blob(element: &Element) -> Result<Blob, String> {
    let nothing = Element::default();
    let properties = element.child("Properties").unwrap_or(&nothing);
    let text = |name: &str| properties.text_of(name).map(str::to_owned);
    let metadata: Vec<(String, String)> = element
        .child("Metadata")
        .map(|metadata| {
            metadata.children.iter().map(|entry| (entry.name.clone(), entry.text.clone())).collect()
        })
        .unwrap_or_default();
    let marked_as_folder = metadata
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("hdi_isfolder") && value.eq_ignore_ascii_case("true"));
    Ok(Blob {
        name: name(element)?,
        deleted: element.text_of("Deleted").is_some_and(|text| text.eq_ignore_ascii_case("true")),
        deleted_at: date(properties, "DeletedTime")?,
        last_modified: date(properties, "Last-Modified")?,
        size: properties.text_of("Content-Length").and_then(|text| text.parse().ok()).unwrap_or(0),
        etag: quoted(properties.text_of("Etag").unwrap_or_default()),
        content_type: text("Content-Type"),
        content_md5: text("Content-MD5"),
        folder: marked_as_folder || properties.text_of("ResourceType") == Some("directory"),
        metadata,
    })
}

/// A name that XML cannot hold is escaped, and says so.
fn name(element: &Element) -> Result<String, String> {
    let name = element.child("Name").filter(|name| !name.text.is_empty()).ok_or("a blob has no name")?;
    if !name.attributes.iter().any(|(key, value)| key == "Encoded" && value == "true") {
        return Ok(name.text.clone());
    }
    let decoded = percent_decode_str(&name.text).decode_utf8();
    decoded.map(Into::into).map_err(|error| error.to_string())
}

fn date(properties: &Element, name: &str) -> Result<Option<Timestamp>, String> {
    let parse =
        |text: &str| DateTimeParser::new().parse_timestamp(text).map_err(|error| format!("{name}: {error}"));
    properties.text_of(name).map(parse).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_of_blobs_folders_and_deleted_ones() {
        let xml = "\u{feff}<?xml version='1.0' encoding='utf-8'?><EnumerationResults ContainerName='c'><Blobs>\
            <Blob><Name>a &amp; b.txt</Name><Properties><Last-Modified>Thu, 01 Jan 2026 00:00:01 GMT</Last-Modified>\
            <Etag>0x8D</Etag><Content-Length>12</Content-Length><Content-Type>text/plain</Content-Type>\
            <Content-MD5>AAAA</Content-MD5></Properties><Metadata><Author>  me </Author></Metadata></Blob>\
            <Blob><Name Encoded='true'>x%EF%BF%BE</Name><Deleted>true</Deleted><Properties>\
            <DeletedTime>Thu, 01 Jan 2026 00:00:02 GMT</DeletedTime></Properties></Blob>\
            <Blob><Name>dir</Name><Properties><ResourceType>directory</ResourceType></Properties></Blob>\
            <Blob><Name>dir2</Name><Properties/><Metadata><hdi_isfolder>true</hdi_isfolder></Metadata></Blob>\
            </Blobs><NextMarker>2!92!</NextMarker></EnumerationResults>";
        let page = page(&Bytes::from(xml)).unwrap();
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let first = Blob {
            name: "a & b.txt".into(),
            last_modified: at("2026-01-01T00:00:01Z"),
            size: 12,
            etag: "\"0x8D\"".into(),
            content_type: Some("text/plain".into()),
            content_md5: Some("AAAA".into()),
            metadata: vec![("Author".into(), "  me ".into())],
            ..Blob::default()
        };
        assert_eq!(page.items[0], first);
        assert_eq!((page.items[1].name.as_str(), page.items[1].deleted), ("x\u{fffe}", true));
        assert_eq!(page.items[1].deleted_at, at("2026-01-01T00:00:02Z"));
        assert_eq!((page.items[2].folder, page.items[3].folder, page.items[0].folder), (true, true, false));
        assert_eq!(page.next.as_deref(), Some("2!92!"));
    }

    #[test]
    fn what_is_no_page_says_why() {
        for (xml, expected) in [
            ("<html/>", "it is a 'html', not a list of blobs"),
            ("<EnumerationResults><Blobs><Blob/></Blobs></EnumerationResults>", "a blob has no name"),
        ] {
            assert_eq!(page(&Bytes::from(xml)).unwrap_err(), expected);
        }
        let xml = "<EnumerationResults><Blobs><Blob><Name>a</Name><Properties><Last-Modified>soon</Last-Modified>\
            </Properties></Blob></Blobs></EnumerationResults>";
        assert!(page(&Bytes::from(xml)).is_err());
    }
}
