//! The ways to put one candidate in another's place, and numbers in each other's.
//!
//! Does: fill templates with either of two candidates, exchange ballot numbers in a text. Does not: judge.
//! Invariant: both texts say the same of either; what cannot be said the same of both is passed over.

use std::collections::BTreeSet;

use super::super::forms;
use super::names::{WHOLE, holds_a_word, named_whole, shared_names, strong_names};
use crate::model::{CandidateSide, Contest};
use crate::rules::{
    CandidateWords, Expr, RuleSet, expand, is_address, makes_larger, number_word, renumbered, spells_number,
};
use crate::text::fold::Kind;

/// One way to put either of two candidates into a template: the two are named by the same kind of words.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// Of this pair of candidates.
    pair: [usize; 2],
    names: [String; 2],
    /// A placeholder besides, and what either puts there.
    also: Option<(&'static str, [String; 2])>,
    /// By the full name, deputies too; the other ways are for templates about one person.
    full: bool,
    /// Names that stand behind no form of address: they begin with one, or are two persons'.
    bare: bool,
}

impl Way {
    pub(super) fn fits(&self, template: &str) -> bool {
        let of = |placeholder: &str, there: bool| there || !template.contains(placeholder);
        let named = ["{calon}", "{lawan}"].iter().any(|p| template.contains(p));
        let before = template.split("{calon}").filter_map(|before| before.strip_suffix(' '));
        let last = |before: &str| before.rsplit(' ').next().map(str::to_lowercase);
        let addressed = before.filter_map(last).any(|word| is_address(&word) || word == "si");
        !(self.bare && addressed)
            && ["{partai}", "{tagar}"]
                .iter()
                .all(|p| of(p, self.also.as_ref().is_some_and(|(also, _)| also == p)))
            && of("{wakil}", self.full)
            && (self.full || named || self.also.is_some())
    }

    /// A template about `one`; `None` when a literal number of it may be meant for one of the two.
    pub(super) fn text(&self, template: &str, contest: &Contest, one: usize, other: usize) -> Option<String> {
        let bare = template.replace("0{nomor}", "").replace("{nomor}", "");
        let numbers = [contest.candidates[one].number, contest.candidates[other].number];
        if tokens(&bare).iter().any(|t| holds(t.1, "", numbers)) {
            return None;
        }
        let side = usize::from(self.pair[0] != one);
        let deputy = contest.candidates[one].deputy.as_ref();
        let mut text = template.replace("{calon}", &self.names[side]);
        text = text.replace("{lawan}", &self.names[1 - side]);
        text = text.replace("{nomor}", &numbers[0].to_string());
        if text.contains("{wakil}") {
            text = text.replace("{wakil}", &deputy?.name);
        }
        if let Some((placeholder, values)) = &self.also {
            text = text.replace(placeholder, &values[side]);
        }
        Some(text)
    }
}

/// Every way in which the two can be put in each other's place.
pub(super) fn ways(contest: &Contest, first: usize, second: usize, held: &BTreeSet<String>) -> Vec<Way> {
    let pair = [first, second];
    let all = expand(contest);
    let shared = shared_names(&all);
    let named = pair.map(|index| strong_names(&all[index], &shared));
    let whole = pair.map(|index| contest.candidates[index].head.name.clone());
    // A name that is not enough alone ("Sudirman") leaves the templates about two persons out.
    let both_whole = pair.iter().all(|index| {
        let candidate = &contest.candidates[*index];
        let deputy = candidate.deputy.as_ref();
        let whole = |side: &CandidateSide| named_whole(&all[*index], &side.name);
        whole(&candidate.head) && deputy.is_some_and(whole)
    });
    let mut ways = Vec::new();
    for (origin, mine) in &named[0] {
        let theirs = named[1].get(origin).map_or(&[][..], Vec::as_slice);
        ways.extend(mine.iter().zip(theirs).enumerate().map(|(at, (a, b))| {
            let full = at == 0 && *origin == WHOLE && both_whole;
            Way {
                pair,
                // As the ballot has it where both are named whole, titles and all.
                names: if full { whole.clone() } else { [a.clone(), b.clone()] },
                full,
                bare: origin.starts_with("pasangan") || origin.starts_with("sapaan"),
                ..Way::default()
            }
        }));
    }
    let plain = |class: CandidateWords| {
        pair.map(|index| -> Vec<String> {
            let terms = all[index].iter();
            let strong = terms.filter(|v| v.class == class && !v.weak && !holds_a_word(&v.text, held));
            strong.map(|v| v.text.clone()).collect()
        })
    };
    for (placeholder, class) in [("{partai}", CandidateWords::Partai), ("{tagar}", CandidateWords::Tagar)] {
        let [a, b] = plain(class);
        ways.extend(a.into_iter().zip(b).map(|(a, b)| Way {
            pair,
            names: whole.clone(),
            also: Some((placeholder, [a, b])),
            ..Way::default()
        }));
    }
    ways
}

