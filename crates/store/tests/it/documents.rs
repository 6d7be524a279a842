//! What a store of documents answers.

use std::sync::Arc;

use lazuli_platform::random::SeededRandom;
use lazuli_store::{DocumentStore, NewestSeq, Row, StoreError, StoreOptions};

use crate::support::{Fixture, append, put};

fn row(seq: u64, key: &str, body: Option<&[u8]>, vectors: Option<&[u8]>) -> Row {
    Row { seq, key: key.to_owned(), body: body.map(<[u8]>::to_vec), vectors: vectors.map(<[u8]>::to_vec) }
}

#[test]
fn every_write_is_a_row_and_the_newest_is_the_document() {
    let fixture = Fixture::new();
    let store = fixture.store();
    assert_eq!((store.last_seq(), store.newest("a").unwrap()), (0, None));
    assert_eq!(put(store, "a", Some(b"one"), None).unwrap(), 1);
    assert_eq!(put(store, "b", Some(b""), Some(b"vector")).unwrap(), 2);
    assert_eq!(put(store, "a", Some(b"three"), Some(b"")).unwrap(), 3);
    assert_eq!(put(store, "b", None, Some(b"ignored")).unwrap(), 4);

    let rows = [
        row(1, "a", Some(b"one"), None),
        row(2, "b", Some(b""), Some(b"vector")),
        row(3, "a", Some(b"three"), Some(b"")),
        row(4, "b", None, None),
    ];
    assert_eq!(fixture.log(), rows);
    assert_eq!(store.newest("a").unwrap().as_ref(), Some(&rows[2]));
    assert_eq!(store.newest("b").unwrap().as_ref(), Some(&rows[3]));
    assert_eq!(store.newest("").unwrap(), None);
    assert_eq!(store.get(2).unwrap().as_ref(), Some(&rows[1]));
    assert_eq!(store.get(5).unwrap(), None);
    assert_eq!(store.get(u64::MAX).unwrap(), None);
    let many = store.get_many(&[4, 9, 1, 4], u64::MAX).unwrap();
    assert_eq!(many, [Some(rows[3].clone()), None, Some(rows[0].clone()), Some(rows[3].clone())]);
    let cut = store.get_many(&[4, 1, 3, 2], 4).unwrap();
    assert_eq!(cut, [Some(rows[3].clone()), Some(rows[0].clone()), Some(rows[2].clone())], "3 bytes, then 8");
    assert_eq!(store.last_seq(), 4);
    store.check().unwrap();
}

#[test]
fn a_scan_stops_at_rows_and_bytes_and_always_moves() {
    let fixture = Fixture::new();
    for number in 0..10 {
        fixture.put(&number.to_string(), &[0; 100]);
    }
    let seqs = |after, rows_max, bytes_max| -> Vec<u64> {
        let rows = fixture.store().scan(after, rows_max, bytes_max).unwrap();
        rows.iter().map(|row| row.seq).collect()
    };
    assert_eq!(seqs(0, 3, 1000), [1, 2, 3]);
    assert_eq!(seqs(7, 100, 1000), [8, 9, 10]);
    assert_eq!(seqs(0, 100, 250), [1, 2, 3], "the row that crosses the limit is the last");
    assert_eq!(seqs(4, 0, 0), [5]);
    assert_eq!(seqs(10, 100, 1000), []);
    assert_eq!(seqs(u64::MAX, 100, 1000), []);
}

#[test]
fn work_sees_what_it_wrote_itself() {
    let fixture = Fixture::new();
    let store = fixture.store();
    store
        .write(0, |transaction| {
            assert_eq!(transaction.newest_seq("a")?, None);
            append(transaction, "a", Some(b"xy"), Some(b"z"))?;
            assert_eq!(transaction.newest_seq("a")?, Some(NewestSeq { seq: 1, live: true }));
            assert_eq!(transaction.newest("a")?, Some(row(1, "a", Some(b"xy"), Some(b"z"))));
            append(transaction, "a", None, None)?;
            assert_eq!(transaction.newest_seq("a")?, Some(NewestSeq { seq: 2, live: false }));
            append(transaction, "a", Some(b"four"), None)
        })
        .unwrap();
    let statistics = store.statistics();
    assert_eq!((statistics.documents, statistics.bytes, store.last_seq()), (1, 4, 3));
}

