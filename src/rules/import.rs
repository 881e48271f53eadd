//! An official candidate list (CSV) → contest files.
//!
//! Does: check every row, build contests with names, zone, phases and the body for referrals, add what candidates are known by
//! ([`Known`]), write them as TOML. Does not: write files; the command does.
//! Invariant: a contest is built whole or not at all. A contest from which a candidate is missing would treat candidates
//! unlike, so one bad row leaves out its whole contest.

use std::collections::{BTreeMap, BTreeSet};

mod known;
mod table;
mod write;

use jiff::civil::date;

use crate::model::{Phase, Phases};
use crate::text::fold::fold;

pub use known::Known;
use table::Table;
use write::{Facts, contest_id, toml_of};

/// A row that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// A contest ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContestFile {
    /// The contest's id; `ID.toml` is its file.
    pub id: String,
    /// Code of its region.
    pub region: String,
    /// The file's content.
    pub toml: String,
    /// Number of candidates.
    pub candidates: usize,
}

/// What came of a list.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Complete contests by id.
    pub contests: Vec<ContestFile>,
    /// Rows that could not be taken, in order of line.
    pub bad: Vec<BadRow>,
    /// Ids of the contests left out because of them.
    pub left_out: Vec<String>,
    /// Rows of what is known about candidates the list does not have.
    pub strangers: Vec<BadRow>,
    /// How many entries of what is known are about regions the list has no contest of, and how many regions.
    pub elsewhere: (usize, usize),
    /// Rows read, without the header.
    pub rows: u64,
}

/// The days of Pilkada 2024 (PKPU 2/2024); `selesai` is the inauguration.
pub fn pilkada_2024() -> Phases {
    Phases {
        first_day: BTreeMap::from([
            (Phase::Persiapan, date(2024, 1, 26)),
            (Phase::Pendaftaran, date(2024, 8, 27)),
            (Phase::Penetapan, date(2024, 9, 22)),
            (Phase::Kampanye, date(2024, 9, 25)),
            (Phase::Tenang, date(2024, 11, 24)),
            (Phase::Pemungutan, date(2024, 11, 27)),
            (Phase::Penghitungan, date(2024, 11, 28)),
        ]),
        ends: Some(date(2025, 2, 20)),
    }
}

/// Columns that must be there.
const NEEDED: [&str; 5] = ["type", "region_code", "region", "nomor_urut", "head_clean"];

/// The kinds of regional elections: word in the list, part of the id, name, digits of the region code, kind of referral body.
const KINDS: [(&str, &str, &str, usize); 3] = [
    ("gubernur", "pilgub", "Pemilihan Gubernur dan Wakil Gubernur", 2),
    ("bupati", "pilbup", "Pemilihan Bupati dan Wakil Bupati", 4),
    ("walikota", "pilwalkot", "Pemilihan Wali Kota dan Wakil Wali Kota", 4),
];

/// A contest as the list tells it apart: its kind and the code of its region.
type Key = (usize, String);

struct Row {
    line: u64,
    kind: usize,
    code: String,
    region: String,
    number: u32,
    head: (String, String),
    deputy: (String, String),
    empty_box: bool,
}

/// Reads a list in the shape of KPU's candidate register: `type,region_code,region,…,nomor_urut,…,head_clean,deputy_clean,
/// kolom_kosong,head_nick,deputy_nick`; other columns are passed over. What is `known` of its candidates goes into the files too.
pub fn contests_from_csv(csv: &[u8], known: &Known, phases: &Phases) -> Imported {
    let mut imported = Imported::default();
    let mut table = match Table::open(csv, &NEEDED) {
        Ok(table) => table,
        Err(fault) => {
            imported.bad.push(fault);
            return imported;
        }
    };
    let mut contests: BTreeMap<Key, Vec<Row>> = BTreeMap::new();
    let mut broken: BTreeSet<Key> = BTreeSet::new();
    // Of a row that is not understood the code tells whose contest it may be of; without one it may be of any.
    let mut broken_codes: BTreeSet<String> = BTreeSet::new();
    while let Some((line, whole)) = table.next() {
        imported.rows += 1;
        let cell = |name: &str| table.cell(name);
        match whole.and_then(|()| row(line, cell)) {
            Ok(row) => {
                let key = (row.kind, row.code.clone());
                let rows = contests.entry(key.clone()).or_default();
                if let Some(same) = rows.iter().find(|r| r.number == row.number) {
                    let reason = format!(
                        "number {} of this contest already stands in line {}",
                        row.number, same.line
                    );
                    bad(&mut imported, line, reason);
                    broken.insert(key);
                } else if rows.first().is_some_and(|r| r.region != row.region) {
                    let reason = format!(
                        "region {} is called \"{}\" in line {}",
                        row.code, rows[0].region, rows[0].line
                    );
                    bad(&mut imported, line, reason);
                    broken.insert(key);
                } else {
                    rows.push(row);
                }
            }
            Err(reason) => {
                broken_codes.insert(cell("region_code").trim().to_owned());
                bad(&mut imported, line, reason);
            }
        }
    }
    let unsure = |key: &&Key| broken_codes.contains(&key.1) || broken_codes.contains("");
    broken.extend(contests.keys().filter(unsure).cloned());
    add_known(&mut imported, known, &contests, &mut broken);
    build(&mut imported, contests, &broken, &Facts { known, phases });
    imported.bad.sort_by_key(|b| b.line);
    imported
}

