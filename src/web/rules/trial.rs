//! What the files would change: the set in force against them, over kept cases and the operator's corpus; then the step to live.
//!
//! Invariant: whoever is shown a comparison is noted with the digests of both sets and of the texts; the form to go live carries
//! its number, and the store refuses it for anything else than was shown.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{Counts, hits, names, short, standings, value};
use crate::matcher::parity::{self, Proof};
use crate::matcher::{GivenText, Matcher, Scope, Scratch, Text, When};
use crate::model::{Outcome, Parity, Role, Stage, Verdict};
use crate::report::trial as compare;
use crate::rules::{RuleSet, Status};
use crate::store::trial::{Change, KeptText, Trial};
use crate::web::chrome::{Chrome, page};
use crate::web::error::Error;
use crate::web::guard::Visitor;
use crate::web::settings::{Corpus, Desk};

/// How far back kept cases are compared unless asked otherwise, and at most.
const DAYS: u32 = 30;
const DAYS_MOST: u32 = 400;
/// Cases and texts compared at most, so that the page answers.
const CASES: u32 = 20_000;
const TEXTS: u64 = 200_000;
/// Examples for each rule and kind of change.
const EXAMPLES: usize = 8;

#[derive(Template)]
#[template(path = "rules_trial.html", config = "src/web/askama.toml")]
struct TrialPage {
    chrome: Chrome,
    days: u32,
    corpus: Option<String>,
    with_corpus: bool,
    old: String,
    new: String,
    recent: u64,
    result: Option<Shown>,
}

/// What came of it.
struct Shown {
    id: i64,
    texts: u64,
    cases: u64,
    digest: String,
    fault: Option<String>,
    changed: Vec<ChangeRow>,
    same_rules: usize,
    same_hits: u64,
    outcomes: Vec<(u64, &'static str, &'static str)>,
    ready: Vec<ReadyRow>,
    own: usize,
    parity: Parity,
    unlike: Vec<UnlikeRow>,
}

/// A rule that treats candidates unlike.
struct UnlikeRow {
    id: String,
    /// How many texts show it.
    texts: u64,
    /// The first of them, about the one and about the other.
    shown: Vec<(String, String)>,
}

struct ChangeRow {
    id: String,
    new: u64,
    lost: u64,
    same: u64,
    gained: Vec<Example>,
    gone: Vec<Example>,
}

/// A case by its number, or a text of the corpus.
enum Example {
    Case(i64),
    CaseHidden(i64),
    Text(String),
}

/// A version that may go live now.
struct ReadyRow {
    id: String,
    title: String,
    version: String,
    author: String,
    value: String,
    new: u64,
    lost: u64,
    same: u64,
    /// Hits over the last days: its own in the shadow, and those of the version it would follow.
    shadow: u64,
    older: u64,
    /// Whether it treats candidates alike.
    alike: bool,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    hari: Option<u32>,
    #[serde(default)]
    korpus: Option<String>,
}

/// `GET /aturan/uji`.
pub async fn form(State(desk): State<Desk>, visitor: Visitor) -> Result<Response, Error> {
    let view = desk.rules.borrow().clone();
    page(&TrialPage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/aturan"),
        days: DAYS,
        with_corpus: desk.corpus.is_some(),
        corpus: desk.corpus.map(|corpus| corpus.name),
        old: short(&view.set.hash).to_owned(),
        new: short(&view.files.hash).to_owned(),
        recent: super::DAYS,
        result: None,
    })
}

