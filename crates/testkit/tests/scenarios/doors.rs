//! Both doors, the pages without a key, and connections that misbehave.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazuli_server::settings::{Given, Visibility};
use lazuli_server::{DEV_ADMIN_KEY, DEV_QUERY_KEY};
use lazuli_testkit::{Request, Service, fixtures};
use serde_json::json;

use super::hostile::{http2, http2_request, run};

/// Sends bytes as they are and reads until the other side closes.
fn raw(service: &Service, request: &str) -> String {
    let address = service.client().base().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn https_is_trusted_by_its_ca_and_answers_like_http() {
    let service = Service::start().unwrap();
    let https = service.https_client().unwrap();
    let answer = https.send(&Request::get("/indexes")).unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json().unwrap()["@odata.context"], format!("{}/$metadata#indexes", https.base()));
    assert_eq!(answer.header("strict-transport-security").len(), 2);
    let ca = service.client().send(&Request::get("/tls/ca.pem")).unwrap();
    assert_eq!(ca.body, fs_err::read(service.data_dir().join("tls/ca.pem")).unwrap());
}

#[test]
fn the_pages_without_a_key() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    let page = |path: &str| {
        service.client().send(&Request { key: None, version: false, ..Request::get(path) }).unwrap()
    };
    assert_eq!(page("/healthz").text(), "alive\n");
    assert_eq!(page("/readyz").json().unwrap(), json!({ "status": "ready", "rebuilding": [] }));
    let metrics = page("/metrics").text();
    for line in ["lazuli_index_documents{index=\"numbers\"} 120", "lazuli_requests_total{"] {
        assert!(metrics.contains(line), "{metrics}");
    }
}

#[test]
fn head_is_for_load_balancers() {
    let service = Service::start().unwrap();
    let answer = raw(&service, "HEAD /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert!(answer.contains("content-length: 6\r\n"), "{answer}");
    let answer = raw(&service, "HEAD /indexes HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 405 ") && answer.ends_with("\r\n\r\n"), "{answer}");
    let head = Request { key: None, version: false, ..Request::new("HEAD", "/readyz") };
    let answer = service.https_client().unwrap().send(&head).unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (200, ""));
}

