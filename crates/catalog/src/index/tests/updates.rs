//! What an update may change, and what stays the same across updates and restarts.

use super::*;

/// Edits a definition.
type Change<'a> = &'a dyn Fn(&mut Value);

#[test]
fn an_update_may_add_fields_and_change_little_else() {
    let before = with_fields(json!([
        {"name": "title", "type": "Edm.String", "filterable": false, "indexAnalyzer": "simple", "searchAnalyzer": "simple"},
        {"name": "address", "type": "Edm.ComplexType", "fields": [{"name": "city", "type": "Edm.String"}]},
        {"name": "v", "type": "Collection(Edm.Single)", "dimensions": 4, "vectorSearchProfile": "p"}
    ]));
    let bound = bind_new(&before).unwrap();
    let changed = |change: Change<'_>| {
        let mut definition = before.clone();
        change(&mut definition);
        update(&bound, &definition)
    };
    let fields = |definition: &mut Value, change: &dyn Fn(&mut Vec<Value>)| {
        change(definition["fields"].as_array_mut().unwrap());
    };

    let allowed: [Change<'_>; 9] = [
        &|index| index["description"] = json!("new"),
        &|index| index["fields"][1]["retrievable"] = json!(false),
        &|index| index["fields"][1]["searchAnalyzer"] = json!("keyword"),
        &|index| index["fields"][2]["fields"][0]["retrievable"] = json!(false),
        &|index| fields(index, &|fields| fields.insert(0, json!({"name": "n", "type": "Edm.Int32"}))),
        &|index| fields(index, &|fields| fields.swap(0, 1)),
        &|index| {
            index["fields"][2]["fields"] =
                json!([{"name": "zip", "type": "Edm.String"}, {"name": "city", "type": "Edm.String"}])
        },
        &|index| {
            index["vectorSearch"]["algorithms"] =
                json!([{"name": "h", "kind": "hnsw"}, {"name": "bits", "kind": "hnsw"}])
        },
        &|index| {
            index["vectorSearch"]["profiles"] = json!([{"name": "p", "algorithm": "h"}]);
            index["vectorSearch"]["algorithms"] = json!([{"name": "h", "kind": "hnsw"}]);
        },
    ];
    for (number, change) in allowed.into_iter().enumerate() {
        let after = changed(change).unwrap_or_else(|error| panic!("change {number}: {error}"));
        assert_eq!(after.schema.version, 2, "change {number}");
    }

    let refused: [(Change<'_>, &str, &str); 13] = [
        (
            &|index| index["fields"][1]["filterable"] = Value::Null,
            "CannotChangeExistingField",
            "Existing field 'title' cannot be changed.",
        ),
        (
            &|index| index["fields"][1]["sortable"] = json!(false),
            "CannotChangeExistingField",
            "Existing field 'title' cannot be changed.",
        ),
        (
            &|index| index["fields"][1]["type"] = json!("Collection(Edm.String)"),
            "CannotChangeExistingField",
            "Existing field 'title' cannot be changed.",
        ),
        (
            &|index| index["fields"][1]["indexAnalyzer"] = json!("keyword"),
            "CannotChangeExistingField",
            "Existing field 'title' cannot be changed.",
        ),
        (
            &|index| index["fields"][0]["analyzer"] = json!("standard.lucene"),
            "CannotChangeExistingField",
            "Existing field 'id' cannot be changed.",
        ),
        (
            &|index| index["fields"][0]["key"] = json!(false),
            "MissingKeyField",
            "The request is invalid. Details: index : Found 0 key fields in index 'hotels'. Each index must have exactly one key field.",
        ),
        (
            &|index| index["fields"][2]["type"] = json!("Collection(Edm.ComplexType)"),
            "CannotChangeExistingField",
            "Existing field 'address' cannot be changed.",
        ),
        (
            &|index| index["fields"][2]["fields"][0]["facetable"] = json!(false),
            "CannotChangeExistingField",
            "Existing field 'address/city' cannot be changed.",
        ),
        (
            &|index| index["fields"][2]["fields"][0]["name"] = json!("town"),
            "CannotDeleteExistingField",
            "Existing field 'address/city' cannot be deleted.",
        ),
        (
            &|index| fields(index, &|fields| drop(fields.remove(1))),
            "CannotDeleteExistingField",
            "Existing field 'title' cannot be deleted.",
        ),
        (
            &|index| index["fields"][3]["dimensions"] = json!(8),
            "CannotChangeExistingField",
            "Existing field 'v' cannot be changed.",
        ),
        (
            &|index| index["fields"][3]["stored"] = json!(false),
            "CannotChangeExistingField",
            "Existing field 'v' cannot be changed.",
        ),
        (
            &|index| index["vectorSearch"]["algorithms"][0]["hnswParameters"] = json!({"m": 5}),
            "",
            "Existing vector search algorithm configuration 'h' cannot be changed because it is used by the field 'v'.",
        ),
    ];
    for (change, detail, message) in refused {
        let error = changed(change).expect_err(message);
        assert_eq!(error.message(), message);
        assert_eq!((error.code(), error.detail_code().unwrap_or("")), ("OperationNotAllowed", detail));
    }
}

