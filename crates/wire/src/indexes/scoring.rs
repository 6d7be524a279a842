//! Scoring profiles (`api.md` §3.1, `wire.md` §10).

use serde::{Deserialize, Serialize};

use crate::json::{Pairs, or_default};
use crate::since::{ALWAYS, Kind, Member, Owner, Shape};

/// A scoring profile: weights of fields, and functions of their values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScoringProfile {
    /// Its name, which queries give.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// How the functions are put together: `sum`, `average`, `minimum`, `maximum`, `firstMatching` or `product`.
    pub function_aggregation: Option<String>,
    /// Weights of fields.
    pub text: Option<TextWeights>,
    /// Functions of field values.
    #[serde(deserialize_with = "or_default")]
    pub functions: Vec<ScoringFunction>,
}

/// How much a match in a field counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextWeights {
    /// Field path and weight.
    #[serde(deserialize_with = "or_default")]
    pub weights: Pairs<f64>,
}

/// A function of a field's value; exactly the parameters of its type are set in a checked definition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScoringFunction {
    /// The path of the field.
    #[serde(deserialize_with = "or_default")]
    pub field_name: String,
    /// `linear`, `constant`, `quadratic` or `logarithmic`.
    pub interpolation: Option<String>,
    /// `freshness`, `magnitude`, `distance` or `tag`.
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub function_type: String,
    /// The factor at most.
    pub boost: Option<f64>,
    /// Parameters of the type `freshness`.
    pub freshness: Option<Freshness>,
    /// Parameters of the type `magnitude`.
    pub magnitude: Option<Magnitude>,
    /// Parameters of the type `distance`.
    pub distance: Option<Distance>,
    /// Parameters of the type `tag`.
    pub tag: Option<Tag>,
}

/// Newer dates count more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Freshness {
    /// An XSD dayTimeDuration such as `P365D`; negative for dates to come.
    #[serde(deserialize_with = "or_default")]
    pub boosting_duration: String,
}

/// Numbers of a range count more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Magnitude {
    /// Where the factor begins to grow.
    pub boosting_range_start: Option<f64>,
    /// Where it is at its most.
    pub boosting_range_end: Option<f64>,
    /// Whether values beyond the end count like the end.
    pub constant_boost_beyond_range: Option<bool>,
}

/// Nearer places count more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Distance {
    /// The scoring parameter that queries give the place in.
    #[serde(deserialize_with = "or_default")]
    pub reference_point_parameter: String,
    /// Kilometres.
    pub boosting_distance: Option<f64>,
}

/// Values that the query names count more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tag {
    /// The scoring parameter that queries give the values in.
    #[serde(deserialize_with = "or_default")]
    pub tags_parameter: String,
}

/// [`ScoringProfile`].
pub(super) static PROFILE: Shape = Shape {
    owner: Owner::Type("ScoringProfile"),
    members: &[
        Member::new("name", ALWAYS, Kind::Text),
        Member::new("functionAggregation", ALWAYS, Kind::Text),
        Member::new("text", ALWAYS, Kind::Object(&TEXT_WEIGHTS)),
        Member::new("functions", ALWAYS, Kind::Objects(&FUNCTION)),
    ],
};

static TEXT_WEIGHTS: Shape =
    Shape { owner: Owner::Type("TextWeights"), members: &[Member::new("weights", ALWAYS, Kind::NumberMap)] };

static FUNCTION: Shape = Shape {
    owner: Owner::Type("ScoringFunction"),
    members: &[
        Member::new("fieldName", ALWAYS, Kind::Text),
        Member::new("interpolation", ALWAYS, Kind::Text),
        Member::new("type", ALWAYS, Kind::Text),
        Member::new("boost", ALWAYS, Kind::Number),
        Member::new("freshness", ALWAYS, Kind::Object(&FRESHNESS)),
        Member::new("magnitude", ALWAYS, Kind::Object(&MAGNITUDE)),
        Member::new("distance", ALWAYS, Kind::Object(&DISTANCE)),
        Member::new("tag", ALWAYS, Kind::Object(&TAG)),
    ],
};

static FRESHNESS: Shape = Shape {
    owner: Owner::Type("FreshnessScoringParameters"),
    members: &[Member::new("boostingDuration", ALWAYS, Kind::Text)],
};

static MAGNITUDE: Shape = Shape {
    owner: Owner::Type("MagnitudeScoringParameters"),
    members: &[
        Member::new("boostingRangeStart", ALWAYS, Kind::Number),
        Member::new("boostingRangeEnd", ALWAYS, Kind::Number),
        Member::new("constantBoostBeyondRange", ALWAYS, Kind::Flag),
    ],
};

static DISTANCE: Shape = Shape {
    owner: Owner::Type("DistanceScoringParameters"),
    members: &[
        Member::new("referencePointParameter", ALWAYS, Kind::Text),
        Member::new("boostingDistance", ALWAYS, Kind::Number),
    ],
};

static TAG: Shape = Shape {
    owner: Owner::Type("TagScoringParameters"),
    members: &[Member::new("tagsParameter", ALWAYS, Kind::Text)],
};
