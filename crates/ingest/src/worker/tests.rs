//! The worker over a real catalogue file, with the doubles of runs.

use lazuli_platform::clock::ManualClock;
use lazuli_store::StoreOptions;
use serde_json::json;
use tokio::task::JoinHandle;

use super::*;
use crate::run::Budget;
use crate::run::doubles::{LogSource, Plain, World, lock};
use crate::source::{Changes, SourceError};
use crate::state::{Failure, Outcome};

mod schedules;

/// Begins runs over worlds, one for each indexer, and keeps account of them.
struct Doubles {
    worlds: BTreeMap<String, Arc<World>>,
    began: Mutex<Vec<Start>>,
    /// Answers to those that begin before they can.
    refusals: Mutex<Vec<Failure>>,
    longest: Duration,
    /// What runs are of.
    origin: Mutex<Option<Origin>>,
    /// Runs wait for this before they read anything.
    gate: Arc<tokio::sync::Semaphore>,
}

impl Runs for Doubles {
    fn begin<'a>(&'a self, start: &'a Start) -> BoxFuture<'a, Result<Begun, Failure>> {
        Box::pin(async move {
            lock(&self.began).push(start.clone());
            if start.name == "silent" {
                std::future::pending::<()>().await;
            }
            if let Some(refusal) = lock(&self.refusals).pop() {
                return Err(refusal);
            }
            let Some(world) = self.worlds.get(&start.name) else {
                return Err(Failure::lasting("Data source 'd' does not exist"));
            };
            let at = start.since.as_ref().and_then(|mark| mark.0.as_u64()).unwrap_or_default();
            let open = |only| LogSource {
                world: world.clone(),
                at: usize::try_from(at).unwrap(),
                only,
                blobs: false,
            };
            let again = Some(start.again.clone()).filter(|ids| !ids.is_empty());
            let again = again.map(|ids| Box::new(open(Some(ids))) as Box<dyn Source>);
            let source = open(None);
            Ok(Begun {
                absence: None,
                plan: Plan {
                    index: "i".to_owned(),
                    batch: 10,
                    budget: Budget::new(None, None),
                    longest: self.longest,
                    only: start.only.clone(),
                    reading: String::new(),
                },
                again,
                source: Box::new(Gated { source, gate: self.gate.clone() }),
                shape: Arc::new(Plain(world.clone())),
                target: world.clone(),
            })
        })
    }

    fn origin(&self, _name: &str) -> Option<Origin> {
        lock(&self.origin).clone()
    }

    fn longest(&self) -> Duration {
        self.longest
    }
}

struct Gated {
    source: LogSource,
    gate: Arc<tokio::sync::Semaphore>,
}

impl Source for Gated {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(async move {
            self.gate.acquire().await.unwrap().forget();
            self.source.next(most).await
        })
    }
}

/// A service's indexers, which can be stopped and started again.
struct Service {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    runs: Arc<Doubles>,
    indexers: Arc<Indexers>,
    supervisor: JoinHandle<()>,
}

const OPEN: usize = 1_000_000;

impl Service {
    fn start(names: &[&str], parallel: usize, gate: usize) -> Service {
        Service::with_time(names, parallel, gate, Duration::from_secs(60))
    }

