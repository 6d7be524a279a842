//! The journey of an indexer, once for every type of data source: create, run, change, run, delete, run, reset, an index made again, stop in the middle,
//! a schedule. After each run the index is what the source holds.
//!
//! `files` needs nothing. The others go over real servers, which `cargo xtask servers` starts and tells by variables of the
//! environment; without its variable a journey is silent. They wait a little over a second between changes and runs where a server tells
//! time in seconds.

mod azure;
mod cosmos;
mod databases;
mod files;
mod s3;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use lazuli_server::settings::{Given, GivenIndexers};
use lazuli_testkit::{Client, Request, Service};
use serde_json::{Value, json};

use super::indexers::{after, run, status};

/// The name of everything a journey makes on a server: nobody else works there.
const NAME: &str = "notes";

/// What is enough to be more than one batch.
const FEW: u32 = 40;
/// What is enough to be stopped in the middle of it.
const MANY: u32 = 400;
/// A run of them takes so many batches that it does not end before it is looked at.
const BATCH: u32 = 4;

/// What a source holds, under its number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Note {
    number: u32,
    text: String,
}

impl Note {
    /// As a note is at first.
    fn new(number: u32) -> Note {
        Note { number, text: format!("note {number}") }
    }

    /// Its id in the source and in the index.
    fn id(&self) -> String {
        id(self.number)
    }

    /// As JSON, with the column that says it is deleted.
    fn row(&self, gone: bool) -> Value {
        json!({ "id": self.id(), "text": self.text, "n": self.number, "gone": gone })
    }
}

fn id(number: u32) -> String {
    format!("{number:04}")
}

/// Where notes are kept.
trait Place {
    /// The data source's `type`, `credentials` and `container`, and its policies.
    fn definition(&self) -> Value;

    /// What an indexer over it has that others have not.
    fn indexer(&self) -> Value {
        let map = |target: &str| json!({ "sourceFieldName": "id", "targetFieldName": target });
        json!({ "fieldMappings": [map("key"), map("id")] })
    }

    /// Makes or changes notes.
    fn put(&mut self, notes: &[Note]);

    /// Deletes notes in a way that the data source can notice.
    fn delete(&mut self, notes: &[Note]);

    /// How long the place and the service must wait for each other to tell two moments apart. Enumerations are compared in seconds.
    fn instant(&self) -> Duration {
        Duration::from_millis(1_100)
    }

    /// How many unchanged items a run may see again: those of the last moment of the run before.
    fn seen_again(&self) -> u32 {
        0
    }
}

/// An indexer over blobs and files of JSON: the key is made of the address, which deleted ones have too.
fn indexer_of_json() -> Value {
    json!({
        "fieldMappings": [{ "sourceFieldName": "metadata_storage_path", "targetFieldName": "key",
            "mappingFunction": { "name": "base64Encode" } }],
        "parameters": { "batchSize": BATCH, "configuration": { "parsingMode": "json" } },
    })
}

/// The policy that finds what has vanished.
fn absence() -> Value {
    json!({ "@odata.type": "#Lazuli.AbsenceDeletionDetectionPolicy" })
}

/// Somebody who goes the journey.
struct Traveller<P> {
    place: P,
    service: Service,
    /// What the source holds.
    notes: BTreeMap<u32, Note>,
    /// Runs that have ended.
    runs: usize,
}

/// Goes the whole way.
fn travel(place: impl Place, folder: Option<PathBuf>) {
    let indexers = GivenIndexers {
        look_back: Some(0),
        folders: folder.into_iter().collect(),
        ..GivenIndexers::default()
    };
    let service = Service::with(Given { indexers, ..Given::default() }).unwrap();
    let mut traveller = Traveller { place, service, notes: BTreeMap::new(), runs: 0 };
    traveller.put((0..FEW).map(Note::new));
    traveller.define();
    traveller.arrived(FEW);
    traveller.change();
    traveller.delete();
    traveller.reset();
    traveller.make_index_again();
    traveller.stop_in_the_middle();
    traveller.schedule();
}

impl<P: Place> Traveller<P> {
    /// Writes notes to the source, in another moment than what was before and comes after.
    fn put(&mut self, notes: impl IntoIterator<Item = Note>) {
        let notes: Vec<Note> = notes.into_iter().collect();
        self.wait();
        self.place.put(&notes);
        self.wait();
        self.notes.extend(notes.into_iter().map(|note| (note.number, note)));
    }

    fn wait(&self) {
        std::thread::sleep(self.place.instant());
    }

    fn client(&self) -> Client {
        self.service.client()
    }

    fn define_index(&self) {
        let text =
            |name: &str| json!({ "name": name, "type": "Edm.String", "filterable": true, "sortable": true });
        let index = json!({ "name": "notes", "fields": [
            { "name": "key", "type": "Edm.String", "key": true }, text("id"), text("text"),
            { "name": "n", "type": "Edm.Int32" }] });
        self.client().must(&Request::post("/indexes", &index)).unwrap();
    }

    /// Index, data source and indexer, which runs at once.
    fn define(&self) {
        let client = self.client();
        self.define_index();
        let mut source = self.place.definition();
        source["name"] = json!("docs");
        client.must(&Request::post("/datasources", &source)).unwrap();
        client.must(&Request::post("/indexers", &self.indexer())).unwrap();
    }

    fn indexer(&self) -> Value {
        let mut indexer = json!({ "name": "crawl", "dataSourceName": "docs", "targetIndexName": "notes",
            "parameters": { "batchSize": BATCH } });
        indexer.as_object_mut().unwrap().extend(self.place.indexer().as_object().unwrap().clone());
        indexer
    }

