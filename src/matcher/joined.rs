//! Words joined without a gap: `#coblosbajuputih`, `guekapokpilihbudi`.
//!
//! Does: cut a token that is no known word into words of the rule set, where a chain of such words begins at its start or ends
//! at its end. Does not: look inside words that are read as a known word themselves.
//! Invariant: a hashtag needs one word of four letters or two words; other tokens need two words with eight letters together and
//! nothing left over, so that ordinary long words stay whole.

use std::collections::HashSet;

use super::compile::Pattern;
use super::forms;
use crate::text::fold::{Folded, Kind};
use crate::text::lexicon;

/// The words of a rule set that may be found inside others.
#[derive(Debug)]
pub(super) struct Joined {
    words: HashSet<String>,
    longest: usize,
}

/// Shorter words are everywhere inside others.
const MIN_WORD: usize = 3;
/// One word alone must have this many letters.
const MIN_ALONE: usize = 4;
/// Outside hashtags, joined words must have this many letters together.
const MIN_TOGETHER: usize = 8;

impl Joined {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let words: HashSet<String> = patterns
            .iter()
            .flat_map(|pattern| &pattern.words)
            .filter(|word| word.form.len() >= MIN_WORD && word.form.bytes().all(|b| b.is_ascii_lowercase()))
            .map(|word| word.form.clone())
            .collect();
        let longest = words.iter().map(String::len).max().unwrap_or(0);
        Self { words, longest }
    }

    /// Cuts the tokens of `folded` in which words are joined.
    pub(super) fn cut(&self, folded: &mut Folded) {
        let cuts: Vec<(u32, Vec<usize>)> = folded
            .tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| token.joined && token.kind == Kind::Word)
            .filter_map(|(i, token)| {
                let cuts = self.cuts(folded.form(token), token.tag);
                (!cuts.is_empty()).then(|| (u32::try_from(i).unwrap_or(u32::MAX), cuts))
            })
            .collect();
        if !cuts.is_empty() {
            folded.cut(&cuts);
        }
    }

    fn knows(&self, word: &str) -> bool {
        word.len() >= MIN_WORD && word.len() <= self.longest && self.words.contains(word)
            || word.len() > MIN_WORD && lexicon::number(word).is_some()
    }

    fn is_word(&self, form: &str) -> bool {
        let mut known = false;
        forms::of(form, Kind::Word, &mut |word, _| {
            known = known || self.words.contains(word);
        });
        known
    }

    /// Where to cut; empty = leave whole.
    fn cuts(&self, form: &str, tag: bool) -> Vec<usize> {
        if form.len() < 6 || !form.bytes().all(|b| b.is_ascii_lowercase()) || self.is_word(form) {
            return Vec::new();
        }
        let n = form.len();
        let mut head = self.chain(form, |from, len| (from, from + len), 0, n);
        if head
            .last()
            .is_some_and(|(_, to)| *to < n && form[*to..].starts_with("an"))
        {
            head.pop(); // pilih|an is another word
        }
        let reached = head.last().map_or(0, |(_, to)| *to);
        let tail = self.chain(form, |to, len| (to - len, to), n, n - reached);
        if !enough(&head, tag) {
            head.clear();
        }
        let mut cuts: Vec<usize> = head.iter().map(|(_, to)| *to).collect();
        let whole = tail.iter().map(|(from, _)| *from).min().unwrap_or(n) == reached;
        if !tag && !whole {
            return Vec::new(); // di|laks|akan: words inside a word that is no list of words
        }
        if enough(&tail, tag) || whole && !head.is_empty() {
            cuts.extend(tail.iter().map(|(from, _)| *from));
        }
        cuts.retain(|cut| *cut > 0 && *cut < n);
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    /// Known words one after another from an end of `form`, each the longest that fits, at most `room` letters.
    fn chain(
        &self,
        form: &str,
        piece: impl Fn(usize, usize) -> (usize, usize),
        start: usize,
        mut room: usize,
    ) -> Vec<(usize, usize)> {
        let (mut pieces, mut at) = (Vec::new(), start);
        while let Some(len) = (MIN_WORD..=room.min(self.longest.max(10))).rev().find(|len| {
            let (from, to) = piece(at, *len);
            self.knows(&form[from..to])
        }) {
            let (from, to) = piece(at, len);
            pieces.push((from, to));
            at = if from == at { to } else { from };
            room -= len;
        }
        pieces
    }
}

fn enough(pieces: &[(usize, usize)], tag: bool) -> bool {
    let letters: usize = pieces.iter().map(|(from, to)| to - from).sum();
    if tag {
        pieces.len() > 1 || letters >= MIN_ALONE
    } else {
        pieces.len() > 1 && letters >= MIN_TOGETHER
    }
}
