//! Calls to servers that misbehave.

pub(crate) mod server;

use std::time::Duration;

use http::Request;
use lazuli_platform::clock::SystemClock;
use lazuli_platform::random::SeededRandom;

use self::server::{Server, answer};
use super::*;

/// A way out for tests: as in the service, but impatient.
pub(crate) fn impatient() -> Settings {
    Settings {
        connect_longest: Duration::from_millis(1_000),
        silence_longest: Duration::from_millis(300),
        attempt_longest: Duration::from_millis(900),
        total_longest: Duration::from_secs(10),
        attempts_max: 3,
        wait_first: Duration::from_millis(2),
        wait_longest: Duration::from_millis(20),
        ..Settings::default()
    }
}

pub(crate) fn outside(settings: Settings) -> Outside {
    Outside::new(settings, Arc::new(SystemClock::new()), Arc::new(SeededRandom::new(5))).unwrap()
}

async fn get(outside: &Outside, url: &str, bytes_max: usize) -> Result<(u16, String), OutsideError> {
    let build = || Ok(Request::get(url).body(Bytes::new()).unwrap());
    let answer = outside.fetch(build, bytes_max).await?;
    Ok((answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned()))
}

/// What comes of a call to a server that answers each connection with the next of `answers`, and how many it saw.
async fn against(answers: Vec<Vec<u8>>) -> (Result<(u16, String), OutsideError>, usize) {
    let server = Server::scripted(answers).await;
    let result = get(&outside(impatient()), &server.url("/x"), 100).await;
    (result, server.seen())
}

#[tokio::test]
async fn an_answer_is_read_to_its_end() {
    let (result, seen) = against(vec![answer("200 OK", &[], "hello")]).await;
    assert_eq!((result, seen), (Ok((200, "hello".into())), 1));
}

#[tokio::test]
async fn busy_servers_are_asked_again_and_others_are_not() {
    let busy = |status| answer(status, &[("retry-after", "0")], "busy");
    let ok = answer("200 OK", &[], "hello");
    let (result, seen) = against(vec![busy("503 Busy"), busy("429 Slow down"), ok.clone()]).await;
    assert_eq!((result, seen), (Ok((200, "hello".into())), 3));
    let (result, seen) = against(vec![busy("500 Oh"), busy("502 Oh"), busy("504 Oh"), ok.clone()]).await;
    assert_eq!((result, seen), (Ok((504, "busy".into())), 3), "the last answer is the result");
    let (result, seen) = against(vec![busy("404 No"), ok]).await;
    assert_eq!((result, seen), (Ok((404, "busy".into())), 1));
}

#[tokio::test]
async fn broken_connections_are_tried_again() {
    let ok = answer("200 OK", &[], "hello");
    for broken in ["", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort"] {
        let (result, seen) = against(vec![broken.into(), broken.into(), ok.clone()]).await;
        assert_eq!((result, seen), (Ok((200, "hello".into())), 3), "{broken:?}");
        let (result, seen) = against(vec![broken.into(); 4]).await;
        assert!(matches!(result, Err(OutsideError::Broken(_))), "{broken:?}: {result:?}");
        assert_eq!(seen, 3, "{broken:?}");
    }
}

#[tokio::test]
async fn nobody_listening_is_an_error_after_the_last_attempt() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let result = get(&outside(impatient()), &format!("http://127.0.0.1:{port}/"), 100).await;
    assert!(matches!(result, Err(OutsideError::Unreachable { .. })), "{result:?}");
}

#[tokio::test]
async fn silence_and_dripping_end() {
    for drip in [Duration::from_secs(3_600), Duration::from_millis(100)] {
        let server = Server::dripping(drip).await;
        let settings = Settings { attempts_max: 2, ..impatient() };
        let result = get(&outside(settings), &server.url("/"), 1_000_000).await;
        assert!(matches!(result, Err(OutsideError::TimedOut(_))), "{drip:?}: {result:?}");
        assert_eq!(server.seen(), 2, "{drip:?}");
    }
}

#[tokio::test]
async fn all_attempts_together_end() {
    let server = Server::dripping(Duration::from_secs(3_600)).await;
    let settings = Settings { attempts_max: 1_000, total_longest: Duration::from_millis(700), ..impatient() };
    let result = get(&outside(settings), &server.url("/"), 100).await;
    assert!(matches!(result, Err(OutsideError::TimedOut(_))), "{result:?}");
    assert!((2..=4).contains(&server.seen()), "{}", server.seen());
}

