//! How fast the ten best are found, beside tantivy's own block-max WAND over the same terms. Run by hand:
//!
//! ```text
//! SPEED_DOCUMENTS=1000000 cargo test --release -p lazuli-engine search::tests::speed -- --ignored --nocapture
//! ```
//!
//! With `SPEED_FOLDER` the two indexes are kept there and found again by the next run.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lazuli_analysis::Scratch;
use lazuli_catalog::document::Document;
use lazuli_catalog::{Schema, Value};
use lazuli_platform::cancel::Cancel;
use lazuli_platform::clock::{Clock, SystemClock};
use lazuli_platform::random::{Random, SeededRandom};
use lazuli_query::{Request, Search};
use tantivy::collector::TopDocs;
use tantivy::directory::MmapDirectory;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{self, IndexRecordOption};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

use crate::search::{Hits, Strategy, Synonyms, search_by};
use crate::segment::format::open_or_create;
use crate::segment::merge_policy::{NeighbourMergePolicy, SegmentRanges};
use crate::segment::plugin::ContainerPlugin;
use crate::segment::{PackedDocument, Packer};
use crate::snapshot::Snapshot;
use crate::tests::corpus::{no_filters, text_schema};

/// Fields and words in each.
const FIELDS: [(&str, usize); 5] =
    [("title", 6), ("summary", 14), ("body", 48), ("notes", 14), ("remarks", 14)];
const VOCABULARY: usize = 60_000;
const COMMIT_EVERY: usize = 20_000;
const QUERIES: usize = 300;
const WRITER_BYTES: usize = 200_000_000;

/// Words `w<rank>` with Zipf's distribution.
struct Words {
    random: SeededRandom,
    cumulative: Vec<f64>,
}

impl Words {
    fn new(seed: u64) -> Self {
        let mut sum = 0.0;
        let weights = (1..=VOCABULARY).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Self { random: SeededRandom::new(seed), cumulative: weights.collect() }
    }

