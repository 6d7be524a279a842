//! Buckets on servers that misbehave. What real ones do is tested in [`super::real`].

use std::sync::Mutex;

use serde_json::json;

use super::*;
use crate::outside::tests::server::{Server, answer};
use crate::source::Mark;
use crate::source::testing::{Setup, changes as run, content, shown};

/// A listing of entries written `key@second`, each of ten bytes.
fn listing(entries: &[&str], next: &str) -> Vec<u8> {
    let entry = |entry: &&str| {
        let (key, second) = entry.split_once('@').unwrap();
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-01-01T11:00:{second:0>2}.000Z</LastModified>\
             <ETag>&quot;1&quot;</ETag><Size>10</Size></Contents>"
        )
    };
    let contents: String = entries.iter().map(entry).collect();
    let more = match next {
        "" => "<IsTruncated>false</IsTruncated>".to_owned(),
        next => {
            format!("<IsTruncated>true</IsTruncated><NextContinuationToken>{next}</NextContinuationToken>")
        }
    };
    let body = format!("<ListBucketResult>{more}{contents}</ListBucketResult>");
    answer("200 OK", &[], &body)
}

fn refusal(status: &str, code: &str) -> Vec<u8> {
    answer(status, &[("retry-after", "0")], &format!("<Error><Code>{code}</Code></Error>"))
}

/// A small object whole, with this metadata.
fn object(metadata: &[(&str, &str)]) -> Vec<u8> {
    let mut headers =
        vec![("etag", "\"1\""), ("content-range", "bytes 0-9/10"), ("content-type", "text/plain")];
    headers.extend(metadata);
    answer("206 Partial", &headers, "0123456789")
}

fn is_listing(head: &str) -> bool {
    head.contains("list-type=2")
}

fn case(server: &Server) -> Setup {
    let connection = format!("Endpoint={};AccessKeyId=a;SecretAccessKey=s", server.url(""));
    let now = "2026-01-01T12:00:00Z".parse().unwrap();
    Setup { now, ..Setup::new("s3", &connection, "docs") }
}

/// What asks for a page, its entries, and the token of the next one.
type PageOf = (&'static str, &'static [&'static str], &'static str);

/// What a run finds in a bucket of these pages, by the keys that `start-after` or tokens name.
async fn found(
    pages: &'static [PageOf],
    since: Option<&Mark>,
) -> Result<(Vec<String>, Option<Mark>), SourceError> {
    let server = Server::answering(move |head| {
        if !is_listing(head) {
            return object(&[]);
        }
        let page = pages.iter().find(|(asked, ..)| asked.is_empty() || head.contains(asked));
        page.map_or_else(Vec::new, |(_, entries, next)| listing(entries, next))
    })
    .await;
    let (changes, mark) = run(&case(&server), since).await?;
    Ok((shown(&changes, "metadata_storage_name"), mark))
}

#[tokio::test]
async fn pages_are_read_to_the_last() {
    let pages: &'static [PageOf] = const {
        &[("token=t1", &[], "t2"), ("token=t2", &["b/x@2", "c@3"], ""), ("", &["a@1", "b@1"], "t1")]
    };
    let (names, mark) = found(pages, None).await.unwrap();
    assert_eq!(names, ["+a", "+b", "+x", "+c"]);
    let since = mark.unwrap();
    assert_eq!(since.0["lastFullEnumerationStartTime"], json!("2026-01-01T11:59:30Z"));
    assert_eq!(found(pages, Some(&since)).await.unwrap().0, Vec::<String>::new());
}

#[tokio::test]
async fn a_broken_enumeration_goes_on_after_its_last_key() {
    let server =
        Server::answering(
            |head| {
                if is_listing(head) { listing(&["a@1", "b@1", "c@1"], "") } else { object(&[]) }
            },
        )
        .await;
    let mut source = case(&server).open(None).await.unwrap();
    let mark = source.next(2).await.unwrap().unwrap().mark.unwrap();
    assert_eq!(mark.0["nameHighWaterMark"], json!("b"));
    assert_eq!(found(&[("start-after=b", &["c@1"], "")], Some(&mark)).await.unwrap().0, ["+c"]);
}

#[tokio::test]
async fn a_token_that_is_forgotten_is_replaced_by_the_key() {
    let server = Server::answering(|head| {
        if head.contains("token=") {
            refusal("400 Bad", "InvalidArgument")
        } else if head.contains("start-after=a") {
            listing(&["b@1"], "")
        } else if is_listing(head) {
            listing(&["a@1"], "old")
        } else {
            object(&[])
        }
    })
    .await;
    let (changes, _) = run(&case(&server), None).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+a", "+b"]);
}

