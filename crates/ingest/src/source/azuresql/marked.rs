//! Reading a table by a high-water mark, or as a whole (`indexers.md` §2.5): its part of [`HighWater`].
//!
//! ```text
//! SELECT … FROM table WHERE mark > @P1 [AND mark < @P2] ORDER BY mark
//! ```
//!
//! A `rowversion` is taken when a row is written and seen when its transaction commits: rows behind those that were read may
//! still become visible. So the run ends before the first version of a transaction that is open (`MIN_ACTIVE_ROWVERSION`).
//!
//! With `disableOrderByHighWaterMarkColumn` the rows come in any order, up to the greatest value that there was at first.
//! What is remembered is that value, at the end; a run that is interrupted begins anew.
//!
//! [`HighWater`]: crate::source::sql::high_water::HighWater

use lazuli_catalog::data_sources::connection::SqlServer;

use super::columns::{Column, ROW};
use super::relation::Relation;
use super::tds::broken;
use crate::source::sql::configuration::flag;
use crate::source::sql::high_water::{From, Layout, Row, Rows, Table};
use crate::source::sql::{mark_column, names, timed};
use crate::source::{BoxFuture, Opening, SourceError};

/// The first version of a transaction that is open.
const OPEN: &str = "SELECT CONVERT(nvarchar(20), CONVERT(binary(8), MIN_ACTIVE_ROWVERSION()), 1)";

/// Whether the database can be written to.
const UPDATEABILITY: &str = "SELECT CONVERT(nvarchar(20), DATABASEPROPERTYEX(DB_NAME(), N'Updateability'))";

/// Said of versions where nobody writes any: the service's sentence.
const READ_ONLY: &str = "Using a rowversion column for change tracking isn't supported on secondary (read-only) availability \
                         replicas. Update the datasource and specify a connection to the primary availability replica. Current \
                         database 'Updateability' property is 'READ_ONLY'";

/// A table and its mark.
pub(super) struct Marked {
    relation: Relation,
    /// The mark's column as the policy calls it.
    wanted: Option<String>,
    /// `convertHighWaterMarkToRowVersion`: rows of the remembered value are read again, for views in which several rows have
    /// the version of one.
    is_row_version: bool,
    /// Not so with `disableOrderByHighWaterMarkColumn`.
    is_ordered: bool,
    mark: Option<Column>,
    bound: Bound,
}

/// Where the run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Bound {
    None,
    Before(String),
    With(String),
}

impl Marked {
    pub(super) fn of(opening: &Opening<'_>, server: &SqlServer) -> Result<Self, SourceError> {
        Ok(Self {
            relation: Relation::of(opening, server)?,
            wanted: mark_column(opening.source)?,
            is_row_version: flag(opening.parameters, "convertHighWaterMarkToRowVersion"),
            is_ordered: !flag(opening.parameters, "disableOrderByHighWaterMarkColumn"),
            mark: None,
            bound: Bound::None,
        })
    }

    async fn connect_now(&mut self) -> Result<Layout, SourceError> {
        self.relation.connect().await?;
        self.mark = match &self.wanted {
            Some(wanted) => Some(self.mark_of(wanted)?),
            None => None,
        };
        let Some(mark) = self.mark.clone() else {
            return Ok(Layout { key: self.relation.key(), ..Layout::default() });
        };
        self.bound = Bound::None;
        if mark.kind == "timestamp" || self.is_row_version {
            self.bound = Bound::Before(self.open_version().await?);
        }
        let at_end = if self.is_ordered { None } else { self.greatest(&mark).await? };
        if let Some((greatest, _)) = &at_end {
            self.bound = Bound::With(greatest.clone());
        }
        Ok(Layout { key: self.relation.key(), mark: Some((mark.name, mark.kind)), at_end })
    }

    fn mark_of(&self, wanted: &str) -> Result<Column, SourceError> {
        let mark = names::column(&self.relation.columns, |column| &column.name, wanted)?;
        let refused = |why: &str| {
            let Column { name, kind, .. } = mark;
            Err(SourceError::Broken(format!(
                "The column '{name}' of type '{kind}' cannot be a high water mark{why}."
            )))
        };
        if self.is_row_version && !mark.is_version() {
            return refused(
                " with 'convertHighWaterMarkToRowVersion', which needs a rowversion or binary(8)",
            );
        }
        if mark.as_mark(ROW).is_none() { refused("") } else { Ok(mark.clone()) }
    }

    async fn open_version(&mut self) -> Result<String, SourceError> {
        let connection = self.relation.connection()?;
        if connection.value(UPDATEABILITY, &[]).await?.as_deref() == Some("READ_ONLY") {
            return Err(SourceError::Broken(READ_ONLY.into()));
        }
        connection.value(OPEN, &[]).await?.ok_or_else(broken)
    }

