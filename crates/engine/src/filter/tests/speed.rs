//! How fast filters are evaluated over all documents, nothing kept from before, beside tantivy's own queries where it has
//! them. Run by hand:
//!
//! ```text
//! SPEED_DOCUMENTS=1000000 cargo test --release -p lazuli-engine filter::tests::speed -- --ignored --nocapture
//! ```
//!
//! With `SPEED_FOLDER` the two indexes are kept there and found again by the next run; `SPEED_ONLY` is part of the names
//! of the questions to ask.

use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lazuli_analysis::Scratch;
use lazuli_catalog::document::Document;
use lazuli_catalog::{GeoPoint, Schema, Value};
use lazuli_platform::cancel::Cancel;
use lazuli_platform::clock::{Clock, SystemClock};
use lazuli_platform::random::SeededRandom;
use lazuli_query::filter::{Distance, Filter};
use serde_json::json;
use tantivy::collector::{Count, TopDocs};
use tantivy::directory::MmapDirectory;
use tantivy::query::{BooleanQuery, Query, RangeQuery, TermQuery, TermSetQuery};
use tantivy::schema::{FAST, INDEXED, IndexRecordOption, STRING};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

use super::helper::{any, doubles, integers, text};
use crate::bits::{Bits, WINDOW_DOCUMENTS, fill};
use crate::filter::{Question, SegmentFilter};
use crate::segment::format::open_or_create;
use crate::segment::merge_policy::{NeighbourMergePolicy, SegmentRanges};
use crate::segment::plugin::ContainerPlugin;
use crate::segment::{PackedDocument, Packer};
use crate::snapshot::Snapshot;
use crate::tests::corpus::{no_filters, schema};

const COMMIT_EVERY: usize = 20_000;
const WRITER_BYTES: usize = 200_000_000;
const CATEGORIES: usize = 100;
const BRANDS: usize = 100_000;
const NUMBERS: usize = 1_000_000;

/// Few candidates, as a text query leaves them.
const ONE_IN: usize = 400;

fn documents() -> usize {
    std::env::var("SPEED_DOCUMENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000)
}

fn hotels() -> Schema {
    let string = |name: &str| json!({ "name": name, "type": "Edm.String", "searchable": false });
    let number = |name: &str| json!({ "name": name, "type": "Edm.Int32" });
    schema(&json!({ "name": "hotels", "fields": [
        { "name": "id", "type": "Edm.String", "key": true },
        string("category"), string("brand"), number("number"), { "name": "active", "type": "Edm.Boolean" },
        number("partly"), { "name": "place", "type": "Edm.GeographyPoint" },
        { "name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [
            string("type"), { "name": "rate", "type": "Edm.Double" }, { "name": "smoking", "type": "Edm.Boolean" },
            { "name": "beds", "type": "Collection(Edm.ComplexType)", "fields": [string("kind"), number("width")] },
        ] },
    ] }))
}

/// Category, brand, number and activity: what both indexes hold.
struct Common {
    category: String,
    brand: String,
    number: i64,
    active: bool,
}

struct Dice(SeededRandom);

impl Dice {
    fn common(&self) -> Common {
        let below = |bound| self.0.below(bound);
        Common {
            category: format!("category{}", below(CATEGORIES)),
            brand: format!("brand{}", below(BRANDS)),
            number: below(NUMBERS) as i64,
            active: below(2) == 0,
        }
    }

    /// Two rooms on average, one and a half beds in each.
    fn document(&self, number: usize, common: Common) -> Document {
        let below = |bound| self.0.below(bound);
        let bed = |_| {
            let kind = Value::String(format!("bed{}", below(5)));
            Value::Complex(vec![kind, Value::Integer(80 + below(120) as i64)])
        };
        let room = |_| {
            Value::Complex(vec![
                Value::String(format!("type{}", below(10))),
                Value::Double(below(400) as f64 + 0.5),
                if below(10) == 0 { Value::Null } else { Value::Boolean(below(2) == 0) },
                Value::Collection((0..below(4)).map(bed).collect()),
            ])
        };
        let degrees = |bound: usize| below(bound * 10_000) as f64 / 10_000.0;
        Document {
            values: vec![
                Value::String(number.to_string()),
                Value::String(common.category),
                Value::String(common.brand),
                Value::Integer(common.number),
                Value::Boolean(common.active),
                if below(3) == 0 { Value::Null } else { Value::Integer(below(1000) as i64) },
                Value::Point(GeoPoint { longitude: degrees(360) - 180.0, latitude: degrees(160) - 80.0 }),
                Value::Collection((0..below(5)).map(room).collect()),
            ],
        }
    }
}

