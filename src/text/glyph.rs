//! One character → what it is to folding.
//!
//! Does: NFKC's compatibility forms, case, accents and marks, UTS 39 look-alikes, invisible characters, emoji, circled and
//! keycap digits. Does not: look at neighbours.
//! Invariant: folding a folded character gives it back; look-alikes are mapped towards Latin only, so text and terms meet
//! whatever script a letter was borrowed from.

use std::sync::OnceLock;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// What a character is to folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// A letter, folded.
    Letter(char),
    /// A ligature or the like: two letters, folded.
    Two(char, char),
    /// A decimal digit.
    Digit(u8),
    /// A raised digit: after a word it doubles the word (orang²).
    Raised(u8),
    /// A circled or boxed number: a number by itself.
    Circled(u8),
    /// A flag letter; two make a flag.
    Flag,
    /// An emoji or pictograph.
    Emoji,
    /// Nothing: zero-width, variation selector, bidi control, combining mark, skin tone.
    Nothing,
    /// An apostrophe: nothing inside a word, else a gap.
    Apostrophe,
    /// A hyphen or dash.
    Hyphen,
    /// Ends a line.
    Line,
    /// Ends a sentence.
    Stop,
    /// Anything else: a gap.
    Gap,
}

/// The mark that boxes what stands before it: it makes a number of a digit.
pub const KEYCAP: char = '\u{20e3}';

/// Characters in a page; a page is computed when its first character is met.
const PAGE: usize = 256;

/// Letters beyond this are private or not yet given out.
const LIMIT: usize = 0x3_3500;

static PAGES: [OnceLock<Box<[Glyph; PAGE]>>; LIMIT / PAGE] = [const { OnceLock::new() }; LIMIT / PAGE];

const ASCII: [Glyph; 128] = {
    let mut table = [Glyph::Gap; 128];
    let mut b = 0u8;
    while b < 128 {
        table[b as usize] = ascii(b as char);
        b += 1;
    }
    table
};

/// What `c` is.
pub fn glyph(c: char) -> Glyph {
    let n = c as usize;
    if let Some(known) = ASCII.get(n) {
        return *known;
    }
    match PAGES.get(n / PAGE) {
        Some(page) => page.get_or_init(|| fill(n / PAGE))[n % PAGE],
        None => special(c).unwrap_or(Glyph::Gap),
    }
}

#[cold]
fn fill(page: usize) -> Box<[Glyph; PAGE]> {
    let mut glyphs = Box::new([Glyph::Gap; PAGE]);
    for (i, to) in glyphs.iter_mut().enumerate() {
        let c = u32::try_from(page * PAGE + i).ok().and_then(char::from_u32);
        *to = c.map_or(Glyph::Gap, compute);
    }
    glyphs
}

