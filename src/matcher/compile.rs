//! A rule set → patterns over folded words, and rules over groups of patterns.
//!
//! Does: fold every term with the tables that fold posts, number what a rule may look for ([`Group`]), keep for each pattern
//! which groups it belongs to. Does not: search.
//! Invariant: groups of candidates follow all others and ascend by contest, so that a scope's contests are one range each.

use std::collections::{BTreeMap, HashMap};

use super::bends::{self, Bends};
use super::cond::{Any, Cond};
use super::content::Kinds;
use super::ends::{Ends, Lists};
use super::eval::Occurrence;
use super::named::{ACTS, CAMPAIGNS, ELECTION, RUNNING};
use super::wakes::Wakes;
use crate::model::{Level, Phase};
use crate::rules::{CandidateWords, Capitals, Effect, Expr, Reach, Rule, RuleSet, Status, Term, Voice};
use crate::text::fold::{Folded, Join, Kind};
use crate::text::{lexicon, reading};

/// How far a word of a pattern bends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Bend {
    /// Not at all.
    Exact,
    /// Clitics: -nya, -lah, -ku …
    Clitic,
    /// Affixes and clitics.
    Affix,
}

/// One word of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Word {
    pub(super) form: String,
    pub(super) bend: Bend,
}

/// Something a rule may look for: a word list, a literal, one way of naming one candidate, the words of elections.
pub(super) type Group = u32;

/// A sequence of words to find, and who looks for it.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) words: Vec<Word>,
    /// What it is known by once it is found.
    pub(super) ends: Ends,
}

/// One way of naming one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Naming {
    pub(super) contest: usize,
    pub(super) candidate: usize,
    pub(super) class: CandidateWords,
    pub(super) weak: bool,
    pub(super) everyday: bool,
    pub(super) addressed: bool,
    pub(super) capitals: Capitals,
}

impl Naming {
    /// A ballot number.
    pub(super) const fn is_number(self) -> bool {
        matches!(self.class, CandidateWords::Nomor | CandidateWords::Angka)
    }
}

/// A rule ready to run.
#[derive(Debug)]
pub(super) struct Ready {
    /// Index into the set.
    pub(super) rule: usize,
    /// Where its id stands among all.
    pub(super) rank: usize,
    pub(super) condition: Cond,
    /// The condition names a candidate outside any `not`.
    pub(super) binds: bool,
    /// The classes of candidates' words it names, as [`super::named::bits`].
    pub(super) classes: u16,
    /// Indices of suppressors that may lower it.
    pub(super) unless: Vec<usize>,
    pub(super) status: Status,
    pub(super) suppresses: bool,
    pub(super) level: Level,
    pub(super) voice: Voice,
    pub(super) content: Kinds,
    pub(super) reach: Reach,
    pub(super) effect: Effect,
    pub(super) phases: Vec<Phase>,
}

/// Everything compiled.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) patterns: Vec<Pattern>,
    /// The groups of patterns.
    pub(super) lists: Lists,
    pub(super) wakes: Wakes,
    /// Suppressors first, then the others; each part in the order of the set.
    pub(super) rules: Vec<Ready>,
    pub(super) namings: Vec<Naming>,
    /// Groups below this are no candidate's.
    pub(super) first_naming: Group,
    /// Whether any condition asks for sentences.
    pub(super) sentences: bool,
    /// Whether any condition asks about everyone who is named.
    pub(super) asks_for_all: bool,
    /// The words of elections, near which a weak name counts.
    pub(super) election: Group,
    /// What is done for a candidate; right behind it a word is taken for a name.
    pub(super) acts: Group,
    /// Words of campaigns, beside which capitals are an acronym.
    pub(super) campaigns: Group,
    /// What is said of those who run, near which a common name with a form of address counts.
    pub(super) running: Group,
}

