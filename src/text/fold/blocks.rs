//! Bit masks over the folded text, 64 bytes at a time: where words begin and end, and where a closer look is due.
//!
//! Does: look at every byte by vector code, and once more, by table, at those that are neither letter, digit nor space. Does not:
//! make tokens.
//! Invariant: a run of letters or of digits that no bit of `bad` touches, up to and with the byte after it, is a token as it
//! stands in lower case; what has no bit anywhere means nothing to the walk.

use wide::u8x16;

/// Bytes in a block.
pub(super) const BLOCK: usize = 64;

/// A bit for each of 64 bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Block {
    /// A run of letters and digits begins.
    pub(super) starts: u64,
    /// The first byte after such a run.
    pub(super) ends: u64,
    /// The run this byte is in or just after needs a closer look.
    pub(super) bad: u64,
    /// Means something by itself: ends a sentence, begins a tag, is not ASCII.
    pub(super) events: u64,
    /// Digits.
    pub(super) digits: u64,
    /// The ends of words that begin in the block, are at least two letters long and need no closer look.
    pub(super) plain: u64,
    /// The ends of such runs that are one letter or a number.
    pub(super) apart: u64,
    /// The last run goes on in the next block.
    pub(super) open: bool,
}

/// What the block before left over.
#[derive(Default)]
struct Before {
    letters: u64,
    digits: u64,
    capitals: u64,
    same: u64,
}

/// The bits one further on, with the highest of the block before.
const fn on(bits: u64, before: u64) -> u64 {
    bits << 1 | before >> 63
}

/// Looks at `text` (in its own case) block by block; the last block is of spaces.
pub(super) fn look(text: &[u8], blocks: &mut Vec<Block>) {
    blocks.clear();
    let mut before = Before::default();
    let mut rest = text;
    while let Some((here, _)) = rest.split_first_chunk::<{ BLOCK + 1 }>() {
        blocks.push(block(here, &mut before));
        rest = &rest[BLOCK..];
    }
    blocks.push(Block {
        ends: on(0, before.letters | before.digits),
        ..Block::default()
    });
}

/// Looks at 64 bytes; the one after them is only what follows.
fn block(bytes: &[u8; BLOCK + 1], before: &mut Before) -> Block {
    let Vectors {
        letters,
        capitals,
        digits,
        spaces,
        foreign,
        same,
    } = vectors(bytes);
    let runs = letters | digits;
    let runs_before = on(runs, before.letters | before.digits);
    let small = letters & !capitals;
    let small_before = on(small, before.letters & !before.capitals);
    let capital_before = on(capitals, before.capitals);
    let two_capitals = capital_before & (capitals << 2 | before.capitals >> 62);
    let mut block = Block {
        starts: runs & !runs_before,
        ends: !runs & runs_before,
        bad: capitals & small_before
            | small & two_capitals
            | letters & same & on(same, before.same)
            | letters & on(digits, before.digits)
            | digits & on(letters, before.letters),
        digits,
        open: runs >> 63 == 1,
        ..Block::default()
    };
    let inside = if foreign == 0 { 0 } else { inside(bytes) };
    let mut others = !(runs | spaces | inside);
    while others != 0 {
        let at = others.trailing_zeros();
        others &= others - 1;
        let at_byte = at as usize & (BLOCK - 1);
        let (byte, follows) = (bytes[at_byte], bytes[at_byte + 1]);
        let (means, follows) = (MEANS[usize::from(byte)], FOLLOWS[usize::from(follows)]);
        block.bad |= u64::from(means.bad & follows != 0) << at;
        block.events |= u64::from(means.event & follows != 0) << at;
    }
    // Added to the run it begins, a bit comes out where the run ends, unless a bad one is in its way.
    let clean = (block.starts & !block.bad).wrapping_add(runs & !block.bad) & block.ends & !block.bad;
    block.apart = clean & (block.starts | digits) << 1;
    block.plain = clean & !block.apart;
    let two = block.events & block.events << 1;
    let four = two & two << 2;
    if four & four << 4 != 0 {
        block.events &= !idle(bytes);
    }
    *before = Before {
        letters,
        digits,
        capitals,
        same,
    };
    block
}

/// Of many stops or line ends in a row only the first ones can end anything. Worth asking where there are very many.
fn idle(bytes: &[u8; BLOCK + 1]) -> u64 {
    let mut idle = 0;
    for at in 2..BLOCK {
        let all = |of: &[u8]| bytes[at - 2..=at].iter().all(|b| of.contains(b));
        idle |= u64::from(all(b".!?") || all(b"\n\r")) << at;
    }
    idle
}

