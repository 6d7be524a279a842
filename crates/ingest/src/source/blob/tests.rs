//! Containers on servers that do what Azurite does not: soft delete, folders, forgetting, changing, misbehaving.
//! What Azurite does is tested in [`super::super::azure_storage::azurite`].

mod hostile;

use std::sync::Mutex;

use serde_json::json;

use super::*;
use crate::outside::tests::server::{Server, answer};
use crate::source::testing::{Setup, changes as run, content, shown};

/// A listing of entries written `name@second`, `name@second!` (deleted at that second) or `name/` (a folder).
fn listing(entries: &[&str], next: &str) -> Vec<u8> {
    let entry = |entry: &&str| {
        if let Some(folder) = entry.strip_suffix('/') {
            return format!(
                "<Blob><Name>{folder}</Name><Properties><ResourceType>directory</ResourceType></Properties></Blob>"
            );
        }
        let (name, second) = entry.split_once('@').unwrap();
        let (second, deleted) = second.strip_suffix('!').map_or((second, false), |second| (second, true));
        let date = format!("Thu, 01 Jan 2026 11:00:{second:0>2} GMT");
        let (mark, property) =
            if deleted { ("<Deleted>true</Deleted>", "DeletedTime") } else { ("", "Last-Modified") };
        format!(
            "<Blob><Name>{name}</Name>{mark}<Properties><{property}>{date}</{property}><Etag>0x1</Etag>\
             <Content-Length>10</Content-Length></Properties></Blob>"
        )
    };
    let blobs: String = entries.iter().map(entry).collect();
    let body = format!(
        "<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker>{next}</NextMarker></EnumerationResults>"
    );
    answer("200 OK", &[], &body)
}

fn case(server: &Server) -> Setup {
    let endpoint = server.url("");
    let connection = format!("BlobEndpoint={endpoint};SharedAccessSignature=sv=1&sig=x");
    let now = "2026-01-01T12:00:00Z".parse().unwrap();
    Setup { now, ..Setup::new("azureblob", &connection, "docs") }
}

/// Everything a run finds where each request is answered with the next of `answers`.
async fn found(
    answers: Vec<Vec<u8>>,
    since: Option<&Mark>,
) -> Result<(Vec<String>, Option<Mark>), SourceError> {
    let server = Server::scripted(answers).await;
    let (changes, mark) = run(&case(&server), since).await?;
    Ok((shown(&changes, "metadata_storage_name"), mark))
}

#[tokio::test]
async fn pages_are_read_to_the_last_and_folders_are_no_documents() {
    let answers = vec![listing(&["a@1", "b/"], "m1"), listing(&[], "m2"), listing(&["b/x@2", "c@3"], "")];
    let (names, mark) = found(answers, None).await.unwrap();
    assert_eq!(names, ["+a", "+x", "+c"]);
    let state = tracking::last(&mark.unwrap()).unwrap();
    assert!(
        state.starts_with("{\"LastFullEnumerationStartTime\":\"2026-01-01T11:59:30.0000000+00:00\""),
        "{state}"
    );
}

#[tokio::test]
async fn only_what_changed_since_is_found_again() {
    let since = Mark(json!({
        "lastFullEnumerationStartTime": "2026-01-01T11:00:02.5Z",
        "lastAttemptedEnumerationStartTime": "2026-01-01T11:00:02.5Z",
        "nameHighWaterMark": null,
    }));
    let (names, _) = found(vec![listing(&["a@1", "b@2", "c@3"], "")], Some(&since)).await.unwrap();
    assert_eq!(names, ["+b", "+c"]);
}

#[tokio::test]
async fn a_broken_enumeration_goes_on_after_its_last_name() {
    let server =
        Server::scripted(vec![listing(&["a@1", "b@1"], "m1"), listing(&["c@1", "d@1", "e@1"], "")]).await;
    let mut source = case(&server).open(None).await.unwrap();
    source.next(3).await.unwrap();
    let mark = source.next(2).await.unwrap().unwrap().mark.unwrap();
    assert_eq!((&mark.0["nameHighWaterMark"], &mark.0["page"]), (&json!("d"), &json!("m1")));

    let resumed = |page: Vec<u8>| found(vec![page, listing(&["z@1"], "")], Some(&mark));
    assert_eq!(resumed(listing(&["c@1", "d@1", "e@1"], "m2")).await.unwrap().0, ["+e", "+z"]);
    // The name is gone: nothing of its page is taken for done.
    assert_eq!(resumed(listing(&["c@1", "e@1"], "m2")).await.unwrap().0, ["+c", "+e", "+z"]);
    // The place is forgotten: everything once more.
    assert_eq!(resumed(answer("400 Bad", &[], "")).await.unwrap().0, ["+z"]);
}

#[tokio::test]
async fn what_the_storage_keeps_of_deleted_blobs_is_deleted() {
    let native = lazuli_wire::data_sources::DeletionDetectionPolicy::NATIVE_BLOB_SOFT_DELETE;
    let asked = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&asked);
    let server = Server::answering(move |head| {
        *heard.lock().unwrap() = head.to_owned();
        listing(&["a@1", "b@2!", "c@1", "c@2!", "d@2!", "d@3"], "")
    })
    .await;
    let (changes, _) = run(&case(&server).deletions(native), None).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+a", "-b", "+c", "-d", "+d"]);
    assert!(asked.lock().unwrap().contains("include=metadata%2Cdeleted"));
}

