//! Places that stand beside each other: `near`, `before` and `phrase`.
//!
//! Does: join the places of several parts into chains. Does not: evaluate the parts.
//! Invariant: of all chains that end at one place only the tightest is kept, so the work is linear in the places.

use super::gaps::Gaps;
use super::room::{Place, Room};

/// More parts than this would never be written; the rest is then required only to be somewhere.
const MAX_PARTS: usize = 8;

/// In order, each at most `within` words after the one before. The parts' places, from `room.bounds[at]` on, give way to the
/// chains.
pub(super) fn before(room: &mut Room, at: usize, within: u32, gaps: &Gaps) {
    let base = room.bounds[at];
    let parts = room.bounds.len() - at - 1;
    let (mut from, mut to) = (base, room.bounds[at + 1]);
    for part in 1..parts {
        let (next, end) = (room.bounds[at + part], room.bounds[at + part + 1]);
        room.places[from..to].sort_unstable_by_key(|chain| (chain.to, chain.from));
        let made = room.places.len();
        for i in next..end {
            let place = room.places[i];
            let ended = room.places[from..to].partition_point(|chain| chain.to <= place.from);
            let last = room.places[from..to][..ended].last().copied();
            if let Some(last) = last.filter(|last| gaps.within(last.to, place.from, within)) {
                let whole = room.join(&last, &place);
                room.places.push(whole);
            }
        }
        (from, to) = (made, room.places.len());
    }
    room.places.drain(base..from);
    room.places.truncate(base + to - from);
}

/// Chains that hold the same parts, while places are read in the order in which they begin.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// The tightest of those that end before every place still to come.
    ended: Option<Place>,
    /// Those that do not.
    waiting: Vec<Place>,
}

impl Open {
    fn clear(&mut self) {
        self.ended = None;
        self.waiting.clear();
    }

    /// The chain that ends nearest before `at`, and of several the shortest. `at` never goes back.
    fn tightest(&mut self, at: u32) -> Option<Place> {
        let ended = &mut self.ended;
        self.waiting.retain(|chain| {
            let waits = chain.to > at;
            if !waits && ended.is_none_or(|best| (chain.to, chain.from) > (best.to, best.from)) {
                *ended = Some(*chain);
            }
            waits
        });
        *ended
    }
}

/// Two parts in either order: what nearly every `near` is. Gives what [`near`] gives, without sorting.
fn beside(room: &mut Room, at: usize, within: u32, gaps: &Gaps) {
    let (base, second, end) = (room.bounds[at], room.bounds[at + 1], room.bounds[at + 2]);
    let mut open = std::mem::take(&mut room.open);
    open.resize_with(open.len().max(2), Open::default);
    open.iter_mut().take(2).for_each(Open::clear);
    let (mut a, mut b) = (base, second);
    while a < second || b < end {
        let key = |at: usize| (room.places[at].from, room.places[at].to);
        let part = usize::from(b < end && (a == second || key(b) < key(a)));
        let next = if part == 0 { &mut a } else { &mut b };
        let place = room.places[*next];
        *next += 1;
        if let Some(last) = open[1 - part].tightest(place.from)
            && gaps.within(last.to, place.from, within)
        {
            let whole = room.join(&last, &place);
            room.places.push(whole);
        }
        open[part].waiting.push(place);
    }
    room.open = open;
    room.places.drain(base..end);
}

/// In any order, each at most `within` words from its neighbour; what overlaps is not beside.
pub(super) fn near(room: &mut Room, at: usize, within: u32, gaps: &Gaps) {
    let base = room.bounds[at];
    let parts = (room.bounds.len() - at - 1).min(MAX_PARTS);
    if parts == 2 {
        return beside(room, at, within, gaps);
    }
    let full = (1usize << parts) - 1;
    let (mut events, mut open) = (std::mem::take(&mut room.events), std::mem::take(&mut room.open));
    events.clear();
    for part in 0..parts {
        let places = &room.places[room.bounds[at + part]..room.bounds[at + part + 1]];
        events.extend(places.iter().map(|place| (part, *place)));
    }
    events.sort_by_key(|(part, place)| (place.from, place.to, *part));
    if open.len() <= full {
        open.resize_with(full + 1, Open::default);
    }
    open.iter_mut().take(full + 1).for_each(Open::clear);
    room.places.truncate(base);
    for (part, place) in &events {
        let bit = 1 << part;
        for mask in (0..full).filter(|mask| mask & bit == 0) {
            let chain = if mask == 0 {
                *place
            } else {
                match open[mask].tightest(place.from) {
                    Some(last) if gaps.within(last.to, place.from, within) => room.join(&last, place),
                    _ => continue,
                }
            };
            if mask | bit == full {
                room.places.push(chain);
            } else {
                open[mask | bit].waiting.push(chain);
            }
        }
    }
    (room.events, room.open) = (events, open);
}
