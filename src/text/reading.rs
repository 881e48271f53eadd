//! What one token may be read as: itself, and what people write it for.
//!
//! Does: digits and symbols for letters (`c0bl0s`, `p!lih`), a star for a vowel (`nyobl*s`), doubled letters (`coblosss`),
//! slang, number words, leading zeros, parent domains of a link. Does not: affixes ([`super::affix`]), several tokens
//! ([`super::fold::Edge`]).
//! Invariant: the form itself is always the first reading; readings are few and bounded.

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

/// No token has more readings.
const MAX_READINGS: usize = 24;

/// All readings of a form, the form itself first, without repeats.
pub fn readings(form: &str, kind: Kind) -> Vec<Reading> {
    let mut all = Readings {
        list: vec![Reading {
            form: form.to_owned(),
            step: Step::AsIs,
        }],
    };
    match kind {
        Kind::Emoji => {}
        Kind::Link => {
            let mut host = form;
            while let Some((_, parent)) = host.split_once('.') {
                if parent.contains('.') {
                    all.add(parent.to_owned(), Step::Link);
                }
                host = parent;
            }
            all.add("url".to_owned(), Step::Link);
        }
        Kind::Number => {
            let bare = form.trim_start_matches('0');
            if !bare.is_empty() && form.bytes().all(|b| b.is_ascii_digit()) {
                all.add(bare.to_owned(), Step::Number);
            }
        }
        Kind::Word => all.word(form),
    }
    all.list
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

struct Readings {
    list: Vec<Reading>,
}

impl Readings {
    fn add(&mut self, form: String, step: Step) {
        if self.list.len() < MAX_READINGS && !self.list.iter().any(|known| known.form == form) {
            self.list.push(Reading { form, step });
        }
    }

    fn word(&mut self, form: &str) {
        if form.len() > MAX_FORM * 4 {
            return;
        }
        if form
            .bytes()
            .any(|b| b.is_ascii_digit() || matches!(b, b'@' | b'$' | b'!'))
        {
            for i in ['i', 'l'] {
                self.add(undigit(form, i), Step::Digits);
            }
        }
        self.each(star, Step::Star);
        self.each(undouble, Step::Elongation);
        self.each(
            |word| lexicon::slang(word).into_iter().map(str::to_owned).collect(),
            Step::Slang,
        );
        self.each(
            |word| lexicon::number(word).into_iter().map(str::to_owned).collect(),
            Step::Number,
        );
    }

    /// Applies a step to every reading found so far.
    fn each(&mut self, step: impl Fn(&str) -> Vec<String>, name: Step) {
        for i in 0..self.list.len() {
            for form in step(&self.list[i].form) {
                self.add(form, name);
            }
        }
    }
}

/// Digits and symbols to the letters they stand for; 1 and ! are either `i` or `l`.
fn undigit(form: &str, one: char) -> String {
    form.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => one,
            '2' => 'z',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '6' | '9' => 'g',
            '7' => 't',
            '8' => 'b',
            other => other,
        })
        .collect()
}

/// One star for one vowel.
fn star(form: &str) -> Vec<String> {
    if form.bytes().filter(|b| *b == b'*').count() != 1 {
        return Vec::new();
    }
    ["a", "i", "u", "e", "o"]
        .iter()
        .map(|vowel| form.replace('*', vowel))
        .collect()
}

/// Doubled letters to single ones: each alone and all together, at most the last three pairs of a word.
fn undouble(form: &str) -> Vec<String> {
    let chars: Vec<char> = form.chars().collect();
    let mut pairs: Vec<usize> = (1..chars.len())
        .filter(|&i| chars[i] == chars[i - 1] && chars[i].is_alphabetic())
        .collect();
    if pairs.len() > 3 {
        pairs.drain(..pairs.len() - 3);
    }
    (1..1usize << pairs.len())
        .map(|mask| {
            let drop = |i: usize| {
                pairs
                    .iter()
                    .position(|&p| p == i)
                    .is_some_and(|bit| mask & (1 << bit) != 0)
            };
            chars
                .iter()
                .enumerate()
                .filter(|(i, _)| !drop(*i))
                .map(|(_, c)| c)
                .collect()
        })
        .collect()
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
        assert_eq!(reads("p!lih", "pilih"), Some(Step::Digits));
        assert_eq!(reads("nyobl*s", "nyoblos"), Some(Step::Star));
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
