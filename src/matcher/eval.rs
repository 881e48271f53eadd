//! A condition over what was found → where it holds.
//!
//! Does: any, all, not, near, before, phrase, count, sentence, with one candidate bound or none. Does not: phases, statuses,
//! suppression.
//! Invariant: linear in what was found for a given rule: of all combinations ending at one place only the tightest is kept.

use super::compile::{Compiled, Cond, Group};
use crate::rules::CandidateWords;
use crate::text::fold::Folded;

/// A group found in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    pub(super) group: Group,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// A place where a condition holds, and the words that make it hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Token ranges, ascending.
    pub(super) words: Words,
    /// A candidate's words are among them.
    pub(super) candidate: bool,
}

/// Token ranges, ascending, without repeats; two fit without allocating, which is what nearly every rule joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Words {
    Few { ranges: [(u32, u32); 2], len: usize },
    Many(Vec<(u32, u32)>),
}

impl Words {
    fn one(range: (u32, u32)) -> Self {
        Self::Few {
            ranges: [range, (0, 0)],
            len: 1,
        }
    }

    fn of(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        ranges.dedup();
        Self::Many(ranges)
    }

    fn join(&self, other: &Self) -> Self {
        if let ([a], [b]) = (self.as_slice(), other.as_slice())
            && a != b
        {
            return Self::Few {
                ranges: [*a.min(b), *a.max(b)],
                len: 2,
            };
        }
        Self::of(self.as_slice().iter().chain(other.as_slice()).copied().collect())
    }

    pub(super) fn as_slice(&self) -> &[(u32, u32)] {
        match self {
            Self::Few { ranges, len } => &ranges[..*len],
            Self::Many(ranges) => ranges,
        }
    }
}

/// What a condition came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// It holds; without places it holds on what is *not* there.
    pub(super) holds: bool,
    /// Ascending.
    pub(super) places: Vec<Place>,
}

