//! Runs that find deletions by absence, whole and killed at every point where they wait.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

use jiff::Timestamp;
use lazuli_catalog::Schema;
use lazuli_store::StoreOptions;
use serde_json::{Map, Value, json};

use super::*;
use crate::map::Mapped;
use crate::run::doubles::{TokioClock, lock};
use crate::run::{Budget, Documents, Ending, Journal, Parts, Plan, Shape, Stopper, run};
use crate::source::blob::tracking::Tracking;
use crate::source::{BoxFuture, Change, Changes, Item, ItemError, Mark, Note, Source};
use crate::state::{Execution, Mode, Reached, ResetList, State};
use crate::target::{ActionOutcome, Target, TargetError};

/// When it was changed, in seconds, and the key and value of each of its rows.
type Content = (i64, Vec<(&'static str, i64)>);

/// A source of items with rows, an index, and what survives a kill.
struct Shelf {
    items: Mutex<BTreeMap<&'static str, Content>>,
    index: Mutex<BTreeMap<String, i64>>,
    state: Mutex<State>,
    store: Arc<CatalogStore>,
    /// Seconds; each run begins a hundred later.
    now: Mutex<i64>,
    place: Mutex<&'static str>,
    budget: Mutex<Budget>,
    read: Mutex<Vec<String>>,
    _folder: tempfile::TempDir,
}

impl Shelf {
    fn new() -> Arc<Shelf> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.db");
        Arc::new(Shelf {
            items: Mutex::default(),
            index: Mutex::default(),
            state: Mutex::default(),
            store: Arc::new(CatalogStore::open_or_create(&path, &StoreOptions::default()).unwrap()),
            now: Mutex::new(1_000),
            place: Mutex::new("here"),
            budget: Mutex::new(Budget::new(Some(-1), None)),
            read: Mutex::default(),
            _folder: folder,
        })
    }

    /// Puts an item that was written now.
    fn put(&self, name: &'static str, rows: &[(&'static str, i64)]) {
        let now = *lock(&self.now) + 50;
        lock(&self.items).insert(name, (now, rows.to_vec()));
    }

    /// Puts an item that was written long ago.
    fn bring(&self, name: &'static str, rows: &[(&'static str, i64)]) {
        lock(&self.items).insert(name, (1, rows.to_vec()));
    }

    fn remove(&self, name: &str) {
        lock(&self.items).remove(name);
    }

    /// What the index should hold.
    fn truth(&self) -> BTreeMap<String, i64> {
        let items = lock(&self.items);
        items.values().flat_map(|(_, rows)| rows).map(|(key, value)| ((*key).to_owned(), *value)).collect()
    }

    async fn run(self: &Arc<Self>) -> Ending {
        self.run_about(ResetList::default()).await
    }

    async fn run_about(self: &Arc<Self>, only: ResetList) -> Ending {
        lock(&self.read).clear();
        *lock(&self.now) += 100;
        let now = Timestamp::from_second(*lock(&self.now)).unwrap();
        lock(&self.state).begin(0);
        let is_whole = only.is_empty();
        let since = lock(&self.state).mark.clone().filter(|_| is_whole);
        let absence = Absence::new(Arc::clone(&self.store), "i", is_whole);
        let place = *lock(&self.place);
        let tracking =
            Tracking::resume(since.as_ref(), now).watched(Some(&absence), place, now).await.unwrap();
        let plan = Plan {
            index: "i".to_owned(),
            batch: 3,
            budget: *lock(&self.budget),
            longest: Duration::from_secs(86_400),
            only,
            reading: String::new(),
        };
        let source = Listing {
            shelf: Arc::clone(self),
            absence: Arc::clone(&absence),
            after: tracking.name_high_water_mark.clone().unwrap_or_default(),
            tracking: Some(tracking),
        };
        let (_stopper, stop) = Stopper::pair();
        let parts = Parts {
            plan: &plan,
            again: None,
            source: Box::new(source),
            absence: Some(absence),
            shape: Arc::new(Rows(Arc::clone(self))),
            target: Arc::<Shelf>::clone(self),
            clock: Arc::new(TokioClock(tokio::time::Instant::now())),
            began: Duration::ZERO,
            stop,
            journal: &**self,
        };
        run(parts, Execution::begin(0, Mode::AllDocuments, since)).await
    }

    async fn run_whole(self: &Arc<Self>) {
        assert_eq!(self.run().await, Ending::Success);
        assert_eq!(*lock(&self.index), self.truth());
    }

    /// A run that is killed when it has been polled so often; false if it ended before.
    async fn run_killed_after(self: &Arc<Self>, polls: usize) -> bool {
        let killed = Killed { life: polls, run: Box::pin(self.run()) }.await;
        // What the store was at is done: a real kill would have ended that too, before or after its commit.
        std::thread::sleep(Duration::from_millis(2));
        self.store.change(|_| Ok::<(), StoreError>(())).unwrap();
        lock(&self.state).recover(0);
        killed
    }

    fn entries(&self) -> u64 {
        self.store.absence_count("i").unwrap()
    }
}

