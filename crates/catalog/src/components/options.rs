//! The options of one component: each is checked against its row of the table and filled in when it is missing.

use serde_json::{Map, Value};

use super::table::{ComponentOption, ORDERED, Values};
use super::words;
use crate::error::ComponentProblem;
use crate::synonym_maps;
use crate::words::spelled;

/// Whose options are checked, for error sentences.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    /// `analyzer`, `tokenizer`, …
    pub(super) kind: &'static str,
    /// Its own name.
    pub(super) name: &'a str,
    /// The name of its type.
    pub(super) type_name: &'static str,
}

/// All options in the order of the table; null counts as not given.
pub(super) fn complete(
    subject: Subject<'_>,
    table: &'static [ComponentOption],
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, ComponentProblem> {
    let mut completed = Map::new();
    for option in table {
        let value = match given.get(option.name) {
            None | Some(Value::Null) => default(subject, option)?,
            Some(value) => check(subject, option, value)?,
        };
        completed.insert(option.name.to_owned(), value);
    }
    check_order(subject, &completed)?;
    check_rules(subject, &completed)?;
    complete_stopwords(subject, &mut completed)?;
    Ok(completed)
}

/// What an option is when it is not given.
fn default(subject: Subject<'_>, option: &ComponentOption) -> Result<Value, ComponentProblem> {
    let or_null = |default: Option<&str>| default.map_or(Value::Null, Value::from);
    Ok(match option.values {
        Values::Flag { default } => Value::from(default),
        Values::Integer { default, .. } => Value::from(default),
        Values::Text { default } | Values::Word { default, .. } => or_null(default),
        Values::Texts | Values::Words { .. } => Value::Array(Vec::new()),
        Values::RegexFlags => Value::Null,
        Values::RequiredText | Values::RequiredTexts | Values::RequiredWord { .. } => {
            let Subject { kind, name, type_name } = subject;
            let (name, option) = (name.to_owned(), option.name);
            return Err(ComponentProblem::Missing { kind, name, type_name, option });
        }
    })
}

/// The value as it is stored: words in the spelling of the service.
fn check(subject: Subject<'_>, option: &ComponentOption, value: &Value) -> Result<Value, ComponentProblem> {
    let wrong = || ComponentProblem::WrongValue {
        kind: subject.kind,
        name: subject.name.to_owned(),
        option: option.name,
    };
    let text = || value.as_str().ok_or_else(wrong);
    match option.values {
        Values::Flag { .. } => value.as_bool().map(Value::from).ok_or_else(wrong),
        Values::Integer { min, max, .. } => {
            let value = value.as_i64().ok_or_else(wrong)?;
            if (min..=max).contains(&value) {
                return Ok(Value::from(value));
            }
            let (kind, name, option) = (subject.kind, subject.name.to_owned(), option.name);
            Err(ComponentProblem::OutOfRange { kind, name, option, value, min, max })
        }
        Values::Text { .. } | Values::RequiredText => text().map(Value::from),
        Values::Texts | Values::RequiredTexts => strings(value).map(Value::from).ok_or_else(wrong),
        Values::Word { words, .. } | Values::RequiredWord { words } => {
            in_words(words, text()?).map(Value::from)
        }
        Values::Words { words } => {
            let given = strings(value).ok_or_else(wrong)?;
            let found: Result<Vec<&str>, _> = given.into_iter().map(|word| in_words(words, word)).collect();
            found.map(Value::from)
        }
        Values::RegexFlags => {
            let flags = text()?.split('|').map(|flag| in_words(words::REGEX_FLAGS, flag.trim()));
            let flags = flags.collect::<Result<Vec<&str>, _>>();
            flags.map(|flags| Value::from(flags.join("|"))).map_err(|_| ComponentProblem::UnknownFlag)
        }
    }
}

/// A word of an enumeration, in the service's spelling.
fn in_words(words: &[&'static str], word: &str) -> Result<&'static str, ComponentProblem> {
    spelled(words, word).ok_or_else(|| ComponentProblem::UnknownWord { word: word.to_owned() })
}

fn strings(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// Of a pair of bounds the lower one may not be above the upper one.
fn check_order(subject: Subject<'_>, options: &Map<String, Value>) -> Result<(), ComponentProblem> {
    let number = |option: &str| options.get(option).and_then(Value::as_i64);
    for (low, high) in ORDERED {
        if let (Some(least), Some(most)) = (number(low), number(high))
            && least > most
        {
            let (kind, name) = (subject.kind, subject.name.to_owned());
            return Err(ComponentProblem::NotOrdered { kind, name, low, high });
        }
    }
    Ok(())
}

/// Rules written as text: mappings, stems and synonyms.
fn check_rules(subject: Subject<'_>, options: &Map<String, Value>) -> Result<(), ComponentProblem> {
    let wrong = |rule: &str, form| {
        let (kind, name, rule) = (subject.kind, subject.name.to_owned(), rule.to_owned());
        Err(ComponentProblem::WrongRule { kind, name, rule, form })
    };
    for rule in super::texts(options, "mappings") {
        if rule.split_once("=>").is_none_or(|(from, _)| from.trim().is_empty()) {
            return wrong(rule, "'a=>b'");
        }
    }
    for rule in super::texts(options, "rules") {
        let sides = rule.split_once("=>").map(|(word, stem)| (word.trim(), stem.trim()));
        if sides.is_none_or(|(word, stem)| word.is_empty() || stem.is_empty() || stem.contains("=>")) {
            return wrong(rule, "'word => stem'");
        }
    }
    for rule in super::texts(options, "synonyms") {
        if synonym_maps::check_syntax(rule).is_err() {
            return wrong(rule, "'a, b => c' or 'a, b, c'");
        }
    }
    Ok(())
}

/// Stop words come from a list or from the definition. English is the default of both together, and shown only when there
/// are no words, so that an echo can be sent back.
fn complete_stopwords(
    subject: Subject<'_>,
    options: &mut Map<String, Value>,
) -> Result<(), ComponentProblem> {
    let Some(list) = options.get("stopwordsList") else { return Ok(()) };
    let has_words = super::texts(options, "stopwords").next().is_some();
    if has_words && !list.is_null() {
        return Err(ComponentProblem::StopwordsAndList { name: subject.name.to_owned() });
    }
    if !has_words && list.is_null() {
        options.insert("stopwordsList".to_owned(), Value::from("english"));
    }
    Ok(())
}
