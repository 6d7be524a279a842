//! A collection of the emulator of Cosmos DB at `LAZULI_COSMOS`, which checks no keys.

use serde_json::{Value, json};

use super::{NAME, Note, Place, send, travel};

/// By its address.
struct Collection(String);

impl Collection {
    fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) {
        let headers = [&[("content-type", "application/json")], headers].concat();
        send("POST", &format!("{}/dbs{path}", self.0), &headers, &body.to_string());
    }

    fn write(&self, notes: &[Note], gone: bool) {
        for note in notes {
            let partition = format!("[\"{}\"]", note.id());
            let headers =
                [("x-ms-documentdb-is-upsert", "True"), ("x-ms-documentdb-partitionkey", partition.as_str())];
            self.post(&format!("/{NAME}/colls/{NAME}/docs"), &headers, &note.row(gone));
        }
    }
}

impl Place for Collection {
    fn definition(&self) -> Value {
        let connection = format!("AccountEndpoint={};AccountKey=a2V5;Database={NAME}", self.0);
        json!({ "type": "cosmosdb", "container": { "name": NAME },
            "credentials": { "connectionString": connection },
            "dataChangeDetectionPolicy": {
                "@odata.type": "#Microsoft.Azure.Search.HighWaterMarkChangeDetectionPolicy",
                "highWaterMarkColumnName": "_ts" },
            "dataDeletionDetectionPolicy": {
                "@odata.type": "#Microsoft.Azure.Search.SoftDeleteColumnDeletionDetectionPolicy",
                "softDeleteColumnName": "gone", "softDeleteMarkerValue": "true" } })
    }

    fn put(&mut self, notes: &[Note]) {
        // The last one alone in its second: that is what the next run sees again.
        if let [before @ .., last] = notes {
            self.write(before, false);
            std::thread::sleep(self.instant());
            self.write(std::slice::from_ref(last), false);
        }
    }

    fn delete(&mut self, notes: &[Note]) {
        self.write(notes, true);
    }

    fn seen_again(&self) -> u32 {
        1
    }
}

#[test]
fn collections() {
    let Ok(address) = std::env::var("LAZULI_COSMOS") else { return };
    let collection = Collection(address);
    collection.post("", &[], &json!({ "id": NAME }));
    let key = json!({ "paths": ["/id"], "kind": "Hash" });
    collection.post(&format!("/{NAME}/colls"), &[], &json!({ "id": NAME, "partitionKey": key }));
    travel(collection, None);
}
