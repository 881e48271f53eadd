//! The daemon: what `netra run` and `netra demo` start, and in which order.
//!
//! 1. the store is opened and its tables brought up to date;
//! 2. the rules are put in force;
//! 3. the crawler is made;
//! 4. the desk's address is bound;
//! 5. the tasks start: desk, crawl, rules, upkeep.
//!
//! Only then is the daemon ready. Does not: hold any logic of a room.
//! Invariant: what can fail for want of a file, a port or a database fails before the first task starts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::sync::{OnceCell, watch};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::clock::{self, Clock};
use super::in_force::InForce;
use super::{keys, open_store};
use crate::config::Config;
use crate::crawl::{self, Crawler};
use crate::lifecycle::Tasks;
use crate::model::Given;
use crate::store::Store;
use crate::web;

/// How often the record's head is written to the log, in ticks of five seconds: ten minutes.
const HEAD_EVERY: u64 = 120;

/// Everything a daemon is made of, wired and not yet running.
pub struct Daemon {
    /// The store, open and migrated.
    pub store: Store,
    /// The crawler.
    pub crawler: Arc<Crawler>,
    rules: Arc<InForce>,
    clock: Clock,
    config: Config,
}

impl Daemon {
    /// Opens, loads and makes; nothing runs yet.
    pub async fn wire(config: Config) -> anyhow::Result<Self> {
        let clock = clock::system();
        let store = open_store(&config).await?;
        let rules = InForce::load(&config.rules_dir, &config.data_dir, Arc::clone(&clock), store.clone()).await?;
        let rules = Arc::new(rules);
        let settings = settings(&config, &keys::fingerprint(&config)?);
        let crawler =
            Crawler::new(store.clone(), settings, rules.matcher(), Arc::clone(&clock)).context("making the crawler")?;
        Ok(Self {
            store,
            crawler: Arc::new(crawler),
            rules,
            clock,
            config,
        })
    }

    /// Starts the tasks; returns where the desk listens.
    pub async fn start(&self, tasks: &Tasks) -> anyhow::Result<SocketAddr> {
        let listen = self.config.desk.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("the desk cannot listen on {listen}"))?;
        let address = listener.local_addr().context("asking where the desk listens")?;
        let desk = self.desk().await?;
        tasks.spawn("desk", |stop| async move {
            web::serve(listener, web::router(desk), stop)
                .await
                .context("serving the desk")
        });

        let crawler = Arc::clone(&self.crawler);
        tasks.spawn("crawl", |stop| async move { crawler.run(stop).await });

        let (rules, every, steps) = (
            Arc::clone(&self.rules),
            self.config.rules_reload,
            self.store.rule_changes(),
        );
        tasks.spawn("rules", move |stop| watch_rules(rules, every, steps, stop));

        let (store, metrics) = (self.store.clone(), metrics().await?);
        tasks.spawn("upkeep", move |stop| upkeep(store, metrics, stop));
        Ok(address)
    }

    /// Compares the rule files with what is in force, now.
    pub async fn reload_rules(&self) {
        reload(&self.rules).await;
    }

    async fn desk(&self) -> anyhow::Result<web::Desk> {
        let desk = &self.config.desk;
        let token = match &desk.metrics_token {
            Some(name) => {
                let path = keys::path(&self.config, name);
                let token = std::fs::read_to_string(&path)
                    .with_context(|| format!("reading the metrics token `{}`", path.display()))?;
                Some(SecretString::from(token.trim_end().to_owned()))
            }
            None => None,
        };
        Ok(web::Desk {
            store: self.store.clone(),
            settings: web::Settings {
                institution: desk.institution.clone(),
                zone: desk.timezone.clone(),
                holidays: desk.holidays.clone(),
                secure_cookies: desk.secure_cookies,
                behind_proxy: desk.behind_proxy,
                session_idle: desk.session_idle,
                lease: desk.lease,
                metrics_token: token,
                ..web::Settings::default()
            },
            clock: Arc::clone(&self.clock),
            rules: self.rules.view(),
            corpus: self.config.rules_corpus.clone().map(corpus),
            metrics: Some(metrics().await?),
        })
    }
}

/// The texts that the operator has put aside for comparing rules.
fn corpus(path: PathBuf) -> web::Corpus {
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let read = move |each: &mut dyn FnMut(u64, &str, Given)| {
        let read = super::corpus::read(&path, |entry| {
            each(entry.line, &entry.text, entry.kind);
            Ok(())
        });
        read.map_err(|error| format!("{error:#}"))
    };
    web::Corpus {
        name,
        read: Arc::new(read),
    }
}

/// The program's one metrics recorder.
async fn metrics() -> anyhow::Result<PrometheusHandle> {
    static RECORDER: OnceCell<PrometheusHandle> = OnceCell::const_new();
    RECORDER
        .get_or_try_init(async || {
            PrometheusBuilder::new()
                .install_recorder()
                .context("installing the metrics recorder")
        })
        .await
        .cloned()
}

/// Looks at files and steps now and then, and at once when this node's desk or brake has changed where a rule stands.
async fn watch_rules(
    rules: Arc<InForce>,
    every: Duration,
    mut steps: watch::Receiver<u64>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(every) => {}
            // The sender lives in the store, which lives as long as we do.
            _ = steps.changed() => {}
        }
        reload(&rules).await;
    }
}

async fn reload(rules: &InForce) {
    if let Err(error) = rules.reload().await {
        warn!("the rules could not be looked at again; the old set stays in force: {error:#}");
    }
}

async fn upkeep(store: Store, metrics: PrometheusHandle, stop: CancellationToken) -> anyhow::Result<()> {
    let mut ticks: u64 = 0;
    loop {
        metrics.run_upkeep(); // nobody else does, and histograms would grow for ever
        if ticks.is_multiple_of(HEAD_EVERY)
            && let Some(head) = store.head().await.context("reading the record's head")?
        {
            // The journal of the machine holds what the database could be rolled back behind.
            let hash = crate::evidence::digest::hex(&head.hash);
            info!(record.seq = head.seq, record.hash = %hash, "head of the record: {} {hash}", head.seq);
        }
        ticks += 1;
        if stop
            .run_until_cancelled(tokio::time::sleep(Duration::from_secs(5)))
            .await
            .is_none()
        {
            return Ok(());
        }
    }
}

fn settings(config: &Config, fingerprint: &keys::Key) -> crawl::Settings {
    let crawl = &config.crawl;
    crawl::Settings {
        node: crawl.node.clone(),
        contact: crawl.contact.clone(),
        fingerprint_key: *fingerprint.expose_secret(),
        platforms: config.sources.iter().map(|source| source.platform).collect(),
        concurrency: crawl.concurrency,
        host_per_minute: crawl.host_per_minute,
        host_concurrency: crawl.host_concurrency,
        limits: crawl::fetch::Limits {
            max_body: crawl.max_body_bytes,
            total: crawl.request_timeout,
            ..crawl::fetch::Limits::default()
        },
        tempo: crawl::schedule::Tempo {
            min: crawl.interval.0,
            max: crawl.interval.1,
        },
        lookback: crawl.lookback,
        keep_fingerprints: crawl.keep_fingerprints,
        confirm_gone_after: crawl.confirm_gone_after,
        brake: crate::store::Brake {
            window: config.brake.window,
            least: config.brake.least,
            factor: config.brake.factor,
            past: config.brake.past,
        },
        allow_private: crawl.allow_private.clone(),
        ..crawl::Settings::default()
    }
}
