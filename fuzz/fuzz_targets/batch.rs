//! Any bytes as a batch: refused or made into documents, and a document that was accepted survives its stored form.
#![no_main]

use std::sync::LazyLock;

use lazuli_catalog::Schema;
use lazuli_catalog::document::{ActionKind, Document, decode, encode, parse_action};
use lazuli_catalog::index::{self, Rules};
use lazuli_wire::documents::split_batch;
use lazuli_wire::indexes::Index;
use lazuli_wire::version::ApiVersion;
use libfuzzer_sys::fuzz_target;

/// A field of every kind.
const DEFINITION: &[u8] = br#"{"name":"fuzz","fields":[
    {"name":"id","type":"Edm.String","key":true},
    {"name":"s","type":"Edm.String"},{"name":"b","type":"Edm.Boolean"},{"name":"i","type":"Edm.Int32"},
    {"name":"l","type":"Edm.Int64"},{"name":"d","type":"Edm.Double"},{"name":"t","type":"Edm.DateTimeOffset"},
    {"name":"g","type":"Edm.GeographyPoint"},{"name":"ss","type":"Collection(Edm.String)"},
    {"name":"ds","type":"Collection(Edm.Double)"},{"name":"gs","type":"Collection(Edm.GeographyPoint)"},
    {"name":"c","type":"Edm.ComplexType","fields":[{"name":"x","type":"Edm.String"},{"name":"y","type":"Edm.Int32"}]},
    {"name":"cs","type":"Collection(Edm.ComplexType)","fields":[{"name":"x","type":"Edm.String"}]}]}"#;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let definition = Index::parse(DEFINITION, ApiVersion::NEWEST).expect("the definition is JSON");
    index::bind(&definition, None, &Rules::default()).expect("the definition is valid").schema
});

fuzz_target!(|body: &[u8]| {
    let Ok(actions) = split_batch(body, ApiVersion::NEWEST) else { return };
    for json in actions {
        let Ok(action) = parse_action(&SCHEMA, json.get()) else { continue };
        if action.kind == ActionKind::Delete {
            continue;
        }
        let document = Document::new(&SCHEMA, action.document);
        let stored = encode(&SCHEMA, &document);
        let read = decode(&SCHEMA, &stored.body, stored.vectors.as_deref()).expect("what was stored can be read");
        let again = encode(&SCHEMA, &read);
        assert_eq!(again.body, stored.body);
    }
});
