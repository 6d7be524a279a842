//! What a tantivy `meta.json` says about files.
//!
//! Only the members that decide which files belong to a commit are read; everything else in it is tantivy's.
//! The text may come from a damaged disk, so nothing here trusts its shape.

use std::collections::HashMap;

use serde::Deserialize;
use tantivy::index::SegmentId;

/// Hexadecimal digits of a segment id in a file name: a UUID without hyphens.
const SEGMENT_ID_DIGITS: usize = 32;

/// What tantivy names the document store of a segment until it is sorted.
const TEMPORARY_STORE: &str = "store.temp";

/// The commit a `meta.json` describes.
#[derive(Debug)]
pub(super) struct Meta {
    /// Segment id as in file names → opstamp of its deletes, if it has any.
    segments: HashMap<String, Option<u64>>,
    /// What the committer wrote beside the commit.
    pub(super) payload: Option<String>,
}

#[derive(Deserialize)]
struct MetaJson {
    segments: Vec<SegmentJson>,
    #[serde(default)]
    payload: Option<String>,
}

#[derive(Deserialize)]
struct SegmentJson {
    segment_id: String,
    #[serde(default)]
    deletes: Option<DeletesJson>,
}

#[derive(Deserialize)]
struct DeletesJson {
    opstamp: u64,
}

impl Meta {
    /// Reads the text of a `meta.json`.
    pub(super) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let json: MetaJson = serde_json::from_str(text)?;
        let segments = json.segments.into_iter().map(|segment| {
            // JSON has the UUID with hyphens, file names have it without.
            (segment.segment_id.replace('-', ""), segment.deletes.map(|deletes| deletes.opstamp))
        });
        Ok(Self { segments: segments.collect(), payload: json.payload })
    }

    /// Whether the file belongs to this commit: it starts with the id of one of its segments, is not the
    /// temporary document store, and if it holds deletes, they are those of this commit. An older or newer
    /// `.del` of a segment stays in the folder for a while, and opstamps are used again after a crash.
    pub(super) fn names(&self, file: &str) -> bool {
        let Some((segment_id, component)) = split(file) else {
            return false;
        };
        let Some(deletes) = self.segments.get(segment_id) else {
            return false;
        };
        match component.strip_suffix(".del") {
            Some(opstamp) => deletes.is_some_and(|current| current.to_string() == opstamp),
            None => component != TEMPORARY_STORE,
        }
    }
}

/// Whether tantivy could have made a file of this name: segment id, point, component.
pub(super) fn is_segment_file(name: &str) -> bool {
    split(name).is_some()
}

/// The segment of which a file holds documents; `None` for its deletes, and for what is temporary.
pub(super) fn segment_of(file: &str) -> Option<SegmentId> {
    let (segment_id, component) = split(file)?;
    let is_lasting = component != TEMPORARY_STORE && !component.ends_with(".del");
    if is_lasting { SegmentId::from_uuid_string(segment_id).ok() } else { None }
}

/// Cuts a file name into segment id and component (`idx`, `laz`, `17.del`).
fn split(name: &str) -> Option<(&str, &str)> {
    let (segment_id, component) = name.split_once('.')?;
    let plain = component.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    let hexadecimal = segment_id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (segment_id.len() == SEGMENT_ID_DIGITS && hexadecimal && plain && !component.is_empty())
        .then_some((segment_id, component))
}

#[cfg(test)]
mod tests {
    use super::*;

    const META: &str = r#"{"index_settings":{},"segments":[
        {"segment_id":"a5c4dfcb-dfe6-4508-9129-e308e26d5523","max_doc":3,"deletes":null},
        {"segment_id":"00000000-0000-4000-8000-000000000001","max_doc":3,"deletes":{"num_deleted_docs":1,"opstamp":17}}],
        "schema":[],"opstamp":17,"payload":"9"}"#;

    #[test]
    fn names_the_files_of_its_segments() {
        let meta = Meta::parse(META).unwrap();
        assert_eq!(meta.payload.as_deref(), Some("9"));
        for (file, named) in [
            ("a5c4dfcbdfe645089129e308e26d5523.idx", true),
            ("a5c4dfcbdfe645089129e308e26d5523.laz", true),
            ("a5c4dfcbdfe645089129e308e26d5523.store", true),
            ("a5c4dfcbdfe645089129e308e26d5523.store.temp", false),
            ("a5c4dfcbdfe645089129e308e26d5523.17.del", false),
            ("00000000000040008000000000000001.17.del", true),
            ("00000000000040008000000000000001.7.del", false),
            ("00000000000040008000000000000001.017.del", false),
            ("00000000000040008000000000000002.idx", false),
            ("meta.json", false),
        ] {
            assert_eq!(meta.names(file), named, "{file}");
        }
    }

    #[test]
    fn a_file_of_documents_tells_its_segment() {
        let of = |file: &str| segment_of(file).map(|id| id.uuid_string());
        let id = "a5c4dfcbdfe645089129e308e26d5523";
        assert_eq!(of("a5c4dfcbdfe645089129e308e26d5523.idx").as_deref(), Some(id));
        for file in [".17.del", ".store.temp", ""].map(|rest| format!("{id}{rest}")) {
            assert_eq!(of(&file), None, "{file}");
        }
    }

    #[test]
    fn garbage_is_an_error() {
        for text in ["", "null", "[]", "{}", r#"{"segments":7}"#, r#"{"segments":[{}]}"#, "\u{0}"] {
            assert!(Meta::parse(text).is_err(), "{text:?}");
        }
        for name in ["", ".", "a.b", "../../etc/passwd", "A5C4DFCBDFE645089129E308E26D5523.idx"] {
            assert!(!is_segment_file(name), "{name:?}");
        }
        assert!(!is_segment_file("a5c4dfcbdfe645089129e308e26d5523./../x"));
    }
}
