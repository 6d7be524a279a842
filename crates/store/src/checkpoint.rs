//! Moving the write-ahead log into the database file without holding up acknowledgements.
//!
//! SQLite would do this within the commit that crosses a limit, and that commit would wait for the whole copy and two
//! more syncs. Here a short-lived thread copies beside the writer whenever the log has grown by a step. Under steady
//! writing such a copy never catches up, and the log can be reused from its start only when nothing in it is left to
//! copy. So above a limit the thread copies again and again, each time what arrived during the copy before, until the
//! rest is small enough for the writer to finish between two groups.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::connection::{self, Access, BUSY_TIMEOUT};
use crate::error::StoreError;
use crate::options::StoreOptions;
use crate::schema::PAGE_BYTES;

/// How long the writer waits for readers to have the log reused; they hold it for single statements.
const FINISH_WAIT: Duration = Duration::from_millis(20);

/// What the writer copies itself: a few milliseconds.
const FINISH_BYTES: u64 = 4 << 20;

/// A checkpoint needs no pages kept.
const CACHE_BYTES: usize = 256 << 10;

/// Decides after each commit whether to checkpoint, and how.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    path: PathBuf,
    step_bytes: u64,
    wal_bytes_max: u64,
    /// Everything in the log up to this size was copied, or is being copied now.
    copied_bytes: u64,
    /// The size above which the writer next tries to have the log reused.
    finish_at: u64,
    wal_pages: Arc<AtomicU64>,
    copying: Option<JoinHandle<()>>,
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
            copied_bytes: 0,
            finish_at: options.wal_bytes_max,
            wal_pages,
            copying: None,
        })
    }

    /// To be called between two groups.
    pub(crate) fn after_commit(&mut self, connection: &Connection) {
        let wal_bytes = self.wal_pages.load(Ordering::Relaxed) * PAGE_BYTES;
        if wal_bytes < self.copied_bytes {
            // The log was reused from its start.
            (self.copied_bytes, self.finish_at) = (0, self.wal_bytes_max);
        }
        let far_too_large = wal_bytes >= 2 * self.wal_bytes_max;
        if far_too_large {
            // Writing is faster than copying: now it waits.
            self.wait_for_copy();
        }
        let copying = self.copying.as_ref().is_some_and(|copy| !copy.is_finished());
        let rest_bytes = wal_bytes - self.copied_bytes;
        let large = wal_bytes >= self.finish_at;
        if large && (far_too_large || !copying && rest_bytes <= FINISH_BYTES) {
            self.finish(connection, wal_bytes);
        } else if !copying && (large || rest_bytes >= self.step_bytes) {
            self.copied_bytes = wal_bytes;
            self.copy_beside();
        }
    }

    /// Copies the rest and lets the next commit begin the log anew. Should a reader be in the way, this is tried again
    /// some megabytes later.
    fn finish(&mut self, connection: &Connection, wal_bytes: u64) {
        let finished = connection
            .busy_timeout(FINISH_WAIT)
            .map_err(StoreError::from)
            .and_then(|()| run(connection, "RESTART"))
            .and_then(|complete| Ok(connection.busy_timeout(BUSY_TIMEOUT).map(|()| complete)?));
        self.finish_at = wal_bytes + FINISH_BYTES;
        match finished {
            Ok(true) => self.copied_bytes = wal_bytes,
            Ok(false) => {}
            Err(error) => tracing::warn!(path = %self.path.display(), error = ?error, "a checkpoint failed"),
        }
    }

    fn wait_for_copy(&mut self) {
        if let Some(copy) = self.copying.take() {
            // A panic in it has been reported by the panic hook, and the log still has everything.
            let _ = copy.join();
        }
    }

    fn copy_beside(&mut self) {
        let path = self.path.clone();
        let copy = move || {
            let result = connection::open(&path, Access::Write, CACHE_BYTES)
                .and_then(|connection| run(&connection, "PASSIVE"));
            if let Err(error) = result {
                // Nothing is lost: the log keeps what could not be copied, and the next step tries again.
                tracing::warn!(path = %path.display(), error = ?error, "a checkpoint failed");
            }
        };
        match std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn(copy) {
            Ok(thread) => self.copying = Some(thread),
            Err(error) => tracing::warn!(%error, "the thread for a checkpoint could not be started"),
        }
    }
}

impl Drop for Checkpoints {
    /// No thread of the store may have the file open after it is closed.
    fn drop(&mut self) {
        self.wait_for_copy();
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
