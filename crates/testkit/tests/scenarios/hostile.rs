//! Clients that mean harm, or are broken: each is refused or given up, and everybody else is served.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use h2::client::SendRequest;
use lazuli_server::settings::{Given, Patience};
use lazuli_testkit::{Answer, Request, Service, fixtures};
use serde_json::json;

/// As much as a body may have.
const BODY_BYTES: usize = 16 << 20;

/// A service that loses its patience quickly.
fn hasty() -> Service {
    let short = Duration::from_secs(1);
    let patience =
        Patience { handshake: short, head: short, body_pause: short, idle: short, ..Patience::default() };
    Service::with(Given { patience: Some(patience), ..Given::default() }).unwrap()
}

/// A connection that fails the test rather than wait for ever.
fn connect(base: &str) -> TcpStream {
    let address = base.rsplit("//").next().unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// What comes until the other side closes; a reset is as good an end.
fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("still open"),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn is_served(service: &Service) {
    assert_eq!(service.client().send(&Request::get("/indexes")).unwrap().status, 200);
}

const HEAD: &str =
    "GET /indexes?api-version=2026-04-01 HTTP/1.1\r\nHost: h\r\napi-key: testkit-admin-key\r\n";

#[test]
fn sixteen_megabytes_of_brackets_are_a_400() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    for opening in
        ["[", "{\"value\":[{\"id\":\"a\",\"text\":[", "{\"value\":[", "{\"fields\":[", "{\"search\":["]
    {
        let body = opening.to_owned() + &"[".repeat(BODY_BYTES - opening.len());
        for (method, path) in [
            ("POST", "/indexes"),
            ("PUT", "/indexes('x')"),
            ("POST", "/indexes('numbers')/docs/index"),
            ("POST", "/indexes('numbers')/docs/search"),
        ] {
            let answer = service.client().send(&Request::new(method, path).body(body.clone())).unwrap();
            assert_eq!(answer.status, 400, "{method} {path} {opening}: {}", answer.text());
        }
    }
}

#[test]
fn a_head_that_never_ends_is_cut() {
    let service = Service::start().unwrap();
    let one_header = format!("{HEAD}x: {}\r\n\r\n", "y".repeat(10 << 20));
    let many_headers = format!("{HEAD}{}\r\n", "x: y\r\n".repeat(200_000));
    let target = format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "y".repeat(10 << 20));
    for head in [one_header, many_headers, target] {
        let mut stream = connect(service.client().base());
        // The service may have hung up before everything is sent.
        let _ = stream.write_all(head.as_bytes());
        let answer = rest(stream);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
        is_served(&service);
    }
}

#[test]
fn a_client_that_says_nothing_or_half_is_given_up() {
    let service = hasty();
    let secure = service.https_client().unwrap().base().to_owned();
    for words in ["", "GET /ind", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HEAD] {
        let mut stream = connect(service.client().base());
        stream.write_all(words.as_bytes()).unwrap();
        let answer = rest(stream);
        assert!(!answer.contains("200 OK"), "{words}: {answer}");
    }
    rest(connect(&secure));
    // One that has been served and then is silent.
    let mut stream = connect(service.client().base());
    stream.write_all(format!("{HEAD}\r\n").as_bytes()).unwrap();
    assert!(rest(stream).starts_with("HTTP/1.1 200"));
    is_served(&service);
}

