//! Filling the registers: units, people, accounts and pledges, many rows in one transaction.
//!
//! Invariants: all or nothing, unless the caller asked to skip bad rows; the same rows twice change nothing; a row is bad for a
//! stated reason that repeats no personal value.

use jiff::civil::Date;
use serde_json::json;

use super::row::to_json;
use super::{By, Result, Store, Tx, person, unit};
use crate::model::{AccountKind, Employment, Millis, OwnershipState, Platform, Position};

statements! {
    UNIT_AS = "SELECT name, region FROM unit WHERE code = $1";
    UNIT = "INSERT INTO unit (code, name, region) VALUES ($1, $2, $3) \
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, region = excluded.region \
        WHERE unit.name <> excluded.name OR unit.region IS DISTINCT FROM excluded.region";
    PARENT = "UPDATE unit SET parent = $2 WHERE code = $1 AND parent IS DISTINCT FROM $2";
    PERSON = "INSERT INTO person (nip, name, employment, unit_id, position) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (nip) DO UPDATE SET name = excluded.name, employment = excluded.employment, unit_id = excluded.unit_id, \
        position = excluded.position WHERE person.name <> excluded.name OR person.employment <> excluded.employment \
        OR person.unit_id <> excluded.unit_id OR person.position <> excluded.position";
    ACCOUNT_OF = "SELECT id, person_id FROM account WHERE platform = $1 AND handle = $2";
    ACCOUNT = "INSERT INTO account (person_id, platform, handle, kind, ownership, proof, owned_since, owned_until, consent, \
        active, registered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    ACCOUNT_SET = "UPDATE account SET kind = $2, ownership = $3, proof = $4, owned_since = $5, owned_until = $6, \
        consent = $7, active = $8 WHERE id = $1 AND (kind <> $2 OR ownership <> $3 OR proof IS DISTINCT FROM $4 \
        OR owned_since IS DISTINCT FROM $5 OR owned_until IS DISTINCT FROM $6 OR consent IS DISTINCT FROM $7 OR active <> $8)";
    SCHEDULE = "INSERT INTO poll (account_id, next_poll_at) SELECT a.id, $1 FROM account a \
        WHERE NOT EXISTS (SELECT 1 FROM poll s WHERE s.account_id = a.id)";
    DUE_NOW = "UPDATE poll SET next_poll_at = $2 WHERE account_id = $1 AND next_poll_at > $2";
    PLEDGE_ID = "SELECT id, place, signed_on, points FROM pledge WHERE code = $1";
    PLEDGE = "INSERT INTO pledge (code, place, signed_on, points) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (code) DO UPDATE SET place = excluded.place, signed_on = excluded.signed_on, points = excluded.points \
        RETURNING id";
    SIGN = "INSERT INTO pledge_signatory (pledge_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
}

/// Rows to register, each kind by itself.
pub enum Rows {
    /// Units; a parent may come after its child.
    Units(Vec<NewUnit>),
    /// People.
    People(Vec<NewPerson>),
    /// Accounts.
    Accounts(Vec<NewAccount>),
    /// Pledges, one row per signatory.
    Pledges(Vec<NewPledge>),
}

/// A unit.
#[derive(Clone)]
pub struct NewUnit {
    /// The institution's own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of the unit above.
    pub parent: Option<String>,
    /// Kemendagri region code.
    pub region: Option<String>,
}

/// A person.
#[derive(Clone)]
pub struct NewPerson {
    /// NIP or contract number.
    pub nip: String,
    /// Full name.
    pub name: String,
    /// Employment status.
    pub employment: Employment,
    /// Code of the unit.
    pub unit: String,
    /// Position class.
    pub position: Position,
}

/// An account.
#[derive(Clone)]
pub struct NewAccount {
    /// NIP of the person.
    pub nip: String,
    /// Platform.
    pub platform: Platform,
    /// Handle, in the platform's own form.
    pub handle: String,
    /// Whose voice.
    pub kind: AccountKind,
    /// How sure.
    pub ownership: OwnershipState,
    /// What proves it.
    pub proof: Option<String>,
    /// From when.
    pub since: Option<Millis>,
    /// Until when.
    pub until: Option<Millis>,
    /// The owner's consent.
    pub consent: Option<String>,
    /// Whether it is read.
    pub active: bool,
}

