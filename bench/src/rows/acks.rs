//! Single documents, each on disk before its answer, beside what the disk itself needs.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::{REQUESTS, Run};
use crate::figures::{Samples, short};
use crate::machine;
use crate::report::Row;
use crate::serving::{self, accepted};

/// Single documents, each durable before its answer.
pub(super) fn measure(run: &Run, rows: &mut Vec<Row>) -> Result<()> {
    let floor = machine::fdatasync(&run.folder)?;
    let launch = run.launch("acks");
    let service = launch.start()?;
    serving::create(&service, "docs")?;
    let body = |number: u64| {
        let mut body = String::from("{\"value\":[");
        run.corpus.document(number).write_json(&mut body);
        body.push_str("]}");
        body.into_bytes()
    };
    let bodies: Vec<Vec<u8>> = (0..20_000).map(body).collect();
    let target = serving::write_target("docs");
    let mut client = service.client()?;
    for body in bodies.iter().take(200) {
        client.post(&target, body)?;
    }
    let one = Samples::of(REQUESTS, |number| accepted(client.post(&target, &bodies[number])))?;
    let bound = 4.0 * floor.p50() + 0.5;
    rows.push(Row {
        what: "single-document durable ack, 1 connection".to_owned(),
        lazuli: one.both(),
        reference: format!("fdatasync {}", floor.both()),
        must: "p50 ≤ 4 × fsync + 0.5 ms",
        reached: format!("{} of {} ms", short(one.p50()), short(bound)),
        holds: one.p50() <= bound,
    });

    let connections = 16;
    let share = bodies.len() / connections;
    let since = Instant::now();
    let samples = thread::scope(|scope| {
        let clients: Vec<_> = bodies
            .chunks(share)
            .map(|share| {
                let (service, target) = (&service, &target);
                scope.spawn(move || -> Result<Vec<Duration>> {
                    let mut client = service.client()?;
                    let timed = share.iter().map(|body| {
                        let since = Instant::now();
                        accepted(client.post(target, body))?;
                        Ok(since.elapsed())
                    });
                    timed.collect()
                })
            })
            .collect();
        let mut all = Vec::new();
        for client in clients {
            all.extend(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok::<_, anyhow::Error>(Samples::from(all))
    })?;
    let rate = bodies.len() as f64 / since.elapsed().as_secs_f64();
    rows.push(Row {
        what: "single-document durable ack, 16 connections".to_owned(),
        lazuli: format!("{rate:.0}/s, {}", samples.both()),
        reference: format!("fdatasync {}", floor.both()),
        must: "≥ 5 000/s (hope 13 000)",
        reached: format!("{rate:.0}/s"),
        holds: rate >= 5000.0,
    });
    service.stop().map(drop)
}
