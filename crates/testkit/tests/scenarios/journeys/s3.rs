//! A bucket of a stand-in for S3, whose connection string is in `LAZULI_S3`. It does not verify signatures, so what the journey
//! writes has none that is true; those of the indexer are tested against Amazon's examples.

use serde_json::{Value, json};

use super::{NAME, Note, Place, absence, indexer_of_json, send, travel};

struct Bucket {
    connection: String,
    endpoint: String,
}

impl Bucket {
    fn new(connection: String) -> Bucket {
        let mut pairs = connection.split(';').filter_map(|pair| pair.split_once('='));
        let endpoint = pairs.find(|(name, _)| *name == "Endpoint").unwrap().1.to_owned();
        let bucket = Bucket { connection, endpoint };
        bucket.ask("PUT", "", "");
        bucket
    }

    fn ask(&self, method: &str, object: &str, body: &str) {
        let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let scope = format!("{}/us-east-1/s3/aws4_request", &now[..8]);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=S3RVER/{scope},SignedHeaders=host,Signature={}",
            "0".repeat(64)
        );
        let headers = [
            ("authorization", authorization.as_str()),
            ("x-amz-date", now.as_str()),
            ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            ("content-type", "application/json"),
        ];
        send(method, &format!("{}/{NAME}{object}", self.endpoint), &headers, body);
    }
}

impl Place for Bucket {
    fn definition(&self) -> Value {
        json!({ "type": "s3", "container": { "name": NAME },
            "credentials": { "connectionString": self.connection },
            "dataDeletionDetectionPolicy": absence() })
    }

    fn indexer(&self) -> Value {
        indexer_of_json()
    }

    fn put(&mut self, notes: &[Note]) {
        for note in notes {
            self.ask("PUT", &format!("/{}.json", note.id()), &note.row(false).to_string());
        }
    }

    fn delete(&mut self, notes: &[Note]) {
        for note in notes {
            self.ask("DELETE", &format!("/{}.json", note.id()), "");
        }
    }
}

#[test]
fn buckets() {
    if let Ok(connection) = std::env::var("LAZULI_S3") {
        travel(Bucket::new(connection), None);
    }
}
