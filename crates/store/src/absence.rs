//! What an indexer has seen in its source and which documents came of it, so that what is not seen any more can be deleted.
//!
//! An entry says that an item of the source yielded a document of the index, and in which run that was last seen. An entry with an
//! empty key says that all this is in the index: the item is settled. Entries lie in the order of items, which is the order in which
//! sources list them: a million of them are walked, and marked again, page by page of the file.
//!
//! A set belongs to a holder, a number that is never given twice: what is left of a set that was given up is nobody's and is purged
//! in pieces, so that no change of definitions waits for a million rows.

use rusqlite::{Connection, OptionalExtension, params};

use crate::catalog::{CatalogStore, CatalogTransaction};
use crate::error::StoreError;

/// The tables; also part of a new catalogue. The index is for items that yield the same document.
pub(crate) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS absence_sets(
  holder INTEGER PRIMARY KEY AUTOINCREMENT, indexer TEXT NOT NULL UNIQUE, place TEXT NOT NULL, run INTEGER NOT NULL,
  enumeration INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS absence_entries(
  holder INTEGER NOT NULL, item TEXT NOT NULL, key TEXT NOT NULL, run INTEGER NOT NULL, crc INTEGER NOT NULL,
  PRIMARY KEY(holder, item, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS absence_entries_by_key ON absence_entries(holder, key);
";

/// A set as a run uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbsenceSet {
    /// Whose entries.
    pub holder: i64,
    /// The number of this run; grows with each.
    pub run: i64,
    /// The number of the run with which the enumeration began that this one goes on with.
    pub enumeration: i64,
    /// Whether this run goes on with an enumeration that an earlier one began.
    pub resumed: bool,
}

/// How a run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbsenceRun<'a> {
    /// It enumerates this place, and would go on with the enumeration of this number if that is the set's newest.
    Enumerates {
        /// What is enumerated, in whatever words.
        place: &'a str,
        /// As [`AbsenceSet::enumeration`].
        resumes: Option<i64>,
    },
    /// It reads single items.
    Reads,
}

/// An item and the key of a document that came of it; an empty key for the item itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceEntry {
    /// As the source calls it.
    pub item: String,
    /// In the index.
    pub key: String,
}

impl CatalogStore {
    /// For each of these items whether it is settled, and not condemned.
    pub fn absence_knows(&self, holder: i64, items: &[String]) -> Result<Vec<bool>, StoreError> {
        self.read(|connection| {
            let sql =
                "SELECT 1 FROM absence_entries WHERE holder = ?1 AND item = ?2 AND key = '' AND run >= 0";
            let mut statement = connection.prepare_cached(sql)?;
            items.iter().map(|item| Ok(statement.exists(params![holder, item])?)).collect()
        })
    }

    /// Entries last seen before `run`, at most `most`, in the order of items and keys, behind `after`.
    pub fn absence_older(
        &self,
        holder: i64,
        run: i64,
        after: &AbsenceEntry,
        most: usize,
    ) -> Result<Vec<AbsenceEntry>, StoreError> {
        let sql = "SELECT item, key, crc FROM absence_entries WHERE holder = ?1 AND (item, key) > (?2, ?3) AND run < ?4 \
                   ORDER BY item, key LIMIT ?5";
        self.read(|connection| {
            entries(connection, sql, params![holder, after.item, after.key, run, sql_count(most)])
        })
    }

    /// Entries of one item last seen before `run`, at most `most`.
    pub fn absence_older_of(
        &self,
        holder: i64,
        run: i64,
        item: &str,
        most: usize,
    ) -> Result<Vec<AbsenceEntry>, StoreError> {
        let sql = "SELECT item, key, crc FROM absence_entries WHERE holder = ?1 AND item = ?2 AND run < ?3 LIMIT ?4";
        self.read(|connection| entries(connection, sql, params![holder, item, run, sql_count(most)]))
    }

    /// Whether another item than that of the entry, seen in `run` or later, has the same key.
    pub fn absence_shares(&self, holder: i64, run: i64, entry: &AbsenceEntry) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM absence_entries WHERE holder = ?1 AND key = ?2 AND item <> ?3 AND run >= ?4 LIMIT 1";
        self.read(|connection| {
            Ok(connection.prepare_cached(sql)?.exists(params![holder, entry.key, entry.item, run])?)
        })
    }

    /// A holder that has entries and no set any more.
    pub fn absence_nobody(&self) -> Result<Option<i64>, StoreError> {
        // The holders that have entries are found by hopping over them, one look-up each.
        let sql = "WITH RECURSIVE holders(holder) AS (SELECT min(holder) FROM absence_entries UNION ALL \
                   SELECT (SELECT min(holder) FROM absence_entries WHERE holder > holders.holder) FROM holders \
                   WHERE holders.holder IS NOT NULL) \
                   SELECT holder FROM holders WHERE holder IS NOT NULL \
                   AND holder NOT IN (SELECT holder FROM absence_sets) LIMIT 1";
        self.read(|connection| {
            Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
        })
    }

    /// How many entries the set of an indexer has.
    pub fn absence_count(&self, indexer: &str) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM absence_entries WHERE holder = \
                   (SELECT holder FROM absence_sets WHERE indexer = ?1)";
        self.read(|connection| {
            let count: i64 = connection.query_row(sql, [indexer], |row| row.get(0))?;
            Ok(u64::try_from(count).unwrap_or(0))
        })
    }
}

