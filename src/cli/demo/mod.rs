//! `netra demo`: the whole thing on one machine with nothing to set up.
//!
//! A made-up region posts on four small hosts on loopback; the real crawler reads them over real HTTP, the real rules judge,
//! the real desk shows. Nothing here is a stand-in for a room of Netra.

mod feed;
mod folder;
mod host;
mod markup;
mod masto;
mod packs;
mod password;
mod region;
mod script;
mod world;

use std::process::ExitCode;

/// Arguments of `netra demo`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `netra demo`.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`netra demo` is not built yet")
}
