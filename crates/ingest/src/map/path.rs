//! Where a mapping reads: a field's name, a JSON pointer into a field, or a path of the enrichment tree.
//!
//! ```text
//! field mapping   name | "/" step { "/" step }               /article/tags/0
//! output mapping  "/document" { "/" step }                   /document/colors/*/name
//! step            name | index | "*" | "#"                   ~0 ~1 ~2 stand for ~ / #
//! ```

use serde_json::Value;

use crate::parse::Record;

/// The source of a field mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The key that a record within an item has: `<path of the blob>;<ordinal>`.
    DocumentKey,
    /// A field.
    Field(String),
    /// What is within a field.
    Pointer(Vec<String>),
}

/// The synthetic source field (`indexers.md` §3.3).
const DOCUMENT_KEY: &str = "AzureSearch_DocumentKey";

/// The blob's own name for itself.
pub(super) const STORAGE_PATH: &str = "metadata_storage_path";

impl Source {
    pub(super) fn parse(text: &str) -> Self {
        if text.eq_ignore_ascii_case(DOCUMENT_KEY) {
            return Self::DocumentKey;
        }
        match text.strip_prefix('/') {
            Some(steps) => Self::Pointer(steps.split('/').map(unescaped).collect()),
            // Blob metadata may be written with dashes (`indexers.md` §2.1).
            None if text.to_ascii_lowercase().starts_with("metadata-storage-") => {
                Self::Field(text.replace('-', "_"))
            }
            None => Self::Field(text.to_owned()),
        }
    }

    /// Whether it is the path of the item, alone or with an ordinal.
    pub(super) fn is_path(&self) -> bool {
        match self {
            Self::DocumentKey => true,
            Self::Field(name) => name.eq_ignore_ascii_case(STORAGE_PATH),
            Self::Pointer(_) => false,
        }
    }

    /// Whether it is all of a field.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::DocumentKey | Self::Field(_) => true,
            Self::Pointer(steps) => steps.len() == 1,
        }
    }

    /// The name of the field it is in.
    pub(super) fn field(&self) -> &str {
        match self {
            Self::DocumentKey => DOCUMENT_KEY,
            Self::Field(name) => name,
            Self::Pointer(steps) => steps.first().map_or("", String::as_str),
        }
    }

    /// The value; what is missing or null is none.
    pub(super) fn read(&self, record: &Record) -> Option<Value> {
        let value = match self {
            Self::DocumentKey => return document_key(record).map(Value::String),
            Self::Field(name) => record.get(name)?.clone(),
            Self::Pointer(steps) => {
                let (first, rest) = steps.split_first()?;
                rest.iter().try_fold(record.get(first)?, |value, step| child(value, step))?.clone()
            }
        };
        (!value.is_null()).then_some(value)
    }
}

/// The key of a record within an item, or of an item that is one record, before it is encoded.
pub(super) fn document_key(record: &Record) -> Option<String> {
    let path = record.item.get(STORAGE_PATH).or_else(|| record.get(STORAGE_PATH))?.as_str()?;
    Some(record.ordinal.map_or_else(|| path.to_owned(), |ordinal| format!("{path};{ordinal}")))
}

fn unescaped(step: &str) -> String {
    step.replace("~2", "#").replace("~1", "/").replace("~0", "~")
}

/// The member or element of a step; of members the exact name counts first.
fn child<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get(step).or_else(|| {
            members.iter().find(|(name, _)| name.eq_ignore_ascii_case(step)).map(|(_, value)| value)
        }),
        Value::Array(elements) => elements.get(step.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// The source of an output field mapping: steps below `/document`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreePath {
    pub(super) text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    /// Every element; the results are one flat array.
    Each,
    /// The array as it is.
    Whole,
}

impl TreePath {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let steps = text.strip_prefix("/document/")?.split('/').map(|step| match step {
            "*" => Step::Each,
            "#" => Step::Whole,
            name => Step::Name(unescaped(name)),
        });
        let steps: Vec<Step> = steps.collect();
        matches!(steps.first(), Some(Step::Name(_))).then(|| TreePath { text: text.to_owned(), steps })
    }

    /// The value; with a `*` all that were found as one array. The error is what is missing.
    pub(super) fn read(&self, record: &Record) -> Result<Value, String> {
        let missing = || format!("Missing value '{}'.", self.text);
        let Some((Step::Name(first), rest)) = self.steps.split_first() else { return Err(missing()) };
        let root = record.get(first).ok_or_else(missing)?;
        let mut found = Vec::new();
        collect(root, rest, &mut found)
            .map_err(|step| format!("Cannot iterate over non-array '{}'.", self.text_before(step)))?;
        if self.steps.contains(&Step::Each) {
            return if found.is_empty() { Err(missing()) } else { Ok(flat(found)) };
        }
        found.into_iter().next().filter(|value| !value.is_null()).cloned().ok_or_else(missing)
    }

    /// The path up to the step with so many behind it.
    fn text_before(&self, behind: usize) -> String {
        let parts: Vec<&str> = self.text.split('/').collect();
        parts.get(..parts.len().saturating_sub(behind)).unwrap_or_default().join("/")
    }
}

