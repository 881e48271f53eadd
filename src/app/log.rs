//! The log: journald with priorities and fields under systemd, standard error elsewhere; panics without their messages.

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging. `filter` as in the configuration; `NETRA_LOG` overrides it. A second start does nothing.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let filter = std::env::var("NETRA_LOG").unwrap_or_else(|_| filter.to_owned());
    let filter = EnvFilter::try_new(&filter).map_err(|error| anyhow::anyhow!("log filter `{filter}`: {error}"))?;
    // systemd sets JOURNAL_STREAM when standard error goes to the journal; there a plain line would lose its priority.
    let journald = std::env::var_os("JOURNAL_STREAM").and_then(|_| tracing_journald::layer().ok());
    let plain = journald.is_none().then(|| {
        tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
    });
    // An error here only says that a log is running already: in tests.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(journald)
        .with(plain)
        .try_init();
    Ok(())
}
