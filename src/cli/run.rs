//! `netra run`: the daemon.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::app;
use crate::app::daemon::Daemon;
use crate::crawl::Summary;
use crate::lifecycle::Lifecycle;

/// Arguments of `netra run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration file
    #[arg(long, value_name = "FILE", default_value = "/etc/netra/netra.toml")]
    config: PathBuf,
    /// Poll every due account once, print what was done, and end
    #[arg(long)]
    once: bool,
}

/// Runs `netra run`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.config)?;
    app::log::start(&config.log)?;
    app::runtime()?.block_on(async {
        let daemon = Daemon::wire(config).await?;
        if args.once {
            let summary = daemon.crawler.run_once().await;
            daemon.store.close().await;
            let summary = summary?;
            println!("{}", told(&summary));
            return Ok(if summary.store_errors == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        let lifecycle = Lifecycle::new();
        let address = daemon.start(&lifecycle.tasks()).await.context("starting the daemon")?;
        let status = format!("desk on http://{address} and crawler running");
        let ended = lifecycle
            .run(
                &status,
                async || Ok(daemon.store.ping().await?),
                async || daemon.reload_rules().await,
            )
            .await;
        daemon.store.close().await;
        ended
    })
}

/// One line per fact, the same for people and pipes.
fn told(summary: &Summary) -> String {
    if summary.idle {
        return String::from("no contest is in a phase today: nothing was asked");
    }
    let counts = |counts: &mut dyn Iterator<Item = (&str, u32)>| {
        let parts: Vec<String> = counts.map(|(what, count)| format!("{count} {what}")).collect();
        if parts.is_empty() {
            String::from("-")
        } else {
            parts.join(", ")
        }
    };
    let outcomes = counts(&mut summary.outcomes.iter().map(|(what, count)| (what.as_str(), *count)));
    let looks = counts(&mut summary.looks.iter().map(|(what, count)| (*what, *count)));
    let dropped = &summary.dropped;
    let facts: [(&str, String); 8] = [
        ("accounts polled", summary.polled.to_string()),
        ("  how it ended", outcomes),
        (
            "posts read",
            format!("{}, {} of them new or changed", summary.posts, summary.fresh),
        ),
        (
            "left out",
            format!(
                "{} not public, {} opted out, {} unreadable, {} too old",
                dropped.not_public, dropped.opted_out, dropped.unreadable, dropped.too_old
            ),
        ),
        (
            "matched",
            format!("{} flagged, {} noted", summary.flagged, summary.noted),
        ),
        (
            "kept",
            format!("{} new cases, {} new versions", summary.new_cases, summary.new_versions),
        ),
        ("looked at again", looks),
        ("database errors", summary.store_errors.to_string()),
    ];
    facts.map(|(name, value)| format!("{name:<18}{value}")).join("\n")
}