impl CatalogTransaction<'_> {
    /// A run of an indexer begins.
    pub fn begin_absence(&self, indexer: &str, how: AbsenceRun<'_>) -> Result<AbsenceSet, StoreError> {
        let sql = "INSERT INTO absence_sets(indexer, place, run, enumeration) VALUES(?1, '', 0, 0) \
                   ON CONFLICT(indexer) DO NOTHING";
        self.connection.prepare_cached(sql)?.execute([indexer])?;
        let sql = "SELECT holder, place, run, enumeration FROM absence_sets WHERE indexer = ?1";
        let (holder, known, run, newest): (i64, String, i64, i64) = self
            .connection
            .prepare_cached(sql)?
            .query_row([indexer], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let run = run + 1;
        let (place, enumeration, resumed) = match how {
            AbsenceRun::Reads => (known.as_str(), newest, true),
            AbsenceRun::Enumerates { place, resumes } if resumes == Some(newest) && place == known => {
                (place, newest, true)
            }
            AbsenceRun::Enumerates { place, .. } => (place, run, false),
        };
        let sql = "UPDATE absence_sets SET place = ?2, run = ?3, enumeration = ?4 WHERE holder = ?1";
        self.connection.prepare_cached(sql)?.execute(params![holder, place, run, enumeration])?;
        Ok(AbsenceSet { holder, run, enumeration, resumed })
    }

    /// A document came of an item in this run.
    pub fn put_absence_entry(&self, holder: i64, run: i64, entry: &AbsenceEntry) -> Result<(), StoreError> {
        let sql = "INSERT INTO absence_entries VALUES(?1, ?2, ?3, ?4, ?5) \
                   ON CONFLICT(holder, item, key) DO UPDATE SET run = max(run, excluded.run)";
        let parameters = params![holder, entry.item, entry.key, run, entry.checksum()];
        self.connection.prepare_cached(sql)?.execute(parameters)?;
        Ok(())
    }

    /// An item is there as it was: all its entries are as if seen in this run.
    pub fn keep_absence_item(&self, holder: i64, run: i64, item: &str) -> Result<(), StoreError> {
        let sql = "UPDATE absence_entries SET run = ?3 WHERE holder = ?1 AND item = ?2";
        self.connection.prepare_cached(sql)?.execute(params![holder, item, run])?;
        Ok(())
    }

    /// It cannot be seen what is below an item, whose parts are divided by `/`: all of it is as if seen in this run.
    pub fn keep_absence_below(&self, holder: i64, run: i64, item: &str) -> Result<(), StoreError> {
        // '0' follows '/'.
        let sql = "UPDATE absence_entries SET run = ?3 \
                   WHERE holder = ?1 AND item > ?2 || '/' AND item < ?2 || '0' AND run >= 0";
        self.connection.prepare_cached(sql)?.execute(params![holder, item, run])?;
        Ok(())
    }

    /// A settled item was read again: of its documents nothing is said, but it is there. False if it is not settled.
    pub fn keep_absence_settled(&self, holder: i64, run: i64, item: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE absence_entries SET run = ?3 WHERE holder = ?1 AND item = ?2 AND key = ''";
        Ok(self.connection.prepare_cached(sql)?.execute(params![holder, item, run])? > 0)
    }

    /// The documents of these entries are about to be deleted: whether they are there is not known from now on.
    pub fn condemn_absence_entries(&self, holder: i64, entries: &[AbsenceEntry]) -> Result<(), StoreError> {
        let sql = "UPDATE absence_entries SET run = -1 WHERE holder = ?1 AND item = ?2 AND key = ?3";
        self.with_each(sql, holder, entries)
    }

    /// Entries are no more.
    pub fn drop_absence_entries(&self, holder: i64, entries: &[AbsenceEntry]) -> Result<(), StoreError> {
        let sql = "DELETE FROM absence_entries WHERE holder = ?1 AND item = ?2 AND key = ?3";
        self.with_each(sql, holder, entries)
    }

    fn with_each(&self, sql: &str, holder: i64, entries: &[AbsenceEntry]) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        for entry in entries {
            statement.execute(params![holder, entry.item, entry.key])?;
        }
        Ok(())
    }

    /// Gives up the set of an indexer. Its entries are nobody's until they are purged.
    pub fn give_up_absence_set(&self, indexer: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM absence_sets WHERE indexer = ?1")?.execute([indexer])?;
        Ok(())
    }

    /// Removes some of the entries of a holder; false when there are none left.
    pub fn purge_absence_entries(&self, holder: i64, most: usize) -> Result<bool, StoreError> {
        let sql = "DELETE FROM absence_entries WHERE holder = ?1 AND (item, key) IN \
                   (SELECT item, key FROM absence_entries WHERE holder = ?1 LIMIT ?2)";
        Ok(self.connection.prepare_cached(sql)?.execute(params![holder, sql_count(most)])? > 0)
    }
}