    fn unit(&self) -> f64 {
        (self.random.u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn text(&self, words: usize) -> String {
        let total = self.cumulative.last().unwrap();
        let word = |_| {
            let point = self.unit() * total;
            format!("w{} ", self.cumulative.partition_point(|sum| *sum < point))
        };
        (0..words).map(word).collect()
    }

    /// Query words are spread evenly over the orders of magnitude of ranks from 20 to 20 000.
    fn query(&self, words: usize) -> Vec<String> {
        (0..words).map(|_| format!("w{}", (20.0 * 1000f64.powf(self.unit())) as usize)).collect()
    }
}

pub(super) fn documents() -> usize {
    std::env::var("SPEED_DOCUMENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000)
}

fn texts(words: &Words) -> Vec<String> {
    FIELDS.iter().map(|(_, count)| words.text(*count)).collect()
}

fn schema() -> Arc<Schema> {
    Arc::new(text_schema(&FIELDS.map(|(name, _)| (name, "standard.lucene"))))
}

fn our_snapshot(folder: &Path) -> Snapshot {
    let ranges = Arc::new(SegmentRanges::default());
    let exists = folder.exists();
    fs_err::create_dir_all(folder).unwrap();
    let plugin = Arc::new(ContainerPlugin::new(ranges.clone()));
    let index = open_or_create(MmapDirectory::open(folder).unwrap(), plugin).unwrap();
    if !exists {
        let writer: IndexWriter<PackedDocument> = index.writer_with_num_threads(1, WRITER_BYTES).unwrap();
        writer.set_merge_policy(Box::new(NeighbourMergePolicy::new(ranges)));
        fill(writer);
    }
    Snapshot::open(&index, None, None, 0, &no_filters()).unwrap()
}

fn fill(mut writer: IndexWriter<PackedDocument>) {
    let (packer, words, mut scratch) = (Packer::new(schema()), Words::new(7), Scratch::default());
    for number in 0..documents() {
        let mut values = vec![Value::String(number.to_string())];
        values.extend(texts(&words).into_iter().map(Value::String));
        let packed = packer.pack(number as u64, &Document { values }, &mut scratch);
        writer.add_document(packed).unwrap();
        if number % COMMIT_EVERY == COMMIT_EVERY - 1 {
            writer.commit().unwrap();
        }
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
}

fn their_searcher(folder: &Path) -> Searcher {
    let exists = folder.exists();
    fs_err::create_dir_all(folder).unwrap();
    let mut builder = schema::Schema::builder();
    for (name, _) in FIELDS {
        builder.add_text_field(name, schema::TEXT);
    }
    let directory = MmapDirectory::open(folder).unwrap();
    let index = Index::open_or_create(directory, builder.build()).unwrap();
    if !exists {
        let words = Words::new(7);
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES).unwrap();
        for _ in 0..documents() {
            let mut document = TantivyDocument::new();
            for (field, text) in texts(&words).iter().enumerate() {
                document.add_text(schema::Field::from_field_id(field as u32), text);
            }
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        writer.wait_merging_threads().unwrap();
    }
    index.reader().unwrap().searcher()
}

fn their_query(words: &[String], fields: &[u32]) -> BooleanQuery {
    let terms = words.iter().flat_map(|word| fields.iter().map(move |field| (*field, word)));
    let query = |(field, word): (u32, &String)| -> Box<dyn Query> {
        let term = Term::from_field_text(schema::Field::from_field_id(field), word);
        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
    };
    BooleanQuery::union(terms.map(query).collect())
}

fn our_query(schema: &Schema, words: &[String], fields: &[u32], count: bool) -> Search {
    let text = words.join(" ");
    let search_fields = fields.iter().map(|field| FIELDS[*field as usize].0).collect();
    let request = Request { search: Some(&text), search_fields, top: Some(10), count, ..Request::default() };
    lazuli_query::bind(schema, &request).unwrap()
}

/// Times of one way to answer, the best of three runs for each query.
struct Times(Vec<Duration>);

impl Times {
    fn of<T>(clock: &SystemClock, queries: &[T], mut answer: impl FnMut(&T)) -> Self {
        let mut once = |query| {
            let start = clock.monotonic();
            answer(query);
            clock.monotonic() - start
        };
        let mut times: Vec<_> =
            queries.iter().map(|query| (0..3).map(|_| once(query)).min().unwrap()).collect();
        times.sort();
        Self(times)
    }

    fn mean(&self) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64() * 1e3 / self.0.len() as f64
    }

    fn print(&self, name: &str) {
        let at = |percent: usize| self.0[self.0.len() * percent / 100].as_secs_f64() * 1e3;
        print!("  {name}: mean {:.3} p50 {:.3} p95 {:.3} ms;", self.mean(), at(50), at(95));
    }
}

#[test]
#[ignore = "takes minutes; for people who change the scorers"]
fn ten_best_beside_tantivy() {
    let kept = std::env::var("SPEED_FOLDER").ok().map(PathBuf::from);
    let temporary = tempfile::tempdir().unwrap();
    let folder = kept.unwrap_or_else(|| temporary.path().to_owned());
    let snapshot = our_snapshot(&folder.join("ours"));
    let searcher = their_searcher(&folder.join("theirs"));
    let sizes = |sizes: Vec<u32>| sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    println!("our segments: {}", sizes(snapshot.segments().iter().map(|view| view.max_doc()).collect()));
    println!("theirs: {}", sizes(searcher.segment_readers().iter().map(|reader| reader.max_doc()).collect()));
    let (schema, words, clock) = (schema(), Words::new(11), SystemClock::new());
    let answer = |search: &Search, strategy| -> Hits {
        search_by(strategy, &snapshot, &schema, search, &Synonyms::new(), &Cancel::never()).unwrap()
    };
    for fields in [vec![2], vec![0, 1, 2, 3, 4]] {
        for count in [1, 2, 5] {
            let queries: Vec<_> = (0..QUERIES).map(|_| words.query(count)).collect();
            let searches: Vec<_> =
                queries.iter().map(|words| our_query(&schema, words, &fields, false)).collect();
            for search in &searches {
                assert_eq!(answer(search, Strategy::Pruned), answer(search, Strategy::Exhaustive));
            }
            let counted: Vec<_> =
                queries.iter().map(|words| our_query(&schema, words, &fields, true)).collect();
            let theirs: Vec<_> = queries.iter().map(|words| their_query(words, &fields)).collect();
            let theirs = Times::of(&clock, &theirs, |query| {
                searcher.search(query, &TopDocs::with_limit(10).order_by_score()).unwrap();
            });
            let ours = Times::of(&clock, &searches, |search| drop(answer(search, Strategy::Pruned)));
            let exhaustive =
                Times::of(&clock, &searches, |search| drop(answer(search, Strategy::Exhaustive)));
            let counting = Times::of(&clock, &counted, |search| drop(answer(search, Strategy::Pruned)));
            print!("{count} words, {} fields: {:.2} ×", fields.len(), theirs.mean() / ours.mean());
            for (name, times) in [
                ("tantivy", theirs),
                ("ours", ours),
                ("exhaustive", exhaustive),
                ("ours with count", counting),
            ] {
                times.print(name);
            }
            println!();
        }
    }
}
