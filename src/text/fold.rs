//! Folding: original bytes → tokens in one plain spelling, each with the bytes it came from. One pass.
//!
//! Does: NFKC, case, marks, look-alikes and invisible characters ([`super::glyph`]); elongation down to two letters; splits of
//! hashtags, camel case, letters from digits; reduplication (`sama2`, `orang²`, `paslon-paslon`); numbers, dates and amounts as
//! one token; links and mentions as one token; emoji as tokens; sentences. Where letters may also be read together (spaced
//! letters, hyphens, camel case, digits inside), an [`Edge`] says so beside the tokens. Does not: decide what a token may be
//! read as by itself ([`super::reading`]), know any rule.
//! Invariant: spans lie on character boundaries, ascend and do not overlap (a link's or tag's edge covers its tokens); folding
//! the folded tokens again gives the same tokens; time and memory are linear.

use self::link::{domain_len, number_len};
use super::glyph::{Glyph, glyph};
use super::lexicon;
use crate::model::Span;

mod ascii;
mod link;
mod split;

/// Longer text is cut: no platform allows a hundredth of it.
pub const MAX_BYTES: usize = 4 << 20;

/// Letters of one token that count; longer "words" are no words.
pub const MAX_FORM: usize = 64;

/// Characters of one run between gaps that are looked at; the rest of the run belongs to its last token.
const MAX_RUN: usize = 256;

/// So that sixteen bytes can be read from where any form begins.
const PADDING: &str = "                ";

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

/// Why tokens may also be read as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Join {
    /// `c o b l o s`, `p.a.s.l.o.n`.
    Spaced,
    /// `men-coblos`, `YouTube`, `covid19`, `p!lih`.
    Written,
    /// `#CoblosNomor2` as a whole, with its `#`.
    Tag,
    /// `@nama_akun` as a whole, with its `@`.
    Mention,
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
    /// The text in lower case, at the same offsets, then every form that is spelled otherwise.
    forms: String,
    joined: bool,
    cells: Vec<Cell>,
    pieces: Vec<split::Piece>,
}

impl Folded {
    /// Whether words may be joined in any token.
    pub fn any_joined(&self) -> bool {
        self.joined
    }

    /// The folded spelling of a token as a number, when it is at most sixteen bytes long; and its length.
    pub fn key(&self, token: &Token) -> (Option<u128>, usize) {
        let (at, len) = (token.at as usize, usize::from(token.len));
        let bytes = self.forms.as_bytes();
        let Some(Ok(sixteen)) = bytes.get(at..at + 16).map(<[u8; 16]>::try_from) else {
            return (None, len);
        };
        match len {
            0 => (Some(0), 0),
            1..=16 => (Some(u128::from_le_bytes(sixteen) & (u128::MAX >> (128 - 8 * len))), len),
            _ => (None, len),
        }
    }

    /// The folded spelling of a token.
    pub fn form(&self, token: &Token) -> &str {
        &self.forms[token.at as usize..token.at as usize + usize::from(token.len)]
    }

    /// The folded spelling of a joint reading.
    pub fn edge_form(&self, edge: &Edge) -> &str {
        &self.forms[edge.at as usize..edge.at as usize + usize::from(edge.len)]
    }

    /// All spellings, in order: what a person would call the folded text.
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
                Some((_, offsets)) => cut_token(token, offsets, &mut tokens),
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

    /// Folds `text` into this, reusing its buffers.
    pub fn fold(&mut self, text: &str) {
        self.tokens.clear();
        self.edges.clear();
        self.forms.clear();
        self.joined = false;
        let text = &text[..text.floor_char_boundary(MAX_BYTES)];
        self.forms.push_str(text);
        self.forms.make_ascii_lowercase();
        let mut folder = Folder {
            text,
            out: self,
            sentence: 0,
            run: Run::default(),
        };
        folder.all();
        self.forms.push_str(PADDING);
        self.edges.sort_by_key(|edge| (edge.from, edge.to));
    }
}

/// Folds a text.
pub fn fold(text: &str) -> Folded {
    let mut folded = Folded::default();
    folded.fold(text);
    folded
}

/// The words of a token cut at `offsets`. When letters and bytes do not correspond one to one, each word gets the span of all.
fn cut_token(token: &Token, offsets: &[usize], out: &mut Vec<Token>) {
    let (len, bytes) = (usize::from(token.len), (token.span.end - token.span.start) as usize);
    let shift = bytes.checked_sub(len).filter(|shift| *shift <= 1); // a hashtag's first word also covers its `#`
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
}

