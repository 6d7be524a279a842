//! What an engine is made of ([`Parts`]) and how it is set ([`Settings`]).

use std::sync::Arc;
use std::time::Duration;

use lazuli_platform::clock::{Clock, SystemClock};
use lazuli_platform::files::{DiskFiles, Files};
use lazuli_platform::pool::Pool;
use lazuli_platform::random::{OsRandom, Random};

/// The outside world as the engine sees it.
#[derive(Clone)]
pub struct Parts {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for identities.
    pub random: Arc<dyn Random>,
    /// The file layer of the derived indexes (the stores are SQLite's).
    pub files: Arc<dyn Files>,
    /// Threads for checkpoints and other work beside requests.
    pub pool: Arc<Pool>,
}

impl Parts {
    /// The real ones.
    pub fn real() -> Self {
        Self {
            clock: Arc::new(SystemClock::default()),
            random: Arc::new(OsRandom),
            files: Arc::new(DiskFiles),
            pool: Arc::new(Pool::new("background", 2)),
        }
    }
}

/// When a write becomes visible to queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// A query that comes after the acknowledgement sees the write.
    Immediate,
    /// Queries see a write so much later, as with the real service (rehearsal for tests).
    Eventual(Duration),
}

/// Limits and delays. Sizes in bytes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// See [`Visibility`].
    pub visibility: Visibility,
    /// Acknowledged but unapplied work an index may have; a batch waits while there is more (design.md §4.3).
    pub backlog_bytes_max: usize,
    /// The same as estimated time to apply it, without the batch that asks for admission.
    pub backlog_time_max: Duration,
    /// The same while somebody is searching the index: a query waits for what was acknowledged before it.
    pub backlog_time_max_searched: Duration,
    /// How long a query waits for writes acknowledged before it, and a batch for admission.
    pub wait_max: Duration,
    /// Memory of one open index writer.
    pub writer_bytes: usize,
    /// Deletions that a writer keeps, some 150 bytes each, before a commit applies them.
    pub deletions_max: usize,
    /// Index writers open at once over all indexes; more indexes that are written to take turns.
    pub writers_max: usize,
    /// A turn, while others wait for theirs.
    pub writer_turn: Duration,
    /// Files of the derived index up to this size are held in memory until a checkpoint.
    pub ram_file_bytes_max: usize,
    /// An index with so many unpublished bytes in memory is checkpointed.
    pub checkpoint_bytes: u64,
    /// An index with unpublished writes this old is checkpointed.
    pub checkpoint_age: Duration,
    /// An index not written to for so long is checkpointed and its writer closed.
    pub idle_writer: Duration,
    /// An index not used for so long is closed.
    pub idle_index: Duration,
    /// Indexes open at once; fewer where the process may open few files. The least recently used are closed.
    pub open_indexes_max: usize,
    /// Unpublished files of all indexes together; above it checkpoints are forced, half above it admission waits.
    pub memory_budget: u64,
    /// Checksums of files up to this sum are compared before an index answers; above it in the background.
    pub verify_at_open_bytes: u64,
    /// Memory for answers of filters that are asked again and again, over all indexes; 0 keeps none.
    pub filter_cache_bytes: usize,
    /// Such answers are kept for segments of at least so many documents.
    pub filter_cache_documents_min: u32,
}

impl Default for Settings {
    fn default() -> Self {
        const MB: u64 = 1 << 20;
        Self {
            visibility: Visibility::Immediate,
            backlog_bytes_max: 64 * MB as usize,
            backlog_time_max: Duration::from_millis(150),
            backlog_time_max_searched: Duration::from_millis(15),
            wait_max: Duration::from_secs(30),
            writer_bytes: 48 * MB as usize,
            deletions_max: 200_000,
            writers_max: 32,
            writer_turn: Duration::from_secs(1),
            ram_file_bytes_max: 8 * MB as usize,
            checkpoint_bytes: 32 * MB,
            checkpoint_age: Duration::from_secs(20),
            idle_writer: Duration::from_secs(3),
            idle_index: Duration::from_secs(300),
            open_indexes_max: 256,
            memory_budget: 1024 * MB,
            verify_at_open_bytes: 256 * MB,
            filter_cache_bytes: 64 * MB as usize,
            filter_cache_documents_min: 4096,
        }
    }
}
