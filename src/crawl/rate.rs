//! What a host says about how much it will bear: three families of headers, read in one order.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::Millis;

/// A number of seconds below this is a span, above it a date: one is from 2001, the other 30 years.
const EPOCH_FLOOR: i64 = 1_000_000_000;

/// No host silences us for longer by one header.
const LONGEST: Duration = Duration::from_hours(8);

/// Below this share of what is left of a window, requests are spread over the rest of it.
const SCARCE: f64 = 0.10;

/// Reads when this host may be asked again. `None`: now.
///
/// `Retry-After` counts on 429 and 503 only; the other headers come with every answer.
pub fn blocked_until(status: u16, headers: &[(String, String)], now: Millis) -> Option<Millis> {
    let get = |name: &str| {
        let found = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    };
    let reset = get("ratelimit-reset")
        .or_else(|| get("x-ratelimit-reset"))
        .or_else(|| get("x-rate-limit-reset"))
        .and_then(|text| reset(text, now));
    let until = if matches!(status, 429 | 503) {
        get("retry-after").and_then(|text| retry_after(text, now)).or(reset)
    } else {
        let limit = first_number(&[
            get("ratelimit-limit"),
            get("x-ratelimit-limit"),
            get("x-rate-limit-limit"),
        ]);
        let remaining = first_number(&[
            get("ratelimit-remaining"),
            get("x-ratelimit-remaining"),
            get("x-rate-limit-remaining"),
        ]);
        match (limit, remaining, reset) {
            (Some(limit), Some(remaining), Some(reset)) if remaining < limit * SCARCE => {
                let left = reset.since(now).as_secs_f64();
                // What is left, spread evenly; none left waits for the whole rest.
                let pause = Duration::try_from_secs_f64(left / (remaining.max(0.0) + 1.0)).unwrap_or_default();
                Some(now.plus(pause))
            }
            _ => None,
        }
    };
    until.map(|at| at.min(now.plus(LONGEST))).filter(|at| *at > now)
}

fn retry_after(text: &str, now: Millis) -> Option<Millis> {
    match text.parse::<u64>() {
        Ok(seconds) => Some(now.plus(Duration::from_secs(seconds))),
        Err(_) => http_date(text),
    }
}

/// Seconds since the epoch, seconds from now, or an ISO 8601 date.
fn reset(text: &str, now: Millis) -> Option<Millis> {
    match text.parse::<f64>() {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`as` saturates, and the result is capped"
        )]
        Ok(number) if number.is_finite() => {
            let seconds = number as i64;
            if seconds >= EPOCH_FLOOR {
                Some(Millis(seconds.saturating_mul(1000)))
            } else {
                Some(now.plus(Duration::from_secs(u64::try_from(seconds).ok()?)))
            }
        }
        Ok(_) => None,
        Err(_) => text.parse::<Timestamp>().ok().map(Millis::from),
    }
}

/// A date as HTTP writes it.
pub fn http_date(text: &str) -> Option<Millis> {
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(zoned.timestamp().into())
}

fn first_number(texts: &[Option<&str>]) -> Option<f64> {
    // The draft's list form is "100, 100;w=60": the first number holds now.
    let text = texts.iter().flatten().next()?;
    text.split([',', ';'])
        .next()?
        .trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_795_290_000_000);

    fn until(status: u16, headers: &[(&str, &str)]) -> Option<i64> {
        let headers: Vec<_> = headers
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        blocked_until(status, &headers, NOW).map(|at| (at.0 - NOW.0) / 1000)
    }

    #[test]
    fn retry_after_comes_in_seconds_or_as_a_date() {
        assert_eq!(until(429, &[("retry-after", "280")]), Some(280));
        assert_eq!(
            until(503, &[("Retry-After", "Sat, 21 Nov 2026 19:45:00 GMT")]),
            Some(300)
        );
        assert_eq!(until(200, &[("retry-after", "280")]), None);
        assert_eq!(until(429, &[("retry-after", "-5")]), None);
        assert_eq!(until(429, &[("retry-after", "Sat, 21 Nov 2020 19:45:00 GMT")]), None);
    }

    #[test]
    fn the_reset_is_an_epoch_a_span_or_an_iso_date() {
        assert_eq!(until(429, &[("ratelimit-reset", "1795290060")]), Some(60));
        assert_eq!(until(429, &[("x-rate-limit-reset", "45")]), Some(45));
        assert_eq!(
            until(429, &[("x-ratelimit-reset", "2026-11-21T19:41:00.123456Z")]),
            Some(60)
        );
        assert_eq!(until(429, &[("ratelimit-reset", "nan")]), None);
    }

    #[test]
    fn retry_after_is_read_first_and_nothing_silences_us_for_days() {
        assert_eq!(until(429, &[("ratelimit-reset", "60"), ("retry-after", "5")]), Some(5));
        assert_eq!(until(429, &[("retry-after", "99999999")]), Some(8 * 3600));
    }

    #[test]
    fn what_is_left_of_a_window_is_spread() {
        let window = |remaining: &str| {
            until(
                200,
                &[
                    ("x-ratelimit-limit", "300"),
                    ("x-ratelimit-remaining", remaining),
                    ("x-ratelimit-reset", "300"),
                ],
            )
        };
        assert_eq!(window("200"), None);
        assert_eq!(window("29"), Some(10));
        assert_eq!(window("0"), Some(300));
    }
}
