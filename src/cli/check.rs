//! `netra check`: every fault of config, rules, contests, database, sources and permissions at once, before the daemon meets them.
//!
//! Changes nothing: keys and database that are not there yet are said to be made at the first start.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use jiff::civil::Date;

use crate::app::{self, clock, keys};
use crate::config::Config;
use crate::model::{Contest, Phase};
use crate::rules::{self, RuleSet, Severity};
use crate::store::Store;

/// Arguments of `netra check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration file
    #[arg(long, value_name = "FILE", default_value = "/etc/netra/netra.toml")]
    config: PathBuf,
}

/// How many faults were said so far.
#[derive(Default)]
struct Findings {
    faults: usize,
}

impl Findings {
    fn fault(&mut self, what: &str, text: &str) {
        self.faults += 1;
        println!("FAULT    {what:<12}{text}");
    }
}

fn fine(what: &str, text: &str) {
    println!("ok       {what:<12}{text}");
}

fn note(what: &str, text: &str) {
    println!("note     {what:<12}{text}");
}

/// Runs `netra check`.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut found = Findings::default();
    match app::survey(&args.config) {
        Ok((config, faults)) => {
            match faults {
                None => fine("config", &format!("`{}`", args.config.display())),
                Some(faults) => found.fault(
                    "config",
                    &format!("the rest is looked at with defaults in these places\n{faults}"),
                ),
            }
            let set = rules_and_contests(&config, &mut found);
            permissions(&config, &mut found);
            app::runtime()?.block_on(database(&config, set.as_ref(), &mut found));
        }
        Err(error) => found.fault("config", &format!("{error:#}")),
    }
    match found.faults {
        0 => println!("\nno fault"),
        1 => println!("\n1 fault"),
        n => println!("\n{n} faults"),
    }
    Ok(if found.faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn rules_and_contests(config: &Config, found: &mut Findings) -> Option<RuleSet> {
    let dir = &config.rules_dir;
    let files = match rules::read(dir) {
        Ok(files) => files,
        Err(error) => {
            found.fault("rules", &format!("{error}"));
            return None;
        }
    };
    let checked = rules::check(&files);
    for diagnostic in checked
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
    {
        found.fault("rules", &diagnostic.render(&files, false));
    }
    let warnings = checked
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity != Severity::Error)
        .count();
    if warnings > 0 {
        note(
            "rules",
            &format!(
                "{warnings} warnings; `netra rules check --rules {}` shows them",
                dir.display()
            ),
        );
    }
    let set = checked.set?;
    fine(
        "rules",
        &format!(
            "{} rules in force from `{}`, set {}",
            set.rules.len(),
            dir.display(),
            &set.hash[..12]
        ),
    );
    let now = clock::now();
    let under_way: Vec<String> = set
        .contests
        .iter()
        .filter_map(|contest| contest.phase_at(now).map(|phase| format!("{} ({phase})", contest.id)))
        .collect();
    if set.contests.is_empty() {
        found.fault(
            "contests",
            &format!(
                "none in `{}`: Netra watches only during a contest",
                dir.join("contests").display()
            ),
        );
    } else if under_way.is_empty() {
        let next = set
            .contests
            .iter()
            .filter_map(|contest| Some((starts(contest)?, &contest.id)))
            .filter(|(day, contest)| {
                now.date_in(&jiff::tz::TimeZone::UTC).is_some_and(|today| *day >= today) && !contest.is_empty()
            });
        match next.min() {
            Some((day, contest)) => note(
                "contests",
                &format!("none under way today; {contest} begins on {day}; until then the crawler rests"),
            ),
            None => note("contests", "none under way today and none to come: the crawler rests"),
        }
    } else {
        fine("contests", &under_way.join(", "));
    }
    Some(set)
}

/// Rules that do less than their files say, because nobody has agreed to their version yet.
async fn waiting(set: &RuleSet, store: &Store) {
    // A database of before the life of rules has no such table; it is brought up to date when the daemon starts.
    let (Ok(versions), Ok(Some(adoption))) = (store.rule_versions().await, store.rule_adoption().await) else {
        return;
    };
    let (_, standings) = app::in_force::together(set, &versions);
    let less = standings
        .iter()
        .filter(|standing| standing.file != standing.runs)
        .count();
    if less > 0 {
        note(
            "rules",
            &format!("{less} of them wait for a person and run in the shadow; `netra rules life` lists them"),
        );
    }
    if adoption.confirmed.is_none() {
        note(
            "rules",
            "what the first start adopted is not confirmed by a person: `netra rules adopt --by NAME`",
        );
    }
}

