//! What a proof of parity came to.

use std::collections::BTreeMap;

/// What the proof came to that candidates are treated alike by the rules that a comparison was about.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Parity {
    /// Contests proven.
    pub contests: u64,
    /// Of so many that these rules concern.
    pub of: u64,
    /// Pairs of candidates put in each other's place.
    pub pairs: u64,
    /// Texts judged twice.
    pub texts: u64,
    /// Rules that judged a text otherwise for another candidate, and how many texts.
    pub unlike: BTreeMap<String, u64>,
}
