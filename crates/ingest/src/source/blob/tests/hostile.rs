//! Whole runs over storage that is slow, busy, broken or hostile: each comes to an end, and says why.
//!
//! The limits are those of the service. Time is tokio's, which goes on by itself when nobody has anything to do.

use std::collections::BTreeMap;

use lazuli_catalog::data_sources::SourceType;
use lazuli_wire::indexers::Indexer;
use serde_json::json;

use super::*;
use crate::map::Mapped;
use crate::outside::Settings;
use crate::parse::{Parsing, Records, records};
use crate::run::doubles::{TokioClock, World, lock};
use crate::run::{self, Budget, Documents, Ending, Parts, Plan, Shape, Stopper};
use crate::source::{ItemError, Note};
use crate::state::{Execution, Mode, ResetList};

/// A JSON object in each blob, whose member `value` goes into the document of the blob's name.
struct Values(Arc<Parsing>);

struct ValuesOf(Box<dyn Records>);

impl Shape for Values {
    fn documents(&self, item: Item) -> Box<dyn Documents> {
        Box::new(ValuesOf(records(item, &self.0)))
    }

    fn deletion(&self, item: Item) -> Result<Box<dyn Documents>, Note> {
        panic!("nothing is deleted: {}", item.id)
    }

    fn deletion_of_key(&self, key: &str) -> Mapped {
        panic!("nothing is deleted: {key}")
    }

    fn key(&self, item: &Item) -> Option<String> {
        Some(item.id.clone())
    }
}

impl Documents for ValuesOf {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Mapped, ItemError>>, SourceError>> {
        Box::pin(async {
            let Some(record) = self.0.next().await? else { return Ok(None) };
            Ok(Some(record.map(|record| mapped(&record.source, &record.fields["value"].to_string()))))
        })
    }
}

fn mapped(id: &str, value: &str) -> Mapped {
    let key = id.rsplit('/').next().unwrap();
    let action = format!("{{\"key\":{key:?},\"value\":{value}}}");
    Mapped { action, key: key.to_owned(), warnings: Vec::new() }
}

/// What came of a run.
struct Ran {
    ending: Ending,
    index: BTreeMap<String, i64>,
    processed: u64,
    /// Status and details of the items that failed.
    errors: Vec<(u16, String)>,
}

impl Ran {
    /// Why the run failed.
    #[track_caller]
    fn failure(&self) -> &str {
        let Ending::Failed(failure) = &self.ending else { panic!("{:?}, {:?}", self.ending, self.errors) };
        &failure.message
    }

