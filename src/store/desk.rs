//! What a person does with a case at the desk: open, decide.
//!
//! Invariants: what may be done is `review`'s answer, asked inside the transaction that does it; two people never read one case
//! at once unseen (a lease); a form older than the case is refused with what changed.

use std::time::Duration;

use serde_json::json;

use super::case_file::CaseFile;
use super::unit::{path_of, related};
use super::{By, Error, Result, Store, Tx};
use crate::evidence::chain::Entry;
use crate::evidence::digest::sha256_hex;
use crate::model::{CaseId, CaseState, Millis, Role, UnitId, UserId};
use crate::review::{self, Action, Actor, Change, Clarification, Facts, Proposal, Refusal};

statements! {
    FACTS_SQLITE = "SELECT c.state, a.ownership, c.first_reader, c.second_reader, c.asked_at, c.answer_due_at, c.answered_at, \
        c.proposed, c.proposed_by, c.leased_by, c.leased_until, c.revision, c.known_at, p.unit_id FROM post_case c \
        JOIN account a ON a.id = c.account_id JOIN person p ON p.id = c.person_id WHERE c.id = $1";
    FACTS_POSTGRES = "SELECT c.state, a.ownership, c.first_reader, c.second_reader, c.asked_at, c.answer_due_at, c.answered_at, \
        c.proposed, c.proposed_by, c.leased_by, c.leased_until, c.revision, c.known_at, p.unit_id FROM post_case c \
        JOIN account a ON a.id = c.account_id JOIN person p ON p.id = c.person_id WHERE c.id = $1 FOR UPDATE OF c";
    USER = "SELECT role, unit_id, active FROM user_account WHERE id = $1";
    NAME = "SELECT name FROM user_account WHERE id = $1";
    SET = "UPDATE post_case SET state = $2, revision = $3, known_at = $4, first_reader = $5, second_reader = $6, asked_at = $7, \
        answer_due_at = $8, answered_at = $9, proposed = $10, proposed_by = $11, leased_by = $12, leased_until = $13, \
        closed_at = $14 WHERE id = $1";
    LEASE = "UPDATE post_case SET leased_by = $2, leased_until = $3 WHERE id = $1";
    RELEASE = "UPDATE post_case SET leased_by = NULL, leased_until = NULL WHERE id = $1 AND leased_by = $2";
    DECIDED = "INSERT INTO decision (case_id, at, user_id, action, from_state, to_state, reason, revision) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";
}

/// What the desk's two buttons mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Reject at a reading.
    Tolak,
    /// Send on.
    Teruskan,
}

/// What an opened case brings.
#[derive(Clone)]
pub struct Opened {
    /// The case.
    pub file: CaseFile,
    /// Until when it is this reader's.
    pub lease_until: Millis,
}

/// Why the desk could not do it.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The case has changed since the form was made.
    #[error("Kasus ini berubah sejak Anda membukanya. Baca perubahannya, lalu putuskan lagi.")]
    Stale {
        /// Its revision now.
        revision: i64,
        /// What changed, newest first.
        changes: Vec<Entry>,
    },
    /// Somebody else is reading it.
    #[error("Kasus ini sedang dibaca {by}.")]
    Leased {
        /// Login name.
        by: String,
        /// Until when.
        until: Millis,
    },
    /// Not allowed.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// There is no such case.
    #[error("Kasus ini tidak ada.")]
    Missing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<sqlx::Error> for DecideError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

#[derive(sqlx::FromRow)]
struct FactsRow {
    state: String,
    ownership: String,
    first_reader: Option<i64>,
    second_reader: Option<i64>,
    asked_at: Option<i64>,
    answer_due_at: Option<i64>,
    answered_at: Option<i64>,
    proposed: Option<String>,
    proposed_by: Option<i64>,
    leased_by: Option<i64>,
    leased_until: Option<i64>,
    revision: i64,
    known_at: Option<i64>,
    unit_id: i64,
}

