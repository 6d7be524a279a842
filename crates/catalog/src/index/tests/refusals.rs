//! Definitions that are refused, and the sentences they are refused with.

use super::*;

#[test]
fn combinations_of_attributes_that_make_no_sense_are_refused() {
    let string = |more: Value| {
        let mut field = json!({"name": "f", "type": "Edm.String"});
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        field
    };
    let vector = |more: Value| {
        let mut field = json!({"name": "v", "type": "Collection(Edm.Single)", "dimensions": 4, "vectorSearchProfile": "p"});
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        field
    };
    for (field, expected) in [
        (json!({"name": "f"}), "The field 'f' must have the property 'type' set."),
        (
            json!({"name": "f", "type": "Edm.Decimal"}),
            "The field 'f' has the type 'Edm.Decimal' which is not a supported data type.",
        ),
        (
            json!({"name": "f", "type": "Edm.Single"}),
            "The field 'f' has the type 'Edm.Single' which is not a supported data type.",
        ),
        (
            json!({"name": "f", "type": "edm.string"}),
            "The field 'f' has the type 'edm.string' which is not a supported data type.",
        ),
        (
            json!({"name": "f", "type": "Collection(Collection(Edm.String))"}),
            "The field 'f' has the type 'Collection(Collection(Edm.String))' which is not a supported data type.",
        ),
        (
            json!({"name": "ID", "type": "Edm.String"}),
            "The field name 'ID' is used more than once. Field names must be unique within their parent, regardless of case.",
        ),
        (
            json!({"name": "k", "type": "Edm.Int32", "key": true}),
            "The key field 'k' cannot be of type 'Edm.Int32'. The key field must be of type 'Edm.String'.",
        ),
        (
            json!({"name": "k", "type": "Collection(Edm.String)", "key": true}),
            "The key field 'k' cannot be of type 'Collection(Edm.String)'. The key field must be of type 'Edm.String'.",
        ),
        (
            json!({"name": "k", "type": "Edm.String", "key": true, "retrievable": false}),
            "The key field 'k' must be retrievable.",
        ),
        (
            json!({"name": "c", "type": "Edm.ComplexType", "fields": [{"name": "k", "type": "Edm.String", "key": true}]}),
            "The field 'c/k' cannot be the key field. The key field must be a top-level field.",
        ),
        (
            json!({"name": "Address", "type": "Edm.ComplexType", "retrievable": true, "fields": [key()]}),
            "The complex field 'Address' cannot have the retrievable property set. Instead, set the retrievable property on \
             sub-fields of the complex type.",
        ),
        (
            json!({"name": "c", "type": "Edm.ComplexType"}),
            "The complex field 'c' must have at least one sub-field.",
        ),
        (
            string(json!({"fields": [key()]})),
            "The field 'f' of type 'Edm.String' cannot have sub-fields. Only complex fields can have sub-fields.",
        ),
        (
            json!({"name": "n", "type": "Edm.Int32", "searchable": true}),
            "The field 'n' of type 'Edm.Int32' cannot be searchable. Only fields of type 'Edm.String' or \
             'Collection(Edm.String)' and vector fields can be searchable.",
        ),
        (
            json!({"name": "t", "type": "Collection(Edm.String)", "sortable": true}),
            "The field 't' of type 'Collection(Edm.String)' cannot be sortable. Only single-valued fields can be sortable.",
        ),
        (
            json!({"name": "r", "type": "Collection(Edm.ComplexType)", "fields": [
                {"name": "c", "type": "Edm.ComplexType", "fields": [{"name": "n", "type": "Edm.Int32", "sortable": true}]}]}),
            "The field 'r/c/n' cannot be sortable because it is a sub-field of a collection. Only single-valued fields can \
             be sortable.",
        ),
        (
            json!({"name": "g", "type": "Edm.GeographyPoint", "facetable": true}),
            "The field 'g' of type 'Edm.GeographyPoint' cannot be facetable.",
        ),
        (
            string(json!({"stored": false, "retrievable": false})),
            "The field 'f' cannot be marked as not stored. Only vector fields can be marked as not stored.",
        ),
        (
            string(json!({"dimensions": 3})),
            "The field 'f' cannot have the property 'dimensions' set. Only vector fields can have the property 'dimensions'.",
        ),
        (
            vector(json!({"stored": false, "retrievable": true})),
            "The field 'v' is marked as not stored but is marked as retrievable. A retrievable field must be stored. Either \
             set 'stored=false' and 'retrievable=false' or 'stored=true'.",
        ),
        (vector(json!({"filterable": true})), "The vector field 'v' cannot be filterable."),
        (vector(json!({"sortable": true})), "The vector field 'v' cannot be sortable."),
        (vector(json!({"facetable": true})), "The vector field 'v' cannot be facetable."),
        (vector(json!({"searchable": false})), "The vector field 'v' must be searchable."),
        (
            vector(json!({"dimensions": null})),
            "The vector field 'v' must have the property 'dimensions' set.",
        ),
        (
            vector(json!({"vectorSearchProfile": null})),
            "The vector field 'v' must have the property 'vectorSearchProfile' set.",
        ),
        (
            vector(json!({"dimensions": null, "vectorSearchProfile": null})),
            "The vector field 'v' must have the properties 'dimensions' and 'vectorSearchProfile' set.",
        ),
        (
            vector(json!({"dimensions": 1})),
            "The vector field 'v' has 1 dimensions. The property 'dimensions' must be between 2 and 4096.",
        ),
        (
            vector(json!({"dimensions": 4097})),
            "The vector field 'v' has 4097 dimensions. The property 'dimensions' must be between 2 and 4096.",
        ),
        (
            vector(
                json!({"type": "Collection(Edm.Byte)", "vectorSearchProfile": "b", "vectorEncoding": "packedBit", "dimensions": 12}),
            ),
            "The vector field 'v' has 12 dimensions. The property 'dimensions' of a field of packed bits must be a multiple \
             of 8.",
        ),
        (
            vector(json!({"type": "Collection(Edm.Byte)", "vectorSearchProfile": "b"})),
            "The vector field 'v' of type 'Collection(Edm.Byte)' must have the property 'vectorEncoding' set to 'packedBit'.",
        ),
        (
            vector(json!({"vectorEncoding": "packedBit"})),
            "The vector field 'v' cannot have the vector encoding 'packedBit'. Only fields of type 'Collection(Edm.Byte)' \
             can have it.",
        ),
        (
            vector(json!({"vectorEncoding": "base64"})),
            "The vector field 'v' has the vector encoding 'base64' which is not supported.",
        ),
        (
            vector(json!({"vectorSearchProfile": "b"})),
            "The vector field 'v' cannot use the metric 'hamming'. Fields of type 'Collection(Edm.Byte)', and only those, \
             use the metric 'hamming'.",
        ),
        (
            vector(json!({"analyzer": "simple"})),
            "The field 'v' cannot have the property 'analyzer' set because it is not a searchable string field.",
        ),
        (
            string(json!({"searchable": false, "analyzer": "simple"})),
            "The field 'f' cannot have the property 'analyzer' set because it is not a searchable string field.",
        ),
        (
            string(json!({"analyzer": "simple", "indexAnalyzer": "simple", "searchAnalyzer": "simple"})),
            "The field 'f' cannot have the property 'analyzer' set together with 'indexAnalyzer' or 'searchAnalyzer'.",
        ),
        (
            string(json!({"indexAnalyzer": "simple"})),
            "The field 'f' has the property 'indexAnalyzer' set but not 'searchAnalyzer'. 'indexAnalyzer' and \
             'searchAnalyzer' must be set together.",
        ),
        (
            string(json!({"searchAnalyzer": "simple"})),
            "The field 'f' has the property 'searchAnalyzer' set but not 'indexAnalyzer'. 'indexAnalyzer' and \
             'searchAnalyzer' must be set together.",
        ),
        (string(json!({"analyzer": "mine"})), "The field 'f' uses an analyzer 'mine' which is not defined."),
        (
            string(json!({"indexAnalyzer": "en.lucene", "searchAnalyzer": "simple"})),
            "The field 'f' cannot use the language analyzer 'en.lucene' as 'indexAnalyzer'. Language analyzers can only be \
             used as 'analyzer'.",
        ),
    ] {
        check_field(field, expected);
    }
}

