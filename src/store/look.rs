//! Later looks at the posts of cases: is it still there?
//!
//! Invariant: a failed look says nothing. *Tidak terlihat lagi* needs two answers "gone", one after the other, far enough apart.

use std::time::Duration;

use serde_json::json;

use super::account::AccountRow;
use super::{By, Error, Result, Store};
use crate::model::{Account, CaseId, Millis, Outlook};

/// For how long a recheck handed out is not handed out again.
const RECHECK_LEASE_MS: i64 = 15 * 60 * 1000;

statements! {
    DUE_SQLITE = "UPDATE post_case SET next_look_at = $2 WHERE id IN (SELECT id FROM post_case \
        WHERE next_look_at <= $1 ORDER BY next_look_at, id LIMIT $3) RETURNING id";
    DUE_POSTGRES = "UPDATE post_case SET next_look_at = $2 WHERE id IN (SELECT id FROM post_case \
        WHERE next_look_at <= $1 ORDER BY next_look_at, id LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id";
    RECHECK = "SELECT a.id, a.person_id, a.platform, a.handle, a.platform_id, a.kind, a.ownership, a.proof, a.owned_since, \
        a.owned_until, a.consent, c.post_key, v.url, c.outlook, c.detected_at, \
        (SELECT max(at) FROM look WHERE case_id = c.id) AS last_look_at \
        FROM post_case c JOIN account a ON a.id = c.account_id \
        JOIN version v ON v.case_id = c.id AND v.number = c.versions WHERE c.id = $1";
    CASE_SQLITE = "SELECT outlook, missing_since, revision FROM post_case WHERE id = $1";
    CASE_POSTGRES = "SELECT outlook, missing_since, revision FROM post_case WHERE id = $1 FOR UPDATE";
    SET = "UPDATE post_case SET outlook = $2, missing_since = $3, next_look_at = $4, revision = $5 WHERE id = $1";
    HURRY = "UPDATE post_case SET next_look_at = $1 WHERE next_look_at > $1";
    INSERT = "INSERT INTO look (case_id, at, answer, how, outlook) VALUES ($1, $2, $3, $4, $5)";
}

/// A post to look at again.
#[derive(Clone)]
pub struct Recheck {
    /// Its case.
    pub case: CaseId,
    /// Its account.
    pub account: Account,
    /// The post's identity on its platform.
    pub key: String,
    /// Its page.
    pub url: Option<String>,
    /// What is known so far.
    pub outlook: Outlook,
    /// When it was found.
    pub detected_at: Millis,
    /// When it was last looked at.
    pub last_look_at: Option<Millis>,
}

/// What a look showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookAnswer {
    /// It is there.
    There,
    /// The platform says that it is gone (404 or 410 for the post itself, a deletion mark).
    Gone,
    /// The look failed: nothing is known.
    Failed,
}

impl LookAnswer {
    const fn as_str(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Gone => "gone",
            Self::Failed => "failed",
        }
    }
}

/// A look to be recorded.
#[derive(Debug, Clone)]
pub struct Look {
    /// Which case.
    pub case: CaseId,
    /// When.
    pub at: Millis,
    /// What it showed.
    pub answer: LookAnswer,
    /// By what: `http-404`, `api-deleted`, `timeout`; short, no personal data.
    pub how: String,
    /// How far apart two answers "gone" must be.
    pub confirm_after: Duration,
    /// When to look again; `None` = never.
    pub next_at: Option<Millis>,
}

#[derive(sqlx::FromRow)]
struct RecheckRow {
    #[sqlx(flatten)]
    account: AccountRow,
    post_key: String,
    url: Option<String>,
    outlook: String,
    detected_at: i64,
    last_look_at: Option<i64>,
}

impl Store {
    /// Posts whose whereabouts are due for a look; handed out once per quarter of an hour.
    pub async fn due_rechecks(&self, now: Millis, limit: u32) -> Result<Vec<Recheck>> {
        let mut tx = self.begin().await?;
        let ids: Vec<(i64,)> = on_tx_dialect!(tx, DUE_SQLITE, DUE_POSTGRES, |db, sql| sqlx::query_as(sql)
            .bind(now.0)
            .bind(now.0 + RECHECK_LEASE_MS)
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        let mut due = Vec::with_capacity(ids.len());
        for (id,) in ids {
            let row = fetch!(tx, fetch_one, RecheckRow, RECHECK, id)?;
            due.push(Recheck {
                case: CaseId(id),
                account: row.account.read()?,
                key: row.post_key,
                url: row.url,
                outlook: row.outlook.parse()?,
                detected_at: Millis(row.detected_at),
                last_look_at: row.last_look_at.map(Millis),
            });
        }
        tx.commit().await?;
        Ok(due)
    }

    /// Makes a look at every case that will still be looked at due at `now`; gives how many were not (for demonstrations).
    pub async fn hurry_looks(&self, now: Millis) -> Result<u64> {
        let mut tx = self.begin().await?;
        let touched = execute!(tx, HURRY, now.0)?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Records a look; a changed outlook is an entry of the record and makes open forms stale.
    pub async fn record_look(&self, look: &Look) -> Result<Outlook> {
        let mut tx = self.begin().await?;
        let row: Option<(String, Option<i64>, i64)> =
            on_tx_dialect!(tx, CASE_SQLITE, CASE_POSTGRES, |db, sql| sqlx::query_as(sql)
                .bind(look.case.0)
                .fetch_optional(db)
                .await)?;
        let (before, missing_since, revision) = row.ok_or(Error::Missing("case"))?;
        let before: Outlook = before.parse()?;
        let (outlook, missing_since) = judge(before, missing_since.map(Millis), look);
        let changed = outlook != before;
        let revision = if changed { revision + 1 } else { revision };
        execute!(
            tx,
            SET,
            look.case.0,
            outlook.as_str(),
            missing_since.map(|at| at.0),
            look.next_at.map(|at| at.0),
            revision,
        )?;
        let answer = look.answer.as_str();
        execute!(tx, INSERT, look.case.0, look.at.0, answer, &look.how, outlook.as_str())?;
        if changed {
            let detail = json!({
                "revision": revision, "from": before.as_str(), "to": outlook.as_str(), "answer": answer, "how": look.how,
            });
            tx.note(
                look.at,
                &By::Machine,
                "case.look",
                format!("case:{}", look.case),
                &detail,
            );
        }
        tx.commit().await?;
        Ok(outlook)
    }
}

/// What a look means after what was known before: the new outlook, and since when it has been missing.
fn judge(before: Outlook, missing_since: Option<Millis>, look: &Look) -> (Outlook, Option<Millis>) {
    match look.answer {
        LookAnswer::There => (Outlook::Online, None),
        // A failure between two answers "gone" breaks their row, but does not bring back what was sure.
        LookAnswer::Failed if before == Outlook::Gone => (Outlook::Gone, missing_since),
        LookAnswer::Failed => (Outlook::Unknown, None),
        LookAnswer::Gone => match missing_since {
            _ if before == Outlook::Gone => (Outlook::Gone, missing_since),
            Some(since) if look.at.since(since) >= look.confirm_after => (Outlook::Gone, Some(since)),
            Some(since) => (Outlook::Missing, Some(since)),
            None => (Outlook::Missing, Some(look.at)),
        },
    }
}
