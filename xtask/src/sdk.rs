//! `cargo xtask sdk`: the official SDKs, unmodified, against the real server over HTTPS.
//!
//! Each client goes its journey twice: `fill` creates, writes, reads and searches; then the server is restarted and
//! `again` finds everything as it was. The journeys are programs of their own in `tests/sdk`; what they need to know
//! comes in `LAZULI_…` variables. Packages are installed under the target folder and kept there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::python;
use crate::servers::{Servers, npm};
use crate::service::{ADMIN_KEY, Launch, Service};
use crate::workspace::{self, run as run_command};

/// Versions of `azure-search-documents` for Python.
const PYTHON_VERSIONS: [&str; 2] = ["12.0.0", "11.6.0"];

/// What to do when a language is not on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is an error.
    Fails,
    /// Its journeys are left out, with a message.
    IsSkipped,
}

/// The trust store that Java is given; what it holds is public.
const TRUST_STORE_PASSWORD: &str = "lazuli";

/// A client that is ready to go.
struct Traveller {
    name: String,
    /// The command up to the journey's `fill` or `again`.
    command: Vec<PathBuf>,
    /// Where the CA is to be put into a trust store first, for who reads no PEM.
    trust_store: Option<PathBuf>,
}

/// What travellers meet besides the service.
struct Stage {
    data_dir: PathBuf,
    /// Where they may write what the service crawls.
    folder: PathBuf,
    /// The connection string of an Azurite, where Node is here.
    azurite: Option<String>,
}

/// A language that has an official SDK.
struct Language {
    /// What `--only` calls it.
    name: &'static str,
    /// What has to be on the machine.
    needs: &'static str,
    is_here: fn() -> bool,
    travellers: fn() -> Result<Vec<Traveller>>,
}

const LANGUAGES: [Language; 3] = [
    Language {
        name: "python",
        needs: "Python 3 with venv",
        is_here: python::is_here,
        travellers: || PYTHON_VERSIONS.into_iter().map(python_traveller).collect(),
    },
    Language {
        name: "js",
        needs: "Node with npm",
        is_here: || ["node", "npm"].into_iter().all(workspace::has),
        travellers: || Ok(vec![js_traveller()?]),
    },
    Language {
        name: "java",
        needs: "a JDK with Maven",
        is_here: || ["java", "javac", "keytool", "mvn"].into_iter().all(workspace::has),
        travellers: || Ok(vec![java_traveller()?]),
    },
];

/// What this machine lacks.
pub fn missing() -> Vec<&'static str> {
    LANGUAGES.iter().filter(|language| !(language.is_here)()).map(|language| language.needs).collect()
}

/// Every journey this machine can make; of `only` these languages if any are named.
pub fn run(missing: Missing, only: &[String]) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| LANGUAGES.iter().all(|language| language.name != *name)) {
        bail!(
            "there is no journey in `{unknown}`; there are {}",
            LANGUAGES.map(|language| language.name).join(", ")
        );
    }
    let mut travellers = Vec::new();
    for language in LANGUAGES.iter().filter(|one| only.is_empty() || only.iter().any(|name| name == one.name))
    {
        if (language.is_here)() {
            travellers.extend((language.travellers)()?);
        } else if missing == Missing::Fails {
            bail!("not on this machine: {}", language.needs);
        }
    }
    if travellers.is_empty() {
        return Ok(());
    }
    if python::is_here() {
        // The answers that all journeys expect are those that their data and the conditions in Python give.
        let program = workspace::root().join("tests/sdk/data/make_queries.py");
        run_command(Command::new("python3").arg(program).arg("--check"))?;
    }
    let binary = workspace::build_lazuli()?;
    let scratch = workspace::scratch("sdk")?;
    let mut stage = Stage { data_dir: scratch.join("data"), folder: scratch.join("folder"), azurite: None };
    let azurite = Servers::start(&["azurite"])?;
    stage.azurite = azurite.variable("LAZULI_AZURITE").map(str::to_owned);
    fs::create_dir(&stage.folder)?;
    let mut launch = Launch::new(&binary, &stage.data_dir);
    launch.arguments = vec!["--indexer-folder".to_owned(), stage.folder.to_string_lossy().into_owned()];
    for phase in ["fill", "again"] {
        let service = launch.start()?;
        for traveller in &travellers {
            travel(traveller, &service, &stage, phase)?;
        }
        service.stop()?;
    }
    Ok(())
}

fn python_traveller(version: &str) -> Result<Traveller> {
    let source = workspace::root().join("tests/sdk/python");
    let name = format!("python-{version}");
    let interpreter = python::environment(&name, &source.join(format!("requirements-{version}.txt")))?;
    Ok(Traveller { name, command: vec![interpreter, source.join("journey.py")], trust_store: None })
}