struct Folder<'t, 'o> {
    text: &'t str,
    out: &'o mut Folded,
    sentence: u32,
    run: Run,
}

/// What a run of characters stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Tag,
    Mention,
}

impl Folder<'_, '_> {
    fn all(&mut self) {
        let mut at = 0;
        while let Some((c, next)) = self.char_at(at) {
            if c == ' ' {
                at = next;
                continue;
            }
            if let Some(end) = self.ascii(at) {
                at = end;
                continue;
            }
            at = match c {
                '#' | '＃' if self.word_at(next) => self.tagged(at, next, Place::Tag),
                '@' if self.word_at(next) => self.tagged(at, next, Place::Mention),
                _ => self.plain(at, c, next),
            };
        }
        self.end_spaced();
    }

    fn plain(&mut self, at: usize, c: char, next: usize) -> usize {
        match glyph(c) {
            Glyph::Letter(_) | Glyph::Two(..) => match self.link_end(at) {
                Some(end) => self.link(at, end),
                None => self.run(at, Place::Text),
            },
            Glyph::Digit(_) | Glyph::Raised(_) => self.number_or_run(at),
            Glyph::Circled(n) => {
                self.push_text(at, next, Kind::Number, &n.to_string());
                next
            }
            Glyph::Emoji => self.emoji(at, next),
            Glyph::Flag => self.flag(at, next),
            Glyph::Line => {
                self.end_sentence();
                next
            }
            Glyph::Stop => {
                if self.stops(at, c, next) {
                    self.end_sentence();
                }
                next
            }
            Glyph::Nothing | Glyph::Apostrophe | Glyph::Hyphen | Glyph::Gap => next,
        }
    }

    fn char_at(&self, at: usize) -> Option<(char, usize)> {
        let byte = *self.text.as_bytes().get(at)?;
        if byte.is_ascii() {
            return Some((char::from(byte), at + 1));
        }
        let c = self.text[at..].chars().next()?;
        Some((c, at + c.len_utf8()))
    }

    fn letter_at(&self, at: usize) -> bool {
        self.char_at(at)
            .is_some_and(|(c, _)| matches!(glyph(c), Glyph::Letter(_) | Glyph::Two(..)))
    }

    fn word_at(&self, at: usize) -> bool {
        self.char_at(at)
            .is_some_and(|(c, _)| matches!(glyph(c), Glyph::Letter(_) | Glyph::Two(..) | Glyph::Digit(_)))
    }

    fn end_sentence(&mut self) {
        if self
            .out
            .tokens
            .last()
            .is_some_and(|token| token.sentence == self.sentence)
        {
            self.sentence += 1;
        }
    }

    /// Whether a full stop here ends a sentence: not inside a word, not after an abbreviation or an initial.
    fn stops(&self, at: usize, c: char, next: usize) -> bool {
        if c != '.' {
            return true;
        }
        if self.word_at(next) {
            return false;
        }
        let Some(last) = self.out.tokens.last() else {
            return false;
        };
        if last.span.end as usize != at {
            return true;
        }
        let form = self.out.form(last);
        let initial = form.chars().nth(1).is_none() && last.kind == Kind::Word;
        !initial && !lexicon::is_abbreviation(form)
    }

    fn emoji(&mut self, at: usize, next: usize) -> usize {
        let here = &self.text[at..next];
        let mut end = next;
        while let Some((c, after)) = self.char_at(end) {
            match glyph(c) {
                Glyph::Nothing => end = after,
                Glyph::Emoji if &self.text[end..after] == here => end = after,
                _ => break,
            }
        }
        self.push_text(at, end, Kind::Emoji, here);
        end
    }

    fn flag(&mut self, at: usize, next: usize) -> usize {
        match self.char_at(next) {
            Some((c, end)) if glyph(c) == Glyph::Flag => {
                self.push_text(at, end, Kind::Emoji, &self.text[at..end]);
                end
            }
            _ => next,
        }
    }

