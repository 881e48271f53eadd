//! What one page of an account's posts leaves behind, in one transaction: cursor, fingerprints, cases with their versions and
//! evidence, counters, schedule, and the record's entries. All of it or nothing: a process killed anywhere reads the page again
//! and ends with the same cases.
//!
//! Invariant: one case per (person, post key), whatever is read twice or at once; the text of a post is written only for a case.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

use super::brake::{self, Brake, Braked, Stages};
use super::row::{clean, fixed, rank, signed, to_json};
use super::{By, Result, Store, Tx};
use crate::evidence::capture::Capture;
use crate::evidence::digest::{Digest, hex, sha256, sha256_hex};
use crate::model::{AccountId, CaseId, CaseState, Level, Millis, Outcome, Outlook, Phase, Post, Verdict};
use crate::review;
use crate::store::case_file::Seal;

/// Truncated HMAC-SHA-256 with the installation's fingerprint key; computed by the crawler.
pub type Mac = [u8; 16];

/// When the whereabouts of a new case's post are first looked at again.
const FIRST_LOOK_MS: i64 = 60 * 60 * 1000;
/// How old a fingerprint's date may grow before an unchanged post renews it: a write a day, not one a poll.
const SEEN_RENEWAL_MS: i64 = 24 * 60 * 60 * 1000;
pub(super) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

statements! {
    KNOWN = "SELECT key, content, case_id FROM seen WHERE account_id = $1 AND key = $2";
    SEE = "INSERT INTO seen (account_id, key, content, seen_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (account_id, key) DO UPDATE SET content = excluded.content, seen_at = excluded.seen_at \
        WHERE seen.content <> excluded.content OR seen.seen_at < excluded.seen_at - $5";
    SEE_CASE = "UPDATE seen SET case_id = $3 WHERE account_id = $1 AND key = $2";
    PERSON = "SELECT person_id FROM account WHERE id = $1";
    RESOLVED = "UPDATE account SET platform_id = $2 WHERE id = $1 AND (platform_id IS NULL OR platform_id <> $2)";
    /// Getting on is no sign of a killer; reading the same page again and again is.
    CURSOR = "UPDATE poll SET unfinished = CASE WHEN cursor IS DISTINCT FROM $2 THEN 1 ELSE unfinished END, cursor = $2 \
        WHERE account_id = $1";
    DONE = "UPDATE poll SET next_poll_at = $2, interval_ms = $3, failures = $4, etag = $5, last_modified = $6, \
        body_digest = $7, last_outcome = $8, last_success_at = CASE WHEN $9 THEN $10 ELSE last_success_at END, \
        lease_until = NULL, leased_by = NULL, unfinished = 0 WHERE account_id = $1";
    FIND_SQLITE = "SELECT id, state, level, versions, revision FROM post_case WHERE person_id = $1 AND key_sha256 = $2";
    FIND_POSTGRES = "SELECT id, state, level, versions, revision FROM post_case WHERE person_id = $1 AND key_sha256 = $2 \
        FOR UPDATE";
    OPEN = "INSERT INTO post_case (person_id, account_id, key_sha256, post_key, state, level, contest, phase, detected_at, \
        outlook, next_look_at, versions, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, 1) \
        ON CONFLICT (person_id, key_sha256) DO NOTHING RETURNING id";
    LATEST_BODY = "SELECT body_sha256, kind, foreign_spans FROM version WHERE case_id = $1 ORDER BY number DESC LIMIT 1";
    GROW = "UPDATE post_case SET versions = $2, revision = $3, level = $4, state = $5, \
        known_at = CASE WHEN $6 THEN NULL ELSE known_at END, closed_at = CASE WHEN $6 THEN NULL ELSE closed_at END, \
        first_reader = CASE WHEN $6 THEN NULL ELSE first_reader END, \
        second_reader = CASE WHEN $6 THEN NULL ELSE second_reader END, next_look_at = coalesce(next_look_at, $7) WHERE id = $1";
    VERSION = "INSERT INTO version (case_id, number, kind, url, author_key, author_handle, body, foreign_spans, body_sha256, \
        published_at, edited_at, detected_at, verdict, ruleset, contest, phase) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id";
    EVIDENCE = "INSERT INTO evidence (version_id, url, status, headers, fetched_at, tool, excerpt, excerpt_sha256, \
        answer_offset, answer_sha256, answer_bytes, decoded_from) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    TALLY = "INSERT INTO tally (day, rule, version, outcome, hits) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (day, rule, version, outcome) DO UPDATE SET hits = tally.hits + excluded.hits";
}

