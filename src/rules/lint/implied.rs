//! Conditions that want what they forbid.
//!
//! Does: find an `all` of which one part cannot hold unless what another part forbids is there too. Does not: evaluate: where that takes
//! more than comparing words it finds nothing.
//! Invariant: what it finds never hits, whatever the post.

use std::collections::HashMap;

use super::super::canonical::expression_text;
use super::super::fields::shown;
use super::super::set::{CandidateWords, Expr, Term, WordList};
use super::comparable;
use crate::text::lexicon;

/// What follows from what, over these lists.
pub(super) struct Implied<'s> {
    lists: &'s [WordList],
    /// Of lists that were asked for: the words of each term, and whether any with these words takes affixes.
    terms: HashMap<usize, HashMap<Vec<String>, bool>>,
}

impl<'s> Implied<'s> {
    pub(super) fn new(lists: &'s [WordList]) -> Self {
        let terms = HashMap::new();
        Self { lists, terms }
    }

    /// Why an expression can never hold, if it cannot.
    pub(super) fn contradiction(&mut self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::All(_) => {
                let mut parts = Vec::new();
                flatten(expr, &mut parts);
                for part in &parts {
                    let Expr::Not(denied) = part else { continue };
                    if let Some(wanted) = parts.iter().find(|wanted| self.implies(wanted, denied)) {
                        return Some(self.why(wanted, denied));
                    }
                }
                parts.into_iter().find_map(|part| self.contradiction(part))
            }
            Expr::Any(parts) => {
                let all: Option<Vec<String>> = parts.iter().map(|part| self.contradiction(part)).collect();
                all?.into_iter().next()
            }
            Expr::Sentence(inner) => self.contradiction(inner),
            _ => None,
        }
    }

    fn why(&self, wanted: &Expr, denied: &Expr) -> String {
        if wanted == denied {
            return "wants and forbids the same".to_owned();
        }
        let text = |expr: &Expr| shown(&expression_text(expr, self.lists));
        format!("forbids {}, which is there wherever {} is", text(denied), text(wanted))
    }

    /// Whether `other` is found in every text, or sentence, in which `one` holds.
    fn implies(&mut self, one: &Expr, other: &Expr) -> bool {
        if denies(other) {
            // What must be absent from a sentence may be elsewhere: only the same is the same.
            return one == other;
        }
        let by_part = match other {
            Expr::Any(parts) => parts.iter().any(|part| self.implies(one, part)),
            Expr::All(parts) => parts.iter().all(|part| self.implies(one, part)),
            _ => false,
        };
        by_part
            || one == other
            || match one {
                // Several are anybody's, `@nama` beside a word of the bound candidate is theirs.
                Expr::Not(_) | Expr::Several { .. } => false,
                Expr::Any(parts) => parts.iter().all(|part| self.implies(part, other)),
                Expr::Count { of: inner, .. } | Expr::Sentence(inner) => self.implies(inner, other),
                Expr::Words(index) => {
                    let lists = self.lists;
                    lists[*index].terms.iter().all(|term| self.term_implies(term, other))
                }
                Expr::Term(term) => self.term_implies(term, other),
                Expr::Candidate(class) => names(*class, other),
                Expr::All(parts) | Expr::Phrase(parts) | Expr::Near { parts, .. } | Expr::Before { parts, .. } => {
                    parts.iter().any(|part| self.implies(part, other))
                }
            }
    }

    fn term_implies(&mut self, one: &Term, other: &Expr) -> bool {
        match other {
            Expr::Any(parts) => parts.iter().any(|part| self.term_implies(one, part)),
            Expr::All(parts) => parts.iter().all(|part| self.term_implies(one, part)),
            Expr::Term(term) => {
                let words = comparable(&term.text);
                term == one
                    || parts_of(&comparable(&one.text)).any(|part| part == words && counts(one, term.affixes, part))
            }
            Expr::Words(index) => {
                let terms = self.terms(*index);
                parts_of(&comparable(&one.text))
                    .any(|part| terms.get(part).is_some_and(|affixes| counts(one, *affixes, part)))
            }
            _ => false,
        }
    }

    fn terms(&mut self, index: usize) -> &HashMap<Vec<String>, bool> {
        let lists = self.lists;
        self.terms.entry(index).or_insert_with(|| {
            let mut terms = HashMap::new();
            for term in &lists[index].terms {
                *terms.entry(comparable(&term.text)).or_default() |= term.affixes;
            }
            terms
        })
    }
}

/// Whether a term is found wherever a longer one is, of which it is this part: bent as that may be, and no number, which counts only
/// beside certain words.
fn counts(longer: &Term, affixes: bool, part: &[String]) -> bool {
    let number = |word: &String| lexicon::number(word).is_some() || word.bytes().any(|b| b.is_ascii_digit());
    (affixes || !longer.affixes) && !part.iter().any(number)
}

/// Every run of these words.
fn parts_of(words: &[String]) -> impl Iterator<Item = &[String]> {
    (1..=words.len()).flat_map(|length| words.windows(length))
}

/// The parts of an `all`, those of an `all` in it too: they hold of the same text.
fn flatten<'e>(expr: &'e Expr, out: &mut Vec<&'e Expr>) {
    match expr {
        Expr::All(parts) => parts.iter().for_each(|part| flatten(part, out)),
        other => out.push(other),
    }
}

fn denies(expr: &Expr) -> bool {
    matches!(expr, Expr::Not(_)) || expr.parts().iter().any(denies)
}

/// Whether a candidate who is named by this class is named as `other` says.
fn names(class: CandidateWords, other: &Expr) -> bool {
    let Expr::Candidate(wider) = other else { return false };
    class == *wider
        || *wider == CandidateWords::Calon && !matches!(class, CandidateWords::Angka | CandidateWords::Partai)
}
