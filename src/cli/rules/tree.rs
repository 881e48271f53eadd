//! A rule's condition and what it came to, as an indented tree that leaves out what explains nothing.
//!
//! Does: of a choice show the ways that hold, or the nearest one; shorten long lists. Does not: work anything out.
//! Invariant: a line begins with `+` if its part holds by itself anywhere in the text (inside `sentence`, in the sentence nearest to
//! it), else with `-`.

use std::io::{self, Write};

use crate::cli::scan::print::printable;
use crate::matcher::{Part, Shape};
use crate::model::Span;
use crate::rules::CANDIDATE_WORDS;

/// Of the ways in which a choice holds so many are shown.
const WAYS: usize = 3;
/// A part that has parts of its own is written out up to so many characters.
const WIDEST: usize = 96;

/// Writes the tree of a condition, its lines indented by at least so much.
pub(super) fn write(out: &mut impl Write, text: &str, part: &Part, indent: usize) -> io::Result<()> {
    let sign = if part.holds { '+' } else { '-' };
    write!(out, "{:indent$}{sign} ", "")?;
    if part.is_plain() {
        return writeln!(
            out,
            "{}{}{}",
            brief(&part.expr),
            places(text, &part.spans),
            named(text, part)
        );
    }
    let shown: Vec<&Part> = match part.shape {
        Shape::Not => {
            let there = part.parts.first().map_or(&part.spans, |part| &part.spans);
            return writeln!(out, "{}{}", head(part), places(text, there));
        }
        Shape::Any if part.holds => {
            let ways: Vec<&Part> = part.parts.iter().filter(|part| part.holds).collect();
            writeln!(out, "{} of {} ways", ways.len(), part.parts.len())?;
            ways.into_iter().take(WAYS).collect()
        }
        Shape::Any => {
            writeln!(out, "none of {} ways; the nearest:", part.parts.len())?;
            part.nearest().into_iter().collect()
        }
        _ => {
            let beside = !part.holds && part.parts.iter().all(|part| part.holds);
            let note = if beside { apart(part) } else { String::new() };
            writeln!(out, "{}{}{note}", head(part), places(text, &part.spans))?;
            part.parts.iter().collect()
        }
    };
    shown
        .into_iter()
        .try_for_each(|part| write(out, text, part, indent + 2))
}

/// Why a part does not hold though all its parts do.
fn apart(part: &Part) -> String {
    let why = match (part.shape, part.expr.split('(').next()) {
        (Shape::Count, Some("several")) => return " (not so many are named)".to_owned(),
        (Shape::Count, _) => "not often enough",
        (Shape::Sentence, _) => "not in one sentence",
        (_, Some("phrase")) => "all there, but not one directly after the other",
        (_, Some("before")) => "all there, but not in this order and so near",
        (_, Some("near")) => "all there, but not so near",
        _ => "all there, but not together",
    };
    let mut words = CANDIDATE_WORDS.iter();
    let candidate = if words.any(|(word, _)| part.expr.contains(&format!("@{word}"))) {
        ", or not about the same candidate"
    } else {
        ""
    };
    format!(" ({why}{candidate})")
}

/// A part that has parts: as it is written, or only what it is when that is long.
fn head(part: &Part) -> String {
    let whole = brief(&part.expr);
    if whole.chars().count() <= WIDEST {
        return whole;
    }
    let name = part.expr.split('(').next().unwrap_or_default();
    let last = part.expr.trim_end_matches(')').rsplit(", ").next();
    match last.filter(|last| matches!(part.shape, Shape::Beside | Shape::Count) && last.parse::<u32>().is_ok()) {
        Some(number) => format!("{name}(…, {number})"),
        None => format!("{name}(…)"),
    }
}

