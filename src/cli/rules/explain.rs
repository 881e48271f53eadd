//! `netra rules explain`: why a text does or does not hit.

use std::io::{self, IsTerminal as _, Read as _, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use super::diff::word;
use super::load::RulesDir;
use crate::cli::scan::input::{Id, Row};
use crate::cli::scan::print::{self, printable};
use crate::matcher::{Explanation, Matcher, Scope, Text, Trace, When};
use crate::model::Span;

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
        for trace in held {
            write_trace(out, text, trace)?;
        }
    }
    // One line of thought for each rule: the candidate of whom most was found.
    let found = |t: &Trace| {
        (
            t.parts.iter().filter(|p| p.holds).count(),
            std::cmp::Reverse(t.missing.len()),
        )
    };
    partly.sort_by(|a, b| found(b).cmp(&found(a)).then(a.rule.cmp(&b.rule)));
    let mut shown = std::collections::BTreeSet::new();
    partly.retain(|t| all || shown.insert(t.rule.as_str()));
    let more = partly.len().saturating_sub(NEAREST);
    if !partly.is_empty() {
        writeln!(out, "\nrules of which a part was found:")?;
        let most = if all || !only.is_empty() { partly.len() } else { NEAREST };
        for trace in partly.into_iter().take(most) {
            write_trace(out, text, trace)?;
        }
        if most == NEAREST && more > 0 {
            writeln!(out, "  and {more} more (--all)")?;
        }
    }
    Ok(())
}

/// What a step of folding is; its name is the one tuners and the desk's words know it by.
fn in_english(step: &str) -> &'static str {
    match step {
        "angka sebagai huruf" => "digits for letters",
        "bintang sebagai huruf" => "a star for a vowel",
        "huruf berulang" => "doubled letters",
        "ejaan gaul" => "slang spelling",
        "kata bilangan" => "number word",
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

fn write_trace(out: &mut impl Write, text: &str, trace: &Trace) -> io::Result<()> {
    let who = trace.candidate.as_ref().map_or_else(String::new, |(contest, number)| {
        format!(", {contest} candidate {number}")
    });
    writeln!(out, "  {} ({}{who}): {}", trace.rule, word(trace.status), trace.title)?;
    // A quoted word that was not found is one of many alternatives; the expression it stands in says enough.
    for part in trace.parts.iter().filter(|p| p.holds || !is_literal(&p.expr)) {
        let sign = if part.holds { '+' } else { '-' };
        writeln!(out, "    {sign} {}{}", brief(&part.expr), places(text, &part.spans))?;
    }
    if !trace.holds {
        for missing in trace.missing.iter().filter(|m| !m.ends_with('\'')).take(MISSING) {
            writeln!(out, "    {}", brief(missing))?;
        }
    }
    for by in &trace.lowered_by {
        writeln!(out, "    lowered by {by}")?;
    }
    Ok(())
}

fn is_literal(expr: &str) -> bool {
    expr.starts_with(['\'', '"'])
}

/// Reasons shown for a rule that does not hold; the outermost come first.
const MISSING: usize = 3;

/// An expression with long runs of quoted alternatives shortened: `any('a', 'b', … 9 more)`.
fn brief(expr: &str) -> String {
    const SHOWN: usize = 3;
    let mut out = String::new();
    let (mut run, mut hidden) = (0, 0);
    let parts: Vec<&str> = expr.split(", ").collect();
    for (at, part) in parts.iter().enumerate() {
        let literal = |p: &str| is_literal(p) && (p.ends_with('\'') || p.ends_with('"'));
        let opens = part.rsplit('(').next().is_some_and(literal);
        run = if opens { run + 1 } else { 0 };
        if run > SHOWN && literal(part) {
            hidden += 1;
            continue;
        }
        if at > 0 {
            out.push_str(", ");
        }
        if hidden > 0 {
            out.extend(["… ", &hidden.to_string(), " more, "]);
            hidden = 0;
        }
        out.push_str(part);
    }
    out
}

/// The words at a few places.
fn places(text: &str, spans: &[Span]) -> String {
    const SHOWN: usize = 4;
    let words: Vec<String> = spans
        .iter()
        .take(SHOWN)
        .filter_map(|s| text.get(s.range()))
        .map(|w| format!("«{}»", printable(w)))
        .collect();
    let more = if spans.len() > SHOWN { " …" } else { "" };
    if words.is_empty() {
        String::new()
    } else {
        format!(": {}{more}", words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn long_runs_of_alternatives_are_shortened() {
        assert_eq!(
            brief("near(any('a', 'b', 'c', 'd', 'e', 'f'), @x, 2)"),
            "near(any('a', 'b', 'c', … 2 more, 'f'), @x, 2)"
        );
        assert_eq!(brief("near(@a, 'b', 3)"), "near(@a, 'b', 3)");
    }
}
