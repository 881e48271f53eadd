//! How people write a name that the ballot spells otherwise: "Boby" for Bobby, "Kofifah" for Khofifah, "Lutfi" for Luthfi.
//!
//! Does: spell a name's words more simply, as posts do; find the words of an alias that are words of the name. Does not: make a
//! name longer or more learned than it is ("Rachmat" of Rahmat), which has no end.
//! Invariant: pure; every candidate's name goes through the same steps.

use std::collections::BTreeSet;

use super::everyday::{is_frequent, is_weak, is_word};
use super::{name_words, parts};
use crate::model::CandidateSide;
use crate::rules::ordinary::familiar;

/// Two letters that are heard as one, and the one. Arabic, Dutch and English ways of writing that posts do not keep to.
const HEARD: [(&str, &str); 13] = [
    ("oe", "u"),
    ("ie", "i"),
    ("dj", "j"),
    ("tj", "c"),
    ("sj", "s"),
    ("sy", "s"),
    ("sh", "s"),
    ("th", "t"),
    ("dh", "d"),
    ("dz", "z"),
    ("bh", "b"),
    ("gh", "g"),
    ("ph", "f"),
];

/// A side as it is spelled, in small letters, then by the simpler spellings that make another name of it: with doubled letters once,
/// with letters heard as one written as one, and "kh" by either of its sounds.
pub(super) fn spellings(side: &CandidateSide) -> Vec<CandidateSide> {
    let ways: [fn(&str) -> String; 4] = [str::to_owned, once, |word| heard(word, "h"), |word| heard(word, "k")];
    let mut out = Vec::new();
    for way in ways {
        let each = |text: &String| {
            text.to_lowercase()
                .split_whitespace()
                .map(way)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let spelled = CandidateSide {
            name: each(&side.name),
            aliases: side.aliases.iter().map(each).collect(),
        };
        if !out.contains(&spelled) {
            out.push(spelled);
        }
    }
    out
}

/// Words of the simpler spellings that are no name's: an ordinary word or a number ("Katta" would be "kata"), or what posts make of an
/// ordinary word ("Minggu" would be "mingu", and so would be every Sunday).
pub(super) fn turned_into_words(side: &CandidateSide) -> BTreeSet<String> {
    let said =
        |word: &str| (is_frequent(word) || is_weak(word)) && familiar(word).is_none_or(|f| f.ordinary || !f.name);
    let spellings = spellings(side);
    let words = |side: &'_ CandidateSide| -> Vec<String> {
        let called = std::iter::once(&side.name).chain(&side.aliases);
        called.flat_map(|text| text.split(' ')).map(str::to_owned).collect()
    };
    let own = spellings.first().map(words).unwrap_or_default();
    let pairs = spellings.iter().skip(1).flat_map(|other| own.iter().zip(words(other)));
    let turned = pairs.filter(|(own, other)| *own != other && (is_word(own) || said(other)));
    turned.map(|(_, other)| other).collect()
}

/// Doubled letters once: "Bobby" → "boby".
fn once(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.dedup_by(|a, b| a == b && a.is_alphabetic());
    letters.into_iter().collect()
}

/// Letters heard as one written as one, with this for "kh": "Khofifah" → "kofifah".
fn heard(word: &str, kh: &str) -> String {
    // What is heard where is of words of some length; "Sy." and "Th." are short for something.
    if word.chars().count() < 4 {
        return once(word);
    }
    let mut word = word.replace("kh", kh).replace('q', "k");
    for (written, sound) in HEARD {
        word = word.replace(written, sound);
    }
    for consonant in ['m', 'n', 't', 'd', 'r', 'l', 'y', 'w', 'z'] {
        // "Achmad", "Rachmat" before a consonant; "Chandra" is another sound.
        word = word.replace(&format!("ch{consonant}"), &format!("h{consonant}"));
    }
    let mut word = once(&word);
    let last_but_one = word.chars().rev().nth(1);
    if word.ends_with('y') && last_but_one.is_some_and(|c| c.is_alphabetic() && !"aeiou".contains(c)) {
        word.pop();
        word.push('i');
    }
    word
}

/// The words of an alias that are words of the name spelled otherwise or cut short: of "Abdul Rasak" beside "Abdul Razak" the second,
/// of "Yudi Mahesa" beside "Yudianto Mahesa Putra" the first.
pub(super) fn respelled(side: &CandidateSide) -> Vec<String> {
    let own = name_words(&side.name);
    let alike = |a: &str, b: &str| {
        let (first, second) = (a.chars().count(), b.chars().count());
        a.chars().next() == b.chars().next() && first.abs_diff(second) < 2 || first > 3 && b.starts_with(a)
    };
    let other = |alias: &String| {
        let words = name_words(alias);
        let (same, new): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| own.contains(word));
        let meant = !same.is_empty() && new.iter().all(|word| own.iter().any(|own| alike(word, own)));
        let new: Vec<&str> = new.into_iter().filter(|_| meant).map(String::as_str).collect();
        parts(&new.join(" "))
    };
    side.aliases.iter().flat_map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn otherwise(name: &str) -> Vec<String> {
        let side = CandidateSide {
            name: name.to_owned(),
            aliases: Vec::new(),
        };
        spellings(&side).into_iter().skip(1).map(|other| other.name).collect()
    }

    #[test]
    fn a_name_is_spelled_as_it_is_heard() {
        assert_eq!(otherwise("Bobby Hutasoit"), ["boby hutasoit", "bobi hutasoit"]);
        assert_eq!(otherwise("Khofifah"), ["hofifah", "kofifah"]);
        assert_eq!(otherwise("Luthfi Dzulkarnain"), ["lutfi zulkarnain"]);
        assert_eq!(otherwise("Achmad Syauqi"), ["ahmad sauki"]);
        assert_eq!(otherwise("Soekarwo"), ["sukarwo"]);
        assert_eq!(otherwise("Andy"), ["andi"]);
        assert_eq!(otherwise("Fakhruddin"), ["fakhrudin", "fahrudin", "fakrudin"]);
    }

    #[test]
    fn a_plain_name_has_one_spelling() {
        for name in ["Budi Santoso", "Chandra", "Raya", "A. Th.", "Ida Bagus Oka"] {
            assert_eq!(otherwise(name), [""; 0], "{name}");
        }
    }
}
