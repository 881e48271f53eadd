//! From a CSV file to rows for the registers. A reason names the column and what is wrong, never the value.

use std::collections::HashMap;
use std::fmt;

use anyhow::Context as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::table::{self, Header, Row, Why};
use crate::app::posts::BadInput;
use crate::model::{
    Account, AccountId, AccountKind, Employment, Millis, Ownership, OwnershipState, PersonId, Platform, Position,
};
use crate::source;
use crate::store::register::{NewAccount, NewPerson, NewPledge, NewUnit, Rows};
use crate::text::sheet;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Units.
    Units,
    /// People.
    People,
    /// Accounts.
    Accounts,
    /// Pledges and who signed them.
    Pledges,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Units => "units",
            Self::People => "people",
            Self::Accounts => "accounts",
            Self::Pledges => "pledges",
        })
    }
}

impl Kind {
    const fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Units => &["kode", "nama"],
            Self::People => &["nip", "nama", "unit"],
            Self::Accounts => &["nip", "platform", "akun"],
            Self::Pledges => &["kode", "tempat", "tanggal"],
        }
    }
}

/// A file that was read.
pub struct File {
    /// What it holds.
    pub kind: Kind,
    /// Its good rows.
    pub rows: Rows,
    /// The line of each good row.
    pub lines: Vec<u64>,
    /// Its bad rows: line and reason.
    pub bad: Vec<(u64, String)>,
}

/// Reads a file.
pub fn read(bytes: &[u8], kind: Option<Kind>, now: Millis) -> anyhow::Result<File> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let separator = table::separator(bytes);
    if let Some(sheet::Fault { line, reason }) = sheet::fault(bytes, separator) {
        return Err(BadInput { line, reason }.into());
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(separator)
        .from_reader(bytes);
    let mut record = csv::StringRecord::new();
    if !reader.read_record(&mut record).context("reading the header")? {
        return Err(header_fault("the file is empty".to_owned()));
    }
    let header = table::header(&record).map_err(header_fault)?;
    let kind = match kind {
        Some(kind) => kind,
        None => recognise(&header)?,
    };
    if let Some(missing) = kind.needs().iter().find(|name| !header.has(name)) {
        let reason = format!("the header has no column `{missing}`, which {kind} need");
        return Err(header_fault(reason));
    }
    let mut file = File {
        kind,
        rows: match kind {
            Kind::Units => Rows::Units(Vec::new()),
            Kind::People => Rows::People(Vec::new()),
            Kind::Accounts => Rows::Accounts(Vec::new()),
            Kind::Pledges => Rows::Pledges(Vec::new()),
        },
        lines: Vec::new(),
        bad: Vec::new(),
    };
    let mut first_of = HashMap::new();
    loop {
        let mut record = csv::StringRecord::new();
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = line_of(bytes, record.position());
                let row = Row::new(&header, record, line);
                if !row.is_empty()
                    && let Err(why) = take(&mut file, &row, &mut first_of, now)
                {
                    file.bad.push((line, why));
                }
            }
            Err(error) => {
                let line = line_of(bytes, error.position());
                file.bad.push((line, "the row is not UTF-8".to_owned()));
            }
        }
    }
    Ok(file)
}

fn header_fault(reason: String) -> anyhow::Error {
    BadInput { line: 1, reason }.into()
}

/// The line on which a record begins; the reader's own count stops before empty lines and half a line end.
fn line_of(bytes: &[u8], at: Option<&csv::Position>) -> u64 {
    let Some(at) = at else { return 0 };
    let start = usize::try_from(at.byte()).unwrap_or(usize::MAX).min(bytes.len());
    let skipped = bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + skipped.filter(|byte| **byte == b'\n').count() as u64
}

