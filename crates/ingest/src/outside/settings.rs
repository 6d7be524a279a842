//! What may be set about the way out, with the defaults.

use std::path::PathBuf;
use std::time::Duration;

/// The rules for everything that leaves the process, and for what sources may read on this machine.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Allows link-local addresses and those where clouds hand out credentials. Off: a data source that names one, by
    /// whatever detour, would hand the machine's identity to whoever may define data sources.
    pub metadata_addresses: bool,
    /// A PEM file with certificates of authorities that are trusted besides those of the system.
    pub ca_bundle: Option<PathBuf>,
    /// Opening a connection, TLS included.
    pub connect_longest: Duration,
    /// How long a server may say nothing: before the answer's first byte and between any two parts of it.
    pub silence_longest: Duration,
    /// One attempt from the first byte sent to the last byte read.
    pub attempt_longest: Duration,
    /// All attempts of a call and the waits between them.
    pub total_longest: Duration,
    /// Attempts of a call, the first included.
    pub attempts_max: u32,
    /// The wait before the second attempt; each further one is twice the one before.
    pub wait_first: Duration,
    /// The longest wait, also where a server asks for more in `Retry-After`.
    pub wait_longest: Duration,
    /// Redirects followed in one attempt.
    pub redirects_max: u32,
    /// How far back from the beginning of an enumeration the next one looks: the service's 30 seconds (`indexers.md` §1.7).
    pub look_back: Duration,
    /// Folders below which a source of type `files` may read; none, none.
    pub folders: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            metadata_addresses: false,
            ca_bundle: None,
            connect_longest: Duration::from_secs(10),
            silence_longest: Duration::from_secs(30),
            attempt_longest: Duration::from_secs(120),
            total_longest: Duration::from_secs(300),
            attempts_max: 5,
            wait_first: Duration::from_millis(500),
            wait_longest: Duration::from_secs(30),
            redirects_max: 5,
            look_back: Duration::from_secs(30),
            folders: Vec::new(),
        }
    }
}
