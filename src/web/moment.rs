//! Times as people here read them: Indonesian dates, WIB/WITA/WIT, ages, and the working days of the legal clock.
//!
//! Does: format instants in a zone, count working days. Does not: know the current time.
//! Invariant: an instant outside the calendar is shown as such, never as a wrong date.

use std::time::Duration;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, Zoned};

use crate::model::Millis;

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const OUTSIDE: &str = "waktu di luar kalender";

/// `27 November 2024`.
pub fn day(date: Date) -> String {
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{} {month} {}", date.day(), date.year())
}

/// `Rabu`.
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Senin",
        Weekday::Tuesday => "Selasa",
        Weekday::Wednesday => "Rabu",
        Weekday::Thursday => "Kamis",
        Weekday::Friday => "Jumat",
        Weekday::Saturday => "Sabtu",
        Weekday::Sunday => "Minggu",
    }
}

/// `27 November 2024 pukul 07.15 WITA`.
pub fn local(at: Millis, zone: &TimeZone) -> String {
    zoned(at, zone).map_or_else(
        || OUTSIDE.to_owned(),
        |z| {
            format!(
                "{} pukul {:02}.{:02} {}",
                day(z.date()),
                z.hour(),
                z.minute(),
                zone_name(&z)
            )
        },
    )
}

/// `2024-11-26 23:15:04 UTC`.
pub fn utc(at: Millis) -> String {
    zoned(at, &TimeZone::UTC).map_or_else(
        || OUTSIDE.to_owned(),
        |z| z.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// `2024-11-26T23:15:04Z`, for `<time datetime>`.
pub fn machine(at: Millis) -> String {
    at.timestamp().map_or_else(String::new, |t| format!("{t:.0}"))
}

/// An instant in every form a page needs.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// In the desk's or the contest's zone.
    pub local: String,
    /// In UTC.
    pub utc: String,
    /// For `<time datetime>`.
    pub machine: String,
}

impl Stamp {
    /// `at` in `zone`.
    pub fn new(at: Millis, zone: &TimeZone) -> Self {
        Self {
            local: local(at, zone),
            utc: utc(at),
            machine: machine(at),
        }
    }
}

/// `07.15 WITA` of the zone's day.
pub fn clock(at: Millis, zone: &TimeZone) -> String {
    zoned(at, zone).map_or_else(
        || OUTSIDE.to_owned(),
        |z| format!("{:02}.{:02} {}", z.hour(), z.minute(), zone_name(&z)),
    )
}

/// `baru saja`, `5 menit`, `3 jam`, `2 hari`.
pub fn age(span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    match minutes {
        0 => "baru saja".to_owned(),
        1..60 => format!("{minutes} menit"),
        60..2880 => format!("{} jam", minutes / 60),
        _ => format!("{} hari", minutes / 1440),
    }
}

/// The same, as time gone by.
pub fn ago(at: Millis, now: Millis) -> String {
    let span = now.since(at);
    if span < Duration::from_mins(1) {
        "baru saja".to_owned()
    } else {
        format!("{} lalu", age(span))
    }
}

/// The legal clock of a case: seven working days from the first human knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The last day.
    pub last: Date,
    /// Working days left after today; 0 = today is the last; negative = over by so many.
    pub left: i32,
}

/// UU 7/2017 art. 454(6), UU 10/2016 art. 134(4).
const CLOCK_DAYS: i32 = 7;

/// The clock that began at `known`, seen at `now`; `None` outside the calendar.
pub fn deadline(known: Millis, now: Millis, zone: &TimeZone, holidays: &[Date]) -> Option<Deadline> {
    let (first, today) = (known.date_in(zone)?, now.date_in(zone)?);
    let mut last = first;
    let mut days = 0;
    while days < CLOCK_DAYS {
        last = last.tomorrow().ok()?;
        days += i32::from(is_working(last, holidays));
    }
    let left = if today <= last {
        working_days(today, last, holidays)?
    } else {
        -working_days(last, today, holidays)?
    };
    Some(Deadline { last, left })
}

/// Working days after `from`, up to and with `to`.
fn working_days(from: Date, to: Date, holidays: &[Date]) -> Option<i32> {
    const FAR: i32 = 400; // beyond a year the exact number helps nobody
    let mut day = from;
    let mut count = 0;
    while day < to && count < FAR {
        day = day.checked_add(1.day()).ok()?;
        count += i32::from(is_working(day, holidays));
    }
    Some(count)
}

fn is_working(day: Date, holidays: &[Date]) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !holidays.contains(&day)
}

fn zoned(at: Millis, zone: &TimeZone) -> Option<Zoned> {
    at.timestamp().map(|t| t.to_zoned(zone.clone()))
}

/// Indonesia's three zones by their offset, so that a missing abbreviation in the system's tables does no harm.
fn zone_name(z: &Zoned) -> String {
    match z.offset().seconds() {
        25_200 => "WIB".to_owned(),
        28_800 => "WITA".to_owned(),
        32_400 => "WIT".to_owned(),
        0 => "UTC".to_owned(),
        _ => z.offset().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use jiff::tz::Offset;

    fn at(text: &str) -> Millis {
        text.parse::<jiff::Timestamp>().unwrap().into()
    }

    fn makassar() -> TimeZone {
        Offset::constant(8).to_time_zone()
    }

    #[test]
    fn times_read_as_in_indonesia() {
        let t = at("2024-11-26T23:15:04Z");
        assert_eq!(local(t, &makassar()), "27 November 2024 pukul 07.15 WITA");
        assert_eq!(utc(t), "2024-11-26 23:15:04 UTC");
        assert_eq!(machine(t), "2024-11-26T23:15:04Z");
    }

    #[test]
    fn an_instant_outside_the_calendar_is_said_to_be_so() {
        assert_eq!(local(Millis(i64::MAX), &makassar()), OUTSIDE);
        assert_eq!(utc(Millis(i64::MIN)), OUTSIDE);
        assert_eq!(machine(Millis(i64::MAX)), "");
    }

    #[test]
    fn seven_working_days_skip_weekends_and_holidays() {
        // Known on Friday 2024-11-22; Wednesday the 27th (voting day) is a holiday.
        let known = at("2024-11-22T02:00:00Z");
        let holidays = [date(2024, 11, 27)];
        let d = deadline(known, known, &makassar(), &holidays).unwrap();
        assert_eq!(
            d,
            Deadline {
                last: date(2024, 12, 4),
                left: 7
            }
        );
        let on_last = deadline(known, at("2024-12-04T02:00:00Z"), &makassar(), &holidays).unwrap();
        assert_eq!(on_last.left, 0);
        let late = deadline(known, at("2024-12-06T02:00:00Z"), &makassar(), &holidays).unwrap();
        assert_eq!(late.left, -2);
    }

    #[test]
    fn ages_are_short() {
        assert_eq!(age(Duration::from_secs(59)), "baru saja");
        assert_eq!(age(Duration::from_mins(59)), "59 menit");
        assert_eq!(age(Duration::from_hours(47)), "47 jam");
        assert_eq!(age(Duration::from_hours(48)), "2 hari");
    }
}
