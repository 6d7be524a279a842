//! Cosmos DB as a stub on loopback, for what no server at hand does: several parts, splits, throttling. The query itself is
//! tested against a server where the environment names one: `LAZULI_COSMOS=http://127.0.0.1:21010`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::Request;
use serde_json::json;

use super::*;
use crate::outside::tests::server::{Server, answer};
use crate::source::testing::{Setup, changes};

/// A stub: two parts `a` and `b` of documents by timestamp, pages of two.
fn documents(range: Option<&str>) -> Vec<Value> {
    let times: &[i64] = match range {
        Some("a") => &[1, 4, 4, 9],
        Some("b") => &[2, 3, 5],
        Some("0") => &[7, 8],
        Some(_) | None => &[],
    };
    let document = |&ts: &i64| json!({ "id": format!("{}{ts}", range.unwrap_or("x")), "_rid": "r", "_ts": ts, "gone": ts == 3 });
    times.iter().map(document).collect()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
    Some(line.split_once(':')?.1.trim())
}

fn page(head: &str) -> Vec<u8> {
    let all = documents(header(head, "x-ms-documentdb-partitionkeyrangeid"));
    let from: usize = header(head, "x-ms-continuation").map_or(0, |token| token.parse().unwrap());
    let rest = all.get(from..).unwrap_or_default();
    let body = json!({ "Documents": &rest[..rest.len().min(2)] }).to_string();
    let next = (from + 2).to_string();
    let headers = [("x-ms-continuation", next.as_str())];
    answer("200 OK", if rest.len() > 2 { &headers } else { &headers[1..] }, &body)
}

fn stub(head: &str, ranges: &[&str], mode: &str) -> Vec<u8> {
    let line = head.lines().next().unwrap();
    if line.contains("/pkranges ") {
        let ranges: Vec<Value> = ranges.iter().map(|id| json!({ "id": id })).collect();
        answer("200 OK", &[], &json!({ "PartitionKeyRanges": ranges }).to_string())
    } else if line.starts_with("GET /dbs/d%20b/colls/c ") {
        answer("200 OK", &[], &json!({ "indexingPolicy": { "indexingMode": mode } }).to_string())
    } else {
        assert!(line.starts_with("POST /dbs/d%20b/colls/c/docs "), "{line}");
        page(head)
    }
}

fn setup(server: &Server) -> Setup {
    let connection = format!("AccountEndpoint={};AccountKey=a2V5;Database=d b;", server.url("/"));
    Setup::new("cosmosdb", &connection, "c").marked_by("_ts")
}

#[tokio::test]
async fn parts_are_merged_in_the_order_of_time() {
    let server = Server::answering(|head| stub(head, &["a", "b"], "consistent")).await;
    let run = setup(&server).deleted_by("gone", "True").run(None, 100).await.unwrap();
    assert_eq!(run.changes, ["a1", "b2", "-b3", "a4", "a4", "b5", "a9"]);
    let marks: Vec<i64> =
        run.parts.iter().filter_map(|(_, mark)| mark.as_ref()?.get("HighWaterMark")?.as_i64()).collect();
    assert!(marks.is_sorted() && marks.len() > 1 && marks.last() == Some(&9), "{marks:?}");
    assert_eq!(run.warnings, [""; 0]);
    assert_eq!(run.rows[0].get("rid"), Some(&json!("r")));
    assert_eq!(run.rows[0].get("ts"), Some(&json!(1)));
}

/// What a run remembers of documents with times around the moment it began, which is 1_800_000_000 for the server.
async fn mark_of(ranges: &'static [&'static str], query: &str, times: &'static [i64]) -> Option<Mark> {
    let server = Server::answering(move |head| {
        let line = head.lines().next().unwrap();
        if line.starts_with("GET /dbs/d%20b/colls/c ") {
            return answer("200 OK", &[("Date", "Fri, 15 Jan 2027 08:00:00 GMT")], "{}");
        }
        if line.contains("/pkranges ") {
            return stub(head, ranges, "consistent");
        }
        let range = header(head, "x-ms-documentdb-partitionkeyrangeid");
        let of_range =
            |ts: &&i64| range.is_none_or(|range| range == "0" || (range == "a") == (**ts % 2 == 0));
        let documents: Vec<Value> =
            times.iter().filter(of_range).map(|ts| json!({ "id": "x", "_ts": ts })).collect();
        answer("200 OK", &[], &json!({ "Documents": documents }).to_string())
    })
    .await;
    setup(&server).querying(query).run(None, 100).await.unwrap().mark
}

