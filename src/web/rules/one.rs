//! One rule: what it says, its versions, who took which step, its hits, and the steps that are open to the reader.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::tz::TimeZone;

use super::{Counts, hits, names, short, standings, value};
use crate::model::Stage;
use crate::review::life::{self as review, Person, Wish};
use crate::rules::{Rule, RuleSet, expression_text, life};
use crate::store::rule::{Step, Version};
use crate::web::chrome::{Chrome, page};
use crate::web::error::Error;
use crate::web::guard::{Right, Visitor, allows};
use crate::web::moment::Stamp;
use crate::web::settings::Desk;
use crate::web::words::{self, Badge};

#[derive(Template)]
#[template(path = "rule.html", config = "src/web/askama.toml")]
struct RulePage {
    chrome: Chrome,
    id: String,
    title: String,
    category: &'static str,
    level: Badge,
    file: &'static str,
    runs: Badge,
    instead: Option<String>,
    phases: String,
    unless: String,
    basis: String,
    set: String,
    days: u64,
    versions: Vec<VersionRow>,
    steps: Vec<StepRow>,
    may_step: bool,
}

struct VersionRow {
    version: String,
    current: bool,
    stage: &'static str,
    since: Option<Stamp>,
    author: String,
    condition: String,
    content: String,
    /// Of a suppressor none: it makes nothing a hit.
    voice: Option<&'static str>,
    reach: String,
    /// Of a suppressor alone.
    effect: Option<&'static str>,
    regions: String,
    lists: Vec<(String, String)>,
    hits: Counts,
    value: String,
    choices: Vec<Choice>,
    /// Why nothing can be done with it by the reader.
    closed: Option<String>,
    /// It waits for the comparison.
    compare: bool,
}

struct Choice {
    to: &'static str,
    label: &'static str,
    hint: &'static str,
}

struct StepRow {
    at: Stamp,
    who: String,
    version: String,
    from: &'static str,
    to: &'static str,
    reason: String,
    trial: Option<i64>,
}

/// Terms of a list that are shown.
const TERMS: usize = 60;

/// `GET /aturan/satu/{id}`.
pub async fn show(State(desk): State<Desk>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Error> {
    let view = desk.rules.borrow().clone();
    let zone = &desk.settings.zone;
    let all = desk.store.rule_versions().await?;
    let at = view
        .files
        .rules
        .iter()
        .position(|rule| rule.id == id)
        .ok_or(Error::NotFound)?;
    let rule = &view.files.rules[at];
    let standing = standings(&view.files, &all, &view.set).swap_remove(at);
    let names = names(&desk).await?;
    let hits = hits(&desk, (desk.clock)()).await?;
    let person = Person {
        id: visitor.user.id,
        role: visitor.user.role,
        active: visitor.user.active,
    };
    let row = |rule: &Rule, set: &RuleSet, known: Option<&Version>, current: bool| {
        let stage = known.map(|known| known.stage);
        let suppresses = rule.category.suppresses();
        let (choices, closed, compare) = open_steps(person, known, current);
        VersionRow {
            version: rule.version.clone(),
            current,
            stage: words::stage(stage),
            since: known.map(|known| Stamp::new(known.since, zone)),
            author: known
                .and_then(|known| known.author)
                .and_then(|author| names.get(&author.0).cloned())
                .unwrap_or_default(),
            condition: expression_text(&rule.condition, &set.words),
            content: words::content(&rule.content),
            voice: (!suppresses).then(|| words::voice(rule.voice)),
            reach: words::reach(rule.reach),
            effect: suppresses.then(|| words::effect(rule.effect)),
            regions: words::regions(rule),
            lists: lists(rule, set),
            hits: hits
                .get(&(rule.id.clone(), rule.version.clone()))
                .copied()
                .unwrap_or_default(),
            value: value(&rule.id, &rule.version, stage),
            choices,
            closed,
            compare,
        }
    };
    let mine: Vec<&Version> = all.iter().filter(|known| known.rule == id).collect();
    let known = mine.iter().find(|known| known.version == rule.version);
    let mut versions = vec![row(rule, &view.files, known.copied(), true)];
    for older in mine.iter().rev().filter(|known| known.version != rule.version) {
        let told = life::Known {
            rule: &older.rule,
            version: &older.version,
            stage: older.stage,
            body: &older.body,
        };
        if let Some((rule, words)) = life::restore(told) {
            let set = RuleSet {
                words,
                ..RuleSet::default()
            };
            versions.push(row(&rule, &set, Some(older), false));
        }
    }
    let steps = desk.store.rule_steps(&id).await?;
    page(&RulePage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/aturan"),
        id: id.clone(),
        title: rule.title.clone(),
        category: words::category(rule.category),
        level: words::level(rule.level),
        file: words::status(standing.file),
        runs: words::running(standing.runs),
        instead: standing.instead,
        phases: joined(rule.phases.iter().map(|phase| words::phase(*phase).to_owned())),
        unless: joined(rule.unless.iter().cloned()),
        basis: joined(
            rule.basis
                .iter()
                .map(|id| view.set.norm(id).map_or_else(|| id.clone(), |norm| norm.title.clone())),
        ),
        set: short(&view.set.hash).to_owned(),
        days: super::DAYS,
        versions,
        steps: steps.into_iter().map(|step| taken(step, zone)).collect(),
        may_step: allows(visitor.user.role, Right::Steps),
    })
}

