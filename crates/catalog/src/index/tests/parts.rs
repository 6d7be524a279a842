//! Parts other than fields that are refused: scoring profiles, suggesters, semantic configurations, similarity, CORS, and
//! what fields refer to. Sentences are those of `error/part.rs` and `error/field.rs`.

use super::*;

/// Fields of several types to refer to.
fn index(more: Value) -> Value {
    let fields = json!([
        {"name": "title", "type": "Edm.String"},
        {"name": "code", "type": "Edm.String", "analyzer": "keyword"},
        {"name": "hidden", "type": "Edm.String", "retrievable": false, "searchable": false},
        {"name": "tags", "type": "Collection(Edm.String)"},
        {"name": "rating", "type": "Edm.Double"},
        {"name": "price", "type": "Edm.Int32", "filterable": false},
        {"name": "day", "type": "Edm.DateTimeOffset"},
        {"name": "place", "type": "Edm.GeographyPoint"},
        {"name": "a", "type": "Edm.ComplexType", "fields": [{"name": "city", "type": "Edm.String", "analyzer": "en.lucene"}]},
        {"name": "r", "type": "Collection(Edm.ComplexType)", "fields": [
            {"name": "kind", "type": "Edm.String"}, {"name": "rate", "type": "Edm.Double"}]}
    ]);
    with(with_fields(fields), more)
}

fn check_part(more: Value, expected: &str) {
    check_refused(
        &index(more),
        "",
        None,
        &format!("The request is invalid. Details: definition : {expected}"),
    );
}

fn profile(profile: Value) -> Value {
    json!({"scoringProfiles": [with(json!({"name": "p"}), profile)]})
}

/// A profile with one function over a field, with boost 2.
fn function(function_type: &str, field: &str, more: Value) -> Value {
    let base = json!({"type": function_type, "fieldName": field, "boost": 2});
    profile(json!({"functions": [with(base, more)]}))
}

