//! Which words of candidates' names and numbers are read only as they stand.
//!
//! Does: find names that a clitic makes into another word: "Abdullah" is nobody's "Abdul-lah", "Juliana" no "Julia-na"; give the
//! clitics that such a name still takes. Does not: know posts.
//! Invariant: a name that is itself a candidate's, a common one or an ordinary word is never read as another name with a clitic.

use std::collections::{HashMap, HashSet};

use super::compile::{Bend, Word};
use super::forms;
use crate::rules::{CandidateWords, RuleSet, familiar_words};
use crate::text::fold::{Kind, fold};

/// What people put behind a name.
const CLITICS: [&str; 6] = ["lah", "kah", "nya", "ku", "mu", "pun"];

/// Words of names that do not bend, and with which clitics they are other words.
#[derive(Debug, Default)]
pub(super) struct Bends {
    fixed: HashMap<String, HashSet<String>>,
}

impl Bends {
    pub(super) fn new(set: &RuleSet) -> Self {
        let mut names: HashSet<&str> = HashSet::new();
        for term in set.candidate_terms.iter().filter(|t| t.class == CandidateWords::Nama) {
            names.extend(term.text.split([' ', '-', '/']));
        }
        let mut fixed: HashMap<String, HashSet<String>> = HashMap::new();
        let mut others: Vec<&str> = familiar_words().collect();
        others.extend(&names);
        for other in others {
            let folded = fold(other);
            let [token] = &folded.tokens[..] else { continue };
            forms::with(folded.form(token), Kind::Word, |_| true, &mut |stem, bend| {
                if bend == Bend::Clitic && names.contains(stem) {
                    let others = fixed.entry(stem.to_owned()).or_default();
                    others.insert(folded.form(token).to_owned());
                }
            });
        }
        Self { fixed }
    }

    /// The name that a form is with a clitic behind it, of those that are not read so whatever the clitic.
    pub(super) fn name_in<'f>(&self, form: &'f str) -> Option<&'f str> {
        let mut names = CLITICS.iter().filter_map(|clitic| form.strip_suffix(clitic));
        names.find(|name| self.fixed.get(*name).is_some_and(|others| !others.contains(form)))
    }

    /// A name's words as they may stand in a post; most names are left as they are.
    pub(super) fn ways(&self, mut words: Vec<Word>) -> Vec<Vec<Word>> {
        for word in words.iter_mut().filter(|word| self.fixed.contains_key(&word.form)) {
            word.bend = Bend::Exact;
        }
        let mut ways = Vec::new();
        let last = words.last().and_then(|last| Some((last, self.fixed.get(&last.form)?)));
        if let Some((last, others)) = last {
            for form in CLITICS.map(|clitic| format!("{}{clitic}", last.form)) {
                if !others.contains(&form) {
                    let mut way = words.clone();
                    way.pop();
                    way.push(Word {
                        form,
                        bend: Bend::Exact,
                    });
                    ways.push(way);
                }
            }
        }
        ways.push(words);
        ways
    }
}

/// Whether a form may be a name with a clitic behind it.
pub(super) fn may_bend(form: &str) -> bool {
    CLITICS.iter().any(|clitic| form.ends_with(clitic))
}

/// Of the words of a ballot number, none of which bends so far, lets the number bend: "nomor duami", "nomor tigalah". What stands
/// before it does not ("calonnya dua" are two candidates), nor does a Roman numeral ("nomor iku" is no "nomor i").
pub(super) fn number(words: &mut [Word]) {
    let Some(last) = words.last_mut() else { return };
    if !last.form.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')) {
        last.bend = Bend::Clitic;
    }
}
