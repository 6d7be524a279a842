//! Random batches of documents, and what they leave behind: a plain model of upload, merge and delete (`query.md` §8.2).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::chance::Chance;
use super::schema::{Field, KEY, Kind, WORDS};
use super::values::{Cell, Pools};

const VOCABULARY: [&str; 8] = ["amber", "basalt", "cobalt", "dolomite", "emerald", "flint", "garnet", "jade"];

/// The documents of an index.
#[derive(Default)]
pub(super) struct Documents {
    /// Key → number of the last write, document.
    by_key: BTreeMap<String, (u64, Cell)>,
    writes: u64,
}

/// One action and the status it must have.
pub(super) struct Action {
    pub(super) json: Value,
    pub(super) status: u16,
}

impl Documents {
    /// Keys and documents in upload order: a document that is written again is uploaded anew.
    pub(super) fn in_order(&self) -> Vec<(&str, &Cell)> {
        let mut rows: Vec<_> =
            self.by_key.iter().map(|(key, (write, document))| (*write, key.as_str(), document)).collect();
        rows.sort_by_key(|(write, ..)| *write);
        rows.into_iter().map(|(_, key, document)| (key, document)).collect()
    }

    /// Makes up an action for one of `keys` keys and carries it out here. `growing` histories rarely delete.
    pub(super) fn act(
        &mut self,
        chance: &Chance,
        fields: &[Field],
        pools: &Pools,
        keys: usize,
        growing: bool,
    ) -> Action {
        let key = format!("k{}", chance.below(keys));
        let kinds: &[&str] = if growing {
            &["upload", "upload", "upload", "mergeOrUpload", "mergeOrUpload", "merge"]
        } else {
            &["upload", "merge", "mergeOrUpload", "delete"]
        };
        let kind = *chance.pick(kinds);
        let mut json = json!({"@search.action": kind, "id": key});
        if kind == "delete" {
            self.by_key.remove(&key);
            return Action { json, status: 200 };
        }
        let document = document(chance, fields, pools, &key);
        let Value::Object(members) = document.to_json(fields, Some(chance)) else {
            unreachable!("a document")
        };
        json.as_object_mut().unwrap().extend(members);
        let status = self.write(kind, key, document);
        Action { json, status }
    }

    fn write(&mut self, kind: &str, key: String, document: Cell) -> u16 {
        self.writes += 1;
        let old = self.by_key.get_mut(&key);
        if kind == "merge" && old.is_none() {
            return 404;
        }
        match old {
            Some((write, old)) => {
                *write = self.writes;
                if kind == "upload" {
                    *old = document
                } else {
                    merge(old, document)
                }
                200
            }
            None => {
                self.by_key.insert(key, (self.writes, document));
                201
            }
        }
    }
}

/// Members that were sent replace those of the same name; single complex values are merged member by member.
fn merge(old: &mut Cell, new: Cell) {
    match (old, new) {
        (Cell::Object(old), Cell::Object(new)) => {
            if old.len() < new.len() {
                old.resize(new.len(), None);
            }
            for (old, new) in old.iter_mut().zip(new) {
                match (old.as_mut(), new) {
                    (_, None) => (),
                    (Some(old), Some(new)) => merge(old, new),
                    (None, new) => *old = new,
                }
            }
        }
        (old, new) => *old = new,
    }
}

fn document(chance: &Chance, fields: &[Field], pools: &Pools, key: &str) -> Cell {
    let Cell::Object(mut members) = object(chance, fields, pools, 0) else { unreachable!("an object") };
    members[KEY] = Some(Cell::Text(key.to_owned()));
    members[WORDS] = (!chance.one_in(5)).then(|| words(chance));
    Cell::Object(members)
}

fn words(chance: &Chance) -> Cell {
    let count = chance.between(0, 6);
    Cell::Text((0..count).map(|_| word(chance)).collect::<Vec<_>>().join(" "))
}

/// A word that is in some documents.
pub(super) fn word(chance: &Chance) -> &'static str {
    // The first ones are the most frequent.
    VOCABULARY[chance.below(chance.between(1, VOCABULARY.len()))]
}

fn object(chance: &Chance, fields: &[Field], pools: &Pools, depth: usize) -> Cell {
    Cell::Object(fields.iter().map(|field| member(chance, field, pools, depth)).collect())
}

fn member(chance: &Chance, field: &Field, pools: &Pools, depth: usize) -> Option<Cell> {
    if chance.one_in(6) {
        return None;
    }
    if chance.one_in(8) {
        return Some(Cell::Null);
    }
    let element = || {
        if field.kind == Kind::Complex {
            return object(chance, &field.fields, pools, depth + 1);
        }
        pools.value(chance, field.kind)
    };
    if !field.collection {
        return Some(element());
    }
    let most = match chance.below(8) {
        0 => 0,
        1 if depth < 2 => 7,
        _ => 3,
    };
    Some(Cell::List((0..chance.between(0, most)).map(|_| element()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_keep_what_was_not_sent() {
        let text = |text: &str| Some(Cell::Text(text.to_owned()));
        let mut old = Cell::Object(vec![
            text("kept"),
            text("cleared"),
            Some(Cell::Object(vec![text("inner kept"), text("inner replaced")])),
            Some(Cell::List(vec![Cell::Integer(1), Cell::Integer(2)])),
            Some(Cell::Null),
        ]);
        let new = Cell::Object(vec![
            None,
            Some(Cell::Null),
            Some(Cell::Object(vec![None, text("new")])),
            Some(Cell::List(vec![Cell::Integer(3)])),
            Some(Cell::Object(vec![text("whole")])),
            text("added"),
        ]);
        merge(&mut old, new);
        let expected = Cell::Object(vec![
            text("kept"),
            Some(Cell::Null),
            Some(Cell::Object(vec![text("inner kept"), text("new")])),
            Some(Cell::List(vec![Cell::Integer(3)])),
            Some(Cell::Object(vec![text("whole")])),
            text("added"),
        ]);
        assert_eq!(old, expected);
    }
}
