//! TOML packs and contests → diagnostics with spans → a checked [`RuleSet`].

mod set;

pub use set::{CandidateTerm, CandidateWords, Effect, Expr, Reach, Rule, RuleSet, Status, Term, Voice, WordList};
