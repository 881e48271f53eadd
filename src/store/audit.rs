//! Verifying the whole: the record's chain, and every case, version, piece of evidence and decision against it.
//!
//! Does: walk the record once over one state of the database; compare each version's and decision's stored words with the digest
//! the record holds, and each case's state with the last one recorded; find rows the record knows nothing of. Does not: repair.
//! Invariant: a row changed, deleted or put in behind the program's back is a finding; so is a record that was cut.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{Result, Store, Tx, case_file, journal};
use crate::evidence::chain::{Fault, Sound, Verifier};
use crate::evidence::digest::{Digest, hex, sha256_hex};
use crate::model::Millis;

/// Entries read at a time.
const PAGE: i64 = 500;
/// Findings listed at most: a thousand more say nothing new.
const FINDINGS_MAX: usize = 200;

statements! {
    DECISION = "SELECT case_id, user_id, action, from_state, to_state, reason FROM decision WHERE id = $1";
    CASES = "SELECT id, state, revision, versions FROM post_case WHERE id > $1 ORDER BY id LIMIT $2";
    VERSIONS = "SELECT count(*) FROM version";
    DECISIONS = "SELECT count(*) FROM decision";
    STAGES = "SELECT rule, version, stage FROM rule_life ORDER BY rule, version";
    STEPS = "SELECT reason FROM rule_step WHERE rule = $1 AND version = $2 AND at = $3 AND to_stage = $4 \
        AND coalesce(from_stage, '') = $5 AND coalesce(user_id, 0) = $6";
    STEP_COUNT = "SELECT count(*) FROM rule_step";
    TRIAL = "SELECT old_set, corpus, changes, parity FROM rule_trial WHERE id = $1";
    HASH = "SELECT evidence.excerpt_sha256, version.body_sha256, evidence.excerpt, version.body FROM version \
        JOIN evidence ON evidence.version_id = version.id WHERE version.case_id = $1 AND version.number = $2";
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The chain, if it holds.
    pub chain: Option<Sound>,
    /// What is wrong, in the order it was met; empty = nothing.
    pub findings: Vec<String>,
    /// Versions compared with the record.
    pub versions: u64,
    /// Decisions compared with the record.
    pub decisions: u64,
    /// Cases compared with the record.
    pub cases: u64,
}

impl Audit {
    /// Whether nothing is wrong.
    pub const fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A head that was noted elsewhere, against a database set back to an earlier state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// Number of the entry.
    pub seq: i64,
    /// Its hash.
    pub hash: Digest,
}

/// Where a case should stand after its last entry.
struct Stand {
    state: String,
    revision: i64,
    versions: i64,
}

struct Auditor<'a> {
    tx: Tx,
    audit: Audit,
    stands: HashMap<i64, Stand>,
    /// Where each version of a rule should stand, and how many steps led there.
    stages: BTreeMap<(String, String), String>,
    steps: i64,
    progress: &'a (dyn Fn(u64, u64) + Sync),
}

impl Store {
    /// Verifies everything. `progress` is told (entries done, entries in all).
    pub async fn audit(&self, anchor: Option<Anchor>, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Audit> {
        let mut auditor = Auditor {
            tx: self.snapshot().await?,
            audit: Audit {
                chain: None,
                findings: Vec::new(),
                versions: 0,
                decisions: 0,
                cases: 0,
            },
            stands: HashMap::new(),
            stages: BTreeMap::new(),
            steps: 0,
            progress,
        };
        auditor.chain(&self.record_key(), anchor).await?;
        auditor.cases().await?;
        auditor.rules().await?;
        auditor.strangers().await?;
        Ok(auditor.audit)
    }
}

impl Auditor<'_> {
    fn find(&mut self, finding: String) {
        if self.audit.findings.len() < FINDINGS_MAX {
            self.audit.findings.push(finding);
        }
    }

