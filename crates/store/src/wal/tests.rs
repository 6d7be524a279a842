//! Logs written by SQLite itself, damaged at every kind of place.

use rusqlite::Connection;

use super::*;

/// A log of `commits` transactions of one row each, as a crash leaves it, and the offset at which each ends.
fn log_of(commits: usize) -> (Vec<u8>, Vec<usize>) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("database");
    let connection = Connection::open(&database).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    let mut ends = Vec::new();
    for number in 0..commits {
        let sql = format!("CREATE TABLE t{number}(x); INSERT INTO t{number} VALUES({number})");
        connection.execute_batch(&format!("BEGIN; {sql}; COMMIT")).unwrap();
        ends.push(usize::try_from(fs_err::metadata(path_of(&database)).unwrap().len()).unwrap());
    }
    (fs_err::read(path_of(&database)).unwrap(), ends)
}

fn check_bytes(bytes: &[u8]) -> Result<(), String> {
    check_log(&mut &bytes[..]).map_err(|error| error.to_string())
}

#[test]
fn a_sound_log_passes_cut_off_anywhere() {
    let (log, _) = log_of(3);
    for len in (0..log.len()).step_by(97).chain([log.len()]) {
        assert_eq!(check_bytes(&log[..len]), Ok(()), "cut off at {len}");
    }
}

#[test]
fn one_bit_before_the_last_commits_is_told_from_a_torn_end() {
    let (log, ends) = log_of(4);
    let last_but_one = ends[2];
    for offset in (0..last_but_one).step_by(61) {
        let mut damaged = log.clone();
        damaged[offset] ^= 0x10;
        assert!(check_bytes(&damaged).is_err(), "a flipped bit at {offset} of {last_but_one} passed");
    }
}

#[test]
fn damage_in_the_last_commit_looks_like_a_torn_one() {
    let (log, ends) = log_of(3);
    let mut damaged = log.clone();
    damaged[ends[1] + 100] ^= 1;
    assert_eq!(check_bytes(&damaged), Ok(()));
    damaged[ends[1]..].fill(0);
    assert_eq!(check_bytes(&damaged), Ok(()));
}

#[test]
fn frames_left_from_before_the_log_was_reused_do_not_count() {
    let (mut log, _) = log_of(1);
    let (older, _) = log_of(5);
    log.extend_from_slice(&older[log.len()..]);
    assert_eq!(check_bytes(&log), Ok(()));
}

#[test]
fn the_place_of_the_damage_is_reported() {
    let (mut log, ends) = log_of(3);
    log[ends[0] + FRAME_HEADER_BYTES] ^= 1;
    let frame = (ends[0] - HEADER_BYTES) / (FRAME_HEADER_BYTES + 4096);
    let error = check_bytes(&log).unwrap_err();
    assert!(error.contains(&format!("frame {frame} of the write-ahead log")), "{error}");
}

#[test]
fn a_missing_or_empty_log_is_fine() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("database");
    check(&database).unwrap();
    fs_err::write(path_of(&database), b"").unwrap();
    check(&database).unwrap();
    fs_err::write(path_of(&database), [0; 4096]).unwrap();
    check(&database).unwrap();
}
