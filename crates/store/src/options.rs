//! Settings and components of a store.

use std::sync::Arc;
use std::time::Duration;

use lazuli_platform::random::{OsRandom, Random};

/// How a store works. The defaults suit a server with hundreds of indexes.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Where the identity of a new store comes from.
    pub random: Arc<dyn Random>,
    /// Queued work is committed in groups of at most about this many bytes.
    pub group_bytes_max: usize,
    /// Page cache of the committing writer.
    pub writer_cache_bytes: usize,
    /// Page cache of each connection that reads.
    pub reader_cache_bytes: usize,
    /// Connections kept open for reading; more are opened when more threads read at once, and closed after.
    pub readers_kept_max: usize,
    /// The writer's thread and connection end after this long without work.
    pub writer_idle: Duration,
    /// A checkpoint of the write-ahead log starts beside the writer when the log has grown by this much.
    pub checkpoint_bytes: u64,
    /// Above this size the write-ahead log is copied until it can be reused from its start; it may grow to about twice
    /// this meanwhile.
    pub wal_bytes_max: u64,
    /// The database file may not grow beyond this; work that needs more fails with
    /// [`StoreError::Full`](crate::StoreError::Full). `None` leaves it to the disk.
    pub database_bytes_max: Option<u64>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            random: Arc::new(OsRandom),
            group_bytes_max: 16 << 20,
            writer_cache_bytes: 16 << 20,
            reader_cache_bytes: 2 << 20,
            readers_kept_max: 4,
            writer_idle: Duration::from_secs(10),
            checkpoint_bytes: 32 << 20,
            wal_bytes_max: 128 << 20,
            database_bytes_max: None,
        }
    }
}
