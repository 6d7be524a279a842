//! Any text as a `$filter`, an `$orderby` and a `$select`: read and bound or refused.
#![no_main]

use std::sync::LazyLock;

use lazuli_catalog::Schema;
use lazuli_catalog::index::{self, Rules};
use lazuli_query::odata::{parse_filter, parse_orderby, parse_select};
use lazuli_query::{Request, bind};
use lazuli_wire::indexes::Index;
use lazuli_wire::version::ApiVersion;
use libfuzzer_sys::fuzz_target;

/// A field of every kind, with names short enough to be guessed.
const DEFINITION: &[u8] = br#"{"name":"fuzz","fields":[
    {"name":"id","type":"Edm.String","key":true,"filterable":true},
    {"name":"s","type":"Edm.String"},{"name":"b","type":"Edm.Boolean"},{"name":"i","type":"Edm.Int32"},
    {"name":"l","type":"Edm.Int64"},{"name":"d","type":"Edm.Double"},{"name":"t","type":"Edm.DateTimeOffset"},
    {"name":"g","type":"Edm.GeographyPoint"},{"name":"ss","type":"Collection(Edm.String)"},
    {"name":"bs","type":"Collection(Edm.Boolean)"},{"name":"is","type":"Collection(Edm.Int32)"},
    {"name":"ds","type":"Collection(Edm.Double)"},{"name":"gs","type":"Collection(Edm.GeographyPoint)"},
    {"name":"n","type":"Edm.String","filterable":false,"sortable":false},
    {"name":"c","type":"Edm.ComplexType","fields":[{"name":"x","type":"Edm.String"},{"name":"y","type":"Edm.Int32"}]},
    {"name":"cs","type":"Collection(Edm.ComplexType)","fields":[{"name":"x","type":"Edm.String"},
        {"name":"cs","type":"Collection(Edm.ComplexType)","fields":[{"name":"y","type":"Edm.Double"}]}]}]}"#;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let definition = Index::parse(DEFINITION, ApiVersion::NEWEST).expect("the definition is JSON");
    index::bind(&definition, None, &Rules::default()).expect("the definition is valid").schema
});

fuzz_target!(|text: &str| {
    if let Ok(tree) = parse_filter(text) {
        let ordered = parse_orderby(&format!("{text} desc,{text}")).expect("a filter is an order");
        assert!(ordered.iter().all(|clause| format!("{:?}", clause.expression) == format!("{tree:?}")));
    }
    let _ = parse_select(text);
    let _ = bind(&SCHEMA, &Request { filter: Some(text), ..Request::default() });
    let _ = bind(&SCHEMA, &Request { orderby: Some(text), ..Request::default() });
});
