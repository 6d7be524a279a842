//! Pages of `ListObjectsV2`, and the XML of errors.

use jiff::Timestamp;
use percent_encoding::percent_decode_str;

use crate::source::pages::Page;
use crate::source::ranges::quoted;
use crate::source::xml::{self, Element};

/// An object as a listing describes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Object {
    pub(super) key: String,
    pub(super) last_modified: Option<Timestamp>,
    /// With its quotes.
    pub(super) etag: String,
    pub(super) size: u64,
}

impl Object {
    /// Whether it stands for a folder: what consoles make where people ask for one.
    pub(super) fn is_folder(&self) -> bool {
        self.size == 0 && self.key.ends_with('/')
    }
}

/// A page from the body of an answer, or what is wrong with it.
pub(super) fn page(body: &[u8]) -> Result<Page<Object>, String> {
    let listing = xml::parse(body)?;
    if listing.name != "ListBucketResult" {
        return Err(format!("it is a '{}', not a list of objects", listing.name));
    }
    // Asked for, since XML cannot hold every key; some servers do not heed it.
    let escaped = listing.text_of("EncodingType").is_some_and(|text| text.eq_ignore_ascii_case("url"));
    let items = listing.all("Contents").map(|element| object(element, escaped)).collect::<Result<_, _>>()?;
    let truncated = listing.text_of("IsTruncated").is_some_and(|text| text.trim() == "true");
    let next = listing.text_of("NextContinuationToken").map(str::to_owned);
    if truncated && next.is_none() {
        return Err("it is cut off and does not say where it goes on".into());
    }
    Ok(Page { items, next: next.filter(|_| truncated) })
}

fn object(element: &Element, escaped: bool) -> Result<Object, String> {
    let key = element.text_of("Key").ok_or("an object has no key")?;
    let last_modified = element
        .text_of("LastModified")
        .map(|text| text.trim().parse::<Timestamp>().map_err(|error| format!("LastModified: {error}")));
    Ok(Object {
        key: if escaped { unescaped(key)? } else { key.to_owned() },
        last_modified: last_modified.transpose()?,
        etag: quoted(element.text_of("ETag").unwrap_or_default()),
        size: element.text_of("Size").and_then(|text| text.trim().parse().ok()).unwrap_or(0),
    })
}

/// Escaped as forms are: a plus is a blank.
fn unescaped(key: &str) -> Result<String, String> {
    let spaced = key.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded.map(Into::into).map_err(|error| error.to_string())
}

/// What the body of a refusal says: its code, and the region that it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) region: Option<String>,
}

/// Reads the body of a refusal; one that is empty or something else says nothing.
pub(super) fn refusal(body: &[u8]) -> Refusal {
    let Some(error) = xml::parse(body).ok().filter(|error| error.name == "Error") else {
        return Refusal::default();
    };
    Refusal {
        code: error.text_of("Code").unwrap_or_default().to_owned(),
        region: error.text_of("Region").map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(rest: &str) -> String {
        format!(
            "<?xml version='1.0'?><ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>{rest}</ListBucketResult>"
        )
    }

    #[test]
    fn a_page_tells_of_objects_and_of_what_follows() {
        let xml = listing(
            "<IsTruncated>true</IsTruncated><NextContinuationToken>1ueG+/=</NextContinuationToken>\
             <EncodingType>url</EncodingType><Contents><Key>a+b%2Bc/%C3%BC%25.txt</Key>\
             <LastModified>2009-10-12T17:50:30.000Z</LastModified><ETag>&quot;fba9&quot;</ETag><Size>434234</Size>\
             </Contents><Contents><Key>d/</Key><Size>0</Size></Contents>",
        );
        let page = page(xml.as_bytes()).unwrap();
        let first = Object {
            key: "a b+c/ü%.txt".into(),
            last_modified: Some("2009-10-12T17:50:30Z".parse().unwrap()),
            etag: "\"fba9\"".into(),
            size: 434_234,
        };
        assert_eq!((&page.items[0], page.next.as_deref()), (&first, Some("1ueG+/=")));
        assert!(page.items[1].is_folder() && !first.is_folder());
    }

    #[test]
    fn keys_are_taken_as_they_are_where_the_server_does_not_escape_them() {
        let page = page(listing("<Contents><Key>a+b%20c</Key></Contents>").as_bytes()).unwrap();
        assert_eq!((page.items[0].key.as_str(), page.next), ("a+b%20c", None));
    }

    #[test]
    fn what_is_no_page_says_why() {
        for (xml, expected) in [
            ("<html/>".to_owned(), "it is a 'html', not a list of objects"),
            (listing("<Contents/>"), "an object has no key"),
            (listing("<IsTruncated>true</IsTruncated>"), "it is cut off and does not say where it goes on"),
        ] {
            assert_eq!(page(xml.as_bytes()).unwrap_err(), expected);
        }
        let dated = listing("<Contents><Key>a</Key><LastModified>soon</LastModified></Contents>");
        assert!(page(dated.as_bytes()).is_err());
    }

    #[test]
    fn refusals_have_a_code_and_sometimes_a_region() {
        let body = "<?xml version='1.0'?><Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>";
        let expected =
            Refusal { code: "AuthorizationHeaderMalformed".into(), region: Some("eu-west-1".into()) };
        assert_eq!(refusal(body.as_bytes()), expected);
        assert_eq!((refusal(b""), refusal(b"<html/>")), (Refusal::default(), Refusal::default()));
    }
}