impl AbsenceEntry {
    /// Of what says which document is to be deleted; when it was last seen changes too often to be a part.
    fn checksum(&self) -> u32 {
        let mut crc = crc32fast::Hasher::new();
        for part in [&self.item, &self.key] {
            crc.update(&(part.len() as u64).to_le_bytes());
            crc.update(part.as_bytes());
        }
        crc.finalize()
    }
}

fn entries(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<AbsenceEntry>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let entry = AbsenceEntry { item: row.get(0)?, key: row.get(1)? };
        if row.get::<_, i64>(2)? != i64::from(entry.checksum()) {
            return Err(StoreError::corrupt(format!("the checksum of the item {:?} is wrong", entry.item)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn sql_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::StoreOptions;

    fn entry(item: &str, key: &str) -> AbsenceEntry {
        AbsenceEntry { item: item.into(), key: key.into() }
    }

    fn enumerates(place: &str, resumes: Option<i64>) -> AbsenceRun<'_> {
        AbsenceRun::Enumerates { place, resumes }
    }

    struct Store(
        CatalogStore,
        #[expect(dead_code, reason = "the folder lives as long as it")] tempfile::TempDir,
    );

    impl Store {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("catalog.db");
            Self(CatalogStore::open_or_create(&path, &StoreOptions::default()).unwrap(), folder)
        }

        fn change<T>(&self, f: impl FnOnce(&CatalogTransaction<'_>) -> Result<T, StoreError>) -> T {
            self.0.change(f).unwrap()
        }

        fn begin(&self, how: AbsenceRun<'_>) -> AbsenceSet {
            self.change(|transaction| transaction.begin_absence("i", how))
        }

        fn put(&self, set: AbsenceSet, entries: &[(&str, &str)]) {
            self.change(|transaction| {
                let mut entries = entries.iter().map(|(item, key)| entry(item, key));
                entries.try_for_each(|entry| transaction.put_absence_entry(set.holder, set.run, &entry))
            });
        }
    }

    #[test]
    fn an_enumeration_goes_on_only_where_it_was_and_if_it_is_the_newest() {
        let store = Store::new();
        let numbers = |set: AbsenceSet| (set.run, set.enumeration, set.resumed);
        for (how, expected) in [
            (enumerates("a", None), (1, 1, false)),
            (enumerates("a", Some(1)), (2, 1, true)),
            (AbsenceRun::Reads, (3, 1, true)),
            (enumerates("a", Some(1)), (4, 1, true)),
            (enumerates("b", Some(1)), (5, 5, false)),
            (enumerates("a", Some(1)), (6, 6, false)),
            (enumerates("a", None), (7, 7, false)),
        ] {
            assert_eq!(numbers(store.begin(how)), expected, "{how:?}");
        }
    }

    #[test]
    fn what_was_not_seen_again_is_found_in_pages() {
        let store = Store::new();
        let first = store.begin(enumerates("a", None));
        store.put(first, &[("a", "1"), ("a", "2"), ("b", "3"), ("c", "4"), ("d", "")]);
        let second = store.begin(enumerates("a", None));
        store.change(|transaction| {
            assert!(!transaction.keep_absence_settled(second.holder, second.run, "e")?);
            transaction.keep_absence_item(second.holder, second.run, "b")
        });
        store.put(second, &[("a", "2"), ("e", ""), ("f", "4")]);
        let older = |after: AbsenceEntry| {
            store.0.absence_older(second.holder, second.enumeration, &after, 2).unwrap()
        };
        assert_eq!(older(entry("", "")), [entry("a", "1"), entry("c", "4")]);
        assert_eq!(older(entry("c", "4")), [entry("d", "")]);
        let of = |item| store.0.absence_older_of(second.holder, second.run, item, 9).unwrap();
        assert_eq!((of("a"), of("b")), (vec![entry("a", "1")], vec![]));
        let shares = |run, one: AbsenceEntry| store.0.absence_shares(second.holder, run, &one).unwrap();
        assert!(shares(second.run, entry("c", "4")) && !shares(second.run, entry("f", "4")));
        assert!(shares(first.run, entry("f", "4")) && !shares(first.run, entry("a", "1")));
        let known = ["a", "e", "x"].map(str::to_owned);
        assert_eq!(store.0.absence_knows(second.holder, &known).unwrap(), [false, true, false]);
        store.change(|transaction| transaction.condemn_absence_entries(second.holder, &[entry("e", "")]));
        assert_eq!(store.0.absence_knows(second.holder, &known).unwrap(), [false, false, false]);
        store.change(|transaction| transaction.drop_absence_entries(second.holder, &[entry("c", "4")]));
        assert_eq!(store.0.absence_count("i").unwrap(), 6);
    }

    #[test]
    fn what_is_below_an_item_is_kept_and_nothing_beside_it() {
        let store = Store::new();
        let first = store.begin(enumerates("a", None));
        store.put(
            first,
            &[("a", ""), ("a/b", "1"), ("a/b/c", "2"), ("a.b", "3"), ("a0", "4"), ("b/a/b", "5")],
        );
        let second = store.begin(enumerates("a", None));
        store.change(|transaction| transaction.keep_absence_below(second.holder, second.run, "a"));
        let older = store.0.absence_older(second.holder, second.enumeration, &entry("", ""), 9).unwrap();
        assert_eq!(older, [entry("a", ""), entry("a.b", "3"), entry("a0", "4"), entry("b/a/b", "5")]);
    }

    /// The figures of a set of a million items, one document each: `cargo test --release -p lazuli-store million -- --ignored --nocapture`.
    #[test]
    #[ignore = "a measurement of minutes"]
    fn a_million_items() {
        const ITEMS: usize = 1_000_000;
        let item = |number: usize| format!("file:///srv/documents/d{:03}/n{number:07}.json", number / 1000);
        let store = Store::new();
        let tell = |what: &str| {
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let memory = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
            println!("{what}: {memory}");
        };
        let pages = || (0..ITEMS).step_by(1000).map(|from| (from..from + 1000).map(item).collect::<Vec<_>>());
        let first = store.begin(enumerates("a", None));
        for items in pages() {
            store.change(|transaction| {
                items.iter().try_for_each(|item| {
                    transaction.put_absence_entry(first.holder, first.run, &entry(item, item))?;
                    transaction.put_absence_entry(first.holder, first.run, &entry(item, ""))
                })
            });
        }
        tell("recorded");
        let second = store.begin(enumerates("a", None));
        for items in pages() {
            assert!(store.0.absence_knows(second.holder, &items).unwrap().into_iter().all(|known| known));
            store.change(|transaction| {
                items
                    .iter()
                    .filter(|item| !item.ends_with("7.json"))
                    .try_for_each(|item| transaction.keep_absence_item(second.holder, second.run, item))
            });
        }
        tell("seen again, but for a tenth");
        let (mut after, mut gone) = (entry("", ""), 0);
        loop {
            let older = store.0.absence_older(second.holder, second.enumeration, &after, 1000).unwrap();
            let Some(last) = older.last() else { break };
            after.clone_from(last);
            gone += older.len();
            store.change(|transaction| transaction.condemn_absence_entries(second.holder, &older));
            for one in older.iter().filter(|one| !one.key.is_empty()) {
                assert!(!store.0.absence_shares(second.holder, second.enumeration, one).unwrap());
            }
            store.change(|transaction| transaction.drop_absence_entries(second.holder, &older));
        }
        tell("swept");
        assert_eq!((gone, store.0.absence_count("i").unwrap()), (200_000, 1_800_000));
    }

    #[test]
    fn a_set_that_is_given_up_is_purged_in_pieces_and_its_holder_is_never_given_again() {
        let store = Store::new();
        let first = store.begin(enumerates("a", None));
        store.put(first, &[("a", "1"), ("b", "2"), ("c", "3")]);
        store.change(|transaction| transaction.give_up_absence_set("i"));
        let second = store.begin(enumerates("a", Some(first.enumeration)));
        assert!(second.holder > first.holder && second.run == 1);
        store.put(second, &[("a", "1")]);
        assert_eq!(store.0.absence_nobody().unwrap(), Some(first.holder));
        let purge = || store.change(|transaction| transaction.purge_absence_entries(first.holder, 2));
        assert_eq!([purge(), purge(), purge()], [true, true, false]);
        assert_eq!(store.0.absence_nobody().unwrap(), None);
        assert_eq!(store.0.absence_count("i").unwrap(), 1);
    }
}
