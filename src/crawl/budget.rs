//! Turns at hosts: how many requests at once, how often, and not before when.
//!
//! Does: make requests wait for their host's turn, bounded; keep `blocked_until` per host beside the rate, since a limiter
//! knows nothing of what servers say. Does not: survive a restart (it starts with one request per host), or reach other
//! nodes. Invariant: nobody waits here longer than the given time, and a slow host takes no one else's turn.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

use super::fetch::Error;
use crate::model::Millis;

/// Budgets of all hosts.
#[derive(Debug)]
pub struct Budget {
    rate: DefaultKeyedRateLimiter<String>,
    global: Arc<Semaphore>,
    per_host: usize,
    patience: Duration,
    hosts: Mutex<HashMap<String, Host>>,
}

#[derive(Debug)]
struct Host {
    turns: Arc<Semaphore>,
    /// Nothing before this.
    blocked_until: Option<Millis>,
    /// Least time between two requests that its robots.txt asks for.
    delay: Duration,
    /// When the next request may start by that delay.
    next: Option<Instant>,
}

/// A turn; the next one begins when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _host: OwnedSemaphorePermit,
    _global: OwnedSemaphorePermit,
}

/// What hosts are asked of.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests per minute to one host.
    pub per_minute: u32,
    /// Requests at once to one host.
    pub per_host: usize,
    /// Requests at once to all.
    pub total: usize,
    /// Longest wait for a turn.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_minute: 30,
            per_host: 2,
            total: 64,
            patience: Duration::from_secs(30),
        }
    }
}

/// How many requests may follow at once after a pause: a poll is one to three.
const BURST: u32 = 3;

/// So many may wait at one host; more would only take places that other hosts' accounts could use.
const QUEUE: usize = 10;

/// Longest wait of the patient.
const PATIENT: Duration = Duration::from_mins(10);

/// Longest pause between two requests that is waited out; a host that wants more is come back to.
const LONGEST_DELAY: Duration = Duration::from_secs(10);

impl Budget {
    /// Fresh budgets.
    pub fn new(limits: Limits) -> Self {
        let per_minute = NonZeroU32::new(limits.per_minute).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(BURST.min(per_minute.get())).unwrap_or(NonZeroU32::MIN);
        Self {
            rate: RateLimiter::keyed(Quota::per_minute(per_minute).allow_burst(burst)),
            global: Arc::new(Semaphore::new(limits.total.max(1))),
            per_host: limits.per_host.max(1),
            patience: limits.patience,
            hosts: Mutex::default(),
        }
    }

    /// Waits for a turn at the host of `url`. Whoever is not patient gives up after a while, and at once when many wait.
    pub async fn turn(&self, url: &Url, now: Millis, patient: bool) -> Result<Turn, Error> {
        let key = host_key(url);
        let waiting = async {
            let turns = self.admit(&key, now)?;
            // Each one that waits holds a handle of its own, beside the map's and those of turns taken.
            if !patient && Arc::strong_count(&turns) > QUEUE {
                return Err(Error::Busy);
            }
            let host = turns.acquire_owned().await.map_err(|_| Error::Busy)?;
            self.admit(&key, now)?; // the host may have asked for silence meanwhile
            self.rate.until_key_ready(&key).await;
            let start = self.reserve(&key);
            if let Some(start) = start {
                tokio::time::sleep_until(start).await;
            }
            let global = Arc::clone(&self.global)
                .acquire_owned()
                .await
                .map_err(|_| Error::Busy)?;
            Ok(Turn {
                _host: host,
                _global: global,
            })
        };
        let patience = if patient { PATIENT } else { self.patience };
        tokio::time::timeout(patience, waiting)
            .await
            .unwrap_or(Err(Error::Busy))
    }

    /// Leaves a host alone until `until`.
    pub fn block(&self, url: &Url, until: Millis) {
        let mut hosts = self.hosts();
        let host = self.host(&mut hosts, &host_key(url));
        host.blocked_until = host.blocked_until.max(Some(until));
    }

    /// Keeps at least `delay` (capped) between two requests to a host.
    pub fn space(&self, url: &Url, delay: Duration) {
        let mut hosts = self.hosts();
        self.host(&mut hosts, &host_key(url)).delay = delay.min(LONGEST_DELAY);
    }

