//! Rules that can never hit: whatever the post, or with the contests at hand.
//!
//! Does: find conditions that contradict themselves, that need a candidate's own name, and what no contest has: words of candidates,
//! phases, regions. Does not: look at posts.
//! Invariant: one warning for a rule, the first reason that holds.

use std::ops::Range;

use super::super::check::Placed;
use super::super::diagnostic as codes;
use super::super::fields::{Sink, shown};
use super::super::set::{CandidateWords, Expr, RuleSet};
use super::implied::Implied;
use super::named::{HELP, Named};
use crate::model::Contest;

/// Warns of a rule that never hits.
pub(super) fn check(sink: &mut Sink, placed: &Placed, set: &RuleSet, implied: &mut Implied<'_>, named: &Named<'_>) {
    let id = &placed.rule.id;
    if let Some(reason) = implied.contradiction(&placed.rule.condition) {
        let title = format!("the rule `{id}` can never hit");
        sink.add(codes::NEVER_HITS, placed.condition.clone(), title)
            .label(reason);
        return;
    }
    let title = format!("the rule `{id}` cannot hit with these contests");
    if let Some((word, who)) = named.unfindable(&placed.rule.condition) {
        let what = match word {
            Expr::Term(term) => format!("\"{}\" names", shown(&term.text)),
            _ => "its words name".to_owned(),
        };
        sink.add(codes::NEVER_HITS, placed.place_of(word), title)
            .label(format!(
                "{what} {}; a word that names a candidate is no word of a rule",
                who.text
            ))
            .help(HELP);
    } else if let Some((place, reason)) = without_contest(placed, &set.contests) {
        sink.add(codes::NEVER_HITS, place, title).label(reason);
    }
}

/// What a rule needs and no contest has; nothing where there is no contest at all.
fn without_contest(placed: &Placed, contests: &[Contest]) -> Option<(Range<usize>, String)> {
    let rule = &placed.rule;
    if contests.is_empty() {
        return None;
    }
    if let Some(class) = missing_class(&rule.condition, contests) {
        return Some((
            placed.condition.clone(),
            format!("no candidate of any contest has {class}"),
        ));
    }
    let mut concerned = contests.iter().filter(|contest| rule.may_concern(contest));
    let needs = !rule.phases.is_empty() || needs_candidate(&rule.condition);
    if needs && concerned.clone().next().is_none() {
        let reason = "no contest lies in its regions, and it needs one for its candidates or phases";
        return Some((placed.regions.clone(), reason.to_owned()));
    }
    let dated = |contest: &Contest| rule.phases.iter().any(|p| contest.phases.first_day.contains_key(p));
    if !rule.phases.is_empty() && !concerned.any(dated) {
        let which = if rule.regions.is_empty() {
            "no contest"
        } else {
            "no contest in its regions"
        };
        return Some((placed.phases.clone(), format!("{which} dates any of its phases")));
    }
    None
}

/// Whether an expression cannot hold unless a candidate is named.
fn needs_candidate(expr: &Expr) -> bool {
    match expr {
        Expr::Candidate(_) | Expr::Several { .. } => true,
        Expr::Not(_) => false,
        Expr::Any(parts) => parts.iter().all(needs_candidate),
        _ => expr.parts().iter().any(needs_candidate),
    }
}

/// A class of candidate words that the expression cannot do without and no candidate has.
fn missing_class(expr: &Expr, contests: &[Contest]) -> Option<&'static str> {
    let none = |has: fn(&crate::model::Candidate) -> bool| !contests.iter().any(|c| c.candidates.iter().any(has));
    match expr {
        Expr::Candidate(class) | Expr::Several { of: class, .. } => match class {
            CandidateWords::Slogan if none(|c| !c.slogans.is_empty()) => Some("slogans"),
            CandidateWords::Tagar if none(|c| !c.hashtags.is_empty()) => Some("hashtags"),
            CandidateWords::Partai if none(|c| !c.parties.is_empty()) => Some("parties"),
            CandidateWords::Akun if none(|c| !c.accounts.is_empty()) => Some("accounts"),
            _ => None,
        },
        Expr::Any(parts) => {
            let missing: Option<Vec<_>> = parts.iter().map(|p| missing_class(p, contests)).collect();
            missing.and_then(|all| all.first().copied())
        }
        Expr::All(parts) | Expr::Phrase(parts) | Expr::Near { parts, .. } | Expr::Before { parts, .. } => {
            parts.iter().find_map(|p| missing_class(p, contests))
        }
        Expr::Sentence(inner) | Expr::Count { of: inner, .. } => missing_class(inner, contests),
        _ => None,
    }
}
