//! `netra rules diff`: the old set against the new one over a corpus.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::load::{self, RulesDir};
use crate::app::corpus;
use crate::cli::scan::print::printable;
use crate::matcher::{GivenText, Matcher, Scope, Scratch, When};
use crate::model::Verdict;
use crate::report::trial::{Change, Trial};
use crate::rules::{RuleSet, Status, expression_text};

/// Arguments of `netra rules diff`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder with the old rules
    old: PathBuf,
    /// Folder with the new rules [default: --rules]
    new: Option<PathBuf>,
    #[command(flatten)]
    rules: RulesDir,
    #[command(flatten)]
    texts: Texts,
}

/// On what, and how, two sets are compared.
#[derive(Debug, clap::Args)]
pub struct Texts {
    /// Texts: lines, *.jsonl, *.csv, *.tsv, each also *.gz; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    pub corpus: Vec<PathBuf>,
    /// Contest to try; may be repeated [default: all of each set]
    #[arg(long, value_name = "ID")]
    pub contest: Vec<String>,
    /// Day that decides the phase, for example 2024-11-25 [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day::day)]
    at: Option<jiff::civil::Date>,
    /// Examples shown for each rule and kind of change
    #[arg(long, default_value_t = 5)]
    examples: usize,
    /// Rules without a change too, one line each
    #[arg(long)]
    all: bool,
}

/// Prints what changed in the rules, then new, lost and unchanged hits by rule, and outcomes that changed.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let new_dir = args.new.clone().unwrap_or_else(|| args.rules.path());
    let (old, new) = (
        load::usable(&args.old, &args.texts.contest)?,
        load::usable(&new_dir, &args.texts.contest)?,
    );
    let mut out = io::stdout().lock();
    compare(&mut out, old, new, &args.texts)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Compares and prints.
pub fn compare(out: &mut impl Write, old: RuleSet, new: RuleSet, texts: &Texts) -> anyhow::Result<Trial> {
    write_rules(out, &old, &new)?;
    let (old, new) = (Matcher::new(Arc::new(old)), Matcher::new(Arc::new(new)));
    let scope = Scope {
        at: texts.at.map_or(When::Campaign, When::Day),
        region: None,
        contests: None,
    };
    let mut scratch = (Scratch::default(), Scratch::default());
    let mut trial = Trial::new(texts.examples);
    for file in &texts.corpus {
        corpus::read(file, |entry| {
            let given = GivenText::new(&entry.text, entry.kind);
            let before = old.judge(&given.as_text(), &scope, &mut scratch.0);
            let after = new.judge(&given.as_text(), &scope, &mut scratch.1);
            trial.add(&entry.text, &before, &after, |rule, verdict| {
                let words = words_of(rule, verdict, &entry.text);
                format!("{}:{}: {words} in: {}", name(file), entry.line, short(&entry.text))
            });
            Ok(())
        })?;
    }
    write_trial(out, &trial, texts)?;
    Ok(trial)
}