#[tokio::test]
async fn answers_and_heads_have_a_largest_size() {
    let (result, seen) = against(vec![answer("200 OK", &[], &"x".repeat(101))]).await;
    assert_eq!((result, seen), (Err(OutsideError::TooLarge { bytes_max: 100 }), 1));
    let large = answer("200 OK", &[("x-large", &"x".repeat(4 * HEAD_BYTES_MAX))], "");
    let (result, _) = against(vec![large; 3]).await;
    assert!(matches!(result, Err(OutsideError::Broken(_))), "{result:?}");
    let many: Vec<(&str, &str)> = vec![("x", "y"); 200];
    let (result, _) = against(vec![answer("200 OK", &many, ""); 3]).await;
    assert!(matches!(result, Err(OutsideError::Broken(_))), "{result:?}");
}

#[tokio::test]
async fn redirects_are_followed_so_far() {
    let to = |location: &str| answer("302 Found", &[("location", location)], "");
    let (result, seen) = against(vec![to("/y"), answer("200 OK", &[], "there")]).await;
    assert_eq!((result, seen), (Ok((200, "there".into())), 2));
    let (result, seen) = against(vec![to("/x"); 20]).await;
    assert!(matches!(result, Err(OutsideError::Redirect(_))), "{result:?}");
    assert_eq!(seen, 6);
}

#[tokio::test]
async fn metadata_services_are_refused_directly_and_by_name_and_no_redirect_leads_there() {
    let forbidden = |host: &str| Err(OutsideError::Forbidden { host: host.into() });
    for target in ["http://169.254.169.254/latest", "http://[fe80::1]/", "http://[::ffff:a9fe:a9fe]/"] {
        let (result, seen) = against(vec![answer("302 Found", &[("location", target)], "")]).await;
        assert_eq!((result, seen), (Ok((302, String::new())), 1), "{target}");
        let result = get(&outside(impatient()), target, 100).await;
        assert!(matches!(result, Err(OutsideError::Forbidden { .. })), "{target}: {result:?}");
    }
    let name = "http://metadata.google.internal/computeMetadata";
    assert_eq!(get(&outside(impatient()), name, 100).await, forbidden("metadata.google.internal"));
    let connected = outside(impatient()).connect("169.254.169.254", 80).await.map(drop);
    assert_eq!(connected, Err(OutsideError::Forbidden { host: "169.254.169.254".into() }));
}

/// The system's resolver reads 2852039166 and 0xa9fea9fe as addresses, as `inet_aton` does: the guard sees what it made of them.
#[tokio::test]
async fn metadata_services_are_refused_after_the_name_was_resolved() {
    for host in ["2852039166", "0xa9fea9fe", "169.254.43518"] {
        let result = get(&outside(impatient()), &format!("http://{host}/"), 100).await;
        assert_eq!(result, Err(OutsideError::Forbidden { host: host.into() }));
    }
}

#[tokio::test]
async fn a_bundle_that_holds_no_certificate_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    fs_err::write(&path, "nothing").unwrap();
    let settings = Settings { ca_bundle: Some(path), ..Settings::default() };
    let made = Outside::new(settings, Arc::new(SystemClock::new()), Arc::new(SeededRandom::new(5)));
    assert!(matches!(made, Err(OutsideError::Settings(_))), "{made:?}");
}

#[tokio::test]
async fn certificates_are_verified_and_a_bundle_adds_authorities() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let bundle = folder.path().join("ca.pem");
    fs_err::write(&bundle, made.cert.pem()).unwrap();
    let server = Server::secure(&made, answer("200 OK", &[], "hello")).await;
    let url = format!("https://localhost:{}/", server.port());
    let result = get(&outside(impatient()), &url, 100).await;
    assert!(matches!(result, Err(OutsideError::Untrusted { .. })), "{result:?}");
    let settings = Settings { ca_bundle: Some(bundle), ..impatient() };
    assert_eq!(get(&outside(settings.clone()), &url, 100).await, Ok((200, "hello".into())));
    let other_name = format!("https://127.0.0.1:{}/", server.port());
    let result = get(&outside(settings), &other_name, 100).await;
    assert!(matches!(result, Err(OutsideError::Untrusted { .. })), "{result:?}");
}

#[test]
fn dates_are_those_of_http() {
    assert_eq!(http_date(1_493_254_272_000), "Thu, 27 Apr 2017 00:51:12 GMT");
}
