//! Which rules need be tried at all: those of which everything indispensable was found.
//!
//! Does: read from a condition what must be found for it to hold, and choose what shall wake its rule. Does not: evaluate.
//! Invariant: a rule that could hold is always woken; one that is woken may still not hold.

use super::compile::{Any, Cond, Group, Ready};

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
        Cond::Any(any) => any.parts.iter().any(holds_on_nothing),
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
        Cond::Any(any) if any.parts.iter().any(holds_on_nothing) => Vec::new(),
        Cond::Any(Any { parts, .. }) => {
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

/// A set of small numbers that keeps its room.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Empties it, and makes room for numbers below `end`.
    pub(super) fn clear(&mut self, end: usize) {
        self.0.clear();
        self.0.resize(end.div_ceil(64), 0);
    }

    pub(super) fn insert(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn contains(&self, at: u32) -> bool {
        self.0
            .get(at as usize / 64)
            .is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    /// The numbers that are also among these words of bits, ascending.
    pub(super) fn common<'a>(&'a self, words: &'a [(u32, u64)]) -> impl Iterator<Item = u32> {
        let word = |at: u32| self.0.get(at as usize).copied().unwrap_or(0);
        words.iter().flat_map(move |(at, mask)| ones(word(*at) & mask, at * 64))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().zip(0u32..).flat_map(|(word, at)| ones(*word, at * 64))
    }
}

/// The places of the ones in a word, counted from `base`, ascending.
fn ones(mut word: u64, base: u32) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros();
            word &= word - 1;
            base + bit
        })
    })
}

/// Lists of numbers, one after another.
#[derive(Debug, Default)]
struct Lists {
    at: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn of(lists: impl Iterator<Item = Vec<u32>>) -> Self {
        let mut all = Self {
            at: vec![0],
            items: Vec::new(),
        };
        for list in lists {
            all.items.extend(list);
            all.at.push(u32::try_from(all.items.len()).unwrap_or(u32::MAX));
        }
        all
    }

    fn get(&self, at: usize) -> &[u32] {
        &self.items[self.at[at] as usize..self.at[at + 1] as usize]
    }
}

/// Which rules to try when something is found.
#[derive(Debug, Default)]
pub(super) struct Wakes {
    rules: usize,
    /// By group below the first naming.
    groups: Lists,
    /// When any candidate is named.
    candidate: Vec<u32>,
    /// Always: they may hold on nothing.
    pub(super) always: Vec<u32>,
    /// By rule: its clauses, as a range of the next two.
    clauses_at: Vec<u32>,
    clauses: Lists,
    by_candidate: Vec<bool>,
}

impl Wakes {
    pub(super) fn new(rules: &[Ready], first_naming: Group) -> Self {
        let mut groups = vec![Vec::new(); first_naming as usize];
        let mut wakes = Self {
            rules: rules.len(),
            clauses_at: vec![0],
            ..Self::default()
        };
        let mut total = 0;
        for (index, ready) in (0u32..).zip(rules) {
            total += ready.clauses.len();
            wakes.clauses_at.push(u32::try_from(total).unwrap_or(u32::MAX));
            wakes
                .by_candidate
                .extend(ready.clauses.iter().map(|clause| clause.candidate));
            match ready.clauses.iter().min_by_key(|clause| clause.cost()) {
                None => wakes.always.push(index),
                Some(clause) => {
                    if clause.candidate {
                        wakes.candidate.push(index);
                    }
                    for group in &clause.groups {
                        groups[*group as usize].push(index);
                    }
                }
            }
        }
        wakes.groups = Lists::of(groups.into_iter());
        let clauses = rules.iter().flat_map(|ready| &ready.clauses);
        wakes.clauses = Lists::of(clauses.map(|clause| clause.groups.clone()));
        wakes
    }

    /// The rules that may hold when these groups were found, and whether a candidate was named: into `woken`.
    pub(super) fn wake(&self, present: &Bits, candidate: bool, woken: &mut Bits) {
        woken.clear(self.rules);
        for &rule in &self.always {
            woken.insert(rule);
        }
        let named = if candidate { &self.candidate[..] } else { &[] };
        let found = present.iter().flat_map(|group| self.groups.get(group as usize));
        for &rule in named.iter().chain(found) {
            if !woken.contains(rule) && self.may_hold(rule, present, candidate) {
                woken.insert(rule);
            }
        }
    }

    fn may_hold(&self, rule: u32, present: &Bits, candidate: bool) -> bool {
        let (from, to) = (
            self.clauses_at[rule as usize] as usize,
            self.clauses_at[rule as usize + 1] as usize,
        );
        (from..to).all(|clause| {
            candidate && self.by_candidate[clause]
                || self.clauses.get(clause).iter().any(|group| present.contains(*group))
        })
    }
}
