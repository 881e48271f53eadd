//! `netra rules parity`: candidates are treated alike, or the difference is shown.
//!
//! Two proofs for every two candidates of a contest. *Exchange*: the two change ballot numbers, and so do the numbers in the text;
//! the verdict must be the same with the two numbers exchanged, to the byte. *Replace*: a text about one, with the other put in its
//! place by the same kind of name; the verdict must be the same but for the number. Not seen yet: a rule that holds a part of one
//! candidate's name as a word of its own.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use super::load::{self, RulesDir};
use crate::app::corpus;
use crate::cli::scan::print::printable;
use crate::matcher::{Matcher, Scope, Scratch, Text, When};
use crate::model::{CandidateSide, Contest, Outcome, Span, Verdict};
use crate::rules::{CandidateWords, RuleSet, expand, fill, sample_contest};

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
    /// Day that decides the phase [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE")]
    at: Option<jiff::civil::Date>,
}

/// Sentences beside the examples of the rules.
const CARRIERS: [&str; 10] = [
    "{calon}",
    "{calon} dan {wakil}",
    "ayo coblos {calon}",
    "27 November jangan lupa coblos nomor {nomor}",
    "pilih paslon 0{nomor}, bukan {lawan}",
    "{calon} menyala, {lawan} pulang saja",
    "saya netral, tapi {calon} nomor {nomor} yang terbaik",
    "jangan pilih {calon}",
    "{calon}-{wakil} siap menang bersama {partai}",
    "#Coblos0{nomor} {tagar}",
];

/// Differences shown; all are counted.
const SHOWN: usize = 20;

#[derive(Default)]
struct Count {
    pairs: u64,
    exchanged: u64,
    replaced: u64,
    passed_over: u64,
    differences: Vec<String>,
}

/// Proves, or shows where it fails.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.rules.read()?;
    let templates: BTreeSet<String> = loaded
        .checked
        .examples
        .iter()
        .map(|e| e.template.clone())
        .chain(CARRIERS.map(str::to_owned))
        .collect();
    let mut set = args.rules.set(&args.contest)?;
    if set.contests.is_empty() {
        set = load::narrowed(set, &[sample_contest().id])?;
    }
    let mut texts = Vec::new();
    for file in &args.corpus {
        corpus::read(file, |entry| {
            texts.push(entry.text);
            Ok(())
        })?;
    }
    let at = args.at.map_or(When::Campaign, When::Day);
    let mut count = Count::default();
    for contest in &set.contests {
        prove(&set, contest, &templates, &texts, at, &mut count);
    }
    let mut out = io::stdout().lock();
    for difference in count.differences.iter().take(SHOWN) {
        writeln!(out, "{difference}")?;
    }
    writeln!(
        out,
        "{} contests, {} pairs of candidates: {} texts exchanged, {} replaced, {} passed over (a number without its word, or no name of \
         the same kind), {} differences",
        set.contests.len(),
        count.pairs,
        count.exchanged,
        count.replaced,
        count.passed_over,
        count.differences.len()
    )?;
    out.flush()?;
    Ok(super::verdict(count.differences.is_empty()))
}

fn prove(
    set: &RuleSet,
    contest: &Contest,
    templates: &BTreeSet<String>,
    texts: &[String],
    at: When,
    count: &mut Count,
) {
    let matcher = Matcher::new(Arc::new(set.with_contests(vec![contest.clone()])));
    let scope = Scope {
        at,
        region: None,
        contests: None,
    };
    let mut scratch = Scratch::default();
    for first in 0..contest.candidates.len() {
        for second in first + 1..contest.candidates.len() {
            count.pairs += 1;
            let (a, b) = (contest.candidates[first].number, contest.candidates[second].number);
            let mut turned = contest.clone();
            turned.candidates[first].number = b;
            turned.candidates[second].number = a;
            turned.candidates.sort_by_key(|c| c.number);
            let exchanged = Matcher::new(Arc::new(set.with_contests(vec![turned])));
            let full = |side: &CandidateSide| Some(side.name.clone());
            let generated = templates.iter().filter_map(|t| fill(t, contest, first, second, full));
            for text in generated.chain(texts.iter().cloned()) {
                let Some(other) = exchange(&text, a, b) else {
                    count.passed_over += 1;
                    continue;
                };
                count.exchanged += 1;
                let here = matcher.judge(&Text::plain(&text), &scope, &mut scratch);
                let there = exchanged.judge(&Text::plain(&other), &scope, &mut scratch);
                let exact = text.len() == other.len();
                if seen(&here, a, b, exact) != seen(&there, 0, 0, exact) {
                    count
                        .differences
                        .push(difference(contest, &text, &here, &other, &there));
                }
            }
            for template in templates {
                let both =
                    [(first, second), (second, first)].map(|(one, other)| replaced(template, contest, one, other));
                let [Some(text), Some(other)] = both else {
                    count.passed_over += 1;
                    continue;
                };
                count.replaced += 1;
                let here = matcher.judge(&Text::plain(&text), &scope, &mut scratch);
                let there = matcher.judge(&Text::plain(&other), &scope, &mut scratch);
                if seen(&here, a, b, false) != seen(&there, 0, 0, false) {
                    count
                        .differences
                        .push(difference(contest, &text, &here, &other, &there));
                }
            }
        }
    }
}

