//! `netra contest import`: an official list → contest files.
//!
//! Does: name every bad row, write contests whole beside what is there. Does not: read rows
//! ([`crate::rules::import`]).
//! Invariant: of a bad list nothing is taken unless asked for, and no file is overwritten unless asked for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use jiff::civil::Date;

use crate::app::posts::BadInput;
use crate::cli::BAD_INPUT;
use crate::cli::day::day;
use crate::cli::rules::load::RulesDir;
use crate::model::{Phase, Phases};
use crate::rules::import::{BadRow, ContestFile, Known, contests_from_csv, pilkada_2024};

/// Arguments of `netra contest import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV with type (gubernur, bupati, walikota), `region_code`, region, `nomor_urut`, `head_clean`, `deputy_clean`, `kolom_kosong` (1 for
    /// the empty box, else 0 or nothing), `head_nick`, `deputy_nick`; separated by commas
    csv: PathBuf,
    #[command(flatten)]
    rules: RulesDir,
    /// CSV with `region_code`, `nomor_urut`, kind (`alias_head`, `alias_deputy`, acronym, slogan, hashtag) and value: what
    /// candidates are known by beside their names
    #[arg(long, value_name = "CSV")]
    known: Option<PathBuf>,
    /// Take the contests without a bad row
    #[arg(long)]
    skip_bad: bool,
    /// Write contest files anew that exist with another content (they may have been completed by hand)
    #[arg(long)]
    replace: bool,
    /// Only these region codes; may be repeated
    #[arg(long, value_name = "CODE")]
    region: Vec<String>,
    /// First day of a phase, or `selesai=DATE`, the day it ends; with one given all that the contest has must be given, in
    /// their order [default: the days of Pilkada 2024]
    #[arg(long = "phase", value_name = "PHASE=DATE", value_parser = phase_day)]
    phases: Vec<(Option<Phase>, Date)>,
}

/// Largest list taken.
const LARGEST: u64 = 256 << 20;

fn phase_day(given: &str) -> Result<(Option<Phase>, Date), String> {
    let (name, day) = given.split_once('=').ok_or("write PHASE=YEAR-MONTH-DAY")?;
    let day = self::day(day)?;
    if name == "selesai" {
        return Ok((None, day));
    }
    name.parse::<Phase>()
        .map(|phase| (Some(phase), day))
        .map_err(|e| format!("{e}, selesai"))
}

/// The days of Pilkada 2024, or the given ones alone.
fn phases(given: &[(Option<Phase>, Date)]) -> anyhow::Result<Phases> {
    if given.is_empty() {
        return Ok(pilkada_2024());
    }
    let mut phases = Phases::default();
    for (phase, day) in given {
        match phase {
            Some(phase) => drop(phases.first_day.insert(*phase, *day)),
            None => phases.ends = Some(*day),
        }
    }
    let days: Vec<Date> = phases.first_day.values().copied().chain(phases.ends).collect();
    if phases.ends.is_none() || days.len() < 2 || !days.is_sorted_by(|a, b| a < b) {
        bail!(
            "--phase: a phase that is given replaces all days of Pilkada 2024; give every phase of the contest in their order and \
             `selesai=DATE`, each later than the one before"
        );
    }
    Ok(phases)
}

/// Reads the list and writes its contests.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let phases = phases(&args.phases)?;
    let known = args.known.as_deref().map(known).transpose()?.unwrap_or_default();
    let imported = contests_from_csv(&read(&args.csv)?, &known, &phases);
    let name = args.csv.display();
    let mut bad = report(&args.csv, &imported.bad);
    if let Some(path) = &args.known {
        bad += report(path, &known.bad) + report(path, &imported.strangers);
        let (entries, regions) = imported.elsewhere;
        if entries > 0 {
            eprintln!(
                "{}: {entries} entries of {regions} regions that {name} does not have",
                path.display()
            );
        }
    }
    if bad > 0 && !args.skip_bad {
        eprintln!("{bad} bad rows; nothing was taken (--skip-bad takes the contests without one)");
        return Ok(ExitCode::from(BAD_INPUT));
    }
    for id in &imported.left_out {
        eprintln!("{name}: {id} left out: without the bad row it would treat its candidates unlike");
    }
    if imported.contests.is_empty() {
        let why = if imported.rows == 0 {
            "no rows"
        } else {
            "no contest without a bad row"
        };
        eprintln!("{name}: {why}; nothing was taken");
        return Ok(ExitCode::from(BAD_INPUT));
    }
    let here = |code: &&String| imported.contests.iter().any(|contest| contest.region == **code);
    let nowhere: Vec<&str> = args
        .region
        .iter()
        .filter(|code| !here(code))
        .map(String::as_str)
        .collect();
    if !nowhere.is_empty() {
        bail!(
            "--region {}: {name} has no contest there that can be taken",
            nowhere.join(", ")
        );
    }
    let folder = args.rules.path().join("contests");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let (mut written, mut same, mut kept) = (0, 0, 0);
    for contest in imported.contests.iter().filter(|c| wanted(c, &args.region)) {
        match write(&folder, contest, args.replace)? {
            Written::New => written += 1,
            Written::Same => same += 1,
            Written::Kept(path) => {
                kept += 1;
                eprintln!(
                    "{}: exists with another content, kept (--replace writes it anew)",
                    path.display()
                );
            }
        }
    }
    println!(
        "{} rows: {written} contests written, {same} as they were, {kept} kept",
        imported.rows
    );
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = path.display();
    let size = fs::metadata(path).with_context(|| name.to_string())?.len();
    if size > LARGEST {
        bail!("{name}: larger than {} MiB", LARGEST >> 20);
    }
    fs::read(path).with_context(|| name.to_string())
}

fn known(path: &Path) -> anyhow::Result<Known> {
    let fault = |BadRow { line, reason }| BadInput { line, reason }.of(path).into();
    Known::from_csv(&read(path)?).map_err(fault)
}

/// Names bad rows; how many there are.
fn report(path: &Path, bad: &[BadRow]) -> usize {
    for BadRow { line, reason } in bad {
        eprintln!("{}:{line}: {reason}", path.display());
    }
    bad.len()
}

fn wanted(contest: &ContestFile, regions: &[String]) -> bool {
    regions.is_empty() || regions.contains(&contest.region)
}

enum Written {
    New,
    Same,
    Kept(PathBuf),
}

/// Writes beside and moves into place: a reader sees the old file or the new one.
fn write(folder: &Path, contest: &ContestFile, replace: bool) -> anyhow::Result<Written> {
    let path = folder.join(format!("{}.toml", contest.id));
    match fs::read_to_string(&path) {
        Ok(existing) if existing == contest.toml => return Ok(Written::Same),
        Ok(_) if !replace => return Ok(Written::Kept(path)),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    }
    let beside = folder.join(format!(".{}.new", contest.id));
    fs::write(&beside, &contest.toml).with_context(|| beside.display().to_string())?;
    fs::rename(&beside, &path).with_context(|| path.display().to_string())?;
    Ok(Written::New)
}
