//! Affixes and clitics by rule: which words a form may come from.
//!
//! Does: Indonesian verbs (meN-, di-, ter-, ber-, ku-, kau-, -kan, -i), colloquial ones (ng-, ny-, -in), clitics (-lah, -kah, -pun,
//! -nya, -ku, -mu), Javanese (N-, tak-, -ake, -no, -ono, -en, -na, -e, -a), Sundanese (-keun, -eun, -na), Minang (maN-, ba-, -nyo),
//! Betawi (-nye), Banjar (-akan), Bugis and Makassar (ta-, ki-, na-, ni-, -ki, -mi, -ni, -ko), Batak (-hon, -ma), Madurese (e-, -agi),
//! Balinese (-ang), Acehnese (neu-). Does not: know whether a stem exists, or undo nouns (pemilih, pilihan, dukungan are other words
//! than pilih and dukung).
//! Invariant: a stem has at least three letters, and the number of stems per word is bounded.

mod affixes;

use affixes::{End, MIN_STEM, clitics, prefixes, suffixes};

/// What was taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// Only clitics: the word itself with -nya, -lah and their like.
    Clitic,
    /// Prefixes or suffixes too.
    Affix,
}

/// No word has more beginnings or ends of stems: the longest chain of prefixes (m, me, men, meng, menge) with all that they may
/// have swallowed makes 12, three ends (as they are, and without one of two clitics) with nine suffixes before each 30.
const MOST: usize = 32;

/// What makes something so.
const KAN: [u8; 3] = *b"kan";

/// Room before and after the word, so that eight bytes can be read from anywhere in it.
const ROOM: usize = 8;

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

    /// Four letters of the word from `at` on; beyond its end, nothing.
    fn four(&self, at: usize) -> [u8; 4] {
        let four = self.bytes.get(ROOM + at..ROOM + at + 4);
        four.and_then(|four| four.try_into().ok()).unwrap_or_default()
    }

    /// The letters `from..to` of the word.
    fn text(&self, from: usize, to: usize) -> &str {
        std::str::from_utf8(&self.bytes[ROOM + from..ROOM + to]).unwrap_or_default()
    }

    /// Writes three letters from `to` on and gives those that stood there.
    fn put(&mut self, to: usize, letters: [u8; 3]) -> [u8; 3] {
        let room = self.bytes.get_mut(ROOM + to..).and_then(|rest| rest.first_chunk_mut());
        room.map_or([0; 3], |room| std::mem::replace(room, letters))
    }

    /// Where the word ending at `to` ends without `end`, if it has that ending and enough before it.
    fn without(&self, to: usize, end: &End) -> Option<usize> {
        let matches = (self.eight(to) ^ end.bits) & end.mask == 0; // the eight bytes before `to`, for the room of eight
        (matches && to >= end.len + end.least).then(|| to - end.len)
    }
}

/// Where a stem begins, and the letter put back there; 0 = none.
#[derive(Clone, Copy, Default)]
struct Begin {
    at: u8,
    letter: u8,
    /// The least letters of a stem here.
    least: u8,
}

/// Where a stem ends, and what was taken off there.
#[derive(Clone, Copy, Default)]
struct Stop {
    to: u8,
    off: Option<Off>,
    causes: bool,
}

/// A short list on the stack.
struct Few<T> {
    room: [T; MOST],
    len: usize,
}

impl<T: Copy + Default> Few<T> {
    fn new() -> Self {
        Self {
            room: [T::default(); MOST],
            len: 0,
        }
    }

    fn push(&mut self, item: T) {
        debug_assert!(self.len < MOST, "no word has so many");
        if let Some(room) = self.room.get_mut(self.len) {
            *room = item;
            self.len += 1;
        }
    }

    fn all(&self) -> &[T] {
        &self.room[..self.len]
    }
}

/// A stem, and what was taken off.
#[derive(Debug, Clone, Copy)]
pub struct Stem<'w> {
    /// Its letters.
    pub text: &'w str,
    /// What was taken off.
    pub off: Off,
    /// A neighbour of -kan was taken off; the stem with -kan comes next ("menangno" is what Indonesian calls "menangkan").
    pub causes: bool,
}