#[tokio::test]
async fn listings_that_never_end_or_make_no_sense_end_the_run() {
    let endless = found(&[("", &["a@1"], "same")], None).await;
    assert!(matches!(endless, Err(SourceError::Broken(_))), "{endless:?}");
    let disordered = found(&[("", &["b@1", "a@1"], "")], None).await;
    assert!(matches!(&disordered, Err(SourceError::Broken(why)) if why.contains("order")), "{disordered:?}");
    let counter = Mutex::new(0);
    let server = Server::answering(move |_| {
        let mut counter = counter.lock().unwrap();
        *counter += 1;
        listing(&[], &counter.to_string())
    })
    .await;
    assert!(matches!(run(&case(&server), None).await, Err(SourceError::Broken(_))));
    assert_eq!(server.seen(), BOUNDS.empty_pages_max + 1);
    let garbage = Server::answering(|_| answer("200 OK", &[], "<html>busy")).await;
    assert!(matches!(run(&case(&garbage), None).await, Err(SourceError::Transient(_))));
}

#[tokio::test]
async fn refusals_say_what_was_refused() {
    let refused = |status: &'static str, code: &'static str| async move {
        let server = Server::answering(move |_| refusal(status, code)).await;
        run(&case(&server), None).await.map(drop).unwrap_err()
    };
    for (status, code) in
        [("403 No", "SignatureDoesNotMatch"), ("403 No", ""), ("400 Bad", "ExpiredToken"), ("401 No", "")]
    {
        let error = refused(status, code).await;
        assert!(
            matches!(&error, SourceError::Credentials(why) if why.starts_with("Credentials provided")),
            "{error:?}"
        );
    }
    let missing = "The storage service answered 404 NoSuchBucket for 'docs'.".to_owned();
    assert_eq!(refused("404 No", "NoSuchBucket").await, SourceError::Missing(missing));
    assert!(matches!(refused("503 Busy", "SlowDown").await, SourceError::Transient(_)));
    assert!(matches!(refused("500 Oh", "InternalError").await, SourceError::Transient(_)));
    let clock = refused("403 No", "RequestTimeTooSkewed").await;
    assert!(matches!(&clock, SourceError::Broken(why) if why.contains("clock")), "{clock:?}");
}

#[tokio::test]
async fn a_bucket_in_another_region_is_named() {
    let elsewhere =
        "The bucket 'docs' is in the region 'eu-west-1'. Name that as 'Region' in the connection string.";
    let malformed =
        "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>".to_owned();
    for answered in [
        answer(
            "301 Moved",
            &[("x-amz-bucket-region", "eu-west-1")],
            "<Error><Code>PermanentRedirect</Code></Error>",
        ),
        answer("400 Bad", &[], &malformed),
    ] {
        let server = Server::answering(move |_| answered.clone()).await;
        let error = run(&case(&server), None).await.map(drop).unwrap_err();
        assert_eq!(error, SourceError::Broken(elsewhere.into()));
    }
    let server = Server::answering(|_| refusal("301 Moved", "PermanentRedirect")).await;
    let error = run(&case(&server), None).await.map(drop).unwrap_err();
    assert!(matches!(&error, SourceError::Broken(why) if why.contains("'Endpoint'")), "{error:?}");
}

#[tokio::test]
async fn metadata_come_with_the_bytes_and_steer() {
    let server = Server::answering(|head| {
        if is_listing(head) {
            return listing(&["content@1", "deleted@1", "gone@1", "skipped@1", "whole@1"], "");
        }
        match head.split([' ', '/']).nth(3).unwrap() {
            "content" => object(&[("x-amz-meta-azuresearch_skipcontent", "true")]),
            "deleted" => object(&[("x-amz-meta-IsDeleted", "TRUE")]),
            "gone" => refusal("404 No", "NoSuchKey"),
            "skipped" => object(&[("x-amz-meta-AzureSearch_Skip", "True")]),
            _ => object(&[("x-amz-meta-author", "=?UTF-8?Q?m=C3=A9?=")]),
        }
    })
    .await;
    let setup = case(&server).deleted_by("isdeleted", "true");
    let (changes, _) = run(&setup, None).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+content", "-deleted", "+whole"]);
    assert_eq!(server.seen(), 6, "one listing, one request for each object");
    assert_eq!(content(&changes[0]).await.unwrap(), None);
    assert_eq!(content(&changes[2]).await.unwrap().unwrap(), b"0123456789");
    let Change::Changed(item) = &changes[2] else { panic!() };
    assert_eq!((&item.fields["author"], &item.fields["metadata_storage_size"]), (&json!("mé"), &json!(10)));
    assert_eq!(server.seen(), 6, "the bytes were there");
}

#[tokio::test]
async fn an_object_that_cannot_be_read_fails_alone() {
    let server = Server::answering(|head| match () {
        () if is_listing(head) => listing(&["a@1", "archived@1"], ""),
        () if head.contains("archived") => refusal("403 No", "InvalidObjectState"),
        () => object(&[]),
    })
    .await;
    let (changes, _) = run(&case(&server), None).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+a", "!Could not read document"]);
    let Change::Failed(error) = &changes[1] else { panic!() };
    assert_eq!((error.id.as_str(), error.status), (server.url("/docs/archived").as_str(), 403));
    assert_eq!(error.name, "DocumentExtraction.s3.d");
}

