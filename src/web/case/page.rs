//! What the case page shows: plain words, ready for the template.

use askama::Template;

use crate::web::chrome::Chrome;
use crate::web::diff::{Change, Run};
use crate::web::marked::Block;
use crate::web::moment::Stamp;
use crate::web::visible::Piece;
use crate::web::words::Badge;

/// `case.html`.
#[derive(Template)]
#[template(path = "case.html", config = "src/web/askama.toml")]
pub struct CasePage<'a> {
    pub chrome: Chrome,
    pub id: i64,
    pub back: String,
    pub heading: String,
    pub level: Badge,
    pub state: &'static str,
    pub phase: Option<&'static str>,
    pub contest: Option<String>,
    pub ruleset: String,
    pub outlook: Badge,
    pub note: Option<String>,
    pub blocks: Vec<Block<'a>>,
    pub cut: bool,
    /// The newest version, where another one is shown above it.
    pub latest: Vec<Block<'a>>,
    /// Whose words a repost shows; the author of a quoted post is not known.
    pub author: Option<String>,
    pub kind: &'static str,
    pub published: Option<Stamp>,
    pub link: Option<String>,
    pub version_number: u32,
    pub version_count: usize,
    pub clues: Vec<ClueView>,
    pub suppressed: Vec<SuppressedView>,
    pub versions: Vec<VersionView>,
    pub looks: Vec<LookView>,
    pub evidence: Vec<EvidenceView>,
    pub history: Vec<EventView>,
    pub form: Option<FormView>,
    pub closed: Option<String>,
    pub clock: Option<ClockView>,
    /// Whether the clock has stopped with the case.
    pub over: bool,
    pub detected: Stamp,
    pub person: PersonView,
    pub account: AccountView,
}

/// A rule that fired.
pub struct ClueView {
    pub number: usize,
    pub title: String,
    pub level: Badge,
    pub category: &'static str,
    pub words: Vec<String>,
    pub candidate: Option<String>,
    pub contest: Option<String>,
    pub rule: String,
    pub version: String,
    /// What the norms are called.
    pub basis: Vec<String>,
    pub shadow: bool,
}

/// A rule that was lowered.
pub struct SuppressedView {
    /// Title and id.
    pub rule: (String, String),
    /// Title and id of the rule that lowered it; without an id it is no rule.
    pub by: (String, String),
}

/// What changed from one version to the next.
pub struct VersionView {
    pub from: u32,
    pub to: u32,
    pub seen: String,
    pub runs: Vec<Run>,
}

/// A later look at the post's address.
pub struct LookView {
    pub at: Stamp,
    /// Of several that said the same: the first, and how many.
    pub since: Option<(Stamp, usize)>,
    pub answer: &'static str,
    pub how: String,
    pub outlook: &'static str,
}

/// The evidence of a version.
pub struct EvidenceView {
    pub version: u32,
    pub at: Stamp,
    pub url: String,
    pub status: u16,
    pub bytes: String,
    pub offset: u64,
    pub decoded_from: Option<String>,
    pub sha256: String,
    pub answer_bytes: String,
    pub answer_sha256: String,
    pub tool: String,
    pub headers: Vec<(String, String)>,
}

/// An entry of the record.
#[derive(Clone)]
pub struct EventView {
    pub seq: i64,
    pub at: Stamp,
    pub what: String,
    pub who: String,
    pub reason: Option<String>,
    /// There is a reason that this reader is not to know yet.
    pub withheld: bool,
}

/// The decision form.
pub struct FormView {
    pub revision: i64,
    pub legend: &'static str,
    pub choices: Vec<ChoiceView>,
    pub reason: String,
    pub fault: Option<String>,
    pub from: String,
    pub least: usize,
    pub most: usize,
    pub until: Option<String>,
}

/// A decision that may be taken.
pub struct ChoiceView {
    pub value: &'static str,
    pub key: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub chosen: bool,
}

/// The legal clock.
pub struct ClockView {
    pub number: String,
    pub unit: &'static str,
    pub last: String,
    pub known: Stamp,
}

/// Whose post it is.
pub struct PersonView {
    pub name: String,
    pub nip: String,
    pub employment: &'static str,
    pub position: &'static str,
    pub unit: String,
    pub pledges: Vec<String>,
}

/// On which account.
pub struct AccountView {
    pub handle: String,
    pub platform: &'static str,
    pub kind: &'static str,
    pub ownership: Badge,
    pub proof: Option<String>,
    pub platform_id: Option<String>,
    pub verified: bool,
}

/// `stale.html`: the case changed under the form.
#[derive(Template)]
#[template(path = "stale.html", config = "src/web/askama.toml")]
pub struct StalePage {
    pub chrome: Chrome,
    pub id: i64,
    pub changes: Vec<EventView>,
    pub state: &'static str,
    pub reason: String,
}

/// `closed.html`: the case is not for this person now.
#[derive(Template)]
#[template(path = "closed.html", config = "src/web/askama.toml")]
pub struct ClosedPage {
    pub chrome: Chrome,
    pub id: i64,
    pub title: &'static str,
    pub lines: Vec<String>,
    pub reason: Option<String>,
}
