//! The crawler: claims what is due, polls side by side, looks again at what was kept.
//!
//! Does: bound how much runs at once, rest outside every contest, drain when asked to stop. Does not: spawn (its polls are
//! futures of one task; parsing and judging run on blocking threads), or remember anything between polls.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::future::{BoxFuture, Fuse, FusedFuture as _};
use futures_util::stream::{self, FuturesUnordered};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};

use super::budget::{self, Budget};
use super::fetch::{Fetcher, Lookup, SystemDns};
use super::gate::Gate;
use super::guard::Guard;
use super::poll::{Poll, Report};
use super::{Clock, Settings, recheck};
use crate::matcher::Matcher;
use crate::model::Millis;
use crate::rules::RuleSet;
use crate::source::Dropped;
use crate::store::{Claim, Due, Store};

/// Posts of cases looked at at once.
const LOOKS: usize = 8;

/// How often looks at cases are asked for, and stale things forgotten.
const UPKEEP: Duration = Duration::from_mins(1);

/// How often fingerprints past their time are forgotten.
const FORGET: Duration = Duration::from_hours(1);

/// The crawler.
pub struct Crawler {
    pub(super) store: Store,
    pub(super) gate: Gate,
    pub(super) settings: Settings,
    rules: watch::Receiver<Arc<Matcher>>,
    clock: Clock,
}

/// What a round brought. Counts only.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// No contest is in a phase now: nothing was asked.
    pub idle: bool,
    /// Accounts polled.
    pub polled: u32,
    /// How their polls ended, by short code.
    pub outcomes: BTreeMap<String, u32>,
    /// Posts read.
    pub posts: u32,
    /// Of them new or changed.
    pub fresh: u32,
    /// Of them flagged.
    pub flagged: u32,
    /// Of them worth a note.
    pub noted: u32,
    /// New cases.
    pub new_cases: u32,
    /// New versions of older cases.
    pub new_versions: u32,
    /// Posts left out by the adapters.
    pub dropped: Dropped,
    /// Cases whose posts were looked at again, by what is known of them now.
    pub looks: BTreeMap<&'static str, u32>,
    /// Polls that the database failed.
    pub store_errors: u32,
}

