//! Bodies in and out, by version.

use super::*;

fn parse(body: &str) -> Index {
    Index::parse(body.as_bytes(), ApiVersion::V2026_04_01).unwrap()
}

fn text(members: &impl Serialize) -> String {
    serde_json::to_string(members).unwrap()
}

#[test]
fn unset_members_are_null_or_empty_in_the_order_of_the_service() {
    let index = parse(r#"{"fields":null,"@odata.etag":"x","name":"i","suggesters":null}"#);
    for version in [V2025_09_01, ApiVersion::V2026_04_01] {
        assert_eq!(
            text(&index.members(version)),
            concat!(
                r#"{"name":"i","description":null,"defaultScoringProfile":null,"fields":[],"scoringProfiles":[],"#,
                r#""corsOptions":null,"suggesters":[],"analyzers":[],"normalizers":[],"tokenizers":[],"#,
                r#""tokenFilters":[],"charFilters":[],"encryptionKey":null,"similarity":null,"semantic":null,"#,
                r#""vectorSearch":null}"#
            )
        );
    }
}

#[test]
fn fields_show_what_their_type_has() {
    let index = parse(
        r#"{"fields":[{"type":"Edm.ComplexType","name":"a","key":null,"fields":[{"name":"b","type":"Edm.Int32","key":false}]}]}"#,
    );
    assert_eq!(
        text(&index.members(ApiVersion::V2026_04_01)["fields"]),
        concat!(
            r#"[{"name":"a","type":"Edm.ComplexType","fields":[{"name":"b","type":"Edm.Int32","searchable":null,"#,
            r#""filterable":null,"retrievable":null,"stored":null,"sortable":null,"facetable":null,"key":false,"#,
            r#""indexAnalyzer":null,"searchAnalyzer":null,"analyzer":null,"normalizer":null,"dimensions":null,"#,
            r#""vectorSearchProfile":null,"vectorEncoding":null,"synonymMaps":[]}]}]"#
        )
    );
}

#[test]
fn vector_search_shows_both_parameter_objects() {
    let body = concat!(
        r#"{"algorithms":[{"name":"h","kind":"hnsw","hnswParameters":{"metric":"cosine","m":4,"efConstruction":400,"#,
        r#""efSearch":500},"exhaustiveKnnParameters":null}],"profiles":[{"name":"p","algorithm":"h","#,
        r#""vectorizer":null,"compression":null}],"vectorizers":[],"compressions":[]}"#
    );
    let index = parse(&format!(r#"{{"vectorSearch":{body}}}"#));
    assert_eq!(serde_json::to_string(&index.vector_search).unwrap(), body);
}

#[test]
fn what_is_stored_reads_back_equal() {
    let index = parse(
        r##"{"name":"i","fields":[{"name":"k","type":"Edm.String","key":true,"analyzer":"en.lucene"},
           {"name":"c","type":"Edm.ComplexType","fields":[{"name":"d","type":"Edm.Double"}]}],"similarity":{"@odata.type":"#Microsoft.Azure.Search.BM25Similarity"}}"##,
    );
    let stored = serde_json::to_vec(&index).unwrap();
    assert_eq!(serde_json::from_slice::<Index>(&stored).unwrap(), index);
}