fn our_snapshot(folder: &Path, schema: &Arc<Schema>) -> Snapshot {
    let ranges = Arc::new(SegmentRanges::default());
    let exists = folder.exists();
    fs_err::create_dir_all(folder).unwrap();
    let plugin = Arc::new(ContainerPlugin::new(ranges.clone()));
    let index = open_or_create(MmapDirectory::open(folder).unwrap(), plugin).unwrap();
    if !exists {
        let mut writer: IndexWriter<PackedDocument> = index.writer_with_num_threads(1, WRITER_BYTES).unwrap();
        writer.set_merge_policy(Box::new(NeighbourMergePolicy::new(ranges)));
        let (packer, mut scratch) = (Packer::new(schema.clone()), Scratch::default());
        let (common, dice) = (Dice(SeededRandom::new(7)), Dice(SeededRandom::new(8)));
        for number in 0..documents() {
            let document = dice.document(number, common.common());
            writer.add_document(packer.pack(number as u64, &document, &mut scratch)).unwrap();
            if number % COMMIT_EVERY == COMMIT_EVERY - 1 {
                writer.commit().unwrap();
            }
        }
        writer.commit().unwrap();
        writer.wait_merging_threads().unwrap();
    }
    Snapshot::open(&index, None, None, 0, &no_filters()).unwrap()
}

fn their_searcher(folder: &Path) -> Searcher {
    let exists = folder.exists();
    fs_err::create_dir_all(folder).unwrap();
    let mut builder = tantivy::schema::Schema::builder();
    let category = builder.add_text_field("category", STRING | FAST);
    let brand = builder.add_text_field("brand", STRING | FAST);
    let number = builder.add_i64_field("number", INDEXED | FAST);
    let active = builder.add_bool_field("active", INDEXED | FAST);
    let index = Index::open_or_create(MmapDirectory::open(folder).unwrap(), builder.build()).unwrap();
    if !exists {
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES).unwrap();
        let dice = Dice(SeededRandom::new(7));
        for count in 0..documents() {
            let common = dice.common();
            let mut document = TantivyDocument::new();
            document.add_text(category, &common.category);
            document.add_text(brand, &common.brand);
            document.add_i64(number, common.number);
            document.add_bool(active, common.active);
            writer.add_document(document).unwrap();
            if count % COMMIT_EVERY == COMMIT_EVERY - 1 {
                writer.commit().unwrap();
            }
        }
        writer.commit().unwrap();
        writer.wait_merging_threads().unwrap();
    }
    index.reader().unwrap().searcher()
}

/// The first ten and how many pass, of every `step`th document.
fn ask(snapshot: &Snapshot, filter: &Filter, step: usize) -> (Vec<(usize, u32)>, u64) {
    let cancel = Cancel::never();
    let question = Question::new(filter, snapshot.filters());
    let (mut first, mut count) = (Vec::new(), 0);
    for (segment, view) in snapshot.segments().iter().enumerate() {
        let opened = SegmentFilter::open(&question, view, u64::MAX, &cancel).unwrap();
        let mut start = opened.next(0);
        while start < view.max_doc() {
            let end = view.max_doc().min(start + WINDOW_DOCUMENTS);
            let mut bits = Bits::none();
            match step {
                1 => fill(bits.words_mut(), 0..(end - start) as usize),
                _ => (0..(end - start) as usize).step_by(step).for_each(|offset| bits.insert(offset)),
            }
            opened.retain(start, &mut bits).unwrap();
            count += u64::from(bits.count());
            if first.len() < 10 {
                bits.for_each(|offset| first.push((segment, start + offset as u32)));
            }
            start = opened.next(end);
        }
    }
    first.truncate(10);
    (first, count)
}

/// The best of some runs.
fn best(clock: &SystemClock, mut work: impl FnMut()) -> Duration {
    let mut once = || {
        let start = clock.monotonic();
        work();
        clock.monotonic() - start
    };
    (0..15).map(|_| once()).min().unwrap()
}