/// What is known of a post that was read before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Fingerprint of its content.
    pub content: Mac,
    /// Its case, if it was flagged.
    pub case: Option<CaseId>,
}

/// The fingerprint of a post that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Of its key.
    pub key: Mac,
    /// Of its content.
    pub content: Mac,
}

/// A post to be kept: flagged, or known as a case. What is neither is not kept, whatever is handed in.
pub struct Finding {
    /// Fingerprint of the post's key, as in [`PageCommit::seen`].
    pub mac: Mac,
    /// The post.
    pub post: Post,
    /// Its judgement.
    pub verdict: Verdict,
    /// Contest of the gravest hit.
    pub contest: Option<String>,
    /// Phase of that contest at publication.
    pub phase: Option<Phase>,
    /// Hash of the rule set in force.
    pub ruleset: String,
    /// Evidence.
    pub capture: Capture,
}

/// Counters; no person in them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// Rule id.
    pub rule: String,
    /// Rule version.
    pub version: String,
    /// `flag`, `note`, `shadow`, `suppressed`.
    pub outcome: String,
    /// How many.
    pub count: u32,
}

/// How a poll ended and when the next one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// When the account is due again.
    pub next_poll_at: Millis,
    /// Interval in force.
    pub interval_ms: i64,
    /// Failures in a row.
    pub failures: u32,
    /// For the next conditional request.
    pub etag: Option<String>,
    /// For the next conditional request.
    pub last_modified: Option<String>,
    /// Digest of the body.
    pub body_digest: Option<String>,
    /// Short code without personal data: `ok`, `unchanged`, `robots`, `rate-limited`, `gone`, `error:…`.
    pub outcome: String,
    /// Whether the account was really read.
    pub success: bool,
}

/// One page.
pub struct PageCommit {
    /// Of this account.
    pub account: AccountId,
    /// The platform's stable id, when it was learnt.
    pub platform_id: Option<String>,
    /// Where to go on reading; `None` leaves it.
    pub cursor: Option<String>,
    /// Every post of the page.
    pub seen: Vec<Seen>,
    /// The posts to be kept.
    pub findings: Vec<Finding>,
    /// Counters.
    pub tallies: Vec<Tally>,
    /// Set on the page that ends the poll.
    pub done: Option<Schedule>,
    /// When a rule hits too many people; `None` = never.
    pub brake: Option<Brake>,
}

/// What a page brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// New cases.
    pub new_cases: Vec<CaseId>,
    /// New versions of older cases.
    pub new_versions: u32,
    /// Rules that were taken out of force.
    pub braked: Vec<Braked>,
}

#[derive(sqlx::FromRow)]
struct CaseRow {
    id: i64,
    state: String,
    level: i64,
    versions: i64,
    revision: i64,
}

impl Store {
    /// What is known of posts of an account by their key's fingerprint.
    pub async fn known(&self, account: AccountId, keys: &[Mac]) -> Result<HashMap<Mac, Known>> {
        let mut known = HashMap::with_capacity(keys.len());
        on_read!(self, |db| {
            let mut db = db.acquire().await?;
            for key in keys {
                let row: Option<(Vec<u8>, Vec<u8>, Option<i64>)> = sqlx::query_as(KNOWN)
                    .bind(account.0)
                    .bind(&key[..])
                    .fetch_optional(&mut *db)
                    .await?;
                if let Some((_, content, case)) = row {
                    let content = fixed("seen", &content)?;
                    known.insert(
                        *key,
                        Known {
                            content,
                            case: case.map(CaseId),
                        },
                    );
                }
            }
        });
        Ok(known)
    }

