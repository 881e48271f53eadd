//! Parity over labelled rows: the same row with each candidate in its placeholders comes out the same.
//!
//! Does: fill and judge rows anew for every other candidate of the contest, count what comes out otherwise, show the first. Does not:
//! exchange names that stand in a row as text; `netra rules parity --corpus` does.

use std::io;

use super::labelled::{Names, filled};
use crate::app::corpus::Entry;
use crate::cli::scan::print::printable;
use crate::matcher::{GivenText, Matcher, Scope, Scratch};
use crate::model::Outcome;

/// What other candidates' rows came to.
pub struct Alike {
    fillings: Vec<(u32, Vec<(&'static str, String)>)>,
    rows: u64,
    unlike: u64,
    first: Vec<String>,
}

impl Alike {
    /// For the candidates besides the one that rows are judged with, each by its ballot number and what stands for it.
    pub const fn new(fillings: Vec<(u32, Vec<(&'static str, String)>)>) -> Self {
        Self {
            fillings,
            rows: 0,
            unlike: 0,
            first: Vec::new(),
        }
    }

    /// Judges a row, `outcome` being what it came to as `judged`, with every other candidate.
    pub fn count(
        &mut self,
        row: &Entry,
        (judged, outcome): (&str, Outcome),
        matcher: &Matcher,
        scope: &Scope<'_>,
        scratch: &mut Scratch,
    ) {
        if row.text == judged || self.fillings.is_empty() {
            return;
        }
        self.rows += 1;
        let mut unlike = None;
        for (number, names) in &self.fillings {
            let names: &Names = names;
            let text = filled(&row.text, names);
            let other = matcher
                .judge(&GivenText::new(&text, row.kind).as_text(), scope, scratch)
                .outcome;
            if other != outcome {
                unlike = unlike.or(Some((*number, other)));
            }
        }
        if let Some((number, other)) = unlike {
            self.unlike += 1;
            self.first.push(format!(
                "{other} with number {number}, else {outcome}: {}",
                printable(&row.text)
            ));
        }
    }

    /// Says how many rows there were, how many came out otherwise, and the first of these.
    pub fn write(&self, out: &mut impl io::Write, most: usize) -> io::Result<()> {
        let (rows, others, unlike) = (self.rows, self.fillings.len(), self.unlike);
        writeln!(
            out,
            "parity: {rows} rows filled with each of {others} other candidates, {unlike} come out otherwise"
        )?;
        for row in self.first.iter().take(most) {
            writeln!(out, "  {row}")?;
        }
        Ok(())
    }
}
