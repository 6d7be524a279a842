//! What everything that stores named bytes has in common, be it blobs, objects or files: the `metadata_storage_*` fields and the
//! choice by file name extension (`indexers.md` §2.1, §3.1).

use jiff::Timestamp;
use lazuli_wire::data_sources::DeletionDetectionPolicy;
use lazuli_wire::indexers::Parameters;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::SourceError;

/// What .NET escapes in a segment of an address: all but the unreserved characters of RFC 3986.
pub(crate) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The same for a path, whose slashes stay.
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

/// A name as it stands in an address.
pub(crate) fn escaped(name: &str) -> String {
    utf8_percent_encode(name, PATH).to_string()
}

/// What is known of stored bytes before they are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    /// The address, escaped.
    pub(crate) path: String,
    /// The whole name, folders included.
    pub(crate) name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) last_modified: Option<Timestamp>,
    pub(crate) size: u64,
    /// Base64.
    pub(crate) content_md5: Option<String>,
    /// What its owner wrote beside it, verbatim.
    pub(crate) metadata: Vec<(String, String)>,
}

impl Stored {
    /// The source fields. What the owner wrote cannot take the place of a field of the storage.
    pub(crate) fn fields(&self) -> Map<String, Value> {
        let mut fields: Map<String, Value> =
            self.metadata.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(format!("metadata_storage_{name}"), value);
            }
        };
        add("content_type", self.content_type.as_deref().map(Value::from));
        add("size", Some(self.size.into()));
        add("last_modified", self.last_modified.map(|at| at.to_string().into()));
        add("content_md5", self.content_md5.as_deref().map(Value::from));
        add("name", Some(last_segment(&self.name).into()));
        add("path", Some(self.path.as_str().into()));
        add("file_extension", Some(extension(&self.name).unwrap_or_default().into()));
        fields
    }

    /// The value of the metadata of that name; names of metadata have no case.
    pub(crate) fn metadata(&self, name: &str) -> Option<&str> {
        let found = self.metadata.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the owner set this switch, such as `AzureSearch_Skip`.
    pub(crate) fn switched_on(&self, name: &str) -> bool {
        self.metadata(name).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }
}

/// How deletions are found. Which type of data source can do which was checked when it was defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deletions {
    None,
    /// Metadata of this name with this value.
    Metadata {
        name: String,
        value: String,
    },
    /// What the storage keeps of deleted blobs.
    Native,
    /// What was there and is not any more; the run finds out ([`crate::run::Absence`]).
    Absence,
}

impl Deletions {
    pub(crate) fn new(policy: Option<&DeletionDetectionPolicy>) -> Result<Self, SourceError> {
        let Some(policy) = policy else { return Ok(Self::None) };
        match policy.odata_type.as_str() {
            DeletionDetectionPolicy::SOFT_DELETE_COLUMN => Ok(Self::Metadata {
                name: policy.soft_delete_column_name.clone().unwrap_or_default(),
                value: policy.soft_delete_marker_value.clone().unwrap_or_default(),
            }),
            DeletionDetectionPolicy::NATIVE_BLOB_SOFT_DELETE => Ok(Self::Native),
            DeletionDetectionPolicy::ABSENCE => Ok(Self::Absence),
            other => Err(SourceError::Broken(format!("Deletions cannot be found by '{other}' here."))),
        }
    }

    /// Whether the owner has marked it as deleted.
    pub(crate) fn marked(&self, stored: &Stored) -> bool {
        match self {
            Self::Metadata { name, value } => {
                stored.metadata(name).is_some_and(|found| found.eq_ignore_ascii_case(value))
            }
            Self::None | Self::Native | Self::Absence => false,
        }
    }
}

