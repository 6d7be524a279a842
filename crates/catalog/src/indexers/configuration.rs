//! `parameters.configuration`: its keys, what they may be, and for which types of data source (`indexers.md` §3.1).
//!
//! The dictionary is open: the service takes keys it does not know, and so does this. They have no effect; [`unknown_keys`]
//! tells them, for whoever warns of them. What a value means is up to whoever reads documents with it.

use std::time::Duration;

use lazuli_wire::errors::quoted;
use lazuli_wire::indexers::Parameters;
use serde_json::Value;

use crate::data_sources::SourceType;
use crate::error::{DefinitionError, IndexerProblem};

/// A key that is known.
struct Key {
    name: &'static str,
    of: Sources,
    kind: Kind,
}

/// The types of data source that a key has a meaning for.
#[derive(Clone, Copy)]
enum Sources {
    All,
    /// Those whose items have bytes.
    Content,
    /// Those that are asked in SQL over tables.
    Tables,
    SqlServer,
    Cosmos,
}

/// What the value of a key may be.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Flag,
    /// One of these, in any casing; the first is the default.
    Words(&'static [&'static str], &'static str),
    /// A size in pixels.
    Pixels,
    /// `hh:mm:ss`
    Time,
    /// A word or flag of which only the first, or false, does something yet.
    NotYet(&'static [&'static str], &'static str, &'static str),
    /// A flag that does nothing yet when it is set.
    FlagNotYet(&'static str),
}

const fn key(name: &'static str, of: Sources, kind: Kind) -> Key {
    Key { name, of, kind }
}

const MODES: &[&str] = &["default", "text", "delimitedText", "json", "jsonArray", "jsonLines", "markdown"];
const HEADERS: &[&str] = &["h6", "h5", "h4", "h3", "h2", "h1"];
const IMAGES: &[&str] = &["none", "generateNormalizedImages", "generateNormalizedImagePerPage"];

/// All of them.
static KEYS: [Key; 24] = [
    key(
        "parsingMode",
        Sources::Content,
        Kind::Words(MODES, "default, text, delimitedText, json, jsonArray, jsonLines or markdown"),
    ),
    key("excludedFileNameExtensions", Sources::Content, Kind::Text),
    key("indexedFileNameExtensions", Sources::Content, Kind::Text),
    key("failOnUnsupportedContentType", Sources::Content, Kind::Flag),
    key("failOnUnprocessableDocument", Sources::Content, Kind::Flag),
    key("indexStorageMetadataOnlyForOversizedDocuments", Sources::Content, Kind::Flag),
    key("delimitedTextHeaders", Sources::Content, Kind::Text),
    key("delimitedTextDelimiter", Sources::Content, Kind::Text),
    key("firstLineContainsHeaders", Sources::Content, Kind::Flag),
    key("documentRoot", Sources::Content, Kind::Text),
    key(
        "markdownParsingSubmode",
        Sources::Content,
        Kind::Words(&["oneToMany", "oneToOne"], "oneToMany or oneToOne"),
    ),
    key("markdownHeaderDepth", Sources::Content, Kind::Words(HEADERS, "h1 to h6")),
    key("encoding", Sources::Content, Kind::Text),
    key(
        "dataToExtract",
        Sources::Content,
        Kind::Words(
            &["contentAndMetadata", "storageMetadata", "allMetadata"],
            "storageMetadata, allMetadata or contentAndMetadata",
        ),
    ),
    key(
        "imageAction",
        Sources::Content,
        Kind::NotYet(
            IMAGES,
            "none, generateNormalizedImages or generateNormalizedImagePerPage",
            "Image actions",
        ),
    ),
    key("normalizedImageMaxWidth", Sources::Content, Kind::Pixels),
    key("normalizedImageMaxHeight", Sources::Content, Kind::Pixels),
    key(
        "allowSkillsetToReadFileData",
        Sources::Content,
        Kind::FlagNotYet("Skillsets that read the data of files"),
    ),
    key(
        "pdfTextRotationAlgorithm",
        Sources::Content,
        Kind::NotYet(&["none", "detectAngles"], "none or detectAngles", "Rotations of text in PDF files"),
    ),
    // Both are this process; nothing runs elsewhere.
    key("executionEnvironment", Sources::All, Kind::Words(&["standard", "private"], "standard or private")),
    key("queryTimeout", Sources::Tables, Kind::Time),
    key("convertHighWaterMarkToRowVersion", Sources::SqlServer, Kind::Flag),
    key("disableOrderByHighWaterMarkColumn", Sources::SqlServer, Kind::Flag),
    key("assumeOrderByHighWaterMarkColumn", Sources::Cosmos, Kind::Flag),
];

