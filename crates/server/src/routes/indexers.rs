//! `/indexers`: indexers on the wire.

use lazuli_wire::indexers::Indexer;
use lazuli_wire::{ApiVersion, JsonError};
use serde_json::{Map, Value};

use super::definitions::Resource;
use crate::app::definitions::Indexers;

impl Resource for Indexers {
    const TYPE: &'static str = "Indexer";

    fn parse(body: &[u8], version: ApiVersion) -> Result<Indexer, JsonError> {
        Indexer::parse(body, version)
    }

    fn members(definition: &Indexer, version: ApiVersion) -> Map<String, Value> {
        definition.members(version)
    }
}