    async fn chain(&mut self, key: &ed25519_dalek::VerifyingKey, anchor: Option<Anchor>) -> Result<()> {
        let head = journal::head_in(&mut self.tx).await?;
        let total = head.map_or(0, |head| head.seq.unsigned_abs());
        let (mut verifier, mut after, mut whole) = (Verifier::default(), 0, true);
        let mut anchored = anchor.is_none();
        loop {
            let page = journal::page_in(&mut self.tx, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for entry in &page {
                if whole && let Err(fault) = verifier.entry(entry) {
                    self.find(fault.to_string());
                    whole = false;
                }
                anchored |= anchor.is_some_and(|anchor| anchor.seq == entry.seq && anchor.hash == entry.hash);
                let detail: Value = serde_json::from_str(&entry.words.detail).unwrap_or_default();
                self.compare(
                    entry.seq,
                    entry.words.at,
                    &entry.words.actor,
                    &entry.words.action,
                    &entry.words.subject,
                    &detail,
                )
                .await?;
            }
            (self.progress)(after.unsigned_abs().min(total), total);
        }
        match head {
            Some(head) if whole => match verifier.finish(&head, key) {
                Ok(sound) => self.audit.chain = Some(sound),
                Err(fault) => self.find(fault.to_string()),
            },
            Some(head) => {
                if let Err(fault) = head.verify(key) {
                    self.find(fault.to_string());
                }
            }
            None if after > 0 => self.find(Fault::NoHead.to_string()),
            None => {}
        }
        if !anchored {
            self.find("the record does not hold the head that was noted elsewhere: it was cut or set back".to_owned());
        }
        Ok(())
    }

    async fn compare(
        &mut self,
        seq: i64,
        at: Millis,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &Value,
    ) -> Result<()> {
        match action {
            "rules.adopted" => self.adopted(detail),
            "rule.step" | "rule.braked" => self.step(seq, at, actor, subject, detail).await?,
            "rules.compared" => self.trial(seq, subject, detail).await?,
            _ => {}
        }
        let Some(case) = subject.strip_prefix("case:").and_then(|id| id.parse::<i64>().ok()) else {
            return Ok(());
        };
        match action {
            "case.detected" | "case.version" => self.version(seq, at, case, detail).await?,
            "case.decided" => self.decision(seq, case, actor, detail).await?,
            _ => {}
        }
        let number = |name: &str| detail.get(name).and_then(Value::as_i64);
        let Some(revision) = number("revision") else {
            return Ok(());
        };
        let stand = self.stands.entry(case).or_insert_with(|| Stand {
            state: crate::model::CaseState::Terdeteksi.as_str().to_owned(),
            revision: 0,
            versions: 0,
        });
        stand.revision = revision;
        if let (Some(to), true) = (detail.get("to").and_then(Value::as_str), action != "case.look") {
            to.clone_into(&mut stand.state);
        }
        if let Some(version) = number("version") {
            stand.versions = version;
        }
        Ok(())
    }

    async fn version(&mut self, seq: i64, at: Millis, case: i64, detail: &Value) -> Result<()> {
        let number = detail.get("version").and_then(Value::as_i64).unwrap_or_default();
        let name = format!("case {case}, version {number}");
        let Some(seal) = case_file::seal_in(&mut self.tx, case, number).await? else {
            self.find(format!("{name}: its text or evidence is gone (entry {seq}, {at})"));
            return Ok(());
        };
        self.audit.versions += 1;
        if detail.get("seal").and_then(Value::as_str) != Some(&hex(&seal.digest())) {
            self.find(format!(
                "{name}: its text or evidence is not what was recorded (entry {seq}, {at})"
            ));
        }
        let hashes = fetch!(
            self.tx,
            fetch_one,
            (String, String, Vec<u8>, Vec<u8>),
            HASH,
            case,
            number
        )?;
        let (excerpt_sha256, body_sha256, excerpt, body) = hashes;
        if excerpt_sha256 != sha256_hex(&excerpt) || body_sha256 != sha256_hex(&body) {
            self.find(format!("{name}: a digest beside its text or evidence is false"));
        }
        Ok(())
    }

    async fn decision(&mut self, seq: i64, case: i64, actor: &str, detail: &Value) -> Result<()> {
        let id = detail.get("decision").and_then(Value::as_i64).unwrap_or_default();
        let row = fetch!(
            self.tx,
            fetch_optional,
            (i64, i64, String, String, String, String),
            DECISION,
            id
        )?;
        let Some((of, user, action, from, to, reason)) = row else {
            self.find(format!("case {case}: a decision is gone (entry {seq})"));
            return Ok(());
        };
        self.audit.decisions += 1;
        let says = |name: &str, value: &str| detail.get(name).and_then(Value::as_str) == Some(value);
        let same = of == case
            && actor == format!("user:{user}")
            && says("action", &action)
            && says("from", &from)
            && says("to", &to)
            && says("reason_sha256", &sha256_hex(reason.as_bytes()));
        if !same {
            self.find(format!(
                "case {case}: a decision is not what was recorded (entry {seq})"
            ));
        }
        Ok(())
    }

    fn adopted(&mut self, detail: &Value) {
        let versions = detail.get("versions").and_then(Value::as_array);
        for version in versions.into_iter().flatten() {
            let word = |at: usize| version.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
            self.stages.insert((word(0), word(1)), word(2));
            self.steps += 1;
        }
    }

    async fn step(&mut self, seq: i64, at: Millis, actor: &str, subject: &str, detail: &Value) -> Result<()> {
        let says = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let rule = subject.strip_prefix("rule:").unwrap_or_default();
        let (version, from, to, reason) = (says("version"), says("from"), says("to"), says("reason_sha256"));
        let user = actor
            .strip_prefix("user:")
            .and_then(|id| id.parse().ok())
            .unwrap_or(0_i64);
        let rows = fetch!(
            self.tx,
            fetch_all,
            (String,),
            STEPS,
            rule,
            &version,
            at.0,
            &to,
            &from,
            user
        )?;
        if !rows.iter().any(|(kept,)| sha256_hex(kept.as_bytes()) == reason) {
            self.find(format!(
                "rule {rule}: a step is gone or not what was recorded (entry {seq})"
            ));
        }
        self.stages.insert((rule.to_owned(), version), to);
        self.steps += 1;
        Ok(())
    }

    async fn trial(&mut self, seq: i64, subject: &str, detail: &Value) -> Result<()> {
        let id: i64 = subject
            .strip_prefix("trial:")
            .and_then(|id| id.parse().ok())
            .unwrap_or(0);
        let row = fetch!(
            self.tx,
            fetch_optional,
            (String, String, String, Option<String>),
            TRIAL,
            id
        )?;
        let says = |name: &str, value: &str| detail.get(name).and_then(Value::as_str) == Some(value);
        let same = row.is_some_and(|(old_set, corpus, changes, parity)| {
            says("old_set", &old_set)
                && says("corpus", &corpus)
                && says("changes_sha256", &sha256_hex(changes.as_bytes()))
                && match parity {
                    Some(parity) => says("parity_sha256", &sha256_hex(parity.as_bytes())),
                    None => detail.get("parity_sha256").is_none(),
                }
        });
        if !same {
            self.find(format!(
                "comparison {id} is gone or not what was recorded (entry {seq})"
            ));
        }
        Ok(())
    }

    /// Every version of a rule stands where its last step left it.
    async fn rules(&mut self) -> Result<()> {
        for (rule, version, stage) in fetch!(self.tx, fetch_all, (String, String, String), STAGES)? {
            match self.stages.remove(&(rule.clone(), version.clone())) {
                Some(recorded) if recorded == stage => {}
                Some(recorded) => self.find(format!(
                    "rule {rule}, version {version}: it stands in `{stage}`, the record says `{recorded}`"
                )),
                None => self.find(format!(
                    "rule {rule}, version {version}: the record knows nothing of it"
                )),
            }
        }
        for (rule, version) in std::mem::take(&mut self.stages).into_keys() {
            self.find(format!("rule {rule}, version {version}: it is gone"));
        }
        let (steps,) = fetch!(self.tx, fetch_one, (i64,), STEP_COUNT)?;
        if steps != self.steps {
            self.find(format!(
                "{steps} steps of rules stand in the database, the record knows {}",
                self.steps
            ));
        }
        Ok(())
    }

    /// Every case stands where its last entry left it.
    async fn cases(&mut self) -> Result<()> {
        let mut after = 0;
        loop {
            let page = fetch!(self.tx, fetch_all, (i64, String, i64, i64), CASES, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.0;
            for (case, state, revision, versions) in page {
                self.audit.cases += 1;
                match self.stands.remove(&case) {
                    None => self.find(format!("case {case}: the record knows nothing of it")),
                    Some(stand) if stand.state != state => {
                        let recorded = stand.state;
                        self.find(format!(
                            "case {case}: it stands in `{state}`, the record says `{recorded}`"
                        ));
                    }
                    Some(stand) if stand.revision != revision || stand.versions != versions => {
                        self.find(format!("case {case}: it was changed without an entry in the record"));
                    }
                    Some(_) => {}
                }
            }
        }
        let mut gone: Vec<i64> = self.stands.keys().copied().collect();
        gone.sort_unstable();
        for case in gone {
            self.find(format!("case {case}: it is gone"));
        }
        Ok(())
    }

    /// Rows the record knows nothing of.
    async fn strangers(&mut self) -> Result<()> {
        let (versions,) = fetch!(self.tx, fetch_one, (i64,), VERSIONS)?;
        let (decisions,) = fetch!(self.tx, fetch_one, (i64,), DECISIONS)?;
        if versions.unsigned_abs() > self.audit.versions {
            let more = versions.unsigned_abs() - self.audit.versions;
            self.find(format!(
                "{more} versions of posts stand in the database that the record knows nothing of"
            ));
        }
        if decisions.unsigned_abs() > self.audit.decisions {
            let more = decisions.unsigned_abs() - self.audit.decisions;
            self.find(format!(
                "{more} decisions stand in the database that the record knows nothing of"
            ));
        }
        Ok(())
    }
}
