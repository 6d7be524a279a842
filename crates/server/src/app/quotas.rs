//! What the service's tier allows: how many definitions, how many bytes and documents, how many requests a second. The
//! numbers are the catalogue's ([`Tier`]); here they are enforced. The default tier has none of them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lazuli_catalog::FieldType;
use lazuli_catalog::tiers::{self, RatedOperation, Tier};
use lazuli_platform::clock::Clock;

use super::definitions::{Definitions, Entry, Indexes, Kind};
use super::statistics;
use crate::error::{self, Error};

/// See the module.
#[derive(Debug)]
pub(crate) struct Quotas {
    tier: Tier,
    limits: tiers::Quotas,
    clock: Arc<dyn Clock>,
    /// When the latest requests came: as many as the rate allows.
    latest: Mutex<HashMap<RatedOperation, VecDeque<Duration>>>,
}

impl Quotas {
    /// Those of a tier.
    pub(crate) fn new(tier: Tier, clock: Arc<dyn Clock>) -> Quotas {
        Quotas { tier, limits: tier.quotas(), clock, latest: Mutex::default() }
    }

    /// The tier.
    pub(crate) fn tier(&self) -> Tier {
        self.tier
    }

    /// What it allows.
    pub(crate) fn limits(&self) -> &tiers::Quotas {
        &self.limits
    }

    /// Lets a request pass unless there were as many within the rate's time as it allows. Refused ones do not count.
    pub(crate) fn admit(&self, operation: RatedOperation) -> Result<(), Error> {
        let Some(rate) = self.tier.rate(operation) else { return Ok(()) };
        let now = self.clock.monotonic();
        let window = Duration::from_secs(rate.seconds.into());
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let times = latest.entry(operation).or_default();
        while times.front().is_some_and(|time| now.saturating_sub(*time) >= window) {
            times.pop_front();
        }
        if times.len() >= rate.requests as usize {
            return Err(error::too_many_requests());
        }
        times.push_back(now);
        Ok(())
    }

    /// Refuses one more definition of a kind that has `count`.
    pub(crate) fn check_count<K: Kind>(&self, count: u64, name: &str, service: &str) -> Result<(), Error> {
        match K::quota(&self.limits) {
            Some(max) if count >= max => Err(error::quota_exceeded(&K::NOUNS, name, service, max)),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether uploads can be refused at all; if not, nothing has to be measured.
    pub(crate) fn limit_uploads(&self) -> bool {
        let tiers::Quotas {
            storage_bytes, vector_bytes, storage_per_index_bytes, documents_per_index, ..
        } = &self.limits;
        [storage_bytes, vector_bytes, storage_per_index_bytes, documents_per_index]
            .into_iter()
            .any(Option::is_some)
    }

    /// Refuses documents when there is no room for more; blocks. Deletions are not to be asked about.
    pub(crate) fn check_upload(
        &self,
        definitions: &Definitions,
        entry: &Entry<Indexes>,
    ) -> Result<(), Error> {
        let over = |used: u64, max: Option<u64>| max.is_some_and(|max| used >= max);
        let (own, all) = (statistics::of_index(entry), statistics::of_all(definitions));
        if over(all.storage_bytes, self.limits.storage_bytes) {
            return Err(error::storage_quota_exceeded("Storage"));
        }
        if over(all.vector_bytes, self.limits.vector_bytes) && has_vectors(entry) {
            return Err(error::storage_quota_exceeded("Vector index"));
        }
        if over(own.storage_bytes, self.limits.storage_per_index_bytes) {
            return Err(error::index_storage_quota_exceeded(entry.name()));
        }
        match self.limits.documents_per_index {
            Some(max) if own.documents >= max => Err(error::document_quota_exceeded(entry.name(), max)),
            Some(_) | None => Ok(()),
        }
    }
}

fn has_vectors(entry: &Entry<Indexes>) -> bool {
    let schema = entry.life.index.schema();
    schema.walk().any(|field| matches!(field.field_type, FieldType::Vector(_)))
}

#[cfg(test)]
mod tests {
    use lazuli_platform::clock::ManualClock;

    use super::*;

    #[test]
    fn a_rate_counts_the_requests_of_its_time() {
        let clock = Arc::new(ManualClock::default());
        let quotas = Quotas::new(Tier::Free, clock.clone());
        let list = || quotas.admit(RatedOperation::ListIndexes).is_ok();
        // Three a second (`api.md` §4.2).
        assert_eq!([list(), list(), list(), list()], [true, true, true, false]);
        clock.advance(Duration::from_millis(999));
        assert!(!list());
        clock.advance(Duration::from_millis(1));
        assert_eq!([list(), list(), list(), list()], [true, true, true, false]);
        // Others are not touched by it.
        assert!(quotas.admit(RatedOperation::GetIndex).is_ok());
    }

    #[test]
    fn the_default_tier_has_no_rates_and_no_quotas() {
        let quotas = Quotas::new(Tier::Unlimited, Arc::new(ManualClock::default()));
        assert!((0..1000).all(|_| quotas.admit(RatedOperation::CreateIndex).is_ok()));
        assert!(!quotas.limit_uploads());
    }
}
