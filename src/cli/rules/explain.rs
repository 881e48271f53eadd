//! `netra rules explain`: why a text does or does not hit.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use super::load::RulesDir;
use crate::cli::scan::input::Row;
use crate::cli::scan::print;
use crate::matcher::{Matcher, Scope, Scratch, Text, When};

/// Arguments of `netra rules explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The text; `-` reads standard input
    text: String,
    #[command(flatten)]
    rules: RulesDir,
    /// Contest to try; may be repeated; `contoh` is the made-up one [default: all]
    #[arg(long, value_name = "ID")]
    contest: Vec<String>,
    /// Day that decides the phase [default: each contest as in its campaign]
    #[arg(long, value_name = "DATE")]
    at: Option<jiff::civil::Date>,
}

/// Longest text taken from standard input.
const LONGEST: u64 = 16 << 20;

/// Prints the verdict and how it came about.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut text = args.text;
    if text == "-" {
        text.clear();
        io::stdin()
            .lock()
            .take(LONGEST)
            .read_to_string(&mut text)
            .context("standard input")?;
    }
    let matcher = Matcher::new(Arc::new(args.rules.set(&args.contest)?));
    let scope = Scope {
        at: args.at.map_or(When::Campaign, When::Day),
        region: None,
        contests: None,
    };
    let verdict = matcher.judge(&Text::plain(&text), &scope, &mut Scratch::default());
    let color = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let row = Row {
        id: "1".into(),
        text: text.as_str().into(),
    };
    let mut shown = Vec::new();
    print::human(&mut shown, &row, &verdict, color);
    let mut out = io::stdout().lock();
    out.write_all(&shown)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
