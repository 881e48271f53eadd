//! Affixes and clitics by rule: which words a form may come from.
//!
//! Does: Indonesian verbs (meN-, di-, ter-, ber-, -kan, -i), colloquial ones (ng-, ny-, -in), clitics (-lah, -kah, -pun, -nya,
//! -ku, -mu), Javanese (N-, tak-, -ake, -no, -en, -na, -e), Sundanese (-keun, -eun, -na) and Minang (maN-, ba-). Does not:
//! know whether a stem exists, or undo nouns (pemilih, pilihan, dukungan are other words than pilih and dukung).
//! Invariant: a stem has at least three letters, and the number of stems per word is bounded.

/// What was taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// Only clitics: the word itself with -nya, -lah and their like.
    Clitic,
    /// Prefixes or suffixes too.
    Affix,
}

const CLITICS: [End; 12] = [
    End::new("nyalah"),
    End::new("nya"),
    End::new("lah"),
    End::new("kah"),
    End::new("pun"),
    End::new("tah"),
    End::new("ku"),
    End::new("mu"),
    End::new("ne"),
    End::new("na"),
    End::new("ki"),
    End::new("mi"),
];

const SUFFIXES: [End; 15] = [
    End::new("akan"),
    End::new("aken"),
    End::new("kan"),
    End::new("keun"),
    End::new("ake"),
    End::new("eun"),
    End::new("ken"),
    End::new("in"),
    End::new("no"),
    End::new("en"),
    End::new("na"),
    End::new("ke"),
    End::new("i"),
    End::new("e"),
    End::new("o"),
];

/// Prefixes, and the letters they may have swallowed.
const PREFIXES: [(Start, &[u8]); 27] = [
    (Start::new("menge"), b""),
    (Start::new("meng"), b"kgh"),
    (Start::new("meny"), b"sc"),
    (Start::new("mem"), b"p"),
    (Start::new("men"), b"t"),
    (Start::new("me"), b""),
    (Start::new("mang"), b"k"),
    (Start::new("many"), b"sc"),
    (Start::new("mam"), b"p"),
    (Start::new("man"), b"t"),
    (Start::new("ma"), b""),
    (Start::new("nge"), b""),
    (Start::new("ng"), b"k"),
    (Start::new("ny"), b"sc"),
    (Start::new("m"), b"pb"),
    (Start::new("n"), b"td"),
    (Start::new("diper"), b""),
    (Start::new("di"), b""),
    (Start::new("ter"), b""),
    (Start::new("ke"), b""),
    (Start::new("ber"), b""),
    (Start::new("be"), b""),
    (Start::new("ba"), b""),
    (Start::new("tak"), b""),
    (Start::new("dak"), b""),
    (Start::new("ta"), b""),
    (Start::new("ka"), b""),
];

/// More places than these no word can have: each prefix with three swallowed letters at most.
const MAX_BEGINS: usize = 1 + PREFIXES.len() * 4;

/// Every clitic, and every suffix before each of them.
const MAX_STOPS: usize = (1 + CLITICS.len()) * (1 + SUFFIXES.len());

/// The shortest stem.
const MIN_STEM: usize = 3;

/// Room before and after the word, so that eight bytes can be read from anywhere in it.
const ROOM: usize = 8;

/// An ending of at most eight letters, compared as one number.
struct End {
    bits: u64,
    mask: u64,
    len: usize,
}

impl End {
    const fn new(text: &str) -> Self {
        let (bits, len) = pack(text);
        let shift = 64 - 8 * len;
        Self {
            bits: bits << shift,
            mask: u64::MAX << shift,
            len,
        }
    }
}

/// A beginning of at most eight letters.
struct Start {
    bits: u64,
    mask: u64,
    len: usize,
}

impl Start {
    const fn new(text: &str) -> Self {
        let (bits, len) = pack(text);
        Self {
            bits,
            mask: u64::MAX >> (64 - 8 * len),
            len,
        }
    }
}

const fn pack(text: &str) -> (u64, usize) {
    let bytes = text.as_bytes();
    let (mut bits, mut at) = (0u64, 0);
    while at < bytes.len() {
        bits |= (bytes[at] as u64) << (8 * at);
        at += 1;
    }
    (bits, at)
}

/// The word on the stack with room round it.
struct Letters {
    bytes: [u8; ROOM + super::fold::MAX_FORM + ROOM],
}

impl Letters {
    fn eight(&self, at: usize) -> u64 {
        self.bytes
            .get(at..at + 8)
            .and_then(|eight| eight.try_into().ok())
            .map_or(0, u64::from_le_bytes)
    }

    /// The letters `from..to` of the word.
    fn text(&self, from: usize, to: usize) -> &str {
        std::str::from_utf8(&self.bytes[ROOM + from..ROOM + to]).unwrap_or_default()
    }

    /// Where the word ending at `to` ends without `end`, if it has that ending and enough before it.
    fn without(&self, to: usize, end: &End) -> Option<usize> {
        let matches = (self.eight(to) ^ end.bits) & end.mask == 0; // the eight bytes before `to`, for the room of eight
        (matches && to >= end.len + MIN_STEM).then(|| to - end.len)
    }
}

/// Where a stem begins, and the letter put back there.
#[derive(Clone, Copy)]
struct Begin {
    at: usize,
    letter: Option<u8>,
}

/// Where a stem ends, and what was taken off there.
#[derive(Clone, Copy)]
struct Stop {
    to: usize,
    off: Option<Off>,
}

/// A short list on the stack.
struct Few<T, const N: usize> {
    room: [T; N],
    len: usize,
}

impl<T: Copy, const N: usize> Few<T, N> {
    const fn new(empty: T) -> Self {
        Self {
            room: [empty; N],
            len: 0,
        }
    }

