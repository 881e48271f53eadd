//! A CSV file as rows by column name.
//!
//! Does: byte-order mark, separator (`,` `;` tab), header names in Indonesian or English, lines of rows. Does not: know what a
//! column means.

use std::collections::HashMap;

/// Longest value taken.
pub const VALUE_MAX_BYTES: usize = 4000;

/// Names under which a column is known, the first is its name here.
const COLUMNS: &[&[&str]] = &[
    &["kode", "code"],
    &["nama", "name"],
    &["induk", "parent"],
    &["wilayah", "region"],
    &["nip"],
    &["status", "employment", "kepegawaian"],
    &["unit"],
    &["jabatan", "position"],
    &["platform"],
    &["akun", "handle", "account"],
    &["jenis", "kind"],
    &["kepemilikan", "ownership"],
    &["bukti", "proof"],
    &["sejak", "since"],
    &["sampai", "until"],
    &["izin", "consent"],
    &["aktif", "active"],
    &["tempat", "place"],
    &["tanggal", "date", "signed_on"],
    &["butir", "points"],
];

/// The header: where each column is.
pub struct Header {
    places: HashMap<&'static str, usize>,
}

/// One row.
pub struct Row<'a> {
    header: &'a Header,
    record: csv::StringRecord,
    /// Line on which it begins.
    pub line: u64,
}

/// Why a row cannot be read; repeats no value.
pub type Why = String;

/// Reads the header; the fault names what is wrong with it.
pub fn header(record: &csv::StringRecord) -> Result<Header, String> {
    let mut places = HashMap::new();
    for (place, name) in record.iter().enumerate() {
        let name = name.trim().to_lowercase();
        if name.is_empty() {
            continue;
        }
        let known = COLUMNS.iter().find(|names| names.contains(&name.as_str()));
        let Some(names) = known else {
            return Err(format!("column {} of the header is not known", place + 1));
        };
        if places.insert(names[0], place).is_some() {
            return Err(format!("column `{}` stands twice in the header", names[0]));
        }
    }
    Ok(Header { places })
}

impl Header {
    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }
}

/// The separator of a file, by its first line.
pub fn separator(bytes: &[u8]) -> u8 {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| first.iter().filter(|byte| **byte == separator).count();
    [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|separator| count(*separator))
        .unwrap_or(b',')
}

impl<'a> Row<'a> {
    /// A row under a header.
    pub fn new(header: &'a Header, record: csv::StringRecord, line: u64) -> Self {
        Self { header, record, line }
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.record.iter().all(|value| value.trim().is_empty())
    }

    /// A value that may be absent.
    pub fn maybe(&self, name: &'static str) -> Result<Option<String>, Why> {
        let place = self.header.places.get(name);
        let value = place
            .and_then(|place| self.record.get(*place))
            .unwrap_or_default()
            .trim();
        if value.len() > VALUE_MAX_BYTES {
            Err(format!("`{name}` is longer than {VALUE_MAX_BYTES} bytes"))
        } else if value.chars().any(char::is_control) {
            Err(format!("`{name}` holds a control character"))
        } else if value.is_empty() {
            Ok(None)
        } else {
            Ok(Some(value.to_owned()))
        }
    }

    /// A value that must be there.
    pub fn must(&self, name: &'static str) -> Result<String, Why> {
        self.maybe(name)?.ok_or_else(|| format!("`{name}` is empty"))
    }

    /// A word of a closed vocabulary, or what stands for an empty value.
    pub fn word<T: std::str::FromStr>(&self, name: &'static str, empty: T, known: &[&str]) -> Result<T, Why> {
        match self.maybe(name)? {
            None => Ok(empty),
            Some(word) => word
                .to_lowercase()
                .parse()
                .map_err(|_| format!("`{name}` is none of {}", known.join(", "))),
        }
    }
}
