//! Which member exists since which api-version, and of which JSON shape it is (design.md §4.1).
//!
//! Definitions are stored in the newest shape. On the way in a member unknown to the request's version is refused, on
//! the way out it is left off. Members that are older than the oldest version we accept are marked with that version;
//! members that only previews have are not listed, so they are unknown.

use serde_json::{Map, Value};

use crate::ApiVersion::{V2025_09_01, V2026_04_01};
use crate::{ApiVersion, JsonError};

/// The members of one JSON object.
#[derive(Debug)]
pub struct Shape {
    /// What the service calls it in errors.
    pub owner: Owner,
    /// The members, in no particular order.
    pub members: &'static [Member],
}

/// What an object's members belong to, which decides the sentence for an unknown one.
#[derive(Debug, Clone, Copy)]
pub enum Owner {
    /// A type of the api-version's namespace, e.g. `IndexDefinition`.
    Type(&'static str),
    /// An operation whose body is a bag of parameters, e.g. `search`.
    Operation(&'static str),
}

/// One member of an object. Every member may be null or missing.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// The first version that has it.
    pub since: ApiVersion,
    /// What its value looks like.
    pub kind: Kind,
}

/// What a member's value looks like.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number of 32 bits.
    Integer,
    /// A number.
    Number,
    /// An array of strings.
    Texts,
    /// A comma-separated list: one string, or an array of strings as newer SDKs send it (`api.md` §5 item 1).
    List,
    /// An object.
    Object(&'static Shape),
    /// An array of objects.
    Objects(&'static Shape),
    /// An array whose elements are not looked into here.
    UntypedList,
    /// Not looked into here.
    Untyped,
}

/// Checks a received object, depth first in the order of its members. Annotations (`@odata.etag`, `x@odata.type`) are
/// accepted everywhere.
pub fn check(object: &Map<String, Value>, shape: &Shape, version: ApiVersion) -> Result<(), JsonError> {
    for (name, value) in object {
        if name.contains('@') {
            continue;
        }
        let known = shape.members.iter().find(|member| member.name == name && member.since <= version);
        match known {
            Some(member) => check_value(value, member, version)?,
            None => return Err(unknown(name, shape.owner, version)),
        }
    }
    Ok(())
}

/// Takes off what `version` does not have yet.
pub fn trim(object: &mut Map<String, Value>, shape: &Shape, version: ApiVersion) {
    for member in shape.members {
        if member.since > version {
            object.shift_remove(member.name);
        } else if let (Kind::Object(inner), Some(Value::Object(value))) =
            (member.kind, object.get_mut(member.name))
        {
            trim(value, inner, version);
        } else if let (Kind::Objects(inner), Some(Value::Array(values))) =
            (member.kind, object.get_mut(member.name))
        {
            values.iter_mut().filter_map(Value::as_object_mut).for_each(|value| trim(value, inner, version));
        }
    }
}

fn unknown(name: &str, owner: Owner, version: ApiVersion) -> JsonError {
    match owner {
        Owner::Type(type_name) => JsonError::UnknownProperty {
            property: name.to_owned(),
            type_name: format!("{}.{type_name}", version.namespace()),
            version,
        },
        Owner::Operation(operation) => JsonError::UnknownParameter { parameter: name.to_owned(), operation },
    }
}

fn check_value(value: &Value, member: &Member, version: ApiVersion) -> Result<(), JsonError> {
    let name = member.name;
    match member.kind {
        _ if value.is_null() => Ok(()),
        Kind::Untyped => Ok(()),
        Kind::UntypedList => elements(value, name).map(|_| ()),
        Kind::Text => literal(value, "Edm.String", name, Value::is_string),
        Kind::Flag => literal(value, "Edm.Boolean", name, Value::is_boolean),
        Kind::Number => literal(value, "Edm.Double", name, Value::is_number),
        Kind::Integer => literal(value, "Edm.Int32", name, |value| {
            value.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
        }),
        Kind::List if value.is_string() => Ok(()),
        Kind::List | Kind::Texts => elements(value, name)?.iter().try_for_each(|element| {
            if element.is_null() {
                return Err(JsonError::Null { expected: "Edm.String" });
            }
            literal(element, "Edm.String", name, Value::is_string)
        }),
        Kind::Object(shape) => check_object(value, shape, name, version),
        Kind::Objects(shape) => {
            elements(value, name)?.iter().try_for_each(|element| check_object(element, shape, name, version))
        }
    }
}

fn check_object(value: &Value, shape: &Shape, name: &str, version: ApiVersion) -> Result<(), JsonError> {
    match value {
        Value::Object(object) => check(object, shape, version),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(JsonError::unexpected_node(value, "StartObject", Some(name)))
        }
    }
}

fn elements<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], JsonError> {
    match value {
        Value::Array(elements) => Ok(elements),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Err(JsonError::unexpected_node(value, "StartArray", Some(name)))
        }
    }
}

