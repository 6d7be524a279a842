//! Tables and views of PostgreSQL: a source of ours, as the service has none.
//!
//! The database makes the JSON of a row (`row_to_json`), so every type that it knows has its usual form there: numbers,
//! booleans, text, times in ISO 8601, arrays, and documents of `json` and `jsonb`. Rows are fetched from a cursor in a
//! read-only transaction, part by part: a run sees one state of the table, and no more than a part of it is in memory.
//!
//! The mark's column may be `xmin`, which every table has: the transaction that wrote the row. Then nothing has to be kept in
//! the rows, and no change is missed however late its transaction commits: what is remembered is the oldest transaction that
//! was still running. The rows come in no order then, so a run that is interrupted begins anew.

mod budget;
mod connect;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::data_sources::connection::Database;
use lazuli_catalog::data_sources::tables::Part;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::time::timeout;
use tokio_postgres::{Client, SimpleQueryMessage};

use self::budget::Budget;
use self::connect::{Session, connect, said};
use super::sql::configuration::query_timeout;
use super::sql::high_water::{From, HighWater, Layout, Row, Rows, Table};
use super::sql::{self, closed, mark_column, names, too_slow};
use super::{BoxFuture, Opening, Source, SourceError};
use crate::outside::Outside;

/// Opens a table or view for one run.
pub(super) async fn open(opening: Opening<'_>, server: &Database) -> Result<Box<dyn Source>, SourceError> {
    let table = Relation {
        server: server.clone(),
        outside: Arc::clone(opening.outside),
        name: names::parts(SourceType::PostgreSql, &opening.source.container.name)?,
        wanted: mark_column(opening.source)?,
        longest: query_timeout(opening.parameters)?,
        client: None,
        budget: Budget::default(),
        quoted: String::new(),
        columns: Vec::new(),
        mark: None,
        rows_at_once: ROWS_AT_FIRST,
        running: None,
    };
    Ok(Box::new(HighWater::open(table, &opening).await?))
}

/// A table or view.
struct Relation {
    server: Database,
    outside: Arc<Outside>,
    name: Vec<Part>,
    /// The mark's column as the policy calls it.
    wanted: Option<String>,
    /// How long a statement may take.
    longest: Duration,
    client: Option<Session>,
    /// Bytes that the server may still send for a statement.
    budget: Budget,
    /// The name for statements, as the database quotes it.
    quoted: String,
    columns: Vec<Column>,
    mark: Option<Column>,
    /// How many rows to fetch together.
    rows_at_once: usize,
    /// The oldest transaction that was running when this one began, where the mark is [`XMIN`].
    running: Option<String>,
}

/// Rows that are fetched together before it is known how long they are, and when they are short.
const ROWS_AT_FIRST: usize = 64;
const ROWS_AT_ONCE_MAX: usize = 10_000;

/// The column of the transaction that wrote a row.
const XMIN: &str = "xmin";

/// The oldest transaction that is running.
const RUNNING: &str = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text";

/// How many transactions may lie between two runs so that rows can still be told apart: they have 32 bits, of which half are
/// the past. Rows are all read again after more.
const TRANSACTIONS_MAX: u64 = 1_000_000_000;

#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// As the database writes it: `character varying(20)`.
    kind: String,
    is_key: bool,
}

/// The name of a relation for statements; nothing if there is none of this name.
const FIND: &str = "SELECT to_regclass($1)::text";

/// Its columns.
const COLUMNS: &str = "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), \
     EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) \
     FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

impl Relation {
    async fn connect_now(&mut self) -> Result<Layout, SourceError> {
        self.client = None;
        let client = connect(&self.server, &self.outside, &self.budget).await?;
        // The server gives up a moment before we do, so that what it was doing ends too.
        let setup = format!(
            "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET statement_timeout = {}; \
             BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            self.longest.as_millis().clamp(1, i32::MAX as u128)
        );
        self.timed(async { client.batch_execute(&setup).await }).await?;
        self.quoted = self.find(&client).await?;
        self.columns = self.columns(&client).await?;
        self.mark = match self.wanted.as_deref() {
            Some(XMIN) => {
                let row = self.timed(client.query_one(RUNNING, &[])).await?;
                self.running = Some(row.try_get(0).map_err(|error| said(&error))?);
                None
            }
            Some(wanted) => Some(names::column(&self.columns, |column| &column.name, wanted)?.clone()),
            None => None,
        };
        self.client = Some(client);
        let column = self.mark.as_ref().map(|column| (column.name.clone(), column.kind.clone()));
        let transaction = self.running.as_ref().map(|_| (XMIN.to_owned(), XMIN.to_owned()));
        let key = sql::key(self.columns.iter().map(|column| (column.name.as_str(), column.is_key)));
        let at_end = self.running.clone().map(|running| (running, 0));
        Ok(Layout { key, mark: column.or(transaction), at_end })
    }

