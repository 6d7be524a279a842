//! The reading half of a run: from changes to batches of actions, in the source's order, ahead of the writer.
//!
//! Small items (most blobs) are read a few at a time, each in a task of its own; large ones stream, one after the other, so
//! that what a run holds is bounded whatever the source has.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use lazuli_store::AbsenceEntry;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::Plan;
use super::absence::Sighting;
use super::retry::Tries;
use super::shape::{Documents, Shape};
use super::stop::Stop;
use crate::map::Mapped;
use crate::source::{Change, Changes, Item, ItemError, Mark, Note, READING_LINK, Source, SourceError};
use crate::state::ResetList;
use crate::task::Task;

/// Changes asked for at once, at least. The mark moves once per part.
const CHANGES_MIN: usize = 100;
/// Items up to this size are read beside each other.
const SMALL_BYTES_MAX: u64 = 1 << 20;
/// So many of them.
const ITEMS_AHEAD: usize = 8;
/// Of what each of them holds so much is made ahead, in bytes and in documents; the rest when its turn has come. A small item may hold
/// very many documents, or faults.
const AHEAD_BYTES_MAX: usize = 2 << 20;
const AHEAD_ENTRIES_MAX: usize = 1000;
/// What an entry takes beside its texts, about.
const ENTRY_BYTES: usize = 200;
/// Bytes of actions in a batch, about.
const BATCH_BYTES: usize = 2 << 20;
/// Bytes of actions that wait for the writer or are being written. A single larger action passes alone.
const WAITING_BYTES: usize = 8 << 20;
/// Actions in a batch at most: those of an upload (`api.md` §4).
const BATCH_ACTIONS_MAX: usize = 1000;

/// What the writer gets.
pub(super) enum Message {
    /// Something to write.
    Batch(Batch),
    /// The source cannot go on; everything before was sent.
    Broken(SourceError),
}

/// Actions that are counted together.
#[derive(Default)]
pub(super) struct Batch {
    /// In order.
    pub(super) entries: Vec<Entry>,
    /// What to remember once they are written.
    pub(super) mark: Option<Mark>,
    /// With them, everything of earlier runs has been read again.
    pub(super) is_again_done: bool,
    /// What was seen of the source, where that is recorded.
    pub(super) sightings: Vec<Sighting>,
    /// To be shown.
    pub(super) warnings: Vec<Note>,
    /// Items that the next run reads again.
    pub(super) later: Vec<String>,
    /// Bytes of its actions.
    pub(super) bytes: usize,
    /// Its part of [`WAITING_BYTES`]; given back when the batch is gone.
    _space: Option<OwnedSemaphorePermit>,
}

/// One document.
pub(super) struct Entry {
    /// The item that it is of, by its id.
    pub(super) item: Arc<str>,
    pub(super) work: Work,
}

/// What is to be done with a document.
pub(super) enum Work {
    Write(Mapped),
    Delete(Mapped),
    /// It cannot be.
    Failed(ItemError),
}

/// Batches as they are read. Dropping them ends the reading.
pub(super) struct Batches {
    pub(super) messages: mpsc::Receiver<Message>,
    _reader: Task<()>,
}

/// Begins to read: first what is to be read again, if anything. If it `watches`, batches say what was seen.
pub(super) fn start(
    again: Option<Box<dyn Source>>,
    source: Box<dyn Source>,
    shape: Arc<dyn Shape>,
    plan: &Plan,
    watches: bool,
    stop: &Stop,
) -> Batches {
    let (sender, messages) = mpsc::channel(64);
    let reader = Reader {
        shape,
        batch_max: plan.batch.clamp(1, BATCH_ACTIONS_MAX),
        only: Arc::new(Only::of(&plan.only)),
        reading: plan.reading.as_str().into(),
        watches,
        stop: stop.clone(),
        sender,
        space: Arc::new(Semaphore::new(WAITING_BYTES)),
        batch: Batch::default(),
        ahead: VecDeque::new(),
    };
    Batches { messages, _reader: Task::spawn(reader.run(again, source)) }
}

/// Why reading ends.
enum Halt {
    Source(SourceError),
    /// The writer has gone.
    Unheard,
}

impl From<SourceError> for Halt {
    fn from(error: SourceError) -> Halt {
        Halt::Source(error)
    }
}

struct Reader {
    shape: Arc<dyn Shape>,
    batch_max: usize,
    only: Arc<Only>,
    /// What errors of reading are called.
    reading: Arc<str>,
    /// Whether it is recorded what was seen.
    watches: bool,
    stop: Stop,
    sender: mpsc::Sender<Message>,
    space: Arc<Semaphore>,
    /// The one that is being filled.
    batch: Batch,
    /// Small items being read, in order.
    ahead: VecDeque<Task<Result<Collected, SourceError>>>,
}

