//! Tables and views of MySQL and MariaDB (`indexers.md` §2.7).
//!
//! ```text
//! values  text by type ─▶ JSON
//! connection  a statement and its rows      login  who asks
//! packet  lengths and numbers
//! ```
//!
//! The rows of one statement are read as they are asked for, in a read-only transaction: a run sees one state of the table.
//! Types that the service leaves out because its own fields cannot hold them are read where JSON can: `unsigned` and `bit`
//! are numbers, `decimal` is text where it has a fraction.

mod connection;
mod error;
mod login;
mod packet;
#[cfg(test)]
mod tests;
mod values;

use std::sync::Arc;
use std::time::Duration;

use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::data_sources::connection::Database;
use serde_json::{Map, Value};

use self::connection::{COLUMNS_MAX, Connection, Texts};
use super::sql::configuration::query_timeout;
use super::sql::high_water::{From, HighWater, Layout, Row, Rows, Table};
use super::sql::{self, closed, mark_column, names, timed};
use super::{BoxFuture, Opening, Source, SourceError};
use crate::outside::Outside;

/// Opens a table or view for one run.
pub(super) async fn open(opening: Opening<'_>, server: &Database) -> Result<Box<dyn Source>, SourceError> {
    let parts = names::parts(SourceType::MySql, &opening.source.container.name)?;
    let (database, name) = match parts.as_slice() {
        [table] => (server.database.clone(), table.name.clone()),
        [database, table] => (database.name.clone(), table.name.clone()),
        _ => {
            return Err(SourceError::Broken(
                "A table of MySQL has no more than a database and a name.".into(),
            ));
        }
    };
    let table = Relation {
        server: server.clone(),
        outside: Arc::clone(opening.outside),
        database,
        name,
        wanted: mark_column(opening.source)?,
        longest: query_timeout(opening.parameters)?,
        connection: None,
        mark: None,
    };
    Ok(Box::new(HighWater::open(table, &opening).await?))
}

/// A table or view.
struct Relation {
    server: Database,
    outside: Arc<Outside>,
    database: String,
    name: String,
    /// The mark's column as the policy calls it.
    wanted: Option<String>,
    /// How long the server may take for a part of the rows.
    longest: Duration,
    connection: Option<Connection>,
    /// The mark's column by its true name, and whether its values are numbers.
    mark: Option<(String, bool)>,
}

/// Text that statements agree on: times in UTC, backslashes escape, and the server waits while documents are written.
const SESSION: [&str; 3] = [
    "SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = 3600",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
];

/// A column as the catalog of the database describes it.
struct Described {
    name: String,
    kind: String,
    is_key: bool,
}

impl Relation {
    async fn connect_now(&mut self) -> Result<Layout, SourceError> {
        self.connection = None;
        let mut connection = Connection::open(&self.server, &self.outside).await?;
        for statement in SESSION {
            connection.execute(statement).await?;
        }
        let columns = self.describe(&mut connection).await?;
        let mark = match &self.wanted {
            Some(wanted) => {
                let column = names::column(&columns, |column| &column.name, wanted)?;
                check_mark(column)?;
                self.mark = Some((column.name.clone(), false));
                Some((column.name.clone(), column.kind.clone()))
            }
            None => None,
        };
        if let Some((name, is_number)) = &mut self.mark {
            let table = quoted_table(&self.database, &self.name);
            let found = connection.query(&format!("SELECT {} FROM {table} LIMIT 0", quoted(name))).await?;
            *is_number = found.first().is_some_and(values::Column::is_number);
            while connection.row().await?.is_some() {}
        }
        self.connection = Some(connection);
        let key = sql::key(columns.iter().map(|column| (column.name.as_str(), column.is_key)));
        Ok(Layout { key, mark, at_end: None })
    }

    async fn describe(&self, connection: &mut Connection) -> Result<Vec<Described>, SourceError> {
        let statement = format!(
            "SELECT column_name, column_type, column_key FROM information_schema.columns \
             WHERE table_schema = {} AND table_name = {} ORDER BY ordinal_position",
            literal(&self.database),
            literal(&self.name)
        );
        connection.query(&statement).await?;
        let mut columns = Vec::new();
        while let Some(row) = connection.row().await? {
            let mut texts =
                row.into_iter().map(|text| String::from_utf8_lossy(&text.unwrap_or_default()).into_owned());
            let mut next = || texts.next().unwrap_or_default();
            columns.push(Described { name: next(), kind: next(), is_key: next() == "PRI" });
            if columns.len() > COLUMNS_MAX {
                return Err(error::broken());
            }
        }
        if columns.is_empty() {
            let (database, name) = (&self.database, &self.name);
            return Err(SourceError::Missing(format!(
                "The table or view '{database}.{name}' does not exist."
            )));
        }
        Ok(columns)
    }

