//! Indexers from definition to documents, over a stand-in for a storage account: run, change, run again, restart.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazuli_server::settings::{Given, GivenIndexers};
use lazuli_testkit::{Client, Request, Service};
use serde_json::{Value, json};

/// A blob: its bytes and when it was written, as in `Last-Modified`.
type Blob = (Vec<u8>, String);

/// Lists and hands out the blobs of one container, whatever the account, and checks no signature.
#[derive(Clone)]
struct Storage {
    address: SocketAddr,
    blobs: Arc<Mutex<BTreeMap<String, Blob>>>,
    /// How long each answer takes.
    pause: Arc<Mutex<Duration>>,
}

impl Storage {
    fn start() -> Storage {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let storage = Storage { address, blobs: Arc::default(), pause: Arc::default() };
        let serving = storage.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let storage = serving.clone();
                std::thread::spawn(move || drop(storage.answer(stream)));
            }
        });
        storage
    }

    fn put(&self, name: &str, value: &Value) {
        let written = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        self.blobs.lock().unwrap().insert(name.to_owned(), (value.to_string().into_bytes(), written));
    }

    /// Answers requests of a connection until it closes.
    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut writer = stream.try_clone()?;
        let mut lines = BufReader::new(stream).lines();
        while let Some(Ok(first)) = lines.next() {
            for header in lines.by_ref() {
                if header?.is_empty() {
                    break;
                }
            }
            let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
            let pause = *self.pause.lock().unwrap();
            std::thread::sleep(pause);
            let (status, kind, body) = self.body(&target);
            // Blobs are small, so that every range that is asked for is the whole.
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nETag: \"1\"\r\n\
                 Content-Range: bytes 0-{}/{length}\r\n\r\n",
                length.saturating_sub(1)
            );
            writer.write_all(&[head.as_bytes(), &body].concat())?;
        }
        Ok(())
    }

    fn body(&self, target: &str) -> (u16, &'static str, Vec<u8>) {
        let blobs = self.blobs.lock().unwrap();
        if target.contains("comp=list") {
            let entries: String = blobs
                .iter()
                .map(|(name, (bytes, written))| {
                    format!(
                        "<Blob><Name>{name}</Name><Properties><Last-Modified>{written}</Last-Modified><Etag>1</Etag>\
                         <Content-Length>{}</Content-Length><Content-Type>application/json</Content-Type>\
                         <BlobType>BlockBlob</BlobType></Properties></Blob>",
                        bytes.len()
                    )
                })
                .collect();
            let listing = format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>{entries}</Blobs><NextMarker/>\
                 </EnumerationResults>"
            );
            return (200, "application/xml", listing.into_bytes());
        }
        let path = target.split('?').next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        match blobs.get(name) {
            Some((bytes, _)) => (206, "application/json", bytes.clone()),
            None => (404, "application/xml", Vec::new()),
        }
    }
}

fn define_index(client: &Client) {
    let index = json!({ "name": "notes", "fields": [
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "text", "type": "Edm.String" },
        { "name": "n", "type": "Edm.Int32" }] });
    client.must(&Request::post("/indexes", &index)).unwrap();
}

/// A data source over the storage, which has the same blobs in every container.
fn data_source(storage: &Storage, container: &str, key: &str) -> Value {
    let address = storage.address;
    let connection = format!(
        "DefaultEndpointsProtocol=http;AccountName=stand;AccountKey={key};BlobEndpoint=http://{address}/stand;"
    );
    json!({ "name": "docs", "type": "azureblob", "container": { "name": container },
        "credentials": { "connectionString": connection } })
}

/// Index, data source and indexer over the storage.
fn define(client: &Client, storage: &Storage, indexer: &Value) {
    define_index(client);
    client.must(&Request::post("/datasources", &data_source(storage, "notes", "a2V5"))).unwrap();
    let mut whole = json!({ "name": "crawl", "dataSourceName": "docs", "targetIndexName": "notes",
        "parameters": { "configuration": { "parsingMode": "json" } } });
    whole.as_object_mut().unwrap().extend(indexer.as_object().unwrap().clone());
    client.must(&Request::post("/indexers", &whole)).unwrap();
}

