//! `netra rules`: what a rule tuner works with.
//!
//! Does: print what the rooms `rules` and `matcher` find. Does not: change any file.
//! Invariant: exit 0 only if nothing stands against using the rules; 1 if something does.

mod check;
pub mod corpus;
mod diff;
mod evaluate;
mod examples;
mod explain;
pub mod load;
mod parity;

use std::process::ExitCode;

/// Arguments of `netra rules`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists every fault of packs and contests with its place
    Check(check::Args),
    /// Runs the examples written in the rules
    Test(examples::Args),
    /// Says why a text does or does not hit
    Explain(explain::Args),
    /// Compares an old set with a new one over a corpus
    Diff(diff::Args),
    /// Proves that exchanging two candidates exchanges the results and nothing else
    Parity(parity::Args),
    /// Precision and recall on labelled rows
    Evaluate(evaluate::Args),
}

/// Runs `netra rules`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Check(args) => check::run(&args),
        Command::Test(args) => examples::run(&args),
        Command::Explain(args) => explain::run(args),
        Command::Diff(args) => diff::run(&args),
        Command::Parity(args) => parity::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
    }
}

/// 0 if nothing stands against it, else 1.
fn verdict(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
