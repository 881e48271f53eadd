//! From conditions to a judgement: phases, regions, candidates, suppressors, voice, outcome.
//!
//! Does: run every rule that may hold and lower what its own `unless` names. Does not: search text, copy anything out.
//! Invariant: a hit is lowered place by place, so a refusal in one sentence does not cover a call in another; a shadow rule
//! neither counts nor lowers. Nothing is allocated once the buffers are large enough.

use super::bits::Bits;
use super::called::{Called, Ranges};
use super::compile::Ready;
use super::content::is_inside;
use super::eval::{Bound, Eval, Index, Occurrence};
use super::gaps::Gaps;
use super::named::{Named, Names};
use super::reach::Reaches;
use super::room::{Place, Room};
use super::shown;
use super::{Concerned, Matcher, Scope, Text};
use crate::model::{Level, Outcome, Span};
use crate::rules::{Effect, Reach, Status, Voice};
use crate::text::fold::Folded;

/// The same words may name candidates of many contests (every contest has a number 2); beyond so many the rest say nothing new.
const MAX_CANDIDATES: usize = 8;

/// A rule that holds, before suppression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holding {
    /// Index into the compiled rules.
    pub(super) ready: usize,
    pub(super) contest: Option<usize>,
    pub(super) bound: Option<Bound>,
    /// Its places, as a range of the room's. Empty: it holds on what is not there.
    at: usize,
    end: usize,
}

impl Holding {
    pub(super) fn places<'r>(&self, room: &'r Room) -> &'r [Place] {
        &room.places[self.at..self.end]
    }
}

/// A hit that stays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stays {
    pub(super) ready: usize,
    pub(super) contest: Option<usize>,
    pub(super) bound: Option<Bound>,
    /// Its spans, as a range.
    pub(super) at: usize,
    pub(super) end: usize,
}

/// What lowered a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The words are another's.
    Foreign,
    /// The words are those of a headline, beside its link.
    Headline,
    /// This compiled rule.
    Rule(usize),
}

/// Why a suppressor that holds does not lower a hit: the narrower reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {
    /// The suppressor's own.
    Suppressor(Reach),
    /// The rule's: from how far it can be lowered.
    Rule(Reach),
}

/// What judging leaves, and the room it works in.
#[derive(Debug, Default)]
pub(super) struct Bench {
    pub(super) room: Room,
    pub(super) suppressors: Vec<Holding>,
    reaches: Reaches,
    holding: Vec<Holding>,
    by: Vec<(By, Effect)>,
    /// The places of the hit looked at last that stay.
    staying: Vec<Place>,
    pub(super) outcome: Option<Outcome>,
    /// Gravest first, then by rule id, contest and candidate.
    pub(super) hits: Vec<Stays>,
    pub(super) spans: Vec<Span>,
    /// A compiled rule, and what lowered it.
    pub(super) lowered: Vec<(usize, By)>,
}

impl Bench {
    pub(super) fn clear(&mut self) {
        self.room.clear();
        self.suppressors.clear();
        self.holding.clear();
        self.outcome = None;
        self.hits.clear();
        self.spans.clear();
        self.lowered.clear();
    }
}

/// A text that was looked through, ready to be judged.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) matcher: &'a Matcher,
    pub(super) text: &'a Text<'a>,
    pub(super) scope: &'a Scope<'a>,
    pub(super) folded: &'a Folded,
    /// Ascending.
    pub(super) occurrences: &'a [Occurrence],
    pub(super) index: &'a Index,
    pub(super) gaps: &'a Gaps,
    /// Ascending.
    pub(super) contests: &'a [Concerned],
    pub(super) names: &'a Names,
    pub(super) called: &'a Called,
    /// Groups that may be among the occurrences.
    pub(super) present: &'a Bits,
    /// It is another's, shown again without own words.
    pub(super) shown_again: bool,
    /// Headlines with their links.
    pub(super) headlines: &'a [Span],
}

impl Scene<'_> {
    /// Where candidates are named.
    pub(super) fn called(&self) -> Ranges<'_> {
        let compiled = &self.matcher.compiled;
        let named = &self.occurrences[compiled.first_named(self.occurrences)..];
        self.called.of(compiled, self.folded, named)
    }
}

