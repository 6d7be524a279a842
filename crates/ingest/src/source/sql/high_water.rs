//! A table whose changes are found by a column that grows with every change: the same for every database, which is a
//! [`Table`] to it.
//!
//! ```text
//! rows in the order of the column     7  8  8  8 │ 8  9  9        │ a part ends
//! remembered after each part                   7           8      9 at the end
//! ```
//!
//! What is remembered is the greatest value *all* rows of which were delivered: a part that ends among rows of equal value
//! is remembered by the value before, so that the rest of them is not lost when the run ends there. The next run asks for
//! `>`, as the service does (`indexers.md` §2.5).
//!
//! That alone would lose rows that get the same value later: a timestamp of seconds, or a transaction that commits after the
//! run has read. So the number of rows of the remembered value is remembered with it. If it is another at the next run, that
//! run asks for `>=`, and reads these rows again. Where the value is a moment coarser than a millisecond it does so always: a
//! row that is written twice within a second does not change their number.
//!
//! What commits later with a smaller value than the remembered one is lost to any such column. That is what `rowversion` and
//! `xmin` are for.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::soft_delete::{self, SoftDelete};
use crate::source::{BoxFuture, Change, Changes, Item, Mark, Note, Opening, Source, SourceError};

/// What a database has to know.
pub(in crate::source) trait Table: Send {
    /// Opens a connection, instead of the one before if there was one, and a transaction that sees one state of the table.
    fn connect(&mut self) -> BoxFuture<'_, Result<Layout, SourceError>>;

    /// How many rows have this value in the column of the mark.
    fn tied<'a>(&'a mut self, value: &'a str) -> BoxFuture<'a, Result<u64, SourceError>>;

    /// Begins to read rows: in the order of the mark's column if there is one, from a place on.
    fn select<'a>(&'a mut self, from: From<'a>) -> BoxFuture<'a, Result<(), SourceError>>;

    /// The next rows of what was begun, at most `most`.
    fn fetch(&mut self, most: usize) -> BoxFuture<'_, Result<Rows, SourceError>>;
}

/// What a table is like.
#[derive(Debug, Clone, Default)]
pub(in crate::source) struct Layout {
    /// The columns of the primary key; for a view, which has none, the column that rows are called by.
    pub(in crate::source) key: Vec<String>,
    /// The mark's column by its true name, and its type in the words of the database.
    pub(in crate::source) mark: Option<(String, String)>,
    /// What to remember at the end of the run, and of how many rows it is the value, where the rows do not come in the order
    /// of the mark.
    pub(in crate::source) at_end: Option<(String, u64)>,
}

/// Where reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum From<'a> {
    /// At the first row.
    Start,
    /// Behind the rows of this value.
    After(&'a str),
    /// With the rows of this value.
    At(&'a str),
}

/// Some rows.
#[derive(Default)]
pub(in crate::source) struct Rows {
    pub(in crate::source) rows: Vec<Row>,
    /// Whether there are no more.
    pub(in crate::source) ended: bool,
}

/// A row, and the text of the value of its mark; `None` if that is null.
pub(in crate::source) struct Row {
    pub(in crate::source) fields: Map<String, Value>,
    pub(in crate::source) mark: Option<String>,
}

/// A value of the mark's column and how many rows of it were delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Position {
    value: String,
    rows: u64,
}

/// A table, opened for one run.
pub(in crate::source) struct HighWater<T> {
    table: T,
    layout: Layout,
    soft_delete: Option<SoftDelete>,
    /// Whether it was looked for in a row.
    soft_delete_seen: bool,
    only: Option<HashSet<String>>,
    /// All rows up to here were delivered.
    position: Option<Position>,
    /// The rows that are being delivered: there may be more of them.
    current: Option<Position>,
    /// What was remembered last.
    marked: Option<Position>,
    warnings: Vec<Note>,
    /// Whether the connection of `open` is still unused.
    fresh: bool,
    /// Whether rows are being read.
    begun: bool,
    ended: bool,
}

