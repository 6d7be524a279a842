//! Starting, stopping and starting again.

use lazuli_server::Server;
use lazuli_server::settings::Given;
use lazuli_testkit::{Request, Service, fixtures};
use serde_json::json;

#[test]
fn what_was_acknowledged_is_there_after_a_restart() {
    let mut service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    let before = service.client().must(&Request::get("/indexes('numbers')")).unwrap();
    service.restart().unwrap();
    let client = service.client();
    let after = client.must(&Request::get("/indexes('numbers')")).unwrap();
    assert_eq!(after["@odata.etag"], before["@odata.etag"]);
    assert_eq!(after["fields"], before["fields"]);
    assert_eq!(client.send(&Request::get("/indexes('numbers')/docs/$count")).unwrap().text(), "120");
    let found = client
        .must(&Request::post(
            "/indexes('numbers')/docs/search",
            &json!({ "search": "77", "searchFields": "text" }),
        ))
        .unwrap();
    assert_eq!(found["value"][0]["square"], 77 * 77);
}

#[test]
fn a_deleted_index_stays_deleted_and_leaves_no_folder() {
    let mut service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    assert_eq!(service.client().send(&Request::new("DELETE", "/indexes('numbers')")).unwrap().status, 204);
    let folders = |service: &Service| fs_err::read_dir(service.data_dir().join("indexes")).unwrap().count();
    assert_eq!(folders(&service), 0);
    // What a crash between folder and row leaves behind.
    fs_err::create_dir(service.data_dir().join("indexes/0123456789abcdef")).unwrap();
    service.restart().unwrap();
    assert_eq!(folders(&service), 0);
    assert_eq!(service.client().send(&Request::get("/indexes('numbers')")).unwrap().status, 404);
}

#[test]
fn a_field_added_after_a_restart_reads_null() {
    let mut service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    service.restart().unwrap();
    let client = service.client();
    let mut definition = client.must(&Request::get("/indexes('numbers')")).unwrap();
    definition["fields"].as_array_mut().unwrap().push(json!({ "name": "note", "type": "Edm.String" }));
    let update = Request::new("PUT", "/indexes('numbers')").body(definition.to_string());
    assert_eq!(client.send(&update).unwrap().status, 204);
    let document = client.must(&Request::get("/indexes('numbers')/docs('5')")).unwrap();
    assert_eq!(document["note"], json!(null));
    let merge = json!({ "value": [{ "@search.action": "merge", "id": "5", "note": "prime" }] });
    client.must(&Request::post("/indexes('numbers')/docs/index", &merge)).unwrap();
    let found = client.must(&Request::get("/indexes('numbers')/docs?search=prime")).unwrap();
    assert_eq!(found["value"][0]["id"], "5");
}

/// Starting on `given` fails with a sentence that has all these parts in it.
fn refused(given: Given, parts: &[&str]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let outcome = given.resolve().map_err(|error| error.to_string()).and_then(|settings| {
        runtime.block_on(Server::start(settings)).map(drop).map_err(|error| error.to_string())
    });
    let sentence = outcome.expect_err("it should not start");
    for part in parts {
        assert!(sentence.contains(part), "{sentence}");
    }
}

fn on(data_dir: &std::path::Path) -> Given {
    Given {
        data_dir: Some(data_dir.to_owned()),
        https: Some("127.0.0.1:0".to_owned()),
        http: Some("off".to_owned()),
        ..Given::default()
    }
}

#[test]
fn what_prevents_a_start_is_a_sentence() {
    let service = Service::start().unwrap();
    let pid = std::process::id().to_string();
    refused(on(service.data_dir()), &["in use by another process", &pid, "--data-dir"]);

    let folder = tempfile::tempdir().unwrap();
    let taken = service.client().base().trim_start_matches("http://").to_owned();
    refused(
        Given { http: Some(taken.clone()), ..on(&folder.path().join("a")) },
        &[&taken, "--http", "another program has this port"],
    );

    let file = folder.path().join("file");
    fs_err::write(&file, "").unwrap();
    refused(on(&file), &["file", "not a directory"]);

    let missing = folder.path().join("missing.pem");
    let given =
        Given { tls_cert: Some(missing.clone()), tls_key: Some(missing), ..on(&folder.path().join("b")) };
    refused(given, &["missing.pem", "cannot be used"]);

    fs_err::create_dir(folder.path().join("c")).unwrap();
    fs_err::write(folder.path().join("c/keys.json"), "{").unwrap();
    refused(on(&folder.path().join("c")), &["keys.json", "cannot be used"]);
}
