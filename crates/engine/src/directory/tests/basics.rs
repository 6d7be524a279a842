//! The rules one at a time: what a checkpoint does, pins, spilling, accounting, locks.

use std::io::Write as _;
use std::sync::mpsc;
use std::thread;

use lazuli_platform::files::{Call, DiskFiles, PowerlossFiles};
use tantivy::directory::{INDEX_WRITER_LOCK, META_LOCK, TerminatingWrite};

use super::*;

const FILE: &str = "a5c4dfcbdfe645089129e308e26d5523.idx";

fn open_empty(files: &PowerlossFiles, limits: DirectoryLimits) -> CheckpointDirectory {
    CheckpointDirectory::open(Arc::new(files.clone()), &root(), limits, Arc::default()).unwrap()
}

fn write(directory: &CheckpointDirectory, name: &str, bytes: &[u8]) {
    let mut file = directory.open_write(Path::new(name)).unwrap();
    file.write_all(bytes).unwrap();
    file.terminate().unwrap();
}

fn read(directory: &CheckpointDirectory, name: &str) -> Vec<u8> {
    directory.open_read(Path::new(name)).unwrap().read_bytes().unwrap().to_vec()
}

#[test]
fn a_checkpoint_moves_files_from_ram_to_disk() {
    let files = PowerlossFiles::new();
    let mut machine = Machine::open(files.clone(), &root(), ROOMY, Vec::new());
    machine.write(Write { key: 1, delete: false }).unwrap();
    machine.commit().unwrap();
    assert_eq!(names(&files, &root()), Vec::<String>::new(), "commits stay in RAM");
    assert!(machine.directory.has_unpublished());
    let bytes = machine.directory.ram_bytes();
    assert!(bytes > 0);

    let checkpoint = machine.directory.checkpoint().unwrap();
    assert_eq!(checkpoint, Checkpoint { files: checkpoint.files, bytes, payload: Some("1".to_owned()) });
    assert_eq!((machine.directory.ram_bytes(), machine.directory.disk_bytes()), (0, bytes));
    assert!(!machine.directory.has_unpublished());
    machine.check_at(1, "served from disk");

    let changes = files.changes().len();
    let again = machine.directory.checkpoint().unwrap();
    assert_eq!(again, Checkpoint { files: 0, bytes: 0, payload: Some("1".to_owned()) });
    assert_eq!(files.changes().len(), changes, "nothing is written when nothing has changed");
}

#[test]
fn a_checkpoint_syncs_files_before_their_names_and_those_before_the_manifest() {
    let files = PowerlossFiles::new();
    let mut machine = Machine::open(files.clone(), &root(), ROOMY, Vec::new());
    machine.write(Write { key: 1, delete: false }).unwrap();
    machine.commit().unwrap();
    let before = files.changes().len();
    let count = machine.directory.checkpoint().unwrap().files;
    let expected = [Call::Create, Call::Write, Call::Sync].repeat(count);
    let publish =
        [Call::SyncDir, Call::Create, Call::Write, Call::Sync, Call::Rename, Call::SyncDir].to_vec();
    assert_eq!(files.changes()[before..], [expected, publish].concat());
}

#[test]
fn only_what_changed_is_written() {
    let files = PowerlossFiles::new();
    let mut machine = Machine::open(files.clone(), &root(), ROOMY, Vec::new());
    for key in 0..2 {
        machine.write(Write { key, delete: false }).unwrap();
    }
    machine.commit().unwrap();
    machine.directory.checkpoint().unwrap();
    machine.write(Write { key: 1, delete: true }).unwrap();
    machine.commit().unwrap();
    assert_eq!(machine.directory.checkpoint().unwrap().files, 1, "the deletes of a segment are one file");
}

#[test]
fn published_files_are_pinned_until_the_next_checkpoint() {
    let files = PowerlossFiles::new();
    let mut machine = Machine::open(files.clone(), &root(), ROOMY, Vec::new());
    machine.write(Write { key: 1, delete: false }).unwrap();
    machine.commit().unwrap();
    machine.directory.checkpoint().unwrap();
    let published = manifest_names(&files, &root());

    machine.write(Write { key: 1, delete: true }).unwrap();
    machine.write(Write { key: 2, delete: false }).unwrap();
    machine.commit().unwrap();
    machine.writer.garbage_collect_files().wait().unwrap();
    assert!(published.iter().all(|name| !machine.directory.exists(Path::new(name)).unwrap()), "hidden");
    assert!(published.iter().all(|name| names(&files, &root()).contains(name)), "and still there");
    assert!(machine.directory.open_write(Path::new(&published[0])).is_err(), "their names are not reused");

    machine.directory.checkpoint().unwrap();
    assert!(published.iter().all(|name| !names(&files, &root()).contains(name)), "not needed any more");
}

#[test]
fn bytes_handed_out_outlive_their_file() {
    let files = PowerlossFiles::new();
    let directory = open_empty(&files, ROOMY);
    write(&directory, FILE, b"bytes");
    let handle = directory.get_file_handle(Path::new(FILE)).unwrap();
    directory.delete(Path::new(FILE)).unwrap();
    assert_eq!(directory.ram_bytes(), 0);
    assert_eq!(handle.read_bytes(0..5).unwrap().as_slice(), b"bytes");
    assert!(directory.get_file_handle(Path::new(FILE)).is_err());
    assert!(directory.delete(Path::new(FILE)).is_err());
}

