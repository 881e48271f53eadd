//! Lays the marks of the hits over the original text of a post, for the case page and the queue's snippet.
//!
//! Does: cut the text at every mark and at every border between own and foreign words. Does not: escape HTML (askama does).
//! Invariant: the pieces joined are the original text; a span that does not fit the text is bent to it, never a panic.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::Span;

use super::visible::{Piece, pieces};

/// A stretch of one voice.
#[derive(Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// Another's words: a repost, a quoted post, a link card.
    pub foreign: bool,
    /// Its bits in order.
    pub bits: Vec<Bit<'a>>,
}

/// A stretch with the same marks throughout.
#[derive(Debug, PartialEq, Eq)]
pub struct Bit<'a> {
    /// What is shown.
    pub pieces: Vec<Piece<'a>>,
    /// Numbers of the clues it belongs to; empty = not marked.
    pub clues: Vec<usize>,
    /// Numbers of the clues that end here: where the references stand.
    pub ends: Vec<usize>,
}

/// A clue's number and where it is in the text.
pub type Clue<'a> = (usize, &'a [Span]);

/// The blocks of `text`.
pub fn blocks<'a>(text: &'a str, foreign: &[Span], clues: &[Clue<'_>]) -> Vec<Block<'a>> {
    let mut events: BTreeMap<usize, Event> = BTreeMap::new();
    events.entry(0).or_default();
    for span in foreign {
        if let Some(range) = fit(text, *span) {
            events.entry(range.start).or_default().foreign += 1;
            events.entry(range.end).or_default().foreign -= 1;
        }
    }
    for (number, spans) in clues {
        for range in spans.iter().filter_map(|s| fit(text, *s)) {
            events.entry(range.start).or_default().begin.push(*number);
            events.entry(range.end).or_default().end.push(*number);
        }
    }
    let mut out: Vec<Block<'a>> = Vec::new();
    let mut active: BTreeMap<usize, usize> = BTreeMap::new();
    let mut foreign = 0_i32;
    let mut cuts = events.into_iter().peekable();
    while let Some((at, event)) = cuts.next() {
        for number in &event.end {
            if let Some(open) = active.get_mut(number) {
                *open -= 1;
            }
        }
        active.retain(|_, open| *open > 0);
        let closed: Vec<usize> = unique(event.end).filter(|n| !active.contains_key(n)).collect();
        if let Some(bit) = out.last_mut().and_then(|b| b.bits.last_mut()) {
            bit.ends = closed;
        }
        for number in event.begin {
            *active.entry(number).or_default() += 1;
        }
        foreign += event.foreign;
        let end = cuts.peek().map_or(text.len(), |(next, _)| *next);
        if at == end {
            continue;
        }
        let bit = Bit {
            pieces: pieces(&text[at..end]),
            clues: active.keys().copied().collect(),
            ends: Vec::new(),
        };
        match out.last_mut() {
            Some(block) if block.foreign == (foreign > 0) => block.bits.push(bit),
            _ => out.push(Block {
                foreign: foreign > 0,
                bits: vec![bit],
            }),
        }
    }
    out
}

/// A stretch of about `width` bytes of `text` round the first mark, with the marks in it.
pub struct Window<'a> {
    /// Text was left out before it.
    pub cut_before: bool,
    /// Text was left out after it.
    pub cut_after: bool,
    /// The text, as one block.
    pub bits: Vec<Bit<'a>>,
}

/// The window round the first of `spans`.
pub fn window<'a>(text: &'a str, spans: &[Span], width: usize) -> Window<'a> {
    let first = spans
        .iter()
        .filter_map(|s| fit(text, *s))
        .map(|r| r.start)
        .min()
        .unwrap_or(0);
    let start = if text.len() <= width {
        0
    } else {
        floor_word(text, first.saturating_sub(width / 3))
    };
    let end = text.floor_char_boundary(start.saturating_add(width).min(text.len()));
    let moved: Vec<Span> = spans
        .iter()
        .filter_map(|s| fit(text, *s))
        .filter(|r| r.start < end && r.end > start)
        .filter_map(|r| {
            let begin = u32::try_from(r.start.max(start) - start).ok()?;
            Some(Span {
                start: begin,
                end: u32::try_from(r.end.min(end) - start).ok()?,
            })
        })
        .collect();
    let bits = blocks(&text[start..end], &[], &[(1, &moved)])
        .into_iter()
        .flat_map(|b| b.bits)
        .collect();
    Window {
        cut_before: start > 0,
        cut_after: end < text.len(),
        bits,
    }
}

