//! The rules in force: which set, since when, and why a newer one was refused.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::model::{Candidate, Contest, Millis};
use crate::rules::{Rule, Status};

use super::chrome::{Chrome, page};
use super::error::Error;
use super::guard::Visitor;
use super::moment::Stamp;
use super::settings::Desk;
use super::words::{self, Badge};

#[derive(Template)]
#[template(path = "rules.html", config = "src/web/askama.toml")]
struct RulesPage {
    chrome: Chrome,
    count: String,
    fault: Option<FaultRow>,
    loaded: Stamp,
    hash: String,
    words: usize,
    contests: Vec<ContestRow>,
    rules: Vec<RuleRow>,
}

struct FaultRow {
    at: Stamp,
    text: String,
}

struct ContestRow {
    id: String,
    name: String,
    phase: &'static str,
    candidates: Vec<String>,
    refer_to: String,
}

struct RuleRow {
    id: String,
    title: String,
    category: &'static str,
    suppresses: bool,
    level: Badge,
    status: &'static str,
    version: String,
}

/// `GET /aturan`.
pub async fn show(State(desk): State<Desk>, visitor: Visitor) -> Result<Response, Error> {
    let view = desk.rules.borrow().clone();
    let zone = &desk.settings.zone;
    let now = (desk.clock)();
    let live = view.set.rules.iter().filter(|r| r.status == Status::Live).count();
    page(&RulesPage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/aturan"),
        count: format!("{} aturan, {live} berlaku", view.set.rules.len()),
        fault: view.fault.map(|f| FaultRow {
            at: Stamp::new(f.at, zone),
            text: f.text,
        }),
        loaded: Stamp::new(view.loaded_at, zone),
        hash: view.set.hash.clone(),
        words: view.set.words.len(),
        contests: view.set.contests.iter().map(|c| contest_row(c, now)).collect(),
        rules: view.set.rules.iter().map(rule_row).collect(),
    })
}

/// `nomor 2: NAMA dan WAKIL`.
pub fn candidate_name(candidate: &Candidate) -> String {
    let deputy = candidate
        .deputy
        .as_ref()
        .map_or_else(String::new, |d| format!(" dan {}", d.name));
    format!("nomor {}: {}{deputy}", candidate.number, candidate.head.name)
}

fn contest_row(contest: &Contest, now: Millis) -> ContestRow {
    ContestRow {
        id: contest.id.clone(),
        name: contest.name.clone(),
        phase: contest.phase_at(now).map_or("di luar tahapan", words::phase),
        candidates: contest.candidates.iter().map(candidate_name).collect(),
        refer_to: contest.refer_to.clone(),
    }
}

fn rule_row(rule: &Rule) -> RuleRow {
    RuleRow {
        id: rule.id.clone(),
        title: rule.title.clone(),
        category: words::category(rule.category),
        suppresses: rule.category.suppresses(),
        level: words::level(rule.level),
        status: words::status(rule.status),
        version: rule.version.clone(),
    }
}
