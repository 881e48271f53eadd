//! The common case of folding at speed: plain words and numbers of ASCII.
//!
//! Does: take words and digits with nothing special about them or after them as they stand. Does not: anything else; what it
//! leaves is looked at closely.
//! Invariant: gives the token that the close look would give.

use super::{Folder, Kind, MAX_FORM, Marks, split};
use crate::model::Span;

impl Folder<'_, '_> {
    /// The common case at speed: a word of ASCII letters or bare digits with nothing special about it and nothing special
    /// after it is a token as it stands in lower case. `None` = look closely.
    pub(super) fn ascii(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let first = *bytes.get(at)?;
        if first.is_ascii_digit() {
            let len = bytes[at..]
                .iter()
                .take(MAX_FORM)
                .take_while(|b| b.is_ascii_digit())
                .count();
            let end = at + len;
            let plain = match bytes.get(end) {
                None | Some(b' ' | b'\n' | b')' | b'"') => true,
                Some(b',' | b'.' | b'!' | b'?') => matches!(bytes.get(end + 1), None | Some(b' ' | b'\n')),
                _ => false,
            };
            if !plain {
                return None;
            }
            self.push_base(at, end, Kind::Number, Marks::default());
            return Some(end);
        }
        let (mut end, mut last, mut twice, mut thrice, mut capitals) = (at, 0, false, false, 0);
        while let Some(&b) = bytes.get(end) {
            let low = LOWER[usize::from(b)];
            if low == 0 {
                break;
            }
            let same = low == last;
            thrice |= same && twice;
            twice = same;
            last = low;
            capitals += usize::from(b < b'a');
            end += 1;
        }
        let len = end - at;
        let cased = capitals == 0 || capitals == len || capitals == 1 && first < b'a';
        if len == 0 || len > MAX_FORM || thrice || !cased || !self.ends_plainly(at, end) {
            return None;
        }
        self.push_base(
            at,
            end,
            Kind::Word,
            Marks {
                joined: len >= split::LONG,
                ..Marks::default()
            },
        );
        Some(end)
    }

    /// Whether what follows a word of ASCII letters cannot belong to it.
    fn ends_plainly(&self, at: usize, end: usize) -> bool {
        let bytes = self.text.as_bytes();
        let after = |plain: fn(&u8) -> bool| bytes.get(end + 1).is_none_or(plain);
        match bytes.get(end) {
            None => true,
            Some(b'.') => after(|b| b.is_ascii() && !b.is_ascii_alphanumeric()),
            Some(b'!') => after(|b| b.is_ascii() && !b.is_ascii_alphabetic()),
            Some(b':') => bytes[at] | 0x20 != b'h',
            Some(b) => PLAIN_END[usize::from(*b)],
        }
    }

    /// Adds a token spelled as the text in lower case.
    fn push_base(&mut self, start: usize, end: usize, kind: Kind, marks: Marks) {
        let span = Span {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
        };
        self.push_len(span, start, end - start, kind, marks);
    }
}

/// ASCII letters in lower case; 0 for everything else.
const LOWER: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = b'a';
    while b <= b'z' {
        table[b as usize] = b;
        table[b.to_ascii_uppercase() as usize] = b;
        b += 1;
    }
    table
};

/// Bytes that end a word whatever follows them.
const PLAIN_END: [bool; 256] = {
    let mut table = [false; 256];
    let ends = b" ,?\n\r\t\"()[]{};/|~<>=+&%#^\\";
    let mut i = 0;
    while i < ends.len() {
        table[ends[i] as usize] = true;
        i += 1;
    }
    table
};
