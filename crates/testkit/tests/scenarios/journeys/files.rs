//! A folder of the machine.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{NAME, Note, Place, absence, indexer_of_json, travel};

struct Folder(TempDir);

impl Folder {
    fn file(&self, note: &Note) -> PathBuf {
        self.0.path().join(NAME).join(format!("{}.json", note.id()))
    }
}

impl Place for Folder {
    fn definition(&self) -> Value {
        let folder = self.0.path().display();
        json!({ "type": "files", "container": { "name": NAME },
            "credentials": { "connectionString": format!("Folder={folder}") },
            "dataDeletionDetectionPolicy": absence() })
    }

    fn indexer(&self) -> Value {
        indexer_of_json()
    }

    fn put(&mut self, notes: &[Note]) {
        for note in notes {
            fs_err::write(self.file(note), note.row(false).to_string()).unwrap();
        }
    }

    fn delete(&mut self, notes: &[Note]) {
        for note in notes {
            fs_err::remove_file(self.file(note)).unwrap();
        }
    }
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir(folder.path().join(NAME)).unwrap();
    let allowed = folder.path().to_owned();
    travel(Folder(folder), Some(allowed));
}
