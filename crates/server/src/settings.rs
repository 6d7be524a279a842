//! What an operator can set: flags over environment over the settings file over defaults (design.md §2).
//!
//! The program reads flags and environment, [`read_file`] reads `lazuli.toml`; both are the same bag of optional values, laid
//! over each other by [`Given::with_file`] and turned into [`Settings`], which can no longer be wrong, by
//! [`Given::resolve`]. Keys and tokens of the file may change while the service runs, so they are not laid over but read where
//! they are needed, in `keyring.rs`.
//!
//! ```toml
//! data-dir = "/var/lib/lazuli"
//! https = "0.0.0.0:7443"
//! http = "off"
//! visibility = "eventual=1000"
//! ```

mod indexers;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use lazuli_catalog::tiers::{Tier, UnknownTier};
use serde::Deserialize;

pub use self::indexers::{GivenIndexers, Indexers};

/// Where the service keeps everything, unless told otherwise.
const DEFAULT_DATA_DIR: &str = "./lazuli-data";
/// The main door, unless told otherwise.
const DEFAULT_HTTPS: &str = "127.0.0.1:7443";
/// The plain door beside it, unless told otherwise.
const DEFAULT_HTTP: &str = "127.0.0.1:7080";
/// How many seconds a search may take, unless told otherwise. Ours; the service's is not documented.
const DEFAULT_QUERY_SECONDS: u64 = 30;
/// More would be in vain: a connection on which nothing happens is closed ([`Patience::idle`]).
const QUERY_SECONDS_MAX: u64 = 120;
/// As many admin keys as the service has: a primary and a secondary one.
pub(crate) const ADMIN_KEYS_MAX: usize = 2;
/// Query keys the service allows (`api.md` §4.2).
pub(crate) const QUERY_KEYS_MAX: usize = 50;

/// Settings from one source, each of them optional. Member names are those of the settings file and of the flags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    /// The data directory.
    pub data_dir: Option<PathBuf>,
    /// The address of the HTTPS door.
    pub https: Option<String>,
    /// The address of the HTTP door, or `off`.
    pub http: Option<String>,
    /// Admin keys, two at most.
    #[serde(default, rename = "admin-keys")]
    pub admin_keys: Vec<String>,
    /// Query keys.
    #[serde(default, rename = "query-keys")]
    pub query_keys: Vec<String>,
    /// Bearer tokens that count as admin keys over HTTPS, for clients that have a token where others have a key.
    #[serde(default, rename = "bearer-tokens")]
    pub bearer_tokens: Vec<String>,
    /// The file with the keys that seal the secrets of definitions.
    pub secrets_key: Option<PathBuf>,
    /// Adds the fixed development keys.
    pub dev: Option<bool>,
    /// A certificate chain of the operator's own, PEM.
    pub tls_cert: Option<PathBuf>,
    /// The key of that certificate, PEM.
    pub tls_key: Option<PathBuf>,
    /// `text` or `json`.
    pub log_format: Option<LogFormat>,
    /// When a write becomes visible to queries.
    pub visibility: Option<Visibility>,
    /// The pricing tier whose limits hold, such as `free` or `s1`.
    pub tier: Option<String>,
    /// How many seconds a search may take.
    pub query_timeout: Option<u64>,
    /// What indexers hold to.
    #[serde(default)]
    pub indexers: GivenIndexers,
    /// The settings file that these were laid over, if any.
    #[serde(skip)]
    pub settings_file: Option<PathBuf>,
    /// How long clients may take; not to be set by operators.
    #[serde(skip)]
    pub patience: Option<Patience>,
}

/// Everything a service needs to know to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The data directory.
    pub data_dir: PathBuf,
    /// The address of the HTTPS door.
    pub https: SocketAddr,
    /// The address of the HTTP door, if it is open.
    pub http: Option<SocketAddr>,
    /// Keys and tokens given by flags and environment.
    pub credentials: Credentials,
    /// The settings file, which may have more of them.
    pub settings_file: Option<PathBuf>,
    /// The file with the keys that seal the secrets of definitions; if none, there is one in the data directory.
    pub secrets_key: Option<PathBuf>,
    /// Whether the fixed development keys are accepted too.
    pub dev: bool,
    /// The operator's own certificate; if none, one is made.
    pub certificate: Option<CertificateFiles>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// When a write becomes visible to queries.
    pub visibility: Visibility,
    /// The pricing tier whose limits hold.
    pub tier: Tier,
    /// How long a search may take, from its arrival on.
    pub query_timeout: Duration,
    /// What indexers hold to.
    pub indexers: Indexers,
    /// How long clients may take.
    pub patience: Patience,
}

