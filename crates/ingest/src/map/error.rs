//! What can be wrong with a record that is mapped.

use crate::parse::Record;
use crate::source::{ItemError, READING_LINK};

/// What is wrong with a record. `Display` is the error's details (`indexers.md` §6).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("Document key cannot be missing or empty")]
    NoKey,
    #[error(
        "Invalid document key. Keys can only contain letters, digits, underscore (_), dash (-), or equal sign (=). "
    )]
    KeyCharacters,
    /// The rest of the sentence is the one that uploads get (`wire.md` §12).
    #[error("Invalid document key. Keys cannot start with a leading underscore.")]
    KeyUnderscore,
    #[error("Document key cannot be longer than 1024 characters")]
    KeyTooLong,
    #[error("Could not apply mapping function '{function}' to field '{field}'. {reason}")]
    Function { function: &'static str, field: String, reason: String },
    #[error(
        "The data field '{field}' in the document with key '{key}' has an invalid value 'of type '{found}''. The expected \
         type was '{expected}'."
    )]
    Type { field: String, key: String, found: String, expected: String },
    /// Newtonsoft's part of the sentence is its own; ours says what our reader says.
    #[error(
        "Could not parse value 'of type 'Edm.String'' of field '{field}' as a JSON {what}. Error:'{reason}'"
    )]
    NoJson { field: String, what: &'static str, reason: String },
    #[error("WKT POINT string literals are not supported. Use GeoJson point literals instead")]
    WellKnownText,
    /// A point that is not GeoJSON, a vector of another length, a number that is out of range. The sentence is ours.
    #[error("The data field '{field}' in the document with key '{key}' has an invalid value. {reason}")]
    Value { field: String, key: String, reason: String },
    /// The error's message, not its details.
    #[error(
        "Could not map output field '{field}' to search index due to deserialization problem while applying mapping \
         function '{function}'"
    )]
    OutputFunction { function: &'static str, field: String, reason: String },
}

impl Fault {
    fn message(&self) -> String {
        match self {
            Self::NoKey
            | Self::KeyCharacters
            | Self::KeyUnderscore
            | Self::KeyTooLong
            | Self::Function { .. } => "Could not parse document".to_owned(),
            Self::Type { .. } | Self::NoJson { .. } | Self::WellKnownText | Self::Value { .. } => {
                "Could not index document because some of the document's data was not valid".to_owned()
            }
            Self::OutputFunction { .. } => self.to_string(),
        }
    }

    fn details(&self) -> String {
        if let Self::OutputFunction { reason, .. } = self { reason.clone() } else { self.to_string() }
    }

    /// Whether it is one of reading the record, and not of writing it.
    pub(super) fn is_of_extraction(&self) -> bool {
        match self {
            Self::NoKey
            | Self::KeyCharacters
            | Self::KeyUnderscore
            | Self::KeyTooLong
            | Self::Function { .. } => true,
            Self::Type { .. }
            | Self::NoJson { .. }
            | Self::WellKnownText
            | Self::Value { .. }
            | Self::OutputFunction { .. } => false,
        }
    }

    /// As an entry of the run's `errors`: of a document if its key is known, else of a record.
    pub(super) fn into_error(self, key: Option<&str>, record: &Record, name: String) -> ItemError {
        let of_record = || match record.ordinal {
            Some(ordinal) => format!("{};{ordinal}", record.source),
            None => record.source.to_string(),
        };
        let link = self.is_of_extraction().then(|| READING_LINK.to_owned());
        ItemError {
            id: key.map_or_else(of_record, str::to_owned),
            status: 400,
            message: self.message(),
            details: Some(self.details()),
            name,
            link,
        }
    }
}
