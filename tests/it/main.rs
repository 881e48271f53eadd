//! Netra's integration tests: the architecture as written, the service as installed, and stories told against a whole Netra
//! in a made-up world.

mod architecture;
mod browser;
mod deploy;
mod packs;
mod stories;
mod world;
