//! `netra rules parity`: candidates are treated alike, or the difference is shown.
//!
//! Does: print what [`crate::matcher::parity`] proves. Does not: judge.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::load::RulesDir;
use crate::app::corpus;
use crate::cli::scan::print::printable;
use crate::matcher::When;
use crate::matcher::parity::{self, Difference, Proof};
use crate::model::Verdict;

/// Arguments of `netra rules parity`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: RulesDir,
    /// Contest to prove; may be repeated; `contoh` is the made-up one [default: all]
    #[arg(long, value_name = "ID")]
    contest: Vec<String>,
    /// Further texts for the exchange: lines, *.jsonl, *.csv, *.tsv; may be repeated
    #[arg(long, value_name = "FILE")]
    corpus: Vec<PathBuf>,
    /// Day that decides the phase, for example 2024-11-25 [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day::day)]
    at: Option<jiff::civil::Date>,
    /// Differences shown; all are counted
    #[arg(long, default_value_t = 20)]
    examples: usize,
}

/// Proves, or shows where it fails.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let set = args.rules.set(&args.contest)?;
    let mut texts = Vec::new();
    for file in &args.corpus {
        corpus::read(file, |entry| {
            texts.push((entry.text, entry.kind));
            Ok(())
        })?;
    }
    let proof = parity::prove(&set, &texts, args.at.map_or(When::Campaign, When::Day));
    let mut out = io::stdout().lock();
    write(&mut out, &proof, args.examples)?;
    out.flush()?;
    Ok(super::verdict(proof.unlike == 0))
}

/// The differences, and how much was tried.
pub fn write(out: &mut impl Write, proof: &Proof, examples: usize) -> io::Result<()> {
    for difference in proof.differences.iter().take(examples) {
        writeln!(out, "{}", said(difference))?;
    }
    let contests = if proof.contests < proof.of {
        format!("{} of {} contests", proof.contests, proof.of)
    } else {
        format!("{} contests", proof.contests)
    };
    writeln!(
        out,
        "{contests}, {} pairs of candidates: {} texts exchanged, {} replaced, {} passed over (a number without its word, or no name of \
         the same kind), {} differences",
        proof.pairs, proof.exchanged, proof.replaced, proof.passed_over, proof.unlike
    )
}

fn said(difference: &Difference) -> String {
    let judged = |verdict: &Verdict| {
        let hits = verdict
            .hits
            .iter()
            .map(|h| format!("{} ({})", h.rule, h.candidate.map_or("-".to_owned(), |n| n.to_string())));
        let lowered = verdict
            .suppressed
            .iter()
            .map(|s| format!("{} lowered by {}", s.rule, s.by));
        format!(
            "{}: {}",
            verdict.outcome,
            hits.chain(lowered).collect::<Vec<_>>().join(", ")
        )
    };
    let ((text, here), (other, there)) = (&difference.here, &difference.there);
    format!(
        "{}:\n  {}\n    {}\n  {}\n    {}",
        difference.contest,
        printable(text),
        judged(here),
        printable(other),
        judged(there)
    )
}
