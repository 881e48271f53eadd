//! A condition over what was found → where it holds.
//!
//! Does: any, all, not, near, before, phrase, count, sentence, with one candidate bound or none. Does not: phases, statuses,
//! suppression.
//! Invariant: linear in what was found for a given rule: of all combinations ending at one place only the tightest is kept.
//! Places and words live in the stacks of a [`Room`], which keep their room from post to post: evaluating allocates nothing
//! once they are large enough. A condition that does not hold leaves the stacks as they were.

use super::chain;
use super::compile::{Compiled, Cond, Group};
use super::room::{Place, Room};
use crate::rules::CandidateWords;
use crate::text::fold::Folded;

/// A group found in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    pub(super) group: Group,
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Occurrence {
    /// In one number, in the same order.
    pub(super) const fn key(self) -> u128 {
        (self.group as u128) << 64 | (self.from as u128) << 32 | self.to as u128
    }
}

/// The bound candidate: the range of its namings' groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bound {
    pub(super) contest: usize,
    pub(super) candidate: usize,
}

/// One evaluation.
pub(super) struct Eval<'a> {
    pub(super) compiled: &'a Compiled,
    pub(super) folded: &'a Folded,
    /// Ascending.
    pub(super) occurrences: &'a [Occurrence],
    pub(super) bound: Option<Bound>,
    /// Without a bound candidate, candidate expressions mean any (inside `not`) or nothing.
    pub(super) any_candidate: bool,
}

/// A weak name counts within this many tokens of a strong one or of a word of elections.
const WEAK_REACH: u32 = 8;

/// So many neighbours on each side are looked at for that; they are in order, so more would be further away.
const NEIGHBOURS: usize = 4;

/// Tokens `from..to` in which to look.
type Window = (u32, u32);

