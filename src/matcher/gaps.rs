//! How many words lie between two places.
//!
//! Does: count what names a candidate (name, with the form of address before it, names of head and deputy side by side, slogan,
//! hashtag, account, party) as one word however long it is, so that a rule reaches as far past "Tuan Guru Muhammad Khairul
//! Fatihin" as past "Sari"; count emoji as none, or a few between the words would hide a call. Does not: count otherwise
//! elsewhere, or know conditions.
//! Invariant: no gap is wider than its tokens, and gaps grow with them; a text without such names and emoji pays nothing.

use super::compile::{Compiled, Naming};
use super::eval::{Bound, Occurrence};
use super::named::candidate;
use crate::rules::{CandidateWords, is_address};
use crate::text::fold::{Folded, Kind, Token};

/// More forms of address than this ("bapak kiai haji") do not belong to one name: a post of nothing else would cost its square.
pub(super) const MOST_ADDRESSES: usize = 4;

/// Where a text has fewer words than tokens.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    /// Ascending, none overlaps another.
    long: Vec<Long>,
    /// Where the names of each candidate end; only room while gaps are made.
    ends: Vec<(Bound, u32)>,
    /// By token, and one more: words before the one it belongs to, and words begun before it. Empty where each token is a word.
    words: Vec<[u32; 2]>,
}

/// A name of several tokens, or emoji in a row.
#[derive(Debug, Clone, Copy)]
struct Long {
    from: u32,
    to: u32,
    /// How many words it is: one or none.
    words: u32,
    /// By how many words fewer than tokens there are up to its end.
    saved: u32,
}

impl Long {
    const fn new(from: u32, to: u32, words: u32) -> Self {
        let saved = 0;
        Self { from, to, words, saved }
    }

    /// How many words come before it.
    const fn before(&self) -> u32 {
        self.from - (self.saved - (self.to - self.from - self.words))
    }
}

impl Gaps {
    /// Finds emoji, and the long names among those of candidates.
    pub(super) fn make(&mut self, compiled: &Compiled, folded: &Folded, named: &[Occurrence]) {
        self.long.clear();
        self.ends.clear();
        for o in named {
            let naming = compiled.naming(o.group);
            if !is_word(naming, o) {
                continue;
            }
            let from = addressed(naming.class, o.from, folded);
            if o.to - from > 1 {
                self.long.push(Long::new(from, o.to, 1));
            }
            if naming.class == CandidateWords::Nama {
                self.ends.push((candidate(naming), o.to));
            }
        }
        if self.ends.len() > 1 {
            self.ends.sort_unstable();
            self.join_names(compiled, folded, named);
        }
        if folded.any_emoji() {
            self.add_emoji(folded);
        }
        self.long.sort_unstable_by_key(|long| (long.from, long.to));
        self.long.dedup_by(|next, before| {
            if next.from >= before.to {
                return false;
            }
            // Emoji in a name belong to it, those round it do not.
            if before.words == 0 && before.from < next.from {
                before.to = next.from;
                return false;
            }
            if next.words == 0 && next.to > before.to {
                next.from = before.to;
                return false;
            }
            before.to = before.to.max(next.to);
            before.words = before.words.max(next.words);
            true
        });
        let mut saved = 0;
        for long in &mut self.long {
            saved += long.to - long.from - long.words;
            long.saved = saved;
        }
        self.count_words(folded.tokens.len());
    }

    /// Head and deputy, and whatever else one candidate is called, one behind the other.
    fn join_names(&mut self, compiled: &Compiled, folded: &Folded, named: &[Occurrence]) {
        for o in named {
            let naming = compiled.naming(o.group);
            if naming.class != CandidateWords::Nama || !is_word(naming, o) {
                continue;
            }
            let from = addressed(naming.class, o.from, folded);
            for end in joins(folded, from) {
                if self.ends.binary_search(&(candidate(naming), end)).is_ok() {
                    self.long.push(Long::new(end - 1, from + 1, 1));
                }
            }
        }
    }

    fn count_words(&mut self, tokens: usize) {
        self.words.clear();
        if self.long.is_empty() {
            return;
        }
        let (mut begun, mut beginning) = (0, 0);
        self.words.extend((0u32..).take(tokens + 1).map(|at| {
            begun = beginning;
            while self.long.get(beginning).is_some_and(|long| long.from <= at) {
                beginning += 1;
            }
            let last = |count: usize| count.checked_sub(1).map(|last| self.long[last]);
            let before = match last(beginning) {
                Some(long) if at < long.to => long.before(),
                Some(long) => at - long.saved,
                None => at,
            };
            let up_to = match last(begun) {
                Some(long) if at < long.to => long.before() + long.words,
                Some(long) => at - long.saved,
                None => at,
            };
            [before, up_to]
        }));
    }

