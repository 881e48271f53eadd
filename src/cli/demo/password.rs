//! Passwords for the demo's users: random words that a person can type.
//!
//! Invariant: they come from the system's randomness; nothing is the same in two demos.

use anyhow::Context as _;

/// 64 everyday words, so that six random bits choose one.
const WORDS: [&str; 64] = [
    "angin", "awan", "bakul", "bambu", "bangku", "batik", "bayam", "beras", "bintang", "bukit", "bulan", "cangkul",
    "cermin", "cincin", "danau", "daun", "delima", "dinding", "embun", "gamelan", "garam", "gitar", "gula", "hujan",
    "hutan", "jagung", "jambu", "jendela", "kabut", "kain", "kapas", "kebun", "kelapa", "kertas", "kolam", "kopi",
    "kunci", "ladang", "lampu", "laut", "lilin", "lumbung", "mangga", "melati", "meja", "nampan", "padi", "pagar",
    "pantai", "payung", "perahu", "pintu", "roti", "rumput", "sawah", "sepeda", "sungai", "taman", "teh", "tikar",
    "topi", "tungku", "ubi", "wajan",
];
/// Four words are 24 bits: plenty for a desk on loopback that makes guessers wait.
const COUNT: usize = 4;

/// A new password: `kopi-payung-sungai-teh`.
pub fn make() -> anyhow::Result<String> {
    let mut bytes = [0_u8; COUNT];
    getrandom::fill(&mut bytes).context("asking the system for random bytes")?;
    Ok(bytes.map(|byte| WORDS[usize::from(byte) % WORDS.len()]).join("-"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn passwords_are_long_enough_and_differ() {
        let made: BTreeSet<String> = (0..20).map(|_| make().expect("randomness")).collect();
        assert!(made.len() >= 19);
        // The shortest: four times the shortest word, and three dashes.
        assert!(WORDS.iter().map(|word| word.len()).min() >= Some(3));
        assert_eq!(WORDS.iter().collect::<BTreeSet<_>>().len(), WORDS.len());
    }
}
