//! What the client takes: how much OData metadata (`Accept`, `api.md` §1.4), and whether compressed (`Accept-Encoding`).
//!
//! The service's answers are JSON (and `$count` plain text) whatever is asked for: it was never seen to refuse an `Accept`, so
//! one that takes no JSON gets it all the same. `full` is answered with a content type that says so and the annotations of
//! `minimal`: what `full` adds describes types that clients of an index know from its definition.

use http::{HeaderMap, HeaderName, header};

/// The metadata level of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metadata {
    /// No `@odata.context`.
    None,
    /// With `@odata.context`; what clients get that ask for nothing.
    Minimal,
    /// As minimal, under another name.
    Full,
}

impl Metadata {
    /// Reads `Accept: application/json;odata.metadata=none`; blanks and case are free. Of several media types the one with
    /// the highest `q` counts, of equal ones the first that names JSON.
    pub(crate) fn of(headers: &HeaderMap) -> Metadata {
        let mut best = (0, false, Metadata::Minimal);
        for choice in choices(headers, &header::ACCEPT) {
            let names_json = choice.name.eq_ignore_ascii_case("application/json");
            let takes_json = names_json || choice.name == "*/*" || choice.name == "application/*";
            if takes_json && choice.quality > 0 && (choice.quality, names_json) > (best.0, best.1) {
                best = (choice.quality, names_json, choice.metadata());
            }
        }
        best.2
    }

    /// The content type of a JSON answer of this level (`wire.md` §1).
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Metadata::None => "application/json; odata.metadata=none; odata.streaming=true; charset=utf-8",
            Metadata::Minimal => {
                "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"
            }
            Metadata::Full => "application/json; odata.metadata=full; odata.streaming=true; charset=utf-8",
        }
    }
}

/// Whether the client asked for gzip. Without the header, or with `q=0`, it did not.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let choices = choices(headers, &header::ACCEPT_ENCODING);
    let named = |name: &str| choices.iter().find(|choice| choice.name.eq_ignore_ascii_case(name));
    let choice = named("gzip").or_else(|| named("x-gzip")).or_else(|| named("*"));
    choice.is_some_and(|choice| choice.quality > 0)
}

/// One of the things a client takes.
struct Choice<'a> {
    name: &'a str,
    /// Thousandths.
    quality: u16,
    parameters: Vec<(&'a str, &'a str)>,
}

impl Choice<'_> {
    /// The level it names; one that is none of the three counts as none named.
    fn metadata(&self) -> Metadata {
        let level = self.parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case("odata.metadata"));
        match level.map(|(_, value)| value.to_ascii_lowercase()).as_deref() {
            Some("none") => Metadata::None,
            Some("full") => Metadata::Full,
            Some(_) | None => Metadata::Minimal,
        }
    }
}

/// The elements of all lines of a header, in order.
fn choices<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<Choice<'a>> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    let elements = lines.flat_map(|line| line.split(',')).map(str::trim);
    elements.filter(|element| !element.is_empty()).map(choice).collect()
}

fn choice(element: &str) -> Choice<'_> {
    let mut parts = element.split(';').map(str::trim);
    let mut choice = Choice { name: parts.next().unwrap_or_default(), quality: 1000, parameters: Vec::new() };
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        let (name, value) = (name.trim(), value.trim().trim_matches('"'));
        if name.eq_ignore_ascii_case("q") {
            choice.quality = quality(value);
        } else {
            choice.parameters.push((name, value));
        }
    }
    choice
}

/// `0` to `1` with three digits at most (RFC 9110 §12.4.2); what is not that is taken for `1`.
fn quality(text: &str) -> u16 {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    match (whole, format!("{digits:0<3}").parse()) {
        ("0", Ok(thousandths)) if digits.len() <= 3 => thousandths,
        (_, Ok(_) | Err(_)) => 1000,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    fn check(accept: &'static str, expected: Metadata) {
        assert_eq!(Metadata::of(&headers(header::ACCEPT, accept)), expected, "{accept}");
    }

    #[test]
    fn levels_as_the_sdks_spell_them() {
        check("application/json;odata.metadata=none", Metadata::None);
        check("application/json; odata.metadata=none", Metadata::None);
        check("application/json;odata.metadata=minimal", Metadata::Minimal);
        check("application/json;odata.metadata=full", Metadata::Full);
        check("Application/JSON; OData.Metadata=\"None\"; odata.streaming=true", Metadata::None);
        check("application/json", Metadata::Minimal);
        check("*/*", Metadata::Minimal);
        assert_eq!(Metadata::of(&HeaderMap::new()), Metadata::Minimal);
    }

    #[test]
    fn the_best_of_several_counts() {
        check("text/plain, application/json;odata.metadata=none, */*", Metadata::None);
        check("*/*, application/json;odata.metadata=none", Metadata::None);
        check(
            "application/json;odata.metadata=none;q=0.5, application/json;odata.metadata=full",
            Metadata::Full,
        );
        check("application/json;q=0.1;odata.metadata=full, */*;q=0.2", Metadata::Minimal);
        check("application/json;odata.metadata=none;q=0", Metadata::Minimal);
        check("application/json;odata.metadata=none, application/json;odata.metadata=full", Metadata::None);
    }

    #[test]
    fn what_takes_no_json_gets_it_all_the_same() {
        check("text/html", Metadata::Minimal);
        check("application/xml;odata.metadata=none", Metadata::Minimal);
        check("application/json;odata.metadata=some", Metadata::Minimal);
        check(",;=", Metadata::Minimal);
    }

    #[test]
    fn gzip_when_asked_for() {
        for (value, expected) in [
            ("gzip", true),
            ("GZIP, deflate, br", true),
            ("deflate, gzip;q=1.0, *;q=0.5", true),
            ("gzip;q=0.001", true),
            ("*", true),
            ("x-gzip", true),
            ("gzip;q=0", false),
            ("gzip;q=0.000, *", false),
            ("*;q=0", false),
            ("identity", false),
            ("br", false),
            ("", false),
        ] {
            assert_eq!(takes_gzip(&headers(header::ACCEPT_ENCODING, value)), expected, "{value}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
