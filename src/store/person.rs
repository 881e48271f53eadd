//! Registered people. Nothing here is ever logged.

use super::{Result, Store, Tx};
use crate::model::{Person, PersonId, UnitId};

statements! {
    ONE = "SELECT id, nip, name, employment, unit_id, position FROM person WHERE id = $1";
    ID_OF = "SELECT id FROM person WHERE nip = $1";
    COUNT = "SELECT count(*) FROM person";
}

#[derive(sqlx::FromRow)]
pub(super) struct PersonRow {
    id: i64,
    nip: String,
    name: String,
    employment: String,
    unit_id: i64,
    position: String,
}

impl PersonRow {
    pub(super) fn read(self) -> Result<Person> {
        Ok(Person {
            id: PersonId(self.id),
            nip: self.nip,
            name: self.name,
            employment: self.employment.parse()?,
            unit: UnitId(self.unit_id),
            position: self.position.parse()?,
        })
    }
}

impl Store {
    /// One person.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>> {
        read!(self, fetch_optional, PersonRow, ONE, id.0)?
            .map(PersonRow::read)
            .transpose()
    }

    /// How many people are registered.
    pub async fn people_count(&self) -> Result<u64> {
        Ok(read!(self, fetch_one, (i64,), COUNT)?.0.unsigned_abs())
    }
}

/// Row of a person by NIP.
pub(super) async fn id_of(tx: &mut Tx, nip: &str) -> Result<Option<i64>> {
    Ok(fetch!(tx, fetch_optional, (i64,), ID_OF, nip)?.map(|row| row.0))
}
