//! The scoring formula of an index.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::ApiVersion::{V2019_05_06Preview, V2020_06_30};
use crate::json::or_default;
use crate::since::{Kind, Member, Owner, Shape, Since, Variants, stable};

/// `similarity` of an index.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Similarity {
    /// [`BM25`] or [`CLASSIC`].
    #[serde(rename = "@odata.type", deserialize_with = "or_default")]
    pub odata_type: String,
    /// How soon further occurrences of a term stop to count; BM25 only.
    pub k1: Option<f64>,
    /// How much the length of the text counts; BM25 only.
    pub b: Option<f64>,
}

/// Okapi BM25, the formula of every index that names none.
pub const BM25: &str = "#Microsoft.Azure.Search.BM25Similarity";

/// Lucene's TF-IDF of before July 2020.
pub const CLASSIC: &str = "#Microsoft.Azure.Search.ClassicSimilarity";

impl Serialize for Similarity {
    /// Only BM25 has parameters.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Similarity", 3)?;
        members.serialize_field("@odata.type", &self.odata_type)?;
        if self.odata_type != CLASSIC {
            members.serialize_field("k1", &self.k1)?;
            members.serialize_field("b", &self.b)?;
        }
        members.end()
    }
}

/// The versions that have `similarity`.
pub(super) const SINCE: Since = stable(V2020_06_30).preview(V2019_05_06Preview);

/// [`Similarity`].
pub(super) static VARIANTS: Variants = Variants {
    shapes: &[
        (
            SINCE,
            Shape {
                owner: Owner::Component("BM25Similarity"),
                members: &[Member::new("k1", SINCE, Kind::Number), Member::new("b", SINCE, Kind::Number)],
            },
        ),
        (SINCE, Shape { owner: Owner::Component("ClassicSimilarity"), members: &[] }),
    ],
};
