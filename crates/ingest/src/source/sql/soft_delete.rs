//! The column by which a row says that it is deleted.

use lazuli_wire::data_sources::{DataSource, DeletionDetectionPolicy};
use serde_json::{Map, Value};

use crate::source::{Change, Item, Note, SourceError};

/// The deletion policy of a source of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct SoftDelete {
    column: String,
    marker: String,
}

impl SoftDelete {
    /// The policy of a data source; `None` if it has none.
    pub(in crate::source) fn of(source: &DataSource) -> Result<Option<Self>, SourceError> {
        let Some(policy) = &source.data_deletion_detection_policy else { return Ok(None) };
        if policy.odata_type != DeletionDetectionPolicy::SOFT_DELETE_COLUMN {
            return Err(SourceError::Broken(format!(
                "The deletion detection policy '{}' is not supported for data sources of type '{}'.",
                policy.odata_type, source.source_type
            )));
        }
        let (Some(column), Some(marker)) =
            (&policy.soft_delete_column_name, &policy.soft_delete_marker_value)
        else {
            return Err(SourceError::Broken("The soft delete policy lacks its column or its marker.".into()));
        };
        Ok(Some(Self { column: column.clone(), marker: marker.clone() }))
    }

    /// What people should know if a row of a table, which has every column of it, lacks the policy's.
    pub(in crate::source) fn lacking_in(&self, row: &Map<String, Value>) -> Option<Note> {
        if row.keys().any(|name| name.eq_ignore_ascii_case(&self.column)) {
            return None;
        }
        let message = format!(
            "No document is deleted, because the table has no column '{}' that can be read",
            self.column
        );
        Some(Note { id: None, message, details: None, name: None, link: None })
    }

    /// Whether a row is marked as deleted. The marker is text and stands for a value of any type: `1` is the number, and
    /// `True` the boolean in any spelling (`indexers.md` §2). Databases that have no booleans deliver `bit` and
    /// `tinyint(1)` as either, so `1` and `true` are the same for booleans.
    fn marks(&self, row: &Map<String, Value>) -> bool {
        let of = |name: &&String| name.eq_ignore_ascii_case(&self.column);
        let Some(name) = row.keys().find(of) else { return false };
        match row.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(value)) => {
                let (word, digit) = if *value { ("true", "1") } else { ("false", "0") };
                self.marker.eq_ignore_ascii_case(word) || self.marker == digit
            }
            Some(Value::String(value)) => *value == self.marker,
            Some(Value::Number(value)) => self.marker == value.to_string(),
            // Nothing that a marker could be compared with.
            Some(Value::Array(_) | Value::Object(_)) => false,
        }
    }
}

/// What happened to a row, by the policy.
pub(in crate::source) fn change(policy: Option<&SoftDelete>, item: Item) -> Change {
    if policy.is_some_and(|policy| policy.marks(&item.fields)) {
        Change::Deleted(item)
    } else {
        Change::Changed(item)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: Value, marker: &str, expected: bool) {
        let policy = SoftDelete { column: "Gone".into(), marker: marker.into() };
        let Value::Object(row) = json!({ "id": 1, "gone": value }) else { unreachable!() };
        assert_eq!(policy.marks(&row), expected, "{row:?} by {marker}");
    }

    #[test]
    fn a_marker_is_compared_with_the_text_of_a_value() {
        check(json!(true), "True", true);
        check(json!(true), "1", true);
        check(json!(false), "true", false);
        check(json!(false), "False", true);
        check(json!(1), "1", true);
        check(json!(1), "true", false);
        check(json!(10), "1", false);
        check(json!("deleted"), "deleted", true);
        check(json!("Deleted"), "deleted", false);
        check(json!(null), "null", false);
    }

    #[test]
    fn a_row_without_the_column_is_there() {
        let policy = SoftDelete { column: "gone".into(), marker: "1".into() };
        assert!(!policy.marks(&Map::new()));
        let note = policy.lacking_in(&Map::new()).unwrap();
        assert_eq!(
            note.message,
            "No document is deleted, because the table has no column 'gone' that can be read"
        );
        assert_eq!(policy.lacking_in(&Map::from_iter([("Gone".to_owned(), Value::Null)])), None);
    }
}
