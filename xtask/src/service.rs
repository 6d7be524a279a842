//! One `lazuli serve` in a process of its own, on a data directory and free ports of loopback.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::http::Client;

/// The well-known admin key of `--dev`.
pub const ADMIN_KEY: &str = "lazuli-dev-admin-key";

/// How to start it.
pub struct Launch {
    /// The program.
    pub binary: PathBuf,
    /// Its `--data-dir`.
    pub data_dir: PathBuf,
    /// Where its log goes; appended to.
    pub log: PathBuf,
    /// A command line to put before the program's (`strace -D …`); it must keep the process id.
    pub before: Vec<String>,
    /// Flags of `serve` besides those that it always gets.
    pub arguments: Vec<String>,
}

/// A running service. Dropped, it is killed.
pub struct Service {
    child: Child,
    log: PathBuf,
    /// Where plain HTTP is.
    pub http: SocketAddr,
    /// Where HTTPS is.
    pub https: SocketAddr,
    started: Instant,
}

impl Launch {
    /// The usual: no wrapper, the log beside the data directory.
    pub fn new(binary: &Path, data_dir: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            data_dir: data_dir.to_owned(),
            log: data_dir.with_extension("log"),
            before: Vec::new(),
            arguments: Vec::new(),
        }
    }

    /// Starts the process and does not wait for it.
    pub fn spawn(&self) -> Result<Service> {
        let (http, https) = (free_address()?, free_address()?);
        let mut words = self.before.iter().map(PathBuf::from).chain([self.binary.clone()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words);
        command.arg("serve").arg("--data-dir").arg(&self.data_dir).arg("--dev");
        command.args(["--http", &http.to_string(), "--https", &https.to_string()]);
        command.args(&self.arguments);
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        command.stdin(Stdio::null()).stdout(File::try_clone(&log)?).stderr(log);
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {}", self.binary.display()))?;
        Ok(Service { child, log: self.log.clone(), http, https, started })
    }

    /// Starts the process and waits until it is ready, with every index served.
    pub fn start(&self) -> Result<Service> {
        let mut service = self.spawn()?;
        service.wait_until_ready(Duration::from_secs(60))?;
        Ok(service)
    }
}

impl Service {
    /// Waits for `/readyz` to say 200 with no index being rebuilt; the time since the process was started.
    pub fn wait_until_ready(&mut self, at_most: Duration) -> Result<Duration> {
        loop {
            if self.is_ready() {
                return Ok(self.started.elapsed());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended by itself ({status}); {}", self.log_tail());
            }
            if self.started.elapsed() > at_most {
                bail!("the server was not ready after {at_most:?}; {}", self.log_tail());
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn is_ready(&self) -> bool {
        let answer = self.client().and_then(|mut client| client.get("/readyz"));
        answer.is_ok_and(|answer| answer.status == 200 && !answer.text().contains("\"rebuilding\":[{"))
    }

    /// A connection to the plain HTTP door, with the admin key.
    pub fn client(&self) -> io::Result<Client<TcpStream>> {
        Client::connect(self.http, ADMIN_KEY)
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, and waits until the process is gone.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM, and does not wait.
    pub fn terminate(&self) -> Result<()> {
        crate::workspace::run(Command::new("sh").args(["-c", &format!("kill -TERM {}", self.id())]))
    }

    /// SIGTERM; the time it took to stop. A stop that is not clean is an error.
    pub fn stop(mut self) -> Result<Duration> {
        let since = Instant::now();
        self.terminate()?;
        while since.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("the server stopped with {status}; {}", self.log_tail());
                }
                return Ok(since.elapsed());
            }
            thread::sleep(Duration::from_millis(5));
        }
        bail!("the server did not stop within 30 s of SIGTERM; {}", self.log_tail())
    }

    /// Resident memory, in bytes (Linux).
    pub fn resident_bytes(&self) -> Result<u64> {
        self.status_bytes("VmRSS:")
    }

    fn status_bytes(&self, name: &str) -> Result<u64> {
        status_bytes(self.id(), name)
    }

    /// Time that its threads which are still there have spent on a processor (Linux).
    pub fn cpu_time(&self) -> Result<Duration> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.id()))? {
            // A thread may end between the two.
            let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            nanoseconds += text.split(' ').next().context("an empty schedstat")?.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Files, sockets and pipes that it holds open (Linux).
    pub fn open_files(&self) -> Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.id()))?.count())
    }

    fn log_tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(12).collect();
        format!("the end of its log:\n{}", lines.into_iter().rev().collect::<Vec<_>>().join("\n"))
    }
}

/// A line of what Linux says of a process, such as `RssAnon:`, in bytes.
pub fn status_bytes(process: u32, name: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let line = line.with_context(|| format!("no {name} in /proc"))?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

impl Drop for Service {
    fn drop(&mut self) {
        // Already gone when `stop` or `kill` came first; nothing to do about a failure here.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Ports below those that Linux gives to connections (32768 to 60999). Whoever waits for a server on one of those may get it
/// as the port of his own end, be connected to himself, and keep the server from it.
const PORTS: Range<u32> = 20_000..32_000;

/// An address of loopback that nobody listens on at this moment; another one every time.
pub(crate) fn free_address() -> Result<SocketAddr> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in PORTS {
        let next = std::process::id().wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(PORTS.start + next % (PORTS.end - PORTS.start))?;
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return Ok(listener.local_addr()?);
        }
    }
    bail!("no port of 127.0.0.1 is free")
}
