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

/// Clitics by their last letter.
const fn clitics(last: u8) -> &'static [End] {
    match last {
        b'h' => const { &[End::new("nyalah"), End::new("lah"), End::new("kah"), End::new("tah")] },
        b'a' => const { &[End::new("nya"), End::new("na")] },
        b'n' => const { &[End::new("pun")] },
        b'u' => const { &[End::new("ku"), End::new("mu")] },
        b'e' => const { &[End::new("ne")] },
        b'i' => const { &[End::new("ki"), End::new("mi")] },
        _ => &[],
    }
}

/// Suffixes by their last letter.
const fn suffixes(last: u8) -> &'static [End] {
    match last {
        b'n' => {
            const {
                &[
                    End::new("akan"),
                    End::new("aken"),
                    End::new("kan"),
                    End::new("keun"),
                    End::new("eun"),
                    End::new("ken"),
                    End::new("in"),
                    End::new("en"),
                ]
            }
        }
        b'e' => const { &[End::new("ake"), End::new("ke"), End::new("e")] },
        b'o' => const { &[End::new("no"), End::new("o")] },
        b'a' => const { &[End::new("na")] },
        b'i' => const { &[End::new("i")] },
        _ => &[],
    }
}

/// A prefix, and the letters it may have swallowed.
type Prefix = (Start, &'static [u8]);

/// Prefixes by their first letter.
const fn prefixes(first: u8) -> &'static [Prefix] {
    match first {
        b'm' => {
            const {
                &[
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
                    (Start::new("m"), b"pb"),
                ]
            }
        }
        b'n' => {
            const {
                &[
                    (Start::new("nge"), b""),
                    (Start::new("ng"), b"k"),
                    (Start::new("ny"), b"sc"),
                    (Start::new("n"), b"td"),
                ]
            }
        }
        b'd' => {
            const {
                &[
                    (Start::new("diper"), b""),
                    (Start::new("di"), b""),
                    (Start::new("dak"), b""),
                ]
            }
        }
        b't' => {
            const {
                &[
                    (Start::new("ter"), b""),
                    (Start::new("tak"), b""),
                    (Start::new("ta"), b""),
                ]
            }
        }
        b'k' => const { &[(Start::new("ke"), b""), (Start::new("ka"), b"")] },
        b'b' => {
            const {
                &[
                    (Start::new("ber"), b""),
                    (Start::new("be"), b""),
                    (Start::new("ba"), b""),
                ]
            }
        }
        _ => &[],
    }
}

/// No word has more beginnings or ends of stems: the longest chain of prefixes (m, me, men, meng, menge) with all that they may
/// have swallowed makes 12, two clitics with four suffixes before each 15.
const MOST: usize = 32;

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

    /// Four letters of the word from `at` on; beyond its end, nothing.
    fn four(&self, at: usize) -> [u8; 4] {
        let four = self.bytes.get(ROOM + at..ROOM + at + 4);
        four.and_then(|four| four.try_into().ok()).unwrap_or_default()
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

/// Where a stem begins, and the letter put back there; 0 = none.
#[derive(Clone, Copy, Default)]
struct Begin {
    at: u8,
    letter: u8,
}

/// Where a stem ends, and what was taken off there.
#[derive(Clone, Copy, Default)]
struct Stop {
    to: u8,
    off: Option<Off>,
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
        for stop in stops.all().iter().filter(|stop| usize::from(stop.to) >= at + MIN_STEM) {
            let off = match stop.off {
                None if whole => continue,
                Some(off) if whole => off,
                _ => Off::Affix,
            };
            each(letters.text(at, usize::from(stop.to)), off);
        }
        letters.bytes[ROOM + at] = kept;
    }
}

/// Where stems may begin: at the word's own start, after a prefix, and with what the prefix may have swallowed put back.
fn find_begins(letters: &Letters, len: usize, wanted: impl Fn([u8; 4]) -> bool, begins: &mut Few<Begin>) {
    let head = letters.eight(ROOM);
    let mut add = |at: usize, letter: u8, four: [u8; 4]| {
        if wanted(four) {
            let at = u8::try_from(at).unwrap_or(0);
            begins.push(Begin { at, letter });
        }
    };
    add(0, 0, letters.four(0));
    for (prefix, swallowed) in prefixes(letters.bytes[ROOM]) {
        if (head ^ prefix.bits) & prefix.mask != 0 || len + 1 < prefix.len + MIN_STEM {
            continue;
        }
        let [next, b, c, d] = letters.four(prefix.len);
        add(prefix.len, 0, [next, b, c, d]);
        if matches!(next, b'a' | b'i' | b'u' | b'e' | b'o' | b'l' | b'r') {
            for letter in *swallowed {
                add(prefix.len - 1, *letter, [*letter, next, b, c]);
            }
        }
    }
}

/// Where stems may end: at the word's own end, before clitics, before suffixes, before both.
fn find_stops(letters: &Letters, len: usize, stops: &mut Few<Stop>) {
    let add = |stops: &mut Few<Stop>, to: usize, off: Option<Off>| {
        let to = u8::try_from(to).unwrap_or(0);
        stops.push(Stop { to, off });
    };
    add(stops, len, None);
    for clitic in clitics(letters.bytes[ROOM + len - 1]) {
        if let Some(to) = letters.without(len, clitic) {
            add(stops, to, Some(Off::Clitic));
        }
    }
    for bare in 0..stops.len {
        let to = usize::from(stops.room[bare].to);
        for suffix in suffixes(letters.bytes[ROOM + to - 1]) {
            if let Some(to) = letters.without(to, suffix) {
                add(stops, to, Some(Off::Affix));
            }
        }
    }
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
            ] {
                for root in ["", "a", "coblos", "kak"] {
                    stems(&format!("{head}{root}{tail}"), |_| true, |_, _| ());
                }
            }
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
