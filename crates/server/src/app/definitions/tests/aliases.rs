//! Aliases: where they count as names, and that moving one leaves no request without an index.

use std::sync::atomic::{AtomicBool, Ordering};

use lazuli_wire::aliases::Alias;

use super::*;

fn alias(name: &str, index: &str) -> Alias {
    Alias { name: name.to_owned(), indexes: vec![index.to_owned()] }
}

fn with_alias(folder: &Path) -> Definitions {
    let definitions = open(folder, &Fuse::default());
    definitions.create::<Indexes>(index("hotels-1", &[]), &asked()).unwrap();
    definitions.create::<Aliases>(alias("hotels", "hotels-1"), &asked()).unwrap();
    definitions
}

#[test]
fn an_alias_names_its_index_in_versions_that_have_aliases() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = with_alias(folder.path());
    for (version, found) in [
        (ApiVersion::V2020_06_30, false),
        (ApiVersion::V2021_04_30Preview, true),
        (ApiVersion::V2025_09_01, false),
        (ApiVersion::V2026_04_01, true),
    ] {
        assert_eq!(definitions.find("hotels", version).is_some(), found, "{version}");
        assert!(definitions.find("hotels-1", version).is_some());
    }
    drop(definitions);
    let again = open(folder.path(), &Fuse::default());
    assert_eq!(again.find("hotels", ApiVersion::NEWEST).unwrap().name(), "hotels-1");
}

#[test]
fn a_put_of_an_alias_updates_the_index_whatever_name_the_body_has() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = with_alias(folder.path());
    for (at, name) in ["", "hotels", "hotels-1"].into_iter().enumerate() {
        let new = indexes::Index { description: Some(at.to_string()), ..index(name, &[]) };
        let put = definitions.create_or_update::<Indexes>("hotels", new, &asked()).unwrap();
        assert!(matches!(put, Put::Updated(entry) if entry.name() == "hotels-1"));
    }
    let error =
        definitions.create_or_update::<Indexes>("hotels", index("other", &[]), &asked()).err().unwrap();
    assert!(error.message.contains("does not match the name 'hotels'"), "{}", error.message);
}

#[test]
fn an_index_and_an_alias_never_have_the_same_name() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = with_alias(folder.path());
    assert!(definitions.create::<Indexes>(index("hotels", &[]), &asked()).is_err());
    // Where there are no aliases, the name means no index, and is taken all the same.
    let older = Asked { version: ApiVersion::V2025_09_01, ..asked() };
    let error = definitions.create_or_update::<Indexes>("hotels", index("", &[]), &older).err().unwrap();
    assert_eq!((error.status.as_u16(), error.code), (400, "ResourceNameAlreadyInUse"));
    assert!(definitions.create::<Aliases>(alias("hotels-1", "hotels-1"), &asked()).is_err());
    assert!(definitions.create::<Aliases>(alias("hotels", "hotels-1"), &asked()).is_err());
    assert_eq!(definitions.parts.engine.generations().unwrap().len(), 1);
}

#[test]
fn an_index_with_aliases_cannot_be_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = with_alias(folder.path());
    let error = definitions.delete::<Indexes>("hotels-1", &asked()).unwrap_err();
    assert_eq!(
        error.message,
        "The index 'hotels-1' in service 's' cannot be deleted because the following alias(es) map to it: 'hotels'. \
         Please update the alias(es) to map to a different index or delete them before trying again."
    );
    assert_eq!(definitions.delete::<Indexes>("hotels", &asked()).unwrap_err().status.as_u16(), 404);
    definitions.delete::<Aliases>("hotels", &asked()).unwrap();
    definitions.delete::<Indexes>("hotels-1", &asked()).unwrap();
}

#[test]
fn whoever_moves_an_alias_leaves_no_request_without_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = with_alias(folder.path());
    let moved = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 2..20 {
                let (old, new) = (format!("hotels-{}", round - 1), format!("hotels-{round}"));
                definitions.create::<Indexes>(index(&new, &[]), &asked()).unwrap();
                let moved = definitions.create_or_update::<Aliases>("hotels", alias("", &new), &asked());
                assert!(matches!(moved.unwrap(), Put::Updated(_)));
                definitions.delete::<Indexes>(&old, &asked()).unwrap();
            }
            moved.store(true, Ordering::Release);
        });
        while !moved.load(Ordering::Acquire) {
            assert!(definitions.find("hotels", ApiVersion::NEWEST).is_some());
        }
    });
}
