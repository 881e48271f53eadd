//! The fast way to find patterns: every distinct token is read once, then tokens are numbers and phrases a trie over numbers.
//!
//! Does: remember what a token may be read as ([`Memo`]), look the readings up in the [`Vocabulary`], walk the trie from tokens
//! that begin a pattern. Does not: differ from `oracle` in anything but speed; tests hold the two together.
//! Invariant: the memo is a cache of a pure function with exact keys: what it holds or has forgotten never shows.

use super::Found;
use super::compile::{Pattern, is_bound};
use super::forms;
use super::joined;
use super::vocabulary::{Vocabulary, WordId, hash};
use crate::text::fold::{Edge, Folded, Kind, Token};

/// No pattern, no node.
const NONE: u32 = u32::MAX;

/// Vocabulary and trie of a rule set.
#[derive(Debug)]
pub(super) struct Finder {
    vocabulary: Vocabulary,
    /// By word: the node of patterns that begin with it.
    roots: Vec<Node>,
    nodes: Vec<Node>,
    /// Words that may follow, and the node each leads to; a node's are one range, by word.
    children: Vec<(WordId, u32)>,
    numbers: Vec<bool>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    pattern: u32,
    /// Range of `children`, by word.
    first: u32,
    last: u32,
}

/// Slots of the memo of short words; a power of two. Room for what a language has; the words that come again and again stay in
/// the nearest caches by themselves.
const SHORT: usize = 1 << 17;
/// Slots of the memo of long words.
const LONG: usize = 1 << 12;
/// Remembered readings are forgotten when they take more than so many numbers.
const MAX_LISTS: usize = 1 << 20;

/// What tokens were read as before.
#[derive(Debug)]
pub(super) struct Memo {
    /// Which matcher filled it; another one starts anew.
    owner: u64,
    short: Vec<Short>,
    long: Vec<Long>,
    /// Lists, each after its length; the first is empty.
    lists: Vec<u32>,
    buffer: Vec<WordId>,
    /// For each token of the text, its list.
    tokens: Vec<u32>,
    /// For each edge.
    edges: Vec<u32>,
    cuts: Vec<(u32, Vec<usize>)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Short {
    key: u128,
    /// Length, kind and marks; 0 = empty.
    meta: u32,
    read: Read,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Long {
    key: [u8; 32],
    meta: u32,
    read: Read,
}

/// What a token came to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Read {
    /// Words it may be: a list.
    words: u32,
    /// Where words are joined in it: a list.
    cuts: u32,
}

impl Default for Memo {
    fn default() -> Self {
        Self {
            owner: 0,
            short: vec![Short::default(); SHORT],
            long: vec![
                Long {
                    key: [0; 32],
                    meta: 0,
                    read: Read::default()
                };
                LONG
            ],
            lists: vec![0],
            buffer: Vec::new(),
            tokens: Vec::new(),
            edges: Vec::new(),
            cuts: Vec::new(),
        }
    }
}

impl Memo {
    /// Forgets what another matcher left, and too much of one's own. Only between texts.
    fn begin(&mut self, owner: u64) {
        if self.owner != owner || self.lists.len() > MAX_LISTS {
            self.owner = owner;
            self.short.fill(Short::default());
            self.long.iter_mut().for_each(|slot| slot.meta = 0);
            self.lists.clear();
            self.lists.push(0);
        }
    }

    fn list(&self, at: u32) -> &[u32] {
        let at = at as usize;
        let len = self.lists[at] as usize;
        &self.lists[at + 1..=at + len]
    }

