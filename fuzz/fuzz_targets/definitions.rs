//! Any bytes as a definition or a request of any api-version: refused or read, and what a version answers, it takes back.
#![no_main]

use lazuli_wire::aliases::Alias;
use lazuli_wire::indexes::Index;
use lazuli_wire::search::SearchRequest;
use lazuli_wire::synonym_maps::SynonymMap;
use lazuli_wire::version::ApiVersion;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|body: &[u8]| {
    for version in ApiVersion::ALL {
        check(body, |body| Index::parse(body, version).ok().map(|index| index.members(version)));
        check(body, |body| SynonymMap::parse(body, version).ok().map(|map| map.members(version)));
        check(body, |body| Alias::parse(body, version).ok().map(|alias| alias.members(version)));
        let _ = SearchRequest::parse(body, version);
    }
});

fn check(body: &[u8], answer: impl Fn(&[u8]) -> Option<Map<String, Value>>) {
    let Some(first) = answer(body) else { return };
    let sent_back = Value::Object(first.clone()).to_string();
    let second = answer(sent_back.as_bytes()).expect("a version takes back what it answers");
    assert_eq!(first, second);
}
