//! Affixes and clitics by rule: which words a form may come from.
//!
//! Does: Indonesian verbs (meN-, di-, ter-, ber-, ku-, kau-, -kan, -i), colloquial ones (ng-, ny-, -in), clitics (-lah, -kah, -pun,
//! -nya, -ku, -mu), Javanese (N-, tak-, -ake, -no, -ono, -en, -na, -e, -a), Sundanese (-keun, -eun, -na), Minang (maN-, ba-, -nyo),
//! Betawi (-nye), Banjar (-akan), Bugis and Makassar (ta-, ki-, na-, ni-, -ki, -mi, -ni, -ko), Batak (-hon, -ma), Madurese (e-, -agi),
//! Balinese (-ang), Acehnese (neu-). Does not: know whether a stem exists, or undo nouns (pemilih, pilihan, dukungan are other words
//! than pilih and dukung).
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
        b'e' => const { &[End::new("ne"), End::new("nye"), End::new("e").after(LONG_STEM)] },
        b'o' => const { &[End::new("nyo")] },
        b'i' => const { &[End::new("ki"), End::new("mi")] },
        _ => &[],
    }
}

/// Suffixes by their last letter. Those that make something so, as Indonesian -kan does, say so.
const fn suffixes(last: u8) -> &'static [End] {
    match last {
        b'n' => {
            const {
                &[
                    End::causing("akan"),
                    End::causing("aken"),
                    End::new("kan"),
                    End::causing("keun"),
                    End::new("eun"),
                    End::causing("ken"),
                    End::causing("in"),
                    End::new("en"),
                    End::causing("hon"),
                ]
            }
        }
        b'e' => const { &[End::causing("ake"), End::causing("ke"), End::new("e")] },
        b'o' => const { &[End::causing("no"), End::causing("ono"), End::new("o"), End::new("ko")] },
        b'a' => const { &[End::causing("na"), End::new("a"), End::new("ma")] },
        b'i' => const { &[End::new("i"), End::causing("agi"), End::new("ni")] },
        b'g' => const { &[End::causing("ang")] },
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
                    (Start::before_long("neu"), b""),
                    (Start::before_long("na"), b""),
                    (Start::before_long("ni"), b""),
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
        b'k' => {
            const {
                &[
                    (Start::new("ke"), b""),
                    (Start::before_long("kau"), b""),
                    (Start::new("ka"), b""),
                    (Start::before_long("ku"), b""),
                    (Start::before_long("ki"), b""),
                ]
            }
        }
        b'e' => const { &[(Start::before_long("e"), b"")] },
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
/// have swallowed makes 12, three ends (as they are, and without one of two clitics) with nine suffixes before each 30.
const MOST: usize = 32;

/// What makes something so.
const KAN: [u8; 3] = *b"kan";

/// The shortest stem.
const MIN_STEM: usize = 3;

/// What stands before a Javanese -e ("fajare") that is no part of the word itself ("pake").
const LONG_STEM: usize = 5;

/// Room before and after the word, so that eight bytes can be read from anywhere in it.
const ROOM: usize = 8;

/// An ending of at most eight letters, compared as one number.
struct End {
    bits: u64,
    mask: u64,
    len: usize,
    /// The least letters before it.
    least: usize,
    causes: bool,
}

impl End {
    const fn new(text: &str) -> Self {
        let (bits, len) = pack(text);
        let shift = 64 - 8 * len;
        Self {
            bits: bits << shift,
            mask: u64::MAX << shift,
            len,
            least: MIN_STEM,
            causes: false,
        }
    }

    /// Only behind so many letters.
    const fn after(self, least: usize) -> Self {
        Self { least, ..self }
    }

    /// A neighbour of -kan.
    const fn causing(text: &str) -> Self {
        Self {
            causes: true,
            ..Self::new(text)
        }
    }
}

/// A beginning of at most eight letters.
struct Start {
    bits: u64,
    mask: u64,
    len: usize,
    /// The least letters behind it.
    least: usize,
}

impl Start {
    const fn new(text: &str) -> Self {
        let (bits, len) = pack(text);
        Self {
            bits,
            mask: u64::MAX >> (64 - 8 * len),
            len,
            least: MIN_STEM,
        }
    }

    /// One that begins many words by chance: "kipas" is no "pas" with "ki".
    const fn before_long(text: &str) -> Self {
        Self {
            least: MIN_STEM + 1,
            ..Self::new(text)
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