/// Holds what is known against the list: a contest of which a row is bad, or about a candidate it does not have, is left out.
fn add_known(imported: &mut Imported, known: &Known, contests: &BTreeMap<Key, Vec<Row>>, broken: &mut BTreeSet<Key>) {
    let whole = contests.iter().filter(|(key, _)| !broken.contains(*key));
    let people = whole.flat_map(|(_, rows)| rows).filter(|row| !row.empty_box);
    let candidates = people.map(|row| (row.code.clone(), row.number)).collect();
    let strangers = known.strangers(&candidates);
    let bad: BTreeSet<&str> = strangers.iter().map(|(code, _)| code.as_str()).collect();
    let keys = contests.keys();
    broken.extend(
        keys.filter(|(_, code)| known.is_broken(code) || bad.contains(code.as_str()))
            .cloned(),
    );
    imported.elsewhere = known.elsewhere(&contests.keys().map(|(_, code)| code.as_str()).collect());
    imported.strangers = strangers.into_iter().map(|(_, row)| row).collect();
}

fn build(imported: &mut Imported, contests: BTreeMap<Key, Vec<Row>>, broken: &BTreeSet<Key>, facts: &Facts<'_>) {
    let alike = namesakes(&contests, facts);
    for (key, mut rows) in contests {
        rows.sort_by_key(|r| r.number);
        let id = contest_id(&rows[0], facts.phases);
        // Neither is taken: their files would have one name, and the last one written would stay.
        if let Some(other) = alike.get(&key) {
            let reason = format!(
                "the contest of region {} would be called {id} as that of region {} in line {}; name the regions apart",
                rows[0].code, other.code, other.line
            );
            bad(imported, rows[0].line, reason);
            imported.left_out.push(id);
            continue;
        }
        let gap = (1..)
            .zip(&rows)
            .find(|(expected, row)| *expected != row.number)
            .map(|(expected, row)| (expected, row.line));
        if let Some((number, line)) = gap
            && !broken.contains(&key)
        {
            bad(imported, line, format!("the contest {id} has no number {number}"));
        }
        if gap.is_some() || broken.contains(&key) {
            imported.left_out.push(id);
            continue;
        }
        imported.contests.push(ContestFile {
            region: rows[0].code.clone(),
            toml: toml_of(&id, &rows, facts),
            candidates: rows.len(),
            id,
        });
    }
    imported.contests.sort_by(|a, b| a.id.cmp(&b.id));
    imported.left_out.sort();
    imported.left_out.dedup();
}

/// Where a contest is that another would share its id with.
struct Namesake {
    code: String,
    line: u64,
}

/// Contests that would have the id of another, each with that other.
fn namesakes(contests: &BTreeMap<Key, Vec<Row>>, facts: &Facts<'_>) -> BTreeMap<Key, Namesake> {
    let mut by_id: BTreeMap<String, Vec<&Key>> = BTreeMap::new();
    for (key, rows) in contests {
        by_id.entry(contest_id(&rows[0], facts.phases)).or_default().push(key);
    }
    let mut alike = BTreeMap::new();
    for keys in by_id.into_values().filter(|keys| keys.len() > 1) {
        for (key, other) in keys.iter().zip(keys.iter().cycle().skip(1)) {
            let (code, line) = (other.1.clone(), contests[*other][0].line);
            alike.insert((*key).clone(), Namesake { code, line });
        }
    }
    alike
}