/// A part that was read to its end is not looked at again, and without an order neither is any place that was passed: what
/// changes there must come with the next run, however far the rest of the run got.
#[tokio::test]
async fn the_mark_does_not_pass_the_beginning_where_something_may_change_behind() {
    const ORDERED: &str = "SELECT * FROM c WHERE c._ts >= @HighWaterMark ORDER BY c._ts";
    let mark = |second: i64| Some(Mark(json!({ "HighWaterMark": second })));
    let times: &[i64] = &[1_799_999_000, 1_800_000_011, 1_800_000_060];
    // Two parts: 30 seconds before the beginning, since their clocks differ.
    assert_eq!(mark_of(&["a", "b"], ORDERED, times).await, mark(1_799_999_970));
    assert_eq!(mark_of(&["a", "b"], "SELECT * FROM c", times).await, mark(1_799_999_970));
    assert_eq!(mark_of(&["0"], "SELECT * FROM c", times).await, mark(1_800_000_000));
    // One part in order: what changes meanwhile is still to come.
    assert_eq!(mark_of(&["0"], ORDERED, times).await, mark(1_800_000_060));
    // What is older than that is remembered as it is.
    assert_eq!(mark_of(&["a", "b"], ORDERED, &times[..1]).await, mark(1_799_999_000));
}

#[tokio::test]
async fn a_single_part_is_named_too() {
    let server = Server::answering(|head| stub(head, &["0"], "Lazy")).await;
    let run = setup(&server).run(None, 100).await.unwrap();
    assert_eq!(run.changes, ["07", "08"]);
    assert_eq!(
        run.warnings,
        ["Azure Cosmos DB collection 'c' has a Lazy indexing policy. Some data may be lost"]
    );
}

#[tokio::test]
async fn without_an_order_the_mark_comes_at_the_end() {
    let server = Server::answering(|head| stub(head, &["a", "b"], "consistent")).await;
    let run = setup(&server).querying("SELECT * FROM c").run(None, 100).await.unwrap();
    assert_eq!(run.changes, ["a1", "a4", "a4", "a9", "b2", "b3", "b5"]);
    let marks: Vec<bool> = run.parts.iter().map(|(_, mark)| mark.is_some()).collect();
    assert_eq!(marks, [false, false, false, true]);
    assert_eq!(run.mark, Some(Mark(json!({ "HighWaterMark": 9 }))));
    assert_eq!(run.warnings, [NOT_INCREMENTAL]);

    let assumed = setup(&server)
        .querying("SELECT * FROM c")
        .configured(json!({ "assumeOrderByHighWaterMarkColumn": true }));
    assert_eq!(assumed.run(None, 100).await.unwrap().warnings, [""; 0]);
}

/// What is said of a query in this form over two parts, and the first error.
async fn queried(query: &str, document: fn(i64) -> Value) -> (Vec<String>, Option<String>, usize) {
    let server = Server::answering(move |head| {
        if !head.starts_with("POST") {
            return stub(head, &["a", "b"], "consistent");
        }
        answer("200 OK", &[], &json!({ "Documents": [document(1), document(2)] }).to_string())
    })
    .await;
    let setup = setup(&server).querying(query);
    let (changes, _) = changes(&setup, None).await.unwrap();
    let errors: Vec<_> = changes
        .into_iter()
        .filter_map(|change| if let Change::Failed(error) = change { Some(error) } else { None })
        .collect();
    let details = errors.first().and_then(|error| error.details.clone());
    (setup.run(None, 100).await.unwrap().warnings, details, errors.len())
}

#[tokio::test]
async fn queries_that_cannot_be_followed_are_said_to_be_so_once() {
    let (warnings, details, failures) =
        queried("SELECT c.id FROM c", |n| json!({ "id": n.to_string() })).await;
    assert_eq!((warnings, details, failures), (vec![NOT_INCREMENTAL.to_owned()], None, 0));
    let (warnings, details, failures) = queried("SELECT VALUE c.id FROM c", |n| json!(n.to_string())).await;
    assert_eq!((warnings, failures), (vec![NOT_INCREMENTAL.to_owned()], 4));
    assert!(details.unwrap().contains("'SELECT c.id, c._ts FROM c'"));
}

