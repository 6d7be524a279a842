//! Any JSON object as a row: refused by the mapping, or an action that an upload takes.
#![no_main]

use std::sync::{Arc, LazyLock};

use lazuli_catalog::Schema;
use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::document::{ActionKind, parse_action};
use lazuli_catalog::index::{self, Rules};
use lazuli_ingest::map::Mapping;
use lazuli_ingest::parse::Record;
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

const INDEXER: &str = r#"{"dataSourceName":"d","fieldMappings":[
    {"sourceFieldName":"/n/0/x","targetFieldName":"s","mappingFunction":{"name":"urlDecode"}},
    {"sourceFieldName":"k","targetFieldName":"id","mappingFunction":{"name":"base64Encode"}}],
    "outputFieldMappings":[{"sourceFieldName":"/document/n/*/x","targetFieldName":"ss"}]}"#;

static MAPPING: LazyLock<(Arc<Schema>, Mapping)> = LazyLock::new(|| {
    let definition = Index::parse(DEFINITION, ApiVersion::NEWEST).expect("the definition is JSON");
    let schema = Arc::new(index::bind(&definition, None, &Rules::default()).expect("the definition is valid").schema);
    let indexer = serde_json::from_str(INDEXER).expect("the indexer is JSON");
    let mapping = Mapping::bind(&indexer, SourceType::AzureSql, &schema).expect("the mappings fit");
    (schema, mapping)
});

fuzz_target!(|row: &[u8]| {
    let Ok(fields) = serde_json::from_slice(row) else { return };
    let (schema, mapping) = &*MAPPING;
    let Ok(mapped) = mapping.document(&Record::row("row".into(), fields), ActionKind::Upload) else { return };
    // Over-long terms and too many elements fail the one document when it is written.
    if let Err(error) = parse_action(schema, &mapped.action) {
        assert_eq!(error.report(), lazuli_catalog::document::Report::Document, "{error}");
    }
});
