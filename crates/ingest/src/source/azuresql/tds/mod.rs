//! A connection to SQL Server: statements, and their answers row by row.
//!
//! ```text
//! framed ─▶ prelogin ─▶ login      TLS in packets, how much of it, who asks
//! packet                           messages
//! tokens ─▶ this                   what is in an answer, and what it means
//! ```
//!
//! This is a client of our own. The driver at hand (tiberius) has TLS on a provider of cryptography that this program does
//! not have, cannot encrypt a login over a stream that is given to it, and gathers a value of any length that a server
//! announces. What a source of rows needs of the protocol is small: a login, and statements all of whose columns are text,
//! because the server is asked to convert them (`columns`).

mod error;
pub(in crate::source::azuresql) mod framed;
mod login;
mod packet;
pub(in crate::source::azuresql) mod prelogin;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use lazuli_catalog::data_sources::connection::SqlServer;
use tokio::time::timeout;

pub(super) use self::error::broken;
use self::error::said;
use self::login::{Change, utf16};
use self::packet::{BATCH, CALL};
use self::tokens::{Token, Tokens};
use crate::outside::Outside;
use crate::source::SourceError;
use crate::source::sql::PART_BYTES_MAX;

/// The values of a row; `None` for null.
pub(super) type Texts = Vec<Option<String>>;

/// How often a server may say that the database is elsewhere.
const HOPS_MAX: usize = 3;

/// A connection, and the answer that is being read from it.
pub(super) struct Connection {
    tokens: Tokens,
}

impl Connection {
    /// Connects and logs in, where the server sends us, too.
    pub(super) async fn open(server: &SqlServer, outside: &Arc<Outside>) -> Result<Self, SourceError> {
        let longest = Duration::from_secs(server.connect_timeout_seconds);
        match timeout(longest, Self::open_untimed(server, outside)).await {
            Ok(result) => result,
            Err(_) => Err(SourceError::Transient(format!("Connecting to '{}' took too long.", server.host))),
        }
    }

    async fn open_untimed(server: &SqlServer, outside: &Arc<Outside>) -> Result<Self, SourceError> {
        let mut server = server.clone();
        for _ in 0..=HOPS_MAX {
            let tcp = outside.connect(&server.host, server.port).await?;
            let messages = prelogin::begin(&server, outside, tcp, &login::message(&server)?).await?;
            let mut connection = Self { tokens: Tokens::of(messages) };
            match connection.logged_in().await? {
                None => return Ok(connection),
                Some((host, port)) => (server.host, server.port) = (host, port),
            }
        }
        Err(SourceError::Broken("The server sends us from one address to the next.".into()))
    }

    /// Reads the answer to the login: where the database is instead, if it is elsewhere.
    async fn logged_in(&mut self) -> Result<Option<(String, u16)>, SourceError> {
        let (mut is_in, mut elsewhere) = (false, None);
        while let Some(token) = self.tokens.next().await? {
            match token {
                Token::Error(number, sentence) => return Err(said(number, &sentence)),
                Token::LoggedIn => is_in = true,
                Token::Change(change) => match Change::read(&change)? {
                    Change::Size(size) => self.tokens.messages().resize(size)?,
                    Change::Elsewhere(host, port) => elsewhere = Some((host, port)),
                    Change::Other => {}
                },
                Token::Done { .. } | Token::Other => {}
                Token::Columns | Token::Row(_) => return Err(broken()),
            }
        }
        if is_in || elsewhere.is_some() { Ok(elsewhere) } else { Err(broken()) }
    }

    /// Sends a statement, in which `@P1`, `@P2` … stand for the parameters. Its rows are what [`Self::row`] reads then; what
    /// is left of the statement before must have been read.
    pub(super) async fn query(&mut self, statement: &str, parameters: &[&str]) -> Result<(), SourceError> {
        let (kind, message) = if parameters.is_empty() {
            (BATCH, [&HEADERS[..], &utf16(statement)].concat())
        } else {
            (CALL, call(statement, parameters)?)
        };
        self.tokens.messages().send(kind, &message).await
    }

