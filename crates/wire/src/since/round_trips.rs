//! What a table accepts, a struct holds: bodies with every member of a version come back with every member.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Kind, Owner, Shape, Source, Variants};
use crate::ApiVersion;
use crate::aliases::Alias;
use crate::data_sources::DataSource;
use crate::indexers::Indexer;
use crate::indexes::Index;
use crate::search::SearchRequest;
use crate::synonym_maps::SynonymMap;
use crate::{aliases, data_sources, indexers, indexes, search, synonym_maps};

/// An object with every member that requests of the version may have, in the order of the table.
///
/// Fields are simple ones. An object of several types is one of each in a list, and of the first alone.
fn sample(shape: &Shape, version: ApiVersion) -> Map<String, Value> {
    let has = |member: &&super::Member| member.since.covers(version);
    let simple =
        shape.members.iter().filter(has).filter(|member| member.name != "fields" || !is_field(shape));
    simple.map(|member| (member.name.to_owned(), value(member.kind, version))).collect()
}

fn is_field(shape: &Shape) -> bool {
    shape.owner.name() == "SchemaField"
}

fn value(kind: Kind, version: ApiVersion) -> Value {
    match kind {
        Kind::Text | Kind::List => json!("x"),
        Kind::Flag => json!(true),
        Kind::Integer | Kind::Long => json!(3),
        Kind::Number => json!(1.5),
        Kind::Texts => json!(["x", "y"]),
        Kind::Numbers => json!([1.5, 2.5]),
        Kind::TextMap => json!({"b": "x", "a": "y"}),
        Kind::NumberMap => json!({"b": 1.5, "a": 2.5}),
        Kind::Dictionary => json!({"b": 1.5, "a": "x", "c": null}),
        Kind::Object(shape) => Value::Object(sample(shape, version)),
        Kind::Objects(shape) => json!([sample(shape, version)]),
        Kind::Variant(variants) => variants_of(variants, version).swap_remove(0),
        Kind::VariantList(variants) => Value::Array(variants_of(variants, version)),
    }
}

fn variants_of(variants: &Variants, version: ApiVersion) -> Vec<Value> {
    let known = variants.shapes.iter().filter(|(since, _)| since.covers(version));
    let variant = |(_, shape): &(_, Shape)| {
        let mut members = sample(shape, version);
        let namespace =
            if matches!(shape.owner, Owner::Extension(_)) { "Lazuli" } else { "Microsoft.Azure.Search" };
        let odata_type = format!("#{namespace}.{}", shape.owner.name());
        members.shift_insert(0, "@odata.type".to_owned(), odata_type.into());
        Value::Object(members)
    };
    known.map(variant).collect()
}

/// Takes the members off that no answer has.
fn shown(object: &mut Map<String, Value>, shape: &Shape, version: ApiVersion) {
    for member in shape.members.iter().filter(|member| member.since.covers(version)) {
        match (member.kind, object.get_mut(member.name)) {
            _ if matches!(member.source, Source::NotShown) => drop(object.shift_remove(member.name)),
            (Kind::Object(inner), Some(Value::Object(value))) => shown(value, inner, version),
            (Kind::Objects(inner), Some(Value::Array(values))) => {
                values
                    .iter_mut()
                    .filter_map(Value::as_object_mut)
                    .for_each(|value| shown(value, inner, version));
            }
            (_, _) => {}
        }
    }
}

fn check(shape: &Shape, members: impl Fn(&[u8], ApiVersion) -> Map<String, Value>) {
    for version in ApiVersion::ALL {
        let mut sample = sample(shape, version);
        let answer = members(Value::Object(sample.clone()).to_string().as_bytes(), version);
        shown(&mut sample, shape, version);
        assert_eq!(Value::Object(answer).to_string(), Value::Object(sample).to_string(), "{version}");
    }
}

#[test]
fn definitions_come_back_whole_and_in_the_order_of_the_table() {
    check(&indexes::SHAPE, |body, version| Index::parse(body, version).unwrap().members(version));
    check(&synonym_maps::SHAPE, |body, version| SynonymMap::parse(body, version).unwrap().members(version));
    check(&aliases::SHAPE, |body, version| Alias::parse(body, version).unwrap().members(version));
    check(&data_sources::SHAPE, |body, version| DataSource::parse(body, version).unwrap().members(version));
    check(&indexers::SHAPE, |body, version| Indexer::parse(body, version).unwrap().members(version));
}

