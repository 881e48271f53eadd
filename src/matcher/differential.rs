//! The fast path against the oracle, and what must hold for every post there is: on real rows where there are any, and on as many
//! generated ones as asked for.
//!
//! `NETRA_DATA` names the folder of real rows (else `../shared/data`); `NETRA_ALL_ROWS` takes every row instead of a sample;
//! `NETRA_MANY` is how many posts are generated, `NETRA_SEED` where they begin. A failure names the seed of its post.

mod evasions;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evasions::Vocabulary;

use super::eval::Occurrence;
use super::oracle::{self, Oracle};
use super::{Matcher, Scope, Scratch, Text, When};
use crate::model::{Span, Verdict};
use crate::rules::{RuleSet, SourceFile, check, read};
use crate::text::fold::{Folded, Join, fold};

pub(super) const SCOPE: Scope<'static> = Scope {
    at: When::Campaign,
    region: None,
    contests: None,
};

/// Lists, literals and candidates that make every kind of pattern.
const PACK: &str = r##"
[pack]
id = "uji"
title = "Uji"
pledge = "P1"

[words.seru]
terms = ["coblos", "pilih", "menangkan", "dukung", "ganti"]
affixes = true

[words.frasa]
terms = ["coblos paku", "serangan fajar", "pilih nomor", "nomor", "uang saku nyoblos", "jangan pilih", "salam dua jari"]
affixes = true

[words.pendek]
terms = ["no", "di", "a", "aa", "2", "dua", "02", "tidak", "s1", "✌", "sama-sama", "kaleng-kaleng", "YouTube", "detik.com", "#2Periode", "@tim_2"]

[[rule]]
id = "U-1"
title = "Ajakan"
category = "ajakan"
level = "tinggi"
status = "live"
match = "near(@seru, @calon, 6)"
unless = ["penolakan"]
basis = ["skb2022:disiplin:6"]

[[rule]]
id = "U-2"
title = "Apa saja"
category = "kode"
level = "rendah"
status = "live"
match = "any(@frasa, @pendek, @angka, @nama, 'kaos hitam', 'x')"
basis = ["skb2022:disiplin:6"]

[[rule]]
id = "U-3"
title = "Tolak"
category = "penolakan"
level = "rendah"
status = "live"
match = "any('jangan', 'tidak', 'tolak')"
reach = "sentence"
basis = ["skb2022:disiplin:6"]
"##;

/// What the rules of a test stand under.
const HEAD: &str = r#"
[pack]
id = "uji"
title = "Uji"
pledge = "P1"
"#;

/// A contest without candidates.
const CONTEST: &str = r#"
[contest]
id = "uji"
name = "Pemilihan Uji"
region = "9971"
timezone = "Asia/Jakarta"
refer_to = "bawaslu"

[contest.phases]
kampanye = 2024-09-25
pemungutan = 2024-11-27
selesai = 2025-02-20
"#;

const CANDIDATES: &str = r##"
[[candidate]]
number = 1
head = { name = "Sari Wulan", aliases = [] }
deputy = { name = "Jaya Kusumaatmaja", aliases = [] }
slogans = []
hashtags = ["#SariMaju"]
parties = []
accounts = []

[[candidate]]
number = 2
head = { name = "Budi Santoso", aliases = ["Budi Gemoy"] }
deputy = { name = "Rina Ayu Lestari", aliases = [] }
slogans = ["kerja nyata"]
hashtags = ["#Menang2Putaran"]
parties = []
accounts = ["@tim_2"]
"##;

/// The small set above.
fn small() -> RuleSet {
    let file = |path: &str, text: &str| SourceFile::new(path, text);
    checked(&[
        file("uji/uji.toml", PACK),
        file("uji/contests/uji.toml", &format!("{CONTEST}{CANDIDATES}")),
    ])
}

/// The packs and contests of this repository.
fn shipped() -> RuleSet {
    checked(&read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).unwrap())
}

/// What a text is judged as under these rules, in a contest of these candidates.
pub(super) fn judged(rules: &str, candidates: &str, text: &str) -> Verdict {
    matcher(rules, candidates).judge(&Text::plain(text), &SCOPE, &mut Scratch::default())
}

/// Of these rules, and a contest of these candidates.
pub(super) fn matcher(rules: &str, candidates: &str) -> Matcher {
    let file = |path: &str, text: String| SourceFile::new(path, text);
    let set = checked(&[
        file("uji.toml", format!("{HEAD}{rules}")),
        file("contests/uji.toml", format!("{CONTEST}{candidates}")),
    ]);
    Matcher::new(Arc::new(set))
}

