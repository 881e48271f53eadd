//! The fast way to find patterns: every distinct token is read once, then tokens are numbers and phrases a trie over numbers.
//!
//! Does: work out what a token may be read as and have it remembered ([`Memo`]), walk the trie from tokens that begin a
//! pattern. Does not: differ from `oracle` in anything but speed; tests hold the two together.
//! Invariant: nothing is allocated once every token of a text is remembered and the buffers are large enough, but for words
//! cut apart.

use super::compile::{Pattern, is_bound};
use super::ends::{Ends, Lists};
use super::eval::Occurrence;
use super::forms;
use super::joined;
use super::memo::{AHEAD, Form, Memo, Read};
use super::vocabulary::{Vocabulary, WordId};
use super::wakes::Bits;
use crate::text::fold::{Folded, Kind};

/// So many emoji in a row may stand between two words of a pattern.
pub(super) const MAX_EMOJI: usize = 4;

/// Vocabulary and trie of a rule set.
#[derive(Debug)]
pub(super) struct Finder {
    vocabulary: Vocabulary,
    /// By word: the node of patterns that begin with it.
    roots: Vec<Node>,
    /// Words that may follow a node, and the node each leads to; a node's are one range.
    children: Vec<(WordId, Node)>,
    /// By hash of a node and a word: whether the word may follow. Most words that follow a term's first are not its second.
    follows: Vec<u64>,
    /// By the same hash: which child it is, plus one; 0 = none. The next place is tried until one is empty.
    places: Vec<u32>,
    /// By word: whether it follows any other in a pattern.
    later: Bits,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    ends: Ends,
    /// Range of `children`, by word.
    first: u32,
    last: u32,
}

impl Finder {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let mut vocabulary = Vocabulary::new(patterns);
        let mut sequences: Vec<(Vec<WordId>, Ends)> = patterns
            .iter()
            .filter_map(|pattern| {
                let words: Option<Vec<WordId>> = pattern.words.iter().map(|word| vocabulary.id(word)).collect();
                Some((words?, pattern.ends))
            })
            .collect();
        sequences.sort_unstable();
        let mut finder = Self {
            roots: vec![
                Node {
                    ends: Ends::NONE,
                    first: 0,
                    last: 0
                };
                vocabulary.len()
            ],
            children: Vec::new(),
            follows: Vec::new(),
            places: Vec::new(),
            later: Bits::default(),
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
        self.places = vec![0; (self.children.len() * 2).next_power_of_two()];
        self.later.clear(self.roots.len());
        let inner = self.children.iter().map(|(_, node)| node);
        for node in self.roots.iter().chain(inner) {
            for child in node.first..node.last {
                let word = self.children[child as usize].0;
                let hash = follow_hash(node.first, word);
                let (at, bit) = follow_bit(self.follows.len(), hash);
                self.follows[at] |= bit;
                let mut at = place(self.places.len(), hash);
                while self.places[at] != 0 {
                    at = (at + 1) & (self.places.len() - 1);
                }
                self.places[at] = child + 1;
                self.later.insert(word);
            }
        }
    }

