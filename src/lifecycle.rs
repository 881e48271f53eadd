//! Tasks, signals, readiness, watchdog.
//!
//! Does: the only spawning of long-lived tasks; SIGTERM and SIGINT drain, SIGHUP reloads, a task that ends unasked stops the
//! whole daemon with failure so that systemd restarts it; the watchdog is fed from the main loop and only after the caller's
//! check (which touches the database) went well. Does not: know what the tasks do.
//! Invariant: whoever leaves [`Lifecycle::run`] has no task left behind, or says so in the exit code.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, error, info, warn};

/// How long tasks may take to finish what they are at once a stop was asked for. systemd's own limit is longer.
const DRAIN: Duration = Duration::from_mins(1);
/// How often the main loop checks itself when systemd asks for no watchdog.
const CHECK_WITHOUT_WATCHDOG: Duration = Duration::from_secs(30);

/// Spawns named tasks; a copy may be handed to whoever wires them.
#[derive(Debug, Clone)]
pub struct Tasks {
    stop: CancellationToken,
    tracker: TaskTracker,
    failed: Arc<AtomicBool>,
}

impl Tasks {
    /// Runs `task` until it ends or the token it is given is cancelled. One that ends unasked, by error or by panic, stops all.
    pub fn spawn<F>(&self, name: &'static str, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let work = task(self.stop.child_token());
        let stop = self.stop.clone();
        let failed = Arc::clone(&self.failed);
        self.tracker.spawn(async move {
            // Also runs when `work` panics: the guard is dropped while unwinding.
            let guard = StopsTheRest {
                stop: stop.clone(),
                failed: Arc::clone(&failed),
            };
            match work.await {
                Ok(()) if stop.is_cancelled() => debug!(task = name, "task `{name}` stopped"),
                Ok(()) => error!(task = name, "task `{name}` ended by itself"),
                Err(error) => {
                    failed.store(true, Ordering::SeqCst);
                    error!(task = name, "task `{name}` failed: {error:#}");
                }
            }
            drop(guard);
        });
    }
}

struct StopsTheRest {
    stop: CancellationToken,
    failed: Arc<AtomicBool>,
}

impl Drop for StopsTheRest {
    fn drop(&mut self) {
        if !self.stop.is_cancelled() {
            self.failed.store(true, Ordering::SeqCst);
            self.stop.cancel();
        }
    }
}

/// The life of a daemon.
#[derive(Debug)]
pub struct Lifecycle {
    tasks: Tasks,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl Lifecycle {
    /// A life not yet begun.
    pub fn new() -> Self {
        let tasks = Tasks {
            stop: CancellationToken::new(),
            tracker: TaskTracker::new(),
            failed: Arc::new(AtomicBool::new(false)),
        };
        Self { tasks }
    }

    /// What spawns tasks.
    pub fn tasks(&self) -> Tasks {
        self.tasks.clone()
    }

    /// The token that ends everything, for callers that stop by themselves (`--once`).
    pub fn stop(&self) -> CancellationToken {
        self.tasks.stop.clone()
    }

    /// Says READY and lives until a signal or the end of a task. `check` is asked before each watchdog ping; `reload` on SIGHUP.
    pub async fn run(
        self,
        status: &str,
        check: impl AsyncFn() -> anyhow::Result<()>,
        reload: impl AsyncFn(),
    ) -> anyhow::Result<ExitCode> {
        let Tasks { stop, tracker, failed } = self.tasks;
        let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
        let mut hang_up = signal(SignalKind::hangup()).context("listening for SIGHUP")?;
        let watchdog = sd_notify::watchdog_enabled();
        let mut beat = interval(watchdog.map_or(CHECK_WITHOUT_WATCHDOG, |limit| limit / 3));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);

        tell(&[NotifyState::Ready, NotifyState::Status(status)]);
        info!("netra is up: {status}");
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = terminate.recv() => { info!("SIGTERM: finishing what is under way"); break }
                _ = interrupt.recv() => { info!("SIGINT: finishing what is under way"); break }
                _ = hang_up.recv() => {
                    if let Ok(now) = NotifyState::monotonic_usec_now() {
                        tell(&[NotifyState::Reloading, now]);
                    }
                    reload().await;
                    tell(&[NotifyState::Ready]);
                }
                _ = beat.tick() => match check().await {
                    Ok(()) => if watchdog.is_some() { tell(&[NotifyState::Watchdog]) },
                    // No ping: when this goes on, systemd ends us and starts afresh.
                    Err(error) => warn!("the daemon's own check failed: {error:#}"),
                },
            }
        }

        tell(&[NotifyState::Stopping]);
        let by_itself = stop.is_cancelled();
        stop.cancel();
        tracker.close();
        let drained = tokio::select! {
            drained = timeout(DRAIN, tracker.wait()) => drained.is_ok(),
            _ = terminate.recv() => false,
            _ = interrupt.recv() => false,
        };
        if !drained {
            error!("tasks did not finish in time; leaving them");
            return Ok(ExitCode::FAILURE);
        }
        let ended_badly = failed.load(Ordering::SeqCst);
        info!(by_itself, "netra is down");
        Ok(if ended_badly {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// Tells systemd; without systemd this does nothing.
fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        debug!("systemd was not told: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(lifecycle: Lifecycle) -> ExitCode {
        lifecycle
            .run("test", async || Ok(()), async || ())
            .await
            .expect("signals can be listened for")
    }

    #[tokio::test]
    async fn a_task_that_ends_unasked_stops_the_rest_with_failure() {
        let lifecycle = Lifecycle::new();
        let tasks = lifecycle.tasks();
        tasks.spawn("ends", |_| async { Ok(()) });
        tasks.spawn("waits", |stop| async move {
            stop.cancelled().await;
            Ok(())
        });
        assert_eq!(run(lifecycle).await, ExitCode::FAILURE);
    }

    #[tokio::test]
    async fn a_panic_in_a_task_stops_the_rest_with_failure() {
        let lifecycle = Lifecycle::new();
        lifecycle.tasks().spawn("panics", |_| async { panic!("on purpose") });
        assert_eq!(run(lifecycle).await, ExitCode::FAILURE);
    }

    #[tokio::test]
    async fn an_asked_stop_is_a_success() {
        let lifecycle = Lifecycle::new();
        lifecycle.tasks().spawn("waits", |stop| async move {
            stop.cancelled().await;
            Ok(())
        });
        lifecycle.stop().cancel();
        assert_eq!(run(lifecycle).await, ExitCode::SUCCESS);
    }
}
