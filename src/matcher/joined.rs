//! Words joined without a gap: `#coblosbajuputih`, `guekapokpilihbudi`.
//!
//! Does: say where to cut a form that is no known word into words of the rule set, where a chain of such words begins at its
//! start or ends at its end. Does not: look inside words that are read as a known word themselves.
//! Invariant: a hashtag needs one word of four letters or two words; other tokens need two words with eight letters together and
//! nothing left over, or three with twelve, so that ordinary long words stay whole.

use super::vocabulary::Vocabulary;
use crate::text::fold::MAX_FORM;
use crate::text::lexicon;

/// Shorter words are everywhere inside others.
const MIN_WORD: usize = 3;
/// One word alone must have this many letters.
const MIN_ALONE: usize = 4;
/// Outside hashtags, joined words must have this many letters together.
const MIN_TOGETHER: usize = 8;
/// Three words with so many letters together are meant, though something is left over.
const MIN_SENTENCE: usize = 12;
/// Shorter forms hide no two words.
const MIN_FORM: usize = 6;
/// What hangs on other words is none of the words that are joined: dita|nya|kan is one word, and so is did|istri|bus|ikan.
const PARTICLES: [&str; 9] = ["nya", "lah", "kah", "pun", "kan", "ikan", "tah", "nda", "ken"];
/// The longest number word that may be joined to others.
const NUMBER_WORD: usize = 10;

/// Where to cut; empty = leave whole.
pub(super) fn cuts(words: &Vocabulary, form: &str, tag: bool) -> Vec<usize> {
    if !(MIN_FORM..=MAX_FORM).contains(&form.len()) || !form.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    let n = form.len();
    let mut head = chain(words, form, |from, len| (from, from + len), 0, n);
    if head
        .last()
        .is_some_and(|(_, to)| *to < n && form[*to..].starts_with("an"))
    {
        head.pop(); // pilih|an is another word
    }
    let reached = head.last().map_or(0, |(_, to)| *to);
    let tail = chain(words, form, |to, len| (to - len, to), n, n - reached);
    if !enough(&head, tag) {
        head.clear();
    }
    let mut cuts: Vec<usize> = head.iter().map(|(_, to)| *to).collect();
    let whole = tail.last().map_or(n, |(from, _)| *from) == reached;
    if !tag && !whole && !sentence(&head) && !sentence(&tail) {
        return Vec::new(); // dil|aksan|akan: words inside a word that is no list of words
    }
    if enough(&tail, tag) || whole && !head.is_empty() {
        cuts.extend(tail.iter().map(|(from, _)| *from));
    }
    cuts.retain(|cut| *cut > 0 && *cut < n);
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

fn knows(words: &Vocabulary, word: &str) -> bool {
    if PARTICLES.contains(&word) {
        return false;
    }
    let letters = word.as_bytes();
    let begins = match *letters {
        [a, b, c, d, ..] => words.may_begin([a, b, c, d]),
        [a, b, c] => words.may_begin([a, b, c, 0]),
        _ => true,
    };
    begins && words.get(letters).is_some() || word.len() > MIN_WORD && lexicon::number(word).is_some()
}

/// Known words one after another from an end of `form`, each the longest that fits, at most `room` letters.
fn chain(
    words: &Vocabulary,
    form: &str,
    piece: impl Fn(usize, usize) -> (usize, usize),
    start: usize,
    mut room: usize,
) -> Vec<(usize, usize)> {
    let (mut pieces, mut at) = (Vec::new(), start);
    let longest = words.longest.max(NUMBER_WORD);
    while let Some(len) = (MIN_WORD..=room.min(longest)).rev().find(|len| {
        let (from, to) = piece(at, *len);
        knows(words, &form[from..to])
    }) {
        let (from, to) = piece(at, len);
        pieces.push((from, to));
        at = if from == at { to } else { from };
        room -= len;
    }
    pieces
}

/// Whether so many known words in a row are no accident, whatever is left over.
fn sentence(pieces: &[(usize, usize)]) -> bool {
    let letters: usize = pieces.iter().map(|(from, to)| to - from).sum();
    pieces.len() > 2 && letters >= MIN_SENTENCE
}

fn enough(pieces: &[(usize, usize)], tag: bool) -> bool {
    let letters: usize = pieces.iter().map(|(from, to)| to - from).sum();
    if tag {
        pieces.len() > 1 || letters >= MIN_ALONE
    } else {
        pieces.len() > 1 && letters >= MIN_TOGETHER
    }
}
