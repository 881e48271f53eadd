//! Netra's rows: the whole core, the core without rules, folding.
//!
//! Does: call the core as crawl and scan do. Does not: know peers.
//! Invariant: every row but the ones without rules goes through [`judge`], the one place where a post is judged.

use std::sync::atomic::{AtomicUsize, Ordering};

use netra::matcher::{Matcher, Scope, Scratch, Text, When};
use netra::text::fold::Folded;

use crate::clock::{Lap, lap};
use crate::corpus::Corpus;
use crate::race::Row;
use crate::rules::{Density, Ready, ready};

const SCOPE: Scope<'static> = Scope {
    at: When::Campaign,
    region: None,
    contests: None,
};

/// Posts that a thread takes at once.
const SHARE: usize = 256;

/// Judges a post; how many hits of rules there were. The one place of the bench that decides how.
pub fn judge(matcher: &Matcher, post: &str, scratch: &mut Scratch) -> usize {
    matcher.weigh(&Text::plain(post), &SCOPE, scratch).hits().len()
}

/// Folds and searches a post without rules; how many patterns were found.
pub fn search(matcher: &Matcher, post: &str, scratch: &mut Scratch) -> usize {
    matcher.search(&Text::plain(post), &SCOPE, scratch)
}

/// The matchers of a term set.
pub struct Ours {
    sparse: Ready,
    dense: Ready,
}

/// Names of rows that other tables look up.
pub const SPARSE: &str = "netra: all on, 200 rules, sparse";
pub const DENSE: &str = "netra: all on, 200 rules, dense";
pub const SPARSE_TWO: &str = "netra: all on, sparse, two threads (wall)";
pub const DENSE_TWO: &str = "netra: all on, dense, two threads (wall)";
pub const SHIPPED: &str = "netra: shipped packs, one contest";
pub const SHIPPED_TWO: &str = "netra: shipped packs, one contest, two threads (wall)";
pub const FOLDING: &str = "netra: folding and tokens";
pub const FOLDING_STAGE: &str = "netra: folding alone";

impl Ours {
    /// Checks and compiles both rule sets over the terms.
    pub fn new(terms: &[String]) -> Self {
        Self {
            sparse: ready(terms, Density::Sparse),
            dense: ready(terms, Density::Dense),
        }
    }

    /// The rows.
    pub fn rows<'a>(&'a self, corpus: &'a Corpus) -> Vec<Row<'a>> {
        let (sparse, dense) = (&self.sparse, &self.dense);
        vec![
            full(SPARSE, sparse, corpus),
            full(DENSE, dense, corpus),
            {
                let mut scratch = Scratch::default();
                row("netra: all on, without rules", corpus, move |post| {
                    search(&sparse.matcher, post, &mut scratch)
                })
                .tables(sparse.matcher.table_bytes(), sparse.built)
            },
            two(SPARSE_TWO, sparse, corpus),
            two(DENSE_TWO, dense, corpus),
        ]
    }

    /// The core with sparse rules, for the rows on single posts.
    pub fn into_sparse(self) -> Matcher {
        self.sparse.matcher
    }
}

/// A row that does the same to each post in turn and adds up what was found.
pub fn row<'a>(name: &str, corpus: &'a Corpus, mut each: impl FnMut(&str) -> usize + 'a) -> Row<'a> {
    Row::new(name, corpus.bytes, corpus.posts.len(), move || {
        lap(|| corpus.posts.iter().map(|post| each(post)).sum())
    })
}

/// The same so many times over, for work that is done with all posts in fewer milliseconds than the system counts.
pub fn repeated<'a>(name: &str, corpus: &'a Corpus, times: usize, mut each: impl FnMut(&str) -> usize + 'a) -> Row<'a> {
    Row::new(name, corpus.bytes * times, corpus.posts.len() * times, move || {
        lap(|| {
            let posts = (0..times).flat_map(|_| &corpus.posts);
            posts.map(|post| each(post)).sum()
        })
    })
}

/// The whole core, a thread.
pub fn full<'a>(name: &str, ready: &'a Ready, corpus: &'a Corpus) -> Row<'a> {
    let mut scratch = Scratch::default();
    row(name, corpus, move |post| judge(&ready.matcher, post, &mut scratch))
        .tables(ready.matcher.table_bytes(), ready.built)
}

/// The same work by two threads that take shares of posts as they are free.
pub fn two<'a>(name: &str, ready: &'a Ready, corpus: &'a Corpus) -> Row<'a> {
    let mut scratches = [Scratch::default(), Scratch::default()];
    let run = move || {
        let next = AtomicUsize::new(0);
        let mut busier = 0.0;
        let mut whole = lap(|| {
            let laps: Vec<Lap> = std::thread::scope(|threads| {
                let started: Vec<_> = scratches
                    .iter_mut()
                    .map(|scratch| threads.spawn(|| lap(|| shares(&ready.matcher, corpus, &next, scratch))))
                    .collect();
                let ended = started.into_iter().map(std::thread::ScopedJoinHandle::join);
                ended
                    .map(|ended| ended.expect("a bench thread that panics ends the bench"))
                    .collect()
            });
            busier = laps.iter().map(|lap| lap.cpu).fold(0.0, f64::max);
            laps.iter().map(|lap| lap.found).sum()
        });
        whole.cpu = busier;
        whole
    };
    Row {
        wall: true,
        ..Row::new(name, corpus.bytes, corpus.posts.len(), run)
    }
}

fn shares(matcher: &Matcher, corpus: &Corpus, next: &AtomicUsize, scratch: &mut Scratch) -> usize {
    let mut found = 0;
    loop {
        let at = next.fetch_add(SHARE, Ordering::Relaxed);
        let Some(rest) = corpus.posts.get(at..).filter(|rest| !rest.is_empty()) else {
            return found;
        };
        found += rest
            .iter()
            .take(SHARE)
            .map(|post| judge(matcher, post, scratch))
            .sum::<usize>();
    }
}

/// Folding, which needs no terms.
pub fn folding(corpus: &Corpus) -> Vec<Row<'_>> {
    let (mut folded, mut alone) = (Folded::default(), Folded::default());
    let tokens = repeated(FOLDING, corpus, 20, move |post| {
        folded.fold(post);
        folded.tokens.len()
    });
    vec![
        tokens,
        repeated(FOLDING_STAGE, corpus, 100, move |post| alone.letters(post).len()),
    ]
}
