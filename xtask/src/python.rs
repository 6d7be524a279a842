//! Environments for programs in Python, each with exactly the packages of a requirements file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::workspace::{self, run};

/// Whether Python is on this machine, with what is needed to make environments.
pub fn is_here() -> bool {
    let check = ["-c", "import ensurepip, venv"];
    let status = Command::new("python3").args(check).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// The interpreter of an environment with these packages. It is made once, under the target folder, and made anew when the
/// requirements change.
pub fn environment(name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = workspace::target().join("sdk").join(name);
    let interpreter = folder.join("bin/python");
    let installed = folder.join("installed.txt");
    let wanted = fs::read(requirements)?;
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(Command::new(&interpreter).args(pip).arg(requirements))?;
        fs::write(&installed, &wanted)?;
    }
    Ok(interpreter)
}