#[test]
fn field_ids_stay_and_are_never_used_again() {
    let before = bind_new(&with_fields(json!([
        {"name": "a", "type": "Edm.ComplexType", "fields": [{"name": "x", "type": "Edm.Int32"}]},
        {"name": "b", "type": "Edm.Int32"}
    ])))
    .unwrap();
    let ids = |schema: &Schema| -> Vec<(String, u32)> {
        schema.walk().map(|field| (field.path.clone(), field.id.0)).collect()
    };
    let expect = |pairs: &[(&str, u32)]| -> Vec<(String, u32)> {
        pairs.iter().map(|(path, id)| ((*path).to_owned(), *id)).collect()
    };
    assert_eq!(ids(&before.schema), expect(&[("id", 1), ("a", 2), ("a/x", 3), ("b", 4)]));
    assert_eq!((before.schema.version, before.schema.next_field_id), (1, 5));

    let after = update(
        &before,
        &with_fields(json!([
            {"name": "new", "type": "Edm.Int32"},
            {"name": "a", "type": "Edm.ComplexType", "fields": [{"name": "y", "type": "Edm.Int32"}, {"name": "x", "type": "Edm.Int32"}]},
            {"name": "b", "type": "Edm.Int32"}
        ])),
    )
    .unwrap();
    assert_eq!(
        ids(&after.schema),
        expect(&[("id", 1), ("new", 5), ("a", 2), ("a/y", 6), ("a/x", 3), ("b", 4)])
    );
    assert_eq!((after.schema.version, after.schema.next_field_id), (2, 7));

    let shape = |bound: &Bound, path: &str| bound.schema.field(path).unwrap().shape;
    assert_ne!(shape(&before, "a"), shape(&after, "a"));
    for path in ["id", "b", "a/x"] {
        assert_eq!(shape(&before, path), shape(&after, path), "{path}");
    }
}

#[test]
fn a_stored_definition_gives_the_same_schema_again() {
    let bound = bind_new(&with_fields(json!([
        {"name": "t", "type": "Edm.String", "analyzer": "en.microsoft", "retrievable": false},
        {"name": "r", "type": "Collection(Edm.ComplexType)", "fields": [
            {"name": "tags", "type": "Collection(Edm.String)"},
            {"name": "s", "type": "Collection(Edm.ComplexType)", "fields": [{"name": "n", "type": "Edm.Int32", "retrievable": false}]}]},
        {"name": "v", "type": "Collection(Edm.Half)", "dimensions": 4, "vectorSearchProfile": "p"}
    ])))
    .unwrap();
    let stored = serde_json::to_string(&bound.definition).unwrap();
    let internal = field_ids(&bound.schema).to_string();
    let definition: indexes::Index = serde_json::from_str(&stored).unwrap();
    let internal: Value = serde_json::from_str(&internal).unwrap();
    let again = rebind(&definition, &internal).unwrap();
    assert_eq!(format!("{again:?}"), format!("{:?}", bound.schema));

    let depths: Vec<(&str, u32, bool)> =
        again.walk().map(|field| (field.path.as_str(), field.collection_depth, field.retrievable)).collect();
    assert_eq!(
        depths,
        [
            ("id", 0, true),
            ("t", 0, false),
            ("r", 0, true),
            ("r/tags", 1, true),
            ("r/s", 1, false),
            ("r/s/n", 2, false),
            ("v", 0, false)
        ]
    );
    assert_eq!(
        again.text_fields().map(|field| field.path.as_str()).collect::<Vec<_>>(),
        ["id", "t", "r/tags"]
    );

    for internal in [json!(null), json!({}), json!({"fieldIds": {"id": 1}, "nextFieldId": 2, "version": 1})] {
        assert!(matches!(rebind(&definition, &internal), Err(DefinitionError::Corrupt { .. })), "{internal}");
    }
}
