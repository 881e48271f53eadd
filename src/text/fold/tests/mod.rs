//! What folding promises: examples of its steps, twins that must not change, and what holds for every text.

mod blocks;
mod folding_list;
mod properties;
mod spelling;

use crate::text::fold::{Folded, Kind, fold};
use crate::text::reading::readings;

fn plain(text: &str) -> String {
    fold(text).plain()
}

/// Whether `word` is among the readings of any token or joint reading.
fn reads(text: &str, word: &str) -> bool {
    let folded = fold(text);
    let tokens = folded.tokens.iter().flat_map(|t| readings(folded.form(t), t.kind));
    let edges = folded
        .edges
        .iter()
        .flat_map(|e| readings(folded.edge_form(e), Kind::Word));
    tokens.chain(edges).any(|reading| reading.form == word)
}

/// What a form is looked for as.
fn key(form: &str) -> [u64; 2] {
    let mut bytes = [0; 16];
    if form.len() <= Folded::KEY {
        bytes[..form.len()].copy_from_slice(form.as_bytes());
    }
    [0, 8].map(|at| u64::from_le_bytes(*bytes[at..].first_chunk().unwrap()))
}