#[test]
fn names_keys_and_limits_are_checked() {
    let fields = |count: usize| -> Vec<Value> {
        let more = (1..count).map(|n| json!({"name": format!("f{n}"), "type": "Edm.Int32"}));
        std::iter::once(key()).chain(more).collect()
    };
    let collections = |count: usize| -> Vec<Value> {
        let more = (0..count).map(|n| {
            json!({"name": format!("c{n}"), "type": "Collection(Edm.ComplexType)", "fields": [{"name": "n", "type": "Edm.Int32"}]})
        });
        std::iter::once(key()).chain(more).collect()
    };
    let nested = |depth: usize| {
        (1..depth).fold(
            json!({"name": "leaf", "type": "Edm.Int32"}),
            |inner, _| json!({"name": "c", "type": "Edm.ComplexType", "fields": [inner]}),
        )
    };
    let index = |fields: Value| json!({"name": "i1", "fields": fields});
    assert!(bind_new(&index(json!(fields(1000)))).is_ok());
    assert!(bind_new(&index(json!(collections(40)))).is_ok());
    assert!(bind_new(&index(json!([key(), nested(10)]))).is_ok());

    for (definition, code, detail, message) in [
        (
            json!({"name": "Hotels", "fields": [key()]}),
            "InvalidName",
            None,
            "Invalid index name: 'Hotels'. Index name must only contain lowercase letters, digits or dashes, cannot start or \
             end with dashes and is limited to 128 characters.",
        ),
        (
            index(json!([key(), {"name": "__key", "type": "Edm.String"}])),
            "InvalidName",
            None,
            "Invalid field name: '__key'. Field names must begin with a letter and can contain only letters, digits, or \
             underscore ('_').",
        ),
        (
            json!({"name": "hotels", "fields": []}),
            "",
            None,
            "The request is invalid. Details: definition : Index definition must contain one or more valid fields.",
        ),
        (
            json!({"name": "hotels", "fields": [{"name": "other", "type": "Edm.String"}]}),
            "OperationNotAllowed",
            Some("MissingKeyField"),
            "The request is invalid. Details: index : Found 0 key fields in index 'hotels'. Each index must have exactly one \
             key field.",
        ),
        (
            json!({"name": "hotels", "fields": [key(), {"name": "other", "type": "Edm.String", "key": true}]}),
            "OperationNotAllowed",
            Some("CompoundKeysNotSupported"),
            "The request is invalid. Details: index : Found 2 key fields in index 'hotels'. Each index must have exactly one \
             key field.",
        ),
        (
            index(json!(fields(1001))),
            "",
            None,
            "The request is invalid. Details: definition : The index has 1001 fields. An index can have at most 1000 fields, \
             sub-fields included.",
        ),
        (
            index(json!(collections(41))),
            "",
            None,
            "The request is invalid. Details: definition : The index has 41 fields of type 'Collection(Edm.ComplexType)'. An \
             index can have at most 40.",
        ),
        (
            index(json!([key(), nested(11)])),
            "InvalidRequestParameter",
            Some("InvalidField"),
            "The request is invalid. Details: definition : The field 'c/c/c/c/c/c/c/c/c/c/leaf' is nested too deeply. Fields \
             can be nested at most 10 levels deep.",
        ),
    ] {
        check_refused(&definition, code, detail, message);
    }
}