    /// Names of the documents in the index.
    fn names(&self) -> String {
        self.index.keys().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// A run of an hour at most in which any number of items may fail.
async fn crawl(server: &Server) -> Ran {
    let world = World::new(1);
    let setup = case(server).settings(Settings::default());
    let indexer = json!({"dataSourceName": "ds", "parameters": {"configuration": {"parsingMode": "json"}}});
    let indexer: Indexer = serde_json::from_value(indexer).unwrap();
    let plan = Plan {
        index: "docs".to_owned(),
        batch: 10,
        budget: Budget::new(Some(-1), None),
        longest: Duration::from_secs(3600),
        only: ResetList::default(),
        reading: "DocumentExtraction.azureblob.ds".to_owned(),
    };
    let (_stopper, stop) = Stopper::pair();
    let parts = Parts {
        absence: None,
        plan: &plan,
        again: None,
        source: setup.open(None).await.unwrap(),
        shape: Arc::new(Values(Arc::new(Parsing::bind(&indexer, SourceType::AzureBlob).unwrap()))),
        target: world.clone(),
        clock: Arc::new(TokioClock(tokio::time::Instant::now())),
        began: Duration::ZERO,
        stop,
        journal: &*world,
    };
    let ending = run::run(parts, Execution::begin(0, Mode::AllDocuments, None)).await;
    let run = world.progress();
    let errors = run.errors.into_iter().map(|error| (error.status, error.details.unwrap_or_default()));
    let index = lock(&world.index).clone();
    Ran { ending, index, processed: run.processed, errors: errors.collect() }
}

/// A blob as it is, or nothing for a listing of `a`, `b` and `c`, which are ten bytes each.
fn well(head: &str) -> Vec<u8> {
    if head.contains("comp=list") {
        return listing(&["a@1", "b@1", "c@1"], "");
    }
    let headers = [("etag", "\"0x1\""), ("content-range", "bytes 0-11/12")];
    answer("206 Partial", &headers, "{\"value\": 7}")
}

/// A server that does as it should but for requests whose head has this in it, which get `answers` in turn, the last one
/// again and again.
async fn server_but_for(part: &'static str, answers: Vec<Vec<u8>>) -> Server {
    let given = Mutex::new(0);
    Server::answering(move |head| {
        if !head.contains(part) {
            return well(head);
        }
        let mut given = given.lock().unwrap();
        let at = answers.len().min(*given + 1) - 1;
        *given += 1;
        answers[at].clone()
    })
    .await
}

const LISTING: &str = "comp=list";
const BLOB: &str = "GET /docs/b";

#[tokio::test(start_paused = true)]
async fn all_is_well_with_a_server_that_does_as_it_should() {
    let ran = crawl(&server_but_for("nothing", Vec::new()).await).await;
    assert_eq!((ran.ending, ran.processed), (Ending::Success, 3));
    assert_eq!(ran.index, ["a", "b", "c"].map(|name| (name.to_owned(), 7)).into());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_busy_now_and_then_is_asked_again() {
    for status in ["500 Oh", "503 Busy", "429 Slow down"] {
        for part in [LISTING, BLOB] {
            let busy = answer(status, &[("retry-after", "20")], "");
            let mut answers = vec![busy; 4];
            answers.push(well(part));
            let ran = crawl(&server_but_for(part, answers).await).await;
            assert_eq!((&ran.ending, ran.names().as_str()), (&Ending::Success, "a b c"), "{status} {part}");
            assert!(ran.errors.is_empty(), "{:?}", ran.errors);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stays_busy_ends_the_run_or_costs_the_blob() {
    for (status, wait) in [("500", "soon"), ("503", "100000"), ("429", "1")] {
        let busy = || vec![answer(&format!("{status} No"), &[("retry-after", wait)], "")];
        let ran = crawl(&server_but_for(LISTING, busy()).await).await;
        assert_eq!(ran.failure(), format!("The storage service answered {status}  for 'docs'."));
        let ran = crawl(&server_but_for(BLOB, busy()).await).await;
        assert_eq!((&ran.ending, ran.names().as_str()), (&Ending::Success, "a c"));
        let details = format!("The storage service answered {status}  for 'docs'.");
        assert_eq!(ran.errors, [(503, details)]);
    }
}

#[tokio::test(start_paused = true)]
async fn connections_that_break_in_the_middle_end_the_run_or_cost_the_blob() {
    for part in [LISTING, BLOB] {
        let mut half = well(part);
        half.truncate(half.len() - 5);
        let healed = vec![half.clone(), Vec::new(), half.clone(), well(part)];
        let ran = crawl(&server_but_for(part, healed).await).await;
        assert_eq!((&ran.ending, ran.names().as_str()), (&Ending::Success, "a b c"), "{part}");
        let ran = crawl(&server_but_for(part, vec![half]).await).await;
        if part == LISTING {
            assert!(
                ran.failure().starts_with("The answer of the server could not be read"),
                "{}",
                ran.failure()
            );
        } else {
            assert_eq!((&ran.ending, ran.names().as_str(), ran.errors[0].0), (&Ending::Success, "a c", 503));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_drips_or_says_nothing_is_given_up() {
    // The longest silence allowed is 30 s: the one is cut off by what an attempt may take, the other by the silence.
    for every in [1, 3600] {
        let ran = crawl(&Server::dripping(Duration::from_secs(every)).await).await;
        assert!(ran.failure().ends_with("took too long."), "{}", ran.failure());
        assert_eq!(ran.processed, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn listings_that_make_no_sense_end_the_run() {
    for garbage in
        ["", "<html>busy", "<EnumerationResults><Blobs><Blob><Name>a</Name>", "\u{0}\u{1}", "{\"value\":[]}"]
    {
        let ran = crawl(&server_but_for(LISTING, vec![answer("200 OK", &[], garbage)]).await).await;
        assert!(ran.failure().starts_with("The listing of 'docs' cannot be read"), "{}", ran.failure());
    }
}

#[tokio::test(start_paused = true)]
async fn listings_without_end_end_the_run() {
    let never_ends = "The listing of the storage service does not come to an end.";
    let same_marker = vec![listing(&["a@1"], "m")];
    assert_eq!(crawl(&server_but_for(LISTING, same_marker).await).await.failure(), never_ends);
    let same_page = |page: usize| listing(&["a@1", "b@1"], &page.to_string());
    let answers = (0..100).map(same_page).collect();
    assert_eq!(crawl(&server_but_for(LISTING, answers).await).await.failure(), never_ends);

    // Ever more blobs: the run ends with its time, and all that it read is in the index.
    let pages = Mutex::new(0);
    let server = Server::answering(move |head| {
        if !head.contains(LISTING) {
            return answer("503 Busy", &[("retry-after", "30")], "");
        }
        let mut pages = pages.lock().unwrap();
        *pages += 1;
        listing(&[&format!("n{pages:06}@1")], &pages.to_string())
    })
    .await;
    let ran = crawl(&server).await;
    assert!(ran.failure().starts_with("The indexer reached its maximum run time"), "{}", ran.failure());
}

#[tokio::test(start_paused = true)]
async fn blobs_that_change_between_listing_and_reading_are_read_as_they_are_or_reported() {
    let newer = [("etag", "\"0x2\""), ("content-range", "bytes 0-11/12")];
    let changed = vec![answer("412 Changed", &[], ""), answer("206 Partial", &newer, "{\"value\": 8}")];
    let ran = crawl(&server_but_for(BLOB, changed).await).await;
    assert_eq!((&ran.ending, ran.index["b"]), (&Ending::Success, 8));
    // Unheeded conditions: the version that was listed is not what came.
    let ran = crawl(&server_but_for(BLOB, vec![answer("206 Partial", &newer, "{\"value\": 8}")]).await).await;
    assert_eq!((&ran.ending, ran.index["b"]), (&Ending::Success, 8));
    let ran = crawl(&server_but_for(BLOB, vec![answer("404 Gone", &[], "")]).await).await;
    assert_eq!((&ran.ending, ran.names().as_str(), ran.errors.len()), (&Ending::Success, "a c", 0));
    for (status, expected) in [("409 Conflict", 500), ("200 OK", 500)] {
        let ran = crawl(&server_but_for(BLOB, vec![answer(status, &[], "{\"value\": 9}")]).await).await;
        assert_eq!((&ran.ending, ran.names().as_str()), (&Ending::Success, "a c"), "{status}");
        assert_eq!((ran.errors.len(), ran.errors[0].0), (1, expected), "{status}: {:?}", ran.errors);
    }
}

#[tokio::test(start_paused = true)]
async fn redirects_to_other_servers_are_not_followed() {
    let other = Server::answering(|_| answer("200 OK", &[], "{\"value\": 9}")).await;
    let elsewhere = other.url("/");
    // The second is the first as the system's resolver understands it; the third is a name.
    for to in [
        "http://169.254.169.254/latest",
        "http://2852039166/latest",
        "http://metadata.google.internal/latest",
        &elsewhere,
    ] {
        let redirect = || vec![answer("302 Found", &[("location", to)], "")];
        let listed = crawl(&server_but_for(LISTING, redirect()).await).await;
        let failure = listed.failure();
        assert!(failure.starts_with("The storage service answered 302 "), "{failure}");
        let ran = crawl(&server_but_for(BLOB, redirect()).await).await;
        assert_eq!((&ran.ending, ran.names().as_str()), (&Ending::Success, "a c"));
        assert_eq!(ran.errors.len(), 1, "{:?}", ran.errors);
    }
    assert_eq!(other.seen(), 0);
}
