//! The fast way to find patterns: every distinct token is read once, then tokens are numbers and phrases a trie over numbers.
//!
//! Does: work out what a token may be read as and have it remembered ([`Memo`]), walk the trie from tokens that begin a
//! pattern. Does not: differ from `oracle` in anything but speed; tests hold the two together.
//! Invariant: nothing is allocated once every token of a text is remembered and the buffers are large enough, but for words
//! cut apart.

use super::Found;
use super::compile::{Pattern, is_bound};
use super::forms;
use super::joined;
use super::memo::{Form, Lead, Memo, Read};
use super::vocabulary::{Vocabulary, WordId};
use crate::text::fold::{Folded, Kind};

/// No pattern, no node.
const NONE: u32 = u32::MAX;

/// Marks the pattern of a bare number.
const NUMBER: u32 = 1 << 31;

/// Vocabulary and trie of a rule set.
#[derive(Debug)]
pub(super) struct Finder {
    vocabulary: Vocabulary,
    /// By word: the node of patterns that begin with it.
    roots: Vec<Node>,
    nodes: Vec<Node>,
    /// Words that may follow, and the node each leads to; a node's are one range, by word.
    children: Vec<(WordId, u32)>,
    /// By hash of a node and a word: whether the word may follow. Most words that follow a term's first are not its second.
    follows: Vec<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    pattern: u32,
    /// Range of `children`, by word.
    first: u32,
    last: u32,
}

impl Finder {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let mut vocabulary = Vocabulary::new(patterns);
        let mut sequences: Vec<(Vec<WordId>, u32)> = patterns
            .iter()
            .filter_map(|pattern| {
                let words: Option<Vec<WordId>> = pattern.words.iter().map(|word| vocabulary.id(word)).collect();
                let number = if pattern.number { NUMBER } else { 0 };
                Some((words?, pattern.ends | number))
            })
            .collect();
        sequences.sort_unstable();
        let mut finder = Self {
            roots: vec![
                Node {
                    pattern: NONE,
                    first: 0,
                    last: 0
                };
                vocabulary.len()
            ],
            nodes: Vec::new(),
            children: Vec::new(),
            follows: Vec::new(),
            vocabulary: {
                vocabulary.forget_ids();
                vocabulary
            },
        };
        let mut rest = &sequences[..];
        while let Some((first, _)) = rest.first() {
            let word = first[0];
            let len = rest.partition_point(|(words, _)| words[0] == word);
            finder.roots[word as usize] = finder.node(&rest[..len], 1);
            rest = &rest[len..];
        }
        finder.note_follows();
        finder
    }

    fn note_follows(&mut self) {
        let bits = (self.children.len() * 16).next_power_of_two().max(64);
        self.follows = vec![0; bits / 64];
        for node in self.roots.iter().chain(&self.nodes) {
            for (word, _) in &self.children[node.first as usize..node.last as usize] {
                let (at, bit) = follow_bit(self.follows.len(), node.first, *word);
                self.follows[at] |= bit;
            }
        }
    }

    /// The node of all sequences that share their first `depth` words.
    fn node(&mut self, sequences: &[(Vec<WordId>, u32)], depth: usize) -> Node {
        let (ends, mut rest) = match sequences.first() {
            Some((words, pattern)) if words.len() == depth => (*pattern, &sequences[1..]),
            _ => (NONE, sequences),
        };
        let mut children = Vec::new();
        while let Some((first, _)) = rest.first() {
            let word = first[depth];
            let len = rest.partition_point(|(words, _)| words[depth] == word);
            let child = self.node(&rest[..len], depth + 1);
            self.nodes.push(child);
            children.push((word, u32::try_from(self.nodes.len() - 1).unwrap_or(NONE)));
            rest = &rest[len..];
        }
        let first = u32::try_from(self.children.len()).unwrap_or(NONE);
        self.children.extend(children);
        let last = u32::try_from(self.children.len()).unwrap_or(NONE);
        Node {
            pattern: ends,
            first,
            last,
        }
    }

    /// Bytes of the tables that searching reads.
    pub(super) fn bytes(&self) -> usize {
        self.vocabulary.bytes()
            + self.roots.len() * size_of::<Node>()
            + self.nodes.len() * size_of::<Node>()
            + self.children.len() * size_of::<(WordId, u32)>()
            + self.follows.len() * 8
    }

    /// Cuts joined words apart, then reads every token. `owner` names the matcher.
    pub(super) fn read(&self, owner: u64, folded: &mut Folded, memo: &mut Memo) {
        let work_out = |memo: &mut Memo, form: Form<'_>| self.work_out(memo, form);
        memo.begin(owner);
        if folded.any_joined() {
            let mut cut = std::mem::take(&mut memo.cut);
            cut.clear();
            for (i, token) in (0u32..).zip(&folded.tokens).filter(|(_, token)| token.joined) {
                let read = memo.token(folded, token, &work_out);
                if read.is_cut() {
                    cut.push((i, memo.cuts(read).to_vec()));
                }
            }
            if !cut.is_empty() {
                folded.cut(&cut);
            }
            memo.cut = cut;
        }
        memo.read(folded, &work_out);
        let mut reads = std::mem::take(&mut memo.edges);
        reads.clear();
        reads.extend(folded.edges.iter().map(|edge| memo.edge(folded, edge, &work_out)));
        memo.edges = reads;
    }

    /// What a form may be read as.
    fn work_out(&self, memo: &mut Memo, form: Form<'_>) -> Read {
        let mut words = std::mem::take(&mut memo.words);
        words.clear();
        forms::of(form.text, form.kind, &self.vocabulary, &mut |form, bend| {
            self.vocabulary.words(form, bend, &mut words);
        });
        words.sort_unstable();
        words.dedup();
        let read = if words.is_empty() && form.joined && form.kind == Kind::Word {
            memo.keep_cuts(joined::cuts(&self.vocabulary, form.text, form.tag))
        } else {
            memo.keep(words.iter().map(|word| {
                let root = self.roots[*word as usize];
                Lead {
                    word: *word,
                    pattern: root.pattern,
                    first: root.first,
                    last: root.last,
                }
            }))
        };
        memo.words = words;
        read
    }

    /// Every pattern in the text last read; one that several readings lead to may come more than once.
    pub(super) fn find(&self, folded: &Folded, memo: &Memo, out: &mut Vec<Found>) {
        out.clear();
        let text = Reading {
            finder: self,
            folded,
            memo,
            edges: memo.edges.iter().any(|read| *read != Read::NOTHING),
        };
        memo.touch();
        for (at, read) in (0u32..).zip(&memo.tokens) {
            if *read != Read::NOTHING {
                text.begin(*read, at, at + 1, out);
            }
        }
        for (edge, read) in folded.edges.iter().zip(&memo.edges) {
            if *read != Read::NOTHING {
                text.begin(*read, edge.from, edge.to, out);
            }
        }
    }
}