/// Look-alikes that UTS 39 does not know, maps to a shape instead of the letter meant, or knows in one case only.
#[rustfmt::skip]
const ALIKE: &[(char, char)] = &[
    ('І', 'i'),
    ('і', 'i'),
    ('Ӏ', 'i'),
    ('ӏ', 'i'),
    ('Ι', 'i'),
    ('ι', 'i'),
    ('ı', 'i'),
    ('Α', 'a'),
    ('α', 'a'),
    ('Β', 'b'),
    ('β', 'b'),
    ('в', 'b'),
    ('В', 'b'),
    ('ь', 'b'),
    ('Ь', 'b'),
    ('γ', 'y'),
    ('Ε', 'e'),
    ('ε', 'e'),
    ('е', 'e'),
    ('э', 'e'),
    ('є', 'e'),
    ('Η', 'h'),
    ('η', 'n'),
    ('н', 'h'),
    ('Н', 'h'),
    ('п', 'n'),
    ('и', 'u'),
    ('К', 'k'),
    ('к', 'k'),
    ('Κ', 'k'),
    ('κ', 'k'),
    ('м', 'm'),
    ('М', 'm'),
    ('Μ', 'm'),
    ('μ', 'u'),
    ('µ', 'u'),
    ('ν', 'v'),
    ('Ν', 'n'),
    ('ο', 'o'),
    ('Ο', 'o'),
    ('σ', 'o'),
    ('ρ', 'p'),
    ('Ρ', 'p'),
    ('τ', 't'),
    ('Τ', 't'),
    ('т', 't'),
    ('Т', 't'),
    ('υ', 'u'),
    ('Υ', 'y'),
    ('χ', 'x'),
    ('Χ', 'x'),
    ('ω', 'w'),
    ('г', 'r'),
    ('я', 'r'),
    ('з', 'e'),
    ('ч', 'y'),
    ('Ԁ', 'd'),
    ('ԁ', 'd'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('Ѕ', 's'),
    ('ѕ', 's'),
    ('Ј', 'j'),
    ('ј', 'j'),
    ('һ', 'h'),
    ('Һ', 'h'),
    ('ɑ', 'a'),
    ('ɡ', 'g'),
    ('ɩ', 'i'),
    ('ɪ', 'i'),
    ('ø', 'o'),
    ('Ø', 'o'),
    ('đ', 'd'),
    ('Đ', 'd'),
    ('ð', 'd'),
    ('Ð', 'd'),
    ('ħ', 'h'),
    ('Ħ', 'h'),
    ('ł', 'l'),
    ('Ł', 'l'),
    ('ŧ', 't'),
    ('Ŧ', 't'),
    ('ƀ', 'b'),
    ('ɓ', 'b'),
    ('ɗ', 'd'),
    ('ƒ', 'f'),
    ('ɠ', 'g'),
    ('ƙ', 'k'),
    ('ɲ', 'n'),
    ('ŋ', 'n'),
    ('ƥ', 'p'),
    ('ʂ', 's'),
    ('ƭ', 't'),
    ('ʋ', 'v'),
    ('ƴ', 'y'),
    ('ʐ', 'z'),
    ('ᴀ', 'a'),
    ('ʙ', 'b'),
    ('ᴄ', 'c'),
    ('ᴅ', 'd'),
    ('ᴇ', 'e'),
    ('ꜰ', 'f'),
    ('ɢ', 'g'),
    ('ʜ', 'h'),
    ('ᴊ', 'j'),
    ('ᴋ', 'k'),
    ('ʟ', 'l'),
    ('ᴍ', 'm'),
    ('ɴ', 'n'),
    ('ᴏ', 'o'),
    ('ᴘ', 'p'),
    ('ʀ', 'r'),
    ('ꜱ', 's'),
    ('ᴛ', 't'),
    ('ᴜ', 'u'),
    ('ᴠ', 'v'),
    ('ᴡ', 'w'),
    ('ʏ', 'y'),
    ('ᴢ', 'z'),
    ('ɐ', 'a'),
    ('ɔ', 'c'),
    ('ǝ', 'e'),
    ('ə', 'e'),
    ('ɯ', 'm'),
    ('ʌ', 'v'),
    ('ß', 's'),
    ('∂', 'd'),
    ('₵', 'c'),
    ('¢', 'c'),
    ('€', 'e'),
    ('£', 'l'),
    ('¥', 'y'),
    ('ƈ', 'c'),
    ('ɛ', 'e'),
    ('ɨ', 'i'),
    ('ı', 'i'),
    ('ŀ', 'l'),
    ('ﾑ', 'a'),
    ('丨', 'i'),
    ('乃', 'b'),
    ('匚', 'c'),
    ('口', 'o'),
];

fn compute(c: char) -> Glyph {
    if let Some(special) = special(c) {
        return special;
    }
    if c.is_ascii() {
        return ascii(c);
    }
    if let Some(letter) = alike(c) {
        return Glyph::Letter(letter);
    }
    if matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') {
        return Glyph::Letter(c); // ideographs and syllables look like no Latin letter, but for the few listed
    }
    let (mut letters, mut marks) = ([None; 2], 0);
    for part in c.nfkd().take(18) {
        if is_combining_mark(part) || matches!(special(part), Some(Glyph::Nothing | Glyph::Apostrophe)) {
            marks += 1;
            continue;
        }
        for low in part.to_lowercase().filter(|low| !is_combining_mark(*low)) {
            match letters {
                [None, _] => letters[0] = Some(low),
                [_, None] => letters[1] = Some(low),
                _ => return Glyph::Gap, // ㎏-like squares of three and more: rare, and no letter of a word
            }
        }
    }
    match letters {
        [None, _] if marks > 0 => Glyph::Nothing,
        [None, _] => Glyph::Gap,
        [Some(only), None] => one(c, only),
        [Some(first), Some(second)] => match (one(c, first), one(c, second)) {
            (Glyph::Letter(a), Glyph::Letter(b)) => Glyph::Two(a, b),
            _ => Glyph::Gap,
        },
    }
}

