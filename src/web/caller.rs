//! Who calls: the address that limits count and that `/metrics` trusts.
//!
//! Invariant: an address is taken from `X-Forwarded-For` only when the operator said that a proxy on this machine writes it, and
//! then only its last entry; whoever comes with such a header is never "here".

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::settings::Desk;

/// The caller of a request.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// The address that counts; `None` when the listener knows none.
    pub address: Option<IpAddr>,
    forwarded: bool,
}

impl Caller {
    /// Whether the caller is a program on this machine.
    pub fn is_here(self) -> bool {
        !self.forwarded && self.address.is_some_and(|a| a.to_canonical().is_loopback())
    }
}

impl<S: Sync> FromRequestParts<S> for Caller
where
    Desk: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let desk = Desk::from_ref(state);
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        Ok(read(peer, &parts.headers, desk.settings.behind_proxy))
    }
}

fn read(peer: Option<IpAddr>, headers: &HeaderMap, behind_proxy: bool) -> Caller {
    let forwarded = ["x-forwarded-for", "forwarded", "x-real-ip", "via"]
        .iter()
        .any(|name| headers.contains_key(*name));
    let peer_is_proxy = behind_proxy && peer.is_some_and(|p| p.to_canonical().is_loopback());
    let named = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.rsplit(',').next())
        .and_then(|v| v.trim().parse().ok());
    Caller {
        address: if peer_is_proxy { named.or(peer) } else { peer },
        forwarded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: Option<&str>, behind_proxy: bool) -> Caller {
        let mut headers = HeaderMap::new();
        if let Some(value) = forwarded {
            headers.insert("x-forwarded-for", value.parse().unwrap());
        }
        read(Some(peer.parse().unwrap()), &headers, behind_proxy)
    }

    #[test]
    fn only_a_trusted_proxy_names_the_caller() {
        let claimed = Some("203.0.113.5, 198.51.100.7");
        assert_eq!(
            from("127.0.0.1", claimed, true).address,
            Some("198.51.100.7".parse().unwrap())
        );
        assert_eq!(
            from("127.0.0.1", claimed, false).address,
            Some("127.0.0.1".parse().unwrap())
        );
        assert_eq!(
            from("192.0.2.1", claimed, true).address,
            Some("192.0.2.1".parse().unwrap())
        );
    }

    #[test]
    fn whoever_came_through_a_proxy_is_not_here() {
        assert!(from("127.0.0.1", None, false).is_here());
        assert!(from("::ffff:127.0.0.1", None, true).is_here());
        assert!(!from("127.0.0.1", Some("127.0.0.1"), false).is_here());
        assert!(!from("127.0.0.1", Some("127.0.0.1"), true).is_here());
        assert!(!from("192.0.2.1", None, false).is_here());
    }
}
