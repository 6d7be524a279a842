//! The stories: what a request does, from the crates below joined in order. Each file reads top to bottom.

pub(crate) mod analyze;
pub(crate) mod definitions;
pub(crate) mod documents;
pub(crate) mod indexers;
pub(crate) mod quotas;
pub(crate) mod search;
pub(crate) mod statistics;
pub(crate) mod status;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lazuli_engine::{Engine, Visibility};
use lazuli_ingest::worker;
use lazuli_platform::cancel::{Cancel, CancelOnDrop};
use lazuli_platform::clock::Clock;
use lazuli_platform::files::DiskFiles;
use lazuli_platform::limits::cores;
use lazuli_platform::pool::Pool;
use lazuli_platform::random::Random;
use lazuli_store::vault::Vault;
use lazuli_store::{CatalogStore, StoreOptions};
use metrics_exporter_prometheus::PrometheusHandle;

use self::definitions::Definitions;
use self::quotas::Quotas;
use crate::error::{self, Error};
use crate::http::space::{SPACE_BYTES_MAX, Space};
use crate::keys::Keys;
use crate::metrics;
use crate::settings::{Patience, Settings, Visibility as VisibilitySetting};
use crate::tls::Tls;

/// Longest time an operation that only reads may take; searches have a setting. Ours; the service's is not documented.
const READ_TIME_MAX: Duration = Duration::from_secs(60);

/// Everything a request can reach.
pub(crate) struct App {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) keys: Keys,
    /// Seals the secrets of definitions.
    pub(crate) vault: Arc<Vault>,
    pub(crate) tls: Tls,
    pub(crate) data_dir: PathBuf,
    pub(crate) definitions: Arc<Definitions>,
    /// Runs indexers.
    pub(crate) indexers: Arc<worker::Indexers>,
    /// How long a run of an indexer may take.
    pub(crate) longest_run: Duration,
    /// What the tier allows.
    pub(crate) quotas: Arc<Quotas>,
    /// How long clients may take.
    pub(crate) patience: Patience,
    /// How much large bodies may hold.
    pub(crate) space: Space,
    /// `/metrics` is empty when another recorder was there first.
    pub(crate) metrics: Option<&'static PrometheusHandle>,
    /// Runs what reads a document or a number, so that it does not stand in line behind searches. Short work, but an index
    /// that is closed is opened first: there are more threads than cores.
    readers: Pool,
    /// Runs searches. They may wait there for writes to become visible, so there are more threads than cores.
    searchers: Pool,
    /// How long a search may take, from its arrival on.
    query_timeout: Duration,
    /// Takes the batches apart: pure work, so a thread for each core.
    pub(crate) parsers: Arc<Pool>,
}

/// What an [`App`] is made of.
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) data_dir: PathBuf,
    pub(crate) keys: Keys,
    pub(crate) vault: Arc<Vault>,
    pub(crate) tls: Tls,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl App {
    /// Opens the catalogue and the engine. Indexes are opened when they are touched.
    pub(crate) fn open(parts: Parts) -> Result<App, Box<dyn std::error::Error + Send + Sync>> {
        let Parts { settings, data_dir, keys, vault, tls, clock, random } = parts;
        let engine_parts = lazuli_engine::Parts {
            clock: clock.clone(),
            random: random.clone(),
            files: Arc::new(DiskFiles),
            pool: Arc::new(Pool::new("background", cores())),
        };
        let engine_settings = lazuli_engine::Settings {
            visibility: match settings.visibility {
                VisibilitySetting::Immediate => Visibility::Immediate,
                VisibilitySetting::Eventual(delay) => Visibility::Eventual(delay),
            },
            ..lazuli_engine::Settings::default()
        };
        let engine = Engine::new(data_dir.join("indexes"), engine_parts, engine_settings)?;
        let quotas = Arc::new(Quotas::new(settings.tier, clock.clone()));
        let options = StoreOptions { random: random.clone(), ..StoreOptions::default() };
        let catalog = Arc::new(CatalogStore::open_or_create(&data_dir.join("catalog.db"), &options)?);
        let definitions = Definitions::open(
            catalog.clone(),
            definitions::Parts {
                engine,
                vault: vault.clone(),
                quotas: quotas.clone(),
                clock: clock.clone(),
                random: random.clone(),
                shortest_interval: settings.indexers.shortest_interval,
                folders: settings.indexers.folders.clone(),
            },
        )?;
        let definitions = Arc::new(definitions);
        let parallel = settings.indexers.parallel;
        let indexers = Arc::new(worker::Indexers::new(catalog, clock.clone(), worker::Settings { parallel }));
        let defined = definitions.list::<definitions::Indexers>();
        let defined =
            defined.iter().map(|entry| (entry.name().to_owned(), indexers::terms(&entry.definition)));
        indexers.restore(defined)?;
        definitions.watch_indexers(Arc::new(indexers::Watch(indexers.clone())));
        Ok(App {
            clock,
            random,
            keys,
            vault,
            tls,
            data_dir,
            definitions,
            indexers,
            longest_run: settings.indexers.longest_run,
            quotas,
            patience: settings.patience,
            space: Space::new(SPACE_BYTES_MAX),
            metrics: metrics::install(),
            readers: Pool::new("reader", (4 * cores()).max(8)),
            searchers: Pool::new("searcher", (4 * cores()).max(8)),
            query_timeout: settings.query_timeout,
            parsers: Arc::new(Pool::new("parser", cores())),
        })
    }

    /// Brings everything to rest; blocks.
    pub(crate) fn shutdown(&self) {
        self.definitions.shutdown();
    }

    /// Runs something that only reads; it is told to stop when the client leaves or it takes too long.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Cancel) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        run_within(READ_TIME_MAX, &self.readers, self.clock.clone(), work).await
    }

    /// Runs a search, which the operator may allow another time.
    pub(crate) async fn search<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Cancel) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        run_within(self.query_timeout, &self.searchers, self.clock.clone(), work).await
    }

    /// Jobs that wait for a thread.
    pub(crate) fn waiting(&self) -> usize {
        self.readers.waiting() + self.searchers.waiting() + self.parsers.waiting()
    }
}