#[test]
fn an_answer_of_any_version_sent_back_loses_nothing() {
    let whole = Value::Object(sample(&indexes::SHAPE, ApiVersion::NEWEST)).to_string();
    let whole = Index::parse(whole.as_bytes(), ApiVersion::NEWEST).unwrap();
    let map = Value::Object(sample(&synonym_maps::SHAPE, ApiVersion::NEWEST)).to_string();
    let map = SynonymMap::parse(map.as_bytes(), ApiVersion::NEWEST).unwrap();
    let source = Value::Object(sample(&data_sources::SHAPE, ApiVersion::NEWEST)).to_string();
    let source = DataSource::parse(source.as_bytes(), ApiVersion::NEWEST).unwrap();
    let indexer = Value::Object(sample(&indexers::SHAPE, ApiVersion::NEWEST)).to_string();
    let indexer = Indexer::parse(indexer.as_bytes(), ApiVersion::NEWEST).unwrap();
    for version in ApiVersion::ALL {
        let answer = Value::Object(whole.members(version)).to_string();
        let mut again = Index::parse(answer.as_bytes(), version).unwrap();
        again.carry_over(&whole, version);
        assert_eq!(again, whole, "{version}");

        let answer = Value::Object(map.members(version)).to_string();
        let mut again = SynonymMap::parse(answer.as_bytes(), version).unwrap();
        again.carry_over(&map, version);
        assert_eq!(again, map, "{version}");

        let answer = Value::Object(source.members(version)).to_string();
        let mut again = DataSource::parse(answer.as_bytes(), version).unwrap();
        again.carry_over(&source, version);
        assert_eq!(again, source, "{version}");

        let answer = Value::Object(indexer.members(version)).to_string();
        let mut again = Indexer::parse(answer.as_bytes(), version).unwrap();
        again.carry_over(&indexer, version);
        assert_eq!(again, indexer, "{version}");
    }
}

/// Every member alone makes another request than none at all.
#[test]
fn no_parameter_of_a_search_is_dropped() {
    let parse = |body: &str, version| {
        let request = SearchRequest::parse(body.as_bytes(), version).unwrap();
        SearchRequest { sent: Map::new(), ..request }
    };
    for version in ApiVersion::ALL {
        let nothing = parse("{}", version);
        for (name, value) in sample(&search::SHAPE, version) {
            let request = parse(&json!({&name: value}).to_string(), version);
            assert_ne!(request, nothing, "{name} in {version}");
        }
    }
}

/// Replaces the node that is `left` nodes further on, children before their parent.
fn replace(node: &mut Value, left: &mut usize, new: &Value) -> bool {
    let replaced = match node {
        Value::Array(elements) => elements.iter_mut().any(|element| replace(element, left, new)),
        Value::Object(members) => members.values_mut().any(|member| replace(member, left, new)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    if replaced {
        return true;
    }
    if *left == 0 {
        new.clone_into(node);
        return true;
    }
    *left -= 1;
    false
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A body in which anything stands anywhere is refused or read, and what a version answers, it takes back.
    #[test]
    fn answers_are_taken_back(
        version in prop::sample::select(ApiVersion::ALL.to_vec()),
        changes in prop::collection::vec((0..600_usize, prop::sample::select(vec![
            json!(null), json!(true), json!(-1), json!(1e300), json!(u64::MAX), json!(""), json!("x"), json!("Edm.ComplexType"),
            json!([]), json!([null]), json!(["h"]), json!([{}]), json!({}), json!({"name": "y", "kind": "h"}),
            json!({"a": 1}), json!({"@odata.type": "#Microsoft.Azure.Search.StopAnalyzer"}),
        ])), 0..4),
    ) {
        let mut body = Value::Object(sample(&indexes::SHAPE, version));
        for (mut place, new) in changes {
            replace(&mut body, &mut place, &new);
        }
        if let Ok(index) = Index::parse(body.to_string().as_bytes(), version) {
            let answer = Value::Object(index.members(version));
            let again = Index::parse(answer.to_string().as_bytes(), version);
            prop_assert_eq!(Value::Object(again.unwrap().members(version)), answer);
        }
    }
}
