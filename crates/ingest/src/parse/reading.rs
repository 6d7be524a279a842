//! Reads the bytes of an item as its records are asked for.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::mapper::LARGE_BYTES;
use crate::source::{BoxFuture, Chunks, Content, Item, ItemError, Note, SourceError};
use crate::task;

use super::configuration::{Data, Mode, Parsing};
use super::crack::{self, About};
use super::delimited::Rows;
use super::elements::Elements;
use super::fault::Fault;
use super::limits::{DOCUMENT_BYTES_MAX, TEXT_UNITS_MAX};
use super::lines::Lines;
use super::markdown::{self, Sections, Submode};
use super::split::Split;
use super::text;
use super::utf8::Utf8;
use super::{Record, Records, json};

/// An item being read.
pub(super) struct Reading {
    id: Arc<str>,
    /// Its metadata, or the values of a row.
    fields: Arc<Map<String, Value>>,
    parsing: Arc<Parsing>,
    state: State,
    /// Of the last record.
    ordinal: u64,
}

enum State {
    /// Nothing was read; a row has nothing to read.
    New(Option<Box<dyn Content>>),
    /// Pieces are read as records are asked for.
    Streaming(Box<Stream>),
    /// All was read, and is taken apart as records are asked for.
    Sections(Sections),
    /// All was read.
    Read(Option<Box<Result<Record, ItemError>>>),
}

/// The bytes of an item on their way to records.
struct Stream {
    chunks: Box<dyn Chunks>,
    utf8: Utf8,
    split: Box<dyn Split>,
    ended: bool,
}

/// What an item that was read as a whole holds.
enum Found {
    One(One),
    /// Each is a document of its own, with an ordinal.
    Many(Sections),
}

/// The members of a record, and what people should know.
struct One {
    members: Map<String, Value>,
    warnings: Vec<Warning>,
}

enum Warning {
    Truncated,
    UnmarkedUtf16,
    /// The item was let pass without its content.
    Passed(Fault),
}

impl Records for Reading {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Record, ItemError>>, SourceError>> {
        Box::pin(self.advance())
    }
}

impl Reading {
    pub(super) fn new(item: Item, parsing: Arc<Parsing>) -> Self {
        let Item { id, fields, content } = item;
        Reading { id: id.into(), fields: Arc::new(fields), parsing, state: State::New(content), ordinal: 0 }
    }

    async fn advance(&mut self) -> Result<Option<Result<Record, ItemError>>, SourceError> {
        if let State::New(content) = &mut self.state {
            let content = content.take();
            // If reading fails, there is nothing more to come.
            self.state = State::Read(None);
            self.state = self.begin(content).await?;
        }
        match &mut self.state {
            State::Read(record) => Ok(record.take().map(|record| *record)),
            State::Sections(sections) => {
                let Some(section) = sections.next() else { return Ok(None) };
                self.ordinal += 1;
                Ok(Some(self.record_of(Ok(section))))
            }
            State::Streaming(stream) => {
                let Some(entity) = stream.next().await? else { return Ok(None) };
                self.ordinal += 1;
                Ok(Some(self.record_of(entity)))
            }
            State::New(_) => Ok(None),
        }
    }

    fn record_of(&self, entity: Result<Map<String, Value>, Fault>) -> Result<Record, ItemError> {
        let ordinal = Some(self.ordinal);
        match entity {
            Ok(fields) => Ok(self.record(fields, ordinal, Vec::new())),
            // As `AzureSearch_DocumentKey` calls it.
            Err(fault) => {
                let id = format!("{};{}", self.id, self.ordinal);
                Err(fault.into_error(id, &self.parsing.operation))
            }
        }
    }

    fn record(&self, fields: Map<String, Value>, ordinal: Option<u64>, warnings: Vec<Note>) -> Record {
        Record { source: Arc::clone(&self.id), fields, item: Arc::clone(&self.fields), ordinal, warnings }
    }

