//! `netra run`.

use std::process::ExitCode;

/// Arguments of `netra run`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra run`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra run` is not built yet")
}
