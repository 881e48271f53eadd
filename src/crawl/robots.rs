//! robots.txt by RFC 9309.
//!
//! Does: parse, choose the group of our product token, decide a path. Does not: fetch or cache; [`super::gate`] does.
//! Invariant: `/robots.txt` itself is always allowed; the longest matching rule wins, and Allow wins a tie.

use std::time::Duration;

use url::Url;

/// At least this much must be read; no more is.
pub const MAX_BYTES: usize = 512 * 1024;

/// Rules kept of one file; real files have some hundred.
const MAX_RULES: usize = 10_000;

/// Longest delay between two requests that a file may ask for; 500 s is a real default.
const MAX_DELAY: Duration = Duration::from_hours(1);

/// The rules that hold for us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
    /// `Crawl-delay`, not in the RFC and honoured all the same.
    pub delay: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    /// Normalised, without the final `$`.
    pattern: String,
    /// Whether the pattern must reach the end.
    anchored: bool,
}

impl Robots {
    /// Everything allowed: the file does not exist.
    pub fn open() -> Self {
        Self::default()
    }

    /// Nothing allowed: the server cannot say.
    pub fn closed() -> Self {
        Self {
            rules: vec![Rule {
                allow: false,
                pattern: "/".to_owned(),
                anchored: false,
            }],
            delay: None,
        }
    }

    /// Reads a file for the product `token` (lower case).
    pub fn parse(body: &[u8], token: &str) -> Self {
        let text = String::from_utf8_lossy(&body[..body.len().min(MAX_BYTES)]);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let (mut ours, mut everyone) = (None, Self::default());
        let mut named = Vec::new(); // product tokens of the group being read
        let mut in_rules = false;
        for line in text.split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if in_rules {
                    named.clear();
                    in_rules = false;
                }
                let product = product(value);
                if product == token {
                    ours.get_or_insert_with(Self::default);
                }
                named.push(product);
                continue;
            }
            if !matches!(key.as_str(), "allow" | "disallow" | "crawl-delay") {
                continue; // a sitemap line belongs to no group and ends none
            }
            in_rules = true;
            if named.iter().any(|name| name == token) {
                ours.get_or_insert_with(Self::default).add(&key, value);
            }
            if named.iter().any(|name| name == "*") {
                everyone.add(&key, value);
            }
        }
        ours.unwrap_or(everyone)
    }

    fn add(&mut self, key: &str, value: &str) {
        if key == "crawl-delay" {
            let seconds = value.parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok());
            self.delay = seconds.map(|delay| delay.min(MAX_DELAY)).max(self.delay);
            return;
        }
        if value.is_empty() || self.rules.len() >= MAX_RULES {
            return; // an empty Disallow forbids nothing
        }
        let (pattern, anchored) = match value.strip_suffix('$') {
            Some(pattern) => (pattern, true),
            None => (value, false),
        };
        self.rules.push(Rule {
            allow: key == "allow",
            pattern: normalise(pattern),
            anchored,
        });
    }

    /// Whether we may ask for this URL.
    pub fn allows(&self, url: &Url) -> bool {
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        if path == "/robots.txt" {
            return true;
        }
        let path = normalise(&path);
        let best = self
            .rules
            .iter()
            .filter(|rule| rule.matches(&path))
            .max_by_key(|rule| (rule.pattern.len() + usize::from(rule.anchored), rule.allow));
        best.is_none_or(|rule| rule.allow)
    }
}

impl Rule {
    /// Greedy matching of the pieces between `*`, linear in the path for each piece.
    fn matches(&self, path: &str) -> bool {
        let mut pieces = self.pattern.split('*');
        let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else {
            return false;
        };
        let mut pieces = pieces.peekable();
        while let Some(piece) = pieces.next() {
            if pieces.peek().is_none() && self.anchored {
                return rest.ends_with(piece);
            }
            match rest.find(piece) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        !self.anchored || rest.is_empty()
    }
}

/// The product token of a `User-agent` line: letters, `_` and `-`; `*` is itself.
fn product(value: &str) -> String {
    if value.starts_with('*') {
        return "*".to_owned();
    }
    let end = value.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '_' | '-')));
    value[..end.unwrap_or(value.len())].to_ascii_lowercase()
}

