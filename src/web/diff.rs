//! What changed between two versions of a post, word by word.
//!
//! Does: a longest common subsequence over words. Does not: judge. Invariant: kept + removed is the old text, kept + added the
//! new one; the work is bounded, beyond the bound the whole middle counts as replaced.

use unicode_segmentation::UnicodeSegmentation as _;

/// What became of a stretch of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// In both.
    Kept,
    /// Only in the old text.
    Removed,
    /// Only in the new text.
    Added,
}

/// A stretch of words.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    /// What became of it.
    pub change: Change,
    /// Its text.
    pub text: String,
}

/// Cells of the table we are willing to fill: 1,500 × 1,500 words, 9 MB for a moment.
const MOST_CELLS: usize = 2_250_000;

/// The runs that turn `old` into `new`.
pub fn words(old: &str, new: &str) -> Vec<Run> {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split_word_bounds().collect(), new.split_word_bounds().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..]
        .iter()
        .rev()
        .zip(b[head..].iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (mid_a, mid_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let mut runs = Runs::default();
    runs.extend(Change::Kept, &a[..head]);
    if mid_a.len().saturating_mul(mid_b.len()) > MOST_CELLS {
        runs.extend(Change::Removed, mid_a);
        runs.extend(Change::Added, mid_b);
    } else {
        middle(mid_a, mid_b, &mut runs);
    }
    runs.extend(Change::Kept, &a[a.len() - tail..]);
    runs.0
}

fn middle(a: &[&str], b: &[&str], runs: &mut Runs) {
    let width = b.len() + 1;
    let mut common = vec![0_u32; (a.len() + 1) * width]; // [i][j] = longest common subsequence of a[i..] and b[j..]
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = if a[i] == b[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            runs.extend(Change::Kept, &a[i..=i]);
            (i, j) = (i + 1, j + 1);
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            runs.extend(Change::Removed, &a[i..=i]);
            i += 1;
        } else {
            runs.extend(Change::Added, &b[j..=j]);
            j += 1;
        }
    }
    runs.extend(Change::Removed, &a[i..]);
    runs.extend(Change::Added, &b[j..]);
}

#[derive(Default)]
struct Runs(Vec<Run>);

impl Runs {
    fn extend(&mut self, change: Change, words: &[&str]) {
        if words.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(run) if run.change == change => words.iter().for_each(|w| run.text.push_str(w)),
            _ => self.0.push(Run {
                change,
                text: words.concat(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn join(runs: &[Run], without: Change) -> String {
        runs.iter()
            .filter(|r| r.change != without)
            .map(|r| r.text.as_str())
            .collect()
    }

    #[test]
    fn a_changed_word_is_one_removal_and_one_addition() {
        let runs = words("jangan lupa nomor 2 ya", "jangan lupa nomor 1 ya");
        let shown: Vec<_> = runs.iter().map(|r| (r.change, r.text.as_str())).collect();
        assert_eq!(
            shown,
            [
                (Change::Kept, "jangan lupa nomor "),
                (Change::Removed, "2"),
                (Change::Added, "1"),
                (Change::Kept, " ya")
            ]
        );
    }

    #[test]
    fn very_long_texts_are_bounded() {
        let old = "a b ".repeat(5_000);
        let new = "c d ".repeat(5_000);
        let runs = words(&old, &new);
        assert_eq!(join(&runs, Change::Added), old);
        assert_eq!(join(&runs, Change::Removed), new);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_back(old in "[ab ]{0,40}", new in "[ab ]{0,40}") {
            let runs = words(&old, &new);
            prop_assert_eq!(join(&runs, Change::Added), old);
            prop_assert_eq!(join(&runs, Change::Removed), new);
        }
    }
}
