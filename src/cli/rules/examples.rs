//! `netra rules test`: the examples written in the rules, judged in the made-up sample contest.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use super::load::{RulesDir, known_rules};
use crate::cli::scan::print::printable;
use crate::matcher::{GivenText, Matcher, Scope, Scratch, When};
use crate::model::{Outcome, Phase, Verdict};
use crate::rules::{Example, Rule, RuleSet, SourceFile, Status, sample_contest, sample_contest_in};

/// Arguments of `netra rules test`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: RulesDir,
    /// Only examples of this rule; may be repeated
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
}

/// Runs every example; prints those that turn out otherwise.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.rules.read()?;
    let Some(set) = &loaded.checked.set else {
        anyhow::bail!("the rules have errors: see `netra rules check`");
    };
    known_rules(set, &args.rule)?;
    let wanted = |e: &&Example| args.rule.is_empty() || args.rule.contains(&e.rule);
    let examples: Vec<&Example> = loaded.checked.examples.iter().filter(wanted).collect();
    let failures = failing(set, &examples);
    let mut out = io::stdout().lock();
    for failure in &failures {
        let (line, _) = place(&loaded.files, failure.example);
        let example = failure.example;
        writeln!(
            out,
            "{}:{line}: {}: expected {}, {}\n    {}",
            example.file,
            example.rule,
            example.expect,
            failure.reason,
            printable(&example.text)
        )?;
    }
    writeln!(
        out,
        "{} examples, {} failed, each judged in the made-up contest `{}`",
        examples.len(),
        failures.len(),
        sample_contest().id
    )?;
    out.flush()?;
    Ok(super::verdict(failures.is_empty()))
}

/// An example that turned out otherwise.
pub struct Failure<'e> {
    /// Which.
    pub example: &'e Example,
    /// How.
    pub reason: String,
}

/// The examples that do not turn out as expected. An example of a rule that is not live is judged as if it were; of a retired one
/// not at all; of one that holds in some regions, as if the made-up contest were in the first of them.
pub fn failing<'e>(set: &RuleSet, examples: &[&'e Example]) -> Vec<Failure<'e>> {
    let base = set.with_contests(vec![sample_contest()]);
    let rules: BTreeMap<&str, &Rule> = set.rules.iter().map(|r| (r.id.as_str(), r)).collect();
    let live = Matcher::new(Arc::new(base.clone()));
    let mut scratch = Scratch::default();
    let mut promoted: BTreeMap<&str, Matcher> = BTreeMap::new();
    let mut failures = Vec::new();
    for example in examples {
        let Some(rule) = rules.get(example.rule.as_str()) else {
            continue;
        };
        let matcher = match rule.status {
            Status::Retired => continue,
            Status::Live if rule.regions.is_empty() => &live,
            _ => promoted.entry(&rule.id).or_insert_with(|| promote(&base, rule)),
        };
        let scope = Scope {
            at: moment(rule),
            region: None,
            contests: None,
        };
        let given = GivenText::new(&example.text, example.kind);
        let verdict = matcher.judge(&given.as_text(), &scope, &mut scratch);
        if let Some(reason) = fault(rule, example.expect, &verdict) {
            failures.push(Failure { example, reason });
        }
    }
    failures
}

/// The set with one more rule in force.
fn promote(set: &RuleSet, one: &Rule) -> Matcher {
    let mut set = set.clone();
    for rule in set.rules.iter_mut().filter(|r| r.id == one.id) {
        rule.status = Status::Live;
    }
    Matcher::new(Arc::new(set.with_contests(vec![sample_contest_in(&one.regions)])))
}

/// A moment at which the rule holds: the campaign if it may, else the first day of its first phase.
fn moment(rule: &Rule) -> When {
    if rule.phases.is_empty() || rule.phases.contains(&Phase::Kampanye) {
        return When::Campaign;
    }
    let sample = sample_contest();
    rule.phases
        .iter()
        .find_map(|p| sample.phases.first_day.get(p))
        .map_or(When::Campaign, |day| When::Day(*day))
}

/// What is wrong with a verdict; `None` if the example holds.
fn fault(rule: &Rule, expect: Outcome, verdict: &Verdict) -> Option<String> {
    let others = || {
        let mut ids: Vec<&str> = verdict
            .hits
            .iter()
            .filter(|h| !h.shadow)
            .map(|h| h.rule.as_str())
            .collect();
        ids.dedup();
        let lowered = verdict
            .suppressed
            .iter()
            .map(|s| format!("{} lowered by {}", s.rule, s.by));
        let all: Vec<String> = ids.into_iter().map(str::to_owned).chain(lowered).collect();
        if all.is_empty() {
            "nothing hits".to_owned()
        } else {
            all.join(", ")
        }
    };
    if verdict.outcome != expect {
        return Some(format!("got {}: {}", verdict.outcome, others()));
    }
    let own = verdict.hits.iter().any(|h| h.rule == rule.id) || verdict.suppressed.iter().any(|s| s.rule == rule.id);
    // A note may be another rule's: then the example says that this one does not queue it.
    if expect == Outcome::Flag && !rule.category.suppresses() && !own {
        return Some(format!("got {} by another rule: {}", verdict.outcome, others()));
    }
    None
}

fn place(files: &[SourceFile], example: &Example) -> (usize, usize) {
    let text = files
        .iter()
        .find(|f| f.path == example.file)
        .map_or("", |f| f.text.as_str());
    let upto = &text[..text.floor_char_boundary(example.span.start)];
    (upto.bytes().filter(|b| *b == b'\n').count() + 1, 1)
}
