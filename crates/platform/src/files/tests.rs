//! The rules of [`Files`], on the disk and on the double, and what a power loss may do to them.

use std::collections::BTreeSet;

use super::*;

/// Everything both implementations must agree on.
fn check_files(files: &dyn Files, root: &Path) {
    let folder = root.join("a/b");
    files.create_dir_all(&folder).unwrap();
    files.create_dir_all(&folder).unwrap();
    create_dir_synced(files, &root.join("c")).unwrap();
    assert_eq!(files.list(root).unwrap(), ["a", "c"]);

    let file = folder.join("file");
    assert!(!files.exists(&file).unwrap());
    let mut handle = files.create(&file).unwrap();
    handle.write_all(b"one ").unwrap();
    handle.write_all(b"two").unwrap();
    drop(handle);
    files.sync(&file).unwrap();
    files.sync_dir(&folder).unwrap();
    assert_eq!((files.read(&file).unwrap(), files.len(&file).unwrap()), (b"one two".to_vec(), 7));

    files.create(&file).unwrap().write_all(b"x").unwrap();
    assert_eq!(files.read(&file).unwrap(), b"x");

    publish(files, &file, b"published").unwrap();
    publish(files, &root.join("c/other"), b"").unwrap();
    assert_eq!(files.list(&folder).unwrap(), ["file"]);
    assert_eq!(files.read(&file).unwrap(), b"published");

    files.rename(&file, &root.join("c/other")).unwrap();
    assert!(!files.exists(&file).unwrap());
    assert_eq!(files.read(&root.join("c/other")).unwrap(), b"published");

    let kind = |result: io::Result<()>| result.unwrap_err().kind();
    assert_eq!(kind(files.read(&file).map(|_| ())), io::ErrorKind::NotFound);
    assert_eq!(kind(files.create(&root.join("missing/file")).map(|_| ())), io::ErrorKind::NotFound);
    assert_eq!(kind(files.list(&root.join("missing")).map(|_| ())), io::ErrorKind::NotFound);
    assert_eq!(kind(files.sync(&file)), io::ErrorKind::NotFound);
    assert_eq!(kind(files.sync_dir(&root.join("missing"))), io::ErrorKind::NotFound);
    assert_eq!(kind(files.rename(&file, &root.join("x"))), io::ErrorKind::NotFound);
    assert_eq!(kind(files.remove(&file)), io::ErrorKind::NotFound);

    files.remove(&root.join("c/other")).unwrap();
    files.remove_dir_all(&root.join("a")).unwrap();
    assert_eq!(files.list(root).unwrap(), ["c"]);
}

#[test]
fn the_disk_keeps_the_rules() {
    let dir = tempfile::tempdir().unwrap();
    check_files(&DiskFiles, dir.path());
    assert_eq!(DiskFiles.mappable(Path::new("/a")), Some(PathBuf::from("/a")));
}

#[test]
fn the_double_keeps_the_rules() {
    let files = PowerlossFiles::new();
    check_files(&files, Path::new("/"));
    assert_eq!(files.mappable(Path::new("/a")), None);
}

const META: &str = "/index/meta";

fn write(files: &dyn Files, path: &str, bytes: &[u8]) {
    files.create(Path::new(path)).unwrap().write_all(bytes).unwrap();
}

/// Every content of `path` that some power loss leaves; `None` where the file is missing.
fn outcomes(files: &PowerlossFiles, path: &str) -> BTreeSet<Option<Vec<u8>>> {
    (0..300).map(|seed| files.crash(seed).read(Path::new(path)).ok()).collect()
}

fn with_folder() -> PowerlossFiles {
    let files = PowerlossFiles::new();
    create_dir_synced(&files, Path::new("/index")).unwrap();
    files
}

#[test]
fn what_is_synced_survives_every_power_loss() {
    let files = with_folder();
    publish(&files, Path::new(META), b"truth").unwrap();
    assert_eq!(outcomes(&files, META), BTreeSet::from([Some(b"truth".to_vec())]));
}

#[test]
fn bytes_without_a_sync_may_be_lost_torn_or_zero() {
    let files = with_folder();
    write(&files, META, b"ab");
    files.sync_dir(Path::new("/index")).unwrap();
    let bytes: [&[u8]; 5] = [b"", b"a", b"ab", b"a\0", b"\0\0"];
    let found = outcomes(&files, META);
    for expected in bytes {
        assert!(found.contains(&Some(expected.to_vec())), "{expected:?} never happened");
    }
    assert!(!found.contains(&None));
}

#[test]
fn overwriting_in_place_can_lose_the_old_bytes_too() {
    let files = with_folder();
    publish(&files, Path::new(META), b"old").unwrap();
    write(&files, META, b"new");
    let found = outcomes(&files, META);
    for expected in [&b"old"[..], b"new", b"", b"ne"] {
        assert!(found.contains(&Some(expected.to_vec())), "{expected:?} never happened");
    }
}

#[test]
fn a_name_without_a_folder_sync_may_be_lost() {
    let files = with_folder();
    write(&files, META, b"ab");
    files.sync(Path::new(META)).unwrap();
    assert_eq!(outcomes(&files, META), BTreeSet::from([None, Some(b"ab".to_vec())]));
}

