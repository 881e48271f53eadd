//! Ordinary words and common first names: what a candidate may be called without anyone meaning the candidate. Written for this
//! project from general knowledge of the languages and from the names on ballots; data, so that nobody's name is special-cased in
//! code.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How familiar a word is apart from elections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Familiar {
    /// A word of the dictionary, of slang, of prayer, of the neighbour's language.
    pub ordinary: bool,
    /// A first or family name that many people bear.
    pub name: bool,
}

static WORDS: LazyLock<HashMap<&'static str, Familiar>> = LazyLock::new(|| {
    let mut words: HashMap<&str, Familiar> = HashMap::new();
    for word in listed(include_str!("ordinary.txt")) {
        words.entry(word).or_default().ordinary = true;
    }
    for name in listed(include_str!("names.txt")) {
        words.entry(name).or_default().name = true;
    }
    words
});

/// How familiar a term is; `None` for terms of several words and for words that are in no list.
pub fn familiar(term: &str) -> Option<Familiar> {
    let words = plain_words(term);
    let [word] = words.as_slice() else { return None };
    WORDS.get(word.as_str()).copied()
}

/// Whether a folded word is a name that many people bear, and no word of a language besides.
pub fn is_only_name(word: &str) -> bool {
    WORDS
        .get(word)
        .is_some_and(|familiar| familiar.name && !familiar.ordinary)
}

/// Every word that is familiar.
pub fn familiar_words() -> impl Iterator<Item = &'static str> {
    WORDS.keys().copied()
}

/// The words of a term, small letters, without punctuation: for comparing terms with each other, not for matching posts.
pub(super) fn plain_words(term: &str) -> Vec<String> {
    term.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'))
        .map(|word| {
            word.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn listed(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
}
