//! `netra rules explain`: why a text does or does not hit.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::{self, IsTerminal as _, Read as _, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;

use super::diff::word;
use super::load::{RulesDir, known_rules};
use super::tree;
use crate::app::posts::{Id, Row};
use crate::cli::day::day;
use crate::cli::scan::print::{self, printable};
use crate::matcher::{Explanation, GivenText, Matcher, Missing, Scope, Short, Trace, When};
use crate::model::{Given, Span};
use crate::rules::{Reach, Rule, RuleSet, Status};

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
    #[arg(long, value_name = "DATE", value_parser = day)]
    at: Option<Date>,
    /// What the text is: own words, a reply, a quote (own words above the first blank line, another's below) or a repost of
    /// another's
    #[arg(long, value_name = "KIND", value_parser = kind(), default_value = "own")]
    kind: Given,
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
    let mut set = args.rules.set(&args.contest)?;
    known_rules(&set, &args.rule)?;
    // Who writes a draft wants to see it work; in the shadow it changes no verdict.
    let drafts = set.rules.iter_mut().filter(|rule| rule.status == Status::Draft);
    let drafts: BTreeSet<String> = drafts
        .map(|rule| {
            rule.status = Status::Shadow;
            rule.id.clone()
        })
        .collect();
    let matcher = Matcher::new(Arc::new(set));
    let scope = Scope {
        at: args.at.map_or(When::Campaign, When::Day),
        region: None,
        contests: None,
    };
    let given = GivenText::new(&text, args.kind);
    let mut explained = matcher.explain(&given.as_text(), &scope);
    for trace in explained.rules.iter_mut().filter(|trace| drafts.contains(&trace.rule)) {
        trace.status = Status::Draft;
    }
    explained.verdict.hits.retain(|hit| !drafts.contains(&hit.rule));
    explained
        .verdict
        .suppressed
        .retain(|lowered| !drafts.contains(&lowered.rule));
    let color = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut out = io::stdout().lock();
    let page = Page {
        text: &text,
        explained: &explained,
        set: matcher.set(),
        at: args.at,
        only: &args.rule,
        all: args.all,
        color,
    };
    page.write(&mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// One of the words of [`Given`].
fn kind() -> impl TypedValueParser<Value = Given> {
    let words = Given::ALL.iter().map(|kind| kind.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse())
}

/// What is printed.
struct Page<'a> {
    text: &'a str,
    explained: &'a Explanation,
    set: &'a RuleSet,
    at: Option<Date>,
    /// Ids of the rules asked for; none: all.
    only: &'a [String],
    all: bool,
    color: bool,
}