/// The kind by the columns only it has.
fn recognise(header: &Header) -> anyhow::Result<Kind> {
    let kinds = [
        (Kind::Accounts, "akun"),
        (Kind::Pledges, "tanggal"),
        (Kind::People, "nip"),
        (Kind::Units, "kode"),
    ];
    match kinds.iter().find(|(_, column)| header.has(column)) {
        Some((kind, _)) => Ok(*kind),
        None => Err(header_fault(
            "the header tells neither units nor people, accounts or pledges; see `netra account import --help`"
                .to_owned(),
        )),
    }
}

fn take(file: &mut File, row: &Row<'_>, first_of: &mut HashMap<String, u64>, now: Millis) -> Result<(), Why> {
    let key;
    match &mut file.rows {
        Rows::Units(rows) => {
            let new = unit(row)?;
            key = new.code.clone();
            once(first_of, key, row.line)?;
            rows.push(new);
        }
        Rows::People(rows) => {
            let new = person(row)?;
            key = new.nip.clone();
            once(first_of, key, row.line)?;
            rows.push(new);
        }
        Rows::Accounts(rows) => {
            let new = account(row, now)?;
            key = format!("{} {}", new.platform, new.handle);
            once(first_of, key, row.line)?;
            rows.push(new);
        }
        Rows::Pledges(rows) => rows.push(pledge(row)?),
    }
    file.lines.push(row.line);
    Ok(())
}

/// A thing stands in a file once.
fn once(first_of: &mut HashMap<String, u64>, key: String, line: u64) -> Result<(), Why> {
    match first_of.insert(key, line) {
        Some(first) => Err(format!("the same as line {first}")),
        None => Ok(()),
    }
}

fn unit(row: &Row<'_>) -> Result<NewUnit, Why> {
    let region = row.maybe("wilayah")?.map(|region| region.replace('.', ""));
    if region
        .as_ref()
        .is_some_and(|code| !matches!(code.len(), 2 | 4 | 6 | 10) || !digits(code))
    {
        return Err("`wilayah` is no Kemendagri code: 2, 4, 6 or 10 digits".to_owned());
    }
    Ok(NewUnit {
        code: row.must("kode")?,
        name: row.must("nama")?,
        parent: row.maybe("induk")?,
        region,
    })
}

fn person(row: &Row<'_>) -> Result<NewPerson, Why> {
    let employment = row.word("status", Employment::Pns, &words(Employment::ALL, Employment::as_str))?;
    Ok(NewPerson {
        nip: nip(&row.must("nip")?, employment != Employment::Ppnpn)?,
        name: row.must("nama")?,
        employment,
        unit: row.must("unit")?,
        position: row.word("jabatan", Position::Pelaksana, &words(Position::ALL, Position::as_str))?,
    })
}

fn account(row: &Row<'_>, now: Millis) -> Result<NewAccount, Why> {
    let platform = row.must("platform")?.to_lowercase();
    let platform: Platform = platform.parse().map_err(|_| {
        format!(
            "`platform` is none of {}",
            words(Platform::ALL, Platform::as_str).join(", ")
        )
    })?;
    let since = day(row, "sejak")?;
    let until = day(row, "sampai")?;
    if since.zip(until).is_some_and(|(since, until)| until < since) {
        return Err("`sampai` is before `sejak`".to_owned());
    }
    let new = NewAccount {
        nip: nip(&row.must("nip")?, false)?,
        platform,
        handle: handle(platform, row.must("akun")?),
        kind: row.word(
            "jenis",
            AccountKind::Personal,
            &words(AccountKind::ALL, AccountKind::as_str),
        )?,
        ownership: row.word(
            "kepemilikan",
            OwnershipState::Declared,
            &words(OwnershipState::ALL, OwnershipState::as_str),
        )?,
        proof: row.maybe("bukti")?,
        since,
        until,
        consent: row.maybe("izin")?,
        active: match row.maybe("aktif")?.map(|word| word.to_lowercase()).as_deref() {
            None | Some("ya" | "yes" | "true" | "1") => true,
            Some("tidak" | "no" | "false" | "0") => false,
            Some(_) => return Err("`aktif` is neither ya nor tidak".to_owned()),
        },
    };
    if new.ownership == OwnershipState::Verified && new.proof.is_none() {
        return Err("`kepemilikan` is terverifikasi but `bukti` is empty".to_owned());
    }
    readable(&new, now)?;
    Ok(new)
}

