//! `netra case`.

use std::process::ExitCode;

/// Arguments of `netra case`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra case`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra case` is not built yet")
}
