//! Entities as the table service writes them with full metadata: values, and beside those whose type JSON does not show
//! a member `name@odata.type`.

use serde_json::{Map, Value};

use crate::source::Item;

/// The items of a page, or what is wrong with it.
pub(super) fn items(body: &[u8]) -> Result<Vec<Item>, String> {
    let page: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let entities = page.get("value").and_then(Value::as_array).ok_or("there is no list of entities")?;
    entities.iter().map(item).collect()
}

/// `Key` is the concatenation of both keys without anything between (`indexers.md` §2.4).
fn item(entity: &Value) -> Result<Item, String> {
    let members = entity.as_object().ok_or("an entity is no object")?;
    let mut fields = Map::new();
    for (name, value) in members {
        if !name.starts_with("odata.") && !name.contains("@odata.") {
            let edm_type = members.get(&format!("{name}@odata.type")).and_then(Value::as_str);
            fields.insert(name.clone(), typed(value, edm_type));
        }
    }
    let part = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let key = format!("{}{}", part("PartitionKey"), part("RowKey"));
    fields.insert("Key".into(), Value::from(key.as_str()));
    Ok(Item { id: key, fields, content: None })
}

/// A 64-bit integer is text in JSON; everything else is what it looks like. Binary values stay Base64.
fn typed(value: &Value, edm_type: Option<&str>) -> Value {
    let integer =
        value.as_str().filter(|_| edm_type == Some("Edm.Int64")).and_then(|text| text.parse::<i64>().ok());
    integer.map_or_else(|| value.clone(), Value::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_have_their_types_and_metadata_is_left_out() {
        let page = json!({
            "odata.metadata": "http://h/$metadata#t",
            "value": [{
                "odata.type": "acc.t", "odata.id": "x", "odata.etag": "W/\"1\"", "odata.editLink": "t(…)",
                "PartitionKey": "1", "RowKey": "1_123",
                "Timestamp@odata.type": "Edm.DateTime", "Timestamp": "2026-01-01T00:00:00.1234567Z",
                "Long@odata.type": "Edm.Int64", "Long": "9007199254740993",
                "Id@odata.type": "Edm.Guid", "Id": "c9da6455-213d-42c9-9a79-3e9149a57833",
                "Name": "7", "Age": 7, "Rate": 0.5, "Gone": false,
            }],
        });
        let items = items(page.to_string().as_bytes()).unwrap();
        let expected = json!({
            "PartitionKey": "1", "RowKey": "1_123", "Timestamp": "2026-01-01T00:00:00.1234567Z",
            "Long": 9_007_199_254_740_993_i64, "Id": "c9da6455-213d-42c9-9a79-3e9149a57833",
            "Name": "7", "Age": 7, "Rate": 0.5, "Gone": false, "Key": "11_123",
        });
        assert_eq!((items[0].id.as_str(), Value::Object(items[0].fields.clone())), ("11_123", expected));
    }

    #[test]
    fn what_is_no_page_says_why() {
        for body in ["", "{}", "{\"value\":[1]}"] {
            assert!(items(body.as_bytes()).is_err(), "{body}");
        }
    }
}