impl<T: Table> HighWater<T> {
    /// Connects to the table, so that what is wrong with it is known at once.
    pub(in crate::source) async fn open(mut table: T, opening: &Opening<'_>) -> Result<Self, SourceError> {
        let soft_delete = SoftDelete::of(opening.source)?;
        let layout = table.connect().await?;
        let position = match &layout.mark {
            Some((column, kind)) => {
                opening.since.map(|mark| position(mark, column, kind)).transpose()?.flatten()
            }
            None => None,
        };
        let mut warnings = Vec::new();
        if let (Some((column, _)), [key]) = (&layout.mark, layout.key.as_slice())
            && column == key
        {
            let message = format!("The data change detection policy is configured to use key column '{key}'");
            warnings.push(Note { id: None, message, details: None, name: None, link: None });
        }
        Ok(Self {
            table,
            layout,
            soft_delete,
            soft_delete_seen: false,
            only: opening.only.map(|only| only.iter().cloned().collect()),
            marked: position.clone(),
            position,
            current: None,
            warnings,
            fresh: true,
            begun: false,
            ended: false,
        })
    }

    async fn next_changes(&mut self, most: usize) -> Result<Option<Changes>, SourceError> {
        while !self.ended {
            let Rows { rows, ended } = match self.rows(most).await {
                Ok(rows) => rows,
                Err(error) => {
                    // Asked again, it connects again and goes on behind what was delivered whole.
                    self.begun = false;
                    return Err(error);
                }
            };
            if !self.soft_delete_seen
                && let Some(row) = rows.first()
            {
                self.soft_delete_seen = true;
                let policy = self.soft_delete.as_ref();
                self.warnings.extend(policy.and_then(|policy| policy.lacking_in(&row.fields)));
            }
            let changes: Vec<Change> = rows.into_iter().filter_map(|row| self.change(row)).collect();
            self.ended = ended;
            if ended {
                let at_end = self.layout.at_end.take().map(|(value, rows)| Position { value, rows });
                self.position = at_end.or(self.current.take()).or(self.position.take());
            }
            let mark = self.mark();
            let warnings = std::mem::take(&mut self.warnings);
            if !(changes.is_empty() && mark.is_none() && warnings.is_empty()) {
                return Ok(Some(Changes { changes, mark, warnings }));
            }
        }
        Ok(None)
    }

    /// The next rows. Those of the run's first statement are behind what was remembered; those of a later one, after a
    /// failure, behind what was delivered whole.
    async fn rows(&mut self, most: usize) -> Result<Rows, SourceError> {
        if !self.begun {
            self.current = None;
            if !std::mem::take(&mut self.fresh) {
                self.layout = self.table.connect().await?;
            }
            let again = match &self.position {
                Some(position) if self.only.is_none() => {
                    is_coarse(&position.value) || self.table.tied(&position.value).await? != position.rows
                }
                Some(_) | None => false,
            };
            let from = match &self.position {
                Some(position) if self.only.is_none() && again => From::At(&position.value),
                Some(position) if self.only.is_none() => From::After(&position.value),
                Some(_) | None => From::Start,
            };
            self.table.select(from).await?;
            self.begun = true;
        }
        self.table.fetch(most.max(1)).await
    }

    fn change(&mut self, row: Row) -> Option<Change> {
        if let Some(value) = row.mark {
            self.advance(value);
        }
        let id = id(&row.fields, &self.layout.key);
        if self.only.as_ref().is_some_and(|only| !only.contains(&id)) {
            return None;
        }
        let item = Item { id, fields: row.fields, content: None };
        Some(soft_delete::change(self.soft_delete.as_ref(), item))
    }

    fn advance(&mut self, value: String) {
        match &mut self.current {
            Some(current) if current.value == value => current.rows += 1,
            Some(_) | None => {
                let complete = self.current.replace(Position { value, rows: 1 });
                self.position = complete.or(self.position.take());
            }
        }
    }

    fn mark(&mut self) -> Option<Mark> {
        let Some((_, kind)) = &self.layout.mark else { return None };
        if self.only.is_some() || self.position == self.marked {
            return None;
        }
        self.marked.clone_from(&self.position);
        let position = self.position.as_ref()?;
        Some(Mark(json!({ "HighWaterMark": position.value, "Type": kind, "Rows": position.rows })))
    }
}

impl<T: Table> Source for HighWater<T> {
    fn next(&mut self, most: usize) -> BoxFuture<'_, Result<Option<Changes>, SourceError>> {
        Box::pin(self.next_changes(most))
    }
}

/// Whether a value is a date or a moment without milliseconds, in which the same row may well be written again.
fn is_coarse(value: &str) -> bool {
    let is_date = value.char_indices().take(10).all(|(at, c)| match at {
        4 | 7 => c == '-',
        _ => c.is_ascii_digit(),
    });
    let fraction =
        value.split_once('.').map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
    is_date && value.len() >= 10 && fraction < 3
}

