//! `parameters.configuration`: how the bytes of an item are read (`indexers.md` §3.1, `api.md` §3.6).
//!
//! Which items there are at all (extensions, marks of blobs) is the business of sources. Keys that other modes use have no effect, as in the service, whose portal writes them all.

use serde_json::{Map, Value};

use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::error::IndexerProblem;
use lazuli_wire::errors::quoted;
use lazuli_wire::indexers::Indexer;

use super::delimited::Dialect;
use super::markdown::Submode;
use super::text::TextEncoding;

/// How the items of an indexer are read: its configuration, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsing {
    /// What an item's bytes are.
    pub mode: Mode,
    /// What of an item goes into documents.
    pub(super) data: Data,
    /// Items are rows, which have no bytes.
    pub(super) rows: bool,
    pub(super) fail_on_unsupported: bool,
    pub(super) fail_on_unprocessable: bool,
    pub(super) metadata_only_if_oversized: bool,
    pub(super) operation: String,
}

/// What the bytes of an item are (`parsingMode`).
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// A document of whatever format, which is taken apart.
    Default,
    /// Text in an encoding.
    Text(TextEncoding),
    /// One JSON object.
    Json,
    /// Many JSON objects in an array at this path, outermost step first.
    JsonArray(Vec<String>),
    /// A JSON object per line.
    JsonLines,
    /// A row of values per line.
    DelimitedText(Dialect),
    /// Markdown, with the level of the lowest header that counts, 1 to 6.
    Markdown(Submode, u8),
}

/// What of an item goes into documents (`dataToExtract`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Data {
    /// Everything.
    All,
    /// Metadata of the storage and of the document.
    Metadata,
    /// Metadata of the storage; the bytes are not read.
    Storage,
}

/// The keys of a configuration, read by their types.
pub struct Configuration<'a>(Option<&'a Map<String, Value>>);

impl<'a> Configuration<'a> {
    /// That of an indexer.
    pub fn of(indexer: &'a Indexer) -> Self {
        Configuration(indexer.parameters.as_ref().and_then(|parameters| parameters.configuration.as_ref()))
    }

    /// The value of a key; null is none.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.0?.get(key).filter(|value| !value.is_null())
    }

    /// The text of a key.
    pub fn text(&self, key: &'static str) -> Result<Option<&'a str>, IndexerProblem> {
        let Some(value) = self.value(key) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| invalid(key, value, "a string"))
    }

    /// The truth of a key, or a default. Old clients write it as a string.
    pub fn flag(&self, key: &'static str, default: bool) -> Result<bool, IndexerProblem> {
        match self.value(key) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(value) => Err(invalid(key, value, "true or false")),
        }
    }

    /// One of several words, compared without regard to case; none if the key is not there.
    pub fn word<T: Copy>(
        &self,
        key: &'static str,
        words: &[(&str, T)],
        expected: &'static str,
    ) -> Result<Option<T>, IndexerProblem> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let text = value.as_str().unwrap_or_default();
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| invalid(key, value, expected))
    }
}

fn invalid(key: &'static str, value: &Value, expected: &'static str) -> IndexerProblem {
    let value = value.as_str().map_or_else(|| quoted(&value.to_string()), quoted);
    IndexerProblem::Configuration { key, value, expected }
}

impl Parsing {
    /// Checks the configuration of an indexer whose data source is of this type.
    pub fn bind(indexer: &Indexer, source_type: SourceType) -> Result<Self, IndexerProblem> {
        let configuration = Configuration::of(indexer);
        let data = configuration.word(
            "dataToExtract",
            &[
                ("contentAndMetadata", Data::All),
                ("allMetadata", Data::Metadata),
                ("storageMetadata", Data::Storage),
            ],
            "storageMetadata, allMetadata or contentAndMetadata",
        )?;
        Ok(Parsing {
            mode: mode(&configuration)?,
            data: data.unwrap_or(Data::All),
            rows: !source_type.has_content(),
            fail_on_unsupported: configuration.flag("failOnUnsupportedContentType", true)?,
            fail_on_unprocessable: configuration.flag("failOnUnprocessableDocument", true)?,
            metadata_only_if_oversized: configuration
                .flag("indexStorageMetadataOnlyForOversizedDocuments", false)?,
            operation: format!("DocumentExtraction.{source_type}.{}", indexer.data_source_name),
        })
    }

