//! The way out: robots.txt, a turn at the host, the guarded client; hop by hop, for every redirect anew.
//!
//! Does: follow redirects, ask and remember robots.txt, heed what hosts say of their limits, count. Does not: decide when an
//! account is next read ([`super::schedule`]), or understand an answer. Invariant: no request leaves without its host's turn,
//! and none to a place that robots.txt closes, unless the account's owner consented for that very host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::Clock;
use super::budget::{Budget, host_key};
use super::fetch::{Body, Error, Fetcher, Response};
use super::rate;
use super::robots::{self, Robots};
use crate::model::Millis;
use crate::source::Ask;

/// Redirects followed, of a page and of robots.txt.
const MAX_HOPS: usize = 5;

/// How long a robots.txt is believed.
const ROBOTS_FRESH: Duration = Duration::from_hours(24);

/// How long a robots.txt that could not be had closes its server.
const ROBOTS_UNKNOWN: Duration = Duration::from_mins(10);

/// How long a host that says 429 and no more is left alone.
const SILENCE: Duration = Duration::from_mins(2);

/// The product token that robots.txt files name.
const TOKEN: &str = "netra";

/// Fetcher, budgets and robots.txt of all hosts.
pub struct Gate {
    fetcher: Fetcher,
    budget: Budget,
    clock: Clock,
    robots: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Option<Known>>>>>,
}

#[derive(Debug, Clone)]
struct Known {
    robots: Arc<Robots>,
    until: Millis,
    /// Nobody could say; kept apart so that the reason shown is the right one.
    unknown: bool,
}

/// How to ask on behalf of one account.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manners<'a> {
    /// The account's owner consented: robots.txt of the host asked first does not bind.
    pub consent: bool,
    /// `If-None-Match`, byte for byte.
    pub etag: Option<&'a str>,
    /// `If-Modified-Since`, byte for byte.
    pub last_modified: Option<&'a str>,
    /// There is time: wait for a turn as long as it takes.
    pub patient: bool,
}

/// What came back, at the end of the redirects.
#[derive(Debug)]
pub struct Fetched {
    /// Where it came from.
    pub url: Url,
    /// The answer.
    pub response: Response,
    /// Every redirect on the way was permanent, and there was one.
    pub moved: bool,
    /// The delay that robots.txt asks for.
    pub delay: Option<Duration>,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("fetcher", &self.fetcher)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// Puts the parts together.
    pub fn new(fetcher: Fetcher, budget: Budget, clock: Clock) -> Self {
        Self {
            fetcher,
            budget,
            clock,
            robots: Mutex::default(),
        }
    }

    /// Asks, and follows where it leads.
    pub async fn get(&self, ask: &Ask, manners: &Manners<'_>, want: Body) -> Result<Fetched, Error> {
        let begun = Instant::now();
        let result = self.follow(ask, manners, want).await;
        let outcome = match &result {
            Ok(_) => "ok",
            Err(error) => error.code(),
        };
        metrics::counter!("netra_fetches_total", "outcome" => outcome).increment(1);
        metrics::histogram!("netra_fetch_seconds").record(begun.elapsed().as_secs_f64());
        result
    }

    /// Forgets what is stale.
    pub fn tidy(&self) {
        let now = (self.clock)();
        self.budget.tidy(now);
        let mut robots = self.robots.lock().unwrap_or_else(PoisonError::into_inner);
        robots.retain(|_, entry| {
            Arc::strong_count(entry) > 1
                || entry
                    .try_lock()
                    .is_ok_and(|known| known.as_ref().is_some_and(|known| known.until > now))
        });
    }

    async fn follow(&self, ask: &Ask, manners: &Manners<'_>, want: Body) -> Result<Fetched, Error> {
        let mut url = ask.url.clone();
        let mut moved = false;
        for hop in 0..=MAX_HOPS {
            let consented = manners.consent && host_key(&url) == host_key(&ask.url);
            let delay = if consented {
                None
            } else {
                self.permission(&url, manners.patient).await?
            };
            let response = self.hop(&url, headers(ask, manners), want, manners.patient).await?;
            let Some(next) = redirect(&response, &url)? else {
                return Ok(Fetched {
                    url,
                    response,
                    moved,
                    delay,
                });
            };
            moved = (hop == 0 || moved) && matches!(response.status, 301 | 308);
            url = next;
        }
        Err(Error::Redirects)
    }