fn literal(
    value: &Value,
    expected: &'static str,
    name: &str,
    accepts: impl Fn(&Value) -> bool,
) -> Result<(), JsonError> {
    match value {
        _ if accepts(value) => Ok(()),
        Value::Object(_) | Value::Array(_) => {
            Err(JsonError::unexpected_node(value, "PrimitiveValue", Some(name)))
        }
        Value::String(text) => Err(JsonError::WrongLiteral { literal: text.clone(), expected }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            Err(JsonError::WrongLiteral { literal: value.to_string(), expected })
        }
    }
}

const fn member(name: &'static str, since: ApiVersion, kind: Kind) -> Member {
    Member { name, since, kind }
}

/// `SearchIndex` (`api.md` §3.1).
pub static INDEX: Shape = Shape {
    owner: Owner::Type("IndexDefinition"),
    members: &[
        member("name", V2025_09_01, Kind::Text),
        member("description", V2025_09_01, Kind::Text),
        member("defaultScoringProfile", V2025_09_01, Kind::Text),
        member("fields", V2025_09_01, Kind::Objects(&FIELD)),
        member("scoringProfiles", V2025_09_01, Kind::UntypedList),
        member("corsOptions", V2025_09_01, Kind::Untyped),
        member("suggesters", V2025_09_01, Kind::UntypedList),
        member("analyzers", V2025_09_01, Kind::UntypedList),
        member("normalizers", V2025_09_01, Kind::UntypedList),
        member("tokenizers", V2025_09_01, Kind::UntypedList),
        member("tokenFilters", V2025_09_01, Kind::UntypedList),
        member("charFilters", V2025_09_01, Kind::UntypedList),
        member("encryptionKey", V2025_09_01, Kind::Object(&ENCRYPTION_KEY)),
        member("similarity", V2025_09_01, Kind::Untyped),
        member("semantic", V2025_09_01, Kind::Untyped),
        member("vectorSearch", V2025_09_01, Kind::Object(&VECTOR_SEARCH)),
    ],
};

/// `SearchField`; the service calls the type `SchemaField`.
pub static FIELD: Shape = Shape {
    owner: Owner::Type("SchemaField"),
    members: &[
        member("name", V2025_09_01, Kind::Text),
        member("type", V2025_09_01, Kind::Text),
        member("searchable", V2025_09_01, Kind::Flag),
        member("filterable", V2025_09_01, Kind::Flag),
        member("retrievable", V2025_09_01, Kind::Flag),
        member("stored", V2025_09_01, Kind::Flag),
        member("sortable", V2025_09_01, Kind::Flag),
        member("facetable", V2025_09_01, Kind::Flag),
        member("key", V2025_09_01, Kind::Flag),
        member("indexAnalyzer", V2025_09_01, Kind::Text),
        member("searchAnalyzer", V2025_09_01, Kind::Text),
        member("analyzer", V2025_09_01, Kind::Text),
        member("normalizer", V2025_09_01, Kind::Text),
        member("dimensions", V2025_09_01, Kind::Integer),
        member("vectorSearchProfile", V2025_09_01, Kind::Text),
        member("vectorEncoding", V2025_09_01, Kind::Text),
        member("synonymMaps", V2025_09_01, Kind::Texts),
        member("fields", V2025_09_01, Kind::Objects(&FIELD)),
    ],
};

/// `SearchResourceEncryptionKey`.
static ENCRYPTION_KEY: Shape = Shape {
    owner: Owner::Type("EncryptionKey"),
    members: &[
        member("keyVaultKeyName", V2025_09_01, Kind::Text),
        member("keyVaultKeyVersion", V2025_09_01, Kind::Text),
        member("keyVaultUri", V2025_09_01, Kind::Text),
        member("accessCredentials", V2025_09_01, Kind::Untyped),
        member("identity", V2026_04_01, Kind::Untyped),
    ],
};

