//! One judged post as a line of JSON, or as a few lines for people.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde::Serialize;

use crate::app::posts::{Id, Row};
use crate::matcher::Weighed;
use crate::model::{Hit, Outcome, Span, Verdict};
use crate::rules::Status;

/// How posts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: the post with the matched words marked, and why
    Human,
    /// For programs: one JSON object a post
    Jsonl,
}

/// What was found, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Posts read.
    pub posts: u64,
    /// Bytes of their texts.
    pub bytes: u64,
    /// Posts by outcome: clear, note, flag.
    pub outcomes: [u64; 3],
    /// Posts by rule that hit in them and is not shadow; a post counts once, however many candidates it names.
    pub rules: BTreeMap<String, u64>,
}

impl Summary {
    /// Counts one judged post.
    pub fn count(&mut self, text: &str, weighed: &Weighed<'_>) {
        self.posts += 1;
        self.bytes += text.len() as u64;
        self.outcomes[weighed.outcome() as usize] += 1;
        let mut before = None;
        for hit in weighed.hits().filter(|hit| hit.rule.status != Status::Shadow) {
            // Hits of one rule stand side by side.
            if before.replace(&hit.rule.id) == Some(&hit.rule.id) {
                continue;
            }
            if let Some(count) = self.rules.get_mut(&hit.rule.id) {
                *count += 1;
            } else {
                self.rules.insert(hit.rule.id.clone(), 1);
            }
        }
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.posts += other.posts;
        self.bytes += other.bytes;
        for (mine, theirs) in self.outcomes.iter_mut().zip(other.outcomes) {
            *mine += theirs;
        }
        for (rule, count) in other.rules {
            *self.rules.entry(rule).or_default() += count;
        }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: Id<'a>,
    outcome: &'static str,
    hits: Vec<HitOut<'a>>,
    suppressed: &'a [crate::model::Suppressed],
}

#[derive(Serialize)]
struct HitOut<'a> {
    rule: &'a str,
    category: &'static str,
    level: &'static str,
    contest: Option<&'a str>,
    candidate: Option<u32>,
    spans: Vec<SpanOut<'a>>,
    /// Only written for a rule that watches and does not count.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shadow: bool,
}

#[derive(Serialize)]
struct SpanOut<'a> {
    start: u32,
    end: u32,
    text: &'a str,
}

/// Writes one post as a line of JSON.
pub(super) fn jsonl(out: &mut Vec<u8>, row: &Row<'_>, verdict: &Verdict) {
    let line = Line {
        id: row.id,
        outcome: verdict.outcome.as_str(),
        hits: verdict
            .hits
            .iter()
            .map(|hit| HitOut {
                rule: &hit.rule,
                category: hit.category.as_str(),
                level: hit.level.as_str(),
                contest: hit.contest.as_deref(),
                candidate: hit.candidate,
                spans: hit
                    .spans
                    .iter()
                    .map(|span| SpanOut {
                        start: span.start,
                        end: span.end,
                        text: row.text.get(span.range()).unwrap_or_default(),
                    })
                    .collect(),
                shadow: hit.shadow,
            })
            .collect(),
        suppressed: &verdict.suppressed,
    };
    serde_json::to_writer(&mut *out, &line).expect("writing to memory does not fail");
    out.push(b'\n');
}

/// Writes one post for people: outcome, id, the marked text, then each rule.
pub fn human(out: &mut Vec<u8>, row: &Row<'_>, verdict: &Verdict, color: bool) {
    let (on, off) = match (color, verdict.outcome) {
        (false, _) => ("", ""),
        (true, Outcome::Flag) => ("\x1b[1;31m", "\x1b[0m"),
        (true, Outcome::Note) => ("\x1b[33m", "\x1b[0m"),
        (true, Outcome::Clear) => ("\x1b[32m", "\x1b[0m"),
    };
    let spans: Vec<Span> = verdict.hits.iter().flat_map(|h| h.spans.iter().copied()).collect();
    let id = printable(&row.id.to_string());
    let _ = writeln!(
        out,
        "{on}{:5}{off} {id}: {}",
        verdict.outcome.as_str(),
        marked(&row.text, spans, color)
    );
    // Every contest has a number 2: one line for hits that differ in nothing but the contest.
    let alike =
        |a: &Hit, b: &Hit| (&a.rule, a.candidate, &a.spans, a.shadow) == (&b.rule, b.candidate, &b.spans, b.shadow);
    let mut lines: Vec<(&Hit, usize)> = Vec::new();
    for hit in &verdict.hits {
        match lines.iter_mut().find(|(first, _)| alike(first, hit)) {
            Some((_, others)) => *others += 1,
            None => lines.push((hit, 0)),
        }
    }
    for (hit, others) in lines {
        let who = whom(hit.contest.as_deref(), hit.candidate, others);
        let shadow = if hit.shadow { ", shadow" } else { "" };
        let _ = writeln!(out, "      {} ({}, {}{who}{shadow})", hit.rule, hit.category, hit.level);
    }
    for lowered in &verdict.suppressed {
        let _ = writeln!(out, "      {} lowered by {}", lowered.rule, lowered.by);
    }
}

