//! Many threads at once: writers, readers, purges, a store that keeps going idle.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lazuli_store::StoreOptions;

use crate::support::{Fixture, append, put};

const WRITERS: u64 = 4;
const WRITES: u64 = 250;

#[test]
fn every_thread_sees_its_own_writes_and_nothing_goes_missing() {
    let options = StoreOptions {
        checkpoint_bytes: 128 << 10,
        wal_bytes_max: 512 << 10,
        writer_idle: Duration::from_millis(1),
        readers_kept_max: 2,
        ..StoreOptions::default()
    };
    let fixture = Fixture::with(options);
    let store = fixture.store();
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn(move || {
                    for number in 0..WRITES {
                        // Each writer has ten keys of its own and one that all share.
                        let key = format!("{writer}-{}", number % 10);
                        let body = format!("{number:>500}").into_bytes();
                        let seq = put(store, &key, Some(&body), None).unwrap();
                        assert!(store.last_seq() >= seq);
                        let newest = store.newest(&key).unwrap().unwrap();
                        assert_eq!((newest.seq, newest.body), (seq, Some(body)));
                        let shared = store
                            .write(1, |transaction| append(transaction, "shared", Some(b"x"), None))
                            .unwrap();
                        assert!(store.newest("shared").unwrap().unwrap().seq >= shared);
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !finished.load(Ordering::Relaxed) {
                store.purge(store.last_seq(), 50).unwrap();
                store.idle_close();
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        scope.spawn(|| {
            while !finished.load(Ordering::Relaxed) {
                let mut after = store.purge_floor();
                loop {
                    let page = store.scan(after, 20, 1 << 20).unwrap();
                    assert!(page.is_sorted_by_key(|row| row.seq));
                    let Some(last) = page.last() else { break };
                    after = last.seq;
                }
            }
        });
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        finished.store(true, Ordering::Relaxed);
    });
    assert_eq!(store.last_seq(), 2 * WRITERS * WRITES);
    assert_eq!(store.statistics().documents, WRITERS * 10 + 1);
    while store.purge(u64::MAX, 1000).unwrap() > 0 {}
    assert_eq!(fixture.log().len() as u64, WRITERS * 10 + 1);
    store.check().unwrap();
}

#[test]
fn the_log_file_stays_bounded_under_steady_writing() {
    let options =
        StoreOptions { checkpoint_bytes: 256 << 10, wal_bytes_max: 1 << 20, ..StoreOptions::default() };
    let fixture = Fixture::with(options);
    let wal = fixture.path().with_file_name("documents.db-wal");
    let mut largest = 0;
    for number in 0..60 {
        let store = fixture.store();
        store
            .write(200_000, move |transaction| {
                (0..50).try_for_each(|row| {
                    append(transaction, &format!("{number}-{row}"), Some(&[1; 4_000]), None).map(|_seq| ())
                })
            })
            .unwrap();
        largest = largest.max(fs_err::metadata(&wal).unwrap().len());
    }
    // 12 MB were written in pieces of 0.2 MB; the log may exceed its limit by what is under way.
    assert!(largest < 4 << 20, "the log grew to {largest} bytes");
    assert_eq!(fixture.store().statistics().documents, 3_000);
}
