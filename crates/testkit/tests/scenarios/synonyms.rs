//! Synonym maps that change while they are used, and the largest that there may be.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lazuli_testkit::{Client, Request, Service};
use serde_json::{Value, json};

const WRITES: usize = 40;
const READERS: usize = 3;

/// The service's largest: rules of one map, and words of a rule.
const RULES: usize = 20_000;
const WORDS: usize = 20;

fn put_map(client: &Client, synonyms: &str) {
    let map = json!({ "name": "words", "format": "solr", "synonyms": synonyms });
    client.must(&Request::new("PUT", "/synonymmaps('words')").body(map.to_string())).unwrap();
}

/// A service with the map `words`, and two fields of different analyzers that name it.
fn set_up(synonyms: &str, documents: &Value) -> Service {
    let service = Service::start().unwrap();
    let client = service.client();
    put_map(&client, synonyms);
    let field = |name: &str, analyzer: &str| json!({ "name": name, "type": "Edm.String", "analyzer": analyzer, "synonymMaps": ["words"] });
    let id = json!({ "name": "id", "type": "Edm.String", "key": true, "searchable": false });
    let fields = [id, field("text", "standard.lucene"), field("stemmed", "en.lucene")];
    client.must(&Request::post("/indexes", &json!({ "name": "texts", "fields": fields }))).unwrap();
    let batch = json!({ "value": documents });
    client.must(&Request::post("/indexes('texts')/docs/index", &batch)).unwrap();
    service
}

/// The keys of what a text finds.
fn found(client: &Client, search: &str) -> Vec<String> {
    let body = json!({ "search": search, "orderby": "id", "select": "id" });
    let answer = client.must(&Request::post("/indexes('texts')/docs/search", &body)).unwrap();
    let hits = answer["value"].as_array().unwrap();
    hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_map_that_changes_is_old_or_new_for_each_search() {
    // `any => even` or `any => odd`: in both fields, so that one of each would be seen.
    let rule = |write: usize| if write.is_multiple_of(2) { "any => even" } else { "any => odd" };
    let documents = json!([
        { "id": "e1", "text": "even" }, { "id": "e2", "stemmed": "even" },
        { "id": "o1", "text": "odd" }, { "id": "o2", "stemmed": "odd" },
    ]);
    let service = set_up(rule(0), &documents);
    let (is_done, searches) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                let client = service.client();
                while !is_done.load(Ordering::Relaxed) {
                    let found = found(&client, "any");
                    assert!(found == ["e1", "e2"] || found == ["o1", "o2"], "{found:?}");
                    searches.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let client = service.client();
        for write in 1..=WRITES {
            put_map(&client, rule(write));
            // Who changed it finds by the new rules from then on.
            let expected = if write.is_multiple_of(2) { ["e1", "e2"] } else { ["o1", "o2"] };
            assert_eq!(found(&client, "any"), expected);
        }
        is_done.store(true, Ordering::Relaxed);
    });
    assert!(searches.into_inner() > 0);
}

#[test]
fn a_map_of_twenty_thousand_rules_expands() {
    let rule = |rule: usize| {
        let words: Vec<String> = (0..WORDS).map(|word| format!("word{rule}x{word}")).collect();
        words.join(",")
    };
    let rules: Vec<String> = (0..RULES).map(rule).collect();
    let documents = json!([
        { "id": "1", "text": "here is word19999x7" }, { "id": "2", "stemmed": "word0x19 and word19999x0" },
        { "id": "3", "text": "word12345x3" },
    ]);
    let service = set_up(&rules.join("\n"), &documents);
    let client = service.client();
    assert_eq!(found(&client, "word19999x3"), ["1", "2"]);
    assert_eq!(found(&client, "word0x0"), ["2"]);
    assert_eq!(found(&client, "word0x20"), [""; 0]);
    assert_eq!(found(&client, "\"here is word19999x3\""), ["1"]);
}

#[test]
fn a_word_of_too_many_synonyms_is_a_400() {
    // One word that twenty thousand rules have in common.
    let rules: Vec<String> = (0..RULES).map(|rule| format!("all, word{rule}")).collect();
    let service = set_up(&rules.join("\n"), &json!([{ "id": "1", "text": "all" }]));
    let client = service.client();
    let ask = |search: String| {
        client.send(&Request::post("/indexes('texts')/docs/search", &json!({ "search": search }))).unwrap()
    };
    for search in ["all".to_owned(), format!("\"{}\"", "all ".repeat(20_000))] {
        let answer = ask(search);
        assert_eq!(answer.status, 400, "{}", answer.describe());
    }
    assert_eq!(found(&client, "word7"), ["1"]);
}
