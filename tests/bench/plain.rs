//! What one would use instead, in this process: whole words only, no affixes, no evasions, no rules.
//!
//! Does: aho-corasick, daachorse, `regex::RegexSet`, normalising by the book, memcpy. Does not: what is not Rust or cannot live
//! in this process ([`super::outside`]).

use std::hint::black_box;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::{RegexSet, RegexSetBuilder};
use unicode_normalization::UnicodeNormalization as _;

use crate::clock::{lap, timed};
use crate::corpus::Corpus;
use crate::ours::{repeated, row};
use crate::race::Row;

/// Names of rows that other tables look up.
pub const FIRST: &str = "NFKC + to_lowercase + aho-corasick DFA";
pub const MEMCPY: &str = "memcpy, post by post";

/// One post in so many is enough for the slowest.
const FEW: usize = 50;
/// A `RegexSet` of more words does not build within its size limit in any sensible time.
const MOST_REGEXES: usize = 10_000;
/// Room for the states of a `RegexSet`: with the few megabytes it has by default it starts anew at every post.
const REGEX_STATES: usize = 256 << 20;

/// What one writes first.
pub fn normal(post: &str) -> String {
    post.nfkc().collect::<String>().to_lowercase()
}

/// Whether `start..end` of a text is no part of a longer word.
pub fn whole(text: &str, start: usize, end: usize) -> bool {
    let inside = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    !inside(start.checked_sub(1).and_then(|at| text.as_bytes().get(at))) && !inside(text.as_bytes().get(end))
}

/// Every whole-word hit of an automaton.
pub fn count(automaton: &AhoCorasick, text: &str) -> usize {
    let found = automaton.find_overlapping_iter(text);
    found.filter(|m| whole(text, m.start(), m.end())).count()
}

/// The same for daachorse.
pub fn count_double_array(automaton: &daachorse::DoubleArrayAhoCorasick<u32>, text: &str) -> usize {
    let found = automaton.find_overlapping_iter(text);
    found.filter(|m| whole(text, m.start(), m.end())).count()
}

/// Automata over the terms of a set, and the posts folded before.
pub struct Plain {
    folded: Vec<String>,
    automata: Vec<(&'static str, AhoCorasick, f64)>,
    double_array: Option<(daachorse::DoubleArrayAhoCorasick<u32>, f64)>,
    regexes: Option<(RegexSet, f64)>,
}

impl Plain {
    /// Builds them all.
    pub fn new(corpus: &Corpus, terms: &[String]) -> Self {
        let automata = [
            ("DFA", AhoCorasickKind::DFA),
            ("contiguous NFA", AhoCorasickKind::ContiguousNFA),
        ]
        .into_iter()
        .filter_map(|(name, kind)| {
            let (built, seconds) = timed(|| AhoCorasick::builder().kind(Some(kind)).build(terms));
            Some((name, built.ok()?, seconds))
        })
        .collect();
        let (double_array, seconds) = timed(|| daachorse::DoubleArrayAhoCorasick::<u32>::new(terms).ok());
        Self {
            folded: corpus.posts.iter().map(|post| normal(post)).collect(),
            automata,
            double_array: double_array.map(|built| (built, seconds)),
            regexes: (terms.len() <= MOST_REGEXES).then(|| regexes(terms)).flatten(),
        }
    }

    /// The rows; bytes are always those of the original text.
    pub fn rows<'a>(&'a self, corpus: &'a Corpus) -> Vec<Row<'a>> {
        let folded = &self.folded;
        let over = |name: String, count: Box<dyn Fn(&str) -> usize + 'a>| {
            Row::new(name, corpus.bytes, corpus.posts.len(), move || {
                lap(|| folded.iter().map(|text| count(text)).sum())
            })
        };
        let mut rows = Vec::new();
        for (name, automaton, built) in &self.automata {
            let bytes = automaton.memory_usage();
            if *name == "DFA" {
                rows.push(row(FIRST, corpus, |post| count(automaton, &normal(post))).tables(bytes, *built));
            }
            let name = format!("aho-corasick {name}, folded before");
            rows.push(over(name, Box::new(|text| count(automaton, text))).tables(bytes, *built));
        }
        if let Some((automaton, built)) = &self.double_array {
            let count = Box::new(|text: &str| count_double_array(automaton, text));
            rows.push(over("daachorse, folded before".to_owned(), count).tables(automaton.heap_bytes(), *built));
        }
        if let Some((regexes, built)) = &self.regexes {
            let few: Vec<&String> = folded.iter().step_by(FEW).collect();
            let bytes = corpus.posts.iter().step_by(FEW).map(String::len).sum();
            let run = move || lap(|| few.iter().map(|text| regexes.matches(text).iter().count()).sum());
            let mut row = Row::new(
                format!("regex::RegexSet, folded before (1 post in {FEW}; which terms, not where)"),
                bytes,
                corpus.posts.len().div_ceil(FEW),
                run,
            );
            row.built = Some(*built);
            rows.push(row);
        }
        rows
    }
}

fn regexes(terms: &[String]) -> Option<(RegexSet, f64)> {
    let words = terms
        .iter()
        .map(|term| format!(r"(?-u:\b){}(?-u:\b)", regex::escape(term)));
    let (built, seconds) = timed(|| {
        RegexSetBuilder::new(words)
            .size_limit(1 << 30)
            .dfa_size_limit(REGEX_STATES)
            .build()
    });
    Some((built.ok()?, seconds))
}

/// What needs no terms.
pub fn alone(corpus: &Corpus) -> Vec<Row<'_>> {
    let longest = corpus.posts.iter().map(String::len).max().unwrap_or(0);
    let mut room = vec![0_u8; longest];
    let copied = repeated(MEMCPY, corpus, 400, move |post| {
        room[..post.len()].copy_from_slice(post.as_bytes());
        usize::from(black_box(&room)[0] & 1)
    });
    vec![row("NFKC + to_lowercase", corpus, |post| normal(post).len()), copied]
}
