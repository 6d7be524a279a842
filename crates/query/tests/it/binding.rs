//! Requests against an index: defaults, ranges, and each refusal with its sentence.

use lazuli_catalog::document::Projection;
use lazuli_catalog::index::{self, Rules};
use lazuli_catalog::{FieldId, Schema};
use lazuli_query::{Node, QueryError, Request, Search, SearchMode, TextQuery, bind};

fn schema_of(fields: serde_json::Value) -> Schema {
    let definition = serde_json::json!({ "name": "hotels", "fields": fields });
    let definition: lazuli_wire::indexes::Index = serde_json::from_value(definition).unwrap();
    index::bind(&definition, None, &Rules::default()).unwrap().schema
}

fn schema() -> Schema {
    schema_of(serde_json::json!([
        { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
        { "name": "name", "type": "Edm.String" },
        { "name": "rating", "type": "Edm.Int32" },
        { "name": "secret", "type": "Edm.String", "searchable": false, "retrievable": false },
        { "name": "address", "type": "Edm.ComplexType", "fields": [{ "name": "city", "type": "Edm.String" }] },
        { "name": "tags", "type": "Collection(Edm.String)" },
    ]))
}

fn bound(request: Request<'_>) -> Search {
    bind(&schema(), &request).unwrap()
}

/// The sentence and the parameter at fault.
fn refused(request: Request<'_>) -> (String, Option<&'static str>) {
    let error = bind(&schema(), &request).unwrap_err();
    (error.to_string(), error.parameter())
}

fn ids(paths: &[&str]) -> Vec<FieldId> {
    paths.iter().map(|path| schema().field(path).unwrap().id).collect()
}

fn fields_of(request: Request<'_>) -> Vec<FieldId> {
    match bound(request).text {
        TextQuery::Parsed { fields, .. } => fields,
        TextQuery::MatchAll => panic!("no text"),
    }
}

#[test]
fn a_request_without_parameters_asks_for_everything() {
    let search = bound(Request::default());
    assert_eq!(search.text, TextQuery::MatchAll);
    assert_eq!(search.projection, Projection::all(&schema()));
    assert_eq!((search.top, search.skip, search.count), (50, 0, false));
    for text in ["", " ", "\u{a0}\t", "*", " * "] {
        assert_eq!(
            bound(Request { search: Some(text), ..Request::default() }).text,
            TextQuery::MatchAll,
            "{text:?}"
        );
    }
}

#[test]
fn words_are_searched_in_all_searchable_fields() {
    let TextQuery::Parsed { root, mode, fields } =
        bound(Request { search: Some("pool"), search_mode: SearchMode::All, ..Request::default() }).text
    else {
        panic!("no text")
    };
    assert_eq!((root, mode), (Node::Term("pool".to_owned()), SearchMode::All));
    assert_eq!(fields, ids(&["name", "address/city", "tags"]));
}

#[test]
fn search_fields_are_kept_in_the_order_of_the_definition() {
    let request = |search_fields| Request { search: Some("pool"), search_fields, ..Request::default() };
    assert_eq!(fields_of(request(vec!["tags", " name ", "tags"])), ids(&["name", "tags"]));
    assert_eq!(fields_of(request(vec!["address/city"])), ids(&["address/city"]));
    assert_eq!(fields_of(request(vec![""])), ids(&["name", "address/city", "tags"]));
}

#[test]
fn search_fields_must_be_searchable_text() {
    let refused = |field| refused(Request { search_fields: vec!["name", field], ..Request::default() });
    let not_searchable = |field: &str| {
        (format!("The field '{field}' in the search field list is not searchable."), Some("searchFields"))
    };
    for field in ["id", "rating", "address"] {
        assert_eq!(refused(field), not_searchable(field));
    }
    for field in ["nope", "Name", "address/nope", ""] {
        assert_eq!(
            refused(field),
            (format!("Unknown field '{field}' in search field list."), Some("searchFields")),
        );
    }
}

#[test]
fn an_index_without_text_cannot_be_searched_for_text() {
    let schema = schema_of(serde_json::json!([
        { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
    ]));
    assert!(bind(&schema, &Request { search: Some("*"), ..Request::default() }).is_ok());
    let error = bind(&schema, &Request { search: Some("pool"), ..Request::default() }).unwrap_err();
    assert_eq!(error, QueryError::NoSearchableFields);
}

#[test]
fn pages_have_a_size_and_a_range() {
    let page = |top, skip| {
        let search = bound(Request { top, skip, ..Request::default() });
        (search.top, search.skip)
    };
    assert_eq!(page(Some(0), Some(100_000)), (0, 100_000));
    assert_eq!(page(Some(1_000), None), (1_000, 0));
    assert_eq!(page(Some(1_001), None), (1_000, 0));
    assert_eq!(page(Some(2_147_483_647), None), (1_000, 0));
    for skip in [-1, 100_001, i64::MAX, i64::MIN] {
        let refused = refused(Request { skip: Some(skip), ..Request::default() });
        assert_eq!(refused, ("Value must be between 0 and 100000.".to_owned(), Some("$skip")));
    }
    for top in [-1, 2_147_483_648] {
        let refused = refused(Request { top: Some(top), ..Request::default() });
        assert_eq!(refused, ("Value must be between 0 and 2147483647.".to_owned(), Some("$top")));
    }
}

#[test]
fn select_is_bound() {
    let schema = schema();
    let select = |select| bound(Request { select: Some(select), ..Request::default() }).projection;
    assert_eq!(select("name, address"), Projection::select(&schema, &["address/city", "name"]).unwrap());
    assert_eq!(select(""), Projection::all(&schema));
    assert_eq!(select("*"), Projection::all(&schema));
    let refused = |select| refused(Request { select: Some(select), ..Request::default() });
    assert_eq!(
        refused("url"),
        (
            "Invalid expression: Could not find a property named 'url' on type 'search.document'.".to_owned(),
            Some("$select")
        )
    );
    assert_eq!(
        refused("secret").0,
        "Invalid expression: 'secret' is not a retrievable field. Only retrievable fields can be used in $select."
    );
}

#[test]
fn words_times_fields_have_a_limit() {
    let words = |count: usize| "w ".repeat(count);
    let bind_words = |count, search_fields| {
        bind(&schema(), &Request { search: Some(&words(count)), search_fields, ..Request::default() })
            .map(|_| ())
    };
    assert_eq!(bind_words(1_000, vec![]), Ok(())); // three searchable fields
    assert_eq!(bind_words(1_001, vec![]), Err(QueryError::TooManyClauses));
    assert_eq!(bind_words(3_000, vec!["name"]), Ok(()));
    assert_eq!(bind_words(3_001, vec!["name"]), Err(QueryError::TooManyClauses));
    assert!(QueryError::TooManyClauses.to_string().starts_with(
        "Failed to execute query because it exceeded the maximum clause limit of 3000. This can happen when the query \
         terms multiplied by fields specified in the query exceeds 3000. If fields"
    ));
}

#[test]
fn texts_have_a_length_and_a_depth() {
    let bind_text =
        |text: &str| bind(&schema(), &Request { search: Some(text), ..Request::default() }).map(|_| ());
    assert_eq!(bind_text(&"ä".repeat(100_000)), Ok(()));
    assert_eq!(bind_text(&"ä".repeat(100_001)), Err(QueryError::TextTooLong));
    let alternating = |count| vec!["a + b"; count].join(" | ");
    assert_eq!(bind_text(&alternating(100)), Ok(()));
    assert_eq!(bind_text(&alternating(101)), Err(QueryError::TooDeep));
    assert_eq!(bind_text(&("-(".repeat(300) + "a" + &")".repeat(300))), Err(QueryError::TooDeep));
}
