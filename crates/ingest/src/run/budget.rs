//! How much may fail before a run ends (`indexers.md` §1.2, `api.md` §3): `maxFailedItems` and `maxFailedItemsPerBatch`.

/// A failure budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// In the whole run; `None` is any number.
    in_run: Option<u64>,
    /// In one batch; `None` is any number.
    in_batch: Option<u64>,
}

impl Budget {
    /// From an indexer's parameters. -1 allows any number. When neither is given nothing may fail; when one is given, the
    /// other does not restrict: the documented default of 0 for both would make either useless alone.
    pub fn new(in_run: Option<i64>, in_batch: Option<i64>) -> Budget {
        if in_run.is_none() && in_batch.is_none() {
            return Budget { in_run: Some(0), in_batch: Some(0) };
        }
        let allowed = |given: Option<i64>| given.and_then(|number| u64::try_from(number).ok());
        Budget { in_run: allowed(in_run), in_batch: allowed(in_batch) }
    }

    /// Refuses when too much has failed, with the sentence of the run's `errorMessage` (ours; the service's is not known).
    pub(super) fn check(&self, failed_in_run: u64, failed_in_batch: u64) -> Result<(), String> {
        let over = |allowed: Option<u64>, failed| allowed.filter(|allowed| failed > *allowed);
        if let Some(allowed) = over(self.in_run, failed_in_run) {
            return Err(format!(
                "Indexing stopped because {failed_in_run} items failed, and 'maxFailedItems' allows {allowed}."
            ));
        }
        if let Some(allowed) = over(self.in_batch, failed_in_batch) {
            return Err(format!(
                "Indexing stopped because {failed_in_batch} items of a batch failed, and 'maxFailedItemsPerBatch' \
                 allows {allowed}."
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(in_run: Option<i64>, in_batch: Option<i64>, failed: (u64, u64), expected: bool) {
        let budget = Budget::new(in_run, in_batch);
        assert_eq!(budget.check(failed.0, failed.1).is_ok(), expected, "{budget:?} {failed:?}");
    }

    #[test]
    fn nothing_may_fail_unless_it_is_said() {
        check(None, None, (0, 0), true);
        check(None, None, (1, 1), false);
        check(Some(0), None, (1, 1), false);
    }

    #[test]
    fn as_much_may_fail_as_is_said() {
        check(Some(2), None, (2, 2), true);
        check(Some(2), None, (3, 1), false);
        check(None, Some(2), (100, 2), true);
        check(None, Some(2), (100, 3), false);
        check(Some(10), Some(2), (3, 3), false);
        check(Some(-1), None, (1_000_000, 1000), true);
        check(Some(-1), Some(-1), (1_000_000, 1000), true);
        check(Some(-1), Some(0), (1, 1), false);
    }
}
