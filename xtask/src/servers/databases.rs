//! MariaDB and PostgreSQL, with the programs of the machine: new databases that are thrown away.
//!
//! Both have a user that needs no password, and one that has a password and TLS. Nothing is synced to the disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::Started;
use super::certificate::Certificate;
use super::process::{Program, guarded, own};
use crate::service::free_address;

/// The password of the users that have one: a semicolon is what connection strings stumble over.
const PASSWORD: &str = "o;pen";

/// Where Debian keeps versions of PostgreSQL.
const POSTGRESQL_VERSIONS: &str = "/usr/lib/postgresql";

/// Whether MariaDB's server and its client are on this machine.
pub(super) fn has_mariadb() -> bool {
    ["mariadbd", "mariadb-install-db", "mariadb"].iter().all(|program| find(program).is_some())
}

/// Whether PostgreSQL's server and its client are on this machine.
pub(super) fn has_postgresql() -> bool {
    ["postgres", "initdb", "psql"].iter().all(|program| find(program).is_some())
}

/// MariaDB with a database `test`.
pub(super) fn mariadb(folder: &Path, certificate: &Certificate) -> Result<Started> {
    let data = folder.join("data");
    let install = ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"];
    let mut installer = guarded(&find("mariadb-install-db").context("mariadb-install-db")?, folder, None)?;
    finish(installer.args(install).arg(format!("--datadir={}", data.display())).current_dir(folder), "")?;
    let setup = folder.join("setup.sql");
    let statements = format!(
        "CREATE DATABASE test;\nCREATE USER tls IDENTIFIED BY '{PASSWORD}' REQUIRE SSL;\nGRANT SELECT ON *.* TO tls;\n"
    );
    fs::write(&setup, statements)?;
    own(&setup, 0o600)?;

    let port = free_address()?.port();
    let mut arguments = vec![
        "--no-defaults".to_owned(),
        format!("--datadir={}", data.display()),
        format!("--init-file={}", setup.display()),
        format!("--port={port}"),
    ];
    // The socket's name is short and relative: the system allows about a hundred letters.
    let fixed = "--bind-address=127.0.0.1 --socket=socket --innodb-flush-log-at-trx-commit=0 --skip-log-bin";
    arguments.extend(fixed.split(' ').map(str::to_owned));
    let has_tls = certificate.copy_to(folder)?;
    if has_tls {
        for (option, file) in [("cert", "server.pem"), ("key", "server.key")] {
            arguments.push(format!("--ssl-{option}={}", folder.join(file).display()));
        }
    }
    let process = Program {
        name: "MariaDB",
        program: &find("mariadbd").context("mariadbd")?,
        arguments,
        folder,
        ready: "ready for connections",
        death_signal: "KILL",
    }
    .start()?;
    let mut variables =
        vec![("LAZULI_MYSQL", format!("Server=127.0.0.1;Port={port};Uid=root;Database=test;SslMode=None"))];
    if has_tls {
        let login = format!("Uid=tls;Pwd='{PASSWORD}'");
        let tls = format!("Server=localhost;Port={port};{login};Database=test;SslMode=Required");
        variables.push(("LAZULI_MYSQL_TLS", tls));
    }
    Ok(Started { process, variables })
}

/// PostgreSQL with its usual database `postgres`.
pub(super) fn postgresql(folder: &Path, certificate: &Certificate) -> Result<Started> {
    let data = folder.join("data");
    let place = ["-D".to_owned(), data.display().to_string()];
    let create = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
    let mut creator = guarded(&find("initdb").context("initdb")?, folder, None)?;
    finish(creator.args(&place).args(create).current_dir(folder), "")?;
    let program = find("postgres").context("postgres")?;
    let mut single = guarded(&program, folder, None)?;
    let role = format!("CREATE ROLE lazuli LOGIN PASSWORD '{PASSWORD}'\n");
    finish(single.arg("--single").args(&place).arg("postgres").current_dir(folder), &role)?;
    let doors = "host all postgres 127.0.0.1/32 trust\nhostssl all lazuli 127.0.0.1/32 scram-sha-256\n";
    fs::write(data.join("pg_hba.conf"), doors)?;

    let port = free_address()?.port();
    let mut settings = vec![
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        "fsync=off".to_owned(),
        format!("port={port}"),
    ];
    let has_tls = certificate.copy_to(folder)?;
    if has_tls {
        settings.push("ssl=on".to_owned());
        for (option, file) in [("cert", "server.pem"), ("key", "server.key")] {
            settings.push(format!("ssl_{option}_file={}", folder.join(file).display()));
        }
    }
    let settings = settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]);
    let process = Program {
        name: "PostgreSQL",
        program: &program,
        arguments: place.into_iter().chain(settings).collect(),
        folder,
        ready: "database system is ready to accept connections",
        // Its quick way down, which takes its workers and its shared memory with it.
        death_signal: "INT",
    }
    .start()?;
    let address = format!("127.0.0.1:{port}/postgres?sslmode=disable");
    let mut variables = vec![("LAZULI_POSTGRES", format!("postgresql://postgres@{address}"))];
    if has_tls {
        let login = format!("lazuli:{}", PASSWORD.replace(';', "%3B"));
        let tls = format!("postgresql://{login}@localhost:{port}/postgres?sslmode=verify-full");
        variables.push(("LAZULI_POSTGRES_TLS", tls));
    }
    Ok(Started { process, variables })
}

/// PostgreSQL's client, if it is on this machine.
pub(crate) fn psql() -> Option<PathBuf> {
    find("psql")
}

/// A program from the path, from where servers usually are, or of the newest PostgreSQL of Debian.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(POSTGRESQL_VERSIONS)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by(|one, other| other.cmp(one));
    // The folder of PostgreSQL's own comes first: links elsewhere do not find its other files.
    let folders = versions.into_iter().map(|(_, folder)| folder);
    let all =
        folders.chain(std::env::split_paths(&path)).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    all.map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Runs a command to its end with this input; what it says is only of interest if it fails.
fn finish(command: &mut Command, input: &str) -> Result<()> {
    use std::io::Write;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    child.stdin.take().context("no input")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("{command:?}: {}: {}", output.status, String::from_utf8_lossy(&said));
    }
    Ok(())
}