    /// What errors of reading are called: `DocumentExtraction.<type>.<data source>`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Whether documents have fields that the data names itself, so that one of them may be the key.
    pub fn has_own_fields(&self) -> bool {
        match self.mode {
            Mode::Default | Mode::Text(_) | Mode::Markdown(..) => false,
            Mode::Json | Mode::JsonArray(_) | Mode::JsonLines | Mode::DelimitedText(_) => {
                self.data == Data::All
            }
        }
    }

    /// Whether items are read in the memory of one record; others are read as a whole.
    pub fn is_streamed(&self) -> bool {
        match self.mode {
            Mode::JsonArray(_) | Mode::JsonLines | Mode::DelimitedText(_) => true,
            Mode::Default | Mode::Text(_) | Mode::Json | Mode::Markdown(..) => false,
        }
    }

    /// Whether one item becomes many documents.
    pub fn is_one_to_many(&self) -> bool {
        match self.mode {
            Mode::Default | Mode::Text(_) | Mode::Json | Mode::Markdown(Submode::OneToOne, _) => false,
            Mode::JsonArray(_)
            | Mode::JsonLines
            | Mode::DelimitedText(_)
            | Mode::Markdown(Submode::OneToMany, _) => self.data == Data::All,
        }
    }
}

fn mode(configuration: &Configuration<'_>) -> Result<Mode, IndexerProblem> {
    #[derive(Clone, Copy)]
    enum Word {
        Default,
        Text,
        Json,
        JsonArray,
        JsonLines,
        DelimitedText,
        Markdown,
    }
    let word = configuration.word(
        "parsingMode",
        &[
            ("default", Word::Default),
            ("text", Word::Text),
            ("json", Word::Json),
            ("jsonArray", Word::JsonArray),
            ("jsonLines", Word::JsonLines),
            ("delimitedText", Word::DelimitedText),
            ("markdown", Word::Markdown),
        ],
        "default, text, delimitedText, json, jsonArray, jsonLines or markdown",
    )?;
    Ok(match word.unwrap_or(Word::Default) {
        Word::Default => Mode::Default,
        Word::Text => Mode::Text(encoding(configuration)?),
        Word::Json => Mode::Json,
        Word::JsonArray => Mode::JsonArray(document_root(configuration)?),
        Word::JsonLines => Mode::JsonLines,
        Word::DelimitedText => Mode::DelimitedText(dialect(configuration)?),
        Word::Markdown => markdown(configuration)?,
    })
}

fn encoding(configuration: &Configuration<'_>) -> Result<TextEncoding, IndexerProblem> {
    let Some(name) = configuration.text("encoding")? else { return Ok(TextEncoding::UTF_8) };
    let expected = "the .NET name of an encoding that is supported here";
    TextEncoding::of_name(name).ok_or_else(|| invalid("encoding", &name.into(), expected))
}

/// The steps of a JSON pointer; both `/` and nothing are the whole document.
fn document_root(configuration: &Configuration<'_>) -> Result<Vec<String>, IndexerProblem> {
    let root = configuration.text("documentRoot")?.unwrap_or_default();
    let inner = root.trim_matches('/');
    if inner.is_empty() {
        return Ok(Vec::new());
    }
    Ok(inner.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect())
}

fn dialect(configuration: &Configuration<'_>) -> Result<Dialect, IndexerProblem> {
    let delimiter =
        configuration.text("delimitedTextDelimiter")?.filter(|text| !text.is_empty()).unwrap_or(",");
    let &[delimiter @ (b'\t' | b' '..=b'~')] = delimiter.as_bytes() else {
        return Err(invalid("delimitedTextDelimiter", &delimiter.into(), "one character"));
    };
    if matches!(delimiter, b'"' | b' ') {
        let value = Value::from(char::from(delimiter).to_string());
        return Err(invalid("delimitedTextDelimiter", &value, "neither a quote nor a blank"));
    }
    let headers = configuration.text("delimitedTextHeaders")?.filter(|text| !text.trim().is_empty());
    let headers: Option<Vec<String>> =
        headers.map(|text| text.split(',').map(|name| name.trim().to_owned()).collect());
    let first_line_contains_headers = configuration.flag("firstLineContainsHeaders", headers.is_none())?;
    if headers.is_none() && !first_line_contains_headers {
        return Err(IndexerProblem::NoHeaders);
    }
    Ok(Dialect { delimiter, headers, first_line_contains_headers })
}

