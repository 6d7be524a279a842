//! PostgreSQL, an extension of ours: an address, the keywords of libpq, or the pairs of Npgsql.
//!
//! ```text
//! postgresql://user:password@host:5432/database?sslmode=require
//! host=h port=5432 dbname=d user=u password='it''s' sslmode=require
//! Host=h;Port=5432;Database=d;Username=u;Password=p;SSL Mode=Require
//! ```

use super::ConnectionProblem;
use super::database::{Database, Words};
use super::pairs::Pairs;

const WORDS: Words = Words {
    host: &["host", "Server", "hostaddr"],
    port: &["port"],
    database: &["dbname", "Database"],
    user: &["user", "Username", "User Id"],
    password: &["password"],
    tls: &["sslmode", "SSL Mode"],
    timeout: &["connect_timeout", "Timeout"],
    usual_port: 5432,
    allowed_tls: "It must be 'disable', 'allow', 'prefer', 'require', 'verify-ca' or 'verify-full'.",
    meaningless: &["application_name", "Pooling", "client_encoding", "fallback_application_name"],
    known: "'host', 'port', 'dbname', 'user', 'password', 'sslmode' and 'connect_timeout'",
};

impl Database {
    /// Reads a connection string of PostgreSQL, of any of the three forms.
    pub fn postgresql(text: &str) -> Result<Database, ConnectionProblem> {
        let text = text.trim();
        let address = ["postgresql://", "postgres://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        WORDS.read(match address {
            Some(address) => of_address(address)?,
            // Only libpq says dbname, and no semicolon has a meaning there.
            None if !text.contains(';') || text.contains("dbname") => Pairs::of(keywords(text)?)?,
            None => Pairs::quoted(text)?,
        })
    }
}

/// `[user[:password]@]host[:port][/database][?name=value{&name=value}]`
fn of_address(address: &str) -> Result<Pairs, ConnectionProblem> {
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let (authority, database) = address.split_once('/').unwrap_or((address, ""));
    let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    // The colons of an address of IPv6 stand in brackets.
    let (host, port) = place.rsplit_once(':').filter(|(_, port)| !port.contains(']')).unwrap_or((place, ""));
    let named =
        [("user", user), ("password", password), ("host", host), ("port", port), ("dbname", database)];
    let queried = query.split('&').filter(|pair| !pair.is_empty());
    let queried = queried.map(|pair| pair.split_once('=').ok_or(ConnectionProblem::NotUrl));
    let named = named.into_iter().filter(|(_, value)| !value.is_empty()).map(Ok);
    let pairs = named.chain(queried).map(|pair| {
        let (name, value) = pair?;
        Ok((decoded(name)?, decoded(value)?))
    });
    Pairs::of(pairs.collect::<Result<Vec<_>, ConnectionProblem>>()?)
}

/// A part of an address with its `%XX`.
fn decoded(text: &str) -> Result<String, ConnectionProblem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => bytes.push((high * 16 + low) as u8),
                (_, _) => return Err(ConnectionProblem::NotUrl),
            },
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| ConnectionProblem::NotUrl)
}

/// `name = value` with blanks between; a value in single quotes may hold blanks, a backslash takes what is behind it as it is.
fn keywords(text: &str) -> Result<Vec<(String, String)>, ConnectionProblem> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(ConnectionProblem::NotPairs)?;
        let (value, after) = keyword_value(after.trim_start())?;
        pairs.push((name.trim().to_owned(), value));
        rest = after.trim_start();
    }
    Ok(pairs)
}

fn keyword_value(text: &str) -> Result<(String, &str), ConnectionProblem> {
    let (body, in_quotes) = text.strip_prefix('\'').map_or((text, false), |body| (body, true));
    let mut value = String::new();
    let mut characters = body.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if in_quotes => return Ok((value, body.get(at + 1..).unwrap_or_default())),
            blank if blank.is_whitespace() && !in_quotes => {
                return Ok((value, body.get(at..).unwrap_or_default()));
            }
            character => value.push(character),
        }
    }
    if in_quotes { Err(ConnectionProblem::NotPairs) } else { Ok((value, "")) }
}

#[cfg(test)]
mod tests {
    use super::super::{Hidden, TlsMode};
    use super::*;

    fn check(text: &str, password: Option<&str>, tls: TlsMode) {
        let expected = Database {
            host: "h".into(),
            port: 5433,
            database: "d".into(),
            user: "u".into(),
            password: password.map(Hidden::new),
            tls,
            connect_timeout_seconds: 15,
        };
        assert_eq!(Database::postgresql(text), Ok(expected), "{text}");
    }

    #[test]
    fn all_forms_say_the_same() {
        check("postgresql://u:p%40%2Fq@h:5433/d?sslmode=require", Some("p@/q"), TlsMode::Required);
        check("postgres://u@h:5433/d", None, TlsMode::Preferred);
        check("postgresql://h:5433/d?user=u&password=p", Some("p"), TlsMode::Preferred);
        check(
            r"host=h port=5433 dbname=d user=u password='it\'s a;b' sslmode=verify-full",
            Some("it's a;b"),
            TlsMode::VerifyFull,
        );
        check(r"host = h port= 5433 dbname =d user=u password=a\ b", Some("a b"), TlsMode::Preferred);
        check(
            "Host=h;Port=5433;Database=d;Username=u;Password=\"a;b\";SSL Mode=Disable;",
            Some("a;b"),
            TlsMode::Off,
        );
    }

    #[test]
    fn addresses_have_defaults_and_hosts_of_any_kind() {
        let server = Database::postgresql("postgresql://u@[::1]/d?connect_timeout=3").unwrap();
        assert_eq!((server.host.as_str(), server.port, server.connect_timeout_seconds), ("::1", 5432, 3));
        let server = Database::postgresql("postgresql://u@[fe80::1]:7/d").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("fe80::1", 7));
    }

    #[test]
    fn what_reaches_no_database_is_refused() {
        for (text, expected) in [
            ("", "The connection string must have 'host'."),
            ("postgresql://u@h", "The connection string must have 'dbname'."),
            ("postgresql://h/d", "The connection string must have 'user'."),
            (
                "postgresql://u:%4@h/d",
                "The connection string is not an address of the form 'postgresql://user:password@host:port/database'.",
            ),
            (
                "host=h dbname=d user=u password='a",
                "The connection string is not a list of 'name=value' pairs, separated by semicolons.",
            ),
            (
                "postgresql://u@a,b/d",
                "The connection string has a value for 'host' that is not allowed. It must be the name or the address of one \
                 server.",
            ),
            (
                "host=h dbname=d user=u sslrootcert=/x",
                "The connection string has a name that is not known for this type of data source. Known are 'host', 'port', \
                 'dbname', 'user', 'password', 'sslmode' and 'connect_timeout'.",
            ),
        ] {
            assert_eq!(Database::postgresql(text).expect_err(text).to_string(), expected);
        }
    }
}
