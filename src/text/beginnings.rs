//! How words begin: a few kilobytes that answer for nearly every word that it is not among them.
//!
//! Does: keep the first four letters of words as bits. Does not: know the words.
//! Invariant: a no is sure, a yes may be wrong; a look-up never leaves the nearest cache.

/// Bits that tell how words begin; a power of two.
const BITS: usize = 1 << 16;

/// The beginnings of words.
#[derive(Debug)]
pub struct Beginnings {
    bits: Vec<u64>,
}

impl Default for Beginnings {
    fn default() -> Self {
        Self {
            bits: vec![0; BITS / 64],
        }
    }
}

/// Where the bit of a beginning is.
fn place(letters: [u8; 4]) -> (usize, u64) {
    let at = (u32::from_le_bytes(letters).wrapping_mul(0x9e37_79b1) >> 16) as usize & (BITS - 1);
    (at / 64, 1 << (at % 64))
}

impl Beginnings {
    /// Adds a word; one of fewer than three letters is as if it had none.
    pub fn add(&mut self, word: &[u8]) {
        let (at, bit) = place(match *word {
            [a, b, c, d, ..] => [a, b, c, d],
            [a, b, c] => [a, b, c, 0],
            _ => [0; 4],
        });
        self.bits[at] |= bit;
    }

    /// Whether any word begins with these four letters, or is the first three of them.
    pub fn may_begin(&self, letters: [u8; 4]) -> bool {
        let begins = |letters: [u8; 4]| {
            let (at, bit) = place(letters);
            self.bits[at] & bit != 0
        };
        begins(letters) || begins([letters[0], letters[1], letters[2], 0])
    }

    /// Their bytes.
    pub const fn bytes(&self) -> usize {
        self.bits.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_may_begin_so() {
        let mut beginnings = Beginnings::default();
        beginnings.add(b"coblos");
        beginnings.add(b"jgn");
        assert!(beginnings.may_begin(*b"cobl") && beginnings.may_begin(*b"jgnl") && beginnings.may_begin(*b"jgn\0"));
        assert!(!beginnings.may_begin(*b"pili") && !beginnings.may_begin(*b"cob\0"));
    }
}
