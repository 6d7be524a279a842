//! The table, on the screen and in `bench/RESULTS.md`.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};

use crate::machine;

/// One line of the table.
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// Lazuli's figure.
    pub(crate) lazuli: String,
    /// The reference of the same run.
    pub(crate) reference: String,
    /// What must be reached, in words.
    pub(crate) must: &'static str,
    /// The figure that `must` speaks of, in the same words.
    pub(crate) reached: String,
    /// Whether it was.
    pub(crate) holds: bool,
}

/// The rows as Markdown.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table =
        String::from("| what | Lazuli | reference | must | reached | |\n|---|---|---|---|---|---|\n");
    for row in rows {
        let mark = if row.holds { "yes" } else { "**no**" };
        let Row { what, lazuli, reference, must, reached, .. } = row;
        let _ = writeln!(table, "| {what} | {lazuli} | {reference} | {must} | {reached} | {mark} |");
    }
    table
}

/// Keeps a full run as the latest.
pub(crate) fn keep(table: &str) -> Result<()> {
    let path = xtask::workspace::root().join("bench/RESULTS.md");
    let text = format!(
        "# The latest run of `cargo xtask bench`\n\n{}; {}.\n\nService, clients and disk share the cores. \
         Pairs are p50 / p99. A figure means something beside its reference only.\n\n{table}",
        machine::description(),
        machine::occasion(),
    );
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