    /// Reads what has to be read before the first record.
    async fn begin(&mut self, content: Option<Box<dyn Content>>) -> Result<State, SourceError> {
        if self.parsing.rows {
            let fields = Arc::unwrap_or_clone(std::mem::take(&mut self.fields));
            return Ok(State::read(Ok(Record::row(Arc::clone(&self.id), fields))));
        }
        // A blob without content has a mark that says so (`indexers.md` §2.1).
        let Some(content) = content.filter(|_| self.reads_content()) else {
            return Ok(self.state_of(Ok(Found::One(One::of(Map::new())))));
        };
        let found = if let Some(split) = self.split() {
            let chunks = content.open().await?;
            return Ok(State::Streaming(Box::new(Stream { chunks, utf8: Utf8::new(), split, ended: false })));
        } else {
            match read_whole(content.as_ref()).await? {
                Ok(bytes) if (bytes.len() as u64) < LARGE_BYTES => self.whole().parse(&bytes),
                Ok(bytes) => {
                    let whole = self.whole();
                    task::blocking(move || whole.parse(&bytes)).await?
                }
                Err(fault) => Err(fault),
            }
        };
        Ok(self.state_of(found))
    }

    /// Whether the bytes are needed. Only the default mode finds metadata in them (`indexers.md` §3.2).
    fn reads_content(&self) -> bool {
        match self.parsing.data {
            Data::All => true,
            Data::Metadata => self.parsing.mode == Mode::Default,
            Data::Storage => false,
        }
    }

    /// How the mode splits a stream; nothing for modes that need all of it.
    fn split(&self) -> Option<Box<dyn Split>> {
        match &self.parsing.mode {
            Mode::JsonLines => Some(Box::new(Lines::default())),
            Mode::JsonArray(root) => Some(Box::new(Elements::new(root))),
            Mode::DelimitedText(dialect) => Some(Box::new(Rows::new(dialect))),
            Mode::Default | Mode::Text(_) | Mode::Json | Mode::Markdown(..) => None,
        }
    }

    fn whole(&self) -> Whole {
        Whole {
            id: Arc::clone(&self.id),
            fields: Arc::clone(&self.fields),
            parsing: Arc::clone(&self.parsing),
        }
    }

    /// The records, or the error, or where the configuration lets faults pass a record without content (`indexers.md`
    /// §3.5; that such a document has its metadata is unconfirmed).
    fn state_of(&self, found: Result<Found, Fault>) -> State {
        let One { members, warnings } = match found {
            Ok(Found::Many(sections)) => return State::Sections(sections),
            Ok(Found::One(one)) => one,
            Err(fault) if self.lets_pass(&fault) => {
                One { members: Map::new(), warnings: vec![Warning::Passed(fault)] }
            }
            Err(fault) => {
                return State::read(Err(fault.into_error(self.id.to_string(), &self.parsing.operation)));
            }
        };
        let warnings = warnings.into_iter().map(|warning| self.note(warning)).collect();
        State::read(Ok(self.record(members, None, warnings)))
    }

    fn lets_pass(&self, fault: &Fault) -> bool {
        match fault {
            Fault::TooLarge { .. } => self.parsing.metadata_only_if_oversized,
            Fault::Unsupported { .. } => !self.parsing.fail_on_unsupported,
            Fault::Unprocessable { .. } => !self.parsing.fail_on_unprocessable,
            Fault::Json { .. }
            | Fault::NotAnObject { .. }
            | Fault::NoArray { .. }
            | Fault::RecordTooLarge
            | Fault::TooDeep
            | Fault::NoHeaders
            | Fault::TooManyColumns
            | Fault::TooManyValues { .. }
            | Fault::TextAfterQuote { .. }
            | Fault::OpenQuote
            | Fault::TooManySections
            | Fault::HeadersTooLong => false,
        }
    }

    fn note(&self, warning: Warning) -> Note {
        let operation = &self.parsing.operation;
        let (message, details) = match warning {
            Warning::Passed(fault) => return fault.into_note(self.id.to_string(), operation),
            Warning::Truncated => {
                (format!("Truncated extracted text to {} characters", thousands(TEXT_UNITS_MAX)), None)
            }
            Warning::UnmarkedUtf16 => {
                let message = "Document text appears to be UTF-16 encoded, but is missing a byte order mark";
                let details = "Without a byte order mark the text is read as UTF-8.";
                (message.to_owned(), Some(details.to_owned()))
            }
        };
        Note { id: Some(self.id.to_string()), message, details, name: Some(operation.clone()), link: None }
    }
}

