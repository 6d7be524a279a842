//! What the connection strings of databases say, whichever words they have for it.

use super::pairs::Pairs;
use super::{ConnectionProblem, Hidden, TlsMode, host, port, seconds};

/// A database of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// Who asks.
    pub user: String,
    /// With which password; none for an empty one, and where the server asks for none.
    pub password: Option<Hidden>,
    /// How much of TLS.
    pub tls: TlsMode,
    /// Seconds until a connection must stand.
    pub connect_timeout_seconds: u64,
}

/// As Connector/NET and ADO.NET have it.
pub(super) const CONNECT_TIMEOUT_SECONDS: u64 = 15;

/// The spellings of each name, the first of which sentences use, and what else differs between the clients of databases.
pub(super) struct Words {
    pub(super) host: &'static [&'static str],
    pub(super) port: &'static [&'static str],
    pub(super) database: &'static [&'static str],
    pub(super) user: &'static [&'static str],
    pub(super) password: &'static [&'static str],
    pub(super) tls: &'static [&'static str],
    pub(super) timeout: &'static [&'static str],
    /// The port where none is given.
    pub(super) usual_port: u16,
    /// The sentence about values of `tls`.
    pub(super) allowed_tls: &'static str,
    /// Words that say how another client works.
    pub(super) meaningless: &'static [&'static str],
    /// The names that have a meaning, for a sentence.
    pub(super) known: &'static str,
}

impl Words {
    /// Reads pairs that are in these words.
    pub(super) fn read(&self, mut pairs: Pairs) -> Result<Database, ConnectionProblem> {
        let name = |spellings: &[&'static str]| spellings.first().copied().unwrap_or_default();
        let wrong = ConnectionProblem::Wrong { name: name(self.tls), allowed: self.allowed_tls };
        let tls =
            pairs.take(self.tls)?.map_or(Ok(TlsMode::Preferred), |word| TlsMode::of(&word).ok_or(wrong))?;
        let timeout = pairs.take(self.timeout)?;
        let timeout = timeout.map(|text| seconds(&text, name(self.timeout))).transpose()?;
        let port = pairs.take(self.port)?.map(|text| port(&text, name(self.port))).transpose()?;
        let database = Database {
            host: host(&pairs.required(self.host)?, name(self.host))?,
            port: port.unwrap_or(self.usual_port),
            database: pairs.required(self.database)?,
            user: pairs.required(self.user)?,
            password: pairs.take(self.password)?.map(Hidden::new),
            tls,
            connect_timeout_seconds: timeout.unwrap_or(CONNECT_TIMEOUT_SECONDS),
        };
        pairs.finish(self.meaningless, self.known)?;
        Ok(database)
    }
}