    /// The next row of the answer; `None` after the last.
    pub(super) async fn row(&mut self) -> Result<Option<Texts>, SourceError> {
        let mut failed = false;
        while let Some(token) = self.tokens.next().await? {
            match token {
                Token::Row(texts) => return Ok(Some(texts)),
                Token::Error(number, sentence) => return Err(said(number, &sentence)),
                Token::Done { is_error } => failed |= is_error,
                Token::Columns | Token::Other => {}
                Token::Change(_) | Token::LoggedIn => {}
            }
        }
        // A server that says that a statement failed and not how.
        if failed { Err(broken()) } else { Ok(None) }
    }

    /// The rows of a statement that has few.
    pub(super) async fn rows(
        &mut self,
        statement: &str,
        parameters: &[&str],
    ) -> Result<Vec<Texts>, SourceError> {
        self.query(statement, parameters).await?;
        let mut rows = Vec::new();
        let mut bytes = 0;
        while let Some(row) = self.row().await? {
            bytes += size(&row);
            rows.push(row);
            if bytes > PART_BYTES_MAX {
                return Err(broken());
            }
        }
        Ok(rows)
    }

    /// The first value of a statement's first row; `None` for null and where there is no row.
    pub(super) async fn value(
        &mut self,
        statement: &str,
        parameters: &[&str],
    ) -> Result<Option<String>, SourceError> {
        let rows = self.rows(statement, parameters).await?;
        Ok(rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten())
    }
}

/// The bytes of a row in memory, about.
pub(super) fn size(row: &Texts) -> usize {
    size_of::<Option<String>>() * row.len() + row.iter().flatten().map(String::len).sum::<usize>()
}

/// What stands before a statement: the length of all headers, the length and the kind of the only one, no transaction, one
/// answer at a time (MS-TDS 2.2.5.3).
const HEADERS: [u8; 22] = [22, 0, 0, 0, 18, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];

/// `sp_executesql` by its number, without options.
const EXECUTE_SQL: [u8; 6] = [0xff, 0xff, 10, 0, 0, 0];

/// A parameter without a name and of no special kind; of the type `nvarchar`.
const PARAMETER: [u8; 3] = [0, 0, 0xe7];

/// The collation in which a parameter is compared until a column's own takes over: Latin1_General_CI_AS.
const COLLATION: [u8; 5] = [9, 4, 0xd0, 0, 0x34];

/// The longest value of `nvarchar(4000)`.
const PARAMETER_BYTES_MAX: usize = 8000;

/// A call of `sp_executesql`: the statement, what its parameters are, and their values.
fn call(statement: &str, parameters: &[&str]) -> Result<Vec<u8>, SourceError> {
    let declared: Vec<String> =
        (1..=parameters.len()).map(|number| format!("@P{number} nvarchar(4000)")).collect();
    let mut message = [&HEADERS[..], &EXECUTE_SQL].concat();
    for text in [statement, &declared.join(",")] {
        let value = utf16(text);
        let length = u32::try_from(value.len()).map_err(|_| broken())?;
        message.extend(PARAMETER);
        // Of any length, in one part.
        message.extend([0xff, 0xff]);
        message.extend(COLLATION);
        message.extend(u64::from(length).to_le_bytes());
        message.extend(length.to_le_bytes());
        message.extend(value);
        message.extend([0; 4]);
    }
    for text in parameters {
        let value = utf16(text);
        if value.len() > PARAMETER_BYTES_MAX {
            return Err(SourceError::Broken(
                "A high water mark of more than 4000 characters cannot be compared.".into(),
            ));
        }
        message.extend(PARAMETER);
        message.extend((PARAMETER_BYTES_MAX as u16).to_le_bytes());
        message.extend(COLLATION);
        message.extend((value.len() as u16).to_le_bytes());
        message.extend(value);
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_a_value_and_no_part_of_the_statement() {
        let call = call("SELECT @P1", &["'; DROP TABLE t; --"]).unwrap();
        let value = utf16("'; DROP TABLE t; --");
        assert!(call.ends_with(&[&[38, 0][..], &value].concat()));
        assert!(super::call("SELECT @P1", &[&"x".repeat(4001)]).is_err());
    }
}
