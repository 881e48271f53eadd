//! What every token was read as before: a token is worked out once, then it is a look-up.
//!
//! Does: keep for each folded form the words of patterns it may stand for, or where words are joined in it. Does not: work that
//! out.
//! Invariant: a cache of a pure function with exact keys, so what it holds or has forgotten never shows; its size is bounded.

use super::ends::Ends;
use super::vocabulary::{WordId, hash};
use crate::text::fold::{Edge, Folded, Kind, Spelling, Token};

/// Pairs of slots for plain words of at most eight letters, four tokens of five; a power of two.
const WORD_PAIRS: usize = 1 << 16;
/// Numbers that such a pair takes: two keys, two readings in one.
const WORD_PAIR: usize = 3;
/// Pairs of slots for other short forms; a power of two.
const OTHER_PAIRS: usize = 1 << 14;
/// Numbers that such a pair takes: twice a key of two, what else there is to it and its reading in one.
const OTHER_PAIR: usize = 6;
/// Slots for longer forms; a power of two.
const LONG: usize = 1 << 12;
/// So many tokens are looked after before the first of them is read; more, and the cache would have lost it again.
pub(super) const AHEAD: usize = 256;
/// For multiplying numbers apart.
const K: u64 = 0x9e37_79b9_7f4a_7c15;
/// The longest short form, in bytes.
const SHORT: usize = 16;
/// The longest form that is remembered.
const LONGEST: usize = 32;
/// Senses are forgotten when they take more than so many numbers.
const MAX_SENSES: usize = 1 << 20;
/// Numbers before the senses of a reading: how many of each kind follow.
const HEAD: usize = 3;

/// What a form came to, as one number: which kinds of senses there are, then where they lie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Read(u32);

impl Read {
    /// No word of any pattern.
    pub(super) const NOTHING: Self = Self(0);
    /// Marks a list of cuts.
    const CUTS: u32 = 1 << 31;
    /// A pattern may begin with it.
    const BEGINS: u32 = 1 << 30;
    /// A pattern may go on with it.
    const GOES_ON: u32 = 1 << 29;
    const PLACE: u32 = Self::GOES_ON - 1;

    /// Whether words are joined in it.
    pub(super) const fn is_cut(self) -> bool {
        self.0 & Self::CUTS != 0
    }

    /// Whether a pattern may begin with it.
    pub(super) const fn begins(self) -> bool {
        self.0 & Self::BEGINS != 0
    }

    /// Whether a pattern may go on with it.
    pub(super) const fn goes_on(self) -> bool {
        self.0 & Self::GOES_ON != 0
    }

    const fn place(self) -> usize {
        (self.0 & Self::PLACE) as usize
    }
}

#[derive(Debug, Clone, Copy)]
struct Long {
    key: [u8; LONGEST],
    meta: u32,
    read: Read,
}

impl Long {
    const EMPTY: Self = Self {
        key: [0; LONGEST],
        meta: 0,
        read: Read::NOTHING,
    };
}

/// A form as it is looked for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// Its first eight bytes.
    key: u64,
    /// Where its pair of slots begins.
    at: u32,
    /// Length, kind and marks; 0 = a plain word of at most eight letters.
    meta: u32,
}

/// A form that is wanted, and all that its reading depends on.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    spelling: Spelling,
    kind: Kind,
    joined: bool,
    tag: bool,
}

impl Wanted {
    const fn token(token: &Token) -> Self {
        Self {
            spelling: token.spelling(),
            kind: token.kind,
            joined: token.joined,
            tag: token.tag,
        }
    }

    const fn edge(edge: &Edge) -> Self {
        Self {
            spelling: edge.spelling(),
            kind: Kind::Word,
            joined: false,
            tag: false,
        }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a place in a table")]
    fn ask(self, folded: &Folded) -> Asked {
        if self.kind == Kind::Word
            && !(self.joined | self.tag)
            && let Some(key) = folded.short_key(self.spelling)
        {
            let pair = (key ^ key >> 32).wrapping_mul(K) >> (u64::BITS - WORD_PAIRS.ilog2());
            return Asked {
                key,
                at: pair as u32 * WORD_PAIR as u32,
                meta: 0,
            };
        }
        self.ask_other(folded)
    }

    #[inline(never)]
    fn ask_other(self, folded: &Folded) -> Asked {
        let (key, meta) = self.key(folded);
        let at = WORD_PAIRS * WORD_PAIR + (mix(key, meta) & (OTHER_PAIRS - 1)) * OTHER_PAIR;
        Asked {
            key: key[0],
            at: u32::try_from(at).unwrap_or(0),
            meta,
        }
    }

    /// Its first sixteen bytes; length, kind and marks.
    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    fn key(self, folded: &Folded) -> ([u64; 2], u32) {
        let (key, len) = folded.key(self.spelling);
        // A longer form finds no slot with its length and falls through to the long ones.
        let key = key.unwrap_or(0);
        let meta = meta(len, self.kind, self.joined, self.tag);
        ([key as u64, (key >> 64) as u64], meta)
    }
}

/// The memory of one thread for one matcher. Empty until the first text.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// Which matcher filled it; another one starts anew.
    owner: u64,
    /// The pairs of slots for plain words, then those for other short forms. No form has the key 0, so that is an empty slot.
    slots: Vec<u64>,
    long: Vec<Long>,
    /// For each reading: how many senses of each kind, then these. The first has none.
    senses: Vec<u32>,
    cuts: Vec<Vec<usize>>,
    asked: Vec<Asked>,
    /// For each token of the text at hand.
    pub(super) tokens: Vec<Read>,
    /// For each edge.
    pub(super) edges: Vec<Read>,
    /// Words gathered while a form is worked out.
    pub(super) words: Vec<u32>,
}

