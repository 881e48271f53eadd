//! Posts as people write them who would rather not be found, and posts of nothing: made from a seed, always the same.
//!
//! Does: take words, phrases and names of a rule set and bend them in every way that folding knows, several at once. Does not:
//! say what should be found.
//! Invariant: a seed and a vocabulary give one post; making it costs little, so that millions can be made.

use std::fmt::Write as _;

use crate::rules::{Expr, RuleSet};

/// What posts are made of.
pub(super) struct Vocabulary {
    terms: Vec<String>,
}

/// Ordinary words between the others, and words that bind numbers, introduce them, or are said short.
const FILLERS: &[&str] = &[
    "yang",
    "di",
    "ke",
    "dan",
    "RT",
    "no",
    "nomor",
    "no.",
    "orang",
    "anak",
    "jam",
    "tahun",
    "rumah",
    "makan",
    "pergi",
    "saya",
    "kita",
    "jangan",
    "ga",
    "gw",
    "bgt",
    "jgn",
    "dgn",
    "tdk",
    "ayo",
    "H.",
    "Pak",
    "Bu",
    "dr.",
    "Kel.",
    "besok",
    "hari ini",
    "sesuai hati nurani",
    "tidak",
    "bukan",
    "tolak",
    "kata dia",
    "bupati",
    "calon",
    "paslon",
    "tps",
];

const NUMBERS: &[&str] = &[
    "1",
    "2",
    "3",
    "02",
    "01",
    "dua",
    "loro",
    "siji",
    "hiji",
    "duo",
    "tiga",
    "II",
    "②",
    "2️⃣",
    "❷",
    "²",
    "02/2024",
    "2%",
    "2.500",
    "10rb",
    "10.30",
    "27-11-2024",
    "0812",
    "2024",
    "satu",
    "kalih",
    "ke-2",
    "no.2",
    "nomor2",
    "paslon02",
];

const EMOJI: &[&str] = &[
    "✌",
    "✌🏽",
    "✌️✌️",
    "☝️",
    "👍",
    "🔥🔥🔥",
    "❤️",
    "😂",
    "👨‍👩‍👧",
    "🇮🇩",
    "🙏",
    "1️⃣",
    "💪🏿",
    "☑️",
];

const LINKS: &[&str] = &[
    "https://news.contoh.example/coblos-02?x=pilih",
    "http://t.co/a1",
    "www.contoh.example",
    "contoh.example/berita",
    "https://",
    "detik.com",
    "HTTPS://A.B",
    "youtube.com/@tim_2",
];

const MENTIONS: &[&str] = &["@budi", "@tim_2", "@Budi_Santoso!", "@", "@a.b", "@kita@contoh.example"];

const PREFIXES: &[&str] = &[
    "me", "men", "meny", "mem", "meng", "di", "ter", "ber", "ng", "ny", "n", "man", "ba", "tak", "ku", "se", "ke",
    "pe", "me-", "di-",
];

const SUFFIXES: &[&str] = &[
    "kan", "i", "in", "lah", "kah", "pun", "nya", "ku", "mu", "nyalah", "ake", "no", "en", "na", "keun", "eun", "ki",
    "mi", "an", "-nya", "-lah", "-in", "nya-lah",
];

const INVISIBLE: &[char] = &[
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{2060}',
    '\u{feff}',
    '\u{ad}',
    '\u{202e}',
    '\u{fe0f}',
    '\u{e0001}',
];

const GAPS: &[&str] = &[
    " ", " ", " ", " ", " ", " ", "  ", "", ". ", ", ", "-", "\n", "! ", "? ", "… ", "_", "/", "\t", "\u{a0}", ": ",
    ".", "'", "\u{3000}", "(", ")",
];

