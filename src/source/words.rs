//! A post's readable parts put together, with the ranges that are another's words.

use crate::model::Span;

/// Between two parts.
const GAP: &str = "\n\n";

/// Parts of a post in reading order.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    foreign: Vec<Span>,
}

impl Words {
    /// Adds the account's own words.
    pub(super) fn own(&mut self, part: &str) {
        self.push(part);
    }

    /// Adds another's words.
    pub(super) fn foreign(&mut self, part: &str) {
        if let Some(span) = self.push(part) {
            self.foreign.push(span);
        }
    }

    /// Adds a part as `foreign` says.
    pub(super) fn add(&mut self, part: &str, foreign: bool) {
        if foreign { self.foreign(part) } else { self.own(part) }
    }

    /// Text and foreign ranges.
    pub(super) fn finish(self) -> (String, Vec<Span>) {
        (self.text, self.foreign)
    }

    fn push(&mut self, part: &str) -> Option<Span> {
        let part = part.trim();
        if part.is_empty() {
            return None;
        }
        if !self.text.is_empty() {
            self.text.push_str(GAP);
        }
        let start = u32::try_from(self.text.len()).ok()?;
        self.text.push_str(&visible(part));
        let end = u32::try_from(self.text.len()).ok()?;
        Some(Span { start, end })
    }
}

/// The text with NUL made visible: PostgreSQL cannot store it, and hiding it would hide a trick.
pub(super) fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_separated_and_foreign_ones_marked() {
        let mut words = Words::default();
        words.own(" judul ");
        words.own("");
        words.foreign("kata\0orang");
        words.own("isi");
        let (text, foreign) = words.finish();
        assert_eq!(text, "judul\n\nkata\u{fffd}orang\n\nisi");
        assert_eq!(foreign.len(), 1);
        assert_eq!(&text[foreign[0].range()], "kata\u{fffd}orang");
    }
}
