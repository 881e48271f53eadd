//! Signed pledges of neutrality.

use super::row::{corrupt, json};
use super::{Result, Store};
use crate::model::{PersonId, Pledge, PledgeId};

statements! {
    ALL = "SELECT id, code, place, signed_on, points FROM pledge ORDER BY code";
    OF_PERSON = "SELECT p.id, p.code, p.place, p.signed_on, p.points FROM pledge p \
                 JOIN pledge_signatory s ON s.pledge_id = p.id WHERE s.person_id = $1 ORDER BY p.signed_on DESC, p.id";
    SIGNATORIES = "SELECT person_id FROM pledge_signatory WHERE pledge_id = $1 ORDER BY person_id";
}

#[derive(sqlx::FromRow)]
struct PledgeRow {
    id: i64,
    code: String,
    place: String,
    signed_on: String,
    points: String,
}

impl PledgeRow {
    fn read(self, signatories: Vec<PersonId>) -> Result<Pledge> {
        Ok(Pledge {
            id: PledgeId(self.id),
            code: self.code,
            place: self.place,
            signed_on: self.signed_on.parse().map_err(|error| corrupt("pledge", error))?,
            points: json("pledge", &self.points)?,
            signatories,
        })
    }
}

impl Store {
    /// Every pledge with its signatories.
    pub async fn pledges(&self) -> Result<Vec<Pledge>> {
        let mut pledges = Vec::new();
        for row in read!(self, fetch_all, PledgeRow, ALL)? {
            let signatories = read!(self, fetch_all, (i64,), SIGNATORIES, row.id)?;
            pledges.push(row.read(signatories.into_iter().map(|row| PersonId(row.0)).collect())?);
        }
        Ok(pledges)
    }

    /// The pledges a person signed, newest first; `signatories` holds only that person.
    pub async fn pledges_of(&self, person: PersonId) -> Result<Vec<Pledge>> {
        read!(self, fetch_all, PledgeRow, OF_PERSON, person.0)?
            .into_iter()
            .map(|row| row.read(vec![person]))
            .collect()
    }
}
