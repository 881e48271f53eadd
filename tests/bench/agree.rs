//! Proof that the peers do the same work: on posts that mean the same to all, all find the same words.
//!
//! Does: make posts of plain words only (each a word that folding leaves as it is and that may be read in no other way), count
//! the whole-word hits of terms without affixes with every peer. Does not: measure.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use netra::matcher::{Matcher, Scratch};
use netra::rules::{RuleSet, Term, WordList};
use netra::text::fold::{Folded, Kind};
use netra::text::reading::readings;

use crate::corpus::Corpus;
use crate::outside::Peer;
use crate::{ours, plain, write_lines};

/// Counts with everyone and says who found how much. Ends the bench when they differ.
pub fn prove(corpus: &Corpus, terms: &[String], peers: &[Peer], room: &Path) {
    let mut plain_words = PlainWords::default();
    let posts: Vec<String> = corpus.posts.iter().map(|post| plain_words.of(post)).collect();
    let terms: Vec<String> = terms
        .iter()
        .filter(|term| term.split(' ').all(|word| plain_words.is(word)))
        .cloned()
        .collect();
    let expected = by_set(&posts, &terms);
    let mut counts: Vec<(&str, usize, usize)> = vec![("netra", netra(&posts, &terms), expected.0)];
    let automaton = AhoCorasick::new(&terms).expect("plain terms build");
    let double_array = daachorse::DoubleArrayAhoCorasick::<u32>::new(&terms).expect("plain terms build");
    let sum = |count: &dyn Fn(&str) -> usize| posts.iter().map(|post| count(post)).sum::<usize>();
    counts.push(("aho-corasick", sum(&|post| plain::count(&automaton, post)), expected.0));
    counts.push((
        "daachorse",
        sum(&|post| plain::count_double_array(&double_array, post)),
        expected.0,
    ));
    let (posts_file, terms_file) = (room.join("agree-posts.txt"), room.join("agree-terms.txt"));
    write_lines(&posts_file, &posts);
    write_lines(&terms_file, &terms);
    for peer in peers {
        let counted = peer
            .start(&posts_file, &terms_file)
            .and_then(|mut running| running.count(&posts_file));
        match counted {
            Ok((found, _)) if peer.exact => counts.push((peer.name, found, expected.0)),
            Ok((_, distinct)) if peer.finds_which() => counts.push((peer.name, distinct, expected.1)),
            Ok((found, _)) => println!("  {}: {found} hits, its own choice of {}", peer.name, expected.0),
            Err(why) => println!("  {}: {why}", peer.name),
        }
    }
    println!(
        "  {} plain posts, {} plain terms: {} hits, {} pairs of post and term",
        posts.len(),
        terms.len(),
        expected.0,
        expected.1
    );
    for (name, found, wanted) in counts {
        println!("  {name}: {found} of {wanted}");
        assert_eq!(found, wanted, "{name} does not find what the others find");
    }
}

/// Hits and pairs of post and term by a set of strings: slow and obvious. Terms have one to three words.
fn by_set(posts: &[String], terms: &[String]) -> (usize, usize) {
    let terms: HashSet<&str> = terms.iter().map(String::as_str).collect();
    let (mut hits, mut pairs) = (0, 0);
    for post in posts {
        let words: Vec<&str> = post.split(' ').collect();
        let runs = (1..=3).flat_map(|len| words.windows(len)).map(|run| run.join(" "));
        let found: Vec<String> = runs.filter(|term| terms.contains(term.as_str())).collect();
        hits += found.len();
        pairs += found.iter().collect::<HashSet<_>>().len();
    }
    (hits, pairs)
}

/// What the core finds, without the words of elections that it looks for in every set.
fn netra(posts: &[String], terms: &[String]) -> usize {
    searched(posts, terms) - searched(posts, &[])
}

fn searched(posts: &[String], terms: &[String]) -> usize {
    let term = |text: &String| Term {
        text: text.clone(),
        affixes: false,
    };
    let set = RuleSet {
        words: vec![WordList {
            name: "semua".to_owned(),
            terms: terms.iter().map(term).collect(),
        }],
        ..RuleSet::default()
    };
    let matcher = Matcher::new(Arc::new(set));
    let mut scratch = Scratch::default();
    posts
        .iter()
        .map(|post| ours::search(&matcher, post, &mut scratch))
        .sum()
}

/// Words that mean the same to everyone.
#[derive(Default)]
struct PlainWords {
    known: HashMap<String, bool>,
    folded: Folded,
}

impl PlainWords {
    /// The plain words of a post.
    fn of(&mut self, post: &str) -> String {
        let lower = post.to_ascii_lowercase();
        let words = lower.split(|c: char| !c.is_ascii_alphabetic());
        let plain: Vec<&str> = words.filter(|word| self.is(word)).collect();
        plain.join(" ")
    }

    fn is(&mut self, word: &str) -> bool {
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        self.folded.fold(word);
        let plain = match self.folded.tokens.as_slice() {
            [only] => {
                word.len() > 2
                    && only.kind == Kind::Word
                    && self.folded.form(only) == word
                    && !self.folded.any_joined()
                    && readings(word, only.kind).len() == 1
            }
            _ => false,
        };
        self.known.insert(word.to_owned(), plain);
        plain
    }
}
