//! `netra scan` beside the core it runs on: the shipped packs with one contest, a file in, lines out.
//!
//! Does: run the engine of `netra scan` as the command does, but for the bar on the terminal. Does not: know peers.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use netra::app::posts::Shape;
use netra::cli::scan::engine::{self, Job};
use netra::cli::scan::print::Format;
use netra::matcher::{Matcher, When};
use netra::rules::{RuleSet, check, read};

use crate::clock::{lap, timed};
use crate::corpus::Corpus;
use crate::ours::{SHIPPED, SHIPPED_TWO, full, two};
use crate::race::{Row, Standing, race};
use crate::rules::Ready;

/// The contest that is under way.
const CONTEST: &str = "2024-pilwalkot-kendari";

/// What is scanned into what, by how many threads; the first file holds lines, the second JSONL.
pub const SCANS: [(&str, Shape, Format, usize); 4] = [
    ("netra scan: lines to human", Shape::Lines, Format::Human, 1),
    ("netra scan: lines to jsonl", Shape::Lines, Format::Jsonl, 1),
    ("netra scan: jsonl to jsonl", Shape::Jsonl, Format::Jsonl, 1),
    (
        "netra scan: jsonl to jsonl, two threads (wall)",
        Shape::Jsonl,
        Format::Jsonl,
        2,
    ),
];

/// Races the core and its scans over the same posts.
pub fn measure(corpus: &Corpus, lines: &Path) -> Vec<Standing> {
    let jsonl = lines.with_file_name("posts.jsonl");
    write_jsonl(&jsonl, corpus);
    let (matcher, built) = timed(|| Matcher::new(Arc::new(shipped())));
    let ready = Ready { matcher, built };
    let mut rows = vec![full(SHIPPED, &ready, corpus), two(SHIPPED_TWO, &ready, corpus)];
    rows.extend(SCANS.map(|(name, shape, format, threads)| {
        let file = if shape == Shape::Lines { lines } else { &jsonl };
        Row {
            wall: threads > 1,
            ..scan(name, file, corpus, &ready.matcher, (shape, format, threads))
        }
    }));
    let standings = race(rows);
    // Posts are not kept.
    let _ = std::fs::remove_file(&jsonl);
    standings
}

fn scan<'a>(
    name: &str,
    file: &'a Path,
    corpus: &Corpus,
    matcher: &'a Matcher,
    (shape, format, threads): (Shape, Format, usize),
) -> Row<'a> {
    let run = move || {
        let job = Job {
            matcher,
            at: When::Campaign,
            shape,
            format,
            all: false,
            color: false,
            threads,
        };
        lap(|| {
            let source = File::open(file).expect("the bench wrote it");
            let (summary, bad) = engine::run(&job, source, &mut std::io::sink()).expect("the bench wrote it");
            assert_eq!(bad, None, "the bench wrote it well");
            summary
                .outcomes
                .iter()
                .skip(1)
                .map(|n| usize::try_from(*n).unwrap_or(0))
                .sum()
        })
    };
    Row::new(name, corpus.bytes, corpus.posts.len(), run)
}

fn shipped() -> RuleSet {
    let files = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).expect("the shipped rules are there");
    let set = check(&files).set.expect("the shipped rules are right");
    let mut contests = set.contests.clone();
    contests.retain(|contest| contest.id == CONTEST);
    assert_eq!(contests.len(), 1, "{CONTEST} is shipped");
    set.with_contests(contests)
}

fn write_jsonl(path: &Path, corpus: &Corpus) {
    let mut all = String::new();
    for (id, text) in corpus.posts.iter().enumerate() {
        all += &serde_json::json!({ "id": id.to_string(), "text": text }).to_string();
        all.push('\n');
    }
    std::fs::write(path, all).expect("the build folder can be written: the bench was built into it");
}
