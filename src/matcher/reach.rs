//! How far suppressors reach from their own words, and from how far a rule lets itself be lowered.
//!
//! Does: say for a place whether a suppressor that holds reaches it; the narrower reach of the two counts. Does not: know what
//! follows from that.
//! Invariant: each question costs the logarithm of the suppressor's words, however often it holds; where the text turns is worked out at
//! most once a text, and not at all where nobody asks.

use super::asked::Asked;
use super::judge::Scene;
use super::room::{Place, Room};
use super::turns;
use crate::rules::Reach;

/// The words of all suppressors that hold.
#[derive(Debug, Default)]
pub(super) struct Reaches {
    /// By suppressor: how far it reaches, and the range of its words.
    of: Vec<(Reach, usize, usize)>,
    /// The first token of each word, ascending, and the furthest end of the suppressor's words up to it.
    words: Vec<(u32, u32)>,
    /// Where the text turns ("tapi"), ascending: only what reaches as far as a clause asks.
    turns: Asked<u32>,
}

impl Reaches {
    /// Forgets all suppressors, and the text before.
    pub(super) fn begin(&mut self) {
        self.of.clear();
        self.words.clear();
        self.turns.forget();
    }

    /// Adds the next suppressor.
    pub(super) fn push(&mut self, reach: Reach, places: &[Place], room: &Room) {
        let at = self.words.len();
        self.words.extend(places.iter().flat_map(|place| room.words_of(place)));
        self.words[at..].sort_unstable();
        let mut furthest = 0;
        for (_, to) in &mut self.words[at..] {
            furthest = furthest.max(*to);
            *to = furthest;
        }
        self.of.push((reach, at, self.words.len()));
    }

    /// Whether suppressor `index` reaches a place with these words, of a rule that is lowered from at most `from` far. One that
    /// holds on nothing reaches everything.
    pub(super) fn reach(
        &self,
        index: usize,
        from: Reach,
        place: &(impl Iterator<Item = (u32, u32)> + Clone),
        scene: &Scene<'_>,
    ) -> bool {
        let (reach, at, end) = self.of[index];
        let theirs = &self.words[at..end];
        let within = |reach| self.is_within(reach, theirs, place.clone(), scene);
        theirs.is_empty() || within(reach) && within(from)
    }

    /// Whether a place is so near to a suppressor's words.
    fn is_within(
        &self,
        reach: Reach,
        theirs: &[(u32, u32)],
        mut place: impl Iterator<Item = (u32, u32)> + Clone,
        scene: &Scene<'_>,
    ) -> bool {
        let sentence = |at: u32| scene.folded.tokens[at as usize].sentence;
        let share = |mine: u32, from_on: u32| {
            let next = theirs.partition_point(|(from, _)| sentence(*from) < sentence(mine) || *from < from_on);
            theirs
                .get(next)
                .is_some_and(|(from, _)| sentence(*from) == sentence(mine))
        };
        match reach {
            Reach::Post => true,
            Reach::Sentence => place.any(|(from, _)| share(from, 0)),
            Reach::Clause => {
                // Whom a call is for may stand anywhere: "Siska, ini bukan ajakan, tapi ayo coblos".
                let names = scene.called();
                let mut others = place.clone().filter(|(from, _)| !names.has(*from as usize)).peekable();
                let reached = |(from, _)| share(from, 0) && share(from, self.last_turn(from, scene));
                match others.peek() {
                    Some(_) => others.any(reached),
                    None => place.any(reached),
                }
            }
            Reach::Tokens(n) => place.any(|(from, to)| {
                let next = theirs.partition_point(|(theirs, _)| *theirs < from);
                let before = next.checked_sub(1).map(|last| (theirs[last].1, from));
                let after = theirs.get(next).map(|(theirs, _)| (to, *theirs));
                // "Pilih Sari! Jangan pilih yang korup!": the second sentence takes nothing back.
                let together = |(end, start): (u32, u32)| sentence(end.saturating_sub(1)) == sentence(start);
                let near = |(end, start)| together((end, start)) && scene.gaps.within(end, start, u32::from(n));
                before.into_iter().chain(after).any(near)
            }),
        }
    }

    /// The last turn up to a token; 0 if there is none.
    fn last_turn(&self, token: u32, scene: &Scene<'_>) -> u32 {
        let find = |turns: &mut Vec<u32>| turns::find(scene.text.text, scene.folded, scene.called(), turns);
        let turns = self.turns.get(find);
        let after = turns.partition_point(|turn| *turn <= token);
        after.checked_sub(1).map_or(0, |last| turns[last])
    }
}
