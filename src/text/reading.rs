//! What one token may be read as: itself, and what people write it for.
//!
//! Does: digits and symbols for letters (`c0bl0s`, `p!lih`), stars for vowels (`nyobl*s`, `g*bl*k`), doubled letters (`coblosss`),
//! slang, number words, leading zeros, parent domains of a link. Does not: affixes ([`super::affix`]), several tokens
//! ([`super::fold::Edge`]).
//! Invariant: the form itself is always the first reading; readings are few and bounded; [`each`] allocates nothing.

use super::fold::{Kind, MAX_FORM};
use super::lexicon;

/// The step that leads from the form to a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// None: as folded.
    AsIs,
    /// `c0blos`.
    Digits,
    /// `nyobl*s`.
    Star,
    /// `coblosss`.
    Elongation,
    /// `jgn`.
    Slang,
    /// `loro`, `02`.
    Number,
    /// `news.detik.com` → `detik.com`.
    Link,
}

impl Step {
    /// The step in the tuner's words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsIs => "apa adanya",
            Self::Digits => "angka sebagai huruf",
            Self::Star => "bintang sebagai huruf",
            Self::Elongation => "huruf berulang",
            Self::Slang => "ejaan gaul",
            Self::Number => "kata bilangan",
            Self::Link => "induk tautan",
        }
    }
}

/// A reading and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The spelling.
    pub form: String,
    /// The last step taken.
    pub step: Step,
}

/// Of a word with more doubled letters only the last ones are tried single.
const MAX_PAIRS: usize = 3;

/// All readings of a form, the form itself first, without repeats.
pub fn readings(form: &str, kind: Kind) -> Vec<Reading> {
    let mut list: Vec<Reading> = Vec::new();
    each(form, kind, &mut |form, step| {
        if !list.iter().any(|known| known.form == form) {
            list.push(Reading {
                form: form.to_owned(),
                step,
            });
        }
    });
    list
}

/// Calls `found` with every reading of a form, the form itself first; a reading may come twice.
pub fn each(form: &str, kind: Kind, found: &mut impl FnMut(&str, Step)) {
    found(form, Step::AsIs);
    match kind {
        Kind::Emoji => {}
        Kind::Link => {
            let mut host = form;
            while let Some((_, parent)) = host.split_once('.') {
                if parent.contains('.') {
                    found(parent, Step::Link);
                }
                host = parent;
            }
            found("url", Step::Link);
        }
        Kind::Number => {
            let bare = form.trim_start_matches('0');
            if !bare.is_empty() && bare.len() < form.len() && form.bytes().all(|b| b.is_ascii_digit()) {
                found(bare, Step::Number);
            }
        }
        Kind::Word => word(form, found),
    }
}

/// What a term's word is looked for as: number words as digits; with `spell`, slang as the common spelling.
pub fn canonical(form: &str, spell: bool) -> &str {
    if let Some(digits) = lexicon::number(form) {
        return digits;
    }
    if spell && let Some(common) = lexicon::slang(form) {
        return common;
    }
    form
}

fn word(form: &str, found: &mut impl FnMut(&str, Step)) {
    spelled(form, found);
    if form.len() > MAX_FORM || !form.is_ascii() {
        return;
    }
    let (mut digit, mut star, mut pair, mut last) = (false, false, false, 0);
    for b in form.bytes() {
        digit |= b.is_ascii_digit() || matches!(b, b'@' | b'$' | b'!');
        star |= b == b'*';
        pair |= b == last;
        last = b;
    }
    if digit {
        for one in [b'i', b'l'] {
            let mut letters = Buffer::new(form);
            for b in letters.bytes() {
                *b = undigit(*b, one);
            }
            let letters = letters.text();
            found(letters, Step::Digits);
            spelled(letters, found);
            starred(letters, star, found);
            single(letters, found);
        }
    }
    starred(form, star, found);
    // "II" is a number, no long "I"; "VIII" is no long "VI".
    if pair && form.bytes().any(|b| !matches!(b, b'i' | b'v' | b'x')) && !lexicon::is_whole(form) {
        single(form, found);
    }
}

/// Slang and number words.
fn spelled(form: &str, found: &mut impl FnMut(&str, Step)) {
    if let Some(common) = lexicon::slang(form) {
        found(common, Step::Slang);
        if let Some(digits) = lexicon::number(common) {
            found(digits, Step::Number);
        }
    }
    if let Some(digits) = lexicon::number(form) {
        found(digits, Step::Number);
    }
}

