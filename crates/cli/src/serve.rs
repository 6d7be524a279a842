//! `lazuli serve`: flags and environment over the settings file, then the service until a signal.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};
use lazuli_server::Server;
use lazuli_server::settings::{Given, LogFormat, Visibility};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::logs::{self, say};
use crate::serve_indexers::IndexerArguments;

/// How the service runs. Each setting also as LAZULI_… in the environment and in a settings file (TOML); flags win over
/// the environment, the environment over the file.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Settings file [default: lazuli.toml in the data directory, if there is one]
    #[arg(long, value_name = "FILE", env = "LAZULI_CONFIG")]
    config: Option<PathBuf>,

    /// Where everything is kept [default: ./lazuli-data]
    #[arg(long, value_name = "DIR", env = "LAZULI_DATA_DIR")]
    data_dir: Option<PathBuf>,

    /// Address of the HTTPS door [default: 127.0.0.1:7443]
    #[arg(long, value_name = "ADDR", env = "LAZULI_HTTPS")]
    https: Option<String>,

    /// Address of the HTTP door, or "off" [default: 127.0.0.1:7080]
    #[arg(long, value_name = "ADDR|off", env = "LAZULI_HTTP")]
    http: Option<String>,

    /// Admin key, may be given twice [default: generated, see keys.json in the data directory]
    #[arg(
        long = "admin-key",
        value_name = "KEY",
        env = "LAZULI_ADMIN_KEY",
        value_delimiter = ',',
        hide_env_values = true
    )]
    admin_keys: Vec<String>,

    /// Query key, may be repeated [default: generated, see keys.json in the data directory]
    #[arg(
        long = "query-key",
        value_name = "KEY",
        env = "LAZULI_QUERY_KEY",
        value_delimiter = ',',
        hide_env_values = true
    )]
    query_keys: Vec<String>,

    /// Bearer token that counts as an admin key over HTTPS, may be repeated [default: none is accepted]
    #[arg(
        long = "bearer-token",
        value_name = "TOKEN",
        env = "LAZULI_BEARER_TOKEN",
        value_delimiter = ',',
        hide_env_values = true
    )]
    bearer_tokens: Vec<String>,

    /// File with the keys that seal the secrets of definitions [default: secrets.key in the data directory]
    #[arg(long, value_name = "FILE", env = "LAZULI_SECRETS_KEY")]
    secrets_key: Option<PathBuf>,

    /// Also accept the well-known keys lazuli-dev-admin-key and lazuli-dev-query-key; loopback addresses only
    #[arg(long, env = "LAZULI_DEV", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    dev: bool,

    /// A certificate chain of your own, PEM [default: one is made]
    #[arg(long, value_name = "FILE", env = "LAZULI_TLS_CERT")]
    tls_cert: Option<PathBuf>,

    /// The private key of that certificate, PEM
    #[arg(long, value_name = "FILE", env = "LAZULI_TLS_KEY")]
    tls_key: Option<PathBuf>,

    /// How log lines look: text or json [default: text]
    #[arg(long, value_name = "FORMAT", env = "LAZULI_LOG_FORMAT")]
    log_format: Option<LogFormat>,

    /// When a write becomes visible to queries: immediate, or eventual=MS after so many milliseconds [default: immediate]
    #[arg(long, value_name = "WHEN", env = "LAZULI_VISIBILITY")]
    visibility: Option<Visibility>,

    /// Limits of a pricing tier of the service to hold to: unlimited, free, basic, s1, s2, s3, s3hd, l1 or l2
    /// [default: unlimited]
    #[arg(long, value_name = "TIER", env = "LAZULI_TIER")]
    tier: Option<String>,

    /// How many seconds a search may take before it is stopped, 1 to 120 [default: 30]
    #[arg(long, value_name = "SECONDS", env = "LAZULI_QUERY_TIMEOUT")]
    query_timeout: Option<u64>,

    #[command(flatten)]
    indexers: IndexerArguments,
}

