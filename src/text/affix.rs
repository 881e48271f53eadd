//! Affixes and clitics by rule: which words a form may come from.
//!
//! Does: Indonesian verbs (meN-, di-, ter-, ber-, -kan, -i), colloquial ones (ng-, ny-, -in), clitics (-lah, -kah, -pun, -nya,
//! -ku, -mu), Javanese (N-, tak-, -ake, -no, -en, -na, -e), Sundanese (-keun, -eun, -na) and Minang (maN-, ba-). Does not:
//! know whether a stem exists, or undo nouns (pemilih, pilihan, dukungan are other words than pilih and dukung).
//! Invariant: a stem has at least three letters, and the number of stems per word is bounded.

/// What was taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// Only clitics: the word itself with -nya, -lah and their like.
    Clitic,
    /// Prefixes or suffixes too.
    Affix,
}

const CLITICS: [&str; 12] = [
    "nyalah", "nya", "lah", "kah", "pun", "tah", "ku", "mu", "ne", "na", "ki", "mi",
];
const SUFFIXES: [&str; 15] = [
    "akan", "aken", "kan", "keun", "ake", "eun", "ken", "in", "no", "en", "na", "ke", "i", "e", "o",
];

/// Prefixes, and the letters they may have swallowed.
const PREFIXES: [(&str, &str); 27] = [
    ("menge", ""),
    ("meng", "kgh"),
    ("meny", "sc"),
    ("mem", "p"),
    ("men", "t"),
    ("me", ""),
    ("mang", "k"),
    ("many", "sc"),
    ("mam", "p"),
    ("man", "t"),
    ("ma", ""),
    ("nge", ""),
    ("ng", "k"),
    ("ny", "sc"),
    ("m", "pb"),
    ("n", "td"),
    ("diper", ""),
    ("di", ""),
    ("ter", ""),
    ("ke", ""),
    ("ber", ""),
    ("be", ""),
    ("ba", ""),
    ("tak", ""),
    ("dak", ""),
    ("ta", ""),
    ("ka", ""),
];

/// The shortest stem.
const MIN_STEM: usize = 3;

/// Calls `each` with every stem `word` may come from, not with `word` itself. Stems may repeat.
pub fn stems(word: &str, mut each: impl FnMut(&str, Off)) {
    if word.len() <= MIN_STEM || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    let prefixed = matches!(word.as_bytes()[0], b'm' | b'n' | b'd' | b't' | b'k' | b'b');
    let mut bare = [""; 1 + CLITICS.len()];
    bare[0] = word;
    let mut count = 1;
    for clitic in CLITICS {
        if let Some(rest) = strip_end(word, clitic) {
            each(rest, Off::Clitic);
            bare[count] = rest;
            count += 1;
        }
    }
    for &base in &bare[..count] {
        if prefixed {
            unprefix(base, &mut each);
        }
        for suffix in SUFFIXES {
            if let Some(rest) = strip_end(base, suffix) {
                each(rest, Off::Affix);
                if prefixed {
                    unprefix(rest, &mut each);
                }
            }
        }
    }
}

fn strip_end<'w>(word: &'w str, end: &str) -> Option<&'w str> {
    word.strip_suffix(end).filter(|rest| rest.len() >= MIN_STEM)
}

fn unprefix(word: &str, each: &mut impl FnMut(&str, Off)) {
    for (prefix, swallowed) in PREFIXES {
        let Some(rest) = word.strip_prefix(prefix) else {
            continue;
        };
        if rest.len() >= MIN_STEM {
            each(rest, Off::Affix);
        }
        if rest.len() + 1 < MIN_STEM || !rest.starts_with(['a', 'i', 'u', 'e', 'o', 'l', 'r']) {
            continue;
        }
        for letter in swallowed.chars() {
            let mut restored = [0u8; super::fold::MAX_FORM + 4];
            let Some(room) = restored.get_mut(..=rest.len()) else {
                continue;
            };
            room[0] = u8::try_from(letter).unwrap_or(b'p');
            room[1..].copy_from_slice(rest.as_bytes());
            if let Ok(stem) = std::str::from_utf8(room) {
                each(stem, Off::Affix);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comes_from(word: &str, stem: &str) -> bool {
        let mut found = false;
        stems(word, |s, _| found |= s == stem);
        found
    }

    #[test]
    fn verbs_lead_back_to_their_stem() {
        for (word, stem) in [
            ("mencoblos", "coblos"),
            ("nyoblos", "coblos"),
            ("dicoblos", "coblos"),
            ("tercoblos", "coblos"),
            ("coblosin", "coblos"),
            ("pilihlah", "pilih"),
            ("memilih", "pilih"),
            ("milih", "pilih"),
            ("menusuk", "tusuk"),
            ("nusuk", "tusuk"),
            ("mendukung", "dukung"),
            ("ndukung", "dukung"),
            ("dukunglah", "dukung"),
            ("memenangkan", "menang"),
            ("menangkeun", "menang"),
            ("lanjutno", "lanjut"),
            ("coblosen", "coblos"),
            ("mengawal", "kawal"),
            ("menyebar", "sebar"),
            ("nomornya", "nomor"),
        ] {
            assert!(comes_from(word, stem), "{word} → {stem}");
        }
    }

    #[test]
    fn nouns_are_other_words() {
        for (word, stem) in [
            ("pemilih", "pilih"),
            ("pilihan", "pilih"),
            ("pendukung", "dukung"),
            ("dukungan", "dukung"),
        ] {
            assert!(!comes_from(word, stem), "{word} → {stem}");
        }
    }

    #[test]
    fn clitics_alone_are_told_apart() {
        let mut seen = Vec::new();
        stems("airinnya", |s, off| seen.push((s.to_owned(), off)));
        assert!(seen.contains(&("airin".to_owned(), Off::Clitic)));
    }
}
