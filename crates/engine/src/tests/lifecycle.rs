//! Opening, rebuilding, adding fields, closing, deleting.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::{EngineError, Index, IndexState, Settings, Synonyms};
use lazuli_platform::cancel::Cancel;
use lazuli_query::Request;
use serde_json::json;

use super::helper::{self, GENERATION, append, books, create, engine, search};

fn fill(index: &Index, count: usize) {
    for chunk in (0..count).collect::<Vec<_>>().chunks(500) {
        let actions: Vec<_> = chunk
            .iter()
            .map(|n| json!({"id": format!("b{n}"), "title": format!("Stone no{n}"), "shelf": "a"}))
            .collect();
        append(index, &actions).unwrap();
    }
}

/// Waits while the index says that it is being rebuilt.
fn when_ready<T>(mut ask: impl FnMut() -> Result<T, EngineError>) -> T {
    for _ in 0..1000 {
        match ask() {
            Err(EngineError::Rebuilding) => std::thread::sleep(Duration::from_millis(10)),
            answer => return answer.unwrap(),
        }
    }
    panic!("not ready in time");
}

#[test]
fn a_write_is_visible_when_it_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let index = create(&engine, &books());
    assert_eq!(search(&index, None).total, 0);
    assert_eq!(append(&index, &[json!({"id": "1", "title": "Blue stone"})]).unwrap(), [201]);
    assert_eq!(search(&index, Some("stone")).keys("id"), ["1"]);
    assert_eq!(append(&index, &[json!({"id": "1", "title": "Red stone"})]).unwrap(), [200]);
    assert_eq!(search(&index, Some("blue")).total, 0);
    assert_eq!(append(&index, &[json!({"@search.action": "delete", "id": "1"})]).unwrap(), [200]);
    assert_eq!(search(&index, Some("stone")).total, 0);
    assert_eq!(search(&index, None).total, 0);
}

#[test]
fn the_same_key_in_one_batch_is_applied_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let index = create(&engine, &books());
    let batch = [
        json!({"@search.action": "merge", "id": "1", "title": "too early"}),
        json!({"id": "1", "title": "one", "shelf": "a"}),
        json!({"@search.action": "merge", "id": "1", "title": "two"}),
        json!({"@search.action": "delete", "id": "1"}),
        json!({"@search.action": "mergeOrUpload", "id": "1", "title": "three"}),
    ];
    assert_eq!(append(&index, &batch).unwrap(), [404, 201, 200, 200, 201]);
    assert_eq!(helper::get(&index, "1"), Some(json!({"id": "1", "title": "three", "shelf": null})));
    assert_eq!(search(&index, Some("three")).keys("id"), ["1"]);
    assert_eq!(search(&index, Some("one two")).total, 0);
}

#[test]
fn a_word_of_thousands_of_parts_is_too_many_clauses() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let index = create(&engine, &books());
    assert_eq!(search(&index, Some(&"a-".repeat(1000))).total, 0);
    let refused = helper::try_search(&index, Some(&"a-".repeat(2000)));
    assert!(matches!(refused, Err(EngineError::TooManyClauses)));
}

#[test]
fn re_uploading_a_small_index_does_not_make_scores_drift() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let index = create(&engine, &books());
    let titles = ["blue stone", "red stone in the long grass", "stone stone", "grass"];
    let upload = || {
        for (key, title) in titles.iter().enumerate() {
            append(&index, &[json!({"id": key.to_string(), "title": title})]).unwrap();
            search(&index, None);
        }
        search(&index, Some("stone grass")).scores
    };
    let first = upload();
    assert_eq!(first.len(), 4);
    for _ in 0..3 {
        assert_eq!(upload(), first);
    }
}

#[test]
fn an_analyzer_that_yields_other_tokens_rebuilds_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let schema = helper::bind(&books(), None);
    let engine_before = engine(folder.path());
    let index = engine_before.create(GENERATION, Arc::new(schema.clone())).unwrap();
    fill(&index, 1200);
    engine_before.shutdown();

    // The analyzer of `title` as a later version may have it: another revision, with other tokens.
    let mut newer = schema;
    newer.fields[1].index_analyzer = Some(lazuli_analysis::predefined("keyword").unwrap().analyzer);
    newer.fields[1].search_analyzer = newer.fields[1].index_analyzer.clone();
    let engine_after = engine(folder.path());
    let index = engine_after.open(GENERATION, Arc::new(newer));
    assert_eq!(index.state(), IndexState::Closed);
    let found = when_ready(|| helper::try_search(&index, Some("stone")));
    assert_eq!(found.total, 0, "no single word is a token any more");
    assert_eq!(search(&index, None).total, 1200);
    assert_eq!(search(&index, Some("\"Stone no7\"")).keys("id"), ["b7"]);
}