#[tokio::test]
async fn queries_that_never_end_end_the_run() {
    let never = |documents: &'static str, is_new: bool| {
        let pages = AtomicUsize::new(0);
        Server::answering(move |head| {
            if !head.starts_with("POST") {
                return stub(head, &["0"], "consistent");
            }
            let page = if is_new { pages.fetch_add(1, Ordering::SeqCst) } else { 0 };
            let next = format!("t{page}");
            let body = format!("{{\"Documents\":{documents}}}");
            answer("200 OK", &[("x-ms-continuation", next.as_str())], &body)
        })
    };
    for (documents, is_new, requests) in [
        ("[]", true, BOUNDS.empty_pages_max + 1),
        ("[]", false, BOUNDS.empty_pages_max + 1),
        (r#"[{"id":"1","_ts":1}]"#, false, 2),
    ] {
        let server = never(documents, is_new).await;
        let error = setup(&server).run(None, 100).await.err();
        assert!(matches!(&error, Some(SourceError::Broken(why)) if why.contains("end")), "{error:?}");
        // The collection and its parts were asked for, too.
        assert_eq!(server.seen(), requests + 2, "{documents} {is_new}");
    }
}

#[tokio::test]
async fn only_the_items_that_are_named_come_and_nothing_is_remembered() {
    let server = Server::answering(|head| stub(head, &["a", "b"], "consistent")).await;
    let mut setup = setup(&server);
    setup.only = Some(vec!["b5".into(), "nobody".into()]);
    let since = Mark(json!({ "HighWaterMark": 9 }));
    let run = setup.run(Some(&since), 100).await.unwrap();
    assert_eq!((run.changes, run.mark), (vec!["b5".to_owned()], Some(since)));
}

