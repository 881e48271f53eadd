//! One rule set against another over texts: new, lost and unchanged hits by rule, with examples.
//!
//! Does: add up verdicts that were made elsewhere. Does not: match, or know where texts come from.
//! Invariant: hits of the shadow queue nothing, so they never count as hits here; they are counted beside.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use crate::evidence::digest::hex;
use crate::model::{Outcome, Verdict};

/// What changed for one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Texts it hits now and did not.
    pub new: u64,
    /// Texts it hit and does not any more.
    pub lost: u64,
    /// Texts it hits as before.
    pub same: u64,
    /// Texts that the new set hits in the shadow.
    pub shadow: u64,
    /// Some of the new, as handed in.
    pub gained: Vec<String>,
    /// Some of the lost.
    pub gone: Vec<String>,
}

/// A comparison.
#[derive(Debug, Default)]
pub struct Trial {
    /// Texts compared.
    pub texts: u64,
    /// By rule; only rules that hit something.
    pub changes: BTreeMap<String, Change>,
    /// Texts by outcome before and after.
    pub outcomes: BTreeMap<(Outcome, Outcome), u64>,
    examples: usize,
    corpus: Sha256,
}

impl Trial {
    /// A comparison that keeps so many examples for each rule and kind of change.
    pub fn new(examples: usize) -> Self {
        Self {
            examples,
            ..Self::default()
        }
    }

    /// Adds a text as the old and the new set judge it; `shown` says what is shown of it as an example for a rule, given the
    /// judgement in which that rule hits.
    pub fn add(&mut self, text: &str, before: &Verdict, after: &Verdict, shown: impl Fn(&str, &Verdict) -> String) {
        self.texts += 1;
        self.corpus.update((text.len() as u64).to_le_bytes());
        self.corpus.update(text);
        *self.outcomes.entry((before.outcome, after.outcome)).or_default() += 1;
        let (had, has) = (rules_of(before, false), rules_of(after, false));
        for rule in had.union(&has) {
            let change = self.changes.entry((*rule).to_owned()).or_default();
            let (examples, verdict) = match (had.contains(rule), has.contains(rule)) {
                (true, true) => {
                    change.same += 1;
                    continue;
                }
                (false, _) => {
                    change.new += 1;
                    (&mut change.gained, after)
                }
                (true, false) => {
                    change.lost += 1;
                    (&mut change.gone, before)
                }
            };
            if examples.len() < self.examples {
                examples.push(shown(rule, verdict));
            }
        }
        for rule in rules_of(after, true) {
            self.changes.entry(rule.to_owned()).or_default().shadow += 1;
        }
    }

    /// SHA-256 over the texts in their order.
    pub fn corpus(&self) -> String {
        hex(&self.corpus.clone().finalize())
    }
}

fn rules_of(verdict: &Verdict, shadow: bool) -> BTreeSet<&str> {
    let hits = verdict.hits.iter().filter(|hit| hit.shadow == shadow);
    hits.map(|hit| hit.rule.as_str()).collect()
}
