//! When an account is next read. Pure: the state is in the database, the clock and the seed are passed in.
//!
//! Does: adapt the interval to how often the account posts, keep it above what the publisher asks for, back off after
//! failures, spread by jitter. Does not: know why an account is read or by whom. Invariant: the next poll is never in the
//! past and never sooner than the shortest interval, save for a turn that was not had.

use std::time::Duration;

use super::fetch;
use super::rate::http_date;
use crate::model::Millis;

/// Shortest and longest time between two polls.
#[derive(Debug, Clone, Copy)]
pub struct Tempo {
    /// Shortest.
    pub min: Duration,
    /// Longest.
    pub max: Duration,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            min: Duration::from_mins(5),
            max: Duration::from_hours(24),
        }
    }
}

/// What the database says of the account's schedule.
#[derive(Debug, Clone, Copy)]
pub struct Past {
    /// The interval in force.
    pub interval: Duration,
    /// Failures in a row.
    pub failures: u32,
}

/// What it shall say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// Next poll.
    pub at: Millis,
    /// Interval in force.
    pub interval: Duration,
    /// Failures in a row.
    pub failures: u32,
}

/// A good poll.
#[derive(Debug, Clone, Copy, Default)]
pub struct Success {
    /// Posts of the last seven days in what was read; `None` when nothing new was sent.
    pub posts_last_week: Option<u32>,
    /// There was more than one poll may read.
    pub unfinished: bool,
    /// The longest of `ttl`, `Cache-Control`, `Expires`, `Crawl-delay`.
    pub rest: Duration,
}

/// A poll that brought nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The host is to be left alone until then; the account did nothing wrong.
    Wait(Millis),
    /// No turn was to be had.
    NoTurn,
    /// Network, 5xx, unreadable: it may pass.
    Passing,
    /// 404: often passes, sometimes not.
    NotFound,
    /// 410: said to be for good. Looked at again all the same, seldom: people come back.
    Gone,
    /// Closed server, robots.txt, opt-out, bad handle: passes when someone does something.
    Closed,
}

const WEEK: Duration = Duration::from_hours(7 * 24);
const DAY: Duration = Duration::from_hours(24);

/// First step of back-off after something passing, and its end.
const BACKOFF: (Duration, Duration) = (Duration::from_mins(5), Duration::from_hours(3 * 24));
/// The same after 404.
const BACKOFF_NOT_FOUND: (Duration, Duration) = (Duration::from_hours(1), WEEK);
/// After 410.
const GONE: Duration = Duration::from_hours(30 * 24);
/// After a turn that was not had.
const NO_TURN: Duration = Duration::from_secs(30);
/// Accounts of a host that was silent come back spread over at most this.
const SPREAD: Duration = Duration::from_mins(10);

/// The schedule after a good poll.
pub fn after_success(tempo: Tempo, past: Past, success: &Success, now: Millis, seed: u64) -> Next {
    let interval = match success.posts_last_week {
        // One post per interval, as far as last week tells.
        Some(0) => tempo.max,
        Some(posts) => WEEK / posts,
        // Nothing new: a little slower each time.
        None => past.interval.max(tempo.min).saturating_mul(11) / 10,
    };
    let interval = interval.max(success.rest).clamp(tempo.min, tempo.max.max(tempo.min));
    let wait = if success.unfinished {
        tempo.min.max(success.rest.min(tempo.max))
    } else {
        interval
    };
    Next {
        at: now.plus(jitter(wait, seed).max(tempo.min)),
        interval,
        failures: 0,
    }
}

/// The schedule after a poll that brought nothing.
pub fn after_failure(tempo: Tempo, past: Past, failure: Failure, now: Millis, seed: u64) -> Next {
    let failures = past.failures.saturating_add(1);
    let interval = past.interval.clamp(tempo.min, tempo.max.max(tempo.min));
    let (wait, failures) = match failure {
        Failure::Wait(until) => {
            let spread = share(interval.min(SPREAD), seed);
            return Next {
                at: until.max(now.plus(tempo.min)).plus(spread),
                interval,
                failures: past.failures,
            };
        }
        Failure::NoTurn => (NO_TURN + share(NO_TURN, seed), past.failures),
        Failure::Passing => (doubled(BACKOFF, failures).max(interval), failures),
        Failure::NotFound => (doubled(BACKOFF_NOT_FOUND, failures).max(interval), failures),
        Failure::Gone => (GONE, failures),
        Failure::Closed => (DAY, failures),
    };
    Next {
        at: now.plus(jitter(wait, seed)),
        interval,
        failures,
    }
}

/// What a failed fetch means for the schedule.
pub fn failure(error: &fetch::Error) -> Failure {
    use fetch::Error as E;
    match error {
        E::RateLimited { until: Some(until) } => Failure::Wait(*until),
        E::Busy => Failure::NoTurn,
        E::NotFound => Failure::NotFound,
        E::Gone => Failure::Gone,
        E::Closed(_) | E::Robots | E::Blocked(_) => Failure::Closed,
        E::RateLimited { until: None }
        | E::RobotsUnknown
        | E::Server(_)
        | E::Status(_)
        | E::TooLarge
        | E::Timeout
        | E::Redirects
        | E::Connect
        | E::Broken => Failure::Passing,
    }
}