impl Held {
    fn at(mut places: Vec<Place>) -> Self {
        places.sort_by_key(|place| (place.from, place.to));
        places.dedup();
        Self {
            holds: !places.is_empty(),
            places,
        }
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

/// How far back an end to continue from is looked for among overlapping places.
const LOOK_BACK: usize = 64;

/// Tokens `from..to` in which to look.
type Window = (u32, u32);

impl Eval<'_> {
    /// Where the condition holds in the whole text.
    pub(super) fn run(&self, cond: &Cond) -> Held {
        self.cond(cond, self.whole())
    }

    fn whole(&self) -> Window {
        (0, u32::try_from(self.folded.tokens.len()).unwrap_or(u32::MAX))
    }

    fn cond(&self, cond: &Cond, window: Window) -> Held {
        match cond {
            Cond::Group(group) => Held::at(self.group(*group, false, window)),
            Cond::Candidate(class) => Held::at(self.candidate(*class, window)),
            Cond::Any(parts) => {
                let mut any = Held::default();
                let mut places = Vec::new();
                for held in parts.iter().map(|part| self.cond(part, window)) {
                    any.holds |= held.holds;
                    places.extend(held.places);
                }
                Held {
                    holds: any.holds,
                    ..Held::at(places)
                }
            }
            Cond::All(parts) => self.all(parts, window),
            Cond::Not(inner) => {
                let under = Eval {
                    any_candidate: true,
                    ..*self
                };
                Held {
                    holds: !under.cond(inner, self.whole()).holds,
                    places: Vec::new(),
                }
            }
            Cond::Near { parts, within } => self.chained(parts, window, |lists| near(&lists, *within)),
            Cond::Before { parts, within } => self.chained(parts, window, |lists| before(lists, *within)),
            Cond::Count { of, at_least } => count(self.cond(of, window), *at_least),
            Cond::Sentence(inner) => self.sentence(inner, window),
        }
    }

    fn range(&self, group: Group) -> &[Occurrence] {
        let from = self.occurrences.partition_point(|o| o.group < group);
        let len = self.occurrences[from..].partition_point(|o| o.group == group);
        &self.occurrences[from..from + len]
    }

    fn group(&self, group: Group, candidate: bool, (from, to): Window) -> Vec<Place> {
        self.range(group)
            .iter()
            .filter(|o| o.from >= from && o.to <= to)
            .map(|o| Place {
                from: o.from,
                to: o.to,
                words: Words::one((o.from, o.to)),
                candidate,
            })
            .collect()
    }

    fn candidate(&self, class: CandidateWords, window: Window) -> Vec<Place> {
        let namings = &self.compiled.namings;
        let mut places = Vec::new();
        let (from, to) = match self.bound {
            Some(bound) => {
                let key = (bound.contest, bound.candidate);
                let from = namings.partition_point(|n| (n.contest, n.candidate) < key);
                (
                    from,
                    from + namings[from..].partition_point(|n| (n.contest, n.candidate) == key),
                )
            }
            None if self.any_candidate => (0, namings.len()),
            None => return places,
        };
        if self.bound.is_none() {
            // Any candidate: only groups that were found at all.
            let first = self
                .occurrences
                .partition_point(|o| o.group < self.compiled.first_naming);
            let mut last = None;
            for occurrence in &self.occurrences[first..] {
                if last != Some(occurrence.group) {
                    last = Some(occurrence.group);
                    self.naming(
                        (occurrence.group - self.compiled.first_naming) as usize,
                        class,
                        window,
                        &mut places,
                    );
                }
            }
            return places;
        }
        for index in from..to {
            self.naming(index, class, window, &mut places);
        }
        places
    }

    fn naming(&self, index: usize, class: CandidateWords, window: Window, out: &mut Vec<Place>) {
        let naming = self.compiled.namings[index];
        let group = self.compiled.first_naming + u32::try_from(index).unwrap_or(u32::MAX);
        let meant = if class == CandidateWords::Calon {
            !matches!(naming.class, CandidateWords::Angka | CandidateWords::Partai)
        } else {
            naming.class == class
        };
        if meant {
            let places = self.group(group, true, window);
            out.extend(
                places
                    .into_iter()
                    .filter(|place| !naming.weak || self.is_backed(place, index)),
            );
        }
    }

    /// Whether a weak name stands near a strong one of the same candidate or a word of elections.
    fn is_backed(&self, place: &Place, index: usize) -> bool {
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

    fn all(&self, parts: &[Cond], window: Window) -> Held {
        let mut words = Vec::new();
        let mut candidate = false;
        for part in parts {
            let held = self.cond(part, window);
            if !held.holds {
                return Held::default();
            }
            for place in held.places {
                candidate |= place.candidate;
                words.extend_from_slice(place.words.as_slice());
            }
        }
        let places = match (
            words.iter().map(|(from, _)| *from).min(),
            words.iter().map(|(_, to)| *to).max(),
        ) {
            (Some(from), Some(to)) => vec![Place {
                from,
                to,
                words: Words::of(words),
                candidate,
            }],
            _ => Vec::new(),
        };
        Held { holds: true, places }
    }

    /// Evaluates the parts; those that hold without a place are conditions, the rest are chained.
    fn chained(&self, parts: &[Cond], window: Window, chain: impl Fn(Vec<Vec<Place>>) -> Vec<Place>) -> Held {
        let mut lists = Vec::with_capacity(parts.len());
        for part in parts {
            let held = self.cond(part, window);
            if !held.holds {
                return Held::default();
            }
            if !held.places.is_empty() {
                lists.push(held.places);
            }
        }
        if lists.is_empty() {
            return Held {
                holds: true,
                places: Vec::new(),
            };
        }
        Held::at(chain(lists))
    }

    fn sentence(&self, inner: &Cond, (from, to): Window) -> Held {
        let tokens = &self.folded.tokens;
        let mut places = Vec::new();
        let mut done = None;
        let mut starts: Vec<u32> = self
            .occurrences
            .iter()
            .map(|o| o.from)
            .filter(|at| (from..to).contains(at))
            .collect();
        starts.sort_unstable();
        for at in starts {
            let sentence = tokens[at as usize].sentence;
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
            places.extend(self.cond(inner, window).places);
        }
        Held::at(places)
    }
}

/// Tokens between two ranges; 0 when they touch or overlap.
pub(super) fn gap(a: (u32, u32), b: (u32, u32)) -> u32 {
    b.0.saturating_sub(a.1).max(a.0.saturating_sub(b.1))
}

fn join(a: &Place, b: &Place) -> Place {
    let words = a.words.join(&b.words);
    Place {
        from: a.from.min(b.from),
        to: a.to.max(b.to),
        words,
        candidate: a.candidate || b.candidate,
    }
}

/// In order, each at most `within` tokens after the one before.
fn before(lists: Vec<Vec<Place>>, within: u32) -> Vec<Place> {
    let mut lists = lists.into_iter();
    let mut chains = lists.next().unwrap_or_default();
    for list in lists {
        chains.sort_by_key(|chain| (chain.to, chain.from));
        chains = list
            .iter()
            .filter_map(|place| {
                let end = chains.partition_point(|chain| chain.to <= place.from);
                let last = chains[..end].last()?;
                (place.from - last.to <= within).then(|| join(last, place))
            })
            .collect();
    }
    chains
}

/// In any order, each at most `within` tokens from its neighbour; what overlaps is not beside.
fn near(lists: &[Vec<Place>], within: u32) -> Vec<Place> {
    // More parts than bits would never be written; the rest is then required only to be somewhere.
    let parts = lists.len().min(8);
    let full = (1usize << parts) - 1;
    let mut events: Vec<(usize, &Place)> = lists
        .iter()
        .take(parts)
        .enumerate()
        .flat_map(|(part, list)| list.iter().map(move |p| (part, p)))
        .collect();
    events.sort_by_key(|(part, place)| (place.from, place.to, *part));
    let mut open: Vec<Vec<Place>> = vec![Vec::new(); full + 1];
    let mut done = Vec::new();
    for (part, place) in events {
        let bit = 1 << part;
        for mask in (0..=full).filter(|mask| mask & bit == 0) {
            let chain = if mask == 0 {
                place.clone()
            } else {
                let back = open[mask]
                    .iter()
                    .rev()
                    .take(LOOK_BACK)
                    .filter(|chain| chain.to <= place.from);
                let Some(last) = back.max_by_key(|chain| (chain.to, chain.from)) else {
                    continue;
                };
                if place.from - last.to > within {
                    continue;
                }
                join(last, place)
            };
            if mask | bit == full {
                done.push(chain);
            } else {
                open[mask | bit].push(chain);
            }
        }
    }
    done
}

/// At least so many places that do not overlap; then all of them are one place.
fn count(held: Held, at_least: usize) -> Held {
    let (mut seen, mut end) = (0, 0);
    let mut places = held.places;
    places.sort_by_key(|place| (place.to, place.from));
    for place in &places {
        if place.from >= end {
            seen += 1;
            end = place.to;
        }
    }
    if seen < at_least {
        return Held::default();
    }
    let (Some(from), Some(to)) = (places.iter().map(|p| p.from).min(), places.last().map(|p| p.to)) else {
        return Held { holds: true, places };
    };
    let candidate = places.iter().any(|place| place.candidate);
    let words = Words::of(
        places
            .iter()
            .flat_map(|place| place.words.as_slice())
            .copied()
            .collect(),
    );
    Held {
        holds: true,
        places: vec![Place {
            from,
            to,
            words,
            candidate,
        }],
    }
}
