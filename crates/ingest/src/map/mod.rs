//! From a record to the action that writes its document (`indexers.md` §2, §4).
//!
//! A field of the record goes into the field of the index that has its name, unless a field mapping names either of them; one
//! that reads a place within a field leaves the field itself alone. A field mapping reads a field or a place in it, may change the value with a function, and names where it goes. Values are
//! made to fit the index's types here, so an action that comes out of this is one that an upload takes.
//!
//! Nothing is said of fields that the record does not have. What a record has as null clears a field where the source can tell
//! null from nothing, which is where rows come from tables.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lazuli_catalog::Schema;
use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::document::ActionKind;
use lazuli_catalog::error::IndexerProblem;
use lazuli_wire::indexers::{FieldMapping, Indexer};
use serde::Serialize;
use serde_json::Value;

use crate::parse::Record;
use crate::source::{Item, ItemError, Note};

mod error;

mod path;

mod function;

mod key;

mod value;

mod date;

mod point;

#[cfg(test)]
mod tests;

use error::Fault;
use function::Function;
pub(crate) use function::token_encode;
use path::{Source, TreePath};
use value::{Target, fit, fits_as_it_is, scalar_text};

/// An action that is ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The action as in a batch of `docs/index`: `{"@search.action":"mergeOrUpload",…}`.
    pub action: String,
    /// The document's key.
    pub key: String,
    /// What people should know of it, or of how its record was read.
    pub warnings: Vec<Note>,
}

/// The mappings of an indexer, bound to its index and its kind of source.
#[derive(Debug)]
pub struct Mapping {
    schema: Arc<Schema>,
    source_type: SourceType,
    explicit: Vec<Explicit>,
    output: Vec<Output>,
    /// Position of the field of each name, as the schema spells it and in lower case; without those that a mapping fills.
    by_name: HashMap<String, usize>,
    /// Source fields that only their mappings use, in lower case.
    mapped_sources: HashSet<String>,
    encode_keys: bool,
    /// `<type>.<data source>`, for the names of errors.
    data_source: String,
}

/// A field mapping.
#[derive(Debug)]
struct Explicit {
    source: Source,
    /// Position of the field.
    target: usize,
    function: Option<Function>,
}

/// An output field mapping.
#[derive(Debug)]
struct Output {
    source: TreePath,
    target: usize,
    function: Option<Function>,
}

/// What an action says of each top-level field; none for nothing. What a record has in the right form already is not copied.
type Values<'a> = Vec<Option<Cow<'a, Value>>>;

impl Mapping {
    /// Binds an indexer's mappings. Names of fields go without regard to case.
    pub fn bind(
        indexer: &Indexer,
        source_type: SourceType,
        schema: &Arc<Schema>,
    ) -> Result<Self, IndexerProblem> {
        let explicit = indexer.field_mappings.iter().map(|mapping| Explicit::bind(mapping, schema));
        let explicit = explicit.collect::<Result<Vec<_>, _>>()?;
        let output = indexer.output_field_mappings.iter().map(|mapping| Output::bind(mapping, schema));
        let output = output.collect::<Result<Vec<_>, _>>()?;
        let mapped_targets: HashSet<usize> =
            explicit.iter().map(|mapping| mapping.target).chain(output.iter().map(|m| m.target)).collect();
        let mut by_name = HashMap::new();
        for (at, field) in schema.fields.iter().enumerate().rev() {
            if at != schema.key && !mapped_targets.contains(&at) {
                by_name.insert(field.name.to_ascii_lowercase(), at);
                by_name.insert(field.name.clone(), at);
            }
        }
        let parameters = indexer.parameters.as_ref();
        Ok(Mapping {
            schema: Arc::clone(schema),
            source_type,
            mapped_sources: explicit
                .iter()
                .filter(|mapping| mapping.source.is_whole())
                .map(|mapping| mapping.source.field().to_ascii_lowercase())
                .collect(),
            explicit,
            output,
            by_name,
            encode_keys: parameters.and_then(|parameters| parameters.base64_encode_keys).unwrap_or(false),
            data_source: format!("{}.{}", source_type.as_str(), indexer.data_source_name),
        })
    }

