//! Moving the write-ahead log into the database file without holding up acknowledgements.
//!
//! SQLite would do this within the commit that crosses a limit, and that commit would wait for the whole copy and two
//! more syncs. Here a short-lived thread copies beside the writer whenever the log has grown by a step. Under steady
//! writing that copy is never complete, so above a second limit the writer finishes it between two groups; what is
//! left for it then is what arrived since the last step.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use crate::connection::{self, Access, BUSY_TIMEOUT};
use crate::error::StoreError;
use crate::options::StoreOptions;
use crate::schema::PAGE_BYTES;

/// How long the writer waits for readers when it wants to reuse the log; they hold it for single statements.
const RESTART_WAIT: Duration = Duration::from_millis(20);

/// A checkpoint needs no pages kept.
const CACHE_BYTES: usize = 256 << 10;

/// Decides after each commit whether to checkpoint, and how.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    path: PathBuf,
    step_bytes: u64,
    wal_bytes_max: u64,
    /// Size of the log when the last checkpoint began.
    begun_at: u64,
    /// The size above which the writer next tries to reuse the log.
    restart_at: u64,
    wal_pages: Arc<AtomicU64>,
    under_way: Arc<AtomicBool>,
}

impl Checkpoints {
    /// Watches the log of the writer's connection.
    pub(crate) fn watch(
        connection: &mut Connection,
        path: PathBuf,
        options: &StoreOptions,
    ) -> Result<Self, StoreError> {
        let wal_pages = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&wal_pages);
        connection.wal_hook(Some(move |_wal: &mut rusqlite::hooks::Wal, pages: i32| {
            seen.store(u64::from(pages.unsigned_abs()), Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(Self {
            path,
            step_bytes: options.checkpoint_bytes,
            wal_bytes_max: options.wal_bytes_max,
            begun_at: 0,
            restart_at: options.wal_bytes_max,
            wal_pages,
            under_way: Arc::new(AtomicBool::new(false)),
        })
    }

    /// To be called between two groups.
    pub(crate) fn after_commit(&mut self, connection: &Connection) {
        let wal_bytes = self.wal_pages.load(Ordering::Relaxed) * PAGE_BYTES;
        if wal_bytes < self.begun_at {
            // The log was reused from its start.
            self.begun_at = 0;
            self.restart_at = self.wal_bytes_max;
        }
        if self.under_way.load(Ordering::Acquire) {
            return;
        }
        if wal_bytes >= self.restart_at {
            self.restart(connection, wal_bytes);
        } else if wal_bytes >= self.begun_at + self.step_bytes {
            self.begun_at = wal_bytes;
            self.copy_beside();
        }
    }

    fn restart(&mut self, connection: &Connection, wal_bytes: u64) {
        let restarted = connection
            .busy_timeout(RESTART_WAIT)
            .map_err(StoreError::from)
            .and_then(|()| run(connection, "RESTART"))
            .and_then(|complete| {
                connection.busy_timeout(BUSY_TIMEOUT).map(|()| complete).map_err(StoreError::from)
            });
        match restarted {
            Ok(true) => {}
            Ok(false) => self.restart_at = wal_bytes + self.step_bytes,
            Err(error) => {
                tracing::warn!(path = %self.path.display(), error = ?error, "a checkpoint failed");
                self.restart_at = wal_bytes + self.step_bytes;
            }
        }
    }

    fn copy_beside(&self) {
        self.under_way.store(true, Ordering::Release);
        let (path, under_way) = (self.path.clone(), Arc::clone(&self.under_way));
        let copy = move || {
            let result = connection::open(&path, Access::Write, CACHE_BYTES)
                .and_then(|connection| run(&connection, "PASSIVE"));
            if let Err(error) = result {
                // Nothing is lost: the log keeps what could not be copied, and the next step tries again.
                tracing::warn!(path = %path.display(), error = ?error, "a checkpoint failed");
            }
            under_way.store(false, Ordering::Release);
        };
        let spawned = std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn(copy);
        if let Err(error) = spawned {
            tracing::warn!(%error, "the thread for a checkpoint could not be started");
            self.under_way.store(false, Ordering::Release);
        }
    }
}

/// Runs a checkpoint; true if everything in the log was copied and, unless passive, the log is free for reuse.
pub(crate) fn run(connection: &Connection, mode: &str) -> Result<bool, StoreError> {
    let (busy, log, copied): (i64, i64, i64) =
        connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    Ok(busy == 0 && log == copied)
}
