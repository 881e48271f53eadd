//! How common a word is apart from elections: a small table of counts, and what a corpus of one's own says of every term.
//!
//! Does: say in how many of 10,000 everyday texts a word stands; turn counts of terms over a corpus into warnings. Does not: count
//! (that takes the matcher).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use super::check::{Checked, TermPlace};
use super::diagnostic::{self as codes, Diagnostic};
use super::fields::shown;
use super::ordinary::plain_words;
use super::read::SourceFile;

/// From so many texts in 10,000 on a term is common: once in five hundred.
const COMMON: u64 = 20;
/// Fewer hits than this say nothing about how common a term is.
const LEAST: u64 = 5;
/// Terms warned of: those that are enough for a rule, then the most common ones.
const MOST: usize = 50;

static WORDS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for line in include_str!("frequency.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let mut parts = line.split_whitespace();
        let count = parts.next().and_then(|count| count.parse().ok()).unwrap_or(0);
        words.extend(parts.map(|word| (word, count)));
    }
    words
});

/// In how many of 10,000 everyday texts a word stands; `None` for rarer words and for terms of several words.
pub(super) fn in_ten_thousand(term: &str) -> Option<u32> {
    let words = plain_words(term);
    let [word] = words.as_slice() else { return None };
    WORDS.get(word.as_str()).copied()
}

/// Warnings of terms that a corpus without elections holds often. `counts` stand beside [`Checked::terms`].
pub fn common_terms(files: &[SourceFile], checked: &Checked, counts: &[u64], texts: u64) -> Vec<Diagnostic> {
    let mut common: Vec<(u64, &TermPlace)> = counts
        .iter()
        .zip(&checked.terms)
        .filter(|(count, _)| **count >= LEAST && **count * 10_000 >= COMMON * texts.max(1))
        .map(|(count, term)| (*count, term))
        .collect();
    // First what a rule hangs on alone.
    common.sort_by_key(|(count, term)| {
        let order = (term.alone.is_empty(), std::cmp::Reverse(*count));
        (order, term.file, term.span.start)
    });
    common.truncate(MOST);
    common
        .into_iter()
        .map(|(count, term)| {
            let share = count * 10_000 / texts.max(1);
            let title = format!(
                "the term \"{}\" is common: it hits {count} of {texts} neutral texts ({}.{:02} %)",
                shown(&term.term.text),
                share / 100,
                share % 100
            );
            let mut found = Diagnostic::new(codes::COMMON_TERM, &files[term.file].path, term.span.clone(), title);
            let mut help = match term.alone.as_slice() {
                [] => String::from("it is only as good as what it is joined with"),
                rules => format!("alone it is enough for {}: join it with something", rules.join(", ")),
            };
            if let Some(list) = &term.list {
                let _ = write!(help, "; list @{list}");
            }
            found.label("an everyday word").help(help);
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::in_ten_thousand;

    #[test]
    fn everyday_words_are_counted_and_rare_ones_are_not() {
        assert!(in_ten_thousand("Kita").is_some_and(|count| count > 100));
        assert!(in_ten_thousand("pilih").is_some_and(|count| (20..100).contains(&count)));
        assert_eq!(in_ten_thousand("coblos"), None);
        assert_eq!(in_ten_thousand("kita semua"), None, "of several words nothing is known");
    }
}
