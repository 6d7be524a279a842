//! Tables on a server of our own, and on Azurite where there is one.

use std::sync::Mutex;

use bytes::Bytes;
use http::Method;
use lazuli_platform::random::{OsRandom, Random};
use serde_json::json;

use super::*;
use crate::outside::Settings;
use crate::outside::tests::server::{Server, answer};
use crate::source::azure_storage::azurite::Azurite;
use crate::source::testing::{Setup, changes as run, shown};
use crate::source::{Change, Connection, Mark, SourceType};

fn page(rows: &[&str], next: Option<&str>) -> Vec<u8> {
    let entities: Vec<Value> = rows.iter().map(|row| json!({"PartitionKey": "p", "RowKey": row})).collect();
    let body = json!({"value": entities}).to_string();
    let headers: Vec<(&str, &str)> =
        next.map(|next| ("x-ms-continuation-NextPartitionKey", next)).into_iter().collect();
    answer("200 OK", &headers, &body)
}

fn setup_of(server: &Server) -> Setup {
    let endpoint = server.url("");
    let connection = format!("TableEndpoint={endpoint};SharedAccessSignature=sv=1&sig=x");
    Setup { now: "2026-01-01T12:00:00Z".parse().unwrap(), ..Setup::new("azuretable", &connection, "items") }
}

#[tokio::test]
async fn pages_follow_each_other_and_a_broken_scan_goes_on() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let server = Server::answering(move |head| {
        heard.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
        if head.contains("NextPartitionKey=n1") { page(&["c"], None) } else { page(&["a", "b"], Some("n1")) }
    })
    .await;
    let setup = setup_of(&server);
    let mut source = setup.open(None).await.unwrap();
    let first = source.next(9).await.unwrap().unwrap();
    assert_eq!(shown(&first.changes, "RowKey"), ["+a", "+b"]);
    let (rest, last) = run(&setup, first.mark.as_ref()).await.unwrap();
    assert_eq!(shown(&rest, "Key"), ["+pc"]);
    let last = last.unwrap();
    assert_eq!(last.0, json!({"HighWaterMark": "2026-01-01T11:59:30Z"}));
    run(&setup_of(&server).querying("A eq 1 or B eq 2"), Some(&last)).await.unwrap();
    let asked = asked.lock().unwrap();
    let filter = "%24filter=%28A%20eq%201%20or%20B%20eq%202%29%20and%20Timestamp%20ge%20datetime%272026-01-01T11%3A59%3A30.0000000Z%27";
    let filter = filter.replace("%24filter", "$filter");
    assert!(asked.last().unwrap().contains(&filter), "{asked:?}");
    assert!(!asked[0].contains("$filter"), "{asked:?}");
}

#[tokio::test]
async fn pages_for_ever_and_bad_filters_end_the_run() {
    let server = Server::answering(|_| page(&["a"], Some("n1"))).await;
    assert!(matches!(run(&setup_of(&server), None).await, Err(SourceError::Broken(_))));
    let body =
        json!({"odata.error": {"code": "InvalidInput", "message": {"value": "Bad filter.\nRequestId:1"}}});
    let body = body.to_string();
    let server = Server::answering(move |_| answer("400 Bad", &[], &body)).await;
    let refused = run(&setup_of(&server), None).await.map(drop).unwrap_err();
    assert_eq!(
        refused,
        SourceError::Broken("The storage service answered 400  for 'items'. Bad filter.".into())
    );
}

#[tokio::test]
async fn only_named_entities_are_read_and_nothing_is_remembered() {
    let server = Server::answering(|_| page(&["a", "b", "c"], None)).await;
    let setup = Setup { only: Some(vec!["pb".into()]), ..setup_of(&server) };
    let mark = Mark(json!({"HighWaterMark": "2026-01-01T11:59:30Z"}));
    let (changes, last) = run(&setup, Some(&mark)).await.unwrap();
    assert_eq!((shown(&changes, "RowKey"), last), (vec!["+b".to_owned()], None));
}

async fn send(azurite: &Azurite, method: Method, path: String, body: Value) {
    let mut ask = Ask { method, body: Bytes::from(body.to_string()), ..Ask::get(path) };
    ask.headers = vec![("content-type", "application/json".into()), ("accept", "application/json".into())];
    azurite.send(StorageService::Table, &ask).await;
}

#[tokio::test]
async fn a_table_of_azurite_is_followed() {
    let Some(azurite) = Azurite::there() else { return };
    let table = format!("t{}", OsRandom.alphanumeric(12).to_lowercase());
    send(&azurite, Method::POST, "/Tables".into(), json!({"TableName": table})).await;
    let put = async |row: &str, gone: bool| {
        let path = format!("/{table}(PartitionKey='p%20q',RowKey='{row}')");
        let entity = json!({"Long@odata.type": "Edm.Int64", "Long": "5", "Age": 7, "Gone": gone});
        send(&azurite, Method::PUT, path, entity).await;
    };
    for row in ["a", "b", "c", "d", "e"] {
        put(row, false).await;
    }
    let open = || {
        let settings = Settings { look_back: Duration::ZERO, ..Settings::default() };
        let setup = Setup::new("azuretable", &azurite.connection, &table)
            .settings(settings)
            .deleted_by("Gone", "true");
        let now = Timestamp::from_millisecond(setup.outside.clock().unix_millis()).unwrap();
        Setup { now, ..setup }
    };
    let setup = open();
    let Connection::Storage(storage) = Connection::parse(SourceType::AzureTable, &setup.connection).unwrap()
    else {
        panic!()
    };
    let opening = Opening {
        source: &setup.source,
        connection: &setup.connection,
        parameters: &setup.parameters,
        since: None,
        now: setup.now,
        only: None,
        absence: None,
        outside: &setup.outside,
    };
    let mut paged = TableSource { page_items: 2, ..super::open(opening, storage).unwrap() };
    let mut rows = Vec::new();
    while let Some(part) = paged.next(9).await.unwrap() {
        rows.extend(shown(&part.changes, "RowKey"));
    }
    assert_eq!(rows, ["+a", "+b", "+c", "+d", "+e"]);

    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let (all, mark) = run(&open(), None).await.unwrap();
    let Change::Changed(item) = &all[0] else { panic!() };
    assert_eq!((item.id.as_str(), &item.fields["Long"], &item.fields["Age"]), ("p qa", &json!(5), &json!(7)));
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    put("b", true).await;
    put("f", false).await;
    let (changes, _) = run(&open(), mark.as_ref()).await.unwrap();
    assert_eq!(shown(&changes, "RowKey"), ["-b", "+f"]);
    let (filtered, _) = run(&open().querying("RowKey gt 'd'"), None).await.unwrap();
    assert_eq!(shown(&filtered, "RowKey"), ["+e", "+f"]);
}