    fn keep(&mut self, list: impl ExactSizeIterator<Item = u32>) -> u32 {
        if list.len() == 0 {
            return 0;
        }
        let at = u32::try_from(self.lists.len()).unwrap_or(0);
        self.lists.push(u32::try_from(list.len()).unwrap_or(0));
        self.lists.extend(list);
        at
    }
}

/// Length, kind and marks of a token in one number that is never 0.
fn meta(len: usize, kind: Kind, joined: bool, tag: bool) -> u32 {
    let len = u32::try_from(len).unwrap_or(u32::MAX >> 8);
    len << 8 | u32::from(joined) << 4 | u32::from(tag) << 5 | (kind as u32) << 1 | 1
}

impl Finder {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let mut vocabulary = Vocabulary::new(patterns);
        let mut sequences: Vec<(Vec<WordId>, u32)> = patterns
            .iter()
            .enumerate()
            .filter_map(|(i, pattern)| {
                let words: Option<Vec<WordId>> = pattern.words.iter().map(|word| vocabulary.id(word)).collect();
                Some((words?, u32::try_from(i).ok()?))
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
            numbers: patterns.iter().map(|pattern| pattern.number).collect(),
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
        finder
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
            + self.numbers.len()
    }

    /// Cuts joined words apart, then reads every token. `owner` names the matcher.
    pub(super) fn read(&self, owner: u64, folded: &mut Folded, memo: &mut Memo) {
        memo.begin(owner);
        memo.cuts.clear();
        if folded.any_joined() {
            for (i, token) in folded.tokens.iter().enumerate().filter(|(_, token)| token.joined) {
                let read = self.token(folded, token, memo);
                if read.cuts != 0 {
                    let offsets = memo.list(read.cuts).iter().map(|cut| *cut as usize).collect();
                    memo.cuts.push((u32::try_from(i).unwrap_or(NONE), offsets));
                }
            }
            if !memo.cuts.is_empty() {
                folded.cut(&memo.cuts);
            }
        }
        let mut lists = std::mem::take(&mut memo.tokens);
        lists.clear();
        lists.extend(folded.tokens.iter().map(|token| self.token(folded, token, memo).words));
        memo.tokens = lists;
        let mut lists = std::mem::take(&mut memo.edges);
        lists.clear();
        lists.extend(folded.edges.iter().map(|edge| self.edge(folded, edge, memo).words));
        memo.edges = lists;
    }

    fn token(&self, folded: &Folded, token: &Token, memo: &mut Memo) -> Read {
        let (key, len) = folded.key(token);
        let meta = meta(len, token.kind, token.joined, token.tag);
        match key {
            Some(key) => self.short(key, meta, memo, || {
                (folded.form(token), token.kind, token.joined, token.tag)
            }),
            None => self.long(folded.form(token), meta, memo, token.kind, token.joined, token.tag),
        }
    }

    fn edge(&self, folded: &Folded, edge: &Edge, memo: &mut Memo) -> Read {
        let form = folded.edge_form(edge);
        self.long(
            form,
            meta(form.len(), Kind::Word, false, false),
            memo,
            Kind::Word,
            false,
            false,
        )
    }

    fn short<'f>(
        &self,
        key: u128,
        meta: u32,
        memo: &mut Memo,
        token: impl FnOnce() -> (&'f str, Kind, bool, bool),
    ) -> Read {
        let at = short_slot(key, meta);
        let slot = memo.short[at];
        if slot.key == key && slot.meta == meta {
            return slot.read;
        }
        let (form, kind, joined, tag) = token();
        let read = self.readings(form, kind, joined, tag, memo);
        memo.short[at] = Short { key, meta, read };
        read
    }

    fn long(&self, form: &str, meta: u32, memo: &mut Memo, kind: Kind, joined: bool, tag: bool) -> Read {
        let mut key = [0; 32];
        let Some(room) = key.get_mut(..form.len()) else {
            return self.readings(form, kind, joined, tag, memo);
        };
        room.copy_from_slice(form.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "the low bits are the slot")]
        let at = (hash(form.as_bytes()) ^ u64::from(meta)) as usize & (LONG - 1);
        let slot = memo.long[at];
        if slot.meta == meta && slot.key == key {
            return slot.read;
        }
        let read = self.readings(form, kind, joined, tag, memo);
        memo.long[at] = Long { key, meta, read };
        read
    }

