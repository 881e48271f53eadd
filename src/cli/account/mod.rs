//! `netra account`: the registers of units, people, accounts and pledges.

mod list;
mod rows;
mod table;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};

use self::rows::Kind;
use crate::app;
use crate::app::posts::BadInput;
use crate::cli::BAD_INPUT;
use crate::store::By;

/// Largest file taken: five million rows and more.
const LARGEST: u64 = 1 << 30;
/// Bad rows shown; the rest is only counted.
const BAD_SHOWN: usize = 200;

/// Arguments of `netra account`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Takes units, people, accounts or pledges from a CSV file
    ///
    /// The kind is known by the header; columns may come in any order, with `,`, `;` or tabs between:
    ///   units     kode, nama; may hold induk, wilayah
    ///   people    nip, nama, unit; may hold status, jabatan
    ///   accounts  nip, platform, akun; may hold jenis, kepemilikan, bukti, sejak, sampai, izin, aktif
    ///   pledges   kode, tempat, tanggal; may hold butir (points with | between), nip (one signatory a row)
    #[command(verbatim_doc_comment)]
    Import(Import),
    /// Lists the accounts and how well each is seen; "belum terlihat" is never "bersih"
    List(list::Args),
}

#[derive(Debug, clap::Args)]
struct Import {
    /// The file
    #[arg(value_name = "CSV")]
    file: PathBuf,
    /// Configuration file
    #[arg(long, value_name = "FILE", default_value = "/etc/netra/netra.toml")]
    config: PathBuf,
    /// What the file holds, when its header does not tell
    #[arg(long)]
    kind: Option<Kind>,
    /// Take the good rows of a file with bad ones
    #[arg(long)]
    skip_bad: bool,
}

/// Runs `netra account`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Import(args) => import(&args),
        Command::List(args) => list::run(&args),
    }
}

fn import(args: &Import) -> anyhow::Result<ExitCode> {
    let name = args.file.display();
    let size = std::fs::metadata(&args.file).with_context(|| name.to_string())?.len();
    if size > LARGEST {
        bail!("{name}: larger than {} MiB", LARGEST >> 20);
    }
    let bytes = std::fs::read(&args.file).with_context(|| name.to_string())?;
    let config = app::read_config(&args.config)?;
    let now = app::clock::now();
    let file = rows::read(&bytes, args.kind, now).map_err(|error| BadInput::placed(error, &args.file))?;
    let read = file.lines.len() + file.bad.len();
    let mut bad: Vec<(u64, String)> = file.bad;
    let bar = bar(file.rows.len() as u64);
    let done = app::runtime()?.block_on(async {
        let store = app::open_store(&config).await?;
        let by = By::Cli(super::user::operator());
        let done = if bad.is_empty() || args.skip_bad {
            store.import(&file.rows, args.skip_bad, &by, now, &|| bar.inc(1)).await
        } else {
            // Nothing is taken, but every fault is told at once.
            store.rehearse(&file.rows, now).await
        };
        store.close().await;
        anyhow::Ok(done?)
    })?;
    bar.finish_and_clear();
    bad.extend(
        done.bad
            .iter()
            .map(|(index, why)| (file.lines[*index], (*why).to_owned())),
    );
    if !done.taken {
        return Ok(refuse(&name.to_string(), &mut bad, read));
    }
    tell(&name.to_string(), &mut bad);
    println!(
        "{}: {} added, {} changed, {} as they were, {} bad rows left out",
        file.kind,
        done.added,
        done.changed,
        done.unchanged,
        bad.len()
    );
    Ok(ExitCode::SUCCESS)
}

fn refuse(name: &str, bad: &mut [(u64, String)], rows: usize) -> ExitCode {
    tell(name, bad);
    eprintln!(
        "{name}: {} bad rows of {rows}; nothing was taken (--skip-bad takes the rest)",
        bad.len()
    );
    ExitCode::from(BAD_INPUT)
}

/// Lists bad rows: line and reason, never what the row says of a person.
fn tell(name: &str, bad: &mut [(u64, String)]) {
    bad.sort();
    for (line, why) in bad.iter().take(BAD_SHOWN) {
        eprintln!("{name}:{line}: {why}");
    }
    if bad.len() > BAD_SHOWN {
        eprintln!("{name}: and {} more", bad.len() - BAD_SHOWN);
    }
}

fn bar(length: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {percent:>3}% {pos}/{len} rows {eta}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