struct Killed<F> {
    life: usize,
    run: Pin<Box<F>>,
}

impl<F: Future> Future for Killed<F> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        if self.life == 0 {
            return Poll::Ready(true);
        }
        self.life -= 1;
        self.run.as_mut().poll(context).map(|_| false)
    }
}

/// Lists the items two at a time. What has a name that ends in `?` is a folder that cannot be looked into.
struct Listing {
    shelf: Arc<Shelf>,
    absence: Arc<Absence>,
    after: String,
    /// None at the end.
    tracking: Option<Tracking>,
}

impl Source for Listing {
    fn next(&mut self, _: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(async move {
            let Some(tracking) = &mut self.tracking else { return Ok(None) };
            let page: Vec<(&str, Content)> = {
                let items = lock(&self.shelf.items);
                let behind = items.iter().filter(|(name, _)| ***name > *self.after);
                behind.take(2).map(|(name, content)| (*name, content.clone())).collect()
            };
            let Some((last, _)) = page.last() else {
                let mark = Some(tracking.finished(Duration::ZERO));
                self.tracking = None;
                return Ok(Some(Changes { changes: Vec::new(), mark, warnings: Vec::new() }));
            };
            self.after = (*last).to_owned();
            let is_new = |content: &Content| tracking.is_new(Timestamp::from_second(content.0).ok());
            let old = page.iter().filter(|(_, content)| !is_new(content)).map(|(name, _)| (*name).to_owned());
            let known = self.absence.known(old.collect()).await?;
            let changes = page.iter().map(|(name, (_, rows))| match known.contains(*name) {
                _ if name.ends_with('?') => Change::Hidden(unreadable(name.trim_end_matches('?'))),
                true => Change::Unchanged((*name).to_owned()),
                false => Change::Changed(Item {
                    id: (*name).to_owned(),
                    fields: Map::from_iter([("rows".to_owned(), json!(rows))]),
                    content: None,
                }),
            });
            let changes = changes.collect();
            let mark = Some(tracking.reached(&self.after, None));
            Ok(Some(Changes { changes, mark, warnings: Vec::new() }))
        })
    }
}

/// A row of the value -1 cannot be read, and one of the value -2 not now.
struct Rows(Arc<Shelf>);

impl Shape for Rows {
    fn documents(&self, item: Item) -> Box<dyn Documents> {
        lock(&self.0.read).push(item.id.clone());
        let rows: Vec<(String, i64)> = serde_json::from_value(item.fields["rows"].clone()).unwrap();
        Box::new(RowsLeft { item: item.id, rows: rows.into_iter() })
    }

    fn deletion(&self, item: Item) -> Result<Box<dyn Documents>, Note> {
        panic!("{} is not marked as deleted", item.id)
    }

    fn deletion_of_key(&self, key: &str) -> Mapped {
        mapped(key, None)
    }

    fn key(&self, _: &Item) -> Option<String> {
        None
    }
}

struct RowsLeft {
    item: String,
    rows: std::vec::IntoIter<(String, i64)>,
}

impl Documents for RowsLeft {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Mapped, ItemError>>, SourceError>> {
        let next = self.rows.next().map(|(key, value)| match value {
            -1 => Err(unreadable(&self.item)),
            -2 => Err(ItemError { status: 503, ..unreadable(&self.item) }),
            value => Ok(mapped(&key, Some(value))),
        });
        Box::pin(async { Ok(next) })
    }
}

fn unreadable(id: &str) -> ItemError {
    ItemError {
        id: id.to_owned(),
        status: 400,
        message: String::new(),
        details: None,
        name: String::new(),
        link: None,
    }
}

