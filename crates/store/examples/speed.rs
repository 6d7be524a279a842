//! Figures of the store on this machine, beside what a bare `fdatasync` costs. Run with
//! `cargo run -p lazuli-store --profile ci --example speed [folder]`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people, run by hand")]

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use lazuli_platform::clock::{Clock, SystemClock};
use lazuli_platform::random::{Random, SeededRandom};
use lazuli_store::{DocumentStore, StoreOptions};

const BODY_BYTES: usize = 1024;

fn main() {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::tempdir_in(folder).unwrap();
    let clock = SystemClock::new();
    fdatasync(&clock, &folder.path().join("raw"));
    let path = folder.path().join("documents.db");
    let store = Arc::new(DocumentStore::create(&path, &StoreOptions::default()).unwrap());
    batches(&clock, &store, Keys::Ascending, 300);
    batches(&clock, &store, Keys::Random, 1000);
    batches(&clock, &store, Keys::Again, 300);
    for threads in [1, 4, 16] {
        singles(&store, threads);
    }
    reads(&clock, &store);
    purge(&clock, &store);
    println!("{:?}", store.statistics());
    many(&clock, folder.path());
    println!("resident: {} MB", lazuli_platform::limits::resident_bytes().unwrap_or(0) >> 20);
}

/// A server with many indexes, each touched once.
fn many(clock: &SystemClock, folder: &Path) {
    let resident = || lazuli_platform::limits::resident_bytes().unwrap_or(0) >> 20;
    let path = |number: u32| folder.join(format!("{number}.db"));
    let options = StoreOptions::default();
    (0..500).for_each(|number| drop(DocumentStore::create(&path(number), &options).unwrap()));
    let (start, before) = (clock.monotonic(), resident());
    let stores: Vec<_> =
        (0..500).map(|number| DocumentStore::open(&path(number), &options).unwrap()).collect();
    println!("500 stores opened in {:?}: {} MB more", clock.monotonic() - start, resident() - before);
    for store in &stores {
        store.write(1, |transaction| transaction.append("a", Some(b"{}"), None, None)).unwrap();
        store.idle_close();
    }
    println!("500 stores written to and idle: {} MB more", resident().saturating_sub(before));
}

fn report(name: &str, latencies: &mut [Duration]) {
    latencies.sort_unstable();
    let at = |part: usize| latencies[(latencies.len() * part / 1000).min(latencies.len() - 1)];
    println!("{name:<36} p50 {:?}  p99 {:?}  p99.9 {:?}  max {:?}", at(500), at(990), at(999), at(1000));
}

/// Processor time of this process so far; ticks are of 10 ms. The machine may be shared: this tells more than the wall.
fn cpu_seconds() -> f64 {
    let stat = fs_err::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.split(' ').collect();
    let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) / 100.0
}

