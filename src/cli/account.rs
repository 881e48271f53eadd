//! `netra account`.

use std::process::ExitCode;

/// Arguments of `netra account`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra account`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra account` is not built yet")
}