fn checked(files: &[SourceFile]) -> RuleSet {
    let checked = check(files);
    checked.set.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

/// A group found, and where in the original.
type Place = (Occurrence, Span);

/// The two ways to find, side by side.
struct Sides {
    matcher: Matcher,
    oracle: Oracle,
    scratch: Scratch,
    fast: Vec<Occurrence>,
    plainly: Vec<Occurrence>,
}

impl Sides {
    fn new(set: RuleSet) -> Self {
        let matcher = Matcher::new(Arc::new(set));
        Self {
            oracle: Oracle::new(&matcher.compiled.patterns),
            matcher,
            scratch: Scratch::default(),
            fast: Vec::new(),
            plainly: Vec::new(),
        }
    }

    /// What the fast path finds, and what the oracle finds in the same tokens. The one place that knows the core from inside.
    fn both(&mut self, text: &str) -> (&[Occurrence], &[Occurrence], &Folded) {
        self.matcher.look(&Text::plain(text), &SCOPE, &mut self.scratch);
        self.fast.clone_from(&self.scratch.occurrences);
        self.fast.sort_unstable();
        self.fast.dedup();
        self.oracle.find(
            &self.matcher.compiled.lists,
            &self.scratch.laid.folded,
            &mut self.plainly,
        );
        (&self.fast, &self.plainly, &self.scratch.laid.folded)
    }

    /// Both, held against each other; what was found.
    fn agree(&mut self, text: &str, whence: &dyn std::fmt::Display) -> Vec<Place> {
        let (fast, plainly, folded) = self.both(text);
        assert_eq!(fast, plainly, "{whence}: {text:?} folded {:?}", folded.plain());
        fast.iter()
            .map(|found| (*found, folded.span(found.from, found.to)))
            .collect()
    }
}

#[test]
fn the_fast_path_and_the_oracle_agree_on_every_example() {
    let mut sides = Sides::new(small());
    for text in [
        "mencoblos nomor dua",
        "c o b l o s  p a k u",
        "#CoblosNomor2 #coblosnomordua",
        "sama2 sama-sama sama²",
        "p!l!h n0m0r 02",
        "seraaangan fajarnya",
        "guekapokpilihbudisantoso",
        "@tim_2 #Menang2Putaran",
        "RT 02 dua orang, 02",
        "di-coblos-in YouTube youtube you tube",
        "baca news.detik.com/a https://detik.com",
        "jgn pilih, uang saku nyoblos",
    ] {
        assert!(!sides.agree(text, &"example").is_empty(), "{text}");
    }
}

#[test]
fn words_cut_out_of_a_run_begin_and_end_with_characters() {
    let mut sides = Sides::new(small());
    for (text, words) in [
        ("ayo #pilihbudisantosoyuk", vec!["#pilih", "budisantoso"]),
        ("\u{1f00}\u{e9}: guekapokpilihbudisantoso", vec!["pilih", "budisantoso"]),
        ("guekapokpilihbudi\u{455}antoso", vec!["guekapokpilihbudi\u{455}antoso"]),
    ] {
        let places = sides.agree(text, &"example");
        let found: Vec<&str> = places.iter().map(|(_, span)| &text[span.range()]).collect();
        for word in words {
            assert!(found.contains(&word), "{word} is not in {found:?}");
        }
    }
}

/// Rows of a file; none when it is not there. Compressed ones by the machine's own `gzip`.
fn rows(path: &Path) -> Vec<String> {
    let bytes = if path.extension().is_some_and(|e| e == "gz") {
        let output = std::process::Command::new("gzip").arg("-dc").arg(path).output();
        output.map(|output| output.stdout).unwrap_or_default()
    } else {
        std::fs::read(path).unwrap_or_default()
    };
    let text = String::from_utf8_lossy(&bytes);
    text.lines().map(post_of).collect()
}

/// The text of a row: the field of a JSON object, else the row.
fn post_of(row: &str) -> String {
    let value: Option<serde_json::Value> = row.starts_with('{').then(|| serde_json::from_str(row).ok()).flatten();
    match value
        .as_ref()
        .and_then(|value| value.get("text"))
        .and_then(|text| text.as_str())
    {
        Some(text) => text.to_owned(),
        None => row.replace("\\n", "\n"),
    }
}

#[test]
fn the_fast_path_and_the_oracle_agree_on_real_posts_where_there_are_any() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::var_os("NETRA_DATA").map_or_else(beside, PathBuf::from);
    let all = std::env::var_os("NETRA_ALL_ROWS").is_some();
    let mut files: Vec<PathBuf> = std::fs::read_dir(&data)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    let mut seen = 0;
    for set in [small(), shipped()] {
        let mut sides = Sides::new(set);
        for file in &files {
            let rows = rows(file);
            // Every row takes minutes without optimisation.
            let step = if all { 1 } else { rows.len() / 500 + 1 };
            for (line, row) in rows.iter().enumerate().step_by(step) {
                sides.agree(row, &format_args!("{}:{}", file.display(), line + 1));
                seen += 1;
            }
        }
    }
    // Whoever names a folder means that something is in it.
    assert!(
        seen > 0 || std::env::var_os("NETRA_DATA").is_none(),
        "no rows in {}",
        data.display()
    );
}

