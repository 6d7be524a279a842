//! Reading a table by SQL Server's own change tracking (`indexers.md` §2.5).
//!
//! ```text
//! first run    version := current       the whole table in the order of its key       remembered: version, key … version
//! then         CHANGETABLE(CHANGES t, version)                                        remembered: current, at the end
//! ```
//!
//! The database keeps changes for a while only. It may forget some while they are read, which can be asked only when all were
//! read: so nothing between is remembered, and a run that breaks off reads its changes again. Where it has forgotten some (`CHANGE_TRACKING_MIN_VALID_VERSION`), or is
//! another one than before, the whole table is read again.
//!
//! What a row is now decides whether it was changed or deleted, and not which change was the last: rows are joined after their
//! changes were found, and may have gone or come again in between. That change is found, too, by the next run.

use std::collections::HashSet;

use lazuli_catalog::data_sources::connection::SqlServer;
use serde_json::{Map, Value, json};

use super::columns::{Column, ROW};
use super::relation::Relation;
use super::tds::{Texts, broken};
use crate::source::sql::high_water::id;
use crate::source::sql::timed;
use crate::source::{BoxFuture, Change, Changes, Item, Mark, Note, Opening, Source, SourceError};

/// What changes are called in statements.
const CHANGE: &str = "lazuli_change";

/// The version that changes have reached, and the first from which on all are kept; nulls where changes are not tracked.
const VERSIONS: &str = "SELECT CONVERT(nvarchar(20), CHANGE_TRACKING_CURRENT_VERSION()), \
                        CONVERT(nvarchar(20), CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID(@P1, N'U')))";

/// How far the table has been delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// Not at all.
    Start,
    /// Up to the row of a key, in a run over the whole that began at a version.
    Key { version: i64, key: String },
    /// All changes up to a version.
    Version(i64),
}

/// What is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    Whole { version: i64 },
    Changes { since: i64, until: i64 },
}

/// A table, opened for one run.
pub(super) struct Tracked {
    relation: Relation,
    only: Option<HashSet<String>>,
    place: Place,
    /// What was remembered last.
    marked: Place,
    reading: Option<Reading>,
    warnings: Vec<Note>,
    /// Whether the connection of `open` is still unused.
    fresh: bool,
    ended: bool,
}

impl Tracked {
    /// Connects to the table, so that what is wrong with it is known at once.
    pub(super) async fn open(opening: &Opening<'_>, server: &SqlServer) -> Result<Self, SourceError> {
        let place = opening.since.map_or(Place::Start, Place::of);
        let mut tracked = Self {
            relation: Relation::of(opening, server)?,
            only: opening.only.map(|only| only.iter().cloned().collect()),
            marked: place.clone(),
            place,
            reading: None,
            warnings: Vec::new(),
            fresh: true,
            ended: false,
        };
        if tracked.relation.names_database() {
            return Err(SourceError::Broken(
                "Integrated change tracking policy cannot be used with a table of another database than that of the \
                 connection string"
                    .into(),
            ));
        }
        timed(tracked.relation.longest, tracked.connect()).await?;
        Ok(tracked)
    }

    async fn connect(&mut self) -> Result<(), SourceError> {
        self.relation.connect().await?;
        self.versions().await?;
        self.key().map(drop)
    }

    /// The column that rows are told apart by.
    fn key(&self) -> Result<&Column, SourceError> {
        let mut key = self.relation.columns.iter().filter(|column| column.is_key);
        let why = match (key.next(), key.next()) {
            (Some(column), None) if column.as_text(ROW).is_some() && column.as_mark(ROW).is_some() => {
                return Ok(column);
            }
            (Some(_), None) => "has a primary key of a type that no document key can be made of",
            (Some(_), Some(_)) => "has a composite primary key",
            (None, _) => "has no primary key",
        };
        Err(SourceError::Broken(format!(
            "Integrated change tracking policy cannot be used because table {why}"
        )))
    }

