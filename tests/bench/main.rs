//! How fast the core is, beside what one would use instead, in one table measured in one run.
//!
//! `cargo bench` takes the posts of `../shared/data/posts_bench.txt.gz` when they are there (`NETRA_DATA` names another
//! folder), else makes some up. `NETRA_BENCH_MB` sets how much text every row sees. Times are processor time of the measuring
//! thread where the system tells it, so that a busy machine blurs them less; read ratios within a run, not figures across.

#![expect(clippy::print_stdout, reason = "a bench prints")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod corpus;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use netra::matcher::{Matcher, Scope, Scratch, Text, When};
use netra::model::{Category, Level};
use netra::rules::{Effect, Expr, Reach, Rule, RuleSet, Status, Term, Voice, WordList};
use netra::text::fold::Folded;
use unicode_normalization::UnicodeNormalization as _;

/// Word lists of the bench's rule set.
const LISTS: usize = 40;
/// Rules of the bench's rule set.
const RULES: usize = 200;

const SCOPE: Scope<'static> = Scope {
    at: When::Campaign,
    region: None,
    contests: None,
};

fn main() {
    let posts = corpus::posts();
    let bytes: usize = posts.iter().map(String::len).sum();
    println!(
        "{} posts, {:.1} MB, median {} bytes",
        posts.len(),
        bytes as f64 / 1e6,
        median(&posts)
    );
    alone(&posts, bytes);
    for (name, terms) in [
        ("1,000 terms", corpus::terms(&posts, 1_000)),
        ("10,000 terms", corpus::terms(&posts, 10_000)),
        ("100,000 terms", corpus::terms(&posts, 100_000)),
        ("100,000 names", corpus::names(100_000)),
    ] {
        if std::env::var("NETRA_BENCH_ONLY").is_ok_and(|only| only != name) {
            continue;
        }
        println!("\n{name}");
        netra(&posts, bytes, &terms);
        peers(&posts, bytes, &terms);
    }
}

fn median(posts: &[String]) -> usize {
    let mut lens: Vec<usize> = posts.iter().map(String::len).collect();
    lens.sort_unstable();
    lens[lens.len() / 2]
}

/// Processor time of this thread.
fn clock() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(since_start, Duration::from_nanos)
}