#[test]
fn a_large_file_goes_to_disk_while_it_is_written() {
    let files = PowerlossFiles::new();
    let directory = open_empty(&files, DirectoryLimits { ram_file_bytes_max: 100_000 });
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| n as u8).collect();
    write(&directory, FILE, &bytes[..100_000]);
    assert_eq!((directory.ram_bytes(), directory.disk_bytes()), (100_000, 0), "at the limit");
    directory.delete(Path::new(FILE)).unwrap();

    let mut file = directory.open_write(Path::new(FILE)).unwrap();
    file.write_all(&bytes[..60_000]).unwrap();
    assert_eq!(directory.ram_bytes(), 60_000);
    file.write_all(&bytes[60_000..]).unwrap();
    assert_eq!(directory.ram_bytes(), 0);
    file.terminate().unwrap();
    assert_eq!(directory.disk_bytes(), 1_000_000);
    assert_eq!(read(&directory, FILE), bytes);
    assert_eq!(files.calls(Call::Sync), 0, "durable by the next checkpoint only");
    directory.delete(Path::new(FILE)).unwrap();
    assert_eq!((names(&files, &root()), directory.disk_bytes()), (Vec::new(), 0));
}

#[test]
fn an_abandoned_file_leaves_nothing() {
    for bytes in [10, 10_000] {
        let files = PowerlossFiles::new();
        let directory = open_empty(&files, SPILLING);
        let mut file = directory.open_write(Path::new(FILE)).unwrap();
        file.write_all(&vec![0; bytes]).unwrap();
        file.flush().unwrap();
        assert!(directory.open_write(Path::new(FILE)).is_err(), "one writer per name");
        drop(file);
        assert_eq!((directory.ram_bytes(), names(&files, &root())), (0, Vec::new()));
        assert!(!directory.exists(Path::new(FILE)).unwrap());
        write(&directory, FILE, b"again");
        assert_eq!(read(&directory, FILE), b"again");
    }
}

#[test]
fn ram_is_counted_over_all_directories() {
    let usage = Arc::new(MemoryUsage::default());
    let open = |name: &str| {
        let root = Path::new("/indexes").join(name);
        CheckpointDirectory::open(Arc::new(PowerlossFiles::new()), &root, ROOMY, Arc::clone(&usage)).unwrap()
    };
    let (a, b) = (open("a"), open("b"));
    write(&a, FILE, &[0; 300]);
    write(&b, FILE, &[0; 50]);
    assert_eq!((a.ram_bytes(), b.ram_bytes(), usage.bytes()), (300, 50, 350));
    a.delete(Path::new(FILE)).unwrap();
    assert_eq!((a.ram_bytes(), usage.bytes()), (0, 50));
    drop(b);
    assert_eq!(usage.bytes(), 0, "a closed index holds nothing");
}

#[test]
fn opening_removes_what_the_checkpoint_does_not_name_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("index");
    let mut machine = Machine::open(DiskFiles, &root, ROOMY, Vec::new());
    machine.write(Write { key: 1, delete: false }).unwrap();
    machine.commit().unwrap();
    machine.directory.checkpoint().unwrap();
    let before = names(&DiskFiles, &root);
    let stale = manifest_names(&DiskFiles, &root)[0].replace(".fast", ".7.del");
    for name in [stale.as_str(), FILE, manifest::TEMPORARY_NAME, "notes.txt"] {
        std::fs::write(root.join(name), "left over").unwrap();
    }
    let machine = Machine::open(DiskFiles, &root, ROOMY, machine.kill());
    machine.check_at(1, "opened");
    let mut expected = before;
    expected.push("notes.txt".to_owned());
    assert_eq!(names(&DiskFiles, &root), expected);
}

#[test]
fn a_retired_directory_keeps_off_the_disk() {
    let files = PowerlossFiles::new();
    let mut machine = Machine::open(files.clone(), &root(), SPILLING, Vec::new());
    machine.write(Write { key: 1, delete: false }).unwrap();
    machine.commit().unwrap();
    machine.directory.retire();
    let changes = files.changes().len();
    assert!(matches!(machine.directory.checkpoint(), Err(DirectoryError::Poisoned { .. })));
    let mut large = machine.directory.open_write(Path::new(FILE)).unwrap();
    assert!(large.write_all(&[0; 20_000]).is_err());
    drop(large);
    machine.check_at(1, "still readable");
    assert_eq!(files.changes().len(), changes);
}

#[test]
fn the_writer_lock_is_refused_while_held() {
    let directory = open_empty(&PowerlossFiles::new(), ROOMY);
    let held = directory.acquire_lock(&INDEX_WRITER_LOCK).unwrap();
    assert!(matches!(directory.acquire_lock(&INDEX_WRITER_LOCK), Err(LockError::LockBusy)));
    let _other = directory.acquire_lock(&META_LOCK).unwrap();
    drop(held);
    assert!(directory.acquire_lock(&INDEX_WRITER_LOCK).is_ok());
}

#[test]
fn the_meta_lock_is_waited_for() {
    let directory = open_empty(&PowerlossFiles::new(), ROOMY);
    let held = directory.acquire_lock(&META_LOCK).unwrap();
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            let _held = directory.acquire_lock(&META_LOCK).unwrap();
            sender.send(()).unwrap();
        });
        assert!(receiver.recv_timeout(std::time::Duration::from_millis(50)).is_err(), "still held");
        drop(held);
        receiver.recv().unwrap();
    });
}
