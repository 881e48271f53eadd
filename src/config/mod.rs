//! The configuration file: one typed tree, read once, every fault with its place.
//!
//! Does: keys, defaults, ranges, where secrets are found. Does not: open a database, read rules or a key's content.
//! Invariant: an unknown key is a fault; no secret stands in the file itself.

mod reader;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use reader::Fault;
use reader::Section;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::Platform;

/// Everything the file says.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the database and the keys live unless said otherwise.
    pub data_dir: PathBuf,
    /// `sqlite:PATH` (relative to `data_dir`) or `postgres://USER@HOST/NAME`.
    pub store_url: String,
    /// Name or path of the file with the database password; PostgreSQL only.
    pub store_password: Option<PathBuf>,
    /// Name or path of the key that signs the record.
    pub record_key: PathBuf,
    /// Name or path of the key of the fingerprints.
    pub fingerprint_key: PathBuf,
    /// Folder of packs, with `contests/` inside.
    pub rules_dir: PathBuf,
    /// How often the rule files are compared with what is in force.
    pub rules_reload: Duration,
    /// Texts on which the desk compares rules, besides kept cases.
    pub rules_corpus: Option<PathBuf>,
    /// When a rule that hits too many people is taken out of force.
    pub brake: Brake,
    /// The desk.
    pub desk: Desk,
    /// The crawler.
    pub crawl: Crawl,
    /// Which platforms may be read, and on what legal basis.
    pub sources: Vec<SourceConfig>,
    /// Log filter, as `tracing` understands it.
    pub log: String,
}

/// `[rules]`, the runaway brake.
#[derive(Debug, Clone, Copy)]
pub struct Brake {
    /// The stretch of publication in which people are counted.
    pub window: Duration,
    /// This many people in it are never too many.
    pub least: u32,
    /// How many times the rule's own past is too many.
    pub factor: u32,
    /// How long its own past is.
    pub past: Duration,
}

/// `[desk]`.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Where the desk listens.
    pub listen: SocketAddr,
    /// Whether cookies demand HTTPS; only ever off on loopback.
    pub secure_cookies: bool,
    /// Name of the institution, in the head of every page.
    pub institution: String,
    /// Zone in which the desk shows times.
    pub timezone: TimeZone,
    /// Public holidays: no working days for the clocks of a case.
    pub holidays: Vec<Date>,
    /// Whether a reverse proxy on this machine appends the caller to `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Name or path of a token with which a collector from elsewhere may read `/metrics`.
    pub metrics_token: Option<PathBuf>,
    /// How long a session lives without a request.
    pub session_idle: Duration,
    /// How long a reading lease lasts.
    pub lease: Duration,
}

/// `[crawl]`.
#[derive(Debug, Clone)]
pub struct Crawl {
    /// This node's name; several nodes on one PostgreSQL need different ones.
    pub node: String,
    /// Who answers for the crawler: an address or page put into the user agent.
    pub contact: String,
    /// Polls under way at once.
    pub concurrency: usize,
    /// Shortest and longest time between two polls of an account.
    pub interval: (Duration, Duration),
    /// Requests per minute to one host.
    pub host_per_minute: u32,
    /// Requests under way at once to one host.
    pub host_concurrency: usize,
    /// Largest answer read, bytes after decompression.
    pub max_body_bytes: usize,
    /// Longest time for one request, from connecting to the last byte.
    pub request_timeout: Duration,
    /// How far back the first poll of an account reads.
    pub lookback: Duration,
    /// How long fingerprints of posts that were not kept are kept.
    pub keep_fingerprints: Duration,
    /// Least time between the two looks that make a post "not seen any more".
    pub confirm_gone_after: Duration,
    /// Private addresses that may be reached all the same, `IP:PORT`: for tests and intranet feeds.
    pub allow_private: Vec<SocketAddr>,
}

/// `[source.NAME]`.
#[derive(Debug, Clone)]
pub struct SourceConfig {
    /// Which platform.
    pub platform: Platform,
    /// The operator's statement of the legal basis: without it the source refuses to start.
    pub legal_basis: String,
}

impl Config {
    /// Reads the text of a file; every fault at once.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        match Self::read(text) {
            (config, faults) if faults.is_empty() => Ok(config),
            (_, faults) => Err(faults),
        }
    }

    /// Reads what can be read, with defaults in the place of what cannot: for looking further, never for running.
    pub fn read(text: &str) -> (Self, Vec<Fault>) {
        let faults = RefCell::new(Vec::new());
        let mut root = Section::root(text, &faults);
        let config = read(&mut root);
        root.finish();
        let mut faults = faults.into_inner();
        faults.sort_by_key(|fault| fault.span.start);
        (config, faults)
    }

    /// Where a key or password file is: an absolute path as it is, a name first in the credentials folder, then in `data_dir`.
    pub fn secret_path(&self, credentials: Option<&Path>, name: &Path) -> PathBuf {
        let credential = credentials.map(|dir| dir.join(name)).filter(|path| path.exists());
        credential.unwrap_or_else(|| self.data_dir.join(name))
    }

    /// The store's address with a relative SQLite path put into `data_dir`.
    pub fn store_address(&self) -> String {
        match self.store_url.strip_prefix("sqlite:") {
            Some(path) => format!("sqlite:{}", self.data_dir.join(path).display()),
            None => self.store_url.clone(),
        }
    }
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

