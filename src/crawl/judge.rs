//! Posts of one page into what is kept of them. Pure and slow: runs on a blocking thread.
//!
//! Invariant: what is not flagged, and no case already, leaves nothing here but counters.

use std::collections::{BTreeMap, HashMap};

use super::poll::Received;
use crate::evidence::capture::{self, capture};
use crate::matcher::{Matcher, Scope, Text, When};
use crate::model::{Level, Millis, Outcome, Phase, Post, Verdict};
use crate::rules::Status;
use crate::store::{Finding, Known, Mac, Seen, Tally};

/// What is made of a page.
#[derive(Default)]
pub(super) struct Judged {
    pub findings: Vec<Finding>,
    pub tallies: Vec<Tally>,
    /// Posts that were new or changed.
    pub fresh: u32,
    pub flagged: u32,
    pub noted: u32,
}

/// Under what circumstances.
pub(super) struct Circumstances<'a> {
    pub matcher: &'a Matcher,
    /// Contests that are in a phase now and concern the person, as indices into the set.
    pub contests: &'a [usize],
    pub region: Option<&'a str>,
    pub now: Millis,
}

/// Judges every post that is new or changed. `posts` and `seen` run side by side.
pub(super) fn judge(
    about: &Circumstances<'_>,
    received: &Received,
    posts: Vec<Post>,
    seen: &[Seen],
    known: &HashMap<Mac, Known>,
) -> Judged {
    let mut judged = Judged::default();
    let mut tallies = BTreeMap::new();
    let mut scratch = about.matcher.lend();
    for (post, seen) in posts.into_iter().zip(seen) {
        let known = known.get(&seen.key);
        if known.is_some_and(|known| known.content == seen.content) {
            continue;
        }
        judged.fresh += 1;
        // The words as they stand were published when they were last edited.
        let at = post.edited_at.or(post.published_at).unwrap_or(about.now);
        let verdict = about.matcher.judge(
            &Text {
                text: &post.text,
                foreign: &post.foreign,
                kind: post.kind,
            },
            &Scope {
                at: When::Instant(at),
                region: about.region,
                contests: Some(about.contests),
            },
            &mut scratch,
        );
        count(&verdict, about.matcher, &mut tallies);
        judged.flagged += u32::from(verdict.outcome == Outcome::Flag);
        judged.noted += u32::from(verdict.outcome == Outcome::Note);
        let is_case = known.is_some_and(|known| known.case.is_some());
        if verdict.outcome == Outcome::Flag || is_case {
            let (contest, phase) = contest_of(about, &verdict, at);
            judged.findings.push(Finding {
                mac: seen.key,
                capture: capture(&received.evidence(), &post.raw),
                contest,
                phase,
                ruleset: about.matcher.set().hash.clone(),
                post,
                verdict,
            });
        }
    }
    judged.tallies = tallies
        .into_iter()
        .map(|((rule, version, outcome), count)| Tally {
            rule,
            version,
            outcome: outcome.to_owned(),
            count,
        })
        .collect();
    judged
}

/// The contest of the gravest hit, else the only one there is; and its phase then.
fn contest_of(about: &Circumstances<'_>, verdict: &Verdict, at: Millis) -> (Option<String>, Option<Phase>) {
    let contests = &about.matcher.set().contests;
    let named = verdict
        .hits
        .iter()
        .filter(|hit| !hit.shadow)
        .find_map(|hit| hit.contest.as_deref());
    let contest = match (named, about.contests) {
        (Some(id), _) => contests.iter().find(|contest| contest.id == id),
        (None, [only]) => contests.get(*only),
        (None, _) => None,
    };
    (
        contest.map(|contest| contest.id.clone()),
        contest.and_then(|contest| contest.phase_at(at)),
    )
}

type Tallies = BTreeMap<(String, String, &'static str), u32>;

fn count(verdict: &Verdict, matcher: &Matcher, tallies: &mut Tallies) {
    for hit in &verdict.hits {
        let outcome = match (hit.shadow, verdict.outcome) {
            (true, _) => "shadow",
            (false, Outcome::Flag) if hit.level > Level::Rendah => "flag",
            (false, _) => "note",
        };
        *tallies
            .entry((hit.rule.clone(), hit.version.clone(), outcome))
            .or_default() += 1;
    }
    for lowered in &verdict.suppressed {
        // Where two versions run side by side the one in force is meant.
        let mut rules = matcher.set().rules.iter().filter(|rule| rule.id == lowered.rule);
        let first = rules.next();
        let rule = first
            .into_iter()
            .chain(rules)
            .max_by_key(|rule| rule.status == Status::Live);
        let version = rule.map(|rule| rule.version.clone()).unwrap_or_default();
        *tallies
            .entry((lowered.rule.clone(), version, "suppressed"))
            .or_default() += 1;
    }
}

impl Received {
    /// As evidence takes it.
    fn evidence(&self) -> capture::Answer<'_> {
        let decoded = self.decoded.as_ref();
        capture::Answer {
            url: self.answer.url.as_str(),
            status: self.answer.status,
            headers: &self.answer.headers,
            fetched_at: self.at,
            body: &self.answer.body,
            decoded: decoded.map_or(&self.answer.body, |decoded| decoded.text.as_bytes()),
            decoded_from: decoded.map(|decoded| decoded.charset),
        }
    }
}
