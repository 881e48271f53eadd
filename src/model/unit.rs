//! Organisational units, a tree: province or district, agency, office.

use super::UnitId;

/// A unit (OPD, kecamatan, kelurahan, school …) in the tree of the institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Row.
    pub id: UnitId,
    /// The institution's own code, unique; what CSV files refer to.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit above; `None` at the root.
    pub parent: Option<UnitId>,
    /// Kemendagri region code: 2 digits a province, 4 a district or city, longer below. Inherited from above when absent.
    pub region: Option<String>,
}