    /// The relation of this name as it is written, or else with the parts that are not quoted in lower case, which is what
    /// PostgreSQL makes of them.
    async fn find(&self, client: &Client) -> Result<String, SourceError> {
        let exact = |part: &Part| names::quoted(&part.name);
        let folded = |part: &Part| {
            if part.is_quoted { exact(part) } else { names::quoted(&part.name.to_lowercase()) }
        };
        let name = |of: &dyn Fn(&Part) -> String| self.name.iter().map(of).collect::<Vec<_>>().join(".");
        for name in [name(&exact), name(&folded)] {
            let row = self.timed(client.query_one(FIND, &[&name])).await?;
            if let Some(found) = row.try_get::<_, Option<String>>(0).map_err(|error| said(&error))? {
                return Ok(found);
            }
        }
        let name = self.name.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(".");
        Err(SourceError::Missing(format!("The table or view '{name}' does not exist.")))
    }

    async fn columns(&self, client: &Client) -> Result<Vec<Column>, SourceError> {
        let rows = self.timed(client.query(COLUMNS, &[&self.quoted])).await?;
        let column = |row: &tokio_postgres::Row| {
            Ok(Column { name: row.try_get(0)?, kind: row.try_get(1)?, is_key: row.try_get(2)? })
        };
        rows.iter().map(column).collect::<Result<_, _>>().map_err(|error| said(&error))
    }

    /// A condition on the mark's column, whose text is the parameter.
    fn condition(&self, operator: &str) -> String {
        let Some(mark) = &self.mark else {
            return format!(" WHERE age(lazuli_row.{XMIN}) <= age($1::text::xid8::xid)");
        };
        format!(" WHERE lazuli_row.{} {operator} $1::text::{}", names::quoted(&mark.name), mark.kind)
    }

    async fn tied_now(&self, value: &str) -> Result<u64, SourceError> {
        if self.running.is_some() {
            return Ok(0);
        }
        let client = self.client.as_ref().ok_or_else(closed)?;
        let count = format!("SELECT count(*) FROM {} lazuli_row{}", self.quoted, self.condition("="));
        let row = self.timed(client.query_one(&count, &[&value])).await?;
        let rows: i64 = row.try_get(0).map_err(|error| said(&error))?;
        Ok(u64::try_from(rows).unwrap_or(0))
    }

    async fn select_now(&self, from: From<'_>) -> Result<(), SourceError> {
        let client = self.client.as_ref().ok_or_else(closed)?;
        let (mark, order) = match &self.mark {
            Some(mark) => {
                let column = format!("lazuli_row.{}", names::quoted(&mark.name));
                (format!("{column}::text"), format!(" ORDER BY {column} NULLS FIRST"))
            }
            None => ("NULL".to_owned(), String::new()),
        };
        let (condition, value) = match from {
            From::Start => (String::new(), None),
            From::After(value) | From::At(value) if self.is_long_ago(value) => (String::new(), None),
            From::After(value) => (self.condition(">"), Some(value)),
            From::At(value) => (self.condition(">="), Some(value)),
        };
        let cursor = format!(
            "DECLARE lazuli NO SCROLL CURSOR FOR SELECT row_to_json(lazuli_row)::text, {mark} FROM {} lazuli_row{condition}{order}",
            self.quoted
        );
        match value {
            Some(value) => self.timed(client.execute(&cursor, &[&value])).await?,
            None => self.timed(client.execute(&cursor, &[])).await?,
        };
        Ok(())
    }

