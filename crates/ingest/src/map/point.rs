//! GeoJSON points, checked before they are written, with the rules of an upload (`api.md` §3.8).

use serde_json::{Map, Value};

/// Checks that an object is a point on the earth. The error says why it is none.
pub(super) fn check(members: &Map<String, Value>) -> Result<(), String> {
    if members.get("type").and_then(Value::as_str) != Some("Point") {
        return Err("Invalid GeoJSON. The 'type' member must be 'Point'.".to_owned());
    }
    let coordinates = members.get("coordinates").and_then(Value::as_array);
    let coordinates =
        coordinates.ok_or("Invalid GeoJSON. The 'coordinates' member is required, but was not found.")?;
    let numbers: Vec<Option<f64>> = coordinates.iter().map(Value::as_f64).collect();
    let (longitude, latitude) = match numbers.as_slice() {
        [Some(longitude), Some(latitude)] => (longitude, latitude),
        // Altitude and measure are not looked at.
        [Some(longitude), Some(latitude), ..] if numbers.len() <= 4 && are_numbers_or_null(coordinates) => {
            (longitude, latitude)
        }
        _ => {
            return Err(
                "Invalid GeoJSON. A position must contain at least two and no more than four elements."
                    .to_owned(),
            );
        }
    };
    for (name, value, maximum) in [("latitude", latitude, 90.0), ("longitude", longitude, 180.0)] {
        if !(-maximum..=maximum).contains(value) {
            return Err(format!(
                "Invalid {name} coordinate {value}. A {name} coordinate must be a value between -{maximum:.1} and \
                 +{maximum:.1} degrees."
            ));
        }
    }
    let system = members.get("crs").filter(|system| !system.is_null());
    let is_known = |system: &Value| {
        system.get("type").and_then(Value::as_str) == Some("name")
            && system.pointer("/properties/name").and_then(Value::as_str) == Some("EPSG:4326")
    };
    if system.is_some_and(|system| !is_known(system)) {
        return Err("Invalid GeoJSON. The coordinate reference system must be 'EPSG:4326'.".to_owned());
    }
    Ok(())
}

fn are_numbers_or_null(coordinates: &[Value]) -> bool {
    coordinates.iter().all(|value| value.is_number() || value.is_null())
}
