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
    /// Picks nothing.
    #[inline]
    const fn clear(&mut self) {
        self.len = 0;
    }

    /// Picks a place if it is wanted; it is after those picked before, and at most [`AHEAD`] are asked about.
    #[inline]
    fn offer(&mut self, at: u16, wanted: bool) {
        self.places[self.len % AHEAD] = at;
        self.len += usize::from(wanted);
    }

    /// The places picked.
    #[inline]
    pub(super) fn all(&self) -> &[u16] {
        &self.places[..self.len.min(AHEAD)]
    }

    /// The places of what is wanted.
    #[inline]
    pub(super) fn of(&mut self, wanted: impl Iterator<Item = bool>) -> &[u16] {
        self.clear();
        for (at, wanted) in (0u16..).zip(wanted) {
            self.offer(at, wanted);
        }
        self.all()
    }

    /// Those of the places picked last that are still wanted.
    #[inline]
    pub(super) fn keep(&mut self, wanted: impl Fn(usize) -> bool) {
        let picked = self.len.min(AHEAD);
        self.clear();
        for i in 0..picked {
            let at = self.places[i];
            self.offer(at, wanted(usize::from(at)));
        }
    }
}
