//! Which names are allowed (`api.md` §4.1, the REST naming rules).

use crate::limits::{FIELD_NAME_CHARS_MAX, INDEX_NAME_CHARS, KEY_CHARS_MAX, PART_NAME_CHARS_MAX};

/// A name that is not allowed; `Display` is the service's sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The sentence is older than the rule that also allows `_`.
    #[error(
        "Invalid index name: '{name}'. Index name must only contain lowercase letters, digits or dashes, cannot start or \
         end with dashes and is limited to 128 characters."
    )]
    Index {
        /// The name.
        name: String,
    },

    /// A field or sub-field.
    #[error(
        "Invalid field name: '{name}'. Field names must begin with a letter and can contain only letters, digits, or \
         underscore ('_')."
    )]
    Field {
        /// The name without its parent's path.
        name: String,
    },

    /// The prefix is the service's own.
    #[error("Invalid field name: '{name}'. Field names cannot begin with 'azureSearch'.")]
    ReservedField {
        /// The name without its parent's path.
        name: String,
    },

    /// The name of a part of a definition, such as a vector profile.
    #[error(
        "Invalid {kind} name: '{name}'. Names can only contain letters, digits, underscores or dashes, must begin with a \
         letter or a digit and are limited to 128 characters."
    )]
    Part {
        /// What it names, e.g. `vector search profile`.
        kind: &'static str,
        /// The name.
        name: String,
    },

    /// A semantic configuration.
    #[error("Invalid {kind} name: '{name}'. Names cannot be empty and are limited to 128 characters.")]
    Free {
        /// What it names.
        kind: &'static str,
        /// The name.
        name: String,
    },

    /// A scoring profile or the suggester.
    #[error(
        "Invalid {kind} name: '{name}'. Names can only contain letters, digits or underscores, must begin with a letter or a \
         digit and are limited to 128 characters."
    )]
    Ranking {
        /// What it names, e.g. `scoring profile`.
        kind: &'static str,
        /// The name.
        name: String,
    },

    /// An analyzer, a tokenizer, a filter or a normalizer.
    #[error(
        "Invalid {kind} name: '{name}'. Names can only contain letters, digits, spaces, dashes or underscores, can only \
         start and end with alphanumeric characters and are limited to 128 characters."
    )]
    Analysis {
        /// What it names, e.g. `token filter`.
        kind: &'static str,
        /// The name.
        name: String,
    },

    /// A synonym map; data sources, indexers and skillsets have the same rule and, as far as it was seen, this sentence.
    #[error(
        "Invalid {kind} name: '{name}'. Names must only contain lowercase letters, digits or dashes, cannot start or end \
         with dashes and are limited to 128 characters."
    )]
    Resource {
        /// What it names, e.g. `synonym map`.
        kind: &'static str,
        /// The name.
        name: String,
    },

    /// A document without a key.
    #[error("Document key cannot be missing or empty.")]
    NoKey,

    /// A key with other characters.
    #[error(
        "Invalid document key: '{key}'. Keys can only contain letters, digits, underscore (_), dash (-), or equal sign \
         (=)."
    )]
    KeyCharacters {
        /// The key.
        key: String,
    },

    /// A key in the service's own name space.
    #[error("Invalid document key: '{key}'. Keys cannot start with a leading underscore.")]
    KeyUnderscore {
        /// The key.
        key: String,
    },

    /// A key over its limit.
    #[error("Invalid document key: '{key}'. Keys cannot be longer than 1024 characters.")]
    KeyTooLong {
        /// The key.
        key: String,
    },
}

/// Checks the name of an index (and of an alias, which shares its rules): 2 to 128 of `a-z 0-9 - _`, beginning with a
/// letter or digit, without two separators in a row or a dash at the end.
pub fn check_index_name(name: &str) -> Result<(), NameError> {
    let bytes = name.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_separator = |byte: &u8| matches!(byte, b'-' | b'_');
    let allowed = INDEX_NAME_CHARS.contains(&bytes.len())
        && bytes.iter().all(|byte| is_word(byte) || is_separator(byte))
        && bytes.first().is_some_and(is_word)
        && bytes.last() != Some(&b'-')
        && !bytes.windows(2).any(|pair| pair.iter().all(is_separator));
    if allowed { Ok(()) } else { Err(NameError::Index { name: name.to_owned() }) }
}

