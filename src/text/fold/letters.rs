//! The first stage of folding: text → folded bytes, with a map back. No tokens yet.
//!
//! Does: copy runs of ASCII as they stand and patch the few other places: letters to the plain letter meant, digits to digits,
//! other scripts' punctuation to ASCII's, what is not seen to nothing; then everything to lower case in bulk. Keeps emoji, raised
//! and circled digits, keycaps and letters that look like no Latin one as they are. Does not: look at neighbours.
//! Invariant: a byte of the folded text that is ASCII means what its character means to [`super::walk`], but for case.

use crate::model::Span;
use crate::text::glyph::{Glyph, KEYCAP, glyph};

/// Bytes looked at in one go for one that is not ASCII.
const STRIDE: usize = 16;

/// From folded byte `at` on, up to the next such place, the original goes on at `original`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    pub(super) at: u32,
    pub(super) original: u32,
}

/// The text with letters folded but for their case, and the map back.
#[derive(Debug, Clone, Default)]
pub(super) struct Patched {
    /// Empty when the text needed no patch: it stands for itself then.
    text: String,
    /// Ascending in both; empty = the same offsets.
    pub(super) shifts: Vec<Shift>,
}

impl Patched {
    /// Nothing was patched.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.shifts.clear();
    }

    /// Patches the characters of `text` that are not ASCII; whether there was anything to patch.
    pub(super) fn patch(&mut self, text: &str) -> bool {
        self.others(text);
        !self.shifts.is_empty()
    }

    /// The patched text, of which `text` is the original.
    pub(super) fn text<'a>(&'a self, text: &'a str) -> &'a str {
        if self.shifts.is_empty() { text } else { &self.text }
    }

    /// Where `span` of the original stands in the patched text, if nothing in it was patched.
    pub(super) fn straight(&self, span: Span) -> Option<usize> {
        let next = self.shifts.partition_point(|shift| shift.original <= span.start);
        if self.shifts.get(next).is_some_and(|shift| shift.original <= span.end) {
            return None;
        }
        let last = next
            .checked_sub(1)
            .map_or(Shift { at: 0, original: 0 }, |last| self.shifts[last]);
        Some((last.at + span.start - last.original) as usize)
    }

    /// Characters that are not ASCII.
    fn others(&mut self, text: &str) {
        let (mut copied, mut at) = (0, 0);
        loop {
            at = next_other(text, at);
            let Some(c) = text[at..].chars().next() else { break };
            let next = at + c.len_utf8();
            let what = glyph(c);
            if stays(c, what) {
                at = next;
                continue;
            }
            self.text.push_str(&text[copied..at]);
            match what {
                Glyph::Letter(l) if l.is_ascii() && c.is_uppercase() => self.text.push(l.to_ascii_uppercase()),
                Glyph::Letter(l) => self.text.push(l),
                Glyph::Two(a, b) => self.text.extend([a, b]),
                Glyph::Digit(d) => self.text.push(char::from(b'0' + d)),
                Glyph::Apostrophe => self.text.push('\''),
                Glyph::Hyphen => self.text.push('-'),
                Glyph::Line => self.text.push('\n'),
                Glyph::Stop => self.text.push('.'),
                Glyph::Gap => self.text.push(' '),
                Glyph::Nothing | Glyph::Raised(_) | Glyph::Circled(_) | Glyph::Flag | Glyph::Emoji => {}
            }
            self.shift(next);
            (copied, at) = (next, next);
        }
        if !self.shifts.is_empty() {
            self.text.push_str(&text[copied..]);
        }
    }

    /// What is patched next comes from `original` on.
    fn shift(&mut self, original: usize) {
        let shift = Shift {
            at: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            original: u32::try_from(original).unwrap_or(u32::MAX),
        };
        match self.shifts.last_mut() {
            Some(last) if last.at == shift.at => *last = shift,
            _ => self.shifts.push(shift),
        }
    }
}

/// Where the next character that is not ASCII is, from `at` on.
fn next_other(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while bytes.get(at).is_some_and(u8::is_ascii) {
        match bytes.get(at..at + STRIDE) {
            Some(some) if some.is_ascii() => at += STRIDE,
            _ => at += 1,
        }
    }
    at
}

/// Whether a character that is not ASCII is left for the walk to look at.
fn stays(c: char, what: Glyph) -> bool {
    match what {
        Glyph::Letter(l) => l == c,
        Glyph::Raised(_) | Glyph::Circled(_) | Glyph::Flag | Glyph::Emoji => true,
        Glyph::Nothing => c == KEYCAP,
        Glyph::Gap => c == '＃',
        _ => false,
    }
}

/// Where folded bytes came from and where original bytes went, asked in ascending order.
pub(super) trait Map {
    /// Where the folded byte `at` stands in the original.
    fn original(&mut self, at: u32) -> u32;
    /// The first folded byte at or after `original`.
    fn folded(&mut self, original: u32) -> u32;
}

/// Nothing was patched.
pub(super) struct Same;

impl Map for Same {
    fn original(&mut self, at: u32) -> u32 {
        at
    }

    fn folded(&mut self, original: u32) -> u32 {
        original
    }
}

/// Goes along the shifts.
pub(super) struct Shifts<'a> {
    all: &'a [Shift],
    /// The first one not yet reached.
    next: usize,
    /// The last one reached.
    last: Shift,
}

impl<'a> Shifts<'a> {
    pub(super) fn new(shifts: &'a [Shift]) -> Self {
        Self {
            all: shifts,
            next: 0,
            last: Shift { at: 0, original: 0 },
        }
    }

    fn go(&mut self, reached: impl Fn(&Shift) -> bool) {
        while let Some(shift) = self.all.get(self.next).filter(|shift| reached(shift)) {
            self.last = *shift;
            self.next += 1;
        }
    }
}

impl Map for Shifts<'_> {
    fn original(&mut self, at: u32) -> u32 {
        self.go(|shift| shift.at <= at);
        self.last.original + (at - self.last.at)
    }

    fn folded(&mut self, original: u32) -> u32 {
        self.go(|shift| shift.original <= original);
        let at = self.last.at + (original - self.last.original);
        self.all.get(self.next).map_or(at, |shift| at.min(shift.at))
    }
}
