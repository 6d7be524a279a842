//! Mapping functions: what is done with a value on its way into the index (`indexers.md` §4).

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use lazuli_catalog::error::IndexerProblem;
use lazuli_catalog::indexers::MappingFunction;
use lazuli_wire::indexers;

use super::value::scalar_text;

/// A function with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Function {
    Base64Encode {
        /// In the form of .NET's `HttpServerUtility.UrlTokenEncode`.
        token: bool,
    },
    Base64Decode {
        /// … of `UrlTokenDecode`.
        token: bool,
    },
    ExtractTokenAtPosition {
        delimiter: String,
        /// From 0.
        position: usize,
    },
    JsonArrayToStringCollection,
    UrlEncode,
    UrlDecode,
    FixedLengthEncode,
    ToJson,
}

/// Base64 of either alphabet's URL-safe form; what people stored with padding is read too.
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Function {
    /// Binds a function of a definition. Names go without regard to case.
    pub(super) fn bind(function: &indexers::MappingFunction) -> Result<Self, IndexerProblem> {
        let parameters = Parameters(function.parameters.as_ref());
        Ok(match MappingFunction::checked(function)? {
            MappingFunction::Base64Encode => {
                Self::Base64Encode { token: parameters.flag("useHttpServerUtilityUrlTokenEncode") }
            }
            MappingFunction::Base64Decode => {
                Self::Base64Decode { token: parameters.flag("useHttpServerUtilityUrlTokenDecode") }
            }
            MappingFunction::ExtractTokenAtPosition => Self::ExtractTokenAtPosition {
                delimiter: parameters.text("delimiter"),
                position: parameters.position("position"),
            },
            MappingFunction::JsonArrayToStringCollection => Self::JsonArrayToStringCollection,
            MappingFunction::UrlEncode => Self::UrlEncode,
            MappingFunction::UrlDecode => Self::UrlDecode,
            MappingFunction::FixedLengthEncode => Self::FixedLengthEncode,
            MappingFunction::ToJson => Self::ToJson,
        })
    }

    /// The name as the service spells it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Base64Encode { .. } => "base64Encode",
            Self::Base64Decode { .. } => "base64Decode",
            Self::ExtractTokenAtPosition { .. } => "extractTokenAtPosition",
            Self::JsonArrayToStringCollection => "jsonArrayToStringCollection",
            Self::UrlEncode => "urlEncode",
            Self::UrlDecode => "urlDecode",
            Self::FixedLengthEncode => "fixedLengthEncode",
            Self::ToJson => "toJson",
        }
    }

    /// The text that this was made of: `Some(None)` if it was made of none, `None` if that cannot be told.
    pub(super) fn undone(&self, text: &str) -> Option<Option<String>> {
        let bytes = match self {
            Self::Base64Encode { token: true } => token_decode(text),
            Self::Base64Encode { token: false } => plain_decode(text),
            Self::UrlEncode => return Some(Some(url_decode(text))),
            Self::Base64Decode { .. }
            | Self::ExtractTokenAtPosition { .. }
            | Self::JsonArrayToStringCollection
            | Self::UrlDecode
            | Self::FixedLengthEncode
            | Self::ToJson => return None,
        };
        Some(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Applies it. The error is the second part of `Could not apply mapping function 'f' to field 'x'. …`.
    pub(super) fn apply(&self, value: &Value) -> Result<Value, String> {
        let Some(text) = scalar_text(value) else {
            return Err("The value is not a string.".to_owned());
        };
        Ok(Value::String(match self {
            Self::Base64Encode { token: true } => token_encode(text.as_bytes()),
            Self::Base64Encode { token: false } => URL_SAFE_NO_PAD.encode(text.as_bytes()),
            Self::Base64Decode { token } => {
                let decoded = if *token { token_decode(&text) } else { plain_decode(&text) };
                // The sentence of the token form is the service's, from .NET; the other one is .NET's.
                let reason = if *token { ARRAY_CANNOT_BE_NULL } else { NO_BASE64 };
                let bytes = decoded.ok_or_else(|| reason.to_owned())?;
                String::from_utf8_lossy(&bytes).into_owned()
            }
            Self::ExtractTokenAtPosition { delimiter, position } => {
                let token = text.split(delimiter.as_str()).nth(*position);
                token.ok_or_else(|| format!("There is no token at position '{position}'."))?.to_owned()
            }
            Self::UrlEncode => url_encode(&text),
            Self::UrlDecode => url_decode(&text),
            Self::FixedLengthEncode => fixed_length_encode(&text),
            Self::JsonArrayToStringCollection => return string_collection(&text),
            Self::ToJson => {
                return serde_json::from_str(&text)
                    .map_err(|error| format!("The value is not JSON: {error}."));
            }
        }))
    }
}

const ARRAY_CANNOT_BE_NULL: &str = "Array cannot be null. Parameter name: bytes";
const NO_BASE64: &str = "The input is not a valid Base-64 string.";

/// The parameters of a function, which were checked.
struct Parameters<'a>(Option<&'a Map<String, Value>>);

