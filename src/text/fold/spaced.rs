//! Single letters in a row with the same gap: `c o b l o s`, `p.a.s.l.o.n`.
//!
//! Does: count them as their tokens are added, and read them together where the row ends. Does not: look at longer words, or know
//! where in a row that is spaced alike a new word begins (what knows words has it cut: [`Folded::cut_edges`]).
//! Invariant: a row is bounded, and its joint reading covers whole tokens.

use super::{Folded, Folder, Join, Kind, MAX_SPACED};
use crate::model::Span;

impl Folder<'_, '_> {
    /// Counts a token about to be added among single letters in a row; its form is the `len` bytes from `at` on.
    pub(super) fn count_spaced(&mut self, span: Span, at: usize, len: usize) {
        let form = if len <= 4 { &self.out.forms[at..at + len] } else { "" };
        let mut chars = form.chars();
        let single = chars.next().filter(|c| chars.next().is_none() && c.is_alphanumeric());
        let Some(c) = single else {
            self.end_spaced();
            return;
        };
        let gap = if self.run.count == 0 {
            None
        } else {
            self.gap(self.run.end, span.start)
        };
        let continues = gap.is_some() && self.run.count < MAX_SPACED && (self.run.count == 1 || gap == self.run.gap);
        if !continues {
            self.end_spaced();
            self.run.first = self.out.tokens.len();
        } else if self.run.count == 1 {
            self.run.gap = gap;
        }
        self.run.end = span.end;
        self.run.count += 1;
        self.run.letters += usize::from(!c.is_ascii_digit());
    }

    /// A token that was counted turned out to begin earlier, with its `#` or `@`.
    pub(super) fn begins_earlier(&mut self, token: usize) {
        if self.run.count > 1 && token == self.run.first + 1 {
            let (before, here) = (&self.out.tokens[token - 1], &self.out.tokens[token]);
            self.run.gap = self.gap(before.span.end, here.span.start);
        }
    }

    /// What stands between two letters, as a number: one to three bytes on one line.
    fn gap(&self, from: u32, to: u32) -> Option<u32> {
        let gap = self.text.as_bytes().get(from as usize..to as usize)?;
        if gap.is_empty() || gap.len() > 3 || gap.contains(&b'\n') {
            return None;
        }
        Some(gap.iter().fold(1, |all, b| all << 8 | u32::from(*b)))
    }

    /// No letter goes on with the row.
    pub(super) fn end_spaced(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.letters < 3 {
            return;
        }
        let at = self.out.forms.len();
        let mut to = run.first + run.count;
        let digit = |out: &Folded, i: usize| out.tokens[i].kind == Kind::Number;
        while to > run.first && digit(self.out, to - 1) {
            to -= 1;
        }
        self.write_letters(run.first, to);
        if to > run.first + 2 {
            self.push_edge_to(run.first, to, at, Join::Spaced);
        }
        // What stands last may be a number behind the word, or a letter of it: "c o b l o s 2", "p r a b o w 0".
        let all = run.first + run.count;
        if all > to {
            self.write_letters(to, all);
            self.push_edge_to(run.first, all, at, Join::Spaced);
        }
    }

    /// Writes the forms of some tokens one after another.
    fn write_letters(&mut self, from: usize, to: usize) {
        for i in from..to {
            let token = self.out.tokens[i];
            let range = token.at as usize..token.at as usize + usize::from(token.len);
            self.out.forms.extend_from_within(range);
        }
    }
}