/// How long the service waits for its clients. Ours, except where a source is named; tests take shorter times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For the whole head of the next request: against clients that drip their headers, and also how long an idle HTTP/1.1
    /// connection is kept. As long as IIS, behind which the service ran for years, keeps one.
    pub head: Duration,
    /// For the next part of a body.
    pub body_pause: Duration,
    /// For a whole body: 16 MB over a line of half a megabit.
    pub body: Duration,
    /// For any byte in either direction, whatever the connection is doing: two of these may pass. Longer than any operation,
    /// searches included.
    pub idle: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(120),
            body_pause: Duration::from_secs(30),
            body: Duration::from_secs(300),
            idle: Duration::from_secs(180),
        }
    }
}

/// Keys and tokens of one source; checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Two at most.
    pub admin_keys: Vec<String>,
    /// Fifty at most.
    pub query_keys: Vec<String>,
    /// Count as admin keys.
    pub bearer_tokens: Vec<String>,
}

/// Where a certificate of the operator's lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The chain, PEM, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people at a terminal.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// When an acknowledged write becomes visible to queries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Visibility {
    /// To every query that arrives after the acknowledgement.
    #[default]
    Immediate,
    /// After this long, to rehearse the delay of the real service.
    Eventual(Duration),
}

/// Why settings cannot be used; a sentence for the person who wrote them.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct SettingsError(String);

/// Reads a settings file.
pub fn read_file(path: &Path) -> Result<Given, SettingsError> {
    let text = fs_err::read_to_string(path)
        .map_err(|error| SettingsError(format!("The settings file cannot be read: {error}.")))?;
    toml::from_str(&text).map_err(|error| {
        SettingsError(format!(
            "The settings file {} cannot be used: {}.",
            path.display(),
            wrong(&text, &error)
        ))
    })
}

/// What is wrong with a settings file and in which line; never the line itself, which may have a key in it.
fn wrong(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place =
        before.map_or_else(String::new, |before| format!("line {}: ", before.matches('\n').count() + 1));
    let what = if text.parse::<toml::Table>().is_err() {
        "this is not TOML"
    } else if error.message().starts_with("unknown field") {
        "there is no setting of this name"
    } else {
        "this setting cannot have this value"
    };
    place + what
}

impl Given {
    /// These settings, and where they say nothing, those of a file. Its keys and tokens stay there.
    pub fn with_file(self, path: PathBuf) -> Result<Given, SettingsError> {
        let below = read_file(&path)?;
        Ok(Given { settings_file: Some(path), ..self.over(below) })
    }

    fn over(self, below: Given) -> Given {
        Given {
            data_dir: self.data_dir.or(below.data_dir),
            https: self.https.or(below.https),
            http: self.http.or(below.http),
            admin_keys: self.admin_keys,
            query_keys: self.query_keys,
            bearer_tokens: self.bearer_tokens,
            secrets_key: self.secrets_key.or(below.secrets_key),
            dev: self.dev.or(below.dev),
            tls_cert: self.tls_cert.or(below.tls_cert),
            tls_key: self.tls_key.or(below.tls_key),
            log_format: self.log_format.or(below.log_format),
            visibility: self.visibility.or(below.visibility),
            tier: self.tier.or(below.tier),
            query_timeout: self.query_timeout.or(below.query_timeout),
            indexers: self.indexers.over(below.indexers),
            settings_file: self.settings_file,
            patience: self.patience,
        }
    }

    /// The keys and tokens, checked.
    pub(crate) fn credentials(&self) -> Result<Credentials, SettingsError> {
        check_keys("admin key", &self.admin_keys, Some(ADMIN_KEYS_MAX))?;
        check_keys("query key", &self.query_keys, Some(QUERY_KEYS_MAX))?;
        check_keys("bearer token", &self.bearer_tokens, None)?;
        Ok(Credentials {
            admin_keys: self.admin_keys.clone(),
            query_keys: self.query_keys.clone(),
            bearer_tokens: self.bearer_tokens.clone(),
        })
    }

