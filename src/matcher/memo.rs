//! What every token was read as before: a token is worked out once, then it is a look-up.
//!
//! Does: keep for each folded form its reading ([`Senses`]), look up those of a text ([`Laid`]). Does not: work readings out.
//! Invariant: a cache of a pure function with exact keys, so what it holds or has forgotten never shows; its size is bounded.
//!
//! Tokens are as good as random to the processor, so nothing here asks a question about one that it can do without: each step is
//! done with all tokens of a text in turn, and what a token needs not is done for nothing.

use std::hint::select_unpredictable;

use prefetch_index::prefetch_index;

use super::picked::{AHEAD, Picked};
use super::senses::{Read, Senses};
use super::vocabulary::{SPREAD, hash, mix};
use crate::text::fold::{Edge, Folded, Kind, Spelling, Token};

/// Lines for plain words of at most eight letters, nine tokens of ten; a power of two.
const LINES: usize = 1 << 15;
/// Words in a line.
const WORDS: usize = 5;
/// Sets of other short forms; a power of two.
const SETS: usize = 1 << 15;
/// Forms in a set.
const WAYS: usize = 3;
/// Slots for longer forms; a power of two.
const LONG: usize = 1 << 14;
/// The longest form that is remembered.
const LONGEST: usize = 32;
/// Senses are forgotten when they take more than so many numbers.
const MAX_SENSES: usize = 1 << 20;

/// Words that fall together and their readings: one line of the processor's cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Line {
    /// As [`Wanted::short`], or [`Self::NONE`]; never 0, so that what is no short word is not found.
    keys: [u64; WORDS],
    reads: [Read; WORDS],
}

impl Line {
    /// An empty place: not the letters of anything, as they are UTF-8.
    const NONE: u64 = u64::MAX;
    const EMPTY: Self = Self {
        keys: [Self::NONE; WORDS],
        reads: [Read::NOTHING; WORDS],
    };

    /// The reading of a word, or [`Read::MISSED`].
    #[inline]
    fn get(&self, key: u64) -> Read {
        let found = self.keys.iter().zip(self.reads);
        found.fold(Read::MISSED, |read, (kept, kept_read)| {
            select_unpredictable(*kept == key, kept_read, read)
        })
    }
}

/// A short form and all that its reading depends on: up to fifteen bytes, none of them 0, then kind and marks, never 0.
type Key = [u64; 2];

/// Other short forms that fall together and their readings.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Set {
    keys: [Key; WAYS],
    reads: [Read; WAYS],
}

impl Set {
    /// An empty place.
    const NONE: Key = [0; 2];
    const EMPTY: Self = Self {
        keys: [Self::NONE; WAYS],
        reads: [Read::NOTHING; WAYS],
    };

    /// The reading of a form, or [`Read::MISSED`].
    #[inline]
    fn get(&self, [low, high]: Key) -> Read {
        let found = self.keys.iter().zip(self.reads);
        found.fold(Read::MISSED, |read, (kept, kept_read)| {
            let is = (kept[0] ^ low) | (kept[1] ^ high) == 0;
            select_unpredictable(is, kept_read, read)
        })
    }
}

/// Where to keep a new form: in an empty place, else in one that is as good as thrown dice for. Were it the oldest, forms that
/// come in turns would always be the ones just forgotten.
fn place<K: PartialEq, const N: usize>(keys: &[K; N], none: &K, dice: usize) -> usize {
    let empty = keys.iter().position(|kept| kept == none);
    empty.unwrap_or(dice % N)
}

#[derive(Debug, Clone, Copy)]
struct Long {
    key: [u8; LONGEST],
    marks: u8,
    read: Read,
}

impl Long {
    const EMPTY: Self = Self {
        key: [0; LONGEST],
        marks: 0,
        read: Read::NOTHING,
    };
}

/// A form to be read, and all that its reading depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'f> {
    pub(super) text: &'f str,
    pub(super) kind: Kind,
    pub(super) joined: bool,
    pub(super) tag: bool,
}

