//! Who may do what (`api.md` §1.3): an admin key everything, a query key only what reads documents.
//!
//! | given | answer |
//! |---|---|
//! | no key | 401 |
//! | a bearer token | 401, not supported yet |
//! | a key that is none of ours | 403 |
//! | a query key where an admin key is needed | 403 |
//! | an admin key in the URL | 403, whatever it asks for |
//! | a query key in the URL, not on GET | as no key |

use http::{HeaderMap, Method, header};

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
    method: &Method,
    headers: &HeaderMap,
    query: &QueryString,
) -> Result<(), Error> {
    if scope == Scope::Open {
        return Ok(());
    }
    let kind = if let Some(given) = headers.get("api-key") {
        keys.kind(given.as_bytes()).ok_or_else(error::wrong_key)?
    } else if let Some(given) = query.get("api-key") {
        match keys.kind(given.as_bytes()) {
            Some(KeyKind::Admin) => return Err(error::admin_key_in_url()),
            Some(KeyKind::Query) if method == Method::GET => KeyKind::Query,
            Some(KeyKind::Query) => return Err(error::no_key()),
            None => return Err(error::wrong_key()),
        }
    } else if headers.contains_key(header::AUTHORIZATION) {
        return Err(error::bearer_not_supported());
    } else {
        return Err(error::no_key());
    };
    if scope == Scope::Admin && kind == KeyKind::Query { Err(error::query_key_not_enough()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// `given` is a header value, or after `?` a query string.
    fn check_one(scope: Scope, method: Method, given: &str, expected: u16) {
        let keys = Keys::new(vec!["admin-1".into(), "admin-2".into()], vec!["query-1".into()]);
        let mut headers = HeaderMap::new();
        let mut query = None;
        match given.split_at_checked(1) {
            Some(("?", raw)) => query = Some(raw),
            Some(("!", token)) => {
                drop(headers.insert("authorization", HeaderValue::from_str(token).unwrap()))
            }
            Some(_) => drop(headers.insert("api-key", HeaderValue::from_str(given).unwrap())),
            None => {}
        }
        let query = QueryString::parse(query).unwrap();
        let status = check(&keys, scope, &method, &headers, &query)
            .map_or_else(|error| error.status.as_u16(), |()| 200);
        assert_eq!(status, expected, "{scope:?} {method} {given}");
    }

    #[test]
    fn the_table_above() {
        check_one(Scope::Open, Method::GET, "", 200);
        for method in [Method::GET, Method::POST] {
            check_one(Scope::Query, method.clone(), "", 401);
            check_one(Scope::Query, method.clone(), "!Bearer x", 401);
            check_one(Scope::Query, method.clone(), "wrong", 403);
            check_one(Scope::Query, method.clone(), "query-1", 200);
            check_one(Scope::Query, method.clone(), "admin-2", 200);
            check_one(Scope::Admin, method.clone(), "query-1", 403);
            check_one(Scope::Admin, method.clone(), "admin-1", 200);
            check_one(Scope::Query, method.clone(), "?api-key=admin-1", 403);
            check_one(Scope::Query, method.clone(), "?api-key=wrong", 403);
        }
        check_one(Scope::Query, Method::GET, "?api-key=query-1", 200);
        check_one(Scope::Query, Method::POST, "?api-key=query-1", 401);
        check_one(Scope::Admin, Method::GET, "?api-key=query-1", 403);
    }
}
