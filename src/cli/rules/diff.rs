//! `netra rules diff`: the old set against the new one over a corpus.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use super::corpus;
use super::load::{self, RulesDir};
use crate::cli::scan::print::printable;
use crate::matcher::{Matcher, Scope, Scratch, Text, When};
use crate::model::{Outcome, Verdict};
use crate::rules::RuleSet;

/// Arguments of `netra rules diff`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder with the old rules
    old: PathBuf,
    /// Folder with the new rules [default: --rules]
    new: Option<PathBuf>,
    #[command(flatten)]
    rules: RulesDir,
    /// Texts: lines, *.jsonl, *.csv, *.tsv; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    corpus: Vec<PathBuf>,
    /// Contest to try; may be repeated [default: all of each set]
    #[arg(long, value_name = "ID")]
    contest: Vec<String>,
    /// Day that decides the phase [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE")]
    at: Option<jiff::civil::Date>,
    /// Examples shown for each rule and kind of change
    #[arg(long, default_value_t = 5)]
    examples: usize,
}

/// What changed for one rule.
#[derive(Default)]
struct Change {
    new: u64,
    lost: u64,
    same: u64,
    gained: Vec<String>,
    gone: Vec<String>,
}

/// Prints new, lost and unchanged hits by rule, and outcomes that changed.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let new_dir = args.new.clone().unwrap_or_else(|| args.rules.path());
    let (old, new) = (
        load::usable(&args.old, &args.contest)?,
        load::usable(&new_dir, &args.contest)?,
    );
    let mut out = io::stdout().lock();
    write_rules(&mut out, &old, &new)?;
    let (old, new) = (Matcher::new(Arc::new(old)), Matcher::new(Arc::new(new)));
    let scope = Scope {
        at: args.at.map_or(When::Campaign, When::Day),
        region: None,
        contests: None,
    };
    let mut scratch = (Scratch::default(), Scratch::default());
    let mut changes: BTreeMap<String, Change> = BTreeMap::new();
    let mut outcomes: BTreeMap<(Outcome, Outcome), u64> = BTreeMap::new();
    let mut texts = 0_u64;
    for file in &args.corpus {
        corpus::read(file, |entry| {
            let before = old.judge(&Text::plain(&entry.text), &scope, &mut scratch.0);
            let after = new.judge(&Text::plain(&entry.text), &scope, &mut scratch.1);
            texts += 1;
            *outcomes.entry((before.outcome, after.outcome)).or_default() += 1;
            let (had, has) = (rules_of(&before), rules_of(&after));
            let place = || format!("{}:{}: {}", file.display(), entry.line, short(&entry.text));
            for rule in had.union(&has) {
                let change = changes.entry((*rule).to_owned()).or_default();
                match (had.contains(rule), has.contains(rule)) {
                    (true, true) => change.same += 1,
                    (false, _) => {
                        change.new += 1;
                        if change.gained.len() < args.examples {
                            change.gained.push(place());
                        }
                    }
                    (true, false) => {
                        change.lost += 1;
                        if change.gone.len() < args.examples {
                            change.gone.push(place());
                        }
                    }
                }
            }
            Ok(())
        })?;
    }
    for (rule, change) in &changes {
        writeln!(
            out,
            "{rule}: {} new, {} lost, {} same",
            change.new, change.lost, change.same
        )?;
        for text in &change.gained {
            writeln!(out, "  + {text}")?;
        }
        for text in &change.gone {
            writeln!(out, "  - {text}")?;
        }
    }
    writeln!(out, "{texts} texts")?;
    for ((before, after), count) in outcomes.iter().filter(|((before, after), _)| before != after) {
        writeln!(out, "{count:>8} {before} -> {after}")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn rules_of(verdict: &Verdict) -> BTreeSet<&str> {
    verdict.hits.iter().map(|h| h.rule.as_str()).collect()
}

/// Rules added, removed, reworded.
fn write_rules(out: &mut impl io::Write, old: &RuleSet, new: &RuleSet) -> io::Result<()> {
    let versions = |set: &RuleSet| -> BTreeMap<String, (String, crate::rules::Status)> {
        set.rules
            .iter()
            .map(|r| (r.id.clone(), (r.version.clone(), r.status)))
            .collect()
    };
    let (before, after) = (versions(old), versions(new));
    for (id, (version, status)) in &after {
        match before.get(id) {
            None => writeln!(out, "rule {id}: added ({version})")?,
            Some((was, _)) if was != version => writeln!(out, "rule {id}: reworded ({was} -> {version})")?,
            Some((_, was)) if was != status => writeln!(out, "rule {id}: {was:?} -> {status:?}")?,
            Some(_) => {}
        }
    }
    for id in before.keys().filter(|id| !after.contains_key(*id)) {
        writeln!(out, "rule {id}: removed")?;
    }
    Ok(())
}

fn short(text: &str) -> String {
    let shown: String = text.chars().take(160).collect();
    printable(&shown) + if shown.len() < text.len() { "…" } else { "" }
}
