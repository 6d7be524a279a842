//! Snapshots under fire: while batches, commits, merges, checkpoints and garbage collection go on, threads hold snapshots
//! for a while and then read everything in them: every section, every column, every posting list, every row in the store.
//!
//! `LAZULI_LIVENESS_SECONDS=<n>` makes it longer.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use lazuli_catalog::index::{self, Rules};
use lazuli_catalog::{Schema, document};
use lazuli_platform::cancel::Cancel;
use lazuli_platform::random::{OsRandom, Random, SeededRandom};
use lazuli_query::Request;
use serde_json::json;
use tantivy::DocSet;
use tantivy::schema::IndexRecordOption;

use super::{Index, page};
use crate::search::Strategy;
use crate::snapshot::{SegmentView, Snapshot};
use crate::{Engine, Parts, Settings, Synonyms};

fn schema() -> Schema {
    let definition = json!({"name": "alive", "fields": [
        {"name": "id", "type": "Edm.String", "key": true},
        {"name": "text", "type": "Edm.String"},
        {"name": "n", "type": "Edm.Int32"},
        {"name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [{"name": "kind", "type": "Edm.String"}]},
    ]});
    index::bind(&serde_json::from_value(definition).unwrap(), None, &Rules::default()).unwrap().schema
}

fn append(index: &Index, documents: impl Iterator<Item = serde_json::Value>) {
    let schema = index.schema();
    let actions = documents.map(|action| document::parse_action(&schema, &action.to_string()).unwrap());
    let (sender, receiver) = mpsc::channel();
    index.append(&schema, actions.collect(), Box::new(move |answer| sender.send(answer).unwrap()));
    receiver.recv().unwrap().unwrap();
}

fn write(index: &Index, random: &SeededRandom) {
    let actions = (0..1 + random.u64() % 40).map(|_| {
        let key = format!("k{}", random.u64() % 500);
        let n = random.u64() % 1000;
        if n < 100 {
            json!({"@search.action": "delete", "id": key})
        } else {
            json!({"id": key, "text": format!("stone w{n} w{}", n / 7), "n": n, "rooms": [{"kind": "a"}, {}]})
        }
    });
    append(index, actions);
}

/// Asks for all documents, up to a thousand.
fn search_all(index: &Index) -> lazuli_query::Search {
    lazuli_query::bind(&index.schema(), &Request { top: Some(1000), ..Request::default() }).unwrap()
}

/// Reads a segment whole; returns its live sequence numbers.
fn read(view: &SegmentView) -> BTreeSet<u64> {
    view.verify().unwrap();
    for (name, column) in view.columns().list_columns().unwrap() {
        column.open().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for inverted in [view.exact(), view.text()] {
        let mut terms = inverted.terms().stream().unwrap();
        while terms.advance() {
            let info = terms.value().clone();
            let option = IndexRecordOption::WithFreqsAndPositions;
            let mut postings = inverted.read_postings_from_terminfo(&info, option).unwrap();
            let mut seen = 0;
            while postings.doc() != tantivy::TERMINATED {
                assert!(postings.doc() < view.max_doc());
                seen += 1;
                postings.advance();
            }
            assert_eq!(seen, info.doc_freq);
        }
    }
    let seqs: Vec<u64> = (0..view.max_doc()).filter_map(|document| view.seq(document)).collect();
    assert_eq!(seqs.len(), view.max_doc() as usize);
    assert!(seqs.is_sorted_by(|a, b| a < b), "document order is write order");
    (0..view.max_doc())
        .filter(|document| view.is_alive(*document))
        .filter_map(|document| view.seq(document))
        .collect()
}

fn read_snapshot(index: &Index, snapshot: &Snapshot) {
    let mut newest = 0;
    let mut live = 0;
    for view in snapshot.segments() {
        let seqs = read(view);
        live += seqs.len() as u64;
        for seq in seqs {
            assert!(seq > newest, "segments span disjoint ranges, in order");
            newest = seq;
            let row = index.opened().unwrap().store.get(seq).unwrap();
            assert!(row.is_some_and(|row| row.live()), "row {seq} is kept as long as a snapshot shows it");
        }
    }
    assert!(newest <= snapshot.seq());
    assert_eq!(live, snapshot.documents());
}

#[test]
fn snapshots_stay_whole_while_everything_changes() {
    let seconds = std::env::var("LAZULI_LIVENESS_SECONDS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let folder = tempfile::tempdir().unwrap();
    // Tiny limits: checkpoints and purges all the time.
    let settings = Settings { checkpoint_bytes: 40_000, ram_file_bytes_max: 15_000, ..Settings::default() };
    let engine = Engine::new(folder.path().to_owned(), Parts::real(), settings).unwrap();
    let index = engine.create("g", Arc::new(schema())).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let random = SeededRandom::new(OsRandom.u64());
            while !done.load(Ordering::Relaxed) {
                write(&index, &random);
            }
        });
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let random = SeededRandom::new(OsRandom.u64());
                    let mut read = 0;
                    while !done.load(Ordering::Relaxed) {
                        let snapshot = index.opened().unwrap().progress.visible(&Cancel::never()).unwrap();
                        std::thread::sleep(Duration::from_millis(random.u64() % 60));
                        read_snapshot(&index, &snapshot);
                        index
                            .search(&search_all(&index), &Synonyms::new(), &Cancel::never(), |_| {
                                ControlFlow::Continue(())
                            })
                            .unwrap();
                        read += 1;
                    }
                    read
                })
            })
            .collect();
        std::thread::sleep(Duration::from_secs(seconds));
        done.store(true, Ordering::Relaxed);
        writer.join().unwrap();
        for reader in readers {
            assert!(reader.join().unwrap() > 3);
        }
    });
    engine.shutdown();
}

