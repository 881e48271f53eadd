//! Posts of every length, and posts made to be dear: what a byte of them costs beside a byte of an ordinary post.
//!
//! Does: join ordinary posts into long ones, make the adversaries, race them with the corpus itself. Does not: know peers.

use netra::matcher::{Matcher, Scratch};

use crate::clock::lap;
use crate::corpus::Corpus;
use crate::ours::{self, judge};
use crate::race::{Row, Standing, race};

/// The row everything is compared with.
pub const ORDINARY: &str = "ordinary posts, as they are";
/// The row of the longest posts.
pub const LONGEST: &str = "posts of 1 MB";
/// The row that long ones are compared with.
pub const SHORTEST: &str = "posts of 1 kB";

/// Bytes that every row judges in a round, about.
const ROUND: usize = 4 << 20;

/// Lengths, then adversaries. `term` is one of the rules' own words.
pub fn measure(matcher: &Matcher, corpus: &Corpus, term: &str) -> (Vec<Standing>, Vec<Standing>) {
    let ordinary = || {
        let mut scratch = Scratch::default();
        ours::row(ORDINARY, corpus, move |post| judge(matcher, post, &mut scratch))
    };
    let long = [
        (SHORTEST, 1_000),
        ("posts of 10 kB", 10_000),
        ("posts of 100 kB", 100_000),
        (LONGEST, 1_000_000),
    ];
    let mut lengths = vec![ordinary()];
    lengths.extend(long.map(|(name, bytes)| row(name, matcher, joined(corpus, bytes))));
    let mut dear = vec![ordinary()];
    dear.extend(adversaries(term).map(|(name, post)| {
        let times = ROUND.div_ceil(post.len());
        row(name, matcher, vec![post; times])
    }));
    (race(lengths), race(dear))
}

fn row<'a>(name: &str, matcher: &'a Matcher, posts: Vec<String>) -> Row<'a> {
    let mut scratch = Scratch::default();
    let bytes = posts.iter().map(String::len).sum();
    let count = posts.len();
    Row::new(name, bytes, count, move || {
        lap(|| posts.iter().map(|post| judge(matcher, post, &mut scratch)).sum())
    })
}

/// The corpus as posts of about `bytes` bytes.
fn joined(corpus: &Corpus, bytes: usize) -> Vec<String> {
    let mut posts = Vec::new();
    let mut long = String::new();
    for post in &corpus.posts {
        long += post;
        long.push('\n');
        if long.len() >= bytes {
            posts.push(std::mem::take(&mut long));
        }
    }
    posts
}

/// Posts that a clumsy core would choke on.
fn adversaries(term: &str) -> [(&'static str, String); 10] {
    let million = |unit: &str| unit.repeat(1_000_000 / unit.len());
    let nested = |unit: &str, joiner: char| {
        let with: String = unit.chars().flat_map(|c| [c, joiner]).collect();
        million(&with)
    };
    [
        ("100,000 combining marks", format!("a{}", "\u{301}".repeat(100_000))),
        ("1 MB of a", million("a")),
        (
            "nested zero-width joiners in words",
            nested("coblos nomor dua ", '\u{200d}'),
        ),
        ("nested zero-width joiners in emoji", nested("👨👩👧👦", '\u{200d}')),
        ("1 MB of one keyword", million(&format!("{term} "))),
        ("1 MB of one keyword, joined", million(term)),
        ("1 MB of hashtags", million("#CoblosNomor2 ")),
        ("1 MB of one hashtag, joined", format!("#{}", million("coblosnomor"))),
        ("1 MB of spaced letters", million("c o b l o s ")),
        ("1 MB of digits for letters", million("c0bl0s n0m0r du4 ")),
    ]
}