#[test]
fn a_body_that_stops_is_a_408() {
    let service = hasty();
    let head = HEAD.replace("GET", "POST");
    for (frame, part) in [
        ("Content-Length: 1000\r\n\r\n", "{\"name\":"),
        ("Transfer-Encoding: chunked\r\n\r\n", "5\r\n{\"nam"),
    ] {
        let mut stream = connect(service.client().base());
        stream.write_all(format!("{head}{frame}{part}").as_bytes()).unwrap();
        let answer = rest(stream);
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    is_served(&service);
}

#[test]
fn half_of_a_connection_is_no_connection() {
    let service = Service::start().unwrap();
    for words in ["", "GET /", &format!("{}Content-Length: 9\r\n\r\n{{", HEAD.replace("GET", "POST"))] {
        let mut stream = connect(service.client().base());
        stream.write_all(words.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let answer = rest(stream);
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    is_served(&service);
}

#[test]
fn a_client_that_does_not_read_its_answers_is_given_up() {
    let service = hasty();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    let mut stream = connect(service.client().base());
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    let search = HEAD.replace("/indexes?", "/indexes('numbers')/docs?search=*&$top=120&") + "\r\n";
    // Without an end this would fill our memory or block: the service has to hang up.
    let hung_up = (0..1_000_000).any(|_| {
        stream.write_all(search.as_bytes()).is_err_and(|error| {
            assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "still open");
            true
        })
    });
    assert!(hung_up);
    is_served(&service);
}

#[test]
fn a_thousand_idle_connections_keep_nobody_out() {
    let service = Service::start().unwrap();
    let idle: Vec<TcpStream> = (0..1000).map(|_| connect(service.client().base())).collect();
    for _ in 0..20 {
        is_served(&service);
    }
    let https = service.https_client().unwrap();
    assert_eq!(https.send(&Request::get("/indexes")).unwrap().status, 200);
    drop(idle);
    is_served(&service);
}

#[test]
fn garbage_after_a_request_ends_the_connection_and_nothing_else() {
    let service = Service::start().unwrap();
    for garbage in
        ["\0\0\0\0\r\n\r\n", "}}}} / HTTP/9\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nA\0: b\r\n\r\n"]
    {
        let mut stream = connect(service.client().base());
        stream.write_all(format!("{HEAD}\r\n{garbage}").as_bytes()).unwrap();
        let answer = rest(stream);
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.matches("HTTP/1.1 2").count() == 1, "{answer}");
    }
    // A body with two lengths is how requests are smuggled past proxies.
    let smuggled =
        format!("{}Content-Length: 2\r\nContent-Length: 5\r\n\r\n{{}}abc", HEAD.replace("GET", "POST"));
    let mut stream = connect(service.client().base());
    stream.write_all(smuggled.as_bytes()).unwrap();
    assert!(rest(stream).starts_with("HTTP/1.1 400"));
    is_served(&service);
}

#[test]
fn what_is_no_tls_is_turned_away() {
    let service = hasty();
    let https = service.https_client().unwrap();
    let oversized = [&[0x16, 0x03, 0x01, 0xff, 0xff][..], &[0; 70_000]].concat();
    for words in [HEAD.as_bytes(), b"\x16\x03\x01\x00\x05hello", b"\x80\x80\x01\x03\x01", &oversized] {
        let mut stream = connect(https.base());
        let _ = stream.write_all(words);
        assert!(!rest(stream).contains("HTTP/"));
    }
    assert_eq!(https.send(&Request::get("/indexes")).unwrap().status, 200);
}

/// A connection that speaks HTTP/2 from its first byte.
pub(super) async fn http2(base: &str) -> SendRequest<bytes::Bytes> {
    let address = base.rsplit("//").next().unwrap();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    client
}

pub(super) fn http2_request(service: &Service) -> http::request::Builder {
    let target = format!("{}/indexes?api-version=2026-04-01", service.client().base());
    http::Request::builder().uri(target).header("api-key", lazuli_testkit::ADMIN_KEY)
}

/// Runs an HTTP/2 client beside the service, which has a runtime of its own.
pub(super) fn run(client: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(client);
}

#[test]
fn http2_answers_as_http1_does() {
    let service = Service::start().unwrap();
    let comparable = |headers: &http::HeaderMap| {
        let all = headers.iter().map(|(name, value)| (name.to_string(), value.clone()));
        let same = |name: &str| !matches!(name, "date" | "request-id" | "elapsed-time" | "transfer-encoding");
        let mut all: Vec<_> = all.filter(|(name, _)| same(name)).collect();
        all.sort();
        all
    };
    run(async {
        let mut client = http2(service.client().base()).await;
        for path in ["/indexes", "/indexes('none')", "/indexes('none')/docs('k')", "/nothing"] {
            client = client.ready().await.unwrap();
            let target = format!("{}{path}?api-version=2026-04-01", service.client().base());
            let request = http2_request(&service).uri(target).body(()).unwrap();
            let answer = client.send_request(request, true).unwrap().0.await.unwrap();
            let first = service.client().send(&Request::get(path)).unwrap();
            assert_eq!(answer.status().as_u16(), first.status);
            assert_eq!(comparable(answer.headers()), comparable(&first.headers), "{path}");
        }
    });
}

#[test]
fn streams_that_are_opened_and_reset_at_once_are_cut() {
    let service = Service::start().unwrap();
    run(async {
        let mut client = http2(service.client().base()).await;
        for _ in 0..2000 {
            let Ok(ready) = client.ready().await else { break };
            client = ready;
            let request = http2_request(&service).method("POST").body(()).unwrap();
            let Ok((_, mut stream)) = client.send_request(request, false) else { break };
            stream.send_reset(h2::Reason::CANCEL);
        }
    });
    is_served(&service);
}

#[test]
fn headers_of_http2_have_a_limit() {
    let service = Service::start().unwrap();
    run(async {
        let mut client = http2(service.client().base()).await.ready().await.unwrap();
        let large = http2_request(&service).header("x", "y".repeat(200_000)).body(()).unwrap();
        if let Ok((answer, _)) = client.send_request(large, true)
            && let Ok(answer) = answer.await
        {
            assert_eq!(answer.status().as_u16(), 431);
        }
    });
    is_served(&service);
}

#[test]
fn the_number_of_open_streams_has_a_limit() {
    let service = Service::start().unwrap();
    run(async {
        let mut client = http2(service.client().base()).await;
        let mut open = Vec::new();
        for _ in 0..500 {
            let ready = tokio::time::timeout(Duration::from_millis(500), client.ready()).await;
            let Ok(Ok(ready)) = ready else { break };
            client = ready;
            let request = http2_request(&service).method("POST").body(()).unwrap();
            open.push(client.send_request(request, false).unwrap());
            tokio::task::yield_now().await;
        }
        assert!((100..500).contains(&open.len()), "{} streams", open.len());
        is_served(&service);
    });
}

#[test]
fn names_and_keys_that_look_like_paths_stay_names_and_keys() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "numbers").unwrap();
    for path in [
        "/indexes('..%2F..%2Fkeys.json')",
        "/indexes('%00')",
        "/indexes(''')",
        "/indexes('numbers')/docs('..%2F')",
        "/indexes('numbers')/../../healthz",
    ] {
        let answer = service.client().send(&Request::get(path)).unwrap();
        assert!((400..=404).contains(&answer.status), "{path}: {}", answer.describe());
    }
    let index = json!({ "name": "../x", "fields": [{ "name": "id", "type": "Edm.String", "key": true }] });
    assert_eq!(service.client().send(&Request::post("/indexes", &index)).unwrap().status, 400);
}