    /// A hashtag or mention: its parts as tokens, and the whole as an edge.
    fn tagged(&mut self, at: usize, next: usize, place: Place) -> usize {
        let first = self.out.tokens.len();
        let mut end = self.run(next, place);
        if place == Place::Mention {
            // user.name and @user@host
            while let Some((c @ ('.' | '@'), after)) = self.char_at(end) {
                if !self.word_at(after) || c == '.' && self.out.tokens.len() - first > 8 {
                    break;
                }
                end = self.run(after, place);
            }
        }
        let from = self.out.forms.len();
        for c in self.text[at..end].chars().take(MAX_RUN) {
            match glyph(c) {
                Glyph::Letter(l) => self.out.forms.push(l),
                Glyph::Two(a, b) => self.out.forms.extend([a, b]),
                Glyph::Digit(d) | Glyph::Raised(d) => self.out.forms.push(char::from(b'0' + d)),
                Glyph::Gap if self.out.forms.len() == from => self.out.forms.push(if c == '@' { '@' } else { '#' }),
                Glyph::Gap if c == '_' || c == '@' => self.out.forms.push(c),
                Glyph::Stop => self.out.forms.push('.'),
                _ => {}
            }
        }
        if self.out.tokens.len() > first {
            let why = if place == Place::Tag { Join::Tag } else { Join::Mention };
            self.push_edge(first, from, why);
            let whole = u32::try_from(at).unwrap_or(0);
            self.out.tokens[first].span.start = whole;
        }
        end
    }

    /// Letters and digits up to the next gap.
    fn run(&mut self, start: usize, place: Place) -> usize {
        self.out.cells.clear();
        let mut at = start;
        while let Some((c, next)) = self.char_at(at) {
            match glyph(c) {
                Glyph::Letter(l) => self.letter(l, at, next, c.is_uppercase()),
                Glyph::Two(a, b) => {
                    self.letter(a, at, next, false);
                    self.letter(b, at, next, false);
                }
                Glyph::Digit(d) => {
                    let keycap = self.is_keycap(next);
                    if !self.out.cells.is_empty() && (keycap || number_len(&self.text[at..]).is_some()) {
                        break;
                    }
                    self.cell(char::from(b'0' + d), at, next, Class::Digit);
                    if keycap {
                        at = self.skip_nothing(next);
                        break;
                    }
                }
                Glyph::Raised(d) => self.cell(char::from(b'0' + d), at, next, Class::Raised),
                Glyph::Nothing => self.extend(next),
                Glyph::Apostrophe if self.letter_at(next) => self.extend(next),
                Glyph::Hyphen if place == Place::Text && self.word_at(next) => self.cell('-', at, next, Class::Joint),
                Glyph::Gap if c == '_' && self.word_at(next) => self.cell('_', at, next, Class::Joint),
                Glyph::Gap | Glyph::Stop if place == Place::Text && self.stands_for_letter(c, next) => {
                    self.cell(c, at, next, Class::Symbol);
                }
                Glyph::Stop if c == '.' && place == Place::Text => {
                    if let Some(len) = domain_len(&self.text[start..]) {
                        self.push_text(
                            start,
                            start + len,
                            Kind::Link,
                            &self.text[start..start + len].to_ascii_lowercase(),
                        );
                        return self.after_domain(start + len);
                    }
                    break;
                }
                _ => break,
            }
            at = next;
        }
        split::flush(self, place);
        at.max(start + 1)
    }

    fn is_keycap(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        rest.strip_prefix('\u{fe0f}').unwrap_or(rest).starts_with('\u{20e3}')
    }

    fn skip_nothing(&mut self, mut at: usize) -> usize {
        while let Some((c, next)) = self.char_at(at) {
            if glyph(c) != Glyph::Nothing {
                break;
            }
            self.extend(next);
            at = next;
        }
        at
    }

    /// `p!lih`, `nyobl*s`, `du@`: a symbol after a letter and before another one (`@` also at the end).
    fn stands_for_letter(&self, c: char, next: usize) -> bool {
        matches!(c, '@' | '$' | '!' | '*')
            && self.out.cells.last().is_some_and(|cell| cell.class == Class::Letter)
            && (self.letter_at(next)
                || c == '@' && !self.word_at(next) && !self.text[next..].starts_with(['.', '_', '@']))
    }

    fn letter(&mut self, l: char, at: usize, next: usize, upper: bool) {
        if let [.., a, b] = self.out.cells[..]
            && a.class == Class::Letter
            && b.class == Class::Letter
            && a.c == l
            && b.c == l
        {
            self.extend(next);
            return;
        }
        self.cell(l, at, next, Class::Letter);
        if upper && let Some(cell) = self.out.cells.last_mut() {
            cell.upper = true;
        }
    }

