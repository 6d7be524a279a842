//! The service: doors, HTTP, versions, keys, errors, and the stories that join the crates below.
//!
//! A request comes in by a door ([`listen`]), is read and checked once for all operations ([`http`]), finds its row in
//! the one table of routes ([`routes`]) and ends in a story ([`app`]). [`error`] holds every refusal there is. Only this
//! crate knows HTTP, status codes and headers; what each api-version has is in `lazuli_wire`.
//!
//! ```no_run
//! # async fn example() -> Result<(), lazuli_server::StartError> {
//! use lazuli_server::{Server, settings::Given};
//!
//! let settings = Given { http: Some("127.0.0.1:0".to_owned()), ..Given::default() }.resolve()?;
//! let server = Server::start(settings).await?;
//! println!("https://{}", server.https());
//! server.stop().await;
//! # Ok(())
//! # }
//! ```

mod app;
mod error;
mod http;
pub mod key_file;
mod keyring;
mod keys;
mod listen;
mod metrics;
pub mod path;
mod patient;
mod routes;
pub mod settings;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

pub use keyring::{KeyOrigin, KeyOrigins, KeysInForce, key_file_in};
pub use keys::{DEV_ADMIN_KEY, DEV_QUERY_KEY};
use lazuli_ingest::outside::{self, Outside};
use lazuli_platform::clock::{Clock, SystemClock};
use lazuli_platform::lock::{DirectoryLock, LockError};
use lazuli_platform::random::{OsRandom, Random};
use lazuli_platform::{limits as machine, pool};
use lazuli_store::vault::{KeySource, Vault, VaultError};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::App;
use crate::app::indexers::Crawls;
use crate::http::limits::CONNECTIONS_MAX;
use crate::key_file::KeyFileError;
use crate::keyring::{Keyring, KeyringError};
use crate::keys::Keys;
use crate::listen::Door;
use crate::settings::{Settings, SettingsError};
use crate::tls::{Tls, TlsError};

/// How often the certificate is looked at.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(24 * 60 * 60);

/// How long [`Server::stop`] may take; less than the 5 seconds of design.md §2, which the process needs to end.
const STOP_TIMEOUT: Duration = Duration::from_millis(4000);

/// How long runs of indexers have for the batch that they are writing; the engine needs the rest.
const STOP_RUNS_TIMEOUT: Duration = Duration::from_millis(2000);

/// A running service.
pub struct Server {
    app: Arc<App>,
    /// Set once, to stop everything below.
    stop: watch::Sender<bool>,
    /// The doors and the certificate's keeper.
    tasks: JoinSet<()>,
    https: SocketAddr,
    http: Option<SocketAddr>,
    keys: KeysInForce,
    /// Keeps other processes off the data directory until everything else here is gone.
    _lock: DirectoryLock,
}

/// Why a service did not start; each a sentence for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings contradict each other or mean nothing.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The data directory cannot be used.
    #[error("The data directory {} cannot be used: {}.", .path.display(), reason(.source))]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has the data directory.
    #[error("{}. Stop that process or choose another directory with --data-dir.", sentence(.0))]
    Locked(LockError),
    /// The key file is damaged or cannot be written.
    #[error(transparent)]
    Keys(KeyFileError),
    /// The key file of the secrets is damaged or not there.
    #[error("{}.", sentence(.0))]
    Secrets(VaultError),
    /// The certificate cannot be used or made.
    #[error("{0}")]
    Tls(String),
    /// The way out to data sources cannot be made: certificates cannot be read.
    #[error("Data sources cannot be reached: {0}.")]
    Outside(String),
    /// An address is taken or not ours.
    #[error("The address {address} of --{door} cannot be listened on: {}", address_reason(.source))]
    Address {
        /// The flag that set it.
        door: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// What is stored cannot be opened.
    #[error("The data in {} cannot be opened: {source}.", .path.display())]
    Data {
        /// The data directory.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<TlsError> for StartError {
    fn from(error: TlsError) -> StartError {
        StartError::Tls(error.to_string())
    }
}

impl From<KeyringError> for StartError {
    fn from(error: KeyringError) -> StartError {
        match error {
            KeyringError::Settings(error) => StartError::Settings(error),
            KeyringError::KeyFile(error) => StartError::Keys(error),
            KeyringError::Gone(path) => {
                StartError::Keys(KeyFileError::File { path, source: io::ErrorKind::NotFound.into() })
            }
        }
    }
}

fn reason(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::StorageFull, "the disk is full"),
        (io::ErrorKind::QuotaExceeded, "the disk quota of this user is used up"),
        (io::ErrorKind::PermissionDenied, "this user may not write there"),
        (io::ErrorKind::ReadOnlyFilesystem, "the file system is read-only"),
        (io::ErrorKind::NotADirectory, "it is not a directory"),
        (io::ErrorKind::AlreadyExists, "it is not a directory"),
    ];
    words_for(error, &known).unwrap_or_else(|| error.to_string())
}

