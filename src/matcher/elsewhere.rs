//! Numbers that are written like a ballot number and are none: of a name, of a law or letter, one by one.
//!
//! Does: look at what stands right before and behind a number that was found, and how it was written. Does not: know candidates:
//! whatever it says, it says of every number alike.
//! Invariant: looks at a bounded stretch of the text.

use super::eval::Occurrence;
use crate::rules::makes_larger;
use crate::text::fold::{Folded, Token};
use crate::text::lexicon;

/// Bytes behind a number in which the rest of a letter's number stands.
const LETTER_NUMBER: usize = 40;

/// Whether a ballot number that was found is a number of something else.
pub(super) fn is_elsewhere(text: &str, folded: &Folded, number: Occurrence) -> bool {
    is_in_name(folded, number)
        || is_doubled(folded, number)
        || is_larger(folded, number)
        || is_count(folded, number)
        || is_of_act(folded, number)
        || is_of_letter(text, folded, number)
}

/// The token right behind it in its sentence.
fn behind(folded: &Folded, number: Occurrence) -> Option<&Token> {
    let next = folded.tokens.get(number.to as usize)?;
    (next.sentence == last(folded, number).sentence).then_some(next)
}

/// Its last token.
fn last(folded: &Folded, number: Occurrence) -> &Token {
    &folded.tokens[number.to as usize - 1]
}

/// Whether it ends with the "I" of a Balinese name, whoever bears it: "cagub I Wayan …".
fn is_in_name(folded: &Folded, number: Occurrence) -> bool {
    let name = behind(folded, number).is_some_and(|next| lexicon::follows_i(folded.form(next)));
    name && folded.form(last(folded, number)) == "i"
}

/// "paslon satu-satunya", "nomor dua-duanya".
fn is_doubled(folded: &Folded, number: Occurrence) -> bool {
    behind(folded, number).is_some_and(|next| next.echo)
}

/// "nomor dua belas", "nomor kedua puluh": another number.
fn is_larger(folded: &Folded, number: Occurrence) -> bool {
    behind(folded, number).is_some_and(|next| makes_larger(folded.form(next)))
}

/// "coblos satu lubang", "satu suara menentukan"; a zero before it makes it a ballot number.
fn is_count(folded: &Folded, number: Occurrence) -> bool {
    let counted = behind(folded, number).is_some_and(|next| lexicon::counts_votes(folded.form(next)));
    let alone = number.to - number.from == 1;
    alone && counted && !folded.form(last(folded, number)).starts_with('0')
}

/// "UU Nomor 1", "surat edaran no. 2".
fn is_of_act(folded: &Folded, number: Occurrence) -> bool {
    let Some(before) = (number.from as usize).checked_sub(1).map(|at| &folded.tokens[at]) else {
        return false;
    };
    let words = number.to - number.from > 1;
    words && before.sentence == folded.tokens[number.from as usize].sentence && lexicon::names_act(folded.form(before))
}

/// "No. 02/KPU/2024", "nomor 2 / ND / X": slashes with words between them.
fn is_of_letter(text: &str, folded: &Folded, number: Occurrence) -> bool {
    let end = folded.span(number.from, number.to).end as usize;
    let rest = text.get(end..).unwrap_or_default();
    let rest = &rest[..rest.floor_char_boundary(LETTER_NUMBER)];
    let Some(rest) = rest.trim_start_matches(' ').strip_prefix('/') else {
        return false;
    };
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | ' ');
    let part = rest.split(|c| !inside(c)).next().unwrap_or_default();
    let mut pieces = part.split('/').map(str::trim);
    let word = |piece: &str| !piece.is_empty() && !piece.contains(' ');
    pieces.next().is_some_and(word) && pieces.next().is_some()
}
