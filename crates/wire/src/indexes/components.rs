//! Parts of which an index's own analyzers are made (`api.md` §3.3).

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::component_tables;
use crate::json::or_default;
use crate::since::Shape;

/// An analyzer, normalizer, tokenizer, token filter or character filter with a name of its own.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Component {
    /// What it is, e.g. `#Microsoft.Azure.Search.CustomAnalyzer`.
    #[serde(rename = "@odata.type", deserialize_with = "or_default")]
    pub odata_type: String,
    /// Its name, which fields and analyzers give.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// Everything else as it was sent. A parsed component has only options of its type, with values of their kind.
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

impl Component {
    /// The members of its type, `name` first; none when there is no such type.
    pub fn shape(&self) -> Option<&'static Shape> {
        component_tables::ALL.iter().find_map(|variants| variants.shape(&self.odata_type))
    }
}

impl Serialize for Component {
    /// Every option of the type in the service's order, null or `[]` when unset.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("@odata.type", &self.odata_type)?;
        members.serialize_entry("name", &self.name)?;
        let Some(shape) = self.shape() else {
            for (name, value) in &self.options {
                members.serialize_entry(name, value)?;
            }
            return members.end();
        };
        for option in shape.members.iter().filter(|member| member.name != "name") {
            let unset = if option.kind.is_array() { Value::Array(Vec::new()) } else { Value::Null };
            let set = self.options.get(option.name).filter(|value| !value.is_null());
            members.serialize_entry(option.name, set.unwrap_or(&unset))?;
        }
        members.end()
    }
}
