//! `netra contest`.

use std::process::ExitCode;

/// Arguments of `netra contest`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra contest`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra contest` is not built yet")
}