impl<'a> Parameters<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0?.get(name)
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(true)
    }

    fn text(&self, name: &str) -> String {
        self.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn position(&self, name: &str) -> usize {
        // No text has more tokens than an address space has bytes.
        let position = self.get(name).and_then(Value::as_u64).unwrap_or_default();
        usize::try_from(position).unwrap_or(usize::MAX)
    }
}

/// .NET's `UrlTokenEncode`: URL-safe base64 whose padding is replaced by one digit, how many `=` it would have had. The form
/// of automatic keys.
pub(crate) fn token_encode(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    let padding = (3 - bytes.len() % 3) % 3;
    format!("{}{padding}", URL_SAFE_NO_PAD.encode(bytes))
}

pub(super) fn token_decode(token: &str) -> Option<Vec<u8>> {
    let Some((at, padding)) = token.char_indices().last() else { return Some(Vec::new()) };
    let bytes = URL_SAFE_NO_PAD.decode(token.get(..at)?).ok()?;
    (padding.to_digit(3)? as usize == (3 - bytes.len() % 3) % 3).then_some(bytes)
}

fn plain_decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE.decode(text.trim().replace('+', "-").replace('/', "_")).ok()
}

/// .NET's `HttpUtility.UrlEncode`: lower-case hexadecimal digits, `+` for a blank.
fn url_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => {
                encoded.push(char::from(byte));
            }
            byte => encoded.push_str(&format!("%{byte:02x}")),
        }
    }
    encoded
}

/// .NET's `HttpUtility.UrlDecode`: what is no escape stays.
fn url_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let escape = rest.strip_prefix('%').and_then(escaped);
        if let Some((decoded, length)) = escape {
            bytes.extend_from_slice(&decoded);
            rest = rest.get(1 + length..).unwrap_or_default();
            continue;
        }
        let mut buffer = [0; 4];
        let plain = if first == '+' { " " } else { &*first.encode_utf8(&mut buffer) };
        bytes.extend_from_slice(plain.as_bytes());
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What follows a `%`: two digits are a byte, `u` and four digits a character. The bytes, and the length of the escape.
fn escaped(after: &str) -> Option<(Vec<u8>, usize)> {
    let number = |digits: &str| {
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    };
    if let Some(digits) = after.strip_prefix('u').and_then(|rest| rest.get(..4)) {
        let character = char::from_u32(number(digits)?)?;
        return Some((character.to_string().into_bytes(), 5));
    }
    Some((vec![u8::try_from(number(after.get(..2)?)?).ok()?], 2))
}

/// SHA-256 as URL-safe base64: 43 characters that keys may have. How the service makes a fixed length is not documented;
/// what people need of it is that it stays the same.
fn fixed_length_encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

