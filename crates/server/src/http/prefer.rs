//! `Prefer: return=…`: whether a change is answered with the resource (`api.md` §1.4).
//!
//! | | nothing preferred | `return=representation` | `return=minimal` |
//! |---|---|---|---|
//! | created | 201 with it | 201 with it | 204 with `Location` |
//! | updated | 204 | 200 with it | 204 |
//!
//! The last cell of the first row is OData's rule; the service was not seen doing it.

use http::{HeaderMap, StatusCode};

use super::answer::{Answer, Content};

/// `Some(true)` for the whole resource, `Some(false)` for as little as possible.
pub(crate) fn representation(headers: &HeaderMap) -> Option<bool> {
    let lines = headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
    let preferences = lines.flat_map(|line| line.split([',', ';'])).filter_map(|part| part.split_once('='));
    let mut returns = preferences.filter(|(name, _)| name.trim().eq_ignore_ascii_case("return"));
    returns.find_map(|(_, value)| match value.trim().trim_matches('"').to_ascii_lowercase().as_str() {
        "representation" => Some(true),
        "minimal" => Some(false),
        _ => None,
    })
}

/// Leaves the body of a creation away if that is preferred. Updates look themselves: their default is another.
pub(crate) fn apply(preferred: Option<bool>, answer: Answer) -> Answer {
    if preferred == Some(false) && answer.status == StatusCode::CREATED {
        Answer { status: StatusCode::NO_CONTENT, content: Content::None, ..answer }
    } else {
        answer
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn preferences_as_clients_spell_them() {
        for (prefer, expected) in [
            ("return=representation", Some(true)),
            ("return=minimal", Some(false)),
            ("Return = \"Minimal\"", Some(false)),
            ("odata.include-annotations=\"*\", return=representation", Some(true)),
            ("return=representation; return=minimal", Some(true)),
            ("return=nothing", None),
            ("respond-async", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static("prefer"),
                HeaderValue::from_static(prefer),
            )]);
            assert_eq!(representation(&headers), expected, "{prefer}");
        }
        assert_eq!(representation(&HeaderMap::new()), None);
    }
}
