//! A server in a process of its own that never outlives us: it is killed when it is dropped, and by the system when we are
//! killed (`setpriv --pdeathsig`, of util-linux, which every Debian has).

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A server that is not ready by then will not be.
const READY_MAX: Duration = Duration::from_secs(60);

/// How long a server may take to end by itself.
const END_MAX: Duration = Duration::from_secs(5);

/// Who databases run as when we are root, which they refuse to be.
const NOBODY: u32 = 65_534;

/// How to start a server.
pub(super) struct Program<'a> {
    pub(super) name: &'a str,
    pub(super) program: &'a Path,
    pub(super) arguments: Vec<String>,
    /// Where it works and writes its log.
    pub(super) folder: &'a Path,
    /// What its log says when it is ready.
    pub(super) ready: &'a str,
    /// What the system sends it when we are gone; `KILL` unless that leaves something behind.
    pub(super) death_signal: &'static str,
}

/// A running server.
pub(super) struct Process {
    name: String,
    child: Child,
    death_signal: &'static str,
    log: PathBuf,
}

impl Program<'_> {
    /// Starts it and waits until it is ready.
    pub(super) fn start(self) -> Result<Process> {
        let log = self.folder.join("server.log");
        let file = File::create(&log)?;
        let mut command = guarded(self.program, self.folder, Some(self.death_signal))?;
        command.args(&self.arguments).current_dir(self.folder);
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child = command.spawn().with_context(|| format!("cannot start {}", self.program.display()))?;
        let mut process = Process { name: self.name.to_owned(), child, death_signal: self.death_signal, log };
        process.wait_until(self.ready)?;
        Ok(process)
    }
}

impl Process {
    fn wait_until(&mut self, ready: &str) -> Result<()> {
        let since = Instant::now();
        while !fs::read_to_string(&self.log)?.contains(ready) {
            self.must_be_alive()?;
            if since.elapsed() > READY_MAX {
                bail!("{} is not ready after {READY_MAX:?}: {}", self.name, self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Fails if it has ended by itself.
    pub(super) fn must_be_alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} ended by itself ({status}): {}", self.name, self.log_tail()),
        }
    }

    /// Sends it a signal; whether it has ended soon after.
    fn ends_by(&mut self, signal: &str) -> bool {
        let sent = Command::new("kill").args([format!("-{signal}"), self.child.id().to_string()]).status();
        let since = Instant::now();
        while sent.as_ref().is_ok_and(|status| status.success()) && since.elapsed() < END_MAX {
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    fn log_tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(12).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // There is nothing to be done about a failure.
        if self.death_signal != "KILL" && self.ends_by(self.death_signal) {
            return;
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A command that runs as the owner of `folder` if that is not us, and that gets a signal when we are gone.
pub(super) fn guarded(program: &Path, folder: &Path, death_signal: Option<&str>) -> Result<Command> {
    let owner = fs::metadata(folder)?.uid();
    let is_other = owner != fs::metadata("/proc/self").map_or(owner, |own| own.uid());
    if !workspace::has("setpriv") {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    if let Some(signal) = death_signal {
        command.args(["--pdeathsig", signal]);
    }
    if is_other {
        command.arg(format!("--reuid={owner}")).arg(format!("--regid={owner}")).arg("--clear-groups");
    }
    command.arg("--").arg(program);
    Ok(command)
}

/// A new empty folder for everything that servers write: under the target folder, or among the temporary files if others
/// than we may not get there.
pub(super) fn data_folder(only: &[&str]) -> Result<PathBuf> {
    let name = if only.is_empty() { "servers".to_owned() } else { format!("servers-{}", only.join("-")) };
    let under_target = workspace::scratch(&name)?;
    let is_open = |folder: &Path| fs::metadata(folder).is_ok_and(|found| found.mode() & 0o001 != 0);
    if !is_root() || under_target.ancestors().all(is_open) {
        return Ok(under_target);
    }
    let elsewhere = std::env::temp_dir().join(format!("lazuli-{name}-{}", std::process::id()));
    fs::create_dir_all(&elsewhere)?;
    Ok(elsewhere)
}

/// A new folder that belongs to who runs servers.
pub(super) fn owned_folder(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    own(folder, 0o700)?;
    Ok(folder.to_owned())
}

/// Gives a file or folder to who runs servers, who alone may use it.
pub(super) fn own(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    if is_root() { chown(path, Some(NOBODY), Some(NOBODY)) } else { Ok(()) }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
