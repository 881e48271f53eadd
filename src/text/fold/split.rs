//! A run of letters, digits and joints → tokens and joint readings.
//!
//! Does: hyphens and underscores, camel case, letters from digits, reduplication. Does not: look beyond the run.
//! Invariant: what it makes of a run, it makes of its own tokens again.

use super::{Cell, Class, Folder, Join, Kind, MAX_FORM, Marks, Place};
use crate::model::Span;
use crate::text::lexicon;

/// Words longer than this may hide joined words.
pub(super) const LONG: usize = 10;

/// Cells from..to between joints, and their first token.
pub(super) type Piece = (usize, usize, usize);

/// A joint reading longer than this is no word.
const MAX_JOINT: usize = 48;

/// With so many letters on both sides of it the 4 of a hashtag stands for "for", as in `#ganjar4presiden`. Elsewhere a digit inside a word
/// is a letter ("c0blos", "gamb4rnya"), whatever surrounds it.
const FOR_BETWEEN: usize = 4;

/// Clitics and suffixes after a doubling 2: `orang2nya`, `teman2ku`.
const AFTER_DOUBLE: [&str; 12] = [
    "nya", "lah", "kah", "pun", "ku", "mu", "an", "i", "kan", "in", "e", "ne",
];

/// Turns the cells gathered into tokens.
pub(super) fn flush(folder: &mut Folder<'_, '_>, place: Place) {
    let cells = std::mem::take(&mut folder.out.cells);
    if folder.seen.joints {
        apart_at_joints(folder, &cells, place);
    } else if !cells.is_empty() {
        piece(folder, &cells, place);
    }
    folder.out.cells = cells;
}

fn apart_at_joints(folder: &mut Folder<'_, '_>, cells: &[Cell], place: Place) {
    let first = folder.out.tokens.len();
    let mut pieces = std::mem::take(&mut folder.out.pieces);
    pieces.clear();
    let mut from = 0;
    for at in 0..=cells.len() {
        let ends = cells
            .get(at)
            .is_none_or(|cell| matches!(cell.class, Class::Joint | Class::Symbol));
        if !ends {
            continue;
        }
        if at > from {
            let token = folder.out.tokens.len();
            piece(folder, &cells[from..at], place);
            pieces.push((from, at, token));
        }
        from = at + 1;
    }
    joints(folder, cells, &pieces, first);
    folder.out.pieces = pieces;
}

/// Joint readings of the whole run and of neighbours in it; a doubled word instead becomes an echo.
fn joints(folder: &mut Folder<'_, '_>, cells: &[Cell], pieces: &[Piece], first: usize) {
    let symbols = cells.iter().any(|cell| cell.class == Class::Symbol);
    if pieces.len() < 2 && !symbols || cells.iter().any(|cell| cell.class == Class::Raised) {
        return;
    }
    if let [(a, b, _), (c, d, second)] = *pieces
        && !symbols
        && same(&cells[a..b], &cells[c..d])
    {
        for token in &mut folder.out.tokens[second..] {
            token.echo = true;
        }
        return;
    }
    let ends = folder.out.tokens.len();
    joint(folder, cells, first, ends);
    if pieces.len() > 2 {
        for (i, pair) in pieces.windows(2).enumerate() {
            let to = pieces.get(i + 2).map_or(ends, |next| next.2);
            joint(folder, &cells[pair[0].0..pair[1].1], pair[0].2, to);
        }
    }
}

/// Whether `b` is `a` again, perhaps with an ending: `paslon-paslon`, `dua-duanya`.
fn same(a: &[Cell], b: &[Cell]) -> bool {
    let Some((again, tail)) = b.split_at_checked(a.len()) else {
        return false;
    };
    let same = a.iter().map(|cell| cell.c).eq(again.iter().map(|cell| cell.c));
    a.len() > 1 && same && (tail.is_empty() || AFTER_DOUBLE.contains(&spell(tail, &mut Spelling::default())))
}

/// The tokens from `first` up to `to` read together, as the cells are spelled without their joints.
fn joint(folder: &mut Folder<'_, '_>, cells: &[Cell], first: usize, to: usize) {
    if cells.len() <= MAX_JOINT && to > first {
        let (at, len) = form(cells);
        folder.push_edge_len(first, to, at, len, Join::Written);
    }
}

/// Where the spelling of cells is among the forms, and its length.
fn form(cells: &[Cell]) -> (usize, usize) {
    let [first, .., last] = cells else {
        return cells
            .first()
            .map_or((0, 0), |only| (only.at as usize, only.c.len_utf8()));
    };
    let last_len = if last.class == Class::Joint {
        0
    } else {
        last.c.len_utf8()
    };
    (first.at as usize, (last.at - first.at) as usize + last_len)
}

