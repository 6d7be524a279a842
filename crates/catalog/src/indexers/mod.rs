//! Indexers: what moves the documents of a data source into an index (`indexers.md` §1, §3.1, §4).

mod configuration;
mod mappings;
mod schedule;

use std::sync::Arc;
use std::time::Duration;

use lazuli_wire::indexers::{Indexer, Parameters};

use crate::Schema;
use crate::data_sources::SourceType;
use crate::error::{DefinitionError, IndexerProblem};
use crate::names::check_resource_name;

pub use configuration::{time, unknown_keys};
pub use mappings::MappingFunction;
pub use schedule::{LONGEST_INTERVAL, SHORTEST_INTERVAL, Schedule};

/// What an indexer is checked against.
pub struct Rules<'a> {
    /// The type of the data source of this name, if there is one.
    pub source_type: &'a dyn Fn(&str) -> Option<SourceType>,
    /// The index of this name, if there is one; aliases do not count.
    pub schema: &'a dyn Fn(&str) -> Option<Arc<Schema>>,
    /// The shortest interval of a schedule: [`SHORTEST_INTERVAL`] as in the service, or less.
    pub shortest_interval: Duration,
    /// Now, in milliseconds since 1970-01-01T00:00:00Z.
    pub now_millis: i64,
}

/// Checks an indexer and completes it.
pub fn check(new: &Indexer, rules: &Rules<'_>) -> Result<Indexer, DefinitionError> {
    check_resource_name("indexer", &new.name)?;
    let source_type = (rules.source_type)(&new.data_source_name)
        .ok_or_else(|| IndexerProblem::NoDataSource { name: new.data_source_name.clone() })?;
    let schema = (rules.schema)(&new.target_index_name)
        .ok_or_else(|| IndexerProblem::NoIndex { name: new.target_index_name.clone() })?;
    check_not_yet(new)?;
    let schedule = new.schedule.as_ref().map(|schedule| schedule::complete(schedule, rules)).transpose()?;
    if let Some(parameters) = &new.parameters {
        check_parameters(parameters)?;
        configuration::check(parameters, source_type)?;
    }
    mappings::check(&new.field_mappings, &schema)?;
    mappings::check_outputs(&new.output_field_mappings, &schema)?;
    let skillset_name = new.skillset_name.clone().filter(|name| !name.is_empty());
    Ok(Indexer { schedule, skillset_name, ..new.clone() })
}

/// Refuses what a later version brings.
fn check_not_yet(new: &Indexer) -> Result<(), DefinitionError> {
    let asked = [
        ("Skillsets", new.skillset_name.as_ref().is_some_and(|name| !name.is_empty())),
        ("Enrichment caches", new.cache.is_some()),
        ("Customer-managed keys", new.encryption_key.is_some()),
    ];
    match asked.into_iter().find(|(_, is_asked)| *is_asked) {
        Some((what, _)) => Err(DefinitionError::NotYet { what }),
        None => Ok(()),
    }
}

