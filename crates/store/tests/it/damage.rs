//! One flipped bit anywhere is found, or does not matter; it never panics and never yields other bytes.

use std::path::Path;

use lazuli_platform::random::{Random, SeededRandom};
use lazuli_store::{CatalogStore, Definition, DocumentStore, Row, StoreError, StoreOptions};

use crate::support::{Fixture, log};

/// Some of everything: several pages of rows and of the index, a large row, deletions, free pages, small values.
fn sample() -> Fixture {
    let fixture = Fixture::new();
    for number in 0..120_u32 {
        fixture.put(&format!("key-{number:04}"), &number.to_le_bytes().repeat(60));
    }
    fixture.put("large", &[7; 20_000]);
    for number in 0..20 {
        fixture.delete(&format!("key-{number:04}"));
    }
    fixture.store().purge(130, 100).unwrap();
    fixture.store().set_meta("name", "value").unwrap();
    fixture
}

type Everything = (Vec<Row>, Vec<Option<Row>>, Option<String>, u64, u64, (u64, u64));

fn everything(path: &Path) -> Result<Everything, StoreError> {
    let store = DocumentStore::open(path, &StoreOptions::default())?;
    let rows = log(&store)?;
    let newest =
        (0..121).map(|number| store.newest(&format!("key-{number:04}"))).collect::<Result<_, _>>()?;
    let counts = (store.statistics().documents, store.statistics().bytes);
    Ok((rows, newest, store.meta("name")?, store.last_seq(), store.purge_floor(), counts))
}

#[derive(Default, Debug)]
struct Tally {
    refused: usize,
    found_by_check: usize,
    harmless: usize,
}

/// Flips one bit of `path` and opens.
fn flip(path: &Path, sound: &Everything, original: &[u8], bit: u64, tally: &mut Tally) {
    let mut damaged = original.to_vec();
    damaged[(bit / 8) as usize] ^= 1 << (bit % 8);
    fs_err::write(path, damaged).unwrap();
    let checked =
        DocumentStore::open(path, &StoreOptions::default()).and_then(|store| store.check().map(|()| store));
    let seen = everything(path);
    match (seen, checked) {
        (Err(StoreError::Corrupt { .. }), _) => tally.refused += 1,
        (Err(other), _) => panic!("bit {bit}: an unclear error: {other:?}"),
        (Ok(_), Err(StoreError::Corrupt { .. })) => tally.found_by_check += 1,
        (Ok(_), Err(other)) => panic!("bit {bit}: an unclear error: {other:?}"),
        (Ok(seen), Ok(_)) => {
            assert!(seen == *sound, "bit {bit}: something else was read, and the check passed");
            tally.harmless += 1;
        }
    }
}

#[test]
fn a_flipped_bit_in_the_database_is_found_or_harmless() {
    let mut fixture = sample();
    fixture.close();
    let path = fixture.path();
    let sound = everything(&path).unwrap();
    let original = fs_err::read(&path).unwrap();
    let random = SeededRandom::new(20_261_120);
    let mut tally = Tally::default();
    // The header and the first page bit by bit in part, the rest by chance.
    let header = (0..100 * 8).step_by(7);
    let anywhere = (0..700).map(|_| random.u64() % (original.len() as u64 * 8));
    for bit in header.chain(anywhere) {
        flip(&path, &sound, &original, bit, &mut tally);
    }
    println!("{tally:?}");
    assert!(tally.refused > 100, "{tally:?}");
}

#[test]
fn a_damaged_row_is_an_error_and_the_others_can_be_read() {
    let mut fixture = Fixture::new();
    fixture.put("a", b"first body");
    fixture.put("b", b"second body");
    fixture.close();
    let mut bytes = fs_err::read(fixture.path()).unwrap();
    let at = bytes.windows(11).position(|window| window == b"second body").unwrap();
    bytes[at] = b'S';
    fs_err::write(fixture.path(), bytes).unwrap();
    fixture.open().unwrap();
    let store = fixture.store();
    let message = |result: Result<_, StoreError>| result.map(|_: Option<Row>| ()).unwrap_err().to_string();
    assert_eq!(message(store.get(2)), "the store is damaged: the checksum of row 2 is wrong");
    assert_eq!(message(store.newest("b")), "the store is damaged: the checksum of row 2 is wrong");
    assert!(
        store.get_many(&[1, 2], u64::MAX).is_err() && store.scan(0, 9, 99).is_err() && store.check().is_err()
    );
    assert_eq!(fixture.newest_body("a").as_deref(), Some(&b"first body"[..]));
    // A new version of the document mends it.
    assert_eq!(fixture.put("b", b"again"), 3);
    assert_eq!(fixture.newest_body("b").as_deref(), Some(&b"again"[..]));
}

#[test]
fn a_flipped_bit_in_the_log_of_a_crashed_process_is_not_taken_for_its_end() {
    let fixture = sample();
    let copy = tempfile::tempdir().unwrap();
    let (path, wal) = (copy.path().join("documents.db"), copy.path().join("documents.db-wal"));
    // As after a crash: the files as they are, with nobody to tidy up.
    fs_err::copy(fixture.path(), &path).unwrap();
    let log = fs_err::read(fixture.path().with_file_name("documents.db-wal")).unwrap();
    assert!(log.len() > 100_000);
    let first_half = log.len() / 2;
    for at in (0..first_half).step_by(9_973) {
        let mut damaged = log.clone();
        damaged[at] ^= 1;
        fs_err::write(&wal, damaged).unwrap();
        let error = DocumentStore::open(&path, &StoreOptions::default()).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "byte {at}: {error:?}");
    }
    fs_err::write(&wal, log).unwrap();
    let store = DocumentStore::open(&path, &StoreOptions::default()).unwrap();
    assert_eq!(store.last_seq(), fixture.store().last_seq());
}

#[test]
fn a_flipped_bit_in_the_catalogue_is_found_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.db");
    let options = StoreOptions::default();
    let store = CatalogStore::open_or_create(&path, &options).unwrap();
    let change: Result<(), StoreError> = store.change(|transaction| {
        (0..20).try_for_each(|number| {
            transaction.put(&Definition {
                kind: "indexes".to_owned(),
                name: format!("index-{number}"),
                etag: "0x1".to_owned(),
                body: "{}".repeat(300),
                internal: "{}".to_owned(),
                changed_millis: 1,
            })
        })
    });
    change.unwrap();
    drop(store);
    let read = || -> Result<(u128, Vec<Definition>, Option<Definition>), StoreError> {
        let store = CatalogStore::open_or_create(&path, &options)?;
        let read = (store.identity(), store.list("indexes")?, store.get("indexes", "index-7")?);
        store.check()?;
        Ok(read)
    };
    let sound = read().unwrap();
    let original = fs_err::read(&path).unwrap();
    let random = SeededRandom::new(7);
    for _ in 0..300 {
        let at = (random.u64() % original.len() as u64) as usize;
        let mut damaged = original.clone();
        damaged[at] ^= 1 << (random.u64() % 8);
        fs_err::write(&path, damaged).unwrap();
        match read() {
            Ok(seen) => assert!(seen == sound, "byte {at}: something else was read"),
            Err(StoreError::Corrupt { .. }) => {}
            Err(other) => panic!("byte {at}: an unclear error: {other:?}"),
        }
    }
}
