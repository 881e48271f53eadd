//! The schedule: which accounts are due, who reads them now, and what the reading left behind.
//!
//! Invariant: an account is claimed by one node at a time. `unfinished` grows at the claim, before any request, and is zeroed by
//! the page that finishes the poll: an account that brings its reader down is seen by its own count.

use std::time::Duration;

use super::account::AccountRow;
use super::row::count;
use super::{Result, Store};
use crate::model::{Account, Millis, Platform};

/// From this many claims without an end an account is suspected of bringing its reader down, and read only when its node reads
/// nothing else: whoever is beside a killer is cleared by ending, and a node that is merely switched off often reads on.
const SUSPECT: i64 = 3;
/// From this many on it was alone each time and waits; fewer restarts than systemd allows in a row (deploy/netra.service).
const UNFINISHED_LIMIT: i64 = 8;
/// How long it waits per unfinished claim.
const UNFINISHED_BACKOFF: Duration = Duration::from_mins(15);
/// The longest it waits.
const UNFINISHED_BACKOFF_MAX: Duration = Duration::from_hours(24);

statements! {
    /// One claim, SQLite: its one writer is the lock.
    CLAIM_SQLITE = "UPDATE poll SET lease_until = $1, leased_by = $2, last_poll_at = $3, unfinished = unfinished + 1 \
        WHERE account_id IN (SELECT s.account_id FROM poll s JOIN account a ON a.id = s.account_id \
            WHERE s.next_poll_at <= $3 AND (s.lease_until IS NULL OR s.lease_until <= $3) AND a.active \
            AND a.ownership NOT IN ('tiruan', 'dicabut') AND $4 LIKE '%,' || a.platform || ',%' \
            AND s.unfinished BETWEEN $6 AND $7 AND NOT EXISTS (SELECT 1 FROM poll o \
                WHERE o.leased_by = $2 AND o.lease_until > $3 AND o.unfinished >= $8) \
            ORDER BY s.next_poll_at, s.account_id LIMIT $5) \
        RETURNING account_id";
    /// One claim, PostgreSQL: rows another node is claiming are passed over.
    CLAIM_POSTGRES = "UPDATE poll SET lease_until = $1, leased_by = $2, last_poll_at = $3, unfinished = unfinished + 1 \
        WHERE account_id IN (SELECT s.account_id FROM poll s JOIN account a ON a.id = s.account_id \
            WHERE s.next_poll_at <= $3 AND (s.lease_until IS NULL OR s.lease_until <= $3) AND a.active \
            AND a.ownership NOT IN ('tiruan', 'dicabut') AND $4 LIKE '%,' || a.platform || ',%' \
            AND s.unfinished BETWEEN $6 AND $7 AND NOT EXISTS (SELECT 1 FROM poll o \
                WHERE o.leased_by = $2 AND o.lease_until > $3 AND o.unfinished >= $8) \
            ORDER BY s.next_poll_at, s.account_id LIMIT $5 FOR UPDATE OF s SKIP LOCKED) \
        RETURNING account_id";
    CLAIMED = "SELECT a.id, a.person_id, a.platform, a.handle, a.platform_id, a.kind, a.ownership, a.proof, \
        a.owned_since, a.owned_until, a.consent, u.region_here AS region, s.cursor, s.etag, s.last_modified, s.body_digest, \
        s.interval_ms, s.failures, s.unfinished, s.last_success_at \
        FROM poll s JOIN account a ON a.id = s.account_id JOIN person p ON p.id = a.person_id \
        JOIN unit u ON u.id = p.unit_id WHERE s.account_id = $1";
    ABANDONED = "SELECT account_id, unfinished, coalesce(last_poll_at, 0) FROM poll WHERE leased_by = $1";
    RELEASE = "UPDATE poll SET lease_until = NULL, leased_by = NULL, next_poll_at = CASE WHEN $2 > next_poll_at THEN $2 \
        ELSE next_poll_at END WHERE account_id = $1 AND leased_by = $3";
    NEXT_DUE = "SELECT min(CASE WHEN s.lease_until > s.next_poll_at THEN s.lease_until ELSE s.next_poll_at END) \
        FROM poll s JOIN account a ON a.id = s.account_id WHERE a.active AND a.ownership NOT IN ('tiruan', 'dicabut')";
    HURRY = "UPDATE poll SET next_poll_at = $1 WHERE next_poll_at > $1";
    BACKLOG = "SELECT count(*) FROM poll s JOIN account a ON a.id = s.account_id WHERE s.next_poll_at <= $1 AND a.active \
        AND a.ownership NOT IN ('tiruan', 'dicabut')";
}

/// A wish for work.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Name of this node, the same after a restart.
    pub node: String,
    /// Now.
    pub now: Millis,
    /// How long the claim lasts if nobody finishes it.
    pub lease: Duration,
    /// At most so many accounts.
    pub limit: u32,
    /// Of these platforms.
    pub platforms: Vec<Platform>,
}

/// An account that is due and now ours.
#[derive(Clone)]
pub struct Due {
    /// The account.
    pub account: Account,
    /// Region of the person's unit, inherited from above.
    pub region: Option<String>,
    /// Where its reading stands.
    pub state: PollState,
}

