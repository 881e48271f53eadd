//! `netra check`.

use std::process::ExitCode;

/// Arguments of `netra check`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra check`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra check` is not built yet")
}
