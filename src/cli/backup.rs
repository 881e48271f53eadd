//! `netra backup` and `netra restore`.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::app;
use crate::config::Config;
use crate::store::Store;
use crate::store::audit::Audit;
use crate::store::backup::{BackupKey, take_keys};

/// Arguments of `netra backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The file to write; must not exist
    file: PathBuf,
    /// Configuration file
    #[arg(long, value_name = "FILE", default_value = "/etc/netra/netra.toml")]
    config: PathBuf,
    /// Put the keys into the file too, in clear: guard it like the keys themselves
    #[arg(long)]
    with_keys: bool,
}

/// Arguments of `netra restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// Configuration file; the database it names must not exist
    #[arg(long, value_name = "FILE", default_value = "/etc/netra/netra.toml")]
    config: PathBuf,
}

/// Runs `netra backup`.
pub fn backup(args: BackupArgs) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.config)?;
    if sqlite_path(&config).is_none() {
        bail!("the database is PostgreSQL: back it up with `pg_dump --format=custom`, and copy the key files");
    }
    if args.file.exists() {
        bail!("`{}` exists; nothing was written", args.file.display());
    }
    let keys = if args.with_keys {
        key_files(&config)?
    } else {
        Vec::new()
    };
    let part = beside(&args.file);
    drop(create(&part)?);
    let copied = app::runtime()?.block_on(async {
        let store = app::open_store(&config).await?;
        let copied = store.copy_into(&part, &keys).await;
        let head = store.head().await;
        store.close().await;
        copied?;
        anyhow::Ok(head?)
    });
    let head = match copied {
        Ok(head) => head,
        Err(error) => {
            // Half a backup is none; a failure to remove it changes nothing about the error to report.
            let _ = std::fs::remove_file(&part);
            return Err(error.context("copying the database"));
        }
    };
    place(&part, &args.file)?;
    println!("{} written", args.file.display());
    if let Some(head) = head {
        let hash = crate::evidence::digest::hex(&head.hash);
        println!("head of the record {}:{hash}; note it elsewhere", head.seq);
    }
    if !args.with_keys {
        let (record, fingerprint) = (
            app::keys::path(&config, &config.record_key),
            app::keys::path(&config, &config.fingerprint_key),
        );
        println!(
            "the keys are not in it: keep `{}` and `{}` apart",
            record.display(),
            fingerprint.display()
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `netra restore`.
pub fn restore(args: RestoreArgs) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.config)?;
    let Some(target) = sqlite_path(&config) else {
        bail!("the database is PostgreSQL: restore it with `pg_restore`");
    };
    for path in [
        target.clone(),
        with_suffix(&target, "-wal"),
        with_suffix(&target, "-shm"),
    ] {
        if path.exists() {
            bail!(
                "`{}` exists and is not overwritten; stop the daemon and move it away first",
                path.display()
            );
        }
    }
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let part = beside(&target);
    let mut from = File::open(&args.file).with_context(|| args.file.display().to_string())?;
    let mut into = create(&part)?;
    let taken = std::io::copy(&mut from, &mut into)
        .and_then(|_| into.sync_all())
        .map_err(anyhow::Error::from)
        .and_then(|()| app::runtime()?.block_on(async { Ok(take_keys(&part).await?) }))
        .and_then(|keys| put_keys(&config, &keys))
        .and_then(|()| examine(&config, &part));
    let audit = match taken {
        Ok(audit) => audit,
        Err(error) => {
            // What was not put in place is only in the way.
            let _ = std::fs::remove_file(&part);
            return Err(error.context(format!("restoring `{}`", args.file.display())));
        }
    };
    place(&part, &target)?;
    println!("{} restored", target.display());
    if audit.is_sound() {
        println!("the record verifies");
        return Ok(ExitCode::SUCCESS);
    }
    for finding in &audit.findings {
        eprintln!("{finding}");
    }
    eprintln!("the restored record does not hold");
    Ok(ExitCode::FAILURE)
}

/// Opens a copy with this installation's key before it is put in place, and verifies it.
fn examine(config: &Config, part: &Path) -> anyhow::Result<Audit> {
    let key = app::keys::record(config)?;
    app::runtime()?.block_on(async {
        let store = Store::open(&format!("sqlite:{}", part.display()), key).await?;
        store.migrate().await?;
        let audit = store.audit(None, &|_, _| {}).await;
        store.close().await;
        Ok(audit?)
    })
}

/// The SQLite file of the configuration; `None` = PostgreSQL.
fn sqlite_path(config: &Config) -> Option<PathBuf> {
    let address = config.store_address();
    let path = address.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

fn key_files(config: &Config) -> anyhow::Result<Vec<BackupKey>> {
    let mut keys = Vec::new();
    for (name, file) in names(config) {
        let path = app::keys::path(config, file);
        let content = std::fs::read_to_string(&path).with_context(|| format!("reading key `{}`", path.display()))?;
        keys.push(BackupKey {
            name: name.to_owned(),
            content,
        });
    }
    Ok(keys)
}

/// Puts keys of a backup where the configuration wants them. A key that is there stays; without a record key nothing is restored,
/// for a new one would make the old record look forged.
fn put_keys(config: &Config, keys: &[BackupKey]) -> anyhow::Result<()> {
    for (name, file) in names(config) {
        let path = app::keys::path(config, file);
        let key = keys.iter().find(|key| key.name == name);
        match (path.exists(), key) {
            (true, Some(key)) if std::fs::read_to_string(&path)?.trim() != key.content.trim() => {
                bail!("`{}` is another key than the one in the backup", path.display());
            }
            (true, _) => {}
            (false, Some(key)) => create(&path)?.write_all(key.content.as_bytes())?,
            (false, None) if name == "record" => {
                bail!(
                    "the key `{}` is missing and not in the backup; put it there first",
                    path.display()
                )
            }
            // Fingerprints under a lost key are only learnt anew.
            (false, None) => {}
        }
    }
    Ok(())
}

fn names(config: &Config) -> [(&'static str, &Path); 2] {
    [("record", &config.record_key), ("fingerprint", &config.fingerprint_key)]
}

/// A new file for its owner only.
fn create(path: &Path) -> anyhow::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.with_context(|| format!("making `{}`", path.display()))
}

fn beside(path: &Path) -> PathBuf {
    with_suffix(path, ".part")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Moves a finished file into place, safe against a power cut; never over another.
fn place(part: &Path, target: &Path) -> anyhow::Result<()> {
    File::open(part)?.sync_all()?;
    std::fs::hard_link(part, target).with_context(|| format!("putting `{}` in place", target.display()))?;
    std::fs::remove_file(part)?;
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?
        .sync_all()
        .with_context(|| folder.display().to_string())
}
