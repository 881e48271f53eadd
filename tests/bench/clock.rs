//! Time: of the processor, and of the wall where two threads are compared with one.
//!
//! Does: measure a piece of work both ways. Does not: decide which of the two a row shows.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

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

/// Processor time of this thread so far.
pub fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
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
