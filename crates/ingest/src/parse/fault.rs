//! What can be wrong with an item or one of its records, in the service's sentences where one is known (`indexers.md` §6).

use crate::source::{ItemError, Note, READING_LINK};

use super::limits::{COLUMNS_MAX, HEADERS_BYTES_MAX, JSON_DEPTH_MAX, RECORD_BYTES_MAX, SECTIONS_MAX};

/// What is wrong. `Display` is the error's details.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Seen.
    #[error(
        "Document is '{bytes}' bytes, which exceeds the maximum size '{max}' bytes for document extraction for your \
         current service tier."
    )]
    TooLarge {
        /// What it has, as far as it was read.
        bytes: u64,
        /// What it may have.
        max: u64,
    },
    /// Seen.
    #[error("Document has unsupported content type '{content_type}'")]
    Unsupported {
        /// As its bytes, its name or its metadata say.
        content_type: String,
    },
    /// A format that is read, in a document that is not of it. The service's sentence of encrypted documents, continued.
    #[error("Document could not be processed - {reason}")]
    Unprocessable {
        /// What the format's reader says.
        reason: String,
    },
    /// Text that is not JSON.
    #[error("{reason}")]
    Json {
        /// What the reader says, with the position in the record.
        reason: String,
    },
    /// A record that has no members.
    #[error("A JSON object was expected, but '{found}' was found.")]
    NotAnObject {
        /// `an array`, `a string`, …
        found: &'static str,
    },
    /// No array where `documentRoot` says.
    #[error("Cannot find a JSON array at the document root '{root}'.")]
    NoArray {
        /// The setting; `/` is the whole document.
        root: String,
    },
    /// A line, element or row over [`RECORD_BYTES_MAX`].
    #[error("A single entity of the document is larger than the maximum of '{RECORD_BYTES_MAX}' bytes.")]
    RecordTooLarge,
    /// More brackets within one another than [`JSON_DEPTH_MAX`].
    #[error("The JSON is nested deeper than the maximum of '{JSON_DEPTH_MAX}' levels.")]
    TooDeep,
    /// Delimited text without a first line.
    #[error("The delimited text has no header line.")]
    NoHeaders,
    /// A header line over [`COLUMNS_MAX`].
    #[error("The delimited text has more than the maximum of '{COLUMNS_MAX}' columns.")]
    TooManyColumns,
    /// A row that does not fit the header.
    #[error("The row has '{values}' values, but there are only '{headers}' headers.")]
    TooManyValues {
        /// In the row.
        values: usize,
        /// In the header.
        headers: usize,
    },
    /// Something other than a delimiter follows a quoted value.
    #[error("The row has text after the closing quote of value '{value}'.")]
    TextAfterQuote {
        /// Position of the value in the row, from 1.
        value: usize,
    },
    /// The text ends within quotes.
    #[error("The row has a quoted value that is never closed.")]
    OpenQuote,
    /// Markdown with more headers than [`SECTIONS_MAX`].
    #[error("The Markdown has more than the maximum of '{SECTIONS_MAX}' sections.")]
    TooManySections,
    /// Sections whose headers together exceed [`HEADERS_BYTES_MAX`].
    #[error(
        "The sections of the Markdown repeat headers of more than the maximum of '{HEADERS_BYTES_MAX}' bytes."
    )]
    HeadersTooLong,
}

impl Fault {
    /// The sentence that the details belong to.
    pub fn message(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::Unsupported { .. } | Self::Unprocessable { .. } => {
                "Could not extract content or metadata from your document"
            }
            Self::Json { .. }
            | Self::NotAnObject { .. }
            | Self::NoArray { .. }
            | Self::RecordTooLarge
            | Self::TooDeep
            | Self::NoHeaders
            | Self::TooManyColumns
            | Self::TooManyValues { .. }
            | Self::TextAfterQuote { .. }
            | Self::OpenQuote
            | Self::TooManySections
            | Self::HeadersTooLong => "Could not parse document",
        }
    }

    /// As an entry of the run's `errors`. `id` is the item's, or the record's within it.
    pub(super) fn into_error(self, id: String, name: &str) -> ItemError {
        ItemError {
            id,
            status: 400,
            message: self.message().to_owned(),
            details: Some(self.to_string()),
            name: name.to_owned(),
            link: Some(READING_LINK.to_owned()),
        }
    }

    /// As an entry of the run's `warnings`, where the configuration lets the item pass.
    pub(super) fn into_note(self, id: String, name: &str) -> Note {
        Note {
            id: Some(id),
            message: self.message().to_owned(),
            details: Some(self.to_string()),
            name: Some(name.to_owned()),
            link: Some(READING_LINK.to_owned()),
        }
    }
}
