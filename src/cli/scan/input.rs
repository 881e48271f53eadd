//! Posts from lines, JSONL or CSV: as blocks cut at line ends, so that workers parse them, each knowing its line.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};

use serde_json::value::RawValue;

/// Bytes of a block: large enough to amortise hand-over, small enough to keep memory and latency low.
const BLOCK: usize = 256 << 10;
/// Longest post line.
const LONGEST_LINE: usize = 16 << 20;

/// The shape of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shape {
    /// A post is a line; its id is the line's number
    Lines,
    /// A post is a JSON object: {"id": …, "text": "…"}
    Jsonl,
    /// A header with the column text (and id), then a post a row
    Csv,
}

/// Input that cannot be taken, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadInput {
    /// Line, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

impl fmt::Display for BadInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for BadInput {}

/// A post of the input. Nothing of it is copied that need not be: most posts are clear and never printed.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its id.
    pub id: Id<'a>,
    /// Its text.
    pub text: Cow<'a, str>,
}

/// What a post is called: as given, else by the number of its line.
#[derive(Debug, Clone, Copy, serde::Serialize)]
#[serde(untagged)]
pub enum Id<'a> {
    /// The number of its line.
    Line(u64),
    /// JSON, as it was written.
    Json(&'a RawValue),
    /// Text.
    Text(&'a str),
}

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => line.fmt(f),
            Self::Json(json) => json.get().trim_matches('"').fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Whole lines of the input.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Number of the first line.
    pub line: u64,
    /// The lines.
    pub bytes: Vec<u8>,
}

/// Cuts a stream into blocks of whole records.
pub struct Blocks<R> {
    source: R,
    shape: Shape,
    line: u64,
    rest: Vec<u8>,
    done: bool,
    /// The header of a CSV, repeated in front of each block so that a block is read on its own.
    pub columns: Option<Columns>,
}

/// Where a CSV has what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    id: Option<usize>,
    text: usize,
    width: usize,
}

impl<R: Read> Blocks<R> {
    /// Begins; reads the header of a CSV.
    pub fn new(source: R, shape: Shape) -> Self {
        Self {
            source,
            shape,
            line: 1,
            rest: Vec::new(),
            done: false,
            columns: None,
        }
    }

    /// The next block; `None` at the end.
    pub fn next_block(&mut self) -> io::Result<Option<Result<Block, BadInput>>> {
        let begins = self.line == 1 && !self.done && self.rest.is_empty();
        let mut bytes = std::mem::take(&mut self.rest);
        let mut first = true;
        let cut = loop {
            if self.done {
                break bytes.len();
            }
            let start = bytes.len();
            if first {
                // One read: what a slow pipe has brought is judged at once.
                bytes.resize(start + BLOCK, 0);
                let read = read_some(&mut self.source, &mut bytes[start..])?;
                bytes.truncate(start + read);
                self.done = read == 0;
                if begins && bytes.starts_with(b"\xef\xbb\xbf") {
                    bytes.drain(..3);
                }
            } else {
                // No record ends yet: twice as much each time, so that looking again stays linear.
                let wanted = start.max(BLOCK);
                let read = (&mut self.source).take(wanted as u64).read_to_end(&mut bytes)?;
                self.done = read < wanted;
            }
            first = false;
            if self.done {
                continue;
            }
            if let Some(cut) = self.last_end(&bytes) {
                break cut;
            }
            if bytes.len() > LONGEST_LINE {
                let reason = format!("longer than {} MiB", LONGEST_LINE >> 20);
                return Ok(Some(Err(BadInput {
                    line: self.line,
                    reason,
                })));
            }
        };
        if bytes.is_empty() {
            return Ok(None);
        }
        self.rest = bytes.split_off(cut);
        let mut block = Block { line: self.line, bytes };
        self.line += count_lines(&block.bytes);
        if self.shape == Shape::Csv && self.columns.is_none() {
            match header(&mut block) {
                Ok(columns) => self.columns = Some(columns),
                Err(bad) => return Ok(Some(Err(bad))),
            }
        }
        Ok(Some(Ok(block)))
    }

