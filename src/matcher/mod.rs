//! The throughput core: compiled rules × folded post → hits.
//!
//! Does: say which rules a text may fall under, for which candidate, where in the original, and what lowered them. Does not:
//! read files, keep anything, know accounts or people.
//! Invariant: the same rule set, text and scope always give the same verdict, whatever thread, order or scratch.
//!
//! The way of a text: [`crate::text::fold`] → every token read, words joined without a gap cut apart (`forms`, `joined`) →
//! patterns found along every reading (`find`; in tests also `oracle`) → groups found (`Occurrence`) → conditions (`eval`) →
//! kinds of content (`content`) → suppressors, voice, outcome (`judge`).

mod asked;
mod bends;
mod bits;
mod called;
mod chain;
mod compile;
mod cond;
mod content;
#[cfg(test)]
mod differential;
mod elsewhere;
mod ends;
mod eval;
mod explain;
mod find;
#[cfg(test)]
mod folding_list;
mod foldings;
mod forms;
mod gaps;
mod headline;
mod joined;
mod judge;
mod memo;
mod named;
#[cfg(test)]
mod oracle;
mod order;
pub mod parity;
mod parts;
mod picked;
mod pool;
mod reach;
mod room;
mod senses;
mod shown;
mod turns;
mod vocabulary;
mod wakes;
mod ways;
mod weighed;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::{Contest, Given, Millis, Phase, PostKind, Span, Verdict};
use crate::rules::{CandidateWords, RuleSet};

pub use explain::{Beyond, Explanation, InShadow, Trace};
pub use foldings::Folding;
pub use judge::Short;
pub use parts::{Missing, Part, Shape};
pub use pool::Lent;
pub use weighed::{Fired, Weighed};

/// A rule set made ready to run. Shared by threads; immutable.
#[derive(Debug)]
pub struct Matcher {
    set: Arc<RuleSet>,
    compiled: compile::Compiled,
    finder: find::Finder,
    pool: pool::Pool,
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

/// A text that comes without its post: what in it is another's is told by the kind it is said to be.
#[derive(Debug)]
pub struct GivenText<'a> {
    text: &'a str,
    foreign: Vec<Span>,
    kind: PostKind,
}

impl<'a> GivenText<'a> {
    /// A text of a kind.
    pub fn new(text: &'a str, kind: Given) -> Self {
        Self {
            text,
            foreign: kind.foreign(text),
            kind: kind.kind(),
        }
    }

