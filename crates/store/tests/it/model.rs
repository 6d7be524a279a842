//! Random histories against a map that does the same, reopened in between.
//!
//! proptest prints the shortest failing history and keeps its seed.

use std::collections::BTreeMap;

use lazuli_store::{NewestSeq, Row, StoreError};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{Fixture, append, refused};

const KEYS: u8 = 6;

#[derive(Debug, Clone)]
enum Step {
    /// One work of several appends; the flag says whether it fails at its end.
    Work(Vec<Append>, bool),
    /// Parts of 255 of the way to the last sequence number, and the most rows to remove at once.
    Purge(u8, usize),
    /// A reader of the log registers at this part of the way, or the one before goes.
    Reader(Option<u8>),
    Reopen,
    IdleClose,
}

#[derive(Debug, Clone)]
struct Append {
    key: u8,
    /// Length of body and of vectors; `None` deletes.
    sizes: Option<(usize, Option<usize>)>,
}

fn appends() -> impl Strategy<Value = Vec<Append>> {
    let size = prop_oneof![4 => 0..50_usize, 1 => 3_900..9_000_usize];
    let sizes = prop::option::weighted(0.8, (size, prop::option::of(0..30_usize)));
    vec((0..KEYS, sizes).prop_map(|(key, sizes)| Append { key, sizes }), 0..8)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (appends(), prop::bool::weighted(0.15)).prop_map(|(appends, fails)| Step::Work(appends, fails)),
        2 => (any::<u8>(), 1..20_usize).prop_map(|(part, rows)| Step::Purge(part, rows)),
        1 => prop::option::of(any::<u8>()).prop_map(Step::Reader),
        1 => Just(Step::Reopen),
        1 => Just(Step::IdleClose),
    ];
    vec(step, 1..30)
}

/// What the store must hold.
#[derive(Default)]
struct Model {
    rows: BTreeMap<u64, Row>,
    last_seq: u64,
    purge_floor: u64,
}

impl Model {
    fn append(&mut self, key: &str, body: Option<Vec<u8>>, vectors: Option<Vec<u8>>) {
        self.last_seq += 1;
        let row = Row { seq: self.last_seq, key: key.to_owned(), body, vectors };
        self.rows.insert(self.last_seq, row);
    }

    fn newest(&self, key: &str) -> Option<&Row> {
        self.rows.values().rev().find(|row| row.key == key)
    }

    /// All at once what the store does in steps.
    fn purge(&mut self, horizon: u64) {
        let rows: Vec<Row> = self.rows.values().cloned().collect();
        let superseded = |row: &Row| {
            rows.iter().any(|newer| newer.key == row.key && newer.seq > row.seq && newer.seq <= horizon)
        };
        self.rows.retain(|seq, row| !superseded(row) && (row.live() || *seq > horizon));
        self.purge_floor = self.purge_floor.max(horizon);
    }

    fn live(&self) -> Vec<&Row> {
        (0..KEYS).filter_map(|key| self.newest(&name(key))).filter(|row| row.live()).collect()
    }
}

fn name(key: u8) -> String {
    format!("key-{key}")
}

fn bytes(seed: u64, size: usize) -> Vec<u8> {
    (0..size).map(|position| (seed as usize * 31 + position) as u8).collect()
}

fn work(fixture: &Fixture, model: &mut Model, appends: Vec<Append>, fails: bool) {
    let first = model.last_seq;
    let rows: Vec<_> = appends
        .iter()
        .zip(first..)
        .map(|(append, seed)| {
            let body = append.sizes.map(|(size, _)| bytes(seed, size));
            let vectors = append.sizes.and_then(|(_, size)| size).map(|size| bytes(seed + 1, size));
            (name(append.key), body, vectors)
        })
        .collect();
    let written = rows.clone();
    let outcome = fixture.store().write(100, move |transaction| {
        for (key, body, vectors) in &written {
            append(transaction, key, body.as_deref(), vectors.as_deref())?;
        }
        if fails { Err(refused("as drawn")) } else { Ok(()) }
    });
    assert_eq!(matches!(outcome, Err(StoreError::WorkFailed(_))), fails);
    if !fails {
        rows.into_iter().for_each(|(key, body, vectors)| model.append(&key, body, vectors));
    }
}

fn part_of(seq: u64, part: u8) -> u64 {
    seq * u64::from(part) / 255
}

fn check(fixture: &Fixture, model: &Model) {
    let store = fixture.store();
    assert_eq!(fixture.log(), model.rows.values().cloned().collect::<Vec<_>>());
    assert_eq!((store.last_seq(), store.purge_floor()), (model.last_seq, model.purge_floor));
    for key in 0..KEYS {
        let newest = model.newest(&name(key)).cloned();
        let seq = newest.as_ref().map(|row| NewestSeq { seq: row.seq, live: row.live() });
        assert_eq!(store.newest(&name(key)).unwrap(), newest);
        assert_eq!(store.write(0, move |transaction| transaction.newest_seq(&name(key))).unwrap(), seq);
    }
    let live = model.live();
    let statistics = store.statistics();
    assert_eq!(statistics.documents, live.len() as u64);
    assert_eq!(statistics.bytes, live.iter().map(|row| row.bytes()).sum::<u64>());
    let seqs: Vec<u64> = (0..=model.last_seq + 1).rev().collect();
    let expected: Vec<Option<Row>> = seqs.iter().map(|seq| model.rows.get(seq).cloned()).collect();
    assert_eq!(store.get_many(&seqs, u64::MAX).unwrap(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_store_is_a_map_with_history(steps in steps()) {
        let mut fixture = Fixture::new();
        let mut model = Model::default();
        let mut reader = None;
        for step in steps {
            match step {
                Step::Work(appends, fails) => work(&fixture, &mut model, appends, fails),
                Step::Purge(part, rows_max) => {
                    let horizon = part_of(model.last_seq, part);
                    while fixture.store().purge(horizon, rows_max).unwrap() > 0 {}
                    let held = reader.as_ref().map_or(horizon, |(seq, _)| horizon.min(*seq));
                    model.purge(held);
                }
                Step::Reader(part) => {
                    reader = part.map(|part| part_of(model.last_seq, part)).map(|seq| {
                        (seq, fixture.store().register_reader(seq))
                    });
                }
                Step::Reopen => {
                    reader = None;
                    fixture.reopen();
                }
                Step::IdleClose => fixture.store().idle_close(),
            }
            check(&fixture, &model);
        }
        fixture.store().check().unwrap();
    }
}
