//! Headlines that are shared with their link, as another's words.
//!
//! Does: find sentences written like a headline right before a link, on its line or the one above: at least five words, nearly all of
//! the longer ones with a capital, no call of one's own at the beginning, no emoji. Does not: judge; know what lies behind a link.
//! Invariant: what it finds ascends, without overlaps; a text without links costs one look at its tokens.

use crate::model::Span;
use crate::text::fold::{Folded, Kind, Token};
use crate::text::lexicon;

/// A headline has at least so many words.
const FEWEST: usize = 5;

/// Shorter words ("di", "dan", "ke") are written small in headlines too.
const LONG: usize = 4;

/// Puts the headlines of a text into `out`, each with its link.
pub(super) fn headlines(text: &str, folded: &Folded, out: &mut Vec<Span>) {
    out.clear();
    let tokens = &folded.tokens;
    let mut from = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Link {
            let mut end = at;
            while let Some(start) = sentence_before(&tokens[from..end]).map(|start| from + start) {
                let near = end < at || adjoins(text, &tokens[end - 1], token);
                if !near || !is_headline(text, folded, &tokens[start..end]) {
                    break;
                }
                end = start;
            }
            if end < at {
                out.push(Span {
                    start: tokens[end].span.start,
                    end: token.span.end,
                });
            }
            from = at + 1;
        }
    }
}

/// Where the last sentence of these tokens begins; none if there are no tokens.
fn sentence_before(tokens: &[Token]) -> Option<usize> {
    let last = tokens.last()?.sentence;
    Some(
        tokens
            .iter()
            .rposition(|token| token.sentence != last)
            .map_or(0, |other| other + 1),
    )
}

/// Whether nothing stands between the last word and the link but signs and at most one line end.
fn adjoins(text: &str, last: &Token, link: &Token) -> bool {
    let gap = text
        .get(last.span.end as usize..link.span.start as usize)
        .unwrap_or("x");
    gap.matches('\n').count() <= 1 && !gap.chars().any(char::is_alphanumeric)
}

/// Whether a sentence is written like a headline.
fn is_headline(text: &str, folded: &Folded, sentence: &[Token]) -> bool {
    let [first, rest @ ..] = sentence else { return false };
    let next = rest.first().map_or("", |next| folded.form(next));
    if lexicon::opens_call(folded.form(first), next) || sentence.iter().any(|t| t.kind == Kind::Emoji || t.tag) {
        return false;
    }
    let (mut words, mut long, mut capital, mut small) = (0, 0, 0, false);
    for token in sentence.iter().filter(|token| token.kind == Kind::Word) {
        let written = text.get(token.span.range()).unwrap_or("");
        words += 1;
        small |= written.chars().any(char::is_lowercase);
        if written.chars().nth(LONG - 1).is_some() {
            long += 1;
            capital += usize::from(written.chars().next().is_some_and(char::is_uppercase));
        }
    }
    // All in capitals is how people shout.
    words >= FEWEST && small && long > 0 && capital * 5 >= long * 4
}