impl Reader {
    async fn run(mut self, again: Option<Box<dyn Source>>, source: Box<dyn Source>) {
        if let Err(Halt::Source(error)) = self.read_both(again, source).await {
            // What was read before is sent first; the mark of this part is not.
            if self.flush(None).await.is_ok() {
                let _ = self.sender.send(Message::Broken(error)).await;
            }
        }
    }

    async fn read_both(
        &mut self,
        again: Option<Box<dyn Source>>,
        mut source: Box<dyn Source>,
    ) -> Result<(), Halt> {
        if let Some(mut again) = again {
            self.read(&mut *again).await?;
            self.batch.is_again_done = true;
            self.flush(None).await?;
        }
        self.read(&mut *source).await
    }

    async fn read(&mut self, source: &mut dyn Source) -> Result<(), Halt> {
        while let Some(Changes { changes, mark, warnings }) = self.next(source).await? {
            let of_reading =
                |note: Note| Note { name: note.name.or_else(|| Some(self.reading.to_string())), ..note };
            self.batch.warnings.extend(warnings.into_iter().map(of_reading));
            for change in changes {
                if self.stop.is_set() {
                    return Err(SourceError::Stopped.into());
                }
                self.take(change).await?;
            }
            self.catch_up(0).await?;
            self.flush(mark).await?;
        }
        Ok(())
    }

    /// The next changes; transient failures are tried again.
    async fn next(&mut self, source: &mut dyn Source) -> Result<Option<Changes>, SourceError> {
        let mut tries = Tries::default();
        loop {
            match source.next(self.batch_max.max(CHANGES_MIN)).await {
                Err(SourceError::Transient(reason)) => {
                    tracing::warn!(reason, "the source failed; it is tried again");
                    if !tries.again(&mut self.stop).await {
                        return Err(SourceError::Transient(reason));
                    }
                }
                other => return other,
            }
        }
    }

    async fn take(&mut self, change: Change) -> Result<(), Halt> {
        match change {
            Change::Failed(error) => {
                let there = Sighting::There(error.id.clone());
                self.failed(there, error).await
            }
            Change::Hidden(error) => {
                let hidden = Sighting::Hidden(error.id.clone());
                self.failed(hidden, error).await
            }
            Change::Unchanged(id) => {
                self.see(Sighting::There(id));
                Ok(())
            }
            Change::Deleted(item) => match asked(&self.only, &*self.shape, &item) {
                Asked::Nothing => Ok(()),
                Asked::All => self.deleted(item, None).await,
                Asked::Keys => self.deleted(item, Some(Arc::clone(&self.only))).await,
            },
            Change::Changed(item) => match asked(&self.only, &*self.shape, &item) {
                Asked::Nothing => Ok(()),
                Asked::All => self.changed(item, None).await,
                Asked::Keys => self.changed(item, Some(Arc::clone(&self.only))).await,
            },
        }
    }

    async fn failed(&mut self, sighting: Sighting, error: ItemError) -> Result<(), Halt> {
        self.catch_up(0).await?;
        self.see(sighting);
        self.put(Entry { item: error.id.as_str().into(), work: Work::Failed(error) }).await
    }

    async fn deleted(&mut self, item: Item, only: Option<Arc<Only>>) -> Result<(), Halt> {
        self.catch_up(0).await?;
        let id = item.id.as_str().into();
        match self.shape.deletion(item) {
            Ok(documents) => {
                let end = self.put_all(Wanted::new(id, documents, Work::Delete, only)).await?;
                self.ended(End { sighting: None, ..end });
                Ok(())
            }
            Err(note) => {
                self.batch.warnings.push(note);
                Ok(())
            }
        }
    }

    async fn changed(&mut self, item: Item, only: Option<Arc<Only>>) -> Result<(), Halt> {
        if item.content.as_ref().is_some_and(|content| content.size() <= SMALL_BYTES_MAX) {
            self.catch_up(ITEMS_AHEAD - 1).await?;
            let (documents, reading) = (self.documents(item, only), self.reading.clone());
            self.ahead.push_back(Task::spawn(collect(documents, reading)));
            return Ok(());
        }
        self.catch_up(0).await?;
        let end = self.put_all(self.documents(item, only)).await?;
        self.ended(end);
        Ok(())
    }

