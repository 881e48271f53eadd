//! What the demo prints: the box at the start, the live line, the tables at the end.
//!
//! Does: lay out what the store, the hosts and the script say. Does not: count anything itself.
//! Invariant: on a pipe there is no colour, no box and no line that is drawn over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use comfy_table::{ContentArrangement, Table, presets};

use super::host::Host;
use super::register::Login;
use super::script::Expect;
use super::world::World;
use crate::crawl::Summary;
use crate::model::{AccountId, CaseState, Outlook, OwnershipState, Verdict};
use crate::store::Store;
use crate::store::queue::{QueueFilter, QueueRow};

/// Cases listed at the end; the rest is a number.
const CASES_SHOWN: usize = 40;
/// Characters of a post shown in a line.
const WORDS_SHOWN: usize = 60;
/// Accounts read from the store in one go.
const ACCOUNTS_AT_ONCE: u32 = 1000;

/// The box at the start.
pub fn welcome(desk: SocketAddr, logins: &[Login], hosts: &[Host], config: &Path) -> String {
    let mut box_ = table();
    box_.set_header(["Netra demo: Kota Tirtawangi, a made-up city in the middle of its campaign"]);
    let mut text = format!("Desk      http://{desk}/\n\n");
    for login in logins {
        line(
            &mut text,
            format_args!(
                "{:<12}{:<20}{:<30}{}",
                login.role, login.name, login.password, login.unit
            ),
        );
    }
    text.push('\n');
    for host in hosts {
        line(&mut text, format_args!("{:<22}http://{}/", host.title, host.address));
    }
    line(
        &mut text,
        format_args!("\nOther commands:  netra case list --config {}", config.display()),
    );
    text.push_str("Nobody here is real. Ctrl-C ends and shows the summary.");
    box_.add_row([text]);
    box_.to_string()
}

/// The tables at the end.
pub async fn summary(store: &Store, world: &World, hosts: &[Host]) -> anyhow::Result<String> {
    let mut out = String::new();
    section(&mut out, "Hosts", &traffic(hosts));
    section(&mut out, "Accounts", &accounts(store).await?);
    let cases = cases(store).await?;
    section(&mut out, "Cases", &case_table(&cases));
    if cases.len() > CASES_SHOWN {
        line(&mut out, format_args!("… and {} more", cases.len() - CASES_SHOWN));
    }
    out.push_str(&verdict(world, &cases));
    Ok(out)
}

/// What each pass over everything due brought.
pub fn passes(passes: &[Summary]) -> String {
    let mut table = table();
    table.set_header([
        "pass",
        "polled",
        "how it ended",
        "posts read",
        "new or changed",
        "flagged",
        "noted",
        "dropped",
        "new cases",
        "new versions",
        "looked at again",
    ]);
    for (index, pass) in passes.iter().enumerate() {
        let dropped = format!(
            "{} not public, {} opted out",
            pass.dropped.not_public, pass.dropped.opted_out
        );
        table.add_row([
            (index + 1).to_string(),
            pass.polled.to_string(),
            tally(pass.outcomes.iter().map(|(code, count)| (code.as_str(), *count))),
            pass.posts.to_string(),
            pass.fresh.to_string(),
            pass.flagged.to_string(),
            pass.noted.to_string(),
            dropped,
            pass.new_cases.to_string(),
            pass.new_versions.to_string(),
            tally(
                pass.looks
                    .iter()
                    .map(|(word, count)| (word.parse().map_or(*word, outlook), *count)),
            ),
        ]);
    }
    let mut out = String::new();
    section(&mut out, "Passes", &table);
    out
}

