//! What candidates are known by beside their names (CSV) → entries of contest files.
//!
//! Does: read aliases, acronyms, slogans and hashtags by region code and ballot number, each row checked. Does not: know the
//! candidates; the list does.
//! Invariant: a row is taken whole or named as bad, with its line.

use std::collections::{BTreeMap, BTreeSet};

use super::table::Table;
use super::{BadRow, ballot_number, in_one_sentence, short};

/// Columns that must be there; others, such as where a fact was published, are for people.
const NEEDED: [&str; 4] = ["region_code", "nomor_urut", "kind", "value"];

/// The kinds of entries, in the order in which a contest file has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    AliasHead,
    AliasDeputy,
    Acronym,
    Slogan,
    Hashtag,
}

const KINDS: [(&str, Kind); 5] = [
    ("alias_head", Kind::AliasHead),
    ("alias_deputy", Kind::AliasDeputy),
    ("acronym", Kind::Acronym),
    ("slogan", Kind::Slogan),
    ("hashtag", Kind::Hashtag),
];

/// The most words of one entry: nobody repeats a longer slogan word for word.
const MOST_WORDS: usize = 8;
/// The most bytes of one entry.
const LONGEST: usize = 150;

type Whose = (String, u32);

/// What candidates are known by.
#[derive(Debug, Clone, Default)]
pub struct Known {
    entries: BTreeMap<Whose, BTreeMap<Kind, Vec<String>>>,
    lines: BTreeMap<Whose, u64>,
    /// Regions of bad rows.
    broken: BTreeSet<String>,
    /// Rows that could not be taken, in order of line.
    pub bad: Vec<BadRow>,
}

impl Known {
    /// Reads `region_code,nomor_urut,kind,value`, where kind is `alias_head`, `alias_deputy`, `acronym`, `slogan` or `hashtag`;
    /// other columns are passed over.
    ///
    /// # Errors
    /// With a header in which one of these is missing, and a quote that is out of order.
    pub fn from_csv(csv: &[u8]) -> Result<Self, BadRow> {
        let mut known = Self::default();
        let mut table = Table::open(csv, &NEEDED)?;
        while let Some((line, whole)) = table.next() {
            let taken = whole.and_then(|()| row(|name| table.cell(name)));
            match taken {
                Ok((whose, kind, value)) => {
                    known.lines.entry(whose.clone()).or_insert(line);
                    let values = known.entries.entry(whose).or_default().entry(kind).or_default();
                    if !values.iter().any(|v| v.to_lowercase() == value.to_lowercase()) {
                        values.push(value);
                    }
                }
                Err(reason) => {
                    known.broken.insert(table.cell("region_code").to_owned());
                    known.bad.push(BadRow { line, reason });
                }
            }
        }
        Ok(known)
    }

    /// Entries of one kind of one candidate.
    pub(super) fn of(&self, code: &str, number: u32, kind: Kind) -> &[String] {
        let entries = self.entries.get(&(code.to_owned(), number));
        entries.and_then(|kinds| kinds.get(&kind)).map_or(&[], Vec::as_slice)
    }

    /// Whether a row of a region is bad: its contest would know one candidate better than another.
    pub(super) fn is_broken(&self, code: &str) -> bool {
        self.broken.contains(code)
    }

    /// The first row of every candidate that a contest of the list does not have. `candidates` are those of whole contests, without
    /// empty boxes.
    pub(super) fn strangers(&self, candidates: &BTreeSet<Whose>) -> Vec<(String, BadRow)> {
        let regions: BTreeSet<&str> = candidates.iter().map(|(code, _)| code.as_str()).collect();
        let stranger = |whose: &Whose| regions.contains(whose.0.as_str()) && !candidates.contains(whose);
        let strangers = self.lines.iter().filter(|(whose, _)| stranger(whose));
        let bad = strangers.map(|((code, number), line)| {
            let reason = format!("the list has no candidate number {number} in region {code}");
            (code.clone(), BadRow { line: *line, reason })
        });
        bad.collect()
    }