impl FactsRow {
    fn facts(&self) -> Result<Facts> {
        Ok(Facts {
            state: self.state.parse()?,
            ownership: self.ownership.parse()?,
            first_reader: self.first_reader.map(UserId),
            clarification: match (self.answered_at, self.answer_due_at) {
                (Some(_), _) => Clarification::Answered,
                (None, Some(due)) => Clarification::Asked { due: Millis(due) },
                (None, None) => Clarification::NotAsked,
            },
            proposal: match (&self.proposed, self.proposed_by) {
                (Some(outcome), Some(by)) => Some(Proposal {
                    outcome: outcome.parse()?,
                    by: UserId(by),
                }),
                _ => None,
            },
        })
    }
}

impl Store {
    /// Opens a case for reading: the read goes into the record, the case is this reader's for `lease` (renewed by opening it
    /// again), and the first opening makes it known to a human.
    pub async fn open_case(
        &self,
        id: CaseId,
        user: UserId,
        now: Millis,
        lease: Duration,
    ) -> Result<Opened, DecideError> {
        let mut tx = self.begin().await?;
        let (row, facts, actor) = load(&mut tx, id, user).await?;
        // Who may not read it at all is told that, and not who does.
        let step = review::step(&facts, actor, Action::Open, now)?;
        free(&mut tx, &row, user, now).await?;
        // Who can decide nothing here keeps nobody else from it.
        let decides = [Action::Forward, Action::Reject]
            .into_iter()
            .any(|action| review::step(&facts, actor, action, now).is_ok());
        let reading_on = row.leased_by == Some(user.0) && row.leased_until.is_some_and(|until| until > now.0);
        let until = now.plus(lease);
        if step.change == Change::Nothing {
            if decides {
                execute!(tx, LEASE, id.0, user.0, until.0)?;
            }
        } else {
            apply(&mut tx, id, &row, step, user, now, Some(until)).await?;
        }
        if !reading_on || step.change != Change::Nothing {
            let revision = row.revision + i64::from(step.change != Change::Nothing);
            let detail = json!({ "revision": revision, "from": facts.state.as_str(), "to": step.to.as_str() });
            tx.note(now, &By::User(user), "case.read", format!("case:{id}"), &detail);
        }
        tx.commit().await?;
        let file = self.case_file(id).await?.ok_or(DecideError::Missing)?;
        Ok(Opened {
            file,
            lease_until: until,
        })
    }

    /// Gives a case back before the lease is over.
    pub async fn release_case(&self, id: CaseId, user: UserId) -> Result<()> {
        let mut tx = self.begin().await?;
        execute!(tx, RELEASE, id.0, user.0)?;
        tx.commit().await
    }

    /// Rejects or sends on, with a reason. `revision` is the one the form was made for.
    pub async fn decide(
        &self,
        id: CaseId,
        user: UserId,
        revision: i64,
        decision: Decision,
        reason: &str,
        now: Millis,
    ) -> Result<CaseState, DecideError> {
        let action = match decision {
            Decision::Tolak => Action::Reject,
            Decision::Teruskan => Action::Forward,
        };
        self.act(id, user, revision, action, reason, now).await
    }

    /// Any action of the review on a case, with a reason; gives the state after it.
    pub async fn act(
        &self,
        id: CaseId,
        user: UserId,
        revision: i64,
        action: Action,
        reason: &str,
        now: Millis,
    ) -> Result<CaseState, DecideError> {
        let mut tx = self.begin().await?;
        let (row, facts, actor) = load(&mut tx, id, user).await?;
        review::may_act(actor)?;
        if row.revision != revision {
            drop(tx);
            return Err(self.stale(id, revision, row.revision).await?);
        }
        free(&mut tx, &row, user, now).await?;
        let step = review::step(&facts, actor, action, now)?;
        let reason = review::reason(reason)?;
        apply(&mut tx, id, &row, step, user, now, None).await?;
        let (word, from, to) = (word(action), facts.state.as_str(), step.to.as_str());
        let revision = row.revision + 1;
        let (decision,) = fetch!(
            tx,
            fetch_one,
            (i64,),
            DECIDED,
            id.0,
            now.0,
            user.0,
            word,
            from,
            to,
            super::row::clean(reason),
            revision
        )?;
        let detail = json!({
            "revision": revision, "decision": decision, "action": word, "from": from, "to": to,
            "reason_sha256": sha256_hex(super::row::clean(reason).as_bytes()),
        });
        tx.note(now, &By::User(user), "case.decided", format!("case:{id}"), &detail);
        tx.commit().await?;
        Ok(step.to)
    }