fn tally<'a>(counts: impl Iterator<Item = (&'a str, u32)>) -> String {
    counts
        .map(|(what, count)| format!("{count} {what}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A case as the tables show it.
struct Found {
    row: QueueRow,
    /// The newest version that a rule fired on, or the newest.
    text: String,
    verdict: Verdict,
    /// Id of the post on its host.
    post: Option<u64>,
}

/// Every case, whatever its state, in the order of the queue.
async fn cases(store: &Store) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let filter = QueueFilter {
            states: CaseState::ALL.to_vec(),
            after,
            ..QueueFilter::default()
        };
        let page = store.queue(&filter).await.context("reading the queue")?;
        let Some(last) = page.rows.last() else {
            return Ok(found);
        };
        after = Some((last.case.level, last.case.detected_at, last.case.id));
        for row in page.rows {
            let file = store.case_file(row.case.id).await.context("reading a case")?;
            let versions = file.map(|file| file.versions).unwrap_or_default();
            let told = versions
                .iter()
                .rfind(|version| !version.verdict.hits.is_empty())
                .or(versions.last());
            found.push(Found {
                text: told.map(|version| version.text.clone()).unwrap_or_default(),
                verdict: told.map_or_else(|| row.verdict.clone(), |version| version.verdict.clone()),
                // The digits at the end of its address.
                post: told.and_then(|version| version.url.as_deref()?.rsplit('/').next()?.parse().ok()),
                row,
            });
        }
    }
}

fn traffic(hosts: &[Host]) -> Table {
    let mut table = table();
    table.set_header(["host", "address", "robots.txt", "200", "304", "404", "429", "other"]);
    for host in hosts {
        let mut answers = host.traffic.answers();
        let mut taken = |status| answers.remove(&status).unwrap_or(0).to_string();
        let mut row = vec![
            host.title.to_owned(),
            host.address.to_string(),
            host.traffic.robots().to_string(),
        ];
        row.extend([200, 304, 404, 429].map(&mut taken));
        row.push(answers.values().sum::<u64>().to_string());
        table.add_row(row);
    }
    table
}

async fn accounts(store: &Store) -> anyhow::Result<Table> {
    let list = store
        .accounts(AccountId(0), ACCOUNTS_AT_ONCE)
        .await
        .context("reading the accounts")?;
    let mut outcomes: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for status in &list {
        let outcome = match (&status.last_outcome, status.account.ownership.state) {
            (Some(outcome), _) => outcome.clone(),
            (None, OwnershipState::Impersonation | OwnershipState::Revoked) => {
                String::from("never asked: not this person's")
            }
            (None, _) => String::from("not yet asked"),
        };
        let count = outcomes
            .entry((status.account.platform.to_string(), outcome))
            .or_default();
        count.0 += 1;
        count.1 += usize::from(status.last_success_at.is_some());
    }
    let mut table = table();
    table.set_header(["platform", "last poll", "accounts", "of them ever read"]);
    for ((platform, outcome), (count, read)) in outcomes {
        table.add_row([platform, outcome, count.to_string(), read.to_string()]);
    }
    Ok(table)
}

fn case_table(cases: &[Found]) -> Table {
    let mut table = table();
    table.set_header(["case", "level", "category", "unit", "versions", "post", "words"]);
    for Found { row, text, verdict, .. } in cases.iter().take(CASES_SHOWN) {
        let hits = verdict.hits.iter().filter(|hit| !hit.shadow);
        let categories: BTreeSet<&str> = hits.map(|hit| hit.category.as_str()).collect();
        table.add_row([
            row.case.id.to_string(),
            row.case.level.to_string(),
            categories.into_iter().collect::<Vec<_>>().join(", "),
            row.unit_name.clone(),
            row.case.versions.to_string(),
            outlook(row.case.outlook).to_owned(),
            beginning(text),
        ]);
    }
    table
}

/// The first words, in one line.
fn beginning(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(WORDS_SHOWN) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

fn outlook(outlook: Outlook) -> &'static str {
    match outlook {
        Outlook::Online => "online",
        Outlook::Missing => "missing once",
        Outlook::Gone => "not seen any more",
        Outlook::Unknown => "unknown",
    }
}

/// Whether the cases are the ones that the script expects.
fn verdict(world: &World, cases: &[Found]) -> String {
    let found: BTreeMap<u64, &Found> = cases.iter().filter_map(|case| Some((case.post?, case))).collect();
    let (wanted, later) = (world.expected(Expect::Flag), world.expected(Expect::Later));
    let missed = wanted.iter().filter(|id| !found.contains_key(id));
    let missed: Vec<String> = missed.filter_map(|id| Some(beginning(&world.words(*id)?))).collect();
    let others = found
        .iter()
        .filter(|(id, _)| !wanted.contains(id) && !later.contains(id));
    let (live, unasked): (Vec<_>, Vec<_>) = others.partition(|(id, _)| world.is_live(**id));
    let mut out = String::new();
    line(
        &mut out,
        format_args!(
            "\n{} posts on the hosts, {} cases. The script expects {}: {} are here. From posts published while it ran: {}.",
            world.count(),
            cases.len(),
            wanted.len(),
            wanted.len() - missed.len(),
            live.len(),
        ),
    );
    for words in missed {
        line(&mut out, format_args!("  expected, not here: {words}"));
    }
    for (_, case) in unasked {
        line(
            &mut out,
            format_args!("  here, not expected: {}", beginning(&case.text)),
        );
    }
    let hidden = world
        .expected(Expect::Dropped)
        .into_iter()
        .chain(world.expected(Expect::Refused));
    let (leaked, kept): (Vec<u64>, Vec<u64>) = hidden.partition(|id| found.contains_key(id));
    line(
        &mut out,
        format_args!(
            "{} posts that would flag are not public, opted out or closed by robots.txt: {} of them became cases.",
            leaked.len() + kept.len(),
            leaked.len()
        ),
    );
    out
}

fn table() -> Table {
    let mut table = Table::new();
    if std::io::stdout().is_terminal() {
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.load_style(presets::NOTHING);
    }
    table
}

fn section(out: &mut String, title: &str, table: &Table) {
    line(out, format_args!("\n{title}\n{}", table.trim_fmt()));
}

fn line(out: &mut String, words: std::fmt::Arguments<'_>) {
    let written = writeln!(out, "{words}");
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}