/// The run ends between the entry of a blob and that of what it was before.
#[tokio::test]
async fn a_blob_that_was_deleted_and_written_again_stays_also_when_a_run_goes_on_between() {
    let native = lazuli_wire::data_sources::DeletionDetectionPolicy::NATIVE_BLOB_SOFT_DELETE;
    let server = Server::answering(|_| listing(&["a@1", "c@3", "c@2!", "d@2!"], "")).await;
    let setup = case(&server).deletions(native);
    let mut source = setup.open(None).await.unwrap();
    let mark = source.next(2).await.unwrap().unwrap().mark.unwrap();
    assert_eq!(mark.0["nameHighWaterMark"], json!("c"));
    let (changes, _) = run(&setup, Some(&mark)).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["-d"]);
}

#[tokio::test]
async fn listings_that_never_end_or_make_no_sense_end_the_run() {
    let server = Server::answering(|_| listing(&["a@1"], "same")).await;
    assert!(matches!(run(&case(&server), None).await, Err(SourceError::Broken(_))));
    let counter = Mutex::new(0);
    let server = Server::answering(move |_| {
        let mut counter = counter.lock().unwrap();
        *counter += 1;
        listing(&[], &counter.to_string())
    })
    .await;
    assert!(matches!(run(&case(&server), None).await, Err(SourceError::Broken(_))));
    assert_eq!(server.seen(), BOUNDS.empty_pages_max + 1);
    let garbage = found(vec![answer("200 OK", &[], "<html>busy"); 3], None).await;
    assert!(matches!(garbage, Err(SourceError::Transient(_))), "{garbage:?}");
}

#[tokio::test]
async fn refusals_say_what_was_refused() {
    let refused = |status: &str| {
        let answers = vec![answer(status, &[("x-ms-error-code", "Why"), ("retry-after", "0")], ""); 3];
        async move { found(answers, None).await.unwrap_err() }
    };
    assert!(
        matches!(refused("403 Forbidden").await, SourceError::Credentials(text) if text.starts_with("Credentials provided"))
    );
    let missing = "The storage service answered 404 Why for 'docs'.".to_owned();
    assert_eq!(refused("404 Not found").await, SourceError::Missing(missing));
    assert!(matches!(refused("503 Busy").await, SourceError::Transient(_)));
    assert!(matches!(refused("409 Conflict").await, SourceError::Broken(_)));
}

/// A blob of ten bytes that the server gives to whoever asks for the right version.
fn ten(head: &str, etag: &str, byte: &str) -> Vec<u8> {
    if head.contains("comp=list") {
        return listing(&["a@1"], "");
    }
    let condition = head.lines().find_map(|line| line.strip_prefix("if-match: "));
    if condition.is_some_and(|condition| condition != etag) {
        return answer("412 Changed", &[], "");
    }
    answer("206 Partial", &[("etag", etag), ("content-range", "bytes 0-9/10")], &byte.repeat(10))
}

#[tokio::test]
async fn a_blob_that_changed_since_it_was_listed_is_read_as_it_is_now() {
    for (etag, byte) in [("\"0x1\"", "x"), ("\"0x2\"", "y")] {
        let server = Server::answering(move |head| ten(head, etag, byte)).await;
        let (changes, _) = run(&case(&server), None).await.unwrap();
        assert_eq!(content(&changes[0]).await.unwrap().unwrap(), byte.repeat(10).into_bytes(), "{etag}");
    }
}

#[tokio::test]
async fn a_blob_that_changes_between_two_ranges_is_never_mixed() {
    const RANGE: usize = 4 * 1024 * 1024;
    let server = Server::answering(move |head| {
        if head.contains("comp=list") {
            return listing(&["a@1"], "");
        }
        if !head.contains("bytes=0-") {
            return answer("412 Changed", &[], "");
        }
        let range = format!("bytes 0-{}/{}", RANGE - 1, RANGE + 5);
        answer("206 Partial", &[("etag", "\"0x1\""), ("content-range", &range)], &"x".repeat(RANGE))
    })
    .await;
    let (changes, _) = run(&case(&server), None).await.unwrap();
    assert!(matches!(content(&changes[0]).await, Err(SourceError::Changed(_))));
}

#[tokio::test]
async fn bytes_that_were_not_asked_for_are_not_taken() {
    for (range, body) in [("bytes 5-9/10", "xxxxx"), ("bytes 0-9/10", "xxxxx"), ("nonsense", "xxxxxxxxxx")] {
        let server = Server::answering(move |head| {
            if head.contains("comp=list") {
                return listing(&["a@1"], "");
            }
            answer("206 Partial", &[("etag", "\"0x1\""), ("content-range", range)], body)
        })
        .await;
        let (changes, _) = run(&case(&server), None).await.unwrap();
        assert!(content(&changes[0]).await.is_err(), "{range}");
    }
}

#[test]
fn a_query_names_a_folder() {
    for (query, expected) in [("", ""), ("a", "a/"), ("/a/b/", "a/b/"), (" ", "")] {
        assert_eq!(folder(query), expected, "{query}");
    }
}