/// A row, or everything that is wrong with it.
fn row<'r>(line: u64, cell: impl Fn(&str) -> &'r str) -> Result<Row, String> {
    let mut faults = Vec::new();
    let kind = taken(&mut faults, kind(cell("type")));
    let code = kind.and_then(|kind| taken(&mut faults, region_code(kind, cell("region_code"))));
    let number = taken(&mut faults, ballot_number(cell("nomor_urut")));
    let empty_box = taken(&mut faults, empty_box(cell("kolom_kosong")));
    for name in ["region", "head_clean"] {
        if !cell(name).chars().any(char::is_alphabetic) {
            faults.push(format!("{name} holds no name"));
        }
    }
    for name in ["region", "head_clean", "deputy_clean", "head_nick", "deputy_nick"] {
        if cell(name).len() > 150 || cell(name).chars().any(char::is_control) {
            faults.push(format!("{name} is too long or holds control characters"));
        }
    }
    if empty_box == Some(false) && cell("deputy_clean").is_empty() {
        faults.push("deputy_clean holds no name".to_owned());
    }
    let (Some(kind), Some(code), Some(number), Some(empty_box), true) =
        (kind, code, number, empty_box, faults.is_empty())
    else {
        return Err(faults.join("; "));
    };
    let person = |name: &str, nick: &str| {
        (
            in_one_sentence(&titled(cell(name))),
            in_one_sentence(&titled(cell(nick))),
        )
    };
    Ok(Row {
        line,
        kind,
        code,
        region: cell("region").to_owned(),
        number,
        head: person("head_clean", "head_nick"),
        deputy: person("deputy_clean", "deputy_nick"),
        empty_box,
    })
}

/// What could be taken; else the fault is noted beside the others.
fn taken<T>(faults: &mut Vec<String>, result: Result<T, String>) -> Option<T> {
    result.map_err(|fault| faults.push(fault)).ok()
}

fn kind(text: &str) -> Result<usize, String> {
    let kind = KINDS.iter().position(|kind| kind.0 == text);
    kind.ok_or_else(|| format!("type \"{}\" is none of gubernur, bupati, walikota", short(text)))
}

fn empty_box(text: &str) -> Result<bool, String> {
    match text {
        "" | "0" => Ok(false),
        "1" => Ok(true),
        other => Err(format!("kolom_kosong is \"{}\", neither 0 nor 1", short(other))),
    }
}

/// The Ministry of Home Affairs numbers the regencies of a province from 01 and its cities from 71.
fn region_code(kind: usize, code: &str) -> Result<String, String> {
    let (name, _, _, digits) = KINDS[kind];
    if code.len() != digits || !code.bytes().all(|b| b.is_ascii_digit()) || zone(code).is_none() {
        return Err(format!("region code \"{}\" is not one of a {name}", short(code)));
    }
    let city = code.as_bytes().get(2).is_some_and(|third| *third >= b'7');
    match (name, city) {
        ("bupati", true) => Err(format!(
            "region code \"{code}\" is a city's; its type would be walikota"
        )),
        ("walikota", false) => Err(format!(
            "region code \"{code}\" is a regency's; its type would be bupati"
        )),
        _ => Ok(code.to_owned()),
    }
}

fn ballot_number(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|n| (1..100).contains(n));
    number.ok_or_else(|| format!("ballot number \"{}\" is not from 1 to 99", short(text)))
}

/// IANA zone by province: WIB, WITA, WIT.
fn zone(code: &str) -> Option<&'static str> {
    match code.get(..2)?.parse::<u8>().ok()? {
        11..=21 | 31..=36 => Some("Asia/Jakarta"),
        61 | 62 => Some("Asia/Pontianak"),
        51..=53 | 63..=65 | 71..=76 => Some("Asia/Makassar"),
        81 | 82 | 91..=97 => Some("Asia/Jayapura"),
        _ => None,
    }
}

/// `SISKA KARINA` → `Siska Karina`; words of mixed case are left alone.
fn titled(name: &str) -> String {
    let word = |word: &str| {
        if word.chars().any(char::is_lowercase) {
            return word.to_owned();
        }
        let mut begins = true;
        word.chars()
            .map(|c| {
                let out = if begins {
                    c
                } else {
                    c.to_lowercase().next().unwrap_or(c)
                };
                begins = !c.is_alphanumeric() && c != '\'' && c != '’';
                out
            })
            .collect()
    };
    name.split_whitespace().map(word).collect::<Vec<String>>().join(" ")
}

/// A name without the full stops that end a sentence when posts are read: a slip of the list ("Asnawi. R"), no abbreviation.
fn in_one_sentence(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        let after = fold(&format!("{word} x"));
        let ends = after.tokens.last().is_some_and(|token| token.sentence > 0);
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(if ends { word.trim_end_matches('.') } else { word });
    }
    out
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn bad(imported: &mut Imported, line: u64, reason: String) {
    imported.bad.push(BadRow { line, reason });
}

#[cfg(test)]
mod tests;
