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
    slang: HashMap<String, String>,
    numbers: HashMap<String, String>,
    joins: Joins,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("words.toml")).expect("words.toml is part of the program and parses");
    let turn = |map: BTreeMap<String, Vec<String>>| {
        map.into_iter()
            .flat_map(|(to, from)| from.into_iter().map(move |from| (from, to.clone())))
            .collect()
    };
    Lexicon {
        slang: turn(file.slang),
        numbers: turn(file.numbers),
        joins: file.joins,
    }
});

/// The common spelling of a slang spelling.
pub fn slang(word: &str) -> Option<&'static str> {
    LEXICON.slang.get(word).map(String::as_str)
}

/// The digits of a number word.
pub fn number(word: &str) -> Option<&'static str> {
    LEXICON.numbers.get(word).map(String::as_str)
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
