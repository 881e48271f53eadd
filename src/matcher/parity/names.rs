//! Names that the proof puts in each other's place.
//!
//! Does: say which names of a candidate are this one's alone, and which are enough alone. Does not: judge.
//! Invariant: what several candidates are called stands for none of them.

use std::collections::{BTreeMap, BTreeSet};

use super::ways::tokens;
use crate::model::{Candidate, Contest};
use crate::rules::{CandidateWords, Variant, expand};

/// The origin of a whole name.
pub(super) const WHOLE: &str = "nama lengkap";

/// Every single word that a candidate of the contest may be called by. A text that holds one by itself ("kampanye akbar", "swara"
/// for *suara*) speaks of that candidate, whoever is put into it.
pub(super) fn names_of_one_word(contest: &Contest) -> BTreeSet<String> {
    let variants = expand(contest).into_iter().flatten();
    let names = variants.filter(|v| v.class == CandidateWords::Nama);
    names.map(|v| v.text).filter(|name| tokens(name).len() == 1).collect()
}

/// Every word of the candidates' names.
pub(super) fn words_of_names(contest: &Contest) -> BTreeSet<String> {
    let sides = contest.candidates.iter().flat_map(Candidate::sides);
    let names = sides.flat_map(|side| std::iter::once(&side.name).chain(&side.aliases));
    names
        .flat_map(|name| tokens(name))
        .map(|(_, word)| word.to_lowercase())
        .collect()
}

/// What more than one candidate of the contest is called ("Nyoman dan Gede"): it names them all, so putting one in the place of
/// another changes who is meant besides.
pub(super) fn shared_names(all: &[Vec<Variant>]) -> BTreeSet<&str> {
    let (mut once, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for own in all {
        let names = own.iter().filter(|v| v.class == CandidateWords::Nama);
        let names: BTreeSet<&str> = names.map(|v| v.text.as_str()).collect();
        shared.extend(names.into_iter().filter(|name| !once.insert(*name)));
    }
    shared
}

/// Names of this candidate alone that are enough alone, by the template they come from; of many, the first few.
pub(super) fn strong_names(own: &[Variant], shared: &BTreeSet<&str>) -> BTreeMap<&'static str, Vec<String>> {
    const EACH: usize = 4;
    let mut names: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for variant in own {
        if variant.class == CandidateWords::Nama && !variant.weak && !shared.contains(variant.text.as_str()) {
            // The empty column has one name, and it stands against a whole name.
            let origin = if variant.origin == "kolom kosong" {
                WHOLE
            } else {
                variant.origin
            };
            let of = names.entry(origin).or_default();
            if of.len() < EACH {
                of.push(variant.text.clone());
            }
        }
    }
    names
}

/// Whether the name as the ballot has it, titles aside, is enough alone.
pub(super) fn named_whole(own: &[Variant], name: &str) -> bool {
    let words = |name: &str| -> Vec<String> { tokens(name).iter().map(|(_, word)| word.to_lowercase()).collect() };
    let name = words(name);
    let strong = |v: &Variant| v.class == CandidateWords::Nama && !v.weak && v.origin == WHOLE;
    own.iter().any(|v| strong(v) && name.ends_with(&words(&v.text)))
}

/// Whether a name of several words, or words written together, holds a word that the rules look for.
pub(super) fn holds_a_word(value: &str, held: &BTreeSet<String>) -> bool {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut low = false;
    for c in value.chars() {
        if !c.is_alphanumeric() || low && c.is_uppercase() {
            words.push(std::mem::take(&mut word));
        }
        low = c.is_lowercase();
        word.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
    }
    words.push(word);
    words.retain(|w| !w.is_empty());
    words.len() > 1 && words.iter().any(|w| held.contains(w))
}