/// Checks the name of a field within its parent.
pub fn check_field_name(name: &str) -> Result<(), NameError> {
    let bytes = name.as_bytes();
    let allowed = bytes.len() <= FIELD_NAME_CHARS_MAX
        && bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if !allowed {
        return Err(NameError::Field { name: name.to_owned() });
    }
    if name.starts_with("azureSearch") {
        return Err(NameError::ReservedField { name: name.to_owned() });
    }
    Ok(())
}

/// Whether a name has 1 to 128 bytes, all of which are `inner`, and the first and the last one `first` and `last`.
fn is_name(
    name: &str,
    first: impl Fn(&u8) -> bool,
    inner: impl Fn(&u8) -> bool,
    last: impl Fn(&u8) -> bool,
) -> bool {
    let bytes = name.as_bytes();
    bytes.len() <= PART_NAME_CHARS_MAX
        && bytes.first().is_some_and(first)
        && bytes.last().is_some_and(last)
        && bytes.iter().all(inner)
}

/// Checks the name of a part of `vectorSearch`; `kind` says of which, e.g. `vector search profile`.
pub fn check_part_name(kind: &'static str, name: &str) -> Result<(), NameError> {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let allowed = is_name(name, u8::is_ascii_alphanumeric, inner, inner);
    if allowed { Ok(()) } else { Err(NameError::Part { kind, name: name.to_owned() }) }
}

/// Checks the name of a scoring profile or a suggester; `kind` says which.
pub fn check_ranking_name(kind: &'static str, name: &str) -> Result<(), NameError> {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let allowed = is_name(name, u8::is_ascii_alphanumeric, inner, inner);
    if allowed { Ok(()) } else { Err(NameError::Ranking { kind, name: name.to_owned() }) }
}

/// Checks the name of an analyzer, a tokenizer, a filter or a normalizer; `kind` says which.
pub fn check_analysis_name(kind: &'static str, name: &str) -> Result<(), NameError> {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_');
    let allowed = is_name(name, u8::is_ascii_alphanumeric, inner, u8::is_ascii_alphanumeric);
    if allowed { Ok(()) } else { Err(NameError::Analysis { kind, name: name.to_owned() }) }
}

/// Checks the name of a definition other than an index, e.g. a `synonym map`: 1 to 128 of `a-z 0-9 -`, beginning and
/// ending with a letter or digit.
pub fn check_resource_name(kind: &'static str, name: &str) -> Result<(), NameError> {
    let word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let allowed = is_name(name, word, |byte| word(byte) || *byte == b'-', word);
    if allowed { Ok(()) } else { Err(NameError::Resource { kind, name: name.to_owned() }) }
}

/// Checks the name of a semantic configuration. Which characters the service allows is not known (`api.md` §4.1 marks the
/// rule as unconfirmed); refusing what it accepts would be worse than accepting what it refuses, so all are allowed.
pub fn check_free_name(kind: &'static str, name: &str) -> Result<(), NameError> {
    let allowed = (1..=PART_NAME_CHARS_MAX).contains(&name.chars().count());
    if allowed { Ok(()) } else { Err(NameError::Free { kind, name: name.to_owned() }) }
}