    /// One past the last line end at which a record ends.
    fn last_end(&self, bytes: &[u8]) -> Option<usize> {
        if self.shape != Shape::Csv {
            return bytes.iter().rposition(|b| *b == b'\n').map(|at| at + 1);
        }
        // A line end inside quotes belongs to the row. A quote opens only where a field begins, as the reader of rows has it; a
        // doubled one closes and opens again.
        let (mut quoted, mut begins, mut closed) = (false, true, false);
        let mut last = None;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' if quoted => (quoted, closed) = (false, true),
                b'"' if begins || closed => (quoted, closed) = (true, false),
                b'\n' if !quoted => last = Some(at + 1),
                _ => {}
            }
            closed &= *byte == b'"';
            begins = !quoted && matches!(byte, b',' | b'\n' | b'\r');
        }
        last
    }
}

/// Calls `each` with every post of a block, in order, until one is bad or `each` ends it.
pub fn rows(
    shape: Shape,
    columns: Option<Columns>,
    block: &Block,
    mut each: impl FnMut(u64, Row<'_>) -> Result<(), BadInput>,
) -> Result<(), BadInput> {
    match (shape, columns) {
        (Shape::Csv, Some(columns)) => csv_rows(columns, block, each),
        (Shape::Csv, None) => Ok(()),
        _ => {
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
                    each(line, Row { id, text: text.into() })?;
                } else if !text.trim().is_empty() {
                    each(line, json_row(line, text)?)?;
                }
                line += 1;
            }
            match fault {
                None => Ok(()),
                Some(byte) => Err(BadInput {
                    line,
                    reason: format!("not UTF-8 at byte {byte}"),
                }),
            }
        }
    }
}

#[derive(serde::Deserialize)]
struct Given<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn json_row(line: u64, text: &str) -> Result<Row<'_>, BadInput> {
    let bad = |reason: String| BadInput { line, reason };
    let given: Given<'_> = serde_json::from_str(text).map_err(|e| {
        let message = e.to_string();
        let what = message.split(" at line").next().unwrap_or_default();
        bad(format!(
            "not a JSON object with a `text`: {what} (column {})",
            e.column()
        ))
    })?;
    let id = match given.id {
        None => Id::Line(line),
        Some(id) => match id.get().as_bytes()[0] {
            b'n' => Id::Line(line), // null
            b'{' | b'[' => return Err(bad("`id` is neither a text nor a number".to_owned())),
            _ => Id::Json(id),
        },
    };
    Ok(Row { id, text: given.text })
}

fn csv_rows(
    columns: Columns,
    block: &Block,
    mut each: impl FnMut(u64, Row<'_>) -> Result<(), BadInput>,
) -> Result<(), BadInput> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(block.bytes.as_slice());
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
        let more = more.map_err(|_| BadInput {
            line,
            reason: "not UTF-8".to_owned(),
        })?;
        if !more {
            return Ok(());
        }
        if record.len() != columns.width {
            let reason = format!("{} columns where the header has {}", record.len(), columns.width);
            return Err(BadInput { line, reason });
        }
        let id = match columns.id.and_then(|at| record.get(at)) {
            Some(id) if !id.is_empty() => Id::Text(id),
            _ => Id::Line(line),
        };
        let text = record.get(columns.text).unwrap_or_default();
        each(line, Row { id, text: text.into() })?;
    }
}

