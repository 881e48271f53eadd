//! Ballot numbers: digits, words of the regions' languages, Roman numerals, raised fingers.
//!
//! Does: write a number in every way people do, find one in a term. Does not: know whose it is.
//! Invariant: every number from one to twelve has the same templates.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Variant, push};
use crate::rules::set::CandidateWords;
use crate::text::fold::{Token, fold};
use crate::text::lexicon;
use crate::text::reading::canonical;

/// What stands before a ballot number. `nomor 2` also lies inside `paslon nomor 2`, so only what is not covered stands here.
const NUMBER_WORDS: [&str; 26] = [
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
    "nomor ke",
    "nomor urut ke",
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
    &["delapan", "wolu", "dalapan", "walu", "karua"],
    &["sembilan", "sanga", "songo", "sambilan", "asera"],
    &["sepuluh", "sedasa", "sapuluh", "sampulo"],
    &["sebelas", "sewelas", "sabelas"],
    &["dua belas", "rolas", "duabelas"],
];

/// Ordinals, which are ballot numbers behind these words alone.
const ORDINALS: [&[&str]; 12] = [
    &["pertama", "kesatu"],
    &["kedua"],
    &["ketiga"],
    &["keempat"],
    &["kelima"],
    &["keenam"],
    &["ketujuh"],
    &["kedelapan"],
    &["kesembilan"],
    &["kesepuluh"],
    &["kesebelas"],
    &["kedua belas"],
];
const ORDERED: [&str; 6] = ["nomor", "nomor urut", "no urut", "urut", "paslon", "paslon urutan"];

const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// Signs of a number on their own: keycaps and raised fingers.
const SIGNS: [&[&str]; 5] = [
    &["1️⃣", "☝", "👆", "☝️"],
    &["2️⃣", "✌", "✌️"],
    &["3️⃣", "🤟"],
    &["4️⃣"],
    &["5️⃣", "🖐", "🖐️"],
];

/// What shows a ballot number, behind it.
const BEHIND: [&str; 4] = ["jari", "driji", "ramo", "curuk"];
/// What makes of a number another one.
const LARGER: [&str; 5] = ["belas", "puluh", "ratus", "ribu", "juta"];

/// Whether a number before this word is part of a larger one.
pub fn makes_larger(word: &str) -> bool {
    LARGER.contains(&word)
}
/// A word before a number is told in a longer one if it has so many letters.
const JOINED: usize = 5;
/// The longest way to write a ballot number, in words.
const LONGEST: usize = 4;

/// The words of every way to write a ballot number with a word before it, folded; the number of each.
static WAYS: LazyLock<HashMap<Vec<String>, u32>> = LazyLock::new(|| {
    let mut ways = HashMap::new();
    for of in (1..).take(SPELLED.len()) {
        let mut written = Vec::new();
        number(&mut written, of);
        let named = written.iter().filter(|way| way.class == CandidateWords::Nomor);
        ways.extend(named.map(|way| (folded(&way.text).0, of)));
    }
    ways
});

/// The ballot number that a term holds: "nomor dua saja", "salam2jari", "paslon 02", "#coblosnomor2".
pub(in super::super) fn ballot_number(term: &str) -> Option<u32> {
    let (words, forms) = folded(term);
    (0..words.len()).find_map(|from| {
        let way = |len: usize| Some((len, *WAYS.get(words.get(from..from + len)?)?));
        let ballot = |at: usize| {
            let number: u32 = words.get(at)?.parse().ok()?;
            (1..).take(SPELLED.len()).find(|known| *known == number)
        };
        let shown = || {
            let number = ballot(from)?;
            BEHIND.contains(&words.get(from + 1)?.as_str()).then_some((1, number))
        };
        // "#coblosnomor2"
        let joined = || {
            let before = |word: &&str| word.len() >= JOINED && words[from].ends_with(word);
            NUMBER_WORDS.iter().find(|word| before(word))?;
            Some((2, ballot(from + 1)?))
        };
        let (len, number) = (1..=LONGEST).rev().find_map(way).or_else(shown).or_else(joined)?;
        let larger = words.get(from + len).is_some_and(|next| makes_larger(next));
        // "satu-satunya" is no number.
        let next = forms.get(from + len);
        let doubled = next.is_some_and(|next| next.starts_with(&forms[from + len - 1]));
        (!larger && !doubled).then_some(number)
    })
}

/// Whether a word in small letters and without signs may stand for a number by itself, in any of the languages: "settong", "duabelas",
/// "sidi", "iv".
pub fn spells_number(word: &str, number: u32) -> bool {
    let is = |one: &&'static str| one.chars().filter(|c| c.is_alphabetic()).eq(word.chars());
    lexicon::number(word).is_some_and(|digits| digits.parse() == Ok(number))
        || row(&SPELLED, number).is_some_and(|row| row.iter().any(is))
        || row(&ROMAN, number).as_ref().is_some_and(is)
}

/// The plain word for a number.
pub fn number_word(number: u32) -> Option<&'static str> {
    row(&SPELLED, number)?.first().copied()
}

/// What says another number where this word, behind that one and both in small letters, is a ballot number: digits for digits, an
/// ordinal for an ordinal, else the plain word. A Roman number is left out: "calon I Wayan" names a person.
pub fn renumbered(before: &str, word: &str, from: u32, to: u32) -> Option<String> {
    if from < 10 && word.strip_prefix('0') == Some(from.to_string().as_str()) {
        return Some(format!("0{to}"));
    }
    let before = lexicon::slang(before).unwrap_or(before);
    if !NUMBER_WORDS.contains(&before) {
        return None;
    }
    if word == from.to_string() {
        return Some(to.to_string());
    }
    if row(&ORDINALS, from).is_some_and(|row| row.contains(&word)) {
        let other = row(&ORDINALS, to)?.first()?;
        return ORDERED.contains(&before).then(|| (*other).to_owned());
    }
    let spelled = spells_number(word, from) && row(&ROMAN, from) != Some(word);
    number_word(to).filter(|_| spelled).map(str::to_owned)
}

/// What a table of the numbers from one on has for a number.
fn row<T: Copy>(table: &[T], number: u32) -> Option<T> {
    let at = usize::try_from(number).ok()?.checked_sub(1)?;
    table.get(at).copied()
}

/// The words of a text as patterns have them, and as they are spelled.
fn folded(text: &str) -> (Vec<String>, Vec<String>) {
    let folded = fold(text);
    let word = |token: &Token| {
        let form = folded.form(token);
        (canonical(form, true).to_owned(), form.to_owned())
    };
    folded.tokens.iter().map(word).unzip()
}

/// Every way to write a ballot number.
pub(super) fn number(out: &mut Vec<Variant>, number: u32) {
    let mut forms = vec![number.to_string()];
    if number < 10 {
        forms.push(format!("0{number}"));
        push(out, CandidateWords::Nomor, format!("0{number}"), false, "dua angka");
    }
    let digits = forms.clone();
    let listed = |table: &[&'static [&'static str]]| row(table, number).unwrap_or_default();
    let spelled = listed(&SPELLED);
    forms.extend(spelled.iter().map(|s| (*s).to_owned()));
    forms.extend(row(&ROMAN, number).map(str::to_owned));
    for word in NUMBER_WORDS {
        for form in &forms {
            push(out, CandidateWords::Nomor, format!("{word} {form}"), false, "nomor");
        }
    }
    for word in ORDERED {
        for form in listed(&ORDINALS) {
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
    for sign in listed(&SIGNS) {
        push(out, CandidateWords::Angka, *sign, false, "angka");
    }
}
