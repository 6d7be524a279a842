//! How far the enumeration of a container got, and how the service prints it (`indexers.md` §1.7).
//!
//! An enumeration lists everything by name and takes what has changed since the last whole one. While it goes on, the name it
//! is at is remembered; when it is whole, the time it began becomes the time from which the next one looks for changes, some
//! seconds earlier for changes that were being made then.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::run::Absence;
use crate::source::{Mark, SourceError};

/// What is remembered between runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tracking {
    /// From when on changes are new.
    last_full_enumeration_start_time: Timestamp,
    /// When the enumeration that is under way, or the last one, began.
    last_attempted_enumeration_start_time: Timestamp,
    /// The last name that is done with; `None` at the beginning of an enumeration.
    pub(crate) name_high_water_mark: Option<String>,
    /// How the page of that name is asked for. Ours: the service's state does not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
    /// The number of the enumeration where what is absent is to be deleted ([`crate::run::Absence`]). Ours likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enumeration: Option<i64>,
}

impl Tracking {
    /// Goes on from what was remembered. Without a name to go on from, an enumeration begins `now`. Times that are still to come
    /// are of a clock that was ahead; what has changed since it was set right looks older than they are, so everything is read
    /// once.
    pub(crate) fn resume(since: Option<&Mark>, now: Timestamp) -> Self {
        let remembered = since.and_then(|mark| serde_json::from_value::<Self>(mark.0.clone()).ok());
        let remembered = remembered.filter(|tracking| {
            let newest =
                tracking.last_full_enumeration_start_time.max(tracking.last_attempted_enumeration_start_time);
            is_past(newest, now)
        });
        match remembered {
            Some(tracking) if tracking.name_high_water_mark.is_some() => tracking,
            Some(tracking) => Self { last_attempted_enumeration_start_time: now, page: None, ..tracking },
            None => Self {
                last_full_enumeration_start_time: never(),
                last_attempted_enumeration_start_time: now,
                name_high_water_mark: None,
                page: None,
                enumeration: None,
            },
        }
    }

    /// Decides with what was seen in earlier runs whether the enumeration of `place` goes on or begins anew. Where nothing was
    /// recorded until now everything is read once.
    pub(crate) async fn watched(
        self,
        absence: Option<&Arc<Absence>>,
        place: &str,
        now: Timestamp,
    ) -> Result<Self, SourceError> {
        let Some(absence) = absence else { return Ok(Self { enumeration: None, ..self }) };
        let resumes = self.enumeration.filter(|_| self.name_high_water_mark.is_some());
        let set = absence.begin(place, resumes).await?;
        let known = if self.enumeration.is_some() { self } else { Self::resume(None, now) };
        let tracking = match set.resumed {
            true => known,
            false => Self {
                last_attempted_enumeration_start_time: now,
                name_high_water_mark: None,
                page: None,
                ..known
            },
        };
        Ok(Self { enumeration: Some(set.enumeration), ..tracking })
    }

    /// Whether something that changed then has to be read. Storage keeps whole seconds, so what changed within the second
    /// of the mark is taken too.
    pub(crate) fn is_new(&self, changed: Option<Timestamp>) -> bool {
        let since = self.last_full_enumeration_start_time.as_second();
        changed.is_none_or(|changed| changed.as_second() >= since)
    }

    /// The enumeration did not begin later than this: what the storage's own clock says counts if it is behind ours.
    pub(crate) fn began_by(&mut self, storage_clock: Timestamp) {
        let began = &mut self.last_attempted_enumeration_start_time;
        *began = storage_clock.min(*began);
    }

    /// Everything up to this name is done with.
    pub(crate) fn reached(&mut self, name: &str, page: Option<&str>) -> Mark {
        self.name_high_water_mark = Some(name.to_owned());
        self.page = page.map(str::to_owned);
        self.mark()
    }

    /// The enumeration is whole.
    pub(crate) fn finished(&mut self, look_back: Duration) -> Mark {
        let began = self.last_attempted_enumeration_start_time;
        let from = began.saturating_sub(look_back).unwrap_or_else(|_| never());
        // An enumeration that follows within the look-back must not forget what the one before has settled.
        let from = from.max(self.last_full_enumeration_start_time);
        *self = Self {
            last_full_enumeration_start_time: from,
            last_attempted_enumeration_start_time: from,
            name_high_water_mark: None,
            page: None,
            enumeration: self.enumeration,
        };
        self.mark()
    }

    fn mark(&self) -> Mark {
        // A struct of texts has no value that JSON cannot hold.
        Mark(serde_json::to_value(self).unwrap_or(Value::Null))
    }
}

/// `initialTrackingState` of a run that begins at `now`: indented, CRLF, small first letters.
pub(crate) fn initial(since: Option<&Mark>, now: Timestamp) -> String {
    let tracking = Tracking::resume(since, now);
    format!(
        "{{\r\n  \"lastFullEnumerationStartTime\": \"{}\",\r\n  \"lastAttemptedEnumerationStartTime\": \"{}\",\r\n  \
         \"nameHighWaterMark\": {}\r\n}}",
        tracking.last_full_enumeration_start_time,
        tracking.last_attempted_enumeration_start_time,
        Value::from(tracking.name_high_water_mark),
    )
}

