//! Labelled rows: what a label asks for, what stands for a candidate, and what is wrong with a row.

use anyhow::bail;

use crate::app::corpus::Entry;
use crate::model::Contest;
use crate::rules::RuleSet;

/// Placeholders and what is put there.
pub type Names = [(&'static str, String)];

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
fn wanted(label: &str) -> Option<Want> {
    match label.trim().to_ascii_lowercase().as_str() {
        "flag" => Some(Want::Flag),
        "review" => Some(Want::Review),
        "note" => Some(Want::Note),
        "clear" | "suppress" | "no_flag" | "neutral" => Some(Want::NotQueued),
        "borderline" => Some(Want::Anything),
        _ => None,
    }
}

/// What a row asks for, or everything that is wrong with it.
pub fn want(entry: &Entry, names: &Names) -> Result<Want, String> {
    let want = wanted(&entry.expect);
    let mut faults = Vec::new();
    if want.is_none() {
        faults.push(format!(
            "`expect` is \"{}\"; known: flag, review, note, clear, borderline",
            entry.expect
        ));
    }
    if entry.text.trim().is_empty() {
        faults.push("the text is empty".to_owned());
    }
    for placeholder in placeholders(&entry.text) {
        if names.iter().all(|(known, _)| *known != placeholder) {
            let known = names.iter().map(|(known, _)| *known);
            let known: Vec<&str> = known.filter(|known| known.starts_with('{')).collect();
            faults.push(format!("{placeholder} is no placeholder; known: {}", known.join(" ")));
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
        let to = from + text[from..].find('}')?;
        let name = &text.as_bytes()[from + 1..to];
        let written = name.iter().all(|b| *b == b'_' || b.is_ascii_lowercase());
        (name.len() > 1 && written).then(|| &text[from..=to])
    })
}

/// What stands for a candidate in labelled rows: placeholder and value.
pub fn names_for(set: &RuleSet, number: Option<u32>) -> anyhow::Result<Vec<(&'static str, String)>> {
    let chosen = set.contests.iter().find_map(|contest| {
        let mut candidates = contest.candidates.iter().filter(|c| !c.empty_box);
        let one = candidates.find(|c| number.is_none_or(|n| c.number == n))?;
        Some((contest, one))
    });
    let Some((contest, one)) = chosen else {
        bail!("no contest has such a candidate")
    };
    let call = |side: &crate::model::CandidateSide| side.aliases.first().unwrap_or(&side.name).clone();
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
    Ok(vec![
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
    ])
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
        let faults = row("coblos {callon} {nomer}", "flagg").expect_err("three faults");
        for fault in ["\"flagg\"", "{callon}", "{nomer}"] {
            assert!(faults.contains(fault), "{faults}");
        }
        assert!(row(" ", "clear").expect_err("empty").contains("empty"));
        assert_eq!(
            row("coblos {calon} <3 <b>ya</b> <URL> {} {1} > <", "flag"),
            Ok(Want::Flag)
        );
    }
}
