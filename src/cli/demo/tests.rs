//! The region before the real rules: what is neutral stays out, what is not is seen.

use std::sync::Arc;

use super::folder::contest;
use super::packs::PACKS;
use super::region::Region;
use super::script::Expect;
use super::world::tests::world;
use crate::matcher::{Matcher, Scope, Scratch, Text, When};
use crate::model::Outcome;
use crate::rules::{SourceFile, check};

#[test]
fn the_rules_see_the_region_as_the_script_says() {
    let (world, _) = world();
    world.change_all();
    let region = Region::load().expect("the region");
    let mut files: Vec<SourceFile> = PACKS.iter().map(|(name, text)| SourceFile::new(*name, *text)).collect();
    files.push(SourceFile::new(
        "contests/demo.toml",
        contest(&region, world.started()).expect("a contest"),
    ));
    let matcher = Matcher::new(Arc::new(check(&files).set.expect("rules without a fault")));
    let scope = Scope {
        at: When::Instant(world.started()),
        region: Some("9971"),
        contests: None,
    };
    let mut wrong = Vec::new();
    for post in world
        .posts()
        .iter()
        .filter(|post| region.accounts.contains_key(&post.handle))
    {
        let text = post.text.replace(" :: ", "\n\n");
        let verdict = matcher.judge(&Text::plain(&text), &scope, &mut Scratch::default());
        let flagged = verdict.outcome == Outcome::Flag;
        let expected = match post.expect {
            Expect::Flag | Expect::Dropped | Expect::Refused | Expect::Later => true,
            Expect::Clear => false,
        };
        // A share has no words of its own, and a post edited to nothing was flagged for what it said before.
        let other_words = post.share_of.is_some() || (post.expect == Expect::Flag && !post.before.is_empty());
        if flagged != expected && !other_words {
            let rules: Vec<&str> = verdict.hits.iter().map(|hit| hit.rule.as_str()).collect();
            let by: Vec<&str> = verdict.suppressed.iter().map(|lowered| lowered.by.as_str()).collect();
            wrong.push(format!(
                "{text:?} is {:?} by {rules:?}, lowered by {by:?}",
                verdict.outcome
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