/// Sends a search of `kinds` that must not be a fault of ours.
fn search_kinds(service: &Service, body: &serde_json::Value) -> Answer {
    let answer = service.client().send(&Request::post("/indexes('kinds')/docs/search", body)).unwrap();
    assert!(matches!(answer.status, 200 | 400), "{}: {}", answer.status, answer.text());
    answer
}

#[test]
fn sixteen_megabytes_of_filter_are_answered() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "kinds").unwrap();
    let room = BODY_BYTES - 100;
    for (piece, end) in [
        ("(", ""),
        ("not ", "b"),
        ("i eq 1 or ", "b"),
        ("b and ", "b"),
        ("r/any(y: ", ""),
        ("r/", "k eq 'x'"),
        ("'' eq s or ", "b"),
        ("-", "1 eq i"),
        ("search.in(", ""),
        ("x", ""),
        ("geo.distance(g, geography'POINT(0 0)') lt 1 or ", "b"),
        ("1.5e3 ", ""),
        ("é", ""),
    ] {
        let filter = piece.repeat(room / piece.len() - 1) + end;
        let answer = search_kinds(&service, &json!({ "filter": filter, "select": "id" }));
        // Neither the refusal nor anything else repeats megabytes.
        assert!(answer.body.len() < 10_000, "{piece}");
        let orderby = filter.replace(" or ", ",").replace("i eq 1", "i");
        assert_eq!(search_kinds(&service, &json!({ "orderby": orderby })).status, 400, "{piece}");
        assert_eq!(search_kinds(&service, &json!({ "select": filter })).status, 400, "{piece}");
    }
    is_served(&service);
}

