//! Warnings: what is written well and yet hardly meant.

mod implied;
mod named;
mod never;
pub(super) mod terms;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::slice;

use self::implied::Implied;
use self::named::Named;
use super::canonical::lists_of;
use super::check::{CandidatePlaces, Place, Placed, TermPlace};
use super::diagnostic as codes;
use super::fields::{Sink, shown};
use super::frequency::in_ten_thousand;
use super::ordinary::{familiar, plain_words};
use super::pack::ListDraft;
use super::set::{CandidateWords, Expr, RuleSet, Status, Term};
use super::terms::shared_names;
use crate::model::Level;

/// Words named of several that are ordinary.
const SHOWN: usize = 6;

/// Warnings about rules and contests; only when nothing is in error.
pub(super) fn check(
    sinks: &mut [Sink],
    rules: &[Placed],
    listed: &[TermPlace],
    set: &RuleSet,
    places: &[CandidatePlaces],
) {
    let mut implied = Implied::new(&set.words);
    let named = Named::new(listed, rules, set);
    for placed in rules {
        let sink = &mut sinks[placed.place.0];
        examples_missing(sink, placed);
        never::check(sink, placed, set, &mut implied, &named);
        alone(sink, placed, set);
    }
    named.check(sinks, listed, rules);
    unheeded(sinks, rules);
    for (contest, (file, candidates)) in set.contests.iter().zip(places) {
        for (name, first, second) in shared_names(contest) {
            let path = sinks[*file].file.path.clone();
            sinks[*file]
                .add(
                    codes::SHARED_NAME,
                    candidates[second].clone(),
                    format!("two candidates are called \"{name}\""),
                )
                .label(format!("number {}", contest.candidates[second].number))
                .also(
                    &path,
                    candidates[first].clone(),
                    format!("number {}", contest.candidates[first].number),
                )
                .help("the name alone counts as an ordinary word for both; give each an alias of its own");
        }
    }
}

fn examples_missing(sink: &mut Sink, placed: &Placed) {
    if placed.examples == 0 && matches!(placed.rule.status, Status::Live | Status::Shadow) {
        sink.add(
            codes::NO_EXAMPLE,
            placed.place.1.clone(),
            format!("the rule `{}` has no example", placed.rule.id),
        )
        .label("untested")
        .help("add `[[rule.example]]` with `text` and `expect`: one that must hit and one that must not");
    }
}

/// A bare number or an ordinary word as a whole rule that queues.
fn alone(sink: &mut Sink, placed: &Placed, set: &RuleSet) {
    let rule = &placed.rule;
    if rule.category.suppresses()
        || rule.level == Level::Rendah
        || !matches!(rule.status, Status::Live | Status::Shadow)
    {
        return;
    }
    let mut single = Vec::new();
    alternatives(&rule.condition, &mut single);
    for expr in single {
        match expr {
            Expr::Candidate(CandidateWords::Angka) => {
                sink.add(
                    codes::BARE_NUMBER,
                    placed.place_of(expr),
                    "a bare number is enough for this rule",
                )
                .label("every \"2\" in every post")
                .help("join it with something: `near(@seru, @angka, 3)`, or use `@nomor`");
            }
            Expr::Term(term) => ordinary_alone(sink, placed.place_of(expr), slice::from_ref(term)),
            Expr::Words(index) => ordinary_alone(sink, placed.place_of(expr), &set.words[*index].terms),
            _ => {}
        }
    }
}

/// Of terms each of which is enough, those that are ordinary words, the commonest first.
fn ordinary_alone(sink: &mut Sink, place: Range<usize>, terms: &[Term]) {
    let mut ordinary: Vec<&str> = terms
        .iter()
        .map(|t| &*t.text)
        .filter(|text| is_ordinary(text))
        .collect();
    ordinary.sort_by_key(|text| Reverse(in_ten_thousand(text)));
    let Some(first) = ordinary.first() else { return };
    let quoted = |text: &&str| format!("\"{}\"", shown(text));
    let names: Vec<String> = ordinary.iter().take(SHOWN).map(quoted).collect();
    let names = match ordinary.len() - names.len() {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    };
    let (title, which) = match ordinary.len() {
        1 => (
            format!("the ordinary word {names} is enough for this rule"),
            String::new(),
        ),
        _ => (
            format!(
                "{} ordinary words are each enough for this rule: {names}",
                ordinary.len()
            ),
            format!(" for {}", quoted(first)),
        ),
    };
    sink.add(codes::ORDINARY_ALONE, place, title)
        .label(match in_ten_thousand(first) {
            Some(count) => format!("queues every post that holds it, some {count} of 10,000 everyday ones{which}"),
            None => "queues every post that holds it".to_owned(),
        })
        .help("join it with something: `near(@list, @calon, 6)`, or lower the level to \"rendah\"");
}

fn is_ordinary(text: &str) -> bool {
    familiar(text).is_some_and(|f| f.ordinary) || in_ten_thousand(text).is_some()
}

