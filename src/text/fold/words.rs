//! The loop of folding: bit masks → tokens. Plain words and numbers straight from the masks, all else by the walk.
//!
//! Does: take runs of letters or of digits with nothing special about them or after them as they stand. Does not: anything else.
//! Invariant: gives the tokens that the walk alone would give.

use super::blocks::{BLOCK, Block};
use super::letters::{Map, Same, Shifts};
use super::{Folder, Kind, MAX_FORM, Marks, Token, split};
use crate::model::Span;

const BITS: u32 = u64::BITS;

/// A block, and how far into it everything was looked at.
#[derive(Clone, Copy)]
struct Place {
    base: u32,
    passed: u32,
}

impl Folder<'_, '_> {
    pub(super) fn all(&mut self) {
        let blocks = std::mem::take(&mut self.out.blocks);
        let patched = std::mem::take(&mut self.out.patched);
        if patched.shifts.is_empty() {
            self.each(&blocks, Same);
        } else {
            self.each(&blocks, Shifts::new(&patched.shifts));
        }
        self.out.blocks = blocks;
        self.out.patched = patched;
        self.end_spaced();
    }

    fn each(&mut self, blocks: &[Block], mut map: impl Map) {
        // The index of the block, and what of it was already looked at.
        let (mut index, mut place) = (0, Place { base: 0, passed: 0 });
        while let Some((here, [next, ..])) = blocks.get(index..).and_then(<[Block]>::split_first) {
            let to = self.block(here, next, place, &mut map);
            index += (to - place.base) as usize / BLOCK;
            place = Place {
                base: to & !(BITS - 1),
                passed: to % BITS,
            };
        }
    }

    /// Tokens of one block and of the run that goes on into the next; gives the folded byte it came to.
    fn block(&mut self, here: &Block, next: &Block, place: Place, map: &mut impl Map) -> u32 {
        let Place { base, mut passed } = place;
        loop {
            // Plain runs up to the first place that is not plain.
            let ends = here.ends & u64::MAX << passed << 1;
            let rough = ends & !here.plain;
            let stop = lowest(rough | here.events & u64::MAX << passed);
            self.plain_runs(here, ends & here.plain & (stop | stop.wrapping_sub(1)), base, map);
            if stop == 0 {
                break;
            }
            let start = base + last(here.starts & (stop - 1));
            let after = if rough & here.apart & stop != 0 {
                let after = base + stop.trailing_zeros();
                self.run_at(start, after - start, here.digits & (stop >> 1) != 0, map);
                after
            } else if rough & stop != 0 {
                self.closely(start, map)
            } else {
                self.event(base + stop.trailing_zeros(), map)
            };
            if after - base >= BITS {
                return after;
            }
            passed = after - base;
        }
        if !here.open {
            return base + BITS;
        }
        let start = last(here.starts);
        let end = lowest(next.ends);
        let after = base + BITS + end.trailing_zeros();
        let odd = here.bad >> start | next.bad & (end | end.wrapping_sub(1));
        if start < passed {
            return base + BITS;
        }
        if odd == 0 && end != 0 && (after - base - start) as usize <= MAX_FORM {
            self.run_at(base + start, after - base - start, here.digits >> start & 1 == 1, map);
            return after;
        }
        self.closely(base + start, map)
    }

    /// Runs of two and more letters that end at `ends` and begin in the same block.
    fn plain_runs(&mut self, here: &Block, mut ends: u64, base: u32, map: &mut impl Map) {
        if ends == 0 {
            return;
        }
        if self.run.count > 0 {
            self.end_spaced();
        }
        let sentence = self.sentence;
        let tokens = &mut self.out.tokens;
        let mut joined = false;
        while ends != 0 {
            let end = ends.trailing_zeros();
            let start = last(here.starts & (lowest(ends) - 1));
            ends &= ends - 1;
            let len = (end - start) % BITS;
            let long = len as usize >= split::LONG;
            joined |= long;
            tokens.push(Token {
                span: Span {
                    start: map.original(base + start),
                    end: map.original(base + end),
                },
                at: base + start,
                len: u16::try_from(len).unwrap_or(u16::MAX),
                kind: Kind::Word,
                sentence,
                echo: false,
                joined: long,
                tag: false,
            });
        }
        self.out.joined |= joined;
    }

    /// Adds the folded bytes from `at` on as a token.
    fn run_at(&mut self, at: u32, len: u32, digits: bool, map: &mut impl Map) {
        let span = Span {
            start: map.original(at),
            end: map.original(at + len),
        };
        let kind = if digits { Kind::Number } else { Kind::Word };
        let marks = Marks {
            joined: !digits && len as usize >= split::LONG,
            ..Marks::default()
        };
        self.push_len(span, at as usize, len as usize, kind, marks);
    }

    /// What means something by itself: line ends and stops are the common ones.
    fn event(&mut self, at: u32, map: &mut impl Map) -> u32 {
        match self.out.forms.as_bytes()[at as usize] {
            b'\n' | b'\r' => self.end_line(),
            b'.' | b'!' | b'?' => {
                let original = map.original(at) as usize;
                if let Some((c, next)) = self.char_at(original) {
                    self.stop(original, c, next);
                }
            }
            _ => return self.closely(at, map),
        }
        at + 1
    }

    /// Lets the walk look at what is at the folded byte `at`, and on to where no run was cut; gives the folded byte it came to.
    #[inline(never)]
    fn closely(&mut self, at: u32, map: &mut impl Map) -> u32 {
        let mut original = map.original(at) as usize;
        loop {
            original = self.step(original);
            let at = map.folded(u32::try_from(original).unwrap_or(u32::MAX));
            let bytes = self.out.forms.as_bytes();
            let inside = |at: u32| bytes.get(at as usize).is_some_and(u8::is_ascii_alphanumeric);
            if at == 0 || !inside(at - 1) || !inside(at) {
                return at;
            }
        }
    }
}

/// The lowest bit alone.
const fn lowest(bits: u64) -> u64 {
    bits & bits.wrapping_neg()
}

/// The index of the highest bit.
const fn last(bits: u64) -> u32 {
    (BITS - 1).wrapping_sub(bits.leading_zeros()) % BITS
}
