//! Units: a tree, with its paths and regions derived whenever it changes.

use std::collections::HashMap;

use super::row::corrupt;
use super::{Result, Store, Tx};
use crate::model::{Unit, UnitId};

statements! {
    ALL = "SELECT id, code, name, parent, region FROM unit ORDER BY path, id";
    ID_OF = "SELECT id FROM unit WHERE code = $1";
    TREE = "SELECT id, code, name, parent, region FROM unit";
    DERIVED = "SELECT id, path, region_here FROM unit";
    DERIVE = "UPDATE unit SET path = $2, region_here = $3 WHERE id = $1";
    PATH = "SELECT path FROM unit WHERE id = $1";
}

#[derive(sqlx::FromRow)]
struct UnitRow {
    id: i64,
    code: String,
    name: String,
    parent: Option<i64>,
    region: Option<String>,
}

impl From<UnitRow> for Unit {
    fn from(row: UnitRow) -> Self {
        Self {
            id: UnitId(row.id),
            code: row.code,
            name: row.name,
            parent: row.parent.map(UnitId),
            region: row.region,
        }
    }
}

impl Store {
    /// Every unit, parents before children.
    pub async fn units(&self) -> Result<Vec<Unit>> {
        Ok(read!(self, fetch_all, UnitRow, ALL)?
            .into_iter()
            .map(Unit::from)
            .collect())
    }

    /// The unit with this code.
    pub async fn unit_by_code(&self, code: &str) -> Result<Option<UnitId>> {
        Ok(read!(self, fetch_optional, (i64,), ID_OF, code)?.map(|row| UnitId(row.0)))
    }
}

/// Row of a unit by its code.
pub(super) async fn id_of(tx: &mut Tx, code: &str) -> Result<Option<i64>> {
    Ok(fetch!(tx, fetch_optional, (i64,), ID_OF, code)?.map(|row| row.0))
}

/// Path of a unit, ids from the root: `/1/5/`.
pub(super) async fn path_of(tx: &mut Tx, id: UnitId) -> Result<String> {
    Ok(fetch!(tx, fetch_optional, (String,), PATH, id.0)?
        .map(|row| row.0)
        .unwrap_or_default())
}

/// Whether one unit is the other, or stands above or below it.
pub(super) fn related(one: &str, other: &str) -> bool {
    !one.is_empty() && !other.is_empty() && (one.starts_with(other) || other.starts_with(one))
}

/// Computes every path and inherited region anew; gives the codes of units that stand under themselves.
pub(super) async fn derive(tx: &mut Tx) -> Result<Vec<String>> {
    let units: HashMap<i64, UnitRow> = fetch!(tx, fetch_all, UnitRow, TREE)?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let before: HashMap<i64, (String, Option<String>)> = fetch!(tx, fetch_all, (i64, String, Option<String>), DERIVED)?
        .into_iter()
        .map(|(id, path, region)| (id, (path, region)))
        .collect();
    let mut circles = Vec::new();
    for unit in units.values() {
        let (mut ids, mut region, mut at) = (Vec::new(), None, Some(unit.id));
        while let Some(id) = at {
            if ids.contains(&id) {
                circles.push(unit.code.clone());
                break;
            }
            ids.push(id);
            let here = units.get(&id).ok_or_else(|| corrupt("unit", "a parent is missing"))?;
            region = region.or_else(|| here.region.clone());
            at = here.parent;
        }
        let mut path = String::from("/");
        for id in ids.iter().rev() {
            path.push_str(&id.to_string());
            path.push('/');
        }
        if before.get(&unit.id) != Some(&(path.clone(), region.clone())) {
            execute!(tx, DERIVE, unit.id, path, region)?;
        }
    }
    circles.sort();
    Ok(circles)
}

#[cfg(test)]
mod tests {
    use super::related;

    #[test]
    fn a_unit_is_related_to_what_is_above_and_below_it_only() {
        assert!(related("/1/5/", "/1/5/"));
        assert!(related("/1/", "/1/5/"));
        assert!(related("/1/5/7/", "/1/"));
        assert!(!related("/1/5/", "/1/6/"));
        assert!(!related("/1/5/", "/1/55/"));
        assert!(!related("", "/1/"));
    }
}