    /// How many entries are of regions that the list has no contest of, and how many regions.
    pub(super) fn elsewhere(&self, regions: &BTreeSet<&str>) -> (usize, usize) {
        let elsewhere = || {
            self.entries
                .iter()
                .filter(|((code, _), _)| !regions.contains(code.as_str()))
        };
        let entries = elsewhere().flat_map(|(_, kinds)| kinds.values()).map(Vec::len).sum();
        let codes: BTreeSet<&str> = elsewhere().map(|((code, _), _)| code.as_str()).collect();
        (entries, codes.len())
    }
}

fn row<'r>(cell: impl Fn(&str) -> &'r str) -> Result<(Whose, Kind, String), String> {
    let code = cell("region_code");
    if !matches!(code.len(), 2 | 4) || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("region code \"{}\" has not two or four digits", short(code)));
    }
    let number = ballot_number(cell("nomor_urut"))?;
    let kind = KINDS.iter().find(|(name, _)| *name == cell("kind"));
    let (_, kind) = kind.ok_or_else(|| {
        let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
        format!("kind \"{}\" is none of {}", short(cell("kind")), names.join(", "))
    })?;
    let value = cell("value");
    let value = if *kind == Kind::Hashtag {
        value.trim_start_matches('#').trim()
    } else {
        value
    };
    let words = value.split_whitespace().count();
    if value.len() > LONGEST || words > MOST_WORDS {
        return Err(format!("value is longer than {MOST_WORDS} words or {LONGEST} bytes"));
    }
    if value.chars().any(char::is_control) {
        return Err("value holds control characters".to_owned());
    }
    if !value.chars().any(char::is_alphabetic) {
        return Err("value holds no word".to_owned());
    }
    if *kind == Kind::Hashtag && words > 1 {
        return Err(format!("hashtag \"{}\" holds a space", short(value)));
    }
    Ok(((code.to_owned(), number), *kind, in_one_sentence(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "region_code,nomor_urut,kind,value,source\n";

    fn read(rows: &str) -> Known {
        Known::from_csv(format!("{HEADER}{rows}").as_bytes()).expect("the header is whole")
    }

    #[test]
    fn entries_stand_by_candidate_and_kind_each_once() {
        let known = read(
            "7471,2,acronym,BERSERI,https://example.id\n7471,2,hashtag,#BerseriMenang,\n7471,2,acronym,Berseri,\n\
             62,1,slogan,Maju Bersama Rakyat,\n",
        );
        assert_eq!(known.bad, []);
        assert_eq!(known.of("7471", 2, Kind::Acronym), ["BERSERI"]);
        assert_eq!(known.of("7471", 2, Kind::Hashtag), ["BerseriMenang"]);
        assert_eq!(known.of("62", 1, Kind::Slogan), ["Maju Bersama Rakyat"]);
        assert!(known.of("62", 2, Kind::Slogan).is_empty());
    }

    #[test]
    fn bad_rows_are_named_by_line() {
        let known = read(
            "7471,2,akronim,BERSERI,\n74x,2,acronym,A,\n7471,0,acronym,A,\n7471,1,hashtag,dua kata,\n7471,1,slogan,!!,\n",
        );
        let lines: Vec<u64> = known.bad.iter().map(|b| b.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6]);
        assert!(known.bad[0].reason.contains("\"akronim\""), "{:?}", known.bad[0]);
        assert!(Known::from_csv(b"a,b\n").is_err());
    }

    #[test]
    fn a_candidate_the_contest_lacks_is_a_stranger_but_no_contest_the_list_lacks() {
        let known = read("7471,3,acronym,BERSERI,\n7472,3,acronym,BERSERI,\n");
        let candidates = BTreeSet::from([("7471".to_owned(), 1), ("7471".to_owned(), 2)]);
        let strangers = known.strangers(&candidates);
        assert_eq!(strangers.len(), 1);
        assert_eq!((strangers[0].0.as_str(), strangers[0].1.line), ("7471", 2));
        assert_eq!(known.elsewhere(&BTreeSet::from(["7471"])), (1, 1));
    }
}
