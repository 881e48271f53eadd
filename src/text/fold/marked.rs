//! Words that signs make more of: hashtags, mentions, and one word in square brackets.
//!
//! Does: their words as tokens, and the whole with its signs as a joint reading. Does not: cut words that are joined in them (what
//! knows words has them cut).
//! Invariant: the joint reading covers all tokens of the whole, and is bounded.

use super::{Folder, Join, MAX_RUN, Place};
use crate::text::glyph::{Glyph, glyph};

impl Folder<'_, '_> {
    /// A hashtag or mention: its parts as tokens, and the whole as an edge.
    pub(super) fn tagged(&mut self, at: usize, next: usize, place: Place) -> usize {
        let first = self.out.tokens.len();
        let mut end = self.run(next, place);
        if place == Place::Mention {
            // user.name and @user@host
            while let Some((c @ ('.' | '@'), after)) = self.char_at(end) {
                if !self.word_at(after) || c == '.' && self.out.tokens.len() - first > 8 {
                    break;
                }
                end = self.run(after, place);
            }
        }
        let from = self.out.forms.len();
        self.whole(at, end);
        if self.out.tokens.len() > first {
            let why = if place == Place::Tag { Join::Tag } else { Join::Mention };
            self.push_edge(first, from, why);
            let whole = u32::try_from(at).unwrap_or(0);
            self.out.tokens[first].span.start = whole;
            self.begins_earlier(first);
        }
        end
    }

    /// What follows a bracket: if that is one word and the other bracket, the whole as an edge.
    pub(super) fn bracketed(&mut self, start: usize) -> usize {
        let first = self.out.tokens.len();
        let end = self.run(start, Place::Text);
        if !self.text[end..].starts_with(']') || end - start > MAX_RUN {
            return end;
        }
        let from = self.out.forms.len();
        self.out.forms.push('[');
        for c in self.text[start..end].chars() {
            match glyph(c) {
                Glyph::Letter(l) => self.out.forms.push(l),
                Glyph::Two(a, b) => self.out.forms.extend([a, b]),
                Glyph::Nothing => {}
                // No mark of a fact checker: `[salah-satu]`, `[v2]`.
                _ => return end,
            }
        }
        self.out.forms.push(']');
        self.push_edge(first, from, Join::Bracketed);
        end + 1
    }

    /// Writes the whole of a hashtag or mention as one form.
    fn whole(&mut self, at: usize, end: usize) {
        let text = &self.text[at..end];
        let from = self.out.forms.len();
        let plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        if text.len() <= MAX_RUN && text.as_bytes()[0].is_ascii() && text.as_bytes()[1..].iter().all(plain) {
            self.out.forms.push_str(text);
            self.out.forms[from..].make_ascii_lowercase();
            return;
        }
        for c in text.chars().take(MAX_RUN) {
            match glyph(c) {
                Glyph::Letter(l) => self.out.forms.push(l),
                Glyph::Two(a, b) => self.out.forms.extend([a, b]),
                Glyph::Digit(d) | Glyph::Raised(d) => self.out.forms.push(char::from(b'0' + d)),
                Glyph::Gap if self.out.forms.len() == from => self.out.forms.push(if c == '@' { '@' } else { '#' }),
                Glyph::Gap if c == '_' || c == '@' => self.out.forms.push(c),
                Glyph::Stop => self.out.forms.push('.'),
                _ => {}
            }
        }
    }
}