    /// The version that changes have reached, and the first from which on all are kept.
    async fn versions(&mut self) -> Result<(i64, i64), SourceError> {
        let name = self.relation.quoted();
        let rows = self.relation.connection()?.rows(VERSIONS, &[&name]).await?;
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
        let versions = rows.first().and_then(|row| match row.as_slice() {
            [current, kept] => Some((number(current)?, number(kept)?)),
            _ => None,
        });
        versions.ok_or_else(|| {
            SourceError::Broken(format!(
                "Change tracking is not enabled for the database and the table '{}'.",
                self.relation.name()
            ))
        })
    }

    /// Begins to read, at the place that was reached.
    async fn begin(&mut self) -> Result<Reading, SourceError> {
        if !std::mem::take(&mut self.fresh) {
            self.connect().await?;
        }
        let (current, kept) = self.versions().await?;
        let is_kept = |version: i64| (kept..=current).contains(&version);
        match self.place.clone() {
            Place::Version(since) if self.only.is_none() && is_kept(since) => {
                self.begin_changes(since, current).await
            }
            Place::Key { version, key } if self.only.is_none() && is_kept(version) => {
                self.begin_whole(version, Some(&key)).await
            }
            Place::Version(_) | Place::Key { .. } if self.only.is_none() => {
                self.warnings.push(forgotten(&self.relation.name()));
                self.begin_whole(current, None).await
            }
            Place::Start | Place::Version(_) | Place::Key { .. } => self.begin_whole(current, None).await,
        }
    }

    async fn begin_whole(&mut self, version: i64, after: Option<&str>) -> Result<Reading, SourceError> {
        let key = self.key()?;
        let condition = match after {
            Some(_) => format!(" WHERE {} > {}", key.of(ROW), key.of_text("@P1")),
            None => String::new(),
        };
        let order = key.of(ROW);
        let selected = self.relation.selected(key.as_mark(ROW))?;
        let table = self.relation.quoted();
        let statement = format!("SELECT {selected} FROM {table} AS {ROW}{condition} ORDER BY {order}");
        let parameters: Vec<&str> = after.into_iter().collect();
        self.relation.connection()?.query(&statement, &parameters).await?;
        Ok(Reading::Whole { version })
    }

    /// The rows that changed, those that are gone being null, and behind each its key and whether it is there.
    async fn begin_changes(&mut self, since: i64, until: i64) -> Result<Reading, SourceError> {
        let key = self.key()?;
        let (theirs, changed) = (key.of(ROW), key.of(CHANGE));
        let text = key.as_text(CHANGE).ok_or_else(broken)?;
        let is_there = format!("CASE WHEN {theirs} IS NULL THEN N'0' ELSE N'1' END");
        let version = format!("{CHANGE}.SYS_CHANGE_VERSION");
        let extra = format!("{text}, {is_there}");
        let selected = self.relation.selected(Some(extra))?;
        let table = self.relation.quoted();
        let statement = format!(
            "SELECT {selected} FROM CHANGETABLE(CHANGES {table}, {since}) AS {CHANGE} LEFT JOIN {table} AS {ROW} \
             ON {theirs} = {changed} WHERE {version} <= {until} ORDER BY {version}, {changed}"
        );
        self.relation.connection()?.query(&statement, &[]).await?;
        Ok(Reading::Changes { since, until })
    }

    async fn next_changes(&mut self, most: usize) -> Result<Option<Changes>, SourceError> {
        while !self.ended {
            let part = match timed(self.relation.longest, self.part(most)).await {
                Ok(part) => part,
                Err(error) => {
                    // Asked again, it connects again and goes on where it was.
                    self.reading = None;
                    return Err(error);
                }
            };
            let mark = self.mark();
            let warnings = std::mem::take(&mut self.warnings);
            if !(part.is_empty() && mark.is_none() && warnings.is_empty()) {
                return Ok(Some(Changes { changes: part, mark, warnings }));
            }
        }
        Ok(None)
    }

