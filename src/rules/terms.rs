//! What people call a candidate: full name, its parts, the pair joined, the number with its words, all by one template.
//!
//! Does: expand the facts of a contest file. Does not: know any candidate; whether a word is ordinary is looked up in
//! [`super::ordinary`].
//! Invariant: the terms of a candidate follow from that candidate's own entries, from what is shared inside the contest and from the
//! contest's name and day, never from its place in the list; exchanging two candidates exchanges their terms exactly.

use std::collections::BTreeSet;
use std::slice;

use super::ordinary::{familiar, plain_words};
use super::set::{CandidateTerm, CandidateWords, Capitals};
use crate::model::{Candidate, CandidateSide, Contest};

mod everyday;
mod number;
mod shared;
mod spelling;

use everyday::{everyday, in_capitals, is_capitals, is_said, is_weak, is_word};
pub use everyday::{is_frequent, is_motto};
pub(super) use number::ballot_number;
use number::number;
pub use number::{makes_larger, number_word, renumbered, spells_number};
pub(super) use shared::shared_names;
use shared::{Shared, weaken_shared};
use spelling::{respelled, spellings, turned_into_words};

/// Forms of address before a name. They make a name of one who may be meant, though not an ordinary word a name.
pub(super) const HONORIFICS: [&str; 32] = [
    "pak", "pa", "bapak", "bpk", "bu", "ibu", "bunda", "umi", "abi", "abah", "ayah", "mas", "mbak", "mba", "kang",
    "teh", "ceu", "bang", "abang", "bro", "kak", "cak", "ning", "gus", "kiai", "ustaz", "haji", "hj", "daeng", "puang",
    "uda", "bli",
];

/// Whether a word is a form of address.
pub fn is_address(word: &str) -> bool {
    HONORIFICS.contains(&word)
}

/// Words that are no part of a name by which one is called.
const PARTICLES: [&str; 36] = [
    "bin", "binti", "bt", "al", "el", "as", "de", "da", "di", "do", "la", "le", "van", "von", "dan", "h", "hj", "kh",
    "dr", "drs", "dra", "ir", "prof", "tgk", "tgh", "ust", "ustaz", "r", "rr", "rm", "raden", "drg", "dt", "st", "mr",
    "ny",
];

/// A middle name of so many bytes, or an alias without its address, may be what one is called by.
const LONG_NAME: usize = 4;

/// Short forms of the commonest first word.
const MUHAMMAD: [&str; 9] = [
    "muhammad",
    "mohammad",
    "muhamad",
    "mohamad",
    "muchammad",
    "mochammad",
    "mochamad",
    "moehammad",
    "mohamed",
];

/// One way to name one candidate, with how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Which kind of candidate words.
    pub class: CandidateWords,
    /// The words.
    pub text: String,
    /// Never enough alone.
    pub weak: bool,
    /// Weak, and no name but something people say: an election nearby does not make it the candidate's.
    pub everyday: bool,
    /// Weak, and a common name behind a form of address: words of campaigns nearby make it the candidate's too.
    pub addressed: bool,
    /// What it takes where its capitals stand out of small letters.
    pub capitals: Capitals,
    /// The template.
    pub origin: &'static str,
}

/// The terms of all candidates, in order of contest, candidate and class.
pub fn candidate_terms(contests: &[Contest]) -> Vec<CandidateTerm> {
    let mut terms = Vec::new();
    for (contest, data) in contests.iter().enumerate() {
        for (candidate, variants) in expand(data).into_iter().enumerate() {
            terms.extend(variants.into_iter().map(|v| CandidateTerm {
                contest,
                candidate,
                class: v.class,
                text: v.text,
                weak: v.weak,
                everyday: v.everyday,
                addressed: v.addressed,
                capitals: v.capitals,
            }));
        }
    }
    terms
}

/// Every way to name each candidate of a contest, each once.
pub fn expand(contest: &Contest) -> Vec<Vec<Variant>> {
    let shared = Shared::of(contest);
    let candidates = contest.candidates.iter();
    let mut all: Vec<Vec<Variant>> = candidates.map(|one| variants(contest, one, &shared)).collect();
    weaken_shared(&mut all);
    all
}

