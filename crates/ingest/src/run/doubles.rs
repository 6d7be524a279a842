//! Doubles for tests of runs: a source that is a log of changes, a target that is a map, both slow and failing as told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use lazuli_catalog::Schema;
use lazuli_platform::random::{Random, SeededRandom};
use serde_json::{Map, Value, json};

use super::*;
use crate::map::Mapped;
use crate::source::{Change, Changes, Chunks, Content, Item, ItemError, Mark, Note, SourceError};
use crate::state::State;
use crate::target::{ActionOutcome, TargetError};

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

/// Follows the time of tokio, which tests turn by waiting.
#[derive(Debug)]
pub(crate) struct TokioClock(pub(crate) tokio::time::Instant);

impl Clock for TokioClock {
    fn unix_millis(&self) -> i64 {
        i64::try_from(self.monotonic().as_millis()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Everything that ever happened to the source: id, and the value or that it was deleted. A mark is a place in it.
pub(crate) type Log = Vec<(String, Option<i64>)>;

/// What a double does at its next calls.
#[derive(Default)]
pub(crate) struct Faults {
    /// Answers of the source before it goes on.
    pub(crate) source: Vec<SourceError>,
    /// Answers of the target before it goes on.
    pub(crate) target: Vec<TargetError>,
    /// Longest pause at every step, in milliseconds.
    pub(crate) pause_max: u64,
}

/// The world that survives a kill.
pub(crate) struct World {
    pub(crate) log: Mutex<Log>,
    pub(crate) index: Mutex<BTreeMap<String, i64>>,
    pub(crate) state: Mutex<State>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) random: SeededRandom,
    /// Sizes of the batches that were written.
    pub(crate) writes: Mutex<Vec<usize>>,
    /// What the last progress said.
    pub(crate) progress: Mutex<Option<Execution>>,
    /// Documents that were made by [`Many`].
    pub(crate) made: Mutex<usize>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Arc<World> {
        Arc::new(World {
            log: Mutex::default(),
            index: Mutex::default(),
            state: Mutex::default(),
            faults: Mutex::default(),
            random: SeededRandom::new(seed),
            writes: Mutex::default(),
            progress: Mutex::default(),
            made: Mutex::default(),
        })
    }

    pub(crate) fn with_items(count: i64) -> Arc<World> {
        let world = World::new(1);
        *lock(&world.log) = (0..count).map(|n| (format!("id{n:04}"), Some(n))).collect();
        world
    }

    pub(crate) fn below(&self, bound: u64) -> u64 {
        self.random.u64() % bound.max(1)
    }

    /// What the index should hold.
    pub(crate) fn truth(&self) -> BTreeMap<String, i64> {
        let mut truth = BTreeMap::new();
        for (id, value) in lock(&self.log).iter() {
            match value {
                Some(value) => truth.insert(id.clone(), *value),
                None => truth.remove(id),
            };
        }
        truth
    }

    pub(crate) async fn pause(&self) {
        let longest = lock(&self.faults).pause_max;
        if longest > 0 {
            tokio::time::sleep(Duration::from_millis(self.below(longest))).await;
        }
    }

    pub(crate) fn progress(&self) -> Execution {
        lock(&self.progress).clone().unwrap()
    }
}

pub(crate) struct LogSource {
    pub(crate) world: Arc<World>,
    pub(crate) at: usize,
    /// If so, the newest changes of these ids instead.
    pub(crate) only: Option<BTreeSet<String>>,
    /// Whether items have content, so that they are read beside each other.
    pub(crate) blobs: bool,
}

impl Source for LogSource {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(async move {
            self.world.pause().await;
            if let Some(fault) = lock(&self.world.faults).source.pop() {
                return Err(fault);
            }
            if let Some(only) = self.only.take() {
                return Ok(self.named(&only));
            }
            if self.at == usize::MAX {
                return Ok(None);
            }
            let log = lock(&self.world.log);
            let to = log.len().min(self.at + most);
            let part = &log[self.at..to];
            if part.is_empty() {
                return Ok(None);
            }
            let changes = part.iter().map(|(id, value)| self.change(id, *value)).collect();
            self.at = to;
            Ok(Some(Changes { changes, mark: Some(Mark(json!(to))), warnings: Vec::new() }))
        })
    }
}

impl LogSource {
    fn named(&mut self, only: &BTreeSet<String>) -> Option<Changes> {
        self.at = usize::MAX;
        let log = lock(&self.world.log);
        let newest = |id: &String| log.iter().rev().find(|(own, _)| own == id);
        let changes = only.iter().filter_map(newest).map(|(id, value)| self.change(id, *value)).collect();
        Some(Changes { changes, mark: None, warnings: Vec::new() })
    }

    fn change(&self, id: &str, value: Option<i64>) -> Change {
        let fields = Map::from_iter([("value".to_owned(), json!(value))]);
        let content: Option<Box<dyn Content>> = if self.blobs { Some(Box::new(Empty)) } else { None };
        let item = Item { id: id.to_owned(), fields, content };
        if value.is_some() { Change::Changed(item) } else { Change::Deleted(item) }
    }
}

pub(crate) struct Empty;

impl Content for Empty {
    fn size(&self) -> u64 {
        0
    }

    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Chunks>, SourceError>> {
        Box::pin(async { Ok(Box::new(Empty) as Box<dyn Chunks>) })
    }
}

impl Chunks for Empty {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, SourceError>> {
        Box::pin(async { Ok(None) })
    }
}

/// Values below zero cannot be mapped: -1 is an item's fault, -2 a source that fails inside the item, -4 an item that is gone and
/// -5 one that is being written.
pub(crate) struct Plain(pub(crate) Arc<World>);

impl Shape for Plain {
    fn documents(&self, item: Item) -> Box<dyn Documents> {
        Box::new(One { world: self.0.clone(), item: Some(item) })
    }