/// One piece between joints: camel case, then letters from digits.
fn piece(folder: &mut Folder<'_, '_>, cells: &[Cell], place: Place) {
    let first = folder.out.tokens.len();
    if folder.seen.capitals && is_camel(cells) {
        let mut from = 0;
        for at in 1..=cells.len() {
            if at == cells.len() || camel_cut(cells, at) {
                digits(folder, &cells[from..at], place);
                from = at;
            }
        }
        let ends = folder.out.tokens.len();
        joint(folder, cells, first, ends);
    } else {
        digits(folder, cells, place);
    }
}

/// A new word begins at `at`: `nomorUrut`, `KPUKendari`.
fn camel_cut(cells: &[Cell], at: usize) -> bool {
    let (before, here, after) = (cells[at - 1], cells[at], cells.get(at + 1));
    here.upper
        && (!before.upper && before.class != Class::Digit
            || before.class == Class::Digit
            || after.is_some_and(|after| !after.upper && after.class == Class::Letter))
}

/// Camel case with every part at least two letters long: alternating capitals are an evasion, not words.
fn is_camel(cells: &[Cell]) -> bool {
    let mut from = 0;
    for at in 1..cells.len() {
        if camel_cut(cells, at) {
            if at - from < 2 || cells.len() - at < 2 {
                return false;
            }
            from = at;
        }
    }
    from > 0
}

/// A stretch of letters or of digits inside a piece.
type Stretch<'c> = (bool, &'c [Cell]);

/// Stretches of one piece; a word has few, and more than these are no word.
const MAX_STRETCHES: usize = 8;