    /// What a form may be read as, worked out.
    fn readings(&self, form: &str, kind: Kind, joined: bool, tag: bool, memo: &mut Memo) -> Read {
        let mut words = std::mem::take(&mut memo.buffer);
        words.clear();
        forms::of(form, kind, &mut |form, bend| {
            self.vocabulary.words(form, bend, &mut words);
        });
        words.sort_unstable();
        words.dedup();
        let cuts = if joined && kind == Kind::Word && words.is_empty() {
            let cuts = joined::cuts(&self.vocabulary, form, tag);
            memo.keep(cuts.into_iter().map(|cut| u32::try_from(cut).unwrap_or(0)))
        } else {
            0
        };
        let read = Read {
            words: memo.keep(words.iter().copied()),
            cuts,
        };
        memo.buffer = words;
        read
    }

    /// Every pattern in the text last read, ascending by place, then pattern.
    pub(super) fn find(&self, folded: &Folded, memo: &Memo, out: &mut Vec<Found>) {
        out.clear();
        let text = Reading {
            finder: self,
            folded,
            memo,
        };
        for (i, list) in memo.tokens.iter().enumerate() {
            if *list != 0 {
                let at = u32::try_from(i).unwrap_or(NONE);
                text.begin(*list, at, at + 1, out);
            }
        }
        for (edge, list) in folded.edges.iter().zip(&memo.edges) {
            if *list != 0 {
                text.begin(*list, edge.from, edge.to, out);
            }
        }
        out.sort_unstable();
        out.dedup();
    }
}

/// A text that was read, being searched.
struct Reading<'a> {
    finder: &'a Finder,
    folded: &'a Folded,
    memo: &'a Memo,
}

impl Reading<'_> {
    /// Patterns that begin with a word of this list, read from tokens `from..to`.
    fn begin(&self, list: u32, from: u32, to: u32, out: &mut Vec<Found>) {
        for &word in self.memo.list(list) {
            self.at(self.finder.roots[word as usize], from, to, out);
        }
    }

    /// At a node with tokens `from..to` read.
    fn at(&self, node: Node, from: u32, to: u32, out: &mut Vec<Found>) {
        if node.pattern != NONE {
            let echo = to == from + 1 && self.folded.tokens[from as usize].echo;
            let bound = self.finder.numbers[node.pattern as usize] && is_bound(self.folded, from);
            if !echo && !bound {
                out.push(Found {
                    from,
                    to,
                    pattern: node.pattern,
                });
            }
        }
        if node.first == node.last {
            return;
        }
        let tokens = &self.folded.tokens;
        let next = to as usize;
        if tokens
            .get(next)
            .is_none_or(|token| token.sentence != tokens[from as usize].sentence)
        {
            return;
        }
        let children = &self.finder.children[node.first as usize..node.last as usize];
        self.children(children, self.memo.tokens[next], from, to + 1, out);
        let edges = &self.folded.edges;
        let first = edges.partition_point(|edge| edge.from < to);
        for (i, edge) in edges
            .iter()
            .enumerate()
            .skip(first)
            .take_while(|(_, edge)| edge.from == to)
        {
            self.children(children, self.memo.edges[i], from, edge.to, out);
        }
    }

    fn children(&self, children: &[(WordId, u32)], list: u32, from: u32, to: u32, out: &mut Vec<Found>) {
        for word in self.memo.list(list) {
            if let Ok(found) = children.binary_search_by_key(word, |(word, _)| *word) {
                self.at(self.finder.nodes[children[found].1 as usize], from, to, out);
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the halves and the high bits are what is wanted"
)]
fn short_slot(key: u128, meta: u32) -> usize {
    let (low, high) = (key as u64, (key >> 64) as u64);
    let wide = u128::from(low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(high ^ u64::from(meta) ^ 0xd6e8_feb8_6659_fd93);
    ((wide as u64) ^ ((wide >> 64) as u64)) as usize & (SHORT - 1)
}
