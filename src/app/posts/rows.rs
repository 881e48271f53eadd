//! A block → its posts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::blocks::count_lines;
use super::{BadInput, Block, Id, Row, Shape};
use crate::model::Given;
use crate::text::sheet;

/// What people call the text; the first that is there counts.
const TEXT: [&str; 2] = ["text", "phrase"];

/// Where a CSV has what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    separator: u8,
    id: Option<usize>,
    kind: Option<usize>,
    text: usize,
    /// Trimmed, in small letters.
    names: Vec<String>,
}

/// What a record says beside its id and text; looked into only by who asks.
#[derive(Debug, Clone, Copy)]
pub enum Rest<'a> {
    /// Nothing: it is a plain line, or could not be read.
    Nothing,
    /// A JSON object.
    Json(&'a str),
    /// Cells under a header.
    Cells(&'a Columns, &'a csv::StringRecord),
}

impl Rest<'_> {
    /// For each list of names the text under the first that is there, else nothing.
    pub fn named<const N: usize>(&self, wanted: [&[&str]; N]) -> [String; N] {
        match self {
            Self::Nothing => wanted.map(|_| String::new()),
            // Only what is wanted is looked into: what else a row holds need not even be read.
            Self::Json(object) => {
                let object: BTreeMap<String, &RawValue> = serde_json::from_str(object).unwrap_or_default();
                let value = |names: &[&str]| {
                    let value = names.iter().find_map(|name| object.get(*name));
                    value
                        .and_then(|raw| serde_json::from_str(raw.get()).ok())
                        .unwrap_or_default()
                };
                wanted.map(value)
            }
            Self::Cells(columns, record) => wanted.map(|names| {
                let at = names.iter().find_map(|name| columns.find(name));
                at.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
            }),
        }
    }
}

impl Columns {
    fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| column == name)
    }
}

/// Calls `each` with the line of every record of a block, in order, and the post or what is wrong with that record, until `each` or
/// what cannot be read at all ends it.
pub fn rows<E: From<BadInput>>(
    shape: Shape,
    columns: Option<&Columns>,
    block: &Block,
    mut each: impl FnMut(u64, Result<Row<'_>, String>, Rest<'_>) -> Result<(), E>,
) -> Result<(), E> {
    if shape.separator().is_some() {
        return columns.map_or(Ok(()), |columns| cells(columns, block, each));
    }
    // The whole block is looked through at once, which costs a fraction of doing so line by line.
    let (text, fault) = match std::str::from_utf8(&block.bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let good = &block.bytes[..error.valid_up_to()];
            let lines = good.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
            let text = std::str::from_utf8(&good[..lines]).unwrap_or_default();
            (text, Some(good.len() - lines))
        }
    };
    let mut line = block.line;
    for text in text.split_terminator('\n') {
        let text = text.strip_suffix('\r').unwrap_or(text);
        if shape == Shape::Lines {
            let id = Id::Line(line);
            let row = Row {
                id,
                text: text.into(),
                kind: Given::Own,
            };
            each(line, Ok(row), Rest::Nothing)?;
        } else if !text.trim().is_empty() {
            each(line, object(line, text), Rest::Json(text))?;
        }
        line += 1;
    }
    match fault {
        None => Ok(()),
        Some(byte) => {
            let reason = format!("not UTF-8 at byte {byte}");
            Err(BadInput { line, reason }.into())
        }
    }
}

#[derive(serde::Deserialize)]
struct Object<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    text: Option<Text<'a>>,
    /// Of any kind: where there is a text it means nothing.
    #[serde(borrow, default)]
    phrase: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn object(line: u64, text: &str) -> Result<Row<'_>, String> {
    const WANTED: &str = r#"not an object {"id": …, "text": "…"}"#;
    let why = |error: serde_json::Error| {
        let message = error.to_string();
        let what = message.split(" at line").next().unwrap_or_default();
        format!("{WANTED}: {what} (column {})", error.column())
    };
    // A list would be taken for the values of an object.
    if !text.trim_start().starts_with('{') {
        return Err(WANTED.to_owned());
    }
    let given: Object<'_> = serde_json::from_str(text).map_err(why)?;
    let text = match (given.text, given.phrase) {
        (Some(text), _) => text,
        (None, Some(phrase)) => serde_json::from_str(phrase.get()).map_err(why)?,
        (None, None) => return Err(format!("{WANTED}: it has no `text`")),
    };
    let id = match given.id {
        None => Id::Line(line),
        Some(id) => match id.get().as_bytes()[0] {
            b'n' => Id::Line(line), // null
            b'{' | b'[' => return Err("`id` is neither a text nor a number".to_owned()),
            _ => Id::Json(id),
        },
    };
    let kind = match given.kind {
        None => Given::Own,
        Some(raw) => match serde_json::from_str::<Option<Text<'_>>>(raw.get()) {
            Ok(word) => kind(word.as_ref().map_or("", |word| &word.0)),
            Err(_) => Given::Own,
        },
    };
    Ok(Row { id, text: text.0, kind })
}