/// Runs `work` on a pool. The time counts from now, so it includes the wait for a thread: what nobody waits for any more
/// when its turn comes is not begun.
async fn run_within<T: Send + 'static>(
    limit: Duration,
    pool: &Pool,
    clock: Arc<dyn Clock>,
    work: impl FnOnce(&Cancel) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let cancel = Cancel::with_deadline(clock, limit);
    // Dropped together with this future, which is when the connection is gone.
    let guard: CancelOnDrop = cancel.cancel_on_drop();
    let job = move || {
        let result = cancel.check().map_err(|cause| error::stopped(&cause)).and_then(|()| work(&cancel));
        if let (Err(_), Err(cause)) = (&result, cancel.check()) {
            metrics::stopped(cause);
        }
        result
    };
    let result = pool.run(job).await.map_err(|error| error::job(&error))?;
    guard.disarm();
    result
}

/// Runs something that changes, and that is finished even if the client leaves. It may wait for the disk or for
/// admission, so it has a thread of its own and not one of the pools'.
pub(crate) async fn change<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let outcome = tokio::task::spawn_blocking(move || lazuli_platform::pool::catch(work)).await;
    match outcome {
        Ok(Ok(result)) => result,
        Ok(Err(panicked)) => Err(error::job(&panicked.into())),
        Err(stopped) => Err(error::internal(stopped)),
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::mpsc;
    use std::task::Poll;

    use lazuli_platform::cancel::Stopped;
    use lazuli_platform::clock::ManualClock;

    use super::*;

    /// A job that says that it has begun, works until it is told to stop, and then says why.
    fn endless(says: mpsc::Sender<Option<Stopped>>) -> impl FnOnce(&Cancel) -> Result<(), Error> + Send {
        move |cancel| {
            says.send(None).map_err(error::internal)?;
            loop {
                if let Err(stopped) = cancel.check() {
                    says.send(Some(stopped)).map_err(error::internal)?;
                    return Err(error::stopped(&stopped));
                }
                std::thread::yield_now();
            }
        }
    }

    #[tokio::test]
    async fn work_whose_client_has_left_is_stopped_and_what_waits_behind_it_is_not_begun() {
        let (pool, clock) = (Pool::new("test", 1), Arc::<ManualClock>::default());
        let ((says, said), (begins, begun)) = (mpsc::channel(), mpsc::channel());
        let limit = Duration::from_secs(1);
        let mut running = Box::pin(run_within(limit, &pool, clock.clone(), endless(says)));
        let next = move |_: &Cancel| begins.send(()).map_err(error::internal);
        let mut waiting = Box::pin(run_within(limit, &pool, clock.clone(), next));
        assert!(first_poll(&mut running).await.is_none());
        assert!(first_poll(&mut waiting).await.is_none());
        assert_eq!(said.recv(), Ok(None));
        drop((running, waiting));
        assert_eq!(said.recv(), Ok(Some(Stopped::Cancelled)));
        assert_eq!(pool.run(|| 1).await, Ok(1), "the pool is free again");
        assert_eq!(begun.try_recv(), Err(mpsc::TryRecvError::Disconnected), "the second job has not run");
    }

    #[tokio::test]
    async fn the_wait_for_a_thread_counts() {
        let (pool, clock) = (Pool::new("test", 1), Arc::<ManualClock>::default());
        let (says, said) = mpsc::channel();
        let limit = Duration::from_secs(5);
        let mut running = Box::pin(run_within(limit, &pool, clock.clone(), endless(says)));
        let mut waiting = Box::pin(run_within(limit, &pool, clock.clone(), |_| Ok(())));
        assert!(first_poll(&mut running).await.is_none());
        assert!(first_poll(&mut waiting).await.is_none());
        assert_eq!(said.recv(), Ok(None));
        clock.advance(limit);
        assert_eq!(said.recv(), Ok(Some(Stopped::DeadlineExceeded)));
        assert_eq!((running.await.is_err(), waiting.await.is_err()), (true, true));
    }

    /// What a future answers when it is polled once.
    async fn first_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        poll_fn(|context| match Pin::new(&mut *future).poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }
}