    fn add_emoji(&mut self, folded: &Folded) {
        let mut at = 0;
        for run in folded
            .tokens
            .chunk_by(|a, b| (a.kind == Kind::Emoji) == (b.kind == Kind::Emoji))
        {
            let to = at + u32::try_from(run.len()).unwrap_or(u32::MAX);
            if run[0].kind == Kind::Emoji {
                self.long.push(Long::new(at, to, 0));
            }
            at = to;
        }
    }

    /// Whether at most so many words lie between what ends before token `end` and what begins with token `start`.
    #[inline]
    pub(super) fn within(&self, end: u32, start: u32, most: u32) -> bool {
        start.saturating_sub(end) <= most || self.words_between(end, start).is_some_and(|words| words <= most)
    }

    /// So many, where a token is not always a word.
    fn words_between(&self, end: u32, start: u32) -> Option<u32> {
        let ([_, up_to], [before, _]) = (self.words.get(end as usize)?, self.words.get(start as usize)?);
        Some(before.saturating_sub(*up_to))
    }
}

/// Whether what names a candidate is one word: a ballot number is as many as it has, and what may be an everyday word no other.
pub(super) fn is_word(naming: &Naming, named: &Occurrence) -> bool {
    !naming.is_number() && (!naming.weak || named.to - named.from > 1)
}

/// Where a name of the same candidate would have to end to be one word with the name that begins with token `from`: right before it
/// ("Sari-Budi", "Sari & Budi", also "Sari, Sari"), or before an "and".
fn joins(folded: &Folded, from: u32) -> impl Iterator<Item = u32> {
    let sentence = |at: u32| folded.tokens[at as usize].sentence;
    let and = |at: u32| folded.form(&folded.tokens[at as usize]) == "dan";
    let before = Some(from);
    let over = from.checked_sub(1).filter(|at| and(*at));
    let ends = before.into_iter().chain(over).filter(|end| *end > 0);
    ends.filter(move |end| sentence(end - 1) == sentence(from))
}

