//! Sets of small numbers, a bit each.
//!
//! Does: add, ask, go through what is in it, alone or together with a fixed set. Does not: grow by itself; emptied, it keeps its room.
//! Invariant: a number beyond the room asked for is never in it.

/// A set of small numbers that keeps its room.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Empties it, and makes room for numbers below `end`.
    pub(super) fn clear(&mut self, end: usize) {
        self.0.clear();
        self.0.resize(end.div_ceil(64), 0);
    }

    pub(super) fn insert(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn contains(&self, at: u32) -> bool {
        self.0
            .get(at as usize / 64)
            .is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    /// How much room it has.
    pub(super) const fn bytes(&self) -> usize {
        self.0.len() * 8
    }

    /// The numbers that are also among these words of bits, ascending.
    pub(super) fn common<'a>(&'a self, words: &'a [(u32, u64)]) -> impl Iterator<Item = u32> {
        let word = |at: u32| self.0.get(at as usize).copied().unwrap_or(0);
        words.iter().flat_map(move |(at, mask)| ones(word(*at) & mask, at * 64))
    }

    /// Ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().zip(0u32..).flat_map(|(word, at)| ones(*word, at * 64))
    }
}

/// The places of the ones in a word, counted from `base`, ascending.
pub(super) fn ones(mut word: u64, base: u32) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros();
            word &= word - 1;
            base + bit
        })
    })
}
