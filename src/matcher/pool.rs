//! Scratches lent out and taken back, for work that comes in small pieces on whatever thread.
//!
//! Does: keep a few scratches of one matcher, whose memory of words is what makes it fast. Does not: hold up anyone: when all
//! are lent, a new one is made.
//! Invariant: no more than [`MOST`] are kept.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use super::{Matcher, Scratch};

/// More than judge at a time on any machine Netra runs on; each is a few megabytes.
const MOST: usize = 16;

/// What is not lent.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Vec<Scratch>>);

/// A scratch on loan; it goes back when dropped.
#[derive(Debug)]
pub struct Lent<'a> {
    pool: &'a Pool,
    scratch: Scratch,
}

impl Matcher {
    /// Lends a scratch that already knows the words this matcher has met.
    pub fn lend(&self) -> Lent<'_> {
        let kept = self.pool.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Lent {
            pool: &self.pool,
            scratch: kept.unwrap_or_default(),
        }
    }
}

impl Deref for Lent<'_> {
    type Target = Scratch;

    fn deref(&self) -> &Scratch {
        &self.scratch
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Scratch {
        &mut self.scratch
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut kept = self.pool.0.lock().unwrap_or_else(PoisonError::into_inner);
        // After a panic the scratch may be half written.
        if kept.len() < MOST && !std::thread::panicking() {
            kept.push(std::mem::take(&mut self.scratch));
        }
    }
}