fn name(file: &Path) -> String {
    file.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn write_trial(out: &mut impl Write, trial: &Trial, texts: &Texts) -> io::Result<()> {
    let names: Vec<String> = texts.corpus.iter().map(|file| name(file)).collect();
    writeln!(
        out,
        "{} texts of {}, corpus {}",
        trial.texts,
        names.join(", "),
        &trial.corpus()[..12]
    )?;
    let changed = |change: &&Change| change.new + change.lost > 0;
    let mut same = (0_u64, 0_u64);
    writeln!(out)?;
    for (rule, change) in &trial.changes {
        if !changed(&change) && !texts.all {
            same = (same.0 + 1, same.1 + change.same);
            continue;
        }
        let Change {
            new,
            lost,
            same,
            shadow,
            gained,
            gone,
        } = change;
        let watched = if *shadow > 0 {
            format!(", {shadow} in the shadow")
        } else {
            String::new()
        };
        writeln!(out, "{rule}: {new} new, {lost} lost, {same} same{watched}")?;
        for text in gained {
            writeln!(out, "  + {text}")?;
        }
        more(out, '+', *new, gained.len())?;
        for text in gone {
            writeln!(out, "  - {text}")?;
        }
        more(out, '-', *lost, gone.len())?;
    }
    if !trial.changes.values().any(|change| changed(&change)) {
        writeln!(out, "no hit is new or lost")?;
    }
    if same.0 > 0 {
        writeln!(
            out,
            "rules that hit as before: {}, hits: {} (--all lists them)",
            same.0, same.1
        )?;
    }
    let outcomes = trial.outcomes.iter().filter(|((before, after), _)| before != after);
    let outcomes: Vec<_> = outcomes.collect();
    if outcomes.is_empty() {
        writeln!(out, "\nno text is judged otherwise")?;
    } else {
        writeln!(out, "\ntexts judged otherwise:")?;
    }
    for ((before, after), count) in outcomes {
        writeln!(out, "{count:>8} {before} -> {after}")?;
    }
    Ok(())
}

fn more(out: &mut impl Write, sign: char, count: u64, shown: usize) -> io::Result<()> {
    let hidden = count.saturating_sub(shown as u64);
    if hidden > 0 {
        writeln!(out, "  {sign} and {hidden} more (--examples)")?;
    }
    Ok(())
}

/// Rules and word lists added, removed, reworded, taken further.
pub fn write_rules(out: &mut impl Write, old: &RuleSet, new: &RuleSet) -> io::Result<()> {
    let by_id = |set: &RuleSet| -> BTreeMap<String, usize> {
        // Where a version runs on in the place of a newer one, the one in force stands for the rule.
        let order = |(index, rule): (usize, &crate::rules::Rule)| (rule.status == Status::Live, rule.id.clone(), index);
        let mut all: Vec<_> = set.rules.iter().enumerate().map(order).collect();
        all.sort();
        all.into_iter().map(|(_, id, index)| (id, index)).collect()
    };
    let (before, after) = (by_id(old), by_id(new));
    let mut same = 0;
    for (id, at) in &after {
        let rule = &new.rules[*at];
        let Some(was) = before.get(id).map(|at| &old.rules[*at]) else {
            writeln!(out, "rule {id}: added ({}, {})", rule.version, word(rule.status))?;
            continue;
        };
        if was.version != rule.version {
            writeln!(out, "rule {id}: reworded ({} -> {})", was.version, rule.version)?;
            // A version that runs on in the place of a newer one has its own copies of lists, named after it.
            let from = expression_text(&was.condition, &old.words).replace(&format!("-{}", was.version), "");
            let to = expression_text(&rule.condition, &new.words);
            let names = |rule: &crate::rules::Rule| -> BTreeSet<String> { rule.unless.iter().cloned().collect() };
            let suppressors = exchanged(&names(was), &names(rule), str::to_owned);
            if from == to && suppressors.is_empty() {
                writeln!(
                    out,
                    "  the condition is the same; a list it uses, its level or its phases are not"
                )?;
            } else if from != to {
                let (from, to) = apart(&from, &to);
                writeln!(out, "  - {from}\n  + {to}")?;
            }
            if !suppressors.is_empty() {
                writeln!(out, "  unless: {}", short(&suppressors))?;
            }
        }
        if was.status != rule.status {
            writeln!(out, "rule {id}: {} -> {}", word(was.status), word(rule.status))?;
        } else if was.version == rule.version {
            same += 1;
        }
    }
    for id in before.keys().filter(|id| !after.contains_key(*id)) {
        writeln!(out, "rule {id}: removed")?;
    }
    for list in &new.words {
        let terms = |list: &crate::rules::WordList| -> BTreeSet<String> {
            list.terms.iter().map(|term| term.text.clone()).collect()
        };
        let copy = |was: &&crate::rules::WordList| {
            let digest = was
                .name
                .strip_prefix(&list.name)
                .and_then(|rest| rest.strip_prefix('-'));
            digest.is_some_and(|digest| digest.len() == 12 && digest.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        let was = old
            .words
            .iter()
            .find(copy)
            .or_else(|| old.words.iter().find(|was| was.name == list.name));
        let (had, has) = (was.map(&terms).unwrap_or_default(), terms(list));
        let changes = exchanged(&had, &has, |term| format!("\"{term}\""));
        if was.is_some() && !changes.is_empty() {
            writeln!(out, "list @{}: {}", list.name, short(&changes))?;
        }
    }
    writeln!(out, "rules that are the same: {same}\n")
}

/// What came and what went, each as it is shown.
fn exchanged(had: &BTreeSet<String>, has: &BTreeSet<String>, show: impl Fn(&str) -> String) -> String {
    let came = has.difference(had).map(|one| format!("+{}", show(one)));
    let went = had.difference(has).map(|one| format!("-{}", show(one)));
    came.chain(went).collect::<Vec<_>>().join(" ")
}

/// Two texts that differ, each from a little before the first difference to a little after the last.
fn apart(from: &str, to: &str) -> (String, String) {
    const ROUND: usize = 40;
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
        a.zip(b).take_while(|(a, b)| a == b).count()
    };
    let head = same(&mut from.chars(), &mut to.chars());
    let length = from.chars().count().min(to.chars().count());
    let tail = same(&mut from.chars().rev(), &mut to.chars().rev()).min(length - head);
    let (skip, keep) = (head.saturating_sub(ROUND), tail.saturating_sub(ROUND));
    let part = |text: &str| {
        let count = text.chars().count();
        let middle: String = text.chars().skip(skip).take(count - skip - keep).collect();
        let (before, after) = (if skip > 0 { "…" } else { "" }, if keep > 0 { "…" } else { "" });
        format!("{before}{middle}{after}")
    };
    (part(from), part(to))
}

/// A status as files write it.
pub const fn word(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Shadow => "shadow",
        Status::Live => "live",
        Status::Retired => "retired",
    }
}

/// The words that a rule marks in a text.
fn words_of(rule: &str, verdict: &Verdict, text: &str) -> String {
    let spans = verdict
        .hits
        .iter()
        .filter(|hit| hit.rule == rule)
        .flat_map(|hit| &hit.spans);
    let words: Vec<String> = spans
        .filter_map(|span| text.get(span.range()))
        .take(3)
        .map(|word| format!("«{}»", printable(word)))
        .collect();
    words.join(" ")
}

fn short(text: &str) -> String {
    let shown: String = text.chars().take(160).collect();
    printable(&shown) + if shown.len() < text.len() { "…" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn long_conditions_are_shown_where_they_differ() {
        let long = "'kata', ".repeat(30);
        let (from, to) = apart(
            &format!("any({long}@a, {long}@b)"),
            &format!("any({long}@ab, {long}@b)"),
        );
        assert!(
            from.starts_with('…') && from.ends_with('…') && from.len() < 120,
            "{from}"
        );
        assert!(from.contains("@a, ") && to.contains("@ab, "), "{from} {to}");
        assert_eq!(apart("near(@a, @b, 6)", "near(@a, @b, 8)").0, "near(@a, @b, 6)");
        assert_eq!(apart("aa", "aaa"), ("aa".to_owned(), "aaa".to_owned()));
    }
}