fn js_traveller() -> Result<Traveller> {
    let folder = workspace::target().join("sdk/js");
    let source = workspace::root().join("tests/sdk/js");
    // The journey runs from where its packages are: that is how Node finds them.
    let files = [
        "package.json",
        "package-lock.json",
        "journey.mjs",
        "definitions.mjs",
        "indexers.mjs",
        "queries.mjs",
        "common.mjs",
    ];
    npm::install(&source, &folder, &files)?;
    Ok(Traveller {
        name: "js-13".to_owned(),
        command: vec![PathBuf::from("node"), folder.join("journey.mjs")],
        trust_store: None,
    })
}

/// Maven fetches the jars once, into a repository under the target folder; afterwards only `java` is started.
fn java_traveller() -> Result<Traveller> {
    let folder = workspace::target().join("sdk/java");
    let source = workspace::root().join("tests/sdk/java");
    let (jars, classes, installed) =
        (folder.join("jars"), folder.join("classes"), folder.join("installed.xml"));
    let wanted = fs::read(source.join("pom.xml"))?;
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        if jars.exists() {
            fs::remove_dir_all(&jars)?;
        }
        let mut maven = Command::new("mvn");
        maven.args(["--quiet", "--batch-mode", "dependency:copy-dependencies", "--file"]);
        maven.arg(source.join("pom.xml")).arg(option("-DoutputDirectory=", &jars));
        maven.arg(option("-Dmaven.repo.local=", &workspace::target().join("sdk/maven")));
        run_command(&mut maven)?;
        fs::write(&installed, &wanted)?;
    }
    let class_path = jars.join("*");
    let mut compiler = Command::new("javac");
    compiler.arg("-d").arg(&classes).arg("-cp").arg(&class_path).arg(source.join("Journey.java"));
    run_command(&mut compiler)?;

    let trust_store = folder.join("trust.p12");
    let class_path = std::env::join_paths([class_path, classes])?;
    let command = vec![
        PathBuf::from("java"),
        PathBuf::from("-cp"),
        PathBuf::from(class_path),
        option("-Djavax.net.ssl.trustStore=", &trust_store),
        PathBuf::from(format!("-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD}")),
        PathBuf::from("Journey"),
    ];
    Ok(Traveller { name: "java-11".to_owned(), command, trust_store: Some(trust_store) })
}

/// An argument that ends in a path.
fn option(name: &str, path: &Path) -> PathBuf {
    let mut text = std::ffi::OsString::from(name);
    text.push(path);
    PathBuf::from(text)
}

/// Makes a trust store that holds nothing but the CA.
fn trust(ca: &Path, store: &Path) -> Result<()> {
    if store.exists() {
        fs::remove_file(store)?;
    }
    let mut keytool = Command::new("keytool");
    keytool.args(["-importcert", "-noprompt", "-alias", "lazuli", "-storetype", "PKCS12"]);
    keytool.args(["-storepass", TRUST_STORE_PASSWORD]).arg("-file").arg(ca).arg("-keystore").arg(store);
    let output = keytool.output().context("cannot start keytool")?;
    if output.status.success() {
        Ok(())
    } else {
        bail!("keytool: {}", String::from_utf8_lossy(&output.stdout))
    }
}

fn travel(traveller: &Traveller, service: &Service, stage: &Stage, phase: &str) -> Result<()> {
    let mut words = traveller.command.iter();
    let mut command = Command::new(words.next().context("an empty command")?);
    let ca = stage.data_dir.join("tls/ca.pem");
    if let Some(store) = &traveller.trust_store {
        trust(&ca, store)?;
    }
    command
        .args(words)
        .arg(phase)
        .env("LAZULI_URL", format!("https://localhost:{}", service.https.port()))
        .env("LAZULI_ADMIN_KEY", ADMIN_KEY)
        .env("LAZULI_QUERY_KEY", "lazuli-dev-query-key")
        .env("LAZULI_CA", &ca)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NODE_EXTRA_CA_CERTS", &ca)
        .env("LAZULI_PREFIX", traveller.name.replace('.', "-"))
        .env("LAZULI_FOLDER", &stage.folder)
        .env("LAZULI_SDK_DATA", workspace::root().join("tests/sdk/data"))
        .env("LAZULI_SAMPLE", workspace::root().join("crates/cli/sample"));
    if let Some(azurite) = &stage.azurite {
        command.env("LAZULI_AZURITE", azurite);
    }
    if let Some(shared) = workspace::shared_data() {
        command.env("LAZULI_SHARED_DATA", shared);
    }
    println!("sdk: {} {phase}", traveller.name);
    let status = command.status().with_context(|| format!("cannot start {}", traveller.name))?;
    if status.success() { Ok(()) } else { bail!("the journey of {} broke off ({phase})", traveller.name) }
}
