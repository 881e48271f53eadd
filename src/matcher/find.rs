//! The fast way to find patterns: every distinct token is read once, then tokens are numbers and phrases a trie over numbers.
//!
//! Does: work out what a token may be read as and have it remembered ([`Memo`]), walk the trie from tokens that begin a
//! pattern. Does not: differ from `oracle` in anything but speed; tests hold the two together.
//! Invariant: nothing is allocated once every token of a text is remembered and the buffers are large enough, but for words
//! cut apart.

use super::bits::Bits;
use super::compile::{Bend, Group, Pattern, is_bound};
use super::ends::{Ends, Lists};
use super::eval::Occurrence;
use super::forms;
use super::joined;
use super::memo::{Form, Laid, Memo};
use super::picked::{AHEAD, Picked};
use super::senses::{AT_ONCE, Kept, Read, Senses, mask};
use super::vocabulary::{SPREAD, Vocabulary, WordId};
use crate::text::fold::{Folded, Kind};

/// So many emoji in a row may stand between two words of a pattern.
pub(super) const MAX_EMOJI: usize = 4;

/// Vocabulary and trie of a rule set.
#[derive(Debug)]
pub(super) struct Finder {
    vocabulary: Vocabulary,
    /// By word: the node of patterns that begin with it.
    roots: Vec<Node>,
    /// By word: which words follow it in these, as a [`mask`].
    seconds: Vec<u64>,
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
                    last: 0,
                };
                vocabulary.len()
            ],
            seconds: vec![0; vocabulary.len()],
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
            let seconds = rest[..len].iter().filter_map(|(words, _)| words.get(1));
            finder.seconds[word as usize] = seconds.fold(0, |all, word| all | mask(*word));
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
        let first = number(self.children.len());
        self.children.extend(children);
        let last = number(self.children.len());
        Node { ends, first, last }
    }

    /// Bytes of the tables that searching reads.
    pub(super) fn bytes(&self) -> usize {
        self.vocabulary.bytes()
            + self.roots.len() * (size_of::<Node>() + size_of::<u64>())
            + self.children.len() * size_of::<(WordId, Node)>()
            + self.places.len() * size_of::<u32>()
            + self.follows.len() * 8
            + self.later.bytes()
    }

    /// Reads every token of a folded text, cuts joined words apart, and has what all was read as fetched.
    pub(super) fn read(&self, lists: &Lists, laid: &mut Laid, memo: &mut Memo) {
        let work_out = |memo: &mut Memo, form: Form<'_>| self.work_out(lists, memo, form);
        memo.read(laid, &work_out);
        if laid.any().is_cut() {
            let cuts = |reads: &[Read]| -> Vec<(u32, Vec<usize>)> {
                let cut = (0..).zip(reads).filter(|(_, read)| read.is_cut());
                cut.map(|(at, read)| (at, memo.senses.cuts(*read).to_vec())).collect()
            };
            let (tokens, edges) = (cuts(laid.tokens()), cuts(laid.edges()));
            laid.folded.cut(&tokens);
            memo.read_cut(laid, &tokens, &work_out);
            if !edges.is_empty() {
                laid.folded.cut_edges(&edges);
                memo.read_edges(laid, &work_out);
            }
        }
        memo.senses.fetch(laid.tokens().iter().take(AHEAD));
        memo.senses.fetch(laid.edges().iter().take(AHEAD));
    }

    /// The first reading of a form, affixes and all, that is a word of a pattern.
    pub(super) fn read_as(&self, form: &str, kind: Kind) -> Option<String> {
        let (mut words, mut reading, mut found) = (Vec::new(), String::new(), None);
        forms::of(form, kind, &self.vocabulary, &mut |form, bend| {
            if bend == Bend::Exact {
                form.clone_into(&mut reading);
            }
            if found.is_none() {
                self.vocabulary.words(form, bend, &mut words);
                found = (!words.is_empty()).then(|| reading.clone());
            }
        });
        found
    }

    /// The word of a pattern that a form is without clitics or affixes, the fewest of them, if it is none as it stands; only words
    /// that `count`.
    pub(super) fn bent(&self, form: &str, kind: Kind, counts: impl Fn(WordId) -> bool) -> Option<(String, Bend)> {
        let (mut words, mut least) = (Vec::new(), None::<(String, Bend)>);
        forms::of(form, kind, &self.vocabulary, &mut |form, bend| {
            words.clear();
            self.vocabulary.words(form, bend, &mut words);
            if least.as_ref().is_none_or(|(_, known)| bend < *known) && words.iter().any(|word| counts(*word)) {
                least = Some((form.to_owned(), bend));
            }
        });
        least.filter(|(_, bend)| *bend != Bend::Exact)
    }

    /// Whether a word alone is found as this group.
    pub(super) fn is_alone(&self, lists: &Lists, word: WordId, group: Group) -> bool {
        let (ends, mut is) = (self.roots[word as usize].ends, false);
        if ends != Ends::NONE {
            lists.each(ends, |found| is |= found == group);
        }
        is
    }

    /// Whether a pattern holds a word beside others.
    pub(super) fn is_part(&self, word: WordId) -> bool {
        let root = self.roots[word as usize];
        root.first != root.last || self.later.contains(word)
    }

    /// Where words are joined in a form; nowhere if it is a word of a pattern itself.
    pub(super) fn cuts(&self, form: Form<'_>) -> Vec<usize> {
        let mut words = Vec::new();
        self.words(form.text, form.kind, &mut words);
        if hides_words(form, &words) {
            joined::cuts(&self.vocabulary, form.text, form.tag)
        } else {
            Vec::new()
        }
    }

    /// The words of patterns that a form may be read as; one may come more than once.
    fn words(&self, form: &str, kind: Kind, out: &mut Vec<WordId>) {
        forms::of(form, kind, &self.vocabulary, &mut |form, bend| {
            self.vocabulary.words(form, bend, out);
        });
    }

    /// What a form may be read as.
    fn work_out(&self, lists: &Lists, memo: &mut Memo, form: Form<'_>) -> Read {
        let mut words = std::mem::take(&mut memo.words);
        words.clear();
        self.words(form.text, form.kind, &mut words);
        words.sort_unstable();
        words.dedup();
        let read = if hides_words(form, &words) {
            memo.senses
                .keep_cuts(joined::cuts(&self.vocabulary, form.text, form.tag))
        } else {
            let roots = || words.iter().map(|word| self.roots[*word as usize]);
            let (alone, many) = alone(roots().map(|root| root.ends), lists);
            let on = roots().map(|root| [root.first, root.last]);
            let on: Vec<[u32; 2]> = on.filter(|[first, last]| first != last).collect();
            let later = words.iter().copied().filter(|word| self.later.contains(*word));
            memo.senses.keep(&Kept {
                alone: &alone,
                many,
                on: &on,
                follows: words.iter().fold(0, |all, word| all | self.seconds[*word as usize]),
                later: &later.collect::<Vec<_>>(),
            })
        };
        memo.words = words;
        read
    }

    /// The groups of every pattern in the text last read; one that several readings lead to may come more than once.
    pub(super) fn find(
        &self,
        lists: &Lists,
        laid: &Laid,
        senses: &Senses,
        picked: &mut Picked,
        out: &mut Vec<Occurrence>,
    ) {
        out.clear();
        let (folded, tokens) = (&laid.folded, laid.tokens());
        let mut text = Reading {
            finder: self,
            lists,
            folded,
            tokens,
            edges: laid.edges(),
            senses,
            any_edge: laid.edges().iter().any(|read| *read != Read::NOTHING),
            edge: 0,
            out,
        };
        for from in (0..tokens.len()).step_by(AHEAD) {
            let reads = &tokens[from..tokens.len().min(from + AHEAD)];
            if from > 0 {
                senses.fetch(reads.iter());
            }
            for at in picked.of(reads.iter().map(|read| read.is_few())) {
                let at = from + usize::from(*at);
                text.few(tokens[at], number(at), number(at + 1), !folded.tokens[at].echo);
            }
            if laid.any().is_many() {
                for at in picked.of(reads.iter().map(|read| read.is_many())) {
                    let at = from + usize::from(*at);
                    if !folded.tokens[at].echo {
                        text.many(tokens[at], number(at), number(at + 1));
                    }
                }
            }
            if text.any_edge || folded.any_emoji() {
                picked.of(reads.iter().map(|read| read.begins()));
            } else {
                let next = tokens[from + 1..].iter().chain([&Read::NOTHING]);
                picked.of(reads.iter().zip(next).map(|(read, next)| read.may_lead_to(*next)));
                picked.keep(|at| senses.may_follow(tokens[from + at], tokens[from + at + 1]));
            }
            for at in picked.all() {
                let at = from + usize::from(*at);
                text.follow(senses.on(tokens[at]), number(at), number(at + 1));
            }
        }
        text.edge = 0;
        if text.any_edge {
            for (edge, read) in folded.edges.iter().zip(text.edges) {
                text.begin(*read, edge.from, edge.to);
            }
        }
    }
}