/// One signature under a pledge.
#[derive(Clone)]
pub struct NewPledge {
    /// The institution's own code of the pledge.
    pub code: String,
    /// Where it was signed.
    pub place: String,
    /// When.
    pub signed_on: Date,
    /// Its points, in order.
    pub points: Vec<String>,
    /// NIP of a signatory; `None` = the pledge alone.
    pub nip: Option<String>,
}

impl Rows {
    /// How many rows.
    pub const fn len(&self) -> usize {
        match self {
            Self::Units(rows) => rows.len(),
            Self::People(rows) => rows.len(),
            Self::Accounts(rows) => rows.len(),
            Self::Pledges(rows) => rows.len(),
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Units(_) => "units",
            Self::People(_) => "people",
            Self::Accounts(_) => "accounts",
            Self::Pledges(_) => "pledges",
        }
    }
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Rows that are new.
    pub added: u64,
    /// Rows that were there and changed.
    pub changed: u64,
    /// Rows that were there already.
    pub unchanged: u64,
    /// Bad rows: index into the rows handed in, and why. If there are any and bad rows are not skipped, nothing was taken.
    pub bad: Vec<(usize, &'static str)>,
    /// Whether anything was kept.
    pub taken: bool,
}

/// What became of one row.
enum Fate {
    Added,
    Changed,
    Unchanged,
    Bad(&'static str),
}

impl Fate {
    const fn changed(touched: bool) -> Self {
        if touched { Self::Changed } else { Self::Unchanged }
    }
}

impl Store {
    /// Registers rows in one transaction; `progress` is told after each row.
    pub async fn import(
        &self,
        rows: &Rows,
        skip_bad: bool,
        by: &By,
        now: Millis,
        progress: &(dyn Fn() + Sync),
    ) -> Result<Imported> {
        let mut tx = self.begin().await?;
        let mut done = Imported::default();
        for index in 0..rows.len() {
            let fate = match rows {
                Rows::Units(rows) => take_unit(&mut tx, &rows[index]).await?,
                Rows::People(rows) => take_person(&mut tx, &rows[index]).await?,
                Rows::Accounts(rows) => take_account(&mut tx, &rows[index], now).await?,
                Rows::Pledges(rows) => take_pledge(&mut tx, &rows[index]).await?,
            };
            done.count(index, &fate);
            progress();
        }
        if let Rows::Units(rows) = rows {
            tie(&mut tx, rows, &mut done).await?;
        }
        execute!(tx, SCHEDULE, now.0)?;
        done.bad.sort_unstable();
        let circle = done.bad.iter().any(|(_, why)| *why == CIRCLE);
        if !done.bad.is_empty() && (!skip_bad || circle) {
            return Ok(Imported {
                bad: done.bad,
                ..Imported::default()
            });
        }
        if done.added + done.changed > 0 {
            let detail =
                json!({ "kind": rows.kind(), "added": done.added, "changed": done.changed, "bad": done.bad.len() });
            tx.note(
                now,
                by,
                "register.imported",
                format!("register:{}", rows.kind()),
                &detail,
            );
        }
        tx.commit().await?;
        done.taken = true;
        Ok(done)
    }
}

impl Imported {
    fn count(&mut self, index: usize, fate: &Fate) {
        match fate {
            Fate::Added => self.added += 1,
            Fate::Changed => self.changed += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Bad(why) => self.bad.push((index, why)),
        }
    }
}

const CIRCLE: &str = "this unit would stand under itself";

async fn take_unit(tx: &mut Tx, row: &NewUnit) -> Result<Fate> {
    let there = fetch!(tx, fetch_optional, (String, Option<String>), UNIT_AS, &row.code)?.is_some();
    let touched = execute!(tx, UNIT, &row.code, &row.name, row.region.as_deref())? > 0;
    Ok(if there { Fate::changed(touched) } else { Fate::Added })
}

/// Ties units to their parents once all are there, and derives paths and regions.
async fn tie(tx: &mut Tx, rows: &[NewUnit], done: &mut Imported) -> Result<()> {
    for (index, row) in rows.iter().enumerate() {
        let parent = match &row.parent {
            None => None,
            Some(code) => match unit::id_of(tx, code).await? {
                Some(id) => Some(id),
                None => {
                    done.bad.push((index, "the unit above is not registered"));
                    continue;
                }
            },
        };
        execute!(tx, PARENT, &row.code, parent)?;
    }
    let circles = unit::derive(tx).await?;
    let circled = |row: &NewUnit| circles.binary_search(&row.code).is_ok();
    done.bad.extend(
        rows.iter()
            .enumerate()
            .filter(|(_, row)| circled(row))
            .map(|(index, _)| (index, CIRCLE)),
    );
    Ok(())
}

async fn take_person(tx: &mut Tx, row: &NewPerson) -> Result<Fate> {
    let Some(unit) = unit::id_of(tx, &row.unit).await? else {
        return Ok(Fate::Bad("the unit is not registered"));
    };
    let there = person::id_of(tx, &row.nip).await?.is_some();
    let touched = execute!(
        tx,
        PERSON,
        &row.nip,
        &row.name,
        row.employment.as_str(),
        unit,
        row.position.as_str(),
    )? > 0;
    Ok(if there { Fate::changed(touched) } else { Fate::Added })
}

async fn take_account(tx: &mut Tx, row: &NewAccount, now: Millis) -> Result<Fate> {
    let Some(person) = person::id_of(tx, &row.nip).await? else {
        return Ok(Fate::Bad("the person is not registered"));
    };
    let (kind, ownership) = (row.kind.as_str(), row.ownership.as_str());
    let (proof, consent) = (row.proof.as_deref(), row.consent.as_deref());
    let (since, until) = (row.since.map(|at| at.0), row.until.map(|at| at.0));
    match fetch!(
        tx,
        fetch_optional,
        (i64, i64),
        ACCOUNT_OF,
        row.platform.as_str(),
        &row.handle
    )? {
        Some((_, owner)) if owner != person => Ok(Fate::Bad("this account is registered for another person")),
        Some((id, _)) => {
            let touched = execute!(
                tx,
                ACCOUNT_SET,
                id,
                kind,
                ownership,
                proof,
                since,
                until,
                consent,
                row.active
            )?;
            if touched > 0 {
                // What closed the account to us may have been just what changed: a consent, an owner, a switch.
                execute!(tx, DUE_NOW, id, now.0)?;
            }
            Ok(Fate::changed(touched > 0))
        }
        None => {
            let platform = row.platform.as_str();
            execute!(
                tx,
                ACCOUNT,
                person,
                platform,
                &row.handle,
                kind,
                ownership,
                proof,
                since,
                until,
                consent,
                row.active,
                now.0
            )?;
            Ok(Fate::Added)
        }
    }
}

async fn take_pledge(tx: &mut Tx, row: &NewPledge) -> Result<Fate> {
    let signatory = match &row.nip {
        None => None,
        Some(nip) => match person::id_of(tx, nip).await? {
            Some(id) => Some(id),
            None => return Ok(Fate::Bad("the person is not registered")),
        },
    };
    let (signed_on, points) = (row.signed_on.to_string(), to_json(&row.points));
    let before = fetch!(tx, fetch_optional, (i64, String, String, String), PLEDGE_ID, &row.code)?;
    let mut changed = false;
    let (pledge, added) = match before {
        Some((id, place, date, old)) if place == row.place && date == signed_on && old == points => (id, false),
        before => {
            changed = before.is_some();
            let (id,) = fetch!(
                tx,
                fetch_one,
                (i64,),
                PLEDGE,
                &row.code,
                &row.place,
                &signed_on,
                &points
            )?;
            (id, before.is_none())
        }
    };
    let mut signed = false;
    if let Some(person) = signatory {
        signed = execute!(tx, SIGN, pledge, person)? > 0;
    }
    Ok(if added || signed {
        Fate::Added
    } else {
        Fate::changed(changed)
    })
}