    /// Keeps a page, in one transaction.
    pub async fn commit_page(&self, page: &PageCommit, now: Millis) -> Result<Committed> {
        let mut tx = self.begin().await?;
        let mut committed = Committed::default();
        let account = page.account.0;
        if let Some(id) = &page.platform_id {
            execute!(tx, RESOLVED, account, clean(id))?;
        }
        if let Some(cursor) = &page.cursor {
            execute!(tx, CURSOR, account, cursor)?;
        }
        for seen in &page.seen {
            execute!(
                tx,
                SEE,
                account,
                &seen.key[..],
                &seen.content[..],
                now.0,
                SEEN_RENEWAL_MS
            )?;
        }
        if !page.findings.is_empty() {
            let (person,) =
                fetch!(tx, fetch_optional, (i64,), PERSON, account)?.ok_or(super::Error::Missing("account"))?;
            // In the order of their keys, so that two nodes never wait for each other.
            let mut findings: Vec<(Digest, &Finding)> = page
                .findings
                .iter()
                .map(|finding| (sha256(finding.post.key.as_bytes()), finding))
                .collect();
            findings.sort_by_key(|(key, _)| *key);
            let (mut stages, mut touched) = (Stages::default(), BTreeMap::new());
            stages
                .hold(&mut tx, findings.iter().map(|(_, finding)| &finding.verdict))
                .await?;
            for (key, finding) in findings {
                let verdict = stages.apply(&mut tx, &finding.verdict).await?;
                let found = Found {
                    finding,
                    verdict: verdict.as_ref().unwrap_or(&finding.verdict),
                };
                keep(
                    &mut tx,
                    account,
                    person,
                    &key,
                    &found,
                    now,
                    &mut committed,
                    &mut touched,
                )
                .await?;
            }
            if let Some(brake) = &page.brake {
                committed.braked = brake::check(&mut tx, &mut stages, &touched, brake, now).await?;
            }
        }
        if let Some(done) = &page.done {
            execute!(
                tx,
                DONE,
                account,
                done.next_poll_at.0,
                done.interval_ms,
                i64::from(done.failures),
                done.etag.as_deref(),
                done.last_modified.as_deref(),
                done.body_digest.as_deref(),
                &done.outcome,
                done.success,
                now.0,
            )?;
        }
        // Rows all accounts share: late, and in one order.
        let mut tallies: Vec<&Tally> = page.tallies.iter().collect();
        tallies.sort();
        for tally in tallies {
            let (day, hits) = (now.0.div_euclid(DAY_MS), i64::from(tally.count));
            execute!(tx, TALLY, day, &tally.rule, &tally.version, &tally.outcome, hits)?;
        }
        tx.commit().await?;
        if !committed.braked.is_empty() {
            self.life_changed();
        }
        Ok(committed)
    }
}

/// A finding, judged by what stands in force in this transaction.
struct Found<'a> {
    finding: &'a Finding,
    verdict: &'a Verdict,
}

/// Rules and versions that made cases of a page, with the newest publication.
type Touched = BTreeMap<(String, String), Millis>;

/// Opens a case, adds a version to one, or does nothing.
#[expect(clippy::too_many_arguments, reason = "what a page knows of one of its posts")]
async fn keep(
    tx: &mut Tx,
    account: i64,
    person: i64,
    key: &Digest,
    found: &Found<'_>,
    now: Millis,
    committed: &mut Committed,
    touched: &mut Touched,
) -> Result<()> {
    let finding = found.finding;
    let flagged = found.verdict.outcome == Outcome::Flag;
    let phase = finding.phase.map(Phase::as_str);
    let mut opened: Option<(i64,)> = None;
    if flagged {
        opened = fetch!(
            tx,
            fetch_optional,
            (i64,),
            OPEN,
            person,
            account,
            &key[..],
            clean(&finding.post.key),
            CaseState::Terdeteksi.as_str(),
            rank(gravest(found.verdict).unwrap_or(Level::Sedang)),
            finding.contest.as_deref(),
            phase,
            now.0,
            Outlook::Online.as_str(),
            now.0 + FIRST_LOOK_MS,
        )?;
    }
    let case = if let Some((case,)) = opened {
        let seal = add_version(tx, case, 1, found, now).await?;
        let detail = json!({ "revision": 1, "version": 1, "account": account, "seal": seal });
        tx.note(now, &By::Machine, "case.detected", format!("case:{case}"), &detail);
        committed.new_cases.push(CaseId(case));
        case
    } else {
        let older: Option<CaseRow> = on_tx_dialect!(tx, FIND_SQLITE, FIND_POSTGRES, |db, sql| sqlx::query_as(sql)
            .bind(person)
            .bind(&key[..])
            .fetch_optional(db)
            .await)?;
        let Some(case) = older else { return Ok(()) };
        if is_new(tx, case.id, &finding.post).await? {
            grow(tx, &case, found, now).await?;
            committed.new_versions += 1;
        }
        case.id
    };
    execute!(tx, SEE_CASE, account, &finding.mac[..], case)?;
    let post = &finding.post;
    let at = post.edited_at.or(post.published_at).unwrap_or(now).min(now);
    brake::note(tx, case, person, found.verdict, at, now).await?;
    if flagged {
        for hit in found
            .verdict
            .hits
            .iter()
            .filter(|hit| !hit.shadow && hit.level > Level::Rendah)
        {
            let newest = touched.entry((hit.rule.clone(), hit.version.clone())).or_insert(at);
            *newest = at.max(*newest);
        }
    }
    Ok(())
}

