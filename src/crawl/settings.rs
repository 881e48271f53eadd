//! What the operator may choose.

use std::net::SocketAddr;
use std::time::Duration;

use super::fetch;
use super::schedule::Tempo;
use crate::model::Platform;
use crate::store::Brake;

/// The crawler's settings. [`Settings::default`] is polite and public-only.
#[derive(Clone)]
pub struct Settings {
    /// This node's name, the same after a restart.
    pub node: String,
    /// Whom a server's operator can write to; in the user agent.
    pub contact: String,
    /// The key of the fingerprints.
    pub fingerprint_key: [u8; 32],
    /// Platforms whose legal basis the operator has stated.
    pub platforms: Vec<Platform>,
    /// Polls under way at once.
    pub concurrency: usize,
    /// Requests per minute to one host.
    pub host_per_minute: u32,
    /// Requests under way at once to one host.
    pub host_concurrency: usize,
    /// Caps of one request.
    pub limits: fetch::Limits,
    /// Shortest and longest time between two polls of an account.
    pub tempo: Tempo,
    /// How far back the first poll of an account reads.
    pub lookback: Duration,
    /// How far back posts are read again for edits.
    pub edit_window: Duration,
    /// Pages of posts per poll.
    pub max_pages: u32,
    /// How long a claim lasts; a poll takes at most four fifths of it.
    pub lease: Duration,
    /// How often the database is asked for due accounts when there is nothing to do.
    pub idle: Duration,
    /// How long fingerprints of posts that were not kept are kept.
    pub keep_fingerprints: Duration,
    /// How far apart two answers "gone" must be.
    pub confirm_gone_after: Duration,
    /// When a rule that hits too many people is taken out of force.
    pub brake: Brake,
    /// Private addresses that may be reached all the same.
    pub allow_private: Vec<SocketAddr>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            node: "netra".to_owned(),
            contact: String::new(),
            fingerprint_key: [0; 32],
            platforms: Platform::ALL.to_vec(),
            concurrency: 32,
            host_per_minute: 30,
            host_concurrency: 2,
            limits: fetch::Limits::default(),
            tempo: Tempo::default(),
            lookback: Duration::from_hours(14 * 24),
            edit_window: Duration::from_hours(48),
            max_pages: 10,
            lease: Duration::from_mins(15),
            idle: Duration::from_secs(2),
            keep_fingerprints: Duration::from_hours(30 * 24),
            confirm_gone_after: Duration::from_hours(1),
            brake: Brake::default(),
            allow_private: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Settings {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("node", &self.node)
            .finish_non_exhaustive()
    }
}
