//! A table of a real PostgreSQL whose rows are the items of a source.
//!
//! It is written through `psql`, which stays open and is told one statement after the other. A second one keeps transactions
//! open while others write and commit: their rows are seen later than rows that were written after them.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::source::MARK;
use crate::servers::databases;

/// Writes to other rows for which a transaction stays open.
const OPEN_WRITES: u32 = 12;

/// How rows come to be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Transactions overtake each other. Only `xmin` knows of that.
    InAnyOrder,
    /// One after the other, and the mark is the second in which that happens: many rows have the same.
    InOrder,
}

/// A table.
pub(super) struct Rows {
    connection: String,
    table: &'static str,
    written: Written,
    at_once: Psql,
    late: Psql,
    /// What `late` has written and not committed.
    open: Option<Open>,
}

/// A transaction that is not committed.
struct Open {
    /// The row it has written, which nobody else can write until then.
    id: String,
    writes_left: u32,
}

impl Rows {
    /// A new table in the database at `url`.
    pub(super) fn create(url: &str, table: &'static str, written: Written) -> Result<Self> {
        let mut at_once = Psql::start(url)?;
        let mark = MARK.0;
        at_once.execute(&format!(
            "CREATE TABLE \"{table}\" (id text PRIMARY KEY, name text, text text, number bigint, even boolean, \
             tags text[], \"{mark}\" boolean, written timestamp(0));"
        ))?;
        let late = Psql::start(url)?;
        Ok(Self { connection: url.to_owned(), table, written, at_once, late, open: None })
    }

    /// The connection string of a data source.
    pub(super) fn connection(&self) -> &str {
        &self.connection
    }

    /// The name of the table.
    pub(super) fn table(&self) -> &'static str {
        self.table
    }

    /// The column by which changes are found.
    pub(super) fn high_water_mark(&self) -> &'static str {
        match self.written {
            Written::InAnyOrder => "xmin",
            Written::InOrder => "written",
        }
    }

    /// Writes the row of an item: the members of a document, if it is not marked as deleted.
    pub(super) fn put(&mut self, item: &str, document: &str, marked: bool, at_once: bool) -> Result<()> {
        let (id, table, mark) = (id_of(item), self.table, MARK.0);
        self.make_way(&id)?;
        // The moment is cut off, not rounded: no row is of a second that is still to come.
        let statement = format!(
            "INSERT INTO \"{table}\" SELECT * FROM json_populate_record(NULL::\"{table}\", (jsonb '{document}' || \
             jsonb_build_object('id', '{id}', '{mark}', {marked}, \
             'written', date_trunc('second', clock_timestamp())))::json) \
             ON CONFLICT (id) DO UPDATE SET (name, text, number, even, tags, \"{mark}\", written) = \
             (EXCLUDED.name, EXCLUDED.text, EXCLUDED.number, EXCLUDED.even, EXCLUDED.tags, EXCLUDED.\"{mark}\", \
             EXCLUDED.written);"
        );
        if at_once || self.open.is_some() || self.written == Written::InOrder {
            return self.at_once.execute(&statement);
        }
        self.late.execute(&format!("BEGIN; {statement}"))?;
        self.open = Some(Open { id, writes_left: OPEN_WRITES });
        Ok(())
    }

    /// Removes the row of an item.
    pub(super) fn remove(&mut self, item: &str) -> Result<()> {
        let (id, table) = (id_of(item), self.table);
        self.make_way(&id)?;
        self.at_once.execute(&format!("DELETE FROM \"{table}\" WHERE id = '{id}';"))
    }

    /// Commits what is not committed.
    pub(super) fn rest(&mut self) -> Result<()> {
        if self.open.take().is_some() { self.late.execute("COMMIT;") } else { Ok(()) }
    }

    /// Commits what stands in the way of writing this row, or was open for long enough.
    fn make_way(&mut self, id: &str) -> Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.id == id || open.writes_left == 0 {
            return self.rest();
        }
        open.writes_left -= 1;
        Ok(())
    }
}

/// The key of the row of an item: letters, digits and dashes, as the keys of documents.
fn id_of(item: &str) -> String {
    item.replace(['/', '.'], "-")
}

/// A connection to PostgreSQL, which ends when this is dropped.
struct Psql {
    child: Child,
    /// `None` when it was told to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Psql {
    fn start(url: &str) -> Result<Self> {
        let program = databases::psql().context("psql is not on this machine")?;
        let mut command = Command::new(program);
        command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--set=ON_ERROR_STOP=1", url]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = Some(child.stdin.take().context("no input")?);
        let output = BufReader::new(child.stdout.take().context("no output")?);
        Ok(Self { child, input, output })
    }

    /// Runs statements that yield no rows, to their end.
    fn execute(&mut self, statements: &str) -> Result<()> {
        const DONE: &str = "done\n";
        let mut input = self.input.as_ref().context("it was told to end")?;
        write!(input, "{statements}\n\\echo {DONE}")?;
        let mut said = String::new();
        self.output.read_line(&mut said)?;
        ensure!(said == DONE, "psql says '{said}' to {statements}");
        Ok(())
    }
}

impl Drop for Psql {
    fn drop(&mut self) {
        // It ends with its input; there is nothing to be done about a failure.
        self.input = None;
        self.child.wait().ok();
    }
}
