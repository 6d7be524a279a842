//! How fast the first ten of 350 000 matches are found in an order by two keys, beside tantivy's own sort of the same
//! columns. Run by hand:
//!
//! ```text
//! SPEED_DOCUMENTS=1000000 cargo test --release -p lazuli-engine search::tests::speed_order -- --ignored --nocapture
//! ```

use std::sync::Arc;
use std::time::Duration;

use lazuli_analysis::Scratch;
use lazuli_catalog::document::Document;
use lazuli_catalog::{Schema, Value};
use lazuli_platform::cancel::Cancel;
use lazuli_platform::clock::{Clock, SystemClock};
use lazuli_platform::random::SeededRandom;
use lazuli_query::order::{Order, OrderBy};
use lazuli_query::{Request, Search};
use serde_json::json;
use tantivy::collector::TopDocs;
use tantivy::collector::sort_key::SortByStaticFastValue;
use tantivy::directory::RamDirectory;
use tantivy::query::{AllQuery, Query, TermQuery};
use tantivy::schema::{self, IndexRecordOption};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

use super::speed::documents;
use crate::search::{Strategy, Synonyms, search_by};
use crate::segment::format::open_or_create;
use crate::segment::merge_policy::{NeighbourMergePolicy, SegmentRanges};
use crate::segment::plugin::ContainerPlugin;
use crate::segment::{PackedDocument, Packer};
use crate::snapshot::Snapshot;
use crate::tests::corpus::no_filters;

const COMMIT_EVERY: usize = 50_000;
const WRITER_BYTES: usize = 200_000_000;
const RUNS: usize = 15;

/// The values of one document: the word `some` in 35 of 100, a rating of 1 to 50, a price, one of 10 000 names.
struct Item {
    text: &'static str,
    rating: i64,
    price: i64,
    name: String,
}

fn items() -> impl Iterator<Item = Item> {
    let random = SeededRandom::new(5);
    (0..documents()).map(move |_| Item {
        text: if random.below(100) < 35 { "all some" } else { "all other" },
        rating: 1 + random.below(50) as i64,
        price: random.below(1_000_000) as i64,
        name: format!("name {}", random.below(10_000)),
    })
}

fn schema() -> Arc<Schema> {
    Arc::new(crate::tests::corpus::schema(&json!({ "name": "items", "fields": [
        { "name": "id", "type": "Edm.String", "key": true, "searchable": false },
        { "name": "text", "type": "Edm.String", "searchable": true, "filterable": false, "sortable": false, "facetable": false },
        { "name": "rating", "type": "Edm.Int32" },
        { "name": "price", "type": "Edm.Int64" },
        { "name": "name", "type": "Edm.String", "searchable": false },
    ]})))
}

