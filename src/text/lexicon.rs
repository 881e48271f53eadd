//! The word list of spellings, number words and the neighbours of numbers, read once from `words.toml`.
//!
//! Does: answer "how is this spelled properly", "which number is this word". Does not: judge. Invariant: the file is part of
//! the program and a test parses it, so reading it cannot fail in the field.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::beginnings::Beginnings;

/// Shorter spellings are found in too many words: "dinda" is no "tidak" with "di".
const SPELLED_STEM: usize = 4;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    slang: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, Vec<String>>,
    joins: Joins,
    turns: HashMap<String, Vec<String>>,
    openers: HashMap<String, Vec<String>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Joins {
    introduces: HashSet<String>,
    numbered: HashSet<String>,
    whole: HashSet<String>,
    acts: HashSet<String>,
    counted: HashSet<String>,
    doubled: HashSet<String>,
    after_i: HashSet<String>,
    units: HashSet<String>,
    before: HashSet<String>,
    after: HashSet<String>,
    abbreviations: HashSet<String>,
    says: HashSet<String>,
    awaits: HashSet<String>,
    own: HashSet<String>,
}

struct Lexicon {
    slang: Spellings,
    /// How those of these spellings begin that a stem may have.
    spelled_begins: Beginnings,
    numbers: Spellings,
    introduces: Words,
    numbered: Words,
    whole: Words,
    acts: Words,
    counted: Words,
    doubled: Words,
    after_i: Words,
    units: Words,
    before: Words,
    after: Words,
    abbreviations: Words,
    says: Words,
    awaits: Words,
    own: Words,
    turns: Pairs,
    openers: Pairs,
}

/// Words, and those one of which must follow; none need where the list is empty.
type Pairs = HashMap<String, Vec<String>, FixedState>;

/// Which shapes the words of a list have: first and last letter and length. Nearly every word asked for is in no list, so the
/// answer to most is one look at these bits.
struct Shapes([u64; SHAPES / 64]);

/// Shapes that are told apart; a power of two.
const SHAPES: usize = 1 << 12;

impl Shapes {
    fn of<'w>(words: impl Iterator<Item = &'w String>) -> Self {
        let mut shapes = [0; SHAPES / 64];
        for shape in words.filter_map(|word| shape(word.as_bytes())) {
            shapes[shape / 64] |= 1 << (shape % 64);
        }
        Self(shapes)
    }

    fn may_have(&self, word: &str) -> bool {
        shape(word.as_bytes()).is_some_and(|shape| self.0[shape / 64] & (1 << (shape % 64)) != 0)
    }
}

/// First and last letter and length in one number.
fn shape(word: &[u8]) -> Option<usize> {
    let (first, last) = (usize::from(*word.first()?), usize::from(*word.last()?));
    Some((first ^ last << 4 ^ word.len() << 8 ^ last >> 2) & (SHAPES - 1))
}

/// Spellings and what they stand for.
struct Spellings {
    words: HashMap<String, String, FixedState>,
    shapes: Shapes,
}

impl Spellings {
    fn new(lists: BTreeMap<String, Vec<String>>) -> Self {
        let spelled = |(to, from): (String, Vec<String>)| from.into_iter().map(move |word| (word, to.clone()));
        let words: HashMap<_, _, _> = lists.into_iter().flat_map(spelled).collect();
        let shapes = Shapes::of(words.keys());
        Self { words, shapes }
    }

    fn get(&self, word: &str) -> Option<&str> {
        if !self.shapes.may_have(word) {
            return None;
        }
        self.words.get(word).map(String::as_str)
    }
}

/// A list of words.
struct Words {
    words: HashSet<String, FixedState>,
    shapes: Shapes,
}

impl Words {
    fn new(list: HashSet<String>) -> Self {
        let shapes = Shapes::of(list.iter());
        Self {
            words: list.into_iter().collect(),
            shapes,
        }
    }

    fn contains(&self, word: &str) -> bool {
        self.shapes.may_have(word) && self.words.contains(word)
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("words.toml")).expect("words.toml is part of the program and parses");
    let mut spelled_begins = Beginnings::default();
    let slang = file.slang.values().flatten().filter(|word| word.len() >= SPELLED_STEM);
    for word in slang.chain(file.numbers.values().flatten()) {
        spelled_begins.add(word.as_bytes());
    }
    Lexicon {
        spelled_begins,
        slang: Spellings::new(file.slang),
        numbers: Spellings::new(file.numbers),
        introduces: Words::new(file.joins.introduces),
        numbered: Words::new(file.joins.numbered),
        whole: Words::new(file.joins.whole),
        acts: Words::new(file.joins.acts),
        counted: Words::new(file.joins.counted),
        doubled: Words::new(file.joins.doubled),
        after_i: Words::new(file.joins.after_i),
        units: Words::new(file.joins.units),
        before: Words::new(file.joins.before),
        after: Words::new(file.joins.after),
        abbreviations: Words::new(file.joins.abbreviations),
        says: Words::new(file.joins.says),
        awaits: Words::new(file.joins.awaits),
        own: Words::new(file.joins.own),
        turns: file.turns.into_iter().collect(),
        openers: file.openers.into_iter().collect(),
    }
});