fn read(root: &mut Section<'_, '_>) -> Config {
    let data_dir: PathBuf = root.or("data_dir", PathBuf::from("/var/lib/netra"));
    let log = root.or("log", String::from("info"));

    let mut store = root.section("store");
    let store_url = store.parsed("url", String::from("sqlite:netra.db"), store_url);
    let store_password = store
        .optional::<PathBuf>("password_file")
        .map(toml::Spanned::into_inner);
    store.finish();

    let mut keys = root.section("keys");
    let record_key = keys.or("record", PathBuf::from("record.key"));
    let fingerprint_key = keys.or("fingerprint", PathBuf::from("fingerprint.key"));
    keys.finish();

    let mut rules = root.section("rules");
    let rules_dir = rules.or("dir", PathBuf::from("/usr/share/netra/rules"));
    let rules_reload = span(&mut rules, "reload_every", 15);
    let rules_corpus = rules.optional::<PathBuf>("corpus").map(toml::Spanned::into_inner);
    let brake = Brake {
        window: span(&mut rules, "brake_window", DAY),
        least: u32::try_from(rules.number("brake_least", 50, 1..=10_000_000)).unwrap_or(50),
        factor: u32::try_from(rules.number("brake_factor", 5, 1..=1_000)).unwrap_or(5),
        past: span(&mut rules, "brake_past", 14 * DAY),
    };
    rules.finish();

    Config {
        data_dir,
        store_url,
        store_password,
        record_key,
        fingerprint_key,
        rules_dir,
        rules_reload,
        rules_corpus,
        brake,
        desk: desk(root.section("desk")),
        crawl: crawl(root.section("crawl")),
        sources: sources(root.section("source")),
        log,
    }
}

fn desk(mut desk: Section<'_, '_>) -> Desk {
    let read = Desk {
        listen: desk.parsed("listen", SocketAddr::from(([127, 0, 0, 1], 8640)), str::parse),
        secure_cookies: desk.or("secure_cookies", true),
        institution: desk.or("institution", String::new()),
        timezone: desk.parsed("timezone", TimeZone::UTC, TimeZone::get),
        holidays: days(&mut desk, "holidays"),
        behind_proxy: desk.or("behind_proxy", false),
        metrics_token: desk.optional("metrics_token_file").map(toml::Spanned::into_inner),
        session_idle: span(&mut desk, "session_idle", HOUR),
        lease: span(&mut desk, "lease", 5 * MINUTE),
    };
    if !read.secure_cookies && !read.listen.ip().is_loopback() {
        desk.fault(
            0..0,
            String::from("`desk.secure_cookies = false` is only for a desk that listens on loopback"),
        );
    }
    desk.finish();
    read
}

fn crawl(mut crawl: Section<'_, '_>) -> Crawl {
    let contact = crawl.required::<String>("contact");
    let is_blank = contact.get_ref().is_empty(); // said already, as missing
    if contact.get_ref().contains("example.go.id") {
        crawl.fault(
            contact.span(),
            String::from("`crawl.contact` still holds the example; name who answers for the crawler"),
        );
    } else if !(is_blank || contact.get_ref().starts_with("https://") || contact.get_ref().contains('@')) {
        crawl.fault(
            contact.span(),
            String::from("`crawl.contact` is neither an e-mail address nor an https:// page"),
        );
    }
    let read = Crawl {
        node: crawl.or("node", String::from("netra")),
        contact: contact.into_inner(),
        concurrency: size(&mut crawl, "concurrency", 32, 4096),
        interval: (
            span(&mut crawl, "min_interval", 5 * MINUTE),
            span(&mut crawl, "max_interval", DAY),
        ),
        host_per_minute: u32::try_from(crawl.number("host_per_minute", 30, 1..=60_000)).unwrap_or(30),
        host_concurrency: size(&mut crawl, "host_concurrency", 2, 64),
        max_body_bytes: size(&mut crawl, "max_body_bytes", 8 << 20, 64 << 20),
        request_timeout: span(&mut crawl, "request_timeout", 30),
        lookback: span(&mut crawl, "lookback", 14 * DAY),
        keep_fingerprints: span(&mut crawl, "keep_fingerprints", 30 * DAY),
        confirm_gone_after: span(&mut crawl, "confirm_gone_after", HOUR),
        allow_private: crawl.or("allow_private", Vec::new()),
    };
    if read.interval.0 > read.interval.1 {
        crawl.fault(
            0..0,
            String::from("`crawl.min_interval` is longer than `crawl.max_interval`"),
        );
    }
    crawl.finish();
    read
}

