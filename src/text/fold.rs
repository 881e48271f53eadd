//! Folding: original bytes → tokens in one plain spelling, each with the bytes it came from.
//!
//! Two stages: `letters` gives the folded bytes with a map back, most of it by copying; `blocks` finds words in them as bit masks,
//! of which `words` makes tokens. Where something is special about a word, `walk` and `split` look closely at the original.
//!
//! Does: NFKC, case, marks, look-alikes and invisible characters ([`super::glyph`]); elongation down to two letters; splits of
//! hashtags, camel case, letters from digits; reduplication (`sama2`, `orang²`, `paslon-paslon`); numbers, dates and amounts as
//! one token; links and mentions as one token; emoji as tokens; sentences. Where letters may also be read together (spaced
//! letters, hyphens, camel case, digits inside), an [`Edge`] says so beside the tokens. Does not: decide what a token may be
//! read as by itself ([`super::reading`]), know any rule.
//! Invariant: spans lie on character boundaries, ascend and do not overlap (a link's or tag's edge covers its tokens); folding
//! the folded tokens again gives the same tokens; time and memory are linear.

use crate::model::Span;

mod blocks;
mod calls;
mod glued;
mod letters;
mod link;
mod marked;
mod spaced;
mod split;
mod walk;
mod words;

/// Longer text is cut: no platform allows a hundredth of it.
pub const MAX_BYTES: usize = 4 << 20;

/// Letters of one token that count; longer "words" are no words.
pub const MAX_FORM: usize = 64;

/// Characters of one run between gaps that are looked at; the rest of the run belongs to its last token.
const MAX_RUN: usize = 256;

/// So that sixteen bytes can be read from where any form begins, and the text before it in whole blocks.
const PADDING: &str = concat!(
    "                                                                ",
    "                                                                "
);

/// Spaced-out letters beyond this many start a new word.
const MAX_SPACED: usize = 32;

/// What kind of thing a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters, perhaps with digits inside.
    Word,
    /// Digits, perhaps with separators or a unit: `2`, `02/2024`, `10rb`.
    Number,
    /// One emoji (repeats count once), without skin tone.
    Emoji,
    /// A link; the form is its host, or `url`.
    Link,
}

/// A folded token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where in the original.
    pub span: Span,
    at: u32,
    len: u16,
    /// What it is.
    pub kind: Kind,
    /// Which sentence of the text, from 0.
    pub sentence: u32,
    /// The second half of a doubled word (`sama2`, `paslon-paslon`): part of phrases, never a match of its own.
    pub echo: bool,
    /// So long, or in such a place, that words may be joined in it.
    pub joined: bool,
    /// Part of a hashtag or mention.
    pub tag: bool,
}

/// Where a folded spelling stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelling {
    at: u32,
    len: u16,
}

impl Token {
    /// Its folded spelling.
    pub const fn spelling(&self) -> Spelling {
        Spelling {
            at: self.at,
            len: self.len,
        }
    }
}

impl Edge {
    /// Whether words may be joined in it: letters spaced alike over several words are one row.
    pub const fn joined(&self) -> bool {
        matches!(self.why, Join::Spaced)
    }

    /// Its folded spelling.
    pub const fn spelling(&self) -> Spelling {
        Spelling {
            at: self.at,
            len: self.len,
        }
    }
}

/// Why tokens may also be read as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Join {
    /// `c o b l o s`, `p.a.s.l.o.n`.
    Spaced,
    /// `men-coblos`, `YouTube`, `covid19`, `p!lih`, `co🔥blos`.
    Written,
    /// `#CoblosNomor2` as a whole, with its `#`.
    Tag,
    /// `@nama_akun` as a whole, with its `@`.
    Mention,
    /// `[SALAH]` as a whole, with its brackets: how fact checkers mark what they refute.
    Bracketed,
}

/// Another reading of neighbouring tokens as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// First token.
    pub from: u32,
    /// One past the last token.
    pub to: u32,
    at: u32,
    len: u16,
    /// Why.
    pub why: Join,
}

/// A folded text.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// Tokens in order.
    pub tokens: Vec<Token>,
    /// Joint readings, by first token.
    pub edges: Vec<Edge>,
    /// The folded text, then every form that is spelled otherwise.
    forms: String,
    joined: bool,
    emoji: bool,
    /// Sentences that dots alone part from the one before, ascending.
    pauses: Vec<u32>,
    patched: letters::Patched,
    blocks: Vec<blocks::Block>,
    cells: Vec<Cell>,
    pieces: Vec<split::Piece>,
}

impl Folded {
    /// Whether words may be joined in any token.
    pub fn any_joined(&self) -> bool {
        self.joined
    }

    /// Whether any token is an emoji.
    pub fn any_emoji(&self) -> bool {
        self.emoji
    }