fn address_reason(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::AddrInUse, "another program has this port. Stop it or choose another port."),
        (io::ErrorKind::AddrNotAvailable, "this machine does not have that address."),
        (io::ErrorKind::PermissionDenied, "this user may not use that port; those below 1024 are reserved."),
    ];
    words_for(error, &known).unwrap_or_else(|| format!("{error}."))
}

fn words_for(error: &io::Error, known: &[(io::ErrorKind, &str)]) -> Option<String> {
    known.iter().find(|(kind, _)| *kind == error.kind()).map(|(_, words)| (*words).to_owned())
}

fn sentence(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

impl Server {
    /// Locks the data directory, opens what is in it and the doors. When this returns, requests are answered.
    pub async fn start(settings: Settings) -> Result<Server, StartError> {
        Server::start_with(settings, Arc::new(SystemClock::new())).await
    }

    /// The same with a clock of the caller's, for tests that turn it.
    pub async fn start_with(settings: Settings, clock: Arc<dyn Clock>) -> Result<Server, StartError> {
        let random: Arc<dyn Random> = Arc::new(OsRandom);
        let open_files = machine::raise_open_files().unwrap_or(1024);

        let data_dir = prepare(&settings.data_dir)?;
        let lock = DirectoryLock::acquire(&data_dir).map_err(|error| match error {
            LockError::Held { .. } => StartError::Locked(error),
            LockError::Io { directory, source } => StartError::DataDir { path: directory, source },
        })?;
        let vault = Arc::new(open_vault(&settings, &data_dir, random.clone())?);
        let (keyring, keys) = Keyring::open(&settings, &data_dir, &vault, &*random)?;
        let tls = Tls::open(&data_dir.join("tls"), settings.certificate.as_ref(), clock.unix_millis())?;

        let https_door = open_door("https", settings.https, Some(tls.config()?)).await?;
        let http_door = match settings.http {
            Some(address) => Some(open_door("http", address, None).await?),
            None => None,
        };
        let address = |door: &'static str, opened: &Door, address| {
            opened.address().map_err(|source| StartError::Address { door, address, source })
        };
        let https = address("https", &https_door, settings.https)?;
        let http = match (&http_door, settings.http) {
            (Some(door), Some(given)) => Some(address("http", door, given)?),
            (None, _) | (_, None) => None,
        };

        let outside = open_outside(&settings.indexers, clock.clone(), random.clone())?;
        let accepted = Keys::new(&keys);
        let app = App::open(app::Parts {
            settings,
            data_dir: data_dir.clone(),
            keys: accepted,
            vault,
            tls,
            clock,
            random,
        })
        .map_err(|source| StartError::Data { path: data_dir, source })?;
        let app = Arc::new(app);

        let (stop, stopped) = watch::channel(false);
        let slots = Arc::new(Semaphore::new(connections_max(open_files)));
        let mut tasks = JoinSet::new();
        for door in [Some(https_door), http_door].into_iter().flatten() {
            tasks.spawn(door.run(app.clone(), slots.clone(), stopped.clone()));
        }
        tasks.spawn(keep_certificate(app.clone(), stopped.clone()));
        tasks.spawn(keep_keys(app.clone(), keyring, stopped.clone()));
        tasks.spawn(run_indexers(app.clone(), outside, stopped));
        Ok(Server { app, stop, tasks, https, http, keys, _lock: lock })
    }

    /// The address of the HTTPS door.
    pub fn https(&self) -> SocketAddr {
        self.https
    }

    /// The address of the HTTP door, if it is open.
    pub fn http(&self) -> Option<SocketAddr> {
        self.http
    }

    /// The keys it accepted when it started.
    pub fn keys(&self) -> &KeysInForce {
        &self.keys
    }

    /// Where the CA lies that clients have to trust; none with a certificate of the operator's.
    pub fn ca_path(&self) -> Option<PathBuf> {
        self.app.tls.ca_path()
    }

    /// Looks whether an indexer is due. For tests that turn the clock: sleep goes by the machine's.
    pub fn wake_indexers(&self) {
        self.app.indexers.wake();
    }

    /// Closes the doors, lets requests in flight finish and brings the engine to rest, all within 5 seconds.
    ///
    /// What the engine cannot save in that time it builds again at the next start: nothing acknowledged is lost.
    pub async fn stop(self) {
        let Server { app, stop, mut tasks, .. } = self;
        let started = app.clock.monotonic();
        // An error would mean that nothing runs any more.
        let _ = stop.send(true);
        while tasks.join_next().await.is_some() {}
        let left = STOP_TIMEOUT.saturating_sub(app.clock.monotonic().saturating_sub(started));
        let at_rest = tokio::task::spawn_blocking(move || pool::catch(|| app.shutdown()));
        match tokio::time::timeout(left, at_rest).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(_)) | Err(_)) => {
                tracing::error!("the engine did not come to rest cleanly; it will recover at the next start");
            }
            Err(_) => {
                tracing::warn!("the engine had no time to save everything; it will recover at the next start")
            }
        }
    }
}

