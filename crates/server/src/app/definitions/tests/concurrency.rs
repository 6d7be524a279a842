//! Many clients change one definition at once.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::header;

use super::*;

const CLIENTS: usize = 8;

/// Lets `CLIENTS` threads do the same at once and counts which of them succeed; the others must fail with `status`.
fn race(status: u16, client: impl Fn(usize) -> Result<(), Error> + Sync) -> usize {
    let (start, won) = (Barrier::new(CLIENTS), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (start, won, client) = (&start, &won, &client);
            scope.spawn(move || {
                start.wait();
                match client(number) {
                    Ok(()) => drop(won.fetch_add(1, Ordering::Relaxed)),
                    Err(error) => assert_eq!(error.status.as_u16(), status),
                }
            });
        }
    });
    won.into_inner()
}

#[test]
fn of_many_updates_that_name_one_etag_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    definitions.create::<Indexes>(index("hotels", &[]), &asked()).unwrap();
    for round in 0..10 {
        let etag = definitions.get::<Indexes>("hotels").unwrap().etag.clone();
        let won = race(412, |client| {
            let new =
                indexes::Index { description: Some(format!("{round} {client}")), ..index("hotels", &[]) };
            let asked = asked_if(header::IF_MATCH, &format!("\"{etag}\""));
            definitions.create_or_update::<Indexes>("hotels", new, &asked).map(drop)
        });
        assert_eq!(won, 1);
        assert_ne!(definitions.get::<Indexes>("hotels").unwrap().etag, etag);
    }
}

#[test]
fn of_many_that_create_one_name_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    let posted = race(400, |_| definitions.create::<Indexes>(index("rooms", &[]), &asked()).map(drop));
    let put = race(412, |_| {
        let asked = asked_if(header::IF_NONE_MATCH, "*");
        definitions.create_or_update::<Indexes>("suites", index("suites", &[]), &asked).map(drop)
    });
    assert_eq!((posted, put), (1, 1));
    assert_eq!(definitions.parts.engine.generations().unwrap().len(), 2);
}

#[test]
fn of_many_deletions_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open(folder.path(), &Fuse::default());
    definitions.create::<Indexes>(index("rooms", &[]), &asked()).unwrap();
    assert_eq!(race(404, |_| definitions.delete::<Indexes>("rooms", &asked())), 1);
    assert!(definitions.parts.engine.generations().unwrap().is_empty());
}

#[test]
fn etags_are_never_given_twice_although_the_clock_stands_still() {
    let folder = tempfile::tempdir().unwrap();
    let mut etags = Vec::new();
    for _ in 0..3 {
        let definitions = open(folder.path(), &Fuse::default());
        definitions.create_or_update::<Indexes>("rooms", index("", &[]), &asked()).unwrap();
        etags.push(definitions.get::<Indexes>("rooms").unwrap().etag.clone());
        definitions.create_or_update::<Indexes>("rooms", index("", &[]), &asked()).unwrap();
        etags.push(definitions.get::<Indexes>("rooms").unwrap().etag.clone());
    }
    assert!(etags.is_sorted_by(|before, after| before < after), "{etags:?}");
}