/// Single words of the rules' lists and conditions.
pub(super) fn words_of(set: &RuleSet) -> BTreeSet<String> {
    let mut held: BTreeSet<String> = BTreeSet::new();
    let mut add = |text: &str| {
        held.extend(text.split_whitespace().map(str::to_lowercase));
    };
    for list in &set.words {
        list.terms.iter().for_each(|term| add(&term.text));
    }
    let mut left: Vec<&Expr> = set.rules.iter().map(|rule| &rule.condition).collect();
    while let Some(expr) = left.pop() {
        if let Expr::Term(term) = expr {
            add(&term.text);
        }
        left.extend(expr.parts());
    }
    held
}

/// Signs of a number that stand without a word.
const SIGNS: [char; 6] = ['☝', '✌', '👆', '🤟', '🖐', '\u{20e3}'];

/// The text with the two numbers exchanged where they stand behind their word, in digits or in words of any language, or with a zero;
/// `None` if one stands otherwise, where it may be a ballot number or not.
pub(super) fn exchange(text: &str, a: u32, b: u32) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut before = String::new();
    if text.contains(SIGNS) {
        return None;
    }
    let tokens = tokens(text);
    for (i, (start, token)) in tokens.iter().copied().enumerate() {
        let lower = token.to_lowercase();
        let next = tokens.get(i + 1).map_or(String::new(), |next| next.1.to_lowercase());
        let turn = |from, to| renumbered(&before, &lower, from, to).filter(|_| !makes_larger(&next));
        match turn(a, b).or_else(|| turn(b, a)) {
            Some(other) => {
                out.push_str(&text[at..start]);
                out.push_str(&other);
                at = start + token.len();
            }
            None if holds(token, &next, [a, b]) => return None,
            None => {}
        }
        before = lower;
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// Whether a name put into the template may grow: one of these words stands right beside its place ("salam {calon}" where somebody is
/// called Salam Sahadia).
pub(super) fn grows(template: &str, words: &BTreeSet<String>) -> bool {
    let named = |word: Option<&(usize, &str)>| word.is_some_and(|(_, word)| words.contains(&word.to_lowercase()));
    ["{calon}", "{wakil}", "{lawan}"].iter().any(|place| {
        template.match_indices(place).any(|(at, _)| {
            named(tokens(&template[..at]).last()) || named(tokens(&template[at + place.len()..]).first())
        })
    })
}

/// Whether a token may mean one of two ballot numbers, whatever stands with it: it holds the digits or the plain word, may be read as a
/// word of another language, which are short, or is such a word together with the next ("dua belas", "si'di").
fn holds(token: &str, next: &str, numbers: [u32; 2]) -> bool {
    let lower = token.to_lowercase();
    let spells = |word: &str| numbers.iter().any(|number| spells_number(word, *number));
    let mut read = spells(&format!("{lower}{next}"));
    // Of stems those of the word list alone, which number words are among.
    forms::with(&lower, Kind::Word, |_| false, &mut |word, _| {
        read = read || spells(word);
    });
    let says = |number: &u32| {
        lower.contains(&number.to_string()) || number_word(*number).is_some_and(|word| lower.contains(word))
    };
    read || numbers.iter().any(says) || lower.chars().any(|c| c.is_numeric() && !c.is_ascii())
}

/// Runs of letters and digits with where they begin.
pub(super) fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split(|c: char| !c.is_alphanumeric()) {
        if !part.is_empty() {
            found.push((at, part));
        }
        at += part.len() + text[at + part.len()..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exchanged_only_where_they_are_ballot_numbers() {
        assert_eq!(
            exchange("coblos nomor 1, bukan 02", 1, 2).as_deref(),
            Some("coblos nomor 2, bukan 01")
        );
        assert_eq!(exchange("ayo menang", 1, 2).as_deref(), Some("ayo menang"));
        for (text, exchanged) in [
            ("coblos nomer Settong", "coblos nomer dua"),
            ("nomerna kalih menang", "nomerna satu menang"),
            (
                "paslon kedua, bukan paslon pertama",
                "paslon pertama, bukan paslon kedua",
            ),
            ("pertama, coblos nomor tolu", "pertama, coblos nomor tolu"),
        ] {
            assert_eq!(exchange(text, 1, 2).as_deref(), Some(exchanged), "{text}");
        }
        assert_eq!(exchange("nomor sewelas", 11, 12).as_deref(), Some("nomor dua belas"));
        for passed_over in [
            "sama2 orang",
            "dua periode",
            "coblos 2",
            "☝ saja",
            "#Coblos02",
            "2 putaran",
            "coblos settong",
            "pilih nomor loro, dudu siji",
            "calon kedua",
            "lorone apik",
            "nomor dua belas",
            "nomor si'di",
            "nomor II",
            "calon I Wayan",
        ] {
            assert_eq!(exchange(passed_over, 1, 2), None, "{passed_over}");
        }
    }

    #[test]
    fn a_name_does_not_grow_by_the_words_beside_it() {
        let words = ["salam".to_owned(), "sahadia".to_owned()].into();
        assert!(grows("Salam {calon}", &words) && grows("{lawan}, salam dua jari", &words));
        assert!(!grows("salam untuk {calon}", &words) && !grows("{partai} salam", &words));
    }

    #[test]
    fn tokens_know_their_place() {
        assert_eq!(tokens("é, nomor 2."), [(0, "é"), (4, "nomor"), (10, "2")]);
    }
}