#[test]
fn scoring_profiles_are_checked() {
    let magnitude = json!({"magnitude": {"boostingRangeStart": 0, "boostingRangeEnd": 5}});
    let tag = json!({"tag": {"tagsParameter": "t"}});
    let many =
        |count: usize| -> Value { (0..count).map(|number| json!({"name": format!("p{number}")})).collect() };
    let functions = |count: usize| {
        let one = with(json!({"type": "magnitude", "fieldName": "rating", "boost": 2}), magnitude.clone());
        profile(json!({"functions": vec![one; count]}))
    };
    assert!(bind_new(&index(json!({"scoringProfiles": many(100)}))).is_ok());
    assert!(bind_new(&index(functions(8))).is_ok());
    for (more, expected) in [
        (json!({"defaultScoringProfile": "p"}), "The default scoring profile 'p' is not defined."),
        (
            json!({"scoringProfiles": [{"name": "p"}, {"name": "p"}]}),
            "The scoring profile name 'p' is used more than once.",
        ),
        (
            json!({"scoringProfiles": many(101)}),
            "The index has 101 scoring profiles. An index can have at most 100.",
        ),
        (functions(9), "The scoring profile 'p' has 9 functions. A scoring profile can have at most 8."),
        (
            profile(json!({"text": {"weights": {"nowhere": 2}}})),
            "The scoring profile 'p' refers to the field 'nowhere' which does not exist.",
        ),
        (
            profile(json!({"text": {"weights": {"rating": 2}}})),
            "The scoring profile 'p' has a weight for the field 'rating'. Only searchable string fields can have weights.",
        ),
        (
            profile(json!({"text": {"weights": {"title": 0}}})),
            "The scoring profile 'p' has a weight for the field 'title' that is not a positive number.",
        ),
        (profile(json!({"functionAggregation": "median"})), "Requested value 'median' was not found."),
        (function("Magnitude", "rating", magnitude.clone()), "Requested value 'Magnitude' was not found."),
        (
            function("magnitude", "rating", with(magnitude.clone(), json!({"interpolation": "cubic"}))),
            "Requested value 'cubic' was not found.",
        ),
        (
            function("magnitude", "Rating", magnitude.clone()),
            "The scoring profile 'p' refers to the field 'Rating' which does not exist.",
        ),
        (
            function("magnitude", "title", magnitude.clone()),
            "The scoring function of type 'magnitude' in the scoring profile 'p' cannot use the field 'title' of type \
             'Edm.String'.",
        ),
        (
            function("magnitude", "r/rate", magnitude.clone()),
            "The scoring function of type 'magnitude' in the scoring profile 'p' cannot use the field 'r/rate' of type \
             'Edm.Double'.",
        ),
        (
            function("magnitude", "price", magnitude.clone()),
            "The scoring function in the scoring profile 'p' cannot use the field 'price' because it is not filterable. Only \
             filterable fields can be used in scoring functions.",
        ),
        (
            function("magnitude", "rating", with(magnitude.clone(), json!({"boost": 1.0}))),
            "The scoring function of the field 'rating' in the scoring profile 'p' must have a boost other than 1.",
        ),
        (
            function("magnitude", "rating", with(magnitude.clone(), json!({"boost": null}))),
            "The scoring function of type 'magnitude' in the scoring profile 'p' must have the property 'boost' set.",
        ),
        (
            function("magnitude", "rating", json!({})),
            "The scoring function of type 'magnitude' in the scoring profile 'p' must have the property 'magnitude' set.",
        ),
        (
            function("magnitude", "rating", json!({"magnitude": {"boostingRangeStart": 0}})),
            "The scoring function of type 'magnitude' in the scoring profile 'p' must have the property 'boostingRangeEnd' \
             set.",
        ),
        (
            function("magnitude", "rating", with(magnitude, tag.clone())),
            "The scoring function of type 'magnitude' in the scoring profile 'p' cannot have the property 'tag' set.",
        ),
        (
            function("tag", "tags", with(tag, json!({"interpolation": "quadratic"}))),
            "The scoring function of type 'tag' in the scoring profile 'p' cannot have the interpolation 'quadratic'. \
             Supported interpolations are 'linear' and 'constant'.",
        ),
        (
            function("tag", "tags", json!({"tag": {}})),
            "The scoring function of type 'tag' in the scoring profile 'p' must have the property 'tagsParameter' set.",
        ),
        (
            function("freshness", "day", json!({"freshness": {"boostingDuration": "P1M"}})),
            "The scoring profile 'p' has the boosting duration 'P1M' which is not a valid duration. Durations are days, \
             hours, minutes and seconds in the form of ISO 8601, and not zero.",
        ),
        (
            function("distance", "place", json!({"distance": {"boostingDistance": 1}})),
            "The scoring function of type 'distance' in the scoring profile 'p' must have the property \
             'referencePointParameter' set.",
        ),
        (
            function(
                "distance",
                "place",
                json!({"distance": {"referencePointParameter": "here", "boostingDistance": 0}}),
            ),
            "The scoring profile 'p' has a boosting distance of 0. It must be a positive number of kilometers.",
        ),
    ] {
        check_part(more, expected);
    }
    let error = bind_new(&index(json!({"scoringProfiles": [{"name": "a-b"}]}))).unwrap_err();
    assert_eq!(error.code(), "InvalidName");
}

#[test]
fn types_and_aggregations_newer_than_the_request_are_unknown() {
    let check = |version: ApiVersion, definition: Value, expected: Option<&str>| {
        let mut new: indexes::Index = serde_json::from_value(definition).unwrap();
        // An algorithm for vectors of bits, which is newer than some of these.
        if let Some(search) = &mut new.vector_search {
            search.algorithms.truncate(1);
            search.profiles.truncate(1);
        }
        let refusal = bind(&new, None, &Rules { version, ..rules() }).err().map(|error| error.to_string());
        assert_eq!(refusal.as_deref(), expected, "{version}");
    };
    let product = || index(profile(json!({"functionAggregation": "product"})));
    check(ApiVersion::V2025_11_01Preview, product(), None);
    check(ApiVersion::V2026_04_01, product(), None);
    check(ApiVersion::V2025_09_01, product(), Some("Requested value 'product' was not found."));

    let half = || {
        with_fields(
            json!([{"name": "v", "type": "Collection(Edm.Half)", "dimensions": 3, "vectorSearchProfile": "p"}]),
        )
    };
    check(ApiVersion::V2024_03_01Preview, half(), None);
    let unknown = "The field 'v' has the type 'Collection(Edm.Half)' which is not a supported data type.";
    check(ApiVersion::V2023_11_01, half(), Some(unknown));
    let complex =
        json!([{"name": "c", "type": "Edm.ComplexType", "fields": [{"name": "x", "type": "Edm.String"}]}]);
    let unknown = "The field 'c' has the type 'Edm.ComplexType' which is not a supported data type.";
    check(ApiVersion::V2017_11_11, with_fields(complex.clone()), Some(unknown));
    check(ApiVersion::V2019_05_06, with_fields(complex), None);
}

