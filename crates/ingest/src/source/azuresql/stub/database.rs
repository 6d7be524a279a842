//! A table in memory, `dbo.hotels (id int PRIMARY KEY, name nvarchar(100), gone bit, version rowversion, rank int)`, that
//! understands the statements of a source of rows by their form, and nothing else.

use std::sync::{Arc, Mutex};

use super::{Answer, Stub};

/// A row.
#[derive(Debug, Clone, Default)]
pub(in crate::source::azuresql) struct Row {
    pub(in crate::source::azuresql) id: i64,
    pub(in crate::source::azuresql) gone: bool,
    pub(in crate::source::azuresql) version: u64,
    pub(in crate::source::azuresql) rank: Option<i64>,
}

/// The table and what the database knows of it.
#[derive(Debug, Clone, Default)]
pub(in crate::source::azuresql) struct Database {
    pub(in crate::source::azuresql) rows: Vec<Row>,
    /// The first version of an open transaction, if there is one.
    pub(in crate::source::azuresql) open: Option<u64>,
    pub(in crate::source::azuresql) is_read_only: bool,
    /// Columns of the primary key.
    pub(in crate::source::azuresql) key: &'static str,
    /// `None` if changes are not tracked.
    pub(in crate::source::azuresql) tracking: Option<Tracking>,
    /// Changes before this version are forgotten while those that are asked for next are read.
    pub(in crate::source::azuresql) forgets: Option<i64>,
    /// Statements so far, but for those that look at the table's columns.
    pub(in crate::source::azuresql) asked: Vec<String>,
}

/// What change tracking knows: the version that is reached, the first that is kept, and for each row the last version that
/// changed it.
#[derive(Debug, Clone)]
pub(in crate::source::azuresql) struct Tracking(
    pub(in crate::source::azuresql) i64,
    pub(in crate::source::azuresql) i64,
    pub(in crate::source::azuresql) Vec<(i64, i64)>,
);

/// A database that tests change while it is served.
#[derive(Clone)]
pub(in crate::source::azuresql) struct Shared(pub(in crate::source::azuresql) Arc<Mutex<Database>>);

impl Shared {
    /// Rows of these ids, in versions that count from 1001 on.
    pub(in crate::source::azuresql) fn of(ids: std::ops::RangeInclusive<i64>) -> Self {
        let rows = ids.zip(1001..).map(|(id, version)| Row { id, version, ..Row::default() }).collect();
        Self(Arc::new(Mutex::new(Database { rows, key: "id", ..Database::default() })))
    }

    pub(in crate::source::azuresql) fn with<A>(&self, change: impl FnOnce(&mut Database) -> A) -> A {
        change(&mut self.0.lock().unwrap())
    }

    pub(in crate::source::azuresql) fn stub(&self) -> Stub {
        let database = self.clone();
        Stub::new(move |statement, parameters| {
            database.with(|database| database.answer(statement, parameters))
        })
    }
}

impl Database {
    fn answer(&mut self, statement: &str, parameters: &[String]) -> Answer {
        let one = |text: String| Answer::Rows(1, vec![vec![Some(text)]]);
        if statement.starts_with("SET NOCOUNT ON") {
            return Answer::Rows(0, Vec::new());
        }
        if statement.contains("sys.columns") {
            return Answer::Rows(
                5,
                if parameters == ["[dbo].[hotels]"] { self.described() } else { Vec::new() },
            );
        }
        self.asked.push(statement.to_owned());
        if statement.contains("MIN_ACTIVE_ROWVERSION()") {
            return one(version(self.open.unwrap_or(1 << 40)));
        }
        if statement.contains("Updateability") {
            return one(if self.is_read_only { "READ_ONLY" } else { "READ_WRITE" }.into());
        }
        if statement.contains("CHANGE_TRACKING_CURRENT_VERSION()") {
            let versions = self
                .tracking
                .as_ref()
                .map(|Tracking(current, kept, _)| (current.to_string(), kept.to_string()));
            let (current, kept) = versions.unzip();
            return Answer::Rows(2, vec![vec![current, kept]]);
        }
        if statement.contains("CHANGETABLE") {
            let changes = self.changes(statement);
            if let (Some(kept), Some(tracking)) = (self.forgets.take(), &mut self.tracking) {
                tracking.1 = kept;
            }
            return changes;
        }
        let mut rows = self.selected(statement, parameters);
        if statement.contains("COUNT_BIG(*)") {
            return one(rows.len().to_string());
        }
        let by = order(statement);
        if let Some((column, _)) = by {
            rows.sort_by_key(|row| value(row, column));
        }
        if statement.starts_with("SELECT TOP (1)") {
            let greatest = rows.last().filter(|_| by.is_some_and(|(_, descends)| descends));
            return Answer::Rows(1, greatest.map(|row| vec![text(row, by.unwrap().0)]).into_iter().collect());
        }
        let columns = 4 + usize::from(by.is_some());
        let row = |row: &Row| shown(row).into_iter().chain(by.map(|(column, _)| text(row, column))).collect();
        Answer::Rows(columns, rows.iter().map(row).collect())
    }