impl std::fmt::Debug for Crawler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crawler")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Crawler {
    /// Puts the crawler together. Rules are read anew for each poll, so a reload takes hold with the next one.
    pub fn new(
        store: Store,
        settings: Settings,
        rules: watch::Receiver<Arc<Matcher>>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let dns: Arc<dyn Lookup> = Arc::new(SystemDns);
        Self::with_dns(store, settings, rules, clock, &dns)
    }

    /// The same with names answered by `dns`.
    pub fn with_dns(
        store: Store,
        settings: Settings,
        rules: watch::Receiver<Arc<Matcher>>,
        clock: Clock,
        dns: &Arc<dyn Lookup>,
    ) -> anyhow::Result<Self> {
        let guard = Guard::new(settings.allow_private.clone());
        let fetcher =
            Fetcher::new(&settings.contact, settings.limits.clone(), guard, dns).context("building the HTTP client")?;
        let budget = Budget::new(budget::Limits {
            per_minute: settings.host_per_minute,
            per_host: settings.host_concurrency,
            total: settings.concurrency.saturating_mul(2).max(1),
            ..budget::Limits::default()
        });
        Ok(Self {
            gate: Gate::new(fetcher, budget, Arc::clone(&clock)),
            store,
            settings,
            rules,
            clock,
        })
    }

    /// Polls until asked to stop; then finishes the pages under way. An error means that the daemon should be started again.
    pub async fn run(&self, stop: CancellationToken) -> anyhow::Result<()> {
        let released = self
            .store
            .release_leases(&self.settings.node)
            .await
            .context("giving back unfinished claims")?;
        info!(
            claims = released,
            "the crawler starts; {released} unfinished claims given back"
        );
        tokio::try_join!(self.polls(&stop), self.upkeep(&stop))?;
        Ok(())
    }

    /// Polls every account that is due now once, looks once at every case that is due, and ends.
    pub async fn run_once(&self) -> anyhow::Result<Summary> {
        let start = self.now();
        let stop = CancellationToken::new();
        let mut summary = Summary::default();
        if !is_active(self.rules.borrow().set(), start) {
            info!("no contest is in a phase today; the crawler rests");
            summary.idle = true;
            return Ok(summary);
        }
        self.store
            .release_leases(&self.settings.node)
            .await
            .context("giving back unfinished claims")?;
        loop {
            // What a poll schedules lies after `start`, so each account is claimed once.
            let due = self.claim(start, self.settings.concurrency).await?;
            if due.is_empty() {
                break;
            }
            let polls = stream::iter(due).map(|due| self.poll(due, &stop, true));
            let mut polls = polls.buffer_unordered(self.settings.concurrency.max(1));
            while let Some(result) = polls.next().await {
                summary.add(result);
            }
        }
        self.looks(&stop, &mut summary).await?;
        Ok(summary)
    }

    /// Now.
    pub(super) fn now(&self) -> Millis {
        (self.clock)()
    }

    async fn polls(&self, stop: &CancellationToken) -> anyhow::Result<()> {
        let mut under_way = FuturesUnordered::new();
        // The claim waits beside the polls, never before them: a poll that holds the database's one writer must be able to go on.
        let mut claim: Fuse<BoxFuture<'_, anyhow::Result<Vec<Due>>>> = Fuse::terminated();
        let mut asked_for = 0;
        let mut summary = Summary::default();
        let mut resting = false;
        let mut claim_at = Instant::now();
        let mut minute = interval(UPKEEP);
        minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let stopping = stop.is_cancelled();
            if stopping && under_way.is_empty() && claim.is_terminated() {
                return Ok(());
            }
            let free = self.settings.concurrency.max(1).saturating_sub(under_way.len());
            // Claims are writes: some at once, not one for each poll that ends.
            let room = free >= self.settings.concurrency.max(1).div_ceil(4) && !stopping && claim.is_terminated();
            if room && Instant::now() >= claim_at {
                let now = self.now();
                let active = is_active(self.rules.borrow().set(), now);
                if active == resting {
                    let word = if active {
                        "a contest is in a phase; the crawler polls"
                    } else {
                        "no contest is in a phase; the crawler rests"
                    };
                    info!("{word}");
                    resting = !active;
                }
                if active {
                    asked_for = free;
                    claim = self.claim(now, free).boxed().fuse();
                } else {
                    claim_at = Instant::now() + self.settings.idle;
                }
            }
            tokio::select! {
                Some(result) = under_way.next(), if !under_way.is_empty() => summary.add(result),
                due = &mut claim, if !claim.is_terminated() => {
                    let due = due?;
                    if due.len() < asked_for {
                        claim_at = Instant::now() + self.settings.idle;
                    }
                    under_way.extend(due.into_iter().map(|due| self.poll(due, stop, false)));
                }
                () = sleep_until(claim_at), if room && claim.is_terminated() => {}
                () = stop.cancelled(), if !stopping => debug!(under_way = under_way.len(), "the crawler drains"),
                _ = minute.tick() => {
                    self.gate.tidy();
                    if summary.polled > 0 {
                        std::mem::take(&mut summary).log();
                    }
                }
            }
        }
    }

    async fn upkeep(&self, stop: &CancellationToken) -> anyhow::Result<()> {
        // Looks that confirm a deletion are not asked for more seldom than they may confirm it.
        let mut minute = interval(UPKEEP.min(self.settings.confirm_gone_after.max(Duration::from_secs(1))));
        minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut forgotten_at = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = minute.tick() => {}
            }
            let now = self.now();
            if is_active(self.rules.borrow().set(), now) {
                self.looks(stop, &mut Summary::default()).await?;
            }
            if forgotten_at.is_none_or(|at: Millis| now.since(at) >= FORGET) {
                let count = self.store.forget(now, self.settings.keep_fingerprints).await;
                let count = count.context("forgetting old fingerprints")?;
                debug!(fingerprints = count, "{count} old fingerprints forgotten");
                forgotten_at = Some(now);
            }
        }
    }

    async fn claim(&self, now: Millis, limit: usize) -> anyhow::Result<Vec<Due>> {
        let claim = Claim {
            node: self.settings.node.clone(),
            now,
            lease: self.settings.lease,
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
            platforms: self.settings.platforms.clone(),
        };
        self.store.claim_due(&claim).await.context("claiming due accounts")
    }

    /// A poll to run beside others. Boxed: the compiler cannot see through a set of unboxed ones that it may be sent to a thread.
    fn poll<'a>(&'a self, due: Due, stop: &'a CancellationToken, patient: bool) -> BoxFuture<'a, Option<Report>> {
        self.poll_one(due, stop, patient).boxed()
    }

    /// `None`: the database failed; the claim runs out by itself.
    async fn poll_one(&self, due: Due, stop: &CancellationToken, patient: bool) -> Option<Report> {
        let matcher = Arc::clone(&self.rules.borrow());
        let contests = concerned(matcher.set(), due.region.as_deref(), self.now());
        let begun = Instant::now();
        let result = Poll::new(self, matcher, &due, contests, patient).run(stop).await;
        metrics::histogram!("netra_poll_seconds").record(begun.elapsed().as_secs_f64());
        match result {
            Ok(report) => {
                count(&due, &report);
                Some(report)
            }
            Err(fault) => {
                error!(
                    account.id = due.account.id.0,
                    "keeping a page of account {} failed: {fault}", due.account.id
                );
                metrics::counter!("netra_polls_total", "platform" => due.account.platform.as_str(), "outcome" => "store")
                    .increment(1);
                None
            }
        }
    }

    async fn looks(&self, stop: &CancellationToken, summary: &mut Summary) -> anyhow::Result<()> {
        loop {
            let due = self
                .store
                .due_rechecks(self.now(), 100)
                .await
                .context("asking for cases to look at")?;
            if due.is_empty() || stop.is_cancelled() {
                return Ok(());
            }
            let looks = stream::iter(due).map(|case| recheck::look(self, case).boxed());
            let mut looks = looks.buffer_unordered(LOOKS);
            while let Some(outlook) = looks.next().await {
                let outlook = outlook.context("recording a look at a case")?;
                *summary.looks.entry(outlook.as_str()).or_default() += 1;
            }
        }
    }
}

