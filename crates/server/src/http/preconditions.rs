//! `If-Match` and `If-None-Match` on definitions (`api.md` §1.4): conditions on the ETag that must hold for a change.

use http::{HeaderMap, HeaderName, header};

use crate::error::{self, Error};

/// The conditions a request carries.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Preconditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

#[derive(Debug, PartialEq, Eq)]
enum Tags {
    /// `*`: any existing resource.
    Any,
    /// The listed ETags, without quotes and without a weak mark.
    These(Vec<String>),
}

impl Preconditions {
    /// Reads the two headers.
    pub(crate) fn of(headers: &HeaderMap) -> Preconditions {
        Preconditions {
            if_match: Tags::of(headers, header::IF_MATCH),
            if_none_match: Tags::of(headers, header::IF_NONE_MATCH),
        }
    }

    /// Whether they hold for the resource as it is: its ETag (without quotes), or `None` if there is none.
    pub(crate) fn check(&self, existing: Option<&str>) -> Result<(), Error> {
        let matched = self.if_match.as_ref().is_none_or(|tags| tags.cover(existing));
        let unmatched = self.if_none_match.as_ref().is_none_or(|tags| !tags.cover(existing));
        if matched && unmatched { Ok(()) } else { Err(error::precondition_failed()) }
    }
}

impl Tags {
    /// `None` only without the header: one that is empty or cannot be read is a condition that no resource meets. Who sends
    /// `If-Match` with nothing in it has lost the ETag, and must not change what somebody else has changed.
    fn of(headers: &HeaderMap, name: HeaderName) -> Option<Tags> {
        if !headers.contains_key(&name) {
            return None;
        }
        let mut these = Vec::new();
        for value in headers.get_all(name) {
            for tag in
                value.to_str().unwrap_or_default().split(',').map(str::trim).filter(|tag| !tag.is_empty())
            {
                if tag == "*" {
                    return Some(Tags::Any);
                }
                these.push(tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"').to_owned());
            }
        }
        Some(Tags::These(these))
    }

    fn cover(&self, existing: Option<&str>) -> bool {
        match (self, existing) {
            // So a change of what is not there is a 412 under `If-Match` (RFC 9110 §13.1.1); whether the service answers 404 to
            // such a DELETE is not known.
            (_, None) => false,
            (Tags::Any, Some(_)) => true,
            (Tags::These(tags), Some(existing)) => tags.iter().any(|tag| tag == existing),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(name: HeaderName, value: &'static str, existing: Option<&str>, holds: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(&name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        assert_eq!(
            Preconditions::of(&headers).check(existing).is_ok(),
            holds,
            "{name}: {value} against {existing:?}"
        );
    }

    #[test]
    fn if_match_wants_the_resource_as_it_was_read() {
        check(header::IF_MATCH, "\"0x1\"", Some("0x1"), true);
        check(header::IF_MATCH, "W/\"0x1\"", Some("0x1"), true);
        check(header::IF_MATCH, "\"0x2\", \"0x1\"", Some("0x1"), true);
        check(header::IF_MATCH, "\"0x2\"", Some("0x1"), false);
        check(header::IF_MATCH, "*", Some("0x1"), true);
        check(header::IF_MATCH, "*", None, false);
        check(header::IF_MATCH, "\"0x1\"", None, false);
        for nothing in ["", " ", ",", "\"\"", "ÿ"] {
            check(header::IF_MATCH, nothing, Some("0x1"), false);
        }
    }

    #[test]
    fn if_none_match_star_creates_only() {
        check(header::IF_NONE_MATCH, "*", None, true);
        check(header::IF_NONE_MATCH, "*", Some("0x1"), false);
        check(header::IF_NONE_MATCH, "\"0x1\"", Some("0x1"), false);
        check(header::IF_NONE_MATCH, "\"0x1\"", Some("0x2"), true);
        check(header::IF_NONE_MATCH, "", Some("0x1"), true);
    }

    #[test]
    fn nothing_asked_holds_always() {
        assert!(Preconditions::default().check(None).is_ok());
        assert!(Preconditions::default().check(Some("0x1")).is_ok());
    }
}