/// Gathers the values at the end of a path. The error is how many steps the one that cannot be taken has behind and with it.
fn collect<'a>(value: &'a Value, steps: &[Step], found: &mut Vec<&'a Value>) -> Result<(), usize> {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value);
        return Ok(());
    };
    match (step, value) {
        (Step::Each, Value::Array(elements)) => {
            elements.iter().try_for_each(|value| collect(value, rest, found))
        }
        (Step::Each, Value::Null) => Ok(()),
        (Step::Each, Value::Object(_) | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            Err(steps.len())
        }
        (Step::Whole, value) => collect(value, rest, found),
        (Step::Name(name), value) => child(value, name).map_or(Ok(()), |value| collect(value, rest, found)),
    }
}

/// One array of all that are neither arrays nor null.
fn flat(values: Vec<&Value>) -> Value {
    fn add(value: &Value, flat: &mut Vec<Value>) {
        match value {
            Value::Array(elements) => elements.iter().for_each(|element| add(element, flat)),
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                flat.push(value.clone())
            }
        }
    }
    let mut all = Vec::new();
    for value in values {
        add(value, &mut all);
    }
    Value::Array(all)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    fn record() -> Record {
        let fields = json!({
            "article": {"text": "t", "tags": ["a", "b"], "a/b": 1, "none": null},
            "colors": [{"name": "red", "medium": ["oil", "ink"]}, {"name": "blue", "medium": ["ink"]}, {}],
            "embedding": [0.5, 1],
        });
        let item = Arc::new(json!({"metadata_storage_path": "b1.json", "metadata_storage_name": "n"}));
        Record {
            source: "b1.json".into(),
            fields: fields.as_object().unwrap().clone(),
            item: Arc::new(item.as_object().unwrap().clone()),
            ordinal: Some(1),
            warnings: Vec::new(),
        }
    }

    #[test]
    fn sources_are_fields_and_pointers() {
        let cases = [
            ("/article/text", json!("t")),
            ("/article/tags/0", json!("a")),
            ("/Article/Tags/1", json!("b")),
            ("/article/tags", json!(["a", "b"])),
            ("/article/a~1b", json!(1)),
            ("/embedding", json!([0.5, 1])),
            ("EMBEDDING", json!([0.5, 1])),
            ("/article/tags/2", json!(null)),
            ("/article/text/x", json!(null)),
            ("/article/none", json!(null)),
            ("/nothing", json!(null)),
            ("nothing", json!(null)),
            ("/", json!(null)),
            ("metadata-storage-name", json!("n")),
            ("AzureSearch_DocumentKey", json!("b1.json;1")),
        ];
        for (source, expected) in cases {
            let found = Source::parse(source).read(&record());
            assert_eq!(found, Some(expected).filter(|value| !value.is_null()), "{source}");
        }
    }

    #[test]
    fn tree_paths_flatten() {
        let cases = [
            ("/document/colors/*/name", Ok(json!(["red", "blue"]))),
            ("/document/colors/*/medium", Ok(json!(["oil", "ink", "ink"]))),
            ("/document/colors/*/medium/*", Ok(json!(["oil", "ink", "ink"]))),
            ("/document/colors/0/name", Ok(json!("red"))),
            ("/document/embedding", Ok(json!([0.5, 1]))),
            ("/document/embedding/*", Ok(json!([0.5, 1]))),
            ("/document/embedding/#", Ok(json!([0.5, 1]))),
            ("/document/metadata_storage_name", Ok(json!("n"))),
            ("/document/nothing", Err("Missing value '/document/nothing'.")),
            ("/document/colors/*/nothing", Err("Missing value '/document/colors/*/nothing'.")),
            ("/document/article/none", Err("Missing value '/document/article/none'.")),
            ("/document/article/text/*", Err("Cannot iterate over non-array '/document/article/text'.")),
        ];
        for (path, expected) in cases {
            let found = TreePath::parse(path).unwrap().read(&record());
            assert_eq!(found, expected.map_err(str::to_owned), "{path}");
        }
        for wrong in ["", "colors", "/document", "/document/*", "/other/x"] {
            assert_eq!(TreePath::parse(wrong), None, "{wrong}");
        }
    }
}
