//! A connection to MySQL or MariaDB: statements as text, answers row by row.
//!
//! This is a client of our own because the driver at hand opens its sockets itself, past the rules of the way out, and brings
//! roots of TLS that are not those of the system. What a source of rows needs of the protocol is small: a login, a statement
//! as text, rows as text.

use std::sync::Arc;
use std::time::Duration;

use lazuli_catalog::data_sources::connection::Database;
use tokio::time::timeout;

use super::error::{broken, said};
use super::login::login;
use super::packet::{Packets, Reader};
use super::values::Column;
use crate::outside::Outside;
use crate::source::SourceError;

/// Says that a statement follows.
const QUERY: u8 = 3;
/// Says goodbye.
const QUIT: u8 = 1;

/// Columns of a table: more than MySQL allows (4096).
pub(super) const COLUMNS_MAX: usize = 5000;

/// A connection, and the answer that is being read from it.
pub(super) struct Connection {
    packets: Packets,
    columns: Vec<Column>,
}

/// The values of a row, as text; `None` for null.
pub(super) type Texts = Vec<Option<Vec<u8>>>;

impl Connection {
    /// Connects and logs in.
    pub(super) async fn open(server: &Database, outside: &Arc<Outside>) -> Result<Self, SourceError> {
        let longest = Duration::from_secs(server.connect_timeout_seconds);
        let opened = async {
            let tcp = outside.connect(&server.host, server.port).await?;
            login(server, outside, tcp).await
        };
        match timeout(longest, opened).await {
            Ok(packets) => Ok(Self { packets: packets?, columns: Vec::new() }),
            Err(_) => Err(SourceError::Transient(format!("Connecting to '{}' took too long.", server.host))),
        }
    }

    /// Sends a statement that has no rows.
    pub(super) async fn execute(&mut self, statement: &str) -> Result<(), SourceError> {
        self.send(statement).await?;
        let packet = self.packets.read().await?;
        match packet.first() {
            Some(0) => Ok(()),
            Some(255) => Err(said(&packet)),
            Some(_) | None => Err(broken()),
        }
    }

    /// Sends a statement that has rows. They must all be read before the next statement.
    pub(super) async fn query(&mut self, statement: &str) -> Result<&[Column], SourceError> {
        self.send(statement).await?;
        let packet = self.packets.read().await?;
        let count = match packet.first() {
            Some(255) => return Err(said(&packet)),
            // Done without rows, or a request for a file of ours.
            None | Some(0 | 251) => return Err(broken()),
            Some(_) => Reader(&packet).integer()?,
        };
        if count > COLUMNS_MAX as u64 {
            return Err(broken());
        }
        self.columns.clear();
        for _ in 0..count {
            self.columns.push(Column::read(&self.packets.read().await?)?);
        }
        let end = self.packets.read().await?;
        if is_end(&end) { Ok(&self.columns) } else { Err(broken()) }
    }

    /// The columns of the answer that is being read.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The next row of the answer; `None` after the last.
    pub(super) async fn row(&mut self) -> Result<Option<Texts>, SourceError> {
        let packet = self.packets.read().await?;
        if is_end(&packet) {
            return Ok(None);
        }
        if packet.first() == Some(&255) {
            return Err(said(&packet));
        }
        let mut reader = Reader(&packet);
        let values = self.columns.iter().map(|_| Ok(reader.value()?.map(<[u8]>::to_vec)));
        values.collect::<Result<_, SourceError>>().map(Some)
    }

    /// Ends the connection in the way that servers do not complain of in their logs. Whether they hear it does not matter.
    pub(super) async fn quit(mut self) {
        self.packets.restart();
        let _ = self.packets.write(&[QUIT]).await;
    }

    async fn send(&mut self, statement: &str) -> Result<(), SourceError> {
        self.packets.restart();
        self.packets.write(&[&[QUERY], statement.as_bytes()].concat()).await
    }
}

/// Whether a packet ends the columns or the rows. A row may begin with the same byte, but is longer then.
fn is_end(packet: &[u8]) -> bool {
    packet.first() == Some(&254) && packet.len() < 9
}