    /// The greatest value below the bound, and of how many rows it is.
    async fn greatest(&mut self, mark: &Column) -> Result<Option<(String, u64)>, SourceError> {
        let mut conditions = Conditions::default();
        conditions.bound(mark, &self.bound, false);
        let text = mark.as_mark(ROW).ok_or_else(broken)?;
        let from = format!("FROM {} AS {ROW}{}", self.relation.quoted(), conditions.text());
        let statement = format!("SELECT TOP (1) {text} {from} ORDER BY {} DESC", mark.of(ROW));
        let greatest = self.relation.connection()?.value(&statement, &conditions.parameters()).await?;
        match greatest {
            Some(greatest) => {
                let rows = self.tied_now(&greatest).await?;
                Ok(Some((greatest, rows)))
            }
            None => Ok(None),
        }
    }

    async fn tied_now(&mut self, value: &str) -> Result<u64, SourceError> {
        let Some(mark) = &self.mark else { return Ok(0) };
        let mut conditions = Conditions::default();
        conditions.add(mark, "=", value);
        let from = format!("FROM {} AS {ROW}{}", self.relation.quoted(), conditions.text());
        let statement = format!("SELECT CONVERT(nvarchar(20), COUNT_BIG(*)) {from}");
        let count = self.relation.connection()?.value(&statement, &conditions.parameters()).await?;
        count.and_then(|count| count.parse().ok()).ok_or_else(broken)
    }

    /// What to select from a place on, and its parameters.
    fn statement(&self, from: From<'_>) -> Result<(String, Conditions), SourceError> {
        let mut conditions = Conditions::default();
        let mut order = String::new();
        let mut text = None;
        if let Some(mark) = &self.mark {
            match from {
                From::Start => {}
                From::After(value) if !self.is_row_version => conditions.add(mark, ">", value),
                From::After(value) | From::At(value) => conditions.add(mark, ">=", value),
            }
            conditions.bound(mark, &self.bound, from == From::Start);
            if self.is_ordered {
                order = format!(" ORDER BY {}", mark.of(ROW));
                text = mark.as_mark(ROW);
            }
        }
        let selected = self.relation.selected(text)?;
        let table = self.relation.quoted();
        Ok((format!("SELECT {selected} FROM {table} AS {ROW}{}{order}", conditions.text()), conditions))
    }

    async fn select_now(&mut self, from: From<'_>) -> Result<(), SourceError> {
        let (statement, conditions) = self.statement(from)?;
        self.relation.connection()?.query(&statement, &conditions.parameters()).await
    }

    async fn fetch_now(&mut self, most: usize) -> Result<Rows, SourceError> {
        let (texts, ended) = self.relation.fetch(most).await?;
        let row = |texts| {
            let (fields, mut rest) = self.relation.row(texts);
            Row { fields, mark: rest.next().flatten() }
        };
        let rows = texts.into_iter().map(row).collect();
        if ended {
            self.relation.close();
        }
        Ok(Rows { rows, ended })
    }
}

/// Conditions on the mark's column, and the values in them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Conditions {
    conditions: Vec<String>,
    values: Vec<String>,
}

impl Conditions {
    fn add(&mut self, mark: &Column, operator: &str, value: &str) {
        let condition = self.condition(mark, operator, value);
        self.conditions.push(condition);
    }

    /// Up to the bound; with rows that have no value, which come before all others, if the run begins with them.
    fn bound(&mut self, mark: &Column, bound: &Bound, with_nulls: bool) {
        let (operator, value) = match bound {
            Bound::None => return,
            Bound::Before(value) => ("<", value),
            Bound::With(value) => ("<=", value),
        };
        let condition = self.condition(mark, operator, value);
        let nulls = if with_nulls { format!(" OR {} IS NULL", mark.of(ROW)) } else { String::new() };
        self.conditions.push(format!("({condition}{nulls})"));
    }

    fn condition(&mut self, mark: &Column, operator: &str, value: &str) -> String {
        self.values.push(value.to_owned());
        let parameter = format!("@P{}", self.values.len());
        format!("{} {operator} {}", mark.of(ROW), mark.of_text(&parameter))
    }

    fn text(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        }
    }

    fn parameters(&self) -> Vec<&str> {
        self.values.iter().map(String::as_str).collect()
    }
}

impl Table for Marked {
    fn connect(&mut self) -> BoxFuture<'_, Result<Layout, SourceError>> {
        Box::pin(timed(self.relation.longest, self.connect_now()))
    }

    fn tied<'a>(&'a mut self, value: &'a str) -> BoxFuture<'a, Result<u64, SourceError>> {
        Box::pin(timed(self.relation.longest, self.tied_now(value)))
    }

    fn select<'a>(&'a mut self, from: From<'a>) -> BoxFuture<'a, Result<(), SourceError>> {
        Box::pin(timed(self.relation.longest, self.select_now(from)))
    }

    fn fetch(&mut self, most: usize) -> BoxFuture<'_, Result<Rows, SourceError>> {
        Box::pin(timed(self.relation.longest, self.fetch_now(most)))
    }
}
