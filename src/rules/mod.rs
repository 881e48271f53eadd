//! TOML packs and contests → diagnostics with spans → a checked [`RuleSet`].
//!
//! Does: read the files of a rules folder ([`read()`], the only I/O), find every fault in them at once with its place and a stable
//! code ([`check()`]), parse the small expression language, expand candidates into the ways people name them, fill the examples,
//! turn an official candidate list into contest files ([`import`]), say which versions run ([`life`]). Does not: match anything, know the clock, or decide which
//! contests are active.
//! Invariant: a [`RuleSet`] exists only if no file had an error; the same files always give the same set and the same hash.

mod canonical;
mod check;
mod contest;
mod diagnostic;
mod example;
mod expr;
mod fields;
mod frequency;
pub mod import;
pub mod life;
mod lint;
mod norm;
mod ordinary;
mod pack;
mod read;
mod set;
mod syntax;
mod terms;
mod unless;

#[cfg(test)]
mod tests;

pub use canonical::expression_text;
pub use check::{Checked, TermPlace, check};
pub use diagnostic::{CODES, Diagnostic, Label, Severity};
pub use example::{Example, fill, sample_contest, sample_contest_in};
pub use expr::CANDIDATE_WORDS;
pub use fields::closest;
pub use frequency::common_terms;
pub use norm::Norm;
pub use ordinary::{Familiar, familiar, familiar_words, is_only_name};
pub use read::{SourceFile, Unread, read};
pub use set::{
    CandidateTerm, CandidateWords, Capitals, Effect, Expr, Reach, Rule, RuleSet, Status, Term, Voice, WordList,
};
pub use terms::{
    Variant, candidate_terms, expand, is_address, is_frequent, is_motto, makes_larger, number_word, renumbered,
    spells_number,
};
