//! `netra rules check`.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use super::load::RulesDir;
use crate::rules::{CODES, RuleSet, Severity, Status};

/// Arguments of `netra rules check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: RulesDir,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// One line for each fault
    #[arg(long)]
    short: bool,
    /// Print every code and what it says, and end
    #[arg(long)]
    codes: bool,
}

/// Prints every diagnostic and what the set holds.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    if args.codes {
        for (code, says) in CODES {
            writeln!(out, "{code} {says}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let loaded = args.rules.read()?;
    let color = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    for found in &loaded.checked.diagnostics {
        if args.short {
            writeln!(out, "{}", found.line(&loaded.files))?;
        } else {
            writeln!(out, "{}", found.render(&loaded.files, color))?;
        }
    }
    let count = |severity| {
        loaded
            .checked
            .diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if let Some(set) = &loaded.checked.set {
        writeln!(out, "{}", contents(set, loaded.checked.examples.len()))?;
    }
    writeln!(
        out,
        "{} files, {errors} errors, {warnings} warnings",
        loaded.files.len()
    )?;
    out.flush()?;
    Ok(super::verdict(errors == 0 && (warnings == 0 || !args.strict)))
}

fn contents(set: &RuleSet, examples: usize) -> String {
    let of = |status| set.rules.iter().filter(|r| r.status == status).count();
    format!(
        "{} rules ({} live, {} shadow, {} draft, {} retired), {} word lists with {} terms, {examples} examples, {} contests with {} \
         candidates and {} terms; set {}",
        set.rules.len(),
        of(Status::Live),
        of(Status::Shadow),
        of(Status::Draft),
        of(Status::Retired),
        set.words.len(),
        set.words.iter().map(|w| w.terms.len()).sum::<usize>(),
        set.contests.len(),
        set.contests.iter().map(|c| c.candidates.len()).sum::<usize>(),
        set.candidate_terms.len(),
        &set.hash[..12.min(set.hash.len())],
    )
}
