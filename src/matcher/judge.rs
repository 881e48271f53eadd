//! From conditions to a verdict: phases, regions, candidates, suppressors, voice, outcome.
//!
//! Does: run every rule that may hold and lower what its own `unless` names. Does not: search text.
//! Invariant: a hit is lowered place by place, so a refusal in one sentence does not cover a call in another; a shadow rule
//! neither counts nor lowers.

use super::compile::Ready;
use super::eval::{Bound, Eval, Place, gap};
use super::{Concerned, Matcher, Scope, Scratch, Text};
use crate::model::{Hit, Level, Outcome, PostKind, Span, Suppressed, Verdict};
use crate::rules::{Effect, Reach, Status, Voice};
use crate::text::fold::Folded;

/// A hit names at most so many places; the first ones are enough to see what it is about.
const MAX_SPANS: usize = 64;

/// The same words may name candidates of many contests (every contest has a number 2); beyond so many the rest say nothing new.
const MAX_CANDIDATES: usize = 8;

/// What the lowered hit is said to be lowered by when the words are another's.
pub(super) const FOREIGN: &str = "kutipan";

/// A rule that holds, before suppression.
#[derive(Debug, Clone)]
pub(super) struct Holding {
    /// Index into the compiled rules.
    pub(super) ready: usize,
    pub(super) contest: Option<usize>,
    pub(super) bound: Option<Bound>,
    /// Empty: it holds on what is not there.
    pub(super) places: Vec<Place>,
}

pub(super) fn verdict(matcher: &Matcher, text: &Text<'_>, scope: &Scope<'_>, scratch: &Scratch) -> Verdict {
    let mut verdict = Verdict {
        outcome: Outcome::Clear,
        hits: Vec::new(),
        suppressed: Vec::new(),
    };
    let woken = woken(matcher, scratch);
    if woken.is_empty() {
        return verdict;
    }
    let candidates = candidates_found(matcher, scratch);
    let (mut suppressors, mut holding) = (Vec::new(), Vec::new());
    for index in woken {
        let ready = &matcher.compiled.rules[index as usize];
        let out = if ready.suppresses {
            &mut suppressors
        } else {
            &mut holding
        };
        run(matcher, scope, scratch, index as usize, &candidates, out);
    }
    let mut seen = Outcome::Clear;
    for held in holding {
        let ready = &matcher.compiled.rules[held.ready];
        let (kept, lowered) = lower(matcher, text, scratch, &held, &suppressors);
        if let Some(places) = kept {
            if !shadow(ready) {
                seen = seen.max(if ready.level == Level::Rendah {
                    Outcome::Note
                } else {
                    Outcome::Flag
                });
            }
            verdict.hits.push(hit(matcher, &held, &places, &scratch.folded));
        } else {
            for (by, effect) in lowered {
                if effect == Effect::Note && !shadow(ready) {
                    seen = seen.max(Outcome::Note);
                }
                verdict.suppressed.push(Suppressed {
                    rule: matcher.set.rules[ready.rule].id.clone(),
                    by,
                });
            }
        }
    }
    verdict.outcome = seen;
    verdict.hits.sort_by(|a, b| {
        let key = |hit: &Hit| {
            (
                std::cmp::Reverse(hit.level),
                hit.rule.clone(),
                hit.contest.clone(),
                hit.candidate,
            )
        };
        key(a).cmp(&key(b))
    });
    verdict
        .suppressed
        .sort_by(|a, b| (&a.rule, &a.by).cmp(&(&b.rule, &b.by)));
    verdict.suppressed.dedup();
    verdict
}