/// Characters of noise: letters of other scripts, marks, symbols, rare blocks.
const NOISE: &[(u32, u32)] = &[
    (0x20, 0x5f),
    (0xa0, 0x60),
    (0x300, 0x30),
    (0x391, 0x40),
    (0x400, 0x60),
    (0x530, 0x30),
    (0x627, 0x20),
    (0x1100, 0x10),
    (0x1e00, 0x60),
    (0x2000, 0x70),
    (0x2070, 0x30),
    (0x2100, 0x80),
    (0x2460, 0x60),
    (0x2600, 0x60),
    (0x3041, 0x20),
    (0x4e00, 0x10),
    (0xa720, 0x30),
    (0xfb00, 0x10),
    (0xfe00, 0x10),
    (0xff01, 0x60),
    (0x1_d400, 0x60),
    (0x1_f100, 0x70),
    (0x1_f1e6, 0x1a),
    (0x1_f3fb, 0x05),
    (0x1_f600, 0x40),
    (0xe_0020, 0x60),
];

impl Vocabulary {
    /// All that a rule set looks for: lists, literals, what candidates are called.
    pub(super) fn of(set: &RuleSet) -> Self {
        let mut terms: Vec<String> = Vec::new();
        for list in &set.words {
            terms.extend(list.terms.iter().map(|term| term.text.clone()));
        }
        for rule in &set.rules {
            literals(&rule.condition, &mut terms);
        }
        terms.extend(set.candidate_terms.iter().map(|term| term.text.clone()));
        terms.retain(|term| !term.is_empty());
        terms.sort_unstable();
        terms.dedup();
        Self { terms }
    }

    /// The post of a seed.
    pub(super) fn post(&self, seed: u64) -> String {
        let mut random = Random::new(seed);
        let mut post = String::new();
        if random.one_in(20) {
            let parts = random.below(60);
            for _ in 0..parts {
                post.push(random.noise());
            }
            return post;
        }
        let parts = 1 + random.below(9);
        for _ in 0..parts {
            let part = self.part(&mut random);
            post += &part;
            post += random.pick(GAPS);
        }
        post
    }

    fn part(&self, random: &mut Random) -> String {
        let plain = match random.below(20) {
            0..11 => random.of(&self.terms).clone(),
            11..14 => random.pick(FILLERS).to_owned(),
            14 | 15 => random.pick(NUMBERS).to_owned(),
            16 => random.pick(EMOJI).to_owned(),
            17 => {
                let list = if random.one_in(2) { LINKS } else { MENTIONS };
                random.pick(list).to_owned()
            }
            18 => (0..=random.below(6)).map(|_| random.noise()).collect(),
            _ => {
                // Joined words: what tags and people in a hurry make of several.
                let count = 2 + random.below(3);
                let words: Vec<String> = (0..count).map(|_| self.joinable(random)).collect();
                let camel = random.one_in(2);
                words
                    .iter()
                    .map(|word| if camel { capital(word) } else { word.clone() })
                    .collect()
            }
        };
        let mut bent = plain;
        for _ in 0..random.below(4) {
            bent = bend(&bent, random);
        }
        bent
    }

    fn joinable(&self, random: &mut Random) -> String {
        match random.below(6) {
            0 => random.pick(NUMBERS).to_owned(),
            1 => random.pick(FILLERS).to_owned(),
            _ => random.of(&self.terms).replace(' ', ""),
        }
    }
}

/// Literal terms of a condition.
fn literals(expr: &Expr, out: &mut Vec<String>) {
    if let Expr::Term(term) = expr {
        out.push(term.text.clone());
    }
    expr.parts().iter().for_each(|part| literals(part, out));
}

