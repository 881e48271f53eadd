//! One account: ask, read, judge, keep, schedule; page by page.
//!
//! Does: drive a [`Visit`] through the [gate](super::gate) and commit each page with the cursor it moves. Does not: choose who
//! is read ([`super::Crawler`] does) or look at text.
//! Invariant: a poll ends with exactly one commit that carries its schedule, or with none when the process dies: then the claim
//! is found unfinished at the next start, and the last page is read again.

mod end;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use self::end::{End, fetch_outcome, source_failure, source_outcome};

use super::gate::Manners;
use super::judge::{Circumstances, Judged, judge};
use super::schedule::{self, Failure, Next, Past, Success};
use super::{Crawler, fetch, fingerprint};
use crate::evidence::digest::sha256_hex;
use crate::matcher::Matcher;
use crate::model::{Millis, Post};
use crate::source::{self, Answer, Ask, Context, Decoded, Dropped, Page, Step, Visit};
use crate::store::{self, Due, Known, Mac, PageCommit, PollState, Schedule, Seen};

/// What a poll brought. Counts only.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Short code: `ok`, `unchanged`, `robots`, `rate-limited` …
    pub outcome: String,
    /// Whether the account was really read.
    pub success: bool,
    /// Requests that were answered.
    pub answers: u32,
    /// Posts handed out by the source.
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
    /// What was left out.
    pub dropped: Dropped,
}

/// An answer, when it came, and its text when it had to be decoded.
pub(super) struct Received {
    pub answer: Answer,
    pub at: Millis,
    pub decoded: Option<Decoded>,
}

/// What the next conditional request needs.
#[derive(Clone)]
struct Validators {
    etag: Option<String>,
    last_modified: Option<String>,
    body_digest: Option<String>,
}

/// A poll under way.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that have nothing to do with each other"
)]
pub(super) struct Poll<'a> {
    crawler: &'a Crawler,
    matcher: Arc<Matcher>,
    due: &'a Due,
    contests: Vec<usize>,
    validators: Validators,
    /// Which posts of the last week, by fingerprint, so that a post read twice counts once.
    recent: HashSet<Mac>,
    rest: Duration,
    moved: bool,
    gap: bool,
    unfinished: bool,
    /// The poll may wait long for its turn.
    patient: bool,
    report: Report,
}

const WEEK: Duration = Duration::from_hours(7 * 24);

impl<'a> Poll<'a> {
    /// Prepares a poll of a claimed account. `contests` are the indices of the contests that make reading it lawful now.
    pub(super) fn new(
        crawler: &'a Crawler,
        matcher: Arc<Matcher>,
        due: &'a Due,
        contests: Vec<usize>,
        patient: bool,
    ) -> Self {
        let state = &due.state;
        Self {
            crawler,
            matcher,
            due,
            contests,
            validators: Validators {
                etag: state.etag.clone(),
                last_modified: state.last_modified.clone(),
                body_digest: state.body_digest.clone(),
            },
            recent: HashSet::new(),
            rest: Duration::ZERO,
            moved: false,
            gap: false,
            unfinished: false,
            patient,
            report: Report::default(),
        }
    }

    /// Runs it to its end. An error is the database's.
    pub(super) async fn run(mut self, stop: &CancellationToken) -> store::Result<Report> {
        let longest = self.crawler.settings.lease.mul_f64(0.8);
        let result = match tokio::time::timeout(longest, self.read(stop)).await {
            Ok(result) => result,
            Err(_) => Err(End::Fetch(fetch::Error::Timeout)),
        };
        let (outcome, failure) = match result {
            Ok(()) => return Ok(self.report),
            Err(End::Store(error)) => return Err(error),
            Err(End::Stopped) => ("interrupted".to_owned(), None),
            Err(End::Panic) => ("error:panic".to_owned(), Some(Failure::Passing)),
            Err(End::Source(error)) => (source_outcome(&error), Some(source_failure(&error))),
            Err(End::Fetch(error)) => (fetch_outcome(&error), Some(schedule::failure(&error))),
        };
        self.fail(outcome, failure).await?;
        Ok(self.report)
    }

