//! A table or view of SQL Server, its connection, and what both kinds of reading it have in common.

use std::sync::Arc;
use std::time::Duration;

use lazuli_catalog::data_sources::SourceType;
use lazuli_catalog::data_sources::connection::SqlServer;
use serde_json::{Map, Value};

use super::columns::{Column, ROW, quoted};
use super::tds::{Connection, Texts, broken, size};
use crate::outside::Outside;
use crate::source::sql::configuration::query_timeout;
use crate::source::sql::{self, closed, names};
use crate::source::{Opening, SourceError};

/// What statements agree on: nothing is counted for us, no text is cut off, and what others have not committed is not seen.
const SESSION: &str =
    "SET NOCOUNT ON; SET TEXTSIZE 2147483647; SET TRANSACTION ISOLATION LEVEL READ COMMITTED;";

/// A table or view.
pub(super) struct Relation {
    server: SqlServer,
    outside: Arc<Outside>,
    parts: Vec<String>,
    /// How long the server may take for a part of the rows.
    pub(super) longest: Duration,
    connection: Option<Connection>,
    pub(super) columns: Vec<Column>,
}

impl Relation {
    pub(super) fn of(opening: &Opening<'_>, server: &SqlServer) -> Result<Self, SourceError> {
        Ok(Self {
            server: server.clone(),
            outside: Arc::clone(opening.outside),
            parts: names::parts(SourceType::AzureSql, &opening.source.container.name)?
                .into_iter()
                .map(|part| part.name)
                .collect(),
            longest: query_timeout(opening.parameters)?,
            connection: None,
            columns: Vec::new(),
        })
    }

    /// The name for statements.
    pub(super) fn quoted(&self) -> String {
        self.parts.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(".")
    }

    /// The name for people.
    pub(super) fn name(&self) -> String {
        self.parts.join(".")
    }

    /// Whether the name says in which database it is.
    pub(super) fn names_database(&self) -> bool {
        self.parts.len() > 2
    }

    pub(super) fn connection(&mut self) -> Result<&mut Connection, SourceError> {
        self.connection.as_mut().ok_or_else(closed)
    }

    pub(super) fn close(&mut self) {
        self.connection = None;
    }

    /// Opens a connection instead of the one before, and looks at the columns.
    pub(super) async fn connect(&mut self) -> Result<(), SourceError> {
        self.connection = None;
        let mut connection = Connection::open(&self.server, &self.outside).await?;
        connection.rows(SESSION, &[]).await?;
        let catalog =
            if self.names_database() { self.parts.first().map(|part| quoted(part) + ".") } else { None };
        let rows = connection.rows(&describing(&catalog.unwrap_or_default()), &[&self.quoted()]).await?;
        self.columns = rows.into_iter().map(described).collect::<Result<_, _>>()?;
        if self.columns.is_empty() {
            return Err(SourceError::Missing(format!("The table or view '{}' does not exist.", self.name())));
        }
        self.connection = Some(connection);
        Ok(())
    }

    /// The columns that rows are called by.
    pub(super) fn key(&self) -> Vec<String> {
        sql::key(self.columns.iter().map(|column| (column.name.as_str(), column.is_key)))
    }

    /// Columns that a field of an index can hold.
    fn readable(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.as_text(ROW).is_some())
    }

    /// What to select for [`Relation::row`], with `extra` behind it.
    pub(super) fn selected(&self, extra: Option<String>) -> Result<String, SourceError> {
        let texts: Vec<String> =
            self.columns.iter().filter_map(|column| column.as_text(ROW)).chain(extra).collect();
        if texts.is_empty() {
            return Err(SourceError::Broken(format!("No column of '{}' can be read.", self.name())));
        }
        Ok(texts.join(", "))
    }

    /// The fields of a row, and what was selected behind them.
    pub(super) fn row(
        &self,
        texts: Texts,
    ) -> (Map<String, Value>, impl Iterator<Item = Option<String>> + use<>) {
        let mut texts = texts.into_iter();
        let mut fields = Map::new();
        for column in self.readable() {
            let value = texts.next().flatten().map_or(Value::Null, |text| column.json(text));
            fields.insert(column.name.clone(), value);
        }
        (fields, texts)
    }

    /// The next rows of the statement: at most `most`, and no more than fit into a part; whether there are no more.
    pub(super) async fn fetch(&mut self, most: usize) -> Result<(Vec<Texts>, bool), SourceError> {
        let connection = self.connection()?;
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while rows.len() < most && bytes < sql::PART_BYTES_MAX {
            let Some(row) = connection.row().await? else { return Ok((rows, true)) };
            bytes += size(&row);
            rows.push(row);
        }
        Ok((rows, false))
    }
}

/// The columns of the table whose name is the parameter: name, type, whether in the primary key, bytes, scale. Types that
/// people have named are what they are made of; those of the runtime (240) have no other name than their own.
fn describing(catalog: &str) -> String {
    format!(
        "SELECT c.name, TYPE_NAME(CASE c.system_type_id WHEN 240 THEN c.user_type_id ELSE c.system_type_id END), \
         CASE WHEN EXISTS (SELECT 1 FROM {catalog}sys.indexes i JOIN {catalog}sys.index_columns k \
         ON k.object_id = i.object_id AND k.index_id = i.index_id \
         WHERE i.object_id = c.object_id AND i.is_primary_key = 1 AND k.column_id = c.column_id) \
         THEN N'1' ELSE N'0' END, CONVERT(nvarchar(10), c.max_length), CONVERT(nvarchar(10), c.scale) \
         FROM {catalog}sys.columns c \
         WHERE c.object_id = COALESCE(OBJECT_ID(@P1, N'U'), OBJECT_ID(@P1, N'V')) ORDER BY c.column_id"
    )
}

fn described(row: Texts) -> Result<Column, SourceError> {
    let mut texts = row.into_iter();
    let mut next = || texts.next().flatten();
    let (Some(name), kind, Some(is_key), Some(bytes), Some(scale)) = (next(), next(), next(), next(), next())
    else {
        return Err(broken());
    };
    Ok(Column {
        name,
        kind: kind.unwrap_or_default(),
        is_key: is_key == "1",
        bytes: bytes.parse().map_err(|_| broken())?,
        scale: scale.parse().map_err(|_| broken())?,
    })
}
