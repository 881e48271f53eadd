//! One written form of everything in a set, from which rule versions and the set's hash are taken. Fields are written with their
//! length, so that no two different sets have the same form.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::expr::CANDIDATE_WORDS;
use super::set::{Effect, Expr, Reach, Rule, RuleSet, Status, Voice, WordList};
use crate::model::{Candidate, CandidateSide, Contest};

/// An expression as one would write it.
pub fn expression_text(expr: &Expr, words: &[WordList]) -> String {
    let mut text = String::new();
    write_expr(&mut text, expr, words);
    text
}

/// First 12 hex digits over what the rule says and the lists it uses. The status is left out: the same words have the same version
/// in the shadow and in force.
pub(super) fn rule_version(rule: &Rule, words: &[WordList]) -> String {
    let mut form = Form::default();
    form.rule(rule, words);
    let mut used = Vec::new();
    lists_of(&rule.condition, &mut used);
    used.sort_unstable();
    used.dedup();
    for index in used {
        form.list(&words[index]);
    }
    form.digest()[..12].to_owned()
}

/// SHA-256 (hex) over rules with their status, word lists and contests; candidate terms follow from the contests and the program.
pub(super) fn set_hash(set: &RuleSet) -> String {
    let mut form = Form::default();
    for rule in &set.rules {
        form.rule(rule, &set.words);
        form.text(match rule.status {
            Status::Draft => "draft",
            Status::Shadow => "shadow",
            Status::Live => "live",
            Status::Retired => "retired",
        });
    }
    for list in &set.words {
        form.list(list);
    }
    for norm in &set.norms {
        form.texts(&[&norm.id, &norm.title]);
        form.texts(&norm.phases.iter().map(|phase| phase.as_str()).collect::<Vec<_>>());
        form.texts(&norm.elections.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    }
    for contest in &set.contests {
        form.contest(contest);
    }
    for term in &set.candidate_terms {
        form.text(&term.text);
        form.number(term.contest);
        form.number(term.candidate);
        let strength = usize::from(term.weak) + usize::from(term.everyday) + 2 * usize::from(term.addressed);
        form.number(strength + 4 * term.capitals as usize);
    }
    form.digest()
}

/// Word lists an expression refers to.
pub(super) fn lists_of(expr: &Expr, found: &mut Vec<usize>) {
    if let Expr::Words(index) = expr {
        found.push(*index);
    }
    expr.parts().iter().for_each(|part| lists_of(part, found));
}

fn write_expr(out: &mut String, expr: &Expr, words: &[WordList]) {
    let call = |out: &mut String, name: &str, parts: &[Expr], number: Option<u16>| {
        out.push_str(name);
        out.push('(');
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            write_expr(out, part, words);
        }
        if let Some(number) = number {
            let _ = write!(out, ", {number}");
        }
        out.push(')');
    };
    match expr {
        Expr::Words(index) => {
            out.push('@');
            out.push_str(words.get(*index).map_or("?", |list| list.name.as_str()));
        }
        Expr::Term(term) => {
            let quote = if term.text.contains('\'') { '"' } else { '\'' };
            let _ = write!(out, "{quote}{}{quote}", term.text);
        }
        Expr::Candidate(class) => {
            let name = CANDIDATE_WORDS
                .iter()
                .find(|(_, c)| c == class)
                .map_or("calon", |(name, _)| name);
            let _ = write!(out, "@{name}");
        }
        Expr::Any(parts) => call(out, "any", parts, None),
        Expr::All(parts) => call(out, "all", parts, None),
        Expr::Phrase(parts) => call(out, "phrase", parts, None),
        Expr::Near { parts, within } => call(out, "near", parts, Some(*within)),
        Expr::Before { parts, within } => call(out, "before", parts, Some(*within)),
        Expr::Count { of, at_least } => call(out, "count", std::slice::from_ref(of), Some(*at_least)),
        Expr::Several { of, at_least } => call(out, "several", &[Expr::Candidate(*of)], Some(*at_least)),
        Expr::Not(inner) => call(out, "not", std::slice::from_ref(inner), None),
        Expr::Sentence(inner) => call(out, "sentence", std::slice::from_ref(inner), None),
    }
}

#[derive(Default)]
struct Form(Sha256);

impl Form {
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: usize) {
        self.0.update((number as u64).to_le_bytes());
    }

    fn texts<T: AsRef<str>>(&mut self, texts: &[T]) {
        self.number(texts.len());
        for text in texts {
            self.text(text.as_ref());
        }
    }

    fn rule(&mut self, rule: &Rule, words: &[WordList]) {
        self.texts(&[&rule.id, &rule.title, &rule.pack]);
        self.texts(&[rule.category.as_str(), rule.level.as_str()]);
        self.text(&expression_text(&rule.condition, words));
        self.texts(&rule.unless);
        self.texts(&rule.phases.iter().map(|p| p.as_str()).collect::<Vec<_>>());
        self.texts(&rule.regions);
        self.texts(&rule.basis);
        self.text(&match rule.reach {
            Reach::Post => "post".to_owned(),
            Reach::Sentence => "sentence".to_owned(),
            Reach::Clause => "clause".to_owned(),
            Reach::Tokens(n) => n.to_string(),
        });
        self.text(match rule.effect {
            Effect::Clear => "clear",
            Effect::Note => "note",
        });
        self.text(match rule.voice {
            Voice::Own => "own",
            Voice::Any => "any",
        });
        // A rule that says nothing of it keeps the version it had before there was such a thing.
        if !rule.content.is_empty() {
            self.text("content");
            self.texts(&rule.content.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
        }
    }

    fn list(&mut self, list: &WordList) {
        self.text(&list.name);
        self.number(list.terms.len());
        for term in &list.terms {
            self.text(&term.text);
            self.number(usize::from(term.affixes));
        }
    }

    fn contest(&mut self, contest: &Contest) {
        self.texts(&[&contest.id, &contest.name, &contest.region, &contest.refer_to]);
        self.text(contest.zone.iana_name().unwrap_or("?"));
        self.number(contest.phases.first_day.len());
        for (phase, day) in &contest.phases.first_day {
            self.texts(&[phase.as_str(), &day.to_string()]);
        }
        self.text(&contest.phases.ends.map(|day| day.to_string()).unwrap_or_default());
        self.number(contest.candidates.len());
        for candidate in &contest.candidates {
            self.candidate(candidate);
        }
    }

    fn candidate(&mut self, candidate: &Candidate) {
        self.number(candidate.number as usize);
        self.side(Some(&candidate.head));
        self.side(candidate.deputy.as_ref());
        self.texts(&candidate.slogans);
        self.texts(&candidate.hashtags);
        self.texts(&candidate.parties);
        self.texts(&candidate.accounts);
        self.texts(&candidate.acronyms);
        self.number(usize::from(candidate.empty_box));
    }

    fn side(&mut self, side: Option<&CandidateSide>) {
        self.number(usize::from(side.is_some()));
        if let Some(side) = side {
            self.text(&side.name);
            self.texts(&side.aliases);
        }
    }

    fn digest(self) -> String {
        self.0
            .finalize()
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }
}
