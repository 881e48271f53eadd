//! The rules: which set runs, since when, how each rule stands in its life, and why a newer set was refused.
//!
//! Does: show; [`one`] a single rule with everything done to it; [`trial`] what the files would change, before anything goes live;
//! [`act`] takes steps. Does not: decide who may take one (that is `review`, asked inside the store's transaction).
//! Invariant: no page here shows the text of a post; a case is named by its number, and opening it is recorded.

pub mod act;
pub mod one;
pub mod trial;

use std::collections::HashMap;
use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::model::{Candidate, Contest, Millis, Stage};
use crate::rules::life::{self, Known, Standing};
use crate::rules::{Rule, RuleSet, Status};
use crate::store::rule::Version;

use super::chrome::{Chrome, page};
use super::error::Error;
use super::guard::{Right, Visitor, allows};
use super::moment::Stamp;
use super::settings::Desk;
use super::words::{self, Badge};

/// Over how long hits are added up.
const DAYS: u64 = 7;

#[derive(Template)]
#[template(path = "rules.html", config = "src/web/askama.toml")]
struct RulesPage {
    chrome: Chrome,
    count: String,
    done: bool,
    fault: Option<FaultRow>,
    adopted: Option<AdoptedRow>,
    braked: Vec<BrakedRow>,
    waiting: Vec<WaitingRow>,
    /// Some of them wait for a step of this page.
    pickable: bool,
    may_step: bool,
    loaded: Stamp,
    hash: String,
    words: usize,
    contests: Vec<ContestRow>,
    days: u64,
    rules: Vec<RuleRow>,
}

struct FaultRow {
    at: Stamp,
    text: String,
}

/// What the first start took over and nobody has confirmed.
struct AdoptedRow {
    at: Stamp,
    hash: String,
}

struct BrakedRow {
    at: Stamp,
    id: String,
    version: String,
    why: String,
}

/// A version that waits for somebody.
struct WaitingRow {
    id: String,
    title: String,
    version: String,
    /// `ID@VERSION@STAGE`: what the form says of it.
    value: String,
    stage: &'static str,
    author: String,
    instead: Option<String>,
    /// It waits for a step of this page.
    pickable: bool,
    /// What is next.
    next: &'static str,
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
    file: &'static str,
    runs: Badge,
    instead: Option<String>,
    version: String,
    hits: Counts,
}

/// Hits over the last days.
#[derive(Default, Clone, Copy)]
struct Counts {
    flag: u64,
    note: u64,
    shadow: u64,
    suppressed: u64,
}

/// What the address may say.
#[derive(Deserialize)]
pub struct Asked {
    selesai: Option<u32>,
}