fn last_segment(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The extension with its dot; none of `.profile`, `a.` and `a.d/b`.
fn extension(name: &str) -> Option<&str> {
    let name = last_segment(name);
    let dot = name.rfind('.').filter(|dot| *dot > 0 && dot + 1 < name.len())?;
    name.get(dot..)
}

/// Which names are read at all, by `indexedFileNameExtensions` and `excludedFileNameExtensions`; the latter wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    indexed: Option<Vec<String>>,
    excluded: Vec<String>,
}

impl Names {
    /// What the indexer's configuration says.
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let list = |key: &str| {
            let text = parameters.configuration.as_ref()?.get(key)?.as_str()?;
            Some(text.split(',').map(normal).filter(|extension| extension != ".").collect::<Vec<_>>())
        };
        let indexed = list("indexedFileNameExtensions").filter(|extensions| !extensions.is_empty());
        Self { indexed, excluded: list("excludedFileNameExtensions").unwrap_or_default() }
    }

    /// Whether what has this name is read.
    pub(crate) fn admit(&self, name: &str) -> bool {
        let name = last_segment(name).to_lowercase();
        let among = |extensions: &[String]| extensions.iter().any(|extension| name.ends_with(extension));
        !among(&self.excluded) && self.indexed.as_deref().is_none_or(among)
    }
}

/// With one dot in front, without blanks, in small letters.
fn normal(extension: &str) -> String {
    format!(".{}", extension.trim().trim_start_matches('.').to_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_those_of_the_storage_and_of_the_owner() {
        let stored = Stored {
            path: format!("http://h/c/{}", escaped("a b/ü(1).PDF")),
            name: "a b/ü(1).PDF".into(),
            content_type: Some("application/pdf".into()),
            last_modified: Some("2026-01-01T00:00:00Z".parse().unwrap()),
            size: 3,
            content_md5: Some("AAAA".into()),
            metadata: vec![("Author".into(), "me".into()), ("metadata_storage_size".into(), "9".into())],
        };
        let expected = json!({
            "Author": "me",
            "metadata_storage_size": 3,
            "metadata_storage_content_type": "application/pdf",
            "metadata_storage_last_modified": "2026-01-01T00:00:00Z",
            "metadata_storage_content_md5": "AAAA",
            "metadata_storage_name": "ü(1).PDF",
            "metadata_storage_path": "http://h/c/a%20b/%C3%BC%281%29.PDF",
            "metadata_storage_file_extension": ".PDF",
        });
        assert_eq!(Value::Object(stored.fields()), expected);
        assert_eq!(stored.metadata("AUTHOR"), Some("me"));
    }

    #[test]
    fn an_extension_begins_at_the_last_dot_of_the_last_segment() {
        for (name, expected) in [
            ("a.b.c", Some(".c")),
            ("a.d/b", None),
            (".profile", None),
            ("a.", None),
            ("x/y.Json", Some(".Json")),
        ] {
            assert_eq!(extension(name), expected, "{name}");
        }
    }

    #[track_caller]
    fn check(configuration: Value, admitted: &[&str], refused: &[&str]) {
        let configuration = configuration.as_object().cloned();
        let names = Names::new(&Parameters { configuration, ..Parameters::default() });
        for (list, expected) in [(admitted, true), (refused, false)] {
            for name in list {
                assert_eq!(names.admit(name), expected, "{name}");
            }
        }
    }

    #[test]
    fn extensions_choose_and_exclusion_wins() {
        check(json!({}), &["a", "a.pdf"], &[]);
        check(
            json!({"indexedFileNameExtensions": ".pdf, .docx"}),
            &["a.pdf", "x/b.DOCX"],
            &["a", "a.png", "a.pdf/b"],
        );
        check(json!({"excludedFileNameExtensions": ".png,jpeg"}), &["a", "a.pdf"], &["a.PNG", "b.jpeg"]);
        let both = json!({"indexedFileNameExtensions": ".pdf,.png", "excludedFileNameExtensions": ".png"});
        check(both, &["a.pdf"], &["a.png", "a.doc"]);
        check(json!({"indexedFileNameExtensions": ""}), &["a"], &[]);
    }
}
