//! SQL Server and Azure SQL: the words of ADO.NET (`indexers.md` §2.5).

use super::database::CONNECT_TIMEOUT_SECONDS;
use super::pairs::Pairs;
use super::storage::last_of;
use super::{ConnectionProblem, Hidden, flag, host, port, seconds};

/// A database of a SQL Server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlServer {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// Who asks.
    pub credential: SqlCredential,
    /// How much of TLS.
    pub encrypt: Encrypt,
    /// Whether any certificate will do.
    pub trust_server_certificate: bool,
    /// Seconds until a connection must stand.
    pub connect_timeout_seconds: u64,
}

/// Who asks a SQL Server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlCredential {
    /// A login of the server.
    Password {
        /// Its name.
        user: String,
        /// Its password.
        password: Hidden,
    },
    /// An identity of Azure's.
    ManagedIdentity {
        /// The server's resource id.
        resource_id: String,
    },
}

/// How much of TLS a SQL Server is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encrypt {
    /// For the login only.
    Optional,
    /// For everything.
    Mandatory,
    /// For everything, before anything else is said (TDS 8).
    Strict,
}

const PORT: u16 = 1433;

const KNOWN: &str = "'Server', 'Database', 'User ID', 'Password', 'Encrypt', 'TrustServerCertificate', \
                     'Connection Timeout' and 'ResourceId'";

/// Words of ADO.NET that say how its client works, and not what it asks.
const MEANINGLESS: [&str; 16] = [
    "Persist Security Info",
    "PersistSecurityInfo",
    "MultipleActiveResultSets",
    "Application Name",
    "App",
    "ApplicationIntent",
    "MultiSubnetFailover",
    "Pooling",
    "Max Pool Size",
    "Min Pool Size",
    "Packet Size",
    "Workstation ID",
    "ConnectRetryCount",
    "ConnectRetryInterval",
    "Command Timeout",
    "Type System Version",
];

impl SqlServer {
    /// Reads a connection string.
    pub fn parse(text: &str) -> Result<SqlServer, ConnectionProblem> {
        let mut pairs = Pairs::quoted(text)?;
        let resource_id = pairs.take(&["ResourceId"])?;
        let server = pairs.take(&["Server", "Data Source", "Address", "Addr", "Network Address"])?;
        let ((host, port), credential) = match resource_id {
            Some(resource_id) => {
                (of_resource(&resource_id, server)?, SqlCredential::ManagedIdentity { resource_id })
            }
            None => {
                let server = server.ok_or(ConnectionProblem::Missing { name: "Server" })?;
                (host_and_port(&server)?, login(&mut pairs)?)
            }
        };
        let timeout = pairs.take(&["Connection Timeout", "Connect Timeout", "Timeout"])?;
        let timeout = timeout.map(|text| seconds(&text, "Connection Timeout")).transpose()?;
        let trust = pairs.take(&["TrustServerCertificate"])?;
        let server = SqlServer {
            host,
            port,
            database: pairs.required(&["Database", "Initial Catalog"])?,
            credential,
            encrypt: encrypt(pairs.take(&["Encrypt"])?)?,
            trust_server_certificate: trust
                .map_or(Ok(false), |text| flag(&text, "TrustServerCertificate"))?,
            connect_timeout_seconds: timeout.unwrap_or(CONNECT_TIMEOUT_SECONDS),
        };
        pairs.finish(&MEANINGLESS, KNOWN)?;
        Ok(server)
    }
}

fn login(pairs: &mut Pairs) -> Result<SqlCredential, ConnectionProblem> {
    let name = "Trusted_Connection";
    let trusted = pairs.take(&[name, "Integrated Security"])?;
    let trusted = trusted
        .filter(|text| !text.eq_ignore_ascii_case("sspi"))
        .map_or(Ok(false), |text| flag(&text, name))?;
    if trusted {
        let allowed = "Lazuli has no account of Windows: give 'User ID' and 'Password'.";
        return Err(ConnectionProblem::Wrong { name, allowed });
    }
    let name = "Authentication";
    let kind = pairs.take(&[name])?;
    if kind.is_some_and(|kind| !matches!(normal(&kind).as_str(), "sqlpassword" | "notspecified")) {
        return Err(ConnectionProblem::Wrong { name, allowed: "It must be 'SqlPassword'." });
    }
    let user = pairs.required(&["User ID", "UID", "User"])?;
    let password = Hidden::new(pairs.required(&["Password", "PWD"])?);
    Ok(SqlCredential::Password { user, password })
}

/// `tcp:host,1433`
fn host_and_port(server: &str) -> Result<(String, u16), ConnectionProblem> {
    let name = "Server";
    let server = server.trim();
    let server = match server.split_once(':') {
        Some((protocol, rest)) if protocol.eq_ignore_ascii_case("tcp") => rest,
        Some(_) | None => server,
    };
    let (server, given) = match server.split_once(',') {
        Some((server, given)) => (server, Some(port(given, name)?)),
        None => (server, None),
    };
    match (server.split_once('\\'), given) {
        (None, given) => Ok((host(local(server), name)?, given.unwrap_or(PORT))),
        // The port says already which instance it is.
        (Some((server, _)), Some(given)) => Ok((host(local(server), name)?, given)),
        (Some(_), None) => {
            let allowed = "A named instance needs its port: 'host,port'.";
            Err(ConnectionProblem::Wrong { name, allowed })
        }
    }
}

