//! Whether what a candidate is called is said of other things too.
//!
//! Does: ask the lists of ordinary words and common names, how often a word stands in everyday texts, and what a place is called.
//! Does not: know any post.
//! Invariant: the answer follows from the words and the contest's own name alone.

use super::{is_address, lower};
use crate::model::Contest;
use crate::rules::frequency::in_ten_thousand;
use crate::rules::ordinary::{familiar, plain_words};
use crate::rules::set::Capitals;
use crate::text::lexicon;

/// A word of the dictionary, whether people are called so or not.
pub(super) fn is_word(term: &str) -> bool {
    familiar(term).is_some_and(|f| f.ordinary)
}

/// A word of the dictionary that nobody is called by.
pub(super) fn is_said(term: &str) -> bool {
    familiar(term).is_some_and(|f| f.ordinary && !f.name)
}

/// A word too familiar or too short to mean this candidate alone, or a number in some language ("Sada").
pub(super) fn is_weak(term: &str) -> bool {
    familiar(term).is_some()
        || lexicon::number(&lower(term)).is_some()
        || (term.chars().count() <= 3 && term.chars().all(char::is_alphanumeric))
}

/// Whether a word is written in capitals alone.
pub(super) fn is_capitals(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(char::is_uppercase)
}

/// What a name takes where a post writes it in capitals: nothing if it is no word otherwise ("AJP"), a word of campaigns beside it if
/// it is one ("AMIN", "SKI").
pub(super) fn in_capitals(term: &str) -> Capitals {
    if !is_capitals(term) {
        return Capitals::Same;
    }
    let word = familiar(term).is_some() || lexicon::number(&lower(term)).is_some();
    if word { Capitals::Beside } else { Capitals::Nothing }
}

/// What posts about elections are made of.
const OF_ELECTIONS: [&str; 36] = [
    "bawaslu",
    "bupati",
    "calon",
    "coblos",
    "gambar",
    "gubernur",
    "jagoan",
    "kalah",
    "kampanye",
    "kandidat",
    "kertas",
    "kpu",
    "lanjut",
    "lanjutkan",
    "menang",
    "netral",
    "nomor",
    "partai",
    "pasangan",
    "paslon",
    "pemilu",
    "pemimpin",
    "petahana",
    "pilih",
    "pilihan",
    "pilkada",
    "presiden",
    "putaran",
    "sah",
    "suara",
    "tps",
    "urut",
    "wabup",
    "wakil",
    "wali",
    "walikota",
];

/// Whether a word stands in so many everyday texts, or texts about elections, that an election nearby does not make an acronym of
/// it: "ayo kita pilih", "bisa dipilih". Such an acronym means its pair only in a hashtag with the year.
pub fn is_frequent(term: &str) -> bool {
    in_ten_thousand(term).is_some() || OF_ELECTIONS.contains(&lower(term).as_str())
}

/// Whether a slogan is one word that is also something else, which an election nearby does not make anybody's: "pilih pemimpin yang
/// amanah".
pub fn is_motto(slogan: &str) -> bool {
    plain_words(slogan).len() == 1 && (is_weak(slogan) || is_frequent(slogan))
}

/// Whether what a pair calls itself is said of other things too: "oke gas", "Kota Kita Bersih" with the place's own name, "A-Bang".
/// Five words and more in just this order are said of nothing else, and a word in it that is only a name makes it one.
pub(super) fn everyday(called: &str, contest: &Contest) -> bool {
    let (words, place) = (plain_words(called), plain_words(&contest.name));
    if let [word] = words.as_slice() {
        return is_said(word) || place.contains(word);
    }
    let said = |word: &String| {
        let ordinary = is_word(word) || is_frequent(word) || is_address(word);
        ordinary || place.contains(word) || lexicon::number(word).is_some() || word.chars().count() < 2
    };
    let joined = words.concat();
    words.len() < 5 && words.iter().all(said) || is_said(&joined) || is_frequent(&joined) || is_address(&joined)
}