#[test]
fn a_request_needs_one_host() {
    let service = Service::start().unwrap();
    let status = |hosts: &str| {
        let answer = raw(&service, &format!("GET /healthz HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n"));
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!([status(""), status("Host: a\r\nHost: b\r\n"), status("Host: a\r\n")], ["400", "400", "200"]);
    assert!(raw(&service, "GET /healthz HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 200"));
}

#[test]
fn successes_are_chunked_and_errors_have_a_length() {
    let service = Service::start().unwrap();
    let answer = raw(
        &service,
        "GET /indexes?api-version=2026-04-01 HTTP/1.1\r\nHost: h\r\napi-key: testkit-admin-key\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("transfer-encoding: chunked\r\n") && !answer.contains("content-length"),
        "{answer}"
    );
    assert!(answer.contains("date: "), "{answer}");
    let answer = raw(&service, "GET /indexes HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert!(answer.contains("content-length: ") && !answer.contains("transfer-encoding"), "{answer}");
}

/// Every line of each kind of answer, in any order: what is not in `wire.md` §1 is not sent.
#[test]
fn answers_have_these_headers_and_no_others() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    let names = |method: &str, target: &str, more: &str| {
        let answer = raw(
            &service,
            &format!(
                "{method} {target}?api-version=2026-04-01 HTTP/1.1\r\nHost: h\r\napi-key: testkit-admin-key\r\n\
                 Connection: close\r\n{more}\r\n"
            ),
        );
        let head = answer.split("\r\n\r\n").next().unwrap().to_owned();
        let mut names: Vec<String> =
            head.lines().skip(1).map(|line| line.split(':').next().unwrap().to_owned()).collect();
        names.retain(|name| !matches!(name.as_str(), "date" | "connection" | "request-id" | "elapsed-time"));
        names.sort();
        names.join(" ")
    };
    let success = "content-type odata-version preference-applied strict-transport-security \
                   strict-transport-security transfer-encoding";
    let error =
        "cache-control content-language content-length content-type expires pragma strict-transport-security";
    assert_eq!(names("GET", "/indexes", ""), success);
    assert_eq!(names("GET", "/indexes('numbers')", ""), success.replace("odata", "etag odata"));
    assert_eq!(names("GET", "/indexes('numbers')/docs/$count", ""), success);
    let packed = format!("content-encoding {success} vary");
    assert_eq!(names("GET", "/indexes('numbers')/docs('1')", "Accept-Encoding: gzip\r\n"), packed);
    assert_eq!(names("GET", "/indexes('none')", ""), error);
    assert_eq!(names("GET", "/indexes('none')", "Accept-Encoding: gzip\r\nOrigin: https://a\r\n"), error);
    assert_eq!(names("PATCH", "/indexes", ""), format!("allow {error}"));
    assert_eq!(
        names("GET", "/indexes('none')/docs('1')", ""),
        "content-language content-length content-type strict-transport-security"
    );
    assert_eq!(
        names("GET", "/indexes('numbers')/docs('none')", ""),
        "content-language preference-applied strict-transport-security transfer-encoding"
    );
    let echoes =
        "x-ms-client-request-id: 00000000000000000000000000000001\r\nreturn-client-request-id: true\r\n";
    assert_eq!(
        names("DELETE", "/indexes('numbers')", echoes),
        "client-request-id preference-applied strict-transport-security strict-transport-security \
         x-ms-client-request-id"
    );
}

#[test]
fn what_is_not_http_is_turned_away_and_the_service_goes_on() {
    let service = Service::start().unwrap();
    let long = format!("GET / HTTP/1.1\r\nHost: h\r\nx: {}\r\n\r\n", "y".repeat(200_000));
    for garbage in ["\x16\x03\x01 nonsense\r\n\r\n", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", &long] {
        let address = service.client().base().trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // The service may have hung up before everything is sent.
        let _ = stream.write_all(garbage.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert_eq!(service.client().send(&Request::get("/indexes")).unwrap().status, 200);
}

#[test]
fn bodies_and_targets_have_limits() {
    let service = Service::start().unwrap();
    let client = service.client();
    let announced = "POST /indexes?api-version=2026-04-01 HTTP/1.1\r\nHost: h\r\napi-key: testkit-admin-key\r\n\
                     Content-Length: 16777217\r\nConnection: close\r\n\r\n";
    assert!(raw(&service, announced).starts_with("HTTP/1.1 413 "));
    let long = format!("/indexes?x={}", "y".repeat(9000));
    assert_eq!(client.send(&Request::get(&long)).unwrap().status, 414);
    let form = Request::new("POST", "/indexes")
        .body("a=b")
        .header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(client.send(&form).unwrap().status, 415);
    let packed = Request::new("POST", "/indexes").body("x").header("Content-Encoding", "gzip");
    assert_eq!(client.send(&packed).unwrap().status, 415);
}

/// SDKs answer 413 by halving their batch, so they have to get to see it, over TLS as well.
#[test]
fn a_refused_body_is_read_to_its_end() {
    let service = Service::start().unwrap();
    let body = vec![b' '; 20 << 20];
    for client in [service.client(), service.https_client().unwrap()] {
        let batch = Request::new("POST", "/indexes('a')/docs/index").body(body.clone());
        assert_eq!(client.send(&batch).unwrap().status, 413);
        let stranger = Request { key: None, ..batch };
        assert_eq!(client.send(&stranger).unwrap().status, 401);
    }
}

#[test]
fn development_keys_work_only_when_asked_for() {
    let status = |service: &Service, key: &str| {
        let request = Request { key: Some(key.to_owned()), ..Request::get("/indexes") };
        service.client().send(&request).unwrap().status
    };
    let plain = Service::start().unwrap();
    assert_eq!(status(&plain, DEV_ADMIN_KEY), 403);
    let dev = Service::with(Given { dev: Some(true), ..Given::default() }).unwrap();
    assert_eq!(status(&dev, DEV_ADMIN_KEY), 200);
    assert_eq!(status(&dev, DEV_QUERY_KEY), 403);
}

/// The settings file is read again while the service runs; `keys.json` is read by the same hand.
#[test]
fn a_bearer_token_is_an_admin_key_and_can_be_changed_while_the_service_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lazuli.toml");
    fs_err::write(&file, "bearer-tokens = ['first']").unwrap();
    let service = Service::with(Given { settings_file: Some(file.clone()), ..Given::default() }).unwrap();
    let (http, https) = (service.client(), service.https_client().unwrap());
    let with = |token: &str| {
        let request = Request { key: None, ..Request::get("/indexes") };
        request.header("Authorization", &format!("Bearer {token}"))
    };
    assert_eq!(https.send(&with("first")).unwrap().status, 200);
    let in_clear = http.send(&with("first")).unwrap();
    assert_eq!(in_clear.status, 401);
    assert!(in_clear.text().contains("HTTPS only"));
    assert_eq!(in_clear.header("www-authenticate"), ["Bearer realm=\"lazuli\", error=\"invalid_token\""]);
    assert_eq!(https.send(&with("second")).unwrap().status, 401);
    fs_err::write(&file, "bearer-tokens = ['second']").unwrap();
    let changed = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        https.send(&with("second")).unwrap().status == 200
    });
    assert!(changed, "the new token should be in force");
    assert_eq!(https.send(&with("first")).unwrap().status, 401);
}

