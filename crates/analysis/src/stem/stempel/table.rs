//! Reads the table of Stempel: a Java `DataOutputStream` of tries.
//!
//! ```text
//! table = name forward(1) by(4) count(4) { trie }
//! trie  = forward(1) root(4) count(4) { command } count(4) { row }
//! row   = count(4) { letter(2) command(4) words(4) row(4) skip(4) }
//! ```
//!
//! Numbers are big-endian, -1 for none; names and commands are UTF-8 behind a length of two bytes.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;

/// The tries of a table, in the order in which they are asked.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) tries: Vec<Trie>,
}

/// Letters lead from row to row; each may know a piece of an edit script.
#[derive(Debug)]
pub(super) struct Trie {
    pub(super) root: usize,
    pub(super) commands: Vec<Vec<char>>,
    /// Each row's cells, in order of their letters.
    rows: Vec<Box<[Cell]>>,
}

/// Where a letter leads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    letter: u16,
    /// Number of a piece of script.
    pub(super) command: Option<usize>,
    /// Number of the row for the next letter.
    pub(super) next: Option<usize>,
}

impl Table {
    /// The table for Polish, read when it is first needed.
    pub(super) fn polish() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| {
            let mut bytes = Vec::new();
            let read = GzDecoder::new(&include_bytes!("stemmer_20000.tbl.gz")[..]).read_to_end(&mut bytes);
            read.ok().and_then(|_| table(&mut bytes.as_slice())).unwrap_or_default()
        })
    }
}

impl Trie {
    /// The cell of a letter in a row.
    pub(super) fn cell(&self, row: usize, letter: u16) -> Option<&Cell> {
        let cells = self.rows.get(row)?;
        cells.binary_search_by_key(&letter, |cell| cell.letter).ok().and_then(|found| cells.get(found))
    }
}

fn table(bytes: &mut &[u8]) -> Option<Table> {
    text(bytes)?;
    let [_forward] = take(bytes)?;
    number(bytes)?;
    let count = number(bytes)?;
    let tries = (0..count).map(|_| trie(bytes)).collect::<Option<Vec<Trie>>>()?;
    Some(Table { tries })
}

fn trie(bytes: &mut &[u8]) -> Option<Trie> {
    let [_forward] = take(bytes)?;
    let root = usize::try_from(number(bytes)?).ok()?;
    let count = number(bytes)?;
    let commands =
        (0..count).map(|_| text(bytes).map(|text| text.chars().collect())).collect::<Option<_>>()?;
    let count = number(bytes)?;
    let rows = (0..count).map(|_| row(bytes)).collect::<Option<_>>()?;
    Some(Trie { root, commands, rows })
}

fn row(bytes: &mut &[u8]) -> Option<Box<[Cell]>> {
    let count = number(bytes)?;
    (0..count).map(|_| cell(bytes)).collect()
}

fn cell(bytes: &mut &[u8]) -> Option<Cell> {
    let letter = u16::from_be_bytes(take(bytes)?);
    let [command, _words, next, _skip] = [number(bytes)?, number(bytes)?, number(bytes)?, number(bytes)?];
    Some(Cell { letter, command: usize::try_from(command).ok(), next: usize::try_from(next).ok() })
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    let len = usize::from(u16::from_be_bytes(take(bytes)?));
    let (text, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).ok()
}

fn number(bytes: &mut &[u8]) -> Option<i32> {
    take(bytes).map(i32::from_be_bytes)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}