/// Judges by these rules. Suppressors run only when there is something to lower.
pub(super) fn judge(scene: &Scene<'_>, woken: &Bits, bench: &mut Bench) {
    bench.clear();
    let suppresses = |index: &u32| scene.matcher.compiled.rules[*index as usize].suppresses;
    for index in woken.iter().filter(|index| !suppresses(index)) {
        run(scene, index as usize, &mut bench.room, &mut bench.holding);
    }
    if !bench.holding.is_empty() {
        for index in woken.iter().filter(suppresses) {
            run(scene, index as usize, &mut bench.room, &mut bench.suppressors);
        }
        bench.survey(scene);
    }
    let mut seen = Outcome::Clear;
    let holding = std::mem::take(&mut bench.holding);
    for held in &holding {
        let ready = &scene.matcher.compiled.rules[held.ready];
        let at = bench.spans.len();
        if bench.lower(scene, held) {
            if ready.status != Status::Shadow {
                seen = seen.max(match ready.level {
                    Level::Rendah => Outcome::Note,
                    _ => Outcome::Flag,
                });
            }
            bench.hits.push(Stays {
                ready: held.ready,
                contest: held.contest,
                bound: held.bound,
                at,
                end: bench.spans.len(),
            });
            continue;
        }
        for (by, effect) in &bench.by {
            if *effect == Effect::Note && ready.status != Status::Shadow {
                seen = seen.max(Outcome::Note);
            }
            bench.lowered.push((held.ready, *by));
        }
    }
    bench.holding = holding;
    bench.outcome = Some(seen);
    bench.hits.sort_unstable_by_key(|hit| {
        let ready = &scene.matcher.compiled.rules[hit.ready];
        (std::cmp::Reverse(ready.level), ready.rank, hit.contest, hit.bound)
    });
}

/// Runs one rule for every candidate found, and without any.
pub(super) fn run(scene: &Scene<'_>, index: usize, room: &mut Room, out: &mut Vec<Holding>) {
    let ready = &scene.matcher.compiled.rules[index];
    if scene.is_elsewhere(ready) {
        return;
    }
    let before = out.len();
    if ready.binds {
        for alike in scene.names.alike() {
            if alike[0].classes & ready.classes == 0 {
                continue;
            }
            let mark = room.mark();
            let mut places = None;
            for named in alike {
                if !scene.may_hold_in(ready, &scene.contests[named.concerned]) {
                    continue;
                }
                if places.is_none() {
                    let held = scene.eval(Some(named)).run(&ready.condition, room);
                    let held = held && scene.keep_kinds(ready, mark, room);
                    if !held || !room.places[mark.places..].iter().any(|place| place.candidate) {
                        break;
                    }
                    places = Some((mark.places, room.places.len()));
                }
                let Some((at, end)) = places else { break };
                let held = Holding {
                    ready: index,
                    contest: Some(named.bound.contest),
                    bound: Some(named.bound),
                    at,
                    end,
                };
                if same_places(&held, &out[before..], room) >= MAX_CANDIDATES {
                    break;
                }
                out.push(held);
            }
            if out
                .last()
                .is_none_or(|last| last.ready != index || last.end <= mark.places)
            {
                room.forget(mark);
            }
        }
        if out.len() > before {
            return;
        }
    }
    let Some(contest) = scene.setting(ready) else { return };
    let mark = room.mark();
    if scene.eval(None).run(&ready.condition, room) && scene.keep_kinds(ready, mark, room) {
        out.push(Holding {
            ready: index,
            contest,
            bound: None,
            at: mark.places,
            end: room.places.len(),
        });
    }
}

/// How many holdings of the same rule stand on the same words.
fn same_places(held: &Holding, others: &[Holding], room: &Room) -> usize {
    let mine = held.places(room);
    let same = |other: &Holding| {
        let theirs = other.places(room);
        mine.len() == theirs.len() && mine.iter().zip(theirs).all(|(a, b)| room.same(a, b))
    };
    others.iter().filter(|other| same(other)).count()
}