fn fdatasync(clock: &SystemClock, path: &Path) {
    let mut file = fs_err::File::create(path).unwrap();
    let mut latencies = Vec::new();
    for _ in 0..500 {
        let start = clock.monotonic();
        file.write_all(&[1; BODY_BYTES]).unwrap();
        file.sync_data().unwrap();
        latencies.push(clock.monotonic() - start);
    }
    report("append 1 KB + fdatasync", &mut latencies);
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Keys {
    /// New ones, each after the one before: numbers, times.
    Ascending,
    /// New ones anywhere: GUIDs, hashes. Every row is a page of the index by key.
    Random,
    /// The random ones once more.
    Again,
}

/// Submissions of 1000 rows.
fn batches(clock: &SystemClock, store: &DocumentStore, order: Keys, count: u64) {
    let (name, rows) = (format!("{order:?}"), 1000);
    let random = SeededRandom::new(1);
    let mut body = vec![0; BODY_BYTES];
    random.fill(&mut body);
    let body = Arc::new(body);
    let (tell, told) = mpsc::channel();
    let (start, cpu) = (clock.monotonic(), cpu_seconds());
    let mut latencies = Vec::new();
    for batch in 0..count {
        let key = |row| match order {
            Keys::Ascending => format!("doc-{:012}", batch * rows + row),
            Keys::Random | Keys::Again => format!("{:016x}", random.u64()),
        };
        let keys: Vec<String> = (0..rows).map(key).collect();
        let (body, tell) = (Arc::clone(&body), tell.clone());
        let submitted = clock.monotonic();
        store.submit(
            BODY_BYTES * keys.len(),
            Box::new(move |transaction| {
                for key in &keys {
                    let older = transaction.newest_seq(key)?;
                    assert_eq!(older.is_some(), order == Keys::Again);
                    transaction.append(key, Some(&body), None, older)?;
                }
                Ok(())
            }),
            Box::new(move |result| {
                result.unwrap();
                tell.send(()).unwrap();
            }),
        );
        // Two batches in flight, as a server with a bounded queue has.
        if batch > 0 {
            told.recv().unwrap();
        }
        latencies.push(clock.monotonic() - submitted);
    }
    told.recv().unwrap();
    let seconds = (clock.monotonic() - start).as_secs_f64();
    let cpu = cpu_seconds() - cpu;
    let (all, per) = (count * rows, (count * rows) as f64);
    println!(
        "{name} {all} rows in batches of {rows}: {:.0} rows/s, CPU {:.1} us/row",
        per / seconds,
        cpu * 1e6 / per
    );
    report("  batch", &mut latencies);
}

fn singles(store: &Arc<DocumentStore>, threads: u64) {
    let acknowledged = AtomicU64::new(0);
    let clock = SystemClock::new();
    let mut latencies: Vec<Duration> = Vec::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let (clock, acknowledged) = (&clock, &acknowledged);
                scope.spawn(move || {
                    let random = SeededRandom::new(1000 * threads + thread);
                    let mut latencies = Vec::new();
                    while clock.monotonic() < Duration::from_secs(3) {
                        let key = format!("{:016x}", random.u64());
                        let start = clock.monotonic();
                        store
                            .write(BODY_BYTES, move |transaction| {
                                let older = transaction.newest_seq(&key)?;
                                transaction.append(&key, Some(&[7; BODY_BYTES]), None, older)
                            })
                            .unwrap();
                        latencies.push(clock.monotonic() - start);
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    latencies
                })
            })
            .collect();
        latencies = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    });
    let per_second = acknowledged.load(Ordering::Relaxed) as f64 / clock.monotonic().as_secs_f64();
    println!("{threads} threads, one row each: {per_second:.0} acks/s");
    report("  ack", &mut latencies);
}

fn reads(clock: &SystemClock, store: &DocumentStore) {
    let random = SeededRandom::new(5);
    let last = store.last_seq();
    for count in [10_usize, 50, 1000] {
        let mut latencies = Vec::new();
        for _ in 0..50_000 / count {
            let seqs: Vec<u64> = (0..count).map(|_| 1 + random.u64() % last).collect();
            let start = clock.monotonic();
            let rows = store.get_many(&seqs, u64::MAX).unwrap();
            latencies.push(clock.monotonic() - start);
            assert!(rows.iter().all(Option::is_some));
        }
        let mean = latencies.iter().sum::<Duration>() / u32::try_from(latencies.len() * count).unwrap();
        report(&format!("get_many of {count}: {mean:?} a row"), &mut latencies);
    }
    let mut latencies = Vec::new();
    let keys = SeededRandom::new(1);
    let mut body = vec![0; BODY_BYTES];
    keys.fill(&mut body);
    for _ in 0..20_000 {
        let key = format!("{:016x}", keys.u64());
        let start = clock.monotonic();
        assert!(store.newest(&key).unwrap().is_some());
        latencies.push(clock.monotonic() - start);
    }
    report("newest by key", &mut latencies);
    let start = clock.monotonic();
    let (mut after, mut rows) = (0, 0);
    loop {
        let page = store.scan(after, 1000, 4 << 20).unwrap();
        let Some(newest) = page.last() else { break };
        (after, rows) = (newest.seq, rows + page.len());
    }
    println!("scan: {:.0} rows/s", rows as f64 / (clock.monotonic() - start).as_secs_f64());
}

fn purge(clock: &SystemClock, store: &DocumentStore) {
    let start = clock.monotonic();
    let (mut rows, mut latencies) = (0, Vec::new());
    loop {
        let begun = clock.monotonic();
        let removed = store.purge(store.last_seq(), 1000).unwrap();
        latencies.push(clock.monotonic() - begun);
        rows += removed;
        if removed == 0 {
            break;
        }
    }
    println!("purge: {:.0} rows/s", rows as f64 / (clock.monotonic() - start).as_secs_f64());
    report("  1000 rows", &mut latencies);
}
