//! Disks that refuse: failed syncs and renames, no space, failed writes.

use std::io::{ErrorKind, Write as _};

use lazuli_platform::files::{Call, PowerlossFiles};
use tantivy::directory::TerminatingWrite;
use tantivy::indexer::NoMergePolicy;

use super::*;

/// A machine at checkpoint 1 with two more commits, and no merges, so that it has the same files each time.
fn machine(files: &PowerlossFiles) -> Machine {
    let mut machine = Machine::open(files.clone(), &root(), ROOMY, Vec::new());
    machine.writer.set_merge_policy(Box::new(NoMergePolicy));
    for key in 1..=3 {
        machine.write(Write { key, delete: false }).unwrap();
        machine.commit().unwrap();
        if key == 1 {
            machine.directory.checkpoint().unwrap();
        }
    }
    machine
}

/// The checkpoint on disk, opened by another directory.
fn found(files: &PowerlossFiles, machine: &Machine) -> u64 {
    let found = Machine::open(files.clone(), &root(), ROOMY, machine.log.clone());
    let seq = seq_of(found.payload());
    found.check_at(seq, "as another process finds it");
    assert!(found.directory.verify(None, &|| false).unwrap().complete);
    seq
}

#[test]
fn a_failed_sync_or_rename_poisons() {
    for call in [Call::Sync, Call::SyncDir, Call::Rename] {
        let files = PowerlossFiles::new();
        let mut machine = machine(&files);
        files.fail_next(call, ErrorKind::Other);
        let error = machine.directory.checkpoint().unwrap_err();
        assert!(matches!(error, DirectoryError::Poisoned { .. }), "{call:?}: {error}");
        assert!(machine.directory.is_poisoned());

        // Nothing is tried again, tantivy works on in RAM, and what it deletes stays on disk.
        let changes = files.changes().len();
        assert!(matches!(machine.directory.checkpoint(), Err(DirectoryError::Poisoned { .. })));
        for key in 4..12 {
            machine.write(Write { key, delete: false }).unwrap();
            machine.commit().unwrap();
        }
        machine.check_at(11, "poisoned");
        assert_eq!(files.changes().len(), changes, "{call:?}: a poisoned directory keeps off the disk");

        // What is on disk now, and after a power loss as well, is the last checkpoint.
        for seed in 0..20 {
            assert_eq!(found(&files.crash(seed), &machine), 1, "{call:?}");
        }
        assert_eq!(found(&files, &machine), 1, "{call:?}");
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    for room in [0, 1, 700, 2000, 3500] {
        let files = PowerlossFiles::new();
        let machine = machine(&files);
        let before = files.paths();
        files.limit_space(Some(room));
        let error = machine.directory.checkpoint().unwrap_err();
        assert!(matches!(error, DirectoryError::Full { .. }), "{room} bytes: {error}");
        assert_eq!(files.paths(), before, "{room} bytes: partial files are removed");
        assert!(machine.directory.has_unpublished() && !machine.directory.is_poisoned());
        machine.check_at(3, "all of it is still in RAM");
        assert_eq!(found(&files.crash(room), &machine), 1);

        files.limit_space(None);
        assert_eq!(seq_of(machine.directory.checkpoint().unwrap().payload), 3);
        assert_eq!(found(&files.crash(room), &machine), 3);
    }
}

#[test]
fn a_write_that_fails_for_another_reason_may_be_tried_again() {
    for call in [Call::Write, Call::Create] {
        let files = PowerlossFiles::new();
        let machine = machine(&files);
        files.fail_next(call, ErrorKind::PermissionDenied);
        let error = machine.directory.checkpoint().unwrap_err();
        assert!(matches!(error, DirectoryError::Io { .. }), "{error}");
        assert_eq!(seq_of(machine.directory.checkpoint().unwrap().payload), 3);
        assert_eq!(found(&files.crash(1), &machine), 3);
    }
}

#[test]
fn a_full_disk_while_tantivy_writes_is_an_error_of_the_write() {
    let files = PowerlossFiles::new();
    let directory = CheckpointDirectory::open(
        Arc::new(files.clone()),
        &root(),
        DirectoryLimits { ram_file_bytes_max: 10 },
        Arc::default(),
    );
    let directory = directory.unwrap();
    files.limit_space(Some(100));
    let path = Path::new("a5c4dfcbdfe645089129e308e26d5523.idx");
    let mut writer = directory.open_write(path).unwrap();
    let full = writer.write_all(&[1; 200]).and_then(|()| writer.terminate());
    assert_eq!(full.unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(files.paths(), Vec::<PathBuf>::new(), "nothing is left of it");
    assert!(!directory.exists(path).unwrap());
    assert_eq!((directory.ram_bytes(), directory.disk_bytes()), (0, 0));
}