impl Scene<'_> {
    /// Whether the region of the person is none of the rule's.
    pub(super) fn is_elsewhere(&self, ready: &Ready) -> bool {
        self.scope.region.is_some_and(|region| !self.is_in(ready, region))
    }

    /// Whether the rule holds in a region.
    fn is_in(&self, ready: &Ready, region: &str) -> bool {
        let rule = &self.matcher.set.rules[ready.rule];
        rule.is_everywhere() || rule.regions.iter().any(|code| region.starts_with(&**code))
    }

    /// Whether it is the region of a contest that decides, as that of the person is not known.
    fn goes_by_contest(&self, ready: &Ready) -> bool {
        self.scope.region.is_none() && !self.matcher.set.rules[ready.rule].regions.is_empty()
    }

    /// Whether a contest lies in a region of the rule.
    fn lies_in(&self, ready: &Ready, concerned: &Concerned) -> bool {
        self.is_in(ready, &self.matcher.set.contests[concerned.contest].region)
    }

    /// Whether the rule is in force in a contest: in its phase, and in its region where that of the person is not known.
    fn may_hold_in(&self, ready: &Ready, concerned: &Concerned) -> bool {
        Self::in_phase(ready, concerned) && (!self.goes_by_contest(ready) || self.lies_in(ready, concerned))
    }

    fn in_phase(ready: &Ready, concerned: &Concerned) -> bool {
        ready.phases.is_empty() || concerned.phase.is_some_and(|phase| ready.phases.contains(&phase))
    }

    /// The contest by which a rule is in force that is about no candidate; `None` if it is not in force. Many rules need none. Where the
    /// person's region is known, it is the first of those that concern it; else, where several may be meant, it is none.
    #[expect(clippy::option_option, reason = "in force by no contest is not out of force")]
    fn setting(&self, ready: &Ready) -> Option<Option<usize>> {
        if ready.phases.is_empty() && !self.goes_by_contest(ready) {
            return Some(None);
        }
        let mut fitting = self
            .contests
            .iter()
            .filter(|concerned| self.may_hold_in(ready, concerned));
        let first = fitting.next()?.contest;
        let several = self.scope.region.is_none() && fitting.next().is_some();
        Some((!several).then_some(first))
    }

    /// Whether a rule is out of force by the phase, and by the region: of the candidate's contest, else of all that are tried. Where
    /// only both together leave none, it is both.
    pub(super) fn out_of_force(&self, ready: &Ready, named: Option<&Named>) -> (bool, bool) {
        let elsewhere = self.is_elsewhere(ready);
        if ready.phases.is_empty() && !self.goes_by_contest(ready) {
            return (false, elsewhere);
        }
        let contests = match named {
            Some(named) => &self.contests[named.concerned..=named.concerned],
            None => self.contests,
        };
        let none = |fits: &dyn Fn(&Concerned) -> bool| !contests.iter().any(fits);
        let phase = !ready.phases.is_empty() && none(&|c| Self::in_phase(ready, c));
        let region = elsewhere || self.goes_by_contest(ready) && none(&|c| self.lies_in(ready, c));
        let together = !phase && !region && none(&|c| self.may_hold_in(ready, c));
        (phase || together, region || together)
    }

    /// An evaluation of conditions with this candidate or none.
    pub(super) fn eval<'s>(&'s self, named: Option<&'s Named>) -> Eval<'s> {
        Eval {
            compiled: &self.matcher.compiled,
            folded: self.folded,
            occurrences: self.occurrences,
            index: self.index,
            gaps: self.gaps,
            present: self.present,
            named,
            any_candidate: false,
        }
    }
}

impl Bench {
    /// Works out how far each suppressor that holds reaches.
    pub(super) fn survey(&mut self, scene: &Scene<'_>) {
        self.reaches.begin();
        for suppressor in &self.suppressors {
            let reach = scene.matcher.compiled.rules[suppressor.ready].reach;
            self.reaches.push(reach, suppressor.places(&self.room), &self.room);
        }
    }

    /// What lowered the hit that was looked at last.
    pub(super) fn lowered_by(&self) -> impl Iterator<Item = By> {
        self.by.iter().map(|(by, _)| *by)
    }

