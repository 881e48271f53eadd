//! Forgetting: what was kept for a bounded time goes when the time is over.

use std::time::Duration;

use super::{Pools, Result, Store};
use crate::model::Millis;

/// Rows per transaction: a long delete must not hold the one writer.
const BATCH: i64 = 2000;
/// Login attempts are kept to see guessing, no longer.
const ATTEMPTS_KEEP: Duration = Duration::from_hours(30 * 24);

statements! {
    SEEN = "DELETE FROM seen WHERE (account_id, key) IN (SELECT account_id, key FROM seen \
        WHERE seen_at < $1 AND case_id IS NULL LIMIT $2)";
    SESSIONS = "DELETE FROM session WHERE expires_at <= $1";
    ATTEMPTS = "DELETE FROM login_attempt WHERE at < $1";
}

impl Store {
    /// Forgets fingerprints of posts that were not read again for `keep` and are no case, sessions that are over, and old login
    /// attempts; gives the number of fingerprints. On SQLite what was deleted is overwritten and leaves the write-ahead log too.
    pub async fn forget(&self, now: Millis, keep: Duration) -> Result<u64> {
        let mut forgotten = 0;
        loop {
            let mut tx = self.begin().await?;
            let gone = execute!(tx, SEEN, now.minus(keep).0, BATCH)?;
            tx.commit().await?;
            forgotten += gone;
            if gone == 0 {
                break;
            }
        }
        let mut tx = self.begin().await?;
        execute!(tx, SESSIONS, now.0)?;
        execute!(tx, ATTEMPTS, now.minus(ATTEMPTS_KEEP).0)?;
        tx.commit().await?;
        if let Pools::Sqlite { write, .. } = &self.inner.pools {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await?;
        }
        Ok(forgotten)
    }
}
