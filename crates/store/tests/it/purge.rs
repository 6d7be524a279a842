//! Which rows may go, and which must stay.

use crate::support::{Fixture, put};

fn seqs(fixture: &Fixture) -> Vec<u64> {
    fixture.log().iter().map(|row| row.seq).collect()
}

/// 1 a, 2 b, 3 a again, 4 b deleted, 5 c, 6 c deleted, 7 c again.
fn sample() -> Fixture {
    let fixture = Fixture::new();
    fixture.put("a", b"1");
    fixture.put("b", b"2");
    fixture.put("a", b"3");
    fixture.delete("b");
    fixture.put("c", b"5");
    fixture.delete("c");
    fixture.put("c", b"7");
    fixture
}

#[track_caller]
fn check(horizon: u64, removed: usize, left: &[u64]) {
    let fixture = sample();
    assert_eq!(fixture.store().purge(horizon, 100).unwrap(), removed);
    assert_eq!(seqs(&fixture), left);
    assert_eq!(fixture.store().purge_floor(), horizon.min(7));
    assert_eq!((fixture.store().statistics().documents, fixture.store().statistics().bytes), (2, 2));
    assert_eq!(fixture.store().last_seq(), 7);
    fixture.store().check().unwrap();
    assert_eq!(fixture.store().purge(horizon, 100).unwrap(), 0);
}

#[test]
fn rows_go_once_what_superseded_them_is_at_the_horizon() {
    check(0, 0, &[1, 2, 3, 4, 5, 6, 7]);
    check(2, 0, &[1, 2, 3, 4, 5, 6, 7]);
    check(3, 1, &[2, 3, 4, 5, 6, 7]);
    check(5, 3, &[3, 5, 6, 7]);
    check(6, 5, &[3, 7]);
    check(7, 5, &[3, 7]);
    check(u64::MAX, 5, &[3, 7]);
}

#[test]
fn small_steps_never_bring_a_deleted_document_back() {
    let fixture = sample();
    let mut removed = 0;
    loop {
        let step = fixture.store().purge(7, 1).unwrap();
        removed += step;
        assert_eq!(fixture.newest_body("b"), None);
        assert_eq!(fixture.newest_body("c").as_deref(), Some(&b"7"[..]));
        fixture.store().check().unwrap();
        if step == 0 {
            break;
        }
    }
    assert_eq!((removed, seqs(&fixture)), (5, vec![3, 7]));
}

#[test]
fn readers_of_the_log_hold_it_back() {
    let fixture = sample();
    let slow = fixture.store().register_reader(2);
    let fast = fixture.store().register_reader(7);
    assert_eq!(fixture.store().purge(7, 100).unwrap(), 0);
    assert_eq!(fixture.store().purge_floor(), 2);
    slow.advance(4);
    slow.advance(3);
    assert_eq!(fixture.store().purge(7, 100).unwrap(), 3);
    assert_eq!(fixture.store().purge_floor(), 4);
    drop(slow);
    assert_eq!(fixture.store().purge(7, 100).unwrap(), 2);
    drop(fast);
    assert_eq!(fixture.store().purge_floor(), 7);
}

#[test]
fn sequence_numbers_are_not_used_again_when_the_newest_rows_are_gone() {
    let mut fixture = Fixture::new();
    fixture.put("a", b"1");
    fixture.delete("a");
    assert_eq!(fixture.store().purge(2, 100).unwrap(), 2);
    assert_eq!(fixture.log(), []);
    fixture.reopen();
    assert_eq!((fixture.store().last_seq(), fixture.store().purge_floor()), (2, 2));
    assert_eq!(fixture.put("a", b"3"), 3);
}

#[test]
fn a_row_that_superseded_something_purged_is_an_ordinary_row() {
    let fixture = Fixture::new();
    fixture.put("a", b"1");
    fixture.delete("a");
    let older = fixture.store().newest("a").unwrap().map(|row| row.newest_seq());
    fixture.store().purge(2, 100).unwrap();
    fixture.store().write(1, move |transaction| transaction.append("a", Some(b"3"), None, older)).unwrap();
    assert_eq!(fixture.store().purge(3, 100).unwrap(), 0);
    assert_eq!(put(fixture.store(), "a", Some(b"4"), None).unwrap(), 4);
    assert_eq!(fixture.store().purge(4, 100).unwrap(), 1);
    assert_eq!(seqs(&fixture), [4]);
    fixture.store().check().unwrap();
}