/// Checks every key of a configuration.
pub(super) fn check(parameters: &Parameters, source_type: SourceType) -> Result<(), DefinitionError> {
    for (name, value) in parameters.configuration.iter().flatten().filter(|(_, value)| !value.is_null()) {
        let Some(key) = KEYS.iter().find(|key| key.name == name) else { continue };
        check_value(key, value)?;
        if !key.of.have(source_type) && !is_default(key, value) {
            return Err(IndexerProblem::ConfigurationOfOthers { key: key.name, source_type }.into());
        }
    }
    Ok(())
}

/// The keys that are not known, and so do nothing.
pub fn unknown_keys(parameters: &Parameters) -> Vec<&str> {
    let names = parameters.configuration.iter().flat_map(|configuration| configuration.keys());
    names.map(String::as_str).filter(|name| KEYS.iter().all(|key| key.name != *name)).collect()
}

impl Sources {
    fn have(self, source_type: SourceType) -> bool {
        match self {
            Sources::All => true,
            Sources::Content => source_type.has_content(),
            Sources::Tables => {
                matches!(source_type, SourceType::AzureSql | SourceType::MySql | SourceType::PostgreSql)
            }
            Sources::SqlServer => source_type == SourceType::AzureSql,
            Sources::Cosmos => source_type == SourceType::CosmosDb,
        }
    }
}

fn check_value(key: &Key, value: &Value) -> Result<(), DefinitionError> {
    let (is_right, expected) = match key.kind {
        Kind::Text => (value.is_string(), "a string"),
        Kind::Flag | Kind::FlagNotYet(_) => (flag(value).is_some(), "true or false"),
        Kind::Words(words, expected) | Kind::NotYet(words, expected, _) => {
            (words.iter().any(|word| is_word(value, word)), expected)
        }
        Kind::Pixels => (
            value.as_i64().is_some_and(|pixels| (50..=10_000).contains(&pixels)),
            "a number from 50 to 10000",
        ),
        Kind::Time => (value.as_str().and_then(time).is_some(), "a time of the form hh:mm:ss"),
    };
    if !is_right {
        let value = value.as_str().map_or_else(|| quoted(&value.to_string()), quoted);
        return Err(IndexerProblem::Configuration { key: key.name, value, expected }.into());
    }
    match key.kind {
        Kind::NotYet(_, _, what) | Kind::FlagNotYet(what) if !is_default(key, value) => {
            Err(DefinitionError::NotYet { what })
        }
        Kind::Text
        | Kind::Flag
        | Kind::Words(..)
        | Kind::Pixels
        | Kind::Time
        | Kind::NotYet(..)
        | Kind::FlagNotYet(_) => Ok(()),
    }
}

/// Whether a value asks for nothing: clients write defaults for types of data source that do not have the key.
fn is_default(key: &Key, value: &Value) -> bool {
    match key.kind {
        Kind::Words(words, _) | Kind::NotYet(words, _, _) => {
            words.first().is_some_and(|word| is_word(value, word))
        }
        Kind::FlagNotYet(_) => flag(value) == Some(false),
        Kind::Text | Kind::Flag | Kind::Pixels | Kind::Time => false,
    }
}

fn is_word(value: &Value, word: &str) -> bool {
    value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(word))
}

/// Old clients write flags as strings.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What `hh:mm:ss` stands for, with hours up to a day; `None` if a text is of another form or stands for no time at all.
pub fn time(text: &str) -> Option<Duration> {
    let mut parts = text.split(':');
    let mut part = |max: u64| {
        let digits = parts.next().filter(|part| (1..=2).contains(&part.len()))?;
        let number: u64 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
        (number <= max).then_some(number)
    };
    let seconds = (part(24)? * 60 + part(59)?) * 60 + part(59)?;
    (seconds > 0 && parts.next().is_none()).then(|| Duration::from_secs(seconds))
}
