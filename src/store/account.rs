//! Registered accounts, and how well each is seen.

use super::row::count;
use super::{Result, Store};
use crate::model::{Account, AccountId, Millis, Ownership, PersonId, Platform};

statements! {
    ONE = "SELECT id, person_id, platform, handle, platform_id, kind, ownership, proof, owned_since, owned_until, consent \
           FROM account WHERE id = $1";
    LIST = "SELECT a.id, a.person_id, a.platform, a.handle, a.platform_id, a.kind, a.ownership, a.proof, a.owned_since, \
            a.owned_until, a.consent, a.active, p.name AS person_name, u.code AS unit_code, s.next_poll_at, s.failures, \
            s.last_poll_at, s.last_success_at, s.last_outcome \
            FROM account a JOIN person p ON p.id = a.person_id JOIN unit u ON u.id = p.unit_id \
            LEFT JOIN poll s ON s.account_id = a.id WHERE a.id > $1 ORDER BY a.id LIMIT $2";
    COVERAGE = "SELECT a.platform, count(*), \
                CAST(sum(CASE WHEN s.last_success_at IS NULL THEN 0 ELSE 1 END) AS BIGINT), \
                CAST(sum(CASE WHEN s.last_success_at >= $1 THEN 1 ELSE 0 END) AS BIGINT), \
                CAST(sum(CASE WHEN s.failures > 0 THEN 1 ELSE 0 END) AS BIGINT) \
                FROM account a LEFT JOIN poll s ON s.account_id = a.id WHERE a.active GROUP BY a.platform ORDER BY a.platform";
    OWNERSHIP = "UPDATE account SET ownership = $2, proof = $3, owned_since = $4, owned_until = $5 WHERE id = $1";
}

#[derive(sqlx::FromRow)]
pub(super) struct AccountRow {
    pub(super) id: i64,
    person_id: i64,
    platform: String,
    handle: String,
    platform_id: Option<String>,
    kind: String,
    ownership: String,
    proof: Option<String>,
    owned_since: Option<i64>,
    owned_until: Option<i64>,
    consent: Option<String>,
}

impl AccountRow {
    pub(super) fn read(self) -> Result<Account> {
        Ok(Account {
            id: AccountId(self.id),
            person: PersonId(self.person_id),
            platform: self.platform.parse()?,
            handle: self.handle,
            platform_id: self.platform_id,
            kind: self.kind.parse()?,
            ownership: Ownership {
                state: self.ownership.parse()?,
                proof: self.proof,
                since: self.owned_since.map(Millis),
                until: self.owned_until.map(Millis),
            },
            consent: self.consent,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ListRow {
    #[sqlx(flatten)]
    account: AccountRow,
    active: bool,
    person_name: String,
    unit_code: String,
    next_poll_at: Option<i64>,
    failures: Option<i64>,
    last_poll_at: Option<i64>,
    last_success_at: Option<i64>,
    last_outcome: Option<String>,
}

/// An account with how well it is seen. An account that was never read is *not yet seen*, which is never *clean*.
#[derive(Clone)]
pub struct AccountStatus {
    /// The account.
    pub account: Account,
    /// Whether it is read at all.
    pub active: bool,
    /// Whose: name.
    pub person_name: String,
    /// Where that person works: code.
    pub unit_code: String,
    /// When it is due.
    pub next_poll_at: Option<Millis>,
    /// Failures in a row.
    pub failures: u32,
    /// Last attempt.
    pub last_poll_at: Option<Millis>,
    /// Last time it was really read; `None` = never.
    pub last_success_at: Option<Millis>,
    /// Short code of the last attempt's outcome.
    pub last_outcome: Option<String>,
}

/// How well the accounts of a platform are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Platform.
    pub platform: Platform,
    /// Active accounts.
    pub accounts: u64,
    /// Read at least once.
    pub ever_seen: u64,
    /// Read since the asked instant.
    pub recently_seen: u64,
    /// Failing now.
    pub failing: u64,
}

impl Store {
    /// One account.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>> {
        read!(self, fetch_optional, AccountRow, ONE, id.0)?
            .map(AccountRow::read)
            .transpose()
    }

    /// Accounts after row `after`, by row, at most `limit`.
    pub async fn accounts(&self, after: AccountId, limit: u32) -> Result<Vec<AccountStatus>> {
        read!(self, fetch_all, ListRow, LIST, after.0, i64::from(limit))?
            .into_iter()
            .map(|row| {
                Ok(AccountStatus {
                    account: row.account.read()?,
                    active: row.active,
                    person_name: row.person_name,
                    unit_code: row.unit_code,
                    next_poll_at: row.next_poll_at.map(Millis),
                    failures: count(row.failures.unwrap_or_default()),
                    last_poll_at: row.last_poll_at.map(Millis),
                    last_success_at: row.last_success_at.map(Millis),
                    last_outcome: row.last_outcome,
                })
            })
            .collect()
    }

    /// How well each platform's accounts are seen; "recently" = since `since`.
    pub async fn coverage(&self, since: Millis) -> Result<Vec<Coverage>> {
        read!(self, fetch_all, (String, i64, i64, i64, i64), COVERAGE, since.0)?
            .into_iter()
            .map(|(platform, accounts, ever, recently, failing)| {
                Ok(Coverage {
                    platform: platform.parse()?,
                    accounts: accounts.unsigned_abs(),
                    ever_seen: ever.unsigned_abs(),
                    recently_seen: recently.unsigned_abs(),
                    failing: failing.unsigned_abs(),
                })
            })
            .collect()
    }

    /// Records what is known of whose account it is.
    pub async fn set_ownership(&self, id: AccountId, ownership: &Ownership, by: &super::By, now: Millis) -> Result<()> {
        let mut tx = self.begin().await?;
        let state = ownership.state.as_str();
        let touched = execute!(
            tx,
            OWNERSHIP,
            id.0,
            state,
            ownership.proof.as_deref(),
            ownership.since.map(|at| at.0),
            ownership.until.map(|at| at.0),
        )?;
        if touched == 0 {
            return Err(super::Error::Missing("account"));
        }
        let detail = serde_json::json!({ "state": state });
        tx.note(now, by, "account.ownership", format!("account:{id}"), &detail);
        tx.commit().await
    }
}