fn variants(contest: &Contest, one: &Candidate, shared: &Shared) -> Vec<Variant> {
    let mut out = Vec::new();
    if one.empty_box {
        for name in ["kolom kosong", "kotak kosong"] {
            push(&mut out, CandidateWords::Nama, name, false, "kolom kosong");
        }
    } else {
        names(&mut out, contest, one, shared);
        dated_acronyms(&mut out, contest, one, &shared.called);
    }
    number(&mut out, one.number);
    slogans(&mut out, contest, one, &shared.called);
    for tag in &one.hashtags {
        push(
            &mut out,
            CandidateWords::Tagar,
            format!("#{tag}"),
            is_weak(tag) || shared.called.contains(&lower(tag)),
            "tagar",
        );
    }
    for party in &one.parties {
        push(&mut out, CandidateWords::Partai, party, is_weak(party), "partai");
    }
    for account in &one.accounts {
        push(&mut out, CandidateWords::Akun, format!("@{account}"), false, "akun");
    }
    let mut seen = BTreeSet::new();
    out.sort_by_key(|v| (v.class, v.weak));
    out.retain(|v| seen.insert((v.class, v.text.to_lowercase())));
    out
}

fn names(out: &mut Vec<Variant>, contest: &Contest, candidate: &Candidate, shared: &Shared) {
    let (head, deputy) = (slice::from_ref(&candidate.head), candidate.deputy.as_slice());
    called(out, contest, head, deputy, &shared.called);
    misspelled(out, contest, candidate, &shared.spelled);
    let shared = &shared.called;
    for acronym in &candidate.acronyms {
        let frequent = is_frequent(acronym);
        if frequent && !is_capitals(acronym) {
            continue;
        }
        let everyday = frequent || everyday(acronym, contest);
        let weak = everyday || is_weak(acronym) || shared.contains(&lower(acronym));
        let strength = Strength {
            weak,
            everyday,
            capitals: if frequent {
                Capitals::Only
            } else if weak && !shared.contains(&lower(acronym)) {
                in_capitals(acronym)
            } else {
                Capitals::Same
            },
        };
        add(out, CandidateWords::Nama, acronym.clone(), strength, "akronim");
    }
}

/// Both sides and the pair, by these spellings of each.
fn called(
    out: &mut Vec<Variant>,
    contest: &Contest,
    heads: &[CandidateSide],
    deputies: &[CandidateSide],
    shared: &BTreeSet<String>,
) {
    for side in heads.iter().chain(deputies) {
        side_names(out, contest, side, shared);
    }
    for head in heads {
        for deputy in deputies {
            pair(out, head, deputy);
        }
    }
}

/// The same by simpler spellings, of one side or of both. What is spelled so already stays what it is, and what another candidate is
/// called, by whatever spelling, is left to that one.
fn misspelled(out: &mut Vec<Variant>, contest: &Contest, candidate: &Candidate, shared: &BTreeSet<String>) {
    let deputies = candidate.deputy.as_ref().map(spellings).unwrap_or_default();
    let mut others = Vec::new();
    called(&mut others, contest, &spellings(&candidate.head), &deputies, shared);
    let known: BTreeSet<String> = out.iter().map(|v| lower(&v.text)).collect();
    let words: BTreeSet<String> = candidate.sides().flat_map(turned_into_words).collect();
    let new = |v: &Variant| {
        let text = lower(&v.text);
        let mut parts = text.split(|c: char| !c.is_alphanumeric());
        !known.contains(&text) && !shared.contains(&text) && !parts.any(|part| words.contains(part))
    };
    out.extend(others.into_iter().filter(new).map(|v| Variant {
        origin: "ejaan lain",
        ..v
    }));
}

fn slogans(out: &mut Vec<Variant>, contest: &Contest, candidate: &Candidate, shared: &BTreeSet<String>) {
    for slogan in candidate.slogans.iter().filter(|slogan| !is_motto(slogan)) {
        // "Menangkan Sari-Budi" names the pair by its name, and its other words are those of a call.
        let words = plain_words(slogan);
        let holds = |name: &[String]| !name.is_empty() && words.windows(name.len()).any(|run| run == name);
        let mut strong = out.iter().filter(|v| v.class == CandidateWords::Nama && !v.weak);
        if strong.any(|v| holds(&plain_words(&v.text))) {
            continue;
        }
        // "Tetap Karna Koko" is no everyday saying, whatever words the two are called by.
        let both = candidate.deputy.is_some()
            && candidate
                .sides()
                .all(|side| parts(&side.name).iter().any(|part| words.contains(part)));
        let everyday = !both && everyday(slogan, contest);
        let weak = everyday || shared.contains(&lower(slogan));
        // "Amin aja dulu" is soon said, "AMIN aja dulu" is not.
        let acronym = |word: &str| is_capitals(word) && candidate.acronyms.iter().any(|acronym| acronym == word);
        let capitals = if everyday && words.len() > 1 && slogan.split_whitespace().any(acronym) {
            Capitals::Nothing
        } else {
            Capitals::Same
        };
        let strength = Strength {
            weak,
            everyday,
            capitals,
        };
        add(out, CandidateWords::Slogan, slogan.clone(), strength, "slogan");
    }
}

