//! The rounds: every row runs once a round, one after another, so that a busy moment blurs all alike; medians count.
//!
//! Does: run rows and find their medians. Does not: print.

use crate::clock::Lap;

/// Something to measure.
pub struct Row<'a> {
    /// What it is, in the table.
    pub name: String,
    /// Bytes of original text of one round.
    pub bytes: usize,
    /// Posts of one round.
    pub posts: usize,
    /// Bytes of the tables it searches with.
    pub table: Option<usize>,
    /// Seconds its tables took to build.
    pub built: Option<f64>,
    /// Whether wall time counts: two threads.
    pub wall: bool,
    /// One round.
    pub run: Box<dyn FnMut() -> Lap + 'a>,
}

impl<'a> Row<'a> {
    /// A row without tables, measured by processor time.
    pub fn new(name: impl Into<String>, bytes: usize, posts: usize, run: impl FnMut() -> Lap + 'a) -> Self {
        Self {
            name: name.into(),
            bytes,
            posts,
            table: None,
            built: None,
            wall: false,
            run: Box::new(run),
        }
    }

    /// The same with what its tables cost.
    #[must_use]
    pub fn tables(self, bytes: usize, built: f64) -> Self {
        Self {
            table: Some(bytes),
            built: Some(built),
            ..self
        }
    }
}

/// What came of a row.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Median MB/s of the original text.
    pub rate: f64,
    /// Median seconds of the wall.
    pub wall: f64,
    /// Median seconds of the processor.
    pub cpu: f64,
    /// Found per post.
    pub per_post: f64,
    /// Bytes of tables.
    pub table: Option<usize>,
    /// Seconds to build them.
    pub built: Option<f64>,
}

/// Rounds that count; three unless `NETRA_BENCH_ROUNDS` says otherwise.
pub fn rounds() -> usize {
    let told = std::env::var("NETRA_BENCH_ROUNDS").ok().and_then(|n| n.parse().ok());
    told.unwrap_or(3).max(1)
}

/// One round to warm up, then the rounds that count.
pub fn race(rows: Vec<Row<'_>>) -> Vec<Standing> {
    let mut rows: Vec<(Row<'_>, Vec<Lap>)> = rows.into_iter().map(|row| (row, Vec::new())).collect();
    for round in 0..=rounds() {
        for (row, laps) in &mut rows {
            let lap = (row.run)();
            if round > 0 {
                laps.push(lap);
            }
        }
    }
    rows.into_iter().map(|(row, laps)| standing(row, &laps)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn standing(row: Row<'_>, laps: &[Lap]) -> Standing {
    let (cpu, wall) = (median(laps, |lap| lap.cpu), median(laps, |lap| lap.wall));
    let found = laps.last().map_or(0, |lap| lap.found);
    Standing {
        name: row.name,
        rate: row.bytes as f64 / 1e6 / if row.wall { wall } else { cpu },
        wall,
        cpu,
        per_post: found as f64 / row.posts.max(1) as f64,
        table: row.table,
        built: row.built,
    }
}

fn median(laps: &[Lap], of: impl Fn(&Lap) -> f64) -> f64 {
    let mut figures: Vec<f64> = laps.iter().map(of).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
