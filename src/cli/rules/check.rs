//! `netra rules check`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use super::load::RulesDir;
use crate::app::corpus;
use crate::matcher::{GivenText, Matcher, Scope, Scratch, When};
use crate::model::{Category, Level, Outcome};
use crate::rules::{self, CODES, Expr, Rule, RuleSet, Severity, Status, Term, TermPlace, Voice};

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
    /// Texts without elections (lines, *.jsonl, *.csv, *.tsv, each also *.gz): warns of terms that are common in them, and says what
    /// the rules would queue of them; may be repeated
    #[arg(long, value_name = "FILE")]
    neutral: Vec<PathBuf>,
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
    let mut loaded = args.rules.read()?;
    let mut queued = None;
    if let (Some(set), false) = (&loaded.checked.set, args.neutral.is_empty()) {
        let neutral = Neutral::count(set, &loaded.checked.terms, &args.neutral)?;
        let common = rules::common_terms(&loaded.files, &loaded.checked, &neutral.terms, neutral.texts);
        queued = Some(neutral);
        loaded.checked.diagnostics.extend(common);
    }
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
        if set.contests.is_empty() {
            writeln!(out, "no contest: rules about candidates or phases hold nowhere")?;
        }
    }
    if let Some(neutral) = &queued {
        neutral.write(&mut out)?;
    }
    let (files, found) = (loaded.files.len(), &loaded.checked.diagnostics);
    writeln!(
        out,
        "{}, {}, {}",
        counted(files, "file"),
        counted(errors, "error"),
        counted(warnings, "warning")
    )?;
    if found.iter().any(|d| UNREAD.contains(&d.code)) {
        writeln!(
            out,
            "a file that is no text, no TOML or in the wrong folder is read no further: more may show once that is mended"
        )?;
    }
    if args.strict && errors == 0 && warnings > 0 {
        writeln!(out, "failed: --strict takes no warnings")?;
    }
    out.flush()?;
    Ok(super::verdict(errors == 0 && (warnings == 0 || !args.strict)))
}

/// Codes of faults behind which others may hide.
const UNREAD: [&str; 3] = ["N001", "N024", "N025"];

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// What texts without elections say of the terms and the rules.
struct Neutral {
    texts: u64,
    /// Texts that hold each term, beside [`rules::Checked::terms`].
    terms: Vec<u64>,
    queued: u64,
    /// Texts that a rule queues.
    rules: BTreeMap<String, u64>,
}

impl Neutral {
    /// Counts with the matcher itself, so that a term hits here what it hits in a post.
    fn count(set: &RuleSet, terms: &[TermPlace], files: &[PathBuf]) -> anyhow::Result<Self> {
        let mut places: BTreeMap<(&str, bool), usize> = BTreeMap::new();
        for place in terms {
            let next = places.len();
            places.entry((&place.term.text, place.term.affixes)).or_insert(next);
        }
        let mut single: Vec<Term> = places
            .keys()
            .map(|(text, affixes)| Term {
                text: (*text).to_owned(),
                affixes: *affixes,
            })
            .collect();
        single.sort_by_key(|term| places.get(&(term.text.as_str(), term.affixes)).copied());
        let probe = RuleSet {
            rules: single
                .into_iter()
                .enumerate()
                .map(|(at, term)| probe(at, term))
                .collect(),
            ..RuleSet::default()
        };
        let (words, rules) = (Matcher::new(Arc::new(probe)), Matcher::new(Arc::new(set.clone())));
        let (mut for_words, mut for_rules) = (Scratch::default(), Scratch::default());
        let scope = Scope {
            at: When::Campaign,
            region: None,
            contests: None,
        };
        let mut counts = vec![0_u64; places.len()];
        let mut neutral = Self {
            texts: 0,
            terms: Vec::new(),
            queued: 0,
            rules: BTreeMap::new(),
        };
        for file in files {
            corpus::read(file, |entry| {
                let given = GivenText::new(&entry.text, entry.kind);
                let text = given.as_text();
                neutral.texts += 1;
                for hit in words.judge(&text, &scope, &mut for_words).hits {
                    if let Some(count) = hit.rule.parse().ok().and_then(|at: usize| counts.get_mut(at)) {
                        *count += 1;
                    }
                }
                let verdict = rules.judge(&text, &scope, &mut for_rules);
                if verdict.outcome == Outcome::Flag {
                    neutral.queued += 1;
                    let hits = verdict
                        .hits
                        .iter()
                        .filter(|hit| !hit.shadow && hit.level > Level::Rendah);
                    let by: BTreeSet<&str> = hits.map(|hit| hit.rule.as_str()).collect();
                    for rule in by {
                        *neutral.rules.entry(rule.to_owned()).or_default() += 1;
                    }
                }
                Ok(())
            })?;
        }
        neutral.terms = terms
            .iter()
            .map(|place| places[&(place.term.text.as_str(), place.term.affixes)])
            .map(|at| counts[at])
            .collect();
        Ok(neutral)
    }

    fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = self.queued as f64 * 100.0 / self.texts.max(1) as f64;
        writeln!(
            out,
            "{} of {} neutral texts would be queued ({share:.3} %)",
            self.queued, self.texts
        )?;
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        for (rule, count) in rules {
            writeln!(out, "{count:>8} {rule}")?;
        }
        Ok(())
    }
}

/// A rule that hits wherever a term stands.
fn probe(at: usize, term: Term) -> Rule {
    Rule {
        level: Level::Rendah,
        voice: Voice::Any,
        ..Rule::bare(format!("{at:09}"), Category::Kode, Expr::Term(term))
    }
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