/// What is needed to take an item apart that was read as a whole.
struct Whole {
    id: Arc<str>,
    fields: Arc<Map<String, Value>>,
    parsing: Arc<Parsing>,
}

impl Whole {
    fn parse(&self, bytes: &[u8]) -> Result<Found, Fault> {
        match &self.parsing.mode {
            Mode::Default => self.crack(bytes),
            Mode::Text(encoding) => {
                let (text, _) = encoding.decode(bytes);
                let warnings =
                    Vec::from_iter(text::is_unmarked_utf16(bytes).then_some(Warning::UnmarkedUtf16));
                Ok(One { members: Map::new(), warnings }.with_content(text))
            }
            Mode::Json => {
                let (text, _) = text::TextEncoding::UTF_8.decode(bytes);
                Ok(Found::One(One::of(json::object(text.as_bytes())?)))
            }
            Mode::Markdown(submode, depth) => {
                let (text, _) = text::TextEncoding::UTF_8.decode(bytes);
                match submode {
                    Submode::OneToMany => Ok(Found::Many(markdown::one_to_many(text, *depth)?)),
                    Submode::OneToOne => Ok(Found::One(One::of(markdown::one_to_one(&text, *depth)?))),
                }
            }
            // Are split.
            Mode::JsonArray(_) | Mode::JsonLines | Mode::DelimitedText(_) => {
                Ok(Found::One(One::of(Map::new())))
            }
        }
    }

    fn crack(&self, bytes: &[u8]) -> Result<Found, Fault> {
        let field = |name: &str| self.fields.get(name).and_then(Value::as_str);
        let about = About {
            name: field("metadata_storage_name").unwrap_or(&self.id),
            content_type: field("metadata_storage_content_type").filter(|text| !text.is_empty()),
        };
        let cracked = crack::crack(bytes, &about)?;
        let mut found = One::of(cracked.metadata);
        found.warnings.extend(cracked.unmarked_utf16.then_some(Warning::UnmarkedUtf16));
        match self.parsing.data {
            Data::All => Ok(found.with_content(cracked.content)),
            Data::Metadata | Data::Storage => Ok(Found::One(found)),
        }
    }
}

/// `4,000,000`
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl State {
    fn read(record: Result<Record, ItemError>) -> State {
        State::Read(Some(Box::new(record)))
    }
}

impl One {
    fn of(members: Map<String, Value>) -> Self {
        One { members, warnings: Vec::new() }
    }

    /// Adds the text, cut off at the limit.
    fn with_content(mut self, mut text: String) -> Found {
        if text::truncate(&mut text) {
            self.warnings.push(Warning::Truncated);
        }
        self.members.insert("content".to_owned(), Value::String(text));
        Found::One(self)
    }
}

/// How often an item is read again from its beginning that others write while it is read.
const READ_AGAIN: usize = 2;

/// All bytes of one version, unless there are too many.
async fn read_whole(content: &dyn Content) -> Result<Result<Vec<u8>, Fault>, SourceError> {
    for _ in 0..READ_AGAIN {
        match read_once(content).await {
            Err(SourceError::Changed(reason)) => tracing::debug!(reason, "an item is read again"),
            other => return other,
        }
    }
    read_once(content).await
}

async fn read_once(content: &dyn Content) -> Result<Result<Vec<u8>, Fault>, SourceError> {
    let too_large = |bytes| Ok(Err(Fault::TooLarge { bytes, max: DOCUMENT_BYTES_MAX }));
    if content.size() > DOCUMENT_BYTES_MAX {
        return too_large(content.size());
    }
    let mut chunks = content.open().await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > DOCUMENT_BYTES_MAX {
            return too_large(bytes.len() as u64);
        }
    }
    Ok(Ok(bytes))
}

impl Stream {
    async fn next(&mut self) -> Result<Option<Result<Map<String, Value>, Fault>>, SourceError> {
        loop {
            if let Some(entity) = self.split.next() {
                return Ok(Some(entity));
            }
            if self.ended || self.split.is_over() {
                return Ok(None);
            }
            match self.chunks.next().await? {
                Some(chunk) => self.split.feed(self.utf8.pass(chunk)),
                None => {
                    self.ended = true;
                    self.split.feed(self.utf8.end());
                    self.split.end();
                }
            }
        }
    }
}
