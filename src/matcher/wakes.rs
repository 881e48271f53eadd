//! Which rules need be tried at all: those of which everything indispensable was found.
//!
//! Does: keep for everything that may be found which ways of which rules it helps to meet, and tell from all that was found the
//! rules of which a way is met. Does not: evaluate.
//! Invariant: a rule that could hold is always woken, but for those that only lower others where there is nothing to lower; one that
//! is woken may still not hold.

use std::collections::BTreeMap;

use prefetch_index::prefetch_index;

use super::bits::{Bits, ones};
use super::compile::{Group, Ready};
use super::eval::Occurrence;
use super::ways::{Way, ways};

/// Ways of all rules together, about: each post pays for all that do more than lower others.
const MOST: usize = 16_384;
/// Rows are fetched so many before they are laid.
const AHEAD: usize = 8;
/// Ways of one rule at most, far more than any shipped one has.
const MOST_OF_ONE: usize = 64;

/// The ways of all rules. Those that do nothing but lower others lie apart: most posts have nothing to lower.
#[derive(Debug)]
pub(super) struct Wakes {
    counting: Board,
    lowering: Board,
    /// How many rules there are.
    all: usize,
}

/// For everything that may be found, a row of bits that says which clauses of which ways it meets. The rows of all that was
/// found, laid over each other, tell the ways that are met, and these the rules to try.
#[derive(Debug, Default)]
struct Board {
    /// The row on which every way has those clauses met that it does not have. It has a column of words of bits for the first clause
    /// of each way, then one for the second …
    start: Vec<u64>,
    /// Where the columns begin, and where the last one ends. Ways of many clauses come first, so that each is no longer than the one
    /// before.
    columns: Vec<usize>,
    /// The rows of what may be found: where in a row, and which bits there. Most are short.
    rows: Vec<(u32, u64)>,
    /// By group below the first naming: its row.
    groups: Vec<Short>,
    /// Classes of candidates' words, and where the row of each lies.
    classes: Vec<(u16, std::ops::Range<usize>)>,
    /// By way: its rule.
    rules: Vec<u32>,
}

/// A row that is being made.
type Row = BTreeMap<u32, u64>;

/// A row that can be laid without asking how long it is: two places of it, which may hold nothing, and where the others are.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))] // so that each is in one line of the processor's cache
struct Short {
    at: [u32; 2],
    bits: [u64; 2],
    from: u32,
    to: u32,
}

/// Rows laid over each other; keeps its room.
#[derive(Debug, Default)]
pub(super) struct Woken {
    row: Vec<u64>,
    /// The rules that may hold.
    pub(super) rules: Bits,
}

impl Wakes {
    /// Of rules in their order.
    pub(super) fn new(rules: &[Ready], first_naming: Group) -> Self {
        Self::with(rules, first_naming, (MOST / rules.len().max(1)).clamp(1, MOST_OF_ONE))
    }

    /// Where no rule is taken apart into more than `most` ways.
    fn with(rules: &[Ready], first_naming: Group, most: usize) -> Self {
        let board = |suppresses: bool| {
            let these = (0u32..).zip(rules).filter(|(_, ready)| ready.suppresses == suppresses);
            let ways =
                these.flat_map(|(rule, ready)| ways(&ready.condition, most).into_iter().map(move |way| (rule, way)));
            Board::new(ways.collect(), first_naming)
        };
        Self {
            counting: board(false),
            lowering: board(true),
            all: rules.len(),
        }
    }

    /// Bytes that searching reads.
    pub(super) fn bytes(&self) -> usize {
        self.counting.bytes() + self.lowering.bytes()
    }

    /// The rules that may hold when this was found, in any order and with repeats, and candidates named by these classes of words:
    /// into `woken`, unless none of them does more than lower others. Whether one does.
    pub(super) fn wake(&self, found: &[Occurrence], classes: u16, woken: &mut Woken) -> bool {
        woken.rules.clear(self.all);
        let counts = self.counting.wake(found, classes, woken);
        if counts {
            self.lowering.wake(found, classes, woken);
        }
        counts
    }
}

