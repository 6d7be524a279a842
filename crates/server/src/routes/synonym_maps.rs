//! `/synonymmaps`: synonym maps on the wire.

use lazuli_wire::synonym_maps::SynonymMap;
use lazuli_wire::{ApiVersion, JsonError};
use serde_json::{Map, Value};

use super::definitions::Resource;
use crate::app::definitions::SynonymMaps;

impl Resource for SynonymMaps {
    const TYPE: &'static str = "SynonymMap";

    fn parse(body: &[u8], version: ApiVersion) -> Result<SynonymMap, JsonError> {
        SynonymMap::parse(body, version)
    }

    fn members(definition: &SynonymMap, version: ApiVersion) -> Map<String, Value> {
        definition.members(version)
    }
}
