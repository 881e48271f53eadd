//! The demo's data folder: configuration, rules, the contest. What a real installation has, written by the program.
//!
//! Does: make a folder that only its owner reads, fill it, remove it at the end when nobody asked to keep it. Does not: touch
//! a folder that holds anything.
//! Invariant: the configuration it writes is read back through the real reader.

use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::host::Host;
use super::packs::PACKS;
use super::region::Region;
use crate::config::Config;
use crate::model::Millis;

/// The configuration file inside the folder.
pub const CONFIG: &str = "netra.toml";

/// What differs from demo to demo.
pub struct Desk {
    /// Port of the desk on loopback; 0 = any free one.
    pub port: u16,
    /// Shortest and longest time between two polls of an account, as the configuration writes them.
    pub interval: (&'static str, &'static str),
}

/// A data folder; removed when dropped, unless it was named by the user.
pub struct Folder {
    /// Where.
    pub path: PathBuf,
    /// Whether it stays.
    pub kept: bool,
}

impl Folder {
    /// Makes the named folder, or one of a random name among the temporary files.
    pub fn make(named: Option<&Path>) -> anyhow::Result<Self> {
        let kept = named.is_some();
        let path = match named {
            Some(path) => std::path::absolute(path).with_context(|| format!("finding folder `{}`", path.display()))?,
            None => std::env::temp_dir().join(format!("netra-demo-{:016x}", random()?)),
        };
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if kept && error.kind() == ErrorKind::AlreadyExists => {
                let empty = std::fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_none());
                ensure!(
                    empty,
                    "`{}` holds something already; the demo begins in an empty folder",
                    path.display()
                );
            }
            made => made.with_context(|| format!("making folder `{}`", path.display()))?,
        }
        Ok(Self { path, kept })
    }

    /// Writes packs, contest and configuration; reads the configuration back.
    pub fn fill(&self, region: &Region, hosts: &[Host], desk: &Desk, now: Millis) -> anyhow::Result<Config> {
        let rules = self.path.join("rules");
        std::fs::create_dir_all(rules.join("contests")).context("making the demo's rules folder")?;
        for (name, text) in PACKS {
            self.write(&format!("rules/{name}"), text)?;
        }
        let contest = contest(region, now)?;
        self.write(&format!("rules/contests/{}.toml", region.contest.id), &contest)?;
        self.write(CONFIG, &configuration(&self.path, region, hosts, desk))?;
        crate::app::read_config(&self.path.join(CONFIG))
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing `{}`", path.display()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(
                "the demo's folder `{}` could not be removed: {error}",
                self.path.display()
            );
        }
    }
}

fn random() -> anyhow::Result<u64> {
    getrandom::u64().context("asking the system for random bytes")
}

/// The contest file, with the phases' days counted from today.
pub(super) fn contest(region: &Region, now: Millis) -> anyhow::Result<String> {
    let contest = &region.contest;
    let zone = TimeZone::get(&contest.timezone).context("finding the demo's time zone")?;
    let today = now.date_in(&zone).context("the clock is outside the calendar")?;
    let mut days = contest
        .days
        .iter()
        .map(|(phase, days)| Ok((today.checked_add(Span::new().days(*days))?, phase.as_str())))
        .collect::<Result<Vec<(Date, &str)>, jiff::Error>>()
        .context("counting the demo's phases")?;
    days.sort_unstable();
    let head = toml::Table::from_iter([
        (String::from("id"), contest.id.clone().into()),
        (String::from("name"), contest.name.clone().into()),
        (String::from("region"), contest.region.clone().into()),
        (String::from("timezone"), contest.timezone.clone().into()),
        (String::from("refer_to"), contest.refer_to.clone().into()),
    ]);
    let candidates = region
        .candidates
        .iter()
        .cloned()
        .map(toml::Value::Table)
        .collect::<Vec<_>>();
    let candidates = toml::Table::from_iter([(String::from("candidate"), toml::Value::Array(candidates))]);
    let phases = days
        .iter()
        .map(|(day, phase)| format!("{phase} = {day}"))
        .collect::<Vec<_>>()
        .join("\n");
    Ok(format!("[contest]\n{head}[contest.phases]\n{phases}\n\n{candidates}"))
}

fn configuration(path: &Path, region: &Region, hosts: &[Host], desk: &Desk) -> String {
    let addresses: Vec<String> = hosts.iter().map(|host| format!("\"{}\"", host.address)).collect();
    let folder = toml::Value::from(path.display().to_string());
    let rules = toml::Value::from(path.join("rules").display().to_string());
    format!(
        r#"# Written by `netra demo`. Other commands can use it: netra case list --config {name}
data_dir = {folder}
log = "warn"

[rules]
dir = {rules}

[desk]
listen = "127.0.0.1:{port}"
timezone = "{zone}"
secure_cookies = false

[crawl]
node = "demo"
contact = "demo@tirtawangi.example"
concurrency = 8
min_interval = "{least}"
max_interval = "{most}"
host_per_minute = 60000
host_concurrency = 16
request_timeout = "5s"
confirm_gone_after = "2s"
allow_private = [{addresses}]

[source.feed]
legal_basis = "Demo: made-up people on this machine's own loopback"

[source.mastodon]
legal_basis = "Demo: made-up people on this machine's own loopback"
"#,
        name = CONFIG,
        addresses = addresses.join(", "),
        port = desk.port,
        zone = region.contest.timezone,
        least = desk.interval.0,
        most = desk.interval.1,
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Phase;

    #[test]
    fn the_contest_is_in_its_campaign_whatever_the_day() {
        let region = Region::load().expect("the region");
        for now in [1_582_900_000_000, 1_790_000_000_000, 1_830_297_600_000] {
            let text = contest(&region, Millis(now)).expect("a contest");
            let file = crate::rules::SourceFile::new("contests/demo.toml", text);
            let checked = crate::rules::check(std::slice::from_ref(&file));
            let set = checked.set.unwrap_or_else(|| {
                let said: Vec<String> = checked
                    .diagnostics
                    .iter()
                    .map(|fault| fault.render(std::slice::from_ref(&file), false))
                    .collect();
                panic!("{}", said.join("\n"))
            });
            assert_eq!(set.contests[0].phase_at(Millis(now)), Some(Phase::Kampanye));
            assert_eq!(set.contests[0].candidates.len(), 3);
        }
    }

    #[test]
    fn the_folder_holds_a_configuration_that_reaches_only_its_own_hosts() {
        let region = Region::load().expect("the region");
        let folder = Folder::make(None).expect("a folder");
        let host = Host {
            title: "x",
            address: ([127, 0, 0, 1], 4711).into(),
            places: &[],
            traffic: Arc::default(),
        };
        let desk = Desk {
            port: 0,
            interval: ("2s", "3s"),
        };
        let config = folder
            .fill(&region, &[host], &desk, Millis(1_790_000_000_000))
            .expect("a configuration");
        assert_eq!(config.crawl.allow_private, [([127, 0, 0, 1], 4711).into()]);
        assert_eq!(config.rules_dir, folder.path.join("rules"));
        let path = folder.path.clone();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_that_holds_something_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("mine"), "x").expect("written");
        assert!(Folder::make(Some(folder.path())).is_err());
        assert!(folder.path().join("mine").exists());
    }
}