impl Board {
    /// Of ways and their rules.
    fn new(mut all: Vec<(u32, Way)>, first_naming: Group) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        all.sort_by_key(|(_, way)| std::cmp::Reverse(way.len()));
        let longer = |than: usize| all.partition_point(|(_, way)| way.len() > than);
        let mut columns = vec![0, all.len().div_ceil(64).max(1)]; // what a short row does not need falls somewhere
        for words in (1..)
            .map(longer)
            .map_while(|ways| (ways > 0).then(|| ways.div_ceil(64)))
        {
            columns.push(columns[columns.len() - 1] + words);
        }
        let mut board = Self {
            start: vec![0; columns[columns.len() - 1]],
            rules: all.iter().map(|(rule, _)| *rule).collect(),
            ..Self::default()
        };
        let mut groups = vec![Row::new(); first_naming as usize];
        let mut by_class = vec![Row::new(); u16::BITS as usize];
        for (index, (_, way)) in all.iter().enumerate() {
            let (word, bit) = (index / 64, 1 << (index % 64));
            for (clause, column) in columns.windows(2).enumerate() {
                let at = column[0] + word;
                if at >= column[1] {
                    break;
                }
                let Some(clause) = way.get(clause) else {
                    board.start[at] |= bit;
                    continue;
                };
                for group in &clause.groups {
                    *groups[*group as usize].entry(number(at)).or_default() |= bit;
                }
                for class in ones(u64::from(clause.classes), 0) {
                    *by_class[class as usize].entry(number(at)).or_default() |= bit;
                }
            }
        }
        board.columns = columns;
        for (group, row) in groups.into_iter().enumerate() {
            let mut row = row.into_iter();
            // Were it the same place for all, the processor would wait for one to be laid before the next.
            let idle = (number(group % board.start.len()), 0);
            let [(a, x), (b, y)] = [(); 2].map(|()| row.next().unwrap_or(idle));
            let from = number(board.rows.len());
            board.rows.extend(row);
            let to = number(board.rows.len());
            board.groups.push(Short {
                at: [a, b],
                bits: [x, y],
                from,
                to,
            });
        }
        for (class, row) in (0..u16::BITS).zip(by_class).filter(|(_, row)| !row.is_empty()) {
            let from = board.rows.len();
            board.rows.extend(row);
            board.classes.push((1 << class, from..board.rows.len()));
        }
        board
    }

    fn bytes(&self) -> usize {
        self.rows.len() * size_of::<(u32, u64)>()
            + self.groups.len() * size_of::<Short>()
            + self.start.len() * 8
            + self.rules.len() * size_of::<u32>()
    }

    /// Adds the rules of which a way is met; whether there are any.
    fn wake(&self, found: &[Occurrence], classes: u16, woken: &mut Woken) -> bool {
        let row = &mut woken.row;
        row.clear();
        row.extend_from_slice(&self.start);
        let mut lay = |at: u32, bits: u64| row[at as usize] |= bits;
        for (at, one) in found.iter().enumerate() {
            if let Some(later) = found.get(at + AHEAD) {
                prefetch_index(&self.groups, later.group as usize);
            }
            let Some(row) = self.groups.get(one.group as usize) else {
                continue;
            };
            lay(row.at[0], row.bits[0]);
            lay(row.at[1], row.bits[1]);
            if row.from != row.to {
                let more = &self.rows[row.from as usize..row.to as usize];
                for (at, bits) in more {
                    lay(*at, *bits);
                }
            }
        }
        for (_, row) in self.classes.iter().filter(|(class, _)| class & classes != 0) {
            for (at, bits) in &self.rows[row.clone()] {
                lay(*at, *bits);
            }
        }
        // All clauses of a way must be met: column by column, as that is done with many words at a time.
        let (met, others) = row.split_at_mut(self.columns[1]);
        for column in self.columns[1..].windows(2) {
            let column = &others[column[0] - met.len()..column[1] - met.len()];
            for (met, clauses) in met.iter_mut().zip(column) {
                *met &= clauses;
            }
        }
        let mut any = false;
        for (word, ways) in met.iter().enumerate().filter(|(_, ways)| **ways != 0) {
            for rule in ones(*ways, 0).filter_map(|way| self.rules.get(word * 64 + way as usize)) {
                woken.rules.insert(*rule);
                any = true;
            }
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cond::{Any, Cond};
    use super::super::named::bits;
    use super::super::ways::{CLAUSES, may_hold};
    use super::*;
    use crate::model::Level;
    use crate::rules::{CandidateWords, Effect, Reach, Status, Voice};

    /// Groups below this are nobody's name.
    const GROUPS: Group = 12;

    fn condition() -> impl Strategy<Value = Cond> {
        let leaf = prop_oneof![
            8 => (0..GROUPS).prop_map(Cond::Group),
            1 => Just(Cond::Candidate(CandidateWords::Nama)),
            1 => Just(Cond::Candidate(CandidateWords::Nomor)),
        ];
        leaf.prop_recursive(3, 40, 4, |inner| {
            let some = prop::collection::vec(inner.clone(), 1..5);
            prop_oneof![
                some.clone().prop_map(|parts| Cond::Any(Any::new(parts))),
                some.clone().prop_map(Cond::All),
                some.clone().prop_map(|parts| Cond::Near { parts, within: 3 }),
                some.prop_map(|parts| Cond::Before { parts, within: 3 }),
                inner.clone().prop_map(|of| Cond::Not(Box::new(of))),
                inner.clone().prop_map(|of| Cond::Sentence(Box::new(of))),
                (inner, 0..3usize).prop_map(|(of, at_least)| Cond::Count {
                    of: Box::new(of),
                    at_least
                }),
            ]
        })
    }

    fn rule(index: usize, condition: Cond) -> Ready {
        Ready {
            rule: index,
            rank: index,
            condition,
            binds: false,
            classes: 0,
            unless: Vec::new(),
            status: Status::Live,
            suppresses: index < 2,
            level: Level::Tinggi,
            voice: Voice::Any,
            content: super::super::content::Kinds::of(&[]),
            reach: Reach::Post,
            effect: Effect::Clear,
            phases: Vec::new(),
        }
    }

    /// Which of the rules, each taken apart into at most so many ways, are woken when these groups and classes were found; whether
    /// one of them counts.
    fn woken(rules: &[Ready], most: usize, found: &[Group], classes: u16) -> (Vec<usize>, bool) {
        let occurrences: Vec<Occurrence> = found
            .iter()
            .map(|group| Occurrence {
                group: *group,
                from: 0,
                to: 1,
            })
            .collect();
        let mut woken = Woken::default();
        let counts = Wakes::with(rules, GROUPS, most).wake(&occurrences, classes, &mut woken);
        (woken.rules.iter().map(|rule| rule as usize).collect(), counts)
    }

    proptest! {
        #[test]
        fn every_rule_that_may_hold_is_woken(
            conditions in prop::collection::vec(condition(), 1..9),
            found in prop::collection::vec(0..GROUPS, 0..9),
            named in prop::sample::subsequence(vec![CandidateWords::Nama, CandidateWords::Nomor], 0..=2),
        ) {
            let rules: Vec<Ready> = conditions.into_iter().enumerate().map(|(i, cond)| rule(i, cond)).collect();
            let classes = named.into_iter().fold(0, |all, class| all | bits(class));
            let mut present = Bits::default();
            present.clear(GROUPS as usize);
            for group in &found {
                present.insert(*group);
            }
            let may: Vec<usize> = (0..rules.len())
                .filter(|rule| may_hold(&rules[*rule].condition, &present, classes))
                .collect();
            for most in [1, 4, 1_000] {
                let (woken, counts) = woken(&rules, most, &found, classes);
                prop_assert_eq!(counts, woken.iter().any(|rule| *rule >= 2));
                for rule in may.iter().filter(|rule| **rule >= 2 || counts) {
                    prop_assert!(woken.contains(rule), "{:?}", rules[*rule].condition);
                }
                if most < 1_000 {
                    continue;
                }
                // And no other, but where a condition is too large to be told apart.
                for rule in &woken {
                    let told = ways(&rules[*rule].condition, most).iter().all(|way| way.len() < CLAUSES);
                    prop_assert!(!told || may.contains(rule), "{:?}", rules[*rule].condition);
                }
            }
        }
    }

    #[test]
    fn what_has_too_many_ways_is_woken_by_what_they_share() {
        // Each part holds in two ways of two clauses: together 2^10 ways.
        let pair = |a: Group, b: Group| Cond::All(vec![Cond::Group(a % GROUPS), Cond::Group(b % GROUPS)]);
        let parts = (0..10).map(|i| Cond::Any(Any::new(vec![pair(i, i + 1), pair(i + 2, i + 3)])));
        let rules = [rule(2, Cond::All(parts.collect()))];
        assert!(ways(&rules[0].condition, MOST_OF_ONE).len() <= MOST_OF_ONE);
        assert_eq!(
            woken(&rules, MOST_OF_ONE, &(0..GROUPS).collect::<Vec<_>>(), 0),
            (vec![0], true)
        );
        assert_eq!(woken(&rules, MOST_OF_ONE, &[], 0).0, Vec::<usize>::new());
    }

    #[test]
    fn a_rule_that_needs_nothing_is_always_woken() {
        let rules = [rule(2, Cond::Not(Box::new(Cond::Group(0))))];
        assert_eq!(woken(&rules, 1, &[], 0).0, [0]);
        assert_eq!(woken(&[], 1, &[1], 0), (vec![], false));
    }
}