/// `VectorSearch`.
static VECTOR_SEARCH: Shape = Shape {
    owner: Owner::Type("VectorSearch"),
    members: &[
        member("algorithms", V2025_09_01, Kind::Objects(&VECTOR_ALGORITHM)),
        member("profiles", V2025_09_01, Kind::Objects(&VECTOR_PROFILE)),
        member("vectorizers", V2025_09_01, Kind::UntypedList),
        member("compressions", V2025_09_01, Kind::UntypedList),
    ],
};

static VECTOR_ALGORITHM: Shape = Shape {
    owner: Owner::Type("VectorSearchAlgorithmConfiguration"),
    members: &[
        member("name", V2025_09_01, Kind::Text),
        member("kind", V2025_09_01, Kind::Text),
        member("hnswParameters", V2025_09_01, Kind::Object(&HNSW_PARAMETERS)),
        member("exhaustiveKnnParameters", V2025_09_01, Kind::Object(&EXHAUSTIVE_KNN_PARAMETERS)),
    ],
};

static HNSW_PARAMETERS: Shape = Shape {
    owner: Owner::Type("HnswParameters"),
    members: &[
        member("metric", V2025_09_01, Kind::Text),
        member("m", V2025_09_01, Kind::Integer),
        member("efConstruction", V2025_09_01, Kind::Integer),
        member("efSearch", V2025_09_01, Kind::Integer),
    ],
};

static EXHAUSTIVE_KNN_PARAMETERS: Shape = Shape {
    owner: Owner::Type("ExhaustiveKnnParameters"),
    members: &[member("metric", V2025_09_01, Kind::Text)],
};

static VECTOR_PROFILE: Shape = Shape {
    owner: Owner::Type("VectorSearchProfile"),
    members: &[
        member("name", V2025_09_01, Kind::Text),
        member("algorithm", V2025_09_01, Kind::Text),
        member("vectorizer", V2025_09_01, Kind::Text),
        member("compression", V2025_09_01, Kind::Text),
    ],
};

