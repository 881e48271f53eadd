//! Time: of the processor where the system tells it, of the wall where two threads are compared with one.
//!
//! Does: measure a piece of work both ways. Does not: decide which of the two a row shows.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// What a piece of work took, and what it found.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lap {
    /// Seconds of the processor; of the busier one where there are two threads.
    pub cpu: f64,
    /// Seconds of the wall.
    pub wall: f64,
    /// What was found; each row says what that is.
    pub found: usize,
}

/// Processor time of this thread so far; time of the wall where the system does not tell.
pub fn cpu() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Does some work and measures it.
pub fn lap(work: impl FnOnce() -> usize) -> Lap {
    let (wall, own) = (Instant::now(), cpu());
    let found = work();
    Lap {
        cpu: cpu().saturating_sub(own).as_secs_f64().max(1e-9),
        wall: wall.elapsed().as_secs_f64(),
        found,
    }
}

/// Does some work and says how many seconds of the processor it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = cpu();
    let made = work();
    (made, cpu().saturating_sub(start).as_secs_f64())
}
