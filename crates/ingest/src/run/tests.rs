//! Runs against the doubles: to the end, with failures, told to stop, killed at any moment.

use std::collections::BTreeSet;
use std::time::Duration;

use super::doubles::{Faults, LogSource, Many, Plain, TokioClock, World, lock};
use super::*;
use crate::source::SourceError;
use crate::state::{Failure, Mode};
use crate::target::TargetError;

struct Given {
    batch: usize,
    budget: Budget,
    longest: Duration,
    only: ResetList,
    blobs: bool,
    /// Documents of each item, if it has many.
    many: Option<usize>,
}

impl Default for Given {
    fn default() -> Given {
        Given {
            batch: 10,
            budget: Budget::new(None, None),
            longest: Duration::from_secs(86_400),
            only: ResetList::default(),
            blobs: false,
            many: None,
        }
    }
}

async fn run_with(world: &Arc<World>, given: Given, stop: Stop) -> Ending {
    lock(&world.state).begin(0);
    let mark = lock(&world.state).mark.clone();
    let at = mark.as_ref().and_then(|mark| mark.0.as_u64()).unwrap_or_default();
    let plan = Plan {
        index: "hotels".to_owned(),
        batch: given.batch,
        budget: given.budget,
        longest: given.longest,
        only: given.only,
        reading: "DocumentExtraction.azureblob.source".to_owned(),
    };
    let at = usize::try_from(at).unwrap();
    let open = |only| Box::new(LogSource { world: world.clone(), at, only, blobs: given.blobs });
    let ids = lock(&world.state).to_read_again();
    let parts = Parts {
        plan: &plan,
        again: (!ids.is_empty()).then(|| Again { source: open(Some(ids.clone())), ids }),
        source: open(None),
        absence: None,
        shape: match given.many {
            Some(many) => Arc::new(Many(world.clone(), many)),
            None => Arc::new(Plain(world.clone())),
        },
        target: world.clone(),
        clock: Arc::new(TokioClock(tokio::time::Instant::now())),
        began: Duration::ZERO,
        stop,
        journal: &**world,
    };
    run(parts, Execution::begin(0, Mode::AllDocuments, mark)).await
}

async fn run_once(world: &Arc<World>, given: Given) -> Ending {
    let (_stopper, stop) = Stopper::pair();
    run_with(world, given, stop).await
}