fn mapped(key: &str, value: Option<i64>) -> Mapped {
    let action = json!({"key": key, "value": value}).to_string();
    Mapped { action, key: key.to_owned(), warnings: Vec::new() }
}

impl Target for Shelf {
    fn schema(&self, _: &str) -> Option<Arc<Schema>> {
        None
    }

    fn write<'a>(
        &'a self,
        _: &'a str,
        actions: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<ActionOutcome>, TargetError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let outcomes = actions.iter().map(|action| {
                let action: Value = serde_json::from_str(action).unwrap();
                let key = action["key"].as_str().unwrap().to_owned();
                match action["value"].as_i64() {
                    Some(value) => lock(&self.index).insert(key.clone(), value),
                    None => lock(&self.index).remove(&key),
                };
                ActionOutcome { key, status: 200, message: None }
            });
            let outcomes = outcomes.collect();
            tokio::task::yield_now().await;
            Ok(outcomes)
        })
    }
}

impl Journal for Shelf {
    fn remember<'a>(&'a self, reached: &'a Reached) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            lock(&self.state).remember(reached);
            tokio::task::yield_now().await;
        })
    }

    fn progress(&self, _: &Execution) {}
}

/// Everything that can happen to a source at once.
fn change_everything(shelf: &Shelf) {
    shelf.put("a", &[("k1", 10)]);
    shelf.put("b", &[("k4", 4), ("k6", 60)]);
    shelf.remove("c");
    shelf.remove("d");
    shelf.put("e", &[("k7", 70), ("k9", 9)]);
    shelf.put("f", &[("k8", 8)]);
    shelf.bring("g", &[("k10", 10)]);
    shelf.remove("h");
}

fn filled() -> Arc<Shelf> {
    let shelf = Shelf::new();
    shelf.put("a", &[("k1", 1), ("k2", 2), ("k3", 3)]);
    shelf.put("b", &[("k4", 4)]);
    shelf.put("c", &[("k5", 5)]);
    // A row that moves to an item before, and one that moves to an item behind.
    shelf.put("d", &[("k6", 6), ("k9", 8)]);
    shelf.put("e", &[("k7", 7)]);
    shelf.put("h", &[("k11", 11)]);
    shelf
}