/// Digits and symbols to the letters they stand for; 1 and ! are either `i` or `l`.
const fn undigit(b: u8, one: u8) -> u8 {
    match b {
        b'0' => b'o',
        b'1' | b'!' => one,
        b'2' => b'z',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'6' | b'9' => b'g',
        b'7' => b't',
        b'8' => b'b',
        other => other,
    }
}

/// So many stars of one word may stand for vowels.
const MAX_STARS: usize = 2;

/// Each star for a vowel.
fn starred(form: &str, star: bool, found: &mut impl FnMut(&str, Step)) {
    if !star || form.bytes().filter(|b| *b == b'*').count() > MAX_STARS {
        return;
    }
    unstarred(form, found);
}

/// Puts every vowel for the first star, then for the next.
fn unstarred(form: &str, found: &mut impl FnMut(&str, Step)) {
    for vowel in *b"aiueo" {
        let mut letters = Buffer::new(form);
        let Some(star) = letters.bytes().iter_mut().find(|b| **b == b'*') else {
            return;
        };
        *star = vowel;
        if letters.text().contains('*') {
            unstarred(letters.text(), found);
        } else {
            found(letters.text(), Step::Star);
            spelled(letters.text(), found);
        }
    }
}

/// Doubled letters as single ones: each alone and all together.
fn single(form: &str, found: &mut impl FnMut(&str, Step)) {
    let bytes = form.as_bytes();
    let (mut pairs, mut count) = ([0usize; MAX_PAIRS], 0);
    for at in (1..bytes.len()).rev() {
        if bytes[at] == bytes[at - 1] && bytes[at].is_ascii_lowercase() && count < MAX_PAIRS {
            pairs[count] = at;
            count += 1;
        }
    }
    for mask in 1..1usize << count {
        let mut letters = Buffer::empty();
        for (at, b) in bytes.iter().enumerate() {
            let dropped = pairs[..count]
                .iter()
                .enumerate()
                .any(|(bit, pair)| *pair == at && mask & (1 << bit) != 0);
            if !dropped {
                letters.push(*b);
            }
        }
        found(letters.text(), Step::Elongation);
        spelled(letters.text(), found);
    }
}

/// A word on the stack; only ASCII is ever written into it.
struct Buffer {
    room: [u8; MAX_FORM],
    len: usize,
}

impl Buffer {
    const fn empty() -> Self {
        Self {
            room: [0; MAX_FORM],
            len: 0,
        }
    }

    fn new(form: &str) -> Self {
        let mut buffer = Self::empty();
        for b in form.bytes() {
            buffer.push(b);
        }
        buffer
    }

    fn push(&mut self, b: u8) {
        if let Some(room) = self.room.get_mut(self.len) {
            *room = b;
            self.len += 1;
        }
    }

    fn bytes(&mut self) -> &mut [u8] {
        &mut self.room[..self.len]
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.room[..self.len]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(form: &str, as_what: &str) -> Option<Step> {
        readings(form, Kind::Word)
            .into_iter()
            .find(|r| r.form == as_what)
            .map(|r| r.step)
    }

    #[test]
    fn evasions_are_read_as_the_word_meant_and_named() {
        assert_eq!(reads("c0bl0s", "coblos"), Some(Step::Digits));
        assert_eq!(reads("c0bl0ss", "coblos"), Some(Step::Elongation));
        assert_eq!(reads("p!lih", "pilih"), Some(Step::Digits));
        assert_eq!(reads("nyobl*s", "nyoblos"), Some(Step::Star));
        assert_eq!(reads("g*bl*k", "goblok"), Some(Step::Star));
        assert_eq!(reads("b*j*ng*n", "bajingan"), None, "three vowels may be anything");
        assert_eq!(reads("cobloss", "coblos"), Some(Step::Elongation));
        assert_eq!(reads("jgn", "jangan"), Some(Step::Slang));
        assert_eq!(reads("jgnn", "jangan"), Some(Step::Slang));
        assert_eq!(reads("du@", "2"), Some(Step::Number));
        assert_eq!(Step::Digits.name(), "angka sebagai huruf");
    }

    #[test]
    fn a_zero_before_a_number_is_read_without_it_too() {
        assert_eq!(readings("02", Kind::Number)[1].form, "2");
        assert_eq!(readings("02/2024", Kind::Number).len(), 1);
        assert_eq!(readings("0", Kind::Number).len(), 1);
    }

    #[test]
    fn a_host_is_read_as_its_parents() {
        let forms: Vec<_> = readings("news.detik.com", Kind::Link)
            .into_iter()
            .map(|r| r.form)
            .collect();
        assert_eq!(forms, ["news.detik.com", "detik.com", "url"]);
    }
}