#[test]
fn eventual_visibility_rehearses_the_delay() {
    let visibility = Some(Visibility::Eventual(Duration::from_secs(3600)));
    let service = Service::with(Given { visibility, ..Given::default() }).unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    let found =
        service.client().must(&Request::get("/indexes('numbers')/docs?search=*&$count=true")).unwrap();
    assert_eq!(found["@odata.count"], 0);
}

#[test]
fn a_request_in_flight_is_finished_when_the_service_stops() {
    let mut service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    let address = service.client().base().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let body = r#"{"value":[{"id":"late","text":"written at the last moment"}]}"#;
    let (first, second) = body.split_at(20);
    let head = format!(
        "POST /indexes('numbers')/docs/index?api-version=2026-04-01 HTTP/1.1\r\nHost: h\r\n\
         api-key: testkit-admin-key\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::scope(|scope| {
        // The request has been taken up when another one on the same machine has been answered.
        service.client().must(&Request::get("/indexes")).unwrap();
        scope.spawn(|| service.stop());
        while TcpStream::connect(&address).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
        stream.write_all(second.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    });
    service.restart().unwrap();
    let document = service.client().must(&Request::get("/indexes('numbers')/docs('late')")).unwrap();
    assert_eq!(document["text"], "written at the last moment");
}

/// Everything that is logged in this process, from every crate at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_key_is_ever_logged() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let service = Service::start().unwrap();
    for client in [service.client(), service.https_client().unwrap()] {
        for key in [lazuli_testkit::ADMIN_KEY, lazuli_testkit::QUERY_KEY, "a-wrong-secret"] {
            for request in
                [Request::get("/indexes"), Request::get("/nothing"), Request::get("/indexes('a')/docs('k')")]
            {
                client.send(&Request { key: Some(key.to_owned()), ..request.clone() }).unwrap();
                let target = format!("{}?api-key={key}", request.target);
                client.send(&Request { key: None, target, ..request.clone() }).unwrap();
                let token =
                    Request { key: None, ..request }.header("Authorization", &format!("Bearer {key}"));
                client.send(&token).unwrap();
            }
        }
    }
    run(async {
        let mut client = http2(service.client().base()).await.ready().await.unwrap();
        let request =
            http2_request(&service).header("authorization", "Bearer a-wrong-secret").body(()).unwrap();
        client.send_request(request, true).unwrap().0.await.unwrap();
    });
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("request refused"), "the log of this test should not be empty");
    for secret in [lazuli_testkit::ADMIN_KEY, lazuli_testkit::QUERY_KEY, "a-wrong-secret"] {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}