    /// Yields what the item's end says.
    async fn put_all(&mut self, mut documents: Wanted) -> Result<End, Halt> {
        while let Some(entry) = documents.next(&self.reading).await? {
            self.put(entry).await?;
        }
        Ok(documents.end())
    }

    fn ended(&mut self, end: End) {
        let End { sighting, cut } = end;
        sighting.into_iter().for_each(|sighting| self.see(sighting));
        if let Some(Cut { item, message, details, again }) = cut {
            let (id, name) = (Some(item.to_string()), Some(self.reading.to_string()));
            let (message, details) = (message.to_owned(), Some(details));
            let link = Some(READING_LINK.to_owned());
            self.batch.warnings.push(Note { id, message, details, name, link });
            self.batch.later.extend(again.then(|| item.to_string()));
        }
    }

    fn see(&mut self, sighting: Sighting) {
        if self.watches {
            self.batch.bytes += sighting.bytes();
            self.batch.sightings.push(sighting);
        }
    }

    fn documents(&self, item: Item, only: Option<Arc<Only>>) -> Wanted {
        Wanted::new(item.id.as_str().into(), self.shape.documents(item), Work::Write, only)
    }

    /// Takes over what was read beside, until at most `left` items are still being read.
    async fn catch_up(&mut self, left: usize) -> Result<(), Halt> {
        while self.ahead.len() > left {
            let Some(task) = self.ahead.pop_front() else { break };
            let Collected { entries, rest } =
                task.await.map_err(|error| SourceError::Broken(error.to_string()))??;
            for entry in entries {
                self.put(entry).await?;
            }
            let end = self.put_all(rest).await?;
            self.ended(end);
        }
        Ok(())
    }

    async fn put(&mut self, entry: Entry) -> Result<(), Halt> {
        if let Work::Write(mapped) = &entry.work
            && self.watches
        {
            let (item, key) = (entry.item.to_string(), mapped.key.clone());
            self.see(Sighting::Document(AbsenceEntry { item, key }));
        }
        self.batch.bytes += entry.bytes();
        self.batch.entries.push(entry);
        if self.batch.entries.len() >= self.batch_max || self.batch.bytes >= BATCH_BYTES {
            return self.flush(None).await;
        }
        Ok(())
    }

    /// Sends what there is, when there is room for it.
    async fn flush(&mut self, mark: Option<Mark>) -> Result<(), Halt> {
        let mut batch = Batch { mark, ..std::mem::take(&mut self.batch) };
        let says_nothing = batch.mark.is_none() && batch.warnings.is_empty() && !batch.is_again_done;
        if batch.entries.is_empty() && batch.sightings.is_empty() && says_nothing {
            return Ok(());
        }
        let bytes = u32::try_from(batch.bytes.min(WAITING_BYTES)).unwrap_or(u32::MAX);
        batch._space = self.space.clone().acquire_many_owned(bytes).await.ok();
        self.sender.send(Message::Batch(batch)).await.map_err(|_| Halt::Unheard)
    }
}

impl Entry {
    /// About what it takes in memory.
    fn bytes(&self) -> usize {
        let texts = match &self.work {
            Work::Write(mapped) | Work::Delete(mapped) => mapped.action.len() + mapped.key.len(),
            Work::Failed(error) => error.bytes(),
        };
        ENTRY_BYTES + texts
    }
}

/// The documents that a run is about; all if nothing is in it.
struct Only {
    keys: HashSet<String>,
    ids: HashSet<String>,
}

impl Only {
    fn of(list: &ResetList) -> Only {
        Only { keys: list.keys.iter().cloned().collect(), ids: list.ids.iter().cloned().collect() }
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.ids.is_empty()
    }
}

/// What of an item a run is about.
enum Asked {
    All,
    /// The documents that have one of the keys.
    Keys,
    Nothing,
}

fn asked(only: &Only, shape: &dyn Shape, item: &Item) -> Asked {
    if only.is_empty() || only.ids.contains(&item.id) {
        return Asked::All;
    }
    match shape.key(item) {
        Some(key) if only.keys.contains(&key) => Asked::All,
        Some(_) => Asked::Nothing,
        // Only its content tells. A row without a key that can be one is none of those that were named.
        None if only.keys.is_empty() || item.content.is_none() => Asked::Nothing,
        None => Asked::Keys,
    }
}

/// The documents of an item that the run is about.
struct Wanted {
    /// Its id.
    item: Arc<str>,
    documents: Box<dyn Documents>,
    /// What is done with them.
    work: fn(Mapped) -> Work,
    /// If so, only those with one of its keys.
    only: Option<Arc<Only>>,
    has_failures: bool,
    ended: bool,
    cut: Option<Cut>,
}

