//! What a tier allows is counted over what exists.

use lazuli_wire::aliases::Alias;
use lazuli_wire::synonym_maps::SynonymMap;

use super::*;

#[test]
fn a_free_service_has_three_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open_as(folder.path(), &Fuse::default(), Tier::Free);
    for name in ["one", "two", "three"] {
        definitions.create::<Indexes>(index(name, &[]), &asked()).unwrap();
    }
    let posted = definitions.create::<Indexes>(index("four", &[]), &asked()).err().unwrap();
    let put = definitions.create_or_update::<Indexes>("four", index("", &[]), &asked()).err().unwrap();
    for error in [posted, put] {
        assert_eq!(error.status.as_u16(), 429);
        assert_eq!(
            error.message,
            "An index with the name 'four' in service 's' could not be created. Index quota has been exceeded for this \
             service. You must either delete unused indexes first, add a delay between index creation requests, or \
             upgrade the service for higher limits. Maximum number of indexes allowed: 3"
        );
    }
    // An update is no new one, and a deletion makes room.
    definitions.create_or_update::<Indexes>("one", index("", &["a"]), &asked()).unwrap();
    definitions.delete::<Indexes>("one", &asked()).unwrap();
    definitions.create::<Indexes>(index("four", &[]), &asked()).unwrap();
}

#[test]
fn every_kind_has_its_own_quota() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open_as(folder.path(), &Fuse::default(), Tier::Free);
    definitions.create::<Indexes>(index("hotels", &[]), &asked()).unwrap();
    let map = |at| SynonymMap { name: format!("map{at}"), ..SynonymMap::default() };
    let alias = |at| Alias { name: format!("alias{at}"), indexes: vec!["hotels".to_owned()] };
    let maps = (0..10).take_while(|at| definitions.create::<SynonymMaps>(map(*at), &asked()).is_ok()).count();
    let aliases =
        (0..10).take_while(|at| definitions.create::<Aliases>(alias(*at), &asked()).is_ok()).count();
    // `api.md` §4.2.
    assert_eq!((maps, aliases), (3, 6));
    let error = definitions.create::<SynonymMaps>(map(9), &asked()).err().unwrap();
    assert!(error.message.contains("Synonym map quota has been exceeded"), "{}", error.message);
}

#[test]
fn documents_are_refused_when_the_storage_is_used_up() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = open_as(folder.path(), &Fuse::default(), Tier::Free);
    definitions.create::<Indexes>(index("hotels", &["a"]), &asked()).unwrap();
    let entry = definitions.get::<Indexes>("hotels").unwrap();
    let quotas = &definitions.parts.quotas;
    assert!(quotas.limit_uploads());
    quotas.check_upload(&definitions, &entry).unwrap();
    // Two million letters a document: 50 MB are used up before the thirtieth.
    let letters = "a".repeat(2_000_000);
    let refused = (0..30).find_map(|at| {
        upload(&entry, &format!(r#"{{"id":"{at}","a":"{letters}"}}"#));
        quotas.check_upload(&definitions, &entry).err()
    });
    let error = refused.expect("the quota is used up");
    assert_eq!(error.status.as_u16(), 429);
    assert_eq!(
        error.message,
        "Storage quota has been exceeded for this service. You must either delete documents first, or use a higher SKU \
         for additional quota."
    );
}
