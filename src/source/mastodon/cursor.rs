//! Where the reading of a timeline stands. Opaque to everyone else.
//!
//! The promise it carries: everything up to `high` and down to `back` has been kept. It moves in the same transaction as the
//! posts of the page that moved it, so a visit killed between two pages goes on at exactly that page.

use serde::{Deserialize, Serialize};

use crate::model::Millis;

/// The format's version; a cursor of another version begins anew.
const VERSION: u8 = 1;

/// A timeline's state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    v: u8,
    /// The newest post up to which nothing is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Mark>,
    /// What remains of the first reading, towards older posts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Back>,
}

/// A post as a place in the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Opaque; changes with an edit on some servers.
    pub id: String,
    /// Stable.
    pub uri: String,
    /// When it was published.
    pub at: Option<Millis>,
}

/// The rest of the first reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Back {
    /// The next older page, as the server gave it.
    pub url: String,
    /// Pages read so far.
    pub pages: u32,
    /// Where it ends.
    pub since: Millis,
}

impl Cursor {
    /// Reads a stored cursor; anything that is not one begins anew.
    pub(super) fn parse(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .filter(|cursor: &Self| cursor.v == VERSION)
            .unwrap_or(Self {
                v: VERSION,
                ..Self::default()
            })
    }

    /// As it is stored.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_storage_and_nonsense_begins_anew() {
        let mut cursor = Cursor::parse(None);
        cursor.high = Some(Mark {
            id: "1".into(),
            uri: "u".into(),
            at: None,
        });
        assert_eq!(Cursor::parse(Some(&cursor.to_text())), cursor);
        for nonsense in ["", "{}", "[", "{\"v\":9,\"high\":null}"] {
            assert_eq!(Cursor::parse(Some(nonsense)), Cursor::parse(None));
        }
    }
}