    async fn read(&mut self, stop: &CancellationToken) -> Result<(), End> {
        if self.contests.is_empty() {
            return self.rest().await;
        }
        let account = &self.due.account;
        let source = source::of(account.platform).ok_or(source::Error::Handle("no adapter for this platform"))?;
        let mut visit = source.visit(account, self.due.state.cursor.as_deref(), &self.context())?;
        let mut wanted = visit.next(None)?;
        loop {
            match wanted {
                Step::Ask(ask) => match self.ask(&ask).await? {
                    Some(received) => {
                        let page;
                        (visit, wanted, page) = self.understand(visit, received).await?;
                        if let Some((page, received, seen)) = page {
                            let more = page.more;
                            self.keep(page, received, seen).await?;
                            if !more {
                                return Ok(());
                            }
                            if stop.is_cancelled() {
                                return Err(End::Stopped);
                            }
                            wanted = visit.next(None)?;
                        }
                    }
                    None => return self.unchanged().await,
                },
                // Only an answer makes a page; a visit that ends without one has nothing more.
                Step::Page(_) => return self.unchanged().await,
            }
        }
    }

    fn context(&self) -> Context {
        let settings = &self.crawler.settings;
        let now = self.crawler.now();
        let state = &self.due.state;
        // From the last good poll, not from now: a daemon that was off for a month reads that month.
        let anchor = state.last_success_at.unwrap_or(now).min(now);
        let contests = &self.matcher.set().contests;
        let first_days = self.contests.iter().filter_map(|index| {
            let contest = contests.get(*index)?;
            let first = contest.phases.first_day.values().min()?;
            let start = first.to_zoned(contest.zone.clone()).ok()?;
            Some(Millis::from(start.timestamp()))
        });
        Context {
            now,
            since: anchor
                .minus(settings.lookback)
                .max(first_days.min().unwrap_or_default()),
            edit_window: settings.edit_window,
            max_pages: settings.max_pages,
            retrying: state.failures > 0,
        }
    }

    /// Asks; `None` when the server says, or the body shows, that nothing has changed.
    async fn ask(&mut self, ask: &Ask) -> Result<Option<Received>, End> {
        let manners = Manners {
            consent: self.due.account.consent.is_some(),
            etag: self.validators.etag.as_deref(),
            last_modified: self.validators.last_modified.as_deref(),
            patient: self.patient,
        };
        let fetched = self.crawler.gate.get(ask, &manners, fetch::Body::Whole).await?;
        let at = self.crawler.now();
        fetched.response.usable(at)?;
        self.report.answers += 1;
        self.moved |= fetched.moved;
        let rest = schedule::cache_rest(&fetched.response.headers, at);
        self.rest = self.rest.max(rest).max(fetched.delay.unwrap_or_default());
        let response = fetched.response;
        let header = |name: &str| response.header(name).map(str::to_owned);
        if response.status == 304 {
            self.validators.last_modified = header("last-modified").or(self.validators.last_modified.take());
            return Ok(None);
        }
        if ask.conditional {
            // `Expires: 0` marks servers whose validators cannot be trusted.
            let trusted = response.header("expires") != Some("0");
            self.validators.etag = header("etag").filter(|_| trusted);
            self.validators.last_modified = header("last-modified").filter(|_| trusted);
            let digest = Some(sha256_hex(&response.body));
            let same = digest == self.validators.body_digest;
            self.validators.body_digest = digest;
            if same {
                return Ok(None);
            }
        }
        Ok(Some(Received {
            answer: Answer {
                url: fetched.url,
                status: response.status,
                headers: response.headers,
                body: response.body,
            },
            at,
            decoded: None,
        }))
    }