    fn described(&self) -> Vec<Vec<Option<String>>> {
        let columns =
            [("id", "int"), ("name", "nvarchar"), ("gone", "bit"), ("version", "timestamp"), ("rank", "int")];
        let row = |(name, kind): (&str, &str)| {
            let is_key = self.key.split(',').any(|key| key == name);
            [name, kind, if is_key { "1" } else { "0" }, "8", "0"].map(|text| Some(text.to_owned())).to_vec()
        };
        columns.into_iter().map(row).collect()
    }

    /// The rows that the conditions of a statement let through.
    fn selected(&self, statement: &str, parameters: &[String]) -> Vec<Row> {
        assert!(statement.contains("FROM [dbo].[hotels] AS lazuli_row"), "{statement}");
        let conditions = statement.split(" WHERE ").nth(1).unwrap_or_default();
        let conditions = conditions.split(" ORDER BY ").next().unwrap_or_default();
        let conditions: Vec<&str> =
            conditions.split(" AND ").filter(|condition| !condition.is_empty()).collect();
        let passes = |row: &&Row| conditions.iter().all(|condition| passes(row, condition, parameters));
        self.rows.iter().filter(passes).cloned().collect()
    }

    /// The changes behind a version, up to another one.
    fn changes(&self, statement: &str) -> Answer {
        let number = |before: &str| {
            let digits = statement.split(before).nth(1).unwrap();
            digits.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse::<i64>().unwrap()
        };
        let (since, until) = (number("CHANGES [dbo].[hotels], "), number("SYS_CHANGE_VERSION <= "));
        let Tracking(_, _, changes) = self.tracking.as_ref().unwrap();
        let mut changes: Vec<_> =
            changes.iter().copied().filter(|(_, version)| (since + 1..=until).contains(version)).collect();
        changes.sort_by_key(|(id, version)| (*version, *id));
        let row = |(id, _): (i64, i64)| {
            let row = self.rows.iter().find(|row| row.id == id);
            let there = if row.is_some() { "1" } else { "0" };
            let shown = row.map_or_else(|| vec![None; 4], shown);
            let extra = [id.to_string(), there.to_owned()].map(Some);
            shown.into_iter().chain(extra).collect()
        };
        Answer::Rows(6, changes.into_iter().map(row).collect())
    }
}

/// The columns that can be read, as text.
fn shown(row: &Row) -> Vec<Option<String>> {
    let gone = if row.gone { "1" } else { "0" };
    vec![
        Some(row.id.to_string()),
        Some(format!("hotel {}", row.id)),
        Some(gone.to_owned()),
        row.rank.map(|rank| rank.to_string()),
    ]
}

/// A version as the server writes it.
pub(in crate::source::azuresql) fn version(version: u64) -> String {
    format!("0x{version:016X}")
}

fn value(row: &Row, column: &str) -> Option<i64> {
    match column {
        "id" => Some(row.id),
        "rank" => row.rank,
        "version" => Some(row.version as i64),
        other => panic!("no order by {other}"),
    }
}

fn text(row: &Row, column: &str) -> Option<String> {
    if column == "version" {
        Some(version(row.version))
    } else {
        value(row, column).map(|value| value.to_string())
    }
}

/// `ORDER BY lazuli_row.[column]`, and whether it descends.
fn order(statement: &str) -> Option<(&str, bool)> {
    let order = statement.split(" ORDER BY lazuli_row.[").nth(1)?;
    Some((order.split(']').next()?, order.ends_with(" DESC")))
}

/// `lazuli_row.[column] operator CONVERT(type, @Pn…)`, perhaps in parentheses with `OR lazuli_row.[column] IS NULL`.
fn passes(row: &Row, condition: &str, parameters: &[String]) -> bool {
    let (condition, or_null) = match condition.strip_prefix('(') {
        Some(inner) => (inner.split(" OR ").next().unwrap(), inner.ends_with(" IS NULL)")),
        None => (condition, false),
    };
    let mut words = condition.strip_prefix("lazuli_row.[").unwrap().splitn(3, ' ');
    let column = words.next().unwrap().trim_end_matches(']');
    let (operator, operand) = (words.next().unwrap(), words.next().unwrap());
    let parameter: usize = operand.split("@P").nth(1).unwrap()[..1].parse().unwrap();
    let parameter = &parameters[parameter - 1];
    let bound = match parameter.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).unwrap(),
        None => parameter.parse().unwrap(),
    };
    let Some(value) = value(row, column) else { return or_null };
    match operator {
        "=" => value == bound,
        "<" => value < bound,
        "<=" => value <= bound,
        ">" => value > bound,
        ">=" => value >= bound,
        other => panic!("no operator {other}"),
    }
}