/// Where the reading of an account stands.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PollState {
    /// Opaque to all but the account's source.
    pub cursor: Option<String>,
    /// For the conditional request.
    pub etag: Option<String>,
    /// For the conditional request.
    pub last_modified: Option<String>,
    /// Digest of the last body, for servers that know no conditional request.
    pub body_digest: Option<String>,
    /// Interval in force.
    pub interval_ms: i64,
    /// Failures in a row.
    pub failures: u32,
    /// Claims that no page finished, this one included.
    pub unfinished: u32,
    /// When it was last really read.
    pub last_success_at: Option<Millis>,
}

#[derive(sqlx::FromRow)]
struct DueRow {
    #[sqlx(flatten)]
    account: AccountRow,
    region: Option<String>,
    cursor: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
    body_digest: Option<String>,
    interval_ms: i64,
    failures: i64,
    unfinished: i64,
    last_success_at: Option<i64>,
}

impl DueRow {
    fn read(self) -> Result<Due> {
        Ok(Due {
            account: self.account.read()?,
            region: self.region,
            state: PollState {
                cursor: self.cursor,
                etag: self.etag,
                last_modified: self.last_modified,
                body_digest: self.body_digest,
                interval_ms: self.interval_ms,
                failures: count(self.failures),
                unfinished: count(self.unfinished),
                last_success_at: self.last_success_at.map(Millis),
            },
        })
    }
}

impl Store {
    /// Gives back what this node claimed before it was stopped, at once due again; what was claimed alone and
    /// not finished several times in a row waits longer each time. Gives how many there were. Call at start, before the first claim.
    pub async fn release_leases(&self, node: &str) -> Result<u64> {
        let mut tx = self.begin().await?;
        let abandoned = fetch!(tx, fetch_all, (i64, i64, i64), ABANDONED, node)?;
        for (account, unfinished, claimed_at) in &abandoned {
            let due_at = if *unfinished >= UNFINISHED_LIMIT {
                let factor = u32::try_from(unfinished - UNFINISHED_LIMIT + 1).unwrap_or(u32::MAX);
                Millis(*claimed_at).plus(UNFINISHED_BACKOFF.saturating_mul(factor).min(UNFINISHED_BACKOFF_MAX))
            } else {
                Millis(0)
            };
            execute!(tx, RELEASE, account, due_at.0, node)?;
        }
        tx.commit().await?;
        Ok(abandoned.len() as u64)
    }

    /// Claims accounts that are due, the longest waiting first, in one transaction; a suspect only alone, when nothing else is
    /// due and nothing of this node is under way.
    pub async fn claim_due(&self, claim: &Claim) -> Result<Vec<Due>> {
        let platforms = claim
            .platforms
            .iter()
            .fold(String::from(","), |list, p| list + p.as_str() + ",");
        let limit = i64::from(claim.limit);
        // How often unfinished, how many, and from which count on another claim of this node stands in the way. The claim itself
        // counts, so a suspect that is being read has at least one more than `SUSPECT`.
        let trusted = (0, SUSPECT - 1, limit, SUSPECT + 1);
        let one_suspect = (SUSPECT, i64::MAX, limit.min(1), 0);
        let mut tx = self.begin().await?;
        let mut claimed: Vec<(i64,)> = Vec::new();
        for (least, most, limit, in_the_way) in [trusted, one_suspect] {
            if claimed.is_empty() {
                claimed = on_tx_dialect!(tx, CLAIM_SQLITE, CLAIM_POSTGRES, |db, sql| sqlx::query_as(sql)
                    .bind(claim.now.plus(claim.lease).0)
                    .bind(&claim.node)
                    .bind(claim.now.0)
                    .bind(&platforms)
                    .bind(limit)
                    .bind(least)
                    .bind(most)
                    .bind(in_the_way)
                    .fetch_all(db)
                    .await)?;
            }
        }
        let mut due = Vec::with_capacity(claimed.len());
        for (id,) in claimed {
            due.push(fetch!(tx, fetch_one, DueRow, CLAIMED, id)?.read()?);
        }
        tx.commit().await?;
        due.sort_by_key(|due| due.account.id);
        Ok(due)
    }

    /// When the next account is due; `None` when none is registered.
    pub async fn next_due(&self) -> Result<Option<Millis>> {
        Ok(read!(self, fetch_one, (Option<i64>,), NEXT_DUE)?.0.map(Millis))
    }

    /// How many accounts wait to be read at `now`, claimed ones included.
    pub async fn backlog(&self, now: Millis) -> Result<u64> {
        Ok(read!(self, fetch_one, (i64,), BACKLOG, now.0)?.0.unsigned_abs())
    }

    /// Makes every account due at `now`; gives how many were not (for `--once` on a demonstration).
    pub async fn hurry(&self, now: Millis) -> Result<u64> {
        let mut tx = self.begin().await?;
        let touched = execute!(tx, HURRY, now.0)?;
        tx.commit().await?;
        Ok(touched)
    }
}
