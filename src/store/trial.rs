//! Comparisons of the set in force with the files, and what they can be made on.
//!
//! Does: keep that somebody was shown one, as counts; give the texts of cases that are kept anyway; add up counters. Does not:
//! keep a text, or compare.

use std::collections::BTreeMap;

use serde_json::json;

use super::row::{corrupt, json as from_json, signed, to_json};
use super::{By, Result, Store, Tx};
use crate::evidence::digest::sha256_hex;
use crate::model::{Millis, Parity, UserId};

statements! {
    TRIAL = "INSERT INTO rule_trial (at, user_id, old_set, new_set, corpus, corpus_name, texts, changes, parity) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
    TRIAL_BY_ID = "SELECT id, at, user_id, old_set, new_set, corpus, corpus_name, texts, changes, parity FROM rule_trial \
        WHERE id = $1";
    TALLIES = "SELECT rule, version, outcome, CAST(sum(hits) AS BIGINT) FROM tally WHERE day > $1 \
        GROUP BY rule, version, outcome";
    KEPT = "SELECT c.id, v.body, v.kind, v.foreign_spans, coalesce(v.edited_at, v.published_at, v.detected_at), u.region_here \
        FROM post_case c JOIN version v ON v.case_id = c.id AND v.number = c.versions \
        JOIN person p ON p.id = c.person_id JOIN unit u ON u.id = p.unit_id \
        WHERE c.detected_at >= $1 ORDER BY c.id DESC LIMIT $2";
}

/// What changed for one rule in a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    /// Version of the files.
    pub version: String,
    /// Texts it hits now and did not.
    pub new: u64,
    /// Texts it hit and does not any more.
    pub lost: u64,
    /// Texts it hits as before.
    pub same: u64,
}

/// A comparison that somebody was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Number.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// To whom.
    pub user: UserId,
    /// Hash of the set in force then.
    pub old_set: String,
    /// Hash of what the files said.
    pub new_set: String,
    /// SHA-256 over the texts.
    pub corpus: String,
    /// What the texts were.
    pub corpus_name: String,
    /// How many.
    pub texts: u64,
    /// By rule.
    pub changes: BTreeMap<String, Change>,
    /// What the proof of parity came to; `None` when none was made.
    pub parity: Option<Parity>,
}

/// The text of a case, for comparing sets.
#[derive(Clone)]
pub struct KeptText {
    /// The case's number.
    pub case: i64,
    /// Text.
    pub text: String,
    /// What the post is to its account.
    pub kind: crate::model::PostKind,
    /// Another's words in it.
    pub foreign: Vec<crate::model::Span>,
    /// When it was published.
    pub at: Millis,
    /// Region of the person.
    pub region: Option<String>,
}

type TrialRow = (
    i64,
    i64,
    i64,
    String,
    String,
    String,
    String,
    i64,
    String,
    Option<String>,
);

fn trial(row: TrialRow) -> Result<Trial> {
    let (id, at, user, old_set, new_set, corpus, corpus_name, texts, changes, parity) = row;
    Ok(Trial {
        id,
        at: Millis(at),
        user: UserId(user),
        old_set,
        new_set,
        corpus,
        corpus_name,
        texts: texts.unsigned_abs(),
        changes: from_json("rule_trial", &changes)?,
        parity: parity.map(|parity| from_json("rule_trial", &parity)).transpose()?,
    })
}

/// A comparison as a transaction sees it.
pub(super) async fn find(tx: &mut Tx, id: i64) -> Result<Option<Trial>> {
    fetch!(tx, fetch_optional, TrialRow, TRIAL_BY_ID, id)?
        .map(trial)
        .transpose()
}

impl Store {
    /// Keeps that somebody was shown a comparison; gives its number.
    pub async fn keep_trial(&self, trial: &Trial) -> Result<i64> {
        let mut tx = self.begin().await?;
        let changes = to_json(&trial.changes);
        let parity = trial.parity.as_ref().map(to_json);
        let (id,) = fetch!(
            tx,
            fetch_one,
            (i64,),
            TRIAL,
            trial.at.0,
            trial.user.0,
            &trial.old_set,
            &trial.new_set,
            &trial.corpus,
            &trial.corpus_name,
            signed(trial.texts),
            &changes,
            parity.as_deref(),
        )?;
        let mut detail = json!({
            "old_set": trial.old_set, "new_set": trial.new_set, "corpus": trial.corpus, "texts": trial.texts,
            "changes_sha256": sha256_hex(changes.as_bytes()),
        });
        if let Some(parity) = &parity {
            detail["parity_sha256"] = json!(sha256_hex(parity.as_bytes()));
        }
        tx.note(
            trial.at,
            &By::User(trial.user),
            "rules.compared",
            format!("trial:{id}"),
            &detail,
        );
        tx.commit().await?;
        Ok(id)
    }

    /// A comparison.
    pub async fn trial(&self, id: i64) -> Result<Option<Trial>> {
        read!(self, fetch_optional, TrialRow, TRIAL_BY_ID, id)?
            .map(trial)
            .transpose()
    }

    /// Hits by rule, version and outcome since a moment.
    pub async fn rule_hits(&self, since: Millis) -> Result<Vec<(String, String, String, u64)>> {
        let day = since.0.div_euclid(super::page::DAY_MS);
        let rows = read!(self, fetch_all, (String, String, String, i64), TALLIES, day)?;
        Ok(rows
            .into_iter()
            .map(|(r, v, o, n)| (r, v, o, n.unsigned_abs()))
            .collect())
    }

    /// Texts of cases found since a moment, the newest first, at most `limit`: what old and new rules can be compared on without
    /// keeping anything more.
    pub async fn kept_texts(&self, since: Millis, limit: u32) -> Result<Vec<KeptText>> {
        type Kept = (i64, Vec<u8>, String, String, i64, Option<String>);
        let rows = read!(self, fetch_all, Kept, KEPT, since.0, i64::from(limit))?;
        rows.into_iter()
            .map(|(case, body, kind, foreign, at, region)| {
                Ok(KeptText {
                    case,
                    text: String::from_utf8(body).map_err(|error| corrupt("version", error))?,
                    kind: kind.parse()?,
                    foreign: from_json("version", &foreign)?,
                    at: Millis(at),
                    region,
                })
            })
            .collect()
    }
}