fn string_collection(text: &str) -> Result<Value, String> {
    let why = |what: String| format!("The value is not a JSON array of strings: {what}.");
    let value: Value = serde_json::from_str(text).map_err(|error| why(error.to_string()))?;
    match &value {
        Value::Array(elements) => match elements.iter().position(|element| !element.is_string()) {
            None => Ok(value),
            Some(at) => Err(why(format!("the element at position {at} is no string"))),
        },
        Value::Object(_) => Err(why("it is an object".to_owned())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(why("it is a single value".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn function(definition: Value) -> Function {
        Function::bind(&serde_json::from_value(definition).unwrap()).unwrap()
    }

    fn check(definition: Value, cases: &[(&str, &str)]) {
        let function = function(definition);
        for (text, expected) in cases {
            assert_eq!(function.apply(&json!(text)), Ok(json!(expected)), "{} of {text:?}", function.name());
        }
    }

    #[test]
    fn base64_has_the_documented_results() {
        check(
            json!({"name": "base64Encode"}),
            &[
                ("00>00?00", "MDA-MDA_MDA1"),
                ("a", "YQ2"),
                ("ab", "YWI1"),
                ("abc", "YWJj0"),
                ("é", "w6k1"),
                ("", ""),
                (
                    "https://acct.blob.core.windows.net/docs/folder/a%20b.txt",
                    "aHR0cHM6Ly9hY2N0LmJsb2IuY29yZS53aW5kb3dzLm5ldC9kb2NzL2ZvbGRlci9hJTIwYi50eHQ1",
                ),
                (
                    "https://azsrolling.blob.core.windows.net/multimodality/CU.pdf",
                    "aHR0cHM6Ly9henNyb2xsaW5nLmJsb2IuY29yZS53aW5kb3dzLm5ldC9tdWx0aW1vZGFsaXR5L0NVLnBkZg2",
                ),
            ],
        );
        check(
            json!({"name": "BASE64ENCODE", "parameters": {"useHttpServerUtilityUrlTokenEncode": false}}),
            &[("00>00?00", "MDA-MDA_MDA"), ("a", "YQ"), ("", "")],
        );
    }

    #[test]
    fn base64_is_undone() {
        check(
            json!({"name": "base64Decode"}),
            &[("MDA-MDA_MDA1", "00>00?00"), ("YQ2", "a"), ("w6k1", "é"), ("", "")],
        );
        check(
            json!({"name": "base64Decode", "parameters": {"useHttpServerUtilityUrlTokenDecode": false}}),
            &[("MDA-MDA_MDA", "00>00?00"), ("MDA+MDA/MDA=", "00>00?00"), ("YQ", "a"), ("YQ==", "a")],
        );
        let token = function(json!({"name": "base64Decode"}));
        for wrong in ["YQ", "YQ1", "YQ0", "!!!0", "YQ=="] {
            assert_eq!(token.apply(&json!(wrong)), Err(ARRAY_CANNOT_BE_NULL.to_owned()), "{wrong}");
        }
    }

    #[test]
    fn tokens_are_extracted() {
        let at = |position: u32| json!({"name": "extractTokenAtPosition", "parameters": {"delimiter": " ", "position": position}});
        check(at(0), &[("Jane Doe", "Jane"), ("Jane", "Jane"), (" Jane", "")]);
        check(at(1), &[("Jane Doe", "Doe"), ("Jane  Doe", "")]);
        let missing = function(at(2)).apply(&json!("Jane Doe"));
        assert_eq!(missing, Err("There is no token at position '2'.".to_owned()));
    }

    #[test]
    fn urls_are_encoded_as_dotnet_does() {
        check(
            json!({"name": "urlEncode"}),
            &[("<hello>", "%3chello%3e"), ("a b'é!*()-_.", "a+b%27%c3%a9!*()-_.")],
        );
        check(
            json!({"name": "urlDecode"}),
            &[
                ("%3chello%3e", "<hello>"),
                ("a+b%C3%A9", "a bé"),
                ("100%", "100%"),
                ("%zz%4", "%zz%4"),
                ("%u00e9%é", "é%é"),
            ],
        );
    }

    #[test]
    fn arrays_become_collections() {
        let collection = function(json!({"name": "jsonArrayToStringCollection"}));
        assert_eq!(collection.apply(&json!(r#"["red", "white"]"#)), Ok(json!(["red", "white"])));
        assert_eq!(collection.apply(&json!("[]")), Ok(json!([])));
        for wrong in ["", "red", "[1]", "{}", "[\"a\""] {
            let error = collection.apply(&json!(wrong)).unwrap_err();
            assert!(error.starts_with("The value is not a JSON array of strings: "), "{error}");
        }
        let reason = |text: &str| collection.apply(&json!(text)).unwrap_err();
        assert_eq!(reason(r#"{"a":1}"#), "The value is not a JSON array of strings: it is an object.");
        assert_eq!(
            reason(r#"["a", 1]"#),
            "The value is not a JSON array of strings: the element at position 1 is no string."
        );
    }

    #[test]
    fn text_becomes_json_and_a_fixed_length() {
        assert_eq!(function(json!({"name": "toJson"})).apply(&json!("{\"a\":1}")), Ok(json!({"a": 1})));
        assert!(function(json!({"name": "toJson"})).apply(&json!("{")).is_err());
        // SHA-256 of the empty string, known from everywhere.
        check(json!({"name": "fixedLengthEncode"}), &[("", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]);
    }

    #[test]
    fn numbers_are_read_as_text_and_objects_are_refused() {
        let encode = function(json!({"name": "base64Encode"}));
        assert_eq!(encode.apply(&json!(1)), Ok(json!("MQ2")));
        assert_eq!(encode.apply(&json!({})), Err("The value is not a string.".to_owned()));
    }

    #[test]
    fn wrong_definitions_are_refused() {
        let error = |definition: Value| {
            Function::bind(&serde_json::from_value(definition).unwrap()).unwrap_err().to_string()
        };
        assert_eq!(
            error(json!({"name": "nope"})),
            "The mapping function 'nope' is not known. Known are base64Encode, base64Decode, extractTokenAtPosition, \
             jsonArrayToStringCollection, urlEncode, urlDecode, fixedLengthEncode, toJson."
        );
        assert_eq!(
            error(json!({"name": "extractTokenAtPosition", "parameters": {"delimiter": ","}})),
            "The parameter 'position' of the mapping function 'extractTokenAtPosition' must be a number from 0."
        );
    }

    proptest! {
        #[test]
        fn encodings_are_undone_and_nothing_is_too_strange(text: String) {
            let functions = [("base64Encode", "base64Decode"), ("urlEncode", "urlDecode")];
            for (encode, decode) in functions {
                let encoded = function(json!({"name": encode})).apply(&json!(text)).unwrap();
                prop_assert_eq!(function(json!({"name": decode})).apply(&encoded), Ok(json!(text)));
                let _ = function(json!({"name": decode})).apply(&json!(text));
            }
        }
    }
}
