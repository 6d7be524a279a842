//! Suggesters: which fields suggestions and completions come from.

use serde::{Deserialize, Serialize};

use crate::json::or_default;
use crate::since::{ALWAYS, Kind, Member, Owner, Shape};

/// A suggester.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Suggester {
    /// Its name, which queries give.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// `analyzingInfixMatching`, the only mode there is.
    pub search_mode: Option<String>,
    /// Paths of fields.
    #[serde(deserialize_with = "or_default")]
    pub source_fields: Vec<String>,
}

/// [`Suggester`].
pub(super) static SHAPE: Shape = Shape {
    owner: Owner::Type("Suggester"),
    members: &[
        Member::new("name", ALWAYS, Kind::Text),
        Member::new("searchMode", ALWAYS, Kind::Text),
        Member::new("sourceFields", ALWAYS, Kind::Texts),
    ],
};
