//! Candidates are treated alike, or the difference is shown.
//!
//! Two proofs for every two candidates of a contest. *Exchange*: the two change ballot numbers, and so do the numbers in the text;
//! the verdict must be the same with the two numbers exchanged, to the byte. *Replace*: a text about one, with the other put in its
//! place by the same kind of name (whole, part, nickname, initials, address, pair, acronym), hashtag and party; the verdict must be
//! the same but for the number. So a rule that holds one candidate's name, a part of it, a number or a party as a word of its own is
//! seen. A name, hashtag or party that holds a word of the rules ("jaya", "demokrat") says that word in the text too; those are
//! passed over and counted.
//!
//! Does: fill the examples of the rules, judge, compare. Does not: print, or know where rules come from.
//! Invariant: the same set gives the same proof.

mod names;
mod saying;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{GivenText, Matcher, Scope, Scratch, Text, When};
use crate::model::{CandidateSide, Contest, Given, Outcome, Parity, Span, Verdict};
use crate::rules::{Rule, RuleSet, Status, fill, sample_contest, sample_contest_in};
use names::{names_of_one_word, words_of_names};
use ways::{exchange, grows, tokens, ways, words_of};

/// Sentences beside the examples of the rules.
const CARRIERS: [&str; 14] = [
    "{calon}",
    "{partai}",
    "{tagar}",
    "tadi {calon} lewat",
    "kami dari {partai}",
    "{calon} dan {wakil}",
    "ayo coblos {calon}",
    "hari Rabu jangan lupa coblos nomor {nomor}",
    "pilih paslon 0{nomor}, bukan {lawan}",
    "{calon} menyala, {lawan} pulang saja",
    "saya netral, tapi {calon} nomor {nomor} yang terbaik",
    "jangan pilih {calon}",
    "{calon}-{wakil} siap menang bersama {partai}",
    "#Coblos0{nomor} {tagar}",
];

/// Differences kept; all are counted.
const KEPT: usize = 5_000;

/// Contests in which rules that wait to go live are proven at most; of more, one in so many is taken.
const CONTESTS: usize = 40;

/// What came of it.
#[derive(Debug, Default)]
pub struct Proof {
    /// Contests proven.
    pub contests: usize,
    /// Contests there are for these rules.
    pub of: usize,
    /// Pairs of candidates.
    pub pairs: u64,
    /// Texts whose numbers were exchanged.
    pub exchanged: u64,
    /// Texts in which one candidate was put in another's place.
    pub replaced: u64,
    /// Texts that cannot say the same of both.
    pub passed_over: u64,
    /// Texts that were judged otherwise.
    pub unlike: u64,
    /// The rules that judged them otherwise, and how many.
    pub rules: BTreeMap<String, u64>,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// Two texts that say the same of two candidates and are judged otherwise.
#[derive(Debug)]
pub struct Difference {
    /// The contest's id.
    pub contest: String,
    /// About the one, and its judgement.
    pub here: (String, Verdict),
    /// About the other.
    pub there: (String, Verdict),
}

/// What every contest is proven on.
struct Ground<'a> {
    set: &'a RuleSet,
    templates: BTreeSet<&'a str>,
    texts: &'a [(String, Given)],
    /// Single words of the rules' lists and conditions.
    held: BTreeSet<String>,
}

/// Proves every contest of a set, or the made-up one when it has none; `texts` are exchanged beside the examples of its rules.
pub fn prove(set: &RuleSet, texts: &[(String, Given)], at: When) -> Proof {
    let sample = [sample_contest()];
    let contests = if set.contests.is_empty() {
        &sample[..]
    } else {
        &set.contests
    };
    let mut proof = Proof {
        contests: contests.len(),
        of: contests.len(),
        ..Proof::default()
    };
    let ground = Ground {
        set,
        templates: CARRIERS
            .into_iter()
            .chain(set.examples.iter().map(String::as_str))
            .collect(),
        texts,
        held: words_of(set),
    };
    for contest in contests {
        proof.contest(&ground, contest, at);
    }
    proof
}

