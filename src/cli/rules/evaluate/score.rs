//! Rows counted by what was asked and what came of it, and the bars that a run must hold.

use std::io;

use super::labelled::Want;
use crate::model::Outcome;

/// How rows came out.
#[derive(Debug, Default, Clone)]
pub struct Score {
    right: u64,
    missed: u64,
    false_hits: u64,
    left: u64,
    review: u64,
    reviewed: u64,
}

impl Score {
    /// Counts one row.
    pub fn count(&mut self, want: Want, outcome: Outcome) {
        let queued = outcome == Outcome::Flag;
        match (want, queued) {
            (Want::Flag, true) => self.right += 1,
            (Want::Flag, false) => self.missed += 1,
            (Want::Review, _) => {
                self.review += 1;
                self.reviewed += u64::from(outcome != Outcome::Clear);
            }
            (_, true) => self.false_hits += 1,
            (_, false) => self.left += 1,
        }
    }

    /// The cells of its line in the table.
    pub fn line(&self, name: &str) -> Vec<String> {
        let asked = self.right + self.missed;
        let others = self.false_hits + self.left;
        vec![
            name.to_owned(),
            (asked + others + self.review).to_string(),
            share(self.right, self.right + self.false_hits),
            share(self.right, asked),
            share(self.false_hits, others),
            share(self.reviewed, self.review),
        ]
    }
}

/// The bars of a run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Bars {
    /// Fail below this share of rows to be queued that are queued (0 to 1)
    #[arg(long, value_name = "SHARE", value_parser = share_given)]
    pub min_recall: Option<f64>,
    /// Fail below this share of queued rows that were to be queued (0 to 1)
    #[arg(long, value_name = "SHARE", value_parser = share_given)]
    pub min_precision: Option<f64>,
    /// Fail above this share of the other rows that is queued (0 to 1)
    #[arg(long, value_name = "SHARE", value_parser = share_given)]
    pub max_false: Option<f64>,
}

fn share_given(given: &str) -> Result<f64, String> {
    let share = given.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "write a share from 0 to 1, for example 0.9 for 90%".to_owned())
}

impl Bars {
    /// Says how each bar is held; whether all are. A bar with nothing to measure is not.
    pub fn hold(&self, total: &Score, out: &mut impl io::Write) -> io::Result<bool> {
        let queued = total.right + total.false_hits;
        let (asked, others) = (total.right + total.missed, total.false_hits + total.left);
        let bars = [
            ("recall", total.right, asked, self.min_recall, true),
            ("precision", total.right, queued, self.min_precision, true),
            ("false", total.false_hits, others, self.max_false, false),
        ];
        let mut good = true;
        for (name, part, whole, limit, least) in bars {
            let Some(limit) = limit else { continue };
            let Some(value) = ratio(part, whole) else {
                writeln!(
                    out,
                    "{name}: no rows to measure, so it is not held ({limit:.4} asked for)"
                )?;
                good = false;
                continue;
            };
            let held = if least { value >= limit } else { value <= limit };
            let side = match (least, held) {
                (true, true) => "not below",
                (true, false) => "below",
                (false, true) => "not above",
                (false, false) => "above",
            };
            writeln!(out, "{name} {value:.4}: {side} {limit:.4}")?;
            good &= held;
        }
        Ok(good)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows, far below 2^52")]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A share with Wilson's interval of 95%.
fn share(part: u64, whole: u64) -> String {
    let Some(value) = ratio(part, whole) else {
        return "-".to_owned();
    };
    let (low, high) = wilson(value, whole);
    format!(
        "{:.1}% ({:.1}-{:.1}) {part}/{whole}",
        100.0 * value,
        100.0 * low,
        100.0 * high
    )
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows, far below 2^52")]
fn wilson(p: f64, whole: u64) -> (f64, f64) {
    const Z: f64 = 1.96;
    let n = whole as f64;
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (
        ((middle - spread) / scale).max(0.0),
        ((middle + spread) / scale).min(1.0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_is_the_known_interval() {
        let (low, high) = wilson(0.95, 100);
        assert!(
            (low - 0.888).abs() < 0.001 && (high - 0.978).abs() < 0.001,
            "{low} {high}"
        );
        assert!(wilson(0.0, 10).0.abs() < 1e-9);
    }

    #[test]
    fn a_bar_with_nothing_to_measure_is_not_held() {
        let said = |total: &Score, bars: Bars| {
            let mut out = Vec::new();
            let held = bars.hold(total, &mut out).expect("memory");
            (held, String::from_utf8(out).expect("UTF-8"))
        };
        let bars = |recall, precision, most| Bars {
            min_recall: recall,
            min_precision: precision,
            max_false: most,
        };
        let clear = Score {
            left: 5,
            ..Score::default()
        };
        for bars in [bars(Some(0.9), None, None), bars(None, Some(0.9), None)] {
            let (held, why) = said(&clear, bars);
            assert!(!held && why.contains("no rows to measure"), "{why}");
        }
        assert_eq!(
            said(&clear, bars(None, None, Some(0.1))),
            (true, "false 0.0000: not above 0.1000\n".to_owned())
        );
        assert!(!said(&Score::default(), bars(None, None, Some(0.1))).0);
        let half = Score {
            right: 1,
            missed: 1,
            ..Score::default()
        };
        assert_eq!(
            said(&half, bars(Some(0.9), None, None)),
            (false, "recall 0.5000: below 0.9000\n".to_owned())
        );
        assert!(said(&half, bars(Some(0.5), Some(1.0), None)).0);
    }

    #[test]
    fn a_share_is_from_0_to_1() {
        for given in ["90", "-0.1", "NaN", "1.01", "90%", ""] {
            assert!(share_given(given).is_err(), "{given}");
        }
        assert_eq!(share_given("1"), Ok(1.0));
    }
}
