//! `netra demo`.

use std::process::ExitCode;

/// Arguments of `netra demo`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra demo`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra demo` is not built yet")
}
