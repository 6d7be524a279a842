//! Records of every kind of source, mapped into an index with fields of every type; whatever comes out must be what an upload
//! takes.

use std::sync::Arc;

use lazuli_catalog::Schema;
use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::document::{ActionKind, parse_action};
use lazuli_catalog::index::{self, Rules};
use lazuli_wire::ApiVersion;
use lazuli_wire::indexes::Index;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::parse::Record;
use crate::source::{Item, ItemError};

use super::{Mapped, Mapping, token_encode};

fn schema(key: &str) -> Arc<Schema> {
    let definition = json!({"name": "hotels", "fields": [
        {"name": key, "type": "Edm.String", "key": true},
        {"name": "Name", "type": "Edm.String"},
        {"name": "open", "type": "Edm.Boolean"},
        {"name": "rating", "type": "Edm.Int32"},
        {"name": "visits", "type": "Edm.Int64"},
        {"name": "price", "type": "Edm.Double"},
        {"name": "renovated", "type": "Edm.DateTimeOffset"},
        {"name": "location", "type": "Edm.GeographyPoint"},
        {"name": "tags", "type": "Collection(Edm.String)"},
        {"name": "years", "type": "Collection(Edm.Int32)"},
        {"name": "address", "type": "Edm.ComplexType", "fields": [
            {"name": "city", "type": "Edm.String"}, {"name": "floors", "type": "Edm.Int32"}]},
        {"name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [{"name": "rate", "type": "Edm.Double"}]},
        {"name": "embedding", "type": "Collection(Edm.Single)", "searchable": true, "dimensions": 2,
         "vectorSearchProfile": "p"},
    ], "vectorSearch": {"algorithms": [{"name": "a", "kind": "hnsw"}], "profiles": [{"name": "p", "algorithm": "a"}]}});
    let definition = Index::parse(definition.to_string().as_bytes(), ApiVersion::NEWEST).unwrap();
    Arc::new(index::bind(&definition, None, &Rules::default()).unwrap().schema)
}

/// An indexer with these members beside its data source.
fn mapping(source_type: SourceType, members: Value, key: &str) -> Result<Mapping, String> {
    let mut indexer = members;
    indexer["dataSourceName"] = json!("ds");
    let indexer = serde_json::from_value(indexer).unwrap();
    Mapping::bind(&indexer, source_type, &schema(key)).map_err(|error| error.to_string())
}

fn row(fields: Value) -> Record {
    Record::row("row".into(), fields.as_object().unwrap().clone())
}

fn blob(fields: Value, ordinal: Option<u64>) -> Record {
    let item = json!({"metadata_storage_path": "https://a/c/b1.json", "metadata_storage_name": "b1.json"});
    let item = Arc::new(item.as_object().unwrap().clone());
    Record { source: "https://a/c/b1.json".into(), item, ordinal, ..row(fields) }
}

/// The action as JSON, which an upload has to take.
fn action_of(key: &str, mapped: &Mapped) -> Value {
    let parsed = parse_action(&schema(key), &mapped.action);
    assert_eq!(parsed.map(|action| action.key), Ok(mapped.key.clone()), "{}", mapped.action);
    serde_json::from_str(&mapped.action).unwrap()
}

fn sql() -> Mapping {
    mapping(SourceType::AzureSql, json!({}), "id").unwrap()
}

fn check(mapping: &Mapping, record: &Record, expected: Value) {
    let mapped = mapping.document(record, ActionKind::MergeOrUpload).unwrap();
    let mut action = action_of("id", &mapped);
    assert_eq!(action["@search.action"], "mergeOrUpload");
    action.as_object_mut().unwrap().shift_remove("@search.action");
    assert_eq!(action, expected);
}

#[test]
fn a_mapping_from_within_a_field_leaves_the_field_alone() {
    let members = json!({"fieldMappings": [{"sourceFieldName": "/tags/0", "targetFieldName": "Name"},
                                           {"sourceFieldName": "/address/floors", "targetFieldName": "rating"}]});
    let mapping = mapping(SourceType::AzureSql, members, "id").unwrap();
    let record = row(json!({"id": "1", "tags": ["a", "b"], "address": {"city": "Oslo", "floors": 3}}));
    let expected = json!({"id": "1", "Name": "a", "rating": 3, "tags": ["a", "b"],
                          "address": {"city": "Oslo", "floors": 3}});
    check(&mapping, &record, expected);
}

#[test]
fn decimals_as_text_keep_their_digits_and_are_numbers_where_they_have_to_be() {
    check(&sql(), &row(json!({"id": "1", "Name": "1.50"})), json!({"id": "1", "Name": "1.50"}));
    check(&sql(), &row(json!({"id": "1", "rating": "100.00"})), json!({"id": "1", "rating": 100}));
    check(&sql(), &row(json!({"id": "1", "price": "1.50"})), json!({"id": "1", "price": 1.5}));
    assert!(error(&sql(), &row(json!({"id": "1", "rating": "1.50"}))).details.is_some());
}

fn error(mapping: &Mapping, record: &Record) -> ItemError {
    mapping.document(record, ActionKind::MergeOrUpload).unwrap_err()
}

#[test]
fn fields_of_the_same_name_are_filled() {
    let record = row(json!({"ID": "1", "name": "x", "unknown": 1, "Rating": 4, "location": null}));
    check(&sql(), &record, json!({"id": "1", "Name": "x", "rating": 4, "location": null}));
}

#[test]
fn null_clears_only_where_it_is_not_nothing() {
    let cosmos = mapping(SourceType::CosmosDb, json!({}), "id").unwrap();
    check(&cosmos, &row(json!({"id": "1", "Name": null})), json!({"id": "1"}));
    check(&sql(), &row(json!({"id": "1", "Name": null})), json!({"id": "1", "Name": null}));
    let renamed = json!({"fieldMappings": [{"sourceFieldName": "n", "targetFieldName": "Name"}]});
    let renamed = mapping(SourceType::MySql, renamed, "id").unwrap();
    check(&renamed, &row(json!({"id": "1", "n": null})), json!({"id": "1", "Name": null}));
    check(&renamed, &row(json!({"id": "1"})), json!({"id": "1"}));
}

#[test]
fn values_become_the_type_of_their_field() {
    let point = json!({"type": "Point", "coordinates": [-122.1, 47.6]});
    let cases = [
        ("Name", json!(5), json!("5")),
        ("Name", json!(5.0), json!("5")),
        ("Name", json!(2.5), json!("2.5")),
        ("Name", json!(true), json!("True")),
        ("open", json!("TRUE"), json!(true)),
        ("rating", json!("42"), json!(42)),
        ("rating", json!(4.0), json!(4)),
        ("rating", json!(""), json!(null)),
        ("visits", json!("9007199254740993"), json!(9_007_199_254_740_993_i64)),
        ("price", json!("12.5"), json!(12.5)),
        ("price", json!(3), json!(3)),
        ("price", json!("NaN"), json!("NaN")),
        ("renovated", json!("2016-01-12"), json!("2016-01-12T00:00:00Z")),
        ("renovated", json!("2016-01-12T14:30:05.1234567+01:00"), json!("2016-01-12T13:30:05.123Z")),
        ("location", point.clone(), point.clone()),
        ("location", json!(point.to_string()), point.clone()),
        ("location", json!(" "), json!(null)),
        ("tags", json!(["a", 1]), json!(["a", "1"])),
        ("tags", json!(r#"["red", "white"]"#), json!(["red", "white"])),
        ("tags", json!(""), json!([])),
        ("years", json!(["1970", 1999]), json!([1970, 1999])),
        (
            "address",
            json!({"City": "Paris", "floors": "3", "other": 1, "x": null}),
            json!({"city": "Paris", "floors": 3}),
        ),
        ("address", json!(r#"{"city":"Paris"}"#), json!({"city": "Paris"})),
        ("rooms", json!([{"rate": "9.5"}, {}]), json!([{"rate": 9.5}, {}])),
        ("rooms", json!(r#"[{"rate":1}]"#), json!([{"rate": 1}])),
        ("embedding", json!([0.5, 1]), json!([0.5, 1])),
        ("embedding", json!("[0.5, 1]"), json!([0.5, 1])),
    ];
    for (name, value, expected) in cases {
        check(&sql(), &row(json!({"id": "1", name: value})), json!({"id": "1", name: expected}));
    }
}

#[test]
fn values_that_do_not_fit_are_refused_with_the_indexers_sentence() {
    let of_type = |field: &str, found: &str, expected: &str| {
        format!(
            "The data field '{field}' in the document with key '888' has an invalid value 'of type '{found}''. The \
             expected type was '{expected}'."
        )
    };
    let cases = [
        ("tags", json!("red"), of_type("tags", "Edm.String", "Collection(Edm.String)")),
        ("tags", json!([{}]), of_type("tags", "Edm.ComplexType", "Collection(Edm.String)")),
        ("tags", json!([null]), of_type("tags", "null", "Collection(Edm.String)")),
        ("Name", json!(["a"]), of_type("Name", "Collection(Edm.String)", "Edm.String")),
        ("Name", json!({"a": 1}), of_type("Name", "Edm.ComplexType", "Edm.String")),
        ("rating", json!("four"), of_type("rating", "Edm.String", "Edm.Int32")),
        ("rating", json!(4.5), of_type("rating", "Edm.Double", "Edm.Int32")),
        ("rating", json!(3_000_000_000_u64), of_type("rating", "Edm.Int64", "Edm.Int32")),
        ("open", json!(1), of_type("open", "Edm.Int64", "Edm.Boolean")),
        ("renovated", json!("soon"), of_type("renovated", "Edm.String", "Edm.DateTimeOffset")),
        ("address", json!(5), of_type("address", "Edm.Int64", "Edm.ComplexType")),
        ("address", json!({"floors": true}), of_type("address/floors", "Edm.Boolean", "Edm.Int32")),
        ("rooms", json!({}), of_type("rooms", "Edm.ComplexType", "Collection(Edm.ComplexType)")),
        (
            "location",
            json!("POINT (-122.1 47.6)"),
            "WKT POINT string literals are not supported. Use GeoJson point literals instead".to_owned(),
        ),
        (
            "embedding",
            json!([1]),
            "The data field 'embedding' in the document with key '888' has an invalid value. The vector has '1' \
             components. Expected were '2'."
                .to_owned(),
        ),
        (
            "location",
            json!({"type": "Point", "coordinates": [0, 90.5]}),
            "The data field 'location' in the document with key '888' has an invalid value. Invalid latitude coordinate \
             90.5. A latitude coordinate must be a value between -90.0 and +90.0 degrees."
                .to_owned(),
        ),
    ];
    for (name, value, expected) in cases {
        let error = error(&sql(), &row(json!({"id": "888", name: value})));
        assert_eq!(error.details.as_deref(), Some(expected.as_str()));
        assert_eq!(
            error.message,
            "Could not index document because some of the document's data was not valid"
        );
        assert_eq!((error.id.as_str(), error.status), ("888", 400));
        assert_eq!(error.name, "Projection.SearchIndex.MergeOrUpload.hotels");
    }
    let error = error(&sql(), &row(json!({"id": "888", "tags": "[1,"})));
    let details = error.details.unwrap();
    assert!(
        details.starts_with(
            "Could not parse value 'of type 'Edm.String'' of field 'tags' as a JSON array. Error:'"
        ),
        "{details}"
    );
}

#[test]
fn mappings_name_sources_and_targets() {
    let mappings = json!({"fieldMappings": [
        {"sourceFieldName": "HotelId", "targetFieldName": "ID"},
        {"sourceFieldName": "/article/tags/0", "targetFieldName": "Name"},
        {"sourceFieldName": "colours", "targetFieldName": "tags", "mappingFunction": {"name": "jsonArrayToStringCollection"}},
        {"sourceFieldName": "place", "targetFieldName": "address", "mappingFunction": {"name": "toJson"}},
        {"sourceFieldName": "/missing/x", "targetFieldName": "rating"},
        {"sourceFieldName": "visits", "targetFieldName": "price"},
    ]});
    let mapping = mapping(SourceType::AzureSql, mappings, "id").unwrap();
    let record = row(json!({
        "hotelid": "7", "id": "not the key", "article": {"tags": ["t"]}, "name": "not the name", "colours": "[\"red\"]",
        "place": "{\"city\":\"Rome\"}", "visits": 3,
    }));
    let expected = json!({"id": "7", "Name": "t", "price": 3, "tags": ["red"], "address": {"city": "Rome"}});
    check(&mapping, &record, expected);
}

#[test]
fn mappings_that_cannot_be_are_refused() {
    let bind = |members: Value| mapping(SourceType::AzureBlob, members, "id").map(|_| ()).unwrap_err();
    let field = |source: &str, target: Value| json!([{"sourceFieldName": source, "targetFieldName": target}]);
    assert_eq!(
        bind(json!({"fieldMappings": field("city", json!("Address/city"))})),
        "Field mapping specifies target field 'Address/city' that doesn't exist in the index"
    );
    assert_eq!(
        bind(json!({"fieldMappings": field("city", json!(null))})),
        "Field mapping specifies target field 'city' that doesn't exist in the index"
    );
    assert_eq!(
        bind(json!({"outputFieldMappings": field("/document/x", json!("x"))})),
        "Output field mapping specifies target field 'x' that doesn't exist in the index"
    );
    assert_eq!(
        bind(json!({"outputFieldMappings": field("x", json!("Name"))})),
        "The source 'x' of an output field mapping must be a path that begins with '/document/'."
    );
}

#[test]
fn keys_that_are_paths_lead_back_to_their_items() {
    let path = "https://a.example/c/b1.json";
    let key_from = |source: &str, function: Value| {
        let key = json!([{"sourceFieldName": source, "targetFieldName": "id", "mappingFunction": function}]);
        mapping(SourceType::AzureBlob, json!({"fieldMappings": key}), "id").unwrap()
    };
    let default = mapping(SourceType::AzureBlob, json!({}), "id").unwrap();
    let encoded = token_encode(path.as_bytes());
    let encoded_row = token_encode(format!("{path};12").as_bytes());
    let plain = json!({"name": "base64Encode", "parameters": {"useHttpServerUtilityUrlTokenEncode": false}});
    let is_path = |path: &str| Some(Some(path.to_owned()));
    for (mapping, key, has_many, expected) in [
        (&default, encoded.as_str(), false, is_path(path)),
        (&default, encoded_row.as_str(), true, is_path(path)),
        (&default, encoded.as_str(), true, Some(None)),
        (&default, "*", false, Some(None)),
        (
            &key_from("metadata_storage_path", json!({"name": "base64Encode"})),
            encoded.as_str(),
            false,
            is_path(path),
        ),
        (
            &key_from("metadata_storage_path", plain),
            encoded.trim_end_matches(['0', '1', '2']),
            false,
            is_path(path),
        ),
        (
            &key_from("AzureSearch_DocumentKey", json!({"name": "base64Encode"})),
            encoded_row.as_str(),
            true,
            is_path(path),
        ),
        (&key_from("metadata_storage_path", json!(null)), "plain", false, is_path("plain")),
        (&key_from("metadata_storage_path", json!({"name": "fixedLengthEncode"})), "x", false, None),
        (&key_from("metadata_storage_name", json!({"name": "base64Encode"})), encoded.as_str(), false, None),
        (&mapping(SourceType::CosmosDb, json!({}), "id").unwrap(), encoded.as_str(), false, None),
    ] {
        assert_eq!(mapping.item_of_key(key, has_many), expected, "{key}");
    }
}

#[test]
fn functions_that_fail_say_so() {
    let decode = json!({"fieldMappings": [
        {"sourceFieldName": "x", "targetFieldName": "Name", "mappingFunction": {"name": "base64Decode"}}]});
    let mapping = mapping(SourceType::AzureSql, decode, "id").unwrap();
    let error = error(&mapping, &row(json!({"id": "1", "x": "!"})));
    assert_eq!(error.message, "Could not parse document");
    let expected = "Could not apply mapping function 'base64Decode' to field 'x'. Array cannot be null. Parameter name: bytes";
    assert_eq!(error.details.as_deref(), Some(expected));
    assert_eq!(error.name, "DocumentExtraction.azuresql.ds");
    check(&mapping, &row(json!({"id": "1", "x": "YQ2"})), json!({"id": "1", "Name": "a"}));
}

fn check_key(
    source_type: SourceType,
    members: Value,
    field: &str,
    record: &Record,
    expected: Result<&str, &str>,
) {
    let mapping = mapping(source_type, members, field).unwrap();
    let key = mapping.document(record, ActionKind::Upload);
    let key = key.map(|mapped| {
        assert_eq!(action_of(field, &mapped)[field], mapped.key);
        mapped.key
    });
    let expected = expected.map(str::to_owned).map_err(str::to_owned);
    assert_eq!(key.map_err(|error| error.details.unwrap_or_default()), expected, "{field} of {record:?}");
}

#[test]
fn keys_come_from_the_source() {
    use SourceType::{AzureBlob, AzureSql, AzureTable, CosmosDb, Files};
    let none = || json!({});
    let path = "aHR0cHM6Ly9hL2MvYjEuanNvbg2"; // https://a/c/b1.json
    let first = "aHR0cHM6Ly9hL2MvYjEuanNvbjsx0"; // …;1
    check_key(AzureBlob, none(), "id", &blob(json!({}), None), Ok(path));
    check_key(AzureBlob, none(), "metadata_storage_path", &blob(json!({}), None), Ok(path));
    check_key(AzureBlob, none(), "id", &blob(json!({}), Some(1)), Ok(first));
    check_key(Files, none(), "id", &blob(json!({"a": 1}), Some(1)), Ok(first));
    check_key(AzureBlob, none(), "id", &blob(json!({"Id": "own"}), Some(1)), Ok("own"));
    check_key(AzureBlob, none(), "id", &blob(json!({"Id": 5}), None), Ok("5"));
    let named = json!({"fieldMappings": [{"sourceFieldName": "metadata_storage_name", "targetFieldName": "id",
        "mappingFunction": {"name": "base64Encode"}}]});
    check_key(AzureBlob, named, "id", &blob(json!({"id": "own"}), None), Ok("YjEuanNvbg2"));
    let synthetic = json!({"fieldMappings": [{"sourceFieldName": "AzureSearch_DocumentKey", "targetFieldName": "id",
        "mappingFunction": {"name": "base64Encode"}}]});
    check_key(AzureBlob, synthetic, "id", &blob(json!({"id": "own"}), Some(1)), Ok(first));
    check_key(AzureTable, none(), "Key", &row(json!({"Key": "11_123"})), Ok("11_123"));
    check_key(
        AzureTable,
        none(),
        "id",
        &row(json!({"Key": "1"})),
        Err("Document key cannot be missing or empty"),
    );
    check_key(CosmosDb, none(), "id", &row(json!({"id": "x", "rid": "a+=="})), Ok("x"));
    check_key(CosmosDb, none(), "key", &row(json!({"id": "x", "rid": "a+=="})), Ok("YSs9PQ2"));
    check_key(CosmosDb, none(), "rid", &row(json!({"rid": "a+=="})), Ok("YSs9PQ2"));
    check_key(AzureSql, none(), "id", &row(json!({"ID": 17})), Ok("17"));
}

#[test]
fn keys_are_encoded_once() {
    let encode = || json!({"parameters": {"base64EncodeKeys": true}});
    check_key(SourceType::AzureSql, encode(), "id", &row(json!({"id": "a/b"})), Ok("YS9i0"));
    let path = "aHR0cHM6Ly9hL2MvYjEuanNvbg2";
    check_key(SourceType::AzureBlob, encode(), "id", &blob(json!({}), None), Ok(path));
    let mut both = encode();
    both["fieldMappings"] = json!([{"sourceFieldName": "id", "mappingFunction": {"name": "base64Encode"}}]);
    check_key(SourceType::AzureSql, both, "id", &row(json!({"id": "a/b"})), Ok("YS9i0"));
}

#[test]
fn keys_are_checked() {
    let check = |key: Value, expected| {
        check_key(SourceType::AzureSql, json!({}), "id", &row(json!({"id": key})), Err(expected));
    };
    check(json!(null), "Document key cannot be missing or empty");
    check(json!(""), "Document key cannot be missing or empty");
    check(json!({}), "Document key cannot be missing or empty");
    check(
        json!("a/b"),
        "Invalid document key. Keys can only contain letters, digits, underscore (_), dash (-), or equal sign (=). ",
    );
    check(json!("_a"), "Invalid document key. Keys cannot start with a leading underscore.");
    check(json!("a".repeat(1025)), "Document key cannot be longer than 1024 characters");
    let error = error(&sql(), &row(json!({})));
    assert_eq!((error.message.as_str(), error.id.as_str()), ("Could not parse document", "row"));
    assert_eq!(error.name, "DocumentExtraction.azuresql.ds");
}

#[test]
fn documents_are_deleted_by_the_key_of_their_item() {
    let item = |fields: Value| Item {
        id: "x".to_owned(),
        fields: fields.as_object().unwrap().clone(),
        content: None,
    };
    let deleted = sql().deletion(&item(json!({"id": "1", "rating": "not read"}))).unwrap();
    assert_eq!(deleted.action, r#"{"@search.action":"delete","id":"1"}"#);
    let blobs = mapping(SourceType::AzureBlob, json!({}), "id").unwrap();
    let blob = item(json!({"metadata_storage_path": "https://a/c/b1.json"}));
    assert_eq!(blobs.key(&blob, None).unwrap(), "aHR0cHM6Ly9hL2MvYjEuanNvbg2");
    assert_eq!(blobs.key(&blob, Some(1)).unwrap(), "aHR0cHM6Ly9hL2MvYjEuanNvbjsx0");
    assert!(sql().deletion(&item(json!({}))).is_err());
}

#[test]
fn output_mappings_flatten_without_a_skillset() {
    let mappings = json!({"outputFieldMappings": [
        {"sourceFieldName": "/document/colors/*/name", "targetFieldName": "tags"},
        {"sourceFieldName": "/document/vector/*", "targetFieldName": "embedding"},
        {"sourceFieldName": "/document/nothing", "targetFieldName": "Name"},
    ]});
    let mapping = mapping(SourceType::CosmosDb, mappings, "id").unwrap();
    let record = row(
        json!({"id": "1", "name": "not by name", "colors": [{"name": "red"}, {"name": "blue"}], "vector": [1, 2]}),
    );
    check(&mapping, &record, json!({"id": "1", "tags": ["red", "blue"], "embedding": [1, 2]}));
    let mapped = mapping.document(&record, ActionKind::MergeOrUpload).unwrap();
    let [warning] = mapped.warnings.as_slice() else { panic!("{:?}", mapped.warnings) };
    assert_eq!(
        warning.message,
        "Could not map output field 'Name' to search index. Check the 'outputFieldMappings' property of your indexer."
    );
    assert_eq!(warning.details.as_deref(), Some("Missing value '/document/nothing'."));
    assert_eq!(warning.name.as_deref(), Some("Projection.SearchIndex.OutputFieldMapping.Name"));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[\\[\\]{}\":,0-9a-zT/ +-]{0,12}".prop_map(Value::from),
        Just(json!({"type": "Point", "coordinates": [1, 2, null]})),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let names =
            prop_oneof![Just("city"), Just("floors"), Just("rate"), Just("type"), Just("coordinates")];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            proptest::collection::vec((names, inner), 0..3).prop_map(|members| Value::Object(
                members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            )),
        ]
    })
}

proptest! {
    /// Whatever a source delivers is refused here, or an upload takes it.
    #[test]
    fn what_is_mapped_can_be_written(values in proptest::collection::vec(any_value(), 12)) {
        let schema = schema("id");
        let mut fields = json!({"id": "1"});
        for (field, value) in schema.fields.iter().skip(1).zip(values) {
            fields[field.name.as_str()] = value;
        }
        for name in schema.fields.iter().skip(1).map(|field| field.name.clone()) {
            let one = row(json!({"id": "1", name.as_str(): fields[name.as_str()]}));
            if let Ok(mapped) = sql().document(&one, ActionKind::Upload) {
                let parsed = parse_action(&schema, &mapped.action);
                prop_assert!(parsed.is_ok(), "{}: {:?}", mapped.action, parsed);
            }
        }
    }
}
