//! `netra demo`: the whole thing on one machine with nothing to set up.
//!
//! A made-up region posts on four small hosts on loopback; the real crawler reads them over real HTTP, the real rules judge, the
//! real store keeps, the real desk shows. Does: make a data folder, fill the registers, let the region live, say where the desk
//! is. Does not: stand in for any room of Netra.
//! Invariant: nothing is reached that is not one of its own ports on loopback.

mod feed;
mod folder;
mod host;
mod markup;
mod masto;
mod packs;
mod password;
mod region;
mod register;
mod script;
mod show;
mod world;

use std::io::IsTerminal as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use self::folder::Folder;
use self::host::Host;
use self::region::Region;
use self::script::Script;
use self::world::World;
use crate::app;
use crate::app::daemon::Daemon;
use crate::lifecycle::Lifecycle;
use crate::store::Store;

/// Where the desk listens when nothing else is asked for and the port is free.
const DESK_PORT: u16 = 8640;
/// How often the script is looked at and the live line is drawn.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between two looks at every case.
const LOOK_TICKS: u32 = 10;
/// Between the passes of `--once`: longer than the demo's longest interval, so that every account is due again.
const BETWEEN_PASSES: Duration = Duration::from_millis(3_500);
/// Passes of `--once`: everything; what was edited and deleted; the second look that makes a deletion sure.
const PASSES: u32 = 3;

/// Arguments of `netra demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Poll everything once, let the edits and the deletion happen, look again, print the summary and end
    #[arg(long)]
    once: bool,
    /// Port of the desk on 127.0.0.1 [default: 8640, or any free one]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Keep the data in this folder, which must be empty or absent [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Runs `netra demo`.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    app::log::start("warn")?;
    app::runtime()?.block_on(async {
        let lifecycle = Lifecycle::new();
        // A signal before the daemon listens for it must still remove the folder.
        let Some(demo) = unless_interrupted(Demo::prepare(args, &lifecycle)).await? else {
            return Ok(ExitCode::FAILURE);
        };
        let code = if args.once {
            unless_interrupted(demo.once()).await?;
            lifecycle.stop().cancel();
            lifecycle.run("demo", async || Ok(()), async || ()).await?
        } else {
            demo.live(lifecycle).await?
        };
        println!("{}", show::summary(&demo.daemon.store, &demo.world, &demo.hosts).await?);
        demo.daemon.store.close().await;
        Ok(code)
    })
}

/// Does the work; `None` when SIGINT or SIGTERM came first.
async fn unless_interrupted<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<Option<T>> {
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
    tokio::select! {
        done = work => done.map(Some),
        _ = terminate.recv() => Ok(None),
        _ = interrupt.recv() => Ok(None),
    }
}

struct Demo {
    world: Arc<World>,
    hosts: Vec<Host>,
    daemon: Daemon,
    logins: Vec<register::Login>,
    // Last, so that the folder is removed after everything that uses it.
    folder: Folder,
}

impl Demo {
    /// Starts the hosts, writes the folder, wires the daemon and fills its registers.
    async fn prepare(args: &Args, lifecycle: &Lifecycle) -> anyhow::Result<Self> {
        let region = Region::load()?;
        let clock = app::clock::system();
        let now = clock();
        let world = Arc::new(World::new(&region, Script::load()?, clock));
        let folder = Folder::make(args.dir.as_deref())?;
        let hosts = host::start(&world, &lifecycle.tasks()).await?;
        let desk = folder::Desk {
            port: args.port.unwrap_or_else(free_port),
            // In a hurry when nobody watches; else in the tempo of people who read along.
            interval: if args.once { ("2s", "3s") } else { ("4s", "6s") },
        };
        let config = folder.fill(&region, &hosts, &desk, now)?;
        let daemon = Daemon::wire(config).await?;
        register::people(&daemon.store, &region, &hosts, now).await?;
        let logins = register::users(&daemon.store, &region, now).await?;
        Ok(Self {
            world,
            hosts,
            daemon,
            logins,
            folder,
        })
    }

    /// Passes over everything that is due, with the script's edits and deletion after the first.
    async fn once(&self) -> anyhow::Result<()> {
        let mut passes = Vec::new();
        for pass in 1..=PASSES {
            if pass > 1 {
                tokio::time::sleep(BETWEEN_PASSES).await;
                hurry_looks(&self.world, &self.daemon.store).await?;
            }
            passes.push(self.daemon.crawler.run_once().await?);
            if pass == 1 {
                self.world.change_all();
            }
        }
        println!("{}", show::passes(&passes));
        Ok(())
    }

    /// Runs desk and crawler until a signal, while the region lives on.
    async fn live(&self, lifecycle: Lifecycle) -> anyhow::Result<ExitCode> {
        let tasks = lifecycle.tasks();
        let desk = self.daemon.start(&tasks).await?;
        let config = self.folder.path.join(folder::CONFIG);
        println!("{}", show::welcome(desk, &self.logins, &self.hosts, &config));
        let (world, store) = (Arc::clone(&self.world), self.daemon.store.clone());
        tasks.spawn("demo script", |stop| live(world, store, stop));
        if std::io::stdout().is_terminal() {
            let (world, store) = (Arc::clone(&self.world), self.daemon.store.clone());
            tasks.spawn("demo counts", |stop| counts(world, store, stop));
        }
        let status = format!("demo: desk on http://{desk}/");
        lifecycle
            .run(
                &status,
                async || Ok(self.daemon.store.ping().await?),
                async || self.daemon.reload_rules().await,
            )
            .await
    }
}

/// The usual port when it is free, else whichever the system gives.
fn free_port() -> u16 {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, DESK_PORT)) {
        Ok(_) => DESK_PORT,
        Err(_) => 0,
    }
}

/// Lets the region live.
async fn live(world: Arc<World>, store: Store, stop: CancellationToken) -> anyhow::Result<()> {
    let mut ticks: u32 = 0;
    while stop.run_until_cancelled(tokio::time::sleep(TICK)).await.is_some() {
        world.step();
        ticks = ticks.wrapping_add(1);
        if ticks.is_multiple_of(LOOK_TICKS) {
            hurry_looks(&world, &store).await?;
        }
    }
    Ok(())
}

/// A real crawler looks at a case's post after an hour, six hours, a day: nobody watches a demo that long.
async fn hurry_looks(world: &World, store: &Store) -> anyhow::Result<()> {
    store
        .hurry_looks(world.now())
        .await
        .context("hurrying the looks at cases")?;
    Ok(())
}

/// Draws the live line.
async fn counts(world: Arc<World>, store: Store, stop: CancellationToken) -> anyhow::Result<()> {
    let style =
        ProgressStyle::with_template("{spinner} {elapsed_precise}  {msg}").context("the live line's template")?;
    let bar = ProgressBar::new_spinner().with_style(style);
    while stop.run_until_cancelled(tokio::time::sleep(TICK)).await.is_some() {
        let cases = store.case_counts().await.context("counting cases")?;
        let all: u64 = cases.iter().map(|(_, count)| count).sum();
        let waiting: u64 = cases
            .iter()
            .filter(|(state, _)| !state.is_closed())
            .map(|(_, count)| count)
            .sum();
        bar.set_message(format!(
            "{} posts on the hosts · {all} cases, {waiting} open",
            world.count()
        ));
        bar.tick();
    }
    bar.finish_and_clear();
    Ok(())
}

#[cfg(test)]
mod tests;
