//! Who may do what (`api.md` §1.3): an admin key everything, a query key only what reads documents.
//!
//! | given | answer |
//! |---|---|
//! | nothing | 401 |
//! | a key that is none of ours | 403 |
//! | a query key where an admin key is needed | 403 |
//! | an admin key in the URL | 403, whatever it asks for and whatever else is given |
//! | a query key in the URL, not on GET | as nothing |
//! | a bearer token that the operator has set, over HTTPS | as an admin key |
//! | any other bearer token, or one over plain HTTP | 401 |
//!
//! With a key and a token the key counts. Every 401 has `WWW-Authenticate`.

use http::{HeaderMap, HeaderValue, Method, header};

use super::Scheme;
use super::query::QueryString;
use crate::error::{self, Error};
use crate::keys::{KeyKind, Keys};

/// The least key that an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// No key: health, metrics, the CA.
    Open,
    /// A query key or an admin key.
    Query,
    /// An admin key.
    Admin,
}

/// Lets a request pass or refuses it.
pub(crate) fn check(
    keys: &Keys,
    scope: Scope,
    scheme: Scheme,
    method: &Method,
    headers: &HeaderMap,
    query: &QueryString,
) -> Result<(), Error> {
    if scope == Scope::Open {
        return Ok(());
    }
    let is_admin_key = |given: &str| keys.kind(given.as_bytes()) == Some(KeyKind::Admin);
    if query.iter().any(|(name, given)| name.eq_ignore_ascii_case("api-key") && is_admin_key(given)) {
        return Err(error::admin_key_in_url());
    }
    let kind = if let Some(given) = headers.get("api-key") {
        keys.kind(given.as_bytes()).ok_or_else(error::wrong_key)?
    } else if let Some(given) = query.get("api-key") {
        in_url(keys, method, given)?
    } else if let Some(token) = headers.get(header::AUTHORIZATION).and_then(bearer_token) {
        by_token(keys, scheme, token)?
    } else {
        return Err(error::no_key());
    };
    if scope == Scope::Admin && kind == KeyKind::Query { Err(error::query_key_not_enough()) } else { Ok(()) }
}

/// Refuses a document read that only some users may see the results of. Ignoring the user would show everything; what the
/// definitions say about permissions is refused as well until it is enforced.
pub(crate) fn check_user(scope: Scope, headers: &HeaderMap) -> Result<(), Error> {
    if scope != Scope::Query {
        return Ok(());
    }
    if headers.contains_key("x-ms-query-source-authorization") {
        return Err(error::not_yet("Permissions of users ('x-ms-query-source-authorization') are"));
    }
    match headers.get("x-ms-enable-elevated-read") {
        Some(value) if !value.as_bytes().eq_ignore_ascii_case(b"false") => {
            Err(error::not_yet("Elevated reads ('x-ms-enable-elevated-read') are"))
        }
        Some(_) | None => Ok(()),
    }
}

fn in_url(keys: &Keys, method: &Method, given: &str) -> Result<KeyKind, Error> {
    match keys.kind(given.as_bytes()) {
        // Refused before already.
        Some(KeyKind::Admin) => Err(error::admin_key_in_url()),
        Some(KeyKind::Query) if method == Method::GET => Ok(KeyKind::Query),
        Some(KeyKind::Query) => Err(error::no_key()),
        None => Err(error::wrong_key()),
    }
}

fn by_token(keys: &Keys, scheme: Scheme, token: &[u8]) -> Result<KeyKind, Error> {
    match (keys.has_bearer_tokens(), scheme) {
        (false, _) => Err(error::no_bearer_tokens()),
        (true, Scheme::Http) => Err(error::bearer_token_in_clear()),
        (true, Scheme::Https) if keys.is_bearer_token(token) => Ok(KeyKind::Admin),
        (true, Scheme::Https) => Err(error::wrong_bearer_token()),
    }
}