/// `POST /aturan/uji`.
pub async fn run(State(desk): State<Desk>, visitor: Visitor, Form(sent): Form<Sent>) -> Result<Response, Error> {
    let view = desk.rules.borrow().clone();
    let now = (desk.clock)();
    let days = sent.hari.unwrap_or(DAYS).min(DAYS_MOST);
    let since = now.minus(Duration::from_hours(24) * days);
    let kept = if days == 0 {
        Vec::new()
    } else {
        desk.store.kept_texts(since, CASES).await?
    };
    let corpus = desk.corpus.clone().filter(|_| sent.korpus.is_some());
    let cases = kept.len() as u64;
    let (old, new) = (Arc::clone(&view.set), Arc::clone(&view.files));
    let named = corpus.as_ref().map(|corpus| corpus.name.clone());
    let work = tokio::task::spawn_blocking(move || {
        let proof = parity::prove_new(&old, &new);
        (judge(old, new, &kept, corpus.as_ref()), proof)
    });
    let ((compared, fault), proof) = work.await.map_err(|error| Error::Internal(error.to_string()))?;
    let corpus_name = match &named {
        Some(name) => format!("perkara {days} hari, {name}"),
        None => format!("perkara {days} hari"),
    };
    let trial = Trial {
        id: 0,
        at: now,
        user: visitor.user.id,
        old_set: view.set.hash.clone(),
        new_set: view.files.hash.clone(),
        corpus: compared.corpus(),
        corpus_name,
        texts: compared.texts,
        changes: view
            .files
            .rules
            .iter()
            .map(|rule| (rule.id.clone(), counted(rule, &compared)))
            .collect(),
        parity: Some(proof.noted()),
    };
    let id = desk.store.keep_trial(&trial).await?;
    let (ready, own) = ready(&desk, &visitor, &view.files, &view.set, &trial).await?;
    let sees_cases = visitor.user.role == Role::Supervisor;
    let moved = compared
        .changes
        .iter()
        .filter(|(_, change)| change.new + change.lost > 0);
    let still = || compared.changes.values().filter(|change| change.new + change.lost == 0);
    let result = Shown {
        id,
        texts: compared.texts,
        cases,
        digest: short(&trial.corpus).to_owned(),
        fault,
        changed: moved
            .map(|(id, change)| ChangeRow {
                id: id.clone(),
                new: change.new,
                lost: change.lost,
                same: change.same,
                gained: examples(&change.gained, sees_cases),
                gone: examples(&change.gone, sees_cases),
            })
            .collect(),
        same_rules: still().count(),
        same_hits: still().map(|change| change.same).sum(),
        outcomes: compared
            .outcomes
            .iter()
            .filter(|((before, after), _)| before != after)
            .map(|((before, after), count)| (*count, outcome(*before), outcome(*after)))
            .collect(),
        ready,
        own,
        parity: proof.noted(),
        unlike: unlike(&proof),
    };
    page(&TrialPage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/aturan"),
        days,
        with_corpus: named.is_some(),
        corpus: desk.corpus.map(|corpus| corpus.name),
        old: short(&view.set.hash).to_owned(),
        new: short(&view.files.hash).to_owned(),
        recent: super::DAYS,
        result: Some(result),
    })
}

/// Judges every text by both sets. Slow; the fault is the corpus's.
fn judge(
    old: Arc<RuleSet>,
    new: Arc<RuleSet>,
    kept: &[KeptText],
    corpus: Option<&Corpus>,
) -> (compare::Trial, Option<String>) {
    let (old, new) = (Matcher::new(old), Matcher::new(new));
    let (mut before, mut after) = (Scratch::default(), Scratch::default());
    let mut trial = compare::Trial::new(EXAMPLES);
    for case in kept {
        let text = Text {
            text: &case.text,
            foreign: &case.foreign,
            kind: case.kind,
        };
        let scope = Scope {
            at: When::Instant(case.at),
            region: case.region.as_deref(),
            contests: None,
        };
        let verdicts = (
            old.judge(&text, &scope, &mut before),
            new.judge(&text, &scope, &mut after),
        );
        trial.add(&case.text, &verdicts.0, &verdicts.1, |_, _| {
            format!("{CASE}{}", case.case)
        });
    }
    let scope = Scope {
        at: When::Campaign,
        region: None,
        contests: None,
    };
    let read = corpus.map_or(Ok(()), |corpus| {
        (corpus.read)(&mut |line, words, kind| {
            if trial.texts >= TEXTS {
                return;
            }
            let given = GivenText::new(words, kind);
            let verdicts = (
                old.judge(&given.as_text(), &scope, &mut before),
                new.judge(&given.as_text(), &scope, &mut after),
            );
            trial.add(words, &verdicts.0, &verdicts.1, |_, _| {
                let shown: String = words.chars().take(160).collect();
                format!("{line}: {shown}")
            });
        })
    });
    (trial, read.err())
}

