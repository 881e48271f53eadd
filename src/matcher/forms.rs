//! Every word a place in the text may be read as: readings of the token and of joint readings beginning there, each as it
//! stands, without clitics, without affixes.
//!
//! Does: put [`reading`] and [`affix`] together. Does not: know patterns.
//! Invariant: what bends far is also offered to those that bend less only when it bends less: an exact reading serves all
//! three, a stem without affixes only patterns that allow affixes.

use super::compile::Bend;
use crate::text::affix::{self, Off};
use crate::text::fold::{Folded, Kind};
use crate::text::reading::readings;

/// Calls `each` with (one past the last token, word, bend) for every reading of what begins at token `at`.
pub(super) fn at(folded: &Folded, at: u32, each: &mut dyn FnMut(u32, &str, Bend)) {
    let token = &folded.tokens[at as usize];
    of(folded.form(token), token.kind, &mut |form, bend| {
        each(at + 1, form, bend);
    });
    let first = folded.edges.partition_point(|edge| edge.from < at);
    for edge in folded.edges[first..].iter().take_while(|edge| edge.from == at) {
        of(folded.edge_form(edge), Kind::Word, &mut |form, bend| {
            each(edge.to, form, bend);
        });
    }
}

/// Calls `each` with every word a form may be read as.
pub(super) fn of(form: &str, kind: Kind, each: &mut dyn FnMut(&str, Bend)) {
    for reading in readings(form, kind) {
        for bend in [Bend::Exact, Bend::Clitic, Bend::Affix] {
            each(&reading.form, bend);
        }
        if kind == Kind::Word {
            affix::stems(&reading.form, |stem, off| {
                if off == Off::Clitic {
                    each(stem, Bend::Clitic);
                }
                each(stem, Bend::Affix);
            });
        }
    }
}
