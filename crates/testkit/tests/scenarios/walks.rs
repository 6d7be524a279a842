//! Clients that go on from page to page until there is none: each hit is delivered once, in order.

use lazuli_testkit::{Client, Request, Service, fixtures};
use serde_json::{Value, json};

const SEARCH: &str = "/indexes('thousands')/docs/search";

/// The pages of a search, as a client of the service walks them by POST: the next parameters to the next link.
fn pages_by_post(client: &Client, target: &str, first: Value) -> Vec<Vec<Value>> {
    let (mut pages, mut target, mut body) = (Vec::new(), target.to_owned(), first);
    loop {
        let mut answer = client.must(&Request::post(&target, &body)).unwrap();
        let Value::Array(hits) = answer["value"].take() else { panic!("no hits: {answer}") };
        pages.push(hits);
        match answer.get("@odata.nextLink") {
            Some(link) => {
                target = link.as_str().unwrap().strip_prefix(client.base()).unwrap().to_owned();
                body = answer["@search.nextPageParameters"].clone();
            }
            None => {
                assert_eq!(answer.get("@search.nextPageParameters"), None);
                return pages;
            }
        }
    }
}

/// The same by GET, which has everything in the link.
fn pages_by_get(client: &Client, first: &str) -> Vec<Vec<Value>> {
    let (mut pages, mut target) = (Vec::new(), first.to_owned());
    loop {
        let mut answer = client.must(&Request::get(&target)).unwrap();
        let Value::Array(hits) = answer["value"].take() else { panic!("no hits: {answer}") };
        pages.push(hits);
        let Some(link) = answer.get("@odata.nextLink") else { return pages };
        target = link.as_str().unwrap().strip_prefix(client.base()).unwrap().to_owned();
    }
}

fn ids(pages: &[Vec<Value>]) -> Vec<&str> {
    pages.iter().flatten().map(|hit| hit["id"].as_str().unwrap()).collect()
}

fn sizes(pages: &[Vec<Value>]) -> Vec<usize> {
    pages.iter().map(Vec::len).collect()
}

#[test]
fn a_walk_meets_each_document_once() {
    let service = Service::start().unwrap();
    let client = service.client();
    fixtures::set_up(&client, "thousands").unwrap();
    let all: Vec<String> = (1..=2300).rev().map(|n| format!("{n:04}")).collect();

    let by_default = pages_by_post(&client, SEARCH, json!({ "orderby": "left", "select": "id" }));
    assert_eq!(sizes(&by_default), [50; 46]);
    assert_eq!(ids(&by_default), all);

    let large = pages_by_post(&client, SEARCH, json!({ "top": 2250, "orderby": "left", "select": "id" }));
    assert_eq!(sizes(&large), [1000, 1000, 250]);
    assert_eq!(ids(&large), all[..2250]);

    let filter = "$filter=left%20gt%20100%20and%20not%20(id%20eq%20%270001%27)";
    let by_get = pages_by_get(
        &client,
        &format!("/indexes/thousands/docs?{filter}&$orderby=id+desc&$top=5000&$skip=7"),
    );
    assert_eq!(sizes(&by_get), [1000, 1000, 192]);
    // `left` is above 100 up to 2200, from which the first seven are skipped; 0001 is left out.
    let expected: Vec<String> = (2..=2193).rev().map(|n| format!("{n:04}")).collect();
    assert_eq!(ids(&by_get), expected);
}

#[test]
fn a_page_of_large_documents_ends_early_and_goes_on() {
    let service = Service::start().unwrap();
    let client = service.client();
    let fields = json!([
        { "name": "id", "type": "Edm.String", "key": true, "sortable": true },
        { "name": "text", "type": "Edm.String", "searchable": false, "filterable": false, "sortable": false, "facetable": false },
    ]);
    client.must(&Request::post("/indexes", &json!({ "name": "large", "fields": fields }))).unwrap();
    for batch in 0..3 {
        let document = |n: u32| json!({ "id": format!("{n:02}"), "text": format!("{n:02}").repeat(700_000) });
        let value: Vec<Value> = (10 * batch..10 * batch + 10).map(document).collect();
        client.must(&Request::post("/indexes('large')/docs/index", &json!({ "value": value }))).unwrap();
    }
    let pages =
        pages_by_post(&client, "/indexes('large')/docs/search", json!({ "top": 25, "orderby": "id desc" }));
    assert!(pages.len() > 1, "35 MB are no single page");
    let expected: Vec<String> = (5..30).rev().map(|n| format!("{n:02}")).collect();
    assert_eq!(ids(&pages), expected);
    // What counts is the size of the answer.
    let short = json!({ "top": 25, "orderby": "id desc", "select": "id" });
    let pages = pages_by_post(&client, "/indexes('large')/docs/search", short);
    assert_eq!(pages.len(), 1);
    assert_eq!(ids(&pages), expected);
}
