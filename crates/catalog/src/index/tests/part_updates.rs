//! What an update may change of parts other than fields (`api.md` §3.2).

use super::*;

/// Edits a definition.
type Change<'a> = &'a dyn Fn(&mut Value);

fn before() -> Value {
    let fields = json!([
        {"name": "title", "type": "Edm.String"},
        {"name": "city", "type": "Edm.String"},
        {"name": "v", "type": "Collection(Edm.Single)", "dimensions": 4, "vectorSearchProfile": "p"}
    ]);
    with(
        with_fields(fields),
        json!({
            "suggesters": [{"name": "sg", "sourceFields": ["title"]}],
            "analyzers": [{"@odata.type": "#Microsoft.Azure.Search.StopAnalyzer", "name": "stops"}],
            "scoringProfiles": [{"name": "s", "text": {"weights": {"title": 2}}}],
            "corsOptions": {"allowedOrigins": ["*"]},
            "semantic": {"configurations": [{"name": "c", "prioritizedFields": {"titleField": {"fieldName": "title"}}}]},
            "vectorSearch": {
                "algorithms": [{"name": "h", "kind": "hnsw"}, {"name": "x", "kind": "exhaustiveKnn"}],
                "profiles": [{"name": "p", "algorithm": "h", "compression": "used"}, {"name": "q", "algorithm": "x"}],
                "compressions": [{"name": "used", "kind": "scalarQuantization"}, {"name": "free", "kind": "binaryQuantization"}],
                "vectorizers": [{"name": "z", "kind": "customWebApi", "customWebApiParameters": {"uri": "https://z"}}]
            }
        }),
    )
}

fn changed(change: Change<'_>, allow_downtime: bool) -> Result<Bound, DefinitionError> {
    let mut definition = before();
    change(&mut definition);
    let rules = Rules { allow_downtime, ..rules() };
    update_by(&bind_new(&before()).unwrap(), &definition, &rules)
}

fn push(list: &mut Value, element: Value) {
    list.as_array_mut().unwrap().push(element);
}

#[test]
fn some_parts_change_freely() {
    let allowed: [Change<'_>; 12] = [
        &|index| index["scoringProfiles"] = json!([]),
        &|index| index["defaultScoringProfile"] = json!("s"),
        &|index| index["corsOptions"] = Value::Null,
        &|index| index["semantic"] = Value::Null,
        &|index| index["fields"][1]["synonymMaps"] = json!(["map"]),
        &|index| {
            push(&mut index["fields"], json!({"name": "new", "type": "Edm.String"}));
            index["suggesters"][0]["sourceFields"] = json!(["new", "title"]);
        },
        &|index| index["suggesters"] = json!([]),
        &|index| {
            push(&mut index["fields"], json!({"name": "new", "type": "Edm.String"}));
            index["suggesters"] = json!([{"name": "other", "sourceFields": ["new"]}]);
        },
        &|index| index["vectorSearch"]["profiles"][0]["vectorizer"] = json!("z"),
        &|index| index["vectorSearch"]["vectorizers"] = json!([]),
        &|index| index["vectorSearch"]["algorithms"][0]["hnswParameters"] = json!({"efSearch": 600}),
        &|index| {
            index["vectorSearch"]["compressions"].as_array_mut().unwrap().pop();
            index["vectorSearch"]["profiles"].as_array_mut().unwrap().pop();
            push(&mut index["vectorSearch"]["algorithms"], json!({"name": "new", "kind": "hnsw"}));
        },
    ];
    for (number, change) in allowed.into_iter().enumerate() {
        let after = changed(change, false).unwrap_or_else(|error| panic!("change {number}: {error}"));
        assert_eq!(after.schema.version, 2, "change {number}");
    }
}

#[test]
fn some_changes_need_downtime() {
    let component = |odata_type: &str| json!({"@odata.type": format!("#Microsoft.Azure.Search.{odata_type}"), "name": "new", "mappings": []});
    let changes: [Change<'_>; 5] = [
        &|index| push(&mut index["analyzers"], with(component("PatternAnalyzer"), json!({"mappings": null}))),
        &|index| index["charFilters"] = json!([component("MappingCharFilter")]),
        &|index| {
            index["normalizers"] =
                json!([{"@odata.type": "#Microsoft.Azure.Search.CustomNormalizer", "name": "n"}])
        },
        &|index| index["similarity"] = json!({"@odata.type": BM25, "k1": 1.3}),
        &|index| index["similarity"] = json!({"@odata.type": BM25, "b": 0.75}),
    ];
    let parse_lenient = |change: Change<'_>, allow_downtime| {
        let mut definition = before();
        change(&mut definition);
        let new: indexes::Index = serde_json::from_value(definition).unwrap();
        let old = bind_new(&before()).unwrap();
        let existing = Existing { schema: &old.schema, definition: &old.definition };
        bind(&new, Some(existing), &Rules { allow_downtime, ..rules() })
    };
    for (number, change) in changes.into_iter().enumerate() {
        let error = parse_lenient(change, false).expect_err("needs downtime");
        assert_eq!((error.code(), error.detail_code()), ("", None), "change {number}");
        assert_eq!(
            error.message(),
            "An index with the name 'hotels' in service 's' could not be updated. Index update not allowed because it would \
             cause downtime. In order to add new analyzers, normalizers, tokenizers, token filters, or character filters to \
             an existing index, or modify its similarity settings, set the 'allowIndexDowntime' query parameter to 'true' in \
             the index update request. Note that this operation will put your index offline for at least a few seconds, \
             causing your indexing and query requests to fail. Performance and write availability of the index can be \
             impaired for several minutes after the index is updated, or longer for very large indexes."
        );
        assert!(parse_lenient(change, true).is_ok(), "change {number}");
    }
}

