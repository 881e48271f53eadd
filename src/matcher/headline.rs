//! Headlines that are shared with their link, as another's words.
//!
//! Does: find sentences written like a headline right before a link, on its line or the one above, or before hashtags in front of
//! it: at least three longer words beside the names of candidates, nearly all with a capital, no emoji, no word in which the writer
//! speaks ("saya", "ayo", "wajib") unless somebody is named who says it ("Warga Desa: Kami Pilih Sari"), no call at the beginning.
//! Does not: judge; know what lies behind a link.
//! Invariant: what it finds ascends, without overlaps; how a candidate is written decides nothing; a text without links costs one look at
//! its tokens.

use super::called::Ranges;
use crate::model::Span;
use crate::text::fold::{Folded, Kind, Token};
use crate::text::lexicon;

/// A headline has at least so many longer words beside names of candidates.
const FEWEST: usize = 3;

/// Shorter words ("di", "dan", "ke") are written small in headlines too.
const LONG: usize = 4;

/// What points from a headline to its link.
const POINTERS: [&str; 14] = [
    "baca",
    "simak",
    "lihat",
    "cek",
    "klik",
    "berita",
    "selengkapnya",
    "lengkapnya",
    "link",
    "tautan",
    "sumber",
    "via",
    "di",
    "sini",
];

/// So many words at most name who speaks, before a colon.
const SPEAKER: usize = 5;

/// With these somebody speaks of himself; with the other words of one's own ("ayo", "wajib") readers are spoken to.
const OF_ONESELF: [&str; 3] = ["saya", "aku", "kami"];

/// Puts the headlines of a text into `found`, each with its link, ascending and without overlaps; `names` says where candidates are
/// named.
pub(super) fn find<'a>(text: &str, folded: &Folded, names: impl FnOnce() -> Ranges<'a>, found: &mut Vec<Span>) {
    found.clear();
    if folded.tokens.iter().any(|token| token.kind == Kind::Link) {
        let names = names();
        Page { text, folded, names }.headlines(found);
    }
}

/// A text, and which of its tokens name candidates.
struct Page<'a> {
    text: &'a str,
    folded: &'a Folded,
    names: Ranges<'a>,
}

impl Page<'_> {
    /// Puts the headlines into `out`.
    fn headlines(&self, out: &mut Vec<Span>) {
        let tokens = &self.folded.tokens;
        let mut from = 0;
        for (at, link) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Link) {
            let tail = self.tail(from, at);
            let mut end = tail;
            while let Some(start) = sentence_before(&tokens[from..end]).map(|start| from + start) {
                let near = end < tail || self.adjoins(&tokens[end - 1], link, tail < at);
                if !near || !self.is_headline(start, end) {
                    break;
                }
                end = start;
            }
            if end < tail {
                let last = if tail < at { &tokens[tail - 1] } else { link };
                out.push(Span {
                    start: tokens[end].span.start,
                    end: last.span.end,
                });
            }
            from = at + 1;
        }
    }

    /// Where hashtags and words that point to the link begin, between a headline and its link at `at`: "… #pilkada baca di".
    fn tail(&self, from: usize, at: usize) -> usize {
        let mut tail = from;
        let (mut tagged, mut end) = (false, 0);
        for (number, token) in (from..).zip(&self.folded.tokens[from..at]) {
            // A number in a hashtag is cut out of it.
            tagged = token.tag || tagged && token.span.start == end;
            end = token.span.end;
            if !tagged && !POINTERS.contains(&self.folded.form(token)) {
                tail = number + 1;
            }
        }
        tail
    }

    /// Whether nothing stands between the last word and the link but signs, a tail if there is one, and at most one line end, with a
    /// tail two.
    fn adjoins(&self, last: &Token, link: &Token, tailed: bool) -> bool {
        let gap = self.text.get(last.span.end as usize..link.span.start as usize);
        gap.is_some_and(|gap| {
            let lines = gap.matches('\n').count();
            lines <= 1 + usize::from(tailed) && (tailed || !gap.contains(char::is_alphanumeric))
        })
    }

    /// From which token of a sentence on somebody is quoted, behind a colon; its end if nobody is.
    fn speech(&self, start: usize, end: usize) -> usize {
        let tokens = &self.folded.tokens;
        let colon = |at: &usize| {
            let gap = self
                .text
                .get(tokens[*at - 1].span.end as usize..tokens[*at].span.start as usize);
            gap.is_some_and(|gap| gap.contains(':'))
        };
        (start + 1..end.min(start + SPEAKER + 1)).find(colon).unwrap_or(end)
    }

    /// Whether the tokens of a sentence are written like a headline. Names count for nothing: "#SARI2024" and "pak Sari" are the same;
    /// nor do short words, which stand between the names of a pair.
    fn is_headline(&self, start: usize, end: usize) -> bool {
        let tokens = &self.folded.tokens;
        let form = |at: usize| tokens.get(at).map_or("", |token| self.folded.form(token));
        let (mut long, mut capital, mut small) = (0, 0, false);
        let said = self.speech(start, end);
        let is_own = |at: usize| lexicon::is_own(form(at)) && !(at >= said && OF_ONESELF.contains(&form(at)));
        for at in (start..end).filter(|at| !self.names.has(*at)) {
            if tokens[at].kind == Kind::Emoji || tokens[at].tag || is_own(at) {
                return false;
            }
            if at == start && (self.folded.call_opened(at).is_some() || lexicon::awaits_object(form(at))) {
                return false;
            }
            let written = self.text.get(tokens[at].span.range()).unwrap_or("");
            if tokens[at].kind == Kind::Word && written.chars().nth(LONG - 1).is_some() {
                long += 1;
                small |= written.chars().any(char::is_lowercase);
                capital += usize::from(written.starts_with(char::is_uppercase));
            }
        }
        // All in capitals is how people shout.
        long >= FEWEST && small && capital * 5 >= long * 4
    }
}

/// Where the last sentence of these tokens begins; none if there are no tokens.
fn sentence_before(tokens: &[Token]) -> Option<usize> {
    let last = tokens.last()?.sentence;
    Some(
        tokens
            .iter()
            .rposition(|token| token.sentence != last)
            .map_or(0, |other| other + 1),
    )
}
