//! `netra rules`.

use std::process::ExitCode;

/// Arguments of `netra rules`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra rules`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra rules` is not built yet")
}

pub mod load;
