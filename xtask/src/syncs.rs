//! `cargo xtask syncs`: between the arrival of a write and its answer the disk was told to keep it.
//!
//! Runs the real server under strace and reads the trace: after the system call that received the request, and before
//! the one that sends `HTTP/1.1 20x`, at least one `fdatasync` or `fsync` must have returned 0.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::http::Client;
use crate::service::{ADMIN_KEY, Launch};
use crate::workspace;

const CALLS: &str = "trace=fdatasync,fsync,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg";

/// Every kind of write there is, in an order that works.
const WRITES: [(&str, &str, &str); 8] = [
    (
        "POST",
        "/indexes",
        r#"{"name":"syncs","fields":[{"name":"id","type":"Edm.String","key":true},{"name":"t","type":"Edm.String"}]}"#,
    ),
    ("POST", "/indexes('syncs')/docs/search.index", r#"{"value":[{"id":"1","t":"a"}]}"#),
    (
        "POST",
        "/indexes('syncs')/docs/search.index",
        r#"{"value":[{"@search.action":"merge","id":"1","t":"b"}]}"#,
    ),
    ("POST", "/indexes('syncs')/docs/search.index", r#"{"value":[{"id":"2"},{"id":"3"},{"id":"4"}]}"#),
    ("POST", "/indexes('syncs')/docs/search.index", r#"{"value":[{"@search.action":"delete","id":"1"}]}"#),
    (
        "PUT",
        "/indexes('syncs')",
        r#"{"name":"syncs","fields":[{"name":"id","type":"Edm.String","key":true},{"name":"t","type":"Edm.String"},{"name":"u","type":"Edm.Int32"}]}"#,
    ),
    ("POST", "/indexes('syncs')/docs/search.index", r#"{"value":[{"id":"5","u":1}]}"#),
    ("DELETE", "/indexes('syncs')", ""),
];

/// Whether this machine can run the check.
pub fn possible() -> bool {
    workspace::has("strace")
}

/// Sends each kind of write several times and reads the trace.
pub fn run() -> Result<()> {
    let binary = workspace::build_lazuli()?;
    let folder = workspace::scratch("syncs")?;
    let trace = folder.join("trace.txt");
    let mut launch = Launch::new(&binary, &folder.join("data"));
    launch.before = ["strace", "-D", "-f", "-s", "512", "-e", CALLS, "-o"].map(str::to_owned).to_vec();
    launch.before.push(trace.to_string_lossy().into_owned());
    let service = launch.start()?;
    let rounds = 5;
    for round in 0..rounds {
        for (number, (method, path, body)) in WRITES.iter().enumerate() {
            let mut client = Client::connect(service.http, ADMIN_KEY)?;
            client.header("user-agent", &mark(round, number));
            let answer = client.send(method, &format!("{path}?api-version=2026-04-01"), body.as_bytes())?;
            ensure!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text());
        }
    }
    service.stop()?;
    let trace = finished(&trace)?;
    for round in 0..rounds {
        for (number, (method, path, body)) in WRITES.iter().enumerate() {
            let syncs = syncs_before_answer(&trace, &mark(round, number))
                .with_context(|| format!("{method} {path} is not in the trace"))?;
            ensure!(syncs > 0, "{method} {path} {body} was answered without a sync of the disk");
        }
    }
    println!("syncs: {} writes, each on disk before its answer", rounds * WRITES.len());
    Ok(())
}

fn mark(round: usize, number: usize) -> String {
    format!("mark-{round}-{number}-")
}

/// The trace once strace has written its last line.
fn finished(path: &Path) -> Result<String> {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(10) {
        let trace = fs::read_to_string(path)?;
        if trace.lines().last().is_some_and(|line| line.contains("+++ exited")) {
            return Ok(trace);
        }
        thread::sleep(Duration::from_millis(20));
    }
    bail!("strace did not finish its trace")
}

/// Completed syncs between the call that received `mark` and the next call that sends a good answer.
fn syncs_before_answer(trace: &str, mark: &str) -> Option<usize> {
    let mut lines = trace.lines().skip_while(|line| !line.contains(mark)).peekable();
    lines.peek()?;
    let until_answer = lines.take_while(|line| !line.contains("\"HTTP/1.1 20"));
    Some(until_answer.filter(|line| line.contains("sync") && line.ends_with("= 0")).count())
}

#[cfg(test)]
mod tests {
    use super::syncs_before_answer;

    #[test]
    fn syncs_count_only_between_request_and_answer() {
        let trace = "\
7 fdatasync(5) = 0
7 recvfrom(9, \"POST / HTTP/1.1\\r\\nuser-agent: mark-0-1-\\r\\n\", 8192, 0, NULL, NULL) = 99
8 fdatasync(5 <unfinished ...>
7 read(3, \"\", 8) = 0
8 <... fdatasync resumed>) = 0
8 fsync(6) = -1 EIO (Input/output error)
7 sendto(9, \"HTTP/1.1 200 OK\\r\\n\", 20, 0, NULL, 0) = 20
7 fdatasync(5) = 0
7 recvfrom(9, \"user-agent: mark-0-2-\", 8192, 0, NULL, NULL) = 99
7 writev(9, [{iov_base=\"HTTP/1.1 201 Created\\r\\n\", iov_len=9}], 1) = 9
";
        assert_eq!(syncs_before_answer(trace, "mark-0-1-"), Some(1));
        assert_eq!(syncs_before_answer(trace, "mark-0-2-"), Some(0));
        assert_eq!(syncs_before_answer(trace, "mark-0-3-"), None);
    }
}
