//! What forms may stand for: the words of patterns each may be, as lists one after another in one place.
//!
//! Does: keep the lists, give their parts. Does not: know which form has which list (`memo`), work one out (`find`).
//! Invariant: a list that was kept is never changed, until all are forgotten.

use prefetch_index::prefetch_index;

use super::vocabulary::WordId;

/// Numbers before the senses of a form: how many of each kind follow, then a mask of the words that may follow a pattern's
/// beginning, then one of the words it may be later, each as two numbers.
const HEAD: usize = 7;
/// Groups that are taken at once, whether so many are meant or not: quicker than to ask.
pub(super) const AT_ONCE: usize = 4;

/// What a form came to, as one number: which kinds of senses there are, then where they lie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Read(u32);

impl Read {
    /// No word of any pattern.
    pub(super) const NOTHING: Self = Self(0);
    /// Not known yet; no reading has all flags.
    pub(super) const MISSED: Self = Self(u32::MAX);
    /// Marks a list of cuts.
    const CUTS: u32 = 1 << 31;
    /// It is patterns alone: of at most [`AT_ONCE`] groups, which are found wherever it is.
    const FEW: u32 = 1 << 30;
    /// A longer pattern may go on with it.
    const GOES_ON: u32 = 1 << 29;
    /// A longer pattern may begin with it; the next lower bit, so that two readings can be laid over each other.
    const BEGINS: u32 = 1 << 28;
    /// It is patterns alone: others than [`Self::FEW`].
    const MANY: u32 = 1 << 27;
    const PLACE: u32 = Self::MANY - 1;

    /// What is in either.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether words are joined in it.
    pub(super) const fn is_cut(self) -> bool {
        self.0 & Self::CUTS != 0
    }

    /// Whether it is patterns alone that [`Senses::few`] gives.
    pub(super) const fn is_few(self) -> bool {
        self.0 & Self::FEW != 0
    }

    /// Whether it is patterns alone that [`Senses::many`] gives.
    pub(super) const fn is_many(self) -> bool {
        self.0 & Self::MANY != 0
    }

    /// Whether a longer pattern may begin with it.
    pub(super) const fn begins(self) -> bool {
        self.0 & Self::BEGINS != 0
    }

    /// Whether a pattern may go on with it.
    pub(super) const fn goes_on(self) -> bool {
        self.0 & Self::GOES_ON != 0
    }

    /// Whether a longer pattern may begin with it and some pattern go on with the next.
    pub(super) const fn may_lead_to(self, next: Self) -> bool {
        self.0 & next.0 >> 1 & Self::BEGINS != 0
    }

    const fn place(self) -> usize {
        (self.0 & Self::PLACE) as usize
    }
}

/// The lists of one thread for one matcher.
#[derive(Debug, Default)]
pub(super) struct Senses {
    /// The lists; the first is empty, and behind the last is room to read [`AT_ONCE`] numbers.
    numbers: Vec<u32>,
    cuts: Vec<Vec<usize>>,
}

/// What a form may stand for, to be kept.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    /// The patterns that this form is alone: as [`super::ends::Ends::number`] if `many`, else at most [`AT_ONCE`] groups that are
    /// found wherever it is.
    pub(super) alone: &'a [u32],
    pub(super) many: bool,
    /// Ranges of the trie's children where longer patterns go on after it.
    pub(super) on: &'a [[u32; 2]],
    /// Which words these children are, as a mask.
    pub(super) follows: u64,
    /// The words it may be later in a pattern.
    pub(super) later: &'a [WordId],
}

/// The bit of a word in a mask.
pub(super) const fn mask(word: WordId) -> u64 {
    1 << (word.wrapping_mul(0x9e37_79b1) >> 26)
}

impl Senses {
    /// How much room they take, in numbers.
    pub(super) fn len(&self) -> usize {
        self.numbers.len() + self.cuts.len() * 16
    }

    pub(super) fn forget(&mut self) {
        self.numbers.clear();
        self.numbers.extend([0; HEAD + AT_ONCE]);
        self.cuts.clear();
    }

