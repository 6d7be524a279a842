//! The query string of a request: names and values decoded, order and repetition kept.

use crate::path::{NotText, decode};

/// The decoded parameters of a request, in the order they were sent.
#[derive(Debug, Default)]
pub(crate) struct QueryString {
    parameters: Vec<(String, String)>,
}

impl QueryString {
    /// Decodes `a=1&b=2`; `+` stands for a blank, as in forms (`query.md` §10, item 12).
    pub(crate) fn parse(raw: Option<&str>) -> Result<QueryString, NotText> {
        let mut parameters = Vec::new();
        for pair in raw.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.push((decode_form(name)?, decode_form(value)?));
        }
        Ok(QueryString { parameters })
    }

    /// The first value of a parameter. Names are compared without case, as the service does for `api-version`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every parameter in the order sent.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A query string as it was sent, with its `?`, but without some parameters; empty if nothing is left. Their names are
/// compared as [`QueryString::get`] does, however they are escaped.
pub(crate) fn without(raw: &str, parameters: &[&str]) -> String {
    let stays = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        let name = decode_form(name).unwrap_or_default();
        !parameters.iter().any(|parameter| name.eq_ignore_ascii_case(parameter))
    };
    let kept: Vec<&str> = raw.split('&').filter(stays).collect();
    if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) }
}

fn decode_form(text: &str) -> Result<String, NotText> {
    if text.contains('+') { decode(&text.replace('+', " ")) } else { decode(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_left_out_however_they_are_spelt() {
        let check = |raw, expected| assert_eq!(without(raw, &["api-key", "$skip"]), expected, "{raw}");
        check("api-version=1&search=a%20b", "?api-version=1&search=a%20b");
        check("api-key=k&search=*&API-KEY=k&api%2Dkey=k&api%2dKey", "?search=*");
        check("a=1&%24skip=5&$skip=6&b=api-key=k", "?a=1&b=api-key=k");
        check("api-key=k", "");
    }

    #[test]
    fn names_and_values_are_decoded() {
        let query =
            QueryString::parse(Some("%24select=a%2Cb&$top=5&search=red+wine%2B&flag&facet=a&facet=b"))
                .expect("text");
        assert_eq!(query.get("$select"), Some("a,b"));
        assert_eq!(query.get("$top"), Some("5"));
        assert_eq!(query.get("search"), Some("red wine+"));
        assert_eq!(query.get("flag"), Some(""));
        assert_eq!(query.get("missing"), None);
        assert_eq!(query.iter().filter(|(name, _)| *name == "facet").count(), 2);
    }
}