impl Eval<'_> {
    /// Whether the condition holds in the whole text. Its places are then on top of `room`, ascending; none = it holds on what
    /// is *not* there.
    pub(super) fn run(&self, cond: &Cond, room: &mut Room) -> bool {
        let mark = room.mark();
        let holds = self.cond(cond, self.whole(), room);
        if !holds {
            room.forget(mark);
        }
        holds
    }

    fn whole(&self) -> Window {
        (0, u32::try_from(self.folded.tokens.len()).unwrap_or(u32::MAX))
    }

    fn cond(&self, cond: &Cond, window: Window, room: &mut Room) -> bool {
        let base = room.places.len();
        match cond {
            Cond::Group(group) => self.group(*group, window, room),
            Cond::Candidate(class) => {
                self.candidate(*class, window, room);
                room.order(base);
            }
            Cond::Any(parts) => {
                let mut holds = false;
                for part in parts {
                    holds |= self.cond(part, window, room);
                }
                room.order(base);
                return holds;
            }
            Cond::All(parts) => {
                if !parts.iter().all(|part| self.cond(part, window, room)) {
                    room.places.truncate(base);
                    return false;
                }
                room.merge(base);
                return true;
            }
            Cond::Not(inner) => {
                let under = Eval {
                    any_candidate: true,
                    ..*self
                };
                let held = under.cond(inner, self.whole(), room);
                room.places.truncate(base);
                return !held;
            }
            Cond::Near { parts, within } => {
                return self.chained(parts, window, room, |room, at| chain::near(room, at, *within));
            }
            Cond::Before { parts, within } => {
                return self.chained(parts, window, room, |room, at| chain::before(room, at, *within));
            }
            Cond::Count { of, at_least } => {
                self.cond(of, window, room);
                return count(room, base, *at_least);
            }
            Cond::Sentence(inner) => self.sentence(inner, window, room),
        }
        room.places.len() > base
    }

    fn range(&self, group: Group) -> &[Occurrence] {
        let from = self.occurrences.partition_point(|o| o.group < group);
        let len = self.occurrences[from..].partition_point(|o| o.group == group);
        &self.occurrences[from..from + len]
    }

    fn group(&self, group: Group, (from, to): Window, room: &mut Room) {
        let inside = self.range(group).iter().filter(|o| o.from >= from && o.to <= to);
        room.places.extend(inside.map(|o| Place::one(o.from, o.to, false)));
    }

    /// What names the bound candidate; without one, what names any, if any is meant.
    fn candidate(&self, class: CandidateWords, (from, to): Window, room: &mut Room) {
        let (namings, first) = (&self.compiled.namings, self.compiled.first_naming);
        let named = &self.occurrences[self.occurrences.partition_point(|o| o.group < first)..];
        let naming = |o: &Occurrence| &namings[(o.group - first) as usize];
        let named = match self.bound {
            Some(bound) => {
                let key = |o: &Occurrence| (naming(o).contest, naming(o).candidate);
                let own = (bound.contest, bound.candidate);
                let from = named.partition_point(|o| key(o) < own);
                let len = named[from..].partition_point(|o| key(o) == own);
                &named[from..from + len]
            }
            None if self.any_candidate => named,
            None => return,
        };
        for occurrence in named.iter().filter(|o| o.from >= from && o.to <= to) {
            let index = (occurrence.group - first) as usize;
            let meant = if class == CandidateWords::Calon {
                !matches!(namings[index].class, CandidateWords::Angka | CandidateWords::Partai)
            } else {
                namings[index].class == class
            };
            if meant && (!namings[index].weak || self.is_backed(occurrence, index)) {
                room.places.push(Place::one(occurrence.from, occurrence.to, true));
            }
        }
    }

    /// Whether a weak name stands near a strong one of the same candidate or a word of elections.
    fn is_backed(&self, place: &Occurrence, index: usize) -> bool {
        let namings = &self.compiled.namings;
        let own = namings[index];
        let near = |group: Group| {
            let range = self.range(group);
            let here = range.partition_point(|o| o.from < place.from);
            range[here.saturating_sub(NEIGHBOURS)..]
                .iter()
                .take(2 * NEIGHBOURS)
                .any(|o| {
                    let overlaps = o.from < place.to && place.from < o.to;
                    !overlaps && gap((o.from, o.to), (place.from, place.to)) <= WEAK_REACH
                })
        };
        let first = namings.partition_point(|n| (n.contest, n.candidate) < (own.contest, own.candidate));
        let strong = namings[first..]
            .iter()
            .take_while(|n| (n.contest, n.candidate) == (own.contest, own.candidate))
            .enumerate()
            .filter(|(_, n)| !n.weak && !matches!(n.class, CandidateWords::Angka | CandidateWords::Partai))
            .any(|(i, _)| near(self.compiled.first_naming + u32::try_from(first + i).unwrap_or(u32::MAX)));
        strong || near(self.compiled.election)
    }

    /// Evaluates the parts; those that hold without a place are conditions, the rest are chained: `chain` gets in
    /// `room.bounds[at..]` where each part's places begin, and where the last ones end.
    fn chained(&self, parts: &[Cond], window: Window, room: &mut Room, chain: impl Fn(&mut Room, usize)) -> bool {
        let (base, at) = (room.places.len(), room.bounds.len());
        room.bounds.push(base);
        for part in parts {
            let before = room.places.len();
            if !self.cond(part, window, room) {
                room.places.truncate(base);
                room.bounds.truncate(at);
                return false;
            }
            if room.places.len() > before {
                room.bounds.push(room.places.len());
            }
        }
        let nothing = room.bounds.len() == at + 1;
        if !nothing {
            chain(room, at);
            room.order(base);
        }
        room.bounds.truncate(at);
        nothing || room.places.len() > base
    }

    fn sentence(&self, inner: &Cond, (from, to): Window, room: &mut Room) {
        let tokens = &self.folded.tokens;
        let base = room.places.len();
        let mut starts = std::mem::take(&mut room.starts);
        starts.clear();
        starts.extend(
            self.occurrences
                .iter()
                .map(|o| o.from)
                .filter(|at| (from..to).contains(at)),
        );
        starts.sort_unstable();
        let mut done = None;
        for at in &starts {
            let sentence = tokens[*at as usize].sentence;
            if done == Some(sentence) {
                continue;
            }
            done = Some(sentence);
            let first = tokens.partition_point(|t| t.sentence < sentence);
            let last = first + tokens[first..].partition_point(|t| t.sentence == sentence);
            let window = (
                u32::try_from(first).unwrap_or(u32::MAX).max(from),
                u32::try_from(last).unwrap_or(u32::MAX).min(to),
            );
            self.cond(inner, window, room);
        }
        room.starts = starts;
        room.order(base);
    }
}

/// Tokens between two ranges; 0 when they touch or overlap.
pub(super) fn gap(a: (u32, u32), b: (u32, u32)) -> u32 {
    b.0.saturating_sub(a.1).max(a.0.saturating_sub(b.1))
}

/// At least so many places that do not overlap; then all of them are one place.
fn count(room: &mut Room, base: usize, at_least: usize) -> bool {
    let (mut seen, mut end) = (0, 0);
    room.places[base..].sort_unstable_by_key(|place| (place.to, place.from));
    for place in &room.places[base..] {
        if place.from >= end {
            seen += 1;
            end = place.to;
        }
    }
    if seen < at_least {
        room.places.truncate(base);
        return false;
    }
    room.merge(base);
    true
}