    /// Where the data directory is, which is also where a settings file is looked for.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_DATA_DIR))
    }

    /// Checks everything and fills in the defaults.
    pub fn resolve(self) -> Result<Settings, SettingsError> {
        let data_dir = self.data_dir();
        let https = resolve_address("https", self.https.as_deref().unwrap_or(DEFAULT_HTTPS))?;
        let http = match self.http.as_deref().unwrap_or(DEFAULT_HTTP) {
            "off" => None,
            address => Some(resolve_address("http", address)?),
        };
        let dev = self.dev.unwrap_or(false);
        if let Some(address) =
            [Some(https), http].into_iter().flatten().find(|address| dev && !is_loopback(address))
        {
            return Err(SettingsError(format!(
                "--dev accepts well-known keys, so it works on loopback addresses only, and {address} can be reached \
                 from other machines. Leave --dev away or listen on 127.0.0.1."
            )));
        }
        let credentials = self.credentials()?;
        let certificate = match (self.tls_cert, self.tls_key) {
            (Some(certificate), Some(key)) => Some(CertificateFiles { certificate, key }),
            (None, None) => None,
            (Some(_), None) => return Err(SettingsError("--tls-cert needs --tls-key beside it.".to_owned())),
            (None, Some(_)) => return Err(SettingsError("--tls-key needs --tls-cert beside it.".to_owned())),
        };
        Ok(Settings {
            data_dir,
            https,
            http,
            credentials,
            settings_file: self.settings_file,
            secrets_key: self.secrets_key,
            dev,
            certificate,
            log_format: self.log_format.unwrap_or_default(),
            visibility: self.visibility.unwrap_or_default(),
            tier: self.tier.map_or(Ok(Tier::default()), |word| resolve_tier(&word))?,
            query_timeout: resolve_query_timeout(self.query_timeout.unwrap_or(DEFAULT_QUERY_SECONDS))?,
            indexers: self.indexers.resolve()?,
            patience: self.patience.unwrap_or_default(),
        })
    }
}

/// Messages name the kind of key and never the key.
fn check_keys(kind: &str, keys: &[String], most: Option<usize>) -> Result<(), SettingsError> {
    if let Some(most) = most.filter(|most| keys.len() > *most) {
        let given = keys.len();
        return Err(SettingsError(format!("There can be {most} {kind}s at most; {given} were given.")));
    }
    if keys.iter().all(|key| is_header_text(key)) {
        Ok(())
    } else {
        Err(SettingsError(format!("A given {kind} is empty or has characters that no header can carry.")))
    }
}

/// Whether a text can be sent in a header as it is: graphic ASCII, at least one character.
pub(crate) fn is_header_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn resolve_address(door: &str, text: &str) -> Result<SocketAddr, SettingsError> {
    let resolved = text.to_socket_addrs().map(|mut addresses| addresses.next());
    match resolved {
        Ok(Some(address)) => Ok(address),
        Ok(None) => {
            Err(SettingsError(format!("The address '{text}' of --{door} has no meaning on this machine.")))
        }
        Err(error) => Err(SettingsError(format!(
            "The address '{text}' of --{door} cannot be used: {error}. It is written like 127.0.0.1:7443."
        ))),
    }
}

fn resolve_tier(word: &str) -> Result<Tier, SettingsError> {
    word.parse().map_err(|error: UnknownTier| SettingsError(format!("The --tier cannot be used: {error}.")))
}

fn resolve_query_timeout(seconds: u64) -> Result<Duration, SettingsError> {
    if (1..=QUERY_SECONDS_MAX).contains(&seconds) {
        Ok(Duration::from_secs(seconds))
    } else {
        Err(SettingsError(format!(
            "The --query-timeout can be 1 to {QUERY_SECONDS_MAX} seconds, not {seconds}."
        )))
    }
}

fn is_loopback(address: &SocketAddr) -> bool {
    match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
    }
}

impl FromStr for LogFormat {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<LogFormat, SettingsError> {
        match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            other => Err(SettingsError(format!("'{other}' is no log format; there are 'text' and 'json'."))),
        }
    }
}

impl FromStr for Visibility {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Visibility, SettingsError> {
        let unknown =
            || SettingsError(format!("'{text}' is no visibility; there are 'immediate' and 'eventual=MS'."));
        match text.split_once('=') {
            None if text == "immediate" => Ok(Visibility::Immediate),
            Some(("eventual", millis)) => millis
                .parse()
                .map(|millis| Visibility::Eventual(Duration::from_millis(millis)))
                .map_err(|_| unknown()),
            None | Some(_) => Err(unknown()),
        }
    }
}