fn mark(world: &World) -> u64 {
    lock(&world.state).mark.as_ref().and_then(|mark| mark.0.as_u64()).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_run_brings_the_index_in_step_and_the_next_one_only_what_changed() {
    for blobs in [false, true] {
        let world = World::with_items(950);
        assert_eq!(run_once(&world, Given { blobs, ..Given::default() }).await, Ending::Success);
        assert_eq!((world.truth(), mark(&world)), (lock(&world.index).clone(), 950));
        assert_eq!(world.progress().processed, 950);
        lock(&world.log).extend([
            ("id0001".to_owned(), None),
            ("id0002".to_owned(), Some(-0)),
            ("new".to_owned(), Some(1)),
        ]);
        assert_eq!(run_once(&world, Given { blobs, ..Given::default() }).await, Ending::Success);
        assert_eq!((world.progress().processed, world.progress().failed), (3, 0));
        assert_eq!(world.truth(), *lock(&world.index));
        assert_eq!(run_once(&world, Given::default()).await, Ending::Success);
        assert_eq!(world.progress().processed, 0, "nothing has changed");
    }
}

#[tokio::test(start_paused = true)]
async fn batches_that_wait_are_written_together_within_limits() {
    let world = World::with_items(5000);
    lock(&world.faults).pause_max = 20;
    run_once(&world, Given { batch: 7, blobs: true, ..Given::default() }).await;
    let writes = lock(&world.writes).clone();
    assert_eq!(writes.iter().sum::<usize>(), 5000);
    assert!(writes.iter().all(|size| *size <= 1000), "{writes:?}");
    assert!(writes.len() < 5000 / 7, "{} writes", writes.len());
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_moment_and_run_again_the_index_equals_the_source() {
    for seed in 0..60 {
        let world = World::new(seed);
        lock(&world.faults).pause_max = 40;
        for _ in 0..8 {
            for _ in 0..world.below(300) {
                let id = format!("id{}", world.below(80));
                let value = match world.below(16) {
                    0..4 => None,
                    4 => Some(UNREADABLE),
                    5 => Some(UNWRITABLE),
                    _ => Some(i64::try_from(world.below(1000)).unwrap()),
                };
                lock(&world.log).push((id, value));
            }
            let (batch, blobs) = (1 + usize::try_from(world.below(30)).unwrap(), world.below(2) == 0);
            if world.below(3) == 0 {
                let transient = || SourceError::Transient("reset by peer".to_owned());
                lock(&world.faults).source = (0..world.below(8)).map(|_| transient()).collect();
                let unavailable = || TargetError::Unavailable("busy".to_owned());
                lock(&world.faults).target = (0..world.below(8)).map(|_| unavailable()).collect();
            }
            // Dropped in the middle, as a kill would end it.
            let life = Duration::from_millis(world.below(3000));
            let given = Given { batch, blobs, budget: Budget::new(Some(-1), None), ..Given::default() };
            let _ = tokio::time::timeout(life, run_once(&world, given)).await;
            lock(&world.state).recover(0);
        }
        *lock(&world.faults) = Faults::default();
        heal(&world);
        assert_eq!(run_once(&world, Given::default()).await, Ending::Success, "seed {seed}");
        assert_eq!(*lock(&world.index), world.truth(), "seed {seed}");
        assert!(lock(&world.state).again.is_empty(), "seed {seed}");
    }
}

/// Values of the doubles: what cannot be read for the time being, and what cannot be written.
const UNREADABLE: i64 = -2;
const UNWRITABLE: i64 = 8888;

/// What failed for the time being succeeds from now on, without having changed for the source.
fn heal(world: &World) {
    for (_, value) in lock(&world.log).iter_mut() {
        if matches!(value, Some(UNREADABLE | UNWRITABLE)) {
            *value = Some(1);
        }
    }
}

fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_failed_for_the_time_being_is_read_again_and_what_is_at_fault_is_not() {
    for blobs in [false, true] {
        let world = World::with_items(300);
        for (at, value) in [(20, UNWRITABLE), (30, 5555), (40, -1), (150, UNREADABLE)] {
            lock(&world.log)[at].1 = Some(value);
        }
        let given = || Given { budget: Budget::new(Some(-1), None), blobs, ..Given::default() };
        assert_eq!(run_once(&world, given()).await, Ending::Success);
        assert_eq!((mark(&world), world.progress().failed), (300, 4));
        assert_eq!(lock(&world.state).again, ids(&["id0020", "id0150"]));

        lock(&world.log).push(("new".to_owned(), Some(7)));
        assert_eq!(run_once(&world, given()).await, Ending::Success);
        assert_eq!((world.progress().processed, world.progress().failed), (3, 2));
        assert_eq!(lock(&world.state).again, ids(&["id0020", "id0150"]), "still");

        heal(&world);
        assert_eq!(run_once(&world, given()).await, Ending::Success);
        assert_eq!((world.progress().processed, world.progress().failed, mark(&world)), (2, 0, 301));
        assert!(lock(&world.state).again.is_empty());
        let missing = |id: &str| !lock(&world.index).contains_key(id);
        assert!(!missing("id0020") && !missing("id0150") && missing("id0030") && missing("id0040"));
    }
}

/// A folder or container in which people work is no failure, and what is behind such items is reached.
#[tokio::test(start_paused = true)]
async fn what_is_deleted_or_written_while_it_is_read_does_not_end_the_run() {
    for blobs in [false, true] {
        let world = World::with_items(300);
        (lock(&world.log)[20].1, lock(&world.log)[150].1) = (Some(-4), Some(-5));
        let given = || Given { blobs, ..Given::default() };
        assert_eq!(run_once(&world, given()).await, Ending::Success);
        let run = world.progress();
        assert_eq!((mark(&world), run.processed, run.failed), (300, 298, 0));
        let told: Vec<_> = run.warnings.iter().filter_map(|note| note.id.as_deref()).collect();
        assert_eq!(told, ["id0020", "id0150"]);
        assert_eq!(lock(&world.state).again, ids(&["id0150"]));

        lock(&world.log)[150].1 = Some(1);
        assert_eq!(run_once(&world, given()).await, Ending::Success);
        assert_eq!((world.progress().processed, lock(&world.index)["id0150"]), (1, 1));
        assert!(lock(&world.state).again.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_to_be_read_again_that_may_not_fail_ends_the_run_and_is_kept() {
    let world = World::with_items(30);
    lock(&world.log)[3].1 = Some(UNREADABLE);
    let allowed = Given { budget: Budget::new(Some(1), None), ..Given::default() };
    assert_eq!(run_once(&world, allowed).await, Ending::Success);
    for _ in 0..2 {
        assert!(matches!(run_once(&world, Given::default()).await, Ending::Failed(_)));
        assert_eq!(lock(&world.state).again, ids(&["id0003"]));
    }
    lock(&world.log)[3].1 = None;
    assert_eq!(run_once(&world, Given::default()).await, Ending::Success);
    assert!(lock(&world.state).again.is_empty(), "it is gone");
}

#[tokio::test(start_paused = true)]
async fn a_mark_does_not_pass_more_than_can_be_remembered() {
    let world = World::with_items(3000);
    for at in 100..1500 {
        lock(&world.log)[at].1 = Some(UNREADABLE);
    }
    let given = || Given { budget: Budget::new(Some(-1), None), ..Given::default() };
    for _ in 0..2 {
        let Ending::Failed(failure) = run_once(&world, given()).await else { panic!("it has to end") };
        assert!(failure.message.contains("more than 1000 items"), "{failure:?}");
        assert!(!failure.lasting);
        assert!((1000..=1100).contains(&mark(&world)), "{}", mark(&world));
    }
    heal(&world);
    assert_eq!(run_once(&world, given()).await, Ending::Success);
    assert_eq!(*lock(&world.index), world.truth());
}

#[tokio::test(start_paused = true)]
async fn what_failed_is_kept_when_the_run_ends_before_its_end() {
    let world = World::with_items(2000);
    lock(&world.log)[5].1 = Some(UNREADABLE);
    lock(&world.faults).pause_max = 1000;
    let given = || Given {
        budget: Budget::new(Some(-1), None),
        longest: Duration::from_secs(60),
        ..Given::default()
    };
    assert!(matches!(run_once(&world, given()).await, Ending::Failed(_)), "its time is over");
    let reached = mark(&world);
    assert!(reached > 5);
    assert_eq!(lock(&world.state).again, ids(&["id0005"]));

    let (stopper, stop) = Stopper::pair();
    stopper.stop();
    assert_eq!(run_with(&world, given(), stop).await, Ending::Stopped);
    assert_eq!((mark(&world), lock(&world.state).again.clone()), (reached, ids(&["id0005"])));
    lock(&world.faults).source = vec![SourceError::Broken("no".to_owned())];
    assert!(matches!(run_once(&world, given()).await, Ending::Failed(_)), "the source of these broke");
    assert_eq!(lock(&world.state).again, ids(&["id0005"]));

    heal(&world);
    lock(&world.faults).pause_max = 0;
    assert_eq!(run_once(&world, given()).await, Ending::Success);
    assert_eq!(*lock(&world.index), world.truth());
}

#[tokio::test(start_paused = true)]
async fn of_small_items_that_hold_very_much_little_is_made_ahead() {
    let budget = Budget::new(Some(-1), None);
    let longest = Duration::from_secs(600);
    let given = || Given { blobs: true, many: Some(5000), budget, longest, ..Given::default() };
    let world = World::with_items(20);
    lock(&world.faults).target = vec![TargetError::Unavailable("busy".to_owned()); 1000];
    assert!(matches!(run_once(&world, given()).await, Ending::Failed(_)));
    // A thousand of each of the eight that are read beside each other, and batches on their way.
    let made = *lock(&world.made);
    assert!((1000..10_000).contains(&made), "{made}");

    let world = World::with_items(3);
    assert_eq!(run_once(&world, given()).await, Ending::Success);
    let run = world.progress();
    assert_eq!((run.processed, run.failed, lock(&world.index).len()), (15_000, 7500, 7500));
}

#[tokio::test(start_paused = true)]
async fn deletions_that_nobody_can_do_are_told_and_are_no_failures() {
    let world = World::new(1);
    *lock(&world.log) = vec![("a".to_owned(), Some(1)), ("a".to_owned(), None), ("many".to_owned(), None)];
    assert_eq!(run_once(&world, Given::default()).await, Ending::Success);
    let run = world.progress();
    assert_eq!((run.processed, run.failed, run.warnings.len()), (2, 0, 1));
    assert_eq!(run.warnings[0].id.as_deref(), Some("many"));
    assert!(lock(&world.index).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_failing_document_ends_the_run_before_its_mark_unless_it_may_fail() {
    for blobs in [false, true] {
        let world = World::with_items(300);
        lock(&world.log)[150].1 = Some(-1);
        let Ending::Failed(Failure { message: reason, .. }) =
            run_once(&world, Given { blobs, ..Given::default() }).await
        else {
            panic!("it has to fail")
        };
        assert!(reason.contains("'maxFailedItems' allows 0"), "{reason}");
        assert_eq!((mark(&world), world.progress().failed), (100, 1));
        assert_eq!(world.progress().errors[0].id, "id0150");

        let budget = Budget::new(Some(1), None);
        assert_eq!(run_once(&world, Given { budget, blobs, ..Given::default() }).await, Ending::Success);
        assert_eq!((mark(&world), lock(&world.index).len()), (300, 299));
        assert_eq!((world.progress().processed, world.progress().failed), (200, 1));
    }
}

/// Small batches are written together: those behind the failing one are written, too.
#[tokio::test(start_paused = true)]
async fn everything_that_was_written_is_counted_when_the_budget_ends_a_run() {
    for value in [-1, 5555] {
        let world = World::with_items(300);
        (lock(&world.log)[150].1, lock(&world.log)[155].1) = (Some(value), Some(value));
        let given = || Given { batch: 1, ..Given::default() };
        assert!(matches!(run_once(&world, given()).await, Ending::Failed(_)));
        let (run, written) = (world.progress(), lock(&world.index).len());
        assert!(written > 150, "{written}");
        assert_eq!((run.processed, run.failed), (written as u64 + 2, 2));
        assert_eq!(mark(&world), 100, "it stays before what failed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_has_written_everything_has_time_enough() {
    let world = World::with_items(30);
    // The only write takes longer than the run may.
    lock(&world.faults).target = vec![TargetError::Unavailable("busy".to_owned()); 4];
    let given = Given { longest: Duration::from_secs(15), ..Given::default() };
    assert_eq!(run_once(&world, given).await, Ending::Success);
    assert_eq!((mark(&world), world.progress().processed), (30, 30));
}

#[tokio::test(start_paused = true)]
async fn failures_are_counted_by_batch_too() {
    let world = World::with_items(40);
    for n in [3, 13, 23, 24] {
        lock(&world.log)[n].1 = Some(-1);
    }
    let budget = Budget::new(Some(-1), Some(1));
    let Ending::Failed(Failure { message: reason, .. }) =
        run_once(&world, Given { budget, ..Given::default() }).await
    else {
        panic!("it has to fail")
    };
    assert!(reason.contains("'maxFailedItemsPerBatch' allows 1"), "{reason}");
    assert_eq!(world.progress().failed, 4);
    let budget = Budget::new(Some(-1), Some(2));
    assert_eq!(run_once(&world, Given { budget, ..Given::default() }).await, Ending::Success);
}

#[tokio::test(start_paused = true)]
async fn what_the_index_refuses_is_found_and_reported() {
    let world = World::with_items(200);
    lock(&world.log)[37].1 = Some(6666);
    lock(&world.log)[99].1 = Some(5555);
    lock(&world.log)[100].1 = Some(7777);
    let budget = Budget::new(Some(2), None);
    assert_eq!(run_once(&world, Given { budget, ..Given::default() }).await, Ending::Success);
    let run = world.progress();
    assert_eq!((run.processed, run.failed, lock(&world.index).len()), (200, 2, 198));
    let shown: Vec<_> =
        run.errors.iter().map(|error| (error.id.as_str(), error.details.as_deref())).collect();
    assert_eq!(shown, [("id0037", Some("Invalid document key")), ("id0099", Some("wrong type"))]);
    assert_eq!(run.errors[0].name, "Projection.SearchIndex.MergeOrUpload.hotels");
    assert_eq!(run.warnings[0].id.as_deref(), Some("id0100"));
}

#[tokio::test(start_paused = true)]
async fn an_item_that_cannot_be_read_is_one_failure_and_refused_credentials_are_the_end() {
    let world = World::with_items(30);
    lock(&world.log)[10].1 = Some(-2);
    let budget = Budget::new(Some(-1), None);
    let given = || Given { budget, blobs: true, ..Given::default() };
    assert_eq!(run_once(&world, given()).await, Ending::Success);
    let error = world.progress().errors[0].clone();
    assert_eq!(
        (error.id.as_str(), error.status, error.message.as_str()),
        ("id0010", 503, "Could not read document")
    );
    assert_eq!(error.name, "DocumentExtraction.azureblob.source");

    let world = World::with_items(30);
    lock(&world.log)[10].1 = Some(-3);
    let Ending::Failed(Failure { message: reason, .. }) = run_once(&world, given()).await else {
        panic!("it has to fail")
    };
    assert_eq!(reason, "The key is refused.", "the source's own sentence, once");
    assert_eq!((lock(&world.index).len(), mark(&world)), (10, 0), "what came before was written");
}

#[tokio::test(start_paused = true)]
async fn transient_failures_are_tried_again_and_lasting_ones_end_the_run() {
    let transient = |count: usize| vec![SourceError::Transient("503".to_owned()); count];
    let world = World::with_items(30);
    lock(&world.faults).source = transient(5);
    assert_eq!(run_once(&world, Given::default()).await, Ending::Success);

    let world = World::with_items(30);
    lock(&world.faults).source = transient(6);
    assert_eq!(run_once(&world, Given::default()).await, Ending::Failed(Failure::passing("503")));

    let world = World::with_items(30);
    // For minutes, as after a crash.
    lock(&world.faults).target = vec![TargetError::Unavailable("busy".to_owned()); 50];
    assert_eq!(run_once(&world, Given::default()).await, Ending::Success);
    assert_eq!(*lock(&world.index), world.truth());

    let world = World::with_items(30);
    lock(&world.faults).target = vec![TargetError::Unavailable("busy".to_owned()); 50];
    let given = Given { longest: Duration::from_secs(60), ..Given::default() };
    assert_eq!(run_once(&world, given).await, Ending::Failed(Failure::passing("busy")), "its time is over");
    assert_eq!(
        (mark(&world), lock(&world.faults).target.len()),
        (0, 50 - 8),
        "waits of 1, 2, 4, 8, 16, 16, 13 s"
    );

    let world = World::with_items(30);
    lock(&world.faults).target = vec![TargetError::Gone("no index".to_owned())];
    assert_eq!(run_once(&world, Given::default()).await, Ending::Failed(Failure::lasting("no index")));
}

#[tokio::test(start_paused = true)]
async fn a_run_ends_when_told_to_and_when_its_time_is_over() {
    let world = World::with_items(2000);
    lock(&world.faults).pause_max = 1000;
    let (stopper, stop) = Stopper::pair();
    let word = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        stopper.stop();
    };
    let (ending, ()) = tokio::join!(run_with(&world, Given::default(), stop), word);
    assert_eq!(ending, Ending::Stopped);
    let reached = mark(&world);
    assert!(reached < 2000);

    let longest = Duration::from_secs(60);
    let Ending::Failed(Failure { message: reason, .. }) =
        run_once(&world, Given { longest, ..Given::default() }).await
    else {
        panic!("its time is over")
    };
    assert!(reason.contains("maximum run time of 60 seconds"), "{reason}");
    assert!(mark(&world) > reached, "it went on from where it was");
}

#[tokio::test(start_paused = true)]
async fn single_documents_are_all_that_is_written() {
    for blobs in [false, true] {
        let world = World::with_items(300);
        let only =
            ResetList { keys: vec!["id0007".to_owned(), "no".to_owned()], ids: vec!["id0200".to_owned()] };
        assert_eq!(run_once(&world, Given { only, blobs, ..Given::default() }).await, Ending::Success);
        let written: Vec<String> = lock(&world.index).keys().cloned().collect();
        assert_eq!(written, ["id0007", "id0200"]);
        assert_eq!(world.progress().processed, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_and_was_not_asked_for_does_not_keep_single_documents_from_being_done() {
    for blobs in [false, true] {
        let about = async |keys: &[&str], ids: &[&str]| {
            let world = World::with_items(300);
            lock(&world.log)[11].1 = Some(-1);
            let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
            let only = ResetList { keys: texts(keys), ids: texts(ids) };
            let ending = run_once(&world, Given { only, blobs, ..Given::default() }).await;
            (ending == Ending::Success, world.progress().processed, world.progress().failed)
        };
        assert_eq!(about(&["id0007"], &[]).await, (true, 1, 0), "blobs: {blobs}");
        assert_eq!(about(&["id0007"], &["id0011"]).await, (false, 2, 1), "blobs: {blobs}");
    }
}