/// Whether a post differs from the newest version of its case.
async fn is_new(tx: &mut Tx, case: i64, post: &Post) -> Result<bool> {
    let latest = fetch!(tx, fetch_optional, (String, String, String), LATEST_BODY, case)?;
    Ok(latest.is_none_or(|(body, kind, foreign)| {
        body != sha256_hex(post.text.as_bytes()) || kind != post.kind.as_str() || foreign != to_json(&post.foreign)
    }))
}

/// Adds a version to a case that exists; a rejected case whose post was edited into something flagged starts anew.
async fn grow(tx: &mut Tx, case: &CaseRow, found: &Found<'_>, now: Millis) -> Result<()> {
    let (number, revision) = (case.versions + 1, case.revision + 1);
    let state: CaseState = case.state.parse()?;
    let next = review::after_edit(state, found.verdict.outcome);
    let level = gravest(found.verdict).map_or(case.level, rank);
    execute!(
        tx,
        GROW,
        case.id,
        number,
        revision,
        level,
        next.as_str(),
        next != state,
        now.0 + FIRST_LOOK_MS,
    )?;
    let seal = add_version(tx, case.id, number, found, now).await?;
    let detail = json!({
        "revision": revision,
        "version": number,
        "outcome": found.verdict.outcome.as_str(),
        "from": state.as_str(),
        "to": next.as_str(),
        "seal": seal,
    });
    tx.note(now, &By::Machine, "case.version", format!("case:{}", case.id), &detail);
    Ok(())
}

/// Writes a version and its evidence; gives the seal that goes into the record.
async fn add_version(tx: &mut Tx, case: i64, number: i64, found: &Found<'_>, now: Millis) -> Result<String> {
    let finding = found.finding;
    let (post, capture) = (&finding.post, &finding.capture);
    let seal = Seal {
        case,
        number,
        kind: post.kind.as_str().to_owned(),
        url: post.url.as_deref().map(|url| clean(url).into_owned()),
        author_key: clean(&post.author.key).into_owned(),
        author_handle: clean(&post.author.handle).into_owned(),
        body: post.text.as_bytes().to_vec(),
        foreign_spans: to_json(&post.foreign),
        published_at: post.published_at.map(|at| at.0),
        edited_at: post.edited_at.map(|at| at.0),
        detected_at: now.0,
        verdict: to_json(found.verdict),
        ruleset: finding.ruleset.clone(),
        contest: finding.contest.clone(),
        phase: finding.phase.map(|phase| phase.as_str().to_owned()),
        evidence_url: clean(&capture.url).into_owned(),
        status: i64::from(capture.status),
        headers: to_json(&capture.headers),
        fetched_at: capture.fetched_at.0,
        tool: capture.tool.clone(),
        excerpt: capture.excerpt.clone(),
        answer_offset: signed(capture.offset),
        answer_sha256: capture.answer_sha256.clone(),
        answer_bytes: signed(capture.answer_bytes),
        decoded_from: capture.decoded_from.clone(),
    };
    let digest = hex(&seal.digest());
    let (version,) = fetch!(
        tx,
        fetch_one,
        (i64,),
        VERSION,
        case,
        number,
        seal.kind,
        seal.url,
        seal.author_key,
        seal.author_handle,
        seal.body,
        seal.foreign_spans,
        sha256_hex(post.text.as_bytes()),
        seal.published_at,
        seal.edited_at,
        seal.detected_at,
        seal.verdict,
        seal.ruleset,
        seal.contest,
        seal.phase,
    )?;
    execute!(
        tx,
        EVIDENCE,
        version,
        seal.evidence_url,
        seal.status,
        seal.headers,
        seal.fetched_at,
        seal.tool,
        seal.excerpt,
        &capture.excerpt_sha256,
        seal.answer_offset,
        seal.answer_sha256,
        seal.answer_bytes,
        seal.decoded_from,
    )?;
    Ok(digest)
}

/// Gravest level among the hits that count.
fn gravest(verdict: &Verdict) -> Option<Level> {
    verdict.hits.iter().filter(|hit| !hit.shadow).map(|hit| hit.level).max()
}