/// A text that was read, being searched.
struct Reading<'a> {
    finder: &'a Finder,
    folded: &'a Folded,
    memo: &'a Memo,
    /// Whether any joint reading is a word of a pattern; most are not.
    edges: bool,
}

impl Reading<'_> {
    /// Patterns that begin with a word of this list, read from tokens `from..to`.
    fn begin(&self, read: Read, from: u32, to: u32, out: &mut Vec<Found>) {
        for lead in self.memo.leads(read) {
            let node = Node {
                pattern: lead.pattern,
                first: lead.first,
                last: lead.last,
            };
            self.at(node, from, to, out);
        }
    }

    /// At a node with tokens `from..to` read.
    #[inline]
    fn at(&self, node: Node, from: u32, to: u32, out: &mut Vec<Found>) {
        if node.pattern != NONE && self.counts(node.pattern, from, to) {
            out.push(Found {
                from,
                to,
                ends: node.pattern & !NUMBER,
            });
        }
        if node.first != node.last {
            self.follow(node, from, to, out);
        }
    }

    /// Whether a pattern that is there is meant: not the second half of a doubled word, not a number that counts something.
    fn counts(&self, pattern: u32, from: u32, to: u32) -> bool {
        let echo = to == from + 1 && self.folded.tokens[from as usize].echo;
        !echo && (pattern & NUMBER == 0 || !is_bound(self.folded, from))
    }

    /// Patterns that go on after tokens `from..to`.
    fn follow(&self, node: Node, from: u32, to: u32, out: &mut Vec<Found>) {
        let tokens = &self.folded.tokens;
        let next = to as usize;
        if tokens
            .get(next)
            .is_none_or(|token| token.sentence != tokens[from as usize].sentence)
        {
            return;
        }
        self.children(node, self.memo.tokens[next], from, to + 1, out);
        if !self.edges {
            return;
        }
        let edges = &self.folded.edges;
        let first = edges.partition_point(|edge| edge.from < to);
        for (i, edge) in edges
            .iter()
            .enumerate()
            .skip(first)
            .take_while(|(_, edge)| edge.from == to)
        {
            self.children(node, self.memo.edges[i], from, edge.to, out);
        }
    }

    fn children(&self, node: Node, read: Read, from: u32, to: u32, out: &mut Vec<Found>) {
        if read == Read::NOTHING {
            return;
        }
        let follows = &self.finder.follows;
        for lead in self.memo.leads(read) {
            let (at, bit) = follow_bit(follows.len(), node.first, lead.word);
            if follows[at] & bit == 0 {
                continue;
            }
            let children = &self.finder.children[node.first as usize..node.last as usize];
            if let Ok(found) = children.binary_search_by_key(&lead.word, |(word, _)| *word) {
                self.at(self.finder.nodes[children[found].1 as usize], from, to, out);
            }
        }
    }
}

/// Where the bit is that says whether `word` may follow the node whose children begin at `first`, in so many words of bits, a
/// power of two.
fn follow_bit(words: usize, first: u32, word: WordId) -> (usize, u64) {
    let hash = (u64::from(first) << 32 | u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let at = (hash >> 38) as usize & (words - 1);
    (at, 1 << (hash >> 32 & 63))
}
