//! Everything the case page and an export show of one case; and the seal by which the record vouches for each version.

use serde_json::Value;

use super::account::AccountRow;
use super::person::PersonRow;
use super::queue::CaseRow;
use super::row::{corrupt, count, json};
use super::{Result, Store, Tx};
use crate::evidence::capture::Capture;
use crate::evidence::chain::Entry;
use crate::evidence::digest::{Digest, Fields, sha256_hex};
use crate::model::{
    Account, Author, Case, CaseId, CaseState, Millis, Outlook, Person, Phase, Pledge, PostKind, Span, Unit, UnitId,
    UserId, Verdict, VersionId,
};

statements! {
    CASE = "SELECT id, person_id, account_id, state, level, contest, phase, detected_at, known_at, outlook, versions, \
        revision, leased_by, leased_until FROM post_case WHERE id = $1";
    MORE = "SELECT c.post_key, c.closed_at, c.first_reader, c.second_reader, c.asked_at, c.answer_due_at, c.answered_at, \
        c.proposed, c.proposed_by, l.name AS leased_name \
        FROM post_case c LEFT JOIN user_account l ON l.id = c.leased_by WHERE c.id = $1";
    PERSON = "SELECT id, nip, name, employment, unit_id, position FROM person WHERE id = $1";
    UNIT = "SELECT id, code, name, parent, region FROM unit WHERE id = $1";
    ACCOUNT = "SELECT id, person_id, platform, handle, platform_id, kind, ownership, proof, owned_since, owned_until, \
        consent FROM account WHERE id = $1";
    VERSIONS = "SELECT v.id, v.case_id, v.number, v.kind, v.url, v.author_key, v.author_handle, v.body, v.foreign_spans, \
        v.published_at, v.edited_at, v.detected_at, v.verdict, v.ruleset, v.contest, v.phase, e.url AS evidence_url, \
        e.status, e.headers, e.fetched_at, e.tool, e.excerpt, e.answer_offset, e.answer_sha256, e.answer_bytes, \
        e.decoded_from FROM version v JOIN evidence e ON e.version_id = v.id WHERE v.case_id = $1 ORDER BY v.number";
    VERSION = "SELECT v.id, v.case_id, v.number, v.kind, v.url, v.author_key, v.author_handle, v.body, v.foreign_spans, \
        v.published_at, v.edited_at, v.detected_at, v.verdict, v.ruleset, v.contest, v.phase, e.url AS evidence_url, \
        e.status, e.headers, e.fetched_at, e.tool, e.excerpt, e.answer_offset, e.answer_sha256, e.answer_bytes, \
        e.decoded_from FROM version v JOIN evidence e ON e.version_id = v.id WHERE v.case_id = $1 AND v.number = $2";
    LOOKS = "SELECT at, answer, how, outlook FROM look WHERE case_id = $1 ORDER BY id DESC LIMIT 100";
    DECISIONS = "SELECT d.id, d.at, d.user_id, u.name, d.action, d.from_state, d.to_state, d.reason, d.revision \
        FROM decision d JOIN user_account u ON u.id = d.user_id WHERE d.case_id = $1 ORDER BY d.id";
}

/// One case with all that belongs to it.
#[derive(Clone)]
pub struct CaseFile {
    /// The case.
    pub case: Case,
    /// The post's identity on its platform.
    pub post_key: String,
    /// Whose post.
    pub person: Person,
    /// Where that person works.
    pub unit: Unit,
    /// Which account, with its ownership.
    pub account: Account,
    /// The pledges the person signed.
    pub pledges: Vec<Pledge>,
    /// Versions of the post, oldest first; never empty.
    pub versions: Vec<VersionFile>,
    /// Later looks, newest first.
    pub looks: Vec<LookRow>,
    /// Decisions, oldest first.
    pub decisions: Vec<DecisionRow>,
    /// The record about this case, newest first.
    pub history: Vec<Entry>,
    /// Who forwarded it at the first reading.
    pub first_reader: Option<UserId>,
    /// Who decided the second reading.
    pub second_reader: Option<UserId>,
    /// When the person was asked.
    pub asked_at: Option<Millis>,
    /// Until when the person may answer.
    pub answer_due_at: Option<Millis>,
    /// When the answer came.
    pub answered_at: Option<Millis>,
    /// An outcome that waits for agreement, and who proposed it.
    pub proposed: Option<(CaseState, UserId)>,
    /// When it was closed.
    pub closed_at: Option<Millis>,
    /// Name of who holds the lease.
    pub leased_name: Option<String>,
}