/// A template about `one`, each person by the full name; `None` when that is not enough to name one of them.
fn replaced(template: &str, contest: &Contest, one: usize, other: usize) -> Option<String> {
    // Hashtags and party names are made of words of their own; they are exchanged, not compared.
    if template.contains("{tagar}") || template.contains("{partai}") {
        return None;
    }
    let strong: BTreeSet<String> = [one, other]
        .into_iter()
        .flat_map(|index| expand(contest, index))
        .filter(|v| v.class == CandidateWords::Nama && !v.weak && matches!(v.origin, "nama lengkap" | "kolom kosong"))
        .map(|v| v.text)
        .collect();
    // Literal numbers of the template belong to one of the two.
    let bare = template.replace("0{nomor}", "").replace("{nomor}", "");
    let numbers = [contest.candidates[one].number, contest.candidates[other].number];
    if tokens(&bare).iter().any(|t| numbers.iter().any(|n| holds(t.1, *n))) {
        return None;
    }
    fill(template, contest, one, other, |side| {
        strong.contains(&side.name.to_lowercase()).then(|| side.name.clone())
    })
}

type Seen = (
    Outcome,
    BTreeSet<(String, Option<String>, Option<u32>, Vec<Span>)>,
    BTreeSet<(String, String)>,
);

/// What a verdict says, numbers `a` and `b` exchanged; places only when they can be compared.
fn seen(verdict: &Verdict, a: u32, b: u32, places: bool) -> Seen {
    let number = |n: u32| match n {
        n if n == a => b,
        n if n == b => a,
        n => n,
    };
    let hits = verdict.hits.iter().map(|hit| {
        let spans = if places { hit.spans.clone() } else { Vec::new() };
        (hit.rule.clone(), hit.contest.clone(), hit.candidate.map(number), spans)
    });
    let lowered = verdict.suppressed.iter().map(|s| (s.rule.clone(), s.by.clone()));
    (verdict.outcome, hits.collect(), lowered.collect())
}

/// Words after which a number is a ballot number.
const BEFORE: [&str; 12] = [
    "nomor", "nomer", "no", "nmr", "urut", "paslon", "pasangan", "calon", "kandidat", "capres", "cagub", "cabup",
];

/// The text with the two numbers exchanged where they stand behind their word or with a zero; `None` if one stands otherwise, where
/// it may be a ballot number or not.
fn exchange(text: &str, a: u32, b: u32) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut before = String::new();
    if text
        .chars()
        .any(|c| matches!(c, '☝' | '✌' | '👆' | '🤟' | '🖐' | '\u{20e3}'))
    {
        return None;
    }
    for (start, token) in tokens(text) {
        let padded = |n: u32| format!("0{n}");
        let named = BEFORE.contains(&before.as_str());
        let other = if token == padded(a) && a < 10 {
            Some(padded(b))
        } else if token == padded(b) && b < 10 {
            Some(padded(a))
        } else if named && token == a.to_string() {
            Some(b.to_string())
        } else if named && token == b.to_string() {
            Some(a.to_string())
        } else if holds(token, a) || holds(token, b) {
            return None;
        } else {
            None
        };
        if let Some(other) = other {
            out.push_str(&text[at..start]);
            out.push_str(&other);
            at = start + token.len();
        }
        before = token.to_lowercase();
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// Whether a token may mean a ballot number.
fn holds(token: &str, number: u32) -> bool {
    const SPELLED: [&str; 12] = [
        "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
        "duabelas",
    ];
    let lower = token.to_lowercase();
    let spelled = usize::try_from(number)
        .ok()
        .and_then(|n| SPELLED.get(n.checked_sub(1)?));
    // Other languages' number words are short; a text with one of them is passed over.
    let regional = [
        "siji", "loro", "kalih", "telu", "hiji", "duo", "tigo", "tilu", "papat", "opat", "i", "ii", "iii", "iv", "v",
    ];
    lower.contains(&number.to_string())
        || spelled.is_some_and(|word| lower.contains(word))
        || regional.contains(&lower.as_str())
        || lower.chars().any(|c| c.is_numeric() && !c.is_ascii())
}

/// Runs of letters and digits with where they begin.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split(|c: char| !c.is_alphanumeric()) {
        if !part.is_empty() {
            found.push((at, part));
        }
        at += part.len() + text[at + part.len()..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

fn difference(contest: &Contest, text: &str, here: &Verdict, other: &str, there: &Verdict) -> String {
    let say = |verdict: &Verdict| {
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
    format!(
        "{}:\n  {}\n    {}\n  {}\n    {}",
        contest.id,
        printable(text),
        say(here),
        printable(other),
        say(there)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exchanged_only_where_they_are_ballot_numbers() {
        assert_eq!(
            exchange("coblos nomor 1, bukan 02", 1, 2).as_deref(),
            Some("coblos nomor 2, bukan 01")
        );
        assert_eq!(exchange("ayo menang", 1, 2).as_deref(), Some("ayo menang"));
        for passed_over in [
            "sama2 orang",
            "dua periode",
            "coblos 2",
            "☝ saja",
            "#Coblos02",
            "2 putaran",
        ] {
            assert_eq!(exchange(passed_over, 1, 2), None, "{passed_over}");
        }
    }

    #[test]
    fn tokens_know_their_place() {
        assert_eq!(tokens("é, nomor 2."), [(0, "é"), (4, "nomor"), (10, "2")]);
    }
}
