//! What leaves the house: the file of one case, to be checked by whoever receives it; and what is read before a rule goes live.
//!
//! Does: turn a case file into named files with their digests. Does not: read the store (it is handed the case), print, or judge.
//! Invariant: every file but the list itself stands in `SHA256SUMS`, so that `sha256sum -c` checks the folder.

mod case_folder;
pub mod trial;

pub use case_folder::{Part, SUMS, case, case_folder, sums, version_json};
