//! The store of one index's documents.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use rusqlite::{Connection, params};

use crate::check;
use crate::error::StoreError;
use crate::log_readers::{LogReader, LogReaders};
use crate::options::StoreOptions;
use crate::purge;
use crate::readers::Readers;
use crate::row::{self, Row, seq_to_sql};
use crate::schema::{self, Facts, Kind};
use crate::transaction::{NEWEST, Transaction};
use crate::wal;
use crate::writer::{Done, Task, Work, Writer};

/// One SQLite file with every version of the documents of one index that may still be wanted.
///
/// Reads run on the calling thread and wait for nobody. Writes are queued for one committing writer, whose thread
/// exists only while there is work. Dropping the store finishes what is queued.
#[derive(Debug)]
pub struct DocumentStore {
    path: PathBuf,
    identity: u128,
    published: Arc<Published>,
    readers: Readers,
    log_readers: LogReaders,
    writer: Writer,
}

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreStatistics {
    /// Keys whose newest row is a document.
    pub documents: u64,
    /// Bytes of body and vectors of those rows.
    pub bytes: u64,
    /// Bytes on disk: the database and its write-ahead log.
    pub file_bytes: u64,
}

/// The facts as of the last commit, readable without a lock.
#[derive(Debug, Default)]
pub(crate) struct Published {
    last_seq: AtomicU64,
    purge_floor: AtomicU64,
    documents: AtomicU64,
    bytes: AtomicU64,
}

impl Published {
    pub(crate) fn publish(&self, facts: &Facts) {
        self.documents.store(facts.documents, Ordering::Release);
        self.bytes.store(facts.bytes, Ordering::Release);
        self.purge_floor.store(facts.purge_floor, Ordering::Release);
        self.last_seq.store(facts.last_seq, Ordering::Release);
    }
}

impl DocumentStore {
    /// Makes a new store; fails if the file exists. The file and its name are durable when this returns.
    pub fn create(path: &Path, options: &StoreOptions) -> Result<Self, StoreError> {
        schema::create(path, Kind::Documents, options)?;
        Self::open(path, options)
    }

    /// Opens an existing store. The process must be the only one, and this the only handle of it.
    pub fn open(path: &Path, options: &StoreOptions) -> Result<Self, StoreError> {
        wal::check(path)?;
        let readers = Readers::new(path.to_path_buf(), options.reader_cache_bytes, options.readers_kept_max);
        let facts = readers.with(|connection| schema::recognise(connection, Kind::Documents))?;
        // A connection takes some 180 KB; whoever opens hundreds of stores at start need not pay for them yet.
        readers.close_idle();
        let published = Arc::new(Published::default());
        published.publish(&facts);
        let writer = Writer::new(path.to_path_buf(), options.clone(), Arc::clone(&published));
        Ok(Self {
            path: path.to_path_buf(),
            identity: facts.identity,
            published,
            readers,
            log_readers: LogReaders::default(),
            writer,
        })
    }

    /// A random number made when the store was created: another store, or one made anew, has another.
    pub fn identity(&self) -> u128 {
        self.identity
    }

    /// The newest committed sequence number; 0 before the first write.
    pub fn last_seq(&self) -> u64 {
        self.published.last_seq.load(Ordering::Acquire)
    }

    /// Rows that were superseded at or below this sequence number may be gone, and so may deletions. Who reads the
    /// log from below it misses deletions.
    pub fn purge_floor(&self) -> u64 {
        self.published.purge_floor.load(Ordering::Acquire)
    }

    /// Counts as of the last commit. Costs two atomic loads and two looks at file sizes.
    pub fn statistics(&self) -> StoreStatistics {
        let size = |path: &Path| fs_err::metadata(path).map_or(0, |metadata| metadata.len());
        StoreStatistics {
            documents: self.published.documents.load(Ordering::Acquire),
            bytes: self.published.bytes.load(Ordering::Acquire),
            file_bytes: size(&self.path) + size(&wal::path_of(&self.path)),
        }
    }

    /// Queues work of about `weight_bytes` for the writer. Everything queued up is committed as one group with one
    /// sync; `work` runs on the writer's thread at most once, and if it fails only its own writes are taken back.
    /// `done` is called on that thread after the commit, in the order of submission, so that the order of sequence
    /// numbers is the order of calls. It may submit more, but must not wait for it.
    pub fn submit(&self, weight_bytes: usize, work: Work, done: Done) {
        self.writer.submit(Task::Grouped { weight_bytes, work }, done);
    }

