//! The one HTTP client.
//!
//! Does: one guarded GET, one hop: address judged before it is asked and again where its name is resolved, header, size and
//! time capped, nothing of us sent but a name and a contact. Does not: follow redirects, look at robots.txt or budgets
//! ([`super::gate`] does, hop by hop), retry, keep cookies, use a proxy.
//! Invariant: the address that was judged is the address that is dialled, and no more than `max_body` bytes of a body are
//! ever held, counted after decompression.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, header, redirect};
use url::Url;

use super::guard::{Guard, Refusal};
use super::rate;
use crate::model::Millis;

/// Caps of one request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest body, bytes after decompression.
    pub max_body: usize,
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest silence while reading.
    pub read: Duration,
    /// Longest time from asking to the last byte.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body: 8 * 1024 * 1024,
            connect: Duration::from_secs(10),
            read: Duration::from_secs(15),
            total: Duration::from_secs(30),
        }
    }
}

/// Headers one answer may have; servers of the web send some thirty.
const MAX_HEADERS: usize = 100;

/// Longest header section over HTTP/2, bytes. Over HTTP/1 hyper stops at 400 kB.
const MAX_HEADER_BYTES: u32 = 64 * 1024;

/// Who answers names: the system, or a test.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of a host.
    fn lookup(&self, host: &str) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemDns;

impl Lookup for SystemDns {
    fn lookup(&self, host: &str) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        let host = host.to_owned();
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    }
}

/// Why there is no answer, or none to use. The scheduler decides on it; it names no account and no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The guard refused the address.
    #[error("refused: {0}")]
    Blocked(#[from] Refusal),
    /// robots.txt closes it to us.
    #[error("closed by robots.txt")]
    Robots,
    /// robots.txt cannot be had, which closes everything.
    #[error("robots.txt cannot be had")]
    RobotsUnknown,
    /// The host asked us to wait, or we wait of our own accord.
    #[error("the host is to be left alone")]
    RateLimited {
        /// Until when.
        until: Option<Millis>,
    },
    /// No turn within the time one may wait for it.
    #[error("no turn at this host in time")]
    Busy,
    /// 401, 403: not for us.
    #[error("the server answered {0}: closed to us")]
    Closed(u16),
    /// 404.
    #[error("not found")]
    NotFound,
    /// 410.
    #[error("gone")]
    Gone,
    /// 5xx.
    #[error("the server failed with {0}")]
    Server(u16),
    /// Another status that is no answer.
    #[error("unexpected status {0}")]
    Status(u16),
    /// The body is larger than the cap.
    #[error("the answer is too large")]
    TooLarge,
    /// A time cap ran out.
    #[error("the server took too long")]
    Timeout,
    /// Too many redirects, or one that leads nowhere.
    #[error("the redirects lead nowhere")]
    Redirects,
    /// No connection: name, network or TLS.
    #[error("no connection")]
    Connect,
    /// The exchange broke.
    #[error("the exchange broke")]
    Broken,
}

impl Error {
    /// A short code without personal data.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Blocked(_) => "blocked",
            Self::Robots => "robots",
            Self::RobotsUnknown => "robots-unknown",
            Self::RateLimited { .. } => "rate-limited",
            Self::Busy => "busy",
            Self::Closed(_) => "closed",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::Server(_) => "server",
            Self::Status(_) => "status",
            Self::TooLarge => "too-large",
            Self::Timeout => "timeout",
            Self::Redirects => "redirects",
            Self::Connect => "connect",
            Self::Broken => "broken",
        }
    }
}

/// What one hop brought.
#[derive(Debug)]
pub struct Response {
    /// Status.
    pub status: u16,
    /// Headers in order, names in lower case, without cookies.
    pub headers: Vec<(String, String)>,
    /// The body of a 2xx after decompression; empty otherwise.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the status is an answer (2xx, 304), and if not, what it says.
    pub fn usable(&self, now: Millis) -> Result<(), Error> {
        Err(match self.status {
            200..=299 | 304 => return Ok(()),
            401 | 403 => Error::Closed(self.status),
            404 => Error::NotFound,
            410 => Error::Gone,
            429 => Error::RateLimited {
                until: rate::blocked_until(self.status, &self.headers, now),
            },
            status @ 500..=599 => match rate::blocked_until(status, &self.headers, now) {
                Some(until) if status == 503 => Error::RateLimited { until: Some(until) },
                _ => Error::Server(status),
            },
            status => Error::Status(status),
        })
    }
}

/// What is wanted of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// All of it, up to this many bytes or the client's cap; more is [`Error::TooLarge`].
    Whole,
    /// The first bytes; what is beyond is not asked for. For robots.txt.
    Head(usize),
    /// Nothing: the status is the answer.
    Skip,
}