/// Marks an example that is a case.
const CASE: &str = "\u{0}";

fn examples(found: &[String], sees_cases: bool) -> Vec<Example> {
    let example = |text: &String| match text.strip_prefix(CASE).map(str::parse) {
        Some(Ok(number)) if sees_cases => Example::Case(number),
        Some(Ok(number)) => Example::CaseHidden(number),
        _ => Example::Text(crate::web::visible::flat(text)),
    };
    found.iter().map(example).collect()
}

fn counted(rule: &crate::rules::Rule, compared: &compare::Trial) -> Change {
    let seen = compared.changes.get(&rule.id);
    Change {
        version: rule.version.clone(),
        new: seen.map_or(0, |change| change.new),
        lost: seen.map_or(0, |change| change.lost),
        same: seen.map_or(0, |change| change.same),
    }
}

/// Versions in the shadow that their files want live, and how many of them are the reader's own.
async fn ready(
    desk: &Desk,
    visitor: &Visitor,
    files: &RuleSet,
    set: &RuleSet,
    trial: &Trial,
) -> Result<(Vec<ReadyRow>, usize), Error> {
    let versions = desk.store.rule_versions().await?;
    let names = names(desk).await?;
    let hits = hits(desk, trial.at).await?;
    let (mut ready, mut own) = (Vec::new(), 0);
    for (rule, standing) in files.rules.iter().zip(standings(files, &versions, set)) {
        if standing.file != Status::Live || standing.stage != Some(Stage::Shadow) {
            continue;
        }
        let known = versions.iter().find(|v| v.rule == rule.id && v.version == rule.version);
        let author = known.and_then(|known| known.author);
        if author == Some(visitor.user.id) {
            own += 1;
            continue;
        }
        let change = trial.changes.get(&rule.id).cloned().unwrap_or_default();
        let of = |version: &str| {
            hits.get(&(rule.id.clone(), version.to_owned()))
                .copied()
                .unwrap_or_default()
        };
        let older = standing.instead.as_deref().map_or_else(Counts::default, of);
        ready.push(ReadyRow {
            id: rule.id.clone(),
            title: rule.title.clone(),
            version: rule.version.clone(),
            author: author.and_then(|id| names.get(&id.0)).cloned().unwrap_or_default(),
            value: value(&rule.id, &rule.version, standing.stage),
            new: change.new,
            lost: change.lost,
            same: change.same,
            shadow: of(&rule.version).shadow,
            older: older.flag + older.note,
            alike: trial
                .parity
                .as_ref()
                .is_some_and(|parity| !parity.unlike.contains_key(&rule.id)),
        });
    }
    Ok((ready, own))
}

/// The rules that treat candidates unlike, with the first texts that show it.
fn unlike(proof: &Proof) -> Vec<UnlikeRow> {
    const SHOWN: usize = 3;
    let flat = |text: &str| crate::web::visible::flat(text);
    let row = |(rule, texts): (&String, &u64)| {
        let shows = |verdict: &Verdict| verdict.hits.iter().any(|hit| hit.rule == *rule);
        let both = proof
            .differences
            .iter()
            .filter(|d| shows(&d.here.1) || shows(&d.there.1));
        UnlikeRow {
            id: rule.clone(),
            texts: *texts,
            shown: both.take(SHOWN).map(|d| (flat(&d.here.0), flat(&d.there.0))).collect(),
        }
    };
    proof.rules.iter().map(row).collect()
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Clear => "bersih",
        Outcome::Note => "catatan",
        Outcome::Flag => "antrean",
    }
}
