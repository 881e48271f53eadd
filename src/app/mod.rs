//! Wires the rooms together; the only module besides `cli` that knows all of them.
//!
//! Does: read the configuration, make keys, open the store, keep the rules in force, start the daemon's tasks. Does not: hold
//! any logic of a room.
//! Invariant: the clock, the log and the keys come from here and nowhere else.

pub mod clock;
pub mod keys;
pub mod log;
mod settings;

pub use settings::read_config;
