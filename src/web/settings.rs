//! What the desk is given: the store, the clock, the rules in force, and its settings.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::SecretString;
use tokio::sync::watch;

use crate::model::{Given, Millis};
use crate::rules::RuleSet;
use crate::store::Store;

/// The clock, passed in so that tests set it by hand.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// Everything the desk works with.
#[derive(Clone)]
pub struct Desk {
    /// Where cases, users and the record are.
    pub store: Store,
    /// How the desk behaves.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// The rules in force; the desk only shows them.
    pub rules: watch::Receiver<RulesView>,
    /// Texts on which rules are compared, besides kept cases.
    pub corpus: Option<Corpus>,
    /// What `/metrics` renders; `None` = the page does not exist.
    pub metrics: Option<PrometheusHandle>,
}

/// Texts that the operator has put aside for comparing rules. The desk opens no file by itself.
#[derive(Clone)]
pub struct Corpus {
    /// What it is called.
    pub name: String,
    /// Hands every text with its line and kind to the caller; blocks.
    pub read: Arc<ReadTexts>,
}

/// Reads texts.
pub type ReadTexts = dyn Fn(&mut dyn FnMut(u64, &str, Given)) -> Result<(), String> + Send + Sync;

/// How the desk behaves. [`Settings::default`] is safe for a desk behind TLS.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name of the institution, in the head of every page.
    pub institution: String,
    /// The zone in which times are shown when a case names no contest of its own.
    pub zone: TimeZone,
    /// Public holidays: they are no working days.
    pub holidays: Vec<Date>,
    /// Whether people reach the desk by HTTPS: `__Host-` cookie with `Secure`, and HSTS. Off only on loopback.
    pub secure_cookies: bool,
    /// Whether a reverse proxy on this machine stands before the desk and appends the caller to `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// A session unused for so long ends.
    pub session_idle: Duration,
    /// How long an opened case is held for its reader.
    pub lease: Duration,
    /// Rows of the queue on one page.
    pub page_size: u32,
    /// Bearer token with which a remote collector reads `/metrics`; loopback callers need none.
    pub metrics_token: Option<SecretString>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            institution: String::new(),
            zone: TimeZone::UTC,
            holidays: Vec::new(),
            secure_cookies: true,
            behind_proxy: false,
            session_idle: Duration::from_hours(1), // an unattended screen in an office
            lease: Duration::from_mins(10),        // long enough to read and write a reason; renewed at every opening
            page_size: 30,
            metrics_token: None,
        }
    }
}

/// The rules in force, as the desk shows them.
#[derive(Debug, Clone)]
pub struct RulesView {
    /// The set that runs.
    pub set: Arc<RuleSet>,
    /// What the last good files say: versions that nobody has agreed to yet are live only here.
    pub files: Arc<RuleSet>,
    /// Since when it is in force.
    pub loaded_at: Millis,
    /// The last attempt to load another set, when it failed: the set above stayed in force.
    pub fault: Option<Fault>,
}

/// A reload that was refused.
#[derive(Debug, Clone)]
pub struct Fault {
    /// When.
    pub at: Millis,
    /// The diagnostics, with files and lines, as `netra rules check` prints them.
    pub text: String,
}

impl RulesView {
    /// A set that has just come into force.
    pub fn new(set: Arc<RuleSet>, loaded_at: Millis) -> Self {
        Self {
            files: Arc::clone(&set),
            set,
            loaded_at,
            fault: None,
        }
    }

    /// The same with what the files say.
    #[must_use]
    pub fn beside(mut self, files: Arc<RuleSet>) -> Self {
        self.files = files;
        self
    }
}
