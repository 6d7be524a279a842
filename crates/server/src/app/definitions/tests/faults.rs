//! Every step of every change fails, loses its answer or loses power once: the definition is the old one or the new one,
//! whole, and there is a folder for every index and for nothing else.

use std::collections::BTreeSet;
use std::fs;

use lazuli_wire::aliases::Alias;
use lazuli_wire::synonym_maps::SynonymMap;

use super::doubles::Fault;
use super::*;

/// Runs `change` in a folder prepared by `before` once for each step and fault, and compares.
fn check(what: &str, before: impl Fn(&Definitions), change: impl Fn(&Definitions) -> Result<(), Error>) {
    for fault in Fault::ALL {
        let mut steps = 0;
        while goes_wrong(&format!("{what}, step {steps}: {fault:?}"), steps, fault, &before, &change) {
            steps += 1;
        }
        assert!(steps > 0, "{what}: nothing could go wrong");
    }
}

/// One run; tells whether the change had so many steps.
fn goes_wrong(
    place: &str,
    step: usize,
    fault: Fault,
    before: &impl Fn(&Definitions),
    change: &impl Fn(&Definitions) -> Result<(), Error>,
) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let healthy = open(folder.path(), &Fuse::default());
    before(&healthy);
    let old = contents(&healthy);
    drop(healthy);

    let fuse = Fuse::default();
    let running = open(folder.path(), &fuse);
    fuse.arm(step, fault);
    let result = change(&running);
    let burnt = fuse.disarm();
    let seen = contents(&running);
    assert_eq!(seen != old, result.is_ok(), "{place}: what clients see is not what they were told");
    if fault.goes_on() {
        all_work(&running, place);
    }
    drop(running);

    let found = open(folder.path(), &Fuse::default());
    let new = {
        let folder = tempfile::tempdir().unwrap();
        let undisturbed = open(folder.path(), &Fuse::default());
        before(&undisturbed);
        change(&undisturbed).unwrap();
        contents(&undisturbed)
    };
    let contents = contents(&found);
    assert!(contents == old || contents == new, "{place}: {contents:?} is neither old nor new");
    if fault.goes_on() {
        assert_eq!(contents, seen, "{place}: the start found something else than clients saw and wrote to");
    }
    assert!(result.is_err() || contents == new, "{place}: what was acknowledged is gone");
    let folders: BTreeSet<String> = found.parts.engine.generations().unwrap().into_iter().collect();
    let known = found.list::<Indexes>().iter().map(|entry| generation(entry)).collect();
    assert_eq!(folders, known, "{place}: folders and indexes differ");
    all_work(&found, place);
    burnt
}

/// What is defined: collection, name, body.
fn contents(definitions: &Definitions) -> Vec<(String, String, String)> {
    fn of<K: Kind>(definitions: &Definitions) -> impl Iterator<Item = (String, String, String)> {
        let rows = definitions.list::<K>().into_iter().map(|entry| entry.row().unwrap());
        rows.map(|row| (row.kind, row.name, row.body))
    }
    let definitions =
        of::<Indexes>(definitions).chain(of::<Aliases>(definitions)).chain(of::<SynonymMaps>(definitions));
    definitions.collect()
}

fn generation(entry: &Entry<Indexes>) -> String {
    let internal: Value = serde_json::from_str(&entry.internal).unwrap();
    internal["generation"].as_str().unwrap().to_owned()
}

/// Every index takes a document with all its fields.
fn all_work(definitions: &Definitions, place: &str) {
    for entry in definitions.list::<Indexes>() {
        let fields = entry.definition.fields.iter().map(|field| format!("\"{}\":\"1\"", field.name));
        upload(&entry, &format!("{{{}}}", fields.collect::<Vec<_>>().join(",")));
        assert_eq!(entry.life.index.statistics().unwrap().documents, 1, "{place}");
    }
}

fn hotels(definitions: &Definitions) {
    definitions.create::<Indexes>(index("hotels", &["a"]), &asked()).unwrap();
    let entry = definitions.get::<Indexes>("hotels").unwrap();
    upload(&entry, r#"{"id":"1","a":"before"}"#);
}

#[test]
fn an_index_is_created_whole_or_not_at_all() {
    check("create", hotels, |definitions| {
        definitions.create::<Indexes>(index("motels", &["b"]), &asked()).map(drop)
    });
}

#[test]
fn an_index_is_updated_whole_or_not_at_all() {
    check("update", hotels, |definitions| {
        let new = index("hotels", &["a", "b"]);
        definitions.create_or_update::<Indexes>("hotels", new, &asked()).map(drop)
    });
}

#[test]
fn an_index_is_deleted_whole_or_not_at_all() {
    check("delete", hotels, |definitions| definitions.delete::<Indexes>("hotels", &asked()));
}

#[test]
fn an_alias_is_moved_whole_or_not_at_all() {
    let alias = |index: &str| Alias { name: "rooms".to_owned(), indexes: vec![index.to_owned()] };
    let before = |definitions: &Definitions| {
        hotels(definitions);
        definitions.create::<Indexes>(index("motels", &[]), &asked()).unwrap();
        definitions.create::<Aliases>(alias("hotels"), &asked()).unwrap();
    };
    check("move", before, |definitions| {
        definitions.create_or_update::<Aliases>("rooms", alias("motels"), &asked()).map(drop)
    });
    check("delete", before, |definitions| definitions.delete::<Aliases>("rooms", &asked()));
}

#[test]
fn a_synonym_map_is_created_whole_or_not_at_all() {
    check("create", hotels, |definitions| {
        let synonyms = Some("a, b".to_owned());
        let new = SynonymMap { name: "words".to_owned(), synonyms, ..SynonymMap::default() };
        definitions.create::<SynonymMaps>(new, &asked()).map(drop)
    });
}

#[test]
fn a_folder_of_nothing_is_removed_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path(), &Fuse::default()));
    let orphan = folder.path().join("indexes").join("0123");
    fs::create_dir(&orphan).unwrap();
    fs::write(orphan.join("store.db"), "half").unwrap();
    drop(open(folder.path(), &Fuse::default()));
    assert!(!orphan.exists());
}
