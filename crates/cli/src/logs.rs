//! What the program says: log lines on standard error, everything else on standard output.

use std::io::{IsTerminal, Write};

use lazuli_server::settings::LogFormat;
use tracing_subscriber::EnvFilter;

/// What is logged unless `LAZULI_LOG` says otherwise (its syntax is that of `tracing`, e.g. `debug` or `lazuli_engine=debug`).
const DEFAULT_FILTER: &str = "info";

/// Starts logging. A filter that cannot be read is an error, not silence.
pub(crate) fn start(format: LogFormat, default_filter: Option<&str>) -> anyhow::Result<()> {
    let filter = match std::env::var("LAZULI_LOG") {
        Ok(given) => EnvFilter::try_new(&given)
            .map_err(|error| anyhow::anyhow!("LAZULI_LOG='{given}' cannot be used: {error}."))?,
        Err(_) => EnvFilter::new(default_filter.unwrap_or(DEFAULT_FILTER)),
    };
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).with_target(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}

/// Writes a line for people. A reader that has gone away is not our trouble.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Writes what people should know beside the result.
pub(crate) fn warn(line: &str) {
    let _ = writeln!(std::io::stderr(), "warning: {line}");
}

/// Writes why the program ends. Our errors have what caused them in their own sentences.
pub(crate) fn say_error(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "error: {error}");
}