/// Whom a hit is about, behind a comma, and in how many other contests the same is found.
pub fn whom(contest: Option<&str>, candidate: Option<u32>, others: usize) -> String {
    let who = match (contest, candidate) {
        (Some(contest), Some(number)) => format!(", {contest} candidate {number}"),
        (Some(contest), None) => format!(", {contest}"),
        _ => String::new(),
    };
    match others {
        0 => who,
        1 => format!("{who}, and the same in 1 other contest"),
        n => format!("{who}, and the same in {n} other contests"),
    }
}

/// The text with its spans marked, nothing in it that a terminal would obey, at most a few lines long.
pub fn marked(text: &str, mut spans: Vec<Span>, color: bool) -> String {
    const CONTEXT: usize = 240;
    spans.sort_unstable();
    let (open, close) = if color { ("\x1b[1;4m", "\x1b[0m") } else { ("«", "»") };
    let first = spans.first().map_or(0, |s| s.start as usize);
    let last = spans.last().map_or(0, |s| s.end as usize);
    let from = text.floor_char_boundary(first.saturating_sub(CONTEXT / 2));
    let to = text.ceil_char_boundary(last.max(from).saturating_add(CONTEXT / 2).min(text.len()));
    let mut out = String::new();
    let mut at = from;
    if from > 0 {
        out.push('…');
    }
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        let Some(matched) = text.get(start.max(at)..end).filter(|rest| !rest.is_empty()) else {
            continue; // hits of other rules have marked it
        };
        out += &printable(&text[at..start.max(at)]);
        out += open;
        out += &printable(matched);
        out += close;
        at = end;
    }
    out += &printable(&text[at.min(to)..to]);
    if to < text.len() {
        out.push('…');
    }
    out
}

/// Line ends as `⏎`, control and direction characters as `�`.
pub fn printable(text: &str) -> String {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| match c {
            '\n' => '⏎',
            '\t' => ' ',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Given, Level};

    #[test]
    fn one_number_in_several_contests_is_one_line_that_says_contests() {
        let hit = |contest: &str, candidate| Hit {
            rule: "D1".to_owned(),
            title: String::new(),
            version: String::new(),
            category: Category::Ajakan,
            level: Level::Tinggi,
            basis: Vec::new(),
            contest: Some(contest.to_owned()),
            candidate: Some(candidate),
            spans: Vec::new(),
            shadow: false,
        };
        let verdict = Verdict {
            outcome: Outcome::Flag,
            hits: vec![hit("a", 1), hit("a", 2), hit("b", 1), hit("b", 2), hit("c", 2)],
            suppressed: Vec::new(),
        };
        let row = Row {
            id: Id::Line(1),
            text: "x".into(),
            kind: Given::Own,
        };
        let mut out = Vec::new();
        human(&mut out, &row, &verdict, false);
        let out = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<&str> = out.lines().skip(1).map(str::trim).collect();
        assert_eq!(lines.len(), 2, "{out}");
        assert!(
            lines[0].contains("a candidate 1, and the same in 1 other contest)"),
            "{out}"
        );
        assert!(
            lines[1].contains("a candidate 2, and the same in 2 other contests)"),
            "{out}"
        );
    }

    #[test]
    fn spans_are_marked_and_terminals_obey_nothing() {
        let spans = vec![Span { start: 5, end: 11 }];
        assert_eq!(
            marked("mari coblos\x1b[2J dua", spans, false),
            "mari «coblos»\u{fffd}[2J dua"
        );
    }

    #[test]
    fn overlapping_and_foolish_spans_do_no_harm() {
        let text = "é coblos nomor 2";
        let spans = vec![
            Span { start: 1, end: 3 },
            Span { start: 3, end: 9 },
            Span { start: 5, end: 16 },
            Span { start: 90, end: 99 },
        ];
        assert!(marked(text, spans, false).contains('«'));
    }

    #[test]
    fn a_long_post_shows_what_is_round_the_hit() {
        let text = format!("{}coblos{}", "awal ".repeat(1_000), " akhir".repeat(1_000));
        let shown = marked(
            &text,
            vec![Span {
                start: 5_000,
                end: 5_006,
            }],
            false,
        );
        assert!(shown.len() < 400 && shown.contains("«coblos»"), "{shown}");
    }
}
