//! Texts from files of several shapes, told apart by their name, with labels if there are any.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, bail};

use super::unpack;

/// A text of a corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Line in its file.
    pub line: u64,
    /// The text.
    pub text: String,
    /// What was expected of it, as written.
    pub expect: String,
    /// Category, if given.
    pub category: String,
    /// Language, if given.
    pub language: String,
}

/// Longest line.
const LONGEST: u64 = 16 << 20;

/// Calls `each` with every text of `*.jsonl`, `*.tsv`, `*.csv` (with a header), or else of plain lines; each also with `.gz` after it.
pub fn read(path: &Path, mut each: impl FnMut(Entry) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let name = path.display();
    let file = File::open(path).with_context(|| name.to_string())?;
    let ending = unpack::ending(path);
    let file = unpack::reader(path, file);
    match ending.as_str() {
        "csv" | "tsv" => table(file, ending == "tsv", &mut each),
        _ => lines(file, ending == "jsonl", &mut each),
    }
    .with_context(|| name.to_string())
}

fn lines(file: impl Read, json: bool, each: &mut impl FnMut(Entry) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut reader = BufReader::new(file);
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        if reader.by_ref().take(LONGEST).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        if bytes.len() as u64 == LONGEST && !bytes.ends_with(b"\n") {
            bail!("line {line}: longer than {} MiB", LONGEST >> 20);
        }
        let text = std::str::from_utf8(&bytes).with_context(|| format!("line {line}: not UTF-8"))?;
        let text = text.trim_end_matches(['\n', '\r']);
        let text = if line == 1 {
            text.trim_start_matches('\u{feff}')
        } else {
            text
        };
        if text.trim().is_empty() {
            continue;
        }
        let entry = if json {
            from_json(line, text).with_context(|| format!("line {line}"))?
        } else {
            Entry {
                line,
                text: text.to_owned(),
                ..Entry::default()
            }
        };
        each(entry)?;
    }
    Ok(())
}

fn from_json(line: u64, text: &str) -> anyhow::Result<Entry> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)?;
    let find = |names: &[&str]| {
        let value = names.iter().find_map(|name| object.get(*name));
        value.and_then(serde_json::Value::as_str).map(str::to_owned)
    };
    let Some(text) = find(&TEXT) else { bail!("no `text`") };
    Ok(Entry {
        line,
        text,
        expect: find(&EXPECT).unwrap_or_default(),
        category: find(&CATEGORY).unwrap_or_default(),
        language: find(&LANGUAGE).unwrap_or_default(),
    })
}

/// What people call the columns.
const TEXT: [&str; 2] = ["text", "phrase"];
const EXPECT: [&str; 3] = ["expect", "expected", "label"];
const CATEGORY: [&str; 2] = ["category", "kategori"];
const LANGUAGE: [&str; 3] = ["lang", "language", "bahasa"];

fn table(file: impl Read, tabs: bool, each: &mut impl FnMut(Entry) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        .quoting(!tabs)
        .flexible(true)
        .from_reader(BufReader::new(file));
    let header = reader.headers()?.clone();
    let find = |names: &[&str]| {
        header
            .iter()
            .position(|column| names.contains(&column.trim().to_ascii_lowercase().as_str()))
    };
    let Some(text) = find(&TEXT) else {
        bail!("line 1: no column `text`")
    };
    let (expect, category, language) = (find(&EXPECT), find(&CATEGORY), find(&LANGUAGE));
    for record in reader.records() {
        let record = record?;
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        each(Entry {
            line: record.position().map_or(0, csv::Position::line),
            text: cell(Some(text)),
            expect: cell(expect),
            category: cell(category),
            language: cell(language),
        })?;
    }
    Ok(())
}
