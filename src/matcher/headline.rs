//! Headlines that are shared with their link, as another's words.
//!
//! Does: find sentences written like a headline right before a link, on its line or the one above: at least four words beside the names of
//! candidates, nearly all of the longer ones with a capital, no call of one's own at the beginning, no emoji. Does not: judge; know what
//! lies behind a link.
//! Invariant: what it finds ascends, without overlaps; how a candidate is written decides nothing; a text without links costs one look at
//! its tokens.

use super::compile::Compiled;
use super::eval::Occurrence;
use super::gaps::addressed;
use crate::model::Span;
use crate::text::fold::{Folded, Kind, Token};
use crate::text::lexicon;

/// A headline has at least so many words beside names of candidates.
const FEWEST: usize = 4;

/// Shorter words ("di", "dan", "ke") are written small in headlines too.
const LONG: usize = 4;

/// The headlines of a text, each with its link, and room to find them.
#[derive(Debug, Default)]
pub(super) struct Headlines {
    /// Ascending, without overlaps.
    pub(super) found: Vec<Span>,
    /// Tokens that name candidates, ascending, without overlaps.
    names: Vec<(u32, u32)>,
}

impl Headlines {
    /// Finds them; `named` are the occurrences of names that count.
    pub(super) fn read(&mut self, compiled: &Compiled, text: &str, folded: &Folded, named: &[Occurrence]) {
        self.found.clear();
        if !folded.tokens.iter().any(|token| token.kind == Kind::Link) {
            return;
        }
        self.names.clear();
        self.names.extend(named.iter().map(|o| {
            let class = compiled.naming(o.group).class;
            (addressed(class, o.from, folded), o.to)
        }));
        self.names.sort_unstable();
        self.names.dedup_by(|next, before| {
            let overlaps = next.0 < before.1;
            if overlaps {
                before.1 = before.1.max(next.1);
            }
            overlaps
        });
        let page = Page {
            text,
            folded,
            names: &self.names,
        };
        page.headlines(&mut self.found);
    }
}

/// A text, and which of its tokens name candidates.
struct Page<'a> {
    text: &'a str,
    folded: &'a Folded,
    names: &'a [(u32, u32)],
}

impl Page<'_> {
    /// Puts the headlines into `out`.
    fn headlines(&self, out: &mut Vec<Span>) {
        let tokens = &self.folded.tokens;
        let mut from = 0;
        for (at, link) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Link) {
            let mut end = at;
            while let Some(start) = sentence_before(&tokens[from..end]).map(|start| from + start) {
                let near = end < at || self.adjoins(&tokens[end - 1], link);
                if !near || !self.is_headline(start, end) {
                    break;
                }
                end = start;
            }
            if end < at {
                out.push(Span {
                    start: tokens[end].span.start,
                    end: link.span.end,
                });
            }
            from = at + 1;
        }
    }

    /// Whether nothing stands between the last word and the link but signs and at most one line end.
    fn adjoins(&self, last: &Token, link: &Token) -> bool {
        let gap = self.text.get(last.span.end as usize..link.span.start as usize);
        gap.is_some_and(|gap| gap.matches('\n').count() <= 1 && !gap.chars().any(char::is_alphanumeric))
    }

    fn is_name(&self, token: usize) -> bool {
        let at = self.names.partition_point(|(_, to)| *to as usize <= token);
        self.names.get(at).is_some_and(|(from, _)| *from as usize <= token)
    }

    /// Whether the tokens of a sentence are written like a headline. Names count for nothing: "#SARI2024" and "pak Sari" are the same.
    fn is_headline(&self, start: usize, end: usize) -> bool {
        let tokens = &self.folded.tokens;
        let mut others = (start..end).filter(|at| !self.is_name(*at));
        let form = |at: usize| tokens.get(at).map_or("", |token| self.folded.form(token));
        let Some(first) = others.clone().next() else {
            return false;
        };
        let odd = |at: usize| tokens[at].kind == Kind::Emoji || tokens[at].tag;
        let own = first == start && lexicon::opens_call(form(first), form(first + 1));
        if own || others.clone().any(odd) {
            return false;
        }
        let (mut words, mut long, mut capital, mut small) = (0, 0, 0, false);
        others
            .by_ref()
            .filter(|at| tokens[*at].kind == Kind::Word)
            .for_each(|at| {
                let written = self.text.get(tokens[at].span.range()).unwrap_or("");
                words += 1;
                small |= written.chars().any(char::is_lowercase);
                if written.chars().nth(LONG - 1).is_some() {
                    long += 1;
                    capital += usize::from(written.starts_with(char::is_uppercase));
                }
            });
        // All in capitals is how people shout.
        words >= FEWEST && small && long > 0 && capital * 5 >= long * 4
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