    fn push(&mut self, item: T) {
        if let Some(room) = self.room.get_mut(self.len) {
            *room = item;
            self.len += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = T> {
        self.room[..self.len].iter().copied()
    }
}

/// Calls `each` with every stem `word` may come from, not with `word` itself. Stems may repeat. `wanted` tells by its first four
/// letters whether a stem is worth a look; of a stem of three the fourth is whatever follows.
pub fn stems(word: &str, wanted: impl Fn([u8; 4]) -> bool, mut each: impl FnMut(&str, Off)) {
    let len = word.len();
    if !(MIN_STEM + 1..=super::fold::MAX_FORM).contains(&len) || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    let mut letters = Letters {
        bytes: [0; ROOM + super::fold::MAX_FORM + ROOM],
    };
    letters.bytes[ROOM..ROOM + len].copy_from_slice(word.as_bytes());
    let begins = begins(&letters, len, wanted);
    if begins.len == 0 {
        return;
    }
    let stops = stops(&letters, len);
    for begin in begins.iter() {
        let kept = letters.bytes[ROOM + begin.at];
        letters.bytes[ROOM + begin.at] = begin.letter.unwrap_or(kept);
        let whole = begin.at == 0 && begin.letter.is_none();
        for stop in stops.iter().filter(|stop| stop.to >= begin.at + MIN_STEM) {
            let off = match stop.off {
                None if whole => continue,
                Some(off) if whole => off,
                _ => Off::Affix,
            };
            each(letters.text(begin.at, stop.to), off);
        }
        letters.bytes[ROOM + begin.at] = kept;
    }
}

/// Where stems may begin: at the word's own start, after a prefix, and with what the prefix may have swallowed put back.
fn begins(letters: &Letters, len: usize, wanted: impl Fn([u8; 4]) -> bool) -> Few<Begin, MAX_BEGINS> {
    let mut begins = Few::new(Begin { at: 0, letter: None });
    let four = |at: usize| {
        let at = ROOM + at;
        [
            letters.bytes[at],
            letters.bytes[at + 1],
            letters.bytes[at + 2],
            letters.bytes[at + 3],
        ]
    };
    if wanted(four(0)) {
        begins.push(Begin { at: 0, letter: None });
    }
    if !matches!(letters.bytes[ROOM], b'm' | b'n' | b'd' | b't' | b'k' | b'b') {
        return begins;
    }
    let head = letters.eight(ROOM);
    for (prefix, swallowed) in &PREFIXES {
        if (head ^ prefix.bits) & prefix.mask != 0 || len + 1 < prefix.len + MIN_STEM {
            continue;
        }
        if wanted(four(prefix.len)) {
            begins.push(Begin {
                at: prefix.len,
                letter: None,
            });
        }
        let next = letters.bytes[ROOM + prefix.len];
        if !matches!(next, b'a' | b'i' | b'u' | b'e' | b'o' | b'l' | b'r') {
            continue;
        }
        let at = prefix.len - 1;
        let [_, b, c, d] = four(at);
        for letter in *swallowed {
            if wanted([*letter, b, c, d]) {
                begins.push(Begin {
                    at,
                    letter: Some(*letter),
                });
            }
        }
    }
    begins
}

/// Where stems may end: at the word's own end, before clitics, before suffixes, before both.
fn stops(letters: &Letters, len: usize) -> Few<Stop, MAX_STOPS> {
    let mut stops = Few::new(Stop { to: 0, off: None });
    stops.push(Stop { to: len, off: None });
    for clitic in &CLITICS {
        if let Some(to) = letters.without(len, clitic) {
            stops.push(Stop {
                to,
                off: Some(Off::Clitic),
            });
        }
    }
    for bare in 0..stops.len {
        let to = stops.room[bare].to;
        for suffix in &SUFFIXES {
            if let Some(to) = letters.without(to, suffix) {
                stops.push(Stop {
                    to,
                    off: Some(Off::Affix),
                });
            }
        }
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comes_from(word: &str, stem: &str) -> bool {
        let mut found = false;
        stems(word, |_| true, |s, _| found |= s == stem);
        found
    }

    #[test]
    fn verbs_lead_back_to_their_stem() {
        for (word, stem) in [
            ("mencoblos", "coblos"),
            ("nyoblos", "coblos"),
            ("dicoblos", "coblos"),
            ("tercoblos", "coblos"),
            ("coblosin", "coblos"),
            ("pilihlah", "pilih"),
            ("memilih", "pilih"),
            ("milih", "pilih"),
            ("menusuk", "tusuk"),
            ("nusuk", "tusuk"),
            ("mendukung", "dukung"),
            ("ndukung", "dukung"),
            ("dukunglah", "dukung"),
            ("memenangkan", "menang"),
            ("menangkeun", "menang"),
            ("lanjutno", "lanjut"),
            ("coblosen", "coblos"),
            ("mengawal", "kawal"),
            ("menyebar", "sebar"),
            ("nomornya", "nomor"),
        ] {
            assert!(comes_from(word, stem), "{word} → {stem}");
        }
    }

    #[test]
    fn nouns_are_other_words() {
        for (word, stem) in [
            ("pemilih", "pilih"),
            ("pilihan", "pilih"),
            ("pendukung", "dukung"),
            ("dukungan", "dukung"),
        ] {
            assert!(!comes_from(word, stem), "{word} → {stem}");
        }
    }

    #[test]
    fn clitics_alone_are_told_apart() {
        let mut seen = Vec::new();
        stems("airinnya", |_| true, |s, off| seen.push((s.to_owned(), off)));
        assert!(seen.contains(&("airin".to_owned(), Off::Clitic)));
    }
}