/// An acronym with the year of the vote behind it ("#AMIN2024") means the pair even where the bare word is a prayer.
fn dated_acronyms(out: &mut Vec<Variant>, contest: &Contest, candidate: &Candidate, shared: &BTreeSet<String>) {
    let Some(day) = contest.phases.vote_day() else {
        return;
    };
    let year = day.year();
    for acronym in &candidate.acronyms {
        // "2024 menyala" is soon said, "#Menyala2024" is not.
        let dated = if is_frequent(acronym) || everyday(acronym, contest) {
            let tag: String = acronym.chars().filter(|c| c.is_alphanumeric()).collect();
            [format!("#{tag}{year}"), format!("#{year}{tag}")]
        } else {
            [format!("{acronym} {year}"), format!("{year} {acronym}")]
        };
        let weak = shared.contains(&lower(acronym));
        for dated in dated {
            push(out, CandidateWords::Nama, dated, weak, "akronim dan tahun");
        }
    }
}

fn side_names(out: &mut Vec<Variant>, contest: &Contest, side: &CandidateSide, shared: &BTreeSet<String>) {
    let words = name_words(&side.name);
    let full = words.join(" ");
    let single = words.len() < 2;
    push(
        out,
        CandidateWords::Nama,
        &full,
        single && (is_weak(&full) || shared.contains(&full)),
        "nama lengkap",
    );
    let titled = all_words(&side.name);
    if titled.len() > words.len() {
        // As the ballot has it: what stands before "Hamidi" in "La Hamidi" takes up no room of its own.
        push(out, CandidateWords::Nama, titled.join(" "), false, "nama lengkap");
    }
    // Runs of two and more words, without the whole.
    for length in 2..words.len() {
        for run in words.windows(length) {
            let common = run.iter().all(|w| is_weak(w));
            push(out, CandidateWords::Nama, run.join(" "), common, "sebagian nama");
        }
    }
    if words.len() > 2 {
        let mut short = words.clone();
        for middle in &mut short[1..words.len() - 1] {
            *middle = middle.chars().take(1).collect();
        }
        push(out, CandidateWords::Nama, short.join(" "), false, "inisial");
    }
    if words.len() > 1 && MUHAMMAD.contains(&words[0].as_str()) {
        for short in ["m", "muh", "moh", "mohd", "mhd"] {
            push(
                out,
                CandidateWords::Nama,
                format!("{short} {}", words[1..].join(" ")),
                false,
                "inisial",
            );
        }
    }
    let called = parts(&side.name).into_iter().chain(respelled(side));
    let called = called.map(|p| (p, "bagian nama"));
    let aliases = side.aliases.iter().map(|a| (lower(a), "panggilan"));
    for (index, (name, origin)) in called.chain(aliases).enumerate() {
        // "Pak haji" is nobody by name, though somebody be called Hasrat Haji Nabi.
        if origin == "bagian nama" && is_address(&name) {
            continue;
        }
        let ambiguous = shared.contains(&name);
        let everyday = origin == "panggilan" && name.contains([' ', '-']) && everyday(&name, contest);
        let weak = everyday || is_weak(&name) || ambiguous;
        // Nobody is called by the dictionary word inside the name ("alam", "putra", "jaya") without an address before it, nor by
        // one in front of it that is no name elsewhere ("mau").
        let inner = origin == "bagian nama" && familiar(&name).is_some_and(|f| f.ordinary && (index > 0 || !f.name));
        // An alias that is among the commonest words names nobody without an address.
        let anybody = is_frequent(&name) && is_word(&name);
        if !inner && !anybody {
            let as_written = side.aliases.iter().find(|alias| lower(alias) == name);
            let capitals = as_written
                .filter(|_| weak && !ambiguous)
                .map_or(Capitals::Same, |alias| in_capitals(alias));
            let strength = Strength {
                weak,
                everyday,
                capitals,
            };
            add(out, CandidateWords::Nama, name.clone(), strength, origin);
        }
        // An ordinary word stays one after "pak" or "bu" unless people are called so. Strong names get the address too, so that
        // it takes up as little room before them as before weak ones.
        let person = familiar(&name).is_none_or(|f| f.name) && name.chars().count() > 1;
        if !ambiguous && !everyday && person {
            let common = familiar(&name).is_some();
            for honorific in HONORIFICS {
                out.push(Variant {
                    class: CandidateWords::Nama,
                    text: format!("{honorific} {name}"),
                    weak: common,
                    everyday: false,
                    addressed: common,
                    capitals: Capitals::Same,
                    origin: "sapaan dan nama",
                });
            }
        }
    }
}

