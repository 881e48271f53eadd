//! Registers the region's units, people, accounts and pledge, and the users of its desk.
//!
//! Does: hand rows to the same import that `netra account import` uses. Does not: write to a table by itself.
//! Invariant: one bad row and the demo does not start; passwords are new each time and shown once.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use jiff::Span;
use jiff::tz::TimeZone;

use super::host::Host;
use super::password;
use super::region::{Account, Place, Region};
use crate::model::{Millis, OwnershipState, Platform, Role};
use crate::store::register::{NewAccount, NewPerson, NewPledge, NewUnit, Rows};
use crate::store::{By, Store};

/// Users of the desk: name, role, unit. Two supervisors of different units, so that each sees what recusal hides.
const USERS: [(&str, Role, Option<&str>); 5] = [
    ("ayu.inspektorat", Role::Supervisor, Some("INSP")),
    ("bima.kepegawaian", Role::Supervisor, Some("BKPSDM")),
    ("laras.auditor", Role::Auditor, None),
    ("dimas.registrar", Role::Registrar, Some("BKPSDM")),
    ("seno.operator", Role::Operator, Some("KOMINFO")),
];
/// The four points of the pledge, in the demo's own words.
const POINTS: [&str; 4] = [
    "Menjaga netralitas sebelum, selama dan sesudah pemilihan.",
    "Menghindari konflik kepentingan, tidak menekan dan tidak memihak.",
    "Memakai media sosial dengan bijak, tidak menyebarkan kebencian dan berita bohong.",
    "Menolak politik uang dan segala pemberian.",
];
/// When accounts were proven, before now.
const PROVEN_BEFORE: Duration = Duration::from_hours(40 * 24);

/// A user of the desk and the password, to be shown once.
pub struct Login {
    /// Login name.
    pub name: &'static str,
    /// Role.
    pub role: Role,
    /// Name of the user's own unit.
    pub unit: String,
    /// Password.
    pub password: String,
}

/// Fills the registers.
pub async fn people(store: &Store, region: &Region, hosts: &[Host], now: Millis) -> anyhow::Result<()> {
    for rows in [
        Rows::Units(units(region)),
        Rows::People(persons(region)),
        Rows::Accounts(accounts(region, hosts, now)?),
        Rows::Pledges(pledge(region, now)?),
    ] {
        let done = store
            .import(&rows, false, &By::Machine, now, &|| ())
            .await
            .context("filling the demo's registers")?;
        ensure!(done.taken, "the demo's registers hold bad rows: {:?}", done.bad);
    }
    Ok(())
}

/// Adds the users of the desk.
pub async fn users(store: &Store, region: &Region, now: Millis) -> anyhow::Result<Vec<Login>> {
    let mut logins = Vec::new();
    for (name, role, unit) in USERS {
        let own = match unit {
            Some(code) => store.unit_by_code(code).await.context("finding a user's unit")?,
            None => None,
        };
        let password = password::make()?;
        store
            .add_user(name, role, own, &password, &By::Machine, now)
            .await
            .context("adding a user of the demo's desk")?;
        let unit = region.units.iter().find(|known| Some(known.code.as_str()) == unit);
        logins.push(Login {
            name,
            role,
            unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
            password,
        });
    }
    Ok(logins)
}

fn units(region: &Region) -> Vec<NewUnit> {
    region
        .units
        .iter()
        .map(|unit| NewUnit {
            code: unit.code.clone(),
            name: unit.name.clone(),
            parent: unit.parent.clone(),
            region: unit.region.clone(),
        })
        .collect()
}

fn persons(region: &Region) -> Vec<NewPerson> {
    region
        .people
        .iter()
        .map(|(key, person)| NewPerson {
            nip: region.nip(key),
            name: person.0.clone(),
            employment: person.2,
            unit: person.1.clone(),
            position: person.3,
        })
        .collect()
}

fn accounts(region: &Region, hosts: &[Host], now: Millis) -> anyhow::Result<Vec<NewAccount>> {
    region
        .accounts
        .iter()
        .map(|(handle, account)| row(region, hosts, handle, account, now))
        .collect()
}

fn row(region: &Region, hosts: &[Host], handle: &str, account: &Account, now: Millis) -> anyhow::Result<NewAccount> {
    let Account(person, place, kind, ownership) = account;
    let host = hosts
        .iter()
        .find(|host| host.places.contains(place))
        .context("finding an account's host")?;
    let proven = *ownership == OwnershipState::Verified;
    Ok(NewAccount {
        nip: region.nip(person),
        platform: if *place == Place::Masto {
            Platform::Mastodon
        } else {
            Platform::Feed
        },
        handle: address(host, handle, *place),
        kind: *kind,
        ownership: *ownership,
        proof: proven.then(|| format!("Berita acara verifikasi akun 800/{handle}")),
        since: Some(now.minus(PROVEN_BEFORE)),
        until: (*ownership == OwnershipState::Revoked).then(|| now.minus(PROVEN_BEFORE / 2)),
        consent: None,
        active: true,
    })
}

/// The address under which an account is registered.
fn address(host: &Host, handle: &str, place: Place) -> String {
    match place.file() {
        None => format!("http://{}/@{handle}", host.address),
        Some(file) => format!("http://{}/{handle}/{file}", host.address),
    }
}

fn pledge(region: &Region, now: Millis) -> anyhow::Result<Vec<NewPledge>> {
    let zone = TimeZone::get(&region.contest.timezone).context("finding the demo's time zone")?;
    let today = now.date_in(&zone).context("the clock is outside the calendar")?;
    let signed_on = today
        .checked_sub(Span::new().days(30))
        .context("counting the day of the pledge")?;
    let signed = region.people.keys().map(|key| NewPledge {
        code: String::from("IKRAR-TW"),
        place: String::from("Lapangan Balai Kota Tirtawangi"),
        signed_on,
        points: POINTS.map(String::from).to_vec(),
        nip: Some(region.nip(key)),
    });
    Ok(signed.collect())
}