#[test]
fn vector_search_is_checked() {
    let search = |search: Value| json!({"name": "i1", "fields": [key()], "vectorSearch": search});
    let algorithm = |algorithm: Value| search(json!({"algorithms": [algorithm]}));
    let profiles =
        |count: usize| -> Value { (0..count).map(|number| json!({"name": format!("p{number}")})).collect() };
    let compression = |more: Value| search(json!({"compressions": [with(json!({"name": "c"}), more)]}));
    let scalar = |more: Value| compression(with(json!({"kind": "scalarQuantization"}), more));
    let vectorizer = |more: Value| search(json!({"vectorizers": [with(json!({"name": "v"}), more)]}));
    for (definition, expected) in [
        (
            search(json!({"algorithms": [{"name": "a", "kind": "hnsw"}, {"name": "a", "kind": "hnsw"}]})),
            "The vector search algorithm configuration name 'a' is used more than once.",
        ),
        (
            search(
                json!({"algorithms": [{"name": "a", "kind": "hnsw"}], "profiles": [{"name": "p", "algorithm": "a"}, {"name": "p", "algorithm": "a"}]}),
            ),
            "The vector search profile name 'p' is used more than once.",
        ),
        (
            algorithm(json!({"name": "a", "kind": "flat"})),
            "The vector search algorithm configuration 'a' has the kind 'flat' which is not supported. Supported kinds are 'hnsw' \
             and 'exhaustiveKnn'.",
        ),
        (
            algorithm(json!({"name": "a", "kind": "hnsw", "exhaustiveKnnParameters": {}})),
            "The vector search algorithm configuration 'a' of kind 'hnsw' cannot have the property 'exhaustiveKnnParameters' \
             set.",
        ),
        (
            algorithm(
                json!({"name": "a", "kind": "exhaustiveKnn", "exhaustiveKnnParameters": {"metric": "manhattan"}}),
            ),
            "The vector search algorithm configuration 'a' has the metric 'manhattan' which is not supported. Supported \
             metrics are 'cosine', 'euclidean', 'dotProduct' and 'hamming'.",
        ),
        (
            algorithm(json!({"name": "a", "kind": "hnsw", "hnswParameters": {"m": 3}})),
            "The vector search algorithm configuration 'a' has the parameter 'm' set to 3. It must be between 4 and 10.",
        ),
        (
            algorithm(json!({"name": "a", "kind": "hnsw", "hnswParameters": {"efConstruction": 1001}})),
            "The vector search algorithm configuration 'a' has the parameter 'efConstruction' set to 1001. It must be between \
             100 and 1000.",
        ),
        (
            algorithm(json!({"name": "a", "kind": "hnsw", "hnswParameters": {"efSearch": 99}})),
            "The vector search algorithm configuration 'a' has the parameter 'efSearch' set to 99. It must be between 100 and \
             1000.",
        ),
        (
            search(
                json!({"algorithms": [{"name": "a", "kind": "hnsw"}], "profiles": [{"name": "p", "algorithm": "a", "vectorizer": "z"}]}),
            ),
            "The vector search profile 'p' uses a vector search vectorizer 'z' which is not defined.",
        ),
        (
            search(
                json!({"algorithms": [{"name": "a", "kind": "hnsw"}], "profiles": [{"name": "p", "algorithm": "a", "compression": "z"}]}),
            ),
            "The vector search profile 'p' uses a vector search compression 'z' which is not defined.",
        ),
        (
            search(json!({"profiles": profiles(1001)})),
            "The index has 1001 vector search profiles. An index can have at most 1000.",
        ),
        (
            compression(json!({"kind": "productQuantization"})),
            "The vector search compression 'c' has the kind 'productQuantization' which is not supported. Supported kinds are \
             'scalarQuantization' and 'binaryQuantization'.",
        ),
        (
            compression(json!({"kind": "binaryQuantization", "scalarQuantizationParameters": {}})),
            "The vector search compression 'c' of kind 'binaryQuantization' cannot have the property \
             'scalarQuantizationParameters' set.",
        ),
        (
            scalar(json!({"scalarQuantizationParameters": {"quantizedDataType": "int4"}})),
            "The vector search compression 'c' has the property 'quantizedDataType' set to 'int4' which is not supported. \
             Supported values are 'int8'.",
        ),
        (
            scalar(json!({"truncationDimension": 0})),
            "The vector search compression 'c' has a truncation dimension of 0. It must be at least 1.",
        ),
        (
            scalar(json!({"rescoringOptions": {"defaultOversampling": 0.5}})),
            "The vector search compression 'c' has a default oversampling of 0.5. It must be at least 1.",
        ),
        (
            scalar(json!({"rescoringOptions": {"enableRescoring": false, "defaultOversampling": 2}})),
            "The vector search compression 'c' cannot have the property 'defaultOversampling' set because its property \
             'enableRescoring' is false.",
        ),
        (
            scalar(json!({"rescoringOptions": {"rescoreStorageMethod": "keep"}})),
            "The vector search compression 'c' has the property 'rescoreStorageMethod' set to 'keep' which is not supported. \
             Supported values are 'preserveOriginals' and 'discardOriginals'.",
        ),
        (
            vectorizer(json!({"kind": "ollama"})),
            "The vector search vectorizer 'v' has the kind 'ollama' which is not supported. Supported kinds are \
             'azureOpenAI', 'customWebApi' and 'aml'.",
        ),
        (
            vectorizer(json!({"kind": "aml", "customWebApiParameters": {"uri": "https://a"}})),
            "The vector search vectorizer 'v' of kind 'aml' cannot have the property 'customWebApiParameters' set.",
        ),
        (
            vectorizer(json!({"kind": "azureOpenAI"})),
            "Error in Vectorizer 'v' : 'uri' parameter cannot be null or empty",
        ),
        (
            vectorizer(json!({"kind": "azureOpenAI", "azureOpenAIParameters": {"resourceUri": "https://a"}})),
            "Error in Vectorizer 'v' : 'deploymentId' parameter cannot be null or empty",
        ),
        (
            vectorizer(
                json!({"kind": "azureOpenAI", "azureOpenAIParameters": {"resourceUri": "https://a", "deploymentId": "d"}}),
            ),
            "Error in Vectorizer 'v' : 'modelName' parameter is required in API version '2026-04-01'.",
        ),
        (
            vectorizer(json!({"kind": "customWebApi", "customWebApiParameters": {"uri": ""}})),
            "Error in Vectorizer 'v' : 'uri' parameter cannot be null or empty",
        ),
        (
            vectorizer(
                json!({"kind": "customWebApi", "customWebApiParameters": {"uri": "https://a", "httpMethod": "GET"}}),
            ),
            "Error in Vectorizer 'v' : the 'httpMethod' parameter 'GET' is not valid. It must be 'POST' or 'PUT'.",
        ),
        (
            vectorizer(
                json!({"kind": "customWebApi", "customWebApiParameters": {"uri": "https://a", "timeout": "PT4M"}}),
            ),
            "Error in Vectorizer 'v' : the 'timeout' parameter 'PT4M' is not valid. It must be a duration between PT1S and \
             PT3M50S in the form of ISO 8601.",
        ),
    ] {
        check_refused(
            &definition,
            "",
            None,
            &format!("The request is invalid. Details: definition : {expected}"),
        );
    }
    let field =
        json!([{"name": "v", "type": "Collection(Edm.Single)", "dimensions": 4, "vectorSearchProfile": "x"}]);
    check_refused(
        &with_fields(field),
        "InvalidRequestParameter",
        Some("UnknownVectorAlgorithmConfiguration"),
        "The request is invalid. Details: definition : The field 'v' uses a vector search algorithm configuration 'x' which \
         is not defined.",
    );
    check_refused(
        &search(json!({"profiles": [{"name": "p", "algorithm": "a"}]})),
        "InvalidRequestParameter",
        Some("UnknownVectorAlgorithmConfiguration"),
        "The request is invalid. Details: definition : The vector search profile 'p' uses a vector search algorithm \
         configuration 'a' which is not defined.",
    );
    check_refused(
        &search(json!({"profiles": [{"name": "my profile", "algorithm": "a"}]})),
        "InvalidName",
        None,
        "Invalid vector search profile name: 'my profile'. Names can only contain letters, digits, underscores or dashes, \
         must begin with a letter or a digit and are limited to 128 characters.",
    );
}

