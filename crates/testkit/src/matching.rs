//! Comparing an answer with what a test expects of it, which is usually only a part.
//!
//! Objects may have more members than expected; arrays have exactly the expected elements, each of which may again have
//! more members. Four strings are not meant literally: `<any>` is anything but null, `<value>` is anything at all,
//! `<absent>` is a member that is not there, `<text>…` is a string that contains what follows.

use serde_json::{Map, Value};

/// Why `actual` is not what was expected, with the place; none if it is.
pub fn difference(expected: &Value, actual: &Value) -> Option<String> {
    compare("$", expected, actual)
}

/// The first object in `expected` whose members stand in another order in `actual`.
///
/// Members that are not expected may stand anywhere between the others.
pub fn disorder(expected: &Value, actual: &Value) -> Option<String> {
    order("$", expected, actual)
}

/// The first object in `actual` that has a member which `expected` does not name.
pub fn surplus(expected: &Value, actual: &Value) -> Option<String> {
    more("$", expected, actual)
}

fn compare(path: &str, expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => expected.iter().find_map(|(name, expected)| {
            let path = format!("{path}.{name}");
            match actual.get(name) {
                Some(_) if expected == "<absent>" => Some(format!("{path} should not be there")),
                Some(actual) => compare(&path, expected, actual),
                None if expected == "<absent>" => None,
                None => Some(format!("{path} is missing")),
            }
        }),
        (Value::Array(expected), Value::Array(actual)) => {
            if expected.len() != actual.len() {
                return Some(format!("{path} has {} elements instead of {}", actual.len(), expected.len()));
            }
            let pairs = expected.iter().zip(actual).enumerate();
            pairs
                .into_iter()
                .find_map(|(at, (expected, actual))| compare(&format!("{path}[{at}]"), expected, actual))
        }
        (Value::String(expected), _) if expected == "<value>" => None,
        (Value::String(expected), actual) if expected == "<any>" => {
            actual.is_null().then(|| format!("{path} is null"))
        }
        (Value::String(expected), Value::String(actual)) if expected.starts_with("<text>") => {
            let part = expected.trim_start_matches("<text>");
            (!actual.contains(part)).then(|| format!("{path} is {actual:?}, which does not contain {part:?}"))
        }
        (Value::Number(expected), Value::Number(actual)) => (expected.as_f64() != actual.as_f64())
            .then(|| format!("{path} is {actual} instead of {expected}")),
        (expected, actual) => {
            (expected != actual).then(|| format!("{path} is {actual} instead of {expected}"))
        }
    }
}

fn order(path: &str, expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            members_disorder(path, expected, actual).or_else(|| {
                expected.iter().find_map(|(name, expected)| {
                    order(&format!("{path}.{name}"), expected, actual.get(name)?)
                })
            })
        }
        (Value::Array(expected), Value::Array(actual)) => {
            let pairs = expected.iter().zip(actual).enumerate();
            pairs
                .into_iter()
                .find_map(|(at, (expected, actual))| order(&format!("{path}[{at}]"), expected, actual))
        }
        _ => None,
    }
}

fn members_disorder(
    path: &str,
    expected: &Map<String, Value>,
    actual: &Map<String, Value>,
) -> Option<String> {
    let wanted: Vec<&String> = expected.keys().filter(|name| actual.contains_key(*name)).collect();
    let found: Vec<&String> = actual.keys().filter(|name| expected.contains_key(*name)).collect();
    (wanted != found)
        .then(|| format!("the members of {path} come in the order {found:?} instead of {wanted:?}"))
}

fn more(path: &str, expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            actual.iter().find_map(|(name, actual)| match expected.get(name) {
                None => Some(format!("{path}.{name} is there too: {actual}")),
                Some(expected) => more(&format!("{path}.{name}"), expected, actual),
            })
        }
        (Value::Array(expected), Value::Array(actual)) => {
            let pairs = expected.iter().zip(actual).enumerate();
            pairs
                .into_iter()
                .find_map(|(at, (expected, actual))| more(&format!("{path}[{at}]"), expected, actual))
        }
        _ => None,
    }
}
