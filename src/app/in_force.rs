//! The rules in force: loaded at the start, reloaded when their files change, never replaced by a set with a fault.
//!
//! Does: read, check and build off to the side, then put the new set in force in one step; keep a copy of the last good files in
//! the data folder, so that a bad file does not stop the watch even across a restart (promise 8). Does not: judge posts.
//! Invariant: what is in force has been checked whole; its hash names it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail};
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::clock::Clock;
use crate::matcher::Matcher;
use crate::rules::{self, RuleSet, Severity, SourceFile};
use crate::web::RulesView;

/// The copy of the last good files, inside the data folder.
const LAST_GOOD: &str = "rules-in-force.json";

/// The rules in force and what the desk says of them.
pub struct InForce {
    dir: PathBuf,
    last_good: PathBuf,
    clock: Clock,
    /// Digest of the files as last looked at, good or bad: the same files are not checked twice.
    looked_at: Mutex<Digest>,
    matcher: watch::Sender<Arc<Matcher>>,
    view: watch::Sender<RulesView>,
}

type Digest = [u8; 32];

impl InForce {
    /// Loads the rules of a folder. When they have a fault, the last good set is taken instead; without one that is an error.
    pub fn load(dir: &Path, data_dir: &Path, clock: Clock) -> anyhow::Result<Self> {
        let last_good = data_dir.join(LAST_GOOD);
        let files = rules::read(dir);
        let digest = digest(&files);
        let now = clock();
        let (built, view) = match build(files) {
            Ok(built) => {
                keep(&last_good, &built.files);
                let view = RulesView::new(Arc::clone(&built.set), now);
                (built, view)
            }
            Err(fault) => {
                let Some(built) = recall(&last_good) else {
                    bail!("the rules in `{}` cannot be put in force\n{fault:#}", dir.display());
                };
                error!(
                    rules.hash = %built.set.hash,
                    "the rules in `{}` have a fault; the last good set stays in force\n{fault:#}", dir.display()
                );
                let view = RulesView::new(Arc::clone(&built.set), now).refused(now, format!("{fault:#}"));
                (built, view)
            }
        };
        info!(rules.hash = %built.set.hash, rules.count = built.set.rules.len(), "rules in force");
        Ok(Self {
            dir: dir.to_owned(),
            last_good,
            clock,
            looked_at: Mutex::new(digest),
            matcher: watch::Sender::new(built.matcher),
            view: watch::Sender::new(view),
        })
    }

    /// Looks at the files again; takes them when they are right, else keeps the old set and says what is wrong, where. Blocks
    /// while it compiles.
    pub fn reload(&self) {
        let files = rules::read(&self.dir);
        let digest = digest(&files);
        {
            let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
            if *looked_at == digest {
                return;
            }
            *looked_at = digest;
        }
        let now = (self.clock)();
        match build(files) {
            Ok(built) => {
                keep(&self.last_good, &built.files);
                info!(rules.hash = %built.set.hash, "changed rules are in force");
                self.view.send_replace(RulesView::new(Arc::clone(&built.set), now));
                self.matcher.send_replace(built.matcher);
            }
            Err(fault) => {
                warn!("changed rules have a fault; the old set stays in force\n{fault:#}");
                self.view
                    .send_modify(|view| *view = view.clone().refused(now, format!("{fault:#}")));
            }
        }
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

/// A set ready to be put in force.
struct Built {
    set: Arc<RuleSet>,
    matcher: Arc<Matcher>,
    files: Vec<SourceFile>,
}

/// Checks and compiles; the error holds every diagnostic.
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
    let set = Arc::new(set);
    Ok(Built {
        matcher: Arc::new(Matcher::new(Arc::clone(&set))),
        set,
        files,
    })
}

fn digest(files: &std::io::Result<Vec<SourceFile>>) -> Digest {
    let mut hash = Sha256::new();
    match files {
        Ok(files) => {
            for file in files {
                for part in [&file.path, &file.text] {
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
        .map(|(path, text)| SourceFile { path, text })
        .collect();
    build(Ok(files)).ok()
}