    /// Waits for the next run to end: it has processed about so many, and the index is the source.
    fn arrived(&mut self, processed: u32) -> Value {
        self.runs += 1;
        let status = after(&self.client(), self.runs);
        let last = &status["lastResult"];
        assert_eq!((&last["status"], &last["errorMessage"]), (&json!("success"), &Value::Null), "{status}");
        assert_eq!(last["itemsFailed"], 0, "{status}");
        let expected = processed..=processed + self.place.seen_again();
        let items = last["itemsProcessed"].as_u64().and_then(|items| u32::try_from(items).ok());
        assert!(items.is_some_and(|items| expected.contains(&items)), "not {expected:?} items: {status}");
        self.compare();
        status
    }

    fn compare(&self) {
        let ask =
            json!({ "search": "*", "select": "id,text,n", "orderby": "id", "top": 1000, "count": true });
        let found =
            self.client().must(&Request::post("/indexes('notes')/docs/search.post.search", &ask)).unwrap();
        let found: Vec<(Value, Value, Value)> = found["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| (note["id"].clone(), note["text"].clone(), note["n"].clone()))
            .collect();
        let held: Vec<(Value, Value, Value)> = self
            .notes
            .values()
            .map(|note| (json!(note.id()), json!(note.text), json!(note.number)))
            .collect();
        assert_eq!(found, held, "the index is not what the source holds");
    }

    fn run(&self) {
        assert_eq!(run(&self.client()), 202);
    }

    /// Only what has changed is processed.
    fn change(&mut self) {
        self.run();
        self.arrived(0);
        let changed = |number| Note { number, text: format!("changed {number}") };
        self.put([changed(3), changed(17), Note::new(FEW)]);
        self.run();
        self.arrived(3);
    }

    fn delete(&mut self) {
        let notes: Vec<Note> = [5, 7].into_iter().filter_map(|number| self.notes.remove(&number)).collect();
        self.wait();
        self.place.delete(&notes);
        self.wait();
        self.run();
        self.runs += 1;
        let status = after(&self.client(), self.runs);
        assert_eq!(status["lastResult"]["status"], "success", "{status}");
        self.compare();
    }

    /// Everything comes again: what was written into the index by others is put right.
    fn reset(&mut self) {
        let client = self.client();
        assert_eq!(
            client.send(&Request::new("POST", "/indexers('crawl')/search.reset")).unwrap().status,
            204
        );
        // The reset is an entry of the history, too.
        self.runs += 1;
        self.run_whole();
    }

    /// Everything comes again, without a reset.
    fn make_index_again(&mut self) {
        let deleted = self.client().send(&Request::new("DELETE", "/indexes('notes')")).unwrap();
        assert_eq!(deleted.status, 204);
        self.define_index();
        self.run_whole();
    }

    fn run_whole(&mut self) {
        self.run();
        self.runs += 1;
        let status = after(&self.client(), self.runs);
        let last = &status["lastResult"];
        let processed = last["itemsProcessed"].as_u64().unwrap_or(0);
        assert_eq!((&last["status"], &last["errorMessage"]), (&json!("success"), &Value::Null), "{status}");
        assert!(processed >= u64::try_from(self.notes.len()).unwrap(), "{status}");
        self.compare();
    }

    /// The service stops while a run goes on, which is taken up where it was.
    fn stop_in_the_middle(&mut self) {
        // A run of a quick source may have ended before it is looked at; then another one is tried. All notes fit on a page.
        let caught = (1..=2).any(|attempt| {
            self.put((attempt * 1000..attempt * 1000 + MANY).map(Note::new));
            self.run();
            self.catch_in_the_middle()
        });
        self.service.restart().unwrap();
        self.runs += usize::from(caught);
        let status = after(&self.client(), self.runs);
        let history = &status["executionHistory"];
        assert_eq!(history[0]["status"], "success", "{status}");
        if caught {
            assert_ne!(history[1]["status"], "success", "the run was not stopped: {}", history[1]);
        }
        self.compare();
    }

    /// Waits until a run that was asked for has processed something and goes on; false if it has ended. Counts it.
    fn catch_in_the_middle(&mut self) -> bool {
        self.runs += 1;
        loop {
            let status = status(&self.client());
            let result = &status["lastResult"];
            let processed = result["itemsProcessed"].as_u64().unwrap_or(0);
            if result["status"] == "inProgress" && processed > 0 && processed < u64::from(MANY) / 2 {
                return true;
            }
            let ended = status["executionHistory"].as_array().map_or(0, Vec::len);
            if ended == self.runs && result["status"] != "inProgress" {
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// It runs by itself at the tick of its schedule. The last station: the clock of the service is ahead of the source's afterwards.
    fn schedule(&mut self) {
        let mut indexer = self.indexer();
        indexer["schedule"] = json!({ "interval": "PT5M", "startTime": "2026-01-01T00:00:00Z" });
        let update = Request::new("PUT", "/indexers('crawl')").body(indexer.to_string());
        assert_eq!(self.client().send(&update).unwrap().status, 204);
        self.arrived(0);
        self.put([Note { number: 20, text: "by itself".to_owned() }]);
        self.service.put_clock_forward(Duration::from_secs(300));
        self.arrived(1);
    }
}

/// Sends a request to a server of the journey, which has to succeed.
fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) {
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let agent = AGENT.with(ureq::Agent::clone);
    let mut answer = agent.run(request.body(body).unwrap()).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    assert!(answer.status().is_success(), "{method} {url}: {} {text}", answer.status());
}

thread_local! {
    /// Keeps its connections, so that hundreds of items are quickly there.
    static AGENT: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true).build().new_agent();
}
