//! Searches that take long: they end at the deadline or when their client leaves, and nobody else waits for them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use lazuli_server::settings::Given;
use lazuli_testkit::{ADMIN_KEY, Client, Request, Service};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

use super::hostile::{http2, http2_request, run};

/// As many searches as run at once: `App::open`.
fn running_max() -> usize {
    (4 * std::thread::available_parallelism().map_or(1, std::num::NonZero::get)).max(8)
}

/// A service with an index whose documents have very many points.
fn service(query_timeout: u64) -> Service {
    let service = Service::with(Given { query_timeout: Some(query_timeout), ..Given::default() }).unwrap();
    let client = service.client();
    let fields = json!([
        { "name": "id", "type": "Edm.String", "key": true },
        { "name": "points", "type": "Collection(Edm.GeographyPoint)" },
    ]);
    client.must(&Request::post("/indexes", &json!({ "name": "slow", "fields": fields }))).unwrap();
    let point = json!({ "type": "Point", "coordinates": [40, 40] });
    for id in 0..4 {
        let document = json!({ "id": id.to_string(), "points": vec![&point; 50_000] });
        client.must(&Request::post("/indexes('slow')/docs/index", &json!({ "value": [document] }))).unwrap();
    }
    service
}

/// A search that measures 200 000 distances a thousand times: far more work than any of these tests has time for. The points
/// lie in the corner of the circle's square, so each distance has to be computed.
fn slow_search(number: usize) -> Value {
    let clause = |n: usize| {
        let longitude = number as f64 / 100.0 + n as f64 / 100_000.0;
        format!("points/any(p: geo.distance(p, geography'POINT({longitude} 0)') lt 4800)")
    };
    json!({ "filter": (0..1000).map(clause).collect::<Vec<_>>().join(" or ") })
}

/// The bytes of a slow search.
fn slow_request(number: usize) -> Vec<u8> {
    let body = slow_search(number).to_string();
    let head = format!(
        "POST /indexes('slow')/docs/search?api-version=2026-04-01 HTTP/1.1\r\nHost: localhost\r\napi-key: {ADMIN_KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

fn send_plainly(service: &Service, number: usize) -> TcpStream {
    let address = service.client().base().rsplit("//").next().unwrap().to_owned();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(&slow_request(number)).unwrap();
    stream
}

fn send_secretly(service: &Service, number: usize) -> StreamOwned<ClientConnection, TcpStream> {
    let ca = fs_err::read(service.data_dir().join("tls/ca.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let connection = ClientConnection::new(config, ServerName::try_from("localhost").unwrap()).unwrap();
    let address = service.https_client().unwrap().base().replace("https://localhost", "127.0.0.1");
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address).unwrap());
    stream.write_all(&slow_request(number)).unwrap();
    stream.flush().unwrap();
    stream
}

/// The value of a metric; 0 before it is first noted.
fn metric(client: &Client, name: &str) -> f64 {
    let page = client.send(&Request::get("/metrics")).unwrap().text();
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.trim().parse().unwrap())
}

/// Waits until a metric is there; five minutes are far more than it takes on the busiest machine.
fn wait_for(client: &Client, name: &str, least: f64) {
    for _ in 0..3000 {
        if metric(client, name) >= least {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{name} is {} instead of {least}", metric(client, name));
}

const LEFT: &str = "lazuli_stopped_total{cause=\"client_left\"}";

#[test]
fn a_client_that_leaves_takes_its_search_with_it() {
    let service = service(120);
    let client = service.client();
    let before = metric(&client, LEFT);
    let mut plain: Vec<TcpStream> = (0..running_max()).map(|number| send_plainly(&service, number)).collect();
    plain.push(send_plainly(&service, 1000));
    let secret = send_secretly(&service, 1001);
    run(async {
        let mut second = http2(client.base()).await.ready().await.unwrap();
        let target = format!("{}/indexes('slow')/docs/search?api-version=2026-04-01", client.base());
        let request = http2_request(&service).method("POST").uri(target).body(()).unwrap();
        let (_answer, mut body) = second.send_request(request, false).unwrap();
        body.send_data(slow_search(1002).to_string().into(), true).unwrap();
        // Every thread has a search, and three wait; meanwhile others are served.
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if metric(&client, "lazuli_pool_waiting") >= 3.0 {
                break;
            }
        }
        assert_eq!(client.send(&Request::get("/indexes('slow')/docs('0')?$select=id")).unwrap().status, 200);
        for stream in &plain {
            stream.set_nonblocking(true).unwrap();
            let nothing = stream.peek(&mut [0]).unwrap_err();
            assert_eq!(
                nothing.kind(),
                std::io::ErrorKind::WouldBlock,
                "the lookup came before the searches' end"
            );
        }
        body.send_reset(h2::Reason::CANCEL);
        tokio::time::sleep(Duration::from_millis(100)).await;
    });
    let sent = plain.len() + 2;
    drop((plain, secret));
    wait_for(&client, LEFT, before + sent as f64);
    assert_eq!(client.send(&Request::get("/indexes('slow')/docs?$select=id")).unwrap().status, 200);
}

#[test]
fn a_search_ends_at_its_deadline_also_if_it_never_begins() {
    let service = service(1);
    let searches: Vec<TcpStream> =
        (0..running_max() + 20).map(|number| send_plainly(&service, number)).collect();
    for mut stream in searches {
        let mut answer = Vec::new();
        let mut piece = [0; 4096];
        while !answer.ends_with(b"}}") {
            let length = stream.read(&mut piece).unwrap();
            assert!(length > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&piece[..length]);
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(answer.contains("The request took too long and was stopped."), "{answer}");
    }
    assert_eq!(service.client().send(&Request::get("/indexes('slow')/docs?$select=id")).unwrap().status, 200);
}