    /// The node that `word` leads to from the one whose children are `first..last`.
    #[inline]
    fn child(&self, [first, last]: [u32; 2], word: WordId) -> Option<Node> {
        let hash = follow_hash(first, word);
        let (at, bit) = follow_bit(self.follows.len(), hash);
        if self.follows[at] & bit == 0 {
            return None;
        }
        let mut at = place(self.places.len(), hash);
        loop {
            let child = self.places[at].checked_sub(1)?;
            let (known, node) = self.children[child as usize];
            if known == word && (first..last).contains(&child) {
                return Some(node);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    /// The node of all sequences that share their first `depth` words.
    fn node(&mut self, sequences: &[(Vec<WordId>, Ends)], depth: usize) -> Node {
        let (ends, mut rest) = match sequences.first() {
            Some((words, ends)) if words.len() == depth => (*ends, &sequences[1..]),
            _ => (Ends::NONE, sequences),
        };
        let mut children = Vec::new();
        while let Some((first, _)) = rest.first() {
            let word = first[depth];
            let len = rest.partition_point(|(words, _)| words[depth] == word);
            children.push((word, self.node(&rest[..len], depth + 1)));
            rest = &rest[len..];
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let first = number(self.children.len());
        self.children.extend(children);
        let last = number(self.children.len());
        Node { ends, first, last }
    }

    /// Bytes of the tables that searching reads.
    pub(super) fn bytes(&self) -> usize {
        self.vocabulary.bytes()
            + self.roots.len() * size_of::<Node>()
            + self.children.len() * size_of::<(WordId, Node)>()
            + self.places.len() * size_of::<u32>()
            + self.follows.len() * 8
            + self.later.bytes()
    }

    /// Reads every token, and cuts joined words apart. `owner` names the matcher.
    pub(super) fn read(&self, owner: u64, folded: &mut Folded, memo: &mut Memo) {
        let work_out = |memo: &mut Memo, form: Form<'_>| self.work_out(memo, form);
        memo.begin(owner);
        memo.read(folded, &work_out);
        if folded.any_joined() && memo.tokens.iter().any(|read| read.is_cut()) {
            let cut: Vec<(u32, Vec<usize>)> = (0u32..)
                .zip(&memo.tokens)
                .filter(|(_, read)| read.is_cut())
                .map(|(at, read)| (at, memo.cuts(*read).to_vec()))
                .collect();
            folded.cut(&cut);
            memo.read(folded, &work_out);
        }
        memo.read_edges(folded, &work_out);
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
            let root = |word: &WordId| self.roots[*word as usize];
            let alone = words.iter().map(|word| root(word).ends);
            let on = words.iter().map(root);
            memo.keep(
                alone.filter(|ends| *ends != Ends::NONE),
                on.map(|node| [node.first, node.last])
                    .filter(|[first, last]| first != last),
                words.iter().copied().filter(|word| self.later.contains(*word)),
            )
        };
        memo.words = words;
        read
    }

    /// The groups of every pattern in the text last read; one that several readings lead to may come more than once.
    pub(super) fn find(&self, lists: &Lists, folded: &Folded, memo: &Memo, out: &mut Vec<Occurrence>) {
        out.clear();
        let mut text = Reading {
            finder: self,
            lists,
            folded,
            memo,
            edges: memo.edges.iter().any(|read| *read != Read::NOTHING),
            edge: 0,
            out,
        };
        for (i, reads) in memo.tokens.chunks(AHEAD).enumerate() {
            memo.touch(reads);
            for (at, read) in (i * AHEAD..).zip(reads).filter(|(_, read)| read.begins()) {
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                text.begin(*read, at, at + 1);
            }
        }
        text.edge = 0;
        if text.edges {
            for (edge, read) in folded.edges.iter().zip(&memo.edges) {
                text.begin(*read, edge.from, edge.to);
            }
        }
    }
}

/// A text that was read, being searched.
struct Reading<'a> {
    finder: &'a Finder,
    lists: &'a Lists,
    folded: &'a Folded,
    memo: &'a Memo,
    /// Whether any joint reading is a word of a pattern; most are not.
    edges: bool,
    /// No edge before this one begins where patterns that are still to come may go on.
    edge: usize,
    out: &'a mut Vec<Occurrence>,
}

impl Reading<'_> {
    /// Patterns that begin with a form read from tokens `from..to`.
    #[inline]
    fn begin(&mut self, read: Read, from: u32, to: u32) {
        let (alone, on) = self.memo.begun(read);
        for number in alone {
            self.found(Ends::kept(*number), from, to);
        }
        if !on.is_empty() {
            self.follow(on, from, to);
        }
    }

    /// Notes a pattern that is there, if it is meant: not the second half of a doubled word, not a number that counts something.
    #[inline]
    fn found(&mut self, ends: Ends, from: u32, to: u32) {
        let echo = to == from + 1 && self.folded.tokens[from as usize].echo;
        let counts_something = || ends.is_number() && is_bound(self.folded, from);
        if !echo && !counts_something() {
            let out = &mut *self.out;
            self.lists.each(ends, |group| out.push(Occurrence { group, from, to }));
        }
    }

    /// Patterns that go on, by these ranges of children, after tokens `from..to`, or after a few emoji that follow these.
    fn follow(&mut self, on: &[[u32; 2]], from: u32, to: u32) {
        self.step(on, from, to);
        if !self.folded.any_emoji() {
            return;
        }
        let tokens = &self.folded.tokens[to as usize..];
        let emoji = tokens
            .iter()
            .take(MAX_EMOJI)
            .take_while(|token| token.kind == Kind::Emoji);
        for (to, _) in (to + 1..).zip(emoji) {
            self.step(on, from, to);
        }
    }

    /// Patterns that go on with the very next token.
    #[inline]
    fn step(&mut self, on: &[[u32; 2]], from: u32, to: u32) {
        let (tokens, memo) = (&self.folded.tokens, self.memo);
        let next = to as usize;
        if tokens
            .get(next)
            .is_none_or(|token| token.sentence != tokens[from as usize].sentence)
        {
            return;
        }
        if memo.tokens[next].goes_on() {
            self.children(on, memo.later(memo.tokens[next]), from, to + 1);
        }
        if !self.edges {
            return;
        }
        let edges = &self.folded.edges;
        while edges.get(self.edge).is_some_and(|edge| edge.from <= from) {
            self.edge += 1;
        }
        let mut at = self.edge;
        while let Some(edge) = edges.get(at).filter(|edge| edge.from <= to) {
            if edge.from == to && memo.edges[at].goes_on() {
                self.children(on, memo.later(memo.edges[at]), from, edge.to);
            }
            at += 1;
        }
    }

    fn children(&mut self, on: &[[u32; 2]], words: &[WordId], from: u32, to: u32) {
        let finder = self.finder;
        for word in words {
            for range in on {
                let Some(node) = finder.child(*range, *word) else {
                    continue;
                };
                if node.ends != Ends::NONE {
                    self.found(node.ends, from, to);
                }
                if node.first != node.last {
                    self.follow(&[[node.first, node.last]], from, to);
                }
            }
        }
    }
}

/// A number of a node, known by where its children begin, and a word.
fn follow_hash(first: u32, word: WordId) -> u64 {
    (u64::from(first) << 32 | u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Where the bit is that says whether a word may follow a node, in so many words of bits, a power of two.
fn follow_bit(words: usize, hash: u64) -> (usize, u64) {
    ((hash >> 38) as usize & (words - 1), 1 << (hash >> 32 & 63))
}

/// Where the child may be, in so many places, a power of two.
fn place(places: usize, hash: u64) -> usize {
    (hash >> 33) as usize & (places - 1)
}
