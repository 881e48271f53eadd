//! Posts from lines, JSONL, CSV or TSV: the one reader of every command that takes texts.
//!
//! Does: cut a stream into blocks of whole records ([`Blocks`]), take posts out of a block ([`rows()`]), each with its line. Does
//! not: know what a text or a label means.
//! Invariant: memory is bounded by a block or the longest record; a stream is read to its end or a fault names its line.

mod blocks;
mod rows;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde_json::value::RawValue;

pub use blocks::{Block, Blocks};
pub use rows::{Columns, Rest, rows};

use super::unpack;
use crate::model::Given;

/// The shape of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shape {
    /// A post is a line; its id is the line's number
    Lines,
    /// A post is a JSON object: {"id": …, "text": "…"}, perhaps with "kind": own (if none of these), reply, quote, repost
    Jsonl,
    /// A header with the column text (and id, kind), then a post a row
    Csv,
    /// The same with tabs between, and quotes that mean nothing
    Tsv,
}

impl Shape {
    /// What a file holds by the end of its name, `.gz` behind it or not; lines if that does not tell.
    pub fn of(path: &Path) -> Self {
        match unpack::ending(path).as_str() {
            "jsonl" => Self::Jsonl,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            _ => Self::Lines,
        }
    }

    /// What stands between the columns, if it has any.
    const fn separator(self) -> Option<u8> {
        match self {
            Self::Lines | Self::Jsonl => None,
            Self::Csv => Some(b','),
            Self::Tsv => Some(b'\t'),
        }
    }
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

impl BadInput {
    /// The same of a file, as a command says it.
    pub fn of(self, file: &Path) -> Refused {
        let Self { line, reason } = self;
        Refused(format!("{}:{line}: {reason}", file.display()))
    }

    /// An error of reading a file, with the file's name: [`Refused`] if it is bad input.
    pub fn placed(error: anyhow::Error, file: &Path) -> anyhow::Error {
        match error.downcast::<Self>() {
            Ok(input) => input.of(file).into(),
            Err(error) => error.context(file.display().to_string()),
        }
    }
}

/// What a command says of input that it does not take; it ends with another exit code than a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// A post of the input. Nothing of it is copied that need not be: most posts are clear and never printed.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its id.
    pub id: Id<'a>,
    /// Its text.
    pub text: Cow<'a, str>,
    /// What kind of post it is said to be; the account's own if it does not say.
    pub kind: Given,
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

#[cfg(test)]
mod tests;
