//! Kills: the process ends anywhere between two calls, the disk keeps what it was given.

use std::thread;

use lazuli_platform::files::{DiskFiles, PowerlossFiles};

use super::*;

#[test]
fn a_killed_process_finds_its_last_checkpoint() {
    for_seeds(10, |random| check_kills(PowerlossFiles::new(), &root(), random));
}

/// The same where files are mapped and syncs take their time.
#[test]
fn a_killed_process_finds_its_last_checkpoint_on_a_real_disk() {
    for_seeds(1, |random| {
        let folder = tempfile::tempdir().unwrap();
        check_kills(DiskFiles, &folder.path().join("index"), random);
    });
}

fn check_kills(files: impl Files + Clone + 'static, root: &Path, random: &SeededRandom) {
    let mut machine = Machine::open(files.clone(), root, SPILLING, Vec::new());
    let mut published = 0;
    for kill in 0..8 {
        for _ in 0..=random.below(20) {
            published = step(&mut machine, random).unwrap_or(published);
            check_pins(&files, root);
        }
        machine = Machine::open(files.clone(), root, SPILLING, machine.kill());
        machine.check_at(published, &format!("after kill {kill}"));
        assert!(machine.directory.verify(None, &|| false).unwrap().complete);
        check_folder(&files, root);
        machine.catch_up();
        machine.check_at(machine.newest(), &format!("caught up after kill {kill}"));
    }
}

/// Writes, then perhaps commits, and perhaps checkpoints while the next commit runs. Returns what was published.
fn step(machine: &mut Machine, random: &SeededRandom) -> Option<u64> {
    machine.write_some(random).unwrap();
    if random.below(3) > 0 {
        machine.commit().unwrap();
    }
    if random.below(4) > 0 {
        return None;
    }
    let directory = machine.directory.clone();
    let checkpoint = thread::spawn(move || directory.checkpoint().unwrap());
    if random.below(2) == 0 {
        machine.write_some(random).unwrap();
        machine.commit().unwrap();
    }
    Some(seq_of(checkpoint.join().unwrap().payload))
}

/// Whatever tantivy has deleted, the files of the published checkpoint are there, whole.
fn check_pins(files: &dyn Files, root: &Path) {
    let Some(manifest) = open::read_manifest(files, root).unwrap() else { return };
    for file in manifest.files {
        assert_eq!(files.len(&root.join(&file.name)).unwrap(), file.length, "{}", file.name);
    }
}

/// Just opened, the folder holds what the manifest names, the manifest, and nothing else.
fn check_folder(files: &dyn Files, root: &Path) {
    let mut expected = manifest_names(files, root);
    if files.exists(&root.join(manifest::FILE_NAME)).unwrap() {
        expected.push(manifest::FILE_NAME.to_owned());
    }
    expected.sort_unstable();
    assert_eq!(names(files, root), expected);
}
