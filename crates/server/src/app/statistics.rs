//! How large the indexes are, together and each.
//!
//! Being asked must not keep hundreds of indexes open, so the sizes of one that is closed are those it had when it was last
//! looked at, as long as nothing was written to it since.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use lazuli_catalog::limits;
use lazuli_engine::Statistics;
use lazuli_wire::statistics::{
    IndexStatistics, IndexersRuntime, ResourceCounter, ServiceCounters, ServiceLimits, ServiceStatistics,
};

use super::App;
use super::definitions::{Aliases, DataSources, Definitions, Entry, Indexers, Indexes, SynonymMaps};

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What is remembered of an index's sizes.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// Counts the beginnings and ends of writes.
    writes: AtomicU64,
    /// The sizes, and the count before they were read.
    sizes: Mutex<Option<(u64, Statistics)>>,
}

impl Remembered {
    /// To be called before a write and after it: what was remembered holds no longer.
    pub(crate) fn forget(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    fn get(&self) -> Option<Statistics> {
        let known = *self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        known.filter(|(writes, _)| *writes == self.writes.load(Ordering::SeqCst)).map(|(_, sizes)| sizes)
    }

    fn set(&self, writes: u64, sizes: Statistics) {
        *self.sizes.lock().unwrap_or_else(PoisonError::into_inner) = Some((writes, sizes));
    }
}

/// The sizes of an index; blocks. One that is being rebuilt or cannot be opened counts nothing.
pub(crate) fn of_index(entry: &Entry<Indexes>) -> Statistics {
    let (index, remembered) = (&entry.life.index, &entry.life.sizes);
    let writes = remembered.writes.load(Ordering::SeqCst);
    let open = index.statistics_if_open();
    if let Some(known) = open.is_none().then(|| remembered.get()).flatten() {
        return known;
    }
    match open.map_or_else(|| index.statistics(), Ok) {
        Ok(sizes) => {
            remembered.set(writes, sizes);
            sizes
        }
        Err(error) => {
            tracing::debug!(index = entry.name(), %error, "an index counts nothing in statistics");
            Statistics::default()
        }
    }
}

/// The sizes of all indexes together; blocks.
pub(crate) fn of_all(definitions: &Definitions) -> Statistics {
    let indexes = definitions.list::<Indexes>();
    indexes.iter().map(|entry| of_index(entry)).fold(Statistics::default(), |sum, one| Statistics {
        documents: sum.documents + one.documents,
        storage_bytes: sum.storage_bytes + one.storage_bytes,
        vector_bytes: sum.vector_bytes + one.vector_bytes,
    })
}

/// As it stands in answers.
pub(crate) fn on_the_wire(sizes: Statistics) -> IndexStatistics {
    IndexStatistics {
        document_count: sizes.documents,
        storage_size: sizes.storage_bytes,
        vector_index_size: sizes.vector_bytes,
    }
}

/// What `/servicestats` tells; blocks. Quotas are the tier's, null where it has none.
pub(crate) fn of_service(app: &App) -> ServiceStatistics {
    let definitions = &app.definitions;
    let quotas = app.quotas.limits();
    let sizes = of_all(definitions);
    let counter = |usage: u64, quota: Option<u64>| ResourceCounter { usage, quota };
    ServiceStatistics {
        counters: ServiceCounters {
            aliases_count: counter(definitions.count::<Aliases>(), quotas.aliases),
            document_count: counter(sizes.documents, None),
            indexes_count: counter(definitions.count::<Indexes>(), quotas.indexes),
            indexers_count: counter(definitions.count::<Indexers>(), quotas.indexers),
            data_sources_count: counter(definitions.count::<DataSources>(), quotas.data_sources),
            storage_size: counter(sizes.storage_bytes, quotas.storage_bytes),
            synonym_maps: counter(definitions.count::<SynonymMaps>(), quotas.synonym_maps),
            skillset_count: counter(0, quotas.skillsets),
            vector_index_size: counter(sizes.vector_bytes, quotas.vector_bytes),
            knowledge_bases_count: counter(0, quotas.knowledge_bases),
            knowledge_sources_count: counter(0, quotas.knowledge_sources),
        },
        limits: ServiceLimits {
            max_storage_per_index: quotas.storage_per_index_bytes,
            max_vector_index_size_per_index_in_bytes: None,
            max_fields_per_index: Some(limits::FIELDS_MAX as u64),
            max_field_nesting_depth_per_index: Some(limits::FIELD_DEPTH_MAX as u64),
            max_complex_collection_fields_per_index: Some(limits::COMPLEX_COLLECTIONS_MAX as u64),
            max_complex_objects_in_collections_per_document: Some(limits::COMPLEX_ELEMENTS_MAX as u64),
            max_cumulative_indexer_runtime_seconds: None,
        },
        indexers_runtime: Some(no_runtime(app.clock.unix_millis())),
    }
}

/// What indexers used of the time they may run: nothing yet, in the day (UTC) that is counted now.
fn no_runtime(now_millis: i64) -> IndexersRuntime {
    let midnight = now_millis - now_millis.rem_euclid(DAY_MILLIS);
    let shown = |millis| Timestamp::from_millisecond(millis).unwrap_or_default().to_string();
    IndexersRuntime {
        used_seconds: 0,
        remaining_seconds: None,
        beginning_time: shown(midnight),
        ending_time: shown(midnight.saturating_add(DAY_MILLIS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_of_indexers_is_counted_by_day() {
        // 2026-11-20T14:20:00.5Z
        let runtime = no_runtime(1_795_184_400_500);
        assert_eq!(runtime.beginning_time, "2026-11-20T00:00:00Z");
        assert_eq!(runtime.ending_time, "2026-11-21T00:00:00Z");
    }
}
