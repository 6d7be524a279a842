//! Containers and tables of Azurite, whose connection string is in `LAZULI_AZURITE`. The indexer signs with the account's key; what
//! the journey writes is signed once, for the whole account, as a shared access signature.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{NAME, Note, Place, absence, indexer_of_json, send, travel};

const VERSION: (&str, &str) = ("x-ms-version", "2019-12-12");

/// Azurite, if there is one.
struct Azurite {
    connection: String,
    signature: String,
}

impl Azurite {
    fn there() -> Option<Azurite> {
        let connection = std::env::var("LAZULI_AZURITE").ok()?;
        let mut azurite = Azurite { connection, signature: String::new() };
        azurite.signature = azurite.sign();
        Some(azurite)
    }

    /// A value of the connection string.
    fn part(&self, name: &str) -> &str {
        let mut pairs = self.connection.split(';').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).unwrap().1
    }

    /// A signature that allows everything for blobs and tables.
    fn sign(&self) -> String {
        let key = BASE64_STANDARD.decode(self.part("AccountKey")).unwrap();
        let (permissions, services, kinds, ends) = ("rwdlacu", "bt", "sco", "2100-01-01");
        let account = self.part("AccountName");
        let text = format!("{account}\n{permissions}\n{services}\n{kinds}\n\n{ends}\n\n\n{}\n", VERSION.1);
        let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key), text.as_bytes());
        let tag = BASE64_STANDARD.encode(tag).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        format!("sv={}&ss={services}&srt={kinds}&sp={permissions}&se={ends}&sig={tag}", VERSION.1)
    }

    fn definition(&self, source_type: &str, container: &str, marker: &str) -> Value {
        json!({ "type": source_type, "container": { "name": container },
            "credentials": { "connectionString": self.connection },
            "dataDeletionDetectionPolicy": {
                "@odata.type": "#Microsoft.Azure.Search.SoftDeleteColumnDeletionDetectionPolicy",
                "softDeleteColumnName": "gone", "softDeleteMarkerValue": marker } })
    }
}

/// A container of JSON, where deleted blobs are marked by metadata or vanish.
struct Container {
    azurite: Azurite,
    source_type: &'static str,
    name: String,
    vanish: bool,
}

impl Container {
    fn new(azurite: Azurite, source_type: &'static str, vanish: bool) -> Container {
        let name = format!("{NAME}-{source_type}{}", if vanish { "-vanish" } else { "" });
        let container = Container { azurite, source_type, name, vanish };
        send("PUT", &container.url("", "restype=container&"), &[VERSION], "");
        container
    }

    fn url(&self, blob: &str, query: &str) -> String {
        let (endpoint, signature) = (self.azurite.part("BlobEndpoint"), &self.azurite.signature);
        format!("{endpoint}/{}{blob}?{query}{signature}", self.name)
    }

    fn write(&self, notes: &[Note], gone: &str) {
        for note in notes {
            let headers = [
                VERSION,
                ("x-ms-blob-type", "BlockBlob"),
                ("content-type", "application/json"),
                ("x-ms-meta-gone", gone),
            ];
            send(
                "PUT",
                &self.url(&format!("/{}.json", note.id()), ""),
                &headers,
                &note.row(false).to_string(),
            );
        }
    }
}

impl Place for Container {
    fn definition(&self) -> Value {
        let mut definition = self.azurite.definition(self.source_type, &self.name, "yes");
        if self.vanish {
            definition["dataDeletionDetectionPolicy"] = absence();
        }
        definition
    }

    fn indexer(&self) -> Value {
        indexer_of_json()
    }

    fn put(&mut self, notes: &[Note]) {
        self.write(notes, "no");
    }

    fn delete(&mut self, notes: &[Note]) {
        if !self.vanish {
            return self.write(notes, "yes");
        }
        for note in notes {
            send("DELETE", &self.url(&format!("/{}.json", note.id()), ""), &[VERSION], "");
        }
    }
}

/// A table, where deleted entities are marked by a property.
struct Table(Azurite);

impl Table {
    fn url(&self, path: &str) -> String {
        format!("{}/{path}?{}", self.0.part("TableEndpoint"), self.0.signature)
    }

    fn write(&self, notes: &[Note], gone: bool) {
        for note in notes {
            let url = self.url(&format!("{NAME}(PartitionKey='p',RowKey='{}')", note.id()));
            send("PUT", &url, &JSON, &note.row(gone).to_string());
        }
    }
}

const JSON: [(&str, &str); 3] =
    [VERSION, ("content-type", "application/json"), ("accept", "application/json;odata=nometadata")];

impl Place for Table {
    fn definition(&self) -> Value {
        self.0.definition("azuretable", NAME, "true")
    }

    fn put(&mut self, notes: &[Note]) {
        self.write(notes, false);
    }

    fn delete(&mut self, notes: &[Note]) {
        self.write(notes, true);
    }
}

#[test]
fn blobs() {
    if let Some(azurite) = Azurite::there() {
        travel(Container::new(azurite, "azureblob", false), None);
    }
}

#[test]
fn blobs_that_vanish() {
    if let Some(azurite) = Azurite::there() {
        travel(Container::new(azurite, "azureblob", true), None);
    }
}

/// Data Lake Storage has blobs too; Azurite does not speak its other language.
#[test]
fn data_lake() {
    if let Some(azurite) = Azurite::there() {
        travel(Container::new(azurite, "adlsgen2", false), None);
    }
}

#[test]
fn tables() {
    let Some(azurite) = Azurite::there() else { return };
    let table = Table(azurite);
    send("POST", &table.url("Tables"), &JSON, &json!({ "TableName": NAME }).to_string());
    travel(table, None);
}