/// A form to be read, and all that its reading depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'f> {
    pub(super) text: &'f str,
    pub(super) kind: Kind,
    pub(super) joined: bool,
    pub(super) tag: bool,
}

/// Length, kind and marks in one number that is never 0.
fn meta(len: usize, kind: Kind, joined: bool, tag: bool) -> u32 {
    let len = u32::try_from(len).unwrap_or(u32::MAX >> 8);
    len << 8 | u32::from(tag) << 5 | u32::from(joined) << 4 | (kind as u32) << 1 | 1
}

impl Memo {
    /// Forgets what another matcher left, and too much of one's own. Only between texts.
    pub(super) fn begin(&mut self, owner: u64) {
        if self.owner != owner || self.senses.len() > MAX_SENSES || self.cuts.len() > MAX_SENSES / 16 {
            self.owner = owner;
            self.slots.clear();
            self.slots.resize(WORD_PAIRS * WORD_PAIR + OTHER_PAIRS * OTHER_PAIR, 0);
            self.long.clear();
            self.long.resize(LONG, Long::EMPTY);
            self.senses.clear();
            self.senses.extend([0; HEAD]);
            self.cuts.clear();
        }
    }

    /// Touches the senses of these readings before any is looked into.
    pub(super) fn touch(&self, reads: &[Read]) {
        let head = |read: &Read| self.senses.get(read.place()).copied().unwrap_or(0);
        let touched = reads.iter().fold(0, |sum, read| sum ^ head(read));
        std::hint::black_box(touched);
    }

    /// The patterns that are this form alone, as [`Ends::number`], and where longer ones go on after it: ranges of the trie's
    /// children.
    #[inline]
    pub(super) fn begun(&self, read: Read) -> (&[u32], &[[u32; 2]]) {
        let [alone, on, _, rest @ ..] = &self.senses[read.place()..] else {
            return (&[], &[]);
        };
        let (alone, rest) = rest.split_at(*alone as usize);
        (alone, rest[..*on as usize].as_chunks().0)
    }

    /// The words that this form may be later in a pattern.
    #[inline]
    pub(super) fn later(&self, read: Read) -> &[WordId] {
        let [alone, on, later, rest @ ..] = &self.senses[read.place()..] else {
            return &[];
        };
        let from = (alone + on) as usize;
        &rest[from..from + *later as usize]
    }

    /// Where words are joined in a form.
    pub(super) fn cuts(&self, read: Read) -> &[usize] {
        &self.cuts[read.place()]
    }

    /// Keeps what a form may stand for.
    pub(super) fn keep(
        &mut self,
        alone: impl Iterator<Item = Ends>,
        on: impl Iterator<Item = [u32; 2]>,
        later: impl Iterator<Item = WordId>,
    ) -> Read {
        let at = self.senses.len();
        self.senses.extend([0; HEAD]);
        let from = self.senses.len();
        self.senses.extend(alone.map(Ends::number));
        self.senses[from..].sort_unstable();
        let alone = self.senses.len() - from;
        self.senses.extend(on.flatten());
        let on = self.senses.len() - from - alone;
        self.senses.extend(later);
        let later = self.senses.len() - from - alone - on;
        for (head, len) in self.senses[at..].iter_mut().zip([alone, on, later]) {
            *head = u32::try_from(len).unwrap_or(0);
        }
        if self.senses.len() == from {
            self.senses.truncate(at);
            return Read::NOTHING;
        }
        let begins = if alone + on > 0 { Read::BEGINS } else { 0 };
        let goes_on = if later > 0 { Read::GOES_ON } else { 0 };
        Read(u32::try_from(at).unwrap_or(0) | begins | goes_on)
    }

    /// Keeps where words are joined in a form.
    pub(super) fn keep_cuts(&mut self, cuts: Vec<usize>) -> Read {
        if cuts.is_empty() {
            return Read::NOTHING;
        }
        self.cuts.push(cuts);
        Read(Read::CUTS | u32::try_from(self.cuts.len() - 1).unwrap_or(0))
    }

