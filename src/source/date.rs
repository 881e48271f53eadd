//! Dates as platforms declare them: believed only when they can be true.

use std::time::Duration;

use crate::model::Millis;

/// 1990-01-01: nothing was posted on the web before.
const EARLIEST: Millis = Millis(631_152_000_000);

/// How far a wrong clock may run ahead before its date is nonsense.
const AHEAD: Duration = Duration::from_hours(48);

/// The instant, unless it lies before the web or in a far future.
pub(super) fn plausible(at: Millis, now: Millis) -> Option<Millis> {
    (at >= EARLIEST && at <= now.plus(AHEAD)).then_some(at)
}

/// An RFC 3339 date.
pub(super) fn rfc3339(text: &str, now: Millis) -> Option<Millis> {
    let stamp: jiff::Timestamp = text.trim().parse().ok()?;
    plausible(stamp.into(), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_1601_and_9999_are_no_dates() {
        let now = Millis(1_795_290_000_000);
        assert_eq!(rfc3339("1601-01-01T00:00:00Z", now), None);
        assert_eq!(rfc3339("9999-12-31T23:59:59Z", now), None);
        assert_eq!(rfc3339("gestern", now), None);
        assert_eq!(
            rfc3339("2026-11-21T19:40:40.000Z", now),
            Some(Millis(1_795_290_040_000))
        );
        assert_eq!(
            rfc3339("2026-11-21T19:40:40+07:00", now),
            Some(Millis(1_795_264_840_000))
        );
    }
}
