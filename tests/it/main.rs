//! Netra's integration tests: the architecture as written, the service as installed, and stories told against a whole Netra
//! in a made-up world.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on ends where it stands")]

mod architecture;
mod browser;
mod command_line;
mod daemon;
mod deploy;
mod kill;
mod packs;
mod stories;
mod watch;
mod world;