    /// [`submit`](Self::submit) and wait: returns when the work is durable. Not to be called from a `done`.
    pub fn write<T: Send + 'static>(
        &self,
        weight_bytes: usize,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (keep, kept) = mpsc::channel();
        let work: Work = Box::new(move |transaction| {
            // The receiver lives until this function returns.
            let _ = keep.send(work(transaction)?);
            Ok(())
        });
        self.wait(Task::Grouped { weight_bytes, work })?;
        kept.recv().map_err(|_gone| StoreError::Closed)
    }

    /// The newest row of a key, also if it is a deletion.
    pub fn newest(&self, key: &str) -> Result<Option<Row>, StoreError> {
        self.readers.with(|connection| one(connection, NEWEST, key))
    }

    /// The row of a sequence number.
    pub fn get(&self, seq: u64) -> Result<Option<Row>, StoreError> {
        self.readers.with(|connection| one(connection, BY_SEQ, seq_to_sql(seq)))
    }

    /// The rows of these sequence numbers, in the order asked, all as of one moment, until `bytes_max` bytes of body and
    /// vectors are together: the rest is left out.
    pub fn get_many(&self, seqs: &[u64], bytes_max: u64) -> Result<Vec<Option<Row>>, StoreError> {
        self.readers.with(|connection| {
            connection.prepare_cached("BEGIN")?.execute([])?;
            let rows = first_rows(connection, seqs, bytes_max);
            connection.prepare_cached("COMMIT")?.execute([])?;
            rows
        })
    }

    /// Rows above `after`, ascending, until `rows_max` rows or `bytes_max` bytes of body and vectors are together; at
    /// least one if there is one. A long scan calls this again with the last `seq`: between the calls nothing is held.
    pub fn scan(&self, after: u64, rows_max: usize, bytes_max: usize) -> Result<Vec<Row>, StoreError> {
        self.readers.with(|connection| {
            let mut statement = connection.prepare_cached(ABOVE)?;
            let mut found = statement.query([seq_to_sql(after)])?;
            let mut rows = Vec::new();
            let mut bytes = 0;
            while rows.len() < rows_max.max(1) && bytes < bytes_max.max(1) as u64 {
                let Some(row) = found.next()? else { break };
                let row = row::from_sql(row)?;
                bytes += row.bytes();
                rows.push(row);
            }
            Ok(rows)
        })
    }

    /// Removes about `rows_max` rows that were superseded at or below `horizon`, and deletions at or below it; raises
    /// [`purge_floor`](Self::purge_floor). Registered readers hold it back. Returns how many rows went; none means
    /// that nothing is left to remove.
    pub fn purge(&self, horizon: u64, rows_max: usize) -> Result<usize, StoreError> {
        let log_readers = self.log_readers.clone();
        self.alone(move |connection, facts| {
            // Held until the rows are gone: who registers meanwhile waits, and then sees the new floor.
            let positions = log_readers.lock();
            let horizon = positions.oldest().map_or(horizon, |oldest| oldest.min(horizon));
            purge::purge(connection, facts, horizon, rows_max)
        })
    }

    /// Announces that somebody has read the log up to `from_seq` and will read on: no row superseded above that is
    /// purged while the guard lives. What was purged before, [`purge_floor`](Self::purge_floor) tells afterwards.
    pub fn register_reader(&self, from_seq: u64) -> LogReader {
        self.log_readers.register(from_seq)
    }

    /// A small value kept beside the documents.
    pub fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.readers.with(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT name, value, crc FROM meta WHERE name = ?1")?;
            let mut rows = statement.query([name])?;
            rows.next()?.map(row::meta_from_sql).transpose()
        })
    }

    /// Sets a small value, durably.
    pub fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.alone(move |connection, _facts| {
            let crc = row::meta_checksum(&name, &value);
            let mut statement =
                connection.prepare_cached("INSERT OR REPLACE INTO meta VALUES(?1, ?2, ?3)")?;
            statement.execute(params![name, value, crc])?;
            Ok(())
        })
    }

    /// Reads everything and compares: structure, checksums, counts. Takes as long as reading the file, and the
    /// write-ahead log cannot be reused meanwhile. An index entry lost to a flipped bit shows only here; damaged rows
    /// also show whenever they are read.
    pub fn check(&self) -> Result<(), StoreError> {
        self.readers.with(|connection| {
            connection.execute_batch("BEGIN")?;
            check::documents(connection)?;
            Ok(connection.execute_batch("COMMIT")?)
        })
    }

    /// Lets go of connections and, once it is done, the writer's thread. Everything comes back when needed.
    pub fn idle_close(&self) {
        self.readers.close_idle();
        self.writer.close_idle();
    }

    /// Finishes what is queued, moves the write-ahead log into the file and closes. Dropping the store does the same.
    pub fn close(self) {
        drop(self);
    }

    /// Runs work in a transaction of its own and waits until it is durable.
    fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &mut Facts) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (keep, kept) = mpsc::channel();
        let task = Task::Alone(Box::new(move |connection, facts| {
            // The receiver lives until this function returns.
            let _ = keep.send(work(connection, facts)?);
            Ok(())
        }));
        self.wait(task)?;
        kept.recv().map_err(|_gone| StoreError::Closed)
    }

    fn wait(&self, task: Task) -> Result<(), StoreError> {
        let (tell, told) = mpsc::channel();
        let done: Done = Box::new(move |outcome| {
            let _ = tell.send(outcome);
        });
        self.writer.submit(task, done);
        told.recv().map_err(|_gone| StoreError::Closed)?
    }
}

impl Drop for DocumentStore {
    fn drop(&mut self) {
        self.writer.close();
        self.readers.close_idle();
    }
}

const BY_SEQ: &str = "SELECT seq, key, body, vectors, crc FROM documents WHERE seq = ?1";
const ABOVE: &str = "SELECT seq, key, body, vectors, crc FROM documents WHERE seq > ?1 ORDER BY seq";

fn first_rows(connection: &Connection, seqs: &[u64], bytes_max: u64) -> Result<Vec<Option<Row>>, StoreError> {
    let mut rows = Vec::with_capacity(seqs.len());
    let mut bytes = 0;
    for seq in seqs {
        if bytes >= bytes_max {
            break;
        }
        let row = one(connection, BY_SEQ, seq_to_sql(*seq))?;
        bytes += row.as_ref().map_or(0, Row::bytes);
        rows.push(row);
    }
    Ok(rows)
}

fn one(
    connection: &Connection,
    sql: &str,
    parameter: impl rusqlite::ToSql,
) -> Result<Option<Row>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([parameter])?;
    match rows.next()? {
        Some(row) => row::from_sql(row).map(Some),
        None => Ok(None),
    }
}
