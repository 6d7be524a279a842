//! Where things are, and how chores call cargo and other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The repository's top folder.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

/// Cargo's target folder, where chores keep what they download and measure too.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Sample data outside the repository that some checks use when it is there: `../shared/data`.
pub fn shared_data() -> Option<PathBuf> {
    let folder = root().parent()?.join("shared/data");
    folder.is_dir().then_some(folder)
}

/// `cargo` in the repository's top folder.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command to its end; its failure is an error that names it.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}

/// Whether a program of this name can be started.
pub fn has(program: &str) -> bool {
    let quiet = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok()
}

/// Builds the program with the profile of CI and says where it is. `LAZULI_BINARY` names another to be checked instead.
pub fn build_lazuli() -> Result<PathBuf> {
    if let Some(binary) = std::env::var_os("LAZULI_BINARY") {
        return Ok(PathBuf::from(binary));
    }
    run(&mut cargo(&["build", "--quiet", "--profile", "ci", "--package", "lazuli"]))?;
    Ok(target().join("ci/lazuli"))
}

/// A new empty folder under the target folder; what an earlier run left there is removed.
pub fn scratch(name: &str) -> Result<PathBuf> {
    let folder = target().join("xtask").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// The speed table is a program of its own: it depends on tantivy, which chores should not wait for.
pub fn run_bench(arguments: Vec<String>) -> Result<()> {
    run(&mut cargo(&["build", "--quiet", "--release", "--package", "lazuli"]))?;
    run(cargo(&["run", "--quiet", "--release", "--package", "lazuli-bench", "--"]).args(arguments))
}