/// One version of a post, frozen.
#[derive(Clone)]
pub struct VersionFile {
    /// Row.
    pub id: VersionId,
    /// 1 = as first found.
    pub number: u32,
    /// What it is to the account.
    pub kind: PostKind,
    /// Its page.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Author,
    /// The text.
    pub text: String,
    /// SHA-256 (hex) of the text.
    pub text_sha256: String,
    /// Parts of it that are another's words.
    pub foreign: Vec<Span>,
    /// When the platform says it was published.
    pub published_at: Option<Millis>,
    /// When the platform says it was edited.
    pub edited_at: Option<Millis>,
    /// When we found it.
    pub detected_at: Millis,
    /// The judgement.
    pub verdict: Verdict,
    /// Hash of the rule set in force.
    pub ruleset: String,
    /// Contest at publication.
    pub contest: Option<String>,
    /// Its phase at publication.
    pub phase: Option<Phase>,
    /// The evidence.
    pub capture: Capture,
}

/// A later look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRow {
    /// When.
    pub at: Millis,
    /// `there`, `gone`, `failed`.
    pub answer: String,
    /// By what.
    pub how: String,
    /// What was known after it.
    pub outlook: Outlook,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Row.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// Who.
    pub user: UserId,
    /// Login name.
    pub user_name: String,
    /// `teruskan`, `tolak` …
    pub action: String,
    /// State before.
    pub from: CaseState,
    /// State after.
    pub to: CaseState,
    /// The reason given.
    pub reason: String,
    /// Revision after.
    pub revision: i64,
}

/// All that a version and its evidence say, as it is stored; its digest goes into the record.
#[derive(Clone, sqlx::FromRow)]
pub struct Seal {
    #[sqlx(rename = "case_id")]
    pub(super) case: i64,
    pub(super) number: i64,
    pub(super) kind: String,
    pub(super) url: Option<String>,
    pub(super) author_key: String,
    pub(super) author_handle: String,
    pub(super) body: Vec<u8>,
    pub(super) foreign_spans: String,
    pub(super) published_at: Option<i64>,
    pub(super) edited_at: Option<i64>,
    pub(super) detected_at: i64,
    pub(super) verdict: String,
    pub(super) ruleset: String,
    pub(super) contest: Option<String>,
    pub(super) phase: Option<String>,
    pub(super) evidence_url: String,
    pub(super) status: i64,
    pub(super) headers: String,
    pub(super) fetched_at: i64,
    pub(super) tool: String,
    pub(super) excerpt: Vec<u8>,
    pub(super) answer_offset: i64,
    pub(super) answer_sha256: String,
    pub(super) answer_bytes: i64,
    pub(super) decoded_from: Option<String>,
}

impl Seal {
    /// The digest over every field, in this order.
    pub fn digest(&self) -> Digest {
        Fields::new("netra version 1")
            .number(self.case)
            .number(self.number)
            .text(&self.kind)
            .maybe(self.url.as_deref())
            .text(&self.author_key)
            .text(&self.author_handle)
            .bytes(&self.body)
            .text(&self.foreign_spans)
            .maybe_number(self.published_at)
            .maybe_number(self.edited_at)
            .number(self.detected_at)
            .text(&self.verdict)
            .text(&self.ruleset)
            .maybe(self.contest.as_deref())
            .maybe(self.phase.as_deref())
            .text(&self.evidence_url)
            .number(self.status)
            .text(&self.headers)
            .number(self.fetched_at)
            .text(&self.tool)
            .bytes(&self.excerpt)
            .number(self.answer_offset)
            .text(&self.answer_sha256)
            .number(self.answer_bytes)
            .maybe(self.decoded_from.as_deref())
            .finish()
    }
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    id: i64,
    #[sqlx(flatten)]
    seal: Seal,
}

impl VersionRow {
    fn read(self) -> Result<VersionFile> {
        const TABLE: &str = "version";
        let seal = self.seal;
        Ok(VersionFile {
            id: VersionId(self.id),
            number: count(seal.number),
            kind: seal.kind.parse()?,
            url: seal.url,
            author: Author {
                key: seal.author_key,
                handle: seal.author_handle,
            },
            text_sha256: sha256_hex(&seal.body),
            text: String::from_utf8(seal.body).map_err(|error| corrupt(TABLE, error.utf8_error()))?,
            foreign: json(TABLE, &seal.foreign_spans)?,
            published_at: seal.published_at.map(Millis),
            edited_at: seal.edited_at.map(Millis),
            detected_at: Millis(seal.detected_at),
            verdict: json(TABLE, &seal.verdict)?,
            ruleset: seal.ruleset,
            contest: seal.contest,
            phase: seal.phase.map(|phase| phase.parse()).transpose()?,
            capture: Capture {
                url: seal.evidence_url,
                status: u16::try_from(seal.status).unwrap_or_default(),
                headers: json("evidence", &seal.headers)?,
                fetched_at: Millis(seal.fetched_at),
                tool: seal.tool,
                excerpt_sha256: sha256_hex(&seal.excerpt),
                excerpt: seal.excerpt,
                offset: seal.answer_offset.unsigned_abs(),
                answer_sha256: seal.answer_sha256,
                answer_bytes: seal.answer_bytes.unsigned_abs(),
                decoded_from: seal.decoded_from,
            },
        })
    }
}

