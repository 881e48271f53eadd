//! What more than one candidate of a contest is called: it names none of them alone.
//!
//! Does: find such names among the facts of a contest and among all that was made of them. Does not: make names.
//! Invariant: of two who share a name neither keeps it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::spelling::{respelled, spellings};
use super::{Variant, lower, name_words, parts};
use crate::model::{CandidateSide, Contest};
use crate::rules::ordinary::familiar;
use crate::rules::set::{CandidateWords, Capitals};

/// What more than one candidate of a contest is called, and by which spellings.
pub(super) struct Shared {
    pub(super) called: BTreeSet<String>,
    pub(super) spelled: BTreeSet<String>,
}

impl Shared {
    pub(super) fn of(contest: &Contest) -> Self {
        Self {
            called: shared(contest).into_keys().collect(),
            spelled: borne_twice(contest, spellings).into_keys().collect(),
        }
    }
}

/// What names two candidates names neither of them alone, however it came about: two of one name, or one's alias that is the other's
/// deputy.
pub(super) fn weaken_shared(all: &mut [Vec<Variant>]) {
    let personal = |v: &&mut Variant| v.class != CandidateWords::Partai;
    let mut bearers: HashMap<(CandidateWords, String), usize> = HashMap::new();
    for variant in all.iter().flatten() {
        *bearers.entry((variant.class, variant.text.to_lowercase())).or_default() += 1;
    }
    for variant in all.iter_mut().flatten().filter(personal) {
        if bearers[&(variant.class, variant.text.to_lowercase())] > 1 {
            variant.weak = true;
            variant.capitals = Capitals::Same;
        }
    }
}

/// Names that more than one candidate of the contest bears and that are not familiar anyway, with the first two bearers.
pub(in crate::rules) fn shared_names(contest: &Contest) -> Vec<(String, usize, usize)> {
    shared(contest)
        .into_iter()
        .filter(|(name, _)| familiar(name).is_none())
        .map(|(name, (first, second))| (name, first, second))
        .collect()
}

fn shared(contest: &Contest) -> BTreeMap<String, (usize, usize)> {
    borne_twice(contest, |side| vec![side.clone()])
}

/// What more than one candidate is called by the ways each side is spelled, with the first two of them.
fn borne_twice(
    contest: &Contest,
    spellings: impl Fn(&CandidateSide) -> Vec<CandidateSide>,
) -> BTreeMap<String, (usize, usize)> {
    let mut bearers: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, candidate) in contest.candidates.iter().enumerate().filter(|(_, c)| !c.empty_box) {
        for side in candidate.sides() {
            for side in spellings(side) {
                let parts = parts(&side.name).into_iter().chain(respelled(&side));
                let full = name_words(&side.name).join(" ");
                for part in parts.chain([full]).chain(side.aliases.iter().map(|a| lower(a))) {
                    bearers.entry(part).or_default().insert(index);
                }
            }
        }
        let declared = [&candidate.acronyms, &candidate.slogans, &candidate.hashtags];
        for called in declared.into_iter().flatten() {
            bearers.entry(lower(called)).or_default().insert(index);
        }
    }
    bearers
        .into_iter()
        .filter_map(|(name, who)| {
            let mut who = who.into_iter();
            Some((name, (who.next()?, who.next()?)))
        })
        .collect()
}
