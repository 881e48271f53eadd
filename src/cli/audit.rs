//! `netra audit`.

use std::process::ExitCode;

/// Arguments of `netra audit`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra audit`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra audit` is not built yet")
}
