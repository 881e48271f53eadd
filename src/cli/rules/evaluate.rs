//! `netra rules evaluate`: precision and recall on labelled rows.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;

use super::load::{self, RulesDir};
use crate::app::corpus::{self, Entry};
use crate::cli::scan::print::printable;
use crate::matcher::{Matcher, Scope, Scratch, Text, When};
use crate::model::{Contest, Level, Outcome, Verdict};
use crate::rules::{RuleSet, sample_contest};

/// Arguments of `netra rules evaluate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Labelled rows: *.jsonl, *.tsv, *.csv with text, expect and perhaps category and lang
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
    /// Day that decides the phase [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE")]
    at: Option<jiff::civil::Date>,
    /// Fail below this share of rows to be queued that are queued (0 to 1)
    #[arg(long, value_name = "SHARE")]
    min_recall: Option<f64>,
    /// Fail below this share of queued rows that were to be queued
    #[arg(long, value_name = "SHARE")]
    min_precision: Option<f64>,
    /// Fail above this share of the other rows that is queued
    #[arg(long, value_name = "SHARE")]
    max_false: Option<f64>,
    /// Misses and false hits shown
    #[arg(long, default_value_t = 10)]
    worst: usize,
}

/// What a label asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    /// To be queued.
    Flag,
    /// Noted or queued, either is right.
    Review,
    /// A note and no more.
    Note,
    /// Not to be queued.
    NotQueued,
    /// Either is right; counts nowhere.
    Anything,
}

/// The words people label with.
fn want(label: &str) -> Option<Want> {
    match label.trim().to_ascii_lowercase().as_str() {
        "flag" => Some(Want::Flag),
        "review" => Some(Want::Review),
        "note" => Some(Want::Note),
        "clear" | "suppress" | "no_flag" | "neutral" => Some(Want::NotQueued),
        "borderline" => Some(Want::Anything),
        _ => None,
    }
}

#[derive(Debug, Default, Clone)]
struct Score {
    right: u64,
    missed: u64,
    false_hits: u64,
    left: u64,
    review: u64,
    reviewed: u64,
}

impl Score {
    fn count(&mut self, want: Want, outcome: Outcome) {
        let queued = outcome == Outcome::Flag;
        match (want, queued) {
            (Want::Flag, true) => self.right += 1,
            (Want::Flag, false) => self.missed += 1,
            (Want::Review, _) => {
                self.review += 1;
                self.reviewed += u64::from(outcome != Outcome::Clear);
            }
            (_, true) => self.false_hits += 1,
            (_, false) => self.left += 1,
        }
    }

    fn line(&self, name: &str) -> Vec<String> {
        let asked = self.right + self.missed;
        let others = self.false_hits + self.left;
        vec![
            name.to_owned(),
            (asked + others + self.review).to_string(),
            share(self.right, self.right + self.false_hits),
            share(self.right, asked),
            share(self.false_hits, others),
            share(self.reviewed, self.review),
        ]
    }
}

/// Rows by what went wrong: how many, and one of them.
type Wrong = BTreeMap<String, (u64, String)>;

/// Judges every row and prints the report.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut set = args.rules.set(&args.contest)?;
    if set.contests.is_empty() {
        set = load::narrowed(set, &[sample_contest().id])?;
    }
    let names = names_for(&set, args.candidate)?;
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
    for file in &args.files {
        corpus::read(file, |entry| {
            let Some(want) = want(&entry.expect) else {
                bail!(
                    "line {}: `expect` is \"{}\"; known: flag, review, note, clear, borderline",
                    entry.line,
                    entry.expect
                );
            };
            if want == Want::Anything {
                uncounted += 1;
                return Ok(());
            }
            let text = filled(&entry.text, &names);
            let verdict = matcher.judge(&Text::plain(&text), &scope, &mut scratch);
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
            Ok(())
        })?;
    }
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
    let good = bars(args, &total, &mut out)?;
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

