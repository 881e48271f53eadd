//! The throughput core: compiled rules × folded post → hits.
//!
//! Does: say which rules a text may fall under, for which candidate, where in the original, and what lowered them. Does not:
//! read files, keep anything, know accounts or people.
//! Invariant: the same rule set, text and scope always give the same verdict, whatever thread, order or scratch.
//!
//! The way of a text: [`crate::text::fold`] → every token read, words joined without a gap cut apart (`forms`, `joined`) →
//! patterns found along every reading (`find`; in tests also `oracle`) → groups found (`Occurrence`) → conditions (`eval`) →
//! suppressors, voice, outcome (`judge`).

mod compile;
mod eval;
mod explain;
mod find;
mod forms;
mod joined;
mod judge;
#[cfg(test)]
mod oracle;
mod vocabulary;
mod wakes;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::{Contest, Millis, Phase, PostKind, Span, Verdict};
use crate::rules::{CandidateWords, RuleSet};
use crate::text::fold::Folded;

pub use explain::{Explanation, Folding, Part, Trace};

/// A rule set made ready to run. Shared by threads; immutable.
#[derive(Debug)]
pub struct Matcher {
    set: Arc<RuleSet>,
    compiled: compile::Compiled,
    finder: find::Finder,
    /// Tells this matcher's readings in a scratch from another's.
    id: u64,
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

impl When {
    fn phase_of(self, contest: &Contest) -> Option<Phase> {
        match self {
            Self::Instant(at) => contest.phase_at(at),
            Self::Day(day) => contest.phase_on(day),
            Self::Campaign => Some(Phase::Kampanye),
        }
    }
}

/// Buffers reused from post to post; one per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    folded: Folded,
    memo: find::Memo,
    found: Vec<Found>,
    occurrences: Vec<eval::Occurrence>,
    contests: Vec<Concerned>,
    /// A bit for each group below the first naming that was found.
    present: Vec<u64>,
}

impl Scratch {
    fn is_present(&self, group: compile::Group) -> bool {
        self.present
            .get(group as usize / 64)
            .is_some_and(|word| word & (1 << (group % 64)) != 0)
    }
}

/// A pattern found at tokens `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    from: u32,
    to: u32,
    pattern: u32,
}

/// A contest that is tried, and its phase at the moment judged.
#[derive(Debug, Clone, Copy)]
struct Concerned {
    contest: usize,
    phase: Option<Phase>,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

impl Matcher {
    /// Compiles a rule set.
    pub fn new(set: Arc<RuleSet>) -> Self {
        let compiled = compile::compile(&set);
        let finder = find::Finder::new(&compiled.patterns);
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        Self {
            set,
            compiled,
            finder,
            id,
        }
    }

    /// Bytes of the tables that searching reads.
    pub fn table_bytes(&self) -> usize {
        self.finder.bytes() + self.compiled.bytes()
    }

    /// The rule set that runs.
    pub fn set(&self) -> &RuleSet {
        &self.set
    }

    /// Judges one text.
    pub fn judge(&self, text: &Text<'_>, scope: &Scope<'_>, scratch: &mut Scratch) -> Verdict {
        self.look(text, scope, scratch);
        judge::verdict(self, text, scope, scratch)
    }

    /// Only folds and searches; how many patterns were found. For measuring what rules cost beyond that.
    pub fn search(&self, text: &Text<'_>, scope: &Scope<'_>, scratch: &mut Scratch) -> usize {
        self.look(text, scope, scratch);
        scratch.found.len()
    }

    /// Judges one text and says why: how it was folded, what each rule found, what was missing or lowered it.
    pub fn explain(&self, text: &Text<'_>, scope: &Scope<'_>) -> Explanation {
        let mut scratch = Scratch::default();
        self.look(text, scope, &mut scratch);
        let verdict = judge::verdict(self, text, scope, &scratch);
        explain::explain(self, text, scope, &scratch, verdict)
    }

    /// Folds the text and finds every group in it that the scope's contests may ask for.
    fn look(&self, text: &Text<'_>, scope: &Scope<'_>, scratch: &mut Scratch) {
        scratch.folded.fold(text.text);
        self.finder.read(self.id, &mut scratch.folded, &mut scratch.memo);
        self.finder.find(&scratch.folded, &scratch.memo, &mut scratch.found);
        for word in &mut scratch.present {
            *word = 0;
        }
        scratch.occurrences.clear();
        scratch.contests.clear();
        if scratch.found.is_empty() && self.compiled.wakes.always.is_empty() {
            return;
        }
        self.concerned(scope, &mut scratch.contests);
        let (namings, first) = (&self.compiled.namings, self.compiled.first_naming);
        scratch.present.resize(first as usize / 64 + 1, 0);
        for found in &scratch.found {
            for &group in self.compiled.groups_of(found.pattern) {
                let wanted = if group < first {
                    scratch.present[group as usize / 64] |= 1 << (group % 64);
                    true
                } else {
                    let contest = namings[(group - first) as usize].contest;
                    scratch.contests.binary_search_by_key(&contest, |c| c.contest).is_ok()
                };
                if wanted {
                    scratch.occurrences.push(eval::Occurrence {
                        group,
                        from: found.from,
                        to: found.to,
                    });
                }
            }
        }
        scratch.occurrences.sort_unstable();
        scratch.occurrences.dedup();
        self.keep_names_whole(&mut scratch.occurrences);
    }

    /// Drops what was found inside a name: the "Jaya" of a candidate's name is no word of a rule, its "Sada" no number and its last
    /// part no name that stands further away, or candidates with such names would be treated otherwise than those without. A single
    /// word is a name here if it is enough alone.
    fn keep_names_whole(&self, occurrences: &mut Vec<eval::Occurrence>) {
        let (namings, first) = (&self.compiled.namings, self.compiled.first_naming);
        let from = occurrences.partition_point(|o| o.group < first);
        let names: Vec<(u32, u32)> = occurrences[from..]
            .iter()
            .filter(|o| {
                let naming = namings[(o.group - first) as usize];
                naming.class == CandidateWords::Nama && (o.to - o.from > 1 || !naming.weak)
            })
            .map(|o| (o.from, o.to))
            .collect();
        if !names.is_empty() {
            let inside = |o: &eval::Occurrence, (from, to): (u32, u32)| {
                let shorter = o.to - o.from < to - from || o.group < first;
                from <= o.from && o.to <= to && shorter
            };
            occurrences.retain(|o| !names.iter().any(|name| inside(o, *name)));
        }
    }

    /// The contests that are tried, ascending.
    fn concerned(&self, scope: &Scope<'_>, out: &mut Vec<Concerned>) {
        out.clear();
        let tried = |index: usize, contest: &Contest| {
            scope.contests.is_none_or(|listed| listed.contains(&index))
                && scope.region.is_none_or(|region| contest.concerns(region))
        };
        out.extend(
            self.set
                .contests
                .iter()
                .enumerate()
                .filter(|(index, contest)| tried(*index, contest))
                .map(|(index, contest)| Concerned {
                    contest: index,
                    phase: scope.at.phase_of(contest),
                }),
        );
    }
}

#[cfg(test)]
mod tests;