/// An object that the server cannot give now, whatever number it has for that, is one that the next run reads again.
#[tokio::test]
async fn an_object_that_fails_for_the_time_being_is_to_be_read_again() {
    for status in ["500 Oh", "502 Oh", "504 Oh", "408 Oh"] {
        let is_well = Arc::new(Mutex::new(false));
        let healed = Arc::clone(&is_well);
        let server = Server::answering(move |head| match () {
            () if is_listing(head) => listing(&["a@1", "b@1"], ""),
            () if head.contains("/b ") && !*is_well.lock().unwrap() => refusal(status, "InternalError"),
            () => object(&[]),
        })
        .await;
        let (changes, mark) = run(&case(&server), None).await.unwrap();
        assert_eq!(shown(&changes, "metadata_storage_name"), ["+a", "!Could not read document"], "{status}");
        let Change::Failed(error) = &changes[1] else { panic!() };
        assert!(error.is_passing(), "{error:?}");
        *healed.lock().unwrap() = true;
        // The mark is behind it: only by its name it comes again.
        assert!(run(&case(&server), mark.as_ref()).await.unwrap().0.is_empty());
        let again = Setup { only: Some(vec![error.id.clone()]), ..case(&server) };
        assert_eq!(shown(&run(&again, None).await.unwrap().0, "metadata_storage_name"), ["+b"]);
    }
}

/// Denied by a rule of the bucket's or for want of a key: not for all.
#[tokio::test]
async fn an_object_that_is_denied_fails_alone_and_wrong_credentials_are_the_end() {
    for data in ["contentAndMetadata", "storageMetadata"] {
        let case_of = |code: &'static str| async move {
            let server = Server::answering(move |head| match () {
                () if is_listing(head) => listing(&["a@1", "b@1", "c@1"], ""),
                () if head.starts_with("HEAD") && head.contains("/b ") => answer("403 No", &[], ""),
                () if head.contains("/b ") => refusal("403 No", code),
                () => object(&[]),
            })
            .await;
            run(&case(&server).configured(json!({ "dataToExtract": data })), None).await
        };
        let (changes, _) = case_of("AccessDenied").await.unwrap();
        assert_eq!(
            shown(&changes, "metadata_storage_name"),
            ["+a", "!Could not read document", "+c"],
            "{data}"
        );
        let Change::Failed(error) = &changes[1] else { panic!() };
        let details = "The storage service denies access to the object.";
        assert_eq!((error.status, error.details.as_deref()), (403, Some(details)));
        for code in ["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"] {
            let error = case_of(code).await.map(drop).unwrap_err();
            assert!(matches!(error, SourceError::Credentials(_)), "{data} {code} {error:?}");
        }
    }
}

#[tokio::test]
async fn an_object_that_grew_is_read_in_ranges_of_one_version() {
    const RANGE: usize = 4 * 1024 * 1024;
    let broken = Mutex::new(false);
    let server = Server::answering(move |head| {
        if is_listing(head) {
            return listing(&["a@1"], "");
        }
        let whole = RANGE + 5;
        let part = |first: usize, last: usize| {
            let range = format!("bytes {first}-{last}/{whole}");
            answer(
                "206 Partial",
                &[("etag", "\"2\""), ("content-range", &range)],
                &"x".repeat(last + 1 - first),
            )
        };
        if head.contains("bytes=0-65535") {
            return part(0, 65_535);
        }
        assert!(head.contains("if-match: \"2\""), "{head}");
        if head.contains("bytes=0-") {
            return part(0, RANGE - 1);
        }
        // The connection breaks once in the middle.
        let answer = part(RANGE, whole - 1);
        if std::mem::replace(&mut *broken.lock().unwrap(), true) {
            answer
        } else {
            answer[..answer.len() - 2].to_vec()
        }
    })
    .await;
    let (changes, _) = run(&case(&server), None).await.unwrap();
    assert_eq!(content(&changes[0]).await.unwrap().unwrap().len(), RANGE + 5);
}

#[tokio::test]
async fn named_objects_are_read_whether_they_changed_or_not() {
    let server = Server::answering(|head| match () {
        () if head.contains("/docs/a%20b") => object(&[]),
        () => refusal("404 No", "NoSuchKey"),
    })
    .await;
    let ids = ["/docs/a%20b", "/docs/gone", "/other/c"].map(|path| server.url(path));
    let setup = Setup { only: Some(ids.to_vec()), ..case(&server) };
    let (changes, mark) = run(&setup, None).await.unwrap();
    assert_eq!((shown(&changes, "metadata_storage_name"), mark), (vec!["+a b".to_owned()], None));
}