struct Vectors {
    letters: u64,
    capitals: u64,
    digits: u64,
    spaces: u64,
    /// Not ASCII.
    foreign: u64,
    /// The same byte as the next, but for case.
    same: u64,
}

fn vectors(bytes: &[u8; BLOCK + 1]) -> Vectors {
    let (here, next) = (quarters(bytes, 0), quarters(bytes, 1));
    let all = |n: u8| u8x16::new([n; 16]);
    let small = here.map(|lanes| lanes | all(0x20));
    let small_next = next.map(|lanes| lanes | all(0x20));
    let letters = bits(small.map(|lanes| within(lanes - all(b'a'), all(25))));
    Vectors {
        letters,
        capitals: letters & bits(here.map(|lanes| within(lanes, all(b'Z')))),
        digits: bits(here.map(|lanes| within(lanes - all(b'0'), all(9)))),
        spaces: bits(here.map(|lanes| lanes.simd_eq(all(b' ')))),
        foreign: bits(here),
        same: bits(std::array::from_fn(|i| small[i].simd_eq(small_next[i]))),
    }
}

/// Four times sixteen bytes from `from` on.
fn quarters(bytes: &[u8; BLOCK + 1], from: usize) -> [u8x16; 4] {
    let (quarters, _) = bytes[from..from + BLOCK].as_chunks::<16>();
    [quarters[0], quarters[1], quarters[2], quarters[3]].map(u8x16::new)
}

/// The highest bit of every byte.
fn bits([a, b, c, d]: [u8x16; 4]) -> u64 {
    let [a, b, c, d] = [a, b, c, d].map(|lanes| u64::from(lanes.to_bitmask()));
    a | b << 16 | c << 32 | d << 48
}

/// Bytes inside a character of several.
fn inside(bytes: &[u8; BLOCK + 1]) -> u64 {
    let (from, span) = (u8x16::new([0x80; 16]), u8x16::new([0x3f; 16]));
    bits(quarters(bytes, 0).map(|lanes| within(lanes - from, span)))
}

/// Lanes at most `most`.
fn within(lanes: u8x16, most: u8x16) -> u8x16 {
    lanes.min(most).simd_eq(lanes)
}

/// What may follow a byte.
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const SLASH: u8 = 4;
const FOREIGN: u8 = 8;
const ELSE: u8 = 16;
const ANY: u8 = LETTER | DIGIT | SLASH | FOREIGN | ELSE;
const WORD: u8 = LETTER | DIGIT | FOREIGN;

const FOLLOWS: [u8; 256] = {
    let mut table = [ELSE; 256];
    let mut b = 0u8;
    loop {
        table[b as usize] = match b {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'/' => SLASH,
            0x80.. => FOREIGN,
            _ => ELSE,
        };
        if b == u8::MAX {
            break table;
        }
        b += 1;
    }
};

/// What a byte that is neither letter, digit nor space means.
#[derive(Clone, Copy)]
struct Means {
    /// Followed by which bytes it may belong to the run before it.
    bad: u8,
    /// Followed by which bytes it means something by itself.
    event: u8,
}

const MEANS: [Means; 256] = {
    let mut table = [Means { bad: ANY, event: 0 }; 256];
    let mut b = 0u8;
    loop {
        let means = &mut table[b as usize];
        match b {
            b'\t' | b' ' | b'"' | b'(' | b')' | b']' | b'{' | b'}' | b';' | b'|' | b'~' | b'<' | b'>' | b'=' | b'+'
            | b'&' | b'^' | b'\\' => means.bad = 0,
            // 02/2024, 10:30, http://
            b',' | b'/' => means.bad = DIGIT,
            b':' => means.bad = DIGIT | SLASH,
            b'#' | b'[' => {
                means.bad = 0;
                means.event = WORD;
            }
            b'@' => means.event = WORD,
            b'\n' | b'\r' | b'?' => {
                means.bad = 0;
                means.event = ANY;
            }
            0xb | 0xc => {
                means.event = ANY;
            }
            b'.' => {
                means.bad = WORD;
                means.event = ANY;
            }
            b'!' => {
                means.bad = LETTER | FOREIGN;
                means.event = ANY;
            }
            0xc0.. => means.event = ANY,
            _ => {}
        }
        if b == u8::MAX {
            break table;
        }
        b += 1;
    }
};
