//! A judgement that still lies where it was made, and its copy to keep.
//!
//! Does: show outcome, hits and what was lowered without copying; make a [`Verdict`] of them. Does not: judge.
//! Invariant: the verdict says what the view says.

use super::judge::By;
use super::{Matcher, Scratch};
use crate::model::{Contest, Hit, Outcome, Phase, Span, Suppressed, Verdict};
use crate::rules::{Rule, RuleSet, Status};

/// What the lowered hit is said to be lowered by when the words are another's.
pub(super) const FOREIGN: &str = "kutipan";

/// The same when they are a headline shared with its link.
pub(super) const HEADLINE: &str = "judul berita dengan tautan";

/// The judgement of one text, before anything is copied: what a scan of millions of posts looks at.
#[derive(Debug, Clone, Copy)]
pub struct Weighed<'a> {
    pub(super) matcher: &'a Matcher,
    pub(super) scratch: &'a Scratch,
}

/// A rule that fired.
#[derive(Debug, Clone, Copy)]
pub struct Fired<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Contest whose candidate or phase made it fire.
    pub contest: Option<&'a Contest>,
    /// Its phase at the moment judged.
    pub phase: Option<Phase>,
    /// Ballot number of the candidate named.
    pub candidate: Option<u32>,
    /// Where in the original text, ascending, without overlaps.
    pub spans: &'a [Span],
}

impl<'a> Weighed<'a> {
    /// What becomes of the text.
    pub fn outcome(&self) -> Outcome {
        self.scratch.bench.outcome.unwrap_or(Outcome::Clear)
    }

    /// Rules that fired, gravest first, then by rule id, contest and candidate.
    pub fn hits(&self) -> impl ExactSizeIterator<Item = Fired<'a>> {
        let (set, compiled) = (&self.matcher.set, &self.matcher.compiled);
        let bench = &self.scratch.bench;
        bench.hits.iter().map(move |hit| Fired {
            rule: &set.rules[compiled.rules[hit.ready].rule],
            contest: hit.contest.map(|contest| &set.contests[contest]),
            phase: hit.contest.and_then(|contest| self.scratch.phase_of(contest)),
            candidate: hit
                .bound
                .map(|bound| set.contests[bound.contest].candidates[bound.candidate].number),
            spans: &bench.spans[hit.at..hit.end],
        })
    }

    /// A copy to keep.
    pub fn verdict(&self) -> Verdict {
        let lowered = self.scratch.bench.lowered.iter();
        let mut suppressed: Vec<Suppressed> = lowered
            .map(|(ready, by)| Suppressed {
                rule: self.matcher.id_of(*ready).to_owned(),
                by: self.matcher.name_of(*by).to_owned(),
            })
            .collect();
        suppressed.sort_by(|a, b| (&a.rule, &a.by).cmp(&(&b.rule, &b.by)));
        suppressed.dedup();
        Verdict {
            outcome: self.outcome(),
            hits: self.hits().map(|fired| hit(&self.matcher.set, fired)).collect(),
            suppressed,
        }
    }
}

fn hit(set: &RuleSet, fired: Fired<'_>) -> Hit {
    let rule = fired.rule;
    Hit {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        version: rule.version.clone(),
        category: rule.category,
        level: rule.level,
        basis: set.basis(rule, fired.contest, fired.phase),
        contest: fired.contest.map(|contest| contest.id.clone()),
        candidate: fired.candidate,
        spans: fired.spans.to_vec(),
        shadow: rule.status == Status::Shadow,
    }
}

impl Matcher {
    /// The id of a compiled rule.
    pub(super) fn id_of(&self, ready: usize) -> &str {
        &self.set.rules[self.compiled.rules[ready].rule].id
    }

    pub(super) fn name_of(&self, by: By) -> &str {
        match by {
            By::Foreign => FOREIGN,
            By::Headline => HEADLINE,
            By::Rule(ready) => self.id_of(ready),
        }
    }
}