#[test]
fn long_lists_are_answered_rightly() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "kinds").unwrap();
    let ids = |filter: String| {
        let answer = search_kinds(&service, &json!({ "filter": filter, "select": "id" }));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let hits = answer.json().unwrap()["value"].as_array().unwrap().clone();
        hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let values: Vec<String> = (0..1_000_000).map(|n| format!("v{n}")).collect();
    assert_eq!(ids(format!("search.in(s, '{},b')", values.join(","))), "2");
    assert_eq!(ids(format!("not search.in(s, 'a,{}')", values.join(","))), "2 3 4 5 6 7");
    assert_eq!(ids(format!("cs/any(x: search.in(x, 'a b|{}', '|'))", values.join("|"))), "7");
    let area = |points: u32| {
        let point = |n| f64::from(n % (points - 1)) * std::f64::consts::TAU / f64::from(points - 1);
        let ring: Vec<String> =
            (0..points).map(|n| format!("{} {}", point(n).cos(), point(n).sin())).collect();
        format!("geo.intersects(g, geography'POLYGON(({}))')", ring.join(", "))
    };
    assert_eq!(ids(area(10_000)), "1");
    assert_eq!(search_kinds(&service, &json!({ "filter": area(10_001) })).status, 400);
    assert_eq!(ids(format!("s eq '{}' or b", "é".repeat(100_000))), "1 7");
    for count in [33, 1000, 100_000] {
        let orderby = vec!["i desc"; count].join(",");
        assert_eq!(search_kinds(&service, &json!({ "orderby": orderby })).status, 400);
    }
    assert_eq!(search_kinds(&service, &json!({ "select": vec!["id"; 10_000].join(",") })).status, 200);
    assert_eq!(search_kinds(&service, &json!({ "select": vec!["id"; 10_001].join(",") })).status, 400);
    for count in [1000, 100_000] {
        let list = json!({ "searchFields": vec!["s"; count].join(","), "search": "a" });
        assert_eq!(search_kinds(&service, &list).status, 200);
    }
}

#[test]
fn what_is_nested_or_joined_without_measure_is_refused_or_answered() {
    let service = Service::start().unwrap();
    fixtures::set_up(&service.client(), "kinds").unwrap();
    for count in [10, 100, 1000, 10_000, 100_000] {
        for filter in [
            format!("{}b{}", "(".repeat(count), ")".repeat(count)),
            format!("{}b", "not ".repeat(2 * count)),
            format!("{}b", "s eq 'z' or ".repeat(count)),
            format!("b{}", " and i ge -5".repeat(count)),
            format!("b{}", " and (i ge -5 or s eq 'z')".repeat(count)),
            format!("{}b{}", "(s eq 'z' or ".repeat(count), ")".repeat(count)),
            format!("b{}", " and r/any(y: y/q/any() or y/n ne 77)".repeat(count)),
        ] {
            let answer =
                search_kinds(&service, &json!({ "filter": filter, "select": "id", "orderby": "id" }));
            if answer.status == 200 {
                let hits = answer.json().unwrap()["value"].clone();
                assert_eq!(
                    hits.as_array().unwrap().iter().map(|hit| &hit["id"]).collect::<Vec<_>>(),
                    ["1", "7"]
                );
            } else {
                assert!(count > 100, "{}", answer.text());
            }
        }
    }
    is_served(&service);
}
