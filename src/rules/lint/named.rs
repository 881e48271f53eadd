//! Terms that hold a candidate's name: no word of a rule, so they are found nowhere.
//!
//! Does: find them in lists and conditions. Does not: look at names that are ordinary words or common names besides, which alone count
//! as words, nor at names in few of many contests.
//! Invariant: only what names a candidate of a contest at hand is told; the same term may be a word where that contest is not tried.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::check::{Placed, TermPlace, words_of};
use super::super::diagnostic::{self as codes, Diagnostic};
use super::super::fields::{Sink, shown};
use super::super::ordinary::plain_words;
use super::super::set::{CandidateWords, Expr, RuleSet};

/// A name in fewer contests than one of so many is let be: somewhere in a whole country somebody is called by any word.
const FEW: usize = 10;

/// The names of candidates that terms may hold.
pub(super) struct Named<'s> {
    set: &'s RuleSet,
    /// By the words of a name: contests, ascending, and candidates.
    names: HashMap<Vec<String>, Vec<(usize, usize)>>,
}

/// Whom a term names.
pub(super) struct Who {
    /// `number 2 of 2024-x`.
    pub(super) text: String,
    /// Whether in every place a contest is tried in which it names somebody.
    everywhere: bool,
}

impl<'s> Named<'s> {
    pub(super) fn new(listed: &[TermPlace], rules: &[Placed], set: &'s RuleSet) -> Self {
        let mut used: HashSet<String> = listed.iter().flat_map(|place| plain_words(&place.term.text)).collect();
        for placed in rules {
            let mut words = Vec::new();
            words_of(&placed.rule.condition, &mut words);
            used.extend(words.into_iter().filter_map(literal).flat_map(plain_words));
        }
        let mut names = HashMap::new();
        for term in set
            .candidate_terms
            .iter()
            .filter(|term| term.class == CandidateWords::Nama)
        {
            let first = term
                .text
                .split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or_default();
            // Most names begin with no word of any term.
            if !first.is_empty() && !used.contains(&first.to_lowercase()) {
                continue;
            }
            let words = plain_words(&term.text);
            let box_of_nobody = set.contests[term.contest].candidates[term.candidate].empty_box;
            if !box_of_nobody && (!term.weak || words.len() > 1) && words.iter().all(|word| used.contains(word)) {
                let bearers: &mut Vec<_> = names.entry(words).or_default();
                bearers.push((term.contest, term.candidate));
            }
        }
        Self { set, names }
    }

    /// Whom a term names, if it holds a name.
    fn who(&self, term: &str) -> Option<Who> {
        if self.names.is_empty() {
            return None;
        }
        let words = plain_words(term);
        let parts = (1..=words.len()).flat_map(|length| words.windows(length));
        let bearers: BTreeSet<(usize, usize)> = parts
            .filter_map(|part| self.names.get(part))
            .flatten()
            .copied()
            .collect();
        let all = &self.set.contests;
        let nation = bearers.iter().find(|(contest, _)| all[*contest].region == "00");
        let contests: BTreeSet<usize> = bearers.iter().map(|(contest, _)| *contest).collect();
        if nation.is_none() && contests.len() * FEW < all.len() {
            return None;
        }
        let (contest, candidate) = nation.or_else(|| bearers.first())?;
        let contest = &all[*contest];
        Some(Who {
            text: format!("number {} of {}", contest.candidates[*candidate].number, contest.id),
            everywhere: nation.is_some() || contests.len() == all.len(),
        })
    }

    /// Words without which an expression cannot hold and that are found nowhere, and whom they name.
    pub(super) fn unfindable<'e>(&self, expr: &'e Expr) -> Option<(&'e Expr, Who)> {
        let nowhere = |text: &str| self.who(text).filter(|who| who.everywhere);
        match expr {
            Expr::Term(term) => Some((expr, nowhere(&term.text)?)),
            Expr::Words(index) => {
                let all: Option<Vec<Who>> = self.set.words[*index].terms.iter().map(|t| nowhere(&t.text)).collect();
                Some((expr, all?.into_iter().next()?))
            }
            Expr::Any(parts) => {
                let all: Option<Vec<_>> = parts.iter().map(|part| self.unfindable(part)).collect();
                all?.into_iter().next()
            }
            Expr::Not(_) => None,
            _ => expr.parts().iter().find_map(|part| self.unfindable(part)),
        }
    }

    /// Warns of every term that holds a name, but for those for which a rule was found never to hit.
    pub(super) fn check(&self, sinks: &mut [Sink], listed: &[TermPlace], rules: &[Placed]) {
        let places = listed
            .iter()
            .map(|place| (place.file, place.span.clone(), place.term.text.as_str()));
        let quoted = rules.iter().flat_map(|placed| {
            let mut words = Vec::new();
            words_of(&placed.rule.condition, &mut words);
            let terms = words.into_iter().filter_map(|word| Some((word, literal(word)?)));
            terms.map(|(word, text)| (placed.place.0, placed.place_of(word), text))
        });
        for (file, span, term) in places.chain(quoted) {
            let Some(who) = self.who(term) else { continue };
            let told = |found: &Diagnostic| found.code == codes::NEVER_HITS && found.span == span;
            if !sinks[file].found.iter().any(told) {
                let title = format!("\"{}\" names a candidate and is no word of a rule", shown(term));
                sinks[file]
                    .add(codes::NAMED_TERM, span, title)
                    .label(format!("{}: not found where that contest is tried", who.text))
                    .help(HELP);
            }
        }
    }
}

/// What to write in place of a name.
pub(super) const HELP: &str = "a rule is for every candidate alike: `@calon` or `@nama` is whoever is named";

fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Term(term) => Some(&term.text),
        _ => None,
    }
}