#[test]
fn an_added_field_rebuilds_nothing_and_old_documents_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let index = create(&engine, &books());
    fill(&index, 3);
    let mut wider = books();
    wider["fields"].as_array_mut().unwrap().insert(1, json!({"name": "author", "type": "Edm.String"}));
    let schema = helper::bind(&wider, Some((&index.schema(), &books())));
    index.set_schema(Arc::new(schema)).unwrap();
    append(&index, &[json!({"id": "n", "title": "New stone", "author": "Agricola"})]).unwrap();
    assert_eq!(search(&index, Some("agricola")).keys("id"), ["n"]);
    let old = helper::get(&index, "b1").unwrap();
    assert_eq!(old, json!({"id": "b1", "author": null, "title": "Stone no1", "shelf": "a"}));
    assert_eq!(search(&index, Some("stone")).total, 4);
}

#[test]
fn an_idle_index_closes_and_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        idle_index: Duration::from_millis(200),
        idle_writer: Duration::from_millis(50),
        ..Settings::default()
    };
    let engine = helper::engine_with(folder.path(), settings);
    let index = create(&engine, &books());
    fill(&index, 10);
    for _ in 0..500 {
        if index.state() == IndexState::Closed {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(index.state(), IndexState::Closed);
    assert_eq!(search(&index, Some("stone")).total, 10);
    fill(&index, 20);
    assert_eq!(search(&index, Some("stone")).total, 20);
}

#[test]
fn damage_in_the_derived_index_is_healed_from_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let before = engine(folder.path());
    let index = create(&before, &books());
    fill(&index, 600);
    // A shutdown leaves to the next opening what the applier has not come to: only what is visible is in a checkpoint.
    assert_eq!(search(&index, Some("stone")).total, 600);
    let schema = index.schema();
    before.shutdown();
    let derived = folder.path().join(GENERATION).join("derived");
    let files: Vec<_> = std::fs::read_dir(&derived).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let Ok(mut bytes) = std::fs::read(&file) else { continue };
        if bytes.is_empty() {
            continue;
        }
        let at = bytes.len() / 2;
        bytes[at] ^= 0x10;
        std::fs::write(&file, &bytes).unwrap();
        let engine = engine(folder.path());
        let index = engine.open(GENERATION, schema.clone());
        assert_eq!(when_ready(|| helper::try_search(&index, Some("stone"))).total, 600, "{}", file.display());
        assert_eq!(helper::get(&index, "b599").unwrap()["title"], "Stone no599");
        engine.shutdown();
    }
}

#[test]
fn a_removed_index_is_gone_and_its_folder_too() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let index = create(&engine, &books());
    fill(&index, 10);
    assert_eq!(engine.generations().unwrap(), [GENERATION]);
    engine.remove(GENERATION).unwrap();
    assert!(engine.generations().unwrap().is_empty());
    assert!(matches!(append(&index, &[json!({"id": "1"})]), Err(EngineError::Closed)));
    assert!(!folder.path().join(GENERATION).exists());
}

#[test]
fn a_page_of_large_documents_is_handed_out_as_far_as_it_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let definition = json!({ "name": "scans", "fields": [
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "scan", "type": "Edm.String", "searchable": false, "filterable": false, "sortable": false, "facetable": false },
    ]});
    let index = create(&engine, &definition);
    // Two of them are more than is fetched at once.
    for key in ["a", "b", "c"] {
        append(&index, &[json!({ "id": key, "scan": "x".repeat(9 << 20) })]).unwrap();
    }
    append(&index, &[json!({ "id": "d", "scan": "x" })]).unwrap();
    let page = |skip, top, room| {
        let request = Request { skip: Some(skip), top: Some(top), count: true, ..Request::default() };
        let search = lazuli_query::bind(&index.schema(), &request).unwrap();
        let mut taken = 0;
        let take = |_| {
            taken += 1;
            if taken < room { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let page = index.search(&search, &Synonyms::new(), &Cancel::never(), take).unwrap();
        assert_eq!((page.total, page.hits), (Some(4), taken));
        (page.hits, page.more, page.cut)
    };
    assert_eq!(page(0, 10, 9), (4, false, false));
    assert_eq!(page(0, 10, 3), (3, true, true), "no room for the last");
    assert_eq!(page(0, 10, 4), (4, false, false), "room for all");
    assert_eq!(page(3, 7, 9), (1, false, false));
    assert_eq!(page(0, 2, 9), (2, true, false), "as many as were asked for");
    assert_eq!(page(0, 2, 1), (1, true, true));
}