impl Compiled {
    /// Where among ascending occurrences those of candidates begin.
    pub(super) fn first_named(&self, occurrences: &[Occurrence]) -> usize {
        occurrences.partition_point(|o| o.group < self.first_naming)
    }

    /// The way of naming that is found as this group.
    #[inline]
    pub(super) fn naming(&self, group: Group) -> &Naming {
        &self.namings[(group - self.first_naming) as usize]
    }

    /// Bytes that searching reads: which groups a pattern belongs to, which rules they wake.
    pub(super) fn bytes(&self) -> usize {
        self.lists.bytes() + self.wakes.bytes() + self.namings.len() * size_of::<Naming>()
    }
}

pub(super) fn compile(set: &RuleSet) -> Compiled {
    let mut builder = Builder {
        patterns: BTreeMap::new(),
        literals: HashMap::new(),
        next: 0,
        sentences: false,
        folded: Folded::default(),
    };
    for list in &set.words {
        let group = builder.group();
        for term in &list.terms {
            builder.term(term, group);
        }
    }
    let mut rules = Vec::new();
    for (index, rule) in set.rules.iter().enumerate() {
        if !matches!(rule.status, Status::Live | Status::Shadow) {
            continue;
        }
        let condition = builder.condition(&rule.condition);
        rules.push(Ready {
            rule: index,
            rank: 0,
            binds: condition.binds(),
            classes: condition.classes(),
            condition,
            unless: Vec::new(),
            status: rule.status,
            suppresses: rule.category.suppresses(),
            level: rule.level,
            voice: rule.voice,
            content: Kinds::of(&rule.content),
            reach: rule.reach,
            effect: rule.effect,
            phases: rule.phases.clone(),
        });
    }
    let election = builder.any_of(&ELECTION, true);
    let acts = builder.any_of(&ACTS, false);
    let campaigns = builder.any_of(&CAMPAIGNS, false);
    let running = builder.any_of(&RUNNING, true);
    let first_naming = builder.next;
    let namings = builder.candidates(set);
    rules.sort_by_key(|ready| (!ready.suppresses, ready.rule));
    rank(set, &mut rules);
    resolve_unless(set, &mut rules);
    let mut lists = Lists::default();
    let patterns: Vec<Pattern> = builder
        .patterns
        .into_iter()
        .map(|(words, mut groups)| {
            groups.sort_unstable();
            groups.dedup();
            let number = matches!(&words[..], [only] if only.form.bytes().all(|b| b.is_ascii_digit()));
            let ends = lists.add(groups);
            Pattern {
                words,
                ends: if number { ends.of_number() } else { ends },
            }
        })
        .collect();
    lists.close();
    let wakes = Wakes::new(&rules, first_naming);
    let asks_for_all = rules.iter().any(|ready| ready.condition.asks_for_all());
    Compiled {
        patterns,
        lists,
        wakes,
        rules,
        namings,
        first_naming,
        sentences: builder.sentences,
        asks_for_all,
        election,
        acts,
        campaigns,
        running,
    }
}

fn rank(set: &RuleSet, rules: &mut [Ready]) {
    let mut by_id: Vec<usize> = (0..rules.len()).collect();
    by_id.sort_by_key(|at| &set.rules[rules[*at].rule].id);
    for (rank, at) in by_id.into_iter().enumerate() {
        rules[at].rank = rank;
    }
}

fn resolve_unless(set: &RuleSet, rules: &mut [Ready]) {
    let suppressors: Vec<(usize, &Rule)> = rules
        .iter()
        .enumerate()
        .filter(|(_, ready)| ready.suppresses && ready.status == Status::Live)
        .map(|(i, ready)| (i, &set.rules[ready.rule]))
        .collect();
    for ready in rules.iter_mut().filter(|ready| !ready.suppresses) {
        let rule = &set.rules[ready.rule];
        let lowers = suppressors.iter().filter(|(_, suppressor)| rule.yields_to(suppressor));
        ready.unless = lowers.map(|(i, _)| *i).collect();
    }
}