pub(super) fn status(client: &Client) -> Value {
    client.must(&Request::get("/indexers('crawl')/search.status")).unwrap()
}

/// The status once so many runs have ended and none goes on.
pub(super) fn after(client: &Client, runs: usize) -> Value {
    for _ in 0..3000 {
        let status = status(client);
        let ended = status["executionHistory"].as_array().unwrap().len();
        if ended == runs && status["lastResult"]["status"] != "inProgress" {
            return status;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{runs} runs do not end: {}", status(client));
}

pub(super) fn run(client: &Client) -> u16 {
    client.send(&Request::new("POST", "/indexers('crawl')/search.run")).unwrap().status
}

fn count(client: &Client) -> String {
    client.send(&Request::get("/indexes('notes')/docs/$count")).unwrap().text()
}

fn note(n: usize) -> Value {
    json!({ "id": n.to_string(), "text": format!("note {n}"), "n": n })
}

#[test]
fn documents_of_a_container_come_into_the_index_and_stay_in_step() {
    let (mut service, storage) = (Service::start().unwrap(), Storage::start());
    (0..120).for_each(|n| storage.put(&format!("{n}.json"), &note(n)));
    define(&service.client(), &storage, &json!({}));
    let first = after(&service.client(), 1);
    let result = &first["lastResult"];
    assert_eq!((&result["status"], &result["errorMessage"]), (&json!("success"), &Value::Null), "{first}");
    assert_eq!((&result["itemsProcessed"], &result["itemsFailed"]), (&json!(120), &json!(0)));
    assert_eq!(count(&service.client()), "120");

    storage.put("7.json", &json!({ "id": "7", "text": "changed", "n": 700 }));
    storage.put("new.json", &note(1000));
    let answer = service.client().send(&Request::new("POST", "/indexers('crawl')/search.run")).unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (202, ""));
    assert_eq!(after(&service.client(), 2)["lastResult"]["status"], "success");
    assert_eq!(count(&service.client()), "121");
    let changed = service.client().must(&Request::get("/indexes('notes')/docs('7')")).unwrap();
    assert_eq!((&changed["text"], &changed["n"]), (&json!("changed"), &json!(700)));

    // The context has the port, which is another one after a restart.
    let results = |client: &Client| {
        let mut status = status(client);
        status["@odata.context"].take();
        status
    };
    let before = results(&service.client());
    service.restart().unwrap();
    assert_eq!(results(&service.client()), before, "the history is there after a restart");
    assert_eq!(run(&service.client()), 202);
    assert_eq!(after(&service.client(), 3)["lastResult"]["status"], "success");
}

/// With the service such an indexer finds nothing to do until it is reset.
#[test]
fn another_container_and_an_index_that_is_made_again_are_read_whole() {
    let (mut service, storage) = (Service::start().unwrap(), Storage::start());
    let long_ago = "Thu, 01 Jan 2026 00:00:00 GMT".to_owned();
    for n in 0..30 {
        let blob = (note(n).to_string().into_bytes(), long_ago.clone());
        storage.blobs.lock().unwrap().insert(format!("{n}.json"), blob);
    }
    define(&service.client(), &storage, &json!({}));
    after(&service.client(), 1);
    let mut runs = 1;
    let mut next = |client: &Client, processed: u64, warning: &str| {
        runs += 1;
        assert_eq!(run(client), 202);
        let status = after(client, runs);
        let last = &status["lastResult"];
        assert_eq!(
            (&last["status"], &last["itemsProcessed"]),
            (&json!("success"), &json!(processed)),
            "{last}"
        );
        let told = last["warnings"][0]["message"].as_str().unwrap_or_default();
        assert!(told.starts_with(warning) && told.is_empty() == warning.is_empty(), "{last}");
        assert_eq!(count(client), "30");
    };
    let update = |client: &Client, container: &str, key: &str| {
        let source = data_source(&storage, container, key);
        let update = Request::new("PUT", "/datasources('docs')").body(source.to_string());
        assert_eq!(client.send(&update).unwrap().status, 204);
    };
    let client = service.client();
    next(&client, 0, "");
    update(&client, "notes", "b3RoZXI=");
    next(&client, 0, "");
    update(&client, "other", "b3RoZXI=");
    next(&client, 30, "The data source is another one");
    next(&client, 0, "");
    assert_eq!(client.send(&Request::new("DELETE", "/indexes('notes')")).unwrap().status, 204);
    define_index(&client);
    service.restart().unwrap();
    let client = service.client();
    next(&client, 30, "The index is another one");
    next(&client, 0, "");
}

#[test]
fn what_no_run_could_read_is_refused_at_once() {
    let indexers = GivenIndexers { folders: vec!["/srv".into()], ..GivenIndexers::default() };
    let service = Service::with(Given { indexers, ..Given::default() }).unwrap();
    let refused = |source_type: &str, connection: &str, container: Value| {
        let source = json!({ "name": "d", "type": source_type, "container": container,
            "credentials": { "connectionString": connection } });
        let answer = service.client().send(&Request::post("/datasources", &source)).unwrap();
        (answer.status, answer.text())
    };
    for (source_type, connection, container, sentence) in [
        (
            "files",
            "Folder=/etc",
            json!({ "name": "." }),
            "is not below one that the settings of this service allow.",
        ),
        ("files", "Folder=/srv", json!({ "name": "a", "query": "../b" }), "The query '../b' is not allowed"),
        (
            "postgresql",
            "Host=h;Database=d;Username=u;Password=p;SSL Mode=Disable",
            json!({ "name": "\"a" }),
            "double quotes around them",
        ),
    ] {
        let (status, text) = refused(source_type, connection, container);
        assert!(status == 400 && text.contains(sentence), "{status} {text}");
    }
}

#[test]
fn a_run_stops_with_the_service_and_goes_on_after_it() {
    let (mut service, storage) = (Service::start().unwrap(), Storage::start());
    (0..300).for_each(|n| storage.put(&format!("{n}.json"), &note(n)));
    *storage.pause.lock().unwrap() = Duration::from_millis(60);
    define(&service.client(), &storage, &json!({}));
    while status(&service.client())["lastResult"]["itemsProcessed"].as_u64().unwrap_or(0) == 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(run(&service.client()), 409);
    service.stop();
    *storage.pause.lock().unwrap() = Duration::ZERO;
    service.restart().unwrap();
    let done = after(&service.client(), 2);
    let outcomes: Vec<&Value> =
        done["executionHistory"].as_array().unwrap().iter().map(|run| &run["status"]).collect();
    assert_eq!(outcomes, [&json!("success"), &json!("transientFailure")], "{done}");
    assert_eq!(count(&service.client()), "300");
}

#[test]
fn a_document_that_fails_is_named_and_may_be_allowed() {
    let (service, storage) = (Service::start().unwrap(), Storage::start());
    let client = service.client();
    (0..20).for_each(|n| storage.put(&format!("{n}.json"), &note(n)));
    storage.put("wrong.json", &json!({ "id": "w", "n": "many" }));
    define(&client, &storage, &json!({}));
    let failed = &after(&client, 1)["lastResult"];
    assert_eq!(
        (&failed["status"], &failed["itemsFailed"]),
        (&json!("transientFailure"), &json!(1)),
        "{failed}"
    );
    assert!(failed["errors"][0]["errorMessage"].as_str().is_some_and(|text| !text.is_empty()), "{failed}");
    let indexer = json!({ "name": "crawl", "dataSourceName": "docs", "targetIndexName": "notes",
        "parameters": { "maxFailedItems": -1, "configuration": { "parsingMode": "json" } } });
    let update = Request::new("PUT", "/indexers('crawl')").body(indexer.to_string());
    assert_eq!(client.send(&update).unwrap().status, 204);
    let done = &after(&client, 2)["lastResult"];
    assert_eq!((&done["status"], &done["itemsFailed"]), (&json!("success"), &json!(1)), "{done}");
    assert_eq!(count(&client), "20");
    assert_eq!(client.send(&Request::new("DELETE", "/indexers('crawl')")).unwrap().status, 204);
    assert_eq!(run(&client), 404);
}