/// The same before it is spelled out.
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
            joined: edge.joined(),
            tag: false,
        }
    }

    /// Kind and marks in one number that is never 0.
    fn marks(self) -> u8 {
        0x80 | self.kind as u8 | u8::from(self.joined) << 4 | u8::from(self.tag) << 5
    }

    /// What it is looked for as, if it is short.
    fn key(self, folded: &Folded) -> Key {
        let [low, high] = folded.key(self.spelling);
        [low, high | u64::from(self.marks()) << 56]
    }

    /// A word of at most eight bytes as a number; for any other form 0. That it stands in a tag tells nothing but where words may
    /// be joined in it.
    #[inline]
    fn short(self, folded: &Folded) -> u64 {
        let other = self.kind as u8 | u8::from(self.joined);
        select_unpredictable(other == Kind::Word as u8, folded.short_key(self.spelling), 0)
    }

    fn form(self, folded: &Folded) -> Form<'_> {
        Form {
            text: folded.spelled(self.spelling),
            kind: self.kind,
            joined: self.joined,
            tag: self.tag,
        }
    }
}

/// The line that a short word falls into.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "few bits are left")]
fn line_of(short: u64) -> usize {
    (short.wrapping_mul(SPREAD) >> (u64::BITS - LINES.ilog2())) as usize
}

/// The set that another short form falls into.
#[expect(clippy::cast_possible_truncation, reason = "the low bits are the set")]
fn set_of([low, high]: Key) -> usize {
    mix(low, high) as usize & (SETS - 1)
}

/// A text, folded and read.
#[derive(Debug, Default)]
pub(super) struct Laid {
    pub(super) folded: Folded,
    answers: Answers,
}

impl Laid {
    /// What each token was read as.
    pub(super) fn tokens(&self) -> &[Read] {
        &self.answers.reads[..self.folded.tokens.len()]
    }

    /// What is in any reading of a token or of tokens together.
    pub(super) const fn any(&self) -> Read {
        self.answers.any
    }

    /// What each joint reading of tokens was read as.
    pub(super) fn edges(&self) -> &[Read] {
        &self.answers.reads[self.folded.tokens.len()..]
    }
}

/// What forms were read as.
#[derive(Debug, Default)]
struct Answers {
    /// For each token, then for each edge.
    reads: Vec<Read>,
    /// What is in any of them.
    any: Read,
    /// Of the forms at hand, at most [`AHEAD`]: as [`Wanted::short`].
    asked: Vec<u64>,
    /// Those of them that are no short words: as [`Wanted::key`].
    others: Vec<Key>,
    picked: Picked,
}

/// The memory of one thread for one matcher. Empty until the first text.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// Which matcher filled it; another one starts anew.
    owner: u64,
    lines: Vec<Line>,
    sets: Vec<Set>,
    long: Vec<Long>,
    /// What forms stand for.
    pub(super) senses: Senses,
    /// How many forms were learnt.
    learnt: usize,
    /// Words gathered while a form is worked out.
    pub(super) words: Vec<u32>,
}

impl Memo {
    /// Forgets what another matcher left, and too much of one's own. Only between texts.
    pub(super) fn begin(&mut self, owner: u64) {
        if self.owner != owner || self.senses.len() > MAX_SENSES {
            self.owner = owner;
            self.lines.clear();
            self.lines.resize(LINES, Line::EMPTY);
            self.sets.clear();
            self.sets.resize(SETS, Set::EMPTY);
            self.long.clear();
            self.long.resize(LONG, Long::EMPTY);
            self.senses.forget();
        }
    }

