//! Tables of MariaDB and PostgreSQL, whose connection strings are in `LAZULI_MYSQL` and `LAZULI_POSTGRES`, written with the clients that
//! come with them.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::{NAME, Note, Place, travel};

/// A table with a version that every change raises, and a column that says that a row is deleted.
struct Table {
    source_type: &'static str,
    connection: String,
    /// The command line of the client, which reads statements.
    client: Vec<String>,
    version: u64,
}

impl Table {
    /// An empty one.
    fn new(source_type: &'static str, connection: String, client: Vec<String>) -> Table {
        let table = Table { source_type, connection, client, version: 0 };
        table.execute(&format!(
            "DROP TABLE IF EXISTS {NAME};
             CREATE TABLE {NAME} (id varchar(20) PRIMARY KEY, text varchar(100), n int, gone boolean, version bigint);"
        ));
        table
    }

    fn execute(&self, statements: &str) {
        let mut command = Command::new(&self.client[0]);
        command.args(&self.client[1..]).stdin(Stdio::piped());
        let mut client = command.spawn().unwrap();
        client.stdin.take().unwrap().write_all(statements.as_bytes()).unwrap();
        assert!(client.wait().unwrap().success(), "{statements}");
    }

    fn write(&mut self, notes: &[Note], gone: bool) {
        let mut statements = String::from("BEGIN;\n");
        for note in notes {
            self.version += 1;
            statements += &format!(
                "DELETE FROM {NAME} WHERE id = '{id}'; INSERT INTO {NAME} VALUES ('{id}', '{}', {}, {gone}, {});\n",
                note.text,
                note.number,
                self.version,
                id = note.id(),
            );
        }
        self.execute(&(statements + "COMMIT;\n"));
    }
}

impl Place for Table {
    fn definition(&self) -> Value {
        let marker = if self.source_type == "mysql" { "1" } else { "true" };
        json!({ "type": self.source_type, "container": { "name": NAME },
            "credentials": { "connectionString": self.connection },
            "dataChangeDetectionPolicy": {
                "@odata.type": "#Microsoft.Azure.Search.HighWaterMarkChangeDetectionPolicy",
                "highWaterMarkColumnName": "version" },
            "dataDeletionDetectionPolicy": {
                "@odata.type": "#Microsoft.Azure.Search.SoftDeleteColumnDeletionDetectionPolicy",
                "softDeleteColumnName": "gone", "softDeleteMarkerValue": marker } })
    }

    fn put(&mut self, notes: &[Note]) {
        self.write(notes, false);
    }

    fn delete(&mut self, notes: &[Note]) {
        self.write(notes, true);
    }

    fn instant(&self) -> Duration {
        Duration::ZERO
    }
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn mariadb() {
    let Ok(connection) = std::env::var("LAZULI_MYSQL") else { return };
    let part = |name: &str| {
        let mut pairs = connection.split(';').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).unwrap().1
    };
    let client = format!(
        "mariadb --no-defaults --protocol=tcp --host={} --port={} --user={} --database={}",
        part("Server"),
        part("Port"),
        part("Uid"),
        part("Database")
    );
    travel(Table::new("mysql", connection.clone(), words(&client)), None);
}

#[test]
fn postgresql() {
    let Ok(connection) = std::env::var("LAZULI_POSTGRES") else { return };
    let client = format!("psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --dbname={connection}");
    travel(Table::new("postgresql", connection, words(&client)), None);
}
