//! How fast records come out of a stream. Run with
//! `cargo test -p lazuli-ingest --profile ci parse::tests::speed -- --ignored --nocapture`.

use lazuli_platform::clock::{Clock, SystemClock};

use super::*;

const ROWS: usize = 300_000;

/// About 150 bytes.
fn row(number: usize) -> String {
    format!(
        r#"{{"id":"{number}","name":"Hotel number {number}","rating":{}.5,"tags":["pool","view","wifi"],"description":"Close to the \"center\" of town {number}"}}"#,
        number % 5
    )
}

fn measure(mode: &str, text: String) {
    let bytes = Bytes::from(text);
    let content = Memory { bytes: bytes.clone(), pieces: vec![64 << 10], size: None };
    let item = Item { id: "a".to_owned(), fields: Map::new(), content: Some(Box::new(content)) };
    let mut records = records(item, &parsing(SourceType::AzureBlob, &json!({"parsingMode": mode})));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let clock = SystemClock::new();
    let start = clock.monotonic();
    let count = runtime.block_on(async {
        let mut count = 0;
        while let Some(record) = records.next().await.unwrap() {
            assert!(record.is_ok());
            count += 1;
        }
        count
    });
    let seconds = (clock.monotonic() - start).as_secs_f64();
    assert_eq!(count, ROWS);
    let megabytes = bytes.len() as f64 / 1e6;
    println!("{mode}: {:.0} MB/s, {:.0} records/s", megabytes / seconds, ROWS as f64 / seconds);
}

#[test]
#[ignore = "a measurement, not a check"]
fn records_per_second() {
    let rows: Vec<String> = (0..ROWS).map(row).collect();
    measure("jsonLines", rows.join("\n"));
    measure("jsonArray", format!("[{}]", rows.join(",\n")));
    let table = (0..ROWS).map(|n| format!("{n},Hotel number {n},{}.5,\"pool, view\"\n", n % 5));
    measure("delimitedText", format!("id,name,rating,tags\n{}", table.collect::<String>()));
}
