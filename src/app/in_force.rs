//! The rules in force: loaded at the start, reloaded when their files change or somebody takes a rule further, never replaced by
//! a set with a fault.
//!
//! Does: read, check and build off to the side, then put the new set in force in one step; hold the files against what people
//! have agreed to ([`life`]); take over what a fresh installation finds; keep a copy of the last good files in the data folder,
//! so that a bad file does not stop the watch even across a restart (promise 8). Does not: judge posts.
//! Invariant: what is in force has been checked whole; its hash names it and stands in the record.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, watch};
use tracing::{error, info, warn};

use super::clock::Clock;
use crate::matcher::Matcher;
use crate::model::Stage;
use crate::rules::life::{self, Known, Standing};
use crate::rules::{self, RuleSet, Severity, SourceFile, Status};
use crate::store::Store;
use crate::store::rule::{Version, Written};
use crate::web::{Fault, RulesView};

/// The copy of the last good files, inside the data folder.
const LAST_GOOD: &str = "rules-in-force.json";

/// The rules in force and what the desk says of them.
pub struct InForce {
    dir: PathBuf,
    last_good: PathBuf,
    clock: Clock,
    store: Store,
    /// Held over a whole look, so that two never cross.
    state: Mutex<State>,
    matcher: watch::Sender<Arc<Matcher>>,
    view: watch::Sender<RulesView>,
}

/// What was looked at last.
struct State {
    /// Of the files, good or bad: the same files are not checked twice.
    digest: Digest,
    /// What the last good files say.
    files: Arc<RuleSet>,
    /// What is wrong with the newest files.
    fault: Option<Fault>,
    /// The newest step that is in force.
    step: i64,
}

type Digest = [u8; 32];

impl InForce {
    /// Loads the rules of a folder. When they have a fault, the last good files are taken instead; without such that is an error.
    pub async fn load(dir: &Path, data_dir: &Path, clock: Clock, store: Store) -> anyhow::Result<Self> {
        let last_good = data_dir.join(LAST_GOOD);
        let (from, copy) = (dir.to_owned(), last_good.clone());
        let now = clock();
        let first = move || -> anyhow::Result<State> {
            let files = rules::read(&from);
            let digest = digest(&files);
            let (built, fault) = match build(files) {
                Ok(built) => {
                    keep(&copy, &built.files);
                    (built, None)
                }
                Err(fault) => {
                    let Some(built) = recall(&copy) else {
                        bail!("the rules in `{}` cannot be put in force\n{fault:#}", from.display());
                    };
                    let text = format!("{fault:#}");
                    error!(
                        rules.hash = %built.set.hash,
                        "the rules in `{}` have a fault; the last good files stay in force\n{text}", from.display()
                    );
                    (built, Some(Fault { at: now, text }))
                }
            };
            Ok(State {
                digest,
                files: built.set,
                fault,
                step: 0,
            })
        };
        let mut state = tokio::task::spawn_blocking(first)
            .await
            .context("loading the rules")??;
        if adopt(&store, &state.files, now).await.context("adopting the rules")? {
            info!(
                rules.hash = %state.files.hash,
                "first start: the rules found are adopted as they stand; a person confirms them with `netra rules adopt`"
            );
        }
        let (step, set, matcher) = compose(&store, &state.files)
            .await
            .context("reading the life of rules")?;
        state.step = step;
        let told = differences(&set.1);
        store
            .set_in_force(&set.0.hash, &told, now)
            .await
            .context("noting the rules in force")?;
        info!(rules.hash = %set.0.hash, rules.count = set.0.rules.len(), "rules in force");
        report(&set.1);
        let mut view = RulesView::new(set.0, now).beside(Arc::clone(&state.files));
        view.fault.clone_from(&state.fault);
        Ok(Self {
            dir: dir.to_owned(),
            last_good,
            clock,
            store,
            state: Mutex::new(state),
            matcher: watch::Sender::new(matcher),
            view: watch::Sender::new(view),
        })
    }

    /// Looks at the files and the steps again; takes the files when they are right, else keeps the old ones and says what is wrong,
    /// where. An error is the database's, and changes nothing.
    pub async fn reload(&self) -> anyhow::Result<()> {
        let mut state = self.state.lock().await;
        let (dir, copy, looked_at) = (self.dir.clone(), self.last_good.clone(), state.digest);
        let look = move || {
            let files = rules::read(&dir);
            let digest = digest(&files);
            let changed = (digest != looked_at).then(|| build(files).inspect(|built| keep(&copy, &built.files)));
            (digest, changed)
        };
        let (digest, changed) = tokio::task::spawn_blocking(look).await.context("reading the rules")?;
        let now = (self.clock)();
        let mut renewed = false;
        match changed {
            None => {}
            Some(Ok(built)) => {
                renewed = built.set.hash != state.files.hash || state.fault.is_some();
                state.files = built.set;
                state.fault = None;
            }
            Some(Err(fault)) => {
                let text = format!("{fault:#}");
                warn!("changed rules have a fault; the old set stays in force\n{text}");
                let fault = Fault { at: now, text };
                self.view.send_modify(|view| view.fault = Some(fault.clone()));
                state.fault = Some(fault);
            }
        }
        state.digest = digest;
        if renewed {
            state.step = -1; // whatever fails below is tried again
        }
        if self.store.last_rule_step().await? == state.step {
            return Ok(());
        }
        let (step, (set, standings), matcher) = compose(&self.store, &state.files).await?;
        state.step = step;
        let hash = set.hash.clone();
        let other = hash != self.view.borrow().set.hash;
        let since = if other { now } else { self.view.borrow().loaded_at };
        let mut view = RulesView::new(set, since).beside(Arc::clone(&state.files));
        view.fault.clone_from(&state.fault);
        self.view.send_replace(view);
        if other {
            self.matcher.send_replace(matcher);
            info!(rules.hash = %hash, "changed rules are in force");
            report(&standings);
        }
        let noted = self.store.set_in_force(&hash, &differences(&standings), now).await;
        noted.context("noting the rules in force")
    }