fn digits(folder: &mut Folder<'_, '_>, cells: &[Cell], place: Place) {
    let cells = &cells[..cells.len().min(MAX_FORM)];
    if !folder.seen.digits || cells.iter().all(|cell| cell.class == Class::Letter) {
        return word(folder, cells, place);
    }
    let letter = |cell: &Cell| cell.class == Class::Letter;
    let all = || {
        cells
            .chunk_by(|a, b| letter(a) == letter(b))
            .map(|run| (!letter(&run[0]), run))
    };
    let mut few: [Stretch<'_>; MAX_STRETCHES] = [(false, &[]); MAX_STRETCHES];
    let mut count = 0;
    for stretch in all() {
        if let Some(to) = few.get_mut(count) {
            *to = stretch;
        }
        count += 1;
    }
    match few.get(..count) {
        Some(few) => mixed(folder, cells, few, place),
        None => mixed(folder, cells, &all().collect::<Vec<_>>(), place),
    }
}

fn mixed(folder: &mut Folder<'_, '_>, cells: &[Cell], stretches: &[Stretch<'_>], place: Place) {
    match *stretches {
        [(true, only)] => number(folder, only),
        [(false, letters), (true, after)] => letters_digits(folder, cells, letters, after, place),
        [(true, before), (false, letters)] => {
            let unit = letters.len() <= 2 || lexicon::is_unit(spell(letters, &mut Spelling::default()));
            if unit {
                token(folder, cells, Kind::Number, place);
            } else {
                apart(folder, cells, &[(true, before), (false, letters)], place);
            }
        }
        [(false, head), (true, middle), (false, tail)] => {
            let mut spelling = Spelling::default();
            if head.len() > 1 && doubles(middle) && AFTER_DOUBLE.contains(&spell(tail, &mut spelling)) {
                word(folder, head, place);
                doubled(folder, head, &cells[head.len()..], tail);
            } else if middle.len() > 1 || introduces(head, place) || is_for(head, middle, tail, place) {
                apart(folder, cells, stretches, place);
            } else {
                token(folder, cells, Kind::Word, place);
            }
        }
        [ref rest @ .., (true, last)] if last.len() > 1 && rest.len() > 2 => {
            let first = folder.out.tokens.len();
            mixed(folder, &cells[..cells.len() - last.len()], rest, place);
            number(folder, last);
            let ends = folder.out.tokens.len();
            joint(folder, cells, first, ends);
        }
        _ => {
            let singles = stretches.iter().all(|(digit, run)| !digit || run.len() == 1);
            let letters: usize = stretches
                .iter()
                .filter(|(digit, _)| !digit)
                .map(|(_, run)| run.len())
                .sum();
            if singles && letters > 2 {
                token(folder, cells, Kind::Word, place);
            } else {
                apart(folder, cells, stretches, place);
            }
        }
    }
}

/// `orang²`, `sama2`, `nomor2`, `s1`, `covid19`.
fn letters_digits(folder: &mut Folder<'_, '_>, cells: &[Cell], letters: &[Cell], after: &[Cell], place: Place) {
    let raised = after[0].class == Class::Raised;
    if letters.len() == 1 && !raised {
        return token(folder, cells, Kind::Word, place);
    }
    let mut spelling = Spelling::default();
    let form = spell(letters, &mut spelling);
    let numbered = letters.len() >= LONG && lexicon::ends_numbered(form);
    let doubled_here = doubles(after)
        && place == Place::Text
        && !numbered
        && (!lexicon::introduces_number(form) || lexicon::is_doubled(form));
    if raised || doubled_here {
        word(folder, letters, place);
        doubled(folder, letters, after, &[]);
    } else {
        apart(folder, cells, &[(false, letters), (true, after)], place);
    }
}

fn doubles(digits: &[Cell]) -> bool {
    matches!(digits, [only] if only.c == '2')
}

fn introduces(letters: &[Cell], place: Place) -> bool {
    let mut spelling = Spelling::default();
    let form = spell(letters, &mut spelling);
    lexicon::introduces_number(form)
        || lexicon::ends_introducing(form) && (place != Place::Text || letters.len() >= LONG)
}

/// Whether the digit between two words of a hashtag is the "for" of slogans.
fn is_for(head: &[Cell], middle: &[Cell], tail: &[Cell], place: Place) -> bool {
    place == Place::Tag && matches!(middle, [only] if only.c == '4') && head.len().min(tail.len()) >= FOR_BETWEEN
}

/// The second half of a doubled word: the word again, with what follows the 2.
fn doubled(folder: &mut Folder<'_, '_>, letters: &[Cell], rest: &[Cell], tail: &[Cell]) {
    let at = folder.out.forms.len();
    // A word may end as its ending begins: `aa2an` has no three letters in a row either.
    let (mut last, mut before) = (None, None);
    for cell in letters.iter().chain(tail) {
        if last != Some(cell.c) || before != last {
            folder.out.forms.push(cell.c);
        }
        (before, last) = (last, Some(cell.c));
    }
    let span = span(rest);
    folder.push(
        span,
        at,
        Kind::Word,
        Marks {
            echo: true,
            ..Marks::default()
        },
    );
}

/// Every stretch a token of its own, and the whole as a joint reading.
fn apart(folder: &mut Folder<'_, '_>, cells: &[Cell], stretches: &[Stretch<'_>], place: Place) {
    let first = folder.out.tokens.len();
    for (digit, run) in stretches {
        if *digit {
            number(folder, run);
        } else {
            word(folder, run, place);
        }
    }
    let ends = folder.out.tokens.len();
    joint(folder, cells, first, ends);
}

fn word(folder: &mut Folder<'_, '_>, cells: &[Cell], place: Place) {
    token(folder, cells, Kind::Word, place);
}

fn number(folder: &mut Folder<'_, '_>, cells: &[Cell]) {
    token(folder, cells, Kind::Number, Place::Text);
}

fn token(folder: &mut Folder<'_, '_>, cells: &[Cell], kind: Kind, place: Place) {
    let (at, len) = form(cells);
    let tag = place != Place::Text;
    let joined = kind == Kind::Word && (tag || cells.len() >= LONG);
    let marks = Marks {
        joined,
        tag,
        ..Marks::default()
    };
    folder.push_len(span(cells), at, len, kind, marks);
}

/// Room for the ASCII spelling of some cells.
struct Spelling([u8; MAX_FORM]);

impl Default for Spelling {
    fn default() -> Self {
        Self([0; MAX_FORM])
    }
}

/// The spelling of cells; empty when it is not ASCII, which no word of the lists is.
fn spell<'r>(cells: &[Cell], room: &'r mut Spelling) -> &'r str {
    for (to, cell) in room.0.iter_mut().zip(cells) {
        *to = u8::try_from(cell.c).unwrap_or(0xff);
    }
    std::str::from_utf8(&room.0[..cells.len().min(MAX_FORM)]).unwrap_or_default()
}

fn span(cells: &[Cell]) -> Span {
    match cells {
        [] => Span { start: 0, end: 0 },
        [first, .., last] => Span {
            start: first.start,
            end: last.end,
        },
        [only] => Span {
            start: only.start,
            end: only.end,
        },
    }
}
