//! What kind of content words are: own, quoted, shown again, of a link.
//!
//! Does: tell the kind of words by the kind of the post, by what in it is another's and by headlines beside their links; drop the
//! places of a rule whose words are all of kinds in which it does not hold. Does not: lower anything.
//! Invariant: every word is of one kind. A post does not say which of another's words are a card and which a quotation, but only a
//! quoting post holds both: there they are a quotation, in any other post they are a card. What quotes without a word of its own
//! shows again.

use super::Text;
use super::compile::Ready;
use super::judge::Scene;
use super::room::{Mark, Room};
use crate::model::{Content, PostKind, Span};

/// Kinds of content, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    /// Of a list; an empty one stands for all.
    pub(super) fn of(listed: &[Content]) -> Self {
        let all = if listed.is_empty() { Content::ALL } else { listed };
        Self(all.iter().fold(0, |kinds, kind| kinds | 1 << *kind as u8))
    }

    const fn has(self, kind: Content) -> bool {
        self.0 & 1 << kind as u8 != 0
    }

    /// Whether some kind is not among them.
    pub(super) fn are_some(self) -> bool {
        self != Self::of(Content::ALL)
    }
}

impl Scene<'_> {
    /// What the words of a span are.
    fn content(&self, span: Span) -> Content {
        match self.text.kind {
            _ if self.shown_again => Content::Repost,
            PostKind::Quote if is_inside(self.text.foreign, span) => Content::Quote,
            _ if is_inside(self.text.foreign, span) || is_inside(self.headlines, span) => Content::Link,
            PostKind::Own | PostKind::Reply | PostKind::Quote | PostKind::Repost => Content::Own,
        }
    }

    /// Drops the places above the mark that have no word of a kind in which the rule holds; whether any are left, or there were none.
    pub(super) fn keep_kinds(&self, ready: &Ready, mark: Mark, room: &mut Room) -> bool {
        if !ready.content.are_some() || room.places.len() == mark.places {
            return true;
        }
        let mut kept = mark.places;
        for at in mark.places..room.places.len() {
            let place = room.places[at];
            let counts = |(from, to)| ready.content.has(self.content(self.folded.span(from, to)));
            if room.words_of(&place).any(counts) {
                room.places[kept] = place;
                kept += 1;
            }
        }
        room.places.truncate(kept);
        kept > mark.places
    }
}

/// Whether a post is another's shown again: a repost, or a quotation without a word of one's own.
pub(super) fn is_shown_again(text: &Text<'_>) -> bool {
    match text.kind {
        PostKind::Repost => true,
        PostKind::Quote => is_all(text.foreign, text.text),
        PostKind::Own | PostKind::Reply => false,
    }
}

/// Whether nothing stands outside these spans.
fn is_all(spans: &[Span], text: &str) -> bool {
    let from = [0].into_iter().chain(spans.iter().map(|span| span.end as usize));
    let to = spans.iter().map(|span| span.start as usize).chain([text.len()]);
    let mut gaps = from.zip(to).filter_map(|(from, to)| text.get(from..to));
    gaps.all(|gap| gap.trim().is_empty())
}

/// Whether a span lies in one of these, which ascend.
pub(super) fn is_inside(spans: &[Span], span: Span) -> bool {
    let at = spans.partition_point(|other| other.end < span.end);
    spans
        .get(at)
        .is_some_and(|other| other.start <= span.start && span.end <= other.end)
}