/// What the last run remembered; an error if the column is of another type now, in which nothing can be compared.
fn position(mark: &Mark, column: &str, kind: &str) -> Result<Option<Position>, SourceError> {
    let text = |member: &str| mark.0.get(member).and_then(Value::as_str);
    let (Some(value), Some(then)) = (text("HighWaterMark"), text("Type")) else { return Ok(None) };
    if then != kind {
        return Err(SourceError::Broken(format!(
            "Failed to compare value '{value}' of type {then} to value '{column}' of type {kind}. Reset the indexer, because \
             the type of its high water mark column has changed."
        )));
    }
    let rows = mark.0.get("Rows").and_then(Value::as_u64).unwrap_or(0);
    Ok(Some(Position { value: value.to_owned(), rows }))
}

/// What a row is called: the values of its key.
pub(in crate::source) fn id(fields: &Map<String, Value>, key: &[String]) -> String {
    let text = |name: &String| match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_))) => {
            other.to_string()
        }
    };
    key.iter().map(text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use lazuli_wire::data_sources::DataSource;

    use super::*;
    use crate::source::testing::{Run, Setup};

    /// A table in memory of an id and a mark per row; fetching fails when `fails` says so.
    struct Memory {
        rows: Vec<(u32, Option<u32>)>,
        begun: Vec<(u32, Option<u32>)>,
        fails: Vec<usize>,
        fetched: usize,
        /// Marks are seconds of a minute, and not numbers.
        moments: bool,
    }

    impl Memory {
        fn text(&self, mark: u32) -> String {
            if self.moments { format!("2026-11-20 12:00:{mark:02}") } else { mark.to_string() }
        }

        fn number(&self, text: &str) -> Option<u32> {
            let text = if self.moments { text.rsplit(':').next().unwrap_or_default() } else { text };
            text.parse().ok()
        }

        fn new(marks: &[u32]) -> Self {
            let rows = marks.iter().zip(1..).map(|(mark, id)| (id, Some(*mark))).collect();
            Self { rows, begun: Vec::new(), fails: Vec::new(), fetched: 0, moments: false }
        }
    }

    impl Table for Memory {
        fn connect(&mut self) -> BoxFuture<'_, Result<Layout, SourceError>> {
            let layout =
                Layout { key: vec!["id".into()], mark: Some(("mark".into(), "int".into())), at_end: None };
            Box::pin(async { Ok(layout) })
        }

        fn tied<'a>(&'a mut self, value: &'a str) -> BoxFuture<'a, Result<u64, SourceError>> {
            let value = self.number(value);
            let count = self.rows.iter().filter(|(_, mark)| *mark == value).count() as u64;
            Box::pin(async move { Ok(count) })
        }

        fn select<'a>(&'a mut self, from: From<'a>) -> BoxFuture<'a, Result<(), SourceError>> {
            let is_asked = |mark: Option<u32>| match from {
                From::Start => true,
                From::After(value) => mark > self.number(value),
                From::At(value) => mark >= self.number(value),
            };
            self.begun = self.rows.iter().copied().filter(|(_, mark)| is_asked(*mark)).collect();
            self.begun.sort_by_key(|(_, mark)| *mark);
            Box::pin(async { Ok(()) })
        }

        fn fetch(&mut self, most: usize) -> BoxFuture<'_, Result<Rows, SourceError>> {
            self.fetched += 1;
            if self.fails.contains(&self.fetched) {
                return Box::pin(async { Err(SourceError::Transient("cut".into())) });
            }
            let part: Vec<_> = self.begun.drain(..most.min(self.begun.len())).collect();
            let row = |(id, mark): (u32, Option<u32>)| {
                let Value::Object(fields) = json!({ "id": id }) else { unreachable!() };
                Row { fields, mark: mark.map(|mark| self.text(mark)) }
            };
            let rows = Rows { ended: part.len() < most, rows: part.into_iter().map(row).collect() };
            Box::pin(async { Ok(rows) })
        }
    }

    /// A run over a table, going on after failures that heal; it is killed after `parts` parts.
    async fn run(table: Memory, since: Option<&Mark>, most: usize, parts: usize) -> Run {
        let setup = Setup { source: DataSource::default(), ..Setup::new("azuresql", "", "t") };
        let mut source = HighWater::open(table, &setup.opening(since)).await.unwrap();
        let mut run = Run { mark: since.cloned(), ..Run::default() };
        while run.parts.len() < parts {
            match source.next(most).await {
                Ok(Some(part)) => run.add(part),
                Ok(None) => break,
                Err(SourceError::Transient(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        run
    }

    fn marks(run: &Run) -> Vec<Option<&str>> {
        run.parts.iter().map(|(_, mark)| mark.as_ref()?.get("HighWaterMark")?.as_str()).collect()
    }

    #[test]
    fn moments_of_whole_seconds_are_coarse() {
        for value in
            ["2026-11-20", "2026-11-20 18:30:00", "2026-11-20T18:30:00+00:00", "2026-11-20 18:30:00.5"]
        {
            assert!(is_coarse(value), "{value}");
        }
        for value in
            ["2026-11-20 18:30:00.123", "2026-11-20 18:30:00.123456+00", "12", "0x1F", "2026", "2026-11-2x"]
        {
            assert!(!is_coarse(value), "{value}");
        }
    }

    #[tokio::test]
    async fn a_mark_is_a_value_of_which_every_row_was_delivered() {
        let whole = run(Memory::new(&[7, 8, 8, 8, 8, 9, 9]), None, 4, 99).await;
        assert_eq!(whole.changes, ["1", "2", "3", "4", "5", "6", "7"]);
        assert_eq!(marks(&whole), [Some("7"), Some("9")]);
        let idle = run(Memory::new(&[7, 8, 8, 8, 8, 9, 9]), whole.mark.as_ref(), 4, 99).await;
        assert_eq!((idle.changes.len(), idle.mark), (0, whole.mark));
    }

    /// The number of rows of the mark's second is what it was, but they are others, or were written once more.
    #[tokio::test]
    async fn what_is_written_within_the_second_of_the_mark_is_read() {
        let table = |rows: &[(u32, u32)]| Memory {
            rows: rows.iter().map(|(id, mark)| (*id, Some(*mark))).collect(),
            moments: true,
            ..Memory::new(&[])
        };
        let first = run(table(&[(1, 7), (2, 9)]), None, 10, 99).await;
        assert_eq!(marks(&first), [Some("2026-11-20 12:00:09")]);
        // Row 2 was written again, in the same second.
        let again = run(table(&[(1, 7), (2, 9)]), first.mark.as_ref(), 10, 99).await;
        assert_eq!((again.changes, &again.mark), (vec!["2".to_owned()], &first.mark));
        // Row 2 has moved on, and row 3 has come in the second in which it was.
        let moved = run(table(&[(1, 7), (3, 9), (2, 10)]), first.mark.as_ref(), 10, 99).await;
        assert_eq!(moved.changes, ["3", "2"]);
    }

    #[tokio::test]
    async fn nulls_are_delivered_once_and_mark_nothing() {
        let mut table = Memory::new(&[3]);
        table.rows.push((2, None));
        let run = run(table, None, 10, 99).await;
        assert_eq!((run.changes.len(), marks(&run)), (2, vec![Some("3")]));
    }

    /// However a run is cut into parts, killed and begun again, every row is delivered.
    #[tokio::test]
    async fn killed_anywhere_every_row_is_delivered() {
        let values = [1, 1, 2, 3, 3, 3, 3, 3, 4, 5, 5];
        for most in 1..=5 {
            for parts in 0..=6 {
                let killed = run(Memory::new(&values), None, most, parts).await;
                let rest = run(Memory::new(&values), killed.mark.as_ref(), most, 99).await;
                let mut seen: Vec<u32> =
                    killed.changes.iter().chain(&rest.changes).map(|id| id.parse().unwrap()).collect();
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen, (1..=11).collect::<Vec<_>>(), "{most} {parts}");
            }
        }
    }

    #[tokio::test]
    async fn a_failure_goes_on_behind_what_was_delivered_whole() {
        let table = Memory { fails: vec![2, 4], ..Memory::new(&[1, 2, 2, 3, 4, 5]) };
        let run = run(table, None, 2, 99).await;
        assert_eq!(run.changes, ["1", "2", "2", "3", "2", "3", "4", "5", "6"]);
        assert_eq!(run.mark.unwrap().0.get("HighWaterMark"), Some(&json!("5")));
    }

    #[tokio::test]
    async fn rows_that_come_with_the_mark_s_value_later_are_read() {
        let first = run(Memory::new(&[1, 2]), None, 10, 99).await;
        let second = run(Memory::new(&[1, 2, 2]), first.mark.as_ref(), 10, 99).await;
        assert_eq!(second.changes, ["2", "3"]);
        let third = run(Memory::new(&[1, 2, 2]), second.mark.as_ref(), 10, 99).await;
        assert_eq!(third.changes, [""; 0]);
    }
}