/// How many posts are generated, unless `NETRA_MANY` says otherwise.
fn many(unless_told: u64) -> u64 {
    told("NETRA_MANY").unwrap_or(unless_told)
}

fn told(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Calls `each` with generated posts and their seeds.
fn generate(set: &RuleSet, count: u64, mut each: impl FnMut(&str, u64)) {
    let vocabulary = Vocabulary::of(set);
    let first = told("NETRA_SEED").unwrap_or(0);
    for seed in first..first + count {
        each(&vocabulary.post(seed), seed);
    }
}

fn agree_on_generated(set: RuleSet, count: u64) {
    let mut sides = Sides::new(set);
    let set = sides.matcher.set.clone();
    let (mut bytes, mut hits, mut posts) = (0, 0, 0_u64);
    generate(&set, count, |post, seed| {
        let found = sides.agree(post, &format_args!("seed {seed}"));
        bytes += post.len();
        hits += found.len();
        posts += u64::from(!found.is_empty());
    });
    // Posts in which nothing can be found would prove nothing.
    assert!(
        posts > count / 3,
        "{posts} of {count} posts hold {hits} patterns in {bytes} bytes"
    );
}

#[test]
fn the_fast_path_and_the_oracle_agree_on_generated_posts() {
    agree_on_generated(small(), many(70_000));
}

#[test]
fn the_fast_path_and_the_oracle_agree_on_generated_posts_of_the_shipped_packs() {
    agree_on_generated(shipped(), many(30_000));
}

#[test]
fn gaps_are_as_wide_as_when_counted_word_by_word() {
    for (set, count) in [(small(), many(6_000)), (shipped(), many(2_000))] {
        let matcher = Matcher::new(Arc::new(set.clone()));
        let mut scratch = Scratch::default();
        let mut narrower = 0;
        generate(&set, count, |post, seed| {
            matcher.look(&Text::plain(post), &SCOPE, &mut scratch);
            let words = oracle::words(&matcher.compiled, &scratch.laid.folded, &scratch.occurrences);
            matcher.arrange(post, &SCOPE, &mut scratch);
            let tokens = u32::try_from(words.len()).unwrap();
            for end in 1..tokens.min(60) {
                for start in end..tokens.min(60) {
                    let (last, next) = (words[end as usize - 1], words[start as usize]);
                    let between = words[end as usize..start as usize].iter().flatten();
                    let between: BTreeSet<_> = between.filter(|word| ![last, next].contains(&Some(**word))).collect();
                    let gap = u32::try_from(between.len()).unwrap();
                    let within = |most| scratch.gaps.within(end, start, most);
                    let exact = within(gap) && (gap == 0 || !within(gap - 1));
                    assert!(exact, "seed {seed}: {end}..{start} of {post:?} is not {gap}");
                    narrower += u32::from(gap < start - end);
                }
            }
        });
        assert!(narrower > 1_000, "{narrower} gaps hold a long name");
    }
}

/// Whether a place touches more than white space, or lies in a tag, or repeats what stands before it: what its words mean then
/// depends on the rest.
fn is_part(text: &str, span: Span, folded: &Folded, found: &Occurrence) -> bool {
    let gap = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let alone = gap(text[..span.start as usize].chars().next_back()) && gap(text[span.end as usize..].chars().next());
    let tokens = &folded.tokens[found.from as usize..found.to as usize];
    !alone || tokens.iter().any(|token| token.tag || token.echo)
}

/// Whether a place lies among spaced-out letters: which of them make a word depends on all that are spaced alike.
fn is_spaced(folded: &Folded, found: &Occurrence) -> bool {
    let edges = folded.edges.iter().filter(|edge| edge.why == Join::Spaced);
    edges
        .into_iter()
        .any(|edge| edge.from < found.to && found.from < edge.to)
}

/// A span with the white space after it (not every space ends a domain), and, for a part, with all up to the white space before it.
fn around(text: &str, span: Span, part: bool) -> &str {
    let (start, end) = (span.start as usize, span.end as usize);
    let before = text[..start].rfind(char::is_whitespace).unwrap_or(0);
    let after = text[end..]
        .find(char::is_whitespace)
        .map_or(text.len(), |at| text.ceil_char_boundary(end + at + 1));
    &text[if part { before } else { start }..after]
}

#[test]
fn spans_lie_on_character_boundaries_and_fold_again_to_what_was_found() {
    for (set, count) in [(small(), many(10_000)), (shipped(), many(3_000))] {
        let mut sides = Sides::new(set.clone());
        let mut again = Sides::new(set.clone());
        let (mut all, mut alone) = (0, 0);
        generate(&set, count, |post, seed| {
            let places = sides.agree(post, &seed);
            all += places.len();
            for (found, span) in places {
                let (start, end) = (span.start as usize, span.end as usize);
                assert!(start < end, "seed {seed}: {found:?} {span:?} of {post:?}");
                assert!(
                    post.is_char_boundary(start) && post.is_char_boundary(end),
                    "seed {seed}: {span:?} of {post:?}"
                );
                let folded = &sides.scratch.laid.folded;
                if is_spaced(folded, &found) {
                    continue;
                }
                alone += 1;
                let word = around(post, span, is_part(post, span, folded, &found));
                let (fast, ..) = again.both(word);
                assert!(
                    fast.iter().any(|other| other.group == found.group),
                    "seed {seed}: {word:?} by itself is not what it is in {post:?}"
                );
            }
        });
        assert!(alone > all * 3 / 4, "{alone} of {all} places were looked at again");
    }
}

#[test]
fn folding_the_folded_changes_nothing_whatever_the_post() {
    let forms = |folded: &Folded| -> Vec<String> {
        folded
            .tokens
            .iter()
            .map(|token| folded.form(token).to_owned())
            .collect()
    };
    generate(&small(), many(50_000), |post, seed| {
        let once = fold(post);
        let twice = fold(&once.plain());
        assert_eq!(forms(&once), forms(&twice), "seed {seed}: {post:?}");
    });
}

#[test]
fn a_verdict_depends_on_nothing_but_the_post() {
    let set = small();
    let matcher = Matcher::new(Arc::new(set.clone()));
    let count = many(2_000);
    let mut used = Scratch::default();
    let mut posts = Vec::new();
    generate(&set, count, |post, _| posts.push(post.to_owned()));
    let mut judge = |post: &String| matcher.judge(&Text::plain(post), &SCOPE, &mut used);
    let verdicts: Vec<Verdict> = posts.iter().map(&mut judge).collect();
    for (at, post) in posts.iter().enumerate().step_by(40) {
        let fresh = matcher.judge(&Text::plain(post), &SCOPE, &mut Scratch::default());
        assert_eq!(verdicts[at], fresh, "a fresh scratch: {post:?}");
    }
    // Another matcher has used the scratch meanwhile.
    let other = Matcher::new(Arc::new(shipped()));
    for (at, post) in posts.iter().enumerate().rev().step_by(7) {
        other.judge(&Text::plain(post), &SCOPE, &mut used);
        let after = matcher.judge(&Text::plain(post), &SCOPE, &mut used);
        assert_eq!(verdicts[at], after, "after another matcher: {post:?}");
    }
    std::thread::scope(|threads| {
        for share in 0..3 {
            let (matcher, posts, verdicts) = (&matcher, &posts, &verdicts);
            threads.spawn(move || {
                let mut scratch = Scratch::default();
                for (post, verdict) in posts.iter().zip(verdicts).skip(share).step_by(2) {
                    let theirs = matcher.judge(&Text::plain(post), &SCOPE, &mut scratch);
                    assert_eq!(&theirs, verdict, "on another thread: {post:?}");
                }
            });
        }
    });
}