/// An expression with long runs of quoted alternatives shortened: `any('a', 'b', … 9 more)`.
pub(super) fn brief(expr: &str) -> String {
    const SHOWN: usize = 3;
    let mut out = String::new();
    let (mut run, mut hidden) = (0, 0);
    let parts: Vec<&str> = expr.split(", ").collect();
    for (at, part) in parts.iter().enumerate() {
        let literal = |p: &str| p.starts_with(['\'', '"']) && p.ends_with(['\'', '"']);
        let opens = part.rsplit('(').next().is_some_and(literal);
        run = if opens { run + 1 } else { 0 };
        if run > SHOWN && literal(part) {
            hidden += 1;
            continue;
        }
        if at > 0 {
            out.push_str(", ");
        }
        if hidden > 0 {
            out.extend(["… ", &hidden.to_string(), " more, "]);
            hidden = 0;
        }
        out.push_str(part);
    }
    out
}

/// Why words that stand in the text are not found.
fn named(text: &str, part: &Part) -> String {
    let parts = part.parts.iter().flat_map(|part| &part.names);
    let names: Vec<Span> = part.names.iter().chain(parts).copied().collect();
    if part.holds || names.is_empty() {
        return String::new();
    }
    format!(" ({} names a candidate: no word of a rule)", words(text, &names))
}

/// The words at a few places, behind a colon.
fn places(text: &str, spans: &[Span]) -> String {
    match words(text, spans) {
        words if words.is_empty() => words,
        words => format!(": {words}"),
    }
}

/// The words at a few places.
pub(super) fn words(text: &str, spans: &[Span]) -> String {
    const SHOWN: usize = 4;
    let words: Vec<String> = spans
        .iter()
        .take(SHOWN)
        .filter_map(|s| text.get(s.range()))
        .map(|w| format!("«{}»", printable(w)))
        .collect();
    let more = if spans.len() > SHOWN { " …" } else { "" };
    format!("{}{more}", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(expr: &str, shape: Shape, spans: &[(u32, u32)], parts: Vec<Part>) -> Part {
        let spans: Vec<Span> = spans.iter().map(|&(start, end)| Span { start, end }).collect();
        Part {
            expr: expr.to_owned(),
            shape,
            holds: !spans.is_empty(),
            spans,
            names: Vec::new(),
            parts,
        }
    }

    fn tree(text: &str, part: &Part) -> String {
        let mut out = Vec::new();
        write(&mut out, text, part, 0).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn long_runs_of_alternatives_are_shortened() {
        assert_eq!(
            brief("near(any('a', 'b', 'c', 'd', 'e', 'f'), @x, 2)"),
            "near(any('a', 'b', 'c', … 2 more, 'f'), @x, 2)"
        );
        assert_eq!(brief("near(@a, 'b', 3)"), "near(@a, 'b', 3)");
    }

    #[test]
    fn of_a_choice_only_the_ways_that_hold_or_the_nearest_are_shown() {
        let words = |expr: &str, spans: &[(u32, u32)]| part(expr, Shape::Words, spans, Vec::new());
        let far = part(
            "near('siang', 'malam', 2)",
            Shape::Beside,
            &[],
            vec![words("'siang'", &[]), words("'malam'", &[])],
        );
        let half = part(
            "near('pagi', 'malam', 2)",
            Shape::Beside,
            &[],
            vec![words("'pagi'", &[(0, 4)]), words("'malam'", &[])],
        );
        let choice = part("any(…)", Shape::Any, &[], vec![far.clone(), half]);
        let nearest =
            "- none of 2 ways; the nearest:\n  - near('pagi', 'malam', 2)\n    + 'pagi': «pagi»\n    - 'malam'\n";
        assert_eq!(tree("pagi semua", &choice), nearest);
        let whole = [(0, 4), (5, 10)];
        let both = part(
            "near('pagi', 'semua', 2)",
            Shape::Beside,
            &whole,
            vec![words("'pagi'", &[(0, 4)]), words("'semua'", &[(5, 10)])],
        );
        let choice = part("any(…)", Shape::Any, &whole, vec![far, both]);
        let held = "+ 1 of 2 ways\n  + near('pagi', 'semua', 2): «pagi» «semua»\n    + 'pagi': «pagi»\n    + 'semua': «semua»\n";
        assert_eq!(tree("pagi semua", &choice), held);
    }
}