/// A filter with its name, and tantivy's query for the same where it has one.
type Compared = (&'static str, Filter, Option<Box<dyn Query>>);

fn questions(ours: &Schema, theirs: &tantivy::schema::Schema) -> Vec<Compared> {
    let id = |path| ours.field(path).unwrap().id;
    let field = |name| theirs.get_field(name).unwrap();
    let term = |name, value: &str| Term::from_field_text(field(name), value);
    let equal = |name, value: &str| -> Box<dyn Query> {
        Box::new(TermQuery::new(term(name, value), IndexRecordOption::Basic))
    };
    let number = |value| Term::from_field_i64(field("number"), value);
    let range = |low, high| -> Box<dyn Query> {
        Box::new(RangeQuery::new(Bound::Included(number(low)), Bound::Included(number(high))))
    };
    let active = Term::from_field_bool(field("active"), true);
    let mut brands: Vec<String> = (0..1000).map(|brand| format!("brand{}", brand * 97)).collect();
    brands.sort();
    let brand_list: Vec<&str> = brands.iter().map(String::as_str).collect();
    let is_active = Filter::Boolean { field: id("active"), value: true };
    let room = Filter::And(vec![
        text(id("rooms/type"), &["type3"]),
        doubles(id("rooms/rate"), 0.0, 100.0, [true, false]),
        Filter::Boolean { field: id("rooms/smoking"), value: false },
    ]);
    let bed =
        Filter::And(vec![text(id("rooms/beds/kind"), &["bed2"]), integers(id("rooms/beds/width"), 100, 140)]);
    let center = GeoPoint { longitude: 8.5, latitude: 47.4 };
    let three = BooleanQuery::intersection(vec![
        equal("category", "category3"),
        Box::new(TermQuery::new(active.clone(), IndexRecordOption::Basic)),
        range(0, 500_000),
    ]);
    vec![
        ("category eq (1 %)", text(id("category"), &["category3"]), Some(equal("category", "category3"))),
        ("brand eq", text(id("brand"), &["brand777"]), Some(equal("brand", "brand777"))),
        ("bool", is_active.clone(), Some(Box::new(TermQuery::new(active, IndexRecordOption::Basic)))),
        ("range 35 %", integers(id("number"), 0, 350_000), Some(range(0, 350_000))),
        ("range 0.1 %", integers(id("number"), 5_000, 6_000), Some(range(5_000, 6_000))),
        ("range, third null", integers(id("partly"), 0, 350), None),
        (
            "search.in 1000",
            text(id("brand"), &brand_list),
            Some(Box::new(TermSetQuery::new(brands.iter().map(|brand| term("brand", brand))))),
        ),
        (
            "three clauses",
            Filter::And(vec![
                text(id("category"), &["category3"]),
                is_active,
                integers(id("number"), 0, 500_000),
            ]),
            Some(Box::new(three)),
        ),
        ("lambda of 3", any(id("rooms"), room.clone()), None),
        (
            "lambda, all elements",
            any(id("rooms"), Filter::Not(Box::new(Filter::Null(id("rooms/smoking"))))),
            None,
        ),
        ("nested lambda", any(id("rooms"), any(id("rooms/beds"), bed)), None),
        ("10 km", Filter::Within { field: id("place"), center, distance: Distance::Below(10.0) }, None),
        ("3000 km", Filter::Within { field: id("place"), center, distance: Distance::Below(3000.0) }, None),
    ]
}

#[test]
#[ignore = "takes a minute; for people who change filters"]
fn filters_beside_tantivy() {
    let kept = std::env::var("SPEED_FOLDER").ok().map(PathBuf::from);
    let temporary = tempfile::tempdir().unwrap();
    let folder = kept.unwrap_or_else(|| temporary.path().to_owned());
    let (schema, clock) = (Arc::new(hotels()), SystemClock::new());
    let snapshot = our_snapshot(&folder.join("ours"), &schema);
    let searcher = their_searcher(&folder.join("theirs"));
    let documents = snapshot.documents();
    println!(
        "{documents} documents, {} segments; theirs {}",
        snapshot.segments().len(),
        searcher.segment_readers().len()
    );
    let only = std::env::var("SPEED_ONLY").unwrap_or_default();
    let questions = questions(&schema, searcher.schema());
    for (name, filter, query) in questions.into_iter().filter(|(name, ..)| name.contains(&only)) {
        let (_, count) = ask(&snapshot, &filter, 1);
        let ours = best(&clock, || drop(ask(&snapshot, &filter, 1)));
        let share = ours.as_secs_f64() * 1e9 / documents as f64;
        print!("{name:<22} {count:>8} hits {:8.3} ms {share:7.2} ns/document", ours.as_secs_f64() * 1e3);
        let few = best(&clock, || drop(ask(&snapshot, &filter, ONE_IN)));
        print!(
            ", one in {ONE_IN}: {:6.1} ns each",
            few.as_secs_f64() * 1e9 / (documents / ONE_IN as u64) as f64
        );
        if let Some(query) = query {
            let collectors = (TopDocs::with_limit(10).order_by_score(), Count);
            let (_, their_count) = searcher.search(&query, &collectors).unwrap();
            assert_eq!(their_count as u64, count);
            let theirs = best(&clock, || drop(searcher.search(&query, &collectors).unwrap()));
            let factor = theirs.as_secs_f64() / ours.as_secs_f64();
            print!("  tantivy {:8.3} ms = {factor:.2} ×", theirs.as_secs_f64() * 1e3);
        }
        println!();
    }
}