    /// Whether a sentence goes on with what the one before says, after a pause of dots: "Sari.... bukan yang lain".
    pub fn is_continued(&self, sentence: u32) -> bool {
        self.pauses.binary_search(&sentence).is_ok()
    }

    /// The longest spelling, in bytes, that [`Self::key`] can tell from others.
    pub const KEY: usize = 15;

    /// A folded spelling as two numbers, the first byte the lowest; 0 if it is longer than [`Self::KEY`] bytes. It ends where only
    /// zeros follow, as no spelling holds the byte 0.
    #[inline]
    pub fn key(&self, spelling: Spelling) -> [u64; 2] {
        /// Of the two numbers, what belongs to a spelling of so many bytes.
        const OWN: [[u64; 2]; 32] = {
            let mut own = [[0; 2]; 32];
            let mut len = 1;
            while len <= Folded::KEY {
                own[len] = if len < 8 {
                    [u64::MAX >> (64 - 8 * len), 0]
                } else if len == 8 {
                    [u64::MAX, 0]
                } else {
                    [u64::MAX, u64::MAX >> (128 - 8 * len)]
                };
                len += 1;
            }
            own
        };
        let at = spelling.at as usize;
        let Some(bytes) = self.forms.as_bytes().get(at..at + 16) else {
            return [0; 2];
        };
        let own = OWN[usize::from(spelling.len).min(31)];
        let number = |i: usize| {
            bytes
                .as_chunks()
                .0
                .get(i)
                .map_or(0, |eight| u64::from_le_bytes(*eight) & own[i])
        };
        [number(0), number(1)]
    }

    /// The first of the two numbers of [`Self::key`], if the other is 0; else 0.
    #[inline]
    pub fn short_key(&self, spelling: Spelling) -> u64 {
        let (at, len) = (spelling.at as usize, u32::from(spelling.len));
        let Some(eight) = self.forms.as_bytes().get(at..).and_then(<[u8]>::first_chunk) else {
            return 0;
        };
        let (rest, longer) = (u64::BITS.wrapping_sub(8 * len), len > 8);
        u64::from_le_bytes(*eight) & u64::MAX.unbounded_shr(rest) & u64::from(longer).wrapping_sub(1)
    }

    /// A folded spelling.
    pub fn spelled(&self, spelling: Spelling) -> &str {
        &self.forms[spelling.at as usize..spelling.at as usize + usize::from(spelling.len)]
    }

    /// The folded spelling of a token.
    pub fn form(&self, token: &Token) -> &str {
        self.spelled(token.spelling())
    }

    /// The folded spelling of a joint reading.
    pub fn edge_form(&self, edge: &Edge) -> &str {
        self.spelled(edge.spelling())
    }

    /// All spellings, in order: what a person would call the folded text.
    #[cfg(test)]
    pub fn plain(&self) -> String {
        let forms: Vec<&str> = self.tokens.iter().map(|token| self.form(token)).collect();
        forms.join(" ")
    }

    /// The original bytes of the tokens `from..to`.
    pub fn span(&self, from: u32, to: u32) -> Span {
        let (first, last) = (&self.tokens[from as usize], &self.tokens[to as usize - 1]);
        Span {
            start: first.span.start,
            end: last.span.end,
        }
    }

    /// Cuts tokens into words joined in them: for each token named, the byte offsets in its form at which a new word begins.
    /// Tokens ascend; offsets ascend and lie inside the form.
    pub fn cut(&mut self, cuts: &[(u32, Vec<usize>)]) {
        let mut moved = Vec::with_capacity(self.tokens.len() + 1);
        let mut tokens = Vec::with_capacity(self.tokens.len() + cuts.len() * 2);
        let mut cuts = cuts.iter().peekable();
        for (i, token) in self.tokens.iter().enumerate() {
            moved.push(u32::try_from(tokens.len()).unwrap_or(u32::MAX));
            match cuts.next_if(|(at, _)| *at as usize == i) {
                Some((_, offsets)) => cut_token(token, offsets, self.written(token), &mut tokens),
                None => tokens.push(*token),
            }
        }
        moved.push(u32::try_from(tokens.len()).unwrap_or(u32::MAX));
        for edge in &mut self.edges {
            edge.from = moved[edge.from as usize];
            edge.to = moved[edge.to as usize];
        }
        self.tokens = tokens;
    }

    /// Cuts joint readings of spaced letters into words joined in them: for each edge named, the letters at which a new word begins.
    /// A letter is one byte of such a spelling, and one token.
    pub fn cut_edges(&mut self, cuts: &[(u32, Vec<usize>)]) {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut words = Vec::new();
        for (at, offsets) in cuts {
            let edge = self.edges[*at as usize];
            let mut from = 0;
            for to in offsets.iter().copied().chain([usize::from(edge.len)]) {
                words.push(Edge {
                    from: edge.from + number(from),
                    to: edge.from + number(to),
                    at: edge.at + number(from),
                    len: u16::try_from(to - from).unwrap_or(u16::MAX),
                    why: edge.why,
                });
                from = to;
            }
        }
        for (at, _) in cuts.iter().rev() {
            self.edges.remove(*at as usize);
        }
        self.edges.extend(words);
        self.edges.sort_by_key(|edge| (edge.from, edge.to));
    }

