//! Links, bare domains, and numbers with separators inside.
//!
//! Does: find where they end and what they fold to. Does not: fetch or judge them.
//! Invariant: a link is one token whose form is a host that folds to itself, or `url`.

use super::{Folder, Kind, MAX_FORM, Place};

impl Folder<'_, '_> {
    pub(super) fn link_end(&self, at: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[at..];
        let starts =
            |prefix: &str| rest.len() > prefix.len() && rest[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes());
        if !matches!(rest.first(), Some(b'h' | b'H' | b'w' | b'W')) {
            return None;
        }
        if !(starts("http://") || starts("https://") || starts("www.")) {
            return None;
        }
        let len = self.text[at..]
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\u{201c}' | '\u{201d}'))
            .unwrap_or(rest.len());
        Some(at + len)
    }

    pub(super) fn link(&mut self, at: usize, end: usize) -> usize {
        let url = &self.text[at..end];
        let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = after_scheme.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let host = match host.get(..4) {
            Some(www) if www.eq_ignore_ascii_case("www.") => &host[4..],
            _ => host,
        };
        let from = self.out.forms.len();
        if domain_len(host) == Some(host.len()) {
            self.push_text(at, end, Kind::Link, host);
            self.out.forms[from..].make_ascii_lowercase();
        } else {
            self.push_text(at, end, Kind::Link, "url");
        }
        end
    }

    pub(super) fn number_or_run(&mut self, at: usize) -> usize {
        match number_len(&self.text[at..]) {
            Some(len) => {
                self.push_text(at, at + len, Kind::Number, &self.text[at..at + len]);
                at + len
            }
            None => self.run(at, Place::Text),
        }
    }

    /// The path after a bare domain belongs to the link.
    pub(super) fn after_domain(&mut self, end: usize) -> usize {
        if !self.text[end..].starts_with('/') {
            return end;
        }
        let end = self.text[end..]
            .find(char::is_whitespace)
            .map_or(self.text.len(), |len| end + len);
        if let Some(token) = self.out.tokens.last_mut() {
            token.span.end = u32::try_from(end).unwrap_or(token.span.end);
        }
        end
    }
}

/// The length of a run of digits that is no number with separators inside, wherever in it one begins to read; else 0.
pub(super) fn bare_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let len = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let number = match bytes.get(len) {
        Some(b'.' | b',' | b':' | b'/' | b'-') => bytes.get(len + 1).is_some_and(u8::is_ascii_digit),
        other => other == Some(&b'%'),
    };
    if number { len.saturating_sub(MAX_FORM) } else { len }
}

/// The length of a number with separators inside (`02/2024`, `10.30`, `2-1`) or a per cent sign; `None` for bare digits.
pub(super) fn number_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take(MAX_FORM)
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut len = digits(0);
    if len == 0 {
        return None;
    }
    let mut parts = 1;
    while let Some(b'.' | b',' | b':' | b'/' | b'-') = bytes.get(len) {
        let more = digits(len + 1);
        if more == 0 || len + 1 + more > MAX_FORM {
            break;
        }
        len += 1 + more;
        parts += 1;
    }
    if bytes.get(len) == Some(&b'%') {
        return Some(len + 1);
    }
    (parts > 1).then_some(len)
}

/// The length of a bare domain name with a known ending at the start of `text`.
pub(super) fn domain_len(text: &str) -> Option<usize> {
    const ENDINGS: [&str; 22] = [
        "com", "id", "net", "org", "co", "me", "info", "tv", "news", "xyz", "site", "online", "app", "io", "ly", "gl",
        "be", "social", "web", "link", "blog", "example",
    ];
    let bytes = text.as_bytes();
    let mut len = bytes
        .iter()
        .take(MAX_FORM)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        .count();
    while len > 0 && matches!(bytes[len - 1], b'.' | b'-') {
        len -= 1;
    }
    let dot = bytes[..len].iter().rposition(|b| *b == b'.')?;
    let (rest, ending) = (&bytes[..dot], &bytes[dot + 1..len]);
    if !ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known.as_bytes()))
    {
        return None;
    }
    let whole = !matches!(bytes.get(len), Some(b) if !b.is_ascii() || *b == b'@' || *b == b'_');
    let labels = rest
        .split(|b| *b == b'.')
        .all(|label| label.len() > 1 && !label.starts_with(b"-") && !label.ends_with(b"-"));
    (whole && labels).then_some(len)
}
