//! `netra contest check`: names that are also something else, and what they are combined with.
//!
//! Does: say of every weak name why, and where it counts. Does not: make names ([`crate::rules::expand`]).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::cli::rules::load::RulesDir;
use crate::model::Candidate;
use crate::rules::{CandidateWords, Capitals, Variant, expand, familiar, is_frequent, is_motto};

/// Arguments of `netra contest check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: RulesDir,
    /// Contest to check; may be repeated [default: all]
    #[arg(long, value_name = "ID")]
    contest: Vec<String>,
    /// Every name and number, not only the ambiguous ones
    #[arg(long)]
    all: bool,
}

/// Prints what is ambiguous.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let set = args.rules.set(&args.contest)?;
    let mut out = io::stdout().lock();
    let mut ambiguous = 0;
    for contest in &set.contests {
        writeln!(out, "{} ({})", contest.id, contest.name)?;
        let all = expand(contest);
        for (index, (candidate, variants)) in contest.candidates.iter().zip(&all).enumerate() {
            let others = all
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, v)| v);
            writeln!(out, "  nomor {} {}", candidate.number, candidate.head.name)?;
            if args.all {
                for variant in variants.iter().filter(|v| v.class != CandidateWords::Angka) {
                    let weak = if variant.weak { " (never alone)" } else { "" };
                    writeln!(out, "    {} [{}]{weak}", variant.text, variant.origin)?;
                }
            }
            if !candidate.empty_box && !declares(candidate) {
                writeln!(out, "    no alias, acronym, slogan or hashtag is declared")?;
            }
            let called: BTreeSet<String> = others.flatten().map(|v| v.text.to_lowercase()).collect();
            let terms = ambiguities(candidate, variants, args.all);
            ambiguous += terms.len();
            for ((term, origin), meaning) in terms {
                let shared = called.contains(&term.to_lowercase());
                writeln!(out, "    \"{term}\" [{origin}] {}; {meaning}", why(&term, shared))?;
            }
        }
    }
    writeln!(
        out,
        "{} contests, {ambiguous} ambiguous names; none of them is enough alone",
        set.contests.len()
    )?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Whether a contest file says more of a pair than its names. One that it says nothing of is harder to find than the others.
fn declares(candidate: &Candidate) -> bool {
    let sides = candidate.sides();
    let lists = [&candidate.acronyms, &candidate.slogans, &candidate.hashtags];
    lists
        .into_iter()
        .chain(sides.map(|side| &side.aliases))
        .any(|list| !list.is_empty())
}

/// What does not mean the candidate alone, by term and where it comes from, and when it does. `listed` ones were shown already.
fn ambiguities(candidate: &Candidate, variants: &[Variant], listed: bool) -> BTreeMap<(String, &'static str), String> {
    let weak = variants
        .iter()
        .filter(|v| !listed && v.weak && !v.addressed && v.class != CandidateWords::Angka);
    let mut found: BTreeMap<(String, &'static str), String> = weak
        .map(|variant| ((variant.text.clone(), variant.origin), combined(variant, variants)))
        .collect();
    for part in everyday_parts(candidate) {
        let meaning = holding(&part, variants);
        found.entry((part, "bagian nama")).or_insert(meaning);
    }
    for acronym in candidate.acronyms.iter().filter(|acronym| is_frequent(acronym)) {
        let meaning = "means the pair only in a hashtag with the year".to_owned();
        found.insert((acronym.clone(), "akronim"), meaning);
    }
    for slogan in candidate.slogans.iter().filter(|slogan| is_motto(slogan)) {
        found.insert((slogan.clone(), "slogan"), "means nobody".to_owned());
    }
    found
}

/// Parts of the names that are ordinary words and for that reason never stand alone at all.
fn everyday_parts(candidate: &Candidate) -> Vec<String> {
    let sides = candidate.sides().filter(|_| !candidate.empty_box);
    let words = sides
        .flat_map(|side| side.name.split_whitespace())
        .map(|w| w.trim_matches(['.', ',']).to_lowercase());
    words
        .filter(|w| w.chars().count() > 2 && familiar(w).is_some_and(|f| f.ordinary))
        .collect()
}

fn why(term: &str, shared: bool) -> &'static str {
    let words = term.split(|c: char| !c.is_alphanumeric()).count();
    match familiar(term) {
        _ if is_frequent(term) => "is an everyday word",
        Some(f) if f.ordinary && f.name => "is an ordinary word and a common name",
        Some(f) if f.ordinary => "is an ordinary word",
        Some(_) => "is a common name",
        _ if shared => "is what another candidate is called too",
        None if words > 1 => "is made of common words",
        None if term.chars().count() <= 3 => "is very short",
        None => "is a number word",
    }
}

/// Where a weak term counts.
fn combined(weak: &Variant, variants: &[Variant]) -> String {
    let beside = if weak.capitals == Capitals::Only {
        "in capitals that stand out, right behind \"coblos\" or beside \"hidup\" and the like"
    } else if weak.everyday {
        "right behind \"coblos\" and the like"
    } else if variants
        .iter()
        .any(|v| v.addressed && v.text == format!("pak {}", weak.text))
    {
        "near a strong name or a word of elections, behind \"pak\", \"bu\" and the like near \"menang\", \"relawan\" and the like too"
    } else {
        "near a strong name or a word of elections"
    };
    let capitals = match weak.capitals {
        Capitals::Nothing => ", or where its capitals stand out",
        Capitals::Beside => ", or where its capitals stand out beside \"hidup\", \"pendukung\" and the like",
        Capitals::Same | Capitals::Only => "",
    };
    format!("{beside}{capitals}; {}", holding(&weak.text, variants))
}

/// The strong terms that hold a word, a few of them.
fn holding(word: &str, variants: &[Variant]) -> String {
    let held = |text: &str| {
        let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        parts.windows(word.split(' ').count()).any(|run| run.join(" ") == word)
    };
    let strong = variants.iter().filter(|v| !v.weak && held(&v.text));
    let strong: Vec<&str> = strong.map(|v| v.text.as_str()).collect();
    if strong.is_empty() {
        return "combined with nothing".to_owned();
    }
    let more = if strong.len() > 4 {
        format!(" and {} more", strong.len() - 4)
    } else {
        String::new()
    };
    format!("combined as {}{more}", strong[..strong.len().min(4)].join(", "))
}
