//! The process is killed at a random moment; everything it acknowledged must be there.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use lazuli_platform::random::{Random, SeededRandom};
use lazuli_store::{DocumentStore, StoreOptions};

use crate::support::{append, log};

const FOLDER: &str = "LAZULI_STORE_CRASH_FOLDER";
const ROUNDS: u64 = 6;
const THREADS: u64 = 4;

fn options() -> StoreOptions {
    // Small steps, so that the kill also meets checkpoints.
    StoreOptions { checkpoint_bytes: 256 << 10, wal_bytes_max: 1 << 20, ..StoreOptions::default() }
}

fn body(seq: u64) -> Vec<u8> {
    format!("{seq:->700}").into_bytes()
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    drop(DocumentStore::create(&path, &options()).unwrap());
    let random = SeededRandom::new(9);
    let mut acknowledged = BTreeMap::new();
    for round in 0..ROUNDS {
        let pause = Duration::from_millis(50 + random.u64() % 300);
        let news = run_and_kill(folder.path(), pause);
        acknowledged.extend(news);
        let store = DocumentStore::open(&path, &options()).unwrap();
        for (seq, key) in &acknowledged {
            let row = store.get(*seq).unwrap();
            let found = row.as_ref().map(|row| (row.key.as_str(), row.body.as_deref()));
            assert_eq!(found, Some((key.as_str(), Some(&body(*seq)[..]))), "round {round}, row {seq}");
        }
        let seqs: Vec<u64> = log(&store).unwrap().iter().map(|row| row.seq).collect();
        assert_eq!(seqs, (1..=store.last_seq()).collect::<Vec<_>>(), "round {round}: no gaps");
        store.check().unwrap();
    }
    assert!(acknowledged.len() > 50, "only {} writes were acknowledged in all rounds", acknowledged.len());
}

/// Rows acknowledged on the child's standard output before it was killed.
fn run_and_kill(folder: &Path, pause: Duration) -> Vec<(u64, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::writes_until_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let killer = std::thread::spawn(move || {
        std::thread::sleep(pause);
        child.kill().unwrap();
        child.wait().unwrap();
    });
    // The last line may be cut off: then nobody has seen it.
    let lines = output.lines().map_while(Result::ok);
    let rows = lines.filter_map(|line| {
        let (seq, key) = line.strip_prefix("stored ")?.strip_suffix(" .")?.split_once(' ')?;
        Some((seq.parse().unwrap(), key.to_owned()))
    });
    let rows = rows.collect();
    killer.join().unwrap();
    rows
}

#[test]
#[ignore = "run and killed by what_was_acknowledged_survives_kill_9"]
fn writes_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let path = Path::new(&folder).join("documents.db");
    let store = Arc::new(DocumentStore::open(&path, &options()).unwrap());
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = &store;
            scope.spawn(move || {
                for number in 0_u64.. {
                    let key = format!("{thread}-{}", number % 50);
                    let asked = key.clone();
                    let seq = store
                        .write(700, move |transaction| {
                            let next = transaction.last_seq() + 1;
                            append(transaction, &asked, Some(&body(next)), None)
                        })
                        .unwrap();
                    // One write call, so that lines of threads do not mix.
                    let line = format!("stored {seq} {key} .\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
}