fn markdown(configuration: &Configuration<'_>) -> Result<Mode, IndexerProblem> {
    let submode = configuration.word(
        "markdownParsingSubmode",
        &[("oneToMany", Submode::OneToMany), ("oneToOne", Submode::OneToOne)],
        "oneToMany or oneToOne",
    )?;
    let levels = [("h1", 1), ("h2", 2), ("h3", 3), ("h4", 4), ("h5", 5), ("h6", 6)];
    let depth = configuration.word("markdownHeaderDepth", &levels, "h1 to h6")?;
    Ok(Mode::Markdown(submode.unwrap_or(Submode::OneToMany), depth.unwrap_or(6)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bind(configuration: Value) -> Result<Parsing, IndexerProblem> {
        let indexer = json!({"dataSourceName": "ds", "parameters": {"configuration": configuration}});
        Parsing::bind(&serde_json::from_value(indexer).unwrap(), SourceType::AzureBlob)
    }

    fn check_mode(configuration: Value, expected: Mode) {
        assert_eq!(bind(configuration).unwrap().mode, expected);
    }

    #[test]
    fn modes_have_their_defaults() {
        check_mode(json!(null), Mode::Default);
        check_mode(json!({"parsingMode": null}), Mode::Default);
        check_mode(json!({"parsingMode": "text"}), Mode::Text(TextEncoding::UTF_8));
        check_mode(json!({"parsingMode": "JSON"}), Mode::Json);
        check_mode(json!({"parsingMode": "jsonArray"}), Mode::JsonArray(vec![]));
        let steps = vec!["level1".to_owned(), "a/b".to_owned()];
        check_mode(
            json!({"parsingMode": "jsonArray", "documentRoot": "/level1/a~1b"}),
            Mode::JsonArray(steps),
        );
        check_mode(json!({"parsingMode": "jsonLines"}), Mode::JsonLines);
        check_mode(json!({"parsingMode": "markdown"}), Mode::Markdown(Submode::OneToMany, 6));
        check_mode(
            json!({"parsingMode": "markdown", "markdownParsingSubmode": "oneToOne", "markdownHeaderDepth": "h2"}),
            Mode::Markdown(Submode::OneToOne, 2),
        );
        let dialect = Dialect { delimiter: b',', headers: None, first_line_contains_headers: true };
        check_mode(json!({"parsingMode": "delimitedText"}), Mode::DelimitedText(dialect));
        let names = Some(vec!["id".to_owned(), "tags".to_owned()]);
        let dialect = Dialect { delimiter: b'|', headers: names, first_line_contains_headers: false };
        check_mode(
            json!({"parsingMode": "delimitedText", "delimitedTextHeaders": "id, tags", "delimitedTextDelimiter": "|"}),
            Mode::DelimitedText(dialect),
        );
    }

    fn check_error(configuration: Value, expected: &str) {
        assert_eq!(bind(configuration).unwrap_err().to_string(), expected);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        check_error(
            json!({"parsingMode": "xml"}),
            "Indexer configuration setting 'parsingMode' has the invalid value 'xml'. Expected: default, text, \
             delimitedText, json, jsonArray, jsonLines or markdown.",
        );
        check_error(
            json!({"parsingMode": "text", "encoding": "IBM437"}),
            "Indexer configuration setting 'encoding' has the invalid value 'IBM437'. Expected: the .NET name of an \
             encoding that is supported here.",
        );
        check_error(
            json!({"parsingMode": "delimitedText", "delimitedTextDelimiter": "||"}),
            "Indexer configuration setting 'delimitedTextDelimiter' has the invalid value '||'. Expected: one character.",
        );
        check_error(
            json!({"parsingMode": "delimitedText", "firstLineContainsHeaders": false}),
            "Indexer configuration setting 'delimitedTextHeaders' is required when 'firstLineContainsHeaders' is false.",
        );
        check_error(
            json!({"failOnUnprocessableDocument": 1}),
            "Indexer configuration setting 'failOnUnprocessableDocument' has the invalid value '1'. Expected: true or \
             false.",
        );
    }
}
