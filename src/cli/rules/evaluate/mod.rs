//! `netra rules evaluate`: precision and recall on labelled rows.
//!
//! Does: judge every row, print what came of them, whether other candidates in their place come to the same and whether the bars are
//! held. Does not: report on a part of the rows; with one bad row the numbers would be those of another file.

mod alike;
mod labelled;
mod score;

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use self::alike::Alike;
use self::labelled::{Want, chosen, filled, names_of, want};
use self::score::{Bars, Score};
use super::contests;
use super::load::RulesDir;
use crate::app::corpus::{self, Entry};
use crate::app::posts::Refused;
use crate::cli::scan::print::printable;
use crate::matcher::{GivenText, Matcher, Scope, Scratch, When};
use crate::model::{Level, Outcome, Verdict};
use crate::rules::sample_contest;

/// Arguments of `netra rules evaluate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Labelled rows: *.jsonl, *.tsv, *.csv with text and expect (flag, review, note, clear, suppress, `no_flag`, neutral, borderline).
    /// Columns category and lang only group the rows of the report; nothing is held against them
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    rules: RulesDir,
    /// Contest to try; may be repeated; `contoh` is the made-up one [default: all, or the made-up one if there is none]
    #[arg(long, value_name = "ID")]
    contest: Vec<String>,
    /// Ballot number of the candidate that fills placeholders [default: the first]
    #[arg(long, value_name = "N")]
    candidate: Option<u32>,
    /// Day that decides the phase, for example 2024-11-25 [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day::day)]
    at: Option<jiff::civil::Date>,
    #[command(flatten)]
    bars: Bars,
    /// Misses and false hits shown
    #[arg(long, default_value_t = 10)]
    worst: usize,
}

/// Rows by what went wrong: how many, and one of them.
type Wrong = BTreeMap<String, (u64, String)>;

/// Bad rows: the first are told as they are met, all are counted.
#[derive(Default)]
struct Bad {
    rows: usize,
}

impl Bad {
    const TOLD: usize = 20;

    fn add(&mut self, file: &Path, line: u64, reason: &str) {
        self.rows += 1;
        if self.rows <= Self::TOLD {
            eprintln!("{}:{line}: {reason}", file.display());
        }
    }

    /// An error if there is one.
    fn none(&self) -> anyhow::Result<()> {
        let unlisted = match self.rows.saturating_sub(Self::TOLD) {
            0 => String::new(),
            rows => format!(", {rows} of them not listed"),
        };
        match self.rows {
            0 => Ok(()),
            1 => Err(Refused("1 bad row; nothing was evaluated".to_owned()).into()),
            rows => Err(Refused(format!("{rows} bad rows{unlisted}; nothing was evaluated")).into()),
        }
    }
}

/// Judges every row and prints the report.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut set = args.rules.set(&args.contest)?;
    if set.contests.is_empty() {
        set = contests::chosen(set, &[sample_contest().id])?;
    }
    let (contest, one) = chosen(&set, args.candidate)?;
    let names = names_of((contest, one));
    let others = contest
        .candidates
        .iter()
        .filter(|c| !c.empty_box && c.number != one.number);
    let mut alike = Alike::new(others.map(|c| (c.number, names_of((contest, c)))).collect());
    let matcher = Matcher::new(Arc::new(set));
    let scope = Scope {
        at: args.at.map_or(When::Campaign, When::Day),
        region: None,
        contests: None,
    };
    let mut scratch = Scratch::default();
    let mut total = Score::default();
    let mut groups: BTreeMap<(&str, String), Score> = BTreeMap::new();
    let (mut misses, mut false_hits) = (Wrong::new(), Wrong::new());
    let mut uncounted = 0_u64;
    let mut bad = Bad::default();
    for file in &args.files {
        corpus::read_all(file, |line, entry| {
            let labelled = entry.and_then(|entry| Ok((want(&entry, &names)?, entry)));
            let (want, entry) = match labelled {
                Ok(labelled) => labelled,
                Err(reason) => {
                    bad.add(file, line, &reason);
                    return Ok(());
                }
            };
            if want == Want::Anything {
                uncounted += 1;
                return Ok(());
            }
            let text = filled(&entry.text, &names);
            let given = GivenText::new(&text, entry.kind);
            let verdict = matcher.judge(&given.as_text(), &scope, &mut scratch);
            total.count(want, verdict.outcome);
            for (kind, name) in [("category", &entry.category), ("language", &entry.language)] {
                if !name.is_empty() {
                    groups
                        .entry((kind, name.clone()))
                        .or_default()
                        .count(want, verdict.outcome);
                }
            }
            note_wrong(want, &verdict, &entry, &text, &mut misses, &mut false_hits);
            alike.count(&entry, (&text, verdict.outcome), &matcher, &scope, &mut scratch);
            Ok(())
        })?;
    }
    bad.none()?;
    let mut out = io::stdout().lock();
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header([
        "",
        "rows",
        "precision (95%)",
        "recall (95%)",
        "queued of the others",
        "noted of review",
    ]);
    table.add_row(total.line("all"));
    for ((kind, name), score) in &groups {
        table.add_row(score.line(&format!("{kind} {name}")));
    }
    writeln!(out, "{table}")?;
    write_wrong(&mut out, "misses, by what lowered them", &misses, args.worst)?;
    write_wrong(&mut out, "false hits, by rule", &false_hits, args.worst)?;
    if uncounted > 0 {
        writeln!(out, "{uncounted} borderline rows count nowhere")?;
    }
    alike.write(&mut out, args.worst)?;
    let good = args.bars.hold(&total, &mut out)?;
    out.flush()?;
    Ok(super::verdict(good))
}

fn note_wrong(want: Want, verdict: &Verdict, entry: &Entry, text: &str, misses: &mut Wrong, false_hits: &mut Wrong) {
    let place = || {
        format!(
            "line {}: {}",
            entry.line,
            printable(&text.chars().take(160).collect::<String>())
        )
    };
    let add = |wrong: &mut Wrong, key: String| wrong.entry(key).or_insert_with(|| (0, place())).0 += 1;
    let queued = verdict.outcome == Outcome::Flag;
    match want {
        Want::Flag if !queued => {
            let lowered = verdict
                .suppressed
                .iter()
                .map(|s| format!("{} lowered by {}", s.rule, s.by));
            let noted = verdict.hits.iter().map(|h| format!("only a note: {}", h.rule));
            let mut why: Vec<String> = lowered.chain(noted).collect();
            why.dedup();
            if why.is_empty() {
                why.push("nothing hit".to_owned());
            }
            for key in why {
                add(misses, key);
            }
        }
        Want::Review if verdict.outcome == Outcome::Clear => add(misses, "to be reviewed, but clear".to_owned()),
        Want::Note | Want::NotQueued if queued => {
            let mut rules: Vec<&str> = verdict
                .hits
                .iter()
                .filter(|h| !h.shadow && h.level > Level::Rendah)
                .map(|h| h.rule.as_str())
                .collect();
            rules.dedup();
            for rule in rules {
                add(false_hits, rule.to_owned());
            }
        }
        _ => {}
    }
}

fn write_wrong(out: &mut impl io::Write, title: &str, wrong: &Wrong, worst: usize) -> io::Result<()> {
    if wrong.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:")?;
    let mut sorted: Vec<_> = wrong.iter().collect();
    sorted.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(a.0.cmp(b.0)));
    for (key, (count, example)) in sorted.into_iter().take(worst) {
        writeln!(out, "{count:>6} {key}\n       {example}")?;
    }
    Ok(())
}
