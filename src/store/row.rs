//! From rows to model types and back: the few conversions every table needs.

use std::borrow::Cow;

use super::{Error, Result};
use crate::model::Level;

/// A level as the number that orders the queue.
pub(super) const fn rank(level: Level) -> i64 {
    match level {
        Level::Rendah => 1,
        Level::Sedang => 2,
        Level::Tinggi => 3,
    }
}

/// The level of a number.
pub(super) fn level(rank: i64) -> Result<Level> {
    match rank {
        1 => Ok(Level::Rendah),
        2 => Ok(Level::Sedang),
        3 => Ok(Level::Tinggi),
        _ => Err(corrupt("post_case", "level")),
    }
}

/// A count, never negative in a sound database.
pub(super) fn count(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

/// A number from outside as the databases hold it.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A text column of PostgreSQL cannot hold NUL; platforms can send it.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Bytes of a fixed length.
pub(super) fn fixed<const N: usize>(table: &'static str, bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| corrupt(table, "length of a digest"))
}

/// JSON that we wrote.
pub(super) fn json<T: serde::de::DeserializeOwned>(table: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| corrupt(table, error))
}

/// JSON of our own types, which always serialise.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("our own types serialise: no map with keys that are not texts")
}

pub(super) fn corrupt(table: &'static str, what: impl std::fmt::Display) -> Error {
    Error::Corrupt {
        table,
        what: what.to_string(),
    }
}