/// What stands after `Bearer`; other schemes are as nothing.
fn bearer_token(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, token) = value.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::KeysInForce;

    /// `given` is a key; or after `?` a query string, after `!` a value of `Authorization`. After `+?` comes a query string
    /// beside it.
    fn check_over(keys: &Keys, scheme: Scheme, scope: Scope, method: Method, given: &str, expected: u16) {
        let mut headers = HeaderMap::new();
        let (given, mut query) = match given.split_once("+?") {
            Some((given, raw)) => (given, Some(raw)),
            None => (given, None),
        };
        match given.split_at_checked(1) {
            Some(("?", raw)) => query = Some(raw),
            Some(("!", token)) => {
                drop(headers.insert("authorization", HeaderValue::from_str(token).unwrap()))
            }
            Some(_) => drop(headers.insert("api-key", HeaderValue::from_str(given).unwrap())),
            None => {}
        }
        let query = QueryString::parse(query).unwrap();
        let outcome = check(keys, scope, scheme, &method, &headers, &query);
        let status = outcome.as_ref().map_or_else(|error| error.status.as_u16(), |()| 200);
        assert_eq!(status, expected, "{scope:?} {method} {given}");
        let challenged = outcome.is_err_and(|error| error.challenge.is_some());
        assert_eq!(challenged, status == 401, "{scope:?} {method} {given}");
    }

    fn keys(tokens: &[&str]) -> Keys {
        let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        Keys::new(&KeysInForce {
            admin: owned(&["admin-1", "admin-2"]),
            query: owned(&["query-1"]),
            bearer_tokens: owned(tokens),
            file: None,
        })
    }

    #[test]
    fn the_table_above() {
        let keys = keys(&[]);
        let check_one =
            |scope, method, given, expected| check_over(&keys, Scheme::Http, scope, method, given, expected);
        check_one(Scope::Open, Method::GET, "", 200);
        for method in [Method::GET, Method::POST] {
            check_one(Scope::Query, method.clone(), "", 401);
            check_one(Scope::Query, method.clone(), "!Bearer x", 401);
            check_one(Scope::Query, method.clone(), "!Basic eDp5", 401);
            check_one(Scope::Query, method.clone(), "wrong", 403);
            check_one(Scope::Query, method.clone(), "query-1", 200);
            check_one(Scope::Query, method.clone(), "admin-2", 200);
            check_one(Scope::Admin, method.clone(), "query-1", 403);
            check_one(Scope::Admin, method.clone(), "admin-1", 200);
            check_one(Scope::Query, method.clone(), "?api-key=admin-1", 403);
            check_one(Scope::Query, method.clone(), "?api-key=wrong", 403);
            check_one(Scope::Admin, method.clone(), "admin-1+?api-key=admin-1", 403);
            check_one(Scope::Query, method.clone(), "query-1+?x=1&API%2DKEY=admin-2", 403);
            check_one(Scope::Query, method.clone(), "?api-key=query-1&api-key=admin-1", 403);
            check_one(Scope::Admin, method.clone(), "admin-1+?api-key=query-1", 200);
        }
        check_one(Scope::Query, Method::GET, "?api-key=query-1", 200);
        check_one(Scope::Query, Method::POST, "?api-key=query-1", 401);
        check_one(Scope::Admin, Method::GET, "?api-key=query-1", 403);
    }

    #[test]
    fn what_only_one_user_may_see_is_not_shown_to_all() {
        let check_one = |scope, name: &'static str, value: &'static str, passes: bool| {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )]);
            assert_eq!(check_user(scope, &headers).is_ok(), passes, "{scope:?} {name}: {value}");
        };
        check_one(Scope::Query, "x-ms-query-source-authorization", "token", false);
        check_one(Scope::Query, "x-ms-query-source-authorization", "", false);
        check_one(Scope::Admin, "x-ms-query-source-authorization", "token", true);
        check_one(Scope::Query, "x-ms-enable-elevated-read", "true", false);
        check_one(Scope::Query, "x-ms-enable-elevated-read", "False", true);
    }

    #[test]
    fn a_static_token_is_an_admin_key_over_https() {
        let keys = keys(&["token-1", "token-2"]);
        let check_one = |scheme, given, expected| {
            check_over(&keys, scheme, Scope::Admin, Method::POST, given, expected);
        };
        check_one(Scheme::Https, "!Bearer token-1", 200);
        check_one(Scheme::Https, "!bearer  token-2", 200);
        check_one(Scheme::Http, "!Bearer token-1", 401);
        check_one(Scheme::Https, "!Bearer token", 401);
        check_one(Scheme::Https, "!Bearer ", 401);
        check_one(Scheme::Https, "!Bearer admin-1", 401);
        check_one(Scheme::Https, "token-1", 403);
    }
}
