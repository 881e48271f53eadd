//! Netra watches the *public* posts of *registered* civil-servant (ASN) accounts during an election, matches them against
//! keyword automata, keeps the evidence of what it flags, forgets the rest, and puts hits before a **person** who decides.
//!
//! # The way of a post
//!
//! ```text
//! register ──▶ crawl ──bytes──▶ source ──Post──▶ text ──▶ matcher ──Hit──▶ store ──▶ web (desk) ──▶ decision ──▶ report
//! ```
//!
//! # Code map
//!
//! | room | what it holds | knows of |
//! |---|---|---|
//! | [`model`] | plain data and closed vocabularies | nothing of ours |
//! | [`text`] | HTML to text, folding with a map back to the original bytes, tokens | model |
//! | [`rules`] | TOML to diagnostics with spans, to compiled rules; contests to terms | text, model |
//! | [`matcher`] | compiled rules × folded post → hits | rules, text, model |
//! | [`review`] | case states, who may do what: one transition function | model |
//! | [`source`] | one file per platform: what to ask, how to read the answer; no I/O | text, model |
//! | [`crawl`] | due accounts → fetch → source → matcher → store; robots, budgets, recheck | source, store, matcher, rules, evidence, text, model |
//! | [`evidence`] | capture, digests, the record's hash chain | model |
//! | [`store`] | SQL, one file per table | review, evidence, model |
//! | [`report`], [`notify`] | case file, statistics; e-mail, webhook | store, review, evidence, model |
//! | [`web`] | the desk: router, session, guard, one file per page | store, review, rules, matcher, report, evidence, model |
//! | [`config`] | the configuration file, typed | model |
//! | [`lifecycle`] | tasks, signals, readiness, watchdog | nothing of ours |
//! | [`app`], [`cli`] | wiring; one file per sub-command | everything |
//!
//! A test reads the `use crate::` lines and fails on any other arrow.
//!
//! # Invariants
//!
//! - `model`, `text`, `rules`, `matcher`, `review`, `evidence` know neither tokio, sqlx, reqwest nor the clock.
//! - `source` never sees the store or the network; `web` never fetches; only `lifecycle` spawns long-lived tasks.
//! - Every write is one transaction. An account's cursor moves in the transaction that keeps what its posts produced.
//! - Of a post that was not flagged nothing is kept but keyed fingerprints, for a bounded time.
//! - Nothing leaves *Terdeteksi* without a named person.

pub mod app;
pub mod cli;
pub mod config;
pub mod crawl;
pub mod evidence;
pub mod lifecycle;
pub mod matcher;
pub mod model;
pub mod notify;
pub mod report;
pub mod review;
pub mod rules;
pub mod source;
pub mod store;
pub mod text;
pub mod web;

/// Program name and version, as evidence and the user agent state it.
pub const PROGRAM: &str = concat!("netra/", env!("CARGO_PKG_VERSION"));