/// Asks the platform's own adapter whether it could read this handle.
fn readable(new: &NewAccount, now: Millis) -> Result<(), Why> {
    let source = source::of(new.platform).ok_or("this build cannot read `platform`")?;
    let account = Account {
        id: AccountId(0),
        person: PersonId(0),
        platform: new.platform,
        handle: new.handle.clone(),
        platform_id: None,
        kind: new.kind,
        ownership: Ownership {
            state: new.ownership,
            proof: None,
            since: None,
            until: None,
        },
        consent: None,
    };
    let context = source::Context {
        now,
        since: now,
        edit_window: std::time::Duration::ZERO,
        max_pages: 1,
        retrying: false,
    };
    match source.visit(&account, None, &context) {
        Err(source::Error::Handle(why)) => Err(format!("`akun`: {why}")),
        _ => Ok(()),
    }
}

fn pledge(row: &Row<'_>) -> Result<NewPledge, Why> {
    let points = row.maybe("butir")?.unwrap_or_default();
    Ok(NewPledge {
        code: row.must("kode")?,
        place: row.must("tempat")?,
        signed_on: date(&row.must("tanggal")?).ok_or("`tanggal` is no date: write 2024-09-02 or 02/09/2024")?,
        points: points
            .split('|')
            .map(str::trim)
            .filter(|point| !point.is_empty())
            .map(str::to_owned)
            .collect(),
        nip: match row.maybe("nip")? {
            Some(given) => Some(nip(&given, false)?),
            None => None,
        },
    })
}

/// A NIP without the blanks, dots and the apostrophe that spreadsheets put in.
fn nip(given: &str, strict: bool) -> Result<String, Why> {
    let nip: String = given
        .chars()
        .filter(|c| !matches!(c, ' ' | '.' | '\'' | '\u{a0}'))
        .collect();
    if strict && (nip.len() != 18 || !digits(&nip)) {
        return Err("`nip` is not 18 digits (a spreadsheet may have rounded it: format the column as text)".to_owned());
    }
    if nip.is_empty() || nip.len() > 40 || !nip.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/')) {
        return Err("`nip` is no number of a civil servant or contract".to_owned());
    }
    Ok(nip)
}

