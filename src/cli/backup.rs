//! `netra backup` and `netra restore`.

use std::process::ExitCode;

/// Arguments of `netra backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {}

/// Arguments of `netra restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {}

/// Runs `netra backup`.
pub fn backup(_args: BackupArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra backup` is not built yet")
}

/// Runs `netra restore`.
pub fn restore(_args: RestoreArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra restore` is not built yet")
}
