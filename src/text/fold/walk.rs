//! The walk over a text: characters → runs → tokens, one look at each byte but for bounded looks ahead.
//!
//! Invariant: `at` only grows; what a run holds is bounded, so that no text costs more than its length.

use super::link::{bare_len, domain_len, number_len};
use super::{Cell, Class, Edge, Folder, Join, Kind, MAX_RUN, Marks, Place, Seen, Token};
use crate::model::Span;
use crate::text::glyph::{Glyph, glyph};
use crate::text::lexicon;

/// So many tokens are looked at for that, emoji among them.
const LOOKED_BACK: usize = 8;

/// So many words may open a call before its verb: "mari kita".
const OPENING: usize = 2;

impl Folder<'_, '_> {
    /// One step of the walk: what begins at `at`, and where it ends.
    pub(super) fn step(&mut self, at: usize) -> usize {
        let Some((c, next)) = self.char_at(at) else {
            return self.text.len();
        };
        match c {
            '#' | '＃' if self.word_at(next) => self.tagged(at, next, Place::Tag),
            '@' if self.word_at(next) => self.tagged(at, next, Place::Mention),
            '[' if self.letter_at(next) && self.link_end(next).is_none() => self.bracketed(next),
            _ => self.plain(at, c, next),
        }
    }

    pub(super) fn plain(&mut self, at: usize, c: char, next: usize) -> usize {
        match glyph(c) {
            Glyph::Letter(_) | Glyph::Two(..) => match self.link_end(at) {
                Some(end) => self.link(at, end),
                None => self.run(at, Place::Text),
            },
            Glyph::Digit(_) | Glyph::Raised(_) => self.number_or_run(at),
            Glyph::Circled(n) => {
                const DIGITS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
                self.push_text(at, next, Kind::Number, DIGITS.get(usize::from(n)).unwrap_or(&""));
                next
            }
            Glyph::Emoji => self.emoji(at, next),
            Glyph::Flag => self.flag(at, next),
            Glyph::Line => {
                self.end_line();
                next
            }
            Glyph::Stop => {
                self.stop(at, c, next);
                next
            }
            Glyph::Nothing | Glyph::Apostrophe | Glyph::Hyphen | Glyph::Gap => next,
        }
    }

    pub(super) fn char_at(&self, at: usize) -> Option<(char, usize)> {
        let byte = *self.text.as_bytes().get(at)?;
        if byte.is_ascii() {
            return Some((char::from(byte), at + 1));
        }
        let c = self.text[at..].chars().next()?;
        Some((c, at + c.len_utf8()))
    }

    pub(super) fn letter_at(&self, at: usize) -> bool {
        self.char_at(at)
            .is_some_and(|(c, _)| matches!(glyph(c), Glyph::Letter(_) | Glyph::Two(..)))
    }

    pub(super) fn word_at(&self, at: usize) -> bool {
        self.char_at(at)
            .is_some_and(|(c, _)| matches!(glyph(c), Glyph::Letter(_) | Glyph::Two(..) | Glyph::Digit(_)))
    }

    /// A line end or an exclamation mark ends no sentence that waits for its object: "Coblos!", and on the next line whom; "Ayo kita
    /// menangkan".
    pub(super) fn end_line(&mut self) {
        if !self.awaits_object() {
            self.end_sentence();
        }
    }

    fn awaits_object(&self) -> bool {
        let tokens = &self.out.tokens;
        let back = tokens.iter().rev().take(LOOKED_BACK);
        let here = back.take_while(|token| token.sentence == self.sentence).count();
        let is_word = |at: &usize| tokens[*at].kind != Kind::Emoji;
        let form = |at: usize| self.out.form(&tokens[at]);
        let mut at = tokens.len() - here;
        let last = (at..tokens.len()).rfind(is_word);
        let Some(last) = last.filter(|last| lexicon::awaits_object(form(*last))) else {
            return false;
        };
        for _ in 0..=OPENING {
            match (at..=last).find(is_word) {
                Some(word) if word == last => return true,
                Some(word) if form(word) == "kita" => at = word + 1,
                Some(word) => match self.out.call_opened(word) {
                    Some(behind) => at = behind,
                    None => return false,
                },
                None => return false,
            }
        }
        false
    }

