//! JSON → action: what is accepted, and each refusal with its sentence.

use crate::document::{ActionKind, Document, DocumentError, Report, parse_action};
use crate::{GeoPoint, Value, index};

use super::{reread, schema, upload};

fn sentence(json: &str) -> String {
    parse_action(&schema(), json).expect_err(json).to_string()
}

fn value(path: &str, json: &str) -> Value {
    let schema = schema();
    let position = schema.fields.iter().position(|field| field.name == path).unwrap();
    upload(&schema, json).values.swap_remove(position)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

#[test]
fn the_action_may_stand_anywhere_and_is_upload_when_absent() {
    let cases = [
        (r#"{"id":"1"}"#, ActionKind::Upload),
        (r#"{"@search.action":"upload","id":"1"}"#, ActionKind::Upload),
        (r#"{"id":"1","@search.action":"merge"}"#, ActionKind::Merge),
        (r#"{"id":"1","@search.action":"mergeOrUpload","rating":1}"#, ActionKind::MergeOrUpload),
        (r#"{"id":"1","@search.action":"MERGEORUPLOAD"}"#, ActionKind::MergeOrUpload),
        (r#" { "id" : "1" , "@search.action" : "del\u0065te" } "#, ActionKind::Delete),
        (r#"{"@search.action":null,"id":"1"}"#, ActionKind::Upload),
    ];
    for (json, expected) in cases {
        let action = parse_action(&schema(), json).unwrap();
        assert_eq!((action.kind, action.key.as_str()), (expected, "1"), "{json}");
    }
}

#[test]
fn an_action_that_is_no_word_or_stands_twice_is_refused() {
    let node = |found| {
        format!(
            "An unexpected '{found}' node was found when reading from the JSON reader. A 'PrimitiveValue' node was \
             expected."
        )
    };
    let twice = "Multiple properties with the name '@search.action' were detected in a resource or a complex value. In \
                 OData, duplicate property names are not allowed.";
    for (action, expected) in [
        ("{}", node("StartObject")),
        (r#"["upload"]"#, node("StartArray")),
        ("5", "Cannot convert the literal '5' to the expected type 'Edm.String'.".to_owned()),
        (r#""\ud800""#, "Invalid JSON. A token was not recognized in the JSON content.".to_owned()),
        (r#""delete","@search.action":"upload""#, twice.to_owned()),
        (r#"null,"@search.action":"delete""#, twice.to_owned()),
    ] {
        assert_eq!(sentence(&format!(r#"{{"id":"1","@search.action":{action}}}"#)), expected, "{action}");
    }
}

#[test]
fn a_delete_is_read_for_its_key_only() {
    for json in [
        r#"{"@search.action":"delete","id":"1","rating":"bad","nope":{"x":[1]}}"#,
        r#"{"id":"1","rating":"bad","nope":1,"@search.action":"delete"}"#,
        r#"{"rating":1,"rating":2,"vector":[1],"id":"1","@search.action":"delete"}"#,
    ] {
        let action = parse_action(&schema(), json).unwrap();
        assert_eq!((action.kind, action.key.as_str()), (ActionKind::Delete, "1"), "{json}");
    }
    assert_eq!(
        sentence(r#"{"@search.action":"delete","rating":1}"#),
        "Document key cannot be missing or empty."
    );
    assert_eq!(
        sentence(r#"{"@search.action":"delete","id":5}"#),
        "Cannot convert the literal '5' to the expected type 'Edm.String'."
    );
}

#[test]
fn annotations_are_skipped() {
    let json = r#"{"@odata.context":"x","@search.score":1.5,"@search.highlights":{"name":["a"]},"id":"1",
        "tags@odata.type":"Collection(String)","tags":["a"],"address":{"@odata.type":"x","@search.action":"delete"}}"#;
    let action = parse_action(&schema(), json).unwrap();
    assert_eq!(action.kind, ActionKind::Upload);
    assert_eq!(value("tags", json), Value::Collection(vec![text("a")]));
}

#[test]
fn every_type_is_read() {
    let cases = [
        ("name", r#""Caf\u00e9 \"x\" \ud83d\ude00""#, text("Café \"x\" 😀")),
        ("rating", "-7", Value::Integer(-7)),
        ("visits", "9999999999999999", Value::Integer(9_999_999_999_999_999)),
        ("visits", "-9223372036854775808", Value::Integer(i64::MIN)),
        ("price", "2.5780268E-05", Value::Double(2.5780268e-5)),
        ("price", r#""-INF""#, Value::Double(f64::NEG_INFINITY)),
        ("open", "true", Value::Boolean(true)),
        ("renovated", r#""1970-01-01T00:00:00.5Z""#, Value::Date(500)),
        (
            "location",
            r#"{"type":"Point","coordinates":[-122.5,47]}"#,
            Value::Point(GeoPoint { longitude: -122.5, latitude: 47.0 }),
        ),
        ("tags", r#"["a","b"]"#, Value::Collection(vec![text("a"), text("b")])),
        ("years", "[1,2]", Value::Collection(vec![Value::Integer(1), Value::Integer(2)])),
        ("vector", "[0.5,-1,2]", Value::Vector(vec![0.5, -1.0, 2.0])),
        ("bits", "[0,255]", Value::Vector(vec![0.0, 255.0])),
        ("name", "null", Value::Null),
        ("tags", "null", Value::Collection(vec![])),
        ("rooms", "[]", Value::Collection(vec![])),
        ("vector", "null", Value::Null),
        ("address", "null", Value::Null),
    ];
    for (field, json, expected) in cases {
        assert_eq!(value(field, &format!(r#"{{"id":"1","{field}":{json}}}"#)), expected, "{field} {json}");
    }
}

#[test]
fn empty_objects_are_objects_of_nulls() {
    let country = Value::Null;
    let empty_address = Value::Complex(vec![Value::Null, Value::Null, country]);
    assert_eq!(value("address", r#"{"id":"1","address":{}}"#), empty_address);
    let none = || Value::Collection(vec![]);
    let empty_room = Value::Complex(vec![Value::Null, Value::Null, none(), Value::Null, none()]);
    assert_eq!(value("rooms", r#"{"id":"1","rooms":[{}]}"#), Value::Collection(vec![empty_room]));
    assert_eq!(value("address", r#"{"id":"1"}"#), Value::Null);
    assert_eq!(value("rooms", r#"{"id":"1"}"#), none());
}

#[test]
fn unknown_properties_are_refused() {
    let error = parse_action(&schema(), r#"{"id":"1","p":1}"#).unwrap_err();
    assert_eq!(
        error.sentence("2025-09-01"),
        "The property 'p' does not exist on type 'search.documentFields' or is not present in the API version \
         '2025-09-01'. Make sure to only use property names that are defined by the type."
    );
    assert_eq!(error.report(), Report::Reading);
    // wire.md has the first sentence; this one is quoted in azure-search-openai-demo#690 and #2718.
    let nested = "Cannot find nested property 'oids' on the resource type 'search.documentFields'.";
    assert_eq!(sentence(r#"{"id":"1","oids":["a"]}"#), nested);
    assert_eq!(sentence(r#"{"id":"1","oids": {"a":1}}"#), nested);
    assert_eq!(
        sentence(r#"{"id":"1","rooms":[{"beds":[{"Size":"x"}]}]}"#),
        "The property 'Size' does not exist on type 'search.complex.rooms.beds'. Make sure to only use property names \
         that are defined by the type."
    );
    assert_eq!(
        sentence(r#"{"id":"1","name":"a","name":null}"#),
        "Multiple properties with the name 'name' were detected in a resource or a complex value. In OData, duplicate \
         property names are not allowed."
    );
    assert!(sentence(r#"{"id":"1","name":null,"name":"a"}"#).starts_with("Multiple properties"));
}

#[test]
fn wrong_types_are_refused() {
    let cases = [
        ("name", "0", "Cannot convert the literal '0' to the expected type 'Edm.String'."),
        ("rating", r#""abc""#, "Cannot convert the literal 'abc' to the expected type 'Edm.Int32'."),
        ("rating", "2147483648", "Cannot convert the literal '2147483648' to the expected type 'Edm.Int32'."),
        (
            "visits",
            "9223372036854775808",
            "Cannot convert the literal '9.223372036854776E+18' to the expected type 'Edm.Int64'.",
        ),
        (
            "renovated",
            r#""2009-01-20T00:00:00""#,
            "Cannot convert the literal '2009-01-20T00:00:00' to the expected type 'Edm.DateTimeOffset'.",
        ),
        (
            "rating",
            "[1]",
            "An unexpected 'StartArray' node was found when reading from the JSON reader. A 'PrimitiveValue' node was expected.",
        ),
        (
            "rating",
            "{}",
            "An unexpected 'StartObject' node was found for property named 'rating' when reading from the JSON reader. A 'PrimitiveValue' node was expected.",
        ),
        (
            "location",
            "[1,2]",
            "An unexpected 'StartArray' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
        ),
        (
            "location",
            r#""POINT(1 2)""#,
            "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
        ),
        (
            "location",
            r#"{"type":"Point","coordinates":[0,91]}"#,
            "Invalid latitude coordinate 91. A latitude coordinate must be a value between -90.0 and +90.0 degrees.",
        ),
        (
            "tags",
            r#""a""#,
            "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartArray' node was expected.",
        ),
        (
            "tags",
            "{}",
            "An unexpected 'StartObject' node was found when reading from the JSON reader. A 'StartArray' node was expected.",
        ),
        (
            "tags",
            r#"["a",null]"#,
            "A null value was found with the expected type 'Edm.String[Nullable=False]'. The expected type 'Edm.String[Nullable=False]' does not allow null values.",
        ),
        (
            "tags",
            r#"[["a"]]"#,
            "An unexpected 'StartArray' node was found when reading from the JSON reader. A 'PrimitiveValue' node was expected.",
        ),
        (
            "address",
            r#""x""#,
            "A 'PrimitiveValue' node with non-null value was found when trying to read the value of the property 'address'; however, a 'StartArray' node, a 'StartObject' node, or a 'PrimitiveValue' node with null value was expected.",
        ),
        (
            "address",
            "[]",
            "A node of type 'StartArray' was read from the JSON reader when trying to read the contents of the property 'address'; however, a 'StartObject' node or 'PrimitiveValue' node with null value was expected.",
        ),
        (
            "rooms",
            "{}",
            "A node of type 'StartObject' was read from the JSON reader when trying to read the contents of the property 'rooms'; however, a 'StartArray' node was expected.",
        ),
        (
            "rooms",
            "[null]",
            "A null value was found with the expected type 'Edm.ComplexType[Nullable=False]'. The expected type 'Edm.ComplexType[Nullable=False]' does not allow null values.",
        ),
        (
            "rooms",
            "[1]",
            "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
        ),
        ("vector", r#"[1,"a",2]"#, "Cannot convert the literal 'a' to the expected type 'Edm.Single'."),
        (
            "vector",
            "[1,null,2]",
            "A null value was found with the expected type 'Edm.Single[Nullable=False]'. The expected type 'Edm.Single[Nullable=False]' does not allow null values.",
        ),
        (
            "vector",
            r#""a""#,
            "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartArray' node was expected.",
        ),
        ("small", "[1.5,2]", "Cannot convert the literal '1.5' to the expected type 'Edm.SByte'."),
        ("shorts", "[32768,0]", "Cannot convert the literal '32768' to the expected type 'Edm.Int16'."),
    ];
    for (field, json, expected) in cases {
        let error = parse_action(&schema(), &format!(r#"{{"id":"1","{field}":{json}}}"#)).unwrap_err();
        assert_eq!(error.to_string(), expected, "{field} {json}");
        assert_eq!(error.report(), Report::Reading, "{field} {json}");
    }
}

#[test]
fn what_is_no_object_or_no_json_is_refused() {
    assert_eq!(
        sentence(" [1]"),
        "An unexpected 'StartArray' node was found when reading from the JSON reader. A 'StartObject' node was expected."
    );
    for json in ["", "{", r#"{"id":"1"} x"#, r#"{"id":"\ud800"}"#, r#"{"id":"1","price":1e999}"#] {
        assert!(matches!(parse_action(&schema(), json), Err(DocumentError::Json { .. })), "{json}");
    }
    assert_eq!(
        sentence(r#"{"id":"\ud800"}"#),
        "Invalid JSON. A token was not recognized in the JSON content."
    );
}

#[test]
fn keys_are_checked() {
    let missing = "Document key cannot be missing or empty.";
    for json in ["{}", r#"{"id":""}"#, r#"{"id":null}"#] {
        let error = parse_action(&schema(), json).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.report()), (missing, Report::Checking), "{json}");
    }
    let error = parse_action(&schema(), r#"{"id":"a b"}"#).unwrap_err();
    assert_eq!(error.report(), Report::Name);
    assert_eq!(
        error.to_string(),
        "Invalid document key: 'a b'. Keys can only contain letters, digits, underscore (_), dash (-), or equal sign (=)."
    );
    assert_eq!(
        sentence(r#"{"id":"_a"}"#),
        "Invalid document key: '_a'. Keys cannot start with a leading underscore."
    );
    assert_eq!(
        sentence(r#"{"id":0}"#), // azure-search-vector-samples#149
        "Cannot convert the literal '0' to the expected type 'Edm.String'."
    );
}

#[test]
fn vectors_have_the_length_of_their_field() {
    let error = parse_action(&schema(), r#"{"id":"1","vector":[1,2]}"#).unwrap_err();
    assert_eq!(error.report(), Report::Checking);
    assert_eq!(
        error.to_string(),
        "There's a mismatch in vector dimensions. The vector field 'vector', with dimension of '3', expects a length of \
         '3'. However, the provided vector has a length of '2'. Please ensure that the vector length matches the expected \
         length of the vector field. Read the following documentation for more details: \
         https://learn.microsoft.com/en-us/azure/search/vector-search-how-to-configure-compression-storage."
    );
    // Sixteen bits are two bytes.
    assert!(
        sentence(r#"{"id":"1","bits":[1,2,3]}"#).contains("with dimension of '16', expects a length of '2'")
    );
    let half = parse_action(&schema(), r#"{"id":"1","hidden":[1,65506]}"#).unwrap_err();
    assert_eq!(half, DocumentError::HalfOutOfRange); // wire.md §5
    assert_eq!(half.report(), Report::Document);
}

#[test]
fn long_terms_fail_their_document() {
    let json = |field: &str, length: usize| format!(r#"{{"id":"1","{field}":"{}"}}"#, "x".repeat(length));
    let schema = schema();
    assert!(parse_action(&schema, &json("name", 32_766)).is_ok());
    let error = parse_action(&schema, &json("name", 32_767)).unwrap_err();
    assert_eq!(error, DocumentError::TermTooLong { field: "name".to_owned() });
    assert_eq!(error.report(), Report::Document);
    assert!(parse_action(&schema, &json("notes", 100_000)).is_ok()); // searchable only: no single term
    let in_collection = format!(r#"{{"id":"1","rooms":[{{"tags":["{}"]}}]}}"#, "x".repeat(32_767));
    assert_eq!(
        parse_action(&schema, &in_collection),
        Err(DocumentError::TermTooLong { field: "rooms/tags".to_owned() })
    );
}

#[test]
fn complex_collections_have_a_limit_together() {
    let json = |beds: usize| {
        let beds = vec!["{}"; beds].join(",");
        format!(r#"{{"id":"1","rooms":[{{}},{{"beds":[{beds}]}}]}}"#)
    };
    let schema = schema();
    assert!(parse_action(&schema, &json(2_998)).is_ok());
    let error = parse_action(&schema, &json(2_999)).unwrap_err();
    assert_eq!(
        error.to_string(), // MicrosoftDocs/azure-docs#119334
        "A collection in your document exceeds the maximum elements across all complex collections limit. The document \
         with key '1' has '3001' objects in collections (JSON arrays). At most '3000' objects are allowed to be in \
         collections across the entire document. Remove objects from collections and try indexing the document again."
    );
    let full = upload(&schema, &json(2_998));
    assert_eq!(full.check(&schema), Ok(()));
    let over = Document { values: full.values.iter().map(|value| doubled(value.clone())).collect() };
    assert_eq!(
        over.check(&schema),
        Err(DocumentError::TooManyElements { key: "1".to_owned(), found: 6_000 })
    );
}

/// A collection twice over.
fn doubled(value: Value) -> Value {
    if let Value::Collection(elements) = value {
        Value::Collection([elements.clone(), elements].concat())
    } else {
        value
    }
}

#[test]
fn errors_of_reading_come_first() {
    assert!(sentence(r#"{"vector":[1],"rating":"x"}"#).starts_with("Cannot convert the literal 'x'"));
    assert!(sentence(r#"{"vector":[1]}"#).starts_with("Document key"));
    assert!(sentence(r#"{"id":"1","hidden":[70000,1],"vector":[1]}"#).starts_with("There's a mismatch"));
}

#[test]
fn merges_follow_the_rules_of_each_kind_of_field() {
    let schema = schema();
    let stored = r#"{"id":"1","name":"a","rating":3,"tags":["x","y"],"address":{"street":"s","city":"c",
        "country":{"code":"US","languages":["en"]}},"rooms":[{"type":"t","rate":1}],"vector":[1,2,3]}"#;
    let cases = [
        // absent fields stay
        (r#"{"id":"1"}"#, stored),
        // null clears, collections are replaced as a whole
        (
            r#"{"id":"1","name":null,"tags":["z"],"rooms":[{"rate":2}],"vector":null}"#,
            r#"{"id":"1","rating":3,"tags":["z"],"address":{"street":"s","city":"c",
                "country":{"code":"US","languages":["en"]}},"rooms":[{"rate":2}]}"#,
        ),
        (
            r#"{"id":"1","tags":null,"rooms":[],"address":null}"#,
            r#"{"id":"1","name":"a","rating":3,"vector":[1,2,3]}"#,
        ),
        // complex values are merged member by member, at every depth
        (
            r#"{"id":"1","address":{"city":"d","country":{"languages":[]}}}"#,
            r#"{"id":"1","name":"a","rating":3,"tags":["x","y"],"address":{"street":"s","city":"d",
                "country":{"code":"US","languages":[]}},"rooms":[{"type":"t","rate":1}],"vector":[1,2,3]}"#,
        ),
        (
            r#"{"id":"1","address":{"street":null,"country":null}}"#,
            r#"{"id":"1","name":"a","rating":3,"tags":["x","y"],"address":{"city":"c"},
                "rooms":[{"type":"t","rate":1}],"vector":[1,2,3]}"#,
        ),
    ];
    for (merge, expected) in cases {
        let mut document = reread(&schema, &upload(&schema, stored));
        document.merge(&schema, parse_action(&schema, merge).unwrap().document);
        assert_eq!(document, upload(&schema, expected), "{merge}");
        assert_eq!(document.key(&schema), "1");
    }
}

#[test]
fn merging_into_a_null_complex_value_makes_an_object() {
    let schema = schema();
    let mut document = upload(&schema, r#"{"id":"1"}"#);
    document.merge(
        &schema,
        parse_action(&schema, r#"{"id":"1","address":{"country":{"code":"FR"}}}"#).unwrap().document,
    );
    assert_eq!(document, upload(&schema, r#"{"id":"1","address":{"country":{"code":"FR"}}}"#));
    document.merge(&schema, parse_action(&schema, r#"{"id":"1","address":{}}"#).unwrap().document);
    assert_eq!(document, upload(&schema, r#"{"id":"1","address":{"country":{"code":"FR"}}}"#));
}

/// Limits of analysis fail their document; what is stored already is read without them.
#[test]
fn texts_that_an_analyzer_refuses_fail_their_document() {
    let definition = serde_json::json!({
        "name": "refusing",
        "fields": [
            { "name": "id", "type": "Edm.String", "key": true },
            { "name": "whole", "type": "Edm.String", "analyzer": "keyword", "filterable": false, "sortable": false,
                "facetable": false },
            { "name": "slow", "type": "Edm.String", "analyzer": "slow", "filterable": false, "sortable": false,
                "facetable": false },
            { "name": "first", "type": "Edm.String", "searchable": false, "normalizer": "slow" },
        ],
        "analyzers": [
            { "@odata.type": "#Microsoft.Azure.Search.PatternAnalyzer", "name": "slow", "pattern": "(a*)*b" },
        ],
        "normalizers": [
            { "@odata.type": "#Microsoft.Azure.Search.CustomNormalizer", "name": "slow", "charFilters": ["slow"] },
        ],
        "charFilters": [
            { "@odata.type": "#Microsoft.Azure.Search.PatternReplaceCharFilter", "name": "slow", "pattern": "(a*)*b",
                "replacement": "" },
        ],
    });
    let definition = serde_json::from_value(definition).unwrap();
    let schema = index::bind(&definition, None, &index::Rules::default()).unwrap().schema;
    let refusal = |field: &str, text: &str| {
        let json = format!(r#"{{"id":"1","{field}":"{text}"}}"#);
        parse_action(&schema, &json).err().map(|error| (error.report(), error.to_string()))
    };
    assert_eq!(refusal("whole", &"x".repeat(32_766)), None);
    let (report, sentence) = refusal("whole", &"x".repeat(32_767)).unwrap();
    assert_eq!(report, Report::Document);
    assert!(
        sentence.starts_with("Field 'whole' contains a term that is too large to process."),
        "{sentence}"
    );
    for field in ["slow", "first"] {
        assert_eq!(refusal(field, "aab"), None);
        let sentence = format!(
            "Field '{field}' cannot be analyzed: a regular expression of the analyzer takes too long over the text."
        );
        assert_eq!(refusal(field, &"a".repeat(64)), Some((Report::Document, sentence)));
    }
}
