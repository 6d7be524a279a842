//! What the figures were taken on.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::figures::Samples;

/// One line: processor, cores, memory, kernel, compiler.
pub(crate) fn description() -> String {
    let cpu = line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory_kb = line_of("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok());
    let memory = memory_kb.map_or_else(|| "unknown memory".to_owned(), |kb| format!("{} GB", kb >> 20));
    let kernel = output("uname", &["-sr"]);
    format!("{cpu}, {cores} cores, {memory}, {kernel}, {}", output("rustc", &["--version"]))
}

/// Today, and the commit that was measured.
pub(crate) fn occasion() -> String {
    format!("{}, commit {}", output("date", &["-u", "+%F"]), output("git", &["rev-parse", "--short", "HEAD"]))
}

/// A kilobyte appended and synced, a thousand times: the floor under every durable answer.
pub(crate) fn fdatasync(folder: &Path) -> Result<Samples> {
    let path = folder.join("floor");
    let mut file = File::create(&path)?;
    let samples = Samples::of(1000, |_| {
        file.write_all(&[7; 1024])?;
        file.sync_data()
    })?;
    fs::remove_file(&path)?;
    Ok(samples)
}

fn line_of(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(xtask::workspace::root()).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