    /// The suppressors that the rule names and that hold, yet reach none of the places that stay of the hit looked at last; as
    /// indices of [`Self::suppressors`].
    pub(super) fn out_of_reach(&self, scene: &Scene<'_>, held: &Holding) -> Vec<(usize, Short)> {
        let rules = &scene.matcher.compiled.rules;
        let ready = &rules[held.ready];
        let reaches = |i: usize, place: &Place| {
            let words = self.room.words_of(place);
            self.reaches.reach(i, Reach::Post, &words, scene)
        };
        let all = self.suppressors.iter().enumerate();
        let named = all.filter(|(_, suppressor)| ready.unless.binary_search(&suppressor.ready).is_ok());
        named
            .map(|(i, suppressor)| {
                let own = rules[suppressor.ready].reach;
                let far = own == Reach::Post || self.staying.iter().any(|place| reaches(i, place));
                (
                    i,
                    if far {
                        Short::Rule(ready.reach)
                    } else {
                        Short::Suppressor(own)
                    },
                )
            })
            .collect()
    }

    /// The suppressors that the rule names and that hold, but run in the shadow, where they lower nothing: those that would lower places
    /// that stay of the hit looked at last, each with whether it would lower them all; as indices of [`Self::suppressors`].
    pub(super) fn in_shadow(&self, scene: &Scene<'_>, held: &Holding) -> Vec<(usize, bool)> {
        let (set, rules) = (&scene.matcher.set.rules, &scene.matcher.compiled.rules);
        let ready = &rules[held.ready];
        let named = |suppressor: &Ready| set[ready.rule].yields_to(&set[suppressor.rule]);
        let all = self.suppressors.iter().enumerate().map(|(i, s)| (i, &rules[s.ready]));
        let shadow = all.filter(|(_, suppressor)| suppressor.status == Status::Shadow && named(suppressor));
        let would = |(i, suppressor): (usize, &Ready)| {
            if self.staying.is_empty() {
                return (ready.reach == Reach::Post && suppressor.reach == Reach::Post).then_some((i, true));
            }
            let reaches = |place: &&Place| self.reaches.reach(i, ready.reach, &self.room.words_of(place), scene);
            let lowered = self.staying.iter().filter(reaches).count();
            (lowered > 0).then_some((i, lowered == self.staying.len()))
        };
        shadow.filter_map(would).collect()
    }

    /// Whether any place of the hit stays; then their spans are on top of the spans. Else `by` says what lowered them all.
    pub(super) fn lower(&mut self, scene: &Scene<'_>, held: &Holding) -> bool {
        let rules = &scene.matcher.compiled.rules;
        let ready = &rules[held.ready];
        let (by, room) = (&mut self.by, &self.room);
        by.clear();
        self.staying.clear();
        let mut add = |reason: By, effect: Effect| {
            if !by.iter().any(|(known, _)| *known == reason) {
                by.push((reason, effect));
            }
        };
        let relevant = || {
            let all = self.suppressors.iter().enumerate();
            all.filter(|(_, suppressor)| ready.unless.binary_search(&suppressor.ready).is_ok())
        };
        let places = held.places(room);
        if places.is_empty() {
            // It holds on what is not there: only what reaches the whole post can lower it.
            let everywhere = |s: &Holding| ready.reach == Reach::Post && rules[s.ready].reach == Reach::Post;
            for (_, suppressor) in relevant().filter(|(_, s)| everywhere(s)) {
                add(By::Rule(suppressor.ready), rules[suppressor.ready].effect);
            }
            return by.is_empty();
        }
        for place in places {
            let mut stays = true;
            let own = ready.voice == Voice::Own;
            if own && !scene.shown_again && lies_in(scene.text.foreign, scene, room, place) {
                add(By::Foreign, Effect::Note);
                stays = false;
            }
            if own && lies_in(scene.headlines, scene, room, place) {
                add(By::Headline, Effect::Note);
                stays = false;
            }
            for (i, suppressor) in relevant() {
                if self.reaches.reach(i, ready.reach, &room.words_of(place), scene) {
                    add(By::Rule(suppressor.ready), rules[suppressor.ready].effect);
                    stays = false;
                }
            }
            if stays {
                self.staying.push(*place);
            }
        }
        let words = self.staying.iter().flat_map(|place| room.words_of(place));
        shown::gather(words.map(|(from, to)| scene.folded.span(from, to)), &mut self.spans);
        !self.staying.is_empty()
    }
}

/// Whether every word of a place lies in these spans.
fn lies_in(spans: &[Span], scene: &Scene<'_>, room: &Room, place: &Place) -> bool {
    !spans.is_empty()
        && room
            .words_of(place)
            .all(|(from, to)| is_inside(spans, scene.folded.span(from, to)))
}
