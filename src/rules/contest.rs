//! One contest file → a [`Contest`], every fault listed.

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic as codes;
use super::expr::can_match;
use super::fields::{Fields, Sink, shown, table, text, wrong_kind};
use super::pack::{name_ok, region_ok};
use crate::model::{Candidate, CandidateSide, Contest, Phase, Phases};

/// Ballots have never held more.
const MOST_CANDIDATES: usize = 60;
/// Names, slogans … of one candidate.
const MOST_NAMES: usize = 200;

/// A contest and where its parts are written.
pub(super) struct ContestDraft {
    pub id: Spanned<String>,
    pub contest: Contest,
    /// Where each candidate's head is written.
    pub places: Vec<std::ops::Range<usize>>,
}

/// Reads a contest; `None` when too much is missing to go on.
pub(super) fn read_contest(sink: &mut Sink, document: &DeTable<'_>) -> Option<ContestDraft> {
    let mut root = Fields::new("a contest file", 0..0, document);
    let header = root.need_table(sink, "contest", "[contest]");
    let head = header.and_then(|fields| read_header(sink, fields));
    let had_candidates = root.has("candidate");
    let tables = root.tables(sink, "candidate", "[[candidate]]");
    let mut candidates: Vec<(Spanned<u32>, Candidate, std::ops::Range<usize>)> = Vec::new();
    for fields in tables {
        candidates.extend(read_candidate(sink, fields));
    }
    root.finish(sink);
    if !had_candidates {
        sink.add(codes::NO_CANDIDATES, 0..0, "the contest has no candidates")
            .help("each candidate begins with `[[candidate]]` and a `number`");
    }
    if candidates.len() > MOST_CANDIDATES {
        sink.add(
            codes::TOO_LARGE,
            0..0,
            format!("a contest of more than {MOST_CANDIDATES} candidates"),
        );
        return None;
    }
    candidates.sort_by_key(|(number, ..)| *number.get_ref());
    for pair in candidates.windows(2) {
        if pair[0].0.get_ref() == pair[1].0.get_ref() {
            let path = sink.file.path.clone();
            let (first, second) = if pair[0].0.span().start < pair[1].0.span().start {
                (0, 1)
            } else {
                (1, 0)
            };
            sink.add(
                codes::TWICE,
                pair[second].0.span(),
                format!("two candidates have the number {}", pair[0].0.get_ref()),
            )
            .label("again here")
            .also(&path, pair[first].0.span(), "first here");
        }
    }
    let (id, mut contest) = head?;
    let places = candidates.iter().map(|(_, _, place)| place.clone()).collect();
    contest.candidates = candidates.into_iter().map(|(_, candidate, _)| candidate).collect();
    Some(ContestDraft { id, contest, places })
}

fn read_header(sink: &mut Sink, mut fields: Fields<'_>) -> Option<(Spanned<String>, Contest)> {
    let id = fields
        .need_text(sink, "id")
        .filter(|id| name_ok(sink, "a contest id", id));
    let name = fields.need_text(sink, "name");
    let region = fields.need_text(sink, "region").filter(|r| region_ok(sink, r));
    let zone = fields.need_text(sink, "timezone").and_then(|z| read_zone(sink, &z));
    let refer_to = fields.need_text(sink, "refer_to");
    let phases = fields
        .need_table(sink, "phases", "[contest.phases]")
        .map(|p| read_phases(sink, p));
    fields.finish(sink);
    let id = id?;
    let contest = Contest {
        id: id.get_ref().clone(),
        name: name?.into_inner(),
        region: region?.into_inner(),
        zone: zone?,
        refer_to: refer_to?.into_inner(),
        phases: phases?,
        candidates: Vec::new(),
    };
    Some((id, contest))
}

fn read_zone(sink: &mut Sink, zone: &Spanned<String>) -> Option<TimeZone> {
    let found = TimeZone::get(zone.get_ref()).ok();
    if found.is_none() {
        sink.add(
            codes::UNKNOWN_ZONE,
            zone.span(),
            format!("there is no time zone \"{}\"", shown(zone.get_ref())),
        )
        .label("not known")
        .help("WIB is \"Asia/Jakarta\" (also \"Asia/Pontianak\"), WITA \"Asia/Makassar\", WIT \"Asia/Jayapura\"");
    }
    found
}

