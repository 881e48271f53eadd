//! Why a text does or does not hit, for the people who write rules.
//!
//! Does: say for each rule of which anything was found, which parts of its condition hold, what is missing and what lowered it.
//! Does not: tell how words were folded ([`super::foldings`]), decide anything; the verdict is the judge's own.
//! Invariant: what it shows is computed by the same functions that judge.

use std::collections::HashSet;

use super::Matcher;
use super::compile::{Group, Ready};
use super::cond::Cond;
use super::eval::{Eval, Occurrence, Window};
use super::foldings::{Folding, foldings, plain};
use super::judge::{self, Bench, By, Holding, Scene, Short};
use super::named::Named;
use super::parts::{Missing, Part, Shape};
use super::room::Room;
use super::shown;
use crate::model::{Span, Verdict};
use crate::rules::{CANDIDATE_WORDS, Expr, Status};

/// Sentences of which the nearest is looked for.
const MOST_SENTENCES: usize = 8;

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Rule id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: Status,
    /// Contest and ballot number of the candidate tried, if any.
    pub candidate: Option<(String, u32)>,
    /// Whether the whole condition holds.
    pub holds: bool,
    /// What the condition came to.
    pub condition: Part,
    /// Why the rule does not hold although parts of it do.
    pub missing: Vec<Missing>,
    /// What lowered it: suppressor ids, `kutipan`, or `judul berita dengan tautan`.
    pub lowered_by: Vec<String>,
    /// Whether it counts all the same, as some of its places are not lowered.
    pub stays: bool,
    /// If so: suppressors that it names and that hold, but too far away.
    pub beyond: Vec<Beyond>,
    /// If so: suppressors that would lower it, were they not in the shadow.
    pub in_shadow: Vec<InShadow>,
}

/// A suppressor that would lower a hit if it were in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InShadow {
    /// Its id.
    pub by: String,
    /// Its words.
    pub spans: Vec<Span>,
    /// Whether nothing of the hit would stay.
    pub all: bool,
}

/// A suppressor that holds, but does not lower what stays of a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beyond {
    /// Its id.
    pub by: String,
    /// Its words.
    pub spans: Vec<Span>,
    /// What keeps it from reaching.
    pub short: Short,
}

/// Why a text does or does not hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The folded text, each word read as a rule knows it.
    pub folded: String,
    /// Words that folding changed, words taken from under affixes and words that were cut, in order.
    pub foldings: Vec<Folding>,
    /// Rules of which anything was found, in the order of the set.
    pub rules: Vec<Trace>,
    /// The verdict.
    pub verdict: Verdict,
}

/// `scene` is the text that was judged, `found` what was found in it at first, `bench` where it was judged, which is used up.
pub(super) fn explain(scene: &Scene<'_>, found: &[Occurrence], bench: &mut Bench, verdict: Verdict) -> Explanation {
    let first = scene.matcher.compiled.first_naming;
    let kept: HashSet<(Group, u32, u32)> = scene.occurrences.iter().map(|o| (o.group, o.from, o.to)).collect();
    let dropped = found
        .iter()
        .filter(|o| o.group < first && !kept.contains(&(o.group, o.from, o.to)));
    let sight = Sight {
        scene,
        in_names: &dropped.copied().collect::<Vec<_>>(),
    };
    Explanation {
        folded: plain(scene),
        foldings: foldings(scene),
        rules: traces(&sight, bench),
        verdict,
    }
}

/// The text that was judged, with what was found in it and does not count.
#[derive(Clone, Copy)]
struct Sight<'a> {
    scene: &'a Scene<'a>,
    /// Words of rules that stand in the name of a candidate.
    in_names: &'a [Occurrence],
}

