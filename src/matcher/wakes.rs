//! Which rules need be tried at all: those of which everything indispensable was found.
//!
//! Does: read from a condition what must be found for it to hold, choose what shall wake its rule, and look whether all that is
//! indispensable is there. Does not: evaluate.
//! Invariant: a rule that could hold is always woken; one that is woken may still not hold.

use super::compile::{Any, Cond, Group, Ready};
use super::named::bits;

/// At least one of these must be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) groups: Vec<Group>,
    /// Or a candidate by one of these classes of words, as [`super::named::bits`].
    pub(super) classes: u16,
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
            classes: 0,
        }],
        Cond::Candidate(class) => vec![Clause {
            groups: Vec::new(),
            classes: bits(*class),
        }],
        Cond::Not(_) | Cond::Count { at_least: 0, .. } => Vec::new(),
        Cond::Any(any) if any.parts.iter().any(holds_on_nothing) => Vec::new(),
        Cond::Any(Any { parts, .. }) => {
            let mut any = Clause::default();
            for part in parts {
                if let Some(clause) = clauses(part).into_iter().min_by_key(Clause::cost) {
                    any.groups.extend(clause.groups);
                    any.classes |= clause.classes;
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
        (self.classes == 0, self.groups.len())
    }
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
        Cond::Not(_) | Cond::Count { at_least: 0, .. } => true,
        Cond::Count { of, .. } => may_hold(of, present, classes),
        Cond::Sentence(inner) => may_hold(inner, present, classes),
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

    /// How much room it has.
    pub(super) const fn bytes(&self) -> usize {
        self.0.len() * 8
    }

    /// The numbers that are also among these words of bits, ascending.
    pub(super) fn common<'a>(&'a self, words: &'a [(u32, u64)]) -> impl Iterator<Item = u32> {
        let word = |at: u32| self.0.get(at as usize).copied().unwrap_or(0);
        words.iter().flat_map(move |(at, mask)| ones(word(*at) & mask, at * 64))
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
    /// When a candidate is named by one of these classes of words.
    candidate: Vec<(u16, u32)>,
    /// Always: they may hold on nothing.
    always: Vec<u32>,
}

impl Wakes {
    pub(super) fn new(rules: &[Ready], first_naming: Group) -> Self {
        let mut groups = vec![Vec::new(); first_naming as usize];
        let mut wakes = Self {
            rules: rules.len(),
            ..Self::default()
        };
        for (index, ready) in (0u32..).zip(rules) {
            match clauses(&ready.condition).into_iter().min_by_key(Clause::cost) {
                None => wakes.always.push(index),
                Some(clause) => {
                    if clause.classes != 0 {
                        wakes.candidate.push((clause.classes, index));
                    }
                    for group in clause.groups {
                        groups[group as usize].push(index);
                    }
                }
            }
        }
        wakes.groups = Lists::of(groups.into_iter());
        wakes
    }

    /// The rules that may hold when these groups were found and candidates named by these classes of words: into `woken`.
    /// Whether any of them does more than lower others.
    pub(super) fn wake(&self, rules: &[Ready], present: &Bits, classes: u16, woken: &mut Bits) -> bool {
        woken.clear(self.rules);
        let mut counts = false;
        let mut wake = |rule: u32| {
            let ready = &rules[rule as usize];
            if !woken.contains(rule) && may_hold(&ready.condition, present, classes) {
                woken.insert(rule);
                counts |= !ready.suppresses;
            }
        };
        self.always.iter().for_each(|rule| wake(*rule));
        if classes != 0 {
            let named = self.candidate.iter().filter(|(wanted, _)| wanted & classes != 0);
            named.for_each(|(_, rule)| wake(*rule));
        }
        for group in present.iter() {
            self.groups.get(group as usize).iter().for_each(|rule| wake(*rule));
        }
        counts
    }
}
