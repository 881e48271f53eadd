//! `netra audit`: the record is whole, or where it is not.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, IsTerminal as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use ed25519_dalek::VerifyingKey;
use indicatif::{ProgressBar, ProgressStyle};

use crate::app;
use crate::evidence::chain::{GENESIS, Sound};
use crate::evidence::digest::{hex, unhex};
use crate::evidence::file::{entry_line, head_line, start_line, verify};
use crate::store::Store;
use crate::store::audit::{Anchor, Audit};

/// Entries read at a time.
const PAGE: u32 = 1000;

/// Arguments of `netra audit`.
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
    /// Verifies the record: of the database with every case, version and decision, or of an exported file, offline
    ///
    /// Exit code 1 when anything was changed, deleted, put in or cut off.
    Verify {
        /// An exported file; then neither configuration nor database is needed
        file: Option<PathBuf>,
        /// The key the record must be signed with, as `netra audit key` prints it (with FILE; else the installation's own)
        #[arg(long, value_name = "HEX", requires = "file", value_parser = public_key)]
        public_key: Option<VerifyingKey>,
        /// A head noted earlier elsewhere, `NUMBER:HASH`: the record must still hold it
        #[arg(long, value_name = "HEAD", conflicts_with = "file", value_parser = anchor)]
        head: Option<Anchor>,
    },
    /// Writes the whole record as JSON lines that verify offline
    Export {
        /// The file; must not exist (default: standard output)
        file: Option<PathBuf>,
    },
    /// Prints the public key and the head of the record, to be noted elsewhere
    Key,
}

fn public_key(given: &str) -> Result<VerifyingKey, String> {
    let bytes = unhex::<32>(given.trim()).ok_or("a public key is 64 hexadecimal digits")?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| "this is no public key".to_owned())
}

fn anchor(given: &str) -> Result<Anchor, String> {
    let (seq, hash) = given.split_once(':').ok_or("write NUMBER:HASH")?;
    Ok(Anchor {
        seq: seq.parse().map_err(|_| "the part before `:` is no number")?,
        hash: unhex(hash).ok_or("the part after `:` is not 64 hexadecimal digits")?,
    })
}

/// Runs `netra audit`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Command::Verify {
        file: Some(file),
        public_key,
        ..
    } = &args.command
    {
        return verify_file(file, public_key.as_ref());
    }
    let config = app::read_config(&args.config)?;
    app::runtime()?.block_on(async {
        let store = app::open_store(&config).await?;
        let code = match args.command {
            Command::Verify { head, .. } => verify_store(&store, head).await,
            Command::Export { file } => export(&store, file.as_deref()).await,
            Command::Key => key(&store).await,
        };
        store.close().await;
        code
    })
}

fn verify_file(path: &Path, key: Option<&VerifyingKey>) -> anyhow::Result<ExitCode> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    match verify(BufReader::new(file), key) {
        Ok(checked) => {
            println!("{}", told(&checked.sound));
            println!("signed with {}", hex(&checked.key));
            if !checked.key_known {
                println!("this key stands in the file itself: compare it with the one the institution published");
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            eprintln!("{}: {fault}", path.display());
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn verify_store(store: &Store, head: Option<Anchor>) -> anyhow::Result<ExitCode> {
    let bar = if io::stderr().is_terminal() {
        let style = ProgressStyle::with_template("{bar:30} {percent:>3}% {pos}/{len} entries {eta}");
        ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    } else {
        ProgressBar::hidden()
    };
    let audit = store
        .audit(head, &|done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })
        .await?;
    bar.finish_and_clear();
    for finding in &audit.findings {
        eprintln!("{finding}");
    }
    if !audit.is_sound() {
        eprintln!("the record does not hold: {} findings", audit.findings.len());
        return Ok(ExitCode::FAILURE);
    }
    let Audit {
        cases,
        versions,
        decisions,
        chain,
        ..
    } = audit;
    match chain {
        Some(sound) => println!("{}", told(&sound)),
        None => println!("the record is empty"),
    }
    println!("{cases} cases, {versions} versions with their evidence and {decisions} decisions are what was recorded");
    Ok(ExitCode::SUCCESS)
}

fn told(sound: &Sound) -> String {
    let from = if sound.first == 1 {
        String::new()
    } else {
        format!(" from entry {}", sound.first)
    };
    let withheld = match sound.withheld {
        0 => String::new(),
        withheld => format!(", {withheld} of them shown as digests only"),
    };
    let entries = sound.last - sound.first + 1;
    format!(
        "the record verifies{from}: {entries} entries{withheld}, head {}:{} signed {}",
        sound.last,
        hex(&sound.head),
        sound.signed_at
    )
}

async fn export(store: &Store, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Some(head) = store.head().await? else {
        bail!("the record is empty");
    };
    let out: Box<dyn io::Write> = match file {
        Some(path) => {
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            Box::new(made.with_context(|| format!("making `{}`", path.display()))?)
        }
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::new(out);
    out.write_all(start_line(1, &GENESIS).as_bytes())?;
    let mut after = 0;
    loop {
        let page = store.journal_page(after, head.seq, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in &page {
            out.write_all(entry_line(entry).as_bytes())?;
        }
    }
    out.write_all(head_line(&head).as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn key(store: &Store) -> anyhow::Result<ExitCode> {
    println!("public key {}", hex(&store.record_key().to_bytes()));
    match store.head().await? {
        Some(head) => println!("head {}:{} signed {}", head.seq, hex(&head.hash), head.at),
        None => println!("the record is empty"),
    }
    Ok(ExitCode::SUCCESS)
}