    /// The readings of all tokens, into `tokens`; `work_out` is asked for what is not remembered.
    ///
    /// Slots are touched, [`AHEAD`] at a time, before any is looked into: they lie far apart, and so the processor waits for many at
    /// a time.
    pub(super) fn read(&mut self, folded: &Folded, work_out: &impl Fn(&mut Self, Form<'_>) -> Read) {
        let mut asked = std::mem::take(&mut self.asked);
        let mut reads = std::mem::take(&mut self.tokens);
        reads.clear();
        for tokens in folded.tokens.chunks(AHEAD) {
            asked.clear();
            let mut touched = 0;
            asked.extend(tokens.iter().map(|token| {
                let asked = Wanted::token(token).ask(folded);
                touched ^= self.slots[asked.at as usize];
                asked
            }));
            std::hint::black_box(touched);
            reads.extend(
                asked
                    .iter()
                    .zip(tokens)
                    .map(|(asked, token)| self.answer(folded, Wanted::token(token), *asked, work_out)),
            );
        }
        self.tokens = reads;
        self.asked = asked;
    }

    /// The readings of all joint readings of tokens, into `edges`.
    pub(super) fn read_edges(&mut self, folded: &Folded, work_out: &impl Fn(&mut Self, Form<'_>) -> Read) {
        let mut reads = std::mem::take(&mut self.edges);
        reads.clear();
        reads.extend(folded.edges.iter().map(|edge| {
            let wanted = Wanted::edge(edge);
            self.answer(folded, wanted, wanted.ask(folded), work_out)
        }));
        self.edges = reads;
    }

    #[inline]
    fn answer(
        &mut self,
        folded: &Folded,
        wanted: Wanted,
        asked: Asked,
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) -> Read {
        if asked.meta == 0
            && let Some([first, _, reads]) = self.slots.get(asked.at as usize..asked.at as usize + WORD_PAIR)
            && *first == asked.key
        {
            return low(*reads);
        }
        self.answer_other(folded, wanted, asked, work_out)
    }

    #[inline(never)]
    fn answer_other(
        &mut self,
        folded: &Folded,
        wanted: Wanted,
        asked: Asked,
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) -> Read {
        let slots = &mut self.slots[asked.at as usize..];
        if asked.meta == 0 {
            if let [first, second, reads, ..] = slots
                && *second == asked.key
            {
                std::mem::swap(first, second); // the one used last is the last to go
                *reads = reads.rotate_left(32);
                return low(*reads);
            }
        } else if let [a, b, ab, c, d, cd, ..] = slots {
            let (key, _) = wanted.key(folded);
            if [*a, *b] == key && low(*ab).0 == asked.meta {
                return high(*ab);
            }
            if [*c, *d] == key && low(*cd).0 == asked.meta {
                std::mem::swap(a, c);
                std::mem::swap(b, d);
                std::mem::swap(ab, cd);
                return high(*ab);
            }
        }
        self.learn(folded, wanted, asked, work_out)
    }

    #[cold]
    fn learn(
        &mut self,
        folded: &Folded,
        wanted: Wanted,
        asked: Asked,
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) -> Read {
        let form = Form {
            text: folded.spelled(wanted.spelling),
            kind: wanted.kind,
            joined: wanted.joined,
            tag: wanted.tag,
        };
        if form.text.len() > SHORT {
            return self.long(form, asked.meta, work_out);
        }
        let read = work_out(self, form);
        let slots = &mut self.slots[asked.at as usize..];
        if asked.meta == 0 {
            if let [first, second, reads, ..] = slots {
                *second = *first;
                *first = asked.key;
                *reads = *reads << 32 | u64::from(read.0);
            }
        } else if let [a, b, ab, c, d, cd, ..] = slots {
            (*c, *d, *cd) = (*a, *b, *ab);
            ([*a, *b], _) = wanted.key(folded);
            *ab = u64::from(read.0) << 32 | u64::from(asked.meta);
        }
        read
    }

    fn long(&mut self, form: Form<'_>, meta: u32, work_out: &impl Fn(&mut Self, Form<'_>) -> Read) -> Read {
        let mut key = [0; LONGEST];
        let Some(room) = key.get_mut(..form.text.len()) else {
            return work_out(self, form);
        };
        room.copy_from_slice(form.text.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "the low bits are the slot")]
        let at = (hash(form.text.as_bytes()) ^ u64::from(meta)) as usize & (LONG - 1);
        let slot = &self.long[at];
        if slot.meta == meta && slot.key == key {
            return slot.read;
        }
        let read = work_out(self, form);
        self.long[at] = Long { key, meta, read };
        read
    }
}

/// The reading in the lower half.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
const fn low(reads: u64) -> Read {
    Read(reads as u32)
}

/// The reading in the upper half.
const fn high(reads: u64) -> Read {
    Read((reads >> 32) as u32)
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits are the place")]
fn mix([low, high]: [u64; 2], meta: u32) -> usize {
    let wide = u128::from(low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(high ^ u64::from(meta) ^ 0xd6e8_feb8_6659_fd93);
    ((wide as u64) ^ ((wide >> 64) as u64)) as usize
}
