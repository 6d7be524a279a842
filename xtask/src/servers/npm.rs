//! Servers that are programs for Node, with the versions of `tests/servers/package-lock.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Started;
use super::certificate::Certificate;
use super::process::Program;
use crate::service::free_address;
use crate::workspace;

/// The well-known account of every Azurite, and its well-known key.
const ACCOUNT: &str = "devstoreaccount1";
const ACCOUNT_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// The one key that `s3rver` knows.
const S3_KEY: &str = "S3RVER";

/// Whether Node is on this machine.
pub(super) fn is_here() -> bool {
    ["node", "npm"].into_iter().all(workspace::has)
}

/// Azure Storage: blobs and tables. What is in them is in memory.
pub(super) fn azurite(folder: &Path, _: &Certificate) -> Result<Started> {
    let [blob, queue, table] = [free_port()?, free_port()?, free_port()?];
    let arguments = format!(
        "--silent --disableTelemetry --skipApiVersionCheck --inMemoryPersistence \
         --blobHost 127.0.0.1 --blobPort {blob} --queueHost 127.0.0.1 --queuePort {queue} \
         --tableHost 127.0.0.1 --tablePort {table}"
    );
    let ready = "Azurite Table service is successfully listening";
    let process = node("azurite", "azurite/dist/src/azurite.js", &arguments, folder, ready)?;
    let connection = format!(
        "DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};\
         BlobEndpoint=http://127.0.0.1:{blob}/{ACCOUNT};TableEndpoint=http://127.0.0.1:{table}/{ACCOUNT};"
    );
    Ok(Started { process, variables: vec![("LAZULI_AZURITE", connection)] })
}

/// Cosmos DB. What is in it is in memory; it checks no keys.
pub(super) fn cosmos(folder: &Path, _: &Certificate) -> Result<Started> {
    let port = free_port()?;
    let arguments = format!("--no-ssl --host 127.0.0.1 --port {port}");
    let program = "@vercel/cosmosdb-server/lib/cli.js";
    let process = node("cosmosdb-server", program, &arguments, folder, "Ready to accept HTTP")?;
    Ok(Started { process, variables: vec![("LAZULI_COSMOS", format!("http://127.0.0.1:{port}"))] })
}

/// S3. Objects are files of its folder.
pub(super) fn s3(folder: &Path, _: &Certificate) -> Result<Started> {
    let port = free_port()?;
    let arguments =
        format!("--silent --address 127.0.0.1 --port {port} --no-vhost-buckets --directory objects");
    let process = node("s3rver", "s3rver/bin/s3rver.js", &arguments, folder, "S3rver listening")?;
    let connection = format!(
        "Endpoint=http://127.0.0.1:{port};AccessKeyId={S3_KEY};SecretAccessKey={S3_KEY};PathStyle=true"
    );
    Ok(Started { process, variables: vec![("LAZULI_S3", connection)] })
}

fn node(name: &str, program: &str, arguments: &str, folder: &Path, ready: &str) -> Result<super::Process> {
    let program = packages()?.join(program).to_string_lossy().into_owned();
    let words = arguments.split_whitespace().map(str::to_owned);
    Program {
        name,
        program: Path::new("node"),
        arguments: std::iter::once(program).chain(words).collect(),
        folder,
        ready,
        death_signal: "KILL",
    }
    .start()
}

/// The folder of the packages; they are installed once, under the target folder, and anew when the lock file changes.
fn packages() -> Result<PathBuf> {
    let folder = workspace::target().join("servers");
    install(&workspace::root().join("tests/servers"), &folder, &["package.json", "package-lock.json"])?;
    Ok(folder.join("node_modules"))
}

/// Copies files of a package to a folder and installs there what its lock file names. Scripts of packages are not run.
pub(crate) fn install(source: &Path, folder: &Path, files: &[&str]) -> Result<()> {
    fs::create_dir_all(folder)?;
    for file in files {
        fs::copy(source.join(file), folder.join(file))
            .with_context(|| source.join(file).display().to_string())?;
    }
    let wanted = fs::read(source.join("package-lock.json"))?;
    let installed = folder.join("installed.json");
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        let npm = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
        workspace::run(Command::new("npm").args(npm).current_dir(folder))?;
        fs::write(&installed, &wanted)?;
    }
    Ok(())
}

fn free_port() -> Result<u16> {
    Ok(free_address()?.port())
}
