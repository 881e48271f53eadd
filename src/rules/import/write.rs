//! A contest and its candidates → the text of a contest file.
//!
//! Does: name the contest, write it as TOML with what its candidates are known by. Does not: check rows; they have been.
//! Invariant: the same rows and facts give the same text, to the byte.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::known::{Kind, Known};
use super::{KINDS, Row, titled, zone};
use crate::model::Phases;

/// What contests hold beside the rows of the list.
pub(super) struct Facts<'a> {
    pub(super) known: &'a Known,
    pub(super) phases: &'a Phases,
}

/// Year of the vote, kind, place: the name of the contest and of its file.
pub(super) fn contest_id(row: &Row, phases: &Phases) -> String {
    let year = phases.vote_day().map_or(0, Date::year);
    format!("{year}-{}-{}", KINDS[row.kind].1, slug(place(&row.region)))
}

/// The content of the contest's file.
pub(super) fn toml_of(id: &str, rows: &[Row], facts: &Facts<'_>) -> String {
    let (first, phases) = (&rows[0], facts.phases);
    let place = place(&first.region);
    let year = phases.vote_day().map_or(0, Date::year);
    let name = format!("{} {} {year}", KINDS[first.kind].2, titled(place));
    let body = if first.code.starts_with("11") {
        "panwaslih"
    } else {
        "bawaslu"
    };
    let tier = ["provinsi", "kabupaten", "kota"][first.kind];
    let mut out = String::from("[contest]\n");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "id = {}", quoted(id));
    let _ = writeln!(out, "name = {}", quoted(&name));
    let _ = writeln!(out, "region = {}", quoted(&first.code));
    let _ = writeln!(
        out,
        "timezone = {}",
        quoted(zone(&first.code).unwrap_or("Asia/Jakarta"))
    );
    let _ = writeln!(out, "refer_to = {}", quoted(&format!("{body}-{tier}-{}", slug(place))));
    out.push_str("\n[contest.phases]\n");
    for (phase, day) in &phases.first_day {
        let _ = writeln!(out, "{phase} = {day}");
    }
    if let Some(day) = phases.ends {
        let _ = writeln!(out, "selesai = {day}");
    }
    for row in rows {
        let _ = writeln!(out, "\n[[candidate]]\nnumber = {}", row.number);
        if row.empty_box {
            out.push_str("empty_box = true\n");
            continue;
        }
        let known = |kind| facts.known.of(&row.code, row.number, kind);
        for (key, (name, nick), kind) in [
            ("head", &row.head, Kind::AliasHead),
            ("deputy", &row.deputy, Kind::AliasDeputy),
        ] {
            let nick = Some(nick).filter(|nick| !nick.is_empty());
            let aliases = nick
                .into_iter()
                .chain(known(kind).iter().filter(|alias| Some(*alias) != nick));
            let _ = writeln!(
                out,
                "{key} = {{ name = {}, aliases = {} }}",
                quoted(name),
                list(aliases)
            );
        }
        for (key, kind) in [
            ("acronyms", Kind::Acronym),
            ("slogans", Kind::Slogan),
            ("hashtags", Kind::Hashtag),
        ] {
            if !known(kind).is_empty() {
                let _ = writeln!(out, "{key} = {}", list(known(kind)));
            }
        }
    }
    out
}

/// The region's name without its kind.
fn place(region: &str) -> &str {
    let kinds = ["KABUPATEN ", "KOTA ", "PROVINSI "];
    kinds
        .iter()
        .find_map(|kind| region.strip_prefix(kind))
        .unwrap_or(region)
        .trim()
}

fn slug(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

/// A TOML array of strings on one line.
fn list<'t>(values: impl IntoIterator<Item = &'t String>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| quoted(value)).collect();
    format!("[{}]", values.join(", "))
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}
