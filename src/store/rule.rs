//! The life of rules: which version stands where, who took it there, and what they had been shown.
//!
//! Does: adopt what the first start finds, take versions a step further as [`crate::review::life`] allows, keep what each version
//! says. Does not: know what a rule means.
//! Invariant: a stage changes only together with a row of `rule_step` and an entry of the record, in one transaction; of one
//! rule at most one version is live.

use serde_json::json;

use super::row::corrupt;
use super::trial::{self, Trial};
use super::{By, Error, Result, Store, Tx};
use crate::evidence::digest::sha256_hex;
use crate::model::{Millis, Role, Stage, UserId};
use crate::review::life::{self, Person, Refusal, Shown, Standing, Wish};

statements! {
    ALL = "SELECT rule, version, stage, author, since, body FROM rule_life ORDER BY rule, since, version";
    COUNT = "SELECT count(*) FROM rule_life";
    ONE_SQLITE = "SELECT rule, version, stage, author, since, body FROM rule_life WHERE rule = $1 AND version = $2";
    ONE_POSTGRES = "SELECT rule, version, stage, author, since, body FROM rule_life WHERE rule = $1 AND version = $2 FOR UPDATE";
    LIVE_OF = "SELECT version FROM rule_life WHERE rule = $1 AND stage = 'live' AND version <> $2 ORDER BY version";
    PUT = "INSERT INTO rule_life (rule, version, stage, author, since, body) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (rule, version) DO NOTHING";
    SET = "UPDATE rule_life SET stage = $3, since = $4 WHERE rule = $1 AND version = $2";
    STEP = "INSERT INTO rule_step (rule, version, at, user_id, from_stage, to_stage, reason, trial_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LAST_STEP = "SELECT coalesce(max(id), 0) FROM rule_step";
    STEPS = "SELECT s.id, s.rule, s.version, s.at, u.name AS user_name, s.from_stage, s.to_stage, s.reason, s.trial_id \
        FROM rule_step s LEFT JOIN user_account u ON u.id = s.user_id WHERE s.rule = $1 ORDER BY s.id DESC LIMIT 100";
    BRAKED = "SELECT s.id, s.rule, s.version, s.at, CAST(NULL AS TEXT) AS user_name, s.from_stage, s.to_stage, s.reason, \
        s.trial_id FROM rule_step s JOIN rule_life l ON l.rule = s.rule AND l.version = s.version AND l.stage = 'shadow' \
        WHERE s.user_id IS NULL AND s.from_stage = 'live' AND s.id = (SELECT max(id) FROM rule_step t \
        WHERE t.rule = s.rule AND t.version = s.version) ORDER BY s.id DESC LIMIT 50";
    USER = "SELECT role, active FROM user_account WHERE id = $1";
    ADOPT = "INSERT INTO rule_adoption (id, at, set_hash) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING";
    ADOPTION = "SELECT a.at, a.set_hash, u.name, a.confirmed_at FROM rule_adoption a \
        LEFT JOIN user_account u ON u.id = a.confirmed_by WHERE a.id = 1";
    CONFIRM = "UPDATE rule_adoption SET confirmed_by = $1, confirmed_at = $2 WHERE id = 1 AND confirmed_by IS NULL";
    FORCE = "INSERT INTO rule_force (id, set_hash, at) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE \
        SET set_hash = excluded.set_hash, at = excluded.at WHERE rule_force.set_hash <> excluded.set_hash";
}

/// A version of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Rule id.
    pub rule: String,
    /// Version.
    pub version: String,
    /// Where it stands.
    pub stage: Stage,
    /// Who proposed it.
    pub author: Option<UserId>,
    /// Since when it stands there.
    pub since: Millis,
    /// What it says, as the rules room wrote it.
    pub body: String,
}

/// What a file says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Rule id.
    pub rule: String,
    /// Version.
    pub version: String,
    /// What it says.
    pub body: String,
}

/// A step somebody asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The version.
    pub written: Written,
    /// Where its asker saw it; another stage now is refused.
    pub from: Option<Stage>,
    /// Where it shall go: `draft` proposes it.
    pub to: Stage,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Number.
    pub id: i64,
    /// Rule id.
    pub rule: String,
    /// Version.
    pub version: String,
    /// When.
    pub at: Millis,
    /// Who; `None` for the machine.
    pub by: Option<String>,
    /// From where; `None` when it was proposed or adopted.
    pub from: Option<Stage>,
    /// To where.
    pub to: Stage,
    /// Why.
    pub reason: String,
    /// The comparison that had been shown.
    pub trial: Option<i64>,
}