impl TryFrom<String> for Visibility {
    type Error = SettingsError;

    fn try_from(text: String) -> Result<Visibility, SettingsError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Given {
        toml::from_str(text).unwrap()
    }

    fn refused(text: &str, part: &str) {
        let message = given(text).resolve().unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }

    #[test]
    fn defaults_are_those_of_the_design() {
        let settings = Given::default().resolve().unwrap();
        assert_eq!(settings.data_dir, PathBuf::from("./lazuli-data"));
        assert_eq!(settings.https, "127.0.0.1:7443".parse().unwrap());
        assert_eq!(settings.http, Some("127.0.0.1:7080".parse().unwrap()));
        assert_eq!((settings.dev, settings.log_format), (false, LogFormat::Text));
        assert_eq!((settings.visibility, settings.tier), (Visibility::Immediate, Tier::Unlimited));
        assert_eq!(settings.query_timeout, Duration::from_secs(30));
    }

    #[test]
    fn what_is_above_wins() {
        let file = given(
            "https = '127.0.0.1:1'\nhttp = 'off'\nsecrets-key = '/k'\nlog-format = 'json'\ntier = 'S1'\nquery-timeout = 5",
        );
        let flags = given("https = '127.0.0.1:2'\nquery-keys = ['q']\nvisibility = 'eventual=250'");
        let settings = flags.over(file).resolve().unwrap();
        assert_eq!(settings.https.port(), 2);
        assert_eq!(settings.http, None);
        assert_eq!(settings.credentials.query_keys, ["q"]);
        assert_eq!(settings.secrets_key, Some(PathBuf::from("/k")));
        assert_eq!((settings.log_format, settings.tier), (LogFormat::Json, Tier::S1));
        assert_eq!(settings.visibility, Visibility::Eventual(Duration::from_millis(250)));
        assert_eq!(settings.query_timeout, Duration::from_secs(5));
    }

    #[test]
    fn what_cannot_be_used_is_said_in_a_sentence() {
        refused("https = 'nonsense'", "written like 127.0.0.1:7443");
        refused("dev = true\nhttps = '0.0.0.0:7443'", "loopback");
        refused("dev = true\nhttp = '0.0.0.0:7080'", "0.0.0.0:7080 can be reached");
        refused("dev = true\nhttp = '[::]:7080'", "loopback");
        refused("dev = true\nhttp = '192.0.2.1:7080'", "loopback");
        refused("tls-cert = 'a.pem'", "--tls-key");
        refused("tier = 'gold'", "'gold'");
        refused("query-timeout = 0", "1 to 120 seconds, not 0");
        refused("query-timeout = 121", "1 to 120 seconds, not 121");
        refused("bearer-tokens = ['a b']", "bearer token is empty or has");
        refused("admin-keys = ['a', 'b', 'c']", "2 admin keys at most");
        refused("query-keys = ['']", "query key is empty");
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_without_quoting_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lazuli.toml");
        let value = "this setting cannot have this value";
        for (text, expected) in [
            ("admin-keys = \"SECRET\"", format!("line 1: {value}")),
            ("dev = true\n\nadmin-keys = ['SECRET', 5]", format!("line 3: {value}")),
            ("dev = true\nSECRET = 1", "line 2: there is no setting of this name".to_owned()),
            ("visibility = 'SECRET'", format!("line 1: {value}")),
            ("admin-keys = ['SECRET'\nhttp = 'off'", "line 2: this is not TOML".to_owned()),
            ("admin-keys = ['SECRET", "line 1: this is not TOML".to_owned()),
            ("SECRET", "line 1: this is not TOML".to_owned()),
        ] {
            fs_err::write(&path, text).unwrap();
            let message = read_file(&path).unwrap_err().to_string();
            let expected = format!("The settings file {} cannot be used: {expected}.", path.display());
            assert_eq!(message, expected, "{text}");
        }
    }

    #[test]
    fn dev_is_for_loopback_in_every_spelling() {
        assert!(given("dev = true\nhttps = '[::1]:7443'\nhttp = 'off'").resolve().unwrap().dev);
        assert!(given("dev = true\nhttps = '127.0.0.2:0'").resolve().unwrap().dev);
    }
}