/// The rules that may hold on what was found, ascending.
fn woken(matcher: &Matcher, scratch: &Scratch) -> Vec<u32> {
    let compiled = &matcher.compiled;
    let found = &scratch.occurrences;
    let candidate = found.last().is_some_and(|o| o.group >= compiled.first_naming);
    let mut woken = compiled.wakes.always.clone();
    if candidate {
        woken.extend_from_slice(&compiled.wakes.candidate);
    }
    let mut last = None;
    for occurrence in found.iter().take_while(|o| o.group < compiled.first_naming) {
        if last != Some(occurrence.group) {
            last = Some(occurrence.group);
            woken.extend_from_slice(&compiled.wakes.groups[occurrence.group as usize]);
        }
    }
    woken.retain(|index| {
        compiled.rules[*index as usize]
            .clauses
            .iter()
            .all(|clause| clause.candidate && candidate || clause.groups.iter().any(|group| scratch.is_present(*group)))
    });
    woken.sort_unstable();
    woken.dedup();
    woken
}

/// Candidates any of whose names was found, ascending.
pub(super) fn candidates_found(matcher: &Matcher, scratch: &Scratch) -> Vec<Bound> {
    let first = matcher.compiled.first_naming;
    let from = scratch.occurrences.partition_point(|o| o.group < first);
    let mut found: Vec<Bound> = scratch.occurrences[from..]
        .iter()
        .map(|o| {
            let naming = matcher.compiled.namings[(o.group - first) as usize];
            Bound {
                contest: naming.contest,
                candidate: naming.candidate,
            }
        })
        .collect();
    found.dedup();
    found
}

/// Runs one rule for every candidate found, and without any.
pub(super) fn run(
    matcher: &Matcher,
    scope: &Scope<'_>,
    scratch: &Scratch,
    index: usize,
    candidates: &[Bound],
    out: &mut Vec<Holding>,
) {
    let ready = &matcher.compiled.rules[index];
    let rule = &matcher.set.rules[ready.rule];
    let in_phase = |concerned: &Concerned| {
        ready.phases.is_empty() || concerned.phase.is_some_and(|phase| ready.phases.contains(&phase))
    };
    let in_region = |region: &str| {
        rule.regions.is_empty()
            || rule
                .regions
                .iter()
                .any(|code| code == "00" || region.starts_with(code.as_str()))
    };
    if scope.region.is_some_and(|region| !in_region(region)) {
        return;
    }
    let eval = |bound: Option<Bound>| Eval {
        compiled: &matcher.compiled,
        folded: &scratch.folded,
        occurrences: &scratch.occurrences,
        bound,
        any_candidate: false,
    };
    let before = out.len();
    if ready.binds {
        for bound in candidates {
            let Ok(at) = scratch.contests.binary_search_by_key(&bound.contest, |c| c.contest) else {
                continue;
            };
            let concerned = &scratch.contests[at];
            if !in_phase(concerned) || scope.region.is_none() && !in_region(&matcher.set.contests[bound.contest].region)
            {
                continue;
            }
            let held = eval(Some(*bound)).run(&ready.condition);
            if held.holds && held.places.iter().any(|place| place.candidate) {
                out.push(Holding {
                    ready: index,
                    contest: Some(bound.contest),
                    bound: Some(*bound),
                    places: held.places,
                });
                if same_places(out, before) > MAX_CANDIDATES {
                    out.pop();
                }
            }
        }
        if out.len() > before {
            return;
        }
    }
    let contest = scratch
        .contests
        .iter()
        .find(|concerned| in_phase(concerned))
        .map(|concerned| concerned.contest);
    if !ready.phases.is_empty() && contest.is_none() {
        return;
    }
    let held = eval(None).run(&ready.condition);
    if held.holds {
        let contest = contest.filter(|_| !ready.phases.is_empty());
        out.push(Holding {
            ready: index,
            contest,
            bound: None,
            places: held.places,
        });
    }
}

/// How many holdings of the same rule stand on the same words as the last one, itself included.
fn same_places(out: &[Holding], from: usize) -> usize {
    out.last().map_or(0, |last| {
        out[from..].iter().filter(|other| other.places == last.places).count()
    })
}