fn sources(mut sources: Section<'_, '_>) -> Vec<SourceConfig> {
    let mut read = Vec::new();
    for platform in Platform::ALL {
        if !sources.has(platform.as_str()) {
            continue;
        }
        let mut section = sources.section(platform.as_str());
        let basis = section.required::<String>("legal_basis");
        if basis.get_ref().trim().len() < 10 || basis.get_ref().contains("CHANGE IT") {
            section.fault(
                basis.span(),
                format!("`source.{platform}.legal_basis` must name the mandate under which this platform is read"),
            );
        }
        section.finish();
        read.push(SourceConfig {
            platform: *platform,
            legal_basis: basis.into_inner(),
        });
    }
    sources.finish();
    read
}

fn store_url(url: &str) -> Result<String, String> {
    let Some((scheme, rest)) = url.split_once(':') else {
        return Err(String::from("neither `sqlite:PATH` nor `postgres://USER@HOST/NAME`"));
    };
    match scheme {
        "sqlite" if !rest.is_empty() => Ok(url.to_owned()),
        "postgres" | "postgresql" => match url.split_once("://").map(|(_, rest)| rest) {
            Some(rest)
                if rest
                    .split('@')
                    .next()
                    .is_some_and(|user| rest.contains('@') && user.contains(':')) =>
            {
                Err(String::from(
                    "holds a password; put it into a file and name that as `store.password_file`",
                ))
            }
            _ => Ok(url.to_owned()),
        },
        _ => Err(String::from("neither `sqlite:PATH` nor `postgres://USER@HOST/NAME`")),
    }
}

fn size(section: &mut Section<'_, '_>, key: &str, default: usize, most: u64) -> usize {
    usize::try_from(section.number(key, default as u64, 1..=most)).unwrap_or(default)
}

/// Days, written as TOML dates: `2024-12-25`.
fn days(section: &mut Section<'_, '_>, key: &str) -> Vec<Date> {
    let Some(days) = section.optional::<Vec<toml::value::Datetime>>(key) else {
        return Vec::new();
    };
    let span = days.span();
    let read = days
        .into_inner()
        .iter()
        .map(|day| day.to_string().parse())
        .collect::<Result<_, jiff::Error>>();
    read.unwrap_or_else(|error| {
        section.fault(span, format!("`{key}`: {error}; write for example [2024-12-25]"));
        Vec::new()
    })
}

/// A span of time as people write it: `90s`, `5m`, `1h 30m`, `14d`.
fn span(section: &mut Section<'_, '_>, key: &str, default_secs: u64) -> Duration {
    section.parsed(key, Duration::from_secs(default_secs), |text| {
        let span: jiff::Span = text
            .parse()
            .map_err(|error| format!("{error}; write for example `90s`, `5m`, `14d`"))?;
        let relative = jiff::SpanRelativeTo::days_are_24_hours();
        let span = span.to_duration(relative).map_err(|error| error.to_string())?;
        match Duration::try_from(span) {
            Ok(span) if !span.is_zero() => Ok(span),
            _ => Err(String::from("must be longer than nothing")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../config/netra.toml");

    #[test]
    fn the_shipped_file_is_right_and_says_the_defaults() {
        let filled = SHIPPED
            .replace("CHANGE IT", "SK 800/12/2024")
            .replace("admin@example.go.id", "admin@bkpsdm.example");
        let config = Config::parse(&filled).expect("the shipped file has no fault once its blanks are filled");
        assert_eq!(config.desk.listen.port(), 8640);
        assert_eq!(config.crawl.interval.0, Duration::from_mins(5));
        assert_eq!(config.sources.len(), Platform::ALL.len());
    }

    #[test]
    fn the_shipped_file_says_what_must_be_changed_first() {
        let faults = Config::parse(SHIPPED).expect_err("blanks to fill");
        assert_eq!(faults.len(), 1 + Platform::ALL.len(), "{faults:?}");
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_place() {
        let text = "data_dir = 7\n[crawl]\ncontact = 'nobody'\nmin_interval = 'soon'\nconcurrency = 0\n[source.feed]\n[desk]\nlistn = ''\n";
        let faults = Config::parse(text).expect_err("five faults");
        let said: Vec<String> = faults
            .iter()
            .map(|f| format!("{}: {}", &text[f.span.clone()], f.message))
            .collect();
        for part in [
            "data_dir",
            "contact",
            "min_interval",
            "concurrency",
            "legal_basis",
            "unknown key `desk.listn`",
        ] {
            assert!(said.iter().any(|line| line.contains(part)), "{part} in {said:#?}");
        }
    }

    #[test]
    fn a_password_in_the_address_is_refused() {
        let faults =
            Config::parse("[store]\nurl='postgres://a:b@h/n'\n[crawl]\ncontact='a@b.id'\n").expect_err("one fault");
        assert!(faults[0].message.contains("password_file"), "{faults:?}");
    }

    #[test]
    fn an_insecure_cookie_needs_loopback() {
        let text = "[crawl]\ncontact='a@b.id'\n[desk]\nlisten='0.0.0.0:80'\nsecure_cookies=false\n";
        assert!(Config::parse(text).is_err());
    }
}