    /// Forgets hosts that nobody waits for: strangers choose their names, so the maps would grow for ever.
    pub fn tidy(&self, now: Millis) {
        self.rate.retain_recent();
        self.rate.shrink_to_fit();
        let mut hosts = self.hosts();
        hosts.retain(|_, host| {
            Arc::strong_count(&host.turns) > 1
                || host.blocked_until.is_some_and(|until| until > now)
                || host.next.is_some_and(|next| next > Instant::now())
        });
        hosts.shrink_to_fit();
    }

    /// Hosts that are remembered.
    pub fn len(&self) -> usize {
        self.hosts().len()
    }

    /// Whether no host is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn admit(&self, key: &str, now: Millis) -> Result<Arc<Semaphore>, Error> {
        let mut hosts = self.hosts();
        let host = self.host(&mut hosts, key);
        match host.blocked_until {
            Some(until) if until > now => Err(Error::RateLimited { until: Some(until) }),
            _ => Ok(Arc::clone(&host.turns)),
        }
    }

    fn reserve(&self, key: &str) -> Option<Instant> {
        let mut hosts = self.hosts();
        let host = self.host(&mut hosts, key);
        if host.delay.is_zero() {
            return None;
        }
        let start = host.next.unwrap_or_else(Instant::now).max(Instant::now());
        host.next = Some(start + host.delay);
        Some(start)
    }

    fn host<'a>(&self, hosts: &'a mut HashMap<String, Host>, key: &str) -> &'a mut Host {
        hosts.entry(key.to_owned()).or_insert_with(|| Host {
            turns: Arc::new(Semaphore::new(self.per_host)),
            blocked_until: None,
            delay: Duration::ZERO,
            next: None,
        })
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        // Every change is one assignment: a panic elsewhere leaves the map whole.
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Host and port, lower case. Sub-domains count apart: without a list of public suffixes joining them would make one host of
/// all blogs of a platform.
pub fn host_key(url: &Url) -> String {
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_ascii_lowercase();
    format!("{host}:{}", url.port_or_known_default().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000);

    fn url(host: &str) -> Url {
        Url::parse(&format!("https://{host}/")).unwrap()
    }

    fn budget(per_minute: u32, patience_ms: u64) -> Budget {
        Budget::new(Limits {
            per_minute,
            per_host: 1,
            total: 8,
            patience: Duration::from_millis(patience_ms),
        })
    }

    #[tokio::test]
    async fn a_host_has_its_turns_and_others_do_not_wait_for_it() {
        let budget = budget(60_000, 20);
        let turn = budget.turn(&url("a.example"), NOW, false).await.unwrap();
        assert_eq!(
            budget.turn(&url("A.example."), NOW, false).await.unwrap_err(),
            Error::Busy
        );
        assert!(budget.turn(&url("b.example"), NOW, false).await.is_ok());
        drop(turn);
        assert!(budget.turn(&url("a.example"), NOW, false).await.is_ok());
    }

    #[tokio::test]
    async fn beyond_the_rate_one_waits_and_then_gives_up() {
        let budget = budget(1, 20);
        assert!(budget.turn(&url("a.example"), NOW, false).await.is_ok());
        assert_eq!(
            budget.turn(&url("a.example"), NOW, false).await.unwrap_err(),
            Error::Busy
        );
    }

    #[tokio::test]
    async fn a_blocked_host_is_refused_at_once_until_its_time() {
        let budget = budget(60_000, 20);
        budget.block(&url("a.example"), Millis(5_000));
        let refused = Error::RateLimited {
            until: Some(Millis(5_000)),
        };
        assert_eq!(budget.turn(&url("a.example"), NOW, false).await.unwrap_err(), refused);
        assert!(budget.turn(&url("a.example"), Millis(5_000), false).await.is_ok());
    }

    #[tokio::test]
    async fn hosts_are_forgotten_unless_they_matter() {
        let budget = budget(60_000, 20);
        for n in 0..100 {
            drop(budget.turn(&url(&format!("h{n}.example")), NOW, false).await.unwrap());
        }
        budget.block(&url("blocked.example"), Millis(9_000));
        let held = budget.turn(&url("held.example"), NOW, false).await.unwrap();
        budget.tidy(NOW);
        assert_eq!(budget.len(), 1 + 1);
        drop(held);
        budget.tidy(Millis(9_000));
        assert!(budget.is_empty());
    }
}
