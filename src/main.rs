//! The `netra` program: parse, run, turn an error chain into an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use netra::app::posts::Refused;
use netra::cli::BAD_INPUT;

#[expect(clippy::print_stderr, reason = "the last place where an error can be said")]
fn main() -> ExitCode {
    match netra::cli::run(netra::cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("netra: {error:#}");
            if error.is::<Refused>() {
                ExitCode::from(BAD_INPUT)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// A reader that has had enough (`netra scan | head`) is no fault.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| {
        e.downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