/// The places that stay, or what lowered them all.
pub(super) fn lower(
    matcher: &Matcher,
    text: &Text<'_>,
    scratch: &Scratch,
    held: &Holding,
    suppressors: &[Holding],
) -> (Option<Vec<Place>>, Vec<(String, Effect)>) {
    let ready = &matcher.compiled.rules[held.ready];
    let relevant: Vec<&Holding> = suppressors
        .iter()
        .filter(|s| ready.unless.binary_search(&s.ready).is_ok())
        .collect();
    let mut by: Vec<(String, Effect)> = Vec::new();
    let mut add = |reason: &str, effect: Effect| {
        if !by.iter().any(|(known, _)| known == reason) {
            by.push((reason.to_owned(), effect));
        }
    };
    let mut kept = Vec::new();
    for place in &held.places {
        let mut stays = true;
        if ready.voice == Voice::Own
            && text.kind != PostKind::Repost
            && is_foreign(place, text.foreign, &scratch.folded)
        {
            add(FOREIGN, Effect::Note);
            stays = false;
        }
        for suppressor in &relevant {
            let rule = &matcher.compiled.rules[suppressor.ready];
            if reaches(suppressor, rule.reach, place, &scratch.folded) {
                add(&matcher.set.rules[rule.rule].id, rule.effect);
                stays = false;
            }
        }
        if stays {
            kept.push(place.clone());
        }
    }
    if held.places.is_empty() {
        // It holds on what is not there: only what reaches the whole post can lower it.
        for suppressor in &relevant {
            let rule = &matcher.compiled.rules[suppressor.ready];
            if rule.reach == Reach::Post {
                add(&matcher.set.rules[rule.rule].id, rule.effect);
            }
        }
        return (by.is_empty().then(Vec::new), by);
    }
    ((!kept.is_empty()).then_some(kept), by)
}

fn shadow(ready: &Ready) -> bool {
    ready.status == Status::Shadow
}

/// Whether every word of a place is another's.
fn is_foreign(place: &Place, foreign: &[Span], folded: &Folded) -> bool {
    !foreign.is_empty()
        && place.words.as_slice().iter().all(|&(from, to)| {
            let span = folded.span(from, to);
            let at = foreign.partition_point(|f| f.end < span.end);
            foreign
                .get(at)
                .is_some_and(|f| f.start <= span.start && span.end <= f.end)
        })
}

fn reaches(suppressor: &Holding, reach: Reach, place: &Place, folded: &Folded) -> bool {
    let sentence = |at: u32| folded.tokens[at as usize].sentence;
    let words = || suppressor.places.iter().flat_map(|p| p.words.as_slice());
    match reach {
        Reach::Post => true,
        _ if suppressor.places.is_empty() => true,
        Reach::Sentence => {
            let mine: Vec<u32> = place.words.as_slice().iter().map(|(from, _)| sentence(*from)).collect();
            words().any(|(from, _)| mine.contains(&sentence(*from)))
        }
        Reach::Tokens(n) => place
            .words
            .as_slice()
            .iter()
            .any(|mine| words().any(|theirs| gap(*mine, *theirs) <= u32::from(n))),
    }
}

fn hit(matcher: &Matcher, held: &Holding, places: &[Place], folded: &Folded) -> Hit {
    let ready = &matcher.compiled.rules[held.ready];
    let rule = &matcher.set.rules[ready.rule];
    Hit {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        version: rule.version.clone(),
        category: rule.category,
        level: rule.level,
        basis: rule.basis.clone(),
        contest: held.contest.map(|contest| matcher.set.contests[contest].id.clone()),
        candidate: held
            .bound
            .map(|bound| matcher.set.contests[bound.contest].candidates[bound.candidate].number),
        spans: spans(places, folded),
        shadow: shadow(ready),
    }
}

/// The original bytes of the words of all places, ascending, without overlaps.
pub(super) fn spans(places: &[Place], folded: &Folded) -> Vec<Span> {
    let mut spans: Vec<Span> = places
        .iter()
        .flat_map(|place| place.words.as_slice())
        .map(|&(from, to)| folded.span(from, to))
        .collect();
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged.truncate(MAX_SPANS);
    merged
}