struct Builder {
    patterns: BTreeMap<Vec<Word>, Vec<Group>>,
    literals: HashMap<(String, bool), Group>,
    next: Group,
    sentences: bool,
    folded: Folded,
}

impl Builder {
    fn group(&mut self) -> Group {
        self.next += 1;
        self.next - 1
    }

    /// A group of words.
    fn any_of(&mut self, words: &[&str], affixes: bool) -> Group {
        let group = self.group();
        for word in words {
            let text = (*word).to_owned();
            self.term(&Term { text, affixes }, group);
        }
        group
    }

    fn term(&mut self, term: &Term, group: Group) {
        let bend = if term.affixes { Bend::Affix } else { Bend::Exact };
        self.pattern(&term.text, bend, true, group);
    }

    /// Adds the ways a term may be written: its words, and joined when it was written joined.
    fn pattern(&mut self, text: &str, bend: Bend, spell: bool, group: Group) {
        let ways = words_of(text, bend, spell, &mut self.folded);
        self.ways(ways, group);
    }

    /// Adds sequences of words by which a group is found.
    fn ways(&mut self, ways: impl IntoIterator<Item = Vec<Word>>, group: Group) {
        for words in ways {
            self.patterns.entry(words).or_default().push(group);
        }
    }

    fn literal(&mut self, term: &Term) -> Group {
        if let Some(group) = self.literals.get(&(term.text.clone(), term.affixes)) {
            return *group;
        }
        let group = self.group();
        self.literals.insert((term.text.clone(), term.affixes), group);
        self.term(term, group);
        group
    }

    fn condition(&mut self, expr: &Expr) -> Cond {
        let many = |parts: &Vec<Expr>, builder: &mut Self| parts.iter().map(|part| builder.condition(part)).collect();
        match expr {
            Expr::Words(list) => Cond::Group(Group::try_from(*list).unwrap_or(Group::MAX)),
            Expr::Term(term) => Cond::Group(self.literal(term)),
            Expr::Candidate(class) => Cond::Candidate(*class),
            Expr::Any(parts) => Cond::Any(Any::new(many(parts, self))),
            Expr::All(parts) => Cond::All(many(parts, self)),
            Expr::Not(inner) => Cond::Not(Box::new(self.condition(inner))),
            Expr::Near { parts, within } => Cond::Near {
                parts: many(parts, self),
                within: u32::from(*within),
            },
            Expr::Before { parts, within } => Cond::Before {
                parts: many(parts, self),
                within: u32::from(*within),
            },
            Expr::Phrase(parts) => Cond::Before {
                parts: many(parts, self),
                within: 0,
            },
            Expr::Count { of, at_least } => Cond::Count {
                of: Box::new(self.condition(of)),
                at_least: usize::from(*at_least),
            },
            Expr::Several { of, at_least } => Cond::Several {
                of: *of,
                at_least: usize::from(*at_least),
            },
            Expr::Sentence(inner) => {
                self.sentences = true;
                Cond::Sentence(Box::new(self.condition(inner)))
            }
        }
    }

    fn candidates(&mut self, set: &RuleSet) -> Vec<Naming> {
        let mut terms: Vec<(Naming, &str)> = set
            .candidate_terms
            .iter()
            .map(|term| {
                let naming = Naming {
                    contest: term.contest,
                    candidate: term.candidate,
                    class: term.class,
                    weak: term.weak,
                    everyday: term.everyday,
                    addressed: term.addressed,
                    capitals: term.capitals,
                };
                (naming, term.text.as_str())
            })
            .collect();
        terms.sort_unstable();
        let mut namings: Vec<Naming> = Vec::new();
        let mut group = self.next;
        let bends = Bends::new(set);
        for (naming, text) in terms {
            if namings.last() != Some(&naming) {
                namings.push(naming);
                group = self.group();
            }
            match naming.class {
                CandidateWords::Tagar => {
                    self.pattern(&format!("#{}", text.trim_start_matches('#')), Bend::Exact, false, group);
                }
                CandidateWords::Akun => self.pattern(&format!("@{}", account(text)), Bend::Exact, false, group),
                CandidateWords::Nomor => {
                    let mut ways = words_of(text, Bend::Exact, true, &mut self.folded);
                    for words in &mut ways {
                        bends::number(words);
                    }
                    self.ways(ways, group);
                }
                CandidateWords::Angka => self.pattern(text, Bend::Exact, true, group),
                CandidateWords::Nama => {
                    let ways = words_of(text, Bend::Clitic, false, &mut self.folded);
                    self.ways(ways.into_iter().flat_map(|words| bends.ways(words)), group);
                }
                _ => self.pattern(text, Bend::Clitic, false, group),
            }
        }
        namings
    }
}

