//! A CSV with a header, row by row.
//!
//! Does: find cells by the names of columns, name rows that are no rows. Does not: know what cells mean.
//! Invariant: a row without fault has one cell a column. A file whose quotes are out of order is not read at all: nobody knows
//! where its rows end.

use std::collections::BTreeMap;

use super::BadRow;
use crate::text::sheet;

/// A table that is being read.
pub(super) struct Table<'c> {
    columns: BTreeMap<String, usize>,
    reader: csv::Reader<&'c [u8]>,
    record: csv::StringRecord,
}

impl<'c> Table<'c> {
    /// Reads the header; an error if it cannot be read, a column is not there, or a quote of the file is out of order.
    pub(super) fn open(csv: &'c [u8], needed: &[&str]) -> Result<Self, BadRow> {
        let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
        let bad = |reason: String| BadRow { line: 1, reason };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv);
        let header = reader.headers().map_err(|error| bad(error.to_string()))?;
        let names = header.iter().map(|name| name.trim().to_lowercase());
        let columns: BTreeMap<String, usize> = names.zip(0..).collect();
        let missing = needed.iter().copied().filter(|name| !columns.contains_key(*name));
        let missing: Vec<&str> = missing.collect();
        if !missing.is_empty() {
            let hint = sheet::other_separator(csv, b',').map_or_else(String::new, |hint| format!("; {hint}"));
            return Err(bad(format!("the header has no column {}{hint}", missing.join(", "))));
        }
        if let Some(fault) = sheet::fault(csv, b',') {
            return Err(BadRow {
                line: fault.line,
                reason: fault.reason,
            });
        }
        let record = csv::StringRecord::new();
        Ok(Self {
            columns,
            reader,
            record,
        })
    }

    /// Goes to the next row: its line, and what is wrong with it as a row.
    pub(super) fn next(&mut self) -> Option<(u64, Result<(), String>)> {
        match self.reader.read_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                let line = self.record.position().map_or(0, csv::Position::line);
                let (cells, width) = (self.record.len(), self.columns.len());
                let whole = cells == width;
                let fault = || format!("{cells} cells where the header has {width}");
                Some((line, whole.then_some(()).ok_or_else(fault)))
            }
            Err(error) => {
                self.record.clear();
                let line = error.position().map_or(0, csv::Position::line);
                Some((line, Err("not UTF-8 text".to_owned())))
            }
        }
    }

    /// What the row has in a column, without blanks around it.
    pub(super) fn cell(&self, name: &str) -> &str {
        let at = self.columns.get(name);
        at.and_then(|at| self.record.get(*at)).unwrap_or_default().trim()
    }
}