fn our_snapshot() -> Snapshot {
    let ranges = Arc::new(SegmentRanges::default());
    let plugin = Arc::new(ContainerPlugin::new(ranges.clone()));
    let index = open_or_create(RamDirectory::create(), plugin).unwrap();
    let mut writer: IndexWriter<PackedDocument> = index.writer_with_num_threads(1, WRITER_BYTES).unwrap();
    writer.set_merge_policy(Box::new(NeighbourMergePolicy::new(ranges)));
    let (packer, mut scratch) = (Packer::new(schema()), Scratch::default());
    for (number, item) in items().enumerate() {
        let values = vec![
            Value::String(number.to_string()),
            Value::String(item.text.to_owned()),
            Value::Integer(item.rating),
            Value::Integer(item.price),
            Value::String(item.name),
        ];
        writer.add_document(packer.pack(number as u64 + 1, &Document { values }, &mut scratch)).unwrap();
        if number % COMMIT_EVERY == COMMIT_EVERY - 1 {
            writer.commit().unwrap();
        }
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
    Snapshot::open(&index, None, None, 0, &no_filters()).unwrap()
}

fn their_searcher() -> Searcher {
    let mut builder = schema::Schema::builder();
    let text = builder.add_text_field("text", schema::TEXT);
    let rating = builder.add_i64_field("rating", schema::FAST);
    let price = builder.add_i64_field("price", schema::FAST);
    let index = Index::create_in_ram(builder.build());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES).unwrap();
    for (number, item) in items().enumerate() {
        let mut document = TantivyDocument::new();
        document.add_text(text, item.text);
        document.add_i64(rating, item.rating);
        document.add_i64(price, item.price);
        writer.add_document(document).unwrap();
        if number % COMMIT_EVERY == COMMIT_EVERY - 1 {
            writer.commit().unwrap();
        }
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
    index.reader().unwrap().searcher()
}

fn fastest(clock: &SystemClock, mut answer: impl FnMut()) -> f64 {
    let once = |_| {
        let start = clock.monotonic();
        answer();
        clock.monotonic() - start
    };
    (0..RUNS).map(once).min().unwrap_or(Duration::ZERO).as_secs_f64() * 1e3
}

#[test]
#[ignore = "takes minutes; for people who change how hits are sorted"]
fn two_keys_beside_tantivy() {
    let (schema, clock) = (schema(), SystemClock::new());
    let (snapshot, searcher) = (our_snapshot(), their_searcher());
    println!("our segments: {:?}", snapshot.segments().iter().map(|view| view.max_doc()).collect::<Vec<_>>());
    println!(
        "theirs: {:?}",
        searcher.segment_readers().iter().map(|reader| reader.max_doc()).collect::<Vec<_>>()
    );
    let by =
        |path: &str, descending| Order { by: OrderBy::Field(schema.field(path).unwrap().id), descending };
    let ours = |text: &str, order: &[Order], skip: i64| -> f64 {
        let request = Request { search: Some(text), top: Some(10), skip: Some(skip), ..Request::default() };
        let bound = lazuli_query::bind(&schema, &request).unwrap();
        let search = Search { order: order.to_vec(), ..bound };
        fastest(&clock, || {
            search_by(Strategy::Pruned, &snapshot, &schema, &search, &Synonyms::new(), &Cancel::never())
                .unwrap();
        })
    };
    let theirs = |query: &dyn Query, keys: [(&str, tantivy::Order); 2]| -> f64 {
        let [first, second] =
            keys.map(|(name, order)| (SortByStaticFastValue::<i64>::for_field(name), order));
        fastest(&clock, || {
            let top = TopDocs::with_limit(10).order_by((first.clone(), second.clone()));
            searcher.search(query, &top).unwrap();
        })
    };
    let field = schema::Field::from_field_id(0);
    let some = TermQuery::new(Term::from_field_text(field, "some"), IndexRecordOption::Basic);
    let (up, down) = (tantivy::Order::Asc, tantivy::Order::Desc);
    for (text, query) in [("some", &some as &dyn Query), ("*", &AllQuery)] {
        for (first, second) in [(("rating", true), ("price", false)), (("price", false), ("rating", true))] {
            let direction = |descending| if descending { down } else { up };
            let order = [by(first.0, first.1), by(second.0, second.1)];
            let ours = ours(text, &order, 0);
            let theirs = theirs(query, [(first.0, direction(first.1)), (second.0, direction(second.1))]);
            println!(
                "{text}, {} {}: {:.2} × (ours {ours:.2}, theirs {theirs:.2} ms)",
                first.0,
                second.0,
                theirs / ours
            );
        }
    }
    for (what, order, skip) in [
        ("name, price", vec![by("name", false), by("price", true)], 0),
        ("name, price, 100 000 skipped", vec![by("name", false), by("price", true)], 100_000),
        ("rating, price, 100 000 skipped", vec![by("rating", false), by("price", true)], 100_000),
        ("rating", vec![by("rating", false)], 0),
    ] {
        println!("some, {what}: {:.2} ms", ours("some", &order, skip));
    }
}
