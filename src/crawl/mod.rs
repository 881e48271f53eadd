//! Due accounts → fetch → source → matcher → store.
//!
//! Does: ask politely ([`gate`]: robots.txt, turns, the guarded client), read what comes through [`crate::source`], judge it,
//! keep what was flagged in the same transaction that moves the account's cursor, look again at what was kept. Does not: keep,
//! log or pass on anything of a post that was not flagged.
//! Invariant: all it knows between two polls is in the database; killed at any moment and started again it ends with the same
//! cases.

pub mod budget;
pub mod fetch;
pub mod gate;
pub mod guard;
pub mod rate;
pub mod robots;
pub mod schedule;

mod crawler;
mod fingerprint;
mod judge;
mod poll;
mod recheck;
mod settings;

use std::sync::Arc;

pub use crawler::{Crawler, Summary};
pub use poll::Report;
pub use settings::Settings;

use crate::model::Millis;

/// The clock, passed in.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;