/// A handle in the form in which it is compared: blanks off, Mastodon's in lower case with its first `@`.
fn handle(platform: Platform, given: String) -> String {
    match platform {
        Platform::Mastodon if !given.contains("//") => format!("@{}", given.trim_start_matches('@').to_lowercase()),
        Platform::Mastodon | Platform::Feed => given,
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A day at its beginning in UTC.
fn day(row: &Row<'_>, name: &'static str) -> Result<Option<Millis>, Why> {
    let Some(given) = row.maybe(name)? else {
        return Ok(None);
    };
    date(&given)
        .and_then(|date| date.to_zoned(TimeZone::UTC).ok())
        .map(|at| Some(at.timestamp().into()))
        .ok_or_else(|| format!("`{name}` is no date: write 2024-09-02 or 02/09/2024"))
}

/// ISO, or the day first as Indonesia writes it.
fn date(given: &str) -> Option<Date> {
    if let Ok(date) = given.parse() {
        return Some(date);
    }
    let mut parts = given.split(['/', '-', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| word(*value)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NIP: &str = "198701012009011001";

    fn file(text: &str) -> File {
        read(text.as_bytes(), None, Millis(0)).unwrap()
    }

    #[test]
    fn the_header_tells_the_kind_in_any_order_language_and_separator() {
        for (text, kind) in [
            ("kode,nama\nd1,Dinas Satu\n", Kind::Units),
            ("\u{feff}Name;CODE;Parent\nDinas;d1;\n", Kind::Units),
            ("nip,nama,unit\n198701012009011001,A,d1\n", Kind::People),
            (
                "platform\takun\tnip\nfeed\thttps://a.example/\t198701012009011001\n",
                Kind::Accounts,
            ),
            (
                "kode,tempat,tanggal,nip\ni1,Kendari,02/09/2024,198701012009011001\n",
                Kind::Pledges,
            ),
        ] {
            let file = file(text);
            assert_eq!((file.kind, file.rows.len()), (kind, 1), "{text}: {:?}", file.bad);
        }
        assert!(read(b"apa,ini\n1,2\n", None, Millis(0)).is_err());
        assert!(read(b"", None, Millis(0)).is_err());
        assert!(read(b"nip,nama\n1,2\n", None, Millis(0)).is_err());
    }

    #[test]
    fn bad_rows_are_named_by_line_without_their_values() {
        let text = format!(
            "nip,nama,unit,status,jabatan\n{NIP},Ani,d1,PNS,\n1987,Rahasia,d1,,\n\n{NIP},Lagi,d1,,\n\
             198701012009011002,,d1,,\n198701012009011003,X,d1,honorer,\n'198701 01200901 1004,Budi,d1,pppk,jpt\n"
        );
        let file = file(&text);
        assert_eq!(file.lines, [2, 8]);
        let lines: Vec<u64> = file.bad.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 5, 6, 7]);
        for (_, why) in &file.bad {
            for secret in ["1987", "Rahasia", "Lagi", "honorer"] {
                assert!(!why.contains(secret), "{why}");
            }
        }
        let Rows::People(people) = &file.rows else { panic!() };
        assert_eq!(
            (people[1].nip.as_str(), people[1].position),
            ("198701012009011004", Position::Jpt)
        );
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for text in [
            "kode,nama\r\na,A\r\n\r\nb,\r\n",
            "kode,nama\na,A\n\nb,\n",
            "kode,nama\na,\"A\nA\"\nb,\n",
            "kode,nama\n\n\nb,",
        ] {
            assert_eq!(file(text).bad.last().map(|(line, _)| *line), Some(4), "{text:?}");
        }
    }

    #[test]
    fn a_file_with_an_open_quote_is_refused_with_its_line() {
        let refused = read(b"kode;nama\na;A\nb;\"B\nc;C\n", None, Millis(0))
            .err()
            .expect("an open quote");
        assert_eq!(refused.downcast::<BadInput>().expect("a line").line, 3);
    }

    #[test]
    fn handles_are_what_their_platform_can_read() {
        let text = format!(
            "nip,platform,akun,kepemilikan,bukti,sejak\n{NIP},mastodon,Ani@Sosial.Example,,,\n\
             {NIP},mastodon,@ani@sosial.example,,,\n{NIP},feed,bukan alamat,,,\n{NIP},tiktok,@x,,,\n\
             {NIP},feed,https://a.example/feed,terverifikasi,,\n\
             {NIP},feed,https://b.example/feed,terverifikasi,surat 1,2024-09-02\n"
        );
        let file = file(&text);
        let Rows::Accounts(accounts) = &file.rows else { panic!() };
        assert_eq!(file.lines, [2, 7], "{:?}", file.bad);
        assert_eq!(accounts[0].handle, "@ani@sosial.example");
        assert_eq!(accounts[1].since.unwrap().to_string(), "2024-09-02T00:00:00.000Z");
    }

    #[test]
    fn dates_are_iso_or_day_first() {
        assert_eq!(date("2024-09-02"), date("02/09/2024"));
        assert_eq!(date("2.9.2024"), date("2024-09-02"));
        assert_eq!(date("31/02/2024"), None);
        assert_eq!(date("02/09/24"), None);
    }

    proptest! {
        #[test]
        fn hostile_files_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0..4_usize) {
            let heads = ["kode,nama,wilayah\n", "nip,nama,unit\n", "nip,platform,akun,sejak\n", "kode,tempat,tanggal,nip\n"];
            let mut file = heads[kind].as_bytes().to_vec();
            file.extend(bytes);
            let _ = read(&file, None, Millis(0));
        }
    }
}
