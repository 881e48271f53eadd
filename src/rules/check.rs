//! All files together → every diagnostic of every file, and the set if there was no error.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::canonical;
use super::contest::{ContestDraft, read_contest};
use super::diagnostic::{self as codes, Diagnostic, Severity};
use super::example::{self, Example};
use super::expr;
use super::fields::Sink;
use super::lint;
use super::norm;
use super::pack::{PackDraft, RuleDraft, read_pack};
use super::read::SourceFile;
use super::set::{Expr, Rule, RuleSet, Term, WordList};
use super::syntax;
use super::terms;
use super::unless::Suppressors;

/// Faults listed for one file; what is beyond only repeats them.
pub(super) const MOST_FAULTS: usize = 100;

/// What came of a check.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// The set; `None` if any file has an error.
    pub set: Option<RuleSet>,
    /// Everything found, in order of file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Every term of a list and every literal that makes a rule hit, where it stands; empty if any file has an error.
    pub terms: Vec<TermPlace>,
    /// The examples of the rules, placeholders filled from [`super::sample_contest`].
    pub examples: Vec<Example>,
}

/// A term and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermPlace {
    /// Index of the file.
    pub file: usize,
    /// Bytes in it; where escapes hide the place of a literal, the condition that holds it.
    pub span: Range<usize>,
    /// The term.
    pub term: Term,
    /// The list it belongs to; `None` for a literal.
    pub list: Option<String>,
    /// Rules for which it is enough, and that queue.
    pub alone: Vec<String>,
}

/// A place in one of the files.
pub(super) type Place = (usize, Range<usize>);

/// The file of a contest, and where each of its candidates is written.
pub(super) type CandidatePlaces = (usize, Vec<Range<usize>>);

/// A rule with where it is written, for the faults found when everything is known.
pub(super) struct Placed {
    pub rule: Rule,
    pub place: Place,
    /// Where the condition is written.
    pub condition: Range<usize>,
    /// Where its words are written, in their order; none where escapes hide it.
    pub words: Vec<Range<usize>>,
    /// Where its regions are written; where there are none, its id.
    pub regions: Range<usize>,
    /// Where its phases are; where there are none, its id.
    pub phases: Range<usize>,
    pub examples: usize,
}

impl Placed {
    /// Where a word of its condition is written.
    pub fn place_of(&self, word: &Expr) -> Range<usize> {
        let mut words = Vec::new();
        words_of(&self.rule.condition, &mut words);
        let at = words.iter().position(|other| std::ptr::eq(*other, word));
        at.and_then(|at| self.words.get(at)).unwrap_or(&self.condition).clone()
    }
}

/// The words of an expression, as written: quoted terms, lists, candidate words.
pub(super) fn words_of<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    if expr.parts().is_empty() {
        found.push(expr);
    }
    expr.parts().iter().for_each(|part| words_of(part, found));
}

/// Checks packs and contests together.
pub fn check(files: &[SourceFile]) -> Checked {
    let mut sinks: Vec<Sink> = files.iter().map(Sink::new).collect();
    let mut packs: Vec<(usize, PackDraft)> = Vec::new();
    let mut contests: Vec<(usize, ContestDraft)> = Vec::new();
    let mut broken = false;
    for (index, file) in files.iter().enumerate() {
        let sink = &mut sinks[index];
        if let Some(unread) = &file.unread {
            broken = true;
            let place = unread.at..unread.at;
            let found = sink.add(codes::UNREADABLE, place, format!("not readable: {}", unread.why));
            found.help = unread.help.map(str::to_owned);
            continue;
        }
        let (document, errors) = DeTable::parse_recoverable(&file.text);
        if !errors.is_empty() {
            broken = true;
            syntax::report(sink, errors);
        } else if let Some(title) = misplaced(file, document.get_ref()) {
            sink.add(codes::MISPLACED_FILE, 0..0, title)
                .help("packs lie in the rules folder, contests in its folder `contests`");
        } else if file.is_contest() {
            contests.extend(read_contest(sink, document.get_ref()).map(|c| (index, c)));
        } else {
            packs.push((index, read_pack(sink, document.get_ref())));
        }
    }
    let words = gather_words(&mut sinks, &packs);
    let listed = listed_terms(&packs);
    let norms = norm::gather(&mut sinks, &packs);
    let mut examples = Vec::new();
    let (rules, unused_sets) = gather_rules(&mut sinks, packs, &words, broken, &mut examples);
    let (contests, contest_places) = gather_contests(&mut sinks, contests);
    let (word_places, words): (Vec<Place>, Vec<WordList>) = words.into_iter().unzip();
    let mut set = RuleSet {
        words,
        contests,
        norms,
        ..RuleSet::default()
    };
    let failed = broken
        || sinks
            .iter()
            .any(|s| s.found.iter().any(|d| d.severity == Severity::Error));
    if !failed {
        set.candidate_terms = terms::candidate_terms(&set.contests);
        lint::check(&mut sinks, &rules, &listed, &set, &contest_places);
        lint::unused_lists(&mut sinks, &rules, &set, &word_places);
        lint::unused_sets(&mut sinks, unused_sets);
        lint::terms::check(&mut sinks, &listed, &rules, &set);
    }
    let diagnostics = settle(sinks);
    if failed {
        return Checked {
            diagnostics,
            examples,
            ..Checked::default()
        };
    }
    let terms = lint::alone_with(&rules, &set, listed);
    set.examples = example::templates(&examples);
    set.rules = rules.into_iter().map(|placed| placed.rule).collect();
    for rule in &mut set.rules {
        rule.version = canonical::rule_version(rule, &set.words);
    }
    set.hash = canonical::set_hash(&set);
    Checked {
        set: Some(set),
        diagnostics,
        terms,
        examples,
    }
}

