//! Document keys: what they are made of when no mapping says it, and what they may be (`indexers.md` §2, §3.3, §6).

use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::names::{NameError, check_document_key};
use serde_json::Value;

use crate::parse::Record;

use super::error::Fault;
use super::function::{token_decode, token_encode};
use super::path::document_key;
use super::value::scalar_text;

/// The key of a record without a mapping of its own, in a field whose name is `key_field`.
///
/// A blob's or a file's own data may have a field of that name. Else its path is the key, with the record's ordinal where it
/// holds many, encoded. A row has a column of that name, or in Cosmos DB its `rid`, encoded.
pub(super) fn default_key(source_type: SourceType, key_field: &str, record: &Record) -> Option<String> {
    let encoded = |text: String| token_encode(text.as_bytes());
    let own = || {
        let mut fields = record.fields.iter();
        let named = fields.find(|(name, _)| name.eq_ignore_ascii_case(key_field));
        named.and_then(|(_, value)| scalar_text(value))
    };
    match source_type {
        SourceType::AzureBlob | SourceType::AdlsGen2 | SourceType::Files | SourceType::S3 => {
            own().or_else(|| document_key(record).map(encoded))
        }
        SourceType::CosmosDb => {
            let is_rid = key_field.eq_ignore_ascii_case("rid");
            let own = if is_rid { None } else { own() };
            own.or_else(|| record.get("rid").and_then(Value::as_str).map(|rid| encoded(rid.to_owned())))
        }
        SourceType::AzureTable | SourceType::AzureSql | SourceType::MySql | SourceType::PostgreSql => own(),
    }
}

/// What was encoded as a key by default, if it is such a key.
pub(super) fn decoded(key: &str) -> Option<String> {
    String::from_utf8(token_decode(key)?).ok()
}

/// The path in the key of one of an item's many documents: `<path>;<ordinal>`.
pub(super) fn without_ordinal(text: &str) -> Option<String> {
    let (path, ordinal) = text.rsplit_once(';')?;
    (!ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit())).then(|| path.to_owned())
}

/// Checks a key with the sentences of an indexer.
pub(super) fn check(key: Option<String>) -> Result<String, Fault> {
    let key = key.filter(|key| !key.is_empty()).ok_or(Fault::NoKey)?;
    match check_document_key(&key) {
        Ok(()) => Ok(key),
        Err(NameError::KeyTooLong { .. }) => Err(Fault::KeyTooLong),
        Err(NameError::KeyUnderscore { .. }) => Err(Fault::KeyUnderscore),
        Err(NameError::NoKey) => Err(Fault::NoKey),
        Err(
            NameError::KeyCharacters { .. }
            | NameError::Index { .. }
            | NameError::Field { .. }
            | NameError::ReservedField { .. }
            | NameError::Part { .. }
            | NameError::Free { .. }
            | NameError::Ranking { .. }
            | NameError::Analysis { .. }
            | NameError::Resource { .. },
        ) => Err(Fault::KeyCharacters),
    }
}
