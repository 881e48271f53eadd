//! What every token was read as before: a token is worked out once, then it is a look-up.
//!
//! Does: keep for each folded form the words of patterns it may stand for, or where words are joined in it. Does not: work that
//! out.
//! Invariant: a cache of a pure function with exact keys, so what it holds or has forgotten never shows; its size is bounded.

use super::vocabulary::hash;
use crate::text::fold::{Edge, Folded, Kind, Token};

/// Pairs of slots for plain words of at most eight letters, four tokens of five; a power of two. They fit the second cache.
const WORD_PAIRS: usize = 1 << 15;
/// Numbers that such a pair takes: two keys, two readings in one.
const WORD_PAIR: usize = 3;
/// Pairs of slots for other short forms; a power of two.
const OTHER_PAIRS: usize = 1 << 14;
/// Numbers that such a pair takes: twice a key of two, what else there is to it and its reading in one.
const OTHER_PAIR: usize = 6;
/// Slots for longer forms; a power of two.
const LONG: usize = 1 << 12;
/// The longest short form, in bytes.
const SHORT: usize = 16;
/// The longest form that is remembered.
const LONGEST: usize = 32;
/// Readings are forgotten when there are more than so many.
const MAX_LEADS: usize = 1 << 19;
/// Marks a reading as a list of cuts.
const CUTS: u32 = 1 << 31;

/// A word that a token may stand for, and where its patterns begin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Lead {
    /// The word.
    pub(super) word: u32,
    /// The pattern that is this word alone.
    pub(super) pattern: u32,
    /// Patterns that go on: a range of the trie's children.
    pub(super) first: u32,
    pub(super) last: u32,
}

/// What a form came to, as one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Read(u32);

impl Read {
    /// No word of any pattern.
    pub(super) const NOTHING: Self = Self(0);