    /// Has the lists of these readings fetched before any is looked into.
    pub(super) fn fetch<'a>(&self, reads: impl Iterator<Item = &'a Read>) {
        for read in reads {
            prefetch_index(&self.numbers, read.place());
        }
    }

    /// The groups of the patterns that this form is alone, and how many of these numbers are meant; for [`Read::is_few`].
    #[inline]
    pub(super) fn few(&self, read: Read) -> ([u32; AT_ONCE], usize) {
        match &self.numbers[read.place()..] {
            [len, _, _, _, _, _, _, a, b, c, d, ..] => ([*a, *b, *c, *d], *len as usize),
            _ => ([0; AT_ONCE], 0),
        }
    }

    /// The patterns that this form is alone, as [`super::ends::Ends::number`]; for [`Read::is_many`].
    pub(super) fn many(&self, read: Read) -> &[u32] {
        match &self.numbers[read.place()..] {
            [len, _, _, _, _, _, _, rest @ ..] => &rest[..*len as usize],
            _ => &[],
        }
    }

    /// Where longer patterns go on after it: ranges of the trie's children.
    #[inline]
    pub(super) fn on(&self, read: Read) -> &[[u32; 2]] {
        let [alone, on, _, _, _, _, _, rest @ ..] = &self.numbers[read.place()..] else {
            return &[];
        };
        let from = *alone as usize;
        rest[from..from + *on as usize].as_chunks().0
    }

    /// The words that this form may be later in a pattern.
    #[inline]
    pub(super) fn later(&self, read: Read) -> &[WordId] {
        let [alone, on, later, _, _, _, _, rest @ ..] = &self.numbers[read.place()..] else {
            return &[];
        };
        let from = (alone + on) as usize;
        &rest[from..from + *later as usize]
    }

    /// Whether a word that the second may be may follow a pattern that begins with the first; a no is sure, a yes may be wrong.
    #[inline]
    pub(super) fn may_follow(&self, first: Read, next: Read) -> bool {
        let mask = |read: Read, at: usize| self.numbers[read.place()..].get(at..at + 2).unwrap_or(&[0; 2]);
        let (follows, later) = (mask(first, 3), mask(next, 5));
        (follows[0] & later[0] | follows[1] & later[1]) != 0
    }

    /// Where words are joined in a form.
    pub(super) fn cuts(&self, read: Read) -> &[usize] {
        &self.cuts[read.place()]
    }

    /// Keeps what a form may stand for.
    pub(super) fn keep(&mut self, senses: &Kept<'_>) -> Read {
        let &Kept {
            alone,
            many,
            on,
            follows,
            later,
        } = senses;
        if alone.is_empty() && on.is_empty() && later.is_empty() {
            return Read::NOTHING;
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(0);
        let at = self.numbers.len() - AT_ONCE;
        self.numbers.truncate(at);
        self.numbers
            .extend([alone.len(), on.len() * 2, later.len()].map(number));
        for mask in [follows, later.iter().fold(0, |all, word| all | mask(*word))] {
            #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
            self.numbers.extend([mask as u32, (mask >> 32) as u32]);
        }
        self.numbers.extend(alone);
        self.numbers.extend(on.iter().flatten());
        self.numbers.extend(later);
        self.numbers.extend([0; AT_ONCE]);
        let flag = |is: bool, flag: u32| if is { flag } else { 0 };
        Read(
            number(at)
                | flag(!alone.is_empty(), if many { Read::MANY } else { Read::FEW })
                | flag(!on.is_empty(), Read::BEGINS)
                | flag(!later.is_empty(), Read::GOES_ON),
        )
    }

    /// Keeps where words are joined in a form.
    pub(super) fn keep_cuts(&mut self, cuts: Vec<usize>) -> Read {
        if cuts.is_empty() {
            return Read::NOTHING;
        }
        self.cuts.push(cuts);
        Read(Read::CUTS | u32::try_from(self.cuts.len() - 1).unwrap_or(0))
    }
}
