//! `netra scan`.

use std::process::ExitCode;

/// Arguments of `netra scan`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra scan`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra scan` is not built yet")
}
