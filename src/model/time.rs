//! Instants as whole milliseconds since 1970-01-01T00:00:00Z, the form in which they are stored.

use std::fmt;
use std::time::Duration;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// An instant in milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// The instant `span` later; saturates.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// The instant `span` earlier; saturates.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// Time since `earlier`; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The calendar day of this instant in `zone`; `None` outside jiff's range (years -9999 to 9999).
    pub fn date_in(self, zone: &TimeZone) -> Option<Date> {
        Some(self.timestamp()?.to_zoned(zone.clone()).date())
    }

    /// As a jiff timestamp; `None` outside its range.
    pub fn timestamp(self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.0).ok()
    }
}

impl From<Timestamp> for Millis {
    fn from(t: Timestamp) -> Self {
        Self(t.as_millisecond())
    }
}

impl fmt::Display for Millis {
    /// RFC 3339 in UTC with milliseconds; the bare number when outside the calendar.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.timestamp() {
            Some(t) => write!(f, "{t:.3}"),
            None => write!(f, "{}ms", self.0),
        }
    }
}
