//! Keys of `parameters.configuration` that sources of rows know.

use std::time::Duration;

use lazuli_catalog::indexers;
use lazuli_wire::indexers::Parameters;
use serde_json::Value;

use crate::source::SourceError;

/// Whether a key is set to true; as text too, since values of this dictionary arrive in either form.
pub(in crate::source) fn flag(parameters: &Parameters, key: &str) -> bool {
    match value(parameters, key) {
        Some(Value::Bool(set)) => *set,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        None | Some(Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_)) => false,
    }
}

/// `queryTimeout`, `"hh:mm:ss"`; five minutes if it is not set (`indexers.md` §2.5).
pub(in crate::source) fn query_timeout(parameters: &Parameters) -> Result<Duration, SourceError> {
    let Some(given) = value(parameters, "queryTimeout").and_then(Value::as_str) else {
        return Ok(Duration::from_secs(300));
    };
    indexers::time(given).ok_or_else(|| {
        SourceError::Broken(format!("The queryTimeout '{given}' is not of the form hh:mm:ss."))
    })
}

fn value<'a>(parameters: &'a Parameters, key: &str) -> Option<&'a Value> {
    parameters.configuration.as_ref()?.get(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameters(configuration: Value) -> Parameters {
        let configuration = configuration.as_object().cloned();
        Parameters { configuration, ..Parameters::default() }
    }

    #[test]
    fn flags_are_booleans_or_their_text() {
        for (value, expected) in
            [(json!(true), true), (json!("True"), true), (json!("no"), false), (json!(1), false)]
        {
            assert_eq!(flag(&parameters(json!({ "a": value })), "a"), expected, "{value}");
        }
        assert!(!flag(&Parameters::default(), "a"));
        assert!(!flag(&parameters(json!({ "A": true })), "a"), "keys are what they are everywhere else");
    }

    #[test]
    fn the_query_timeout_is_a_time_of_hours_minutes_and_seconds() {
        let read = |value: Value| query_timeout(&parameters(json!({ "queryTimeout": value })));
        assert_eq!(read(json!("00:10:05")), Ok(Duration::from_secs(605)));
        assert_eq!(read(json!(null)), Ok(Duration::from_secs(300)));
        assert!(
            read(json!("10:00")).is_err() && read(json!("1:2:x")).is_err() && read(json!("1:61:0")).is_err()
        );
    }
}
