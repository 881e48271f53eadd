//! `netra scan`: matches a file or standard input with the same core as the daemon.
//!
//! Does: read in blocks, judge them on threads, print in the order of the input. Does not: keep anything.
//! Invariant: memory is bounded by threads × block size whatever the input; the output is the same for any number of threads.

pub mod engine;
pub mod print;

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use self::print::{Format, Summary};
use super::BAD_INPUT;
use super::rules::load::RulesDir;
use crate::app::posts::{BadInput, Shape};
use crate::app::unpack;
use crate::matcher::{Matcher, When};

/// Arguments of `netra scan`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File to match, also `*.gz`; `-` for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    rules: RulesDir,
    /// Contest to try; may be repeated [default: all]
    #[arg(long, value_name = "ID")]
    contest: Vec<String>,
    /// Day that decides the phase, for example 2024-11-25 [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day::day)]
    at: Option<jiff::civil::Date>,
    /// Shape of the input [default: by the file's name, `*.jsonl`, `*.csv`, `*.tsv`, each also `*.gz`; else lines]
    #[arg(long, value_enum)]
    input: Option<Shape>,
    /// Shape of the output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Threads [default: as many as processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Print posts that are clear too
    #[arg(long)]
    all: bool,
}

/// Runs `netra scan`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Args {
        file,
        rules,
        contest,
        at,
        input,
        format,
        threads,
        all,
    } = args;
    let set = rules.set(&contest)?;
    let (source, length) = open(&file)?;
    let job = engine::Job {
        matcher: &Matcher::new(Arc::new(set)),
        at: at.map_or(When::Campaign, When::Day),
        shape: input.unwrap_or_else(|| Shape::of(&file)),
        format,
        all,
        color: io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        threads: threads.map_or_else(processors, usize::from),
    };
    let bar = progress(length);
    let begun = Instant::now();
    let stdout = io::stdout();
    let mut sink = Printer {
        out: io::BufWriter::new(stdout.lock()),
        bar: &bar,
    };
    // The bar counts what is read of the file, packed or not.
    let ended = engine::run(&job, unpack::reader(&file, bar.wrap_read(source)), &mut sink);
    bar.finish_and_clear();
    let (summary, bad) = ended?;
    if format == Format::Human {
        write_summary(&mut sink.out, &summary, begun.elapsed())?;
    }
    sink.out.flush()?;
    match bad {
        None => Ok(ExitCode::SUCCESS),
        Some(BadInput { line, reason }) => {
            eprintln!("netra: {}:{line}: {reason}; the rest was not read", name(&file));
            Ok(ExitCode::from(BAD_INPUT))
        }
    }
}

/// Opens the input; its length when it is known.
fn open(file: &Path) -> anyhow::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if file == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    }
    let opened = File::open(file).with_context(|| name(file))?;
    let meta = opened.metadata().with_context(|| name(file))?;
    anyhow::ensure!(!meta.is_dir(), "{} is a folder", name(file));
    Ok((Box::new(opened), meta.is_file().then_some(meta.len())))
}

fn name(file: &Path) -> String {
    if file == Path::new("-") {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}

/// As many threads as processors; one when that is not known.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A bar on standard error when that is a terminal, else nothing.
fn progress(length: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match length {
        Some(length) => (
            ProgressBar::new(length),
            "{bar:30} {percent:>3}% {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}",
        ),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} {binary_bytes_per_sec}"),
    };
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Standard output that takes the bar away while it prints.
struct Printer<'b, W> {
    out: W,
    bar: &'b ProgressBar,
}

impl<W: Write> Write for Printer<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bar.suspend(|| self.out.write_all(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn write_summary(out: &mut impl Write, summary: &Summary, took: std::time::Duration) -> io::Result<()> {
    let [clear, note, flag] = summary.outcomes;
    let seconds = took.as_secs_f64().max(1e-9);
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let speed = summary.bytes as f64 / 1e6 / seconds;
    writeln!(
        out,
        "{} posts: {flag} flag, {note} note, {clear} clear ({speed:.1} MB/s of text, {seconds:.1} s)",
        summary.posts
    )?;
    let mut rules: Vec<(&String, &u64)> = summary.rules.iter().collect();
    rules.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    if !rules.is_empty() {
        writeln!(out, "posts by the rules that hit:")?;
    }
    for (rule, count) in rules {
        writeln!(out, "{count:>8} {rule}")?;
    }
    Ok(())
}
