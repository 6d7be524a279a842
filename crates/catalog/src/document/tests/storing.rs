//! Document → store → document.

use crate::Value;
use crate::document::{decode, encode};

use super::{reread, schema, upload};

#[test]
fn documents_come_back_as_they_were() {
    let schema = schema();
    let documents = [
        r#"{"id":"1"}"#,
        r#"{"id":"1","name":"","notes":"ä\u0000\"\\","secret":"s","rating":-1,"visits":-9223372036854775808}"#,
        r#"{"id":"1","price":"-INF","open":true,"renovated":"0001-01-01T00:00:00Z",
            "location":{"type":"Point","coordinates":[-180,90]}}"#,
        r#"{"id":"1","tags":["","a"],"prices":["INF",5e-324],"years":[0],"events":["9999-12-31T23:59:59.999Z"]}"#,
        r#"{"id":"1","address":{"country":{}},"rooms":[{},{"beds":[{},{"size":"x"}],"internal":5}]}"#,
        r#"{"id":"1","vector":[0.1,3.4e38,-0.0],"hidden":[0.1,65504],"small":[-128,127],"bits":[0,255],"shorts":[-32768,1]}"#,
    ];
    for json in documents {
        let document = upload(&schema, json);
        assert_eq!(reread(&schema, &document), document, "{json}");
    }
    let nan = reread(&schema, &upload(&schema, r#"{"id":"1","price":"NaN"}"#));
    assert!(nan.values.iter().any(|value| matches!(value, Value::Double(number) if number.is_nan())));
}

#[test]
fn the_layout_is_the_documented_one() {
    let schema = schema();
    let stored = encode(&schema, &upload(&schema, r#"{"id":"1","rating":12,"tags":[],"hidden":[1,-2]}"#));
    let [id, rating] = ["id", "rating"].map(|path| schema.field(path).unwrap());
    let mut expected = vec![1, 2, 0];
    for (field, end) in [(id, 3_u32), (rating, 5)] {
        expected.extend_from_slice(&field.id.0.to_le_bytes());
        expected.extend_from_slice(&field.shape.to_le_bytes());
        expected.extend_from_slice(&end.to_le_bytes());
    }
    expected.extend_from_slice(b"\"1\"12");
    assert_eq!(stored.body, expected);
    let mut vectors = schema.field("hidden").unwrap().id.0.to_le_bytes().to_vec();
    vectors.extend_from_slice(&[8, 0, 0, 0, 4, 0, 0, 0, 0x00, 0x3c, 0x00, 0xc0]); // 1 and -2 as halves
    assert_eq!(stored.vectors, Some(vectors));
    assert_eq!(encode(&schema, &upload(&schema, r#"{"id":"1","vector":null}"#)).vectors, None);
}

#[test]
fn damaged_rows_are_reported() {
    let schema = schema();
    let stored = encode(&schema, &upload(&schema, r#"{"id":"1","rating":12,"vector":[1,2,3]}"#));
    let reason =
        |body: &[u8], vectors: Option<&[u8]>| decode(&schema, body, vectors).unwrap_err().to_string();
    let vectors = stored.vectors.as_deref();
    assert_eq!(reason(b"", vectors), "a stored document is damaged: it has no header");
    assert_eq!(
        reason(b"\x02\0\0", vectors),
        "a stored document is damaged: its layout has the unknown version 2"
    );
    assert_eq!(
        reason(&stored.body[..20], vectors),
        "a stored document is damaged: its table of fields is cut off"
    );
    assert_eq!(reason(b"\x01\0\0", vectors), "a stored document is damaged: it has no key");
    let cut = &stored.body[..stored.body.len() - 1];
    assert_eq!(reason(cut, vectors), "a stored document is damaged: a fragment ends outside the body");
    let mut other = stored.body.clone();
    *other.last_mut().unwrap() = b'x';
    assert!(
        reason(&other, vectors)
            .starts_with("a stored document is damaged: the value of 'rating' cannot be read")
    );
    let cut = vectors.map(|vectors| &vectors[..vectors.len() - 1]);
    assert_eq!(reason(&stored.body, cut), "a stored document is damaged: its vectors are cut off");
}