    /// The action that writes a record's document, or deletes it.
    pub fn document(&self, record: &Record, action: ActionKind) -> Result<Mapped, ItemError> {
        match action {
            ActionKind::Upload | ActionKind::Merge | ActionKind::MergeOrUpload => {
                self.writing(record, action)
            }
            ActionKind::Delete => self.deleting(record),
        }
    }

    fn writing(&self, record: &Record, action: ActionKind) -> Result<Mapped, ItemError> {
        let key = self.key_of(record).map_err(|fault| self.error(fault, None, record, action))?;
        let refused = |fault| self.error(fault, Some(&key), record, action);
        let mut warnings = record.warnings.clone();
        let mut values = self.nothing();
        self.by_name(record, &key, &mut values).map_err(refused)?;
        self.explicit(record, &key, &mut values).map_err(refused)?;
        self.output(record, &key, &mut values, &mut warnings).map_err(refused)?;
        let key_at = self.schema.key;
        if let Some(slot) = values.get_mut(key_at) {
            *slot = Some(Cow::Owned(Value::String(key.clone())));
        }
        Ok(Mapped { action: self.action(action, values), key, warnings })
    }

    /// The key of an item's document, or of one of its records, as far as it can be told without reading the item: for blobs
    /// and files from their metadata.
    pub fn key(&self, item: &Item, ordinal: Option<u64>) -> Result<String, ItemError> {
        let record = self.unread(item, ordinal);
        self.key_of(&record).map_err(|fault| self.error(fault, None, &record, ActionKind::Delete))
    }

    /// Whether keys are what a field mapping says, and not the default of the source.
    pub fn maps_key(&self) -> bool {
        self.key_mapping().is_some()
    }

    /// The id of the item that has a document with this key, where keys are the paths of items: `Some(None)` if no item can have
    /// it, `None` if keys are something else. With `has_many` an item has many documents, whose keys end with an ordinal.
    pub fn item_of_key(&self, key: &str, has_many: bool) -> Option<Option<String>> {
        if !self.source_type.has_content() {
            return None;
        }
        let text = match self.key_mapping() {
            None => key::decoded(key),
            Some(mapping) if !mapping.source.is_path() => return None,
            Some(Explicit { function: Some(function), .. }) => function.undone(key)?,
            Some(_) if self.encode_keys => key::decoded(key),
            Some(_) => Some(key.to_owned()),
        };
        Some(text.and_then(|text| if has_many { key::without_ordinal(&text) } else { Some(text) }))
    }

    fn key_mapping(&self) -> Option<&Explicit> {
        self.explicit.iter().find(|mapping| mapping.target == self.schema.key)
    }

    /// The action that deletes the document of an item.
    pub fn deletion(&self, item: &Item) -> Result<Mapped, ItemError> {
        self.deleting(&self.unread(item, None))
    }

    fn deleting(&self, record: &Record) -> Result<Mapped, ItemError> {
        let refused = |fault| self.error(fault, None, record, ActionKind::Delete);
        Ok(self.deletion_of_key(&self.key_of(record).map_err(refused)?))
    }

    /// The action that deletes the document of a key.
    pub fn deletion_of_key(&self, key: &str) -> Mapped {
        let mut values = self.nothing();
        if let Some(slot) = values.get_mut(self.schema.key) {
            *slot = Some(Cow::Owned(Value::String(key.to_owned())));
        }
        Mapped { action: self.action(ActionKind::Delete, values), key: key.to_owned(), warnings: Vec::new() }
    }

    fn unread(&self, item: &Item, ordinal: Option<u64>) -> Record {
        let source: Arc<str> = item.id.as_str().into();
        if !self.source_type.has_content() {
            return Record::row(source, item.fields.clone());
        }
        let (fields, item) = (serde_json::Map::new(), Arc::new(item.fields.clone()));
        Record { source, fields, item, ordinal, warnings: Vec::new() }
    }

