//! Documents as answers show them: spelling of values (`wire.md` §2, `query.md` §8.1) and `$select` (`query.md` §2.3).

use crate::document::{Projection, SelectError, decode, encode, render};
use crate::{FieldId, FieldType, Schema, VectorType, index};

use super::{rendered, reread, schema, upload};

/// One field of an uploaded document, as it is returned.
fn shown(field: &str, json: &str) -> String {
    let schema = schema();
    let document = upload(&schema, &format!(r#"{{"id":"1","{field}":{json}}}"#));
    let text = rendered(&schema, &document, &Projection::select(&schema, &[field]).unwrap());
    let prefix = format!(r#"{{"{field}":"#);
    text.strip_prefix(&prefix).and_then(|text| text.strip_suffix('}')).unwrap().to_owned()
}

#[test]
fn values_have_the_services_spelling() {
    let point = |longitude: &str, latitude: &str| {
        format!(
            r#"{{"type":"Point","coordinates":[{longitude},{latitude}],"crs":{{"type":"name","properties":{{"name":"EPSG:4326"}}}}}}"#
        )
    };
    let two_points = format!("[{},{}]", point("1.0", "2.0"), point("180.0", "-90.0"));
    let cases = [
        ("name", r#""""#, r#""""#),
        (
            "name",
            r#""\u00f4 \u2028 \/ <&' \" \\ \n\r\t\b\f\u0001\u007f""#,
            "\"ô \u{2028} / <&' \\\" \\\\ \\n\\r\\t\\b\\f\\u0001\u{7f}\"",
        ),
        ("name", "null", "null"),
        ("rating", "-2147483648", "-2147483648"),
        ("visits", "9999999999999999", "9999999999999999"),
        ("price", "0", "0.0"),
        ("price", "5.80", "5.8"),
        ("price", "1.7976931348623157E+308", "1.7976931348623157E+308"),
        ("price", "4.94065645841247E-324", "5E-324"),
        ("price", r#""-Infinity""#, r#""-INF""#),
        ("price", r#""Infinity""#, r#""INF""#),
        ("price", r#""NaN""#, r#""NaN""#),
        ("open", "false", "false"),
        ("renovated", r#""2017-01-13T14:03:00.7552052-07:00""#, r#""2017-01-13T21:03:00.755Z""#),
        ("renovated", r#""2010-01-01T00:00-08:00""#, r#""2010-01-01T08:00:00Z""#),
        (
            "location",
            r#"{"type":"Point","coordinates":[-122.131577,47.678581]}"#,
            &point("-122.131577", "47.678581"),
        ),
        (
            "corners",
            r#"[{"type":"Point","coordinates":[1,2]},{"coordinates":[180,-90],"type":"Point"}]"#,
            &two_points,
        ),
        ("tags", r#"["a","b"]"#, r#"["a","b"]"#),
        ("tags", "null", "[]"),
        ("prices", r#"[1,"NaN"]"#, r#"[1.0,"NaN"]"#),
        ("events", r#"["2000-01-01T00:00Z"]"#, r#"["2000-01-01T00:00:00Z"]"#),
        ("address", "null", "null"),
        ("address", "{}", r#"{"street":null,"city":null,"country":null}"#),
        (
            "address",
            r#"{"country":{},"city":"c"}"#,
            r#"{"street":null,"city":"c","country":{"code":null,"languages":[]}}"#,
        ),
        ("rooms", "[]", "[]"),
        ("rooms", "[{}]", r#"[{"type":null,"rate":null,"tags":[],"beds":[]}]"#), // not `internal`: it is hidden
        (
            "rooms",
            r#"[{"beds":[{},{"width":3}],"internal":1,"rate":2}]"#,
            r#"[{"type":null,"rate":2.0,"tags":[],"beds":[{"size":null,"width":null},{"size":null,"width":3}]}]"#,
        ),
        ("vector", "[0.1,-1,2.5780268e-05]", "[0.1,-1.0,2.5780268E-05]"),
        ("vector", "null", "null"),
        ("small", "[-128,127]", "[-128,127]"),
        ("bits", "[0,255]", "[0,255]"),
        ("shorts", "[-32768,7]", "[-32768,7]"),
    ];
    for (field, sent, expected) in cases {
        assert_eq!(shown(field, sent), expected, "{field} {sent}");
    }
}

#[test]
fn an_answer_shows_all_retrievable_fields_in_the_order_of_the_definition() {
    let schema = schema();
    let document = upload(&schema, r#"{"rating":4,"secret":"s","id":"1","vector":[1,2,3],"hidden":[1,2]}"#);
    let expected = r#"{"id":"1","name":null,"notes":null,"rating":4,"visits":null,"price":null,"open":null,"renovated":null,"location":null,"tags":[],"prices":[],"years":[],"events":[],"corners":[],"address":null,"rooms":[],"vector":[1.0,2.0,3.0],"small":null,"bits":null,"shorts":null}"#;
    assert_eq!(rendered(&schema, &document, &Projection::all(&schema)), expected);
    assert_eq!(Projection::select(&schema, &[" * "]), Ok(Projection::all(&schema)));
    assert_eq!(Projection::select(&schema, &["name", "*"]), Ok(Projection::all(&schema)));
}

#[test]
fn select_takes_fields_parts_of_them_and_unions() {
    let schema = schema();
    let document = upload(
        &schema,
        r#"{"id":"1","name":"n","address":{"street":"s","city":"c","country":{"code":"US"}},
            "rooms":[{"type":"a","rate":1,"beds":[{"size":"x","width":2}]},{}]}"#,
    );
    let address = r#"{"street":"s","city":"c","country":{"code":"US","languages":[]}}"#;
    let cases: [(&[&str], String); 9] = [
        (&["name", "id"], r#"{"id":"1","name":"n"}"#.to_owned()),
        (&[" name ", "name"], r#"{"name":"n"}"#.to_owned()),
        (&["address"], format!(r#"{{"address":{address}}}"#)),
        (&["address/city"], r#"{"address":{"city":"c"}}"#.to_owned()),
        (
            &["address/country/code", "address/street"],
            r#"{"address":{"street":"s","country":{"code":"US"}}}"#.to_owned(),
        ),
        (&["address/city", "address"], format!(r#"{{"address":{address}}}"#)),
        (&["rooms/type"], r#"{"rooms":[{"type":"a"},{"type":null}]}"#.to_owned()),
        (&["rooms/beds/width"], r#"{"rooms":[{"beds":[{"width":2}]},{"beds":[]}]}"#.to_owned()),
        (
            &["rooms/rate", "rooms/beds"],
            r#"{"rooms":[{"rate":1.0,"beds":[{"size":"x","width":2}]},{"rate":null,"beds":[]}]}"#.to_owned(),
        ),
    ];
    for (paths, expected) in cases {
        let projection = Projection::select(&schema, paths).unwrap();
        assert_eq!(rendered(&schema, &document, &projection), expected, "{paths:?}");
    }
    let bare = upload(&schema, r#"{"id":"1"}"#);
    let projection = Projection::select(&schema, &["address/city", "rooms/type"]).unwrap();
    assert_eq!(rendered(&schema, &bare, &projection), r#"{"address":null,"rooms":[]}"#); // wire.md §3
}

#[test]
fn select_refuses_what_is_not_there_or_not_shown() {
    let schema = schema();
    let sentence = |path: &str| Projection::select(&schema, &["id", path]).unwrap_err().to_string();
    assert_eq!(sentence("url"), "Could not find a property named 'url' on type 'search.document'.");
    assert_eq!(sentence("Name"), "Could not find a property named 'Name' on type 'search.document'.");
    assert_eq!(sentence(""), "Could not find a property named '' on type 'search.document'.");
    assert_eq!(
        sentence("rooms/beds/x"),
        "Could not find a property named 'x' on type 'search.complex.rooms.beds'."
    );
    assert_eq!(sentence("name/x"), "Could not find a property named 'x' on type 'Edm.String'.");
    assert_eq!(
        Projection::select(&schema, &["rooms/internal"]),
        Err(SelectError::NotRetrievable { path: "rooms/internal".to_owned() })
    );
    assert_eq!(
        sentence("hidden"),
        "'hidden' is not a retrievable field. Only retrievable fields can be used in $select."
    );
}

#[test]
fn fields_added_later_are_null_in_older_documents() {
    let definition =
        |fields| serde_json::from_value(serde_json::json!({ "name": "hotels", "fields": fields })).unwrap();
    let first = definition(serde_json::json!([
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "box", "type": "Edm.ComplexType", "fields": [{ "name": "a", "type": "Edm.String" }] },
        { "name": "list", "type": "Collection(Edm.ComplexType)", "fields": [{ "name": "a", "type": "Edm.String" }] },
    ]));
    let first = index::bind(&first, None, &index::Rules::default()).unwrap();
    let second = definition(serde_json::json!([
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "new", "type": "Collection(Edm.Int32)" },
        { "name": "box", "type": "Edm.ComplexType", "fields": [
            { "name": "b", "type": "Collection(Edm.String)" },
            { "name": "a", "type": "Edm.String" },
        ] },
        { "name": "list", "type": "Collection(Edm.ComplexType)", "fields": [
            { "name": "a", "type": "Edm.String" },
            { "name": "c", "type": "Edm.ComplexType", "fields": [{ "name": "d", "type": "Edm.Int32" }] },
        ] },
    ]));
    let existing = index::Existing { schema: &first.schema, definition: &first.definition };
    let grown = index::bind(&second, Some(existing), &index::Rules::default()).unwrap().schema;
    let stored =
        encode(&first.schema, &upload(&first.schema, r#"{"id":"1","box":{"a":"x"},"list":[{"a":"y"},{}]}"#));
    let mut out = Vec::new();
    render(&grown, &stored.body, None, &Projection::all(&grown), &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        r#""id":"1","new":[],"box":{"b":[],"a":"x"},"list":[{"a":"y","c":null},{"a":null,"c":null}]"#
    );
    let decoded = decode(&grown, &stored.body, None).unwrap();
    assert_eq!(decoded, upload(&grown, r#"{"id":"1","box":{"a":"x"},"list":[{"a":"y"},{}]}"#));
}

/// The hotel with a retrievable vector of two components in each room, which definitions cannot have yet.
fn with_room_vectors() -> Schema {
    let mut schema = schema();
    let rooms = schema.fields.iter_mut().find(|field| field.name == "rooms").unwrap();
    let mut vector = rooms.fields[0].clone();
    vector.id = FieldId(1000);
    vector.name = "embedding".to_owned();
    vector.path = "rooms/embedding".to_owned();
    vector.field_type = FieldType::Vector(VectorType::Single);
    vector.dimensions = Some(2);
    vector.collection = false;
    rooms.fields.insert(1, vector);
    rooms.fields.retain(|field| field.retrievable);
    schema
}

#[test]
fn vectors_within_complex_collections_find_their_element() {
    let schema = with_room_vectors();
    let json = r#"{"id":"1","rooms":[{"type":"a","embedding":[1,2]},{},{"embedding":[3,4],"type":"c"}]}"#;
    let document = upload(&schema, json);
    assert_eq!(reread(&schema, &document), document);
    let shown = |paths: &[&str]| rendered(&schema, &document, &Projection::select(&schema, paths).unwrap());
    assert_eq!(
        shown(&["rooms/type", "rooms/embedding"]),
        r#"{"rooms":[{"type":"a","embedding":[1.0,2.0]},{"type":null,"embedding":null},{"type":"c","embedding":[3.0,4.0]}]}"#
    );
    assert_eq!(shown(&["rooms/type"]), r#"{"rooms":[{"type":"a"},{"type":null},{"type":"c"}]}"#);
    assert_eq!(
        shown(&["rooms/type", "rooms/rate", "rooms/tags", "rooms/beds"]),
        r#"{"rooms":[{"type":"a","rate":null,"tags":[],"beds":[]},{"type":null,"rate":null,"tags":[],"beds":[]},{"type":"c","rate":null,"tags":[],"beds":[]}]}"#
    );
}
