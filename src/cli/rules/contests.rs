//! The contests that `--contest` names.
//!
//! Does: say of every unknown id which known one is near. Does not: read rules.

use super::load;
use crate::rules::{RuleSet, sample_contest};

/// Known ids listed to whom none of them is near.
const LISTED: usize = 20;

/// The set with only these contests (none named: all); the made-up one is called `contoh`.
pub fn chosen(set: RuleSet, wanted: &[String]) -> anyhow::Result<RuleSet> {
    let sample = sample_contest().id;
    let known: Vec<&str> = set.contests.iter().map(|contest| contest.id.as_str()).collect();
    let all: Vec<&str> = known.iter().copied().chain([sample.as_str()]).collect();
    load::all_known("contest", wanted, &all, || format!("; there are: {}", listed(&known)))?;
    if wanted.is_empty() {
        return Ok(set);
    }
    let made_up = (wanted.contains(&sample) && !known.contains(&sample.as_str())).then(sample_contest);
    let contests = set.contests.iter().filter(|contest| wanted.contains(&contest.id));
    let chosen = contests.cloned().chain(made_up).collect();
    Ok(set.with_contests(chosen))
}

fn listed(known: &[&str]) -> String {
    let hidden = known.len().saturating_sub(LISTED);
    let more = if hidden > 0 {
        format!(" and {hidden} more")
    } else {
        String::new()
    };
    known[..known.len() - hidden].join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::check;

    #[test]
    fn every_unknown_contest_is_told_with_what_is_near() {
        let set = || check(&[]).set.expect("no fault").with_contests(vec![sample_contest()]);
        let wanted = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let told = chosen(set(), &wanted(&["conto", "contoh", "kendari"]))
            .expect_err("two unknown")
            .to_string();
        assert_eq!(
            told,
            "there is no contest `conto`; did you mean `contoh`?\nthere is no contest `kendari`; there are: contoh"
        );
        assert_eq!(chosen(set(), &wanted(&["contoh"])).expect("known").contests.len(), 1);
        let many: Vec<String> = (0..25).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(listed(&many).ends_with(", 19 and 5 more"), "{}", listed(&many));
    }
}