#[test]
fn a_removal_without_a_folder_sync_may_be_undone() {
    let files = with_folder();
    publish(&files, Path::new(META), b"ab").unwrap();
    files.remove(Path::new(META)).unwrap();
    assert_eq!(outcomes(&files, META), BTreeSet::from([None, Some(b"ab".to_vec())]));
    files.sync_dir(Path::new("/index")).unwrap();
    assert_eq!(outcomes(&files, META), BTreeSet::from([None]));
}

#[test]
fn a_folder_without_a_sync_of_its_parent_may_be_lost_with_all_it_holds() {
    let files = PowerlossFiles::new();
    files.create_dir_all(Path::new("/index")).unwrap();
    publish(&files, Path::new(META), b"ab").unwrap();
    assert_eq!(outcomes(&files, META), BTreeSet::from([None, Some(b"ab".to_vec())]));
}

#[test]
fn a_rename_moves_both_names_or_none() {
    let files = with_folder();
    publish(&files, Path::new(META), b"ab").unwrap();
    files.rename(Path::new(META), Path::new("/index/moved")).unwrap();
    for seed in 0..100 {
        let found = files.crash(seed);
        let names = found.list(Path::new("/index")).unwrap();
        assert!(names == ["meta"] || names == ["moved"], "{names:?}");
    }
}

#[test]
fn a_name_used_again_is_the_newest_file_once_synced() {
    let files = with_folder();
    write(&files, "/index/a", b"first");
    files.create_dir_all(Path::new("/other")).unwrap();
    files.sync(Path::new("/index/a")).unwrap();
    files.rename(Path::new("/index/a"), Path::new("/other/a")).unwrap();
    files.sync_dir(Path::new("/other")).unwrap();
    files.sync_dir(Path::new("/")).unwrap();
    assert_eq!(outcomes(&files, "/index/a"), BTreeSet::from([None]));
    assert_eq!(outcomes(&files, "/other/a"), BTreeSet::from([Some(b"first".to_vec())]));
}

#[test]
fn publish_leaves_the_old_bytes_or_the_new_ones_at_every_moment() {
    for moment in 0.. {
        let files = with_folder();
        publish(&files, Path::new(META), b"old").unwrap();
        files.power_off_after(moment);
        let result = publish(&files, Path::new(META), b"new");
        let found = outcomes(&files, META);
        let expected = [b"old", b"new"].map(|bytes| Some(bytes.to_vec()));
        assert!(found.iter().all(|bytes| expected.contains(bytes)), "moment {moment}: {found:?}");
        if result.is_ok() {
            assert_eq!(found, BTreeSet::from([Some(b"new".to_vec())]));
            assert_eq!(moment, 5, "create, write, sync, rename, sync of the folder");
            break;
        }
    }
}

#[test]
fn publish_reports_each_failure_and_keeps_the_old_bytes_readable() {
    for call in [Call::Create, Call::Write, Call::Sync, Call::Rename] {
        let files = with_folder();
        publish(&files, Path::new(META), b"old").unwrap();
        files.fail_next(call, io::ErrorKind::StorageFull);
        let error = publish(&files, Path::new(META), b"new").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(files.list(Path::new("/index")).unwrap(), ["meta"]);
        assert_eq!(outcomes(&files, META), BTreeSet::from([Some(b"old".to_vec())]));
        publish(&files, Path::new(META), b"new").unwrap();
        assert_eq!(outcomes(&files, META), BTreeSet::from([Some(b"new".to_vec())]));
    }
}

#[test]
fn a_sync_that_failed_is_not_mended_by_another() {
    let files = with_folder();
    write(&files, META, b"ab");
    files.sync_dir(Path::new("/index")).unwrap();
    files.fail_next(Call::Sync, io::ErrorKind::Other);
    files.sync(Path::new(META)).unwrap_err();
    files.sync(Path::new(META)).unwrap();
    assert!(outcomes(&files, META).contains(&Some(Vec::new())), "the bytes can still be lost");
    write(&files, META, b"ab");
    files.sync(Path::new(META)).unwrap();
    assert_eq!(outcomes(&files, META), BTreeSet::from([Some(b"ab".to_vec())]));
}

#[test]
fn a_full_disk_cuts_a_write_short_and_then_refuses() {
    let files = with_folder();
    files.limit_space(Some(3));
    let mut handle = files.create(Path::new(META)).unwrap();
    assert_eq!(handle.write(b"abcd").unwrap(), 3);
    assert_eq!(handle.write(b"d").unwrap_err().kind(), io::ErrorKind::StorageFull);
    files.remove(Path::new(META)).unwrap();
    write(&files, META, b"xyz");
    assert_eq!(files.read(Path::new(META)).unwrap(), b"xyz");
}

#[test]
fn calls_are_counted_in_order() {
    let files = with_folder();
    publish(&files, Path::new(META), b"ab").unwrap();
    let expected = [Call::Create, Call::Write, Call::Sync, Call::Rename, Call::SyncDir];
    assert_eq!(files.changes()[2..], expected);
    assert_eq!((files.calls(Call::SyncDir), files.calls(Call::Read)), (2, 0));
}

#[test]
fn damage_reaches_the_medium() {
    let files = with_folder();
    publish(&files, Path::new(META), b"ab").unwrap();
    files.damage(Path::new(META), |bytes| bytes[0] ^= 1).unwrap();
    assert_eq!(files.paths(), [PathBuf::from(META)]);
    assert_eq!(outcomes(&files, META), BTreeSet::from([Some(b"`b".to_vec())]));
}