    /// Whether words are joined in it.
    pub(super) const fn is_cut(self) -> bool {
        self.0 & CUTS != 0
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

/// A token as it is looked for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    key: [u64; 2],
    /// Length, kind and marks; 0 = a plain word of at most eight letters.
    meta: u32,
    /// Where its pair of slots begins.
    at: u32,
}

fn ask(folded: &Folded, token: &Token) -> Asked {
    let (key, len) = folded.key(token);
    // A longer form finds no slot with its length and falls through to the long ones.
    let key = key.unwrap_or(0);
    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    let [low, high] = [key as u64, (key >> 64) as u64];
    let plain = len <= 8 && token.kind == Kind::Word && !token.joined && !token.tag;
    let meta = if plain {
        0
    } else {
        meta(len, token.kind, token.joined, token.tag)
    };
    let hash = mix([low, high], meta);
    let at = if plain {
        (hash & (WORD_PAIRS - 1)) * WORD_PAIR
    } else {
        WORD_PAIRS * WORD_PAIR + (hash & (OTHER_PAIRS - 1)) * OTHER_PAIR
    };
    Asked {
        key: [low, high],
        meta,
        at: u32::try_from(at).unwrap_or(0),
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
    /// Lists, each after its length, which stands in `word`; the first is empty.
    leads: Vec<Lead>,
    cuts: Vec<Vec<usize>>,
    asked: Vec<Asked>,
    /// For each token of the text at hand.
    pub(super) tokens: Vec<Read>,
    /// For each edge.
    pub(super) edges: Vec<Read>,
    /// Where tokens of the text at hand are cut.
    pub(super) cut: Vec<(u32, Vec<usize>)>,
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
        if self.owner != owner || self.leads.len() > MAX_LEADS || self.cuts.len() > MAX_LEADS / 8 {
            self.owner = owner;
            self.slots.clear();
            self.slots.resize(WORD_PAIRS * WORD_PAIR + OTHER_PAIRS * OTHER_PAIR, 0);
            self.long.clear();
            self.long.resize(LONG, Long::EMPTY);
            self.leads.clear();
            self.leads.push(Lead::default());
            self.cuts.clear();
        }
    }

    /// Touches the lists of the text at hand, all before any is looked into.
    pub(super) fn touch(&self) {
        let word = |read: &Read| self.leads.get(read.0 as usize).map_or(0, |lead| lead.word);
        let touched = self.tokens.iter().fold(0, |sum, read| sum ^ word(read));
        std::hint::black_box(touched);
    }

    /// The words a form may stand for.
    pub(super) fn leads(&self, read: Read) -> &[Lead] {
        let at = read.0 as usize;
        &self.leads[at + 1..=at + self.leads[at].word as usize]
    }

    /// Where words are joined in a form.
    pub(super) fn cuts(&self, read: Read) -> &[usize] {
        &self.cuts[(read.0 & !CUTS) as usize]
    }

    /// Keeps the words a form may stand for.
    pub(super) fn keep(&mut self, leads: impl ExactSizeIterator<Item = Lead>) -> Read {
        if leads.len() == 0 {
            return Read::NOTHING;
        }
        let at = u32::try_from(self.leads.len()).unwrap_or(0);
        self.leads.push(Lead {
            word: u32::try_from(leads.len()).unwrap_or(0),
            ..Lead::default()
        });
        self.leads.extend(leads);
        Read(at)
    }

    /// Keeps where words are joined in a form.
    pub(super) fn keep_cuts(&mut self, cuts: Vec<usize>) -> Read {
        if cuts.is_empty() {
            return Read::NOTHING;
        }
        self.cuts.push(cuts);
        Read(CUTS | u32::try_from(self.cuts.len() - 1).unwrap_or(0))
    }

    /// The readings of all tokens, into `tokens`; `work_out` is asked for what is not remembered.
    ///
    /// Every slot is touched before any is looked into: slots lie far apart, and so the processor waits for many at a time.
    pub(super) fn read(&mut self, folded: &Folded, work_out: &impl Fn(&mut Self, Form<'_>) -> Read) {
        let mut asked = std::mem::take(&mut self.asked);
        asked.clear();
        asked.extend(folded.tokens.iter().map(|token| ask(folded, token)));
        let touched = asked.iter().fold(0, |sum, asked| sum ^ self.slots[asked.at as usize]);
        std::hint::black_box(touched);
        let mut reads = std::mem::take(&mut self.tokens);
        reads.clear();
        reads.extend(
            asked
                .iter()
                .zip(&folded.tokens)
                .map(|(asked, token)| self.answer(folded, token, *asked, work_out)),
        );
        self.tokens = reads;
        self.asked = asked;
    }

    /// The reading of one token.
    pub(super) fn token(
        &mut self,
        folded: &Folded,
        token: &Token,
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) -> Read {
        self.answer(folded, token, ask(folded, token), work_out)
    }

    #[inline]
    fn answer(
        &mut self,
        folded: &Folded,
        token: &Token,
        asked: Asked,
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) -> Read {
        let slots = &mut self.slots[asked.at as usize..];
        if asked.meta == 0 {
            if let [first, second, reads, ..] = slots {
                if *first == asked.key[0] {
                    return low(*reads);
                }
                if *second == asked.key[0] {
                    std::mem::swap(first, second); // the one used last is the last to go
                    *reads = reads.rotate_left(32);
                    return low(*reads);
                }
            }
        } else if let [a, b, ab, c, d, cd, ..] = slots {
            if [*a, *b] == asked.key && low(*ab).0 == asked.meta {
                return high(*ab);
            }
            if [*c, *d] == asked.key && low(*cd).0 == asked.meta {
                std::mem::swap(a, c);
                std::mem::swap(b, d);
                std::mem::swap(ab, cd);
                return high(*ab);
            }
        }
        self.learn(folded, token, asked, work_out)
    }

    #[cold]
    fn learn(
        &mut self,
        folded: &Folded,
        token: &Token,
        asked: Asked,
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) -> Read {
        let form = Form {
            text: folded.form(token),
            kind: token.kind,
            joined: token.joined,
            tag: token.tag,
        };
        if form.text.len() > SHORT {
            return self.long(form, asked.meta, work_out);
        }
        let read = work_out(self, form);
        let slots = &mut self.slots[asked.at as usize..];
        if asked.meta == 0 {
            if let [first, second, reads, ..] = slots {
                *second = *first;
                *first = asked.key[0];
                *reads = *reads << 32 | u64::from(read.0);
            }
        } else if let [a, b, ab, c, d, cd, ..] = slots {
            (*c, *d, *cd) = (*a, *b, *ab);
            [*a, *b] = asked.key;
            *ab = u64::from(read.0) << 32 | u64::from(asked.meta);
        }
        read
    }

    /// The reading of a joint reading of several tokens.
    pub(super) fn edge(
        &mut self,
        folded: &Folded,
        edge: &Edge,
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) -> Read {
        let text = folded.edge_form(edge);
        let form = Form {
            text,
            kind: Kind::Word,
            joined: false,
            tag: false,
        };
        self.long(form, meta(text.len(), Kind::Word, false, false), work_out)
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
