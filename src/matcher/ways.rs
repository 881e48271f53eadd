//! What must be found for a condition to hold at all, wherever in the text it stands.
//!
//! Does: take a condition apart into ways, each of them clauses of which any word will do; say whether what was found may be
//! enough. Does not: look where anything stands.
//! Invariant: a condition that holds has a way of which every clause is met; one whose way is met may still not hold.

use super::bits::Bits;
use super::compile::Group;
use super::cond::{Any, Cond};
use super::named::bits;

/// Of a way at most so many clauses are kept; whether the others are met, evaluating shows.
pub(super) const CLAUSES: usize = 6;

/// At least one of these must be found.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clause {
    pub(super) groups: Vec<Group>,
    /// Or a candidate by one of these classes of words, as [`super::named::bits`].
    pub(super) classes: u16,
}

impl Clause {
    /// The fewer things can meet it, the better it tells rules apart; candidates are named least often.
    fn cost(&self) -> (bool, usize) {
        (self.classes == 0, self.groups.len())
    }

    /// What meets this or another.
    fn or(&mut self, other: Self) {
        self.groups.extend(other.groups);
        self.groups.sort_unstable();
        self.groups.dedup();
        self.classes |= other.classes;
    }
}

/// Clauses that must all be met, at most [`CLAUSES`], the one that tells most first; none = nothing need be found.
pub(super) type Way = Vec<Clause>;

/// The ways in which a condition may hold, at most `most`; where there are more, what each of them needs has to do.
pub(super) fn ways(cond: &Cond, most: usize) -> Vec<Way> {
    match cond {
        Cond::Group(group) => vec![vec![Clause {
            groups: vec![*group],
            classes: 0,
        }]],
        Cond::Candidate(class) | Cond::Several { of: class, .. } => vec![vec![Clause {
            groups: Vec::new(),
            classes: bits(*class),
        }]],
        Cond::Not(_) | Cond::Count { at_least: 0, .. } => vec![Way::new()],
        Cond::Any(Any { parts, .. }) => alternatives(parts, most),
        Cond::All(parts) | Cond::Near { parts, .. } | Cond::Before { parts, .. } => together(parts, most),
        Cond::Count { of: inner, .. } | Cond::Sentence(inner) => ways(inner, most),
    }
}

/// What is found by one word alone is one clause, whichever of the parts it is.
fn alternatives(parts: &[Cond], most: usize) -> Vec<Way> {
    let (mut alone, mut out) = (Clause::default(), Vec::new());
    for way in parts.iter().flat_map(|part| ways(part, most)) {
        match <[Clause; 1]>::try_from(way) {
            Ok([clause]) => alone.or(clause),
            Err(way) => out.push(way),
        }
    }
    if alone != Clause::default() {
        out.push(vec![alone]);
    }
    if out.iter().any(Way::is_empty) {
        return vec![Way::new()];
    }
    if out.len() > most { vec![weakened(out)] } else { out }
}

/// Every way of each part with every way of the others. Parts that hold in one way alone come first, so that they are joined once.
fn together(parts: &[Cond], most: usize) -> Vec<Way> {
    let mut all: Vec<Vec<Way>> = parts.iter().map(|part| ways(part, most)).collect();
    all.sort_by_key(Vec::len);
    let mut out = vec![Way::new()];
    for mut theirs in all {
        if out.len() * theirs.len() > most {
            theirs = vec![weakened(theirs)];
        }
        let both = |way: &Way| -> Vec<Way> { theirs.iter().map(|more| joined(way, more)).collect() };
        out = out.iter().flat_map(both).collect();
    }
    out
}

/// What both ask for: the clauses that tell most.
fn joined(one: &Way, other: &Way) -> Way {
    let mut clauses: Vec<&Clause> = one.iter().chain(other).collect();
    clauses.sort_by_key(|clause| (clause.cost(), *clause));
    clauses.dedup();
    clauses.truncate(CLAUSES);
    clauses.into_iter().cloned().collect()
}

/// One way that is met wherever one of several is: of each, what tells most.
fn weakened(ways: Vec<Way>) -> Way {
    let mut any = Clause::default();
    for way in ways {
        match way.into_iter().min_by_key(Clause::cost) {
            Some(clause) => any.or(clause),
            None => return Way::new(),
        }
    }
    vec![any]
}

/// Whether a condition can hold when these groups were found and candidates named by these classes of words; one that cannot
/// does not.
pub(super) fn may_hold(cond: &Cond, present: &Bits, classes: u16) -> bool {
    let all = |parts: &[Cond]| parts.iter().all(|part| may_hold(part, present, classes));
    match cond {
        Cond::Group(group) => present.contains(*group),
        Cond::Candidate(class) => classes & bits(*class) != 0,
        Cond::Any(any) => {
            present.common(&any.groups).next().is_some()
                || any
                    .others
                    .iter()
                    .any(|other| may_hold(&any.parts[*other], present, classes))
        }
        Cond::All(parts) | Cond::Near { parts, .. } | Cond::Before { parts, .. } => all(parts),
        // Several are named by their own words, whoever these classes are of.
        Cond::Not(_) | Cond::Count { at_least: 0, .. } | Cond::Several { .. } => true,
        Cond::Count { of: inner, .. } | Cond::Sentence(inner) => may_hold(inner, present, classes),
    }
}