impl ServeArguments {
    fn into_given(self) -> (Given, Option<PathBuf>) {
        let given = Given {
            data_dir: self.data_dir,
            https: self.https,
            http: self.http,
            admin_keys: self.admin_keys,
            query_keys: self.query_keys,
            bearer_tokens: self.bearer_tokens,
            secrets_key: self.secrets_key,
            dev: self.dev.then_some(true),
            tls_cert: self.tls_cert,
            tls_key: self.tls_key,
            log_format: self.log_format,
            visibility: self.visibility,
            tier: self.tier,
            query_timeout: self.query_timeout,
            indexers: self.indexers.into_given(),
            settings_file: None,
            patience: None,
        };
        (given, self.config)
    }
}

/// Runs the service until SIGTERM or SIGINT.
pub(crate) fn run(arguments: ServeArguments) -> anyhow::Result<()> {
    let (given, config) = arguments.into_given();
    let config = config.or_else(|| Some(given.data_dir().join("lazuli.toml")).filter(|path| path.exists()));
    let given = match config {
        Some(path) => given.with_file(path)?,
        None => given,
    };
    let settings = given.resolve()?;
    logs::start(settings.log_format, None)?;
    let format = settings.log_format;
    block_on(async {
        let signals = Signals::listen()?;
        let server = Server::start(settings).await?;
        announce(&server, format);
        signals.stop(server).await;
        Ok(())
    })
}

/// Runs a service to its end. What it could not finish in the time it has for stopping does not hold up the process.
pub(crate) fn block_on(service: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(service);
    runtime.shutdown_background();
    outcome
}

fn announce(server: &Server, format: LogFormat) {
    let (https, http) = (server.https(), server.http());
    let http = http.map_or_else(|| "off".to_owned(), |address| address.to_string());
    tracing::info!(version = env!("CARGO_PKG_VERSION"), %https, http, "ready");
    if format == LogFormat::Json {
        return;
    }
    say(&format!("Lazuli {} is ready.", env!("CARGO_PKG_VERSION")));
    say(&format!("  HTTPS  https://{https}"));
    say(&format!("  HTTP   {}", if http == "off" { http } else { format!("http://{http}") }));
    match &server.keys().file {
        Some(file) => say(&format!("  Keys   {}", file.display())),
        None => say("  Keys   as given"),
    }
    if let Some(ca) = server.ca_path() {
        say(&format!("  CA     {} (clients have to trust it)", ca.display()));
    }
}

/// The two signals that ask a program to end.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Begins to listen. From here on the signals no longer end the process by themselves.
    pub(crate) fn listen() -> std::io::Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for a signal, then stops the service cleanly. Another signal meanwhile ends it at once.
    pub(crate) async fn stop(mut self, server: Server) {
        self.next().await;
        tracing::info!("stopping");
        tokio::select! {
            () = server.stop() => tracing::info!("stopped"),
            () = self.next() => tracing::warn!("stopped at once"),
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::{Arguments, Command};

    #[test]
    fn flags_become_settings() {
        let arguments = Arguments::parse_from([
            "lazuli",
            "serve",
            "--https",
            "127.0.0.1:0",
            "--http",
            "off",
            "--admin-key",
            "a",
            "--admin-key",
            "b",
            "--query-key",
            "q,r",
            "--bearer-token",
            "t",
            "--dev",
            "--visibility",
            "eventual=5",
            "--query-timeout",
            "7",
            "--indexer-parallel",
            "3",
            "--indexer-folder",
            "/a,/b",
            "--log-format",
            "json",
        ]);
        let Command::Serve(arguments) = arguments.command else { panic!("expected serve") };
        let (given, config) = arguments.into_given();
        assert_eq!(config, None);
        let settings = given.resolve().unwrap();
        assert_eq!(settings.http, None);
        let credentials = settings.credentials;
        assert_eq!((credentials.admin_keys.len(), credentials.query_keys.len(), settings.dev), (2, 2, true));
        assert_eq!(credentials.bearer_tokens, ["t"]);
        assert_eq!(settings.visibility, Visibility::Eventual(std::time::Duration::from_millis(5)));
        assert_eq!(settings.query_timeout, std::time::Duration::from_secs(7));
        assert_eq!((settings.indexers.parallel, settings.indexers.folders.len()), (3, 2));
    }
}
