//! The queue of the desk: gravest first, then oldest.

use super::row::{count, json, level, rank};
use super::{Result, Store};
use crate::model::{AccountId, Case, CaseId, CaseState, Level, Millis, PersonId, Platform, UnitId, UserId, Verdict};

statements! {
    QUEUE = "SELECT c.id, c.person_id, c.account_id, c.state, c.level, c.contest, c.phase, c.detected_at, c.known_at, \
        c.outlook, c.versions, c.revision, c.leased_by, c.leased_until, p.name AS person_name, u.name AS unit_name, \
        a.platform, a.handle, substr(v.body, 1, 4096) AS body, v.verdict, l.name AS leased_name \
        FROM post_case c JOIN person p ON p.id = c.person_id JOIN unit u ON u.id = p.unit_id \
        JOIN account a ON a.id = c.account_id JOIN version v ON v.case_id = c.id AND v.number = c.versions \
        LEFT JOIN user_account l ON l.id = c.leased_by \
        WHERE $1 LIKE '%,' || c.state || ',%' AND c.level >= $2 \
        AND (CAST($3 AS TEXT) IS NULL OR c.contest = $3) \
        AND u.path LIKE $4 || '%' AND NOT ($5 <> '' AND (u.path LIKE $5 || '%' OR $5 LIKE u.path || '%')) \
        AND (CAST($7 AS BIGINT) IS NULL OR c.level < $7 \
        OR (c.level = $7 AND (c.detected_at > $8 OR (c.detected_at = $8 AND c.id > $9)))) \
        ORDER BY c.level DESC, c.detected_at, c.id LIMIT $6";
    COUNT = "SELECT count(*) FROM post_case c JOIN person p ON p.id = c.person_id JOIN unit u ON u.id = p.unit_id \
        WHERE $1 LIKE '%,' || c.state || ',%' AND c.level >= $2 \
        AND (CAST($3 AS TEXT) IS NULL OR c.contest = $3) \
        AND u.path LIKE $4 || '%' AND NOT ($5 <> '' AND (u.path LIKE $5 || '%' OR $5 LIKE u.path || '%'))";
    STATES = "SELECT state, count(*) FROM post_case GROUP BY state";
    UNIT_PATH = "SELECT path FROM unit WHERE id = $1";
    USER_PATH = "SELECT u.path FROM user_account a JOIN unit u ON u.id = a.unit_id WHERE a.id = $1";
}

/// What to show.
#[derive(Debug, Clone, Default)]
pub struct QueueFilter {
    /// In these states; empty = all that are not closed.
    pub states: Vec<CaseState>,
    /// At least this grave.
    pub level: Option<Level>,
    /// Of this contest.
    pub contest: Option<String>,
    /// Of this unit and those below it.
    pub unit: Option<UnitId>,
    /// For this user: cases of the user's own unit, or one above or below it, are left out.
    pub viewer: Option<UserId>,
    /// Rows after this one: what was decided meanwhile skips nothing.
    pub after: Option<(Level, Millis, CaseId)>,
    /// Rows at most; 0 = 50.
    pub limit: u32,
}

/// A row of the queue.
#[derive(Clone)]
pub struct QueueRow {
    /// The case.
    pub case: Case,
    /// Name of the person.
    pub person_name: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Platform of the account.
    pub platform: Platform,
    /// Handle of the account.
    pub handle: String,
    /// Beginning of the newest version's text; the verdict's spans count from it.
    pub text: String,
    /// Judgement of the newest version.
    pub verdict: Verdict,
    /// Name of who is reading it, if the lease still runs (compare [`Case::leased_until`] with now).
    pub leased_name: Option<String>,
}

/// A page of the queue.
#[derive(Clone)]
pub struct QueuePage {
    /// Rows.
    pub rows: Vec<QueueRow>,
    /// Rows in all.
    pub total: u64,
}