fn local(server: &str) -> &str {
    if matches!(server.trim(), "." | "(local)") { "localhost" } else { server }
}

fn of_resource(resource_id: &str, server: Option<String>) -> Result<(String, u16), ConnectionProblem> {
    if let Some(server) = server {
        return host_and_port(&server);
    }
    let wrong = ConnectionProblem::Wrong {
        name: "ResourceId",
        allowed: "It must be the resource id of a SQL server.",
    };
    let server = ["Microsoft.Sql/servers", "Microsoft.Sql/managedInstances"];
    let server = server.iter().find_map(|provider| last_of(resource_id, provider)).ok_or(wrong.clone())?;
    let server = host(server, "ResourceId").map_err(|_| wrong)?;
    Ok((format!("{server}.database.windows.net"), PORT))
}

/// What newer clients of Microsoft's take for granted is taken for granted here.
fn encrypt(text: Option<String>) -> Result<Encrypt, ConnectionProblem> {
    match text.map(|text| normal(&text)).as_deref() {
        None | Some("true" | "yes" | "mandatory") => Ok(Encrypt::Mandatory),
        Some("false" | "no" | "optional") => Ok(Encrypt::Optional),
        Some("strict") => Ok(Encrypt::Strict),
        Some(_) => {
            let allowed = "It must be 'true', 'false' or 'strict'.";
            Err(ConnectionProblem::Wrong { name: "Encrypt", allowed })
        }
    }
}

fn normal(word: &str) -> String {
    word.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> SqlServer {
        SqlServer::parse(text).expect(text)
    }

    /// The form of the service's documentation.
    #[test]
    fn a_login_reaches_a_database() {
        let text = "Server=tcp:me.database.windows.net,1433;Database=d;User ID=u;Password=\"a;b\";\
                    Trusted_Connection=False;Encrypt=True;Connection Timeout=30;";
        let expected = SqlServer {
            host: "me.database.windows.net".into(),
            port: 1433,
            database: "d".into(),
            credential: SqlCredential::Password { user: "u".into(), password: Hidden::new("a;b") },
            encrypt: Encrypt::Mandatory,
            trust_server_certificate: false,
            connect_timeout_seconds: 30,
        };
        assert_eq!(parsed(text), expected);
        let other = "data source=me.database.windows.net;initial catalog=d;uid=u;pwd='a;b';\
                     MultipleActiveResultSets=False;Persist Security Info=False;Connect Timeout=30";
        assert_eq!(parsed(other), expected);
    }

    #[test]
    fn servers_have_several_spellings() {
        for (server, host, port) in [
            ("h", "h", 1433),
            ("tcp:h", "h", 1433),
            ("TCP:10.0.0.1,14330", "10.0.0.1", 14330),
            ("h\\instance,5000", "h", 5000),
            (".", "localhost", 1433),
            ("(local),1444", "localhost", 1444),
        ] {
            let server = parsed(&format!("Server={server};Database=d;User=u;Password=p;Encrypt=no"));
            assert_eq!((server.host.as_str(), server.port), (host, port));
            assert_eq!(server.encrypt, Encrypt::Optional);
        }
    }

    #[test]
    fn managed_identities_are_marked() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/me";
        let server = parsed(&format!("Initial Catalog=d;ResourceId={id};Connection Timeout=30;"));
        assert_eq!((server.host.as_str(), server.database.as_str()), ("me.database.windows.net", "d"));
        assert_eq!(server.credential, SqlCredential::ManagedIdentity { resource_id: id.into() });
    }

    #[test]
    fn what_reaches_no_database_is_refused() {
        for (text, expected) in [
            ("Database=d;User ID=u;Password=p", "The connection string must have 'Server'."),
            ("Server=h;User ID=u;Password=p", "The connection string must have 'Database'."),
            ("Server=h;Database=d;Password=p", "The connection string must have 'User ID'."),
            (
                "Server=h;Database=d;Integrated Security=true",
                "The connection string has a value for 'Trusted_Connection' that is not allowed. Lazuli has no account of \
                 Windows: give 'User ID' and 'Password'.",
            ),
            (
                "Server=h\\x;Database=d;User ID=u;Password=p",
                "The connection string has a value for 'Server' that is not allowed. A named instance needs its port: \
                 'host,port'.",
            ),
            (
                "Server=h/x;Database=d;User ID=u;Password=p",
                "The connection string has a value for 'Server' that is not allowed. It must be the name or the address of \
                 one server.",
            ),
        ] {
            assert_eq!(SqlServer::parse(text).expect_err(text).to_string(), expected);
        }
    }
}