fn traces(sight: &Sight<'_>, bench: &mut Bench) -> Vec<Trace> {
    let scene = sight.scene;
    let matcher = scene.matcher;
    bench.clear();
    let rules = || matcher.compiled.rules.iter().enumerate();
    for (index, _) in rules().filter(|(_, ready)| ready.suppresses) {
        judge::run(scene, index, &mut bench.room, &mut bench.suppressors);
    }
    bench.survey(scene);
    let mut out = Vec::new();
    for (index, ready) in rules() {
        let mut holding = Vec::new();
        judge::run(scene, index, &mut bench.room, &mut holding);
        if holding.is_empty() {
            let tried = scene.names.all().first().filter(|_| ready.binds);
            let mut nearly = trace(sight, ready, tried, &mut bench.room);
            if !nearly.condition.is_begun() {
                continue;
            }
            nearly.missing = missing(&nearly, ready, tried, scene);
            out.push(nearly);
        }
        for held in holding {
            let named = scene.names.all().iter().find(|named| Some(named.bound) == held.bound);
            let mut whole = trace(sight, ready, named, &mut bench.room);
            whole.holds = true;
            if !ready.suppresses {
                whole.stays = bench.lower(scene, &held);
                whole.lowered_by = bench.lowered_by().map(|by| matcher.name_of(by).to_owned()).collect();
                if whole.stays {
                    whole.beyond = beyond(scene, bench, &held);
                    whole.in_shadow = in_shadow(scene, bench, &held);
                }
            }
            out.push(whole);
        }
    }
    out.sort_by(|a, b| (&a.rule, &a.candidate).cmp(&(&b.rule, &b.candidate)));
    out
}

/// The suppressors that might have lowered what stays of the hit looked at last.
fn beyond(scene: &Scene<'_>, bench: &Bench, held: &Holding) -> Vec<Beyond> {
    let all = bench.out_of_reach(scene, held).into_iter();
    all.map(|(i, short)| {
        let (by, spans) = told(scene, bench, &bench.suppressors[i]);
        Beyond { by, spans, short }
    })
    .collect()
}

/// The suppressors in the shadow that would have lowered what stays of the hit looked at last.
fn in_shadow(scene: &Scene<'_>, bench: &Bench, held: &Holding) -> Vec<InShadow> {
    let all = bench.in_shadow(scene, held).into_iter();
    all.map(|(i, all)| {
        let (by, spans) = told(scene, bench, &bench.suppressors[i]);
        InShadow { by, spans, all }
    })
    .collect()
}

/// The id of a suppressor and its words.
fn told(scene: &Scene<'_>, bench: &Bench, suppressor: &Holding) -> (String, Vec<Span>) {
    let places = suppressor.places(&bench.room).iter();
    let words = places.flat_map(|place| bench.room.words_of(place));
    let mut spans = Vec::new();
    shown::gather(words.map(|(from, to)| scene.folded.span(from, to)), &mut spans);
    (scene.matcher.name_of(By::Rule(suppressor.ready)).to_owned(), spans)
}

/// What a rule's condition and its parts came to, with this candidate or none.
fn trace(sight: &Sight<'_>, ready: &Ready, named: Option<&Named>, room: &mut Room) -> Trace {
    let matcher = sight.scene.matcher;
    let rule = &matcher.set.rules[ready.rule];
    let eval = sight.scene.eval(named);
    Trace {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        status: rule.status,
        candidate: named.map(|named| {
            let contest = &matcher.set.contests[named.bound.contest];
            (contest.id.clone(), contest.candidates[named.bound.candidate].number)
        }),
        holds: false,
        missing: Vec::new(),
        lowered_by: Vec::new(),
        stays: false,
        beyond: Vec::new(),
        in_shadow: Vec::new(),
        condition: part(sight, &eval, (&rule.condition, &ready.condition), eval.whole(), room),
    }
}

fn missing(trace: &Trace, ready: &Ready, tried: Option<&Named>, scene: &Scene<'_>) -> Vec<Missing> {
    let mut out = Vec::new();
    let (phase, region) = scene.out_of_force(ready, tried);
    out.extend(phase.then_some(Missing::Phase));
    out.extend(region.then_some(Missing::Region));
    out.extend(trace.condition.missing());
    if out.is_empty() && trace.condition.holds && ready.content.are_some() {
        out.push(Missing::Content);
    } else if out.is_empty() {
        // It holds only with words of two candidates.
        out.push(Missing::Beside(trace.condition.expr.clone()));
    }
    out
}

