//! A day as an argument: `2024-11-25` and nothing else.
//!
//! Does: refuse what could be read in two ways or says more than a day, and say how to write it. Does not: know zones or hours.

use jiff::civil::Date;

/// Reads a day; for `value_parser`.
pub fn day(given: &str) -> Result<Date, String> {
    let shape = given.split('-').map(str::len);
    if shape.eq([4, 2, 2]) && given.bytes().all(|b| b == b'-' || b.is_ascii_digit()) {
        return given.parse().map_err(|_| "there is no such day".to_owned());
    }
    Err(match meant(given) {
        Some(day) => format!("write it as {day}"),
        None => "write it as YEAR-MONTH-DAY, for example 2024-11-25".to_owned(),
    })
}

/// The day that was meant: the year or the day first, with an hour behind it or not.
fn meant(given: &str) -> Option<Date> {
    let date = given.split(['T', ' ']).next()?;
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        assert_eq!(day("2024-11-25"), Ok(Date::constant(2024, 11, 25)));
        for given in [
            "25-11-2024",
            "25/11/2024",
            "25.11.2024",
            "2024-11-25T10:00",
            "2024/11/25",
        ] {
            assert_eq!(day(given), Err("write it as 2024-11-25".to_owned()), "{given}");
        }
        assert!(day("2024-11-31").is_err_and(|why| why.contains("no such day")));
        for given in ["besok", "", "-", "32-11-2024", "24-11-25", "2024-11-2é"] {
            assert!(day(given).is_err_and(|why| why.contains("YEAR-MONTH-DAY")), "{given}");
        }
    }
}
