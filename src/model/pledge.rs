//! Neutrality pledges (ikrar / pakta integritas), the document every case refers back to.

use jiff::civil::Date;

use super::{PersonId, PledgeId};

/// A pledge of neutrality and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pledge {
    /// Row.
    pub id: PledgeId,
    /// The institution's own code, unique.
    pub code: String,
    /// Where it was signed.
    pub place: String,
    /// When it was signed.
    pub signed_on: Date,
    /// Its points, in order: four (Mesuji, Kendari, Pringsewu) or nine (Bitung).
    pub points: Vec<String>,
    /// Who signed.
    pub signatories: Vec<PersonId>,
}
