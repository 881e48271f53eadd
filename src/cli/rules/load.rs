//! The rules folder of a command: read, checked, narrowed to the contests asked for.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::contests;
use crate::rules::{self, Checked, RuleSet, Severity, SourceFile, closest};

/// Where packages put the rules.
const INSTALLED: &str = "/usr/share/netra/rules";

/// `--rules DIR`, the same for every command.
#[derive(Debug, Clone, clap::Args)]
pub struct RulesDir {
    /// Packs in DIR, contests in DIR/contests [default: rules, else /usr/share/netra/rules]
    #[arg(long = "rules", value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// A rules folder that was read and checked.
pub struct Loaded {
    /// Its files.
    pub files: Vec<SourceFile>,
    /// What the check found, set and examples.
    pub checked: Checked,
}

impl RulesDir {
    /// The folder meant.
    pub fn path(&self) -> PathBuf {
        let beside = Path::new("rules");
        match &self.dir {
            Some(dir) => dir.clone(),
            None if beside.is_dir() => beside.to_owned(),
            None => PathBuf::from(INSTALLED),
        }
    }

    /// Reads and checks, whatever is found.
    pub fn read(&self) -> anyhow::Result<Loaded> {
        read(&self.path())
    }

    /// The set in it, narrowed to `contests` (none named: all); its errors are printed and end the command.
    pub fn set(&self, contests: &[String]) -> anyhow::Result<RuleSet> {
        usable(&self.path(), contests)
    }
}

/// Reads and checks a folder.
pub fn read(dir: &Path) -> anyhow::Result<Loaded> {
    let files = rules::read(dir).with_context(|| format!("rules of {}", dir.display()))?;
    if files.is_empty() {
        bail!("{}: no rule files (*.toml)", dir.display());
    }
    let checked = rules::check(&files);
    Ok(Loaded { files, checked })
}

/// The set of a folder, narrowed to `contests`.
pub fn usable(dir: &Path, contests: &[String]) -> anyhow::Result<RuleSet> {
    let loaded = read(dir)?;
    let Some(set) = loaded.checked.set else {
        let errors = loaded
            .checked
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error);
        let color = io::stderr().is_terminal();
        let mut count = 0;
        for error in errors {
            eprintln!("{}", error.render(&loaded.files, color));
            count += 1;
        }
        bail!("{}: {count} errors in the rules", dir.display());
    };
    contests::chosen(set, contests)
}

/// Refuses ids that no rule of the set has.
pub fn known_rules(set: &RuleSet, wanted: &[String]) -> anyhow::Result<()> {
    let ids: Vec<&str> = set.rules.iter().map(|rule| rule.id.as_str()).collect();
    all_known("rule", wanted, &ids, String::new)
}

/// Refuses what is wanted and not known: names each, with what is near, else with what is `otherwise` said.
pub fn all_known(what: &str, wanted: &[String], known: &[&str], otherwise: impl Fn() -> String) -> anyhow::Result<()> {
    let unknown = wanted.iter().filter(|id| !known.contains(&id.as_str()));
    let told: Vec<String> = unknown
        .map(|id| match closest(id, known.iter().copied()) {
            Some(near) => format!("there is no {what} `{id}`; did you mean `{near}`?"),
            None => format!("there is no {what} `{id}`{}", otherwise()),
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    bail!("{}", told.join("\n"))
}