    /// What happened to a case since a form was made.
    async fn stale(&self, id: CaseId, seen: i64, revision: i64) -> Result<DecideError> {
        let newer = |entry: &Entry| {
            serde_json::from_str::<serde_json::Value>(&entry.words.detail)
                .ok()
                .and_then(|detail| detail.get("revision")?.as_i64())
                .is_some_and(|revision| revision > seen)
        };
        let mut changes = self.journal_of(&format!("case:{id}")).await?;
        changes.retain(newer);
        Ok(DecideError::Stale { revision, changes })
    }
}

/// The case, what `review` must know of it, and who acts.
async fn load(tx: &mut Tx, id: CaseId, user: UserId) -> Result<(FactsRow, Facts, Actor), DecideError> {
    let row: Option<FactsRow> = on_tx_dialect!(tx, FACTS_SQLITE, FACTS_POSTGRES, |db, sql| sqlx::query_as(sql)
        .bind(id.0)
        .fetch_optional(db)
        .await)?;
    let row = row.ok_or(DecideError::Missing)?;
    let who = fetch!(tx, fetch_optional, (String, Option<i64>, bool), USER, user.0)?;
    let (role, unit, active) = who.ok_or(Error::Missing("user"))?;
    let own = match unit {
        Some(unit) => path_of(tx, UnitId(unit)).await?,
        None => String::new(),
    };
    let theirs = path_of(tx, UnitId(row.unit_id)).await?;
    let actor = Actor {
        id: user,
        role: role.parse::<Role>().map_err(Error::from)?,
        active,
        related: related(&own, &theirs),
    };
    let facts = row.facts()?;
    Ok((row, facts, actor))
}

/// Refuses while somebody else reads the case.
async fn free(tx: &mut Tx, row: &FactsRow, user: UserId, now: Millis) -> Result<(), DecideError> {
    if let (Some(by), Some(until)) = (row.leased_by, row.leased_until)
        && by != user.0
        && until > now.0
    {
        let (by,) = fetch!(tx, fetch_one, (String,), NAME, by)?;
        return Err(DecideError::Leased {
            by,
            until: Millis(until),
        });
    }
    Ok(())
}

/// Writes a step; a decision gives the lease back.
async fn apply(
    tx: &mut Tx,
    id: CaseId,
    row: &FactsRow,
    step: review::Step,
    user: UserId,
    now: Millis,
    lease: Option<Millis>,
) -> Result<()> {
    let (mut first, mut second) = (row.first_reader, row.second_reader);
    let (mut asked, mut due, mut answered) = (row.asked_at, row.answer_due_at, row.answered_at);
    let (mut proposed, mut proposed_by) = (row.proposed.clone(), row.proposed_by);
    match step.change {
        Change::Nothing | Change::Known => {}
        Change::FirstReader => first = Some(user.0),
        Change::SecondReader => second = Some(user.0),
        Change::Asked { due: until } => (asked, due) = (Some(now.0), Some(until.0)),
        Change::Answered => answered = Some(now.0),
        Change::Proposed(outcome) => (proposed, proposed_by) = (Some(outcome.as_str().to_owned()), Some(user.0)),
    }
    execute!(
        tx,
        SET,
        id.0,
        step.to.as_str(),
        row.revision + 1,
        row.known_at.unwrap_or(now.0),
        first,
        second,
        asked,
        due,
        answered,
        proposed,
        proposed_by,
        lease.map(|_| user.0),
        lease.map(|until| until.0),
        step.to.is_closed().then_some(now.0),
    )?;
    Ok(())
}

/// The word of an action, in the record and on the desk.
const fn word(action: Action) -> &'static str {
    match action {
        Action::Open => "buka",
        Action::Forward => "teruskan",
        Action::Reject => "tolak",
        Action::Ask { .. } => "minta-klarifikasi",
        Action::RecordAnswer => "catat-jawaban",
        Action::Propose(_) => "usulkan",
        Action::Agree => "setujui",
    }
}
