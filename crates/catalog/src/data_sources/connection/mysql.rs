//! MySQL and MariaDB: the words of Connector/NET (`indexers.md` §2.7).

use super::pairs::Pairs;
use super::{ConnectionProblem, Hidden, TlsMode, host, port, seconds};

/// A database of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MySql {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// Who asks.
    pub user: String,
    /// With which password; none for an empty one.
    pub password: Option<Hidden>,
    /// How much of TLS.
    pub tls: TlsMode,
    /// Seconds until a connection must stand.
    pub connect_timeout_seconds: u64,
}

const PORT: u16 = 3306;
/// Connector/NET's own.
const CONNECT_TIMEOUT_SECONDS: u64 = 15;

const KNOWN: &str = "'Server', 'Port', 'Database', 'Uid', 'Pwd', 'SslMode' and 'Connection Timeout'";

/// Words that say how another client works.
const MEANINGLESS: [&str; 8] = [
    "Persist Security Info",
    "Pooling",
    "Character Set",
    "CharSet",
    "Default Command Timeout",
    "AllowPublicKeyRetrieval",
    "Convert Zero Datetime",
    "Use Compression",
];

impl MySql {
    /// Reads a connection string.
    pub fn parse(text: &str) -> Result<MySql, ConnectionProblem> {
        let mut pairs = Pairs::quoted(text)?;
        let tls = pairs.take(&["SslMode", "Ssl Mode"])?;
        let allowed = "It must be 'None', 'Preferred', 'Required', 'VerifyCA' or 'VerifyFull'.";
        let wrong = ConnectionProblem::Wrong { name: "SslMode", allowed };
        let timeout = pairs.take(&["Connection Timeout", "Connect Timeout"])?;
        let timeout = timeout.map(|text| seconds(&text, "Connection Timeout")).transpose()?;
        let server = MySql {
            host: host(&pairs.required(&["Server", "Host", "Data Source", "Address", "Addr"])?, "Server")?,
            port: pairs.take(&["Port"])?.map_or(Ok(PORT), |text| port(&text, "Port"))?,
            database: pairs.required(&["Database", "Initial Catalog"])?,
            user: pairs.required(&["Uid", "User ID", "User", "Username"])?,
            password: pairs.take(&["Pwd", "Password"])?.map(Hidden::new),
            tls: tls.map_or(Ok(TlsMode::Preferred), |word| TlsMode::of(&word).ok_or(wrong))?,
            connect_timeout_seconds: timeout.unwrap_or(CONNECT_TIMEOUT_SECONDS),
        };
        pairs.finish(&MEANINGLESS, KNOWN)?;
        Ok(server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form of the service's documentation.
    #[test]
    fn a_user_reaches_a_database() {
        let text =
            "Server=h.mysql.database.azure.com;Port=3307;Database=d;Uid=u@h;Pwd='p;';SslMode=Preferred;";
        let expected = MySql {
            host: "h.mysql.database.azure.com".into(),
            port: 3307,
            database: "d".into(),
            user: "u@h".into(),
            password: Some(Hidden::new("p;")),
            tls: TlsMode::Preferred,
            connect_timeout_seconds: 15,
        };
        assert_eq!(MySql::parse(text), Ok(expected));
        let short = MySql::parse("host=::1;database=d;user=u;ssl mode=verify-full").unwrap();
        assert_eq!((short.host.as_str(), short.port, short.password), ("::1", 3306, None));
        assert_eq!(short.tls, TlsMode::VerifyFull);
    }

    #[test]
    fn what_reaches_no_database_is_refused() {
        for (text, expected) in [
            ("Database=d;Uid=u", "The connection string must have 'Server'."),
            ("Server=h;Uid=u", "The connection string must have 'Database'."),
            ("Server=h;Database=d", "The connection string must have 'Uid'."),
            (
                "Server=a,b;Database=d;Uid=u",
                "The connection string has a value for 'Server' that is not allowed. It must be the name or the address of \
                 one server.",
            ),
            (
                "Server=h;Database=d;Uid=u;Port=0",
                "The connection string has a value for 'Port' that is not allowed. It must be a port.",
            ),
            (
                "Server=h;Database=d;Uid=u;SslMode=maybe",
                "The connection string has a value for 'SslMode' that is not allowed. It must be 'None', 'Preferred', \
                 'Required', 'VerifyCA' or 'VerifyFull'.",
            ),
        ] {
            assert_eq!(MySql::parse(text).expect_err(text).to_string(), expected);
        }
    }
}
