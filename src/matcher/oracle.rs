//! The plain way to find patterns: one `aho-corasick` automaton over the words' bytes, walked from every token along every
//! reading.
//!
//! Does: be obviously right. Does not: be fast; [`super::find`] is, and the tests hold the two against each other.
//! Invariant: finds every pattern on every path of readings, and nothing twice.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::nfa::contiguous::NFA;

use super::compile::{Bend, Compiled, Pattern, is_bound};
use super::ends::{Ends, Lists};
use super::eval::Occurrence;
use super::find::MAX_EMOJI;
use super::forms;
use super::gaps::{MOST_ADDRESSES, is_word};
use super::named::candidate;
use crate::rules::{CandidateWords, is_address};
use crate::text::fold::{Folded, Kind, Token};

/// The automaton.
#[derive(Debug)]
pub(super) struct Oracle {
    /// `None` when there is nothing to look for.
    automaton: Option<NFA>,
    lens: Vec<usize>,
    ends: Vec<Ends>,
}

/// The byte after each word that says how far it bends; no form contains it.
const fn mark(bend: Bend) -> u8 {
    match bend {
        Bend::Exact => 1,
        Bend::Clitic => 2,
        Bend::Affix => 3,
    }
}

impl Oracle {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let bytes: Vec<Vec<u8>> = patterns
            .iter()
            .map(|pattern| {
                pattern
                    .words
                    .iter()
                    .flat_map(|word| word.form.bytes().chain([mark(word.bend)]))
                    .collect()
            })
            .collect();
        Self {
            lens: bytes.iter().map(Vec::len).collect(),
            ends: patterns.iter().map(|pattern| pattern.ends).collect(),
            automaton: NFA::new(&bytes).ok(),
        }
    }

    /// The groups of every pattern in the text, ascending by group, then place.
    pub(super) fn find(&self, lists: &Lists, folded: &Folded, out: &mut Vec<Occurrence>) {
        out.clear();
        let Some(automaton) = &self.automaton else { return };
        let Ok(start) = automaton.start_state(Anchored::Yes) else {
            return;
        };
        let mut found = Vec::new();
        for from in 0..u32::try_from(folded.tokens.len()).unwrap_or(u32::MAX) {
            self.walk(automaton, folded, from, from, start, 0, &mut found);
        }
        for (from, to, ends) in found {
            lists.each(ends, |group| out.push(Occurrence { group, from, to }));
        }
        out.sort_unstable();
        out.dedup();
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the state of one recursive walk, bounded by the longest pattern"
    )]
    fn walk(
        &self,
        automaton: &NFA,
        folded: &Folded,
        first: u32,
        at: u32,
        state: StateID,
        bytes: usize,
        out: &mut Vec<(u32, u32, Ends)>,
    ) {
        let Some(token) = folded.tokens.get(at as usize) else {
            return;
        };
        if token.sentence != folded.tokens[first as usize].sentence {
            return;
        }
        each_word(folded, at, &mut |to, form, bend| {
            let mut next = state;
            for byte in form.bytes().chain([mark(bend)]) {
                next = automaton.next_state(Anchored::Yes, next, byte);
                if automaton.is_dead(next) {
                    return;
                }
            }
            let bytes = bytes + form.len() + 1;
            if automaton.is_match(next) {
                for i in 0..automaton.match_len(next) {
                    let pattern = automaton.match_pattern(next, i).as_usize();
                    let echo = to == first + 1 && folded.tokens[first as usize].echo;
                    let bound = self.ends[pattern].is_number() && is_bound(folded, first);
                    if self.lens[pattern] == bytes && !echo && !bound {
                        out.push((first, to, self.ends[pattern]));
                    }
                }
            }
            self.walk(automaton, folded, first, to, next, bytes, out);
            // The same behind one emoji, two …
            let emoji = |at: &u32| {
                folded
                    .tokens
                    .get(*at as usize)
                    .is_some_and(|token| token.kind == Kind::Emoji)
            };
            for at in (to..).take(MAX_EMOJI).take_while(emoji) {
                self.walk(automaton, folded, first, at + 1, next, bytes, out);
            }
        });
    }
}

/// Which word each token belongs to, a candidate's name being one word and an emoji none: token by token, without a thought of
/// speed.
pub(super) fn words(compiled: &Compiled, folded: &Folded, found: &[Occurrence]) -> Vec<Option<usize>> {
    let tokens = &folded.tokens;
    let mut joined = vec![false; tokens.len() + 1];
    let mut names = Vec::new();
    for o in found.iter().filter(|o| o.group >= compiled.first_naming) {
        let naming = compiled.naming(o.group);
        if !is_word(naming, o) {
            continue;
        }
        let mut from = o.from as usize;
        if naming.class == CandidateWords::Nama {
            let sentence = tokens[from].sentence;
            let address = |token: &Token| is_address(folded.form(token)) && token.sentence == sentence;
            let own = tokens[from..].iter().position(|token| !address(token));
            let least = (from + own.unwrap_or(tokens.len() - from)).saturating_sub(MOST_ADDRESSES);
            while from > least && address(&tokens[from - 1]) {
                from -= 1;
            }
            names.push((candidate(naming), from, o.to as usize));
        }
        joined[from + 1..o.to as usize].fill(true);
    }
    for (whose, from, _) in &names {
        for (_, _, to) in names.iter().filter(|name| name.0 == *whose && name.2 <= *from) {
            let between = &tokens[*to..*from];
            let and = matches!(between, [one] if folded.form(one) == "dan");
            if (between.is_empty() || and) && tokens[*to - 1].sentence == tokens[*from].sentence {
                joined[*to..=*from].fill(true);
            }
        }
    }
    let mut word = 0;
    let each = tokens.iter().enumerate().map(|(at, token)| {
        word += usize::from(!joined[at]);
        let alone = !joined[at] && !joined[at + 1];
        (!alone || token.kind != Kind::Emoji).then_some(word)
    });
    each.collect()
}

/// Calls `each` with (one past the last token, word, bend) for every reading of what begins at token `at`.
fn each_word(folded: &Folded, at: u32, each: &mut dyn FnMut(u32, &str, Bend)) {
    let every = |to: u32, form: &str, least: Bend, each: &mut dyn FnMut(u32, &str, Bend)| {
        for bend in [Bend::Exact, Bend::Clitic, Bend::Affix]
            .into_iter()
            .filter(|bend| *bend >= least)
        {
            each(to, form, bend);
        }
    };
    let token = &folded.tokens[at as usize];
    forms::all(folded.form(token), token.kind, &mut |form, least| {
        every(at + 1, form, least, each);
    });
    for edge in folded.edges.iter().filter(|edge| edge.from == at) {
        forms::all(folded.edge_form(edge), Kind::Word, &mut |form, least| {
            every(edge.to, form, least, each);
        });
    }
}