/// Head and deputy named together: two names that are each common are no accident together, two ordinary words may be. Beside an
/// ordinary word ("Mahmud Salam", and then "salam dua jari") it takes the "dan" or no gap at all to make a pair.
fn pair(out: &mut Vec<Variant>, head: &CandidateSide, deputy: &CandidateSide) {
    for first in call_names(head) {
        for second in call_names(deputy) {
            let weak = is_said(&first) && is_said(&second);
            let joints = if is_word(&first) || is_word(&second) {
                &[" dan "][..]
            } else {
                &["-", " & ", "/", " dan "]
            };
            for joint in joints {
                push(
                    out,
                    CandidateWords::Nama,
                    format!("{first}{joint}{second}"),
                    weak,
                    "pasangan",
                );
            }
            if !first.contains(' ') && !second.contains(' ') && first.len() + second.len() > 5 {
                push(
                    out,
                    CandidateWords::Nama,
                    format!("{first}{second}"),
                    false,
                    "pasangan, disambung",
                );
            }
        }
    }
}

/// By what one side is called in a pair: aliases, also without the address before them ("Bang Doyok" in "Sari-Doyok"), first and
/// last name, and a middle name that is nothing but a name: who is written "Achmad Lukmaya Natakresna" is called by the second.
fn call_names(side: &CandidateSide) -> BTreeSet<String> {
    let parts = parts(&side.name);
    let last = parts.len().saturating_sub(1);
    let is_name = |word: &str| word.len() >= LONG_NAME && !is_word(word);
    let is_called = |at: usize, part: &str| at == 0 || at == last || is_name(part);
    let called = parts.iter().enumerate().filter(|(at, part)| is_called(*at, part));
    let called = called.map(|(_, part)| part.clone());
    let aliases = side.aliases.iter().take(6).map(|alias| lower(alias));
    let bare = aliases.clone().filter_map(|alias| {
        let (address, name) = alias.split_once(' ')?;
        let strip = (is_address(address) || address == "si") && !name.contains(' ') && is_name(name);
        strip.then(|| name.to_owned())
    });
    aliases.chain(bare).chain(called).collect()
}

/// What a way to name a candidate is worth.
#[derive(Clone, Copy)]
struct Strength {
    weak: bool,
    everyday: bool,
    capitals: Capitals,
}

fn push(out: &mut Vec<Variant>, class: CandidateWords, text: impl Into<String>, weak: bool, origin: &'static str) {
    let strength = Strength {
        weak,
        everyday: false,
        capitals: Capitals::Same,
    };
    add(out, class, text.into(), strength, origin);
}

/// A weak word of the dictionary is an everyday one, whatever is known of it besides.
fn add(out: &mut Vec<Variant>, class: CandidateWords, text: String, strength: Strength, origin: &'static str) {
    if text.trim().is_empty() {
        return;
    }
    let Strength {
        weak,
        everyday,
        capitals,
    } = strength;
    out.push(Variant {
        everyday: everyday || weak && class == CandidateWords::Nama && is_said(&text),
        addressed: false,
        capitals,
        class,
        text,
        weak,
        origin,
    });
}

/// The words of a full name without what follows a comma (degrees) and without titles in front.
fn name_words(name: &str) -> Vec<String> {
    let words = all_words(name);
    let titles = words.iter().take_while(|w| PARTICLES.contains(&w.as_str())).count();
    if titles == words.len() {
        words
    } else {
        words[titles..].to_vec()
    }
}

/// The words of a full name without what follows a comma.
fn all_words(name: &str) -> Vec<String> {
    let name = name.split(',').next().unwrap_or_default();
    name.split(|c: char| c.is_whitespace() || c == '.')
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|w| !w.is_empty())
        .collect()
}

/// Single names by which one may be called; nobody with another name is called by the commonest.
fn parts(name: &str) -> Vec<String> {
    let words = name_words(name);
    let several = words.len() > 1;
    words
        .into_iter()
        .filter(|w| w.chars().count() > 2 && !PARTICLES.contains(&w.as_str()))
        .filter(|w| !(several && MUHAMMAD.contains(&w.as_str())))
        .collect()
}

fn lower(name: &str) -> String {
    name.trim().to_lowercase()
}