/// What a condition and all its parts come to in these tokens.
fn part(sight: &Sight<'_>, eval: &Eval<'_>, (expr, cond): (&Expr, &Cond), window: Window, room: &mut Room) -> Part {
    let scene = sight.scene;
    let mark = room.mark();
    let holds = eval.run_in(cond, window, room);
    let mut spans = Vec::new();
    let words = room.places[mark.places..].iter().flat_map(|place| room.words_of(place));
    shown::gather(words.map(|(from, to)| scene.folded.span(from, to)), &mut spans);
    room.forget(mark);
    let shape = match expr {
        Expr::Words(_) | Expr::Term(_) | Expr::Candidate(_) => Shape::Words,
        Expr::Any(_) => Shape::Any,
        Expr::All(_) => Shape::All,
        Expr::Near { .. } | Expr::Before { .. } | Expr::Phrase(_) => Shape::Beside,
        Expr::Not(_) => Shape::Not,
        Expr::Sentence(_) => Shape::Sentence,
        Expr::Count { .. } | Expr::Several { .. } => Shape::Count,
    };
    let mut parts = Vec::new();
    for both in expr.parts().iter().zip(cond.parts()) {
        let nearest = if shape == Shape::Sentence {
            nearest_sentence(sight, eval, both, window, room)
        } else {
            None
        };
        parts.push(nearest.unwrap_or_else(|| part(sight, eval, both, window, room)));
    }
    let mut names = Vec::new();
    if let Cond::Group(group) = cond {
        let inside = |o: &&Occurrence| o.group == *group && window.0 <= o.from && o.to <= window.1;
        let inside = sight.in_names.iter().filter(inside);
        shown::gather(inside.map(|o| scene.folded.span(o.from, o.to)), &mut names);
    }
    Part {
        names,
        expr: show(expr, scene.matcher),
        shape,
        holds,
        spans,
        parts,
    }
}

/// What stands inside `sentence`, in the sentence in which it holds. Where it holds in none, and asks for nothing to be absent, it is
/// looked for in the whole text: that its parts stand in different sentences is then what is said; else in the sentence in which it
/// lacks least.
fn nearest_sentence(
    sight: &Sight<'_>,
    eval: &Eval<'_>,
    both: (&Expr, &Cond),
    window: Window,
    room: &mut Room,
) -> Option<Part> {
    let sentences: Vec<Window> = eval.sentences(window).take(MOST_SENTENCES).collect();
    let tried = sentences
        .into_iter()
        .map(|sentence| part(sight, eval, both, sentence, room));
    let nearest = tried.min_by_key(|part| (!part.holds, part.missing().len(), std::cmp::Reverse(part.found())))?;
    (nearest.holds || denies(both.0)).then_some(nearest)
}

/// Whether an expression asks for anything to be absent.
fn denies(expr: &Expr) -> bool {
    matches!(expr, Expr::Not(_)) || expr.parts().iter().any(denies)
}

/// An expression as a rule writes it.
fn show(expr: &Expr, matcher: &Matcher) -> String {
    let list = |parts: &[Expr]| {
        parts
            .iter()
            .map(|part| show(part, matcher))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match expr {
        Expr::Words(index) => {
            format!(
                "@{}",
                matcher.set.words.get(*index).map_or("?", |list| list.name.as_str())
            )
        }
        Expr::Term(term) => format!("'{}'", term.text),
        Expr::Candidate(class) => {
            let mut words = CANDIDATE_WORDS.iter();
            format!("@{}", words.find(|(_, c)| c == class).map_or("?", |(word, _)| word))
        }
        Expr::Any(parts) => format!("any({})", list(parts)),
        Expr::All(parts) => format!("all({})", list(parts)),
        Expr::Not(inner) => format!("not({})", show(inner, matcher)),
        Expr::Near { parts, within } => format!("near({}, {within})", list(parts)),
        Expr::Before { parts, within } => format!("before({}, {within})", list(parts)),
        Expr::Phrase(parts) => format!("phrase({})", list(parts)),
        Expr::Count { of, at_least } => format!("count({}, {at_least})", show(of, matcher)),
        Expr::Several { of, at_least } => format!("several({}, {at_least})", show(&Expr::Candidate(*of), matcher)),
        Expr::Sentence(inner) => format!("sentence({})", show(inner, matcher)),
    }
}