#[test]
fn some_parts_never_change() {
    let refused: [(Change<'_>, &str, &str); 8] = [
        (
            &|index| index["suggesters"][0]["sourceFields"] = json!(["title", "city"]),
            "InvalidSuggesterUpdate",
            "Fields that were already present in an index (city) cannot be referenced by a new suggester. Only new fields \
             added in the same index update operation are allowed.",
        ),
        (
            &|index| index["suggesters"][0]["name"] = json!("other"),
            "InvalidSuggesterUpdate",
            "Fields that were already present in an index (title) cannot be referenced by a new suggester. Only new fields \
             added in the same index update operation are allowed.",
        ),
        (&|index| index["analyzers"] = json!([]), "", "Existing analyzer 'stops' cannot be deleted."),
        (
            &|index| index["analyzers"][0]["stopwords"] = json!(["a"]),
            "",
            "Existing analyzer 'stops' cannot be changed.",
        ),
        (
            &|index| {
                index["similarity"] = json!({"@odata.type": "#Microsoft.Azure.Search.ClassicSimilarity"})
            },
            "",
            "Existing similarity '#Microsoft.Azure.Search.BM25Similarity' cannot be changed.",
        ),
        (
            &|index| index["vectorSearch"]["profiles"][0]["compression"] = Value::Null,
            "",
            "Existing vector search profile 'p' cannot be changed because it is used by the field 'v'.",
        ),
        (
            &|index| index["vectorSearch"]["compressions"][0]["truncationDimension"] = json!(2),
            "",
            "Existing vector search compression 'used' cannot be changed because it is used by the field 'v'.",
        ),
        (
            &|index| {
                index["vectorSearch"]["compressions"][1]["rescoringOptions"] =
                    json!({"rescoreStorageMethod": "discardOriginals"});
            },
            "",
            "Existing vector search compression 'free' cannot be changed.",
        ),
    ];
    for (change, detail, message) in refused {
        let error = changed(change, true).expect_err(message);
        assert_eq!(error.message(), message);
        assert_eq!(
            (error.code(), error.detail_code().unwrap_or("")),
            ("OperationNotAllowed", detail),
            "{message}"
        );
    }
}

#[test]
fn a_used_profile_keeps_its_algorithm() {
    let error =
        changed(&|index| index["vectorSearch"]["profiles"][0]["algorithm"] = json!("x"), true).unwrap_err();
    assert_eq!(
        error.message(),
        "The request is invalid. Details: definition : Algorithm name cannot be updated."
    );
    assert_eq!(error.detail_message(), "Algorithm name cannot be updated. Parameters: definition");
    assert_eq!((error.code(), error.detail_code()), ("", Some("")));
}

#[test]
fn a_new_suggester_takes_new_fields_only() {
    let mut definition = before();
    definition.as_object_mut().unwrap().remove("suggesters");
    let bound = bind_new(&definition).unwrap();
    let suggester = |fields: Value| {
        let mut definition = definition.clone();
        push(&mut definition["fields"], json!({"name": "new", "type": "Edm.String"}));
        definition["suggesters"] = json!([{"name": "sg", "sourceFields": fields}]);
        update(&bound, &definition)
    };
    assert!(suggester(json!(["new"])).is_ok());
    assert_eq!(
        suggester(json!(["title", "new", "city"])).unwrap_err().message(),
        "Fields that were already present in an index (title, city) cannot be referenced by a new suggester. Only new fields \
         added in the same index update operation are allowed."
    );
}

#[test]
fn a_synonym_map_must_exist_only_when_a_field_begins_to_use_it() {
    let using = |map: &str| with_fields(json!([{"name": "f", "type": "Edm.String", "synonymMaps": [map]}]));
    let bound = bind_new(&using("map")).unwrap();
    let none = Rules { synonym_map_exists: &|_| false, ..rules() };
    assert!(update_by(&bound, &using("map"), &none).is_ok(), "deleted since");
    assert!(update_by(&bound, &using("other"), &none).is_err());
}

#[test]
fn what_the_previous_version_stored_still_binds() {
    // As stored before definitions had their newer members.
    let stored = r##"{"name":"i1","description":null,"defaultScoringProfile":null,"fields":[{"name":"id","type":"Edm.String",
        "searchable":true,"filterable":true,"retrievable":true,"stored":true,"sortable":true,"facetable":true,"key":true,
        "indexAnalyzer":null,"searchAnalyzer":null,"analyzer":null,"normalizer":null,"dimensions":null,
        "vectorSearchProfile":null,"vectorEncoding":null,"synonymMaps":[]}],"scoringProfiles":[],"corsOptions":null,
        "suggesters":[],"analyzers":[],"normalizers":[],"tokenizers":[],"tokenFilters":[],"charFilters":[],
        "encryptionKey":null,"similarity":{"@odata.type":"#Microsoft.Azure.Search.BM25Similarity","k1":null,"b":null},
        "semantic":null,"vectorSearch":null}"##;
    let definition: indexes::Index = serde_json::from_str(stored).unwrap();
    let schema =
        rebind(&definition, &json!({"fieldIds": {"id": 1}, "nextFieldId": 2, "version": 7})).unwrap();
    assert_eq!((schema.version, schema.not_yet_for_upload()), (7, None));
    let existing = Existing { schema: &schema, definition: &definition };
    let again = bind(&parse(&json!({"name": "i1", "fields": [key()]})), Some(existing), &rules()).unwrap();
    assert_eq!((again.schema.version, again.definition), (7, definition));
}
