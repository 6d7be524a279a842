//! `cargo xtask tidy`: the rules of ARCHITECTURE.md that a program can check, with a sentence for each breach.
//!
//! [`packages`] looks at what depends on what, [`sources`] at the text of files. Both are plain functions over data,
//! so that each rule has a test that breaks it.

mod packages;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Folders that hold nothing of ours.
const NOT_OURS: [&str; 4] = ["target", ".git", "node_modules", "lazuli-data"];

/// Prints every breach and fails if there is one.
pub fn run() -> Result<()> {
    let root = workspace::root();
    let metadata = workspace::cargo(&["metadata", "--no-deps", "--format-version", "1"]).output()?;
    let packages = packages::parse(&metadata.stdout).context("cargo metadata")?;
    let mut breaches = packages::check(&packages);
    for path in files(&root)? {
        let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        breaches.extend(sources::check(&name, &text, &root.to_string_lossy()));
    }
    breaches.sort();
    for breach in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => Ok(()),
        count => bail!("{count} breaches of the rules in ARCHITECTURE.md"),
    }
}

/// Every file under `folder` that could be ours.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if NOT_OURS.iter().any(|skipped| name == *skipped) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