/// What the first start took over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// When.
    pub at: Millis,
    /// Hash of the set.
    pub set_hash: String,
    /// Who stood up for it, and when.
    pub confirmed: Option<(String, Millis)>,
}

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// Not allowed; for which rule.
    #[error("{rule}: {why}")]
    Refused {
        /// Rule id.
        rule: String,
        /// Why.
        why: Refusal,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<sqlx::Error> for StepError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    rule: String,
    version: String,
    stage: String,
    author: Option<i64>,
    since: i64,
    body: String,
}

impl Row {
    fn read(self) -> Result<Version> {
        Ok(Version {
            rule: self.rule,
            version: self.version,
            stage: self.stage.parse()?,
            author: self.author.map(UserId),
            since: Millis(self.since),
            body: self.body,
        })
    }
}

#[derive(sqlx::FromRow)]
struct StepRow {
    id: i64,
    rule: String,
    version: String,
    at: i64,
    user_name: Option<String>,
    from_stage: Option<String>,
    to_stage: String,
    reason: String,
    trial_id: Option<i64>,
}

impl StepRow {
    fn read(self) -> Result<Step> {
        Ok(Step {
            id: self.id,
            rule: self.rule,
            version: self.version,
            at: Millis(self.at),
            by: self.user_name,
            from: self.from_stage.map(|stage| stage.parse()).transpose()?,
            to: self.to_stage.parse()?,
            reason: self.reason,
            trial: self.trial_id,
        })
    }
}