    /// The key: what a field mapping says, or the default of the source.
    fn key_of(&self, record: &Record) -> Result<String, Fault> {
        let (key, encoded) = match self.key_mapping() {
            Some(mapping) => {
                let value = mapping.read(record)?;
                (value.as_ref().and_then(scalar_text), mapping.function.is_some())
            }
            None => {
                let key = key::default_key(self.source_type, &self.schema.key_field().name, record);
                (key, self.source_type.has_content())
            }
        };
        // An older way to say what a function or the default says; never both.
        let key =
            if self.encode_keys && !encoded { key.map(|key| token_encode(key.as_bytes())) } else { key };
        key::check(key)
    }

    /// Fields of the index that a field of the record has the name of. Of several names that differ in case, the first counts.
    fn by_name<'a>(&self, record: &'a Record, key: &str, values: &mut Values<'a>) -> Result<(), Fault> {
        for (name, value) in record.pairs() {
            let Some(at) = self.field_of_name(name) else { continue };
            let (Some(field), Some(slot)) = (self.schema.fields.get(at), values.get_mut(at)) else {
                continue;
            };
            if slot.is_none() && !(value.is_null() && self.drops_null()) {
                *slot = Some(if fits_as_it_is(field, value) {
                    Cow::Borrowed(value)
                } else {
                    Cow::Owned(fit(&Target { field, key }, value.clone())?)
                });
            }
        }
        Ok(())
    }

    fn field_of_name(&self, name: &str) -> Option<usize> {
        let exact = self.by_name.get(name);
        let at = exact.or_else(|| {
            let has_upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
            has_upper.then(|| self.by_name.get(&name.to_ascii_lowercase())).flatten()
        })?;
        (self.mapped_sources.is_empty() || !self.mapped_sources.contains(&name.to_ascii_lowercase()))
            .then_some(*at)
    }

    /// Whether null may as well be nothing: in JSON and in Cosmos DB, where it never clears a field (`indexers.md` §2.6).
    fn drops_null(&self) -> bool {
        match self.source_type {
            SourceType::AzureBlob
            | SourceType::AdlsGen2
            | SourceType::Files
            | SourceType::S3
            | SourceType::AzureTable
            | SourceType::CosmosDb => true,
            SourceType::AzureSql | SourceType::MySql | SourceType::PostgreSql => false,
        }
    }

    fn explicit(&self, record: &Record, key: &str, values: &mut Values<'_>) -> Result<(), Fault> {
        for mapping in self.explicit.iter().filter(|mapping| mapping.target != self.schema.key) {
            let (Some(field), Some(slot)) =
                (self.schema.fields.get(mapping.target), values.get_mut(mapping.target))
            else {
                continue;
            };
            match mapping.read(record)? {
                Some(value) => *slot = Some(Cow::Owned(fit(&Target { field, key }, value)?)),
                None if !self.drops_null() && mapping.is_null(record) => {
                    *slot = Some(Cow::Owned(Value::Null))
                }
                // A place that is not there is silently left out (`indexers.md` §3.2).
                None => {}
            }
        }
        Ok(())
    }

    fn output(
        &self,
        record: &Record,
        key: &str,
        values: &mut Values<'_>,
        warnings: &mut Vec<Note>,
    ) -> Result<(), Fault> {
        for mapping in &self.output {
            let (Some(field), Some(slot)) =
                (self.schema.fields.get(mapping.target), values.get_mut(mapping.target))
            else {
                continue;
            };
            let value = match mapping.source.read(record) {
                Ok(value) => value,
                Err(missing) => {
                    warnings.push(output_warning(&field.name, key, missing));
                    continue;
                }
            };
            let value = match &mapping.function {
                None => value,
                Some(function) => function.apply(&value).map_err(|reason| Fault::OutputFunction {
                    function: function.name(),
                    field: field.name.clone(),
                    reason,
                })?,
            };
            *slot = Some(Cow::Owned(fit(&Target { field, key }, value)?));
        }
        Ok(())
    }

    fn nothing<'a>(&self) -> Values<'a> {
        vec![None; self.schema.fields.len()]
    }

    /// The text of an action, the key first.
    fn action(&self, action: ActionKind, values: Values<'_>) -> String {
        let kind = match action {
            ActionKind::Upload => "upload",
            ActionKind::Merge => "merge",
            ActionKind::MergeOrUpload => "mergeOrUpload",
            ActionKind::Delete => "delete",
        };
        let mut text = format!("{{\"@search.action\":\"{kind}\"").into_bytes();
        for (field, value) in self.schema.fields.iter().zip(values) {
            if let Some(value) = value {
                text.push(b',');
                write_json(&mut text, &field.name);
                text.push(b':');
                write_json(&mut text, &*value);
            }
        }
        text.push(b'}');
        // Megabytes of actions wait to be written; what was taken ahead for each would double them.
        text.shrink_to_fit();
        String::from_utf8(text).unwrap_or_default()
    }

    fn error(&self, fault: Fault, key: Option<&str>, record: &Record, action: ActionKind) -> ItemError {
        let name = if fault.is_of_extraction() {
            format!("DocumentExtraction.{}", self.data_source)
        } else if let Fault::OutputFunction { field, .. } = &fault {
            format!("Projection.SearchIndex.OutputFieldMapping.{field}")
        } else {
            let kind = match action {
                ActionKind::Upload => "Upload",
                ActionKind::Merge => "Merge",
                ActionKind::MergeOrUpload => "MergeOrUpload",
                ActionKind::Delete => "Delete",
            };
            format!("Projection.SearchIndex.{kind}.{}", self.schema.name)
        };
        fault.into_error(key, record, name)
    }
}