/// Calls `each` with every stem `word` may come from, not with `word` itself. Stems may repeat. `wanted` tells by its first four
/// letters whether a stem is worth a look; of a stem of three the fourth is whatever follows.
pub fn stems(word: &str, wanted: impl Fn([u8; 4]) -> bool, mut each: impl FnMut(Stem<'_>)) {
    let len = word.len();
    if !(MIN_STEM + 1..=super::fold::MAX_FORM).contains(&len) || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    let mut letters = Letters {
        bytes: [0; ROOM + super::fold::MAX_FORM + ROOM],
    };
    letters.bytes[ROOM..ROOM + len].copy_from_slice(word.as_bytes());
    let mut begins = Few::new();
    find_begins(&letters, len, wanted, &mut begins);
    if begins.len == 0 {
        return;
    }
    let mut stops = Few::new();
    find_stops(&letters, len, &mut stops);
    for begin in begins.all() {
        let at = usize::from(begin.at);
        let kept = letters.bytes[ROOM + at];
        if begin.letter != 0 {
            letters.bytes[ROOM + at] = begin.letter;
        }
        let whole = at == 0 && begin.letter == 0;
        for stop in stops
            .all()
            .iter()
            .filter(|stop| usize::from(stop.to) >= at + usize::from(begin.least))
        {
            let off = match stop.off {
                None if whole => continue,
                Some(off) if whole => off,
                _ => Off::Affix,
            };
            let to = usize::from(stop.to);
            each(Stem {
                text: letters.text(at, to),
                off,
                causes: stop.causes,
            });
            if stop.causes {
                let kept = letters.put(to, KAN);
                each(Stem {
                    text: letters.text(at, to + KAN.len()),
                    off,
                    causes: false,
                });
                letters.put(to, kept);
            }
        }
        letters.bytes[ROOM + at] = kept;
    }
}

/// Where stems may begin: at the word's own start, after a prefix, and with what the prefix may have swallowed put back.
fn find_begins(letters: &Letters, len: usize, wanted: impl Fn([u8; 4]) -> bool, begins: &mut Few<Begin>) {
    let head = letters.eight(ROOM);
    let mut add = |at: usize, letter: u8, least: usize, four: [u8; 4]| {
        if wanted(four) {
            let small = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
            let (at, least) = (small(at), small(least));
            begins.push(Begin { at, letter, least });
        }
    };
    add(0, 0, MIN_STEM, letters.four(0));
    for (prefix, swallowed) in prefixes(letters.bytes[ROOM]) {
        if (head ^ prefix.bits) & prefix.mask != 0 || len + 1 < prefix.len + MIN_STEM {
            continue;
        }
        let [next, b, c, d] = letters.four(prefix.len);
        add(prefix.len, 0, prefix.least, [next, b, c, d]);
        if matches!(next, b'a' | b'i' | b'u' | b'e' | b'o' | b'l' | b'r') {
            for letter in *swallowed {
                add(prefix.len - 1, *letter, prefix.least, [*letter, next, b, c]);
            }
        }
    }
}

/// Where stems may end: at the word's own end, before clitics, before suffixes, before both.
fn find_stops(letters: &Letters, len: usize, stops: &mut Few<Stop>) {
    let add = |stops: &mut Few<Stop>, to: usize, off: Option<Off>, causes: bool| {
        let to = u8::try_from(to).unwrap_or(0);
        stops.push(Stop { to, off, causes });
    };
    add(stops, len, None, false);
    for clitic in clitics(letters.bytes[ROOM + len - 1]) {
        if let Some(to) = letters.without(len, clitic) {
            add(stops, to, Some(Off::Clitic), false);
        }
    }
    for bare in 0..stops.len {
        let to = usize::from(stops.room[bare].to);
        for suffix in suffixes(letters.bytes[ROOM + to - 1]) {
            if let Some(to) = letters.without(to, suffix) {
                add(stops, to, Some(Off::Affix), suffix.causes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comes_from(word: &str, stem: &str) -> bool {
        let mut found = false;
        stems(word, |_| true, |s| found |= s.text == stem);
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
            ("kupilih", "pilih"),
            ("kicoblos", "coblos"),
            ("coblosko", "coblos"),
            ("coblosono", "coblos"),
            ("nyoblosa", "coblos"),
            ("nyoblosnye", "coblos"),
            ("suaranyo", "suara"),
            ("gambare", "gambar"),
            ("neupilih", "pilih"),
            ("epilih", "pilih"),
            ("pilihang", "pilih"),
            ("coblosma", "coblos"),
        ] {
            assert!(comes_from(word, stem), "{word} → {stem}");
        }
    }

    #[test]
    fn no_word_has_more_stems_than_there_is_room_for() {
        // The affixes that share most letters, one on another; `push` asserts that there is room.
        for head in ["menge", "meny", "mang", "nge", "diper", "ter", "tak", "ber", "ke"] {
            for tail in [
                "akannyalah",
                "akenna",
                "keunne",
                "akeki",
                "inmu",
                "nolah",
                "kanpun",
                "enku",
                "aname",
                "onoki",
                "kononyo",
                "agini",
            ] {
                for root in ["", "a", "coblos", "kak"] {
                    stems(&format!("{head}{root}{tail}"), |_| true, |_| ());
                }
            }
        }
    }

    #[test]
    fn neighbours_of_kan_are_told() {
        let causes = |word: &str| {
            let mut told = false;
            stems(word, |_| true, |s| told |= s.text == "menangkan");
            told
        };
        for word in [
            "menangno",
            "menangke",
            "menangkeun",
            "menangaken",
            "menangakan",
            "menangin",
            "menangang",
            "menangagi",
        ] {
            assert!(causes(word), "{word}");
        }
        for word in ["menangi", "menangnya", "menanglah"] {
            assert!(!causes(word), "{word}");
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
        stems("airinnya", |_| true, |s| seen.push((s.text.to_owned(), s.off)));
        assert!(seen.contains(&("airin".to_owned(), Off::Clitic)));
    }
}
