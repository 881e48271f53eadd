//! Where and when a rule is in force: the region of the person or, where it is not known, of the contests tried.

use std::sync::Arc;

use super::world::*;
use crate::matcher::{Matcher, Missing, Scope, Scratch, Text};
use crate::model::{Category, Outcome, Verdict};
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
fn a_hit_about_no_candidate_is_of_a_contest_only_if_no_other_could_be_meant() {
    let mut two = set(vec![Rule {
        phases: vec![crate::model::Phase::Kampanye],
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