    /// Lets the source read an answer, on a thread that may take its time.
    async fn understand(&self, mut visit: Box<dyn Visit>, mut received: Received) -> Result<Understood, End> {
        let secret = self.crawler.settings.fingerprint_key;
        let account = self.due.account.id;
        let understood = spawn_blocking(move || {
            let step = visit.next(Some(&received.answer))?;
            Ok::<Understood, source::Error>(match step {
                Step::Ask(ask) => (visit, Step::Ask(ask), None),
                Step::Page(mut page) => {
                    received.decoded = page.decoded.take();
                    let seen = page
                        .posts
                        .iter()
                        .map(|post| fingerprint::of(&secret, account, post))
                        .collect();
                    (visit, Step::Page(Page::default()), Some((page, received, seen)))
                }
            })
        });
        Ok(understood.await??)
    }

    /// Judges a page and keeps what is to be kept of it, with the cursor it moves.
    async fn keep(&mut self, page: Page, received: Received, seen: Vec<Seen>) -> Result<(), End> {
        let now = self.crawler.now();
        self.gap |= page.gap;
        self.unfinished |= page.unfinished;
        self.rest = self.rest.max(page.rest.unwrap_or_default());
        self.count_dropped(page.dropped);
        self.report.posts += u32::try_from(page.posts.len()).unwrap_or(u32::MAX);
        let keys: Vec<Mac> = seen.iter().map(|seen| seen.key).collect();
        let known = self.crawler.store.known(self.due.account.id, &keys).await?;
        self.count_recent(&page.posts, &seen, &known, now);
        let fresh = seen
            .iter()
            .any(|seen| known.get(&seen.key).is_none_or(|known| known.content != seen.content));
        let judged;
        let seen = if fresh {
            let (matcher, contests) = (Arc::clone(&self.matcher), self.contests.clone());
            let region = self.due.region.clone();
            let work = spawn_blocking(move || {
                let about = Circumstances {
                    matcher: &matcher,
                    contests: &contests,
                    region: region.as_deref(),
                    now,
                };
                (judge(&about, &received, page.posts, &seen, &known), seen)
            });
            let (done, seen) = work.await?;
            judged = done;
            seen
        } else {
            judged = Judged::default();
            seen
        };
        self.report.fresh += judged.fresh;
        self.report.flagged += judged.flagged;
        self.report.noted += judged.noted;
        let done = (!page.more).then(|| self.good_end(now));
        let commit = PageCommit {
            account: self.due.account.id,
            platform_id: page.platform_id,
            cursor: page.cursor,
            seen,
            findings: judged.findings,
            tallies: judged.tallies,
            done,
            brake: Some(self.crawler.settings.brake),
        };
        let committed = self.crawler.store.commit_page(&commit, now).await?;
        self.report.new_cases += u32::try_from(committed.new_cases.len()).unwrap_or(u32::MAX);
        self.report.new_versions += committed.new_versions;
        for braked in &committed.braked {
            metrics::counter!("netra_rules_braked_total").increment(1);
            warn!(
                rule = braked.rule,
                version = braked.version,
                people = braked.people,
                limit = braked.limit,
                "the rule {} hit {} people where {} is the limit; it is back in the shadow and its cases stay",
                braked.rule,
                braked.people,
                braked.limit
            );
        }
        Ok(())
    }

    fn count_dropped(&mut self, dropped: Dropped) {
        let sum = &mut self.report.dropped;
        sum.not_public += dropped.not_public;
        sum.opted_out += dropped.opted_out;
        sum.unreadable += dropped.unreadable;
        sum.too_old += dropped.too_old;
    }

    /// Posts of the last week; those without a date count when they are new.
    fn count_recent(&mut self, posts: &[Post], seen: &[Seen], known: &HashMap<Mac, Known>, now: Millis) {
        let week = now.minus(WEEK);
        for (post, seen) in posts.iter().zip(seen) {
            let recent = match post.published_at {
                Some(at) => at >= week,
                None => !known.contains_key(&seen.key),
            };
            if recent {
                self.recent.insert(seen.key);
            }
        }
    }

