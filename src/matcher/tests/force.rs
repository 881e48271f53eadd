//! Where and when a rule is in force: the region of the person or, where it is not known, of the contests tried.

use std::sync::Arc;

use super::world::*;
use crate::matcher::{Matcher, Missing, Scope, Scratch, Text, When};
use crate::model::{Category, Outcome, Phase, Verdict};
use crate::rules::{Expr, Rule, RuleSet};

fn of_regions(condition: Expr, regions: &[&str]) -> Rule {
    Rule {
        regions: regions.iter().map(|&code| code.to_owned()).collect(),
        ..rule("D1", Category::Ajakan, condition)
    }
}

fn judged(set: &RuleSet, text: &str, region: Option<&str>) -> Verdict {
    let scope = Scope { region, ..CAMPAIGN };
    Matcher::new(Arc::new(set.clone())).judge(&Text::plain(text), &scope, &mut Scratch::default())
}

#[test]
fn regions_hold_for_rules_with_a_candidate_and_without() {
    for (condition, text) in [
        (term("gaspol"), "gaspol"),
        (near(vec![term("gaspol"), CALON], 3), "gaspol nomor 2"),
    ] {
        for (regions, in_force) in [
            (&["7471"][..], true),
            (&["74"], true),
            (&["00"], true),
            (&["18"], false),
        ] {
            let set = set(vec![of_regions(condition.clone(), regions)]);
            let wanted = if in_force { Outcome::Flag } else { Outcome::Clear };
            assert_eq!(
                judged(&set, text, None).outcome,
                wanted,
                "{text} {regions:?}, by the contest"
            );
            assert_eq!(
                judged(&set, text, Some("7471")).outcome,
                wanted,
                "{text} {regions:?}, by the person"
            );
        }
    }
}

#[test]
fn a_rule_that_is_elsewhere_says_so() {
    let matcher = Matcher::new(Arc::new(set(vec![of_regions(
        near(vec![term("gaspol"), CALON], 3),
        &["18"],
    )])));
    let explained = matcher.explain(&Text::plain("gaspol nomor 2"), &CAMPAIGN);
    assert_eq!(explained.rules[0].missing, [Missing::Region]);
}

#[test]
fn the_reason_is_that_of_the_candidates_own_contest() {
    let regional = Rule {
        phases: vec![Phase::Kampanye],
        ..of_regions(near(vec![term("gaspol"), CALON], 3), &["18"])
    };
    let mut two = set(vec![regional]);
    let mut quiet = two.contests[0].clone();
    quiet.id = "uji-lain".to_owned();
    quiet.region = "1811".to_owned();
    quiet.phases.first_day = [(Phase::Tenang, jiff::civil::date(2024, 9, 25))].into();
    two.contests.push(quiet);
    let matcher = Matcher::new(Arc::new(two));
    let scope = Scope {
        at: When::Day(jiff::civil::date(2024, 10, 1)),
        ..CAMPAIGN
    };
    // The candidate's own contest is elsewhere, whatever the other one is.
    let named = matcher.explain(&Text::plain("gaspol nomor 2"), &scope);
    assert_eq!(named.rules[0].missing, [Missing::Region]);
}

#[test]
fn a_hit_about_no_candidate_is_of_a_contest_only_if_no_other_could_be_meant() {
    let mut two = set(vec![Rule {
        phases: vec![Phase::Kampanye],
        ..rule("D1", Category::Ajakan, term("gaspol"))
    }]);
    let contest = |verdict: &Verdict| verdict.hits[0].contest.clone();
    assert_eq!(contest(&judged(&two, "gaspol", None)).as_deref(), Some("uji"));
    let mut other = two.contests[0].clone();
    other.id = "uji-lain".to_owned();
    other.region = "1811".to_owned();
    two.contests.push(other);
    assert_eq!(contest(&judged(&two, "gaspol", None)), None, "either");
    assert_eq!(
        contest(&judged(&two, "gaspol", Some("7471"))).as_deref(),
        Some("uji"),
        "the person's"
    );
}