/// One read that a signal does not end.
fn read_some(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Takes the header off the first block.
fn header(block: &mut Block) -> Result<Columns, BadInput> {
    let mut reader = csv::ReaderBuilder::new().from_reader(block.bytes.as_slice());
    let bad = |reason: &str| BadInput {
        line: 1,
        reason: reason.to_owned(),
    };
    let header = reader.headers().map_err(|_| bad("the header is not UTF-8"))?.clone();
    let find = |name: &str| {
        header
            .iter()
            .position(|column| column.trim().eq_ignore_ascii_case(name))
    };
    let columns = Columns {
        id: find("id"),
        text: find("text").ok_or_else(|| bad("the header has no column `text`"))?,
        width: header.len(),
    };
    let end = usize::try_from(reader.position().byte())
        .unwrap_or(block.bytes.len())
        .min(block.bytes.len());
    // The position stands after the header's line end, or before the second byte of it.
    let end = end + usize::from(block.bytes.get(end) == Some(&b'\n') && end > 0 && block.bytes[end - 1] == b'\r');
    let taken: Vec<u8> = block.bytes.drain(..end).collect();
    block.line += count_lines(&taken);
    Ok(columns)
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|b| u64::from(*b == b'\n')).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(shape: Shape, input: &[u8]) -> Result<Vec<(u64, String, String)>, BadInput> {
        let mut blocks = Blocks::new(input, shape);
        let mut found = Vec::new();
        while let Some(block) = blocks.next_block().expect("memory does not fail") {
            rows(shape, blocks.columns, &block?, |line, row| {
                let id = serde_json::to_string(&row.id).expect("ids are JSON");
                found.push((line, id, row.text.into_owned()));
                Ok(())
            })?;
        }
        Ok(found)
    }

    fn row(line: u64, id: &str, text: &str) -> (u64, String, String) {
        (line, id.to_owned(), text.to_owned())
    }

    #[test]
    fn lines_are_posts_called_by_their_number() {
        let found = all(Shape::Lines, b"\xef\xbb\xbfsatu\r\n\ndua").expect("good");
        assert_eq!(found, [row(1, "1", "satu"), row(2, "2", ""), row(3, "3", "dua")]);
    }

    #[test]
    fn jsonl_keeps_ids_as_given() {
        let found = all(
            Shape::Jsonl,
            b"{\"id\":\"a\",\"text\":\"x\\ny\"}\n\n{\"text\":\"z\",\"id\":7,\"lang\":\"id\"}\n",
        )
        .expect("good");
        assert_eq!(found, [row(1, "\"a\"", "x\ny"), row(3, "7", "z")]);
    }

    #[test]
    fn csv_rows_may_span_lines() {
        let found = all(Shape::Csv, b"id,lain,text\r\na,1,\"x\r\ny \"\"z\"\"\"\r\n,2,w\r\n").expect("good");
        assert_eq!(found, [row(2, "\"a\"", "x\r\ny \"z\""), row(4, "4", "w")]);
    }

    #[test]
    fn bad_input_is_named_by_its_line() {
        for (shape, input, line) in [
            (Shape::Lines, b"a\nb\n\xff\n".as_slice(), 3),
            (Shape::Lines, b"\xff", 1),
            (Shape::Lines, b"a\nb \xe2\x80\nc\n", 2),
            (Shape::Jsonl, b"{\"text\":\"a\"}\n{\"txt\":\"b\"}\n", 2),
            (Shape::Jsonl, b"{\"text\":\"a\"}\nbukan\n", 2),
            (Shape::Jsonl, b"{\"text\":\"a\",\"id\":{}}\n", 1),
            (Shape::Jsonl, b"{\"text\":\"\\ud800\"}\n", 1),
            (Shape::Csv, b"id,isi\n1,a\n", 1),
            (Shape::Csv, b"id,text\n1,a\n2\n", 3),
        ] {
            assert_eq!(
                all(shape, input).expect_err("bad").line,
                line,
                "{}",
                String::from_utf8_lossy(input)
            );
        }
    }

    #[test]
    fn blocks_end_where_lines_end_and_count_on() {
        let line = "kata ".repeat(100) + "\n";
        let input = line.repeat(5_000);
        let found = all(Shape::Lines, input.as_bytes()).expect("good");
        assert_eq!(found.len(), 5_000);
        assert!(
            found
                .iter()
                .enumerate()
                .all(|(at, row)| row.0 == at as u64 + 1 && row.2 == line.trim_end_matches('\n'))
        );
        let stray = format!("text\n{}", "lima 5\" pipa\n".repeat(60_000));
        assert_eq!(all(Shape::Csv, stray.as_bytes()).expect("good").len(), 60_000);
        let quoted = format!("text\n{}", format!("\"{}\"\n", "a\nb ".repeat(40)).repeat(4_000));
        let found = all(Shape::Csv, quoted.as_bytes()).expect("good");
        assert_eq!(found.len(), 4_000);
        assert_eq!(found[3_999].0, 2 + 3_999 * 41);
    }

    #[test]
    fn an_endless_line_is_refused() {
        let input = vec![b'a'; LONGEST_LINE + 2 * BLOCK];
        assert_eq!(
            all(Shape::Lines, &input[..]).map(|rows| rows.len()),
            Ok(1),
            "an end of input ends a line"
        );
        let endless = io::repeat(b'a');
        let mut blocks = Blocks::new(endless, Shape::Lines);
        let bad = blocks.next_block().expect("io").expect("some").expect_err("too long");
        assert_eq!(bad.line, 1);
    }
}
