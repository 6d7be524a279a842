//! Damage to what lies on disk: found by opening or by verification, never by a panic or a wrong answer.

use std::cell::Cell;
use std::collections::BTreeSet;

use lazuli_platform::files::PowerlossFiles;
use lazuli_platform::random::Random;

use super::*;

/// A checkpoint with two segments, one of them with deletes.
fn checkpointed() -> PowerlossFiles {
    let files = PowerlossFiles::new();
    let mut machine = Machine::open(files.clone(), &root(), ROOMY, Vec::new());
    for key in 0..40 {
        machine.write(Write { key, delete: false }).unwrap();
        if key == 20 {
            machine.commit().unwrap();
        }
    }
    machine.write(Write { key: 3, delete: true }).unwrap();
    machine.commit().unwrap();
    machine.directory.checkpoint().unwrap();
    files
}

fn open_and_verify(files: &PowerlossFiles) -> Result<Verification, DirectoryError> {
    let directory = CheckpointDirectory::open(Arc::new(files.clone()), &root(), ROOMY, Arc::default())?;
    directory.verify(None, &|| false)
}

/// Damages one file of a fresh checkpoint and expects its name in the error.
fn check_found(files: &PowerlossFiles, name: &str, what: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let damaged = files.crash(0);
    damaged.damage(&root().join(name), change).unwrap();
    match open_and_verify(&damaged) {
        Err(DirectoryError::Corrupt { path, .. }) => assert_eq!(path, root().join(name), "{what}"),
        other => panic!("{name}, {what}: {other:?}"),
    }
}

#[test]
fn one_flipped_bit_anywhere_is_found() {
    let files = checkpointed();
    let random = SeededRandom::new(1);
    let mut kinds = BTreeSet::new();
    for name in names(&files, &root()) {
        kinds.insert(name.rsplit('.').next().unwrap().to_owned());
        let length = files.len(&root().join(&name)).unwrap() as usize;
        let mut positions = vec![0, length / 2, length - 1];
        positions.extend((0..30).map(|_| random.below(length)));
        for at in positions {
            let bit = random.below(8);
            check_found(&files, &name, &format!("bit {bit} of byte {at}"), |bytes| bytes[at] ^= 1 << bit);
        }
    }
    let expected = ["del", "fast", "fieldnorm", "idx", "json", "laz", "pos", "store", "term"];
    assert_eq!(kinds, expected.map(str::to_owned).into());
}

#[test]
fn a_file_of_another_length_or_a_missing_one_is_found_at_opening() {
    let files = checkpointed();
    for name in manifest_names(&files, &root()) {
        check_found(&files, &name, "cut", |bytes| bytes.truncate(bytes.len() - 1));
        check_found(&files, &name, "emptied", Vec::clear);
        check_found(&files, &name, "extended", |bytes| bytes.push(0));
        let missing = files.crash(0);
        missing.remove(&root().join(&name)).unwrap();
        let opened = CheckpointDirectory::open(Arc::new(missing.clone()), &root(), ROOMY, Arc::default());
        assert!(matches!(opened, Err(DirectoryError::Corrupt { .. })), "{name}");
    }
}

#[test]
fn garbage_for_a_manifest_is_an_error() {
    let files = checkpointed();
    let random = SeededRandom::new(2);
    let texts = ["", "{", "null", "[]", "{}", r#"{"version":2,"crc32":0,"body":{}}"#, "\u{feff}"];
    for text in texts {
        check_found(&files, manifest::FILE_NAME, text, |bytes| *bytes = text.as_bytes().to_vec());
    }
    for length in 0..200 {
        let mut garbage = vec![0; length];
        random.fill(&mut garbage);
        check_found(&files, manifest::FILE_NAME, "random bytes", |bytes| *bytes = garbage);
    }
}

#[test]
fn damage_is_found_while_the_index_is_open() {
    let files = checkpointed();
    let directory =
        CheckpointDirectory::open(Arc::new(files.clone()), &root(), ROOMY, Arc::default()).unwrap();
    assert!(directory.verify(None, &|| false).unwrap().complete);
    let name = &manifest_names(&files, &root())[3];
    files.damage(&root().join(name), |bytes| bytes[0] ^= 1).unwrap();
    assert!(matches!(directory.verify(None, &|| false), Err(DirectoryError::Corrupt { .. })));
}

#[test]
fn verification_has_a_limit_and_can_be_cancelled() {
    let files = checkpointed();
    let directory =
        CheckpointDirectory::open(Arc::new(files.clone()), &root(), ROOMY, Arc::default()).unwrap();
    let count = manifest_names(&files, &root()).len();
    let whole = directory.verify(None, &|| false).unwrap();
    assert_eq!(whole, Verification { files: count, bytes: directory.disk_bytes(), complete: true });
    assert_eq!(directory.verify(Some(whole.bytes), &|| false).unwrap(), whole);

    let part = directory.verify(Some(whole.bytes - 1), &|| false).unwrap();
    assert_eq!((part.files, part.complete), (count - 1, false));

    let asked = Cell::new(0);
    let cancelled = directory.verify(None, &|| asked.replace(asked.get() + 1) >= 4).unwrap();
    assert_eq!((cancelled.files, cancelled.complete), (2, false), "each of these files is asked about twice");
}
