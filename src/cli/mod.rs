//! The command line: one file per sub-command. Names and shapes are a contract (DESIGN §5).
//!
//! Does: parse arguments, call the rooms, print tables for people and plain lines or JSONL for pipes. Does not: decide
//! anything a room should decide.
//! Invariant: the only module that prints to standard output; an exit code of 0 means that what was asked was done.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line is what speaks to people and pipes"
)]

mod account;
mod audit;
mod backup;
mod case;
mod check;
mod contest;
mod day;
mod demo;
mod rules;
mod run;
pub mod scan;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit code for input that cannot be taken; whatever else is wrong ends with 1.
pub const BAD_INPUT: u8 = 2;

/// Watches public posts of registered civil-servant accounts and puts indications before a person.
#[derive(Debug, Parser)]
#[command(name = "netra", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole thing on one machine with nothing to set up
    Demo(demo::Args),
    /// The daemon
    Run(run::Args),
    /// Lists every fault of config, rules, contests and database
    Check(check::Args),
    /// Matches a file or standard input with the same core
    Scan(scan::Args),
    /// Checks, tests, explains and compares rules
    Rules(rules::Args),
    /// Contests: import, check
    Contest(contest::Args),
    /// Registered units, people, pledges and accounts: import, list
    Account(account::Args),
    /// Users of the desk
    User(user::Args),
    /// Cases: list, show, export
    Case(case::Args),
    /// Verifies the hash-chained record
    Audit(audit::Args),
    /// Copies the database and keys into one file
    Backup(backup::BackupArgs),
    /// Puts a backup in place
    Restore(backup::RestoreArgs),
}

/// Runs the sub-command; an error is printed by `main` as one chain.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Scan(args) => scan::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Contest(args) => contest::run(args),
        Command::Account(args) => account::run(args),
        Command::User(args) => user::run(args),
        Command::Case(args) => case::run(args),
        Command::Audit(args) => audit::run(args),
        Command::Backup(args) => backup::backup(args),
        Command::Restore(args) => backup::restore(args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
