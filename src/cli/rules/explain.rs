//! `netra rules explain`: why a text does or does not hit.

use std::io::{self, IsTerminal as _, Read as _, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use super::diff::word;
use super::load::RulesDir;
use super::tree;
use crate::cli::scan::input::{Id, Row};
use crate::cli::scan::print::{self, printable};
use crate::matcher::{Explanation, Matcher, Missing, Scope, Text, Trace, When};

/// Arguments of `netra rules explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The text; `-` reads standard input
    text: String,
    #[command(flatten)]
    rules: RulesDir,
    /// Contest to try; may be repeated; `contoh` is the made-up one [default: all]
    #[arg(long, value_name = "ID")]
    contest: Vec<String>,
    /// Only these rules; may be repeated
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
    /// Day that decides the phase [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE")]
    at: Option<jiff::civil::Date>,
    /// Rules of which only a part was found too, all of them
    #[arg(long)]
    all: bool,
}

/// Longest text taken from standard input.
const LONGEST: u64 = 16 << 20;
/// Rules that do not hold shown without `--all`, the nearest first.
const NEAREST: usize = 8;

/// Prints the verdict and how it came about.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut text = args.text;
    if text == "-" {
        text.clear();
        io::stdin()
            .lock()
            .take(LONGEST)
            .read_to_string(&mut text)
            .context("standard input")?;
    }
    let matcher = Matcher::new(Arc::new(args.rules.set(&args.contest)?));
    let scope = Scope {
        at: args.at.map_or(When::Campaign, When::Day),
        region: None,
        contests: None,
    };
    let explained = matcher.explain(&Text::plain(&text), &scope);
    let color = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut out = io::stdout().lock();
    write(&mut out, &text, &explained, &args.rule, args.all, color)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn write(
    out: &mut impl Write,
    text: &str,
    explained: &Explanation,
    only: &[String],
    all: bool,
    color: bool,
) -> io::Result<()> {
    let row = Row {
        id: Id::Line(1),
        text: text.into(),
    };
    let mut verdict = Vec::new();
    print::human(&mut verdict, &row, &explained.verdict, color);
    out.write_all(&verdict)?;
    writeln!(out, "\nread as: {}", printable(&explained.folded))?;
    for folding in &explained.foldings {
        writeln!(
            out,
            "  {} -> {} ({}: {})",
            printable(&folding.from),
            printable(&folding.to),
            folding.step,
            in_english(folding.step)
        )?;
    }
    let wanted = |t: &&Trace| only.is_empty() || only.contains(&t.rule);
    let (held, mut partly): (Vec<&Trace>, Vec<&Trace>) = explained.rules.iter().filter(wanted).partition(|t| t.holds);
    if held.is_empty() && partly.is_empty() {
        writeln!(out, "\nno rule found even a part of itself in this text")?;
    }
    if !held.is_empty() {
        writeln!(out, "\nrules that hold:")?;
        for alike in alike(held) {
            write_trace(out, text, &alike)?;
        }
    }
    // One line of thought for each rule: the candidate for whom least is missing.
    partly.sort_by_key(|t| (t.missing.len(), std::cmp::Reverse(t.condition.found()), t.rule.as_str()));
    let mut shown = std::collections::BTreeSet::new();
    partly.retain(|t| all || shown.insert(t.rule.as_str()));
    let more = partly.len().saturating_sub(NEAREST);
    if !partly.is_empty() {
        writeln!(out, "\nrules of which a part was found, those that lack least first:")?;
        let most = if all || !only.is_empty() { partly.len() } else { NEAREST };
        for trace in partly.into_iter().take(most) {
            write_trace(out, text, &[trace])?;
        }
        if most == NEAREST && more > 0 {
            writeln!(out, "  and {more} more (--all)")?;
        }
    }
    Ok(())
}

/// Traces put together that differ in nothing but whom they are about: every contest has a number 2.
fn alike(traces: Vec<&Trace>) -> Vec<Vec<&Trace>> {
    let mut groups: Vec<Vec<&Trace>> = Vec::new();
    let same = |a: &Trace, b: &Trace| a.rule == b.rule && a.condition == b.condition && a.lowered_by == b.lowered_by;
    for trace in traces {
        match groups.iter_mut().find(|group| same(group[0], trace)) {
            Some(group) => group.push(trace),
            None => groups.push(vec![trace]),
        }
    }
    groups
}

/// What a step of folding is; its name is the one tuners and the desk's words know it by.
fn in_english(step: &str) -> &'static str {
    match step {
        "angka sebagai huruf" => "digits for letters",
        "bintang sebagai huruf" => "a star for a vowel",
        "huruf berulang" => "doubled letters",
        "ejaan gaul" => "slang spelling",
        "kata bilangan" => "number word",
        "kata ulang" => "doubled word",
        "induk tautan" => "the link's domain",
        "huruf berjarak" => "spaced letters",
        "kata bersambung" => "joined words",
        "tagar utuh" => "the whole hashtag",
        "akun" => "an account",
        "tanda di dalam kata" => "signs inside a word",
        "karakter tak terlihat" => "invisible characters",
        "huruf mirip atau bergaya" => "look-alike or styled letters",
        _ => "as it stands",
    }
}

/// Writes what one rule found; of traces that are alike it is written once.
fn write_trace(out: &mut impl Write, text: &str, alike: &[&Trace]) -> io::Result<()> {
    let [trace, others @ ..] = alike else { return Ok(()) };
    let candidate = trace.candidate.as_ref();
    let (contest, number) = candidate.map(|(contest, number)| (contest.as_str(), *number)).unzip();
    let who = print::whom(contest, number, others.len());
    writeln!(out, "  {} ({}{who}): {}", trace.rule, word(trace.status), trace.title)?;
    tree::write(out, text, &trace.condition, 4)?;
    for missing in &trace.missing {
        // What else is missing stands in the tree.
        match missing {
            Missing::Phase => writeln!(out, "    outside the phases of this rule")?,
            Missing::Region => writeln!(out, "    outside the regions of this rule")?,
            Missing::Words(_) | Missing::Unwanted(_) | Missing::Count(_) | Missing::Beside(_) => {}
        }
    }
    for by in &trace.lowered_by {
        writeln!(out, "    lowered by {by}")?;
    }
    Ok(())
}
