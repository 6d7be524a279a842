//! Connections to PostgreSQL: by the rules of the way out, with TLS as the data source asks for it.
//!
//! TLS is agreed on here and not by the driver, which has no part in rustls: it is given a stream that is ready.

use std::convert::Infallible;
use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use lazuli_catalog::data_sources::connection::{Database, TlsMode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

use super::budget::{self, Budget};
use crate::outside::Outside;
use crate::source::SourceError;
use crate::source::sql::stream::{Stream, secured};
use crate::source::sql::{CREDENTIALS, answered};

/// Asks a server whether it speaks TLS: a length and a code (PostgreSQL, "Message Formats", SSLRequest).
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// How long a connection may take to say goodbye. The driver waits for answers that it is still owed, and a server that has
/// none would be waited for by as many connections as there were attempts.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection, ready for statements. It is closed when this is dropped, whatever the server is doing.
pub(super) struct Session {
    client: Client,
    _here: oneshot::Sender<Infallible>,
}

impl Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Connects and logs in.
pub(super) async fn connect(
    server: &Database,
    outside: &Arc<Outside>,
    budget: &Budget,
) -> Result<Session, SourceError> {
    let longest = Duration::from_secs(server.connect_timeout_seconds);
    budget.refill();
    match timeout(longest, connect_untimed(server, outside, budget)).await {
        Ok(result) => result,
        Err(_) => Err(SourceError::Transient(format!("Connecting to '{}' took too long.", server.host))),
    }
}

async fn connect_untimed(
    server: &Database,
    outside: &Arc<Outside>,
    budget: &Budget,
) -> Result<Session, SourceError> {
    let tcp = outside.connect(&server.host, server.port).await?;
    let stream: Stream = match server.tls {
        TlsMode::Off => Box::new(tcp),
        TlsMode::Preferred | TlsMode::Required | TlsMode::VerifyCa | TlsMode::VerifyFull => {
            agreed(server, outside, tcp).await?
        }
    };
    let mut config = Config::new();
    config.user(&server.user).dbname(&server.database).application_name("lazuli").ssl_mode(SslMode::Disable);
    if let Some(password) = &server.password {
        config.password(password.reveal());
    }
    let (client, connection) =
        config.connect_raw(budget.limit(stream), NoTls).await.map_err(|error| said(&error))?;
    let (here, gone) = oneshot::channel();
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = &mut connection => Some(ended),
            _ = gone => timeout(FAREWELL, connection).await.ok(),
        };
        if let Some(Err(error)) = ended {
            tracing::debug!(%error, "a connection to PostgreSQL broke");
        }
    });
    Ok(Session { client, _here: here })
}

/// The stream, with TLS if the server has it.
async fn agreed(
    server: &Database,
    outside: &Arc<Outside>,
    mut tcp: TcpStream,
) -> Result<Stream, SourceError> {
    let broken = |error: std::io::Error| {
        SourceError::Transient(format!("The connection to '{}' broke: {error}.", server.host))
    };
    tcp.write_all(&TLS_REQUEST).await.map_err(broken)?;
    match tcp.read_u8().await.map_err(broken)? {
        b'S' => {}
        b'N' if server.tls == TlsMode::Preferred => return Ok(Box::new(tcp)),
        b'N' => {
            return Err(SourceError::Broken(format!("The server '{}' does not offer TLS.", server.host)));
        }
        _ => return Err(SourceError::Broken(format!("'{}' is no PostgreSQL server.", server.host))),
    }
    secured(outside, &server.host, tcp).await
}

/// What an error of the driver means for a run.
pub(super) fn said(error: &tokio_postgres::Error) -> SourceError {
    let Some(database) = error.as_db_error() else {
        if budget::is_spent(error) {
            return SourceError::Broken(budget::SPENT.into());
        }
        let text = format!("The connection to the database broke: {error}.");
        return if error.is_closed()
            || std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
        {
            SourceError::Transient(text)
        } else {
            SourceError::Broken(text)
        };
    };
    let text = answered(database.message());
    let code = database.code();
    if *code == SqlState::INVALID_CATALOG_NAME || *code == SqlState::UNDEFINED_TABLE {
        return SourceError::Missing(text);
    }
    // Classes of errors: PostgreSQL, appendix A.
    match code.code().get(..2).unwrap_or_default() {
        "28" => SourceError::Credentials(CREDENTIALS.into()),
        "08" | "25" | "40" | "53" | "55" | "57" | "58" => SourceError::Transient(text),
        _ => SourceError::Broken(text),
    }
}
