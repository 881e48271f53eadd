//! Posts and terms to measure with: real posts where there are any, else made up; never kept.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;

/// Posts of the shared folder, or made-up ones, repeated up to the size asked for.
pub fn posts() -> Vec<String> {
    let once = real().unwrap_or_else(made_up);
    let once_bytes: usize = once.iter().map(String::len).sum();
    let wanted = std::env::var("NETRA_BENCH_MB")
        .ok()
        .and_then(|mb| mb.parse::<usize>().ok())
        .unwrap_or(0)
        * 1_000_000;
    let times = wanted.div_ceil(once_bytes.max(1)).max(1);
    std::iter::repeat_n(once, times).flatten().collect()
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

/// Syllables into words into posts, common words far more often than rare ones.
fn made_up() -> Vec<String> {
    let mut random = Random(7);
    let words: Vec<String> = (0..60_000).map(|_| random.word()).collect();
    (0..50_000)
        .map(|_| {
            let len = 5 + random.below(30);
            let post: Vec<&str> = (0..len)
                .map(|_| {
                    let rank = random.below(words.len());
                    words[random.below(rank + 1) % words.len()].as_str()
                })
                .collect();
            post.join(" ")
        })
        .collect()
}

/// Words and pairs of words of the posts, without the hundred most common.
pub fn terms(posts: &[String], count: usize) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for post in posts {
        let words: Vec<String> = post
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| word.len() > 3)
            .map(str::to_ascii_lowercase)
            .collect();
        for pair in words.windows(2).step_by(3) {
            *counts.entry(pair.join(" ")).or_default() += 1;
        }
        for word in words {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut ranked: Vec<(String, usize)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.into_iter().map(|(term, _)| term).skip(100).take(count).collect()
}

/// Made-up names of two words.
pub fn names(count: usize) -> Vec<String> {
    let mut random = Random(11);
    (0..count)
        .map(|_| format!("{} {}", random.word(), random.word()))
        .collect()
}

/// A small generator: the bench must be the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end.max(1)
    }

    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 24] = [
            "ba", "ca", "da", "ga", "ha", "ka", "la", "ma", "na", "pa", "ra", "sa", "ta", "ya", "bu", "di", "ki", "lu",
            "me", "no", "pe", "ri", "su", "wan",
        ];
        (0..2 + self.below(3))
            .map(|_| SYLLABLES[self.below(SYLLABLES.len())])
            .collect()
    }
}