    /// The matcher, for the crawler.
    pub fn matcher(&self) -> watch::Receiver<Arc<Matcher>> {
        self.matcher.subscribe()
    }

    /// What the desk shows.
    pub fn view(&self) -> watch::Receiver<RulesView> {
        self.view.subscribe()
    }
}

/// Takes over what a fresh installation finds: what its files let run.
pub async fn adopt(store: &Store, files: &RuleSet, now: crate::model::Millis) -> crate::store::Result<bool> {
    if store.rule_adoption().await?.is_some() {
        return Ok(false);
    }
    let found: Vec<(Written, Stage)> = files
        .rules
        .iter()
        .filter_map(|rule| {
            let stage = match rule.status {
                Status::Live => Stage::Live,
                Status::Shadow => Stage::Shadow,
                Status::Draft | Status::Retired => return None,
            };
            Some((written(files, rule), stage))
        })
        .collect();
    store.adopt_rules(&files.hash, &found, now).await
}

/// A rule of the files as the store keeps it.
pub fn written(files: &RuleSet, rule: &rules::Rule) -> Written {
    Written {
        rule: rule.id.clone(),
        version: rule.version.clone(),
        body: life::body(rule, &files.words),
    }
}

/// The set that versions and files make together.
pub fn together(files: &RuleSet, versions: &[Version]) -> (RuleSet, Vec<Standing>) {
    let known: Vec<Known<'_>> = versions
        .iter()
        .map(|v| Known {
            rule: &v.rule,
            version: &v.version,
            stage: v.stage,
            body: &v.body,
        })
        .collect();
    life::in_force(files, &known)
}

type Composed = (i64, (Arc<RuleSet>, Vec<Standing>), Arc<Matcher>);

async fn compose(store: &Store, files: &Arc<RuleSet>) -> anyhow::Result<Composed> {
    // The number first: a step between the two reads is seen once more, never missed.
    let step = store.last_rule_step().await?;
    let versions = store.rule_versions().await?;
    let files = Arc::clone(files);
    let work = move || {
        let (set, standings) = together(&files, &versions);
        let set = Arc::new(set);
        let matcher = Arc::new(Matcher::new(Arc::clone(&set)));
        ((set, standings), matcher)
    };
    let (set, matcher) = tokio::task::spawn_blocking(work).await.context("compiling the rules")?;
    Ok((step, set, matcher))
}

/// Rules that do not do what their files say, for the record.
fn differences(standings: &[Standing]) -> serde_json::Value {
    standings
        .iter()
        .filter(|s| s.file != s.runs)
        .map(|s| json!([s.rule, s.version, s.instead]))
        .collect()
}

fn report(standings: &[Standing]) {
    for standing in standings.iter().filter(|s| s.file != s.runs) {
        let Standing {
            rule, version, instead, ..
        } = standing;
        let meanwhile = instead
            .as_ref()
            .map_or_else(String::new, |older| format!("; version {older} runs on in its place"));
        warn!(
            rule,
            version,
            "rule {rule}: the file says live, nobody has agreed to version {version}: it runs in the shadow{meanwhile}"
        );
    }
}

/// Files that are right.
struct Built {
    set: Arc<RuleSet>,
    files: Vec<SourceFile>,
}

/// Checks; the error holds every diagnostic.
fn build(files: std::io::Result<Vec<SourceFile>>) -> anyhow::Result<Built> {
    let files = files.context("reading the rules")?;
    let checked = rules::check(&files);
    let Some(set) = checked.set else {
        let faults = checked
            .diagnostics
            .iter()
            .filter(|fault| fault.severity == Severity::Error);
        bail!(
            "{}",
            faults
                .map(|fault| fault.render(&files, false))
                .collect::<Vec<_>>()
                .join("\n")
        );
    };
    Ok(Built {
        set: Arc::new(set),
        files,
    })
}

fn digest(files: &std::io::Result<Vec<SourceFile>>) -> Digest {
    let mut hash = Sha256::new();
    match files {
        Ok(files) => {
            for file in files {
                let unread = file.unread.as_ref().map_or("", |unread| &unread.why);
                for part in [&file.path, &file.text, unread] {
                    hash.update((part.len() as u64).to_le_bytes());
                    hash.update(part);
                }
            }
        }
        Err(error) => hash.update(error.to_string()),
    }
    hash.finalize().into()
}

/// Keeps a copy of good files; failing to is worth a warning, not a stop.
fn keep(path: &Path, files: &[SourceFile]) {
    let pairs: Vec<(&str, &str)> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let aside = path.with_extension("new");
    let written = serde_json::to_vec(&pairs)
        .map_err(std::io::Error::other)
        .and_then(|bytes| std::fs::write(&aside, bytes))
        .and_then(|()| std::fs::rename(&aside, path));
    if let Err(error) = written {
        warn!("the copy of the rules in force could not be written: {error}");
    }
}

fn recall(path: &Path) -> Option<Built> {
    let bytes = std::fs::read(path).ok()?;
    let pairs: Vec<(String, String)> = serde_json::from_slice(&bytes).ok()?;
    let files = pairs
        .into_iter()
        .map(|(path, text)| SourceFile::new(path, text))
        .collect();
    build(Ok(files)).ok()
}
