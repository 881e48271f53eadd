//! A condition over what was found → where it holds.
//!
//! Does: any, all, not, near, before, phrase, count, several, sentence, with one candidate bound or none. Does not: phases, statuses,
//! suppression.
//! Invariant: linear in what was found for a given rule: of all combinations ending at one place only the tightest is kept.
//! Places and words live in the stacks of a [`Room`], which keep their room from post to post: evaluating allocates nothing
//! once they are large enough. A condition that does not hold leaves the stacks as they were.

use super::bits::Bits;
use super::chain;
use super::compile::{Compiled, Group};
use super::cond::Cond;
use super::gaps::Gaps;
use super::named::{Named, bits, candidate};
use super::room::{Place, Room};
use super::ways::may_hold;
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

/// Where each group below the first naming lies among the occurrences of the text at hand.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Tells what was written for this text from what is left from others.
    text: u64,
    /// By group: for which text, from where, to where.
    at: Vec<(u64, u32, u32)>,
    /// Sentences in which anything was found, as token ranges, ascending.
    sentences: Vec<Window>,
    starts: Vec<u32>,
    /// What names candidates, by place, if any condition asks about everyone who is named.
    names: Vec<Occurrence>,
}

impl Index {
    /// Makes the index of these occurrences, ascending, of groups below the first naming.
    pub(super) fn make(&mut self, compiled: &Compiled, folded: &Folded, occurrences: &[Occurrence]) {
        if compiled.sentences {
            self.make_sentences(folded, occurrences);
        }
        self.text += 1;
        self.at.resize(compiled.first_naming as usize, (0, 0, 0));
        for (i, occurrence) in (0u32..).zip(occurrences) {
            let Some(at) = self.at.get_mut(occurrence.group as usize) else {
                return; // candidates follow all others
            };
            if at.0 == self.text {
                at.2 = i + 1;
            } else {
                *at = (self.text, i, i + 1);
            }
        }
    }

    /// Takes up what names candidates, once it is known what does.
    pub(super) fn place_names(&mut self, compiled: &Compiled, occurrences: &[Occurrence]) {
        self.names.clear();
        if compiled.asks_for_all {
            let from = compiled.first_named(occurrences);
            self.names.extend_from_slice(&occurrences[from..]);
            self.names.sort_unstable_by_key(|o| (o.from, o.to));
        }
    }

    fn make_sentences(&mut self, folded: &Folded, occurrences: &[Occurrence]) {
        let tokens = &folded.tokens;
        self.starts.clear();
        self.starts
            .extend(occurrences.iter().map(|o| tokens[o.from as usize].sentence));
        self.starts.sort_unstable();
        self.starts.dedup();
        self.sentences.clear();
        let mut at = 0;
        let mut done = 0;
        for &sentence in &self.starts {
            if sentence < done {
                continue;
            }
            let (from, to) = together(folded, sentence);
            done = to + 1;
            let first = at + tokens[at..].partition_point(|t| t.sentence < from);
            let last = first + tokens[first..].partition_point(|t| t.sentence <= to);
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            self.sentences.push((number(first), number(last)));
            at = last;
        }
    }

    fn range(&self, group: Group) -> std::ops::Range<usize> {
        match self.at.get(group as usize) {
            Some(&(text, from, to)) if text == self.text => from as usize..to as usize,
            _ => 0..0,
        }
    }
}

/// The first and the last sentence that nothing but dots part from this one and each other.
fn together(folded: &Folded, sentence: u32) -> (u32, u32) {
    let (mut from, mut to) = (sentence, sentence);
    while folded.is_continued(from) {
        from -= 1;
    }
    while folded.is_continued(to + 1) {
        to += 1;
    }
    (from, to)
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
    /// Where in `occurrences` the groups below the first naming are.
    pub(super) index: &'a Index,
    /// How far apart places are.
    pub(super) gaps: &'a Gaps,
    /// Groups that may be among the occurrences; those that are not are not.
    pub(super) present: &'a Bits,
    /// The candidate that candidate expressions mean.
    pub(super) named: Option<&'a Named>,
    /// Without one, candidate expressions mean any (inside `not`) or nothing.
    pub(super) any_candidate: bool,
}

/// Tokens `from..to` in which to look.
pub(super) type Window = (u32, u32);

