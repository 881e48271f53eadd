//! The words of all patterns in one compact table.
//!
//! Does: say for a form which words of patterns it is, in a filter of a few bits a word that stays in cache, then a table.
//! Does not: bend forms; the caller offers every form.
//! Invariant: fixed after building, so a look-up costs the same whatever is asked.

use std::collections::BTreeMap;

use super::compile::{Bend, Pattern, Word};
use crate::text::beginnings::Beginnings;

/// A word of a pattern; words are numbered from 0.
pub(super) type WordId = u32;

/// No word, no entry.
const NONE: u32 = u32::MAX;

/// The words that share a form, by bend.
type Bends = [WordId; 3];

/// The table.
#[derive(Debug)]
pub(super) struct Vocabulary {
    filter: Vec<u64>,
    beginnings: Beginnings,
    slots: Vec<(u32, u32)>,
    entries: Vec<Entry>,
    letters: Vec<u8>,
    /// The longest form, bytes.
    pub(super) longest: usize,
    ids: BTreeMap<Word, WordId>,
}

#[derive(Debug)]
struct Entry {
    at: u32,
    len: u32,
    bends: Bends,
}

/// An odd number that multiplies numbers far apart: 2^64 by the golden ratio.
pub(super) const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Two numbers as one that tells hardly anything of them.
#[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let wide = u128::from(a ^ SPREAD) * u128::from(b ^ 0xd6e8_feb8_6659_fd93);
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// A hash of a word: two multiplications a word of up to sixteen bytes.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let eight = |at: usize| bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok());
    let four = |at: usize| bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    let len = bytes.len();
    // The last letters are read as far from the end, so that there is no remainder to go through letter by letter.
    let tail = if len >= 8 {
        u64::from_le_bytes(eight(len - 8).unwrap_or_default())
    } else if len >= 4 {
        let (first, last) = (four(0).unwrap_or_default(), four(len - 4).unwrap_or_default());
        u64::from(u32::from_le_bytes(first)) | u64::from(u32::from_le_bytes(last)) << 32
    } else {
        bytes.iter().fold(0, |tail, b| tail << 8 | u64::from(*b))
    };
    let mut state = len as u64;
    let mut at = 0;
    while at + 8 < len {
        state = mix(state, u64::from_le_bytes(eight(at).unwrap_or_default()));
        at += 8;
    }
    mix(state, tail)
}

impl Vocabulary {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let mut forms: BTreeMap<&str, Bends> = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for word in patterns.iter().flat_map(|pattern| &pattern.words) {
            let next = u32::try_from(ids.len()).unwrap_or(NONE);
            let id = *ids.entry(word.clone()).or_insert(next);
            forms.entry(&word.form).or_insert([NONE; 3])[word.bend as usize] = id;
        }
        let size = (forms.len() * 2).next_power_of_two().max(16);
        let bits = (forms.len() * 16).next_power_of_two().max(1024);
        let mut table = Self {
            filter: vec![0; bits / 64],
            beginnings: Beginnings::default(),
            slots: vec![(0, NONE); size],
            entries: Vec::with_capacity(forms.len()),
            letters: Vec::new(),
            longest: forms.keys().map(|form| form.len()).max().unwrap_or(0),
            ids: BTreeMap::new(),
        };
        for (form, bends) in forms {
            table.insert(form, bends);
        }
        table.ids = ids;
        table
    }

    fn insert(&mut self, form: &str, bends: Bends) {
        let hash = hash(form.as_bytes());
        let (word, bit) = self.bit(hash);
        self.filter[word] |= bit;
        self.beginnings.add(form.as_bytes());
        let mut at = slot(hash) & (self.slots.len() - 1);
        while self.slots[at].1 != NONE {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = (tag(hash), u32::try_from(self.entries.len()).unwrap_or(NONE));
        self.entries.push(Entry {
            at: u32::try_from(self.letters.len()).unwrap_or(0),
            len: u32::try_from(form.len()).unwrap_or(0),
            bends,
        });
        self.letters.extend_from_slice(form.as_bytes());
    }

    fn bit(&self, hash: u64) -> (usize, u64) {
        let at = slot(hash.rotate_left(21)) & (self.filter.len() * 64 - 1);
        (at / 64, 1 << (at % 64))
    }

    /// Whether any word begins with these four letters, or is the first three of them.
    pub(super) fn may_begin(&self, letters: [u8; 4]) -> bool {
        self.beginnings.may_begin(letters)
    }

    /// The words of patterns with this form, by bend.
    pub(super) fn get(&self, form: &[u8]) -> Option<&Bends> {
        if form.len() > self.longest {
            return None;
        }
        let hash = hash(form);
        let (word, bit) = self.bit(hash);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let mut at = slot(hash) & (self.slots.len() - 1);
        loop {
            let (seen, entry) = self.slots[at];
            if entry == NONE {
                return None;
            }
            if seen == tag(hash) {
                let entry = &self.entries[entry as usize];
                if self.letters[entry.at as usize..(entry.at + entry.len) as usize] == *form {
                    return Some(&entry.bends);
                }
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Every word that a form taken with `bend` stands for.
    pub(super) fn words(&self, form: &str, bend: Bend, out: &mut Vec<WordId>) {
        if let Some(bends) = self.get(form.as_bytes()) {
            out.extend(bends[bend as usize..].iter().filter(|id| **id != NONE));
        }
    }

    /// The number of a pattern's word.
    pub(super) fn id(&self, word: &Word) -> Option<WordId> {
        self.ids.get(word).copied()
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// What building needed and searching does not.
    pub(super) fn forget_ids(&mut self) {
        self.ids = BTreeMap::new();
    }

    /// Bytes of the tables that searching reads.
    pub(super) fn bytes(&self) -> usize {
        self.filter.len() * 8
            + self.beginnings.bytes()
            + self.slots.len() * size_of::<(u32, u32)>()
            + self.entries.len() * size_of::<Entry>()
            + self.letters.len()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits are the slot")]
const fn slot(hash: u64) -> usize {
    hash as usize
}

const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}
