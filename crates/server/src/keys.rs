//! The keys that open a service, as digests: what is given is compared without an early end, so neither a dump of [`Keys`]
//! nor the time an answer takes tells a key. Where they come from is in [`crate::keyring`].

use std::fmt;

use arc_swap::ArcSwap;
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

use crate::keyring::KeysInForce;

/// The fixed admin key of `--dev`.
pub const DEV_ADMIN_KEY: &str = "lazuli-dev-admin-key";
/// The fixed query key of `--dev`.
pub const DEV_QUERY_KEY: &str = "lazuli-dev-query-key";

type Digest = [u8; SHA256_OUTPUT_LEN];

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// Everything.
    Admin,
    /// Reading documents.
    Query,
}

/// The keys in force; they may be replaced while requests are answered.
pub(crate) struct Keys(ArcSwap<Digests>);

#[derive(Default)]
struct Digests {
    keys: Vec<(Digest, KeyKind)>,
    bearer_tokens: Vec<Digest>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("count", &self.0.load().keys.len()).finish_non_exhaustive()
    }
}

impl Keys {
    /// Takes the keys in clear and keeps their digests.
    pub(crate) fn new(keys: &KeysInForce) -> Keys {
        Keys(ArcSwap::from_pointee(Digests::of(keys)))
    }

    /// From now on only these are in force.
    pub(crate) fn replace(&self, keys: &KeysInForce) {
        self.0.store(Digests::of(keys).into());
    }

    /// What the given key opens, if anything. A key that is both admin and query key counts as admin key.
    pub(crate) fn kind(&self, given: &[u8]) -> Option<KeyKind> {
        let given = hash(given);
        let mut found = None;
        for (digest, kind) in &self.0.load().keys {
            if same(digest, &given) {
                found = found.or(Some(*kind));
            }
        }
        found
    }

    /// Whether this is one of the static bearer tokens, which open what an admin key opens.
    pub(crate) fn is_bearer_token(&self, given: &[u8]) -> bool {
        let given = hash(given);
        self.0.load().bearer_tokens.iter().fold(false, |found, digest| found | same(digest, &given))
    }

    /// Whether any bearer token is accepted.
    pub(crate) fn has_bearer_tokens(&self) -> bool {
        !self.0.load().bearer_tokens.is_empty()
    }
}

impl Digests {
    fn of(keys: &KeysInForce) -> Digests {
        let admin = keys.admin.iter().map(|key| (hash(key.as_bytes()), KeyKind::Admin));
        let query = keys.query.iter().map(|key| (hash(key.as_bytes()), KeyKind::Query));
        let bearer_tokens = keys.bearer_tokens.iter().map(|token| hash(token.as_bytes())).collect();
        Digests { keys: admin.chain(query).collect(), bearer_tokens }
    }
}

/// Looks at every byte whatever the first ones say.
fn same(one: &Digest, other: &Digest) -> bool {
    one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn hash(key: &[u8]) -> Digest {
    let mut out = [0; SHA256_OUTPUT_LEN];
    out.copy_from_slice(digest(&SHA256, key).as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(admin: &[&str], query: &[&str], tokens: &[&str]) -> KeysInForce {
        let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        KeysInForce { admin: owned(admin), query: owned(query), bearer_tokens: owned(tokens), file: None }
    }

    #[test]
    fn a_key_is_known_by_its_digest_only() {
        let keys = Keys::new(&keys(&["secret-a", "both"], &["secret-q", "both"], &["secret-t"]));
        assert_eq!(keys.kind(b"secret-a"), Some(KeyKind::Admin));
        assert_eq!(keys.kind(b"secret-q"), Some(KeyKind::Query));
        assert_eq!(keys.kind(b"both"), Some(KeyKind::Admin));
        assert_eq!((keys.kind(b""), keys.kind(b"secret-t")), (None, None));
        assert!(keys.is_bearer_token(b"secret-t") && !keys.is_bearer_token(b"secret-a"));
        assert!(!format!("{keys:?}").contains("secret"));
    }

    #[test]
    fn replaced_keys_are_gone() {
        let in_force = Keys::new(&keys(&["a"], &["q"], &["t"]));
        in_force.replace(&keys(&["b"], &["q"], &[]));
        assert_eq!((in_force.kind(b"a"), in_force.kind(b"b")), (None, Some(KeyKind::Admin)));
        assert!(!in_force.is_bearer_token(b"t") && !in_force.has_bearer_tokens());
    }
}