    /// Ends the sentence at such a sign, if it does.
    pub(super) fn stop(&mut self, at: usize, c: char, next: usize) {
        if !self.stops(at, c, next) {
            return;
        }
        if matches!(c, '!' | '！') {
            self.end_line();
        } else if c == '…' || c == '.' && self.is_dotted(at, next) {
            self.pause();
        } else {
            self.end_sentence();
        }
    }

    /// Whether the full stop at `at` is one of several.
    fn is_dotted(&self, at: usize, next: usize) -> bool {
        let dot = |at: usize| self.text.as_bytes().get(at) == Some(&b'.');
        dot(next) || at.checked_sub(1).is_some_and(dot)
    }

    fn end_sentence(&mut self) {
        if self.is_begun() {
            self.sentence += 1;
        } else {
            // Something else than dots stands here too.
            self.out.pauses.pop_if(|pause| *pause == self.sentence);
        }
    }

    /// Ends the sentence for what takes back or lowers, and not for what belongs together.
    fn pause(&mut self) {
        if self.is_begun() {
            self.sentence += 1;
            self.out.pauses.push(self.sentence);
        }
    }

    /// Whether the sentence has a word.
    fn is_begun(&self) -> bool {
        let last = self.out.tokens.last();
        last.is_some_and(|token| token.sentence == self.sentence)
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
        let initial = form.len() <= 4 && form.chars().nth(1).is_none() && last.kind == Kind::Word;
        !initial && !lexicon::is_abbreviation(form)
    }

    pub(super) fn emoji(&mut self, at: usize, next: usize) -> usize {
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
        self.behind_emoji(end)
    }

    pub(super) fn flag(&mut self, at: usize, next: usize) -> usize {
        match self.char_at(next) {
            Some((c, end)) if glyph(c) == Glyph::Flag => {
                self.push_text(at, end, Kind::Emoji, &self.text[at..end]);
                end
            }
            _ => next,
        }
    }

    /// Letters and digits up to the next gap.
    pub(super) fn run(&mut self, start: usize, place: Place) -> usize {
        self.out.cells.clear();
        self.seen = Seen::default();
        let bytes = self.text.as_bytes();
        let mut at = start;
        // Up to here digits are known to go on without a separator.
        let mut digits_end = start;
        let mut keycaps = false;
        while let Some(&b) = bytes.get(at) {
            if b.is_ascii_alphabetic() && !keycaps {
                at = self.ascii_letters(at);
                continue;
            }
            let Some((c, next)) = self.char_at(at) else { break };
            let what = glyph(c);
            if keycaps && !matches!(what, Glyph::Digit(_)) {
                break;
            }
            match what {
                Glyph::Letter(l) => self.letter(l, at, next, l != c && c.is_uppercase()),
                Glyph::Two(a, b) => {
                    self.letter(a, at, next, false);
                    self.letter(b, at, next, false);
                }
                Glyph::Digit(d) => {
                    let keycap = self.is_keycap(next);
                    if at >= digits_end {
                        digits_end = at + bare_len(&self.text[at..]);
                    }
                    let number = at >= digits_end && number_len(&self.text[at..]).is_some();
                    if !self.out.cells.is_empty() && (keycap != keycaps || number) {
                        break;
                    }
                    self.cell(char::from(b'0' + d), at, next, Class::Digit);
                    self.seen.digits = true;
                    if keycap {
                        at = self.skip_nothing(next);
                        keycaps = true;
                        continue;
                    }
                }
                Glyph::Raised(d) => {
                    self.cell(char::from(b'0' + d), at, next, Class::Raised);
                    self.seen.digits = true;
                    self.seen.joints = true;
                }
                Glyph::Nothing => self.extend(next),
                Glyph::Apostrophe if self.letter_at(next) => self.extend(next),
                Glyph::Hyphen if place == Place::Text && self.word_at(next) => self.joint('-', at, next, Class::Joint),
                Glyph::Gap if c == '_' && self.word_at(next) => self.joint('_', at, next, Class::Joint),
                Glyph::Gap | Glyph::Stop if place == Place::Text && self.stands_for_letter(c, next) => {
                    self.joint(c, at, next, Class::Symbol);
                }
                Glyph::Stop if c == '.' && place == Place::Text => {
                    if let Some(end) = self.domain(start, at) {
                        return end;
                    }
                    break;
                }
                _ => break,
            }
            at = next;
        }
        super::split::flush(self, place);
        at.max(start + 1)
    }