/// What a row says of its kind. Collections of posts use the same name for other things: what is none of our words says nothing.
fn kind(word: &str) -> Given {
    word.trim().parse().unwrap_or(Given::Own)
}

fn cells<E: From<BadInput>>(
    columns: &Columns,
    block: &Block,
    mut each: impl FnMut(u64, Result<Row<'_>, String>, Rest<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = reader(columns.separator).from_reader(block.bytes.as_slice());
    let mut record = csv::StringRecord::new();
    let (mut counted, mut line) = (0, block.line);
    loop {
        let more = reader.read_record(&mut record);
        let position = match &more {
            Ok(_) => record.position(),
            Err(error) => error.position(),
        };
        // The reader leaves the second byte of a CRLF to the next record, so lines are counted here.
        let byte = position
            .map_or(counted, |p| usize::try_from(p.byte()).unwrap_or(counted))
            .min(block.bytes.len());
        let begins = byte
            + block.bytes[byte..]
                .iter()
                .take_while(|b| matches!(b, b'\n' | b'\r'))
                .count();
        line += count_lines(&block.bytes[counted.min(begins)..begins]);
        counted = begins;
        match more {
            Ok(false) => return Ok(()),
            Ok(true) => each(line, row(columns, line, &record), Rest::Cells(columns, &record))?,
            Err(_) => each(line, Err("not UTF-8".to_owned()), Rest::Nothing)?,
        }
    }
}

fn row<'a>(columns: &Columns, line: u64, record: &'a csv::StringRecord) -> Result<Row<'a>, String> {
    let (cells, width) = (record.len(), columns.names.len());
    // Editors strip the empty cells at the end of a row.
    let whole = cells == width || cells < width && cells > columns.text.max(columns.id.unwrap_or(0));
    if !whole {
        return Err(format!("{cells} cells where the header has {width}"));
    }
    let id = match columns.id.and_then(|at| record.get(at)) {
        Some(id) if !id.is_empty() => Id::Text(id),
        _ => Id::Line(line),
    };
    let text = record.get(columns.text).unwrap_or_default().into();
    let kind = kind(columns.kind.and_then(|at| record.get(at)).unwrap_or_default());
    Ok(Row { id, text, kind })
}

fn reader(separator: u8) -> csv::ReaderBuilder {
    let mut reader = csv::ReaderBuilder::new();
    // Whoever separates by tabs does not quote.
    reader
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .quoting(separator != b'\t');
    reader
}

/// Takes the header off the first block.
pub(super) fn header(block: &mut Block, separator: u8) -> Result<Columns, BadInput> {
    let mut reader = reader(separator).from_reader(block.bytes.as_slice());
    let bad = |reason: &str| BadInput {
        line: 1,
        reason: reason.to_owned(),
    };
    let mut header = csv::StringRecord::new();
    reader
        .read_record(&mut header)
        .map_err(|_| bad("the header is not UTF-8"))?;
    let mut columns = Columns {
        separator,
        id: None,
        kind: None,
        text: 0,
        names: header.iter().map(|name| name.trim().to_ascii_lowercase()).collect(),
    };
    columns.id = columns.find("id");
    columns.kind = columns.find("kind");
    let text = TEXT.iter().find_map(|name| columns.find(name));
    columns.text = text.ok_or_else(|| {
        let hint = sheet::other_separator(&block.bytes, separator);
        let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
        bad(&format!("the header has no column `text`{hint}"))
    })?;
    let end = usize::try_from(reader.position().byte())
        .unwrap_or(block.bytes.len())
        .min(block.bytes.len());
    // The position stands after the header's line end, or before the second byte of it.
    let end = end + usize::from(block.bytes.get(end) == Some(&b'\n') && end > 0 && block.bytes[end - 1] == b'\r');
    let taken: Vec<u8> = block.bytes.drain(..end).collect();
    block.line += count_lines(&taken);
    Ok(columns)
}