/// Where a name begins with the forms of address before it: "pak Sari" is no longer than "Sari", whether or not people are known by
/// that address.
pub(super) fn addressed(class: CandidateWords, mut from: u32, folded: &Folded) -> u32 {
    if class != CandidateWords::Nama {
        return from;
    }
    let (before, name) = folded.tokens.split_at(from as usize);
    let address = |token: &&Token| token.sentence == name[0].sentence && is_address(folded.form(token));
    // "Haji Sari" may itself be a name.
    let own = name.iter().take(MOST_ADDRESSES).take_while(address).count();
    for _ in before.iter().rev().take(MOST_ADDRESSES - own).take_while(address) {
        from -= 1;
    }
    from
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::matcher::differential::judged;

    const RULES: &str = r#"
[[rule]]
id = "U-lewat"
title = "Ancaman di balik nama"
category = "intimidasi"
match = "near('tidak pilih', 'nonjob', 3)"
unless = ["penolakan"]
basis = ["skb2022:disiplin:6"]

[[rule]]
id = "U-urut"
title = "Kata demi kata di balik nama"
category = "ajakan"
match = "before('menangkan', 'harga', 'mati', 1)"
basis = ["skb2022:disiplin:6"]

[[rule]]
id = "U-langsung"
title = "Nama tepat di belakang kata"
category = "dukungan"
match = "phrase('bersama', @nama)"
basis = ["skb2022:disiplin:6"]

[[rule]]
id = "U-sebut"
title = "Nama"
category = "dukungan"
level = "rendah"
match = "@nama"
basis = ["skb2022:disiplin:6"]

[[rule]]
id = "U-nomor"
title = "Nomor"
category = "kode"
match = "phrase('ikut', @nomor)"
basis = ["skb2022:disiplin:6"]

[[rule]]
id = "S-hoaks"
title = "Bantahan"
category = "penolakan"
match = "'hoaks'"
reach = 3
"#;

    /// The rules that hit a text, by candidate, in a contest of these candidates.
    fn hits(names: &[&str], text: &str) -> BTreeSet<(String, Option<u32>)> {
        let candidates = names.iter().zip(DEPUTIES).zip(1..).map(|((head, deputy), number)| {
            let (head, deputy) = (format!("{{ name = \"{head}\" }}"), format!("{{ name = \"{deputy}\" }}"));
            format!("[[candidate]]\nnumber = {number}\nhead = {head}\ndeputy = {deputy}\n")
        });
        let verdict = judged(RULES, &candidates.collect::<String>(), text);
        verdict.hits.into_iter().map(|hit| (hit.rule, hit.candidate)).collect()
    }

    const DEPUTIES: [&str; 2] = ["Gionawati Mertoyo", "Dirasani Suprobo"];

    const LONG: &str = "Tuan Guru H. Lalu G. Muhammad Khairul Fatihin";

    /// A text about each of two candidates is judged the same but for the number.
    #[track_caller]
    fn alike(text: &str, rules: &[&str]) {
        for ((number, name), deputy) in [(1, LONG), (2, "Rumaksi")].into_iter().zip(DEPUTIES) {
            let text = text.replace("NAMA", name).replace("WAKIL", deputy);
            let found = hits(&[LONG, "Rumaksi"], &text);
            let about = |(rule, candidate): (String, Option<u32>)| {
                assert!(candidate.is_none_or(|found| found == number), "{rule}: {candidate:?}");
                rule
            };
            let found: Vec<String> = found.into_iter().map(about).collect();
            assert_eq!(found, rules, "{name}");
        }
    }

    #[test]
    fn a_name_is_one_word_however_long_it_is() {
        alike("yang tidak pilih NAMA siap siap nonjob", &["U-lewat", "U-sebut"]);
        alike("yang tidak pilih NAMA siap siap saja nonjob", &["U-sebut"]);
        alike("menangkan NAMA harga tetap mati", &["U-sebut", "U-urut"]);
        alike("menangkan NAMA dengan harga mati", &["U-sebut"]);
        alike("ayo bersama NAMA", &["U-langsung", "U-sebut"]);
    }

    #[test]
    fn emoji_are_no_words() {
        alike(
            "yang tidak pilih NAMA 🔥🔥 siap 😂 siap ✌ nonjob",
            &["U-lewat", "U-sebut"],
        );
        alike("yang tidak pilih NAMA 🔥 siap siap saja nonjob", &["U-sebut"]);
        alike("menangkan NAMA ❤️ harga 💯 mati", &["U-sebut", "U-urut"]);
        alike("ayo bersama 👍 NAMA", &["U-langsung", "U-sebut"]);
    }

    #[test]
    fn a_form_of_address_belongs_to_the_name() {
        alike(
            "yang tidak pilih bapak haji NAMA siap siap nonjob",
            &["U-lewat", "U-sebut"],
        );
        alike("ayo bersama pak NAMA", &["U-langsung", "U-sebut"]);
        alike("yang tidak pilih pak lurah NAMA siap nonjob", &["U-sebut"]);
        // Up to four of them; a post of nothing else is not walked again and again.
        alike(
            "yang tidak pilih pak bu pak haji NAMA siap siap nonjob",
            &["U-lewat", "U-sebut"],
        );
        alike(
            "yang tidak pilih bu pak bu pak haji NAMA siap siap nonjob",
            &["U-sebut"],
        );
    }

    #[test]
    fn head_and_deputy_together_are_one_word() {
        for pair in ["NAMA dan WAKIL", "NAMA-WAKIL", "NAMA & WAKIL", "pak NAMA dan bu WAKIL"] {
            alike(
                &format!("yang tidak pilih {pair} siap siap nonjob"),
                &["U-lewat", "U-sebut"],
            );
            alike(&format!("yang tidak pilih {pair} siap siap saja nonjob"), &["U-sebut"]);
        }
        alike("yang tidak pilih NAMA serta WAKIL nonjob", &["U-lewat", "U-sebut"]);
        alike("yang tidak pilih NAMA serta WAKIL siap nonjob", &["U-sebut"]);
    }

    #[test]
    fn suppressors_reach_past_a_name_as_past_a_word() {
        alike("hoaks kalau NAMA bilang tidak pilih dia nonjob", &["U-sebut"]);
        alike(
            "hoaks kalau NAMA bilang begitu, tidak pilih dia nonjob",
            &["U-lewat", "U-sebut"],
        );
    }

    /// The candidates about whom a rule hits.
    fn meant(names: &[&str], text: &str) -> BTreeSet<u32> {
        hits(names, text).into_iter().filter_map(|hit| hit.1).collect()
    }

    #[test]
    fn a_name_is_no_other_name_with_a_clitic() {
        let names = &["Abdul Malik Kastella", "Enver Abdullah Rumarey"];
        let meant = |text: &str| meant(names, text);
        assert_eq!(meant("jagoan kita pak abdullah"), [2].into());
        assert_eq!(meant("jagoan kita pak abdullah rumarey"), [2].into());
        assert_eq!(meant("jagoan kita pak abdul"), [1].into());
        assert_eq!(meant("jagoan kita pak abdulnya"), [1].into());
        assert_eq!(meant("terima kasih kastellalah"), [1].into());
    }

    #[test]
    fn a_name_that_begins_like_a_number_is_none() {
        let names = &["Rumaksi", "I Gusti Ngurah Jaya Negara"];
        let meant = |text: &str| meant(names, text);
        assert_eq!(meant("ikut calon I Gusti Ngurah Jaya Negara"), [2].into());
        assert_eq!(meant("ikut calon I, Rumaksi"), [1].into());
        assert_eq!(
            meant("ikut calon I Wayan Tegalsari"),
            [].into(),
            "nobody of this contest"
        );
    }

    #[test]
    fn of_two_names_over_the_same_words_the_longer_counts() {
        let names = &["Sulaiman Abdulah", "Enver Abdullah Rumarey"];
        let meant = |text: &str| meant(names, text);
        // Read with doubled letters single, the first name is in the second.
        assert_eq!(meant("jagoan kita pak abdullah rumarey"), [2].into());
        assert_eq!(meant("jagoan kita pak abdulah"), [1].into());
    }
}