/// Proves the rules that `files` would put in force: those that do not run in this version. They are tried on the examples that
/// involve them and on what their conditions say, written out. With them run only what may lower them, and what they may lower; of
/// more contests in their regions than forty, some from each part of the country are taken.
pub fn prove_new(in_force: &RuleSet, files: &RuleSet) -> Proof {
    let runs = |rule: &Rule| {
        let same = |other: &Rule| other.id == rule.id && other.version == rule.version;
        in_force
            .rules
            .iter()
            .any(|other| same(other) && other.status == Status::Live)
    };
    let new: Vec<&Rule> = files.rules.iter().filter(|rule| !runs(rule)).collect();
    if new.is_empty() {
        return Proof::default();
    }
    let lowered = |rule: &Rule| new.iter().any(|new| new.category.suppresses() && rule.yields_to(new));
    let rules = files.rules.iter().filter_map(|rule| {
        let new = new.iter().any(|new| new.id == rule.id);
        let wanted = new || rule.category.suppresses() || lowered(rule);
        let mut rule = rule.clone();
        if new {
            rule.status = Status::Live;
        }
        wanted.then_some(rule)
    });
    let concerns =
        |contest: &&Contest| contest.candidates.len() > 1 && new.iter().any(|rule| rule.may_concern(contest));
    let all: Vec<&Contest> = files.contests.iter().filter(concerns).collect();
    let step = all.len().div_ceil(CONTESTS).max(1);
    let chosen = all.iter().step_by(step).map(|contest| (*contest).clone());
    let mut set = files.with_contests(chosen.collect());
    set.rules = rules.collect();
    set.examples = involving(&set, &new);
    set.examples
        .extend(new.iter().flat_map(|rule| saying::texts(&rule.condition, files)));
    Proof {
        of: all.len().max(1),
        ..prove(&set, &[], When::Campaign)
    }
}

/// The rules over one contest, whatever content they hold in: examples are tried as own words, and whose words they are is the same
/// for every candidate.
fn in_any_content(set: &RuleSet, contest: Contest) -> RuleSet {
    let mut set = set.with_contests(vec![contest]);
    set.rules.iter_mut().for_each(|rule| rule.content.clear());
    set
}

/// The examples in which one of these rules hits, is lowered or lowers, in the made-up contest, where the rule holds.
fn involving(set: &RuleSet, rules: &[&Rule]) -> Vec<String> {
    let scope = Scope {
        at: When::Campaign,
        region: None,
        contests: None,
    };
    let mut scratch = Scratch::default();
    let mut places: BTreeMap<&[String], BTreeSet<&str>> = BTreeMap::new();
    for rule in rules {
        places
            .entry(rule.regions.get(..1).unwrap_or_default())
            .or_default()
            .insert(&rule.id);
    }
    let mut found = BTreeSet::new();
    for (regions, ours) in places {
        let contest = sample_contest_in(regions);
        let matcher = Matcher::new(Arc::new(in_any_content(set, contest.clone())));
        let involves = |template: &&String| {
            fill(template, &contest, 0, 1, |side| Some(side.name.clone())).is_some_and(|text| {
                let verdict = matcher.judge(&Text::plain(&text), &scope, &mut scratch);
                let ours = |id: &String| ours.contains(id.as_str());
                verdict.hits.iter().any(|hit| ours(&hit.rule))
                    || verdict.suppressed.iter().any(|s| ours(&s.rule) || ours(&s.by))
            })
        };
        found.extend(set.examples.iter().filter(involves).cloned());
    }
    found.into_iter().collect()
}

impl Proof {
    /// What is kept of it.
    pub fn noted(&self) -> Parity {
        Parity {
            contests: self.contests as u64,
            of: self.of as u64,
            pairs: self.pairs,
            texts: self.exchanged + self.replaced,
            unlike: self.rules.clone(),
        }
    }