fn since_start() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// The median of three rounds, after one to warm up, as MB/s; and what the last round found.
fn rate(bytes: usize, mut round: impl FnMut() -> usize) -> (f64, usize) {
    let mut found = round();
    let mut rates: Vec<f64> = (0..3)
        .map(|_| {
            let start = clock();
            found = round();
            bytes as f64 / 1e6 / clock().saturating_sub(start).as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    (rates[1], found)
}

fn row(what: &str, (rate, found): (f64, usize), posts: usize, note: &str) {
    println!(
        "  {what:<52}{rate:>9.0} MB/s {:>8.2} found/post  {note}",
        found as f64 / posts as f64
    );
}

/// What needs no terms.
fn alone(posts: &[String], bytes: usize) {
    let mut folded = Folded::default();
    let fold = rate(bytes, || {
        posts
            .iter()
            .map(|post| {
                folded.fold(post);
                folded.tokens.len()
            })
            .sum()
    });
    row("folding and tokens alone", fold, posts.len(), "(found = tokens)");
    let naive = rate(bytes, || posts.iter().map(|post| naive(post).len()).sum());
    row("NFKC + to_lowercase", naive, posts.len(), "(found = bytes)");
    let mut room = vec![0u8; posts.iter().map(String::len).max().unwrap_or(0)];
    let copied = rate(bytes * 100, || {
        (0..100)
            .flat_map(|_| posts)
            .map(|post| {
                room[..post.len()].copy_from_slice(post.as_bytes());
                usize::from(black_box(&room)[0] & 1)
            })
            .sum()
    });
    row("memcpy", copied, posts.len(), "");
}

fn naive(post: &str) -> String {
    post.nfkc().collect::<String>().to_lowercase()
}

/// Everything on: affixes, evasions, joined words, 200 rules.
fn netra(posts: &[String], bytes: usize, terms: &[String]) {
    let start = clock();
    let matcher = Matcher::new(Arc::new(set(terms)));
    let built = clock().saturating_sub(start);
    let note = format!(
        "{:.1} MB tables, built in {built:.2?}",
        matcher.table_bytes() as f64 / 1e6
    );
    row(
        "netra: all on, 200 rules (found = hits of rules)",
        judged(&matcher, posts),
        posts.len(),
        &note,
    );
    let mut scratch = Scratch::default();
    let mut search = || {
        posts
            .iter()
            .map(|post| matcher.search(&Text::plain(post), &SCOPE, &mut scratch))
            .sum()
    };
    row(
        "netra: all on, without rules",
        rate(bytes, &mut search),
        posts.len(),
        "",
    );
    let (one, other) = posts.split_at(posts.len() / 2);
    let two = std::thread::scope(|threads| {
        let second = threads.spawn(|| judged(&matcher, other));
        let first = judged(&matcher, one);
        let second = second.join().expect("a bench thread that panics ends the bench");
        (first.0 + second.0, first.1 + second.1)
    });
    row(
        "netra: all on, 200 rules, two threads",
        two,
        posts.len(),
        "(sum of both)",
    );
}

fn judged(matcher: &Matcher, posts: &[String]) -> (f64, usize) {
    let mut scratch = Scratch::default();
    rate(posts.iter().map(String::len).sum(), || {
        posts
            .iter()
            .map(|post| matcher.judge(&Text::plain(post), &SCOPE, &mut scratch).hits.len())
            .sum()
    })
}

/// What one would use instead; whole words only, no affixes, no evasions, no rules.
fn peers(posts: &[String], bytes: usize, terms: &[String]) {
    let whole = |text: &str, start: usize, end: usize| {
        let inside = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
        !inside(start.checked_sub(1).and_then(|at| text.as_bytes().get(at))) && !inside(text.as_bytes().get(end))
    };
    let folded: Vec<String> = posts.iter().map(|post| naive(post)).collect();
    for (name, kind) in [
        ("DFA", AhoCorasickKind::DFA),
        ("contiguous NFA", AhoCorasickKind::ContiguousNFA),
    ] {
        let Ok(automaton) = AhoCorasick::builder().kind(Some(kind)).build(terms) else {
            continue;
        };
        let count = |text: &str| {
            automaton
                .find_overlapping_iter(text)
                .filter(|m| whole(text, m.start(), m.end()))
                .count()
        };
        let note = format!("{:.1} MB", automaton.memory_usage() as f64 / 1e6);
        if kind == AhoCorasickKind::DFA {
            let first = rate(bytes, || posts.iter().map(|post| count(&naive(post))).sum());
            row("NFKC + to_lowercase + aho-corasick DFA", first, posts.len(), &note);
        }
        let plain = rate(bytes, || folded.iter().map(|text| count(text)).sum());
        row(
            &format!("aho-corasick {name}, text folded before"),
            plain,
            posts.len(),
            &note,
        );
    }
    let mut unique: Vec<&String> = terms.iter().collect();
    unique.sort_unstable();
    unique.dedup();
    if let Ok(automaton) = daachorse::DoubleArrayAhoCorasick::<u32>::new(&unique) {
        let count = |text: &str| {
            automaton
                .find_overlapping_iter(text)
                .filter(|m| whole(text, m.start(), m.end()))
                .count()
        };
        let plain = rate(bytes, || folded.iter().map(|text| count(text)).sum());
        row(
            "daachorse, text folded before",
            plain,
            posts.len(),
            &format!("{:.1} MB", automaton.heap_bytes() as f64 / 1e6),
        );
    }
    if terms.len() <= 1_000 {
        let words: Vec<String> = terms
            .iter()
            .map(|term| format!(r"(?-u:\b){}(?-u:\b)", regex::escape(term)))
            .collect();
        let built = regex::RegexSetBuilder::new(&words).size_limit(1 << 30).build();
        if let Ok(regexes) = built {
            let few = &folded[..folded.len() / 20];
            let bytes = few.iter().map(String::len).sum();
            let plain = rate(bytes, || {
                few.iter().map(|text| regexes.matches(text).iter().count()).sum()
            });
            row(
                "regex::RegexSet, text folded before",
                plain,
                few.len(),
                "(a twentieth of the posts)",
            );
        }
    }
}

/// Terms dealt out to lists, and rules that join the lists in every way.
fn set(terms: &[String]) -> RuleSet {
    let mut words: Vec<WordList> = (0..LISTS)
        .map(|i| WordList {
            name: format!("l{i:02}"),
            terms: Vec::new(),
        })
        .collect();
    for (i, text) in terms.iter().enumerate() {
        words[i % LISTS].terms.push(Term {
            text: text.clone(),
            affixes: true,
        });
    }
    let rules = (0..RULES).map(rule).collect();
    RuleSet {
        rules,
        words,
        ..RuleSet::default()
    }
}

fn rule(i: usize) -> Rule {
    let list = |step: usize, from: usize| Expr::Words((i * step + from) % LISTS);
    let condition = match i % 4 {
        0 => Expr::Near {
            parts: vec![list(1, 0), list(3, 1)],
            within: 5,
        },
        1 => Expr::All(vec![list(1, 0), list(3, 1), list(7, 5)]),
        2 => Expr::Before {
            parts: vec![list(1, 0), list(3, 1)],
            within: 3,
        },
        _ => Expr::All(vec![list(1, 0), list(7, 5), Expr::Not(Box::new(list(3, 1)))]),
    };
    Rule {
        id: format!("R{i:03}"),
        title: "bench".to_owned(),
        pack: "bench".to_owned(),
        category: Category::Ajakan,
        level: Level::Tinggi,
        status: Status::Live,
        condition,
        unless: Vec::new(),
        phases: Vec::new(),
        regions: Vec::new(),
        basis: Vec::new(),
        reach: Reach::Post,
        effect: Effect::Clear,
        voice: Voice::Own,
        version: "0".to_owned(),
    }
}