/// `SearchRequest` (`api.md` §3.8).
pub static SEARCH_REQUEST: Shape = Shape {
    owner: Owner::Operation("search"),
    members: &[
        member("count", V2025_09_01, Kind::Flag),
        member("facets", V2025_09_01, Kind::Texts),
        member("filter", V2025_09_01, Kind::Text),
        member("highlight", V2025_09_01, Kind::List),
        member("highlightPostTag", V2025_09_01, Kind::Text),
        member("highlightPreTag", V2025_09_01, Kind::Text),
        member("minimumCoverage", V2025_09_01, Kind::Number),
        member("orderby", V2025_09_01, Kind::List),
        member("queryType", V2025_09_01, Kind::Text),
        member("scoringStatistics", V2025_09_01, Kind::Text),
        member("sessionId", V2025_09_01, Kind::Text),
        member("scoringParameters", V2025_09_01, Kind::Texts),
        member("scoringProfile", V2025_09_01, Kind::Text),
        member("debug", V2025_09_01, Kind::Text),
        member("search", V2025_09_01, Kind::Text),
        member("searchFields", V2025_09_01, Kind::List),
        member("searchMode", V2025_09_01, Kind::Text),
        member("select", V2025_09_01, Kind::List),
        member("skip", V2025_09_01, Kind::Integer),
        member("top", V2025_09_01, Kind::Integer),
        member("semanticConfiguration", V2025_09_01, Kind::Text),
        member("semanticErrorHandling", V2025_09_01, Kind::Text),
        member("semanticMaxWaitInMilliseconds", V2025_09_01, Kind::Integer),
        member("semanticQuery", V2025_09_01, Kind::Text),
        member("answers", V2025_09_01, Kind::Text),
        member("captions", V2025_09_01, Kind::Text),
        member("vectorQueries", V2025_09_01, Kind::UntypedList),
        member("vectorFilterMode", V2025_09_01, Kind::Text),
    ],
};

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(body: Value, shape: &Shape, version: ApiVersion) -> Option<String> {
        check(body.as_object().unwrap(), shape, version).err().map(|error| error.to_string())
    }

    #[test]
    fn members_unknown_or_too_new_are_refused_by_name_and_type() {
        let sentence = |property: &str, type_name: &str, namespace: &str, version: &str| {
            Some(format!(
                "The property '{property}' does not exist on type 'Microsoft.Azure.Search.{namespace}.{type_name}' or is \
                 not present in the API version '{version}'. Make sure to only use property names that are defined by \
                 the type."
            ))
        };
        let index = |body| refusal(body, &INDEX, V2026_04_01);
        let new = |property, type_name| sentence(property, type_name, "V2026_04_01", "2026-04-01");
        assert_eq!(index(json!({"name": "i", "id": 1})), new("id", "IndexDefinition"));
        assert_eq!(
            index(json!({"fields": [{"name": "a"}, {"sortabel": 1}]})),
            new("sortabel", "SchemaField")
        );
        assert_eq!(index(json!({"fields": [{"fields": [{"Name": "a"}]}]})), new("Name", "SchemaField"));
        assert_eq!(
            index(json!({"vectorSearch": {"algorithmConfigurations": []}})),
            new("algorithmConfigurations", "VectorSearch")
        );
        assert_eq!(
            index(json!({"vectorSearch": {"algorithms": [{"hnswParameters": {"M": 4}}]}})),
            new("M", "HnswParameters")
        );
        assert_eq!(index(json!({"encryptionKey": {"identity": null}})), None);
        assert_eq!(
            refusal(json!({"encryptionKey": {"identity": null}}), &INDEX, V2025_09_01),
            sentence("identity", "EncryptionKey", "V2025_09_01", "2025-09-01")
        );
        assert_eq!(
            refusal(json!({"search": "*", "facet": "x"}), &SEARCH_REQUEST, V2026_04_01).as_deref(),
            Some(
                "parameters : The parameter 'facet' in the request payload is not a valid parameter for the operation 'search'."
            )
        );
    }

    #[test]
    fn annotations_and_nulls_are_accepted_everywhere() {
        let body = json!({
            "@odata.etag": "\"0x1\"", "@odata.context": 7, "name": null, "fields": [{"key@odata.type": "x", "key": null}],
            "vectorSearch": null, "suggesters": null
        });
        assert_eq!(refusal(body, &INDEX, V2025_09_01), None);
    }

    #[test]
    fn values_of_another_shape_are_refused() {
        let node = |found: &str, name: &str, expected: &str| {
            format!(
                "An unexpected '{found}' node was found for property named '{name}' when reading from the JSON reader. A '{expected}' node was expected."
            )
        };
        let wrong = |text: &str, expected: &str| {
            format!("Cannot convert the literal '{text}' to the expected type '{expected}'.")
        };
        for (body, expected) in [
            (json!({"name": 1}), wrong("1", "Edm.String")),
            (json!({"name": []}), node("StartArray", "name", "PrimitiveValue")),
            (json!({"fields": {}}), node("StartObject", "fields", "StartArray")),
            (json!({"fields": ["a"]}), node("PrimitiveValue", "fields", "StartObject")),
            (json!({"fields": [{"key": "true"}]}), wrong("true", "Edm.Boolean")),
            (json!({"fields": [{"dimensions": 3.0}]}), wrong("3.0", "Edm.Int32")),
            (json!({"fields": [{"dimensions": 2147483648_i64}]}), wrong("2147483648", "Edm.Int32")),
            (json!({"fields": [{"synonymMaps": "m"}]}), node("PrimitiveValue", "synonymMaps", "StartArray")),
            (json!({"fields": [{"synonymMaps": [1]}]}), wrong("1", "Edm.String")),
            (
                json!({"fields": [{"synonymMaps": [null]}]}),
                "A null value was found with the expected type 'Edm.String[Nullable=False]'. The expected type \
                 'Edm.String[Nullable=False]' does not allow null values."
                    .to_owned(),
            ),
            (json!({"vectorSearch": 1}), node("PrimitiveValue", "vectorSearch", "StartObject")),
        ] {
            assert_eq!(refusal(body.clone(), &INDEX, V2026_04_01), Some(expected), "{body}");
        }
    }

    #[test]
    fn answers_leave_off_what_the_version_does_not_have() {
        let mut body = json!({"name": "i", "encryptionKey": {"keyVaultUri": "u", "identity": null}});
        let object = body.as_object_mut().unwrap();
        trim(object, &INDEX, V2026_04_01);
        assert!(object["encryptionKey"].as_object().unwrap().contains_key("identity"));
        trim(object, &INDEX, V2025_09_01);
        assert_eq!(body, json!({"name": "i", "encryptionKey": {"keyVaultUri": "u"}}));
    }
}