#[tokio::test]
async fn a_split_part_is_read_from_where_the_run_was() {
    let queries = AtomicUsize::new(0);
    let server = Server::answering(move |head| {
        let query = head.starts_with("POST");
        if query && queries.fetch_add(1, Ordering::SeqCst) == 2 {
            return answer("410 Gone", &[], r#"{"message":"The range is gone."}"#);
        }
        stub(head, &["a", "b"], "consistent")
    })
    .await;
    let setup = setup(&server);
    let mut source = setup.open(None).await.unwrap();
    let first = source.next(100).await.unwrap().unwrap();
    assert_eq!(first.mark, Some(Mark(json!({ "HighWaterMark": 3 }))));
    let Err(SourceError::Transient(why)) = source.next(100).await else { panic!("a split is transient") };
    assert_eq!(why, "The server answered 410 Gone: The range is gone.");
    assert!(source.next(100).await.unwrap().is_some());
}

/// What a collection says of these answers to the query.
async fn refusal(answers: Vec<Vec<u8>>) -> (Option<SourceError>, usize) {
    let answers = Mutex::new(answers.into_iter());
    let server = Server::answering(move |_| answers.lock().unwrap().next().unwrap_or_default()).await;
    (setup(&server).run(None, 10).await.err(), server.seen())
}

#[tokio::test]
async fn errors_say_what_to_do() {
    let (error, _) = refusal(vec![answer("401 Unauthorized", &[], "{}")]).await;
    assert!(
        matches!(error, Some(SourceError::Credentials(why)) if why == "Credentials provided in the connection string are invalid or have expired.")
    );
    let (error, _) = refusal(vec![answer("404 Not Found", &[], "{}")]).await;
    assert!(
        matches!(error, Some(SourceError::Missing(why)) if why == "The collection 'c' of the database 'd b' does not exist.")
    );
    let busy = answer("429 Busy", &[("x-ms-retry-after-ms", "1")], r#"{"message":"Request rate is large"}"#);
    let (error, seen) = refusal(vec![busy; 5]).await;
    assert_eq!(
        error,
        Some(SourceError::Transient(
            "The server answered 429 Too Many Requests: Request rate is large".into()
        ))
    );
    assert_eq!(seen, 3);
    let (error, _) = refusal(vec![answer("200 OK", &[], "<html>")]).await;
    assert!(matches!(error, Some(SourceError::Broken(_))), "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let server = Server::scripted(vec![]).await;
    for (connection, expected) in [
        ("ResourceId=/providers/Microsoft.DocumentDB/databaseAccounts/x;Database=d", "managed identity"),
        ("AccountEndpoint=http://x/;AccountKey=a2V5;Database=d;ApiKind=MongoDb", "NoSQL API only"),
        ("AccountEndpoint=http://x/;AccountKey=???;Database=d", "Credentials provided"),
        ("AccountEndpoint=http://x/;AccountKey=a2V5", "must have 'Database'"),
    ] {
        let setup = Setup { connection: connection.into(), ..setup(&server) };
        let error = setup.open(None).await.err().unwrap().to_string();
        assert!(error.contains(expected) && !error.contains("a2V5"), "{error}");
    }
    let error = setup(&server).marked_by("updated").open(None).await.err();
    assert!(matches!(error, Some(SourceError::Broken(_))), "{error:?}");
    assert_eq!(server.seen(), 0);
}

/// Posts to a server that checks no key.
async fn post(setup: &Setup, url: &str, headers: &[(&str, &str)], body: Value) {
    let build = || {
        let mut request = Request::post(url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(request.body(Bytes::from(body.to_string())).unwrap())
    };
    let answer = setup.outside.fetch(build, 1 << 20).await.unwrap();
    assert!(answer.status.is_success(), "{url}: {answer:?}");
}

/// Against a server: create, run, change, run, delete, run.
#[tokio::test]
async fn a_collection_of_a_server_is_followed() {
    let Ok(endpoint) = std::env::var("LAZULI_COSMOS") else { return };
    let connection = format!("AccountEndpoint={endpoint};AccountKey=a2V5;Database=lazuli");
    let name = format!("c{}", std::process::id());
    let setup = Setup::new("cosmosdb", &connection, &name).marked_by("_ts").deleted_by("gone", "true");
    let databases = format!("{endpoint}/dbs");
    let build = || Ok(Request::get(format!("{databases}/lazuli")).body(Bytes::new()).unwrap());
    if setup.outside.fetch(build, 1 << 20).await.unwrap().status == 404 {
        post(&setup, &databases, &[], json!({ "id": "lazuli" })).await;
    }
    let key = json!({ "paths": ["/id"], "kind": "Hash" });
    post(&setup, &format!("{databases}/lazuli/colls"), &[], json!({ "id": name, "partitionKey": key })).await;
    let documents = format!("{databases}/lazuli/colls/{name}/docs");
    let put = |id: String, gone: bool| {
        let (setup, documents) = (&setup, &documents);
        async move {
            let partition = format!("[\"{id}\"]");
            let headers =
                [("x-ms-documentdb-is-upsert", "True"), ("x-ms-documentdb-partitionkey", partition.as_str())];
            let body = json!({ "id": id, "gone": gone, "n": 1.5, "nothing": null, "inner": { "a": [1, 2] } });
            post(setup, documents, &headers, body).await;
        }
    };
    for id in 0..25 {
        put(id.to_string(), false).await;
    }
    let first = setup.run(None, 10).await.unwrap();
    let mut ids: Vec<u32> = first.changes.iter().map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..25).collect::<Vec<_>>());
    assert_eq!(first.parts.iter().map(|(changes, _)| *changes).collect::<Vec<_>>(), [10, 10, 5]);
    assert!(!first.rows[0].contains_key("nothing") && first.rows[0]["rid"].is_string());

    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    put("3".into(), false).await;
    put("4".into(), true).await;
    let second = setup.run(first.mark.as_ref(), 10).await.unwrap();
    assert!(
        second.changes.contains(&"3".to_owned()) && second.changes.contains(&"-4".to_owned()),
        "{:?}",
        second.changes
    );
    assert_ne!(second.mark, first.mark);

    let query = "SELECT c.id, c._ts FROM c WHERE c._ts >= @HighWaterMark AND c.id = '3' ORDER BY c._ts";
    let third = setup.querying(query).run(second.mark.as_ref(), 10).await.unwrap();
    assert_eq!((third.changes, third.warnings), (vec!["3".to_owned()], vec![]));
}
