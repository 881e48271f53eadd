//! A stream → blocks of whole records, so that workers parse them, each knowing its first line.

use std::io::{self, Read};
use std::sync::Arc;

use super::rows::header;
use super::{BadInput, Columns, Shape};
use crate::text::sheet;

/// Bytes of a block: large enough to amortise hand-over, small enough to keep memory and latency low.
pub(super) const BLOCK: usize = 256 << 10;
/// Longest record.
pub(super) const LONGEST: usize = 16 << 20;
/// How a gzip file begins.
const GZIP: &[u8] = b"\x1f\x8b";

/// Whole records of the input.
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
    begun: bool,
    done: bool,
    /// The header of a CSV, there from the first block on, so that a block is read on its own.
    pub columns: Option<Arc<Columns>>,
}

impl<R: Read> Blocks<R> {
    /// Begins; nothing is read yet.
    pub fn new(source: R, shape: Shape) -> Self {
        Self {
            source,
            shape,
            line: 1,
            rest: Vec::new(),
            begun: false,
            done: false,
            columns: None,
        }
    }

    /// The next block; `None` at the end. After a fault there is none.
    pub fn next_block(&mut self) -> io::Result<Option<Result<Block, BadInput>>> {
        match self.cut() {
            // What cannot be unpacked is bad input like what cannot be parsed.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge) => {
                Ok(Some(Err(self.bad(error.to_string()))))
            }
            Err(error) => Err(error),
            Ok(Err(bad)) => {
                self.done = true;
                Ok(Some(Err(bad)))
            }
            Ok(Ok(block)) => Ok(block.map(Ok)),
        }
    }

    fn bad(&self, reason: String) -> BadInput {
        let line = self.line;
        BadInput { line, reason }
    }

    fn cut(&mut self) -> io::Result<Result<Option<Block>, BadInput>> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut first = true;
        let cut = loop {
            if !self.done {
                self.read_more(&mut bytes, first)?;
            }
            first = false;
            if !self.begun && !bytes.is_empty() {
                self.begun = true;
                if bytes.starts_with(GZIP) {
                    let reason = "this is packed with gzip; unpack it first (`zcat FILE | netra …`), or give it as a file \
                                  whose name ends in .gz";
                    return Ok(Err(self.bad(reason.to_owned())));
                }
                if bytes.starts_with(b"\xef\xbb\xbf") {
                    bytes.drain(..3);
                }
            }
            match self.end(&bytes) {
                Ok(Some(cut)) => break cut,
                Ok(None) if self.done => break bytes.len(),
                Ok(None) => {}
                Err(bad) => return Ok(Err(bad)),
            }
        };
        if bytes.is_empty() {
            let headless = self.shape.separator().is_some() && self.columns.is_none();
            return Ok(if headless {
                Err(self.bad("empty; it must begin with a header that has the column `text`".to_owned()))
            } else {
                Ok(None)
            });
        }
        self.rest = bytes.split_off(cut);
        let mut block = Block { line: self.line, bytes };
        self.line += count_lines(&block.bytes);
        if let (Some(separator), None) = (self.shape.separator(), &self.columns) {
            match header(&mut block, separator) {
                Ok(columns) => self.columns = Some(Arc::new(columns)),
                Err(bad) => return Ok(Err(bad)),
            }
        }
        Ok(Ok(Some(block)))
    }

    fn read_more(&mut self, bytes: &mut Vec<u8>, first: bool) -> io::Result<()> {
        let start = bytes.len();
        if first {
            // One read: what a slow pipe has brought is judged at once.
            bytes.resize(start + BLOCK, 0);
            let read = read_some(&mut self.source, &mut bytes[start..])?;
            bytes.truncate(start + read);
            self.done = read == 0;
        } else {
            // No record ends yet: twice as much each time, so that looking again stays linear.
            let wanted = start.max(BLOCK);
            let read = (&mut self.source).take(wanted as u64).read_to_end(bytes)?;
            self.done = read < wanted;
        }
        Ok(())
    }

    /// One past the last line end at which a record ends, if one does. A fault counts once nothing stands before it any more.
    fn end(&self, bytes: &[u8]) -> Result<Option<usize>, BadInput> {
        // A line end inside quotes belongs to the row.
        let (whole, fault, open) = if self.shape == Shape::Csv {
            let look = sheet::look(bytes, b',', self.line);
            let fault = look.fault.or_else(|| look.open.clone().filter(|_| self.done));
            (look.whole, fault, look.open)
        } else {
            (
                bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1),
                None,
                None,
            )
        };
        let hint = |reason: String| match sheet::other_separator(bytes, b',').filter(|_| self.columns.is_none()) {
            Some(hint) => format!("{reason}; {hint}"),
            None => reason,
        };
        match (whole, fault) {
            (0, Some(fault)) => Err(BadInput {
                line: fault.line,
                reason: hint(fault.reason),
            }),
            (0, None) if bytes.len() > LONGEST && !self.done => {
                let most = LONGEST >> 20;
                Err(open.map_or_else(
                    || self.bad(format!("longer than {most} MiB")),
                    |open| BadInput {
                        line: open.line,
                        reason: format!("a quote is opened in this line and not closed within {most} MiB; close it"),
                    },
                ))
            }
            (0, None) => Ok(None),
            (_, None) if self.done => Ok(Some(bytes.len())),
            (whole, _) => Ok(Some(whole)),
        }
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

pub(super) fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|b| u64::from(*b == b'\n')).sum()
}
