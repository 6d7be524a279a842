//! Sources that change while they are crawled, and what an index of each must hold once they rest.
//!
//! A source knows only itself: every item carries the version it was written as, and a document is a function of its
//! name and that version. So what the index must hold needs no memory of runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use super::rows::Rows;
use crate::blobs::Blobs;
use crate::crash::model::{Document, Documents};
use crate::random::Random;

/// Lines of an item at most, where lines are documents.
const LINES_MAX: u64 = 12;

/// Where items lie.
pub(super) enum Place {
    /// Files in folders below this one.
    Folder(PathBuf),
    /// Blobs, which can be marked as deleted.
    Blobs(Blobs),
    /// Rows of a table, which can be marked, too.
    Rows(Rows),
}

/// What an item holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One document.
    Whole,
    /// A document in each line.
    Lines,
}

/// What becomes of the documents of items that are gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Deletions {
    /// They stay: no policy sees that.
    Unseen,
    /// They go when the item is marked, and only then.
    Marked,
    /// They go when the item, or the line that each came from, is there no more.
    Absent,
}

/// The metadata or the column that marks an item as deleted, and its value.
pub(super) const MARK: (&str, &str) = ("IsDeleted", "true");

/// An item that is there.
struct Item {
    /// The version of each document in it.
    versions: Vec<u64>,
    /// Its owner has marked it as deleted.
    marked: bool,
}

/// A source and what is in it.
pub(super) struct Source {
    /// Of the data source, the indexer and the index.
    pub(super) name: &'static str,
    pub(super) place: Place,
    pub(super) shape: Shape,
    pub(super) deletions: Deletions,
    /// Names of items are numbers below this.
    names: u64,
    items: BTreeMap<u64, Item>,
    /// Documents that were there once; what no policy sees may still be in the index.
    pub(super) once: BTreeSet<String>,
    versions: u64,
    /// Changes so far.
    pub(super) changes: u64,
}

impl Source {
    /// An empty one, for up to `names` items.
    pub(super) fn new(
        name: &'static str,
        place: Place,
        shape: Shape,
        deletions: Deletions,
        names: u64,
    ) -> Self {
        let (items, once) = (BTreeMap::new(), BTreeSet::new());
        Self { name, place, shape, deletions, names, items, once, versions: 0, changes: 0 }
    }

    /// Puts something into three of four names.
    pub(super) fn fill(&mut self, random: &mut Random) -> Result<()> {
        for number in (0..self.names).filter(|number| number % 4 != 3) {
            self.write(number, random)?;
        }
        Ok(())
    }

    /// Writes, deletes or marks an item.
    pub(super) fn change(&mut self, random: &mut Random) -> Result<()> {
        self.changes += 1;
        let number = random.below(self.names);
        match (random.below(100), self.deletions) {
            (0..15, Deletions::Unseen | Deletions::Absent) => self.remove(number),
            (0..15, Deletions::Marked) if self.items.contains_key(&number) => self.mark(number),
            (0..100 | 100.., Deletions::Unseen | Deletions::Marked | Deletions::Absent) => {
                self.write(number, random)
            }
        }
    }

    /// Lets everything be seen that was written.
    pub(super) fn rest(&mut self) -> Result<()> {
        match &mut self.place {
            Place::Rows(rows) => rows.rest(),
            Place::Blobs(_) | Place::Folder(_) => Ok(()),
        }
    }

    /// Takes marked items away: whoever could see the mark has seen it.
    pub(super) fn purge(&mut self) -> Result<()> {
        let marked: Vec<u64> =
            self.items.iter().filter(|(_, item)| item.marked).map(|(number, _)| *number).collect();
        marked.into_iter().try_for_each(|number| self.remove(number))
    }

    /// The documents that the index must hold, by name.
    pub(super) fn documents(&self) -> Documents {
        let there = self.items.iter().filter(|(_, item)| !item.marked);
        there
            .flat_map(|(number, item)| {
                let named = item.versions.iter().zip(1..);
                named.map(|(version, line)| {
                    let name = self.document_name(*number, line);
                    let document = document(&name, *version);
                    (name, document)
                })
            })
            .collect()
    }

    fn write(&mut self, number: u64, random: &mut Random) -> Result<()> {
        let lines = match self.shape {
            Shape::Whole => 1,
            Shape::Lines => 1 + random.below(LINES_MAX),
        };
        let versions: Vec<u64> = (0..lines).map(|line| self.versions + line).collect();
        self.versions += lines;
        let mut text = String::new();
        for (version, line) in versions.iter().zip(1..) {
            let name = self.document_name(number, line);
            text.push_str(&Value::Object(document(&name, *version)).to_string());
            text.push('\n');
            self.once.insert(name);
        }
        self.items.insert(number, Item { versions, marked: false });
        self.put(&item_name(number), text.into_bytes(), &[], random.chance(50))
    }

    fn mark(&mut self, number: u64) -> Result<()> {
        let Some(item) = self.items.get_mut(&number) else { return Ok(()) };
        item.marked = true;
        self.put(&item_name(number), b"{}".to_vec(), &[MARK], true)
    }

    /// `whole`: a reader sees the old bytes or the new ones, never a part. A row is always whole, but others may be seen
    /// before it.
    fn put(&mut self, name: &str, bytes: Vec<u8>, metadata: &[(&str, &str)], whole: bool) -> Result<()> {
        match &mut self.place {
            Place::Blobs(blobs) => blobs.put(name, bytes, metadata),
            Place::Rows(rows) => rows.put(name, str::from_utf8(&bytes)?, !metadata.is_empty(), whole)?,
            Place::Folder(folder) => {
                let path = folder.join(name);
                fs::create_dir_all(path.parent().unwrap_or(folder))?;
                if whole {
                    let aside = folder.with_extension("new");
                    fs::write(&aside, bytes)?;
                    fs::rename(aside, path)?;
                } else {
                    fs::write(path, bytes)?;
                }
            }
        }
        Ok(())
    }

    fn remove(&mut self, number: u64) -> Result<()> {
        if self.items.remove(&number).is_none() {
            return Ok(());
        }
        match &mut self.place {
            Place::Blobs(blobs) => blobs.remove(&item_name(number)),
            Place::Folder(folder) => fs::remove_file(folder.join(item_name(number)))?,
            Place::Rows(rows) => rows.remove(&item_name(number))?,
        }
        Ok(())
    }

    fn document_name(&self, number: u64, line: u64) -> String {
        match self.shape {
            Shape::Whole => format!("n{number}"),
            Shape::Lines => format!("n{number}-{line}"),
        }
    }
}

/// In one of several folders.
fn item_name(number: u64) -> String {
    format!("d{}/n{number}.json", number % 5)
}

/// A document: all its fields tell its version, so that one of another version is seen in each.
fn document(name: &str, version: u64) -> Document {
    let tags: Vec<String> = (0..version % 4).map(|tag| format!("tag{version}-{tag}")).collect();
    let document = json!({
        "name": name,
        "text": format!("version t{version}x of {name}"),
        "number": version,
        "even": version.is_multiple_of(2),
        "tags": tags,
    });
    document.as_object().cloned().unwrap_or_default()
}
