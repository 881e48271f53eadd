//! Handles: `@user@host`, `user@host`, `https://host[:port]/@user`.

use url::{Host, Url};

use crate::source::Error;

/// Longest user name.
const MAX_USER: usize = 64;

/// A server and a user on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Handle {
    /// The server's root.
    pub origin: Url,
    /// The user's name there.
    pub user: String,
}

impl Handle {
    /// Reads a registered handle.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.contains("://") {
            Self::from_url(text)
        } else {
            Self::from_address(text)
        }
    }

    fn from_address(text: &str) -> Result<Self, Error> {
        let (user, host) = text
            .strip_prefix('@')
            .unwrap_or(text)
            .split_once('@')
            .ok_or(Error::Handle("write @user@host or https://host/@user"))?;
        let plain = !host.is_empty() && !host.contains(['/', '?', '#', '@', '\\']);
        let origin = Url::parse(&format!("https://{host}/"))
            .ok()
            .filter(|_| plain)
            .ok_or(Error::Handle("the host is not a host name"))?;
        Self::new(origin, user)
    }

    fn from_url(text: &str) -> Result<Self, Error> {
        let mut url = crate::source::web_url(text).ok_or(Error::Handle("not an https address"))?;
        // Without TLS anyone on the way could put words into a person's mouth: only for addresses of one's own machine or
        // network, which the fetcher's guard must allow besides.
        let literal = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
        if url.scheme() == "http" && !literal {
            return Err(Error::Handle("a server's address begins with https"));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        let user = path
            .strip_prefix("/@")
            .or_else(|| path.strip_prefix("/users/"))
            .ok_or(Error::Handle("the address of a profile ends with /@user"))?;
        url.set_path("/");
        url.set_query(None);
        url.set_fragment(None);
        Self::new(url, user)
    }

    fn new(origin: Url, user: &str) -> Result<Self, Error> {
        let named = !user.is_empty()
            && user.len() <= MAX_USER
            && user
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if named {
            Ok(Self {
                origin,
                user: user.to_owned(),
            })
        } else {
            Err(Error::Handle("a user name has letters, digits, _ - and ."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, String)> {
        let handle = Handle::parse(text).ok()?;
        Some((handle.origin.into(), handle.user))
    }

    #[test]
    fn the_three_forms_name_the_same_account() {
        let expected = Some(("https://sosial.example/".to_owned(), "ana".to_owned()));
        for form in [
            "@ana@sosial.example",
            "ana@sosial.example",
            "https://sosial.example/@ana",
            "https://sosial.example/users/ana/",
        ] {
            assert_eq!(parsed(form), expected, "{form}");
        }
        assert_eq!(
            parsed("http://127.0.0.1:8001/@ana"),
            Some(("http://127.0.0.1:8001/".to_owned(), "ana".to_owned()))
        );
    }

    #[test]
    fn nothing_else_is_a_handle() {
        for bad in [
            "",
            "ana",
            "@ana",
            "@ana@",
            "@@host",
            "ana@host/path",
            "ana@user@host",
            "http://sosial.example/@ana",
            "ftp://sosial.example/@ana",
            "https://sosial.example/ana",
            "https://u:p@sosial.example/@ana",
            "https://sosial.example/@ana/123",
            "@an a@sosial.example",
        ] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }
}
