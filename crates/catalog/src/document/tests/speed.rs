//! How fast documents pass. Run with
//! `cargo test -p lazuli-catalog --profile ci document::tests::speed -- --ignored --nocapture`.

use crate::document::{Document, Projection, decode, encode, parse_action, render};

use super::schema;

/// A document of about 1 KB.
const HOTEL: &str = r#"{"@search.action":"upload","id":"hotel-1234","name":"Secret Point Motel","notes":"The hotel is ideally located on the main commercial artery of the city in the heart of New York. A few minutes away is Times Square and the historic centre of the city, as well as other places of interest that make New York one of America's most attractive and cosmopolitan cities.","rating":4,"visits":123456789,"price":129.99,"open":true,"renovated":"1970-01-18T00:00:00Z","location":{"type":"Point","coordinates":[-73.975403,40.760586]},"tags":["pool","air conditioning","concierge"],"years":[1970,1999,2012],"address":{"street":"677 5th Ave","city":"New York","country":{"code":"US","languages":["en","es"]}},"rooms":[{"type":"Budget Room","rate":96.99,"tags":["vcr/dvd","great view"],"internal":1,"beds":[{"size":"queen","width":150},{"size":"single","width":90}]},{"type":"Deluxe Room","rate":150.5,"tags":["suite","bathroom shower","coffee maker"],"internal":2,"beds":[{"size":"king","width":190}]}]}"#;

const ROUNDS: usize = 100_000;

/// Nanoseconds that this thread has spent on a processor, so that a busy machine does not count.
fn processor_time() -> f64 {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells");
    statistics.split(' ').next().and_then(|first| first.parse().ok()).expect("the first number is the time")
}

fn measure(what: &str, bytes: usize, mut work: impl FnMut()) {
    let start = processor_time();
    for _ in 0..ROUNDS {
        work();
    }
    let each = (processor_time() - start) / ROUNDS as f64;
    println!("{what:<12} {each:>6.0} ns  {:>5.0} MB/s", bytes as f64 * 1e3 / each);
}

#[test]
#[ignore = "a measurement, not a check"]
fn documents_per_second() {
    let schema = schema();
    let action = parse_action(&schema, HOTEL).unwrap();
    let document = Document::new(&schema, action.document);
    let stored = encode(&schema, &document);
    let all = Projection::all(&schema);
    let some = Projection::select(&schema, &["id", "name", "address/city", "rooms/type"]).unwrap();
    let mut open = schema.clone();
    open.fields.iter_mut().flat_map(|field| &mut field.fields).for_each(|field| field.retrievable = true);
    let everything = Projection::all(&open);
    let mut out = Vec::with_capacity(4096);
    let mut show = |schema, projection| {
        out.clear();
        render(schema, &stored.body, None, projection, &mut out).unwrap();
        std::hint::black_box(&out);
    };
    measure("parse", HOTEL.len(), || drop(std::hint::black_box(parse_action(&schema, HOTEL))));
    measure("parse + new", HOTEL.len(), || {
        let action = parse_action(&schema, HOTEL).unwrap();
        std::hint::black_box(Document::new(&schema, action.document));
    });
    measure("encode", stored.body.len(), || drop(std::hint::black_box(encode(&schema, &document))));
    measure("decode", stored.body.len(), || drop(std::hint::black_box(decode(&schema, &stored.body, None))));
    measure("render", stored.body.len(), || show(&open, &everything));
    measure("… rebuilt", stored.body.len(), || show(&schema, &all));
    measure("… selected", stored.body.len(), || show(&schema, &some));
}
