//! `netra contest`: contest files from an official list, and what is ambiguous in them.

mod check;
mod import;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

/// Arguments of `netra contest`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Writes contest files from a list of candidates
    Import(import::Args),
    /// Lists names that are also ordinary words or common first names, and what they are combined with
    Check(check::Args),
}

/// Runs `netra contest`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Import(args) => import::run(&args),
        Command::Check(args) => check::run(&args),
    }
}