    fn with_time(names: &[&str], parallel: usize, gate: usize, longest: Duration) -> Service {
        let worlds = names.iter().map(|name| ((*name).to_owned(), World::with_items(250))).collect();
        let gate = Arc::new(tokio::sync::Semaphore::new(gate));
        let (began, refusals) = (Mutex::default(), Mutex::default());
        let runs = Arc::new(Doubles { worlds, began, refusals, longest, origin: Mutex::default(), gate });
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::<ManualClock>::default());
        let (indexers, supervisor) = Service::open(&folder, &clock, &runs, parallel, &[]);
        Service { folder, clock, runs, indexers, supervisor }
    }

    fn open(
        folder: &tempfile::TempDir,
        clock: &Arc<ManualClock>,
        runs: &Arc<Doubles>,
        parallel: usize,
        defined: &[(&str, Terms)],
    ) -> (Arc<Indexers>, JoinHandle<()>) {
        let path = folder.path().join("catalog.db");
        let store = Arc::new(CatalogStore::open_or_create(&path, &StoreOptions::default()).unwrap());
        let indexers = Arc::new(Indexers::new(store, clock.clone(), Settings { parallel }));
        indexers.restore(defined.iter().map(|(name, terms)| ((*name).to_owned(), terms.clone()))).unwrap();
        let supervisor = tokio::spawn(indexers.clone().supervise(runs.clone()));
        (indexers, supervisor)
    }

    /// As a kill would: nothing is told to stop or asked to save.
    async fn kill_and_start(&mut self, defined: &[(&str, Terms)]) {
        self.supervisor.abort();
        // What was being written is written, or not, before the next process begins.
        while Arc::strong_count(&self.indexers) > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        (self.indexers, self.supervisor) = Service::open(&self.folder, &self.clock, &self.runs, 2, defined);
    }

    async fn until(&self, name: &str, wanted: impl Fn(&State) -> bool) -> State {
        for _ in 0..2000 {
            let state = self.indexers.see(name).unwrap().state;
            if wanted(&state) {
                return state;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("it does not come to this: {:?}", self.indexers.see(name));
    }

    async fn until_ended(&self, name: &str, runs: usize) -> State {
        self.until(name, |state| state.running.is_none() && state.history.len() == runs).await
    }

    /// So many minutes pass.
    fn pass(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
        self.indexers.wake();
    }

    /// After a while in which it could have run, still just so many runs have ended and none goes on.
    async fn stays_at(&self, name: &str, runs: usize) {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let state = self.indexers.see(name).unwrap().state;
        assert_eq!((state.running.is_some(), state.history.len()), (false, runs), "{state:?}");
    }

    fn world(&self, name: &str) -> &World {
        &self.runs.worlds[name]
    }
}

fn outcomes(state: &State) -> Vec<Outcome> {
    state.history.iter().map(|run| run.outcome).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indexer_runs_when_created_when_told_to_and_when_updated() {
    let service = Service::start(&["a"], 2, OPEN);
    service.indexers.created("a", Terms::default()).unwrap();
    let state = service.until_ended("a", 1).await;
    assert_eq!((state.history[0].processed, state.mark), (250, Some(Mark(json!(250)))));
    assert_eq!(service.world("a").truth(), *lock(&service.world("a").index));
    service.indexers.run("a").unwrap();
    assert_eq!(service.until_ended("a", 2).await.history[0].processed, 0);
    service.indexers.updated("a", Terms::default()).unwrap();
    service.until_ended("a", 3).await;
    service.indexers.reset("a").unwrap();
    service.indexers.run("a").unwrap();
    let state = service.until_ended("a", 5).await;
    assert_eq!(outcomes(&state)[..2], [Outcome::Success, Outcome::Reset]);
    assert_eq!(state.history[0].processed, 250);
    assert!(lock(&service.runs.began)[3].rewrite);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_at_a_time_and_a_few_indexers_beside_each_other() {
    let service = Service::start(&["a", "b", "c"], 2, 0);
    for name in ["a", "b", "c"] {
        service.indexers.created(name, Terms::default()).unwrap();
    }
    service.until("a", |state| state.running.is_some()).await;
    service.until("b", |state| state.running.is_some()).await;
    assert!(matches!(service.indexers.run("a"), Err(Refusal::Running)));
    assert!(matches!(service.indexers.reset("a"), Err(Refusal::Running)));
    assert!(matches!(service.indexers.run("c"), Err(Refusal::Running)), "it waits for its turn");
    assert!(matches!(service.indexers.run("d"), Err(Refusal::Unknown)));
    assert_eq!(service.indexers.see("c").unwrap().state.running, None);
    service.indexers.updated("a", Terms::default()).unwrap();
    service.runs.gate.add_permits(OPEN);
    for name in ["a", "b", "c"] {
        service.until_ended(name, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_indexer_does_not_run_and_a_broken_one_says_why() {
    let service = Service::start(&["a"], 2, OPEN);
    let disabled = Terms { disabled: true, schedule: None };
    service.indexers.created("a", disabled).unwrap();
    assert!(matches!(service.indexers.run("a"), Err(Refusal::Disabled)));
    service.indexers.created("broken", Terms::default()).unwrap();
    let state = service.until_ended("broken", 1).await;
    assert_eq!(outcomes(&state), [Outcome::TransientFailure]);
    assert_eq!(state.history[0].message.as_deref(), Some("Data source 'd' does not exist"));
    assert!(state.is_stuck());
    assert_eq!(service.indexers.see("a").unwrap().state.history, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_for_the_time_being_is_opened_again() {
    let service = Service::start(&["a"], 2, OPEN);
    lock(&service.runs.refusals).push(Failure::passing("Database 'd' is not currently available"));
    service.indexers.created("a", Terms::default()).unwrap();
    let state = service.until_ended("a", 1).await;
    assert_eq!((outcomes(&state), lock(&service.runs.began).len()), (vec![Outcome::Success], 2));
    lock(&service.runs.refusals).push(Failure::lasting("Login failed"));
    service.indexers.run("a").unwrap();
    let state = service.until_ended("a", 2).await;
    assert_eq!(state.history[0].message.as_deref(), Some("Login failed"));
    assert_eq!(lock(&service.runs.began).len(), 3, "another try would not heal it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_does_not_open_ends_the_run_with_its_time() {
    let service = Service::with_time(&[], 2, OPEN, Duration::from_millis(50));
    service.indexers.created("silent", Terms::default()).unwrap();
    let state = service.until_ended("silent", 1).await;
    assert!(state.history[0].message.as_deref().unwrap().contains("maximum run time of 0 seconds"));
}

/// Fails when it is asked for the time after a run has failed, so that the end of that run fails, too.
#[derive(Debug, Default)]
struct BrokenOnce(AtomicBool);

impl Clock for BrokenOnce {
    fn unix_millis(&self) -> i64 {
        assert!(!self.0.swap(false, Ordering::SeqCst), "the clock is broken, as the test wants it");
        0
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

struct Panics(Arc<BrokenOnce>, AtomicBool);

impl Runs for Panics {
    fn begin<'a>(&'a self, _start: &'a Start) -> BoxFuture<'a, Result<Begun, Failure>> {
        Box::pin(async {
            if !self.1.swap(true, Ordering::SeqCst) {
                self.0.0.store(true, Ordering::SeqCst);
                panic!("as the test wants it");
            }
            Err(Failure::lasting("the second run"))
        })
    }

    fn origin(&self, _name: &str) -> Option<Origin> {
        None
    }

    fn longest(&self) -> Duration {
        Duration::from_secs(60)
    }
}

#[tokio::test]
async fn a_run_whose_end_fails_is_over_all_the_same() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::<BrokenOnce>::default());
    let path = folder.path().join("catalog.db");
    let store = Arc::new(CatalogStore::open_or_create(&path, &StoreOptions::default()).unwrap());
    let indexers = Arc::new(Indexers::new(store, clock.clone(), Settings { parallel: 1 }));
    let _supervisor =
        Task::spawn(indexers.clone().supervise(Arc::new(Panics(clock, AtomicBool::new(false)))));
    indexers.created("a", Terms::default()).unwrap();
    for (runs, message) in [(1, UNEXPECTED), (2, "the second run")] {
        let ended = || indexers.see("a").is_some_and(|seen| seen.state.history.len() == runs);
        for _ in 0..2000 {
            if ended() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let history = indexers.see("a").unwrap().state.history;
        assert_eq!((history.len(), history[0].message.as_deref()), (runs, Some(message)));
        let _ = indexers.run("a");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_runs_it_goes_on_after_the_start() {
    let mut service = Service::start(&["a", "gone"], 2, 2);
    service.indexers.created("gone", Terms::default()).unwrap();
    service.until("gone", |state| state.running.as_ref().is_some_and(|run| run.processed == 200)).await;
    service.indexers.created("a", Terms::default()).unwrap();
    service.until("a", |state| state.running.is_some()).await;
    service.kill_and_start(&[("a", Terms::default())]).await;
    assert!(service.indexers.see("gone").is_none());
    service.runs.gate.add_permits(OPEN);
    let state = service.until_ended("a", 2).await;
    assert_eq!(outcomes(&state), [Outcome::Success, Outcome::TransientFailure]);
    assert!(state.history[1].message.as_deref().unwrap().contains("interrupted"));
    assert_eq!(service.world("a").truth(), *lock(&service.world("a").index));
    service.kill_and_start(&[("a", Terms::default())]).await;
    assert_eq!(service.indexers.see("a").unwrap().state, state, "there is nothing to go on with");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_with_the_service_it_goes_on_from_its_mark() {
    let mut service = Service::start(&["a"], 2, 1);
    service.indexers.created("a", Terms::default()).unwrap();
    service.until("a", |state| state.running.as_ref().is_some_and(|run| run.processed == 100)).await;
    service.indexers.stop();
    (&mut service.supervisor).await.unwrap();
    service.runs.gate.add_permits(OPEN);
    service.kill_and_start(&[("a", Terms::default())]).await;
    let state = service.until_ended("a", 2).await;
    assert_eq!(outcomes(&state), [Outcome::Success, Outcome::TransientFailure]);
    assert_eq!((state.history[1].processed, state.history[0].processed), (100, 150));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_indexer_stops_and_its_successor_begins_anew() {
    let service = Service::start(&["a"], 2, 1);
    service.indexers.created("a", Terms::default()).unwrap();
    service.until("a", |state| state.running.as_ref().is_some_and(|run| run.processed == 100)).await;
    service.indexers.deleted("a").unwrap();
    assert!(service.indexers.see("a").is_none());
    service.indexers.created("a", Terms::default()).unwrap();
    service.runs.gate.add_permits(OPEN);
    let state = service.until_ended("a", 1).await;
    assert_eq!((outcomes(&state), state.history[0].processed), (vec![Outcome::Success], 250));
    assert_eq!(lock(&service.runs.began)[1].since, None);
}

/// With the service such an indexer succeeds without doing anything, until somebody resets it.
#[tokio::test(flavor = "multi_thread")]
async fn other_data_or_another_index_than_before_are_read_whole() {
    let of = |source: &str, index: &str| {
        let origin = json!({ "source": source, "index": index });
        Some(serde_json::from_value::<Origin>(origin).unwrap())
    };
    let mut service = Service::start(&["a"], 2, OPEN);
    service.indexers.created("a", Terms::default()).unwrap();
    service.until_ended("a", 1).await;
    let mut runs = 1;
    for (origin, processed, warned) in [
        // What was stored before origins were remembered is taken to be of what there is now.
        (of("s", "i"), 0, false),
        (of("s", "i"), 0, false),
        (of("s", "new"), 250, true),
        (of("other", "new"), 250, true),
        (None, 0, false),
        (of("other", "new"), 0, false),
    ] {
        *lock(&service.runs.origin) = origin.clone();
        service.indexers.run("a").unwrap();
        runs += 1;
        let state = service.until_ended("a", runs).await;
        let run = &state.history[0];
        assert_eq!((run.processed, !run.warnings.is_empty()), (processed, warned), "{origin:?}");
        assert_eq!((run.initial.is_none(), state.mark), (warned, Some(Mark(json!(250)))), "{origin:?}");
    }
    // Also if the run that begins anew is killed, and not by one that is about single documents.
    let list = ResetList { keys: vec!["id0003".to_owned()], ids: Vec::new() };
    *lock(&service.runs.origin) = of("third", "new");
    service.indexers.reset_documents("a", list, false).unwrap();
    service.indexers.run("a").unwrap();
    assert_eq!(service.until_ended("a", runs + 1).await.mark, Some(Mark(json!(250))));
    service.runs.gate.forget_permits(OPEN);
    service.indexers.run("a").unwrap();
    service.until("a", |state| state.running.is_some()).await;
    service.kill_and_start(&[("a", Terms::default())]).await;
    service.runs.gate.add_permits(OPEN);
    assert_eq!(service.until_ended("a", runs + 3).await.history[0].processed, 250);
}

#[tokio::test(flavor = "multi_thread")]
async fn single_documents_are_handled_once() {
    let service = Service::start(&["a"], 2, OPEN);
    service.indexers.created("a", Terms::default()).unwrap();
    service.until_ended("a", 1).await;
    lock(&service.world("a").index).clear();
    let list = ResetList { keys: vec!["id0003".to_owned()], ids: vec!["id0004".to_owned()] };
    service.indexers.reset_documents("a", list, false).unwrap();
    let too_many = ResetList { keys: (0..2000).map(|n| n.to_string()).collect(), ids: Vec::new() };
    let refused = service.indexers.reset_documents("a", too_many, false);
    assert!(matches!(refused, Err(Refusal::TooMany)), "and the list is what it was");
    service.indexers.run("a").unwrap();
    let state = service.until_ended("a", 2).await;
    assert_eq!((state.history[0].processed, state.reset.is_empty()), (2, true));
    assert_eq!(lock(&service.world("a").index).len(), 2);
    assert_eq!(state.mark, Some(Mark(json!(250))), "the mark of all documents is left alone");
}
