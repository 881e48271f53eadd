//! Which contests a proof of parity tries new rules in.

use super::world::*;
use crate::matcher::parity::prove_new;
use crate::model::Category;
use crate::rules::{CandidateTerm, Rule, RuleSet};

/// The contest of the world again, in another region.
fn also_in(mut set: RuleSet, region: &str) -> RuleSet {
    let mut other = set.contests[0].clone();
    other.id = format!("uji-{region}");
    region.clone_into(&mut other.region);
    let contest = set.contests.len();
    set.contests.push(other);
    let first = set.candidate_terms.iter().filter(|term| term.contest == 0);
    let again = first.map(|term| CandidateTerm {
        contest,
        ..term.clone()
    });
    set.candidate_terms.extend(again.collect::<Vec<_>>());
    set
}

#[test]
fn a_rule_for_a_region_is_tried_in_the_contests_that_its_people_vote_in() {
    let tried = |regions: &[&str]| {
        let new = Rule {
            regions: regions.iter().map(|&code| code.to_owned()).collect(),
            ..rule("D1-baru", Category::Ajakan, near(vec![SERU, CALON], 6))
        };
        let files = also_in(also_in(set(vec![new]), "00"), "71");
        prove_new(&set(Vec::new()), &files).of
    };
    assert_eq!(tried(&[]), 3, "a city's, the nation's and another province's");
    assert_eq!(tried(&["7471"]), 2, "the city's and the nation's");
    assert_eq!(tried(&["74"]), 2, "that of the city inside and the nation's");
    assert_eq!(tried(&["7101"]), 2, "the province's and the nation's");
    assert_eq!(tried(&["32"]), 1, "the nation's");
}
