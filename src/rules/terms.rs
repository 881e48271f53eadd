//! What people call a candidate: full name, its parts, the pair joined, the number with its words, all by one template.
//!
//! Does: expand the facts of a contest file. Does not: know any candidate; whether a word is ordinary is looked up in
//! [`super::ordinary`].
//! Invariant: the terms of a candidate follow from that candidate's own entries and from names shared inside the contest, never from
//! its place in the list; exchanging two candidates exchanges their terms exactly.

use std::collections::{BTreeMap, BTreeSet};

use super::frequency::in_ten_thousand;
use super::ordinary::{familiar, plain_words};
use super::set::{CandidateTerm, CandidateWords};
use crate::model::{Candidate, CandidateSide, Contest, Phase};
use crate::text::lexicon;

/// Forms of address before a name. They make a common first name somebody in particular, though not an ordinary word a name.
pub(super) const HONORIFICS: [&str; 30] = [
    "pak", "pa", "bapak", "bpk", "bu", "ibu", "bunda", "umi", "abi", "ayah", "mas", "mbak", "mba", "kang", "teh",
    "ceu", "bang", "abang", "bro", "kak", "cak", "ning", "gus", "kiai", "ustaz", "haji", "hj", "daeng", "puang", "uda",
];

/// Whether a word is a form of address.
pub fn is_address(word: &str) -> bool {
    HONORIFICS.contains(&word)
}

/// What stands before a ballot number. `nomor 2` also lies inside `paslon nomor 2`, so only what is not covered stands here.
const NUMBER_WORDS: [&str; 24] = [
    "nomor",
    "nomer",
    "no",
    "nmr",
    "nmor",
    "nomor urut",
    "nomer urut",
    "no urut",
    "nmr urut",
    "urut",
    "paslon",
    "pasangan",
    "pasangan calon",
    "calon",
    "kandidat",
    "capres",
    "cagub",
    "cabup",
    "cawali",
    "cawalkot",
    "angka",
    "kotak",
    "gambar",
    "kolom",
];

/// Number words in Indonesian and regional languages, from one to twelve. They are for ballot numbers: forms that are mainly another
/// word stand out.
const SPELLED: [&[&str]; 12] = [
    &[
        "satu",
        "siji",
        "setunggal",
        "hiji",
        "ciek",
        "sada",
        "seddi",
        "si'di",
        "sa",
    ],
    &[
        "dua", "loro", "kalih", "duo", "dui", "dua'", "due", "duwa", "rua", "dadua",
    ],
    &["tiga", "telu", "tilu", "tigo", "tallu", "tellu", "tolu", "telo", "talu"],
    &[
        "empat", "papat", "sekawan", "opat", "ampek", "appa", "eppa", "opat", "ampat",
    ],
    &["lima", "gangsal", "limo", "lime", "lalima"],
    &["enam", "enem", "nem", "genep", "anam", "onom", "annang", "enneng"],
    &["tujuh", "pitu", "tujuah", "tuju", "pitu'"],
    &["delapan", "wolu", "dalapan", "salapan", "walu", "karua"],
    &["sembilan", "sanga", "songo", "sambilan", "asera"],
    &["sepuluh", "sedasa", "sapuluh", "sampulo"],
    &["sebelas", "sewelas", "sabelas"],
    &["dua belas", "rolas", "duabelas"],
];

const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// Signs of a number on their own: keycaps and raised fingers.
const SIGNS: [&[&str]; 5] = [
    &["1️⃣", "☝", "👆", "☝️"],
    &["2️⃣", "✌", "✌️"],
    &["3️⃣", "🤟"],
    &["4️⃣"],
    &["5️⃣", "🖐", "🖐️"],
];

/// Words that are no part of a name by which one is called.
const PARTICLES: [&str; 36] = [
    "bin", "binti", "bt", "al", "el", "as", "de", "da", "di", "do", "la", "le", "van", "von", "dan", "h", "hj", "kh",
    "dr", "drs", "dra", "ir", "prof", "tgk", "tgh", "ust", "ustaz", "r", "rr", "rm", "raden", "drg", "dt", "st", "mr",
    "ny",
];

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
    /// The template.
    pub origin: &'static str,
}

/// The terms of all candidates, in order of contest, candidate and class.
pub fn candidate_terms(contests: &[Contest]) -> Vec<CandidateTerm> {
    let mut terms = Vec::new();
    for (contest, data) in contests.iter().enumerate() {
        for candidate in 0..data.candidates.len() {
            terms.extend(expand(data, candidate).into_iter().map(|v| CandidateTerm {
                contest,
                candidate,
                class: v.class,
                text: v.text,
                weak: v.weak,
            }));
        }
    }
    terms
}