/// A single character after decomposition and lower-casing; `c` is what stood in the text.
fn one(c: char, folded: char) -> Glyph {
    if folded.is_ascii() {
        return match ascii(folded) {
            Glyph::Digit(d) if matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}'..='\u{2079}') => {
                Glyph::Raised(d)
            }
            Glyph::Digit(d) if matches!(c, '\u{2460}'..='\u{24ff}') => Glyph::Circled(d),
            other => other,
        };
    }
    if let Some(letter) = alike(folded) {
        return Glyph::Letter(letter);
    }
    if !folded.is_alphanumeric() {
        return special(folded).unwrap_or(Glyph::Gap);
    }
    if let Some(d) = native_digit(folded) {
        return Glyph::Digit(d);
    }
    let mut buffer = [0; 4];
    let mut skeleton = unicode_security::skeleton(folded.encode_utf8(&mut buffer));
    match (skeleton.next(), skeleton.next(), skeleton.next()) {
        (Some(s), None, _) if s.is_ascii_alphabetic() => Glyph::Letter(s.to_ascii_lowercase()),
        (Some('r'), Some('n'), None) => Glyph::Letter('m'),
        _ => Glyph::Letter(folded),
    }
}

fn alike(c: char) -> Option<char> {
    ALIKE.iter().find(|(from, _)| *from == c).map(|(_, to)| *to)
}

const fn ascii(c: char) -> Glyph {
    match c {
        'a'..='z' | 'A'..='Z' => Glyph::Letter(c.to_ascii_lowercase()),
        '0'..='9' => Glyph::Digit(c as u8 - b'0'),
        '\'' | '`' => Glyph::Apostrophe,
        '-' => Glyph::Hyphen,
        '\n' | '\r' | '\u{b}' | '\u{c}' => Glyph::Line,
        '.' | '!' | '?' => Glyph::Stop,
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}' => Glyph::Nothing,
        _ => Glyph::Gap,
    }
}

