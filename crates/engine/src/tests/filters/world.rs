//! The life of one random index: definitions, batches and reopenings, with questions in between.

use std::path::Path;
use std::sync::Arc;

use lazuli_catalog::Schema;
use serde_json::Value;

use crate::tests::helper::{self, GENERATION};
use crate::{Engine, Index, Settings};

use super::ask::{Asker, Remembered, Tally};
use super::chance::Chance;
use super::documents::Documents;
use super::schema::{self, Field};
use super::values::Pools;

pub(super) struct World {
    chance: Chance,
    shape: Shape,
    pools: Pools,
    fields: Vec<Field>,
    schema: Schema,
    documents: Documents,
    remembered: Remembered,
}

/// How large a world is and how it grows.
#[derive(Clone, Copy)]
struct Shape {
    keys: usize,
    rounds: usize,
    /// Batches of a round, at most, and the actions of one.
    batches: usize,
    actions: usize,
    questions: usize,
    growing: bool,
}

const TINY: Shape = Shape { keys: 4, rounds: 10, batches: 3, actions: 4, questions: 20, growing: false };
const SMALL: Shape = Shape { keys: 80, rounds: 16, batches: 4, actions: 25, questions: 25, growing: false };
/// More documents than the windows, blocks and pages that the engine goes by.
const LARGE: Shape =
    Shape { keys: 20_000, rounds: 3, batches: 8, actions: 1_000, questions: 30, growing: true };

impl World {
    /// Lives it through, and counts the questions asked. Panics at the first wrong answer.
    pub(super) fn live(seed: u64) -> Tally {
        let chance = Chance::new(seed);
        let shape = match chance.below(16) {
            0 => LARGE,
            1..=3 => TINY,
            _ => SMALL,
        };
        let fields = schema::fields(&chance);
        let schema = helper::bind(&schema::definition(&fields), None);
        let pools = Pools::new(&chance);
        let mut world = Self {
            chance,
            shape,
            pools,
            fields,
            schema,
            documents: Documents::default(),
            remembered: Remembered::default(),
        };
        world.run(&format!("LAZULI_SEED={seed} LAZULI_FILTER_CASES=1"))
    }

    fn run(&mut self, replay: &str) -> Tally {
        let folder = tempfile::tempdir().unwrap();
        // Small limits, so that within the run there are checkpoints, spilled files, and answers kept and thrown away.
        let settings = Settings {
            checkpoint_bytes: 60_000,
            ram_file_bytes_max: 20_000,
            filter_cache_documents_min: 1,
            filter_cache_bytes: 30_000,
            ..Settings::default()
        };
        let mut engine = helper::engine_with(folder.path(), settings.clone());
        let mut index = engine.create(GENERATION, Arc::new(self.schema.clone())).unwrap();
        let mut tally = Tally::default();
        for _ in 0..self.shape.rounds {
            for _ in 0..self.chance.between(1, self.shape.batches) {
                self.write(&index);
            }
            match self.chance.below(8) {
                0 | 1 => self.add_field(&index),
                2 => {
                    tally.kept += engine.filter_cache().hits;
                    (engine, index) = self.reopened(engine, folder.path(), &settings);
                }
                _ => (),
            }
            let asker = Asker {
                replay,
                chance: &self.chance,
                pools: &self.pools,
                fields: &self.fields,
                documents: self.documents.in_order(),
                index: &index,
                remembered: &self.remembered,
            };
            for _ in 0..self.shape.questions {
                tally.add(asker.ask());
            }
        }
        tally.kept += engine.filter_cache().hits;
        engine.shutdown();
        tally
    }

    fn write(&mut self, index: &Index) {
        let Shape { keys, actions, growing, .. } = self.shape;
        let count = self.chance.between(1, actions).max(if growing { actions / 2 } else { 0 });
        let (mut sent, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let action = self.documents.act(&self.chance, &self.fields, &self.pools, keys, growing);
            sent.push(action.json);
            expected.push(action.status);
        }
        assert_eq!(helper::append(index, &sent).unwrap(), expected);
    }

    fn add_field(&mut self, index: &Index) {
        let old: Value = schema::definition(&self.fields);
        schema::add_field(&self.chance, &mut self.fields);
        self.schema = helper::bind(&schema::definition(&self.fields), Some((&self.schema, &old)));
        index.set_schema(Arc::new(self.schema.clone())).unwrap();
    }

    fn reopened(&self, engine: Engine, root: &Path, settings: &Settings) -> (Engine, Arc<Index>) {
        engine.shutdown();
        drop(engine);
        let engine = helper::engine_with(root, settings.clone());
        let index = engine.open(GENERATION, Arc::new(self.schema.clone()));
        (engine, index)
    }
}
