//! Power loss: everything that was not synced is kept, dropped or torn, as the dice fall.

use std::thread;

use lazuli_platform::files::PowerlossFiles;
use lazuli_platform::random::Random;

use super::*;

#[test]
fn after_power_loss_the_last_checkpoint_is_found() {
    for_seeds(40, |random| {
        let mut files = PowerlossFiles::new();
        let mut machine = Machine::open(files.clone(), &root(), limits(random), Vec::new());
        for cycle in 0..6 {
            let found = run_until_power_fails(&mut machine, &files, random);
            files = files.crash(random.u64());
            machine = Machine::open(files.clone(), &root(), limits(random), machine.log);
            let seq = seq_of(machine.payload());
            let context = format!("power loss {cycle}: {seq} found, {found:?}");
            assert!(found.allows(seq), "{context}");
            machine.check_at(seq, &context);
            assert!(machine.directory.verify(None, &|| false).unwrap().complete, "{context}");
            machine.catch_up();
            machine.check_at(machine.newest(), &context);
            assert_eq!(seq_of(machine.directory.checkpoint().unwrap().payload), machine.newest());
        }
    });
}

/// What a power loss may leave.
#[derive(Debug)]
struct Findable {
    /// Sequence number of the last checkpoint that succeeded.
    published: u64,
    /// Whether a later one was under way, which may or may not have reached the disk.
    interrupted: bool,
}

impl Findable {
    fn allows(&self, seq: u64) -> bool {
        seq == self.published || (self.interrupted && seq > self.published)
    }
}

/// Writes, commits and checkpoints; at a random moment every call to the disk begins to fail.
fn run_until_power_fails(machine: &mut Machine, files: &PowerlossFiles, random: &SeededRandom) -> Findable {
    let mut found = Findable { published: seq_of(machine.payload()), interrupted: false };
    found.published = seq_of(machine.directory.checkpoint().unwrap().payload);
    let power_fails_at = random.below(20);
    for step in 0..20 {
        if step == power_fails_at {
            files.power_off_after(random.below(150) as u64);
        }
        let directory = machine.directory.clone();
        let checkpoint =
            (random.below(3) == 0).then(|| thread::spawn(move || directory.checkpoint().map_err(drop)));
        let written = machine.write_some(random).and_then(|()| machine.commit());
        match checkpoint.map(|checkpoint| checkpoint.join().unwrap()) {
            Some(Ok(checkpoint)) => found.published = seq_of(checkpoint.payload),
            Some(Err(())) => found.interrupted = true,
            None => {}
        }
        if found.interrupted || written.is_err() {
            break;
        }
    }
    found
}

fn limits(random: &SeededRandom) -> DirectoryLimits {
    if random.below(2) == 0 { SPILLING } else { ROOMY }
}

/// Every moment of one checkpoint in turn: old and new files, deletes and merges, spilled and not.
#[test]
fn power_may_fail_at_every_call_of_a_checkpoint() {
    for limits in [SPILLING, ROOMY] {
        let mut calls = 0;
        while !fail_at(limits, calls) {
            calls += 1;
        }
        assert!(calls > 20, "{calls} calls are too few for a checkpoint");
    }
}

/// Loses power after so many changes to the disk; says whether the checkpoint was complete before.
fn fail_at(limits: DirectoryLimits, calls: u64) -> bool {
    let files = PowerlossFiles::new();
    let mut machine = Machine::open(files.clone(), &root(), limits, Vec::new());
    let random = SeededRandom::new(calls);
    machine.write_some(&random).unwrap();
    machine.commit().unwrap();
    let first = seq_of(machine.directory.checkpoint().unwrap().payload);
    for _ in 0..4 {
        machine.write_some(&random).unwrap();
        machine.commit().unwrap();
    }
    let second = machine.newest();
    files.power_off_after(calls);
    let complete = machine.directory.checkpoint().is_ok();
    for seed in 0..6 {
        let found = Machine::open(files.crash(seed), &root(), limits, machine.log.clone());
        let seq = seq_of(found.payload());
        assert!(if complete { seq == second } else { [first, second].contains(&seq) }, "{calls}: {seq}");
        found.check_at(seq, &format!("power lost after {calls} calls, seed {seed}"));
        assert!(found.directory.verify(None, &|| false).unwrap().complete);
    }
    complete
}