#[tokio::test(start_paused = true)]
async fn what_is_absent_goes_and_what_is_unchanged_is_not_read() {
    let shelf = filled();
    shelf.run_whole().await;
    shelf.run_whole().await;
    assert_eq!(*lock(&shelf.read), Vec::<String>::new());
    change_everything(&shelf);
    shelf.run_whole().await;
    assert_eq!(*lock(&shelf.read), ["a", "b", "e", "f", "g"]);
    assert_eq!(shelf.entries(), 7 + 5, "seven documents of five items");
    lock(&shelf.items).clear();
    shelf.run_whole().await;
    assert_eq!(shelf.entries(), 0);
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_point_and_run_again_the_index_equals_the_source() {
    for polls in 0.. {
        let shelf = filled();
        shelf.run_whole().await;
        change_everything(&shelf);
        let killed = shelf.run_killed_after(polls).await;
        shelf.run_killed_after(polls / 2).await;
        shelf.run_whole().await;
        if !killed {
            assert!(polls > 10, "{polls}");
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_that_comes_back_while_it_is_swept_is_read() {
    for polls in 0.. {
        let shelf = filled();
        shelf.run_whole().await;
        shelf.remove("c");
        let killed = shelf.run_killed_after(polls).await;
        shelf.bring("c", &[("k5", 5)]);
        // What was behind the place where a run broke off is for the enumeration after.
        assert_eq!(shelf.run().await, Ending::Success);
        shelf.run_whole().await;
        if !killed {
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_place_takes_the_place_of_the_first() {
    let shelf = filled();
    for polls in [0, 12, 25] {
        shelf.run_killed_after(polls).await;
        *lock(&shelf.place) = if *lock(&shelf.place) == "here" { "there" } else { "here" };
        lock(&shelf.items).clear();
        shelf.bring("a", &[("k1", 100)]);
        shelf.bring("z", &[("k20", 20)]);
        shelf.run_whole().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reset_reads_everything_and_still_knows_what_was_there() {
    let shelf = filled();
    shelf.run_whole().await;
    shelf.remove("c");
    lock(&shelf.state).reset(0);
    shelf.run_whole().await;
    assert_eq!(*lock(&shelf.read), ["a", "b", "d", "e", "h"]);
}

#[tokio::test(start_paused = true)]
async fn a_run_about_single_items_deletes_only_what_these_do_not_yield_any_more() {
    let shelf = filled();
    shelf.run_whole().await;
    shelf.put("a", &[("k2", 20)]);
    shelf.remove("c");
    let mark: Option<Mark> = lock(&shelf.state).mark.clone();
    let only = ResetList { keys: Vec::new(), ids: vec!["a".to_owned()] };
    assert!(lock(&shelf.state).reset_documents(only.clone(), true));
    assert_eq!(shelf.run_about(only.clone()).await, Ending::Success);
    lock(&shelf.state).end(0, None, &only);
    let keys: Vec<String> = lock(&shelf.index).keys().cloned().collect();
    assert_eq!(keys, ["k11", "k2", "k4", "k5", "k6", "k7", "k9"]);
    assert_eq!(lock(&shelf.state).mark, mark);
    shelf.run_whole().await;
}

#[tokio::test(start_paused = true)]
async fn documents_of_an_item_that_cannot_be_read_stay() {
    let shelf = filled();
    shelf.run_whole().await;
    shelf.put("a", &[("k1", 5), ("k2", -1)]);
    assert_eq!(shelf.run().await, Ending::Success);
    let index = lock(&shelf.index).clone();
    assert_eq!((index["k1"], index["k2"], index["k3"]), (5, 2, 3));
    shelf.run().await;
    assert!(lock(&shelf.index).contains_key("k3"), "nor do they go later");
    shelf.put("a", &[("k2", 7)]);
    shelf.run_whole().await;
}

/// Items that are old and new to us, such as blobs that were undeleted: nothing but that they are not settled brings them back.
#[tokio::test(start_paused = true)]
async fn old_items_are_read_again_that_failed_in_a_run_that_then_ended() {
    let brought = |x: i64| {
        let shelf = filled();
        shelf.bring("u", &[("k20", 20)]);
        shelf.bring("v", &[("k21", x)]);
        shelf.bring("w", &[("k22", 22)]);
        shelf
    };
    for (value, allowed, ending) in [(-1, 0, false), (-2, 0, false), (-2, -1, true)] {
        for polls in 0.. {
            let shelf = filled();
            shelf.run_whole().await;
            *lock(&shelf.items) = lock(&brought(value).items).clone();
            *lock(&shelf.budget) = Budget::new(Some(allowed), None);
            let killed = shelf.run_killed_after(polls).await;
            if !killed {
                assert_eq!(shelf.run().await == Ending::Success, ending, "{value} {allowed}");
            }
            *lock(&shelf.items) = lock(&brought(21).items).clone();
            shelf.run_whole().await;
            if !killed {
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_item_without_documents_is_known_all_the_same() {
    let shelf = Shelf::new();
    shelf.put("a", &[]);
    shelf.run_whole().await;
    shelf.run_whole().await;
    assert_eq!((lock(&shelf.read).len(), shelf.entries()), (0, 1));
    shelf.put("a", &[("k", 1)]);
    shelf.run_whole().await;
    assert_eq!(shelf.entries(), 2);
}

#[tokio::test(start_paused = true)]
async fn documents_of_a_folder_that_cannot_be_looked_into_stay() {
    let shelf = Shelf::new();
    let rows: [(&str, &[(&str, i64)]); 4] =
        [("a", &[("k1", 1)]), ("b/c/x", &[("k2", 2)]), ("b/c/y", &[("k3", 3)]), ("b/d", &[("k4", 4)])];
    rows.iter().for_each(|(name, rows)| shelf.put(name, rows));
    shelf.run_whole().await;
    rows.iter().for_each(|(name, _)| shelf.remove(name));
    shelf.put("b/c?", &[]);
    for _ in 0..2 {
        assert_eq!(shelf.run().await, Ending::Success);
        let keys: Vec<String> = lock(&shelf.index).keys().cloned().collect();
        assert_eq!(keys, ["k2", "k3"]);
    }
    shelf.remove("b/c?");
    shelf.bring("b/c/x", &[("k2", 2)]);
    shelf.run_whole().await;
}