    /// An item whose id says so is one of many documents that nobody knows any more.
    fn deletion(&self, item: Item) -> Result<Box<dyn Documents>, Note> {
        if item.id.contains("many") {
            return Err(note(&item.id));
        }
        Ok(Box::new(One { world: self.0.clone(), item: Some(item) }))
    }

    fn deletion_of_key(&self, key: &str) -> Mapped {
        mapped(key, "null")
    }

    /// An item at fault has none.
    fn key(&self, item: &Item) -> Option<String> {
        (item.content.is_none() && item.fields["value"] != -1).then(|| item.id.clone())
    }
}

pub(crate) struct One {
    world: Arc<World>,
    item: Option<Item>,
}

impl Documents for One {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Mapped, ItemError>>, SourceError>> {
        Box::pin(async move {
            let Some(item) = self.item.take() else { return Ok(None) };
            self.world.pause().await;
            match item.fields["value"].as_i64() {
                Some(-1) => Ok(Some(Err(fault(item.id)))),
                Some(-2) => Err(SourceError::Transient("the line went dead".to_owned())),
                Some(-3) => Err(SourceError::Credentials("The key is refused.".to_owned())),
                Some(-4) => Err(SourceError::Missing("The blob is gone.".to_owned())),
                Some(-5) => Err(SourceError::Changed("It was changed while it was read.".to_owned())),
                value => Ok(Some(Ok(mapped(&item.id, &json!(value).to_string())))),
            }
        })
    }
}

/// So many documents of each item, every other one at fault.
pub(crate) struct Many(pub(crate) Arc<World>, pub(crate) usize);

struct ManyLeft(Arc<World>, String, std::ops::Range<usize>);

impl Shape for Many {
    fn documents(&self, item: Item) -> Box<dyn Documents> {
        Box::new(ManyLeft(self.0.clone(), item.id, 0..self.1))
    }

    fn deletion(&self, item: Item) -> Result<Box<dyn Documents>, Note> {
        Err(note(&item.id))
    }

    fn deletion_of_key(&self, key: &str) -> Mapped {
        mapped(key, "null")
    }

    fn key(&self, _item: &Item) -> Option<String> {
        None
    }
}

impl Documents for ManyLeft {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Result<Mapped, ItemError>>, SourceError>> {
        let next = self.2.next().map(|at| {
            *lock(&self.0.made) += 1;
            let key = format!("{}.{at}", self.1);
            if at % 2 == 0 { Ok(mapped(&key, "1")) } else { Err(fault(key)) }
        });
        Box::pin(async { Ok(next) })
    }
}

fn fault(id: String) -> ItemError {
    ItemError {
        id,
        status: 400,
        message: "Could not parse document".to_owned(),
        details: None,
        name: "DocumentExtraction".to_owned(),
        link: None,
    }
}

fn note(id: &str) -> Note {
    Note { id: Some(id.to_owned()), message: "n".to_owned(), details: None, name: None, link: None }
}

fn mapped(key: &str, value: &str) -> Mapped {
    let warnings = if value == "7777" { vec![note(key)] } else { Vec::new() };
    Mapped { action: format!("{{\"key\":{key:?},\"value\":{value}}}"), key: key.to_owned(), warnings }
}

/// Refuses a batch with the value 6666 as a whole, the value 5555 alone, and the value 8888 for the time being.
impl Target for World {
    fn schema(&self, _index: &str) -> Option<Arc<Schema>> {
        None
    }

    fn write<'a>(
        &'a self,
        _index: &'a str,
        actions: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<ActionOutcome>, TargetError>> {
        Box::pin(async move {
            self.pause().await;
            if let Some(fault) = lock(&self.faults).target.pop() {
                return Err(fault);
            }
            if actions.iter().any(|action| action.contains("6666")) {
                return Err(TargetError::Refused("Invalid document key".to_owned()));
            }
            lock(&self.writes).push(actions.len());
            let outcomes = actions.iter().map(|action| self.apply(action)).collect();
            // The answer may get lost.
            self.pause().await;
            Ok(outcomes)
        })
    }
}

impl World {
    fn apply(&self, action: &str) -> ActionOutcome {
        let action: Value = serde_json::from_str(action).unwrap();
        let key = action["key"].as_str().unwrap().to_owned();
        let outcome = |status, message| ActionOutcome { key: key.clone(), status, message };
        match action["value"].as_i64() {
            Some(5555) => return outcome(400, Some("wrong type".to_owned())),
            Some(8888) => return outcome(503, Some("not now".to_owned())),
            Some(value) => lock(&self.index).insert(key.clone(), value),
            None => lock(&self.index).remove(&key),
        };
        outcome(200, None)
    }
}

impl Journal for World {
    fn remember<'a>(&'a self, reached: &'a Reached) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.pause().await;
            lock(&self.state).remember(reached);
            self.pause().await;
        })
    }

    fn progress(&self, execution: &Execution) {
        *lock(&self.progress) = Some(execution.clone());
    }
}