/// The name of an account given as `name`, `@name` or a link to its page.
fn account(text: &str) -> &str {
    let name = if text.contains("://") {
        text.trim_end_matches('/').rsplit('/').next().unwrap_or(text)
    } else {
        text
    };
    name.trim_start_matches('@')
}

/// The word sequences that a term is found as; none when nothing of it can be found.
pub(super) fn words_of(text: &str, bend: Bend, spell: bool, folded: &mut Folded) -> Vec<Vec<Word>> {
    folded.fold(text);
    let word = |form: &str, kind: Kind| {
        let bend = if kind == Kind::Word && form.bytes().all(|b| b.is_ascii_lowercase()) {
            bend
        } else {
            Bend::Exact
        };
        Word {
            form: form.to_owned(),
            bend,
        }
    };
    let whole = u32::try_from(folded.tokens.len()).unwrap_or(u32::MAX);
    if whole == 0 {
        return Vec::new();
    }
    let across = |why: Join| {
        folded
            .edges
            .iter()
            .find(|edge| edge.why == why && edge.from == 0 && edge.to == whole)
    };
    if let Some(edge) = [Join::Tag, Join::Mention, Join::Bracketed].into_iter().find_map(across) {
        return vec![vec![Word {
            form: folded.edge_form(edge).to_owned(),
            bend: Bend::Exact,
        }]];
    }
    let tokens = folded
        .tokens
        .iter()
        .map(|token| word(reading::canonical(folded.form(token), spell), token.kind))
        .collect();
    let mut ways = vec![tokens];
    if let Some(edge) = across(Join::Written) {
        ways.push(vec![word(folded.edge_form(edge), Kind::Word)]);
    }
    ways
}

/// Whether the number token `at` counts or addresses something and so names no candidate.
pub(super) fn is_bound(folded: &Folded, at: u32) -> bool {
    let at = at as usize;
    let token = folded.tokens[at];
    let neighbour = |i: usize| {
        folded
            .tokens
            .get(i)
            .filter(|t| t.sentence == token.sentence)
            .map(|t| folded.form(t))
    };
    let form = folded.form(&token);
    // "ke 2" is a place in an order, "ke 02" a ballot number.
    let binds = |word: &str| lexicon::binds_next(word) && (word != "ke" || !form.starts_with('0'));
    if at > 0 && neighbour(at - 1).is_some_and(binds) {
        return true;
    }
    // "14 - 02 - 2024" is a day, however it is written.
    let number = |i: usize| neighbour(i).filter(|_| folded.tokens[i].kind == Kind::Number);
    let year = |i: usize| number(i).is_some_and(|form| form.len() == 4);
    let day = |i: usize| number(i).is_some_and(|form| form.len() <= 2);
    if at > 0 && day(at - 1) && year(at + 1) || day(at + 1) && year(at + 2) {
        return true;
    }
    // "satu2", "dua-dua": one by one, two by two.
    if folded.tokens.get(at + 1).is_some_and(|next| next.echo) {
        return true;
    }
    !form.starts_with('0') && neighbour(at + 1).is_some_and(lexicon::binds_previous)
}
