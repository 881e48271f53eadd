//! `netra account list`.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use crate::app;
use crate::model::{AccountId, Millis};
use crate::store::Store;
use crate::store::account::AccountStatus;

/// Accounts read at a time.
const PAGE: u32 = 1000;
/// What counts as recently seen in the summary.
const RECENTLY: Duration = Duration::from_hours(24);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration file
    #[arg(long, value_name = "FILE", default_value = "/etc/netra/netra.toml")]
    config: PathBuf,
    /// `table` for people, `jsonl` for programs (default: a table on a terminal, else JSONL)
    #[arg(long)]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Jsonl,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.config)?;
    let format = args.format.unwrap_or(if io::stdout().is_terminal() {
        Format::Table
    } else {
        Format::Jsonl
    });
    app::runtime()?.block_on(async {
        let store = app::open_store(&config).await?;
        let shown = match format {
            Format::Jsonl => jsonl(&store).await,
            Format::Table => table(&store, app::clock::now()).await,
        };
        store.close().await;
        shown
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn jsonl(store: &Store) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut after = AccountId(0);
    loop {
        let page = store.accounts(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.account.id;
        for status in &page {
            writeln!(out, "{}", line(status))?;
        }
    }
    out.flush()?;
    Ok(())
}

fn line(status: &AccountStatus) -> serde_json::Value {
    let account = &status.account;
    json!({
        "id": account.id,
        "platform": account.platform,
        "handle": account.handle,
        "person": status.person_name,
        "unit": status.unit_code,
        "kind": account.kind,
        "ownership": account.ownership.state,
        "active": status.active,
        "seen": seen(status),
        "last_success_at": status.last_success_at.map(|at| at.to_string()),
        "last_outcome": status.last_outcome,
        "failures": status.failures,
        "next_poll_at": status.next_poll_at.map(|at| at.to_string()),
    })
}

async fn table(store: &Store, now: Millis) -> anyhow::Result<()> {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "id",
            "platform",
            "akun",
            "nama",
            "unit",
            "kepemilikan",
            "terakhir terlihat",
            "hasil",
        ]);
    let mut after = AccountId(0);
    loop {
        let page = store.accounts(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.account.id;
        for status in &page {
            let account = &status.account;
            table.add_row([
                account.id.to_string(),
                account.platform.to_string(),
                visible(&account.handle),
                visible(&status.person_name),
                visible(&status.unit_code),
                account.ownership.state.to_string(),
                status
                    .last_success_at
                    .map_or_else(|| seen(status).to_owned(), |at| at.to_string()),
                outcome(status),
            ]);
        }
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{table}")?;
    for row in store.coverage(now.minus(RECENTLY)).await? {
        writeln!(
            out,
            "{}: {} accounts, {} never seen, {} seen in the last day, {} failing",
            row.platform,
            row.accounts,
            row.accounts - row.ever_seen,
            row.recently_seen,
            row.failing
        )?;
    }
    Ok(())
}

/// Never "clean": what was not read says nothing.
fn seen(status: &AccountStatus) -> &'static str {
    match status.last_success_at {
        Some(_) => "terlihat",
        None => "belum terlihat",
    }
}

fn outcome(status: &AccountStatus) -> String {
    let word = status.last_outcome.as_deref().unwrap_or("-");
    match (status.active, status.failures) {
        (false, _) => "tidak aktif".to_owned(),
        (true, 0) => word.to_owned(),
        (true, failures) => format!("{word} ({failures}×)"),
    }
}

/// A value from a register without what would drive a terminal.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