/// The terms that make a rule hit, each with the rules for which it is enough, and the literals of conditions beside them. Left
/// out is what only lowers or must be absent: there a common word does no harm.
pub(super) fn alone_with(rules: &[Placed], set: &RuleSet, mut terms: Vec<TermPlace>) -> Vec<TermPlace> {
    let mut lists: HashMap<&str, Vec<String>> = HashMap::new();
    let mut literals: Vec<TermPlace> = Vec::new();
    for placed in rules {
        let rule = &placed.rule;
        if rule.category.suppresses() || !matches!(rule.status, Status::Live | Status::Shadow) {
            continue;
        }
        let queues = rule.level > Level::Rendah;
        let mut single = Vec::new();
        alternatives(&rule.condition, &mut single);
        for expr in &single {
            if let (Expr::Words(index), true) = (expr, queues) {
                lists.entry(&set.words[*index].name).or_default().push(rule.id.clone());
            }
        }
        let (mut held, mut seen) = (Vec::new(), BTreeSet::new());
        wanted(&rule.condition, &mut held);
        for expr in held {
            let term = match expr {
                Expr::Words(index) => {
                    lists.entry(&set.words[*index].name).or_default();
                    continue;
                }
                Expr::Term(term) => term,
                _ => continue,
            };
            if !seen.insert(&term.text) {
                continue;
            }
            let enough = queues
                && single
                    .iter()
                    .any(|expr| matches!(expr, Expr::Term(alone) if alone == term));
            literals.push(TermPlace {
                file: placed.place.0,
                span: placed.place_of(expr),
                term: term.clone(),
                list: None,
                alone: if enough { vec![rule.id.clone()] } else { Vec::new() },
            });
        }
    }
    terms.retain_mut(|term| {
        let rules = term.list.as_deref().and_then(|list| lists.get(list));
        term.alone = rules.cloned().unwrap_or_default();
        rules.is_some()
    });
    terms.append(&mut literals);
    terms
}

/// What must be found for an expression to hold, not what must be absent.
fn wanted<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Words(_) | Expr::Term(_) => found.push(expr),
        Expr::Not(_) => {}
        _ => expr.parts().iter().for_each(|part| wanted(part, found)),
    }
}

fn alternatives<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Any(parts) => parts.iter().for_each(|p| alternatives(p, found)),
        Expr::Sentence(inner) => alternatives(inner, found),
        other => found.push(other),
    }
}

fn unheeded(sinks: &mut [Sink], rules: &[Placed]) {
    let heeded: BTreeSet<&str> = rules
        .iter()
        .flat_map(|p| p.rule.unless.iter().map(String::as_str))
        .collect();
    for placed in rules
        .iter()
        .filter(|p| p.rule.category.suppresses() && p.rule.status == Status::Live)
    {
        let rule = &placed.rule;
        if !heeded.contains(rule.category.as_str()) && !heeded.contains(rule.id.as_str()) {
            sinks[placed.place.0]
                .add(
                    codes::UNHEEDED,
                    placed.place.1.clone(),
                    format!("no rule heeds the suppressor `{}`", rule.id),
                )
                .label("lowers nothing")
                .help(format!(
                    "rules that it may lower say `unless = [\"{}\"]`",
                    rule.category
                ));
        }
    }
}

/// Terms of one list of which another is a part: the shorter matches wherever the longer does.
pub(super) fn covered_terms(sink: &mut Sink, list: &ListDraft) {
    const SHOWN: usize = 3;
    let mut seen: HashMap<Vec<String>, Range<usize>> = HashMap::with_capacity(list.terms.len());
    let folded: Vec<Vec<String>> = list.terms.iter().map(|t| comparable(&t.get_ref().text)).collect();
    for (term, words) in list.terms.iter().zip(&folded) {
        if !words.is_empty() {
            seen.entry(words.clone()).or_insert_with(|| term.span());
        }
    }
    let cover = |term: &Range<usize>, words: &[String]| {
        let parts = (1..=words.len()).flat_map(|length| words.windows(length));
        parts
            .filter_map(|part| seen.get(part))
            .find(|span| *span != term)
            .cloned()
    };
    let covered: Vec<(Range<usize>, Range<usize>)> = list
        .terms
        .iter()
        .zip(&folded)
        .filter_map(|(term, words)| Some((term.span(), cover(&term.span(), words)?)))
        .collect();
    let Some((first, by)) = covered.first() else { return };
    let name = shown(list.name.get_ref());
    let title = match covered.len() {
        1 => format!("a term of the list `{name}` is covered by another"),
        many => format!("{many} terms of the list `{name}` are covered by others"),
    };
    let path = sink.file.path.clone();
    let found = sink.add(codes::COVERED_TERM, first.clone(), title);
    found
        .label("matches only where the other does")
        .also(&path, by.clone(), "the other");
    for (term, _) in covered.iter().skip(1).take(SHOWN) {
        found.also(&path, term.clone(), "this too");
    }
    found.help("leave them out, unless a `near` needs their greater length");
}

/// The words of a term; none when it holds a sign that plain words would lose.
fn comparable(term: &str) -> Vec<String> {
    if term.chars().any(|c| !c.is_alphanumeric() && u32::from(c) > 0x2100) {
        return Vec::new();
    }
    if is_bracketed(term) {
        return vec![term.to_lowercase()];
    }
    plain_words(term)
}

/// Whether a term is one word in square brackets, which is found only where the brackets are.
pub(super) fn is_bracketed(term: &str) -> bool {
    let inside = term.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|word| !word.is_empty() && word.chars().all(char::is_alphabetic))
}

/// Sets of suppressors that no rule names.
pub(super) fn unused_sets(sinks: &mut [Sink], unused: Vec<(String, Place)>) {
    for (name, (file, span)) in unused {
        let title = format!("no rule uses the set of suppressors `{name}`");
        sinks[file].add(codes::UNUSED_LIST, span, title).label("unused");
    }
}

/// Lists that no condition refers to.
pub(super) fn unused_lists(sinks: &mut [Sink], rules: &[Placed], set: &RuleSet, places: &[Place]) {
    let mut used = Vec::new();
    for placed in rules {
        lists_of(&placed.rule.condition, &mut used);
    }
    for (index, (list, (file, span))) in set.words.iter().zip(places).enumerate() {
        if !used.contains(&index) {
            sinks[*file]
                .add(
                    codes::UNUSED_LIST,
                    span.clone(),
                    format!("no rule uses the word list `{}`", list.name),
                )
                .label("unused");
        }
    }
}
