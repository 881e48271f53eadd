//! The runaway brake: a live rule that suddenly makes cases of too many people is taken back to the shadow, in the transaction
//! that would have kept one case too many for it. Cases it has made stay.
//!
//! Invariant: people are counted, not posts; a hit of a version that stands in the shadow never opens a case, whatever set the
//! crawler that found it still runs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Result, Tx, rule};
use crate::model::{Level, Millis, Outcome, Stage, Verdict};

statements! {
    /// SQLite has one writer already.
    STAGE_SQLITE = "SELECT stage, since FROM rule_life WHERE rule = $1 AND version = $2";
    /// Locked, so that two pages which both find the last person too many do not both let one more through.
    STAGE_POSTGRES = "SELECT stage, since FROM rule_life WHERE rule = $1 AND version = $2 FOR UPDATE";
    HIT = "INSERT INTO case_hit (case_id, rule, version, person_id, at, found_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (case_id, rule, version) DO NOTHING";
    PEOPLE = "SELECT count(DISTINCT person_id) FROM case_hit \
        WHERE rule = $1 AND version = $2 AND at > $3 AND at <= $4 AND found_at >= $5";
    /// A person on each day of the window's length counts once.
    PAST = "SELECT count(*), coalesce(min(earliest), 0) FROM (SELECT person_id, (at - $2) / $4 AS stretch, min(at) AS earliest FROM case_hit \
        WHERE rule = $1 AND at > $2 AND at <= $3 GROUP BY person_id, (at - $2) / $4) AS people";
}

/// When the brake works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brake {
    /// How long a stretch of publication is counted.
    pub window: Duration,
    /// This many people in it are never too many.
    pub least: u32,
    /// How many times the rule's own past is too many.
    pub factor: u32,
    /// How long its own past is.
    pub past: Duration,
}

impl Default for Brake {
    fn default() -> Self {
        Self {
            window: Duration::from_hours(24),
            least: 50,
            factor: 5,
            past: Duration::from_hours(14 * 24),
        }
    }
}

/// A rule that was taken out of force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Braked {
    /// Rule id.
    pub rule: String,
    /// Version.
    pub version: String,
    /// People in the window.
    pub people: u64,
    /// How many would have been let through.
    pub limit: u64,
}

/// Stages of versions as the transaction sees them; what nobody has had to do with is as the matcher says.
#[derive(Default)]
pub(super) struct Stages(BTreeMap<(String, String), Option<(Stage, Millis)>>);

impl Stages {
    async fn of(&mut self, tx: &mut Tx, rule: &str, version: &str) -> Result<Option<(Stage, Millis)>> {
        let key = (rule.to_owned(), version.to_owned());
        if let Some(known) = self.0.get(&key) {
            return Ok(*known);
        }
        let row: Option<(String, i64)> =
            on_tx_dialect!(tx, STAGE_SQLITE, STAGE_POSTGRES, |db, sql| sqlx::query_as(sql)
                .bind(rule)
                .bind(version)
                .fetch_optional(db)
                .await)?;
        let known = match row {
            Some((stage, since)) => Some((stage.parse()?, Millis(since))),
            None => None,
        };
        self.0.insert(key, known);
        Ok(known)
    }

    /// Reads, and holds until the transaction ends, what stands in force of everything a page hit; in one order, so that two nodes
    /// never wait for each other.
    pub(super) async fn hold<'v>(&mut self, tx: &mut Tx, verdicts: impl Iterator<Item = &'v Verdict>) -> Result<()> {
        let hits = verdicts.flat_map(|verdict| &verdict.hits).filter(|hit| !hit.shadow);
        let all: BTreeSet<(&str, &str)> = hits.map(|hit| (hit.rule.as_str(), hit.version.as_str())).collect();
        for (rule, version) in all {
            self.of(tx, rule, version).await?;
        }
        Ok(())
    }

    /// A verdict in which versions that are not live any more only watch.
    pub(super) async fn apply(&mut self, tx: &mut Tx, verdict: &Verdict) -> Result<Option<Verdict>> {
        let mut stopped = BTreeSet::new();
        for hit in verdict.hits.iter().filter(|hit| !hit.shadow) {
            let stage = self.of(tx, &hit.rule, &hit.version).await?;
            if stage.is_some_and(|(stage, _)| stage != Stage::Live) {
                stopped.insert((hit.rule.clone(), hit.version.clone()));
            }
        }
        if stopped.is_empty() {
            return Ok(None);
        }
        let mut verdict = verdict.clone();
        for hit in &mut verdict.hits {
            hit.shadow |= stopped.contains(&(hit.rule.clone(), hit.version.clone()));
        }
        let still = |least: Level| verdict.hits.iter().any(|hit| !hit.shadow && hit.level >= least);
        verdict.outcome = if still(Level::Sedang) {
            Outcome::Flag
        } else if still(Level::Rendah) || verdict.outcome == Outcome::Note {
            Outcome::Note
        } else {
            Outcome::Clear
        };
        Ok(Some(verdict))
    }
}

/// Notes which rules made a case of a post.
pub(super) async fn note(
    tx: &mut Tx,
    case: i64,
    person: i64,
    verdict: &Verdict,
    at: Millis,
    now: Millis,
) -> Result<()> {
    if verdict.outcome != Outcome::Flag {
        return Ok(());
    }
    for hit in verdict
        .hits
        .iter()
        .filter(|hit| !hit.shadow && hit.level > Level::Rendah)
    {
        execute!(tx, HIT, case, &hit.rule, &hit.version, person, at.min(now).0, now.0)?;
    }
    Ok(())
}

/// Brakes what hits too many people; `touched` are the rules and versions of this page with their newest publication.
pub(super) async fn check(
    tx: &mut Tx,
    stages: &mut Stages,
    touched: &BTreeMap<(String, String), Millis>,
    brake: &Brake,
    now: Millis,
) -> Result<Vec<Braked>> {
    let window = i64::try_from(brake.window.as_millis()).unwrap_or(i64::MAX).max(1);
    let mut braked = Vec::new();
    for ((id, version), newest) in touched {
        let Some((Stage::Live, since)) = stages.of(tx, id, version).await? else {
            continue;
        };
        let upto = (*newest).min(now);
        let from = upto.minus(brake.window);
        let (people,) = fetch!(tx, fetch_one, (i64,), PEOPLE, id, version, from.0, upto.0, since.0)?;
        if people <= i64::from(brake.least) {
            continue;
        }
        let begins = from.minus(brake.past);
        let (past, first) = fetch!(tx, fetch_one, (i64, i64), PAST, id, begins.0, from.0, window)?;
        let stretches = if past == 0 {
            1
        } else {
            ((from.0 - first) / window).max(0) + 1
        };
        let usual = i64::from(brake.factor).saturating_mul(past) / stretches;
        let limit = usual.max(i64::from(brake.least));
        if people > limit {
            let reason = format!("rem: {people} orang dalam satu jendela, batasnya {limit}");
            if rule::brake(tx, id, version, &reason, now).await? {
                braked.push(Braked {
                    rule: id.clone(),
                    version: version.clone(),
                    people: people.unsigned_abs(),
                    limit: limit.unsigned_abs(),
                });
            }
        }
    }
    Ok(braked)
}