/// Whether other words may be joined in a form that is read as these.
const fn hides_words(form: Form<'_>, words: &[WordId]) -> bool {
    words.is_empty() && form.joined && matches!(form.kind, Kind::Word)
}

/// A place as the tables keep it.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The patterns that a form is alone, as the least of groups or [`Ends::number`]; whether as these.
fn alone(ends: impl Iterator<Item = Ends>, lists: &Lists) -> (Vec<u32>, bool) {
    let ends: Vec<Ends> = ends.filter(|ends| *ends != Ends::NONE).collect();
    let mut numbers = Vec::new();
    for ends in &ends {
        lists.each(*ends, |group| numbers.push(group));
    }
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() <= AT_ONCE && !ends.iter().any(|ends| ends.is_number()) {
        return (numbers, false);
    }
    numbers.clear();
    numbers.extend(ends.into_iter().map(Ends::number));
    numbers.sort_unstable();
    numbers.dedup();
    (numbers, true)
}

/// A text that was read, being searched.
struct Reading<'a> {
    finder: &'a Finder,
    lists: &'a Lists,
    folded: &'a Folded,
    tokens: &'a [Read],
    edges: &'a [Read],
    senses: &'a Senses,
    /// Whether any joint reading is a word of a pattern; most are not.
    any_edge: bool,
    /// No edge before this one begins where patterns that are still to come may go on.
    edge: usize,
    out: &'a mut Vec<Occurrence>,
}

