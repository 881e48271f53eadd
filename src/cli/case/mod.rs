//! `netra case`: list, show, export. Every showing and export of a case is an entry of the record.

mod export;

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use crate::app;
use crate::model::{CaseId, CaseState, Level, UnknownWord};
use crate::report;
use crate::store::case_file::CaseFile;
use crate::store::queue::{QueueFilter, QueueRow};
use crate::store::{By, Store};

/// Arguments of `netra case`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = "/etc/netra/netra.toml")]
    config: PathBuf,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists cases, gravest first, then oldest (default: those that are not closed)
    List {
        /// Only in this state; may be repeated
        #[arg(long, value_parser = word::<CaseState>)]
        state: Vec<CaseState>,
        /// In any state
        #[arg(long, conflicts_with = "state")]
        all: bool,
        /// At least this grave: rendah, sedang or tinggi
        #[arg(long, value_parser = word::<Level>)]
        level: Option<Level>,
        /// Only of this contest
        #[arg(long, value_name = "ID")]
        contest: Option<String>,
    },
    /// Shows one case
    Show {
        /// Its number
        id: i64,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Writes one case into a folder: words, hits, evidence, digests, and the part of the record that vouches for them
    Export {
        /// Its number
        id: i64,
        /// The folder; made, must not exist
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

fn word<T: std::str::FromStr<Err = UnknownWord>>(word: &str) -> Result<T, String> {
    word.parse().map_err(|error: UnknownWord| error.to_string())
}

/// Runs `netra case`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.config)?;
    app::runtime()?.block_on(async {
        let store = app::open_store(&config).await?;
        let done = act(&store, args.command).await;
        store.close().await;
        done
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn act(store: &Store, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List {
            state,
            all,
            level,
            contest,
        } => {
            let filter = QueueFilter {
                states: if all { CaseState::ALL.to_vec() } else { state },
                level,
                contest,
                limit: 500,
                ..QueueFilter::default()
            };
            list(store, filter).await
        }
        Command::Show { id, json } => {
            let file = read(store, id, "case.shown").await?;
            show(&file, json)
        }
        Command::Export { id, out } => {
            let folder = out.unwrap_or_else(|| PathBuf::from(format!("kasus-{id}")));
            // A folder that cannot be made is no reading of the case.
            std::fs::create_dir(&folder).with_context(|| format!("making folder `{}`", folder.display()))?;
            let file = read(store, id, "case.exported").await?;
            export::write(store, &file, &folder).await?;
            println!("case {id} written to {}", folder.display());
            Ok(())
        }
    }
}

/// Reads a case and puts the reading into the record first.
async fn read(store: &Store, id: i64, action: &'static str) -> anyhow::Result<CaseFile> {
    let id = CaseId(id);
    store.case_file(id).await?.context("there is no such case")?;
    let by = By::Cli(super::user::operator());
    store.note_read(id, action, &by, &json!({}), app::clock::now()).await?;
    store.case_file(id).await?.context("there is no such case")
}

async fn list(store: &Store, mut filter: QueueFilter) -> anyhow::Result<()> {
    let terminal = io::stdout().is_terminal();
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "kasus",
            "tingkat",
            "keadaan",
            "ditemukan",
            "unit",
            "akun",
            "aturan",
            "unggahan",
        ]);
    let mut out = io::BufWriter::new(io::stdout().lock());
    loop {
        let page = store.queue(&filter).await?;
        let Some(last) = page.rows.last() else { break };
        filter.after = Some((last.case.level, last.case.detected_at, last.case.id));
        for row in &page.rows {
            if terminal {
                table.add_row(cells(row));
            } else {
                writeln!(out, "{}", line(row))?;
            }
        }
    }
    if terminal {
        writeln!(out, "{table}")?;
    }
    out.flush()?;
    Ok(())
}

/// No text of a post and no name: those are for `show`, which is recorded.
fn cells(row: &QueueRow) -> [String; 8] {
    let case = &row.case;
    [
        case.id.to_string(),
        case.level.to_string(),
        case.state.to_string(),
        case.detected_at.to_string(),
        row.unit_name.clone(),
        format!("{} {}", row.platform, case.account),
        rules(row).join(" "),
        case.outlook.to_string(),
    ]
}

fn line(row: &QueueRow) -> serde_json::Value {
    let case = &row.case;
    json!({
        "id": case.id, "level": case.level, "state": case.state, "detected_at": case.detected_at.to_string(),
        "known_at": case.known_at.map(|at| at.to_string()), "unit": row.unit_name, "platform": row.platform,
        "account": case.account, "contest": case.contest, "phase": case.phase, "rules": rules(row),
        "versions": case.versions, "outlook": case.outlook,
    })
}

fn rules(row: &QueueRow) -> Vec<&str> {
    let mut rules: Vec<&str> = row
        .verdict
        .hits
        .iter()
        .filter(|hit| !hit.shadow)
        .map(|hit| hit.rule.as_str())
        .collect();
    rules.dedup();
    rules
}

fn show(file: &CaseFile, as_json: bool) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if as_json {
        let mut case = report::case(file);
        case["versi"] = file
            .versions
            .iter()
            .map(|version| {
                let mut value = report::version_json(version);
                value["teks"] = json!(version.text);
                value
            })
            .collect();
        writeln!(out, "{case:#}")?;
    } else {
        people(&mut out, file)?;
    }
    out.flush()?;
    Ok(())
}

fn people(out: &mut impl Write, file: &CaseFile) -> io::Result<()> {
    let case = &file.case;
    writeln!(out, "Kasus {} · {} · tingkat {}", case.id, case.state, case.level)?;
    writeln!(
        out,
        "Orang      {} ({}), {}",
        file.person.name, file.person.nip, file.unit.name
    )?;
    let (account, ownership) = (&file.account, file.account.ownership.state);
    writeln!(
        out,
        "Akun       {} {} (kepemilikan {ownership})",
        account.platform, account.handle
    )?;
    writeln!(out, "Ditemukan  {}   unggahan {}", case.detected_at, case.outlook)?;
    if let (Some(contest), Some(phase)) = (&case.contest, case.phase) {
        writeln!(out, "Kontes     {contest}, tahapan {phase}")?;
    }
    for version in &file.versions {
        writeln!(
            out,
            "\nVersi {} · {}",
            version.number,
            version.url.as_deref().unwrap_or("-")
        )?;
        for line in version.text.lines() {
            writeln!(out, "  │ {}", visible(line))?;
        }
        for hit in &version.verdict.hits {
            let shadow = if hit.shadow { " (bayangan)" } else { "" };
            let words: Vec<String> = hit
                .spans
                .iter()
                .filter_map(|span| version.text.get(span.range()))
                .map(visible)
                .collect();
            writeln!(
                out,
                "  {} {} — {}: {}{shadow}",
                hit.level,
                hit.rule,
                hit.title,
                words.join(" … ")
            )?;
        }
        let capture = &version.capture;
        writeln!(
            out,
            "  bukti {} bita, sha256 {}",
            capture.excerpt.len(),
            capture.excerpt_sha256
        )?;
    }
    for decision in &file.decisions {
        let (from, to) = (decision.from, decision.to);
        writeln!(
            out,
            "\n{} {} {}: {from} → {to}",
            decision.at, decision.user_name, decision.action
        )?;
        writeln!(out, "  {}", visible(&decision.reason))?;
    }
    Ok(())
}

/// Foreign text on a terminal: control characters and what turns the reading direction are shown as `·`.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '·',
            c if c.is_control() => '·',
            c => c,
        })
        .collect()
}