/// `GET /aturan`.
pub async fn show(State(desk): State<Desk>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let view = desk.rules.borrow().clone();
    let zone = &desk.settings.zone;
    let now = (desk.clock)();
    let versions = desk.store.rule_versions().await?;
    let names = names(&desk).await?;
    let standings = standings(&view.files, &versions, &view.set);
    let hits = hits(&desk, now).await?;
    let live = view.set.rules.iter().filter(|r| r.status == Status::Live).count();
    let adoption = desk.store.rule_adoption().await?.filter(|a| a.confirmed.is_none());
    let braked = desk.store.braked_rules().await?;
    let waiting = waiting(&view.files, &standings, &versions, &names);
    page(&RulesPage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/aturan"),
        count: format!("{} aturan, {live} berlaku", view.files.rules.len()),
        done: asked.selesai.is_some(),
        fault: view.fault.map(|f| FaultRow {
            at: Stamp::new(f.at, zone),
            text: f.text,
        }),
        adopted: adoption.map(|a| AdoptedRow {
            at: Stamp::new(a.at, zone),
            hash: short(&a.set_hash).to_owned(),
        }),
        braked: braked
            .into_iter()
            .map(|step| BrakedRow {
                at: Stamp::new(step.at, zone),
                id: step.rule,
                version: step.version,
                why: step.reason,
            })
            .collect(),
        pickable: waiting.iter().any(|row| row.pickable),
        waiting,
        may_step: allows(visitor.user.role, Right::Steps),
        loaded: Stamp::new(view.loaded_at, zone),
        hash: view.set.hash.clone(),
        words: view.set.words.len(),
        contests: view.set.contests.iter().map(|c| contest_row(c, now)).collect(),
        days: DAYS,
        rules: view
            .files
            .rules
            .iter()
            .zip(&standings)
            .map(|(rule, standing)| rule_row(rule, standing, &hits))
            .collect(),
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

/// The first digits of a hash, enough to tell two apart.
fn short(hash: &str) -> &str {
    &hash[..12.min(hash.len())]
}

/// Login names by user.
async fn names(desk: &Desk) -> Result<HashMap<i64, String>, Error> {
    let users = desk.store.users().await?;
    Ok(users.into_iter().map(|user| (user.id.0, user.name)).collect())
}

/// How the rules of the files stand; what runs is what the set in force says.
fn standings(files: &RuleSet, versions: &[Version], set: &RuleSet) -> Vec<Standing> {
    let known: Vec<Known<'_>> = versions
        .iter()
        .map(|v| Known {
            rule: &v.rule,
            version: &v.version,
            stage: v.stage,
            body: &v.body,
        })
        .collect();
    let mut standings = life::standings(files, &known);
    for standing in &mut standings {
        let running = set
            .rules
            .iter()
            .find(|r| r.id == standing.rule && r.version == standing.version);
        if let Some(running) = running {
            standing.runs = running.status;
        }
    }
    standings
}

type Hits = HashMap<(String, String), Counts>;

async fn hits(desk: &Desk, now: Millis) -> Result<Hits, Error> {
    let mut hits = Hits::new();
    let since = now.minus(Duration::from_hours(24 * DAYS));
    for (rule, version, outcome, count) in desk.store.rule_hits(since).await? {
        let counts = hits.entry((rule, version)).or_default();
        match outcome.as_str() {
            "flag" => counts.flag += count,
            "note" => counts.note += count,
            "shadow" => counts.shadow += count,
            _ => counts.suppressed += count,
        }
    }
    Ok(hits)
}

fn waiting(
    files: &RuleSet,
    standings: &[Standing],
    versions: &[Version],
    names: &HashMap<i64, String>,
) -> Vec<WaitingRow> {
    let mut rows = Vec::new();
    for (rule, standing) in files.rules.iter().zip(standings) {
        let next = match (standing.file, standing.stage) {
            (Status::Live | Status::Shadow, None) => "diajukan penyusunnya",
            (Status::Live | Status::Shadow, Some(Stage::Draft)) => "disetujui orang lain untuk bayangan",
            (Status::Live, Some(Stage::Shadow)) => "dibandingkan, lalu diberlakukan orang lain",
            _ => continue,
        };
        let author = versions
            .iter()
            .find(|v| v.rule == standing.rule && v.version == standing.version)
            .and_then(|v| v.author);
        rows.push(WaitingRow {
            id: rule.id.clone(),
            title: rule.title.clone(),
            version: rule.version.clone(),
            value: value(&standing.rule, &standing.version, standing.stage),
            stage: words::stage(standing.stage),
            author: author.and_then(|id| names.get(&id.0)).cloned().unwrap_or_default(),
            instead: standing.instead.clone(),
            pickable: standing.stage != Some(Stage::Shadow),
            next,
        });
    }
    rows
}

/// How a form names a version and where it stood.
fn value(rule: &str, version: &str, stage: Option<Stage>) -> String {
    format!("{rule}@{version}@{}", stage.map_or("-", Stage::as_str))
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

fn rule_row(rule: &Rule, standing: &Standing, hits: &Hits) -> RuleRow {
    let of = |version: &str| {
        let key = (rule.id.clone(), version.to_owned());
        hits.get(&key).copied().unwrap_or_default()
    };
    let (own, older) = (
        of(&rule.version),
        standing.instead.as_deref().map_or_else(Counts::default, of),
    );
    RuleRow {
        id: rule.id.clone(),
        title: rule.title.clone(),
        category: words::category(rule.category),
        suppresses: rule.category.suppresses(),
        level: words::level(rule.level),
        file: words::status(standing.file),
        runs: words::running(standing.runs),
        instead: standing.instead.clone(),
        version: rule.version.clone(),
        hits: Counts {
            flag: own.flag + older.flag,
            note: own.note + older.note,
            shadow: own.shadow + older.shadow,
            suppressed: own.suppressed + older.suppressed,
        },
    }
}
