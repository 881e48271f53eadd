//! The daemon: what `netra run` and `netra demo` start, and in which order.
//!
//! 1. the store is opened and its tables brought up to date; 2. the rules are put in force; 3. the crawler is made; 4. the desk's address is bound; 5. the tasks start: crawl, desk,
//! rules, upkeep. Only then is the daemon ready.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::clock::{self, Clock};
use super::in_force::InForce;
use super::{keys, open_store};
use crate::config::Config;
use crate::crawl::{self, Crawler};
use crate::lifecycle::Tasks;
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
        let rules = {
            let (dir, data, clock) = (config.rules_dir.clone(), config.data_dir.clone(), Arc::clone(&clock));
            let load = move || InForce::load(&dir, &data, clock);
            Arc::new(tokio::task::spawn_blocking(load).await.context("loading the rules")??)
        };
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

        let (rules, every) = (Arc::clone(&self.rules), self.config.rules_reload);
        tasks.spawn("rules", move |stop| watch_rules(rules, every, stop));

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
            metrics: Some(metrics().await?),
        })
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

async fn watch_rules(rules: Arc<InForce>, every: Duration, stop: CancellationToken) -> anyhow::Result<()> {
    while stop.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
        reload(&rules).await;
    }
    Ok(())
}

async fn reload(rules: &Arc<InForce>) {
    let rules = Arc::clone(rules);
    if tokio::task::spawn_blocking(move || rules.reload()).await.is_err() {
        warn!("reloading the rules ended in a panic; the old set stays in force");
    }
}

async fn upkeep(store: Store, metrics: PrometheusHandle, stop: CancellationToken) -> anyhow::Result<()> {
    let mut ticks: u64 = 0;
    loop {
        metrics.run_upkeep(); // nobody else does, and histograms would grow for ever
        if ticks.is_multiple_of(HEAD_EVERY) {
            if let Some(head) = store.head().await.context("reading the record's head")? {
                // The journal of the machine holds what the database could be rolled back behind.
                let hash = crate::evidence::digest::hex(&head.hash);
                info!(record.seq = head.seq, record.hash = %hash, "head of the record: {} {hash}", head.seq);
            }
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
        allow_private: crawl.allow_private.clone(),
        ..crawl::Settings::default()
    }
}
