//! The affixes themselves.
//!
//! Does: list clitics, suffixes and prefixes by the letter by which they are looked for, each as a number to compare. Does not:
//! take them off.
//! Invariant: an affix has at most eight letters.

/// The shortest stem.
pub(super) const MIN_STEM: usize = 3;

/// What stands before a Javanese -e ("fajare") or a Makassar -mo, -ji that is no part of the word itself ("pake", "promo").
const LONG_STEM: usize = 5;

/// Clitics by their last letter.
pub(super) const fn clitics(last: u8) -> &'static [End] {
    match last {
        b'h' => const { &[End::new("nyalah"), End::new("lah"), End::new("kah"), End::new("tah")] },
        b'a' => const { &[End::new("nya"), End::new("na")] },
        b'n' => const { &[End::new("pun")] },
        b'u' => const { &[End::new("ku"), End::new("mu")] },
        b'e' => const { &[End::new("ne"), End::new("nye"), End::new("e").after(LONG_STEM)] },
        b'o' => const { &[End::new("nyo"), End::new("mo").after(LONG_STEM)] },
        b'i' => const { &[End::new("ki"), End::new("mi"), End::new("ji").after(LONG_STEM)] },
        _ => &[],
    }
}

/// Suffixes by their last letter. Those that make something so, as Indonesian -kan does, say so.
pub(super) const fn suffixes(last: u8) -> &'static [End] {
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
pub(super) type Prefix = (Start, &'static [u8]);

/// Prefixes by their first letter.
pub(super) const fn prefixes(first: u8) -> &'static [Prefix] {
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

/// An ending of at most eight letters, compared as one number.
pub(super) struct End {
    pub(super) bits: u64,
    pub(super) mask: u64,
    pub(super) len: usize,
    /// The least letters before it.
    pub(super) least: usize,
    pub(super) causes: bool,
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
pub(super) struct Start {
    pub(super) bits: u64,
    pub(super) mask: u64,
    pub(super) len: usize,
    /// The least letters behind it.
    pub(super) least: usize,
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
