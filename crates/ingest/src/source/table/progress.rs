//! How far the scan of a table got: from when on changes are new, and the page it is at.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::outside::Answer;
use crate::source::Mark;
use crate::source::blob::tracking::is_past;

/// What is remembered between runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Progress {
    /// Entities with this timestamp or a later one are new; all are if there is none.
    pub(super) high_water_mark: Option<Timestamp>,
    /// When the scan that is under way began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started: Option<Timestamp>,
    /// The page it is at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Place>,
}

/// Where a page begins, as the service says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Place {
    pub(super) partition: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) row: Option<String>,
}

impl Place {
    /// Where the page after an answer begins; `None` if it was the last.
    pub(super) fn after(answer: &Answer) -> Option<Self> {
        let header = |name| answer.header(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let partition = header("x-ms-continuation-nextpartitionkey")?;
        Some(Self { partition, row: header("x-ms-continuation-nextrowkey") })
    }
}

impl Progress {
    /// Goes on from what was remembered; without a place to go on from, a scan begins `now`. Times that are still to come count
    /// for nothing, as with [`Tracking`](crate::source::blob::tracking::Tracking).
    pub(super) fn resume(since: Option<&Mark>, now: Timestamp) -> Self {
        let remembered = since.and_then(|mark| serde_json::from_value::<Self>(mark.0.clone()).ok());
        let remembered = remembered.filter(|progress| {
            let times = progress.high_water_mark.into_iter().chain(progress.started);
            times.max().is_none_or(|newest| is_past(newest, now))
        });
        match remembered {
            Some(progress) if progress.place.is_some() && progress.started.is_some() => progress,
            Some(progress) => Self { started: Some(now), place: None, ..progress },
            None => Self { high_water_mark: None, started: Some(now), place: None },
        }
    }

    /// The scan did not begin later than this: timestamps are by the clock of the service.
    pub(super) fn began_by(&mut self, clock: Timestamp) {
        self.started = self.started.map(|started| started.min(clock));
    }

    /// Everything before this place is done with.
    pub(super) fn reached(&mut self, place: &Place) -> Mark {
        self.place = Some(place.clone());
        self.mark()
    }

    /// The scan is whole. What was being written when it began is looked for again.
    pub(super) fn finished(&mut self, look_back: Duration) -> Mark {
        let from = self.started.and_then(|started| started.saturating_sub(look_back).ok());
        self.high_water_mark = from.max(self.high_water_mark);
        (self.started, self.place) = (None, None);
        self.mark()
    }

    fn mark(&self) -> Mark {
        // A struct of texts has no value that JSON cannot hold.
        Mark(serde_json::to_value(self).unwrap_or(Value::Null))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_clock_remembered_that_was_ahead_is_forgotten() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let place = Place { partition: "p".to_owned(), row: None };
        let mut ahead = Progress::resume(None, at("2020-05-08T12:00:00Z"));
        let (broken, whole) = (ahead.reached(&place), ahead.finished(Duration::from_secs(30)));
        for mark in [&broken, &whole] {
            let next = Progress::resume(Some(mark), at("2020-05-08T07:00:00Z"));
            assert_eq!((next.high_water_mark, next.place), (None, None));
        }
        let next = Progress::resume(Some(&whole), at("2020-05-08T11:59:30Z"));
        assert_eq!(next.high_water_mark, Some(at("2020-05-08T11:59:30Z")));
    }
}