/// The client.
pub struct Fetcher {
    guard: Guard,
    limits: Limits,
    web: Client,
    /// Clients for the ports of listed addresses: a name may lead to a listed address on the listed port alone, and a
    /// resolver is not told the port.
    listed: HashMap<u16, Client>,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Fetcher {
    /// Builds the client. `contact` tells the servers whom to write to.
    pub fn new(contact: &str, limits: Limits, guard: Guard, dns: &Arc<dyn Lookup>) -> Result<Self, reqwest::Error> {
        let build = |port: Option<u16>| {
            let resolver = GuardedDns {
                guard: guard.clone(),
                port,
                inner: Arc::clone(dns),
            };
            Client::builder()
                .user_agent(user_agent(contact))
                .redirect(redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .dns_resolver(resolver)
                .connect_timeout(limits.connect)
                .read_timeout(limits.read)
                .http1_max_headers(MAX_HEADERS)
                .http2_max_header_list_size(MAX_HEADER_BYTES)
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(Duration::from_secs(30))
                .build()
        };
        let web = build(None)?;
        let listed = guard.ports().map(|port| Ok((port, build(Some(port))?)));
        let listed = listed.collect::<Result<_, reqwest::Error>>()?;
        Ok(Self {
            guard,
            limits,
            web,
            listed,
        })
    }

    /// Whether the guard lets this URL be asked at all.
    pub fn check(&self, url: &Url) -> Result<(), Error> {
        Ok(self.guard.url(url)?)
    }

    /// One GET, one hop.
    pub async fn get(&self, url: &Url, headers: header::HeaderMap, want: Body) -> Result<Response, Error> {
        self.check(url)?;
        let client = url.port_or_known_default().and_then(|port| self.listed.get(&port));
        let request = client.unwrap_or(&self.web).get(url.clone()).headers(headers);
        let exchange = self.exchange(request, want);
        tokio::time::timeout(self.limits.total, exchange)
            .await
            .unwrap_or(Err(Error::Timeout))
    }

    async fn exchange(&self, request: reqwest::RequestBuilder, want: Body) -> Result<Response, Error> {
        let mut answer = request.send().await.map_err(|error| explain(&error))?;
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .filter(|(name, _)| **name != header::SET_COOKIE)
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let (cap, cut) = match want {
            Body::Whole => (self.limits.max_body, false),
            Body::Head(cap) => (cap, true),
            Body::Skip => (0, true),
        };
        let mut body = Vec::new();
        if answer.status().is_success() && cap > 0 {
            if !cut && answer.content_length().is_some_and(|length| length > cap as u64) {
                return Err(Error::TooLarge);
            }
            while let Some(chunk) = answer.chunk().await.map_err(|error| explain(&error))? {
                let room = cap - body.len();
                if chunk.len() > room {
                    if !cut {
                        return Err(Error::TooLarge);
                    }
                    body.extend_from_slice(&chunk[..room]);
                    break;
                }
                body.extend_from_slice(&chunk);
            }
        }
        Ok(Response { status, headers, body })
    }
}

/// `netra/VERSION (+contact)`; what cannot stand in a header is left out of the contact.
fn user_agent(contact: &str) -> String {
    let contact: String = contact
        .chars()
        .filter(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')'))
        .collect();
    format!("{} (+{contact})", crate::PROGRAM)
}

fn explain(error: &reqwest::Error) -> Error {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(refusal) = cause.downcast_ref::<Refusal>() {
            return Error::Blocked(*refusal);
        }
        source = cause.source();
    }
    if error.is_timeout() {
        Error::Timeout
    } else if error.is_connect() {
        Error::Connect
    } else {
        Error::Broken
    }
}

/// Answers names with addresses that the guard has judged, and no others.
struct GuardedDns {
    guard: Guard,
    /// The one port whose listed addresses count; `None` = public addresses only.
    port: Option<u16>,
    inner: Arc<dyn Lookup>,
}

impl Resolve for GuardedDns {
    fn resolve(&self, name: Name) -> Resolving {
        let looked = self.inner.lookup(name.as_str());
        let (guard, port) = (self.guard.clone(), self.port);
        Box::pin(async move {
            let mut kept = Vec::new();
            let mut refused = None;
            for ip in looked.await? {
                // Without a listed port the guard judges as for the web's own: a public address passes, no other.
                match guard.address(SocketAddr::new(ip, port.unwrap_or(443))) {
                    Ok(()) => kept.push(SocketAddr::new(ip, 0)),
                    Err(refusal) => refused = Some(refusal),
                }
            }
            match (kept.is_empty(), refused) {
                (true, Some(refusal)) => Err(refusal.into()),
                _ => Ok(Box::new(kept.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests;