/// The common spelling of a slang spelling.
pub fn slang(word: &str) -> Option<&'static str> {
    LEXICON.slang.get(word)
}

/// What a stem, found by taking affixes off, is a slang spelling of.
pub fn slang_stem(stem: &str) -> Option<&'static str> {
    slang(stem).filter(|_| stem.len() >= SPELLED_STEM)
}

/// Whether any stem that [`slang_stem`] or [`number`] knows may begin so.
pub fn may_begin_spelled(letters: [u8; 4]) -> bool {
    LEXICON.spelled_begins.may_begin(letters)
}

/// The digits of a number word.
pub fn number(word: &str) -> Option<&'static str> {
    LEXICON.numbers.get(word)
}

/// Whether digits written against this word stay a number.
pub fn introduces_number(word: &str) -> bool {
    LEXICON.introduces.contains(word)
}

/// Whether a 2 written against this word doubles it, though it introduces numbers.
pub fn is_doubled(word: &str) -> bool {
    LEXICON.doubled.contains(word)
}

/// Whether an "I" before this word is part of a person's name.
pub fn follows_i(word: &str) -> bool {
    LEXICON.after_i.contains(word)
}

/// Whether a joined-up hashtag part ends with a word that introduces a number.
pub fn ends_introducing(word: &str) -> bool {
    ends_with(word, introduces_number)
}

/// Whether a joined-up word ends with one that nothing but a number follows.
pub fn ends_numbered(word: &str) -> bool {
    ends_with(word, |end| LEXICON.numbered.contains(end))
}

fn ends_with(word: &str, is: impl Fn(&str) -> bool) -> bool {
    (4..=word.len().min(10)).any(|n| word.get(word.len() - n..).is_some_and(&is))
}

/// Whether this is a word of its own, from which nothing is taken off.
pub fn is_whole(word: &str) -> bool {
    LEXICON.whole.contains(word)
}

/// Whether a ballot number of one word before this word counts it.
pub fn counts_votes(word: &str) -> bool {
    LEXICON.counted.contains(word)
}

/// Whether what this word names is numbered: laws, decrees, letters.
pub fn names_act(word: &str) -> bool {
    LEXICON.acts.contains(word)
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

/// Whether a sentence turns with these two words: what follows is meant in spite of what comes before.
pub fn turns(word: &str, next: &str) -> bool {
    has_pair(&LEXICON.turns, word, next)
}

/// Whether a sentence only goes on although it seems to turn: "tidak hanya … tetapi juga", "bukan cuma", "TP PKK".
pub fn goes_on(previous: &str, word: &str, next: &str) -> bool {
    next == "juga" || word == "tp" && next == "pkk" || matches!(previous, "tidak" | "bukan" | "jangan")
}

/// If a call or a confession of one's own may begin with this word, the words one of which must follow; none need where the list is
/// empty. All of them are known by their common spelling alone.
pub fn opens_call(word: &str) -> Option<&'static [String]> {
    LEXICON.openers.get(word).map(Vec::as_slice)
}

/// Whether what follows this word is what somebody says or is said to have written.
pub fn says(word: &str) -> bool {
    LEXICON.says.contains(word)
}

/// Whether this is a word in which the writer speaks, as no headline does.
pub fn is_own(word: &str) -> bool {
    LEXICON.own.contains(word)
}

/// Whether this word is incomplete without whom or what.
pub fn awaits_object(word: &str) -> bool {
    LEXICON.awaits.contains(word)
}

fn has_pair(pairs: &Pairs, word: &str, next: &str) -> bool {
    let after = pairs.get(word);
    after.is_some_and(|after| after.is_empty() || after.iter().any(|word| word == next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_list_parses_and_no_spelling_has_two_meanings() {
        assert_eq!(slang("jgn"), Some("jangan"));
        assert_eq!(number("loro"), Some("2"));
        let file: File = toml::from_str(include_str!("words.toml")).unwrap();
        let openers = file.openers.iter().flat_map(|(word, after)| after.iter().chain([word]));
        for word in openers {
            assert_eq!(
                slang(word),
                None,
                "`{word}` opens no call: it is read as its common spelling"
            );
        }
        for map in [file.slang, file.numbers] {
            let mut seen = HashSet::new();
            for from in map.values().flatten() {
                assert!(seen.insert(from.clone()), "`{from}` is listed twice");
                assert!(!map.contains_key(from), "`{from}` is both a spelling and a word");
            }
        }
    }
}
