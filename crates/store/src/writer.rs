//! The one writer of a database: whatever has queued up is committed as one group, with one sync.
//!
//! The thread and its connection exist only while there is something to write and for a while after.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use lazuli_platform::pool::{self, Panicked};
use rusqlite::Connection;

use crate::checkpoint::{self, Checkpoints};
use crate::connection::{self, Access};
use crate::documents::Published;
use crate::error::StoreError;
use crate::options::StoreOptions;
use crate::schema::{self, Facts, Kind, PAGE_BYTES};
use crate::transaction::Transaction;

/// The caller's part of a group. Runs on the writer's thread, at most once; if it returns an error, or panics, its own
/// writes are taken back and the rest of the group goes on.
pub type Work = Box<dyn FnOnce(&mut Transaction<'_>) -> Result<(), StoreError> + Send>;

/// Called on the writer's thread once the fate of the work is sealed: after the commit, in the order of submission.
pub type Done = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Work that has a transaction to itself and may change anything.
pub(crate) type Alone = Box<dyn FnOnce(&Connection, &mut Facts) -> Result<(), StoreError> + Send>;

pub(crate) enum Task {
    Grouped { weight_bytes: usize, work: Work },
    Alone(Alone),
}

struct Job {
    task: Task,
    done: Done,
}

/// Hands jobs to the writer's thread, starting it when there is none.
pub(crate) struct Writer {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    options: StoreOptions,
    published: Arc<Published>,
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    thread: Option<JoinHandle<()>>,
    running: bool,
    /// The thread is to end as soon as it finds the queue empty.
    hurry: bool,
    closed: bool,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn new(path: PathBuf, options: StoreOptions, published: Arc<Published>) -> Self {
        let (queue, wake) = (Mutex::default(), Condvar::new());
        Self { shared: Arc::new(Shared { path, options, published, queue, wake }) }
    }

    pub(crate) fn submit(&self, task: Task, done: Done) {
        let mut queue = self.shared.lock();
        if queue.closed {
            drop(queue);
            return done(Err(StoreError::Closed));
        }
        queue.jobs.push_back(Job { task, done });
        if queue.running {
            drop(queue);
            self.shared.wake.notify_one();
        } else {
            self.start(queue);
        }
    }

    fn start(&self, mut queue: MutexGuard<'_, Queue>) {
        let shared = Arc::clone(&self.shared);
        match std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || shared.work()) {
            Ok(thread) => {
                queue.running = true;
                queue.thread = Some(thread);
            }
            Err(error) => {
                let error = StoreError::from(error);
                let jobs = std::mem::take(&mut queue.jobs);
                drop(queue);
                jobs.into_iter().for_each(|job| (job.done)(Err(error.for_another())));
            }
        }
    }

    /// Lets the thread and its connection go once everything queued is done.
    pub(crate) fn close_idle(&self) {
        let mut queue = self.shared.lock();
        queue.hurry = queue.running;
        drop(queue);
        self.shared.wake.notify_one();
    }

    /// Waits until everything queued is done; what comes after is refused.
    pub(crate) fn close(&self) {
        let mut queue = self.shared.lock();
        queue.closed = true;
        let thread = queue.thread.take();
        drop(queue);
        self.shared.wake.notify_one();
        // The last reference to a store may go in one of its own callbacks.
        if let Some(thread) = thread
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut session = None;
        // After an error of the system the file is not trusted to agree with what we remember.
        let mut suspicious = false;
        loop {
            let group = self.next_group();
            if group.is_empty() {
                if let Some(session) = session.take() {
                    Session::close(session, &self.path);
                }
                let mut queue = self.lock();
                queue.hurry = false;
                if queue.jobs.is_empty() {
                    queue.running = false;
                    return;
                }
                continue;
            }
            match self.session(&mut session, suspicious) {
                Ok(open) => {
                    let failure = self.commit(open, group);
                    suspicious = matches!(failure, Some(StoreError::Io(_) | StoreError::Corrupt { .. }));
                }
                Err(error) => group.into_iter().for_each(|job| self.call(job.done, Err(error.for_another()))),
            }
            if suspicious {
                session = None;
            }
        }
    }

    /// Jobs to commit together; none when the thread has nothing to stay for.
    fn next_group(&self) -> Vec<Job> {
        let waits = |queue: &mut Queue| queue.jobs.is_empty() && !queue.closed && !queue.hurry;
        let (mut queue, _timeout) = self
            .wake
            .wait_timeout_while(self.lock(), self.options.writer_idle, waits)
            .unwrap_or_else(PoisonError::into_inner);
        let mut group = Vec::new();
        let mut bytes = 0;
        while let Some(job) = queue.jobs.front() {
            match job.task {
                Task::Alone(_) if group.is_empty() => {
                    group.extend(queue.jobs.pop_front());
                    break;
                }
                Task::Alone(_) => break,
                Task::Grouped { weight_bytes, .. } => {
                    bytes += weight_bytes;
                    if bytes > self.options.group_bytes_max && !group.is_empty() {
                        break;
                    }
                    group.extend(queue.jobs.pop_front());
                }
            }
        }
        group
    }

    fn session<'a>(
        &self,
        session: &'a mut Option<Session>,
        suspicious: bool,
    ) -> Result<&'a mut Session, StoreError> {
        match session {
            Some(open) => Ok(open),
            None => {
                let open = Session::open(&self.path, &self.options, suspicious)?;
                self.published.publish(&open.facts);
                Ok(session.insert(open))
            }
        }
    }

    /// Commits the group and tells everyone; returns the error if the group failed as a whole.
    fn commit(&self, session: &mut Session, group: Vec<Job>) -> Option<StoreError> {
        let (tasks, dones): (Vec<Task>, Vec<Done>) =
            group.into_iter().map(|job| (job.task, job.done)).unzip();
        let (outcomes, failure) = session.commit(tasks);
        self.published.publish(&session.facts);
        for (done, outcome) in dones.into_iter().zip(outcomes) {
            self.call(done, outcome);
        }
        session.checkpoints.after_commit(&session.connection);
        failure
    }

    fn call(&self, done: Done, outcome: Result<(), StoreError>) {
        // A panic is logged by `catch`; it belongs to whoever waits for this one call.
        let _ = pool::catch(|| done(outcome));
    }
}

