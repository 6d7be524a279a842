//! Tests of the journeys through this module. The index is a small hotel with a field of every type; expectations come from
//! the references, the examples in them, and arithmetic by hand.

mod actions;
mod properties;
mod rendering;
mod speed;
mod storing;

use crate::{Schema, index};

use super::{Document, Projection, decode, encode, parse_action, render};

/// The hotel.
fn schema() -> Schema {
    let definition = serde_json::json!({
        "name": "hotels",
        "fields": fields(),
        "vectorSearch": {
            "algorithms": [
                { "name": "exact", "kind": "exhaustiveKnn" },
                { "name": "bitwise", "kind": "exhaustiveKnn", "exhaustiveKnnParameters": { "metric": "hamming" } },
            ],
            "profiles": [
                { "name": "vectors", "algorithm": "exact" },
                { "name": "bitwise", "algorithm": "bitwise" },
            ],
        },
    });
    let definition = serde_json::from_value(definition).expect("the definition has the shape of one");
    index::bind(&definition, None, &index::Rules::default()).expect("the definition is right").schema
}

fn fields() -> serde_json::Value {
    serde_json::json!([
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "name", "type": "Edm.String" },
        { "name": "notes", "type": "Edm.String", "filterable": false, "sortable": false, "facetable": false },
        { "name": "secret", "type": "Edm.String", "retrievable": false },
        { "name": "rating", "type": "Edm.Int32" },
        { "name": "visits", "type": "Edm.Int64" },
        { "name": "price", "type": "Edm.Double" },
        { "name": "open", "type": "Edm.Boolean" },
        { "name": "renovated", "type": "Edm.DateTimeOffset" },
        { "name": "location", "type": "Edm.GeographyPoint" },
        { "name": "tags", "type": "Collection(Edm.String)" },
        { "name": "prices", "type": "Collection(Edm.Double)" },
        { "name": "years", "type": "Collection(Edm.Int32)" },
        { "name": "events", "type": "Collection(Edm.DateTimeOffset)" },
        { "name": "corners", "type": "Collection(Edm.GeographyPoint)" },
        { "name": "address", "type": "Edm.ComplexType", "fields": [
            { "name": "street", "type": "Edm.String" },
            { "name": "city", "type": "Edm.String" },
            { "name": "country", "type": "Edm.ComplexType", "fields": [
                { "name": "code", "type": "Edm.String" },
                { "name": "languages", "type": "Collection(Edm.String)" },
            ] },
        ] },
        { "name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [
            { "name": "type", "type": "Edm.String" },
            { "name": "rate", "type": "Edm.Double" },
            { "name": "tags", "type": "Collection(Edm.String)" },
            { "name": "internal", "type": "Edm.Int32", "retrievable": false },
            { "name": "beds", "type": "Collection(Edm.ComplexType)", "fields": [
                { "name": "size", "type": "Edm.String" },
                { "name": "width", "type": "Edm.Int32" },
            ] },
        ] },
        { "name": "vector", "type": "Collection(Edm.Single)", "retrievable": true, "dimensions": 3,
          "vectorSearchProfile": "vectors" },
        { "name": "hidden", "type": "Collection(Edm.Half)", "dimensions": 2, "vectorSearchProfile": "vectors" },
        { "name": "small", "type": "Collection(Edm.SByte)", "retrievable": true, "dimensions": 2,
          "vectorSearchProfile": "vectors" },
        { "name": "bits", "type": "Collection(Edm.Byte)", "retrievable": true, "dimensions": 16,
          "vectorEncoding": "packedBit", "vectorSearchProfile": "bitwise" },
        { "name": "shorts", "type": "Collection(Edm.Int16)", "retrievable": true, "dimensions": 2,
          "vectorSearchProfile": "vectors" },
    ])
}

/// The document that an upload of this JSON makes.
fn upload(schema: &Schema, json: &str) -> Document {
    Document::new(schema, parse_action(schema, json).expect("the action is right").document)
}

/// What an answer shows of a document, with braces.
fn rendered(schema: &Schema, document: &Document, projection: &Projection) -> String {
    let stored = encode(schema, document);
    let mut out = b"{".to_vec();
    render(schema, &stored.body, stored.vectors.as_deref(), projection, &mut out)
        .expect("it was just written");
    out.push(b'}');
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// A document after a trip through the store.
fn reread(schema: &Schema, document: &Document) -> Document {
    let stored = encode(schema, document);
    decode(schema, &stored.body, stored.vectors.as_deref()).expect("it was just written")
}