#[test]
fn what_nothing_enforces_yet_is_refused() {
    let index = |more: Value| with(json!({"name": "i1", "fields": [key()]}), more);
    let field = |more: Value| with_fields(json!([more]));
    for (definition, what) in [
        (index(json!({"encryptionKey": {"keyVaultUri": "u"}})), "Customer-managed keys"),
        (index(json!({"encryptionKey": {}})), "Customer-managed keys"),
        (index(json!({"permissionFilterOption": "enabled"})), "Permission filters"),
        (index(json!({"purviewEnabled": true})), "Sensitivity labels"),
        (
            index(json!({"sharePointConnectorAppRegistration": {"applicationId": "a"}})),
            "SharePoint applications",
        ),
        (
            field(json!({"name": "f", "type": "Edm.String", "permissionFilter": "userIds"})),
            "Permission filters",
        ),
        (
            field(json!({"name": "f", "type": "Edm.String", "sensitivityLabelId": true})),
            "Sensitivity labels and SharePoint addresses in fields",
        ),
        (
            field(json!({"name": "c", "type": "Edm.ComplexType", "fields": [
                {"name": "v", "type": "Collection(Edm.Single)", "dimensions": 4, "vectorSearchProfile": "p"}]})),
            "Vector fields within complex fields",
        ),
    ] {
        let new = indexes::Index::parse(definition.to_string().as_bytes(), ApiVersion::NEWEST).unwrap();
        let error = bind(&new, None, &rules()).expect_err(what);
        assert_eq!(error.message(), format!("{what} are not supported by this version of Lazuli yet."));
        assert_eq!((error.code(), error.detail_code()), ("FeatureNotSupportedInService", None));
    }
    let harmless =
        index(json!({"encryptionKey": null, "permissionFilterOption": "disabled", "purviewEnabled": false}));
    let new = indexes::Index::parse(harmless.to_string().as_bytes(), ApiVersion::NEWEST).unwrap();
    assert!(bind(&new, None, &rules()).is_ok());
}
