//! Data directories written by earlier formats still open, and answer as if they had been written today.
//!
//! A format's directory stays in the tree for good. `LAZULI_WRITE_UPGRADE=tests/upgrade/format-N cargo test -p lazuli-testkit
//! upgrade -- --ignored` writes the one of a new format, which is committed with the change that makes it.

use lazuli_testkit::{Client, Request, Service, fixtures};
use serde_json::{Value, json};

/// Every format so far, oldest first.
const FORMATS: [&str; 1] = ["format-1"];

/// What each directory has been through.
fn history(service: &mut Service) {
    let client = service.client();
    assert!(fixtures::set_up(&client, "museums").unwrap());
    let index = |actions: Value| {
        client.must(&Request::post("/indexes('museums')/docs/index", &json!({ "value": actions }))).unwrap();
    };
    index(
        json!([{ "@search.action": "delete", "id": "3" }, { "id": "new", "name": "Museum of Old Formats" }]),
    );
    // Other segments than the first, with deletions in it.
    service.restart().unwrap();
    let client = service.client();
    let mut definition = client.must(&Request::get("/indexes('museums')")).unwrap();
    definition["fields"].as_array_mut().unwrap().push(json!({ "name": "note", "type": "Edm.String" }));
    let update = Request::new("PUT", "/indexes('museums')").body(definition.to_string());
    assert_eq!(client.send(&update).unwrap().status, 204);
    let merge = json!({ "value": [{ "@search.action": "merge", "id": "new", "note": "written long ago" }] });
    client.must(&Request::post("/indexes('museums')/docs/index", &merge)).unwrap();
    service.stop();
}

/// Answers that touch everything a directory holds.
fn answers(client: &Client) -> Vec<Value> {
    let searches = [
        json!({ "search": "*", "top": 60, "count": true }),
        json!({ "search": "painted light", "count": true }),
        json!({ "search": "\"old formats\" | long", "count": true }),
        json!({ "search": "light*", "searchFields": "name,tags" }),
    ];
    let search = |body: &Value| client.must(&Request::post("/indexes('museums')/docs/search", body)).unwrap();
    let mut answers: Vec<Value> = searches.iter().map(search).collect();
    answers.push(client.must(&Request::get("/indexes('museums')/docs('new')")).unwrap());
    for answer in &mut answers {
        if let Some(members) = answer.as_object_mut() {
            // It names the service's address.
            members.remove("@odata.context");
        }
    }
    answers
}

#[test]
fn directories_of_every_format_open() {
    let mut today = Service::start().unwrap();
    history(&mut today);
    today.restart().unwrap();
    let expected = answers(&today.client());
    assert_eq!(expected[0]["@odata.count"], 50);
    assert_eq!(expected[4]["note"], "written long ago");
    for format in FORMATS {
        let directory = fixtures::repository().join("tests/upgrade").join(format);
        let service = Service::on_copy_of(&directory).unwrap();
        assert_eq!(answers(&service.client()), expected, "{format}");
    }
}

#[test]
#[ignore = "writes the directory of a new format"]
fn write_upgrade() {
    let target = std::env::var("LAZULI_WRITE_UPGRADE").expect("LAZULI_WRITE_UPGRADE names the directory");
    let mut service = Service::start().unwrap();
    history(&mut service);
    let target = fixtures::repository().join(target);
    fs_err::create_dir_all(&target).unwrap();
    for name in ["catalog.db", "indexes"] {
        fixtures::copy(&service.data_dir().join(name), &target.join(name)).unwrap();
    }
}