/// What the end of an item says.
struct End {
    /// That it was read whole, if no failure hides some of its documents; nothing if only some of them were asked for, or if it is
    /// gone.
    sighting: Option<Sighting>,
    cut: Option<Cut>,
}

/// Why an item ended before its end although nothing failed: it is being deleted or written by others while it is read. What
/// becomes of it is for the next run to find.
struct Cut {
    item: Arc<str>,
    message: &'static str,
    details: String,
    /// The next run has to read it; else it is gone.
    again: bool,
}

impl Wanted {
    fn new(
        item: Arc<str>,
        documents: Box<dyn Documents>,
        work: fn(Mapped) -> Work,
        only: Option<Arc<Only>>,
    ) -> Self {
        Self { item, documents, work, only, has_failures: false, ended: false, cut: None }
    }

    /// The next entry; `None` at the end. Only what concerns the whole source is an error: what concerns the item is an entry.
    async fn next(&mut self, reading: &str) -> Result<Option<Entry>, SourceError> {
        while !self.ended {
            let next = match self.documents.next().await {
                Ok(next) => next,
                Err(SourceError::Missing(details)) => {
                    self.cut(GONE, details, false);
                    return Ok(None);
                }
                Err(SourceError::Changed(details)) => {
                    self.cut(IN_CHANGE, details, true);
                    return Ok(None);
                }
                Err(error) => {
                    self.ended = true;
                    self.has_failures = true;
                    let error = unreadable(&self.item, reading, error)?;
                    return Ok(Some(self.entry(Work::Failed(error))));
                }
            };
            let wanted = |key: &String| self.only.as_ref().is_none_or(|only| only.keys.contains(key));
            match next {
                None => self.ended = true,
                Some(Err(error)) if wanted(&error.id) || error.is_passing() => {
                    self.has_failures = true;
                    return Ok(Some(self.entry(Work::Failed(error))));
                }
                Some(Ok(mapped)) if wanted(&mapped.key) => {
                    return Ok(Some(self.entry((self.work)(mapped))));
                }
                // Nobody asked for it. What fails without a key was reported by the run that read everything; counted here,
                // it would keep those that were asked for from ever being done.
                Some(Ok(_) | Err(_)) => {}
            }
        }
        Ok(None)
    }

    fn cut(&mut self, message: &'static str, details: String, again: bool) {
        self.ended = true;
        self.cut = Some(Cut { item: Arc::clone(&self.item), message, details, again });
    }

    fn end(self) -> End {
        let (item, is_whole) = (self.item.to_string(), self.only.is_none());
        let sighting = match &self.cut {
            Some(cut) if !cut.again => None,
            None if !self.has_failures => Some(Sighting::Read(item)),
            Some(_) | None => Some(Sighting::There(item)),
        };
        End { sighting: sighting.filter(|_| is_whole), cut: self.cut }
    }

    fn entry(&self, work: Work) -> Entry {
        Entry { item: Arc::clone(&self.item), work }
    }
}

/// A small item.
struct Collected {
    /// What was made ahead.
    entries: Vec<Entry>,
    /// What is left of it.
    rest: Wanted,
}

/// The entries of a small item, or the first of very many.
async fn collect(mut documents: Wanted, reading: Arc<str>) -> Result<Collected, SourceError> {
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while entries.len() < AHEAD_ENTRIES_MAX && bytes < AHEAD_BYTES_MAX {
        let Some(entry) = documents.next(&reading).await? else { break };
        bytes += entry.bytes();
        entries.push(entry);
    }
    Ok(Collected { entries, rest: documents })
}

/// Said of an item that was listed and is not there when it is read.
const GONE: &str = "Document was deleted before it could be read";
/// And of one that is being written.
const IN_CHANGE: &str = "Document was changed while it was read, and will be read again by the next run";

/// What an item that cannot be read to its end is reported as. Refused credentials concern the whole source.
fn unreadable(id: &str, reading: &str, error: SourceError) -> Result<ItemError, SourceError> {
    let (status, details) = match error {
        SourceError::Transient(details) | SourceError::Changed(details) => (503, details),
        SourceError::Missing(details) => (404, details),
        SourceError::Broken(details) => (500, details),
        error @ (SourceError::Credentials(_) | SourceError::Stopped) => return Err(error),
    };
    Ok(ItemError {
        id: id.to_owned(),
        status,
        message: "Could not read document".to_owned(),
        details: Some(details),
        name: reading.to_owned(),
        link: Some(READING_LINK.to_owned()),
    })
}