#[derive(sqlx::FromRow)]
struct MoreRow {
    post_key: String,
    closed_at: Option<i64>,
    first_reader: Option<i64>,
    second_reader: Option<i64>,
    asked_at: Option<i64>,
    answer_due_at: Option<i64>,
    answered_at: Option<i64>,
    proposed: Option<String>,
    proposed_by: Option<i64>,
    leased_name: Option<String>,
}

#[derive(sqlx::FromRow)]
struct DecisionSql {
    id: i64,
    at: i64,
    user_id: i64,
    name: String,
    action: String,
    from_state: String,
    to_state: String,
    reason: String,
    revision: i64,
}

impl Store {
    /// Everything about a case. Reading it for a person goes through [`Store::open_case`] or [`Store::note_read`], which put
    /// the read into the record.
    pub async fn case_file(&self, id: CaseId) -> Result<Option<CaseFile>> {
        let Some(case) = read!(self, fetch_optional, CaseRow, CASE, id.0)? else {
            return Ok(None);
        };
        let case = case.read()?;
        let more = read!(self, fetch_one, MoreRow, MORE, id.0)?;
        let person = read!(self, fetch_one, PersonRow, PERSON, case.person.0)?.read()?;
        let unit: (i64, String, String, Option<i64>, Option<String>) = read!(self, fetch_one, _, UNIT, person.unit.0)?;
        let account = read!(self, fetch_one, AccountRow, ACCOUNT, case.account.0)?.read()?;
        let versions = read!(self, fetch_all, VersionRow, VERSIONS, id.0)?;
        let looks = read!(self, fetch_all, (i64, String, String, String), LOOKS, id.0)?;
        let decisions = read!(self, fetch_all, DecisionSql, DECISIONS, id.0)?;
        let proposed = match (more.proposed, more.proposed_by) {
            (Some(outcome), Some(by)) => Some((outcome.parse()?, UserId(by))),
            _ => None,
        };
        Ok(Some(CaseFile {
            pledges: self.pledges_of(case.person).await?,
            history: self.journal_of(&format!("case:{id}")).await?,
            case,
            post_key: more.post_key,
            person,
            unit: Unit {
                id: UnitId(unit.0),
                code: unit.1,
                name: unit.2,
                parent: unit.3.map(UnitId),
                region: unit.4,
            },
            account,
            versions: versions.into_iter().map(VersionRow::read).collect::<Result<_>>()?,
            looks: looks.into_iter().map(look).collect::<Result<_>>()?,
            decisions: decisions.into_iter().map(decision).collect::<Result<_>>()?,
            first_reader: more.first_reader.map(UserId),
            second_reader: more.second_reader.map(UserId),
            asked_at: more.asked_at.map(Millis),
            answer_due_at: more.answer_due_at.map(Millis),
            answered_at: more.answered_at.map(Millis),
            proposed,
            closed_at: more.closed_at.map(Millis),
            leased_name: more.leased_name,
        }))
    }

    /// Puts a read or export of a case outside the desk into the record.
    pub async fn note_read(
        &self,
        id: CaseId,
        action: &'static str,
        by: &super::By,
        detail: &Value,
        now: Millis,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.note(now, by, action, format!("case:{id}"), detail);
        tx.commit().await
    }
}

/// The stored words of one version, for comparing with the record.
pub(super) async fn seal_in(tx: &mut Tx, case: i64, number: i64) -> Result<Option<Seal>> {
    Ok(fetch!(tx, fetch_optional, VersionRow, VERSION, case, number)?.map(|row| row.seal))
}

fn look((at, answer, how, outlook): (i64, String, String, String)) -> Result<LookRow> {
    Ok(LookRow {
        at: Millis(at),
        answer,
        how,
        outlook: outlook.parse()?,
    })
}

fn decision(row: DecisionSql) -> Result<DecisionRow> {
    Ok(DecisionRow {
        id: row.id,
        at: Millis(row.at),
        user: UserId(row.user_id),
        user_name: row.name,
        action: row.action,
        from: row.from_state.parse()?,
        to: row.to_state.parse()?,
        reason: row.reason,
        revision: row.revision,
    })
}