/// One spelling of percent-encoding: unreserved characters bare, all else encoded in upper case.
fn normalise(path: &str) -> String {
    use std::fmt::Write as _;
    let bytes = path.as_bytes();
    let mut text = String::with_capacity(path.len());
    let mut at = 0;
    while at < bytes.len() {
        let (byte, escaped) = match bytes.get(at + 1..at + 3).and_then(hex) {
            Some(byte) if bytes[at] == b'%' => (byte, true),
            _ => (bytes[at], false),
        };
        at += if escaped { 3 } else { 1 };
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if unreserved || (!escaped && byte.is_ascii_graphic()) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn hex(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    let plain = digits.iter().all(u8::is_ascii_hexdigit);
    plain.then(|| u8::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(file: &str, path: &str) -> bool {
        let url = Url::parse("https://example.org").unwrap().join(path).unwrap();
        Robots::parse(file.as_bytes(), "netra").allows(&url)
    }

    #[test]
    fn the_file_of_snac_closes_everything_but_itself() {
        let file = "User-agent: *\nDisallow: /\n";
        assert!(!allows(file, "/ana.rss"));
        assert!(allows(file, "/robots.txt"));
    }

    #[test]
    fn our_own_group_replaces_that_of_everyone_and_groups_of_one_name_are_merged() {
        let file = "User-agent: *\nDisallow: /\n\nUser-Agent: Netra/1.0\nDisallow: /a\n\nuser-agent: other\nuser-agent: NETRA\nDisallow: /b";
        assert!(allows(file, "/c"));
        assert!(!allows(file, "/a"));
        assert!(!allows(file, "/b"));
        assert!(allows("User-agent: *\nDisallow: /\nUser-agent: netra\nDisallow:", "/x"));
    }

    #[test]
    fn the_longest_match_wins_and_allow_wins_ties() {
        let file = "user-agent: *\nallow: /p\ndisallow: /";
        assert!(allows(file, "/page"));
        assert!(!allows(file, "/other"));
        assert!(allows("user-agent: *\ndisallow: /f\nallow: /f", "/f"));
        assert!(!allows("user-agent: *\nallow: /page\ndisallow: /*.htm", "/page.htm"));
    }

    #[test]
    fn stars_and_the_end_mark() {
        let file = "user-agent: *\ndisallow: /*.gif$\ndisallow: /a*b*c";
        assert!(!allows(file, "/x/y.gif"));
        assert!(allows(file, "/x/y.gif?z"));
        assert!(!allows(file, "/axxbxxcxx"));
        assert!(allows(file, "/axxcxxb"));
        assert!(!allows("user-agent: *\ndisallow: /exact$", "/exact"));
        assert!(allows("user-agent: *\ndisallow: /exact$", "/exactly"));
    }

    #[test]
    fn percent_encoding_has_one_spelling() {
        assert!(!allows("user-agent: *\ndisallow: /foo/bar/ツ", "/foo/bar/%E3%83%84"));
        assert!(!allows("user-agent: *\ndisallow: /foo/%62ar", "/foo/bar"));
        assert!(allows("user-agent: *\ndisallow: /foo%2Fbar", "/foo/bar"));
    }

    #[test]
    fn a_crawl_delay_is_read_and_capped() {
        let delay = |file: &str| Robots::parse(file.as_bytes(), "netra").delay;
        assert_eq!(
            delay("user-agent: *\ncrawl-delay: 500\ndisallow: /api/"),
            Some(Duration::from_secs(500))
        );
        assert_eq!(delay("user-agent: *\ncrawl-delay: 1e300"), None);
        assert_eq!(delay("user-agent: *\ncrawl-delay: 99999999"), Some(MAX_DELAY));
    }

    #[test]
    fn nonsense_allows_everything_and_hurts_nothing() {
        for file in [
            "",
            "<html>",
            "\0\0\u{feff}",
            "disallow: /",
            "user-agent\ndisallow /",
            "user-agent: *\ndisallow: %%%",
        ] {
            assert!(allows(file, "/x"), "{file:?}");
        }
        let stars = format!("user-agent: *\ndisallow: /{}x", "*a".repeat(5_000));
        assert!(allows(&stars, &format!("/{}", "a".repeat(2_000))));
    }
}
