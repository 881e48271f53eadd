//! Labelled rows: what a label asks for, what stands for a candidate, and what is wrong with a row.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::app::corpus::Entry;
use crate::model::{Candidate, CandidateSide, Contest};
use crate::rules::{RuleSet, closest};

/// Placeholders and what is put there.
pub type Names = [(&'static str, String)];

/// Placeholders told of one row.
const MOST_FAULTS: usize = 5;

/// What a label asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// To be queued.
    Flag,
    /// Noted or queued, either is right.
    Review,
    /// A note and no more.
    Note,
    /// Not to be queued.
    NotQueued,
    /// Either is right; counts nowhere.
    Anything,
}

/// The words people label with.
const LABELS: [(&str, Want); 8] = [
    ("flag", Want::Flag),
    ("review", Want::Review),
    ("note", Want::Note),
    ("clear", Want::NotQueued),
    ("suppress", Want::NotQueued),
    ("no_flag", Want::NotQueued),
    ("neutral", Want::NotQueued),
    ("borderline", Want::Anything),
];

fn wanted(label: &str) -> Option<Want> {
    let label = label.trim();
    let known = LABELS.iter().find(|(word, _)| word.eq_ignore_ascii_case(label));
    known.map(|(_, want)| *want)
}

/// What a row asks for, or everything that is wrong with it.
pub fn want(entry: &Entry, names: &Names) -> Result<Want, String> {
    let want = wanted(&entry.expect);
    let mut faults = Vec::new();
    if want.is_none() {
        let is = if entry.expect.is_empty() {
            "is not there".to_owned()
        } else {
            format!("is \"{}\"", entry.expect)
        };
        let known = LABELS.map(|(word, _)| word).join(", ");
        faults.push(format!("`expect` {is}; known: {known}"));
    }
    let known = || {
        names
            .iter()
            .map(|(known, _)| *known)
            .filter(|known| known.starts_with('{'))
    };
    let unknown: BTreeSet<&str> = placeholders(&entry.text)
        .filter(|one| known().all(|known| known != *one))
        .collect();
    for placeholder in unknown.into_iter().take(MOST_FAULTS) {
        // Posts hold braces too; what is nearly a placeholder was meant as one.
        if let Some(near) = closest(placeholder, known()) {
            faults.push(format!("{placeholder} is no placeholder; did you mean {near}?"));
        }
    }
    match want {
        Some(want) if faults.is_empty() => Ok(want),
        _ => Err(faults.join("; ")),
    }
}

/// What is written like a placeholder of rules: `{small}`. What stands in `<CAPITALS>` and is not known is text: collections of posts
/// write links and accounts so.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('{').filter_map(|(from, _)| {
        let name = text.as_bytes()[from + 1..].iter();
        let len = name.take_while(|b| **b == b'_' || b.is_ascii_lowercase()).count();
        let to = from + 1 + len;
        (len > 1 && text.as_bytes().get(to) == Some(&b'}')).then(|| &text[from..=to])
    })
}

/// The candidate that fills placeholders, and the contest.
pub fn chosen(set: &RuleSet, number: Option<u32>) -> anyhow::Result<(&Contest, &Candidate)> {
    let chosen = set.contests.iter().find_map(|contest| {
        let mut candidates = contest.candidates.iter().filter(|c| !c.empty_box);
        let one = candidates.find(|c| number.is_none_or(|n| c.number == n))?;
        Some((contest, one))
    });
    match chosen {
        Some(chosen) => Ok(chosen),
        None => bail!("no contest has such a candidate"),
    }
}

/// What stands for a candidate in labelled rows: placeholder and value.
pub fn names_of((contest, one): (&Contest, &Candidate)) -> Vec<(&'static str, String)> {
    let call = |side: &CandidateSide| side.aliases.first().unwrap_or(&side.name).clone();
    let (head, deputy) = (call(&one.head), one.deputy.as_ref().map(call).unwrap_or_default());
    let place = place(contest);
    let party = one
        .parties
        .first()
        .cloned()
        .unwrap_or_else(|| "Partai Contoh".to_owned());
    let other = contest
        .candidates
        .iter()
        .find(|c| c.number != one.number)
        .map(|c| call(&c.head))
        .unwrap_or_default();
    let tag = one.hashtags.first().cloned().unwrap_or_else(|| head.replace(' ', ""));
    vec![
        ("<CALON>", head.clone()),
        ("{calon}", head),
        ("<WAKIL>", deputy.clone()),
        ("{wakil}", deputy),
        ("<NO>", one.number.to_string()),
        ("<NOMOR>", one.number.to_string()),
        ("{nomor}", one.number.to_string()),
        ("<PARTAI>", party.clone()),
        ("{partai}", party),
        ("<KAB>", place.clone()),
        ("<DAERAH>", place),
        ("{lawan}", other),
        ("{tagar}", format!("#{tag}")),
    ]
}

/// The place a contest is about, from its name.
fn place(contest: &Contest) -> String {
    let words: Vec<&str> = contest
        .name
        .split_whitespace()
        .filter(|w| !w.chars().all(|c| c.is_ascii_digit()))
        .collect();
    words.last().map_or_else(String::new, |word| (*word).to_owned())
}

/// The text with its placeholders filled in.
pub fn filled(text: &str, names: &Names) -> String {
    let mut text = text.to_owned();
    for (placeholder, value) in names {
        // In a hashtag or an account a name has no blanks.
        for sign in ["#", "@"] {
            text = text.replace(
                &format!("{sign}{placeholder}"),
                &format!("{sign}{}", value.replace(' ', "")),
            );
        }
        text = text.replace(placeholder, value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_hashtags_are_joined() {
        let names = [("<CALON>", "Siti Andara".to_owned())];
        assert_eq!(
            filled("pilih <CALON> #<CALON>Lanjut", &names),
            "pilih Siti Andara #SitiAndaraLanjut"
        );
    }

    #[test]
    fn everything_wrong_with_a_row_is_told_at_once() {
        let names = [("{calon}", "Siti Andara".to_owned())];
        let row = |text: &str, expect: &str| {
            let entry = Entry {
                text: text.to_owned(),
                expect: expect.to_owned(),
                ..Entry::default()
            };
            want(&entry, &names)
        };
        let faults = row("coblos {callon} {calom}", "flagg").expect_err("three faults");
        for fault in [
            "\"flagg\"",
            "suppress, no_flag, neutral, borderline",
            "{callon}",
            "{calom}",
        ] {
            assert!(faults.contains(fault), "{faults}");
        }
        assert_eq!(
            row(" ", "clear"),
            Ok(Want::NotQueued),
            "what says nothing is judged too"
        );
        assert!(row("kopi", "").expect_err("no label").contains("`expect` is not there"));
        assert_eq!(
            row("coblos {calon} <3 <b>ya</b> <URL> {nama} {} {1} > <", "flag"),
            Ok(Want::Flag)
        );
    }
}