    /// One request in its host's turn.
    async fn hop(&self, url: &Url, headers: HeaderMap, want: Body, patient: bool) -> Result<Response, Error> {
        let turn = self.budget.turn(url, (self.clock)(), patient).await?;
        let response = self.fetcher.get(url, headers, want).await?;
        drop(turn);
        metrics::counter!("netra_fetch_bytes_total").increment(response.body.len() as u64);
        let now = (self.clock)();
        let until = rate::blocked_until(response.status, &response.headers, now)
            .or_else(|| (response.status == 429).then(|| now.plus(SILENCE)));
        if let Some(until) = until {
            self.budget.block(url, until);
        }
        Ok(response)
    }

    /// Whether robots.txt lets us ask for `url`, and the delay it asks for.
    async fn permission(&self, url: &Url, patient: bool) -> Result<Option<Duration>, Error> {
        self.fetcher.check(url)?;
        let known = self.known(url, patient).await?;
        if !known.robots.allows(url) {
            return Err(if known.unknown {
                Error::RobotsUnknown
            } else {
                Error::Robots
            });
        }
        if let Some(delay) = known.robots.delay {
            self.budget.space(url, delay);
        }
        Ok(known.robots.delay)
    }

    /// The robots.txt of the authority of `url`; asked once, however many wait for it.
    async fn known(&self, url: &Url, patient: bool) -> Result<Known, Error> {
        let authority = url.origin().ascii_serialization();
        let entry = {
            let mut robots = self.robots.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(robots.entry(authority).or_default())
        };
        let mut entry = entry.lock().await;
        let now = (self.clock)();
        if let Some(known) = entry.as_ref().filter(|known| known.until > now) {
            return Ok(known.clone());
        }
        let known = match self.ask_robots(url, patient).await {
            Ok(Some(robots)) => Known {
                robots: Arc::new(robots),
                until: now.plus(ROBOTS_FRESH),
                unknown: false,
            },
            // What says nothing about the file says nothing about permission.
            Err(error @ (Error::Blocked(_) | Error::RateLimited { .. } | Error::Busy)) => return Err(error),
            Ok(None) | Err(_) => Known {
                robots: Arc::new(Robots::closed()),
                until: now.plus(ROBOTS_UNKNOWN),
                unknown: true,
            },
        };
        *entry = Some(known.clone());
        Ok(known)
    }

    /// `None`: the server could not say.
    async fn ask_robots(&self, url: &Url, patient: bool) -> Result<Option<Robots>, Error> {
        let mut at = url.join("/robots.txt").map_err(|_| Error::Redirects)?;
        for _ in 0..=MAX_HOPS {
            let response = self
                .hop(&at, HeaderMap::new(), Body::Head(robots::MAX_BYTES), patient)
                .await?;
            match (response.status, redirect(&response, &at)?) {
                (_, Some(next)) => at = next,
                (200..=299, None) => return Ok(Some(Robots::parse(&response.body, TOKEN))),
                (429, None) => return Ok(None),
                (400..=499, None) => return Ok(Some(Robots::open())),
                _ => return Ok(None),
            }
        }
        Ok(Some(Robots::open())) // more redirects than one must follow: as if it did not exist
    }
}

/// Where a redirect leads; `None` when the answer is none.
fn redirect(response: &Response, from: &Url) -> Result<Option<Url>, Error> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.header("location").ok_or(Error::Redirects)?;
    let mut next = from.join(location).map_err(|_| Error::Redirects)?;
    next.set_fragment(None);
    if next == *from {
        Err(Error::Redirects)
    } else {
        Ok(Some(next))
    }
}

fn headers(ask: &Ask, manners: &Manners<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::ACCEPT, ask.accept);
    if ask.conditional {
        if let Some(etag) = manners.etag {
            put(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = manners.last_modified {
            put(header::IF_MODIFIED_SINCE, date);
        }
    }
    headers
}

#[cfg(test)]
mod tests;
