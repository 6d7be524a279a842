//! Schedules with a clock that the tests turn. Moments are minutes after the indexer was created.

use super::*;
use crate::schedule::Schedule;

const MINUTE: i64 = 60_000;

/// Ticks every so many minutes, the first of them so many minutes from now.
fn every(minutes: i64, start: i64, service: &Service) -> Terms {
    let start = service.clock.unix_millis() + start * MINUTE;
    Terms { disabled: false, schedule: Some(Schedule { start, interval: minutes * MINUTE }) }
}

/// When the newest run of "a" began.
fn began(service: &Service, created: i64) -> i64 {
    (service.indexers.see("a").unwrap().state.history[0].start - created) / MINUTE
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_in_the_past_is_a_phase_and_missed_ticks_are_not_made_up_for() {
    let service = Service::start(&["a"], 2, OPEN);
    let created = service.clock.unix_millis();
    service.indexers.created("a", every(5, -2, &service)).unwrap();
    service.until_ended("a", 1).await;
    service.pass(2);
    service.stays_at("a", 1).await;
    service.pass(1);
    service.until_ended("a", 2).await;
    service.pass(23);
    service.until_ended("a", 3).await;
    assert_eq!(began(&service, created), 26);
    service.pass(2);
    service.until_ended("a", 4).await;
    assert_eq!(began(&service, created), 28, "the phase is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_in_the_future_is_the_first_tick() {
    let service = Service::start(&["a"], 2, OPEN);
    service.indexers.created("a", every(5, 10, &service)).unwrap();
    service.until_ended("a", 1).await;
    service.pass(9);
    service.stays_at("a", 1).await;
    service.pass(1);
    service.until_ended("a", 2).await;
    service.pass(5);
    service.until_ended("a", 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_while_it_runs_is_left_out() {
    let service = Service::start(&["a"], 2, 0);
    let created = service.clock.unix_millis();
    service.indexers.created("a", every(5, 0, &service)).unwrap();
    service.until("a", |state| state.running.is_some()).await;
    service.pass(12);
    assert!(matches!(service.indexers.run("a"), Err(Refusal::Running)));
    service.runs.gate.add_permits(OPEN);
    service.until_ended("a", 1).await;
    service.stays_at("a", 1).await;
    service.pass(3);
    service.until_ended("a", 2).await;
    assert_eq!(began(&service, created), 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_indexer_has_no_ticks_until_it_is_enabled() {
    let service = Service::start(&["a"], 2, OPEN);
    let (created, terms) = (service.clock.unix_millis(), every(5, 0, &service));
    service.indexers.created("a", terms.clone()).unwrap();
    service.until_ended("a", 1).await;
    service.indexers.updated("a", Terms { disabled: true, ..terms.clone() }).unwrap();
    service.pass(20);
    service.stays_at("a", 1).await;
    assert!(matches!(service.indexers.run("a"), Err(Refusal::Disabled)));
    service.pass(1);
    service.indexers.updated("a", terms).unwrap();
    service.until_ended("a", 2).await;
    assert_eq!(began(&service, created), 21, "an update runs");
    service.pass(4);
    service.until_ended("a", 3).await;
    assert_eq!(began(&service, created), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_schedule_counts_at_once_and_none_ends_it() {
    let service = Service::start(&["a"], 2, OPEN);
    let start = every(5, 0, &service).schedule.unwrap().start;
    let schedule = |minutes: i64| Some(Schedule { start, interval: minutes * MINUTE });
    service.indexers.created("a", Terms { disabled: false, schedule: schedule(5) }).unwrap();
    service.until_ended("a", 1).await;
    service.pass(3);
    service.indexers.updated("a", Terms { disabled: false, schedule: schedule(10) }).unwrap();
    service.until_ended("a", 2).await;
    service.pass(2);
    service.stays_at("a", 2).await;
    service.pass(5);
    service.until_ended("a", 3).await;
    service.indexers.updated("a", Terms::default()).unwrap();
    service.until_ended("a", 4).await;
    service.pass(100);
    service.stays_at("a", 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_goes_on_after_a_restart_without_what_was_missed() {
    let mut service = Service::start(&["a"], 2, OPEN);
    let (created, terms) = (service.clock.unix_millis(), every(5, 0, &service));
    service.indexers.created("a", terms.clone()).unwrap();
    service.until_ended("a", 1).await;
    service.pass(2);
    service.kill_and_start(&[("a", terms.clone())]).await;
    service.stays_at("a", 1).await;
    service.pass(3);
    service.until_ended("a", 2).await;
    service.clock.advance(Duration::from_secs(23 * 60));
    service.supervisor.abort();
    service.kill_and_start(&[("a", terms)]).await;
    let runs = service.indexers.see("a").unwrap().state.history.len();
    service.pass(2);
    service.until_ended("a", runs + 1).await;
    assert_eq!(began(&service, created), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indexer_that_fails_alike_again_and_again_runs_more_rarely() {
    let service = Service::start(&[], 2, OPEN);
    let created = service.clock.unix_millis();
    service.indexers.created("a", every(5, 0, &service)).unwrap();
    for runs in 1..4 {
        service.until_ended("a", runs).await;
        service.pass(5);
    }
    service.until_ended("a", 4).await;
    service.pass(5);
    service.stays_at("a", 4).await;
    service.pass(5);
    service.until_ended("a", 5).await;
    assert_eq!(began(&service, created), 25);
    service.indexers.run("a").unwrap();
    service.until_ended("a", 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ticks_of_several_indexers_wait_for_their_turn() {
    let service = Service::start(&["a", "b"], 1, OPEN);
    for name in ["a", "b"] {
        service.indexers.created(name, every(5, 0, &service)).unwrap();
        service.until_ended(name, 1).await;
    }
    service.runs.gate.forget_permits(OPEN);
    service.pass(5);
    service.until("a", |state| state.running.is_some()).await;
    assert!(service.indexers.see("b").unwrap().state.running.is_none());
    assert!(matches!(service.indexers.run("b"), Err(Refusal::Running)), "it waits");
    service.runs.gate.add_permits(OPEN);
    service.until_ended("a", 2).await;
    service.until_ended("b", 2).await;
    service.stays_at("a", 2).await;
}