impl Store {
    /// Every version that anybody has had to do with, by rule, the older first.
    pub async fn rule_versions(&self) -> Result<Vec<Version>> {
        let rows = read!(self, fetch_all, Row, ALL)?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Number of the newest step: grows whenever anything changed, on whatever node.
    pub async fn last_rule_step(&self) -> Result<i64> {
        Ok(read!(self, fetch_one, (i64,), LAST_STEP)?.0)
    }

    /// The newest steps of a rule, newest first.
    pub async fn rule_steps(&self, rule: &str) -> Result<Vec<Step>> {
        let rows = read!(self, fetch_all, StepRow, STEPS, rule)?;
        rows.into_iter().map(StepRow::read).collect()
    }

    /// What the brake took out of force and nobody has taken further since.
    pub async fn braked_rules(&self) -> Result<Vec<Step>> {
        let rows = read!(self, fetch_all, StepRow, BRAKED)?;
        rows.into_iter().map(StepRow::read).collect()
    }

    /// Takes over what the files of a fresh installation say, once: later calls change nothing. Says whether it did.
    pub async fn adopt_rules(&self, set_hash: &str, found: &[(Written, Stage)], now: Millis) -> Result<bool> {
        let mut tx = self.begin().await?;
        if execute!(tx, ADOPT, now.0, set_hash)? == 0 {
            return Ok(false);
        }
        let (known,) = fetch!(tx, fetch_one, (i64,), COUNT)?;
        if known > 0 {
            return Err(corrupt("rule_adoption", "versions stand there that nothing adopted"));
        }
        for (written, stage) in found {
            let Written { rule, version, body } = written;
            let author: Option<i64> = None;
            execute!(tx, PUT, rule, version, stage.as_str(), author, now.0, body)?;
            let (nobody, from, trial): (Option<i64>, Option<&str>, Option<i64>) = (None, None, None);
            execute!(tx, STEP, rule, version, now.0, nobody, from, stage.as_str(), "", trial)?;
        }
        let list: Vec<_> = found
            .iter()
            .map(|(written, stage)| {
                json!([
                    written.rule,
                    written.version,
                    stage.as_str(),
                    sha256_hex(written.body.as_bytes())
                ])
            })
            .collect();
        let detail = json!({ "set": set_hash, "versions": list });
        tx.note(now, &By::Machine, "rules.adopted", "rules:".to_owned(), &detail);
        tx.commit().await?;
        self.life_changed();
        Ok(true)
    }

    /// What the first start took over.
    pub async fn rule_adoption(&self) -> Result<Option<Adoption>> {
        let row = read!(
            self,
            fetch_optional,
            (i64, String, Option<String>, Option<i64>),
            ADOPTION
        )?;
        Ok(row.map(|(at, set_hash, name, confirmed_at)| Adoption {
            at: Millis(at),
            set_hash,
            confirmed: name.zip(confirmed_at.map(Millis)),
        }))
    }

    /// A person stands up for what the first start took over.
    pub async fn confirm_adoption(&self, user: UserId, via: Option<&str>, now: Millis) -> Result<(), StepError> {
        let mut tx = self.begin().await?;
        let person = person(&mut tx, user).await?;
        may(person).map_err(|why| StepError::Refused {
            rule: "rules".to_owned(),
            why,
        })?;
        if execute!(tx, CONFIRM, user.0, now.0)? > 0 {
            let detail = json!({ "via": via });
            tx.note(now, &By::User(user), "rules.confirmed", "rules:".to_owned(), &detail);
        }
        tx.commit().await?;
        Ok(())
    }

    /// Notes which set runs, when it is another than before.
    pub async fn set_in_force(&self, set_hash: &str, differs: &serde_json::Value, now: Millis) -> Result<()> {
        let mut tx = self.begin().await?;
        if execute!(tx, FORCE, set_hash, now.0)? > 0 {
            let detail = json!({ "set": set_hash, "differs": differs });
            tx.note(now, &By::Machine, "rules.in-force", "rules:".to_owned(), &detail);
        }
        tx.commit().await
    }

    /// Takes versions a step further, all or none. `in_force` is the hash of the set that runs; `via` names who typed it when that
    /// was not the desk.
    #[expect(clippy::too_many_arguments, reason = "each is a fact of the step")]
    pub async fn step_rules(
        &self,
        asked: &[Asked],
        user: UserId,
        shown: Option<i64>,
        in_force: &str,
        reason: &str,
        via: Option<&str>,
        now: Millis,
    ) -> Result<(), StepError> {
        let mut tx = self.begin().await?;
        let person = person(&mut tx, user).await?;
        let shown = match shown {
            Some(id) => trial::find(&mut tx, id).await?,
            None => None,
        };
        let mut asked: Vec<&Asked> = asked.iter().collect();
        asked.sort_by(|a, b| (&a.written.rule, &a.written.version).cmp(&(&b.written.rule, &b.written.version)));
        for asked in asked {
            let refused = |why| StepError::Refused {
                rule: asked.written.rule.clone(),
                why,
            };
            let ground = Ground {
                person,
                in_force,
                shown: shown.as_ref(),
                reason,
                via,
                now,
            };
            take(&mut tx, asked, &ground).await?.map_err(refused)?;
        }
        tx.commit().await?;
        self.life_changed();
        Ok(())
    }
}

/// Under what circumstances a step is taken.
struct Ground<'a> {
    person: Person,
    in_force: &'a str,
    shown: Option<&'a Trial>,
    reason: &'a str,
    via: Option<&'a str>,
    now: Millis,
}

