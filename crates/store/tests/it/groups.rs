//! Works commit in groups, in order, each for itself.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use lazuli_store::{StoreError, StoreOptions};

use crate::support::{Fixture, append, hold_writer, refused, submit};

#[test]
fn done_is_called_in_the_order_of_submission_and_seqs_follow_it() {
    let fixture = Fixture::new();
    let release = hold_writer(fixture.store());
    let order = Arc::new(Mutex::new(Vec::new()));
    let (tell, told) = mpsc::channel();
    for number in 0..100_u64 {
        let (order, tell) = (Arc::clone(&order), tell.clone());
        let work = move |transaction: &mut lazuli_store::Transaction<'_>| {
            assert_eq!(append(transaction, &number.to_string(), Some(b"x"), None)?, number + 1);
            Ok(())
        };
        let done = move |outcome: Result<(), StoreError>| {
            outcome.unwrap();
            order.lock().unwrap().push(number);
            tell.send(()).unwrap();
        };
        fixture.store().submit(1, Box::new(work), Box::new(done));
    }
    drop(release);
    (0..100).for_each(|_| told.recv().unwrap());
    assert_eq!(*order.lock().unwrap(), (0..100).collect::<Vec<_>>());
}

#[test]
fn what_done_announces_can_be_read() {
    let fixture = Arc::new(Fixture::new());
    let (tell, told) = mpsc::channel();
    let reader = Arc::clone(&fixture);
    let work = Box::new(|transaction: &mut lazuli_store::Transaction<'_>| {
        append(transaction, "a", Some(b"x"), None).map(|_seq| ())
    });
    let done = Box::new(move |outcome: Result<(), StoreError>| {
        outcome.unwrap();
        tell.send((reader.store().last_seq(), reader.newest_body("a"))).unwrap();
    });
    fixture.store().submit(1, work, done);
    assert_eq!(told.recv().unwrap(), (1, Some(b"x".to_vec())));
}

#[test]
fn work_that_fails_or_panics_takes_back_only_its_own_writes() {
    let fixture = Fixture::new();
    fixture.put("old", b"before");
    let release = hold_writer(fixture.store());
    let good = submit(fixture.store(), 1, |transaction| {
        append(transaction, "first", Some(b"1"), None).map(|_seq| ())
    });
    let failing = submit(fixture.store(), 1, |transaction| {
        append(transaction, "old", None, None)?;
        append(transaction, "first", Some(b"overwritten"), None)?;
        append(transaction, "second", Some(b"2"), None)?;
        Err(refused("no"))
    });
    let panicking = submit(fixture.store(), 1, |transaction| {
        append(transaction, "third", Some(b"3"), None)?;
        panic!("oh no");
    });
    let last = submit(fixture.store(), 1, |transaction| {
        assert_eq!(append(transaction, "first", Some(b"44"), None)?, 3);
        Ok(())
    });
    drop(release);

    good.recv().unwrap().unwrap();
    let error = failing.recv().unwrap().unwrap_err();
    assert!(matches!(&error, StoreError::WorkFailed(why) if why.to_string() == "no"), "{error:?}");
    let error = panicking.recv().unwrap().unwrap_err();
    assert!(
        matches!(&error, StoreError::WorkFailed(why) if why.to_string().ends_with(": oh no")),
        "{error:?}"
    );
    last.recv().unwrap().unwrap();

    let keys: Vec<(u64, String)> = fixture.log().into_iter().map(|row| (row.seq, row.key)).collect();
    assert_eq!(keys, [(1, "old".to_owned()), (2, "first".to_owned()), (3, "first".to_owned())]);
    assert_eq!((fixture.store().statistics().documents, fixture.store().statistics().bytes), (2, 8));
    fixture.store().check().unwrap();
    assert_eq!(fixture.store().purge(u64::MAX, 100).unwrap(), 1, "only the row that 3 superseded");
}

#[test]
fn a_group_of_nothing_but_failures_leaves_nothing() {
    let fixture = Fixture::new();
    for _ in 0..3 {
        let outcome = fixture.store().write(1, |transaction| {
            append(transaction, "a", Some(b"x"), None)?;
            Err::<(), _>(refused("no"))
        });
        assert!(matches!(outcome, Err(StoreError::WorkFailed(_))));
    }
    assert_eq!((fixture.store().last_seq(), fixture.log()), (0, vec![]));
}

#[test]
fn a_panic_in_done_costs_nobody_else() {
    let fixture = Fixture::new();
    fixture.store().submit(1, Box::new(|_| Ok(())), Box::new(|_| panic!("in done")));
    assert_eq!(fixture.put("a", b"x"), 1);
}

#[test]
fn groups_are_bounded_in_bytes_yet_take_what_is_larger_alone() {
    let fixture = Fixture::with(StoreOptions { group_bytes_max: 10, ..StoreOptions::default() });
    let release = hold_writer(fixture.store());
    let outcomes: Vec<_> = [4, 4, 4, 100, 1]
        .into_iter()
        .map(|weight| {
            submit(fixture.store(), weight, move |transaction| {
                append(transaction, &weight.to_string(), Some(b"x"), None).map(|_seq| ())
            })
        })
        .collect();
    drop(release);
    outcomes.iter().for_each(|outcome| outcome.recv().unwrap().unwrap());
    assert_eq!(fixture.store().last_seq(), 5);
}

#[test]
fn dropping_the_store_finishes_what_is_queued() {
    let mut fixture = Fixture::new();
    let release = hold_writer(fixture.store());
    let outcome =
        submit(fixture.store(), 1, |transaction| append(transaction, "a", Some(b"x"), None).map(|_seq| ()));
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        drop(release);
    });
    fixture.close();
    outcome.try_recv().unwrap().unwrap();
    fixture.open().unwrap();
    assert_eq!(fixture.newest_body("a").as_deref(), Some(&b"x"[..]));
}

#[test]
fn a_callback_may_submit_more_and_may_hold_the_last_reference() {
    let fixture = Arc::new(Fixture::new());
    let (tell, told) = mpsc::channel();
    let held = Arc::clone(&fixture);
    fixture.store().submit(
        1,
        Box::new(|_| Ok(())),
        Box::new(move |_| {
            let second = submit(held.store(), 1, |_| Ok(()));
            tell.send(second).unwrap();
            drop(held);
        }),
    );
    drop(fixture);
    // Its store is gone by now or will be soon: the second work was done or refused, and nobody hangs.
    let _ = told.recv().unwrap().recv();
}

#[test]
fn the_writer_comes_back_after_being_idle() {
    let fixture = Fixture::with(StoreOptions { writer_idle: Duration::ZERO, ..StoreOptions::default() });
    for number in 1..50 {
        assert_eq!(fixture.put("a", b"x"), number);
        std::thread::yield_now();
    }
}
