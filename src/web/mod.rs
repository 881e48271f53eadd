//! The desk: server-rendered pages in Indonesian on which people read flagged posts and decide.
//!
//! Does: sign people in, enforce who may open which page, show a case as it was frozen, take decisions, answer `/healthz` and
//! `/metrics`. Does not: fetch anything, spawn long-lived work, judge texts, decide what a role may decide (that is `review`),
//! need JavaScript, or load anything from another host.
//! Invariant: what a post says reaches a page only as escaped text; no handler runs without a right checked by `guard`; neither post
//! text nor names, passwords or cookies reach a log.

mod accounts;
mod assets;
mod caller;
mod case;
mod chrome;
mod diff;
mod error;
mod evidence;
mod frame;
mod guard;
mod health;
mod help;
mod listen;
mod login;
mod marked;
mod moment;
mod queue;
mod record;
mod router;
mod rules;
mod serve;
mod session;
mod settings;
mod throttle;
mod visible;
mod words;

#[cfg(test)]
mod tests;

pub use router::router;
pub use serve::serve;
pub use settings::{Clock, Corpus, Desk, Fault, RulesView, Settings};