async fn take(tx: &mut Tx, asked: &Asked, ground: &Ground<'_>) -> Result<Result<(), Refusal>> {
    let Written { rule, version, body } = &asked.written;
    let row: Option<Row> = on_tx_dialect!(tx, ONE_SQLITE, ONE_POSTGRES, |db, sql| sqlx::query_as(sql)
        .bind(rule)
        .bind(version)
        .fetch_optional(db)
        .await)?;
    let known = row.map(Row::read).transpose()?;
    let standing = Standing {
        stage: known.as_ref().map(|known| known.stage),
        author: known.as_ref().and_then(|known| known.author),
    };
    if standing.stage != asked.from {
        return Ok(Err(Refusal::Changed));
    }
    let shown = ground.shown.map(|trial| Shown {
        to: trial.user,
        old_set: trial.old_set.clone(),
        version: trial.changes.get(rule).map(|change| change.version.clone()),
        texts: trial.texts,
        unlike: trial.parity.as_ref().map(|parity| parity.unlike.contains_key(rule)),
    });
    let wish = match asked.to {
        Stage::Draft => Wish::Propose,
        Stage::Shadow => Wish::Shadow,
        Stage::Live => Wish::GoLive {
            version,
            in_force: ground.in_force,
            shown: shown.as_ref(),
        },
        Stage::Retired => Wish::Retire,
    };
    let to = match life::step(standing, ground.person, wish) {
        Ok(to) => to,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (user, now) = (ground.person.id, ground.now);
    if standing.stage.is_none() {
        execute!(tx, PUT, rule, version, to.as_str(), user.0, now.0, body)?;
    } else {
        execute!(tx, SET, rule, version, to.as_str(), now.0)?;
    }
    let trial = ground.shown.filter(|_| to == Stage::Live);
    record(
        tx,
        (rule, version),
        standing.stage,
        to,
        Some(user),
        ground.reason,
        trial,
        ground.via,
        now,
    )
    .await?;
    if to == Stage::Live {
        // Two versions of one rule would queue the same posts twice over; the older one waits in the shadow.
        for (older,) in fetch!(tx, fetch_all, (String,), LIVE_OF, rule, version)? {
            execute!(tx, SET, rule, &older, Stage::Shadow.as_str(), now.0)?;
            let reason = format!("digantikan versi {version}");
            let (from, to) = (Some(Stage::Live), Stage::Shadow);
            record(tx, (rule, &older), from, to, Some(user), &reason, None, ground.via, now).await?;
        }
    }
    Ok(Ok(()))
}

/// The row and the entry of one step.
#[expect(clippy::too_many_arguments, reason = "each is a fact of the step")]
async fn record(
    tx: &mut Tx,
    (rule, version): (&str, &str),
    from: Option<Stage>,
    to: Stage,
    user: Option<UserId>,
    reason: &str,
    trial: Option<&Trial>,
    via: Option<&str>,
    now: Millis,
) -> Result<()> {
    let from = from.map(Stage::as_str);
    let (who, trial_id) = (user.map(|user| user.0), trial.map(|trial| trial.id));
    execute!(
        tx,
        STEP,
        rule,
        version,
        now.0,
        who,
        from,
        to.as_str(),
        super::row::clean(reason),
        trial_id
    )?;
    let mut detail = json!({
        "version": version, "from": from, "to": to.as_str(), "reason_sha256": sha256_hex(super::row::clean(reason).as_bytes()),
    });
    if let Some(trial) = trial {
        detail["trial"] =
            json!({ "id": trial.id, "old_set": trial.old_set, "corpus": trial.corpus, "texts": trial.texts });
    }
    if let Some(via) = via {
        detail["via"] = json!(via);
    }
    let by = user.map_or(By::Machine, By::User);
    let action = if user.is_none() { "rule.braked" } else { "rule.step" };
    tx.note(now, &by, action, format!("rule:{rule}"), &detail);
    Ok(())
}

/// Takes a live version back to the shadow by itself; nothing when somebody did so before. For the brake.
pub(super) async fn brake(tx: &mut Tx, rule: &str, version: &str, reason: &str, now: Millis) -> Result<bool> {
    let row: Option<Row> = on_tx_dialect!(tx, ONE_SQLITE, ONE_POSTGRES, |db, sql| sqlx::query_as(sql)
        .bind(rule)
        .bind(version)
        .fetch_optional(db)
        .await)?;
    if row
        .map(Row::read)
        .transpose()?
        .is_none_or(|known| known.stage != Stage::Live)
    {
        return Ok(false);
    }
    execute!(tx, SET, rule, version, Stage::Shadow.as_str(), now.0)?;
    let (from, to) = (Some(Stage::Live), Stage::Shadow);
    record(tx, (rule, version), from, to, None, reason, None, None, now).await?;
    Ok(true)
}

async fn person(tx: &mut Tx, user: UserId) -> Result<Person> {
    let row = fetch!(tx, fetch_optional, (String, bool), USER, user.0)?;
    let (role, active) = row.ok_or(Error::Missing("user"))?;
    let role: Role = role.parse()?;
    Ok(Person { id: user, role, active })
}

/// Whether a person may do anything here: asked of the one function, about a version nobody has proposed.
fn may(person: Person) -> Result<(), Refusal> {
    let unknown = Standing {
        stage: None,
        author: None,
    };
    life::step(unknown, person, Wish::Propose).map(|_| ())
}