    /// To be judged.
    pub fn as_text(&self) -> Text<'_> {
        Text {
            text: self.text,
            foreign: &self.foreign,
            kind: self.kind,
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

/// Buffers reused from post to post; one per thread. A few megabytes: keep one, or have it lent by [`Matcher::lend`].
#[derive(Debug, Default)]
pub struct Scratch {
    laid: memo::Laid,
    memo: memo::Memo,
    picked: picked::Picked,
    /// In order and without repeats once [`Matcher::arrange`] was called.
    occurrences: Vec<eval::Occurrence>,
    order: order::Order,
    index: eval::Index,
    contests: Vec<Concerned>,
    /// Groups below the first naming that are left when names are whole; once [`Matcher::arrange`] was called.
    present: bits::Bits,
    woken: wakes::Woken,
    gaps: gaps::Gaps,
    names: named::Names,
    /// Names that are enough alone, or of several words.
    whole_names: Vec<(u32, u32)>,
    called: called::Called,
    /// Ascending, without overlaps.
    headlines: Vec<Span>,
    bench: judge::Bench,
}

impl Scratch {
    /// The phase of a contest that is tried.
    fn phase_of(&self, contest: usize) -> Option<Phase> {
        let at = self
            .contests
            .binary_search_by_key(&contest, |concerned| concerned.contest);
        self.contests[at.ok()?].phase
    }
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
        let mut compiled = compile::compile(&set);
        let finder = find::Finder::new(&compiled.patterns);
        if cfg!(not(test)) {
            compiled.patterns = Vec::new(); // only the oracle of the tests asks for them again
        }
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        Self {
            set,
            compiled,
            finder,
            pool: pool::Pool::default(),
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

    /// Judges one text and copies the judgement out.
    pub fn judge(&self, text: &Text<'_>, scope: &Scope<'_>, scratch: &mut Scratch) -> Verdict {
        self.weigh(text, scope, scratch).verdict()
    }

    /// Judges one text; the judgement stays in the scratch, and nothing is allocated once its buffers are large enough.
    pub fn weigh<'a>(&'a self, text: &Text<'_>, scope: &Scope<'_>, scratch: &'a mut Scratch) -> Weighed<'a> {
        let classes = self.look(text, scope, scratch);
        let Scratch { occurrences, woken, .. } = scratch;
        if self.compiled.wakes.wake(occurrences, classes, woken) {
            self.arrange(text.text, scope, scratch);
            let (scene, woken, bench) = self.scene(text, scope, scratch);
            judge::judge(&scene, woken, bench);
        } else {
            scratch.bench.clear();
        }
        Weighed { matcher: self, scratch }
    }

    /// Only folds and searches; how often any group was found. For measuring what rules cost beyond that.
    pub fn search(&self, text: &Text<'_>, scope: &Scope<'_>, scratch: &mut Scratch) -> usize {
        self.look(text, scope, scratch);
        scratch.occurrences.len()
    }

    /// Judges one text and says why: how it was folded, what each rule found, what was missing or lowered it.
    pub fn explain(&self, text: &Text<'_>, scope: &Scope<'_>) -> Explanation {
        let mut scratch = Scratch::default();
        let verdict = self.judge(text, scope, &mut scratch);
        self.look(text, scope, &mut scratch);
        let found = scratch.occurrences.clone();
        self.arrange(text.text, scope, &mut scratch);
        let (scene, _, bench) = self.scene(text, scope, &mut scratch);
        explain::explain(&scene, &found, bench, verdict)
    }

    /// Folds the text and finds every group in it that the scope's contests may ask for; by which classes of words
    /// candidates are named.
    fn look(&self, text: &Text<'_>, scope: &Scope<'_>, scratch: &mut Scratch) -> u16 {
        let Scratch { laid, memo, .. } = scratch;
        let lists = &self.compiled.lists;
        laid.folded.fold(text.text);
        memo.begin(self.id);
        self.finder.read(lists, laid, memo);
        let (picked, found) = (&mut scratch.picked, &mut scratch.occurrences);
        self.finder.find(lists, laid, &memo.senses, picked, found);
        let found = &mut scratch.occurrences;
        let first = self.compiled.first_naming;
        scratch.contests.clear();
        // Asked of all at once: names are rare, and to stop at the first would be to ask about each.
        if found.iter().fold(0, |most, o| most.max(o.group)) < first {
            return 0;
        }
        self.concerned(scope, &mut scratch.contests);
        let mut classes = 0;
        found.retain(|occurrence| {
            if occurrence.group < first {
                return true;
            }
            let naming = self.compiled.naming(occurrence.group);
            let tried = scratch.contests.binary_search_by_key(&naming.contest, |c| c.contest);
            if tried.is_ok() {
                classes |= named::bits(naming.class);
            }
            tried.is_ok()
        });
        classes
    }

    /// Makes what was found ready for conditions: in order, names whole, contests and candidates known.
    fn arrange(&self, text: &str, scope: &Scope<'_>, scratch: &mut Scratch) {
        if scratch.contests.is_empty() {
            self.concerned(scope, &mut scratch.contests);
        }
        scratch.order.sort(&mut scratch.occurrences);
        self.keep_names_whole(text, scratch);
        let first = self.compiled.first_naming;
        scratch.present.clear(first as usize);
        for found in scratch.occurrences.iter().take_while(|found| found.group < first) {
            scratch.present.insert(found.group);
        }
        scratch
            .index
            .make(&self.compiled, &scratch.laid.folded, &scratch.occurrences);
        let written = named::Written {
            text,
            folded: &scratch.laid.folded,
            gaps: &scratch.gaps,
        };
        let Scratch { names, contests, .. } = scratch;
        names.read(&self.compiled, contests, &written, &mut scratch.occurrences);
        scratch.called.forget();
        let (folded, called) = (&scratch.laid.folded, &scratch.called);
        let named = &scratch.occurrences[self.compiled.first_named(&scratch.occurrences)..];
        let ranges = || called.of(&self.compiled, folded, named);
        headline::find(text, folded, ranges, &mut scratch.headlines);
        scratch.index.place_names(&self.compiled, &scratch.occurrences);
    }

    /// Drops what was found in a name or half in it: the "Jaya" of a candidate's name is no word of a rule, its "Sada" no number,
    /// its "I" behind "calon" no ballot number one, and its last part no name that stands further away, or candidates with such
    /// names would be treated otherwise than those without. A single word is a name here if it is enough alone; a form of address
    /// belongs to the name it stands before. Numbers of something else go too.
    fn keep_names_whole(&self, text: &str, scratch: &mut Scratch) {
        let (compiled, first, folded) = (&self.compiled, self.compiled.first_naming, &scratch.laid.folded);
        let occurrences = &mut scratch.occurrences;
        let from = compiled.first_named(occurrences);
        let is_number = |o: &eval::Occurrence| o.group >= first && compiled.naming(o.group).is_number();
        occurrences.retain(|o| !(is_number(o) && elsewhere::is_elsewhere(text, folded, *o)));
        scratch.gaps.make(compiled, folded, &occurrences[from..]);
        let whole = |o: &eval::Occurrence| {
            let naming = compiled.naming(o.group);
            let whole = naming.class == CandidateWords::Nama && gaps::is_word(naming, o);
            whole.then(|| (gaps::addressed(naming.class, o.from, folded), o.to))
        };
        let names = &mut scratch.whole_names;
        names.clear();
        names.extend(occurrences[from..].iter().filter_map(whole));
        if names.is_empty() {
            return;
        }
        names.sort_unstable();
        let mut furthest = 0;
        for (_, to) in names.iter_mut() {
            furthest = furthest.max(*to);
            *to = furthest;
        }
        // The furthest end of all names that begin before some token.
        let reach = |begun: usize| begun.checked_sub(1).map_or(0, |last| names[last].1);
        occurrences.retain(|o| {
            if o.group < first || compiled.naming(o.group).is_number() {
                return reach(names.partition_point(|(from, _)| *from < o.to)) <= o.from;
            }
            let (start, end) = whole(o).unwrap_or((o.from, o.to));
            reach(names.partition_point(|(from, _)| *from < start)) < end
                && reach(names.partition_point(|(from, _)| *from <= start)) <= end
        });
    }

    /// The text last looked through, and where to judge it.
    fn scene<'a>(
        &'a self,
        text: &'a Text<'a>,
        scope: &'a Scope<'a>,
        scratch: &'a mut Scratch,
    ) -> (judge::Scene<'a>, &'a bits::Bits, &'a mut judge::Bench) {
        let scene = judge::Scene {
            matcher: self,
            text,
            scope,
            folded: &scratch.laid.folded,
            occurrences: &scratch.occurrences,
            index: &scratch.index,
            gaps: &scratch.gaps,
            contests: &scratch.contests,
            names: &scratch.names,
            present: &scratch.present,
            shown_again: content::is_shown_again(text),
            called: &scratch.called,
            headlines: &scratch.headlines,
        };
        (scene, &scratch.woken.rules, &mut scratch.bench)
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
