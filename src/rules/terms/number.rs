//! Ballot numbers: digits, words of the regions' languages, Roman numerals, raised fingers.
//!
//! Does: write a number in every way people do. Does not: know whose it is.
//! Invariant: every number from one to twelve has the same templates.

use super::{Variant, push};
use crate::rules::set::CandidateWords;

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

/// What stands before a ballot number and before no other.
const BEFORE: [&str; 7] = ["nomor", "nomer", "no", "nmr", "nmor", "urut", "paslon"];
/// What shows a ballot number, behind it.
const BEHIND: [&str; 4] = ["jari", "driji", "ramo", "curuk"];

/// The ballot number that plain words hold: "nomor dua saja", "salam 2 jari".
pub(in super::super) fn ballot_number(words: &[String]) -> Option<usize> {
    let number = |word: &str| match word.parse::<usize>() {
        Ok(number) => (1..=SPELLED.len()).contains(&number).then_some(number),
        Err(_) => SPELLED.iter().position(|forms| forms.contains(&word)).map(|at| at + 1),
    };
    let beside = |at: usize| {
        let word = words[at].as_str();
        let before = at.checked_sub(1).map(|at| words[at].as_str());
        let behind = words.get(at + 1).map_or("", String::as_str);
        let named = before.is_some_and(|before| BEFORE.contains(&before)) || BEHIND.contains(&behind);
        // "satu-satunya" is no number.
        if named && !behind.starts_with(word) {
            number(word)
        } else {
            None
        }
    };
    let joined = |word: &String| {
        let digits = BEFORE.iter().find_map(|sign| word.strip_prefix(sign))?;
        let plain = digits.bytes().all(|b| b.is_ascii_digit());
        if plain { number(digits) } else { None }
    };
    (0..words.len())
        .find_map(beside)
        .or_else(|| words.iter().find_map(joined))
}

/// Every way to write a ballot number.
pub(super) fn number(out: &mut Vec<Variant>, number: u32) {
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