/// Whether any contest is in a phase.
fn is_active(set: &RuleSet, now: Millis) -> bool {
    set.contests.iter().any(|contest| contest.phase_at(now).is_some())
}

/// Contests in a phase that concern a region; a person of no known region is of concern to all.
fn concerned(set: &RuleSet, region: Option<&str>, now: Millis) -> Vec<usize> {
    let contests = set.contests.iter().enumerate();
    contests
        .filter(|(_, contest)| contest.phase_at(now).is_some())
        .filter(|(_, contest)| region.is_none_or(|region| contest.concerns(region)))
        .map(|(index, _)| index)
        .collect()
}

fn count(due: &Due, report: &Report) {
    let platform = due.account.platform.as_str();
    let outcome = report.outcome.clone();
    metrics::counter!("netra_polls_total", "platform" => platform, "outcome" => outcome).increment(1);
    metrics::counter!("netra_posts_total", "platform" => platform).increment(report.posts.into());
    metrics::counter!("netra_posts_fresh_total", "platform" => platform).increment(report.fresh.into());
    metrics::counter!("netra_hits_total", "outcome" => "flag").increment(report.flagged.into());
    metrics::counter!("netra_hits_total", "outcome" => "note").increment(report.noted.into());
    metrics::counter!("netra_cases_total").increment(report.new_cases.into());
    for (reason, posts) in [
        ("not-public", report.dropped.not_public),
        ("opted-out", report.dropped.opted_out),
        ("unreadable", report.dropped.unreadable),
        ("too-old", report.dropped.too_old),
    ] {
        metrics::counter!("netra_posts_dropped_total", "reason" => reason).increment(posts.into());
    }
    debug!(
        account.id = due.account.id.0,
        outcome = report.outcome,
        posts = report.posts,
        fresh = report.fresh,
        "account {} polled: {}",
        due.account.id,
        report.outcome
    );
}

impl Summary {
    fn add(&mut self, report: Option<Report>) {
        let Some(report) = report else {
            self.store_errors += 1;
            return;
        };
        self.polled += 1;
        *self.outcomes.entry(report.outcome).or_default() += 1;
        self.posts += report.posts;
        self.fresh += report.fresh;
        self.flagged += report.flagged;
        self.noted += report.noted;
        self.new_cases += report.new_cases;
        self.new_versions += report.new_versions;
        self.dropped.not_public += report.dropped.not_public;
        self.dropped.opted_out += report.dropped.opted_out;
        self.dropped.unreadable += report.dropped.unreadable;
        self.dropped.too_old += report.dropped.too_old;
    }

    fn log(self) {
        info!(
            polled = self.polled,
            posts = self.posts,
            fresh = self.fresh,
            flagged = self.flagged,
            new_cases = self.new_cases,
            "{} accounts polled, {} posts read, {} new or changed, {} new cases",
            self.polled,
            self.posts,
            self.fresh,
            self.new_cases
        );
    }
}

#[cfg(test)]
mod tests;
