//! The options of a completed component, read by the code that builds it.

use lazuli_wire::indexes::Component;
use serde_json::{Map, Value};

/// Options that have been checked: each is there and of its kind, or null where it has no default.
#[derive(Debug)]
pub(super) struct Options<'a>(&'a Map<String, Value>);

impl<'a> Options<'a> {
    pub(super) fn of(component: &'a Component) -> Self {
        Self(&component.options)
    }

    pub(super) fn text(&self, option: &str) -> Option<&'a str> {
        self.0.get(option)?.as_str()
    }

    pub(super) fn owned(&self, option: &str) -> String {
        self.text(option).unwrap_or_default().to_owned()
    }

    pub(super) fn texts(&self, option: &str) -> Vec<&'a str> {
        let list = self.0.get(option).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    pub(super) fn all_owned(&self, option: &str) -> Vec<String> {
        self.texts(option).into_iter().map(str::to_owned).collect()
    }

    pub(super) fn flag(&self, option: &str) -> bool {
        self.0.get(option).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(super) fn signed(&self, option: &str) -> i32 {
        let number = self.0.get(option).and_then(Value::as_i64).unwrap_or_default();
        i32::try_from(number).unwrap_or(i32::MAX)
    }

    /// A number that is not negative.
    pub(super) fn number(&self, option: &str) -> u32 {
        self.given_number(option).unwrap_or_default()
    }

    /// The same of an option that not all types have.
    pub(super) fn given_number(&self, option: &str) -> Option<u32> {
        let number = self.0.get(option).and_then(Value::as_i64)?;
        u32::try_from(number).ok()
    }
}