/// Characters whose meaning is not in their decomposition.
fn special(c: char) -> Option<Glyph> {
    let n = c as u32;
    Some(match n {
        0xad
        | 0x34f
        | 0x61c
        | 0x115f
        | 0x1160
        | 0x17b4
        | 0x17b5
        | 0x180b..=0x180f
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x206f
        | 0x3164
        | 0xfe00..=0xfe0f
        | 0xfeff
        | 0xffa0
        | 0x20e3
        | 0x1f3fb..=0x1f3ff
        | 0x80..=0x84
        | 0x86..=0x9f
        | 0xfff0..=0xfffb
        | 0xe0000..=0xe0fff => Glyph::Nothing,
        0x85 | 0x2028 | 0x2029 => Glyph::Line,
        0x2018 | 0x2019 | 0x201b | 0x2bb..=0x2bd | 0x2b9 | 0x2c8 | 0x2032 | 0xb4 | 0x55a => Glyph::Apostrophe,
        0x2010..=0x2015 | 0x2212 | 0x2043 => Glyph::Hyphen,
        0x2026 | 0x203c | 0x203d | 0x2047..=0x2049 | 0x3002 | 0xff01 | 0xff0e | 0xff1f | 0x61f => Glyph::Stop,
        0x2776..=0x277e => circled(n - 0x2776 + 1),
        0x2780..=0x2788 => circled(n - 0x2780 + 1),
        0x278a..=0x2792 => circled(n - 0x278a + 1),
        0x277f | 0x2789 | 0x2793 | 0x2469 => Glyph::Circled(10),
        0x24ff | 0x24ea => Glyph::Circled(0),
        0x1f130..=0x1f149 => latin(n - 0x1f130),
        0x1f150..=0x1f169 => latin(n - 0x1f150),
        0x1f170..=0x1f189 => latin(n - 0x1f170),
        0x1f1e6..=0x1f1ff => Glyph::Flag,
        0x231a
        | 0x231b
        | 0x23e9..=0x23f3
        | 0x2600..=0x27bf
        | 0x2b05..=0x2b07
        | 0x2b1b
        | 0x2b1c
        | 0x2b50
        | 0x2b55
        | 0x3030
        | 0x303d
        | 0x1f000..=0x1f0ff
        | 0x1f18e..=0x1f1e5
        | 0x1f200..=0x1faff => Glyph::Emoji,
        _ => return None,
    })
}

fn circled(n: u32) -> Glyph {
    Glyph::Circled(u8::try_from(n).unwrap_or(0))
}

fn latin(n: u32) -> Glyph {
    Glyph::Letter(char::from(b'a' + u8::try_from(n).unwrap_or(0)))
}

fn native_digit(c: char) -> Option<u8> {
    let n = c as u32;
    [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1b50, 0xa9d0]
        .iter()
        .find(|zero| (**zero..**zero + 10).contains(&n))
        .and_then(|zero| u8::try_from(n - zero).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_other_scripts_become_the_latin_letter_they_look_like() {
        for (c, letter) in [
            ('с', 'c'),
            ('о', 'o'),
            ('О', 'o'),
            ('ｃ', 'c'),
            ('𝓬', 'c'),
            ('é', 'e'),
            ('Ⓐ', 'a'),
            ('🅰', 'a'),
            ('Н', 'h'),
            ('р', 'p'),
        ] {
            assert_eq!(glyph(c), Glyph::Letter(letter), "{c}");
        }
        assert_eq!(glyph('ﬁ'), Glyph::Two('f', 'i'));
    }

    #[test]
    fn digits_keep_how_they_were_written() {
        assert_eq!(glyph('²'), Glyph::Raised(2));
        assert_eq!(glyph('②'), Glyph::Circled(2));
        assert_eq!(glyph('❷'), Glyph::Circled(2));
        assert_eq!(glyph('２'), Glyph::Digit(2));
        assert_eq!(glyph('٢'), Glyph::Digit(2));
    }

    #[test]
    fn what_is_not_seen_is_nothing() {
        for c in ['\u{200d}', '\u{fe0f}', '\u{202e}', '\u{301}', '\u{0}', '\u{ad}'] {
            assert_eq!(glyph(c), Glyph::Nothing, "{:x}", c as u32);
        }
    }

    #[test]
    fn folding_a_folded_character_changes_nothing() {
        for c in (0..=0x0001_fbff)
            .filter(|n| !(0x3400..0xa000).contains(n))
            .filter_map(char::from_u32)
        {
            match glyph(c) {
                Glyph::Letter(folded) => assert_eq!(glyph(folded), Glyph::Letter(folded), "{c} {:x}", c as u32),
                Glyph::Two(a, b) => {
                    assert_eq!((glyph(a), glyph(b)), (Glyph::Letter(a), Glyph::Letter(b)), "{c}");
                }
                _ => {}
            }
        }
    }
}