fn bars(args: &Args, total: &Score, out: &mut impl io::Write) -> io::Result<bool> {
    let asked = total.right + total.missed;
    let mut good = true;
    let mut bar = |name: &str, value: f64, limit: Option<f64>, least: bool| -> io::Result<()> {
        let Some(limit) = limit else { return Ok(()) };
        let held = if least { value >= limit } else { value <= limit };
        writeln!(
            out,
            "{name} {value:.4}: {} {limit}",
            if held { "within" } else { "outside" }
        )?;
        good &= held;
        Ok(())
    };
    bar("recall", ratio(total.right, asked, 1.0), args.min_recall, true)?;
    bar(
        "precision",
        ratio(total.right, total.right + total.false_hits, 1.0),
        args.min_precision,
        true,
    )?;
    bar(
        "false",
        ratio(total.false_hits, total.false_hits + total.left, 0.0),
        args.max_false,
        false,
    )?;
    Ok(good)
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows, far below 2^52")]
fn ratio(part: u64, whole: u64, none: f64) -> f64 {
    if whole == 0 { none } else { part as f64 / whole as f64 }
}

/// A share with Wilson's interval of 95%.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let (low, high) = wilson(part, whole);
    format!(
        "{:.1}% ({:.1}-{:.1}) {part}/{whole}",
        100.0 * ratio(part, whole, 0.0),
        100.0 * low,
        100.0 * high
    )
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows, far below 2^52")]
fn wilson(part: u64, whole: u64) -> (f64, f64) {
    const Z: f64 = 1.96;
    let (n, p) = (whole as f64, ratio(part, whole, 0.0));
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (
        ((middle - spread) / scale).max(0.0),
        ((middle + spread) / scale).min(1.0),
    )
}

/// What stands for a candidate in labelled rows: placeholder and value.
fn names_for(set: &RuleSet, number: Option<u32>) -> anyhow::Result<Vec<(&'static str, String)>> {
    let chosen = set.contests.iter().find_map(|contest| {
        let mut candidates = contest.candidates.iter().filter(|c| !c.empty_box);
        let one = candidates.find(|c| number.is_none_or(|n| c.number == n))?;
        Some((contest, one))
    });
    let Some((contest, one)) = chosen else {
        bail!("no contest has such a candidate")
    };
    let call = |side: &crate::model::CandidateSide| side.aliases.first().unwrap_or(&side.name).clone();
    let (head, deputy) = (call(&one.head), one.deputy.as_ref().map(call).unwrap_or_default());
    let place = place(contest);
    let party = one
        .parties
        .first()
        .cloned()
        .unwrap_or_else(|| "Partai Contoh".to_owned());
    let other = contest
        .candidates
        .iter()
        .find(|c| c.number != one.number)
        .map(|c| call(&c.head))
        .unwrap_or_default();
    let tag = one.hashtags.first().cloned().unwrap_or_else(|| head.replace(' ', ""));
    Ok(vec![
        ("<CALON>", head.clone()),
        ("{calon}", head),
        ("<WAKIL>", deputy.clone()),
        ("{wakil}", deputy),
        ("<NO>", one.number.to_string()),
        ("<NOMOR>", one.number.to_string()),
        ("{nomor}", one.number.to_string()),
        ("<PARTAI>", party.clone()),
        ("{partai}", party),
        ("<KAB>", place.clone()),
        ("<DAERAH>", place),
        ("{lawan}", other),
        ("{tagar}", format!("#{tag}")),
    ])
}

/// The place a contest is about, from its name.
fn place(contest: &Contest) -> String {
    let words: Vec<&str> = contest
        .name
        .split_whitespace()
        .filter(|w| !w.chars().all(|c| c.is_ascii_digit()))
        .collect();
    words.last().map_or_else(String::new, |word| (*word).to_owned())
}

fn filled(text: &str, names: &[(&'static str, String)]) -> String {
    let mut text = text.to_owned();
    for (placeholder, value) in names {
        // In a hashtag or an account a name has no blanks.
        for sign in ["#", "@"] {
            text = text.replace(
                &format!("{sign}{placeholder}"),
                &format!("{sign}{}", value.replace(' ', "")),
            );
        }
        text = text.replace(placeholder, value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_is_the_known_interval() {
        let (low, high) = wilson(95, 100);
        assert!(
            (low - 0.888).abs() < 0.001 && (high - 0.978).abs() < 0.001,
            "{low} {high}"
        );
        assert!(wilson(0, 10).0.abs() < 1e-9);
    }

    #[test]
    fn placeholders_of_hashtags_are_joined() {
        let names = [("<CALON>", "Siti Andara".to_owned())];
        assert_eq!(
            filled("pilih <CALON> #<CALON>Lanjut", &names),
            "pilih Siti Andara #SitiAndaraLanjut"
        );
    }
}
