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

/// Whether the clauses of a condition say all that [`may_hold`] can say.
fn is_flat(cond: &Cond) -> bool {
    match cond {
        Cond::Group(_) | Cond::Candidate(_) | Cond::Not(_) => true,
        Cond::Any(Any { parts, .. }) => parts
            .iter()
            .all(|part| matches!(part, Cond::Group(_) | Cond::Candidate(_))),
        Cond::All(parts) | Cond::Near { parts, .. } | Cond::Before { parts, .. } => parts.iter().all(is_flat),
        Cond::Count { of: inner, .. } | Cond::Sentence(inner) => is_flat(inner),
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

/// Of a rule at most so many clauses are looked at; whether the others are met, evaluating shows.
const CLAUSES: usize = 4;

/// Which rules to try when something is found: for everything that may be found, a row of bits that says which clauses of which
/// rules it meets. The rows of all that was found, laid over each other, tell the rules to try.
#[derive(Debug, Default)]
pub(super) struct Wakes {
    /// Words of bits that the rules take; a row has so many for the first clause of each, then for the second …
    words: usize,
    /// The row on which every rule has those clauses met that it does not have.
    start: Vec<u64>,
    /// By group below the first naming.
    groups: Vec<u64>,
    /// Classes of candidates' words, and the row of each.
    classes: Vec<(u16, Vec<u64>)>,
    /// Rules that do more than lower others.
    counts: Vec<u64>,
    /// Rules that may not hold though all clauses in the rows are met.
    deep: Vec<u64>,
}

/// Rows laid over each other; keeps its room.
#[derive(Debug, Default)]
pub(super) struct Woken {
    row: Vec<u64>,
    /// The rules that may hold.
    pub(super) rules: Bits,
}

impl Wakes {
    pub(super) fn new(rules: &[Ready], first_naming: Group) -> Self {
        let words = rules.len().div_ceil(64);
        let width = words * CLAUSES;
        let mut wakes = Self {
            words,
            start: vec![0; width],
            groups: vec![0; first_naming as usize * width],
            classes: (0..u16::BITS).map(|bit| (1 << bit, vec![0; width])).collect(),
            counts: vec![0; words],
            deep: vec![0; words],
        };
        for (index, ready) in rules.iter().enumerate() {
            let (word, bit) = (index / 64, 1 << (index % 64));
            if !ready.suppresses {
                wakes.counts[word] |= bit;
            }
            let mut clauses = clauses(&ready.condition);
            if clauses.len() > CLAUSES || !is_flat(&ready.condition) {
                wakes.deep[word] |= bit;
            }
            clauses.sort_by_key(Clause::cost);
            for column in clauses.len()..CLAUSES {
                wakes.start[column * words + word] |= bit;
            }
            for (column, clause) in clauses.iter().take(CLAUSES).enumerate() {
                let at = column * words + word;
                for group in &clause.groups {
                    wakes.groups[*group as usize * width + at] |= bit;
                }
                for (_, row) in wakes
                    .classes
                    .iter_mut()
                    .filter(|(class, _)| clause.classes & class != 0)
                {
                    row[at] |= bit;
                }
            }
        }
        wakes.classes.retain(|(_, row)| row.iter().any(|word| *word != 0));
        wakes
    }

    /// Bytes that searching reads.
    pub(super) fn bytes(&self) -> usize {
        let rows = self.classes.iter().map(|(_, row)| row.len());
        (self.groups.len() + self.start.len() + rows.sum::<usize>()) * 8
    }

    /// The rules that may hold when these groups were found and candidates named by these classes of words: into `woken`.
    /// Whether any of them does more than lower others.
    pub(super) fn wake(&self, rules: &[Ready], present: &Bits, classes: u16, woken: &mut Woken) -> bool {
        let width = self.words * CLAUSES;
        woken.row.clear();
        woken.row.extend_from_slice(&self.start);
        let mut lay = |row: &[u64]| {
            for (all, one) in woken.row.iter_mut().zip(row) {
                *all |= one;
            }
        };
        for group in present.iter() {
            lay(self.groups.get(group as usize * width..).unwrap_or_default());
        }
        for (_, row) in self.classes.iter().filter(|(class, _)| class & classes != 0) {
            lay(row);
        }
        let met = &woken.row;
        let all = |word: usize| (0..CLAUSES).fold(u64::MAX, |all, column| all & met[column * self.words + word]);
        let awake = &mut woken.rules.0;
        awake.clear();
        awake.extend((0..self.words).map(all));
        for (word, deep) in self.deep.iter().enumerate() {
            for index in ones(awake[word] & deep, 0) {
                let ready = &rules[word * 64 + index as usize];
                if !may_hold(&ready.condition, present, classes) {
                    awake[word] &= !(1 << index);
                }
            }
        }
        let mut counting = awake.iter().zip(&self.counts);
        counting.any(|(awake, counts)| awake & counts != 0)
    }
}