#[derive(Default)]
struct Event {
    foreign: i32,
    begin: Vec<usize>,
    end: Vec<usize>,
}

/// A span as a range on character boundaries inside the text; `None` when nothing of it is there.
fn fit(text: &str, span: Span) -> Option<Range<usize>> {
    let range = span.range();
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.min(text.len()));
    (start < end).then_some(start..end)
}

/// The beginning of the word in which `at` stands, unless it is far away.
fn floor_word(text: &str, at: usize) -> usize {
    const FAR: usize = 24;
    let at = text.floor_char_boundary(at);
    match text[..at].rfind(char::is_whitespace) {
        Some(space) if at - space <= FAR => text.ceil_char_boundary(space + 1),
        _ => at,
    }
}

fn unique(mut numbers: Vec<usize>) -> impl Iterator<Item = usize> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn span(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    fn show(blocks: &[Block<'_>]) -> String {
        let bit = |bit: &Bit<'_>| {
            let text: String = bit
                .pieces
                .iter()
                .map(|p| match p {
                    Piece::Plain(t) => *t,
                    Piece::Sign { .. } => "¤",
                })
                .collect();
            let ends: Vec<_> = bit.ends.iter().map(|end| format!("^{end}")).collect();
            let text = if bit.clues.is_empty() {
                text
            } else {
                format!("[{text}|{:?}]", bit.clues)
            };
            text + &ends.concat()
        };
        let block = |block: &Block<'_>| {
            let bits: Vec<_> = block.bits.iter().map(bit).collect();
            if block.foreign {
                format!("{{{}}}", bits.concat())
            } else {
                bits.concat()
            }
        };
        blocks.iter().map(block).collect()
    }

    #[test]
    fn marks_overlap_and_know_where_they_end() {
        let text = "ayo coblos nomor 2 ya";
        let shown = show(&blocks(text, &[], &[(1, &[span(4, 18)]), (2, &[span(11, 18)])]));
        assert_eq!(shown, "ayo [coblos |[1]][nomor 2|[1, 2]]^1^2 ya");
    }

    #[test]
    fn foreign_words_stand_apart() {
        let shown = show(&blocks("milikku\n\norang lain", &[span(9, 19)], &[(1, &[span(9, 14)])]));
        assert_eq!(shown, "milikku\n\n{[orang|[1]]^1 lain}");
    }

    #[test]
    fn a_span_that_does_not_fit_is_bent_to_the_text() {
        assert_eq!(show(&blocks("é", &[], &[(1, &[span(1, 900)])])), "[é|[1]]^1");
        assert_eq!(show(&blocks("", &[span(0, 4)], &[(1, &[span(3, 1)])])), "");
    }

    #[test]
    fn a_window_stands_round_the_first_mark() {
        let text = format!("{} coblos nomor 2 {}", "kata ".repeat(50), "lagi ".repeat(50));
        let at = u32::try_from(text.find("coblos").unwrap()).unwrap();
        let spans = [span(at, at + 6)];
        let window = window(&text, &spans, 90);
        assert!(window.cut_before && window.cut_after);
        assert!(
            window
                .bits
                .iter()
                .any(|b| b.clues == [1] && b.pieces == [Piece::Plain("coblos")])
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_panics(text in ".{0,80}", a in 0u32..120, b in 0u32..120, c in 0u32..120, d in 0u32..120) {
            let (clue, other) = ([span(a, b)], [span(c, d)]);
            let all = blocks(&text, &other, &[(1, &clue), (2, &other)]);
            let bytes: usize = all.iter().flat_map(|b| &b.bits).flat_map(|b| &b.pieces).map(|p| match p {
                Piece::Plain(t) => t.chars().count(),
                Piece::Sign { .. } => 1,
            }).sum();
            prop_assert_eq!(bytes, text.chars().count());
            let _ = window(&text, &clue, 20);
        }
    }
}