/// Appends a value as JSON. Bytes, as serde_json would look at each piece once more on its way into a string.
fn write_json(text: &mut Vec<u8>, value: &impl Serialize) {
    // Nothing that is a tree or a name fails, and memory takes what it is given.
    let _ = serde_json::to_writer(text, value);
}

/// Position of the field of a name, the exact one first.
fn position(schema: &Schema, name: &str) -> Option<usize> {
    let exact = schema.fields.iter().position(|field| field.name == name);
    exact.or_else(|| schema.fields.iter().position(|field| field.name.eq_ignore_ascii_case(name)))
}

/// The target that a mapping names, or by default the last part of its source.
fn target_name(mapping: &FieldMapping, default: &str) -> String {
    mapping.target_field_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(default).to_owned()
}

impl Explicit {
    fn bind(mapping: &FieldMapping, schema: &Schema) -> Result<Self, IndexerProblem> {
        let target = target_name(mapping, &mapping.source_field_name);
        let target = position(schema, &target).ok_or(IndexerProblem::Target { target })?;
        let function = mapping.mapping_function.as_ref().map(Function::bind).transpose()?;
        Ok(Explicit { source: Source::parse(&mapping.source_field_name), target, function })
    }

    /// The value after its function; nothing for what is missing or null.
    fn read(&self, record: &Record) -> Result<Option<Value>, Fault> {
        let Some(value) = self.source.read(record) else { return Ok(None) };
        let Some(function) = &self.function else { return Ok(Some(value)) };
        let field = self.source.field().to_owned();
        let applied = function.apply(&value);
        applied.map(Some).map_err(|reason| Fault::Function { function: function.name(), field, reason })
    }

    /// Whether the source is there and null.
    fn is_null(&self, record: &Record) -> bool {
        matches!(&self.source, Source::Field(name) if record.get(name).is_some_and(Value::is_null))
    }
}

impl Output {
    fn bind(mapping: &FieldMapping, schema: &Schema) -> Result<Self, IndexerProblem> {
        let path = &mapping.source_field_name;
        let wrong = || IndexerProblem::OutputSource { source_path: path.clone() };
        let source = TreePath::parse(path).ok_or_else(wrong)?;
        let target = target_name(mapping, path.rsplit('/').next().unwrap_or_default());
        let target = position(schema, &target).ok_or(IndexerProblem::OutputTarget { target })?;
        let function = mapping.mapping_function.as_ref().map(Function::bind).transpose()?;
        Ok(Output { source, target, function })
    }
}

fn output_warning(field: &str, key: &str, details: String) -> Note {
    Note {
        id: Some(key.to_owned()),
        message: format!(
            "Could not map output field '{field}' to search index. Check the 'outputFieldMappings' property of your \
             indexer."
        ),
        details: Some(details),
        name: Some(format!("Projection.SearchIndex.OutputFieldMapping.{field}")),
        link: None,
    }
}