impl Eval<'_> {
    /// Whether the condition holds in the whole text. Its places are then on top of `room`, ascending; none = it holds on what
    /// is *not* there.
    pub(super) fn run(&self, cond: &Cond, room: &mut Room) -> bool {
        self.run_in(cond, self.whole(), room)
    }

    /// The same in these tokens.
    pub(super) fn run_in(&self, cond: &Cond, window: Window, room: &mut Room) -> bool {
        let mark = room.mark();
        let holds = self.cond(cond, window, room);
        if !holds {
            room.forget(mark);
        }
        holds
    }

    pub(super) fn whole(&self) -> Window {
        (0, u32::try_from(self.folded.tokens.len()).unwrap_or(u32::MAX))
    }

    fn cond(&self, cond: &Cond, window: Window, room: &mut Room) -> bool {
        let base = room.places.len();
        match cond {
            Cond::Group(group) => push(&self.occurrences[self.index.range(*group)], false, window, room),
            Cond::Candidate(class) => {
                self.candidate(*class, window, room);
                room.order(base);
            }
            Cond::Any(any) => {
                for group in self.present.common(&any.groups) {
                    push(&self.occurrences[self.index.range(group)], false, window, room);
                }
                let mut holds = room.places.len() > base;
                for other in &any.others {
                    holds |= self.cond(&any.parts[*other], window, room);
                }
                room.order(base);
                return holds;
            }
            Cond::All(parts) => {
                if !parts.iter().all(|part| self.may(part)) || !parts.iter().all(|part| self.cond(part, window, room)) {
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
                if !under.may(inner) {
                    return true;
                }
                let mark = room.mark();
                let held = under.cond(inner, window, room);
                room.forget(mark);
                return !held;
            }
            Cond::Near { parts, within } => {
                return self.chained(parts, window, room, |room, at| {
                    chain::near(room, at, *within, self.gaps);
                });
            }
            Cond::Before { parts, within } => {
                return self.chained(parts, window, room, |room, at| {
                    chain::before(room, at, *within, self.gaps);
                });
            }
            Cond::Count { of, at_least } => {
                self.cond(of, window, room);
                return count(room, base, *at_least);
            }
            Cond::Several { of, at_least } => self.several(bits(*of), *at_least, window, room),
            Cond::Sentence(inner) => self.sentence(inner, window, room),
        }
        room.places.len() > base
    }

    /// Whether the condition can hold at all; one that cannot does not.
    fn may(&self, cond: &Cond) -> bool {
        if let Cond::Group(group) = cond {
            return self.present.contains(*group);
        }
        let classes = match self.named {
            Some(named) => named.classes,
            None if self.any_candidate => u16::MAX,
            None => 0,
        };
        may_hold(cond, self.present, classes)
    }

    /// What names the candidate; without one, what names any, if any is meant.
    fn candidate(&self, class: CandidateWords, window: Window, room: &mut Room) {
        let meant = |o: &Occurrence| bits(class) & bits(self.compiled.naming(o.group).class) != 0;
        let named = match self.named {
            Some(named) => &self.occurrences[named.at..named.end],
            None if self.any_candidate => {
                let anyone = self.anyone(bits(class), window);
                room.places.extend(anyone.map(|o| Place::one(o.from, o.to, true)));
                return;
            }
            None => return,
        };
        let mut rest = named;
        while let Some(first_left) = rest.first() {
            let (group, others) = rest.split_at(rest.partition_point(|o| o.group == first_left.group));
            if meant(first_left) {
                push(group, true, window, room);
            }
            rest = others;
        }
    }

    /// What names anyone by these classes of words, by place.
    fn anyone(&self, classes: u16, window: Window) -> impl Iterator<Item = &Occurrence> + Clone {
        let names = &self.index.names;
        let from = names.partition_point(|o| o.from < window.0);
        let inside = names[from..].iter().take_while(move |o| o.from < window.1);
        inside.filter(move |o| o.to <= window.1 && classes & bits(self.compiled.naming(o.group).class) != 0)
    }

    /// What names anyone, if so many of one contest are named.
    fn several(&self, classes: u16, at_least: usize, window: Window, room: &mut Room) {
        let anyone = self.anyone(classes, window);
        room.named.clear();
        room.named
            .extend(anyone.clone().map(|o| candidate(self.compiled.naming(o.group))));
        room.named.sort_unstable();
        room.named.dedup();
        let contests = room.named.chunk_by(|a, b| a.contest == b.contest);
        if contests.map(<[Bound]>::len).max().unwrap_or(0) >= at_least {
            let base = room.places.len();
            room.places.extend(anyone.map(|o| Place::one(o.from, o.to, false)));
            room.order(base);
        }
    }

    /// Evaluates the parts; those that hold without a place are conditions, the rest are chained: `chain` gets in
    /// `room.bounds[at..]` where each part's places begin, and where the last ones end.
    fn chained(&self, parts: &[Cond], window: Window, room: &mut Room, chain: impl Fn(&mut Room, usize)) -> bool {
        if !parts.iter().all(|part| self.may(part)) {
            return false;
        }
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
        let base = room.places.len();
        if !self.may(inner) {
            return;
        }
        for window in self.sentences((from, to)) {
            self.cond(inner, window, room);
        }
        room.order(base);
    }

    /// The sentences of these tokens in which anything was found.
    pub(super) fn sentences(&self, (from, to): Window) -> impl Iterator<Item = Window> {
        let sentences = &self.index.sentences;
        let first = sentences.partition_point(|window| window.1 <= from);
        let inside = sentences[first..].iter().take_while(move |window| window.0 < to);
        inside.map(move |window| (window.0.max(from), window.1.min(to)))
    }
}

/// Pushes those of a group that lie in the window.
fn push(group: &[Occurrence], candidate: bool, (from, to): Window, room: &mut Room) {
    let first = if from == 0 {
        0
    } else {
        group.partition_point(|o| o.from < from)
    };
    let inside = group[first..].iter().take_while(|o| o.from < to).filter(|o| o.to <= to);
    room.places.extend(inside.map(|o| Place::one(o.from, o.to, candidate)));
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
