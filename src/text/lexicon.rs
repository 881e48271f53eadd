//! The word list of spellings, number words and the neighbours of numbers, read once from `words.toml`.
//!
//! Does: answer "how is this spelled properly", "which number is this word". Does not: judge. Invariant: the file is part of
//! the program and a test parses it, so reading it cannot fail in the field.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

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
    introduces: Words,
    units: Words,
    before: Words,
    after: Words,
    abbreviations: Words,
}

/// Which lengths the words of a list have, by their first byte. Nearly every word asked for is in no list, so the answer to most
/// is one look at this.
struct Lengths([u32; 256]);

impl Lengths {
    fn of<'w>(words: impl Iterator<Item = &'w String>) -> Self {
        let mut lengths = [0; 256];
        for word in words {
            if let Some(first) = word.bytes().next() {
                lengths[usize::from(first)] |= 1 << word.len().min(31);
            }
        }
        Self(lengths)
    }

    fn may_have(&self, word: &str) -> bool {
        let first = word.as_bytes().first();
        first.is_some_and(|first| self.0[usize::from(*first)] & (1 << word.len().min(31)) != 0)
    }
}

/// Spellings and what they stand for.
struct Spellings {
    words: HashMap<String, String>,
    lengths: Lengths,
}

impl Spellings {
    fn new(lists: BTreeMap<String, Vec<String>>) -> Self {
        let mut words = HashMap::new();
        for (to, from) in lists {
            for word in from {
                words.insert(word, to.clone());
            }
        }
        let lengths = Lengths::of(words.keys());
        Self { words, lengths }
    }

    fn get(&self, word: &str) -> Option<&str> {
        if !self.lengths.may_have(word) {
            return None;
        }
        self.words.get(word).map(String::as_str)
    }
}

/// A list of words, by first byte.
struct Words {
    words: Vec<Vec<String>>,
    lengths: Lengths,
}

impl Words {
    fn new(list: HashSet<String>) -> Self {
        let lengths = Lengths::of(list.iter());
        let mut words = vec![Vec::new(); 256];
        for word in list {
            if let Some(first) = word.bytes().next() {
                words[usize::from(first)].push(word);
            }
        }
        Self { words, lengths }
    }

    fn contains(&self, word: &str) -> bool {
        self.lengths.may_have(word)
            && self.words[usize::from(word.as_bytes()[0])]
                .iter()
                .any(|known| known == word)
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("words.toml")).expect("words.toml is part of the program and parses");
    Lexicon {
        slang: Spellings::new(file.slang),
        numbers: Spellings::new(file.numbers),
        introduces: Words::new(file.joins.introduces),
        units: Words::new(file.joins.units),
        before: Words::new(file.joins.before),
        after: Words::new(file.joins.after),
        abbreviations: Words::new(file.joins.abbreviations),
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
    LEXICON.introduces.contains(word)
}

/// Whether a joined-up hashtag part ends with a word that introduces a number.
pub fn ends_introducing(word: &str) -> bool {
    (4..=word.len().min(10)).any(|n| word.get(word.len() - n..).is_some_and(introduces_number))
}

/// Whether this is a unit written against its number.
pub fn is_unit(word: &str) -> bool {
    LEXICON.units.contains(word)
}

/// Whether a number after this word addresses or counts something else than a candidate.
pub fn binds_next(word: &str) -> bool {
    LEXICON.before.contains(word)
}

/// Whether a number before this word counts it.
pub fn binds_previous(word: &str) -> bool {
    LEXICON.after.contains(word)
}

/// Whether a full stop after this word ends no sentence.
pub fn is_abbreviation(word: &str) -> bool {
    LEXICON.abbreviations.contains(word)
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
