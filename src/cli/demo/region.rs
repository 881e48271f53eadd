//! Kota Tirtawangi: its units, people, accounts and the contest it is in. All of it is made up.
//!
//! Does: read the data files that are part of the program. Does not: know HTTP or the store.
//! Invariant: every account belongs to a person of the region, every person to a unit; a test reads the files.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;

use crate::model::{AccountKind, Employment, OwnershipState, Position};

const REGION: &str = include_str!("data/region.toml");

/// The made-up region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The contest without its candidates.
    pub contest: Contest,
    /// Candidates, as a contest file writes them.
    #[serde(rename = "candidate")]
    pub candidates: Vec<toml::Table>,
    /// Units, those above first.
    #[serde(rename = "unit")]
    pub units: Vec<Unit>,
    /// People by key.
    pub people: BTreeMap<String, Person>,
    /// Accounts by handle.
    pub accounts: BTreeMap<String, Account>,
    /// Unregistered voices on the Mastodon host: handle and display name.
    pub strangers: BTreeMap<String, String>,
}

/// The contest; its days are counted from today.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contest {
    /// File-stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Region code; no real one begins with 99.
    pub region: String,
    /// IANA zone.
    pub timezone: String,
    /// Who receives a referral.
    pub refer_to: String,
    /// First day of each phase, in days from today.
    pub days: BTreeMap<String, i32>,
}

/// A unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of the unit above.
    pub parent: Option<String>,
    /// Region code; inherited when absent.
    pub region: Option<String>,
}

/// A person: name, unit, employment, position.
#[derive(Debug, Deserialize)]
pub struct Person(pub String, pub String, pub Employment, pub Position);

/// An account: person, place, kind, ownership.
#[derive(Debug, Deserialize)]
pub struct Account(pub String, pub Place, pub AccountKind, pub OwnershipState);

/// Where an account is served, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The Mastodon-API host.
    Masto,
    /// RSS 2.0 on the feed host.
    Rss,
    /// Atom on the feed host.
    Atom,
    /// RDF (RSS 1.0) on the feed host.
    Rdf,
    /// JSON Feed on the feed host.
    Json,
    /// RSS on the host whose robots.txt forbids everything.
    Closed,
    /// RSS on the host that first answers 429.
    Busy,
}

impl Place {
    /// File name of the feed; `None` for the Mastodon host.
    pub const fn file(self) -> Option<&'static str> {
        match self {
            Self::Masto => None,
            Self::Rss | Self::Closed | Self::Busy => Some("feed.xml"),
            Self::Atom => Some("atom.xml"),
            Self::Rdf => Some("index.rdf"),
            Self::Json => Some("feed.json"),
        }
    }
}

impl Region {
    /// Reads the built-in file.
    pub fn load() -> anyhow::Result<Self> {
        toml::from_str(REGION).context("reading the demo's region")
    }

    /// A made-up NIP of 18 digits, or a contract number, always the same for the same person.
    pub fn nip(&self, key: &str) -> String {
        let index = self.people.keys().position(|other| other == key).unwrap_or(0);
        let employment = self.people.get(key).map(|person| person.2);
        if employment == Some(Employment::Ppnpn) {
            return format!("KTR-9971-{:04}", 100 + index);
        }
        let (born, since) = (1968 + index * 7 % 30, 2004 + index * 5 % 18);
        let (month, day) = (1 + index * 5 % 12, 1 + index * 11 % 28);
        format!(
            "{born}{month:02}{day:02}{since}{:02}{}{:03}",
            1 + index * 7 % 12,
            1 + index % 2,
            index + 1
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_region_is_whole() {
        let region = Region::load().expect("the built-in file is right");
        let units: BTreeSet<&str> = region.units.iter().map(|unit| unit.code.as_str()).collect();
        assert!(units.len() >= 10, "{} units", units.len());
        assert!(region.accounts.len() >= 60, "{} accounts", region.accounts.len());
        for unit in &region.units {
            assert!(
                unit.parent.as_deref().is_none_or(|code| units.contains(code)),
                "{}",
                unit.code
            );
        }
        for (key, person) in &region.people {
            assert!(units.contains(person.1.as_str()), "{key}");
        }
        for (handle, account) in &region.accounts {
            assert!(region.people.contains_key(&account.0), "{handle}");
        }
        for kind in AccountKind::ALL {
            assert!(region.accounts.values().any(|account| account.2 == *kind), "{kind}");
        }
        for state in OwnershipState::ALL {
            assert!(region.accounts.values().any(|account| account.3 == *state), "{state}");
        }
    }

    #[test]
    fn no_two_people_share_a_number() {
        let region = Region::load().expect("the built-in file is right");
        let numbers: BTreeSet<String> = region.people.keys().map(|key| region.nip(key)).collect();
        assert_eq!(numbers.len(), region.people.len());
        assert!(numbers.iter().all(|nip| nip.len() == 18 || nip.starts_with("KTR-")));
    }
}
