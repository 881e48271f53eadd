//! Posts to measure with: real ones where there are any, else made up; never kept.
//!
//! Does: read the shared folder's posts, or make posts like them: words by Zipf's law, the same lengths of words and posts, the
//! same shares of capitals, hashtags, links, numbers, emoji. Does not: choose terms ([`super::terms`]).

use std::path::PathBuf;
use std::process::Command;

/// The posts of a run.
pub struct Corpus {
    /// Where they come from, for people.
    pub origin: &'static str,
    /// The posts.
    pub posts: Vec<String>,
    /// Their bytes together.
    pub bytes: usize,
}

/// Megabytes of posts in a round, as in the measurement that the bars come from: in less the caches are never warm.
const MEGABYTES: usize = 64;

/// Posts of the shared folder, or made-up ones; repeated up to `NETRA_BENCH_MB` megabytes.
pub fn load() -> Corpus {
    let (origin, once) = match real() {
        Some(posts) => ("posts_bench.txt.gz", posts),
        None => ("made up", made_up()),
    };
    let once_bytes: usize = once.iter().map(String::len).sum();
    let megabytes = std::env::var("NETRA_BENCH_MB")
        .ok()
        .and_then(|mb| mb.parse::<usize>().ok());
    let times = (megabytes.unwrap_or(MEGABYTES) * 1_000_000)
        .div_ceil(once_bytes.max(1))
        .max(1);
    Corpus {
        origin,
        bytes: once_bytes * times,
        posts: std::iter::repeat_n(once, times).flatten().collect(),
    }
}

impl Corpus {
    /// Bytes of the post in the middle.
    pub fn median(&self) -> usize {
        let mut lens: Vec<usize> = self.posts.iter().map(String::len).collect();
        lens.sort_unstable();
        lens.get(lens.len() / 2).copied().unwrap_or(0)
    }
}

fn real() -> Option<Vec<String>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("NETRA_DATA").map_or_else(beside, PathBuf::from);
    let output = Command::new("gzip")
        .arg("-dc")
        .arg(folder.join("posts_bench.txt.gz"))
        .output()
        .ok()?;
    let posts: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|row| row.replace("\\n", "\n"))
        .collect();
    (!posts.is_empty()).then_some(posts)
}

/// Posts made up.
const MADE: usize = 47_000;
/// Words they are made of.
const WORDS: usize = 120_000;

fn made_up() -> Vec<String> {
    let mut random = Random(7);
    let words: Vec<String> = (0..WORDS)
        .map(|rank| {
            let syllables = match rank {
                0..60 => 1 + random.below(2),
                60..3_000 => 2,
                _ => 2 + random.below(4) / 2,
            };
            random.word(syllables)
        })
        .collect();
    let mut reached = 0.0;
    let zipf: Vec<f64> = (0..WORDS)
        .map(|rank| {
            reached += 1.0 / (as_f64(rank) + 2.7);
            reached
        })
        .collect();
    (0..MADE)
        .map(|_| {
            // The middle of three draws: most posts near the middle, a few long.
            let mut draws = [random.below(46), random.below(36), random.below(30)];
            draws.sort_unstable();
            let long = if random.below(14) == 0 { 2 } else { 1 };
            post(&mut random, &words, &zipf, 2 + draws[1] * long)
        })
        .collect()
}

fn post(random: &mut Random, words: &[String], zipf: &[f64], len: usize) -> String {
    let mut text = String::new();
    let mut begins = true;
    for _ in 0..len {
        let at = random.unit() * zipf.last().copied().unwrap_or(1.0);
        let rank = zipf.partition_point(|reached| *reached < at).min(words.len() - 1);
        let word = words[rank].as_str();
        match random.below(1_000) {
            0..34 => text += &word.to_uppercase(),
            34..70 => text += &random.below(3_000).to_string(),
            70..74 => text.extend(["#", &capital(word), &capital(&words[rank / 3])]),
            74..77 => text += "https://contoh.example/a1B2c3",
            77..80 => text.extend([word].into_iter().chain([&word[word.len() - 1..]; 3])),
            80..82 => text.extend([word, "2"]),
            82..86 => text += random.pick(&["😭", "😂", "🙏", "🔥"]),
            _ if begins || random.below(13) == 0 => text += &capital(word),
            _ => text += word,
        }
        begins = false;
        match random.below(60) {
            0..4 => {
                text += random.pick(&[". ", "! ", "? "]);
                begins = true;
            }
            4..8 => text += ", ",
            8 => text += "… ",
            _ => text.push(' '),
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
const fn as_f64(n: usize) -> f64 {
    n as f64
}

/// A small generator: the bench must be the same every time.
pub struct Random(pub u64);

impl Random {
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end.max(1)
    }

    fn unit(&mut self) -> f64 {
        as_f64(self.below(1 << 30)) / as_f64(1 << 30)
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// A word of so many syllables.
    pub fn word(&mut self, syllables: usize) -> String {
        const HEADS: [&str; 20] = [
            "b", "c", "d", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "w", "y", "ng", "ny", "", "k",
        ];
        const VOWELS: [&str; 7] = ["a", "a", "e", "i", "o", "u", "a"];
        const TAILS: [&str; 12] = ["", "", "", "", "", "", "n", "ng", "k", "r", "s", "t"];
        let mut word = String::new();
        for _ in 0..syllables {
            word += self.pick(&HEADS);
            word += self.pick(&VOWELS);
            word += self.pick(&TAILS);
        }
        word
    }
}