#[test]
fn suggesters_are_checked() {
    let suggester =
        |more: Value| json!({"suggesters": [with(json!({"name": "sg", "sourceFields": ["title"]}), more)]});
    for fields in [json!(["title", "tags"]), json!(["a/city", "r/kind"])] {
        assert!(bind_new(&index(suggester(json!({"sourceFields": fields})))).is_ok(), "{fields}");
    }
    for (more, expected) in [
        (
            json!({"suggesters": [{"name": "a", "sourceFields": ["title"]}, {"name": "b", "sourceFields": ["tags"]}]}),
            "The index has 2 suggesters. An index can have at most 1.",
        ),
        (
            suggester(json!({"searchMode": "prefix"})),
            "The suggester 'sg' has the search mode 'prefix'. The only search mode is 'analyzingInfixMatching'.",
        ),
        (suggester(json!({"sourceFields": []})), "The suggester 'sg' must have at least one source field."),
        (
            suggester(json!({"sourceFields": ["title", "title"]})),
            "The suggester 'sg' has the source field 'title' more than once.",
        ),
        (
            suggester(json!({"sourceFields": ["Title"]})),
            "The suggester 'sg' refers to the field 'Title' which does not exist.",
        ),
        (
            suggester(json!({"sourceFields": ["hidden"]})),
            "The suggester 'sg' cannot use the field 'hidden'. Only searchable fields of type 'Edm.String' or \
             'Collection(Edm.String)' can be source fields.",
        ),
        (
            suggester(json!({"sourceFields": ["code"]})),
            "The suggester 'sg' cannot use the field 'code' because of its analyzer 'keyword'. Source fields can only use the \
             standard analyzer or a language analyzer.",
        ),
    ] {
        check_part(more, expected);
    }
}

#[test]
fn semantic_configurations_are_checked() {
    let configurations = |list: Value| json!({"semantic": {"configurations": list}});
    let configuration = |more: Value| {
        let base = json!({"name": "c", "prioritizedFields": {"titleField": {"fieldName": "title"}}});
        configurations(json!([with(base, more)]))
    };
    let keyword = |field: &str| {
        configuration(json!({"prioritizedFields": {"prioritizedKeywordsFields": [{"fieldName": field}]}}))
    };
    let many = |count: usize| -> Value {
        let of = |number| json!({"name": format!("c{number}"), "prioritizedFields": {"titleField": {"fieldName": "title"}}});
        configurations((0..count).map(of).collect())
    };
    let named = |name: &str| configuration(json!({"name": name}));
    for good in
        [keyword("tags"), keyword("a/city"), many(100), configurations(json!([])), named("my config v1.0")]
    {
        assert!(bind_new(&index(good.clone())).is_ok(), "{good}");
    }
    let cannot = |field: &str| {
        format!(
            "The semantic configuration 'c' cannot use the field '{field}'. Only searchable and retrievable fields can \
             be used."
        )
    };
    for (more, expected) in [
        (
            many(101),
            "The index has 101 semantic configurations. An index can have at most 100.".to_owned(),
        ),
        (
            configurations(json!([{"name": "c", "prioritizedFields": {"titleField": {"fieldName": "title"}}}, {"name": "c"}])),
            "The semantic configuration name 'c' is used more than once.".to_owned(),
        ),
        (
            json!({"semantic": {"defaultConfiguration": "d"}}),
            "The default semantic configuration 'd' is not defined.".to_owned(),
        ),
        (
            configuration(json!({"prioritizedFields": {}})),
            "The semantic configuration 'c' must have at least one of the properties 'titleField', \
             'prioritizedContentFields' and 'prioritizedKeywordsFields' set."
                .to_owned(),
        ),
        (
            keyword("nowhere"),
            "The semantic configuration 'c' refers to the field 'nowhere' which does not exist.".to_owned(),
        ),
        (keyword("hidden"), cannot("hidden")),
        (
            configuration(json!({"rankingOrder": "Score"})),
            "The semantic configuration 'c' has the ranking order 'Score' which is not supported. Supported ranking orders \
             are 'BoostedRerankerScore' and 'RerankerScore'."
                .to_owned(),
        ),
    ] {
        check_part(more, &expected);
    }
    for more in [keyword("rating"), keyword("r/kind")] {
        check_refused(
            &index(more),
            "InvalidRequestParameter",
            Some("InvalidField"),
            "The request is invalid. Details: definition : Semantic configurations support fields of type Edm.String and \
             Collection(Edm.String). Subfields of Edm.ComplexType can be used but subfields of Collection(Edm.ComplexType) are \
             not supported. Please visit https://aka.ms/SemanticConfiguration for more info.",
        );
    }
}

