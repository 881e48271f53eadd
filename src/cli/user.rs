//! `netra user`: users of the desk.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode, Stdio};

use anyhow::{Context as _, bail};
use comfy_table::{Table, presets};
use serde_json::json;

use crate::app;
use crate::model::{Role, User};
use crate::store::user::password_fault;
use crate::store::{By, Store};

/// Arguments of `netra user`.
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
    /// Adds a user; the password is asked for, or read from a file or standard input
    Add {
        /// Login name
        name: String,
        /// supervisor, tuner, registrar, operator or auditor
        #[arg(long, value_parser = role)]
        role: Role,
        /// Code of the user's own unit: its cases, and those above and below it, are closed to the user
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// File whose first line is the password
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Sets a new password and ends the user's sessions
    Password {
        /// Login name
        name: String,
        /// File whose first line is the password
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Lists the users
    List,
    /// Switches a user off and ends the user's sessions
    Disable {
        /// Login name
        name: String,
    },
    /// Switches a user on again
    Enable {
        /// Login name
        name: String,
    },
}

/// Runs `netra user`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = app::read_config(&args.config)?;
    // Asked before the database is touched: people think longer than a transaction may.
    let password = match &args.command {
        Command::Add { password_file, .. } | Command::Password { password_file, .. } => {
            Some(password(password_file.as_deref())?)
        }
        _ => None,
    };
    app::runtime()?.block_on(async {
        let store = app::open_store(&config).await?;
        let done = act(&store, args.command, password.as_deref().unwrap_or_default()).await;
        store.close().await;
        done
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn act(store: &Store, command: Command, password: &str) -> anyhow::Result<()> {
    let (by, now) = (By::Cli(operator()), app::clock::now());
    match command {
        Command::Add { name, role, unit, .. } => {
            let unit = match unit {
                Some(code) => Some(
                    store
                        .unit_by_code(&code)
                        .await?
                        .context("no unit with this code is registered")?,
                ),
                None => None,
            };
            let id = store.add_user(&name, role, unit, password, &by, now).await?;
            println!("user {id} added as {role}");
        }
        Command::Password { name, .. } => {
            store
                .set_password(named(store, &name).await?.id, password, &by, now)
                .await?;
            println!("password set");
        }
        Command::List => list(store).await?,
        Command::Disable { name } => {
            store
                .set_user_active(named(store, &name).await?.id, false, &by, now)
                .await?;
            println!("disabled; every session is ended");
        }
        Command::Enable { name } => {
            store
                .set_user_active(named(store, &name).await?.id, true, &by, now)
                .await?;
            println!("enabled");
        }
    }
    Ok(())
}

async fn named(store: &Store, name: &str) -> anyhow::Result<User> {
    store.user_by_name(name).await?.context("there is no user of this name")
}

async fn list(store: &Store) -> anyhow::Result<()> {
    let users = store.users().await?;
    let units = store.units().await?;
    let code = |user: &User| {
        let unit = units.iter().find(|unit| Some(unit.id) == user.unit);
        unit.map(|unit| unit.code.clone())
    };
    let mut out = io::stdout().lock();
    if !io::stdout().is_terminal() {
        for user in &users {
            let line = json!({
                "id": user.id, "name": user.name, "role": user.role, "unit": code(user), "active": user.active,
            });
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_header(["id", "nama", "peran", "unit", "aktif"]);
    for user in &users {
        table.add_row([
            user.id.to_string(),
            user.name.clone(),
            user.role.to_string(),
            code(user).unwrap_or_default(),
            if user.active { "ya" } else { "tidak" }.to_owned(),
        ]);
    }
    writeln!(out, "{table}")?;
    Ok(())
}

fn role(word: &str) -> Result<Role, String> {
    word.parse()
        .map_err(|error: crate::model::UnknownWord| error.to_string())
}

/// Who sits at the command line, as the system knows them.
pub(super) fn operator() -> String {
    let name = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    let name = name.unwrap_or_else(|| "unknown".to_owned());
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// The password: from a file, from standard input, or asked for twice on a terminal.
fn password(file: Option<&Path>) -> anyhow::Result<String> {
    let password = match file {
        Some(path) => first_line(&std::fs::read_to_string(path).with_context(|| path.display().to_string())?),
        None if !io::stdin().is_terminal() => one_line()?,
        None => {
            let first = asked("Password: ")?;
            if first != asked("Again: ")? {
                bail!("the two are not the same");
            }
            first
        }
    };
    match password_fault(&password) {
        Some(fault) => bail!("{fault}"),
        None => Ok(password),
    }
}

/// The password of somebody who has one: from a file, from standard input, or asked for once on a terminal.
pub(super) fn own_password(file: Option<&Path>) -> anyhow::Result<String> {
    match file {
        Some(path) => Ok(first_line(
            &std::fs::read_to_string(path).with_context(|| path.display().to_string())?,
        )),
        None if !io::stdin().is_terminal() => one_line(),
        None => asked("Password: "),
    }
}

fn one_line() -> anyhow::Result<String> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading the password")?;
    Ok(first_line(&line))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// Asks on the terminal without showing what is typed.
fn asked(question: &str) -> anyhow::Result<String> {
    eprint!("{question}");
    io::stderr().flush()?;
    let _quiet = Quiet::begin()?;
    let line = one_line();
    eprintln!();
    line
}

/// Turns the terminal's echo off while it lives.
struct Quiet;

impl Quiet {
    fn begin() -> anyhow::Result<Self> {
        let done =
            stty("-echo").context("turning the terminal's echo off with `stty`; give --password-file instead")?;
        if done {
            Ok(Self)
        } else {
            bail!("the terminal's echo cannot be turned off; give --password-file instead")
        }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // Nothing better can be done when this fails; the shell resets the terminal too.
        let _ = stty("echo");
    }
}

/// `stty` is part of every Debian and needs no unsafe code of ours.
fn stty(mode: &str) -> io::Result<bool> {
    let status = Process::new("stty")
        .arg(mode)
        .stdin(Stdio::inherit())
        .stderr(Stdio::null())
        .status()?;
    Ok(status.success())
}