/// The terms of all lists where they stand.
fn listed_terms(packs: &[(usize, PackDraft)]) -> Vec<TermPlace> {
    let lists = packs
        .iter()
        .flat_map(|(file, pack)| pack.words.iter().map(move |list| (*file, list)));
    lists
        .flat_map(|(file, list)| {
            list.terms.iter().map(move |term| TermPlace {
                file,
                span: term.span(),
                term: term.get_ref().clone(),
                list: Some(list.name.get_ref().clone()),
                alone: Vec::new(),
            })
        })
        .collect()
}

impl RuleSet {
    /// The same rules over other contests: for examples, for a chosen few, for the parity proof.
    #[must_use]
    pub fn with_contests(&self, mut contests: Vec<crate::model::Contest>) -> Self {
        contests.sort_by(|a, b| a.id.cmp(&b.id));
        let mut set = Self {
            rules: self.rules.clone(),
            words: self.words.clone(),
            norms: self.norms.clone(),
            candidate_terms: terms::candidate_terms(&contests),
            contests,
            examples: self.examples.clone(),
            hash: String::new(),
        };
        set.hash = canonical::set_hash(&set);
        set
    }
}

/// A contest among the packs or a pack among the contests: one fault instead of one for each key.
fn misplaced(file: &SourceFile, document: &DeTable<'_>) -> Option<&'static str> {
    let (pack, contest) = (document.contains_key("pack"), document.contains_key("contest"));
    match file.is_contest() {
        true if pack && !contest => Some("a pack among the contests"),
        false if contest && !pack => Some("a contest among the packs"),
        _ => None,
    }
}

/// The word lists of all packs by name, each with its place.
fn gather_words(sinks: &mut [Sink], packs: &[(usize, PackDraft)]) -> Vec<(Place, WordList)> {
    let mut lists: BTreeMap<&str, (Place, WordList)> = BTreeMap::new();
    for (file, pack) in packs {
        for list in &pack.words {
            let name = list.name.get_ref().as_str();
            let place = (*file, list.name.span());
            if let Some(((first, span), _)) = lists.get(name) {
                twice(
                    sinks,
                    &place,
                    &(*first, span.clone()),
                    &format!("two word lists are called `{name}`"),
                );
                continue;
            }
            lint::covered_terms(&mut sinks[*file], list);
            let terms = list.terms.iter().map(|t| t.get_ref().clone()).collect();
            let name_owned = name.to_owned();
            lists.insert(
                name,
                (
                    place,
                    WordList {
                        name: name_owned,
                        terms,
                    },
                ),
            );
        }
    }
    lists.into_values().collect()
}

fn gather_rules(
    sinks: &mut [Sink],
    packs: Vec<(usize, PackDraft)>,
    words: &[(Place, WordList)],
    broken: bool,
    examples: &mut Vec<Example>,
) -> (Vec<Placed>, Vec<(String, Place)>) {
    let names: Vec<&str> = words.iter().map(|(_, list)| list.name.as_str()).collect();
    let mut ids: BTreeMap<String, Place> = BTreeMap::new();
    let mut pack_ids: BTreeMap<String, Place> = BTreeMap::new();
    for (file, pack) in &packs {
        if let Some(id) = &pack.id {
            let place = (*file, id.span());
            if let Some(first) = pack_ids.insert(id.get_ref().clone(), place.clone()) {
                twice(
                    sinks,
                    &place,
                    &first,
                    &format!("two packs are called `{}`", id.get_ref()),
                );
            }
        }
        for rule in &pack.rules {
            let Some(id) = &rule.id else { continue };
            let place = (*file, id.span());
            if let Some(first) = ids.insert(id.get_ref().clone(), place.clone()) {
                twice(
                    sinks,
                    &place,
                    &first,
                    &format!("two rules have the id `{}`", id.get_ref()),
                );
            }
        }
    }
    let mut suppressors = Suppressors::gather(sinks, &packs, &ids, broken);
    let mut rules = Vec::new();
    for (file, pack) in packs {
        let pack_id = pack.id.map(Spanned::into_inner).unwrap_or_default();
        for draft in pack.rules {
            let unless = suppressors.of_rule(&mut sinks[file], &draft.unless);
            let condition = draft
                .condition
                .clone()
                .and_then(|c| parse_condition(&mut sinks[file], &c, &names, broken));
            for wanted in &draft.examples {
                let text = example::fill_checked(&mut sinks[file], &wanted.text);
                examples.push(Example {
                    rule: draft.id.as_ref().map(|i| i.get_ref().clone()).unwrap_or_default(),
                    template: wanted.text.get_ref().clone(),
                    text,
                    expect: wanted.expect,
                    kind: wanted.kind,
                    file: sinks[file].file.path.clone(),
                    span: wanted.text.span(),
                });
            }
            rules.extend(place_rule(file, &pack_id, draft, condition, unless));
        }
    }
    rules.sort_by(|a: &Placed, b: &Placed| a.rule.id.cmp(&b.rule.id));
    (rules, suppressors.unused())
}

fn place_rule(
    file: usize,
    pack: &str,
    draft: RuleDraft,
    condition: Option<(Expr, Vec<Range<usize>>)>,
    unless: Vec<String>,
) -> Option<Placed> {
    let (condition, words) = condition?;
    let span = draft.id.as_ref().map_or(draft.span, Spanned::span);
    Some(Placed {
        condition: draft.condition.map(|c| c.span())?,
        words,
        regions: draft.regions_at.unwrap_or_else(|| span.clone()),
        phases: draft.phases_at.unwrap_or_else(|| span.clone()),
        examples: draft.examples.len(),
        place: (file, span),
        rule: Rule {
            id: draft.id?.into_inner(),
            title: draft.title?.into_inner(),
            pack: pack.to_owned(),
            category: draft.category?.into_inner(),
            level: draft.level,
            status: draft.status,
            condition,
            unless,
            phases: draft.phases,
            regions: draft.regions,
            basis: draft.basis.into_iter().map(Spanned::into_inner).collect(),
            reach: draft.reach,
            effect: draft.effect,
            voice: draft.voice,
            content: draft.content,
            version: String::new(),
        },
    })
}

/// Parses a condition; its faults and the places of its words are moved to their place in the file.
fn parse_condition(
    sink: &mut Sink,
    condition: &Spanned<String>,
    lists: &[&str],
    broken: bool,
) -> Option<(Expr, Vec<Range<usize>>)> {
    let base = inner_start(&sink.file.text, condition);
    match expr::parse(condition.get_ref(), lists) {
        Ok((expr, words)) => {
            let moved = base
                .into_iter()
                .flat_map(|base| words.iter().map(move |w| base + w.start..base + w.end));
            Some((expr, moved.collect()))
        }
        Err(faults) => {
            for fault in faults {
                if broken && fault.code == codes::UNKNOWN_LIST {
                    continue;
                }
                let span = base.map_or_else(|| condition.span(), |b| b + fault.span.start..b + fault.span.end);
                let found = sink.add(fault.code, span, fault.title);
                found.label(fault.label);
                if let Some(help) = fault.help {
                    found.help(help);
                }
            }
            None
        }
    }
}

/// Where the text of a value begins in the file; `None` when escapes make the two differ.
fn inner_start(file: &str, value: &Spanned<String>) -> Option<usize> {
    let span = value.span();
    let raw = file.get(span.clone())?;
    Some(span.start + raw.find(value.get_ref().as_str())?)
}

fn gather_contests(
    sinks: &mut [Sink],
    mut drafts: Vec<(usize, ContestDraft)>,
) -> (Vec<crate::model::Contest>, Vec<CandidatePlaces>) {
    drafts.sort_by(|a, b| (a.1.id.get_ref(), a.0).cmp(&(b.1.id.get_ref(), b.0)));
    for pair in drafts.windows(2) {
        if pair[0].1.id.get_ref() == pair[1].1.id.get_ref() {
            let (first, second) = ((pair[0].0, pair[0].1.id.span()), (pair[1].0, pair[1].1.id.span()));
            twice(
                sinks,
                &second,
                &first,
                &format!("two contests have the id `{}`", pair[0].1.id.get_ref()),
            );
        }
    }
    drafts
        .into_iter()
        .map(|(file, draft)| (draft.contest, (file, draft.places)))
        .unzip()
}

pub(super) fn twice(sinks: &mut [Sink], again: &Place, first: &Place, title: &str) {
    let path = sinks[first.0].file.path.clone();
    sinks[again.0]
        .add(codes::TWICE, again.1.clone(), title)
        .label("again here")
        .also(&path, first.1.clone(), "first here");
}

/// In order of file and place, no file with more than is worth listing.
fn settle(sinks: Vec<Sink>) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for mut sink in sinks {
        sink.found
            .sort_by(|a, b| (a.span.start, a.code).cmp(&(b.span.start, b.code)));
        let more = sink.found.len().saturating_sub(MOST_FAULTS);
        if more > 0 {
            // An error beyond the cut must still be one.
            let code = if sink.found[MOST_FAULTS..].iter().any(|d| d.severity == Severity::Error) {
                codes::MORE_FAULTS
            } else {
                codes::MORE_WARNINGS
            };
            sink.found.truncate(MOST_FAULTS);
            let end = sink.file.text.len();
            sink.add(code, end..end, format!("{more} more in this file"));
        }
        all.append(&mut sink.found);
    }
    all
}