/// The writer's connection and what it knows.
struct Session {
    connection: Connection,
    facts: Facts,
    checkpoints: Checkpoints,
}

impl Session {
    fn open(path: &Path, options: &StoreOptions, suspicious: bool) -> Result<Self, StoreError> {
        let mut connection = connection::open(path, Access::Write, options.writer_cache_bytes)?;
        let checkpoints = Checkpoints::watch(&mut connection, path.to_path_buf(), options)?;
        if let Some(bytes) = options.database_bytes_max {
            connection.pragma_update(None, "max_page_count", (bytes / PAGE_BYTES).max(1).cast_signed())?;
        }
        if suspicious && !checkpoint::run(&connection, "TRUNCATE")? {
            // A failed sync may have left bytes in the log that look stored and are not on the medium. Nothing is
            // built on them before they have been copied and synced.
            return Err(StoreError::Busy);
        }
        let facts = schema::recognise(&connection, Kind::Documents)?;
        Ok(Self { connection, facts, checkpoints })
    }

    /// Moves the log into the file, so that the next start has nothing to recover.
    fn close(self, path: &Path) {
        if let Err(error) = checkpoint::run(&self.connection, "TRUNCATE") {
            tracing::warn!(path = %path.display(), error = ?error, "the last checkpoint of a store failed");
        }
    }

    /// Runs the tasks in one transaction; an outcome for each, and the error if nothing of it was committed.
    fn commit(&mut self, tasks: Vec<Task>) -> (Vec<Result<(), StoreError>>, Option<StoreError>) {
        let count = tasks.len();
        let before = self.facts;
        let mut outcomes = Vec::with_capacity(count);
        let Err(failure) = self.try_commit(tasks, &mut outcomes) else { return (outcomes, None) };
        self.facts = before;
        if !self.connection.is_autocommit() {
            // Should this fail too, the connection is replaced or the next BEGIN says so.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        outcomes.resize_with(count, || Ok(()));
        for outcome in &mut outcomes {
            if outcome.is_ok() {
                *outcome = Err(failure.for_another());
            }
        }
        (outcomes, Some(failure))
    }

    fn try_commit(
        &mut self,
        tasks: Vec<Task>,
        outcomes: &mut Vec<Result<(), StoreError>>,
    ) -> Result<(), StoreError> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let before = self.facts;
        for task in tasks {
            let outcome = match task {
                Task::Grouped { work, .. } => self.run_grouped(work)?,
                Task::Alone(work) => Ok(flatten(pool::catch(|| work(&self.connection, &mut self.facts)))?),
            };
            outcomes.push(outcome);
        }
        if self.facts != before {
            self.facts.save(&self.connection)?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    /// Runs one work; the inner result is its own, the outer one that of the whole group.
    fn run_grouped(&mut self, work: Work) -> Result<Result<(), StoreError>, StoreError> {
        let before = self.facts;
        let mut transaction = Transaction::new(&self.connection, &mut self.facts);
        let outcome = flatten(pool::catch(|| work(&mut transaction)));
        match (transaction.into_failure(), outcome) {
            // The transaction as a whole is in doubt: with a full disk, or a failing one, SQLite has given it up.
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => {
                self.take_back(before)?;
                Ok(Err(error))
            }
            (None, Ok(())) => Ok(Ok(())),
        }
    }

    /// Undoes one work. Work only appends, so its writes are the rows above where it began; a savepoint would do the
    /// same but copies every page before it changes.
    fn take_back(&mut self, before: Facts) -> Result<(), StoreError> {
        for sql in ["DELETE FROM documents WHERE seq > ?1", "DELETE FROM superseding WHERE seq > ?1"] {
            self.connection.prepare_cached(sql)?.execute([crate::row::seq_to_sql(before.last_seq)])?;
        }
        self.facts = before;
        Ok(())
    }
}

fn flatten(result: Result<Result<(), StoreError>, Panicked>) -> Result<(), StoreError> {
    result.unwrap_or_else(|panicked| Err(StoreError::WorkFailed(Box::new(panicked))))
}