    async fn part(&mut self, most: usize) -> Result<Vec<Change>, SourceError> {
        let reading = match self.reading.take() {
            Some(reading) => reading,
            None => self.begin().await?,
        };
        let (rows, ended) = self.relation.fetch(most.max(1)).await?;
        let mut changes = Vec::with_capacity(rows.len());
        for texts in rows {
            changes.extend(self.change(&reading, texts)?);
        }
        if ended {
            self.end(&reading).await?;
        } else {
            self.reading = Some(reading);
        }
        Ok(changes)
    }

    async fn end(&mut self, reading: &Reading) -> Result<(), SourceError> {
        match *reading {
            Reading::Whole { version } => self.place = Place::Version(version),
            Reading::Changes { since, until } => {
                let (_, kept) = self.versions().await?;
                if since < kept {
                    // Some were forgotten while they were read. The next turn begins with the whole.
                    self.warnings.push(forgotten(&self.relation.name()));
                    self.place = Place::Start;
                    self.fresh = true;
                    return Ok(());
                }
                self.place = Place::Version(until);
            }
        }
        self.ended = true;
        self.relation.close();
        Ok(())
    }

    /// What happened to a row; nothing if it is none of those that are asked for.
    fn change(&mut self, reading: &Reading, texts: Texts) -> Result<Option<Change>, SourceError> {
        let (mut fields, mut rest) = self.relation.row(texts);
        let key = self.key()?;
        let (name, of_key) = (key.name.clone(), |text| key.json(text));
        match reading {
            Reading::Whole { version } => {
                let place = rest.next().flatten().ok_or_else(broken)?;
                self.place = Place::Key { version: *version, key: place };
                let change = Change::Changed(item(fields, name));
                let is_asked = |change: &Change| match (&self.only, change) {
                    (Some(only), Change::Changed(item)) => only.contains(&item.id),
                    (None, _)
                    | (
                        _,
                        Change::Deleted(_) | Change::Unchanged(_) | Change::Failed(_) | Change::Hidden(_),
                    ) => true,
                };
                Ok(Some(change).filter(is_asked))
            }
            Reading::Changes { .. } => {
                let (Some(text), Some(is_there)) = (rest.next().flatten(), rest.next().flatten()) else {
                    return Err(broken());
                };
                let value = of_key(text);
                if is_there == "1" {
                    return Ok(Some(Change::Changed(item(fields, name))));
                }
                fields = Map::from_iter([(name.clone(), value)]);
                Ok(Some(Change::Deleted(item(fields, name))))
            }
        }
    }

    fn mark(&mut self) -> Option<Mark> {
        if self.only.is_some() || self.place == self.marked {
            return None;
        }
        self.marked = self.place.clone();
        self.place.mark()
    }
}

impl Place {
    fn of(mark: &Mark) -> Self {
        let version = mark.0.get("ChangeTrackingVersion").and_then(Value::as_i64);
        let key = mark.0.get("Key").and_then(Value::as_str);
        match (version, key) {
            (Some(version), Some(key)) => Place::Key { version, key: key.to_owned() },
            (Some(version), None) => Place::Version(version),
            (None, _) => Place::Start,
        }
    }

    fn mark(&self) -> Option<Mark> {
        match self {
            Place::Start => None,
            Place::Key { version, key } => {
                Some(Mark(json!({ "ChangeTrackingVersion": version, "Key": key })))
            }
            Place::Version(version) => Some(Mark(json!({ "ChangeTrackingVersion": version }))),
        }
    }
}

fn item(fields: Map<String, Value>, key: String) -> Item {
    Item { id: id(&fields, &[key]), fields, content: None }
}

fn forgotten(name: &str) -> Note {
    let message = format!(
        "The database no longer has all changes of the table '{name}' since the last run. The whole table was read; documents of \
         rows that were deleted meanwhile remain in the index."
    );
    Note { id: None, message, details: None, name: None, link: None }
}

impl Source for Tracked {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(self.next_changes(most))
    }
}
