//! Keys of `parameters.configuration` that sources of rows know.

use lazuli_wire::indexers::Parameters;
use serde_json::Value;

/// Whether a key is set to true; as text too, since values of this dictionary arrive in either form.
pub(in crate::source) fn flag(parameters: &Parameters, key: &str) -> bool {
    match value(parameters, key) {
        Some(Value::Bool(set)) => *set,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        None | Some(Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_)) => false,
    }
}

fn value<'a>(parameters: &'a Parameters, key: &str) -> Option<&'a Value> {
    let configuration = parameters.configuration.as_ref()?;
    configuration.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
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
            assert_eq!(flag(&parameters(json!({ "A": value })), "a"), expected, "{value}");
        }
        assert!(!flag(&Parameters::default(), "a"));
    }
}