    /// ASCII letters from `at` on; gives where they end.
    fn ascii_letters(&mut self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        let (mut len, mut capitals) = (0, false);
        // A letter that comes twice in a row may come a third time: those are counted one by one.
        let mut last = self
            .out
            .cells
            .last()
            .map_or(0, |cell| u8::try_from(cell.c).unwrap_or(0));
        let mut twice = false;
        while let Some(b) = rest.get(len).filter(|b| b.is_ascii_alphabetic()) {
            let small = b | 0x20;
            twice |= small == last;
            capitals |= *b < b'a';
            last = small;
            len += 1;
        }
        if twice || self.out.cells.len() + len > MAX_RUN {
            for (i, b) in rest[..len].iter().enumerate() {
                self.letter(char::from(b.to_ascii_lowercase()), at + i, at + i + 1, *b < b'a');
            }
            return at + len;
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let form = self.out.forms.len();
        self.out.forms.push_str(&self.text[at..at + len]);
        self.out.forms[form..].make_ascii_lowercase();
        let cells = rest[..len].iter().enumerate().map(|(i, b)| Cell {
            c: char::from(b | 0x20),
            at: number(form + i),
            start: number(at + i),
            end: number(at + i + 1),
            class: Class::Letter,
            upper: *b < b'a',
        });
        self.out.cells.extend(cells);
        self.seen.capitals |= capitals;
        at + len
    }

    /// The bare domain that begins at `start`, as a link; its first dot is at `dot`.
    fn domain(&mut self, start: usize, dot: usize) -> Option<usize> {
        let label = self.text.as_bytes().get(dot + 1).is_some_and(u8::is_ascii_alphanumeric);
        if dot - start < 2 || !label {
            return None;
        }
        let end = start + domain_len(&self.text[start..])?;
        let from = self.out.forms.len();
        self.push_text(start, end, Kind::Link, &self.text[start..end]);
        self.out.forms[from..].make_ascii_lowercase();
        Some(self.after_domain(end))
    }

    pub(super) fn is_keycap(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        rest.strip_prefix('\u{fe0f}').unwrap_or(rest).starts_with('\u{20e3}')
    }

    pub(super) fn skip_nothing(&mut self, mut at: usize) -> usize {
        while let Some((c, next)) = self.char_at(at) {
            if glyph(c) != Glyph::Nothing {
                break;
            }
            self.extend(next);
            at = next;
        }
        at
    }

    /// `p!lih`, `nyobl*s`, `du@`, `coblo$`: a symbol after a letter and before another one (`@` and `$` also at the end).
    pub(super) fn stands_for_letter(&self, c: char, next: usize) -> bool {
        // Behind a word these go on with something else: an address, a price.
        let goes_on: &[char] = match c {
            '@' => &['.', '_', '@'],
            '$' => &['$'],
            '!' | '*' => &[],
            _ => return false,
        };
        let ends = || !goes_on.is_empty() && !self.word_at(next) && !self.text[next..].starts_with(goes_on);
        let behind_letter = self.out.cells.last().is_some_and(|cell| cell.class == Class::Letter);
        behind_letter && (self.letter_at(next) || ends())
    }

    #[inline]
    pub(super) fn letter(&mut self, l: char, at: usize, next: usize, upper: bool) {
        if let [.., a, b] = self.out.cells[..]
            && a.class == Class::Letter
            && b.class == Class::Letter
            && a.c == l
            && b.c == l
            && !self.is_roman(l)
        {
            self.extend(next);
            return;
        }
        self.cell(l, at, next, Class::Letter);
        if upper && let Some(cell) = self.out.cells.last_mut() {
            cell.upper = true;
            self.seen.capitals = true;
        }
    }

    /// Whether a third `i` goes on with a Roman number: "III" is no long "II", and another candidate's.
    fn is_roman(&self, l: char) -> bool {
        let cells = &self.out.cells;
        let third = cells.len().checked_sub(3).is_some_and(|at| cells[at].c == l);
        l == 'i' && !third && cells.iter().all(|cell| matches!(cell.c, 'i' | 'v' | 'x'))
    }

    fn joint(&mut self, c: char, at: usize, next: usize, class: Class) {
        self.cell(c, at, next, class);
        self.seen.joints = true;
    }

    #[inline]
    pub(super) fn cell(&mut self, c: char, at: usize, next: usize, class: Class) {
        if self.out.cells.len() >= MAX_RUN {
            self.extend(next);
            return;
        }
        let form = self.out.forms.len();
        if class != Class::Joint {
            self.out.forms.push(c);
        }
        self.out.cells.push(Cell {
            c,
            at: u32::try_from(form).unwrap_or(u32::MAX),
            start: u32::try_from(at).unwrap_or(u32::MAX),
            end: u32::try_from(next).unwrap_or(u32::MAX),
            class,
            upper: false,
        });
    }

    pub(super) fn extend(&mut self, next: usize) {
        if let Some(cell) = self.out.cells.last_mut() {
            cell.end = u32::try_from(next).unwrap_or(u32::MAX);
        }
    }

    pub(super) fn push_text(&mut self, start: usize, end: usize, kind: Kind, form: &str) {
        let at = self.out.forms.len();
        self.out.forms.push_str(form);
        let span = Span {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
        };
        self.push(span, at, kind, Marks::default());
    }

    /// Adds a token whose form was just written from `at` on.
    pub(super) fn push(&mut self, span: Span, at: usize, kind: Kind, marks: Marks) {
        self.push_len(span, at, self.out.forms.len() - at, kind, marks);
    }

    pub(super) fn push_len(&mut self, span: Span, at: usize, len: usize, kind: Kind, marks: Marks) {
        if self.run.count > 0 || len == 1 {
            self.count_spaced(span, at, len);
        }
        self.out.joined |= marks.joined;
        self.out.emoji |= kind == Kind::Emoji;
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
    pub(super) fn push_edge(&mut self, first: usize, at: usize, why: Join) {
        let to = self.out.tokens.len();
        self.push_edge_to(first, to, at, why);
    }

    pub(super) fn push_edge_to(&mut self, first: usize, to: usize, at: usize, why: Join) {
        self.push_edge_len(first, to, at, self.out.forms.len() - at, why);
    }

    pub(super) fn push_edge_len(&mut self, first: usize, to: usize, at: usize, len: usize, why: Join) {
        let edge = Edge {
            from: u32::try_from(first).unwrap_or(u32::MAX),
            to: u32::try_from(to).unwrap_or(u32::MAX),
            at: u32::try_from(at).unwrap_or(u32::MAX),
            len: u16::try_from(len).unwrap_or(u16::MAX),
            why,
        };
        // In order at once: it goes back over the edges of its own run at most.
        let later = |other: &&Edge| (other.from, other.to) > (edge.from, edge.to);
        let back = self.out.edges.iter().rev().take_while(later).count();
        if back == 0 {
            self.out.edges.push(edge);
        } else {
            self.out.edges.insert(self.out.edges.len() - back, edge);
        }
    }
}