impl Reading<'_> {
    /// Patterns that begin with a form read from tokens `from..to` together.
    fn begin(&mut self, read: Read, from: u32, to: u32) {
        if read.is_few() {
            self.few(read, from, to, true);
        }
        if read.is_many() {
            self.many(read, from, to);
        }
        if read.begins() {
            self.follow(self.senses.on(read), from, to);
        }
    }

    /// Few patterns that a form is alone, if it counts.
    #[inline]
    fn few(&mut self, read: Read, from: u32, to: u32, counts: bool) {
        let (groups, meant) = self.senses.few(read);
        let len = self.out.len();
        self.out
            .extend_from_slice(&groups.map(|group| Occurrence { group, from, to }));
        self.out.truncate(len + if counts { meant } else { 0 });
    }

    /// Many patterns that a form is alone.
    fn many(&mut self, read: Read, from: u32, to: u32) {
        for ends in self.senses.many(read) {
            self.found(Ends::kept(*ends), from, to);
        }
    }

    /// Notes a pattern that is there, if it is meant: not a number that counts something.
    #[inline]
    fn found(&mut self, ends: Ends, from: u32, to: u32) {
        if !(ends.is_number() && is_bound(self.folded, from)) {
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
        let (tokens, senses) = (&self.folded.tokens, self.senses);
        let next = to as usize;
        if tokens
            .get(next)
            .is_none_or(|token| token.sentence != tokens[from as usize].sentence)
        {
            return;
        }
        if self.tokens[next].goes_on() {
            self.children(on, senses.later(self.tokens[next]), from, to + 1);
        }
        if !self.any_edge {
            return;
        }
        let edges = &self.folded.edges;
        while edges.get(self.edge).is_some_and(|edge| edge.from <= from) {
            self.edge += 1;
        }
        let mut at = self.edge;
        while let Some(edge) = edges.get(at).filter(|edge| edge.from <= to) {
            if edge.from == to && self.edges[at].goes_on() {
                self.children(on, senses.later(self.edges[at]), from, edge.to);
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
    (u64::from(first) << 32 | u64::from(word)).wrapping_mul(SPREAD)
}

/// Where the bit is that says whether a word may follow a node, in so many words of bits, a power of two.
fn follow_bit(words: usize, hash: u64) -> (usize, u64) {
    ((hash >> 38) as usize & (words - 1), 1 << (hash >> 32 & 63))
}

/// Where the child may be, in so many places, a power of two.
fn place(places: usize, hash: u64) -> usize {
    (hash >> 33) as usize & (places - 1)
}
