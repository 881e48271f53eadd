//! Netra's integration tests: the architecture as written, the service as installed, and stories told against a whole Netra
//! in a made-up world.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "in a story a surprise is a failure, and words are for its log"
)]

mod architecture;
mod browser;
mod command_line;
mod contest_import;
mod daemon;
mod deploy;
mod kill;
mod packs;
mod rule_life;
mod stories;
mod tuner;
mod watch;
mod world;