    fn cell(&mut self, c: char, at: usize, next: usize, class: Class) {
        if self.out.cells.len() >= MAX_RUN {
            self.extend(next);
            return;
        }
        self.out.cells.push(Cell {
            c,
            start: u32::try_from(at).unwrap_or(u32::MAX),
            end: u32::try_from(next).unwrap_or(u32::MAX),
            class,
            upper: false,
        });
    }

    fn extend(&mut self, next: usize) {
        if let Some(cell) = self.out.cells.last_mut() {
            cell.end = u32::try_from(next).unwrap_or(u32::MAX);
        }
    }

    fn push_text(&mut self, start: usize, end: usize, kind: Kind, form: &str) {
        let at = self.out.forms.len();
        self.out.forms.push_str(form);
        let span = Span {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
        };
        self.push(span, at, kind, Marks::default());
    }

    /// Adds a token whose form was just written from `at` on.
    fn push(&mut self, span: Span, at: usize, kind: Kind, marks: Marks) {
        self.push_len(span, at, self.out.forms.len() - at, kind, marks);
    }

    fn push_len(&mut self, span: Span, at: usize, len: usize, kind: Kind, marks: Marks) {
        if self.run.count > 0 || len == 1 {
            self.count_spaced(span, at, len);
        }
        self.out.joined |= marks.joined;
        self.out.tokens.push(Token {
            span,
            at: u32::try_from(at).unwrap_or(u32::MAX),
            len: u16::try_from(len).unwrap_or(u16::MAX),
            kind,
            sentence: self.sentence,
            echo: marks.echo,
            joined: marks.joined,
            tag: marks.tag,
        });
    }

    /// Adds a joint reading of the tokens from `first` on, whose form was just written from `at` on.
    fn push_edge(&mut self, first: usize, at: usize, why: Join) {
        let to = self.out.tokens.len();
        self.push_edge_to(first, to, at, why);
    }

    fn push_edge_to(&mut self, first: usize, to: usize, at: usize, why: Join) {
        self.out.edges.push(Edge {
            from: u32::try_from(first).unwrap_or(u32::MAX),
            to: u32::try_from(to).unwrap_or(u32::MAX),
            at: u32::try_from(at).unwrap_or(u32::MAX),
            len: u16::try_from(self.out.forms.len() - at).unwrap_or(u16::MAX),
            why,
        });
    }

    fn count_spaced(&mut self, span: Span, at: usize, len: usize) {
        let form = &self.out.forms[at..at + len];
        let mut chars = form.chars();
        let single = chars.next().filter(|c| chars.next().is_none() && c.is_alphanumeric());
        let Some(c) = single else {
            self.end_spaced();
            return;
        };
        let index = self.out.tokens.len();
        let continues = self.run.count > 0 && self.run.count < MAX_SPACED && self.same_gap(span);
        if !continues {
            self.end_spaced();
            self.run = Run {
                first: index,
                count: 0,
                letters: 0,
            };
        }
        self.run.count += 1;
        self.run.letters += usize::from(!c.is_ascii_digit());
    }

    fn same_gap(&self, span: Span) -> bool {
        let tokens = &self.out.tokens[self.run.first..];
        let gap = |from: u32, to: u32| self.text.get(from as usize..to as usize).unwrap_or("\n");
        let Some(last) = tokens.last() else { return false };
        let here = gap(last.span.end, span.start);
        let first = tokens
            .get(1)
            .map_or(here, |second| gap(tokens[0].span.end, second.span.start));
        !here.is_empty() && here.len() <= 3 && here == first && !here.contains('\n')
    }

    fn end_spaced(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.letters < 3 {
            return;
        }
        let at = self.out.forms.len();
        let mut to = run.first + run.count;
        let digit = |out: &Folded, i: usize| out.tokens[i].kind == Kind::Number;
        while to > run.first && digit(self.out, to - 1) {
            to -= 1;
        }
        for i in run.first..to {
            let token = self.out.tokens[i];
            let range = token.at as usize..token.at as usize + usize::from(token.len);
            self.out.forms.extend_from_within(range);
        }
        if to > run.first + 2 {
            self.push_edge_to(run.first, to, at, Join::Spaced);
        }
    }
}

#[cfg(test)]
mod tests;
