//! Which rules need be tried at all: those of which everything indispensable was found.
//!
//! Does: read from a condition what must be found for it to hold, choose what shall wake its rule, and look whether all that is
//! indispensable is there. Does not: evaluate.
//! Invariant: a rule that could hold is always woken; one that is woken may still not hold.

use std::collections::BTreeMap;

use super::compile::{Any, Cond, Group, Ready};
use super::eval::Occurrence;
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
    /// The rows of what may be found: where in a row, and which bits there. Most are short.
    rows: Vec<(u32, u64)>,
    /// By group below the first naming: its row.
    groups: Vec<Short>,
    /// Classes of candidates' words, and where the row of each lies.
    classes: Vec<(u16, std::ops::Range<usize>)>,
    /// Rules that do more than lower others.
    counts: Vec<u64>,
    /// Rules that may not hold though all clauses in the rows are met.
    deep: Vec<u64>,
}

/// A row that is being made.
type Row = BTreeMap<u32, u64>;

/// A row that can be laid without asking how long it is: two places of it, which may hold nothing, and where the others are.
#[derive(Debug, Clone, Copy)]
struct Short {
    two: [(u32, u64); 2],
    from: u32,
    to: u32,
}

/// What was found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// In any order, with repeats.
    pub(super) occurrences: &'a [Occurrence],
    /// Their groups below the first naming.
    pub(super) present: &'a Bits,
    /// By which classes of words candidates are named.
    pub(super) classes: u16,
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
        let mut wakes = Self {
            words,
            start: vec![0; words * CLAUSES],
            counts: vec![0; words],
            deep: vec![0; words],
            ..Self::default()
        };
        let mut groups = vec![Row::new(); first_naming as usize];
        let mut by_class = vec![Row::new(); u16::BITS as usize];
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
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                for group in &clause.groups {
                    *groups[*group as usize].entry(at).or_default() |= bit;
                }
                for class in ones(u64::from(clause.classes), 0) {
                    *by_class[class as usize].entry(at).or_default() |= bit;
                }
            }
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        for row in groups {
            let mut row = row.into_iter();
            let two = [(); 2].map(|()| row.next().unwrap_or_default());
            let from = number(wakes.rows.len());
            wakes.rows.extend(row);
            let to = number(wakes.rows.len());
            wakes.groups.push(Short { two, from, to });
        }
        for (class, row) in (0..u16::BITS).zip(by_class).filter(|(_, row)| !row.is_empty()) {
            let from = wakes.rows.len();
            wakes.rows.extend(row);
            wakes.classes.push((1 << class, from..wakes.rows.len()));
        }
        wakes
    }

    /// Bytes that searching reads.
    pub(super) fn bytes(&self) -> usize {
        self.rows.len() * size_of::<(u32, u64)>() + self.groups.len() * size_of::<Short>() + self.start.len() * 8
    }

    /// The rules that may hold when this was found: into `woken`. Whether any of them does more than lower others.
    pub(super) fn wake(&self, rules: &[Ready], found: &Found<'_>, woken: &mut Woken) -> bool {
        let Found {
            occurrences,
            present,
            classes,
        } = *found;
        let met = &mut woken.row;
        met.clear();
        met.extend_from_slice(&self.start);
        met.resize(met.len().max(1), 0); // what a short row does not need falls on the first word
        let mut lay = |row: &[(u32, u64)]| {
            for (at, bits) in row {
                met[*at as usize] |= bits;
            }
        };
        for row in occurrences
            .iter()
            .filter_map(|found| self.groups.get(found.group as usize))
        {
            lay(&row.two);
            if row.from != row.to {
                lay(&self.rows[row.from as usize..row.to as usize]);
            }
        }
        for (_, row) in self.classes.iter().filter(|(class, _)| class & classes != 0) {
            lay(&self.rows[row.clone()]);
        }
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
