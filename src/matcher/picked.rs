//! Which of some tokens are wanted, without a question the processor would have to guess the answer of.
//!
//! Does: list places. Does not: know tokens.
//! Invariant: the places ascend.

/// Tokens that are done at a time: each step with all of them, before the next. With more, the processor would have lost again what
/// was fetched for the first.
pub(super) const AHEAD: usize = 256;

/// Places that were picked among at most [`AHEAD`].
#[derive(Debug)]
pub(super) struct Picked {
    places: [u16; AHEAD],
    len: usize,
}

impl Default for Picked {
    fn default() -> Self {
        Self {
            places: [0; AHEAD],
            len: 0,
        }
    }
}

impl Picked {
    /// The places of what is wanted.
    #[inline]
    pub(super) fn of(&mut self, wanted: impl Iterator<Item = bool>) -> &[u16] {
        let mut len = 0;
        for (at, wanted) in (0u16..).zip(wanted) {
            self.places[len % AHEAD] = at;
            len += usize::from(wanted);
        }
        self.len = len.min(AHEAD);
        &self.places[..self.len]
    }

    /// Those of the places picked last that are still wanted.
    #[inline]
    pub(super) fn keep(&mut self, wanted: impl Fn(usize) -> bool) -> &[u16] {
        let mut len = 0;
        for i in 0..self.len {
            let at = self.places[i];
            self.places[len] = at;
            len += usize::from(wanted(usize::from(at)));
        }
        self.len = len;
        &self.places[..len]
    }
}