#[derive(sqlx::FromRow)]
pub(super) struct CaseRow {
    id: i64,
    person_id: i64,
    account_id: i64,
    state: String,
    level: i64,
    contest: Option<String>,
    phase: Option<String>,
    detected_at: i64,
    known_at: Option<i64>,
    outlook: String,
    versions: i64,
    revision: i64,
    leased_by: Option<i64>,
    leased_until: Option<i64>,
}

impl CaseRow {
    pub(super) fn read(self) -> Result<Case> {
        Ok(Case {
            id: CaseId(self.id),
            person: PersonId(self.person_id),
            account: AccountId(self.account_id),
            state: self.state.parse()?,
            level: level(self.level)?,
            contest: self.contest,
            phase: self.phase.map(|phase| phase.parse()).transpose()?,
            detected_at: Millis(self.detected_at),
            known_at: self.known_at.map(Millis),
            outlook: self.outlook.parse()?,
            versions: count(self.versions),
            revision: self.revision,
            leased_by: self.leased_by.map(UserId),
            leased_until: self.leased_until.map(Millis),
        })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    case: CaseRow,
    person_name: String,
    unit_name: String,
    platform: String,
    handle: String,
    body: Vec<u8>,
    verdict: String,
    leased_name: Option<String>,
}

impl Store {
    /// A page of the queue.
    pub async fn queue(&self, filter: &QueueFilter) -> Result<QueuePage> {
        let states = states(&filter.states);
        let least = filter.level.map_or(0, rank);
        let contest = filter.contest.as_deref();
        let unit = match filter.unit {
            Some(unit) => {
                read!(self, fetch_optional, (String,), UNIT_PATH, unit.0)?.map_or("?".to_owned(), |row| row.0)
            }
            None => String::new(),
        };
        let own = match filter.viewer {
            Some(viewer) => {
                read!(self, fetch_optional, (String,), USER_PATH, viewer.0)?.map_or(String::new(), |row| row.0)
            }
            None => String::new(),
        };
        let limit = i64::from(if filter.limit == 0 { 50 } else { filter.limit });
        let after = filter.after.map(|(level, at, id)| (rank(level), at.0, id.0));
        let (after_level, after_at, after_id) = (
            after.map(|place| place.0),
            after.map(|place| place.1),
            after.map(|place| place.2),
        );
        let rows = read!(
            self,
            fetch_all,
            Row,
            QUEUE,
            &states,
            least,
            contest,
            &unit,
            &own,
            limit,
            after_level,
            after_at,
            after_id
        )?;
        let (total,) = read!(self, fetch_one, (i64,), COUNT, &states, least, contest, &unit, &own)?;
        Ok(QueuePage {
            rows: rows.into_iter().map(row).collect::<Result<_>>()?,
            total: total.unsigned_abs(),
        })
    }

    /// How many cases stand in each state.
    pub async fn case_counts(&self) -> Result<Vec<(CaseState, u64)>> {
        read!(self, fetch_all, (String, i64), STATES)?
            .into_iter()
            .map(|(state, cases)| Ok((state.parse()?, cases.unsigned_abs())))
            .collect()
    }
}

fn row(row: Row) -> Result<QueueRow> {
    Ok(QueueRow {
        case: row.case.read()?,
        person_name: row.person_name,
        unit_name: row.unit_name,
        platform: row.platform.parse()?,
        handle: row.handle,
        text: beginning(row.body),
        verdict: json("version", &row.verdict)?,
        leased_name: row.leased_name,
    })
}

/// States as the text the query searches.
fn states(states: &[CaseState]) -> String {
    let wanted = |state: &&CaseState| {
        if states.is_empty() {
            !state.is_closed()
        } else {
            states.contains(state)
        }
    };
    let words = CaseState::ALL.iter().filter(wanted);
    words.fold(String::from(","), |list, state| list + state.as_str() + ",")
}

/// A text that may be cut inside a character.
fn beginning(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let whole = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(whole);
            String::from_utf8(bytes).unwrap_or_default()
        }
    }
}
