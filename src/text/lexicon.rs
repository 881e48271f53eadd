//! The word list of spellings, number words and the neighbours of numbers, read once from `words.toml`.
//!
//! Does: answer "how is this spelled properly", "which number is this word". Does not: judge. Invariant: the file is part of
//! the program and a test parses it, so reading it cannot fail in the field.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    slang: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, Vec<String>>,
    joins: Joins,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Joins {
    introduces: HashSet<String>,
    units: HashSet<String>,
    before: HashSet<String>,
    after: HashSet<String>,
    abbreviations: HashSet<String>,
}

struct Lexicon {
    slang: Spellings,
    numbers: Spellings,
    joins: Joins,
}

/// Spellings and what they stand for. Nearly every word asked for is none of them, so the answer to most is one look at a few
/// bits.
struct Spellings {
    words: HashMap<String, String, FixedState>,
    /// By first and last letter and length: whether there is any such spelling.
    shapes: [u64; SHAPES / 64],
}

/// Shapes that are told apart; a power of two.
const SHAPES: usize = 1 << 12;

/// First and last letter and length in one number.
fn shape(word: &[u8]) -> Option<usize> {
    let (first, last) = (usize::from(*word.first()?), usize::from(*word.last()?));
    Some((first ^ last << 4 ^ word.len() << 8 ^ last >> 2) & (SHAPES - 1))
}

impl Spellings {
    fn new(lists: BTreeMap<String, Vec<String>>) -> Self {
        let mut shapes = [0; SHAPES / 64];
        let mut words = HashMap::default();
        for (to, from) in lists {
            for word in from {
                if let Some(shape) = shape(word.as_bytes()) {
                    shapes[shape / 64] |= 1 << (shape % 64);
                }
                words.insert(word, to.clone());
            }
        }
        Self { words, shapes }
    }

    fn get(&self, word: &str) -> Option<&str> {
        let shape = shape(word.as_bytes())?;
        if self.shapes[shape / 64] & (1 << (shape % 64)) == 0 {
            return None;
        }
        self.words.get(word).map(String::as_str)
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("words.toml")).expect("words.toml is part of the program and parses");
    Lexicon {
        slang: Spellings::new(file.slang),
        numbers: Spellings::new(file.numbers),
        joins: file.joins,
    }
});

/// The common spelling of a slang spelling.
pub fn slang(word: &str) -> Option<&'static str> {
    LEXICON.slang.get(word)
}

/// The digits of a number word.
pub fn number(word: &str) -> Option<&'static str> {
    LEXICON.numbers.get(word)
}

/// Whether digits written against this word stay a number.
pub fn introduces_number(word: &str) -> bool {
    LEXICON.joins.introduces.contains(word)
}

/// Whether a joined-up hashtag part ends with a word that introduces a number.
pub fn ends_introducing(word: &str) -> bool {
    (4..=word.len().min(10)).any(|n| word.get(word.len() - n..).is_some_and(introduces_number))
}

/// Whether this is a unit written against its number.
pub fn is_unit(word: &str) -> bool {
    LEXICON.joins.units.contains(word)
}

/// Whether a number after this word addresses or counts something else than a candidate.
pub fn binds_next(word: &str) -> bool {
    LEXICON.joins.before.contains(word)
}

/// Whether a number before this word counts it.
pub fn binds_previous(word: &str) -> bool {
    LEXICON.joins.after.contains(word)
}

/// Whether a full stop after this word ends no sentence.
pub fn is_abbreviation(word: &str) -> bool {
    LEXICON.joins.abbreviations.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_list_parses_and_no_spelling_has_two_meanings() {
        assert_eq!(slang("jgn"), Some("jangan"));
        assert_eq!(number("loro"), Some("2"));
        let file: File = toml::from_str(include_str!("words.toml")).unwrap();
        for map in [file.slang, file.numbers] {
            let mut seen = HashSet::new();
            for from in map.values().flatten() {
                assert!(seen.insert(from.clone()), "`{from}` is listed twice");
                assert!(!map.contains_key(from), "`{from}` is both a spelling and a word");
            }
        }
    }
}