fn read_phases(sink: &mut Sink, mut fields: Fields<'_>) -> Phases {
    let mut days: Vec<(&'static str, Spanned<Date>)> = Vec::new();
    let mut first_day = BTreeMap::new();
    for phase in Phase::ALL {
        let key = phase.as_str();
        if let Some(day) = fields.get(key).and_then(|v| read_day(sink, key, v)) {
            first_day.insert(*phase, *day.get_ref());
            days.push((key, day));
        }
    }
    let ends = fields.need(sink, "selesai").and_then(|v| read_day(sink, "selesai", v));
    if first_day.is_empty() {
        sink.add(codes::EMPTY, fields.span.clone(), "no phase has a first day")
            .help("write `kampanye = 2024-09-25` and so on: the first day of each phase");
    }
    days.extend(ends.clone().map(|day| ("selesai", day)));
    let path = sink.file.path.clone();
    for pair in days.windows(2) {
        let ((before, first), (after, second)) = (&pair[0], &pair[1]);
        if first.get_ref() >= second.get_ref() {
            sink.add(
                codes::PHASE_ORDER,
                second.span(),
                format!("`{after}` does not begin after `{before}`"),
            )
            .label(format!("`{after}` begins here"))
            .also(&path, first.span(), format!("`{before}` begins here"));
        }
    }
    fields.finish(sink);
    Phases {
        first_day,
        ends: ends.map(Spanned::into_inner),
    }
}

fn read_day(sink: &mut Sink, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Spanned<Date>> {
    let day = match value.get_ref() {
        DeValue::Datetime(when) if when.time.is_none() && when.offset.is_none() => when.date,
        DeValue::Datetime(_) => {
            sink.add(
                codes::BAD_DATE,
                value.span(),
                format!("`{key}` is a day, without a time of day"),
            )
            .label("a day expected")
            .help("a phase begins at 00:00 in the contest's time zone");
            return None;
        }
        DeValue::String(given) => {
            sink.add(codes::BAD_DATE, value.span(), format!("`{key}` expects a date"))
                .label("this is a text")
                .help(match given.parse::<Date>() {
                    Ok(date) => format!("write it without quotes: {date}"),
                    Err(_) => "write year-month-day without quotes: 2024-09-25".to_owned(),
                });
            return None;
        }
        _ => {
            wrong_kind(sink, key, value, "a date: 2024-09-25");
            return None;
        }
    };
    let exists = day.and_then(|d| {
        let year = i16::try_from(d.year).ok()?;
        Date::new(year, i8::try_from(d.month).ok()?, i8::try_from(d.day).ok()?).ok()
    });
    if exists.is_none() {
        sink.add(codes::BAD_DATE, value.span(), "there is no such day")
            .label("not in the calendar");
    }
    exists.map(|date| Spanned::new(value.span(), date))
}

fn read_candidate(
    sink: &mut Sink,
    mut fields: Fields<'_>,
) -> Option<(Spanned<u32>, Candidate, std::ops::Range<usize>)> {
    let place = fields.span.clone();
    let number = fields.need_number(sink, "number", 1..100);
    let empty_box = fields.flag(sink, "empty_box");
    let head = if fields.has("head") || !empty_box {
        fields.need(sink, "head").and_then(|v| read_side(sink, "head", v))
    } else {
        Some(CandidateSide {
            name: "Kolom Kosong".to_owned(),
            aliases: Vec::new(),
        })
    };
    let deputy = fields.get("deputy").and_then(|v| read_side(sink, "deputy", v));
    let candidate = Candidate {
        number: number.as_ref().map_or(0, |n| *n.get_ref()),
        head: head.unwrap_or_default(),
        deputy,
        slogans: names(sink, &mut fields, "slogans", ""),
        hashtags: names(sink, &mut fields, "hashtags", "#"),
        parties: names(sink, &mut fields, "parties", ""),
        accounts: names(sink, &mut fields, "accounts", "@"),
        acronyms: names(sink, &mut fields, "acronyms", ""),
        empty_box,
    };
    fields.finish(sink);
    Some((number?, candidate, place))
}

fn read_side(sink: &mut Sink, key: &'static str, value: &Spanned<DeValue<'_>>) -> Option<CandidateSide> {
    if let DeValue::String(_) = value.get_ref() {
        let name = text(sink, key, value)?;
        wrong_kind(sink, key, value, "a name with aliases").help(format!(
            "write `{key} = {{ name = \"{}\", aliases = [] }}`",
            shown(name.get_ref())
        ));
        return None;
    }
    let what = if key == "head" { "`head`" } else { "`deputy`" };
    let mut fields = table(sink, key, what, value)?;
    let name = fields.need_text(sink, "name").filter(|n| usable(sink, n));
    let aliases = names(sink, &mut fields, "aliases", "");
    fields.finish(sink);
    Some(CandidateSide {
        name: name?.into_inner(),
        aliases,
    })
}

/// A list of names, each of them something that can match; `sign` is taken off their front.
fn names(sink: &mut Sink, fields: &mut Fields<'_>, key: &'static str, sign: &str) -> Vec<String> {
    let given = fields.texts(sink, key);
    if let Some(extra) = given.get(MOST_NAMES) {
        sink.add(
            codes::TOO_LARGE,
            extra.span(),
            format!("more than {MOST_NAMES} `{key}`"),
        );
        return Vec::new();
    }
    given
        .into_iter()
        .filter(|name| usable(sink, name))
        .map(|name| name.get_ref().trim_start_matches(|c| sign.contains(c)).to_owned())
        .collect()
}

fn usable(sink: &mut Sink, name: &Spanned<String>) -> bool {
    let ok = can_match(name.get_ref()) && name.get_ref().len() <= 200;
    if !ok {
        sink.add(codes::BLANK_TERM, name.span(), "a name that could never match")
            .label("no letter, digit or sign, or too long");
    }
    ok
}
