//! The throughput core: compiled rules × folded post → hits.
//!
//! Does: say which rules a text may fall under, for which candidate, where in the original, and what lowered them. Does not:
//! read files, keep anything, know accounts or people.
//! Invariant: the same rule set, text and scope always give the same verdict, whatever thread, order or scratch.

use std::sync::Arc;

use crate::model::{Millis, Outcome, PostKind, Span, Verdict};
use crate::rules::RuleSet;

/// A rule set made ready to run. Shared by threads; immutable.
#[derive(Debug)]
pub struct Matcher {
    set: Arc<RuleSet>,
}

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The post's plain text.
    pub text: &'a str,
    /// Byte ranges that are another's words, ascending.
    pub foreign: &'a [Span],
    /// What the post is to the account.
    pub kind: PostKind,
}

impl<'a> Text<'a> {
    /// The account's own words, and nothing else.
    pub const fn plain(text: &'a str) -> Self {
        Self {
            text,
            foreign: &[],
            kind: PostKind::Own,
        }
    }
}

/// Under which circumstances it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// When it was published.
    pub at: When,
    /// Region of the person; decides which contests concern them. `None` = all.
    pub region: Option<&'a str>,
    /// Indices of the contests that are tried; `None` = all of the set.
    pub contests: Option<&'a [usize]>,
}

/// The moment that decides the phase.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// An instant; each contest's own zone decides its day there.
    Instant(Millis),
    /// A calendar day, the same in every contest's zone.
    Day(jiff::civil::Date),
    /// Every contest as if in its campaign.
    Campaign,
}

/// Buffers reused from post to post; one per thread.
#[derive(Debug, Default)]
pub struct Scratch {}

impl Matcher {
    /// Compiles a rule set.
    pub fn new(set: Arc<RuleSet>) -> Self {
        Self { set }
    }

    /// The rule set that runs.
    pub fn set(&self) -> &RuleSet {
        &self.set
    }

    /// Judges one text.
    pub fn judge(&self, _text: &Text<'_>, _scope: &Scope<'_>, _scratch: &mut Scratch) -> Verdict {
        Verdict {
            outcome: Outcome::Clear,
            hits: Vec::new(),
            suppressed: Vec::new(),
        }
    }
}