    /// Whether so many transactions ran since this one that its number may stand for another.
    fn is_long_ago(&self, value: &str) -> bool {
        let Some(running) = &self.running else { return false };
        match (running.parse::<u64>(), value.parse::<u64>()) {
            (Ok(running), Ok(then)) => running.checked_sub(then).is_none_or(|since| since > TRANSACTIONS_MAX),
            _ => true,
        }
    }

    async fn fetch_now(&mut self, most: usize) -> Result<Rows, SourceError> {
        let client = self.client.as_ref().ok_or_else(closed)?;
        let asked = most.min(self.rows_at_once);
        let answer = self.timed(client.simple_query(&format!("FETCH FORWARD {asked} FROM lazuli"))).await?;
        let mut bytes = 0;
        let mut rows = Vec::new();
        for message in answer {
            if let SimpleQueryMessage::Row(row) = message {
                let text = row.try_get(0).map_err(|error| said(&error))?.unwrap_or_default();
                bytes += text.len();
                let mark = row.try_get(1).map_err(|error| said(&error))?.map(str::to_owned);
                rows.push(Row { fields: self.fields(text)?, mark });
            }
        }
        let ended = rows.len() < asked;
        if ended {
            self.client = None;
        }
        // The driver gathers an answer whole: as many rows are asked for next as fill a part, going by these.
        self.rows_at_once =
            (sql::PART_BYTES_MAX / (bytes / rows.len().max(1)).max(1)).clamp(1, ROWS_AT_ONCE_MAX);
        Ok(Rows { rows, ended })
    }

    /// The row that the database has made. Its times without a zone are taken for UTC, and a date for the midnight that it
    /// begins with: indexes know moments only.
    fn fields(&self, text: &str) -> Result<Map<String, Value>, SourceError> {
        let mut fields: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
            SourceError::Broken(format!("The database made a row that is no JSON: {error}."))
        })?;
        self.keep_digits(text, &mut fields);
        for column in &self.columns {
            let suffix = match column.kind.as_str() {
                "date" => "T00:00:00Z",
                kind if kind.starts_with("timestamp") && kind.ends_with("without time zone") => "Z",
                _ => continue,
            };
            if let Some(Value::String(time)) = fields.get_mut(&column.name)
                && time.starts_with(|c: char| c.is_ascii_digit())
            {
                time.push_str(suffix);
            }
        }
        Ok(fields)
    }

    /// Keeps numbers of type `numeric` that have a fraction as they are written: a double would lose their digits, and `1.50` its
    /// zero.
    fn keep_digits(&self, text: &str, fields: &mut Map<String, Value>) {
        let mut exact = self.columns.iter().filter(|column| column.kind.starts_with("numeric")).peekable();
        if exact.peek().is_none() {
            return;
        }
        let written: HashMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
        for column in exact {
            let digits =
                written.get(&column.name).map(|value| value.get()).filter(|value| value.contains('.'));
            if let (Some(digits), Some(value @ Value::Number(_))) = (digits, fields.get_mut(&column.name)) {
                *value = Value::String(digits.to_owned());
            }
        }
    }

    /// Waits for the database no longer than a statement may take, and a little.
    async fn timed<A>(
        &self,
        call: impl Future<Output = Result<A, tokio_postgres::Error>>,
    ) -> Result<A, SourceError> {
        self.budget.refill();
        match timeout(self.longest + GRACE, call).await {
            Ok(result) => result.map_err(|error| said(&error)),
            Err(_) => Err(too_slow()),
        }
    }
}

/// How much longer than the server we wait for a statement that it should have given up.
const GRACE: Duration = Duration::from_secs(5);

impl Table for Relation {
    fn connect(&mut self) -> BoxFuture<'_, Result<Layout, SourceError>> {
        Box::pin(self.connect_now())
    }

    fn tied<'a>(&'a mut self, value: &'a str) -> BoxFuture<'a, Result<u64, SourceError>> {
        Box::pin(self.tied_now(value))
    }

    fn select<'a>(&'a mut self, from: From<'a>) -> BoxFuture<'a, Result<(), SourceError>> {
        Box::pin(self.select_now(from))
    }

    fn fetch(&mut self, most: usize) -> BoxFuture<'_, Result<Rows, SourceError>> {
        Box::pin(self.fetch_now(most))
    }
}