/// One evasion of a word or phrase.
fn bend(word: &str, random: &mut Random) -> String {
    let chars: Vec<char> = word.chars().take(80).collect();
    if chars.is_empty() {
        return random.noise().to_string();
    }
    let at = random.below(chars.len());
    let some = random.one_in(2);
    let each = |change: &dyn Fn(usize, char) -> String| -> String {
        chars.iter().enumerate().map(|(i, c)| change(i, *c)).collect()
    };
    let some_of = |change: &dyn Fn(char) -> String| -> String {
        each(&|i, c| if some || i == at { change(c) } else { c.to_string() })
    };
    match random.below(27) {
        0 => word.to_uppercase(),
        1 => capital(word),
        2 => each(&|i, c| {
            if i % 2 == at % 2 {
                c.to_uppercase().collect()
            } else {
                c.to_string()
            }
        }),
        // Half of them so that nothing tells where one word ends and the next begins.
        3 => chars
            .iter()
            .filter(|c| !(some && c.is_whitespace()))
            .map(char::to_string)
            .collect::<Vec<_>>()
            .join(" "),
        4 => chars
            .iter()
            .map(char::to_string)
            .collect::<Vec<_>>()
            .join(random.pick(&[".", "-", "_", "  ", "*", " . "])),
        5 | 6 => some_of(&|c| digit(c).to_string()),
        7 => some_of(&|c| look_alike(c).to_string()),
        8 => some_of(&|c| wide(c).to_string()),
        9 => {
            let times = 2 + random.below(5);
            each(&|i, c| c.to_string().repeat(if i == at { times } else { 1 }))
        }
        10 => {
            let hidden = *random.of(INVISIBLE);
            some_of(&|c| format!("{c}{hidden}"))
        }
        11 => {
            let mark = char::from_u32(0x300 + u32::try_from(random.below(0x30)).unwrap_or(0)).unwrap_or('\u{301}');
            each(&|i, c| if i == at { format!("{c}{mark}") } else { c.to_string() })
        }
        12 => each(&|i, c| if i == at { "*".to_owned() } else { c.to_string() }),
        13 | 14 => format!("#{}", tag(word, random)),
        15 => format!("@{}", tag(word, random)),
        16 | 17 => format!("{}{word}", random.pick(PREFIXES)),
        18 | 19 => format!("{word}{}", random.pick(SUFFIXES)),
        20 => format!(
            "{word}{}",
            random.pick(&["2", "²", "2nya", "2an", "02", "1", "3", "-2"])
        ),
        21 => format!("{word}-{word}"),
        22 => format!("{word}{}", random.pick(EMOJI)),
        23 => chars.iter().filter(|c| !"aiueo".contains(**c)).collect(),
        24 => {
            let mut out = String::new();
            for (i, c) in chars.iter().enumerate() {
                if i == at && random.one_in(2) {
                    out.push(random.noise());
                } else {
                    let _ = write!(out, "{c}");
                }
            }
            out
        }
        25 => {
            let emoji = random.pick(EMOJI);
            some_of(&|c| format!("{c}{emoji}"))
        }
        _ => format!(
            "{word}{}",
            random.pick(&["/", ".", "...", "!", "?!", "'s", "\"", ",02", ".2", ".com", " no. 2"])
        ),
    }
}

fn tag(word: &str, random: &mut Random) -> String {
    match random.below(3) {
        0 => word.split(' ').map(capital).collect(),
        1 => word.replace(' ', ""),
        _ => word.replace(' ', "_"),
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + chars.as_str()
}

const fn digit(c: char) -> char {
    match c {
        'o' | 'O' => '0',
        'i' => '1',
        'l' => '!',
        'a' => '4',
        'e' => '3',
        's' => '5',
        'g' => '9',
        't' => '7',
        'b' => '8',
        other => other,
    }
}

const fn look_alike(c: char) -> char {
    match c {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'o' => 'ο',
        'p' => 'р',
        'i' => 'і',
        's' => 'ѕ',
        'n' => 'п',
        'u' => 'υ',
        'k' => 'κ',
        'l' => 'ⅼ',
        other => other,
    }
}

/// The same letter in a dress of Unicode's.
fn wide(c: char) -> char {
    if !c.is_ascii_alphanumeric() {
        return c;
    }
    char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
}

/// A small generator with a state of its own for every post.
struct Random(u64);

impl Random {
    const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % end.max(1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    fn noise(&mut self) -> char {
        let (first, count) = *self.of(NOISE);
        let offset = u32::try_from(self.next() % u64::from(count)).unwrap_or(0);
        char::from_u32(first + offset).unwrap_or('\u{fffd}')
    }
}