    /// A condition on the mark's column.
    fn condition(&self, operator: &str, value: &str) -> String {
        let Some((column, is_number)) = &self.mark else { return String::new() };
        // A number in quotes would be compared as a double, in which large ones are equal.
        let value = if *is_number && is_number_literal(value) { value.to_owned() } else { literal(value) };
        format!(" WHERE {} {operator} {value}", quoted(column))
    }

    async fn tied_now(&mut self, value: &str) -> Result<u64, SourceError> {
        let table = quoted_table(&self.database, &self.name);
        let statement = format!("SELECT count(*) FROM {table}{}", self.condition("=", value));
        let connection = self.connection.as_mut().ok_or_else(closed)?;
        connection.query(&statement).await?;
        let mut count = 0;
        while let Some(row) = connection.row().await? {
            let text = row.into_iter().next().flatten().unwrap_or_default();
            count = String::from_utf8_lossy(&text).parse().unwrap_or(0);
        }
        Ok(count)
    }

    async fn select_now(&mut self, from: From<'_>) -> Result<(), SourceError> {
        let condition = match from {
            From::Start => String::new(),
            From::After(value) => self.condition(">", value),
            From::At(value) => self.condition(">=", value),
        };
        let order = self.mark.as_ref().map(|(column, _)| format!(" ORDER BY {}", quoted(column)));
        let table = quoted_table(&self.database, &self.name);
        let statement = format!("SELECT * FROM {table}{condition}{}", order.unwrap_or_default());
        let connection = self.connection.as_mut().ok_or_else(closed)?;
        connection.query(&statement).await.map(drop)
    }

    async fn fetch_now(&mut self, most: usize) -> Result<Rows, SourceError> {
        let connection = self.connection.as_mut().ok_or_else(closed)?;
        let mut rows = Rows::default();
        let mut bytes = 0;
        while rows.rows.len() < most && bytes < sql::PART_BYTES_MAX && !rows.ended {
            match connection.row().await? {
                Some(texts) => {
                    bytes += texts.iter().flatten().map(Vec::len).sum::<usize>();
                    rows.rows.push(row(connection.columns(), texts, self.mark.as_ref())?);
                }
                None => rows.ended = true,
            }
        }
        if rows.ended
            && let Some(connection) = self.connection.take()
        {
            connection.quit().await;
        }
        Ok(rows)
    }
}

/// The server writes numbers of the type FLOAT with six digits, so that rows between two of them would be passed over; and bytes are no
/// text.
fn check_mark(column: &Described) -> Result<(), SourceError> {
    let Described { name, kind, .. } = column;
    let word = kind.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let cannot = ["float", "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"];
    if !cannot.iter().any(|cannot| word.eq_ignore_ascii_case(cannot)) {
        return Ok(());
    }
    Err(SourceError::Broken(format!("The column '{name}' of type '{kind}' cannot be a high water mark.")))
}

/// A row with its mark. Columns that no field of an index can hold are left out.
fn row(columns: &[values::Column], texts: Texts, mark: Option<&(String, bool)>) -> Result<Row, SourceError> {
    let mut row = Row { fields: Map::new(), mark: None };
    for (column, text) in columns.iter().zip(texts) {
        let value = match &text {
            Some(text) => column.json(text)?,
            None => Some(Value::Null),
        };
        if let Some(value) = value {
            row.fields.insert(column.name.clone(), value);
        }
        if mark.is_some_and(|(name, _)| *name == column.name) {
            row.mark = text.map(|text| String::from_utf8_lossy(&text).into_owned());
        }
    }
    Ok(row)
}

fn quoted_table(database: &str, name: &str) -> String {
    format!("{}.{}", quoted(database), quoted(name))
}

/// A name in the quotes of MySQL.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text in a statement, in a session where backslashes escape.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Whether a text is a number in a statement and nothing else.
fn is_number_literal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.matches('.').count() <= 1
}

impl Table for Relation {
    fn connect(&mut self) -> BoxFuture<'_, Result<Layout, SourceError>> {
        Box::pin(timed(self.longest, self.connect_now()))
    }

    fn tied<'a>(&'a mut self, value: &'a str) -> BoxFuture<'a, Result<u64, SourceError>> {
        Box::pin(timed(self.longest, self.tied_now(value)))
    }

    fn select<'a>(&'a mut self, from: From<'a>) -> BoxFuture<'a, Result<(), SourceError>> {
        Box::pin(timed(self.longest, self.select_now(from)))
    }

    fn fetch(&mut self, most: usize) -> BoxFuture<'_, Result<Rows, SourceError>> {
        Box::pin(timed(self.longest, self.fetch_now(most)))
    }
}
