//! `Edm.GeographyPoint`: GeoJSON as Microsoft.Spatial reads it.
//!
//! ```text
//! {"type":"Point","coordinates":[lon, lat],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}
//! ```
//!
//! Members in any order; `crs` may be absent or null and must be WGS 84 otherwise; up to four coordinates are read and
//! those after the first two (altitude, measure) ignored; other members (`bbox`) are ignored.

use lazuli_wire::errors::quoted;
use serde::Deserialize;
use serde::de::MapAccess;
use serde::de::value::MapAccessDeserializer;

use crate::GeoPoint;

use super::error::DocumentError;

/// A point before it is checked.
#[derive(Deserialize)]
pub(super) struct GeoJson {
    #[serde(rename = "type")]
    kind: Option<String>,
    coordinates: Option<Vec<Option<f64>>>,
    crs: Option<System>,
}

/// A named coordinate reference system.
#[derive(Deserialize)]
struct System {
    #[serde(rename = "type")]
    kind: String,
    properties: SystemProperties,
}

#[derive(Deserialize)]
struct SystemProperties {
    name: String,
}

impl GeoJson {
    /// Reads the members of the object.
    pub(super) fn read<'de, A: MapAccess<'de>>(members: A) -> Result<Self, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(members))
    }

    /// The point, if it is one and lies on the earth.
    pub(super) fn check(self) -> Result<GeoPoint, DocumentError> {
        match self.kind.as_deref() {
            None => return Err(missing("type")),
            Some("Point") => {}
            Some(other) => return Err(not_recognized(other, "valid value for the 'type' member")),
        }
        if let Some(System { kind, properties }) = self.crs {
            if kind != "name" {
                return Err(not_recognized(&kind, "recognized CRS type"));
            }
            if properties.name != "EPSG:4326" {
                return Err(not_recognized(&properties.name, "recognized CRS name"));
            }
        }
        let coordinates = self.coordinates.ok_or_else(|| missing("coordinates"))?;
        match coordinates.as_slice() {
            [Some(longitude), Some(latitude)]
            | [Some(longitude), Some(latitude), _]
            | [Some(longitude), Some(latitude), _, _] => on_earth(*longitude, *latitude),
            [None, _, ..] | [_, None, ..] => {
                Err(geo_json("A null value was found in an array element where nulls are not allowed."))
            }
            _ => Err(geo_json("A position must contain at least two and no more than four elements.")),
        }
    }
}

fn on_earth(longitude: f64, latitude: f64) -> Result<GeoPoint, DocumentError> {
    let out_of_range =
        |coordinate, value, maximum| DocumentError::CoordinateOutOfRange { coordinate, value, maximum };
    if !(-90.0..=90.0).contains(&latitude) {
        return Err(out_of_range("latitude", latitude, 90));
    }
    if !(-180.0..=180.0).contains(&longitude) {
        return Err(out_of_range("longitude", longitude, 180));
    }
    Ok(GeoPoint { longitude, latitude })
}

fn missing(member: &str) -> DocumentError {
    geo_json(&format!("The '{member}' member is required, but was not found."))
}

fn not_recognized(value: &str, what: &str) -> DocumentError {
    geo_json(&format!("The value '{}' is not a {what}.", quoted(value)))
}

fn geo_json(reason: &str) -> DocumentError {
    DocumentError::GeoJson { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<GeoPoint, DocumentError> {
        serde_json::from_str::<GeoJson>(json).unwrap().check()
    }

    fn sentence(json: &str) -> String {
        read(json).unwrap_err().to_string()
    }

    #[test]
    fn points_are_read_with_or_without_their_system() {
        let point = GeoPoint { longitude: -122.131577, latitude: 47.678581 };
        let cases = [
            r#"{"type":"Point","coordinates":[-122.131577,47.678581]}"#,
            r#"{"coordinates":[-122.131577,47.678581],"type":"Point","crs":null,"bbox":[1,2]}"#,
            r#"{"type":"Point","coordinates":[-122.131577,47.678581],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}"#,
            r#"{"type":"Point","coordinates":[-122.131577,47.678581,12,null]}"#,
        ];
        for json in cases {
            assert_eq!(read(json), Ok(point), "{json}");
        }
        let corner = read(r#"{"type":"Point","coordinates":[180,-90]}"#);
        assert_eq!(corner, Ok(GeoPoint { longitude: 180.0, latitude: -90.0 }));
    }

    #[test]
    fn other_objects_are_refused_with_the_librarys_sentence() {
        let cases = [
            ("{}", "Invalid GeoJSON. The 'type' member is required, but was not found."),
            (
                r#"{"type":"Point"}"#,
                "Invalid GeoJSON. The 'coordinates' member is required, but was not found.",
            ),
            (
                r#"{"type":"Polygon","coordinates":[]}"#,
                "Invalid GeoJSON. The value 'Polygon' is not a valid value for the 'type' member.",
            ),
            (
                r#"{"type":"Point","coordinates":[1]}"#,
                "Invalid GeoJSON. A position must contain at least two and no more than four elements.",
            ),
            (
                r#"{"type":"Point","coordinates":[1,2,3,4,5]}"#,
                "Invalid GeoJSON. A position must contain at least two and no more than four elements.",
            ),
            (
                r#"{"type":"Point","coordinates":[null,2]}"#,
                "Invalid GeoJSON. A null value was found in an array element where nulls are not allowed.",
            ),
            (
                r#"{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}"#,
                "Invalid GeoJSON. The value 'EPSG:3857' is not a recognized CRS name.",
            ),
            (
                r#"{"type":"Point","coordinates":[0,90.5]}"#,
                "Invalid latitude coordinate 90.5. A latitude coordinate must be a value between -90.0 and +90.0 degrees.",
            ),
            (
                r#"{"type":"Point","coordinates":[-180.5,0]}"#,
                "Invalid longitude coordinate -180.5. A longitude coordinate must be a value between -180.0 and +180.0 \
                 degrees.",
            ),
        ];
        for (json, expected) in cases {
            assert_eq!(sentence(json), expected, "{json}");
        }
    }
}
