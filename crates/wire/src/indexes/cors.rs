//! Which origins browsers may query an index from.

use serde::{Deserialize, Serialize};

use crate::json::or_default;
use crate::since::{ALWAYS, Kind, Member, Owner, Shape};

/// `corsOptions` of an index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CorsOptions {
    /// Origins such as `https://example.org:8080`, or `*` alone.
    #[serde(deserialize_with = "or_default")]
    pub allowed_origins: Vec<String>,
    /// How long browsers may remember a preflight's answer.
    pub max_age_in_seconds: Option<i64>,
}

/// [`CorsOptions`].
pub(super) static SHAPE: Shape = Shape {
    owner: Owner::Type("CorsOptions"),
    members: &[
        Member::new("allowedOrigins", ALWAYS, Kind::Texts).required(),
        Member::new("maxAgeInSeconds", ALWAYS, Kind::Long),
    ],
};