/// `finalTrackingState`: compact, capital first letters, seven digits of a second.
pub(crate) fn last(mark: &Mark) -> Option<String> {
    let tracking = serde_json::from_value::<Tracking>(mark.0.clone()).ok()?;
    Some(format!(
        "{{\"LastFullEnumerationStartTime\":\"{}\",\"LastAttemptedEnumerationStartTime\":\"{}\",\"NameHighWaterMark\":{}}}",
        seven_digits(tracking.last_full_enumeration_start_time),
        seven_digits(tracking.last_attempted_enumeration_start_time),
        Value::from(tracking.name_high_water_mark),
    ))
}

fn seven_digits(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%7f+00:00").to_string()
}

/// Whether a time that was remembered can be gone on from.
pub(crate) fn is_past(remembered: Timestamp, now: Timestamp) -> bool {
    if remembered > now {
        tracing::warn!(%remembered, %now, "the clock was set back: everything is read once, as if nothing was remembered");
    }
    remembered <= now
}

/// `0001-01-01T00:00:00Z`
fn never() -> Timestamp {
    date(1, 1, 1).to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK_BACK: Duration = Duration::from_secs(30);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// The recording of `indexers.md` §1.7.
    #[test]
    fn states_are_printed_as_the_service_prints_them() {
        let now = at("2020-05-08T07:02:30.553Z");
        assert_eq!(
            initial(None, now),
            "{\r\n  \"lastFullEnumerationStartTime\": \"0001-01-01T00:00:00Z\",\r\n  \
             \"lastAttemptedEnumerationStartTime\": \"2020-05-08T07:02:30.553Z\",\r\n  \"nameHighWaterMark\": null\r\n}"
        );
        let mark = Tracking::resume(None, at("2020-05-08T07:02:30.5534559Z")).finished(LOOK_BACK);
        assert_eq!(
            last(&mark).unwrap(),
            "{\"LastFullEnumerationStartTime\":\"2020-05-08T07:02:00.5534559+00:00\",\
             \"LastAttemptedEnumerationStartTime\":\"2020-05-08T07:02:00.5534559+00:00\",\"NameHighWaterMark\":null}"
        );
    }

    #[test]
    fn the_next_enumeration_looks_back() {
        let mark = Tracking::resume(None, at("2020-05-08T07:02:30.553Z")).finished(LOOK_BACK);
        let next = Tracking::resume(Some(&mark), at("2020-05-08T07:02:50Z"));
        assert!(next.is_new(Some(at("2020-05-08T07:02:00Z"))), "storage has whole seconds");
        assert!(!next.is_new(Some(at("2020-05-08T07:01:59Z"))));
        assert!(next.is_new(None));
    }

    #[test]
    fn a_broken_enumeration_goes_on_and_counts_from_its_own_beginning() {
        let mut first = Tracking::resume(None, at("2020-05-08T07:00:00Z"));
        let mark = first.reached("b", Some("2!8!"));
        let mut second = Tracking::resume(Some(&mark), at("2020-05-08T09:00:00Z"));
        assert_eq!(
            (second.name_high_water_mark.as_deref(), second.page.as_deref()),
            (Some("b"), Some("2!8!"))
        );
        let state = last(&second.finished(LOOK_BACK)).unwrap();
        assert!(
            state.contains("\"LastFullEnumerationStartTime\":\"2020-05-08T06:59:30.0000000+00:00\""),
            "{state}"
        );
    }

    #[test]
    fn the_clock_of_the_storage_counts_if_it_is_behind() {
        let mut tracking = Tracking::resume(None, at("2020-05-08T07:00:00Z"));
        tracking.began_by(at("2020-05-08T07:05:00Z"));
        tracking.began_by(at("2020-05-08T06:00:00Z"));
        let mark = tracking.finished(Duration::ZERO);
        assert!(
            !Tracking::resume(Some(&mark), at("2020-05-09T00:00:00Z"))
                .is_new(Some(at("2020-05-08T05:59:59Z")))
        );
        assert!(
            Tracking::resume(Some(&mark), at("2020-05-09T00:00:00Z"))
                .is_new(Some(at("2020-05-08T06:00:00Z")))
        );
    }

    #[test]
    fn what_a_clock_remembered_that_was_ahead_is_forgotten() {
        let mut ahead = Tracking::resume(None, at("2020-05-08T12:00:00Z"));
        let (broken, whole) = (ahead.reached("b", None), ahead.finished(LOOK_BACK));
        for mark in [&broken, &whole] {
            let next = Tracking::resume(Some(mark), at("2020-05-08T07:00:00Z"));
            assert!(next.is_new(Some(at("2020-05-08T06:00:00Z"))));
            assert_eq!(next.name_high_water_mark, None);
        }
        let next = Tracking::resume(Some(&whole), at("2020-05-08T11:59:30Z"));
        assert!(!next.is_new(Some(at("2020-05-08T06:00:00Z"))), "within the look-back nothing is missed");
    }

    #[test]
    fn a_mark_of_something_else_begins_anew() {
        let tracking = Tracking::resume(Some(&Mark(Value::from(7))), at("2020-05-08T07:00:00Z"));
        assert!(tracking.is_new(Some(at("0001-01-01T00:00:00Z"))));
    }
}