impl Page<'_> {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let row = Row {
            id: Id::Line(1),
            text: self.text.into(),
            kind: Given::Own,
        };
        let mut verdict = Vec::new();
        print::human(&mut verdict, &row, &self.explained.verdict, self.color);
        out.write_all(&verdict)?;
        writeln!(out, "\nread as: {}", printable(&self.explained.folded))?;
        for folding in &self.explained.foldings {
            writeln!(
                out,
                "  {} -> {} ({}: {})",
                printable(&folding.from),
                printable(&folding.to),
                folding.step,
                in_english(folding.step)
            )?;
        }
        self.rules(out)
    }

    fn rules(&self, out: &mut impl Write) -> io::Result<()> {
        let wanted = |t: &&Trace| self.only.is_empty() || self.only.contains(&t.rule);
        let rules = self.explained.rules.iter().filter(wanted);
        let (held, others): (Vec<&Trace>, Vec<&Trace>) = rules.partition(|t| t.holds);
        let elsewhere = |t: &&Trace| {
            t.missing
                .iter()
                .all(|m| matches!(m, Missing::Phase | Missing::Region | Missing::Content))
        };
        let (idle, mut partly): (Vec<&Trace>, Vec<&Trace>) = others.into_iter().partition(elsewhere);
        if held.is_empty() && idle.is_empty() && partly.is_empty() {
            writeln!(out, "\nno rule found even a part of itself in this text")?;
        }
        for (title, traces) in [
            ("rules that hold:", held),
            ("rules whose condition holds, but which are not in force:", idle),
        ] {
            if !traces.is_empty() {
                writeln!(out, "\n{title}")?;
            }
            for alike in alike(traces) {
                self.trace(out, &alike)?;
            }
        }
        // One line of thought for each rule: the candidate for whom least is missing.
        partly.sort_by_key(|t| (t.missing.len(), Reverse(t.condition.found()), t.rule.as_str()));
        let mut shown = BTreeSet::new();
        partly.retain(|t| self.all || shown.insert(t.rule.as_str()));
        let more = partly.len().saturating_sub(NEAREST);
        if !partly.is_empty() {
            writeln!(out, "\nrules of which a part was found, those that lack least first:")?;
            let most = if self.all || !self.only.is_empty() {
                partly.len()
            } else {
                NEAREST
            };
            for trace in partly.into_iter().take(most) {
                self.trace(out, &[trace])?;
            }
            if most == NEAREST && more > 0 {
                writeln!(out, "  and {more} more (--all)")?;
            }
        }
        Ok(())
    }

    /// Writes what one rule found; of traces that are alike it is written once.
    fn trace(&self, out: &mut impl Write, alike: &[&Trace]) -> io::Result<()> {
        let [trace, others @ ..] = alike else { return Ok(()) };
        let candidate = trace.candidate.as_ref();
        let (contest, number) = candidate.map(|(contest, number)| (contest.as_str(), *number)).unzip();
        let who = print::whom(contest, number, others.len());
        writeln!(out, "  {} ({}{who}): {}", trace.rule, word(trace.status), trace.title)?;
        tree::write(out, self.text, &trace.condition, 4)?;
        for missing in &trace.missing {
            // What else is missing stands in the tree.
            match missing {
                Missing::Phase => writeln!(out, "    {}", self.out_of_phase(&trace.rule))?,
                Missing::Region => writeln!(out, "    {}", self.out_of_region(&trace.rule))?,
                Missing::Content => writeln!(out, "    {}", self.out_of_content(&trace.rule))?,
                Missing::Words(_) | Missing::Unwanted(_) | Missing::Count(_) | Missing::Beside(_) => {}
            }
        }
        let partly = if trace.stays { " at some places" } else { "" };
        for by in &trace.lowered_by {
            writeln!(out, "    lowered{partly} by {by}")?;
        }
        for beyond in &trace.beyond {
            let partly = if trace.lowered_by.contains(&beyond.by) {
                " at others"
            } else {
                ""
            };
            let (by, short) = (self.named(&beyond.by, &beyond.spans), short(beyond.short));
            writeln!(out, "    not lowered{partly} by {by}: {short}")?;
        }
        for waiting in &trace.in_shadow {
            let partly = if waiting.all && trace.lowered_by.is_empty() {
                ""
            } else {
                " at some places"
            };
            let by = self.named(&waiting.by, &waiting.spans);
            let traces = &self.explained.rules;
            let draft = traces.iter().any(|t| t.rule == waiting.by && t.status == Status::Draft);
            let why = if draft { "is a draft" } else { "is in the shadow" };
            writeln!(out, "    would be lowered{partly} by {by}, but that {why}")?;
        }
        Ok(())
    }

    /// `S-tolak («jangan»)`
    fn named(&self, suppressor: &str, spans: &[Span]) -> String {
        match tree::words(self.text, spans).as_str() {
            "" => suppressor.to_owned(),
            words => format!("{suppressor} ({words})"),
        }
    }

    fn rule(&self, id: &str) -> Option<&Rule> {
        self.set.rules.iter().find(|rule| rule.id == id)
    }

    /// `in force in kampanye, tenang; 2024-11-28 is penghitungan in 2024-pilgub-x`
    fn out_of_phase(&self, rule: &str) -> String {
        let phases = self.rule(rule).map_or(&[][..], |r| &r.phases);
        let phases: Vec<&str> = phases.iter().map(|phase| phase.as_str()).collect();
        let contests = &self.set.contests;
        let days = match (self.at, contests.as_slice()) {
            (_, []) => "there is no contest".to_owned(),
            (None, _) => "it is judged as in kampanye (--at DATE for another day)".to_owned(),
            (Some(day), [one, rest @ ..]) => {
                let phase = one.phase_on(day).map_or("no phase", |phase| phase.as_str());
                let more = match rest.len() {
                    0 => String::new(),
                    n => format!(" (and {n} more contests)"),
                };
                format!("{day} is {phase} in {}{more}", one.id)
            }
        };
        format!("in force in {}; {days}", phases.join(", "))
    }

    /// `holds only in words that are own; none of those found are`
    fn out_of_content(&self, rule: &str) -> String {
        let content = self.rule(rule).map_or(&[][..], |r| &r.content);
        let kinds: Vec<&str> = content.iter().map(|kind| kind.as_str()).collect();
        format!(
            "holds in content of the kind {} only; none of the words found are",
            kinds.join(", ")
        )
    }

    fn out_of_region(&self, rule: &str) -> String {
        let regions = self.rule(rule).map_or(&[][..], |r| &r.regions);
        format!(
            "in force in the regions {}; no contest tried is in one of them",
            regions.join(", ")
        )
    }
}

/// `it reaches its sentence only`
fn short(short: Short) -> String {
    let (whose, only, reach) = match short {
        Short::Suppressor(reach) => ("it reaches", " only", reach),
        Short::Rule(reach) => ("the rule yields only to what stands within", "", reach),
    };
    let far = match reach {
        Reach::Post => "its post".to_owned(),
        Reach::Sentence => "its sentence".to_owned(),
        Reach::Clause => "its clause".to_owned(),
        Reach::Tokens(1) => "one word".to_owned(),
        Reach::Tokens(n) => format!("{n} words"),
    };
    format!("{whose} {far}{only}")
}

/// Traces put together that differ in nothing but whom they are about: every contest has a number 2.
fn alike(traces: Vec<&Trace>) -> Vec<Vec<&Trace>> {
    let mut groups: Vec<Vec<&Trace>> = Vec::new();
    let ends = |trace: &Trace| (trace.lowered_by.clone(), trace.beyond.clone(), trace.in_shadow.clone());
    let same = |a: &Trace, b: &Trace| a.rule == b.rule && a.condition == b.condition && ends(a) == ends(b);
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
        "imbuhan dilepas" => "affixes taken off",
        "klitik dilepas" => "clitics taken off",
        "kata dipisah" => "joined words cut apart",
        "huruf berjarak" => "spaced letters",
        "kurung siku" => "word in square brackets",
        "kata bersambung" => "joined words",
        "tagar utuh" => "the whole hashtag",
        "akun" => "an account",
        "tanda di dalam kata" => "signs inside a word",
        "karakter tak terlihat" => "invisible characters",
        "huruf mirip atau bergaya" => "look-alike or styled letters",
        _ => "as it stands",
    }
}