#[test]
fn counts_are_of_live_documents_however_the_superseded_row_was_named() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let counts = || (store.statistics().documents, store.statistics().bytes);
    put(store, "a", Some(b"12345"), Some(b"678")).unwrap();
    assert_eq!(counts(), (1, 8));
    // A caller may make up what it knows of the row from an earlier answer.
    store
        .write(0, |transaction| {
            transaction.append("a", Some(b"1"), None, Some(NewestSeq { seq: 1, live: true }))
        })
        .unwrap();
    assert_eq!(counts(), (1, 1));
    store
        .write(0, |transaction| {
            let older = transaction.newest("a")?.map(|row| row.newest_seq());
            transaction.append("a", None, None, older)
        })
        .unwrap();
    assert_eq!(counts(), (0, 0));
    fixture.delete("a");
    fixture.delete("never there");
    assert_eq!(counts(), (0, 0));
    fixture.put("a", b"22");
    assert_eq!(counts(), (1, 2));
    assert!(store.statistics().file_bytes > 4096);
    store.check().unwrap();
}

#[test]
fn everything_is_there_after_reopening() {
    let mut fixture = Fixture::new();
    fixture.put("a", b"one");
    fixture.delete("a");
    fixture.put("b", b"three");
    fixture.store().set_meta("applied", "3").unwrap();
    let before = (
        fixture.store().identity(),
        fixture.store().last_seq(),
        fixture.log(),
        fixture.store().purge_floor(),
    );
    for _ in 0..2 {
        fixture.reopen();
        let store = fixture.store();
        assert_eq!((store.identity(), store.last_seq(), fixture.log(), store.purge_floor()), before);
        assert_eq!((store.statistics().documents, store.statistics().bytes), (1, 5));
        assert_eq!(store.meta("applied").unwrap().as_deref(), Some("3"));
    }
}

#[test]
fn small_values_are_kept_beside_the_documents() {
    let fixture = Fixture::new();
    let store = fixture.store();
    assert_eq!(store.meta("name").unwrap(), None);
    store.set_meta("name", "one").unwrap();
    store.set_meta("name", "two").unwrap();
    store.set_meta("", "").unwrap();
    assert_eq!(store.meta("name").unwrap().as_deref(), Some("two"));
    assert_eq!(store.meta("").unwrap().as_deref(), Some(""));
    assert_eq!(store.last_seq(), 0);
}

#[test]
fn keys_may_be_anything_that_is_text() {
    let fixture = Fixture::new();
    let keys = ["", "a'b", "ключ", "a\0b", "A", "a", &"k".repeat(10_000)];
    for key in keys {
        fixture.put(key, key.as_bytes());
    }
    for key in keys {
        assert_eq!(fixture.newest_body(key).as_deref(), Some(key.as_bytes()), "{key:?}");
    }
    assert_eq!(fixture.store().statistics().documents, keys.len() as u64);
}

#[test]
fn a_large_document_comes_back_whole() {
    let fixture = Fixture::new();
    let body: Vec<u8> = (0..16_000_000_u32).map(|number| (number % 251) as u8).collect();
    fixture.put("large", &body);
    assert_eq!(fixture.newest_body("large"), Some(body));
}

#[test]
fn an_identity_comes_from_the_options_and_create_takes_no_existing_file() {
    let options = StoreOptions { random: Arc::new(SeededRandom::new(1)), ..StoreOptions::default() };
    let first = Fixture::with(options.clone());
    let second = Fixture::with(options.clone());
    assert_ne!(first.store().identity(), second.store().identity());
    let error = DocumentStore::create(&first.path(), &options).unwrap_err();
    assert!(matches!(error, StoreError::Io(_)), "{error:?}");
    let missing = first.path().with_file_name("missing.db");
    assert!(matches!(DocumentStore::open(&missing, &options).unwrap_err(), StoreError::Io(_)));
    assert!(!missing.exists(), "opening must not make a file");
}

#[test]
fn closing_leaves_one_file() {
    let mut fixture = Fixture::new();
    fixture.put("a", b"one");
    fixture.store().newest("a").unwrap();
    fixture.close();
    let folder = fixture.path().parent().unwrap().to_path_buf();
    let names: Vec<_> = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["documents.db"]);
}

#[test]
fn an_idle_store_holds_no_thread_and_no_file() {
    let fixture = Fixture::new();
    fixture.put("a", b"one");
    fixture.store().newest("a").unwrap();
    fixture.store().idle_close();
    let wal = fixture.path().with_file_name("documents.db-wal");
    // The last connection to go removes the log; nothing else tells from outside.
    for _ in 0..500 {
        if !wal.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(!wal.exists());
    assert_eq!(fixture.newest_body("a").as_deref(), Some(&b"one"[..]));
    assert_eq!(fixture.put("a", b"two"), 2);
}
