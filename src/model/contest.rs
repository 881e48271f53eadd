//! Contests: an election in a region, its phases and its candidates. Data, never code: phases, penalties and the body that
//! receives a referral have changed before and will again (domain.md, facts 1 and 2).

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};

use super::Millis;

vocabulary! {
    /// A phase of a contest. Before `Penetapan` the ethics list holds, from then on the discipline list (domain.md §1.2).
    Phase {
        /// Before registration; only when the contest file dates it.
        Persiapan = "persiapan",
        /// Registration of candidates.
        Pendaftaran = "pendaftaran",
        /// From the determination of candidates.
        Penetapan = "penetapan",
        /// Campaign.
        Kampanye = "kampanye",
        /// Quiet period.
        Tenang = "tenang",
        /// Voting day.
        Pemungutan = "pemungutan",
        /// Count, dispute, until inauguration.
        Penghitungan = "penghitungan",
    }
}

vocabulary! {
    /// A kind of election; each has its own law.
    Election {
        /// Of president, parliaments and senate (UU 7/2017).
        Pemilu = "pemilu",
        /// Of heads of regions (UU 10/2016).
        Pilkada = "pilkada",
    }
}

/// The first day of each phase, and the day on which the contest is over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phases {
    /// First day of each phase; days ascend with the phase.
    pub first_day: BTreeMap<Phase, Date>,
    /// First day on which the contest is over.
    pub ends: Option<Date>,
}

impl Phases {
    /// Voting day, or the first day of the last dated phase.
    pub fn vote_day(&self) -> Option<Date> {
        let days = &self.first_day;
        days.get(&Phase::Pemungutan).or_else(|| days.values().last()).copied()
    }
}

/// One of the two people of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CandidateSide {
    /// Full name as KPU prints it, without titles.
    pub name: String,
    /// What people call them.
    pub aliases: Vec<String>,
}

/// A candidate (pair) with a ballot number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Candidate {
    /// Ballot number.
    pub number: u32,
    /// Head of the pair, or the only candidate.
    pub head: CandidateSide,
    /// Deputy.
    pub deputy: Option<CandidateSide>,
    /// Slogans.
    pub slogans: Vec<String>,
    /// Hashtags, without `#`.
    pub hashtags: Vec<String>,
    /// Supporting parties.
    pub parties: Vec<String>,
    /// Official campaign accounts registered with KPU.
    pub accounts: Vec<String>,
    /// Acronyms the contest file declares for the pair; ordinary words among them never fire alone.
    pub acronyms: Vec<String>,
    /// The empty box on the ballot ("kolom kosong"): it has a number and a name of its own.
    pub empty_box: bool,
}

impl Candidate {
    /// The people on the ballot: head, then deputy.
    pub fn sides(&self) -> impl Iterator<Item = &CandidateSide> {
        std::iter::once(&self.head).chain(&self.deputy)
    }
}

/// An election in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    /// File-stable id, for example `2024-pilwalkot-kendari`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Kemendagri code: `7471` a city, `74` a province, `00` the nation.
    pub region: String,
    /// IANA zone in which the phases' days begin.
    pub zone: TimeZone,
    /// The body that receives a referral.
    pub refer_to: String,
    /// Phases.
    pub phases: Phases,
    /// Candidates by ballot number.
    pub candidates: Vec<Candidate>,
}

impl Contest {
    /// The phase at `at`; `None` before the first dated phase and from the end on: then the crawler is off.
    pub fn phase_at(&self, at: Millis) -> Option<Phase> {
        self.phase_on(at.date_in(&self.zone)?)
    }

    /// The phase on a calendar day of the contest's zone.
    pub fn phase_on(&self, day: Date) -> Option<Phase> {
        if self.phases.ends.is_some_and(|end| day >= end) {
            return None;
        }
        self.phases
            .first_day
            .iter()
            .filter(|(_, first)| **first <= day)
            .max_by_key(|(_, first)| **first)
            .map(|(phase, _)| *phase)
    }

    /// What kind of election it is: that of the nation is no Pilkada, that of a region is one.
    pub fn election(&self) -> Election {
        if self.region == "00" {
            Election::Pemilu
        } else {
            Election::Pilkada
        }
    }

    /// Whether people of a region stand in this contest's territory or it in theirs: the nation, the same region, or one
    /// inside the other.
    pub fn concerns(&self, region: &str) -> bool {
        self.region == "00" || self.region.starts_with(region) || region.starts_with(&self.region)
    }
}