#[test]
fn documents_that_were_found_are_fetched_as_they_were_though_a_checkpoint_comes_between() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::new(folder.path().to_owned(), Parts::real(), Settings::default()).unwrap();
    let index = engine.create("g", Arc::new(schema())).unwrap();
    let upload = |n| append(&index, (0..10).map(|key| json!({"id": format!("k{key}"), "n": n})));
    upload(1);
    let never = Cancel::never();
    let (opened, ranked) =
        index.ranked(&search_all(&index), &Synonyms::new(), &never, Strategy::Pruned).unwrap();
    let seqs: Vec<u64> = ranked.hits.iter().map(|(seq, _)| *seq).collect();
    upload(2);
    let checkpoint = || {
        opened.progress.visible(&never).unwrap();
        while !opened.begin_checkpoint() {
            opened.wait_checkpoint();
        }
        opened.checkpoint_now();
    };
    checkpoint();
    let mut fetched = Vec::new();
    let mut take = |hit: page::Hit| {
        fetched.push(hit.document.seq);
        ControlFlow::Continue(())
    };
    page::hand_out(&opened.store, ranked, &never, &mut take).unwrap();
    assert_eq!(fetched, seqs);
    checkpoint();
    assert!(opened.store.get(seqs[0]).unwrap().is_none(), "nothing shows it any more");
    engine.shutdown();
}

#[test]
fn what_a_checkpoint_has_on_disk_is_not_kept_in_ram() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { idle_writer: Duration::from_millis(100), ..Settings::default() };
    let engine = Engine::new(folder.path().to_owned(), Parts::real(), settings).unwrap();
    let index = engine.create("g", Arc::new(schema())).unwrap();
    append(&index, (0..50).map(|n| json!({"id": format!("k{n}"), "text": "stone"})));
    let shown = || index.opened().unwrap().progress.visible(&Cancel::never()).unwrap();
    let written = shown();
    assert!(written.segments_in_ram() > 0, "a write costs the store's disk only");
    for _ in 0..500 {
        if shown().segments_in_ram() == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!((shown().segments_in_ram(), index.opened().unwrap().directory.ram_bytes()), (0, 0));
    assert_eq!(shown().documents(), 50);
    assert!(written.segments_in_ram() > 0, "who reads on is not disturbed");
    engine.shutdown();
}

#[test]
fn deletions_are_applied_when_there_are_many() {
    let folder = tempfile::tempdir().unwrap();
    let never = Duration::from_secs(3600);
    let settings =
        Settings { deletions_max: 50, idle_writer: never, checkpoint_age: never, ..Settings::default() };
    let engine = Engine::new(folder.path().to_owned(), Parts::real(), settings).unwrap();
    let index = engine.create("g", Arc::new(schema())).unwrap();
    let seq = || index.opened().unwrap().progress.snapshot().map_or(0, |snapshot| snapshot.seq());
    let upload = || append(&index, (0..50).map(|n| json!({"id": format!("k{n}"), "text": "stone"})));
    upload();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(seq(), 0, "nobody asked to see it");
    upload();
    for _ in 0..500 {
        if seq() > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(seq(), 100, "each of the fifty replaced a document");
    engine.shutdown();
}