    /// The schedule of a poll that read posts.
    fn good_end(&mut self, now: Millis) -> Schedule {
        let success = Success {
            posts_last_week: Some(u32::try_from(self.recent.len()).unwrap_or(u32::MAX)),
            unfinished: self.unfinished,
            rest: self.rest,
        };
        let next = schedule::after_success(self.tempo(), self.past(), &success, now, self.seed(now));
        let outcome = match (self.gap, self.unfinished, self.moved) {
            (true, _, _) => "gap",
            (_, true, _) => "unfinished",
            (_, _, true) => "moved",
            _ => "ok",
        };
        self.scheduled(next, outcome.to_owned(), true)
    }

    async fn unchanged(&mut self) -> Result<(), End> {
        let now = self.crawler.now();
        let success = Success {
            rest: self.rest,
            ..Success::default()
        };
        let next = schedule::after_success(self.tempo(), self.past(), &success, now, self.seed(now));
        let done = self.scheduled(next, "unchanged".to_owned(), true);
        self.commit(done, now).await
    }

    /// No contest concerns the person now: nothing is asked.
    async fn rest(&mut self) -> Result<(), End> {
        let now = self.crawler.now();
        let past = self.past();
        let next = Next {
            at: now.plus(self.tempo().max),
            interval: past.interval,
            failures: past.failures,
        };
        let done = self.scheduled(next, "no-contest".to_owned(), false);
        self.commit(done, now).await
    }

    async fn fail(&mut self, outcome: String, failure: Option<Failure>) -> store::Result<()> {
        let now = self.crawler.now();
        let past = self.past();
        let next = match failure {
            Some(failure) => schedule::after_failure(self.tempo(), past, failure, now, self.seed(now)),
            None => Next {
                at: now,
                interval: past.interval,
                failures: past.failures,
            },
        };
        // What a failed poll learnt of validators is not to be trusted: an unread body would count as read.
        let PollState {
            etag,
            last_modified,
            body_digest,
            ..
        } = self.due.state.clone();
        self.validators = Validators {
            etag,
            last_modified,
            body_digest,
        };
        let done = self.scheduled(next, outcome, false);
        match self.commit(done, now).await {
            Err(End::Store(error)) => Err(error),
            _ => Ok(()),
        }
    }

    async fn commit(&self, done: Schedule, now: Millis) -> Result<(), End> {
        let commit = PageCommit {
            account: self.due.account.id,
            platform_id: None,
            cursor: None,
            seen: Vec::new(),
            findings: Vec::new(),
            tallies: Vec::new(),
            done: Some(done),
            brake: None,
        };
        self.crawler.store.commit_page(&commit, now).await?;
        Ok(())
    }

    fn scheduled(&mut self, next: Next, outcome: String, success: bool) -> Schedule {
        self.report.outcome.clone_from(&outcome);
        self.report.success = success;
        Schedule {
            next_poll_at: next.at,
            interval_ms: i64::try_from(next.interval.as_millis()).unwrap_or(i64::MAX),
            failures: next.failures,
            etag: self.validators.etag.clone(),
            last_modified: self.validators.last_modified.clone(),
            body_digest: self.validators.body_digest.clone(),
            outcome,
            success,
        }
    }

    fn tempo(&self) -> schedule::Tempo {
        self.crawler.settings.tempo
    }

    fn past(&self) -> Past {
        Past {
            interval: Duration::from_millis(self.due.state.interval_ms.max(0).unsigned_abs()),
            failures: self.due.state.failures,
        }
    }

    fn seed(&self, now: Millis) -> u64 {
        (self.due.account.id.0 ^ now.0).cast_unsigned()
    }
}

/// The visit, its next step, and the page if the answer was one.
type Understood = (Box<dyn Visit>, Step, Option<(Page, Received, Vec<Seen>)>);
