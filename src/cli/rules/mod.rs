//! `netra rules`: what a rule tuner works with.
//!
//! Does: print what the rooms `rules` and `matcher` find; on an installation, take steps in the life of rules. Does not: change any
//! file. Everything that names a folder goes by the files' status; only `life`, `compare`, `step` and `adopt` know a database.
//! Invariant: exit 0 only if nothing stands against using the rules; 1 if something does.

mod check;
pub mod contests;
mod diff;
mod evaluate;
mod examples;
mod explain;
mod life;
pub mod load;
mod parity;
mod tree;

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
    /// How the rules of an installation stand: what the files say, what people agreed to, what runs
    Life(life::LifeArgs),
    /// Shows a person what the files would change against the rules in force, and notes that it was shown
    Compare(life::CompareArgs),
    /// Takes rules a step further in their life, for a named person
    Step(life::StepArgs),
    /// A person stands up for the rules that the first start took over
    Adopt(life::AdoptArgs),
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
        Command::Life(args) => life::life(&args),
        Command::Compare(args) => life::compare(&args),
        Command::Step(args) => life::step(&args),
        Command::Adopt(args) => life::adopt(&args),
    }
}

/// 0 if nothing stands against it, else 1.
fn verdict(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
