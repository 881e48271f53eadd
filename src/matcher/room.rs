//! Where evaluating puts what it finds: stacks that keep their room from post to post.
//!
//! Does: places and their words, sorted, merged, forgotten from the top. Does not: know conditions.
//! Invariant: only the top changes; what lies below stays as it was.

use super::chain::Open;
use super::eval::Bound;

/// A place where a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Where in the stack of words those begin that make it hold.
    at: u32,
    /// How many there are; 0 = the place itself is the only one.
    len: u32,
    /// A candidate's words are among them.
    pub(super) candidate: bool,
}

impl Place {
    /// A place that is one word, or several in a row.
    pub(super) const fn one(from: u32, to: u32, candidate: bool) -> Self {
        Self {
            from,
            to,
            at: 0,
            len: 0,
            candidate,
        }
    }
}

/// The stacks.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) places: Vec<Place>,
    /// Token ranges; those of one place ascend, without repeats.
    words: Vec<(u32, u32)>,
    /// Where the places of a chain's parts begin.
    pub(super) bounds: Vec<usize>,
    /// For `near`: the places of all parts, and the chains begun, by which parts they hold.
    pub(super) events: Vec<(usize, Place)>,
    pub(super) open: Vec<Open>,
    /// For `several`: who is named.
    pub(super) named: Vec<Bound>,
}

/// How much there is in a room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) places: usize,
    words: usize,
}

impl Room {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            places: self.places.len(),
            words: self.words.len(),
        }
    }

    /// Forgets everything since the mark.
    pub(super) fn forget(&mut self, mark: Mark) {
        self.places.truncate(mark.places);
        self.words.truncate(mark.words);
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.words.clear();
        self.bounds.clear();
    }

    /// Calls `each` with every token range of the place, ascending.
    pub(super) fn words_of(&self, place: &Place) -> impl Iterator<Item = (u32, u32)> + Clone {
        let itself = (place.len == 0).then_some((place.from, place.to));
        let at = place.at as usize;
        let listed = &self.words[at..at + place.len as usize];
        itself.into_iter().chain(listed.iter().copied())
    }

    /// Whether two places are the same, with the same words.
    pub(super) fn same(&self, a: &Place, b: &Place) -> bool {
        (a.from, a.to, a.candidate) == (b.from, b.to, b.candidate) && self.words_of(a).eq(self.words_of(b))
    }

    /// Puts the places from `base` on in order, without repeats.
    pub(super) fn order(&mut self, base: usize) {
        if self.places.len() < base + 2 {
            return;
        }
        // Several things in order, one after another: what a stable sort only has to merge.
        self.places[base..].sort_by_key(|place| (place.from, place.to, place.len, place.at));
        let mut kept = base;
        for i in base + 1..self.places.len() {
            let place = self.places[i];
            if !self.same(&self.places[kept], &place) {
                kept += 1;
                self.places[kept] = place;
            }
        }
        self.places.truncate(kept + 1);
    }

    /// Makes one place of those from `base` on, if there are any.
    pub(super) fn merge(&mut self, base: usize) {
        let at = self.words.len();
        let Some(first) = self.places.get(base).copied() else {
            return;
        };
        let mut whole = first;
        for i in base..self.places.len() {
            let place = self.places[i];
            whole.from = whole.from.min(place.from);
            whole.to = whole.to.max(place.to);
            whole.candidate |= place.candidate;
            self.push_words(&place);
        }
        self.tidy(at, &mut whole);
        self.places.truncate(base);
        self.places.push(whole);
    }

    /// One place of two; it is not pushed.
    pub(super) fn join(&mut self, a: &Place, b: &Place) -> Place {
        let at = self.words.len();
        let mut whole = *a;
        whole.from = a.from.min(b.from);
        whole.to = a.to.max(b.to);
        whole.candidate |= b.candidate;
        self.push_words(a);
        self.push_words(b);
        self.tidy(at, &mut whole);
        whole
    }

    fn push_words(&mut self, place: &Place) {
        if place.len == 0 {
            self.words.push((place.from, place.to));
        } else {
            let at = place.at as usize;
            self.words.extend_from_within(at..at + place.len as usize);
        }
    }

    /// Gives the place the words from `at` on, in order, without repeats.
    fn tidy(&mut self, at: usize, whole: &mut Place) {
        let added = &mut self.words[at..];
        if !added.is_sorted_by(|a, b| a < b) {
            added.sort_unstable();
            let mut kept = at;
            for i in at + 1..self.words.len() {
                if self.words[i] != self.words[kept] {
                    kept += 1;
                    self.words[kept] = self.words[i];
                }
            }
            self.words.truncate(kept + 1);
        }
        whole.at = u32::try_from(at).unwrap_or(u32::MAX);
        whole.len = u32::try_from(self.words.len() - at).unwrap_or(u32::MAX);
    }
}
