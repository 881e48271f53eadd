//! Wires the rooms together; the only module besides `cli` that knows all of them.
//!
//! Does: read the configuration, make keys, open the store, keep the rules in force, read files of texts, start the daemon's tasks. Does not: hold
//! any logic of a room.
//! Invariant: the clock, the log and the keys come from here and nowhere else.

pub mod clock;
pub mod corpus;
pub mod daemon;
mod database;
pub mod in_force;
pub mod keys;
pub mod log;
pub mod posts;
mod settings;
pub mod unpack;

use anyhow::Context as _;

pub use database::{connect, open_store};
pub use settings::{read_config, survey};

/// The runtime that sub-commands run on.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")
}
