//! The mechanism of definitions over doubles of what is beneath it.

mod aliases;
mod concurrency;
mod doubles;
mod faults;
mod indexers;
mod quotas;
mod secrets;
mod settling;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;

use http::{HeaderMap, HeaderName, HeaderValue};
use lazuli_catalog::document::parse_action;
use lazuli_catalog::tiers::Tier;
use lazuli_engine::Engine;
use lazuli_platform::clock::ManualClock;
use lazuli_platform::random::OsRandom;
use lazuli_store::vault::KeySource;
use lazuli_store::{CatalogStore, StoreOptions};
use lazuli_wire::{ApiVersion, indexes};

use self::doubles::{FaultyFiles, FaultyRows, Fuse};
use super::*;

/// The definitions in a folder, over files and rows that fail when the fuse burns.
fn open(folder: &Path, fuse: &Fuse) -> Definitions {
    open_as(folder, fuse, Tier::Unlimited)
}

fn open_as(folder: &Path, fuse: &Fuse, tier: Tier) -> Definitions {
    let engine_parts = lazuli_engine::Parts {
        files: Arc::new(FaultyFiles::new(fuse.clone())),
        ..lazuli_engine::Parts::real()
    };
    let clock = Arc::new(ManualClock::default());
    let settings = lazuli_engine::Settings::default();
    let parts = Parts {
        engine: Engine::new(folder.join("indexes"), engine_parts, settings).unwrap(),
        vault: Arc::new(Vault::open(KeySource::in_data_dir(folder), Arc::new(OsRandom)).unwrap()),
        quotas: Arc::new(Quotas::new(tier, clock.clone())),
        clock,
        random: Arc::new(OsRandom),
        shortest_interval: lazuli_catalog::indexers::SHORTEST_INTERVAL,
        folders: vec!["/d".into()],
    };
    let catalog = CatalogStore::open_or_create(&folder.join("catalog.db"), &StoreOptions::default()).unwrap();
    Definitions::over(Box::new(FaultyRows::new(catalog, fuse.clone())), parts).unwrap()
}

/// An index of a key and these searchable fields.
fn index(name: &str, fields: &[&str]) -> indexes::Index {
    let mut all = vec![serde_json::json!({ "name": "id", "type": "Edm.String", "key": true })];
    all.extend(fields.iter().map(|field| {
        serde_json::json!({ "name": field, "type": "Edm.String",
            "filterable": false, "sortable": false, "facetable": false })
    }));
    let body = serde_json::json!({ "name": name, "fields": all });
    indexes::Index::parse(body.to_string().as_bytes(), ApiVersion::NEWEST).unwrap()
}

fn asked() -> Asked {
    Asked {
        service: "s".to_owned(),
        version: ApiVersion::NEWEST,
        preconditions: Preconditions::default(),
        allow_downtime: false,
    }
}

fn asked_if(header: HeaderName, value: &str) -> Asked {
    let mut headers = HeaderMap::new();
    headers.insert(header, HeaderValue::from_str(value).unwrap());
    Asked { preconditions: Preconditions::of(&headers), ..asked() }
}

/// Uploads a document and waits for its acknowledgement.
fn upload(entry: &Entry<Indexes>, document: &str) {
    let schema = entry.life.index.schema();
    let action = parse_action(&schema, document).unwrap();
    let (sender, receiver) = mpsc::channel();
    entry.life.index.append(&schema, vec![action], Box::new(move |result| sender.send(result).unwrap()));
    receiver.recv().unwrap().unwrap();
}
