//! One file per platform: what to ask, how to read the answer.
//!
//! Does: turn an account into requests and answers into posts, cursors and counts of what was left out. Does not: fetch,
//! wait, store, judge, or know the clock; whoever drives a [`Visit`] does. Only public posts leave an adapter.
//! Invariant: an answer is hostile bytes. No answer makes a visit panic, loop for ever or name another host than the account's
//! own.
//!
//! A new platform is one file here, one word in [`Platform`] and one line in [`registry`].

pub mod feed;
pub mod mastodon;

mod date;
mod words;

use std::time::Duration;

use url::Url;

use crate::model::{Account, Millis, Platform, Post};

/// Every platform that can be read.
pub fn registry() -> &'static [&'static dyn Source] {
    &[&feed::Feed, &mastodon::Mastodon]
}

/// The adapter of a platform; `None` when this build has none.
pub fn of(platform: Platform) -> Option<&'static dyn Source> {
    registry().iter().copied().find(|source| source.platform() == platform)
}

/// A platform.
pub trait Source: Send + Sync {
    /// Which one.
    fn platform(&self) -> Platform;

    /// Begins reading an account from where the cursor of its last visit stands.
    fn visit(&self, account: &Account, cursor: Option<&str>, context: &Context) -> Result<Box<dyn Visit>, Error>;

    /// How to see whether a post still stands: the request whose status [`Source::sight`] reads. `None` when it cannot be asked.
    fn probe(&self, key: &str, url: Option<&str>) -> Option<Ask> {
        let url = url.and_then(web_url).or_else(|| web_url(key))?;
        Some(Ask::new(url, "text/html, application/xhtml+xml, */*;q=0.5"))
    }

    /// What the status of a probe's answer says. Anything but a clear word is [`Sight::Unknown`].
    fn sight(&self, status: u16) -> Sight {
        match status {
            200..=299 => Sight::Online,
            404 | 410 => Sight::Gone,
            _ => Sight::Unknown,
        }
    }
}

/// One reading of one account: [`Visit::next`] is called with `None` for the next request, with an answer for what it held.
pub trait Visit: Send {
    /// The next step. After [`Step::Page`] with `more`, call again with `None`.
    fn next(&mut self, answer: Option<&Answer>) -> Result<Step, Error>;
}

/// What a visit may know of the world.
#[derive(Debug, Clone)]
pub struct Context {
    /// Now.
    pub now: Millis,
    /// Nothing published or edited before this is wanted.
    pub since: Millis,
    /// How far back posts are read again to notice edits, where the platform does not announce them.
    pub edit_window: Duration,
    /// Pages of posts one visit may read; the next visit goes on.
    pub max_pages: u32,
    /// The last visit failed: resolve the account's handle anew.
    pub retrying: bool,
}

/// A request. Always GET, never with credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Where.
    pub url: Url,
    /// The `Accept` header.
    pub accept: &'static str,
    /// Whether the stored `ETag` and `Last-Modified` go with it.
    pub conditional: bool,
}

impl Ask {
    /// An unconditional request.
    pub const fn new(url: Url, accept: &'static str) -> Self {
        Self {
            url,
            accept,
            conditional: false,
        }
    }
}

/// A successful (2xx) answer.
#[derive(Debug)]
pub struct Answer {
    /// Where it came from, after redirects.
    pub url: Url,
    /// Status.
    pub status: u16,
    /// Headers as received, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body after decompression.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What a visit wants or has.
#[derive(Debug)]
pub enum Step {
    /// Ask this.
    Ask(Ask),
    /// A page of posts; keep it before going on.
    Page(Page),
}

/// Posts of one answer, and where the visit stands after it.
#[derive(Debug, Default)]
pub struct Page {
    /// Public posts inside the horizon.
    pub posts: Vec<Post>,
    /// Where the next visit goes on once this page is kept; the adapter's own JSON. `None` leaves it as it is.
    pub cursor: Option<String>,
    /// The platform's stable id of the account, once resolved.
    pub platform_id: Option<String>,
    /// Whether this visit reads on.
    pub more: bool,
    /// Whether there is more to read than this visit may: come back soon.
    pub unfinished: bool,
    /// Whether posts may have been missed and cannot be reached any more: never call the account "clean".
    pub gap: bool,
    /// What was left out, by reason.
    pub dropped: Dropped,
    /// The text that [`Post::raw`] counts in, when it is not the body as sent.
    pub decoded: Option<Decoded>,
    /// How long the publisher asks to be left alone.
    pub rest: Option<Duration>,
}

/// An answer that had to be decoded before posts could be cut out of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// From which charset.
    pub charset: &'static str,
    /// The text.
    pub text: String,
}

/// Posts an adapter left out. Counts only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Unlisted, followers only, direct, or of unknown visibility.
    pub not_public: u32,
    /// The author asked not to be indexed.
    pub opted_out: u32,
    /// Not to be understood.
    pub unreadable: u32,
    /// Before the horizon.
    pub too_old: u32,
}

/// What a probe showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It stands.
    Online,
    /// It does not.
    Gone,
    /// The answer says neither.
    Unknown,
}

/// Why an account cannot be read. Never holds text of a post or a handle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The registered handle is not one of this platform.
    #[error("the account's handle is not valid: {0}")]
    Handle(&'static str),
    /// The answer is not what the platform's interface says.
    #[error("the answer cannot be read: {0}")]
    Unreadable(&'static str),
    /// A feed bridge answered success with an error in it.
    #[error("a feed bridge reports an error instead of posts")]
    Bridge,
    /// The account's owner asked not to be indexed, and no consent is recorded.
    #[error("the account asks not to be indexed")]
    OptedOut,
    /// The platform suspended the account.
    #[error("the account is suspended")]
    Suspended,
    /// The handle now belongs to another account than the registered one.
    #[error("the handle now names another account")]
    Identity,
    /// The parser failed inside.
    #[error("the parser failed on this answer")]
    Parser,
}

impl Error {
    /// A short code without personal data.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Handle(_) => "handle",
            Self::Unreadable(_) => "unreadable",
            Self::Bridge => "bridge",
            Self::OptedOut => "opted-out",
            Self::Suspended => "suspended",
            Self::Identity => "identity",
            Self::Parser => "parser",
        }
    }
}

/// Longest address that is kept.
const MAX_URL: usize = 2048;

/// A link that a person may be shown: http or https, a host, no credentials, not overlong.
fn web_url(text: &str) -> Option<Url> {
    if text.len() > MAX_URL {
        return None;
    }
    let url = Url::parse(text.trim()).ok()?;
    let clean = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    clean.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_of_the_model_has_an_adapter() {
        for platform in Platform::ALL {
            assert!(of(*platform).is_some(), "{platform}");
        }
    }

    #[test]
    fn only_plain_web_addresses_are_shown_to_people() {
        assert!(web_url("https://example.org/a?b#c").is_some());
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.org/",
            "https://user@example.org/",
            "//example.org",
            "",
        ] {
            assert_eq!(web_url(bad), None, "{bad}");
        }
        assert_eq!(web_url(&format!("https://example.org/{}", "a".repeat(3000))), None);
    }
}
