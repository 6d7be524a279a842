//! `/aliases`: aliases on the wire. Their answers tell no ETag (`wire.md` §10).

use lazuli_wire::aliases::Alias;
use lazuli_wire::{ApiVersion, JsonError};
use serde_json::{Map, Value};

use super::definitions::Resource;
use crate::app::definitions::Aliases;

impl Resource for Aliases {
    const TYPE: &'static str = "Alias";
    const SHOWS_ETAG: bool = false;

    fn parse(body: &[u8], version: ApiVersion) -> Result<Alias, JsonError> {
        Alias::parse(body, version)
    }

    fn members(definition: &Alias, version: ApiVersion) -> Map<String, Value> {
        definition.members(version)
    }
}