fn taken(step: Step, zone: &TimeZone) -> StepRow {
    StepRow {
        at: Stamp::new(step.at, zone),
        who: step.by.unwrap_or_else(|| "mesin".to_owned()),
        version: step.version,
        from: step.from.map_or("", |stage| words::stage(Some(stage))),
        to: words::stage(Some(step.to)),
        reason: step.reason,
        trial: step.trial,
    }
}

/// The steps the reader may take with a version, or why there is none; and whether it waits for the comparison.
fn open_steps(person: Person, known: Option<&Version>, current: bool) -> (Vec<Choice>, Option<String>, bool) {
    let standing = review::Standing {
        stage: known.map(|known| known.stage),
        author: known.and_then(|known| known.author),
    };
    let live = Wish::GoLive {
        version: "",
        in_force: "",
        shown: None,
    };
    let compare = current && review::step(standing, person, live) == Err(review::Refusal::NotShown);
    let mut choices = Vec::new();
    let mut refusal = None;
    for (wish, choice) in [
        (
            Wish::Propose,
            Choice {
                to: "draft",
                label: "Ajukan sebagai penyusunnya",
                hint: "Nama Anda menjadi penyusun versi ini; langkah berikutnya diambil orang lain.",
            },
        ),
        (
            Wish::Shadow,
            Choice {
                to: "shadow",
                label: if standing.stage == Some(Stage::Live) {
                    "Turunkan ke bayangan"
                } else {
                    "Setujui untuk bayangan"
                },
                hint: "Dihitung, tidak mengantrekan apa pun. Perkara yang sudah ada tetap.",
            },
        ),
        (
            Wish::Retire,
            Choice {
                to: "retired",
                label: "Pensiunkan versi ini",
                hint: "Tidak berjalan lagi dan tidak dapat dihidupkan; aturan yang sama kembali sebagai versi baru.",
            },
        ),
    ] {
        match review::step(standing, person, wish) {
            Ok(_) if current || standing.stage.is_some() => choices.push(choice),
            Err(why) if refusal.is_none() && why != review::Refusal::Proposed => refusal = Some(why.to_string()),
            Ok(_) | Err(_) => {}
        }
    }
    let closed = refusal.filter(|_| choices.is_empty() && !compare);
    (choices, closed, compare)
}

/// The word lists a rule uses, each with its first terms.
fn lists(rule: &Rule, set: &RuleSet) -> Vec<(String, String)> {
    let text = expression_text(&rule.condition, &set.words);
    let mut found = Vec::new();
    for list in &set.words {
        let name = format!("@{}", list.name);
        let used = text.match_indices(&name).any(|(at, _)| {
            !text[at + name.len()..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'))
        });
        if used {
            let shown: Vec<&str> = list.terms.iter().take(TERMS).map(|term| term.text.as_str()).collect();
            let more = list.terms.len().saturating_sub(TERMS);
            let more = if more > 0 {
                format!(", dan {more} lagi")
            } else {
                String::new()
            };
            found.push((name, shown.join(", ") + &more));
        }
    }
    found
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        "–".to_owned()
    } else {
        parts.join(", ")
    }
}