    fn contest(&mut self, ground: &Ground<'_>, contest: &Contest, at: When) {
        let Ground {
            set,
            templates,
            texts,
            held,
        } = ground;
        let matcher = Matcher::new(Arc::new(in_any_content(set, contest.clone())));
        let scope = Scope {
            at,
            region: None,
            contests: None,
        };
        let mut scratch = Scratch::default();
        let (called, words) = (names_of_one_word(contest), words_of_names(contest));
        let impartial = |template: &&&str| {
            !tokens(template).iter().any(|t| called.contains(&t.1.to_lowercase())) && !grows(template, &words)
        };
        for first in 0..contest.candidates.len() {
            for second in first + 1..contest.candidates.len() {
                self.pairs += 1;
                let (a, b) = (contest.candidates[first].number, contest.candidates[second].number);
                let mut turned = contest.clone();
                turned.candidates[first].number = b;
                turned.candidates[second].number = a;
                turned.candidates.sort_by_key(|c| c.number);
                let exchanged = Matcher::new(Arc::new(in_any_content(set, turned)));
                let full = |side: &CandidateSide| Some(side.name.clone());
                let generated = templates.iter().filter_map(|t| fill(t, contest, first, second, full));
                let generated = generated.map(|text| (text, Given::Own));
                for (text, kind) in generated.chain(texts.iter().cloned()) {
                    let Some(other) = exchange(&text, a, b) else {
                        self.passed_over += 1;
                        continue;
                    };
                    self.exchanged += 1;
                    let here = matcher.judge(&GivenText::new(&text, kind).as_text(), &scope, &mut scratch);
                    let there = exchanged.judge(&GivenText::new(&other, kind).as_text(), &scope, &mut scratch);
                    let exact = text.len() == other.len();
                    let both = (seen(&here, a, b, exact), seen(&there, 0, 0, exact));
                    self.compare(contest, &both, (text, here), (other, there));
                }
                for way in ways(contest, first, second, held) {
                    for template in templates.iter().filter(impartial).filter(|t| way.fits(t)) {
                        let both = [(first, second), (second, first)]
                            .map(|(one, other)| way.text(template, contest, one, other));
                        let [Some(text), Some(other)] = both else {
                            self.passed_over += 1;
                            continue;
                        };
                        self.replaced += 1;
                        let here = matcher.judge(&Text::plain(&text), &scope, &mut scratch);
                        let there = matcher.judge(&Text::plain(&other), &scope, &mut scratch);
                        let both = (seen(&here, a, b, false), seen(&there, 0, 0, false));
                        self.compare(contest, &both, (text, here), (other, there));
                    }
                }
            }
        }
    }

    fn compare(&mut self, contest: &Contest, seen: &(Seen, Seen), here: (String, Verdict), there: (String, Verdict)) {
        let (one, other) = seen;
        if one == other {
            return;
        }
        self.unlike += 1;
        let hits = one.1.symmetric_difference(&other.1).map(|(rule, ..)| rule);
        let lowered = one.2.symmetric_difference(&other.2).map(|(rule, _)| rule);
        for rule in hits.chain(lowered).collect::<BTreeSet<_>>() {
            *self.rules.entry(rule.clone()).or_default() += 1;
        }
        if self.differences.len() < KEPT {
            let contest = contest.id.clone();
            self.differences.push(Difference { contest, here, there });
        }
    }
}

type Seen = (
    Outcome,
    BTreeSet<(String, Option<String>, Option<u32>, Vec<Span>)>,
    BTreeSet<(String, String)>,
);

/// What a verdict says, numbers `a` and `b` exchanged; places only when they can be compared.
fn seen(verdict: &Verdict, a: u32, b: u32, places: bool) -> Seen {
    let number = |n: u32| match n {
        n if n == a => b,
        n if n == b => a,
        n => n,
    };
    let hits = verdict.hits.iter().map(|hit| {
        let spans = if places { hit.spans.clone() } else { Vec::new() };
        (hit.rule.clone(), hit.contest.clone(), hit.candidate.map(number), spans)
    });
    let lowered = verdict.suppressed.iter().map(|s| (s.rule.clone(), s.by.clone()));
    (verdict.outcome, hits.collect(), lowered.collect())
}