/// Makes the data directory if it is missing, readable by its owner only.
fn prepare(path: &Path) -> Result<PathBuf, StartError> {
    use std::os::unix::fs::DirBuilderExt;
    let failed = |source| StartError::DataDir { path: path.to_owned(), source };
    if !path.is_dir() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
    }
    std::path::absolute(path).map_err(failed)
}

fn open_vault(settings: &Settings, data_dir: &Path, random: Arc<dyn Random>) -> Result<Vault, StartError> {
    let source = match &settings.secrets_key {
        Some(path) => KeySource::Given(path.clone()),
        None => KeySource::in_data_dir(data_dir),
    };
    Vault::open(source, random).map_err(StartError::Secrets)
}

/// The way out that data sources are reached by.
fn open_outside(
    settings: &settings::Indexers,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<Outside, StartError> {
    let rules = outside::Settings {
        metadata_addresses: settings.metadata_addresses,
        ca_bundle: settings.ca_bundle.clone(),
        look_back: settings.look_back,
        folders: settings.folders.clone(),
        ..outside::Settings::default()
    };
    Outside::new(rules, clock, random).map_err(|error| StartError::Outside(error.to_string()))
}

async fn open_door(
    door: &'static str,
    address: SocketAddr,
    tls: Option<Arc<rustls::ServerConfig>>,
) -> Result<Door, StartError> {
    Door::open(address, tls).await.map_err(|source| StartError::Address { door, address, source })
}

/// Half of the files may be connections; the rest is for the indexes.
fn connections_max(open_files: u64) -> usize {
    usize::try_from(open_files / 2).unwrap_or(usize::MAX).clamp(1, CONNECTIONS_MAX)
}

/// Renews the certificate while the service runs.
async fn keep_certificate(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(CERTIFICATE_CHECK) => {}
        }
        if let Err(error) = app.tls.renew(app.clock.unix_millis()) {
            tracing::error!(%error, "the certificate could not be renewed; the old one is still shown");
        }
    }
}

/// Runs indexers until the service stops; then lets them finish the batch that they are writing.
async fn run_indexers(app: Arc<App>, outside: Outside, mut stop: watch::Receiver<bool>) {
    let indexers = app.indexers.clone();
    let runs = Arc::new(Crawls { app, outside: Arc::new(outside) });
    let mut supervised = pin!(indexers.clone().supervise(runs));
    tokio::select! {
        () = &mut supervised => return,
        _ = stop.wait_for(|stopped| *stopped) => indexers.stop(),
    }
    if tokio::time::timeout(STOP_RUNS_TIMEOUT, supervised).await.is_err() {
        tracing::warn!("indexers did not stop in time; they go on from their saved state at the next start");
    }
}

/// Takes up keys that change while the service runs.
async fn keep_keys(app: Arc<App>, mut keyring: Keyring, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(keyring::CHECK) => {}
        }
        let app = app.clone();
        let refreshed = tokio::task::spawn_blocking(move || {
            keyring.refresh(&app.keys, &app.vault);
            keyring
        });
        match refreshed.await {
            Ok(kept) => keyring = kept,
            Err(error) => {
                tracing::error!(%error, "keys are no longer watched; the next start reads them again");
                return;
            }
        }
    }
}
