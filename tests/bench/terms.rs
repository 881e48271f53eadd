//! Terms to look for, so many of them that a post holds about as many whole-word hits as the term set asks for.
//!
//! Does: take words and runs of two and three words from the posts by how often they come; make up names of two and three words
//! that share their parts. Does not: know rules.
//! Invariant: terms are different from each other, ASCII letters and digits, in lower case, words parted by one space: what every
//! peer can take.

use std::collections::{HashMap, HashSet};

use crate::corpus::{Corpus, Random};

/// A term set.
pub struct Terms {
    /// Its name in the table.
    pub name: &'static str,
    /// The terms.
    pub terms: Vec<String>,
}

/// The four sets, or the one `NETRA_BENCH_ONLY` names.
pub fn sets(corpus: &Corpus) -> Vec<Terms> {
    let ranked = ranked(corpus);
    let posts = corpus.posts.len();
    let only = std::env::var("NETRA_BENCH_ONLY").ok();
    let wanted = |name: &str| only.as_ref().is_none_or(|only| only == name);
    let from_text = [
        ("1,000 terms", 1_000, 23),
        ("10,000 terms", 10_000, 49),
        ("100,000 terms", 100_000, 189),
    ]
    .into_iter()
    .filter(|(name, ..)| wanted(name))
    .map(|(name, count, tenths)| Terms {
        name,
        terms: common_and_rare(&ranked, count, posts * tenths / 10),
    });
    let mut sets: Vec<Terms> = from_text.collect();
    if wanted("100,000 names") {
        sets.push(Terms {
            name: "100,000 names",
            terms: names(&ranked, 100_000, posts * 2),
        });
    }
    sets
}

/// Words and runs of two and three words of the posts and how often they come, the most common first.
fn ranked(corpus: &Corpus) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for post in &corpus.posts {
        // The words before this one that nothing but a space parts from it, at most two.
        let mut before: Vec<String> = Vec::new();
        for piece in post.split(' ') {
            let core = piece.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if core.is_empty() || !core.bytes().all(|b| b.is_ascii_alphanumeric()) {
                before.clear();
                continue;
            }
            if !piece.starts_with(core) {
                before.clear();
            }
            let word = core.to_ascii_lowercase();
            if word.len() >= 3 {
                *counts.entry(word.clone()).or_default() += 1;
            }
            for from in 0..before.len() {
                let term = format!("{} {word}", before[from..].join(" "));
                *counts.entry(term).or_default() += 1;
            }
            before.push(word);
            if before.len() > 2 {
                before.remove(0);
            }
            if !piece.ends_with(core) {
                before.clear();
            }
        }
    }
    let mut ranked: Vec<(String, usize)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked
}

/// `count` terms that together come about `hits` times: half of them next to each other in rank, the others from all rarer ranks,
/// evenly, as most of any list hardly ever comes. An automaton over them is about as large as in the measurement that the bars come
/// from (26 MB of DFA at 10,000).
fn common_and_rare(ranked: &[(String, usize)], count: usize, hits: usize) -> Vec<String> {
    let (skip, common) = band(ranked, count / 2, hits);
    let rarer = &ranked[skip + common.len()..];
    let rare = (count - common.len()).min(rarer.len());
    let rare = (0..rare).map(|i| &rarer[i * rarer.len() / rare]);
    common.iter().chain(rare).map(|(term, _)| term.clone()).collect()
}

/// `count` terms next to each other in rank that together come about `hits` times, and how many come before them.
fn band(ranked: &[(String, usize)], count: usize, hits: usize) -> (usize, &[(String, usize)]) {
    let mut sums = vec![0];
    for (_, times) in ranked {
        sums.push(sums[sums.len() - 1] + times);
    }
    let last = ranked.len().saturating_sub(count);
    let skip = (0..last)
        .find(|at| sums[at + count] - sums[*at] <= hits)
        .unwrap_or(last);
    (skip, &ranked[skip..ranked.len().min(skip + count)])
}

/// `count` names: some of one word that together come about `hits` times, the rest of two or three shared parts.
fn names(ranked: &[(String, usize)], count: usize, hits: usize) -> Vec<String> {
    let words: Vec<(String, usize)> = ranked.iter().filter(|(term, _)| !term.contains(' ')).cloned().collect();
    let (_, common) = band(&words, count / 50, hits);
    let mut names: HashSet<String> = common.iter().map(|(name, _)| name.clone()).collect();
    let mut random = Random(11);
    let parts: Vec<String> = (0..6_000)
        .map(|i| match words.get(2_000 + i * 3) {
            Some((word, _)) if i % 3 == 0 => word.clone(),
            _ => {
                let syllables = 2 + random.below(2);
                random.word(syllables)
            }
        })
        .collect();
    while names.len() < count {
        let mut part = || parts[random.below(parts.len())].as_str();
        let (first, second) = (part(), part());
        let name = if first.len() % 2 == 0 {
            format!("{first} {second}")
        } else {
            format!("{first} {second} {}", part())
        };
        names.insert(name);
    }
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_unstable();
    names
}
