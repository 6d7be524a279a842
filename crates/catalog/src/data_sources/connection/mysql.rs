//! MySQL and MariaDB: the words of Connector/NET (`indexers.md` §2.7).

use super::ConnectionProblem;
use super::database::{Database, Words};
use super::pairs::Pairs;

const WORDS: Words = Words {
    host: &["Server", "Host", "Data Source", "Address", "Addr"],
    port: &["Port"],
    database: &["Database", "Initial Catalog"],
    user: &["Uid", "User ID", "User", "Username"],
    password: &["Pwd", "Password"],
    tls: &["SslMode", "Ssl Mode"],
    timeout: &["Connection Timeout", "Connect Timeout"],
    usual_port: 3306,
    allowed_tls: "It must be 'None', 'Preferred', 'Required', 'VerifyCA' or 'VerifyFull'.",
    meaningless: &[
        "Persist Security Info",
        "Pooling",
        "Character Set",
        "CharSet",
        "Default Command Timeout",
        "AllowPublicKeyRetrieval",
        "Convert Zero Datetime",
        "Use Compression",
    ],
    known: "'Server', 'Port', 'Database', 'Uid', 'Pwd', 'SslMode' and 'Connection Timeout'",
};

impl Database {
    /// Reads a connection string of MySQL.
    pub fn mysql(text: &str) -> Result<Database, ConnectionProblem> {
        WORDS.read(Pairs::quoted(text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Hidden, TlsMode};
    use super::*;

    /// The form of the service's documentation.
    #[test]
    fn a_user_reaches_a_database() {
        let text =
            "Server=h.mysql.database.azure.com;Port=3307;Database=d;Uid=u@h;Pwd='p;';SslMode=Preferred;";
        let expected = Database {
            host: "h.mysql.database.azure.com".into(),
            port: 3307,
            database: "d".into(),
            user: "u@h".into(),
            password: Some(Hidden::new("p;")),
            tls: TlsMode::Preferred,
            connect_timeout_seconds: 15,
        };
        assert_eq!(Database::mysql(text), Ok(expected));
        let short = Database::mysql("host=::1;database=d;user=u;ssl mode=verify-full").unwrap();
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
            assert_eq!(Database::mysql(text).expect_err(text).to_string(), expected);
        }
    }
}