/// How long caches may keep the answer: not asking sooner costs nobody anything.
pub fn cache_rest(headers: &[(String, String)], now: Millis) -> Duration {
    let get = |name: &str| {
        headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let directives = get("cache-control").unwrap_or_default().to_ascii_lowercase();
    let mut max_age = None;
    for directive in directives.split(',').map(str::trim) {
        match directive.split_once('=') {
            Some(("max-age", seconds)) => max_age = seconds.trim_matches('"').parse().ok(),
            None if matches!(directive, "no-cache" | "no-store") => return Duration::ZERO,
            _ => {}
        }
    }
    match (max_age, get("expires").and_then(http_date)) {
        (Some(seconds), _) => Duration::from_secs(seconds),
        (None, Some(expires)) => expires.since(now),
        (None, None) => Duration::ZERO,
    }
}

fn doubled((first, last): (Duration, Duration), failures: u32) -> Duration {
    first
        .saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX))
        .min(last)
}

/// The span, longer or shorter by up to a tenth.
fn jitter(span: Duration, seed: u64) -> Duration {
    span.mul_f64(0.9 + 0.2 * unit(seed))
}

/// A part of the span.
fn share(span: Duration, seed: u64) -> Duration {
    span.mul_f64(unit(seed))
}

/// A number in 0..1 from a seed (the finaliser of `SplitMix64`): spread, not secret.
fn unit(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let top = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or_default();
    f64::from(top) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_795_290_000_000);
    const TEMPO: Tempo = Tempo {
        min: Duration::from_mins(5),
        max: Duration::from_hours(24),
    };

    fn past(minutes: u64, failures: u32) -> Past {
        Past {
            interval: Duration::from_mins(minutes),
            failures,
        }
    }

    fn minutes(next: Next) -> u64 {
        next.at.since(NOW).as_secs() / 60
    }

    #[test]
    fn accounts_that_post_often_are_read_often() {
        let after = |posts| {
            let success = Success {
                posts_last_week: Some(posts),
                ..Success::default()
            };
            after_success(TEMPO, past(60, 3), &success, NOW, 1).interval
        };
        assert_eq!(after(0), TEMPO.max);
        assert_eq!(after(14), Duration::from_hours(12));
        assert_eq!(after(u32::MAX), TEMPO.min);
    }

    #[test]
    fn unchanged_accounts_slow_down_and_a_good_poll_forgives() {
        let next = after_success(TEMPO, past(100, 3), &Success::default(), NOW, 1);
        assert_eq!(next.interval, Duration::from_mins(110));
        assert_eq!(next.failures, 0);
    }

    #[test]
    fn what_the_publisher_asks_for_is_a_floor_up_to_the_longest_interval() {
        let success = |hours| Success {
            posts_last_week: Some(1000),
            rest: Duration::from_hours(hours),
            ..Success::default()
        };
        let interval = |hours| after_success(TEMPO, past(5, 0), &success(hours), NOW, 1).interval;
        assert_eq!(interval(2), Duration::from_hours(2));
        assert_eq!(interval(99_999), TEMPO.max);
    }

    #[test]
    fn unfinished_reading_goes_on_soon() {
        let success = Success {
            posts_last_week: Some(0),
            unfinished: true,
            ..Success::default()
        };
        let next = after_success(TEMPO, past(60, 0), &success, NOW, 1);
        assert!(minutes(next) <= 6, "{next:?}");
    }

    #[test]
    fn failures_back_off_to_an_end() {
        let wait = |failures| minutes(after_failure(TEMPO, past(5, failures), Failure::Passing, NOW, 7));
        assert!((4..=6).contains(&wait(0)));
        assert!(wait(1) < wait(3) && wait(3) < wait(6));
        assert!(wait(40) <= 3 * 24 * 60 * 11 / 10);
        assert!(wait(u32::MAX) <= 3 * 24 * 60 * 11 / 10);
        assert!(minutes(after_failure(TEMPO, past(5, 0), Failure::Gone, NOW, 7)) > 26 * 24 * 60);
        assert!(minutes(after_failure(TEMPO, past(5, 0), Failure::NotFound, NOW, 7)) >= 54);
    }

    #[test]
    fn a_silent_host_is_no_failure_of_its_accounts_and_they_come_back_spread() {
        let until = NOW.plus(Duration::from_hours(1));
        let at = |seed| after_failure(TEMPO, past(60, 2), Failure::Wait(until), NOW, seed);
        assert_eq!(at(1).failures, 2);
        assert!(at(1).at >= until && at(2).at >= until && at(1).at != at(2).at);
    }

    #[test]
    fn caches_are_read() {
        let rest = |name: &str, value: &str| cache_rest(&[(name.to_owned(), value.to_owned())], NOW).as_secs();
        assert_eq!(rest("cache-control", "public, max-age=600"), 600);
        assert_eq!(rest("cache-control", "no-cache, max-age=600"), 0);
        assert_eq!(rest("expires", "Sat, 21 Nov 2026 20:00:00 GMT"), 1200);
        assert_eq!(rest("expires", "0"), 0);
        assert_eq!(rest("cache-control", "max-age=-1"), 0);
    }

    #[test]
    fn jitter_stays_within_a_tenth() {
        for seed in 0..1000 {
            let span = jitter(Duration::from_secs(1000), seed).as_secs_f64();
            assert!((899.9..=1100.1).contains(&span), "{span}");
        }
    }
}
