//! Warnings about single terms, wherever they stand: in a list or quoted in a condition.
//!
//! Does: find signs of other search languages, and ballot numbers, which a term would count for one candidate alone. Does not:
//! know what else a rule asks for.
//! Invariant: at most one warning of a kind for a term.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::check::{Placed, TermPlace, words_of};
use super::super::diagnostic as codes;
use super::super::expr::CANDIDATE_WORDS;
use super::super::fields::{Sink, shown};
use super::super::set::{Expr, RuleSet};
use super::super::terms::ballot_number;
use super::is_bracketed;

/// Warns of every term of which something can be said.
pub(in super::super) fn check(sinks: &mut [Sink], listed: &[TermPlace], rules: &[Placed], set: &RuleSet) {
    let lists = set.words.iter().map(|list| list.name.as_str());
    let names: BTreeSet<&str> = lists.chain(CANDIDATE_WORDS.map(|(name, _)| name)).collect();
    let mut look = |file: usize, span: &Range<usize>, term: &str| {
        foreign_sign(&mut sinks[file], span, term, &names);
        favoured_number(&mut sinks[file], span, term);
    };
    for place in listed {
        look(place.file, &place.span, &place.term.text);
    }
    for placed in rules {
        let (mut words, mut seen) = (Vec::new(), BTreeSet::new());
        words_of(&placed.rule.condition, &mut words);
        for word in words {
            if let Expr::Term(term) = word
                && seen.insert(&term.text)
            {
                look(placed.place.0, &placed.place_of(word), &term.text);
            }
        }
    }
}

/// Signs of other search languages, which stand for nothing here: the term would be found nowhere, or elsewhere.
fn foreign_sign(sink: &mut Sink, span: &Range<usize>, term: &str, names: &BTreeSet<&str>) {
    let list = term.strip_prefix('@').filter(|name| names.contains(name));
    let help = match (list, term) {
        (Some(name), _) => format!("a list holds plain words; `@{name}` stands in a condition: any(@{name}, …)"),
        (None, term) if term.contains(['{', '}']) => {
            "placeholders are for examples; in a condition a candidate is @calon, @nama, @nomor …".to_owned()
        }
        (None, term) if has_sign(term) => {
            "a term is plain words: an alternative is a term of its own, endings come with `affixes = true`".to_owned()
        }
        _ => return,
    };
    sink.add(
        codes::FOREIGN_SIGN,
        span.clone(),
        format!("\"{}\" is taken word by word", shown(term)),
    )
    .label("no pattern, placeholder or list is read in a term")
    .help(help);
}

/// A ballot number in a term: the other candidates' are not in it.
fn favoured_number(sink: &mut Sink, span: &Range<usize>, term: &str) {
    let Some(number) = ballot_number(term) else {
        return;
    };
    sink.add(
        codes::FAVOURED_NUMBER,
        span.clone(),
        format!("\"{}\" is about candidate number {number} alone", shown(term)),
    )
    .label("other numbers are not treated alike")
    .help("leave the number to the contest: `phrase('salam', @angka, 'jari')`, or use `@nomor`");
}

/// Whether a term is written as a pattern; a star inside a word stands for a vowel, and `[SALAH]` for itself.
fn has_sign(term: &str) -> bool {
    if is_bracketed(term) {
        return false;
    }
    let chars: Vec<char> = term.chars().collect();
    let inside = |at: usize| {
        let letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic());
        at > 0 && letter(chars.get(at - 1)) && letter(chars.get(at + 1))
    };
    let mut signs = chars.iter().enumerate();
    signs.any(|(at, c)| matches!(c, '|' | '(' | ')' | '[' | ']' | '\\' | '^') || *c == '*' && !inside(at))
}
