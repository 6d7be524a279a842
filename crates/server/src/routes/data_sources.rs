//! `/datasources`: data sources on the wire.

use lazuli_wire::data_sources::DataSource;
use lazuli_wire::{ApiVersion, JsonError};
use serde_json::{Map, Value};

use super::definitions::Resource;
use crate::app::definitions::DataSources;

impl Resource for DataSources {
    const TYPE: &'static str = "DataSource";

    fn parse(body: &[u8], version: ApiVersion) -> Result<DataSource, JsonError> {
        DataSource::parse(body, version)
    }

    fn members(definition: &DataSource, version: ApiVersion) -> Map<String, Value> {
        definition.members(version)
    }
}