fn starts(contest: &Contest) -> Option<Date> {
    Phase::ALL
        .iter()
        .find_map(|phase| contest.phases.first_day.get(phase).copied())
}

fn permissions(config: &Config, found: &mut Findings) {
    match mode(&config.data_dir) {
        None => note(
            "data_dir",
            &format!(
                "`{}` is not there; it is made at the first start",
                config.data_dir.display()
            ),
        ),
        Some(mode) if mode & 0o007 != 0 => {
            found.fault(
                "data_dir",
                &format!(
                    "`{}` is open to everyone (mode {mode:o}): chmod 700",
                    config.data_dir.display()
                ),
            );
        }
        Some(_) => fine("data_dir", &format!("`{}`", config.data_dir.display())),
    }
    for (what, name) in [
        ("record key", &config.record_key),
        ("print key", &config.fingerprint_key),
    ] {
        let path = keys::path(config, name);
        match mode(&path) {
            None => note(
                what,
                &format!("`{}` is not there; it is made at the first start", path.display()),
            ),
            Some(mode) if mode & 0o077 != 0 => {
                found.fault(
                    what,
                    &format!("`{}` can be read by others (mode {mode:o}): chmod 600", path.display()),
                );
            }
            // The key itself is checked without showing anything of it.
            Some(_) => match keys::load_or_create(&path) {
                Ok(_) => fine(what, &format!("`{}`", path.display())),
                Err(error) => found.fault(what, &format!("{error:#}")),
            },
        }
    }
}

fn mode(path: &Path) -> Option<u32> {
    std::fs::metadata(path)
        .ok()
        .map(|meta| meta.permissions().mode() & 0o777)
}

async fn database(config: &Config, set: Option<&RuleSet>, found: &mut Findings) {
    let address = config.store_address();
    if let Some(path) = address.strip_prefix("sqlite:")
        && !Path::new(path).exists()
    {
        return note(
            "database",
            &format!("`{path}` is not there; it is made at the first start"),
        );
    }
    if mode(&keys::path(config, &config.record_key)).is_none() {
        return found.fault(
            "database",
            "is there, but the key that signs its record is not; bring the key back from where you keep its copy",
        );
    }
    let store = match app::connect(config).await {
        Ok(store) => store,
        Err(error) => return found.fault("database", &format!("{error:#}")),
    };
    match store.head().await {
        Ok(head) => match head.map(|head| head.verify(&store.record_key())).transpose() {
            Ok(_) => {
                sources(config, &store, found).await;
                if let Some(set) = set {
                    waiting(set, &store).await;
                }
            }
            Err(error) => found.fault("database", &format!("its record is not signed with our key: {error}")),
        },
        Err(error) => found.fault(
            "database",
            &format!("{error}; tables of an older version are brought up to date when the daemon starts"),
        ),
    }
    store.close().await;
}

async fn sources(config: &Config, store: &Store, found: &mut Findings) {
    let day_ago = clock::now().minus(Duration::from_hours(24));
    let coverage = match store.coverage(day_ago).await {
        Ok(coverage) => coverage,
        Err(error) => return found.fault("database", &format!("{error}")),
    };
    fine("database", "opens, and its record is signed with our key");
    if coverage.iter().all(|platform| platform.accounts == 0) {
        note("accounts", "none registered yet: `netra account import`");
    }
    for platform in coverage.iter().filter(|platform| platform.accounts > 0) {
        let name = platform.platform;
        match config.sources.iter().find(|source| source.platform == name) {
            Some(source) => fine(
                "source",
                &format!(
                    "{name}: {} of {} accounts seen in the last day; legal basis: {}",
                    platform.recently_seen, platform.accounts, source.legal_basis
                ),
            ),
            None => found.fault(
                "source",
                &format!(
                    "{} accounts on {name} are registered, but [source.{name}] with its legal basis is missing",
                    platform.accounts
                ),
            ),
        }
    }
}