    /// How many bytes of what a token was written as stand before its form, if the form stands there byte for byte: a hashtag's first
    /// word also covers its `#`.
    fn written(&self, token: &Token) -> Option<usize> {
        let at = self.patched.straight(token.span)?;
        let written = self.forms.get(at..at + (token.span.end - token.span.start) as usize)?;
        let before = written.strip_suffix(self.form(token))?;
        (before.len() <= 1).then_some(before.len())
    }

    /// Folds `text` into this, reusing its buffers.
    pub fn fold(&mut self, text: &str) {
        let text = self.lay_letters(text);
        let laid = self.forms.len();
        self.tokens.clear();
        self.edges.clear();
        self.pauses.clear();
        self.joined = false;
        self.emoji = false;
        blocks::look(self.forms.as_bytes(), &mut self.blocks);
        self.forms.make_ascii_lowercase();
        let mut folder = Folder {
            text,
            out: self,
            sentence: 0,
            run: Run::default(),
            seen: Seen::default(),
        };
        folder.all();
        if self.forms.len() > laid {
            self.forms.push_str(PADDING);
        }
    }

    /// The first stage, but for case: `text` to folded bytes with a map back; what was folded before is gone. Gives the text
    /// that is folded: all of it, but for what is beyond [`MAX_BYTES`].
    fn lay_letters<'t>(&mut self, text: &'t str) -> &'t str {
        let text = &text[..text.floor_char_boundary(MAX_BYTES)];
        lay(text, &mut self.forms);
        self.patched.clear();
        if !self.forms.is_ascii() && self.patched.patch(text) {
            lay(self.patched.text(text), &mut self.forms);
        }
        text
    }

    /// The first stage of [`Self::fold`] alone, for those who measure it: the folded bytes, without tokens.
    pub fn letters(&mut self, text: &str) -> &str {
        self.tokens.clear();
        self.edges.clear();
        let text = self.lay_letters(text);
        self.forms.make_ascii_lowercase();
        &self.forms[..self.patched.text(text).len()]
    }
}

/// Writes `text` where the folded text goes, up to a whole number of blocks and one: vector code then meets no odd bytes.
fn lay(text: &str, forms: &mut String) {
    forms.clear();
    forms.push_str(text);
    forms.push_str(&PADDING[text.len() % blocks::BLOCK..]);
}

/// Folds a text.
pub fn fold(text: &str) -> Folded {
    let mut folded = Folded::default();
    folded.fold(text);
    folded
}

/// The words of a token cut at `offsets`. Where the token is not spelled as it was written, byte for byte, each word gets the span
/// of all.
fn cut_token(token: &Token, offsets: &[usize], shift: Option<usize>, out: &mut Vec<Token>) {
    let len = usize::from(token.len);
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut from = 0;
    for &to in offsets.iter().chain([&len]) {
        let span = match shift {
            Some(shift) => Span {
                start: token.span.start + if from == 0 { 0 } else { number(from + shift) },
                end: token.span.start + number(to + shift),
            },
            None => token.span,
        };
        let at = token.at + number(from);
        out.push(Token {
            span,
            at,
            len: u16::try_from(to - from).unwrap_or(u16::MAX),
            joined: false,
            ..*token
        });
        from = to;
    }
}

/// One folded letter, digit or joint of a run, with its original bytes.
#[derive(Debug, Clone, Copy)]
struct Cell {
    c: char,
    /// Where its letter is among the forms; a joint has none there.
    at: u32,
    start: u32,
    end: u32,
    class: Class,
    upper: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Raised,
    /// A hyphen or underscore between words.
    Joint,
    /// A symbol that may stand for a letter: `p!lih`, `nyobl*s`.
    Symbol,
}

/// What a run holds besides small letters.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// A joint, symbol or raised digit.
    joints: bool,
    digits: bool,
    capitals: bool,
}

/// What sets a token apart.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    echo: bool,
    joined: bool,
    tag: bool,
}

/// Single letters in a row with the same gap.
#[derive(Default)]
struct Run {
    first: usize,
    count: usize,
    letters: usize,
    /// Where the last one ends.
    end: u32,
    /// What stands between the first two.
    gap: Option<u32>,
}

struct Folder<'t, 'o> {
    text: &'t str,
    out: &'o mut Folded,
    sentence: u32,
    run: Run,
    seen: Seen,
}

/// What a run of characters stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Tag,
    Mention,
}

#[cfg(test)]
mod tests;
