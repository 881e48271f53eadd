//! `netra user`.

use std::process::ExitCode;

/// Arguments of `netra user`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra user`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra user` is not built yet")
}