#[test]
fn similarity_and_cors_are_checked() {
    let similarity = |more: Value| json!({"similarity": more});
    for (more, expected) in [
        (
            similarity(json!({"@odata.type": BM25, "k1": -0.1})),
            "The similarity has the parameter 'k1' set to -0.1. It must be a number that is not negative.",
        ),
        (
            similarity(json!({"@odata.type": BM25, "b": 1.5})),
            "The similarity has the parameter 'b' set to 1.5. It must be between 0 and 1.",
        ),
        (
            json!({"corsOptions": {"allowedOrigins": ["example.org"]}}),
            "The allowed origin 'example.org' is not valid. Allowed origins are of the form \
             '{protocol}://{fully-qualified-domain-name}[:{port}]', or '*'.",
        ),
    ] {
        check_part(more, expected);
    }
}

#[test]
fn what_fields_refer_to_is_checked() {
    let string = |more: Value| with(json!({"name": "f", "type": "Edm.String"}), more);
    let not_normalizable = "The field 'f' cannot have the property 'normalizer' set. Only fields of type 'Edm.String' or \
                            'Collection(Edm.String)' that are filterable, sortable or facetable can have a normalizer.";
    for (field, expected) in [
        (
            string(json!({"normalizer": "mine"})),
            "The field 'f' uses a normalizer 'mine' which is not defined.",
        ),
        (
            string(
                json!({"normalizer": "lowercase", "filterable": false, "sortable": false, "facetable": false}),
            ),
            not_normalizable,
        ),
        (json!({"name": "f", "type": "Edm.Int32", "normalizer": "lowercase"}), not_normalizable),
        (
            string(json!({"synonymMaps": ["map", "map"]})),
            "The field 'f' has more than one synonym map. A field can have at most one.",
        ),
        (
            string(json!({"searchable": false, "synonymMaps": ["map"]})),
            "The field 'f' cannot have the property 'synonymMaps' set because it is not a searchable string field.",
        ),
    ] {
        check_field(field, expected);
    }
    let quantized = json!({
        "algorithms": [{"name": "h", "kind": "hnsw"}],
        "profiles": [{"name": "q", "algorithm": "h", "compression": "sq"}],
        "compressions": [{"name": "sq", "kind": "scalarQuantization"}]
    });
    let vector = |type_name: &str| {
        let field = json!({"name": "v", "type": type_name, "dimensions": 8, "vectorSearchProfile": "q"});
        json!({"name": "i1", "fields": [key(), field], "vectorSearch": quantized})
    };
    assert!(bind_new(&vector("Collection(Edm.Half)")).is_ok());
    check_refused(
        &vector("Collection(Edm.SByte)"),
        "InvalidRequestParameter",
        Some("InvalidField"),
        "The request is invalid. Details: definition : The vector field 'v' of type 'Collection(Edm.SByte)' cannot use the \
         compression 'sq'. Only fields of type 'Collection(Edm.Single)' or 'Collection(Edm.Half)' can be compressed.",
    );
    check_refused(
        &with_fields(
            json!([{"name": "c", "type": "Edm.ComplexType", "fields": [string(json!({"synonymMaps": ["other"]}))]}]),
        ),
        "",
        None,
        "The request is invalid. Details: definition : The synonym map 'other' specified in the field 'c/f' does not exist.",
    );
}
