//! `checkpoint.json`: the one file that says what a checkpoint is.
//!
//! ```json
//! {"version":1,"crc32":2747591573,"body":{"meta":{…tantivy's meta.json…},"files":[
//!     {"name":"a5c4dfcbdfe645089129e308e26d5523.idx","length":812,"crc32":3205108021}, …]}}
//! ```
//!
//! tantivy's `meta.json` and the lengths and checksums of the files it names are published together, by one
//! rename, so that they cannot disagree after a crash. `crc32` covers the text of `body` byte for byte; the
//! rest must be spelled exactly as we spell it, so a change of any byte of the file is noticed.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::meta::{Meta, is_segment_file};

/// File name of the published manifest.
pub(super) const FILE_NAME: &str = "checkpoint.json";
/// File name under which a manifest is written before it is renamed.
pub(super) const TEMPORARY_NAME: &str = "checkpoint.json.tmp";
/// The format this release writes, and the only one it reads: another means that the index is rebuilt.
const VERSION: u32 = 1;

/// A published checkpoint, checked.
#[derive(Debug)]
pub(super) struct Manifest {
    /// The text of tantivy's `meta.json`.
    pub(super) meta_json: String,
    /// The same, read.
    pub(super) meta: Meta,
    /// Each file of the checkpoint, ordered by name.
    pub(super) files: Vec<FileRecord>,
}

/// What a file of a checkpoint must be like.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRecord {
    /// Name inside the folder.
    pub(super) name: String,
    /// Bytes.
    pub(super) length: u64,
    /// CRC-32 (ISO-HDLC, as in zlib) of all bytes.
    pub(super) crc32: u32,
}

#[derive(Deserialize, Serialize)]
struct Sealed<'a> {
    version: u32,
    crc32: u32,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[derive(Deserialize, Serialize)]
struct Body<'a> {
    #[serde(borrow)]
    meta: &'a RawValue,
    files: Vec<FileRecord>,
}

/// The text of a manifest over `meta_json` and `files`. Fails if `meta_json` is not JSON.
pub(super) fn render(meta_json: &str, files: Vec<FileRecord>) -> Result<String, serde_json::Error> {
    let body = serde_json::to_string(&Body { meta: serde_json::from_str(meta_json)?, files })?;
    seal(serde_json::from_str(&body)?)
}

/// Reads a manifest and checks that it is, to the byte, what [`render`] wrote. The error says what is wrong.
pub(super) fn parse(bytes: &[u8]) -> Result<Manifest, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let sealed: Sealed<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if sealed.version != VERSION {
        return Err(format!("its version is {}, this release reads {VERSION}", sealed.version));
    }
    if seal(sealed.body).map_err(|error| error.to_string())? != text {
        return Err("its checksum does not match".to_owned());
    }
    let body: Body<'_> = serde_json::from_str(sealed.body.get()).map_err(|error| error.to_string())?;
    let meta_json = body.meta.get().to_owned();
    let meta = Meta::parse(&meta_json).map_err(|error| error.to_string())?;
    if let Some(file) = body.files.iter().find(|file| !is_segment_file(&file.name)) {
        return Err(format!("it names {:?}, which is no file of a segment", file.name));
    }
    Ok(Manifest { meta_json, meta, files: body.files })
}

fn seal(body: &RawValue) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Sealed { version: VERSION, crc32: crc32fast::hash(body.get().as_bytes()), body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> String {
        let files = vec![FileRecord {
            name: "a5c4dfcbdfe645089129e308e26d5523.idx".to_owned(),
            length: 812,
            crc32: 3_205_108_021,
        }];
        render("{\n  \"segments\": [],\n  \"payload\": \"é\"\n}\n", files).unwrap()
    }

    #[test]
    fn reads_what_it_wrote() {
        let manifest = parse(example().as_bytes()).unwrap();
        assert_eq!(manifest.meta_json, "{\n  \"segments\": [],\n  \"payload\": \"é\"\n}");
        assert_eq!(manifest.meta.payload.as_deref(), Some("é"));
        assert_eq!(manifest.files.len(), 1);
        assert_eq!(manifest.files[0].length, 812);
    }

    #[test]
    fn notices_every_changed_bit_and_every_cut() {
        let text = example();
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                assert!(parse(&bytes).is_err(), "byte {at}, bit {bit}");
            }
            assert!(parse(&text.as_bytes()[..at]).is_err(), "cut at {at}");
        }
        assert!(parse(format!("{text}\n").as_bytes()).is_err(), "a byte too many");
    }

    #[test]
    fn refuses_names_that_lead_elsewhere() {
        for name in ["../../documents.db", "/etc/passwd", "checkpoint.json", ""] {
            let file = FileRecord { name: name.to_owned(), length: 0, crc32: 0 };
            let text = render(r#"{"segments":[]}"#, vec![file]).unwrap();
            assert!(parse(text.as_bytes()).is_err(), "{name:?}");
        }
    }
}