/// Checks a document's key: 1 to 1024 letters, digits, `_`, `-` and `=`, not beginning with `_`.
pub fn check_document_key(key: &str) -> Result<(), NameError> {
    let key_of = || key.to_owned();
    if key.is_empty() {
        return Err(NameError::NoKey);
    }
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'=')) {
        return Err(NameError::KeyCharacters { key: key_of() });
    }
    if key.starts_with('_') {
        return Err(NameError::KeyUnderscore { key: key_of() });
    }
    if key.len() > KEY_CHARS_MAX {
        return Err(NameError::KeyTooLong { key: key_of() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_names() {
        let longest = "a".repeat(128);
        for name in ["hotels", "a1", "1a", "my-index_2", "a_", longest.as_str()] {
            assert_eq!(check_index_name(name), Ok(()), "{name}");
        }
        let too_long = "a".repeat(129);
        for name in [
            "",
            "a",
            "Hotels",
            "-a",
            "_a",
            "a-",
            "a--b",
            "a-_b",
            "a__b",
            "a.b",
            "a b",
            "hôtels",
            "a/b",
            too_long.as_str(),
        ] {
            assert_eq!(check_index_name(name), Err(NameError::Index { name: name.into() }), "{name}");
        }
        assert_eq!(
            check_index_name("Hotels").unwrap_err().to_string(),
            "Invalid index name: 'Hotels'. Index name must only contain lowercase letters, digits or dashes, cannot start \
             or end with dashes and is limited to 128 characters."
        );
    }

    #[test]
    fn field_names() {
        let longest = "a".repeat(128);
        for name in ["a", "HotelId", "a_1", "AzureSearch", "a__", longest.as_str()] {
            assert_eq!(check_field_name(name), Ok(()), "{name}");
        }
        let too_long = "a".repeat(129);
        for name in ["", "_a", "1a", "a-b", "a/b", "a b", "é", too_long.as_str()] {
            assert_eq!(check_field_name(name), Err(NameError::Field { name: name.into() }), "{name}");
        }
        assert_eq!(
            check_field_name("azureSearchId"),
            Err(NameError::ReservedField { name: "azureSearchId".into() })
        );
        assert_eq!(
            check_field_name("__key").unwrap_err().to_string(),
            "Invalid field name: '__key'. Field names must begin with a letter and can contain only letters, digits, or \
             underscore ('_')."
        );
    }

    #[test]
    fn document_keys() {
        let longest = "k".repeat(1024);
        for key in ["1", "AQIDBAU=", "-a", "=", "a_b-c=", longest.as_str()] {
            assert_eq!(check_document_key(key), Ok(()), "{key}");
        }
        let too_long = "k".repeat(1025);
        for (key, expected) in [
            ("", "Document key cannot be missing or empty."),
            (
                "a b",
                "Invalid document key: 'a b'. Keys can only contain letters, digits, underscore (_), dash (-), or equal sign (=).",
            ),
            (
                "é",
                "Invalid document key: 'é'. Keys can only contain letters, digits, underscore (_), dash (-), or equal sign (=).",
            ),
            ("_a", "Invalid document key: '_a'. Keys cannot start with a leading underscore."),
        ] {
            assert_eq!(check_document_key(key).unwrap_err().to_string(), expected);
        }
        assert_eq!(check_document_key(&too_long), Err(NameError::KeyTooLong { key: too_long.clone() }));
    }

    #[test]
    fn names_of_other_definitions_and_parts() {
        let longest = "a".repeat(128);
        let too_long = "a".repeat(129);
        for name in ["a", "1-a", longest.as_str()] {
            assert_eq!(check_resource_name("synonym map", name), Ok(()), "{name}");
        }
        for name in ["", "A", "a_b", "-a", "a-", "a b", too_long.as_str()] {
            assert!(check_resource_name("synonym map", name).is_err(), "{name}");
        }
        for name in ["a", "My_Profile1", "1", longest.as_str()] {
            assert_eq!(check_ranking_name("suggester", name), Ok(()), "{name}");
        }
        for name in ["", "_a", "a-b", "a b", too_long.as_str()] {
            assert!(check_ranking_name("suggester", name).is_err(), "{name}");
        }
        for name in ["a", "my analyzer-1_x", longest.as_str()] {
            assert_eq!(check_analysis_name("analyzer", name), Ok(()), "{name}");
        }
        for name in ["", "_a", "a-", "a.b", " a", too_long.as_str()] {
            assert!(check_analysis_name("analyzer", name).is_err(), "{name}");
        }
    }

    #[test]
    fn component_names() {
        for name in ["p", "my-profile_1", "1"] {
            assert_eq!(check_part_name("x", name), Ok(()), "{name}");
        }
        for name in ["", "-p", "a b", "a/b"] {
            assert!(check_part_name("x", name).is_err(), "{name}");
        }
    }
}