/// Counts: -1 is any number of failures (`indexers.md` §1.6).
fn check_parameters(parameters: &Parameters) -> Result<(), IndexerProblem> {
    let counts = [
        ("batchSize", parameters.batch_size, 1),
        ("maxFailedItems", parameters.max_failed_items, -1),
        ("maxFailedItemsPerBatch", parameters.max_failed_items_per_batch, -1),
    ];
    match counts
        .into_iter()
        .find_map(|(name, value, min)| Some((name, value.filter(|value| *value < min)?, min)))
    {
        Some((parameter, value, min)) => Err(IndexerProblem::Parameter { parameter, value, min }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use lazuli_wire::indexes::{Field, Index};

    use super::*;
    use crate::tiers::Tier;

    fn schema() -> Arc<Schema> {
        let field = |name: &str, key: bool| Field {
            name: name.into(),
            field_type: "Edm.String".into(),
            key: Some(key),
            ..Field::default()
        };
        let address = Field {
            name: "Address".into(),
            field_type: "Edm.ComplexType".into(),
            fields: vec![field("City", false)],
            ..Field::default()
        };
        let fields = vec![field("Id", true), field("Text", false), address];
        let index = Index { name: "hotels".into(), fields, ..Index::default() };
        let rules = crate::index::Rules {
            version: lazuli_wire::ApiVersion::NEWEST,
            service: "s",
            allow_downtime: false,
            tier: Tier::Unlimited,
            synonym_map_exists: &|_| false,
        };
        Arc::new(crate::index::bind(&index, None, &rules).unwrap().schema)
    }

    fn checked(body: &str) -> Result<Indexer, DefinitionError> {
        let mut indexer = Indexer::parse(body.as_bytes(), lazuli_wire::ApiVersion::NEWEST).unwrap();
        indexer.name = "x".into();
        let rules = Rules {
            source_type: &|name| match name {
                "blobs" => Some(SourceType::AzureBlob),
                "rows" => Some(SourceType::AzureSql),
                _ => None,
            },
            schema: &|name| (name == "i").then(schema),
            shortest_interval: SHORTEST_INTERVAL,
            now_millis: 1_769_760_000_123,
        };
        check(&indexer, &rules)
    }

    /// An indexer of a data source with something more.
    fn with(source: &str, more: &str) -> Result<Indexer, DefinitionError> {
        let comma = if more.is_empty() { "" } else { "," };
        checked(&format!(r#"{{"dataSourceName":"{source}","targetIndexName":"i"{comma}{more}}}"#))
    }

    fn check_refused(source: &str, more: &str, expected: &str) {
        let error = with(source, more).expect_err(more);
        assert_eq!(
            (error.message().as_str(), error.code(), error.detail_code()),
            (expected, "", None),
            "{more}"
        );
    }

    #[test]
    fn what_it_refers_to_exists() {
        assert_eq!(
            checked(r#"{"dataSourceName":"d","targetIndexName":"i"}"#).unwrap_err().message(),
            "This indexer refers to a data source 'd' that doesn't exist"
        );
        assert_eq!(
            checked(r#"{"dataSourceName":"rows","targetIndexName":"j"}"#).unwrap_err().message(),
            "This indexer refers to an index 'j' that doesn't exist"
        );
        let indexer = with("rows", r#""skillsetName":"""#).unwrap();
        assert_eq!((indexer.skillset_name, indexer.disabled, indexer.schedule), (None, None, None));
    }

    #[test]
    fn what_does_nothing_yet_is_refused() {
        for (more, what) in [
            (r#""skillsetName":"s""#, "Skillsets"),
            (r#""cache":{}"#, "Enrichment caches"),
            (r#""encryptionKey":{}"#, "Customer-managed keys"),
            (r#""parameters":{"configuration":{"imageAction":"generateNormalizedImages"}}"#, "Image actions"),
        ] {
            let error = with("blobs", more).expect_err(more);
            assert_eq!(error.message(), format!("{what} are not supported by this version of Lazuli yet."));
        }
    }

    #[test]
    fn schedules_begin_now_unless_they_say_when() {
        let schedule = with("rows", r#""schedule":{"interval":"PT120M"}"#).unwrap().schedule.unwrap();
        assert_eq!(schedule.interval, "PT2H");
        assert_eq!(schedule.start_time.as_deref(), Some("2026-01-30T08:00:00.1230000Z"));
        let more = r#""schedule":{"interval":"PT24H","startTime":"2015-01-01T00:00:00Z"}"#;
        let schedule = with("rows", more).unwrap().schedule.unwrap();
        assert_eq!(
            (schedule.interval.as_str(), schedule.start_time.as_deref()),
            ("P1D", Some("2015-01-01T00:00:00Z"))
        );
        let times = Schedule::of(&schedule).unwrap();
        assert_eq!((times.interval, times.start_millis), (LONGEST_INTERVAL, 1_420_070_400_000));
    }

    #[test]
    fn schedules_have_bounds() {
        for interval in ["PT4M", "PT4M59S", "P1DT1M", "P2D", "-PT5M", "5", "", "PT0S"] {
            let expected = format!(
                "The interval '{interval}' of the schedule is not valid. It must be a duration between PT5M and P1D in the \
                 form of ISO 8601."
            );
            check_refused("rows", &format!(r#""schedule":{{"interval":"{interval}"}}"#), &expected);
        }
        check_refused(
            "rows",
            r#""schedule":{"interval":"PT5M","startTime":"tomorrow"}"#,
            "The start time 'tomorrow' of the schedule is not valid. It must be a moment such as '2026-01-31T08:00:00Z'.",
        );
    }

    #[test]
    fn counts_have_bounds() {
        for (more, expected) in [
            (r#""batchSize":0"#, "The parameter 'batchSize' is 0. It must be at least 1."),
            (r#""maxFailedItems":-2"#, "The parameter 'maxFailedItems' is -2. It must be at least -1."),
            (
                r#""maxFailedItemsPerBatch":-9"#,
                "The parameter 'maxFailedItemsPerBatch' is -9. It must be at least -1.",
            ),
        ] {
            check_refused("rows", &format!(r#""parameters":{{{more}}}"#), expected);
        }
        assert!(
            with("rows", r#""parameters":{"batchSize":1,"maxFailedItems":-1,"base64EncodeKeys":true}"#)
                .is_ok()
        );
    }

    #[test]
    fn configuration_is_checked_by_type_of_source() {
        let configuration =
            |source, more: &str| with(source, &format!(r#""parameters":{{"configuration":{{{more}}}}}"#));
        for (source, more) in [
            (
                "blobs",
                r#""parsingMode":"jsonLines","failOnUnprocessableDocument":false,"indexedFileNameExtensions":".a, .b""#,
            ),
            (
                "blobs",
                r#""parsingMode":"MARKDOWN","markdownHeaderDepth":"h3","markdownParsingSubmode":"oneToOne""#,
            ),
            (
                "blobs",
                r#""normalizedImageMaxWidth":2000,"executionEnvironment":"private","documentRoot":null"#,
            ),
            ("rows", r#""queryTimeout":"00:10:00","disableOrderByHighWaterMarkColumn":true"#),
            ("rows", r#""parsingMode":"default","dataToExtract":"contentAndMetadata","colour":"red""#),
        ] {
            assert!(configuration(source, more).is_ok(), "{more}");
        }
        for (source, more, expected) in [
            (
                "blobs",
                r#""parsingMode":"xml""#,
                "Indexer configuration setting 'parsingMode' has the invalid value 'xml'. Expected: default, text, \
                 delimitedText, json, jsonArray, jsonLines or markdown.",
            ),
            (
                "blobs",
                r#""failOnUnsupportedContentType":1"#,
                "Indexer configuration setting 'failOnUnsupportedContentType' has the invalid value '1'. Expected: true or \
                 false.",
            ),
            (
                "blobs",
                r#""normalizedImageMaxHeight":49"#,
                "Indexer configuration setting 'normalizedImageMaxHeight' has the invalid value '49'. Expected: a number from \
                 50 to 10000.",
            ),
            (
                "rows",
                r#""queryTimeout":"5m""#,
                "Indexer configuration setting 'queryTimeout' has the invalid value '5m'. Expected: a time of the form \
                 hh:mm:ss.",
            ),
            (
                "rows",
                r#""parsingMode":"json""#,
                "Indexer configuration setting 'parsingMode' is not supported for data sources of type 'azuresql'.",
            ),
            (
                "blobs",
                r#""queryTimeout":"00:05:00""#,
                "Indexer configuration setting 'queryTimeout' is not supported for data sources of type 'azureblob'.",
            ),
        ] {
            assert_eq!(configuration(source, more).expect_err(more).message(), expected);
        }
        let parameters =
            configuration("rows", r#""colour":"red","queryTimeout":"00:01:00""#).unwrap().parameters.unwrap();
        assert_eq!(unknown_keys(&parameters), ["colour"]);
    }

    #[test]
    fn mappings_end_in_fields_of_the_index() {
        let mapping = |more: &str| with("blobs", &format!(r#""fieldMappings":[{more}]"#));
        for more in [
            r#"{"sourceFieldName":"text"}"#,
            r#"{"sourceFieldName":"a","targetFieldName":"TEXT","mappingFunction":null}"#,
            r#"{"sourceFieldName":"a","targetFieldName":"Address","mappingFunction":{"name":"toJson"}}"#,
            r#"{"sourceFieldName":"p","targetFieldName":"Id","mappingFunction":{"name":"base64encode",
                "parameters":{"useHttpServerUtilityUrlTokenEncode":false}}}"#,
            r#"{"sourceFieldName":"p","targetFieldName":"Id","mappingFunction":{"name":"extractTokenAtPosition",
                "parameters":{"delimiter":" ","position":0}}}"#,
        ] {
            assert!(mapping(more).is_ok(), "{more}: {:?}", mapping(more));
        }
        for (more, expected) in [
            (
                r#"{"sourceFieldName":"a","targetFieldName":"Address/City"}"#,
                "Field mapping specifies target field 'Address/City' that doesn't exist in the index",
            ),
            (
                r#"{"sourceFieldName":"a"}"#,
                "Field mapping specifies target field 'a' that doesn't exist in the index",
            ),
            (
                r#"{"sourceFieldName":"a","targetFieldName":"Id"},{"sourceFieldName":"b","targetFieldName":"id"}"#,
                "More than one field mapping specifies the target field 'id'.",
            ),
            (
                r#"{"sourceFieldName":"","targetFieldName":"Id"}"#,
                "A field mapping must have 'sourceFieldName' set.",
            ),
            (
                r#"{"sourceFieldName":"a","targetFieldName":"Id","mappingFunction":{"name":"md5"}}"#,
                "The mapping function 'md5' is not known. Known are base64Encode, base64Decode, extractTokenAtPosition, \
                 jsonArrayToStringCollection, urlEncode, urlDecode, fixedLengthEncode, toJson.",
            ),
            (
                r#"{"sourceFieldName":"a","targetFieldName":"Id","mappingFunction":{"name":"urlEncode","parameters":{"x":1}}}"#,
                "The mapping function 'urlEncode' has no parameter 'x'.",
            ),
            (
                r#"{"sourceFieldName":"a","targetFieldName":"Id","mappingFunction":{"name":"extractTokenAtPosition",
                    "parameters":{"delimiter":" "}}}"#,
                "The parameter 'position' of the mapping function 'extractTokenAtPosition' must be a number from 0.",
            ),
        ] {
            assert_eq!(mapping(more).expect_err(more).message(), expected);
        }
    }

    #[test]
    fn output_mappings_begin_in_the_document() {
        let mapping = |more: &str| with("blobs", &format!(r#""outputFieldMappings":[{more}]"#));
        assert!(mapping(r#"{"sourceFieldName":"/document/a/*/b","targetFieldName":"text"}"#).is_ok());
        assert_eq!(
            mapping(r#"{"sourceFieldName":"/document/a","targetFieldName":"x"}"#).unwrap_err().message(),
            "Output field mapping specifies target field 'x' that doesn't exist in the index"
        );
        assert_eq!(
            mapping(r#"{"sourceFieldName":"a","targetFieldName":"text"}"#).unwrap_err().message(),
            "The source 'a' of an output field mapping must be a path that begins with '/document/'."
        );
    }
}
