//! Which rules need be tried at all: those of which everything indispensable was found.
//!
//! Does: read from a condition what must be found for it to hold, and choose what shall wake its rule. Does not: evaluate.
//! Invariant: a rule that could hold is always woken; one that is woken may still not hold.

use super::compile::{Cond, Group, Ready};

/// At least one of these must be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) groups: Vec<Group>,
    /// Or any candidate.
    pub(super) candidate: bool,
}

/// Whether a condition may hold without finding anything.
fn holds_on_nothing(cond: &Cond) -> bool {
    match cond {
        Cond::Group(_) | Cond::Candidate(_) => false,
        Cond::Not(_) => true,
        Cond::Any(parts) => parts.iter().any(holds_on_nothing),
        Cond::All(parts) | Cond::Near { parts, .. } | Cond::Before { parts, .. } => parts.iter().all(holds_on_nothing),
        Cond::Count { of, at_least } => *at_least == 0 || holds_on_nothing(of),
        Cond::Sentence(inner) => holds_on_nothing(inner),
    }
}

/// What must be found for a condition to hold, as clauses that must all be met.
pub(super) fn clauses(cond: &Cond) -> Vec<Clause> {
    match cond {
        Cond::Group(group) => vec![Clause {
            groups: vec![*group],
            candidate: false,
        }],
        Cond::Candidate(_) => vec![Clause {
            groups: Vec::new(),
            candidate: true,
        }],
        Cond::Not(_) | Cond::Count { at_least: 0, .. } => Vec::new(),
        Cond::Any(parts) if parts.iter().any(holds_on_nothing) => Vec::new(),
        Cond::Any(parts) => {
            let mut any = Clause::default();
            for part in parts {
                if let Some(clause) = clauses(part).into_iter().min_by_key(Clause::cost) {
                    any.groups.extend(clause.groups);
                    any.candidate |= clause.candidate;
                }
            }
            any.groups.sort_unstable();
            any.groups.dedup();
            vec![any]
        }
        Cond::All(parts) | Cond::Near { parts, .. } | Cond::Before { parts, .. } => parts
            .iter()
            .filter(|part| !holds_on_nothing(part))
            .flat_map(clauses)
            .collect(),
        Cond::Count { of, .. } => clauses(of),
        Cond::Sentence(inner) => clauses(inner),
    }
}

impl Clause {
    /// The fewer things can meet it, the better it tells rules apart; candidates are named least often.
    fn cost(&self) -> (bool, usize) {
        (!self.candidate, self.groups.len())
    }
}

/// Which rules to try when something is found.
#[derive(Debug, Default)]
pub(super) struct Wakes {
    /// By group below the first naming.
    pub(super) groups: Vec<Vec<u32>>,
    /// When any candidate is named.
    pub(super) candidate: Vec<u32>,
    /// Always: they may hold on nothing.
    pub(super) always: Vec<u32>,
}

pub(super) fn wakes(rules: &[Ready], first_naming: Group) -> Wakes {
    let mut wakes = Wakes {
        groups: vec![Vec::new(); first_naming as usize],
        ..Wakes::default()
    };
    for (index, ready) in rules.iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        match ready.clauses.iter().min_by_key(|clause| clause.cost()) {
            None => wakes.always.push(index),
            Some(clause) => {
                if clause.candidate {
                    wakes.candidate.push(index);
                }
                for group in &clause.groups {
                    wakes.groups[*group as usize].push(index);
                }
            }
        }
    }
    wakes
}
