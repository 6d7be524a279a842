//! Properties over generated documents and damaged bytes.

use proptest::prelude::*;

use crate::document::{Document, Projection, date, decode, encode, parse_action, render};
use crate::{Field, FieldType, GeoPoint, Schema, Value, VectorType};

use super::{rendered, schema, upload};

/// A complete document for the schema, with the given key.
fn document(schema: &Schema) -> impl Strategy<Value = Document> + use<> {
    let key = schema.key;
    let fields: Vec<BoxedStrategy<Value>> = schema.fields.iter().map(whole).collect();
    (fields, "[a-zA-Z0-9=-]{1,12}").prop_map(move |(mut values, name)| {
        values[key] = Value::String(name);
        Document { values }
    })
}

fn whole(field: &Field) -> BoxedStrategy<Value> {
    if field.collection {
        return prop::collection::vec(single(field), 0..4).prop_map(Value::Collection).boxed();
    }
    prop_oneof![1 => Just(Value::Null), 3 => single(field)].boxed()
}

fn single(field: &Field) -> BoxedStrategy<Value> {
    match field.field_type {
        FieldType::String => any::<String>().prop_map(Value::String).boxed(),
        FieldType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        FieldType::Int32 => any::<i32>().prop_map(|number| Value::Integer(number.into())).boxed(),
        FieldType::Int64 => any::<i64>().prop_map(Value::Integer).boxed(),
        FieldType::Double => {
            let number = any::<f64>().prop_filter("NaN is not equal to itself", |number| !number.is_nan());
            number.prop_map(Value::Double).boxed()
        }
        FieldType::DateTimeOffset => (date::MIN..=date::MAX).prop_map(Value::Date).boxed(),
        FieldType::GeographyPoint => (-180.0..=180.0, -90.0..=90.0)
            .prop_map(|(longitude, latitude)| Value::Point(GeoPoint { longitude, latitude }))
            .boxed(),
        FieldType::Complex => {
            field.fields.iter().map(whole).collect::<Vec<_>>().prop_map(Value::Complex).boxed()
        }
        FieldType::Vector(vector_type) => {
            let (length, component) = match vector_type {
                VectorType::Single => (3, (-1e38..1e38_f32).boxed()),
                VectorType::Half => {
                    (2, (-1024..1024_i16).prop_map(|number| f32::from(number) / 16.0).boxed())
                }
                VectorType::Int16 => (2, any::<i16>().prop_map(f32::from).boxed()),
                VectorType::SByte => (2, any::<i8>().prop_map(f32::from).boxed()),
                VectorType::PackedBit => (2, any::<u8>().prop_map(f32::from).boxed()),
            };
            prop::collection::vec(component, length).prop_map(Value::Vector).boxed()
        }
    }
}

/// The same schema with every field retrievable, so that an answer shows the whole document.
fn open_schema() -> Schema {
    fn open(fields: &mut [Field]) {
        for field in fields {
            field.retrievable = true;
            open(&mut field.fields);
        }
    }
    let mut schema = schema();
    open(&mut schema.fields);
    schema
}

/// JSON that is often nearly an action.
fn nearly_json() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        r#"[{}\[\],:]"#,
        r#""(id|name|rating|visits|price|renovated|location|tags|address|rooms|vector|beds|@search.action|delete|x)""#,
        r#"-?[0-9]{1,20}(\.[0-9]{1,3})?([eE]-?[0-9]{1,3})?"#,
        "null|true|false",
        r#"\PC{0,3}"#,
    ];
    prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn decode_is_the_inverse_of_encode(document in document(&schema())) {
        let schema = schema();
        let stored = encode(&schema, &document);
        prop_assert_eq!(decode(&schema, &stored.body, stored.vectors.as_deref()), Ok(document));
    }

    #[test]
    fn what_is_rendered_is_accepted_as_the_same_document(document in document(&schema())) {
        let schema = open_schema();
        let shown = rendered(&schema, &document, &Projection::all(&schema));
        prop_assert_eq!(upload(&schema, &shown), document);
    }

    #[test]
    fn damaged_bytes_do_not_panic(
        document in document(&schema()),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6),
        length in any::<prop::sample::Index>(),
    ) {
        let schema = schema();
        let mut stored = encode(&schema, &document);
        let mut vectors = stored.vectors.take().unwrap_or_default();
        for (position, byte, in_vectors) in flips {
            let bytes = if in_vectors && !vectors.is_empty() { &mut vectors } else { &mut stored.body };
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        let cut = length.index(stored.body.len()) + 1;
        let select = Projection::select(&schema, &["address/city", "rooms/beds/size", "vector"]).unwrap();
        for body in [&stored.body[..], &stored.body[..cut]] {
            let _ = decode(&schema, body, Some(&vectors));
            for projection in [&select, &Projection::all(&schema)] {
                let _ = render(&schema, body, Some(&vectors), projection, &mut Vec::new());
            }
        }
    }

    #[test]
    fn any_bytes_do_not_panic(body in prop::collection::vec(any::<u8>(), 0..200), vectors: Vec<u8>) {
        let _ = decode(&schema(), &body, Some(&vectors));
    }

    #[test]
    fn any_text_is_read_without_panic(json in nearly_json(), text: String) {
        let schema = schema();
        let _ = parse_action(&schema, &json);
        let _ = parse_action(&schema, &format!(r#"{{"id":"1",{json}}}"#));
        let _ = parse_action(&schema, &format!(r#"{{"id":"1","rooms":{json}}}"#));
        let _ = parse_action(&schema, &text);
    }
}