    /// The readings of all tokens and edges of a folded text; `work_out` is asked for what is not remembered.
    pub(super) fn read(&mut self, laid: &mut Laid, work_out: &impl Fn(&mut Self, Form<'_>) -> Read) {
        let Laid { folded, answers } = laid;
        answers.reads.clear();
        answers.any = Read::NOTHING;
        for tokens in folded.tokens.chunks(AHEAD) {
            self.answer(folded, tokens, Wanted::token, answers, work_out);
        }
        self.read_edges(laid, work_out);
    }

    /// The readings of all edges, in the place of those there are.
    pub(super) fn read_edges(&mut self, laid: &mut Laid, work_out: &impl Fn(&mut Self, Form<'_>) -> Read) {
        let Laid { folded, answers } = laid;
        answers.reads.truncate(folded.tokens.len());
        for edges in folded.edges.chunks(AHEAD) {
            self.answer(folded, edges, Wanted::edge, answers, work_out);
        }
    }

    /// The same after tokens that were read were cut as [`Folded::cut`] says: only the words that came of it are read.
    pub(super) fn read_cut(
        &mut self,
        laid: &mut Laid,
        cuts: &[(u32, Vec<usize>)],
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) {
        let Laid { folded, answers } = laid;
        let before = std::mem::take(&mut answers.reads);
        let mut rest = &before[..];
        let mut done = 0;
        for (at, offsets) in cuts {
            let (whole, from) = rest.split_at(*at as usize - done);
            answers.reads.extend_from_slice(whole);
            let first = answers.reads.len();
            let words = &folded.tokens[first..=first + offsets.len()];
            for words in words.chunks(AHEAD) {
                self.answer(folded, words, Wanted::token, answers, work_out);
            }
            rest = &from[1..];
            done = *at as usize + 1;
        }
        answers.reads.extend_from_slice(rest);
    }

    /// Adds the readings of at most [`AHEAD`] forms. What is known of each lies far apart in memory: once all is under way, the
    /// processor waits for many at a time.
    fn answer<T>(
        &mut self,
        folded: &Folded,
        forms: &[T],
        wanted: impl Fn(&T) -> Wanted,
        answers: &mut Answers,
        work_out: &impl Fn(&mut Self, Form<'_>) -> Read,
    ) {
        let Answers {
            reads,
            any,
            asked,
            others,
            picked,
        } = answers;
        let (Ok(lines), Ok(sets)) = (
            <&[Line; LINES]>::try_from(&self.lines[..]),
            <&[Set; SETS]>::try_from(&self.sets[..]),
        ) else {
            return;
        };
        asked.clear();
        asked.extend(forms.iter().map(|form| {
            let short = wanted(form).short(folded);
            prefetch_index(lines, line_of(short));
            short
        }));
        others.clear();
        let at_others = picked.of(asked.iter().map(|short| *short == 0));
        others.extend(at_others.iter().map(|at| {
            let key = wanted(&forms[usize::from(*at)]).key(folded);
            prefetch_index(sets, set_of(key));
            key
        }));
        let from = reads.len();
        reads.extend(asked.iter().map(|short| lines[line_of(*short)].get(*short)));
        for (at, key) in at_others.iter().zip(&*others) {
            reads[from + usize::from(*at)] = sets[set_of(*key)].get(*key);
        }
        // Counted, as that is done with many at a time; to stop at the first would be to ask about each.
        if reads[from..].iter().filter(|read| **read == Read::MISSED).count() > 0 {
            for (read, form) in reads[from..].iter_mut().zip(forms) {
                if *read == Read::MISSED {
                    *read = self.learn(folded, wanted(form), work_out);
                }
            }
        }
        *any = reads[from..].iter().fold(*any, |any, read| any.or(*read));
    }

    /// The reading of a form that is remembered neither among the short words nor among the other short forms.
    #[cold]
    fn learn(&mut self, folded: &Folded, wanted: Wanted, work_out: &impl Fn(&mut Self, Form<'_>) -> Read) -> Read {
        let form = wanted.form(folded);
        if form.text.len() > Folded::KEY {
            return self.long(form, wanted.marks(), work_out);
        }
        // The text may hold it more than once: it may be known by now.
        let (short, key) = (wanted.short(folded), wanted.key(folded));
        let (line, set) = (line_of(short), set_of(key));
        let known = match short {
            0 => self.sets[set].get(key),
            _ => self.lines[line].get(short),
        };
        if known != Read::MISSED {
            return known;
        }
        let read = work_out(self, form);
        self.learnt += 1;
        if short == 0 {
            let set = &mut self.sets[set];
            let at = place(&set.keys, &Set::NONE, self.learnt);
            (set.keys[at], set.reads[at]) = (key, read);
        } else {
            let line = &mut self.lines[line];
            let at = place(&line.keys, &Line::NONE, self.learnt);
            (line.keys[at], line.reads[at]) = (short, read);
        }
        read
    }

    fn long(&mut self, form: Form<'_>, marks: u8, work_out: &impl Fn(&mut Self, Form<'_>) -> Read) -> Read {
        let mut key = [0; LONGEST];
        let Some(room) = key.get_mut(..form.text.len()) else {
            return work_out(self, form);
        };
        room.copy_from_slice(form.text.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "the low bits are the slot")]
        let at = (hash(form.text.as_bytes()) ^ u64::from(marks)) as usize & (LONG - 1);
        let slot = &self.long[at];
        if slot.marks == marks && slot.key == key {
            return slot.read;
        }
        let read = work_out(self, form);
        self.long[at] = Long { key, marks, read };
        read
    }
}