/// Every way to name one candidate of a contest, each once.
pub fn expand(contest: &Contest, candidate: usize) -> Vec<Variant> {
    let shared: BTreeSet<String> = shared(contest).into_keys().collect();
    let Some(one) = contest.candidates.get(candidate) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    if one.empty_box {
        for name in ["kolom kosong", "kotak kosong"] {
            push(&mut out, CandidateWords::Nama, name, false, "kolom kosong");
        }
    } else {
        names(&mut out, one, &shared);
        dated_acronyms(&mut out, contest, one);
    }
    number(&mut out, one.number);
    for slogan in one.slogans.iter().filter(|slogan| !is_motto(slogan)) {
        let weak = everyday(slogan, contest);
        push(&mut out, CandidateWords::Slogan, slogan, weak, "slogan");
    }
    for tag in &one.hashtags {
        push(
            &mut out,
            CandidateWords::Tagar,
            format!("#{tag}"),
            is_weak(tag),
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

/// Single names that more than one candidate of the contest bears and that are not familiar anyway, with the first two bearers.
pub(super) fn shared_names(contest: &Contest) -> Vec<(String, usize, usize)> {
    shared(contest)
        .into_iter()
        .filter(|(name, _)| familiar(name).is_none())
        .map(|(name, (first, second))| (name, first, second))
        .collect()
}

fn shared(contest: &Contest) -> BTreeMap<String, (usize, usize)> {
    let mut bearers: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, candidate) in contest.candidates.iter().enumerate().filter(|(_, c)| !c.empty_box) {
        for side in sides(candidate) {
            for part in parts(&side.name)
                .into_iter()
                .chain(side.aliases.iter().map(|a| lower(a)))
            {
                bearers.entry(part).or_default().insert(index);
            }
        }
        for acronym in &candidate.acronyms {
            bearers.entry(lower(acronym)).or_default().insert(index);
        }
    }
    bearers
        .into_iter()
        .filter_map(|(name, who)| {
            let mut who = who.into_iter();
            Some((name, (who.next()?, who.next()?)))
        })
        .collect()
}

fn sides(candidate: &Candidate) -> impl Iterator<Item = &CandidateSide> {
    std::iter::once(&candidate.head).chain(candidate.deputy.as_ref())
}

fn names(out: &mut Vec<Variant>, candidate: &Candidate, shared: &BTreeSet<String>) {
    for side in sides(candidate) {
        side_names(out, side, shared);
    }
    if let Some(deputy) = &candidate.deputy {
        pair(out, &candidate.head, deputy);
    }
    for acronym in candidate.acronyms.iter().filter(|acronym| !is_frequent(acronym)) {
        let weak = is_weak(acronym) || shared.contains(&lower(acronym));
        push(out, CandidateWords::Nama, acronym, weak, "akronim");
    }
}

/// An acronym with the year of the vote behind it ("#AMIN2024") means the pair even where the bare word is a prayer.
fn dated_acronyms(out: &mut Vec<Variant>, contest: &Contest, candidate: &Candidate) {
    let days = &contest.phases.first_day;
    let Some(day) = days.get(&Phase::Pemungutan).or_else(|| days.values().last()) else {
        return;
    };
    for acronym in &candidate.acronyms {
        let year = day.year();
        let (class, dated) = if is_frequent(acronym) {
            let tags = [format!("#{acronym}{year}"), format!("#{year}{acronym}")];
            (CandidateWords::Tagar, tags)
        } else {
            let words = [format!("{acronym} {year}"), format!("{year} {acronym}")];
            (CandidateWords::Nama, words)
        };
        for dated in dated {
            push(out, class, dated, false, "akronim dan tahun");
        }
    }
}

fn side_names(out: &mut Vec<Variant>, side: &CandidateSide, shared: &BTreeSet<String>) {
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
    let called = parts(&side.name).into_iter().map(|p| (p, "bagian nama"));
    let aliases = side.aliases.iter().map(|a| (lower(a), "panggilan"));
    for (index, (name, origin)) in called.chain(aliases).enumerate() {
        // "Pak haji" is nobody by name, though somebody be called Hasrat Haji Nabi.
        if origin == "bagian nama" && is_address(&name) {
            continue;
        }
        let ambiguous = shared.contains(&name);
        let weak = is_weak(&name) || ambiguous;
        // Nobody is called by the dictionary word inside the name ("alam", "putra", "jaya") without an address before it, nor by
        // one in front of it that is no name elsewhere ("mau").
        let inner = origin == "bagian nama" && familiar(&name).is_some_and(|f| f.ordinary && (index > 0 || !f.name));
        // Nor is every "abang" meant who is about.
        let anybody = is_frequent(&name) && familiar(&name).is_some_and(|f| f.ordinary);
        if !inner && !anybody {
            push(out, CandidateWords::Nama, &name, weak, origin);
        }
        // An ordinary word stays one after "pak" or "bu" unless people are called so. Strong names get the address too, so that
        // it takes up as little room before them as before weak ones.
        let person = familiar(&name).is_none_or(|f| f.name) && name.chars().count() > 1;
        if !ambiguous && person {
            for honorific in HONORIFICS {
                push(
                    out,
                    CandidateWords::Nama,
                    format!("{honorific} {name}"),
                    false,
                    "sapaan dan nama",
                );
            }
        }
    }
}

/// Head and deputy named together: two names that are each common are no accident together, two ordinary words may be. Beside an
/// ordinary word ("Mahmud Salam", and then "salam dua jari") it takes the "dan" or no gap at all to make a pair.
fn pair(out: &mut Vec<Variant>, head: &CandidateSide, deputy: &CandidateSide) {
    for first in call_names(head) {
        for second in call_names(deputy) {
            let ordinary = |name: &str| familiar(name).is_some_and(|f| f.ordinary && !f.name);
            let weak = ordinary(&first) && ordinary(&second);
            let may_be = |name: &str| familiar(name).is_some_and(|f| f.ordinary);
            let joints = if may_be(&first) || may_be(&second) {
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

/// By what one side is called in a pair: aliases, first and last name.
fn call_names(side: &CandidateSide) -> BTreeSet<String> {
    let parts = parts(&side.name);
    let ends = [parts.first(), parts.last()].into_iter().flatten().cloned();
    side.aliases.iter().take(6).map(|a| lower(a)).chain(ends).collect()
}

fn number(out: &mut Vec<Variant>, number: u32) {
    let Ok(at) = usize::try_from(number) else { return };
    let mut forms = vec![number.to_string()];
    if number < 10 {
        forms.push(format!("0{number}"));
        push(out, CandidateWords::Nomor, format!("0{number}"), false, "dua angka");
    }
    let digits = forms.clone();
    let spelled = at
        .checked_sub(1)
        .and_then(|i| SPELLED.get(i))
        .copied()
        .unwrap_or_default();
    forms.extend(spelled.iter().map(|s| (*s).to_owned()));
    forms.extend(at.checked_sub(1).and_then(|i| ROMAN.get(i)).map(|r| (*r).to_owned()));
    for word in NUMBER_WORDS {
        for form in &forms {
            push(out, CandidateWords::Nomor, format!("{word} {form}"), false, "nomor");
        }
    }
    for word in ["no", "nomor", "nomer", "paslon"] {
        for form in &digits {
            push(
                out,
                CandidateWords::Nomor,
                format!("{word}{form}"),
                false,
                "nomor, disambung",
            );
        }
    }
    push(out, CandidateWords::Angka, number.to_string(), false, "angka");
    // The commonest spelling of each language that is a number before all.
    for form in spelled.iter().filter(|s| s.len() > 2) {
        push(out, CandidateWords::Angka, *form, false, "angka");
    }
    for sign in at
        .checked_sub(1)
        .and_then(|i| SIGNS.get(i))
        .copied()
        .unwrap_or_default()
    {
        push(out, CandidateWords::Angka, *sign, false, "angka");
    }
}

fn push(out: &mut Vec<Variant>, class: CandidateWords, text: impl Into<String>, weak: bool, origin: &'static str) {
    let text = text.into();
    if !text.trim().is_empty() {
        out.push(Variant {
            class,
            text,
            weak,
            origin,
        });
    }
}

/// A word too familiar or too short to mean this candidate alone, or a number in some language ("Sada").
fn is_weak(term: &str) -> bool {
    familiar(term).is_some()
        || lexicon::number(&lower(term)).is_some()
        || (term.chars().count() <= 3 && term.chars().all(char::is_alphanumeric))
}

/// Whether a word stands in so many everyday texts that an election nearby does not make an acronym of it: "ayo kita pilih", "bisa
/// dipilih". Such an acronym means its pair only in a hashtag with the year.
pub fn is_frequent(term: &str) -> bool {
    in_ten_thousand(term).is_some()
}

/// Whether a slogan is one ordinary word, which an election nearby does not make anybody's: "pilih pemimpin yang amanah".
pub fn is_motto(slogan: &str) -> bool {
    plain_words(slogan).len() == 1 && (is_weak(slogan) || is_frequent(slogan))
}

/// Whether a slogan is said of other things too: "oke gas", "Kota Kita Bersih" with the place's own name. Five words and more in just
/// this order are said of nothing else.
fn everyday(slogan: &str, contest: &Contest) -> bool {
    let (words, place) = (plain_words(slogan), plain_words(&contest.name));
    let common = |word: &String| is_weak(word) || is_frequent(word) || place.contains(word);
    words.len() < 5 && words.iter().all(common)
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
