//! Rule sets of 200 rules over the terms, as the files a tuner would write, checked and compiled as those are.
//!
//! Does: write packs and a contest with four candidates as TOML, so that affixes, candidates, phases and suppressors are all on.
//! Does not: judge.
//! Invariant: every term stands in a list that a rule uses.

use std::fmt::Write as _;
use std::sync::Arc;

use netra::matcher::Matcher;
use netra::rules::{Severity, SourceFile, check};

use crate::clock::timed;

/// How often the rules hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Density {
    /// As shipped packs do: most posts hit nothing. Each list belongs to one or two rules, and half of the rules want a candidate.
    Sparse,
    /// Every list stands in many rules, and most posts hit some.
    Dense,
}

const RULES: usize = 200;
const SUPPRESSORS: usize = 10;

/// A rule set made ready.
pub struct Ready {
    /// The core.
    pub matcher: Matcher,
    /// Seconds of reading and checking the files and of compiling them.
    pub built: f64,
}

/// Checks and compiles 200 rules over `terms`.
pub fn ready(terms: &[String], density: Density) -> Ready {
    let files = [
        SourceFile::new("bench/pack.toml", pack(terms, density)),
        SourceFile::new("bench/contests/kota.toml", contest()),
    ];
    let ((checked, matcher), built) = timed(|| {
        let checked = check(&files);
        let matcher = checked.set.clone().map(|set| Matcher::new(Arc::new(set)));
        (checked, matcher)
    });
    let Some(matcher) = matcher else {
        let fault = checked.diagnostics.iter().find(|d| d.severity == Severity::Error);
        panic!("the bench's own rules must be right: {fault:?}");
    };
    Ready { matcher, built }
}

fn pack(terms: &[String], density: Density) -> String {
    let lists = match density {
        Density::Sparse if terms.len() > 1_000 => RULES * 2,
        Density::Sparse => RULES / 2,
        Density::Dense => RULES / 5,
    };
    let mut text = "[pack]\nid = \"bench\"\ntitle = \"Bench\"\npledge = \"P1\"\n".to_owned();
    for list in 0..lists {
        let _ = write!(text, "\n[words.l{list:03}]\naffixes = true\nterms = [\n");
        for term in terms.iter().skip(list).step_by(lists) {
            let _ = writeln!(text, "  \"{term}\",");
        }
        text += "]\n";
    }
    for rule in 0..RULES {
        let (category, condition) = if rule < SUPPRESSORS {
            let category = ["berita", "penolakan"][rule % 2];
            (
                category,
                format!("near(@l{:03}, @l{:03}, 4)", rule * 2 % lists, (rule * 2 + 1) % lists),
            )
        } else {
            ("ajakan", condition(rule, density, lists))
        };
        let _ = write!(
            text,
            "\n[[rule]]\nid = \"R-{rule:03}\"\ntitle = \"Rule {rule}\"\ncategory = \"{category}\"\nlevel = \"tinggi\"\n\
             status = \"live\"\nmatch = \"{condition}\"\nbasis = [\"skb2022:disiplin:6\"]\n"
        );
        if rule >= SUPPRESSORS {
            text += "unless = [\"berita\", \"penolakan\"]\nphases = [\"kampanye\", \"tenang\", \"pemungutan\"]\n";
        } else {
            text += "reach = \"sentence\"\n";
        }
    }
    text
}

fn condition(rule: usize, density: Density, lists: usize) -> String {
    let list = |step: usize, from: usize| format!("@l{:03}", (rule * step + from) % lists);
    let (one, other, third) = match density {
        Density::Sparse => (list(2, 0), list(2, 1), list(2, 7)),
        Density::Dense => (list(1, 0), list(3, 1), list(7, 5)),
    };
    match (rule % 4, density) {
        (0 | 2, Density::Sparse) => format!("near(any({one}, {other}), @calon, 6)"),
        (1, Density::Sparse) | (0, Density::Dense) => format!("near({one}, {other}, 5)"),
        (_, Density::Sparse) => format!("all(before({one}, {other}, 3), not({third}))"),
        (1, Density::Dense) => format!("all({one}, {other}, {third})"),
        (2, Density::Dense) => format!("before({one}, {other}, 3)"),
        (_, Density::Dense) => format!("all({one}, {third}, not({other}))"),
    }
}

/// A contest whose candidates are nobody.
fn contest() -> String {
    let mut text = "[contest]\nid = \"kota\"\nname = \"Pemilihan Wali Kota Bench\"\nregion = \"9971\"\n\
         timezone = \"Asia/Jakarta\"\nrefer_to = \"bawaslu\"\n\n[contest.phases]\npenetapan = 2024-09-22\nkampanye = 2024-09-25\n\
         tenang = 2024-11-24\npemungutan = 2024-11-27\nselesai = 2025-02-20\n"
        .to_owned();
    for (number, head, deputy) in [
        (1, "Wirantaka Pelangirasa", "Nurjelita Sampurnaga"),
        (2, "Baskaranta Ombakdaya", "Rimbawati Kelanasari"),
        (3, "Lintangjaya Samodraya", "Mentariwulan Aksaraputra"),
        (4, "Gempitaloka Surawijaya", "Cempakarini Tirtabuana"),
    ] {
        let _ = write!(
            text,
            "\n[[candidate]]\nnumber = {number}\nhead = {{ name = \"{head}\", aliases = [] }}\n\
             deputy = {{ name = \"{deputy}\", aliases = [] }}\nslogans = []\nhashtags = [\"#Menang{number}Bench\"]\n\
             parties = []\naccounts = []\n"
        );
    }
    text
}
