use jiff::tz::TimeZone;

use super::*;
use crate::model::{Candidate, CandidateSide, Category, Level, Outcome, Phases};
use crate::rules::{CandidateTerm, CandidateWords, Effect, Expr, Reach, Rule, Status, Term, Voice, WordList};

fn list(name: &str, terms: &[&str], affixes: bool) -> WordList {
    let terms = terms
        .iter()
        .map(|text| Term {
            text: (*text).to_owned(),
            affixes,
        })
        .collect();
    WordList {
        name: name.to_owned(),
        terms,
    }
}

fn rule(id: &str, category: Category, condition: Expr) -> Rule {
    Rule {
        id: id.to_owned(),
        title: id.to_owned(),
        pack: "uji".to_owned(),
        category,
        level: Level::Tinggi,
        status: Status::Live,
        condition,
        unless: Vec::new(),
        phases: Vec::new(),
        regions: Vec::new(),
        basis: Vec::new(),
        reach: Reach::Post,
        effect: Effect::Clear,
        voice: Voice::Own,
        version: "v".to_owned(),
    }
}

fn near(parts: Vec<Expr>, within: u16) -> Expr {
    Expr::Near { parts, within }
}

fn term(text: &str) -> Expr {
    Expr::Term(Term {
        text: text.to_owned(),
        affixes: false,
    })
}

const SERU: Expr = Expr::Words(0);
const CALON: Expr = Expr::Candidate(CandidateWords::Calon);

fn contest() -> Contest {
    let candidate = |number, name: &str| Candidate {
        number,
        head: CandidateSide {
            name: name.to_owned(),
            aliases: Vec::new(),
        },
        ..Candidate::default()
    };
    Contest {
        id: "uji".to_owned(),
        name: "Pemilihan Uji".to_owned(),
        region: "7471".to_owned(),
        zone: TimeZone::UTC,
        refer_to: "bawaslu".to_owned(),
        phases: Phases {
            first_day: [
                (Phase::Kampanye, jiff::civil::date(2024, 9, 25)),
                (Phase::Tenang, jiff::civil::date(2024, 11, 24)),
            ]
            .into(),
            ends: Some(jiff::civil::date(2025, 2, 20)),
        },
        candidates: vec![candidate(1, "Sari Wulan"), candidate(2, "Budi Santoso")],
    }
}

fn names() -> Vec<CandidateTerm> {
    let mut terms = Vec::new();
    for (candidate, name, number) in [(0, "Sari Wulan", 1), (1, "Budi Santoso", 2)] {
        let mut add = |class, text: String, weak| {
            terms.push(CandidateTerm {
                contest: 0,
                candidate,
                class,
                text,
                weak,
            });
        };
        add(CandidateWords::Nama, name.to_owned(), false);
        add(CandidateWords::Nama, name.split(' ').next().unwrap().to_owned(), true);
        add(CandidateWords::Nomor, format!("nomor {number}"), false);
        add(CandidateWords::Nomor, format!("paslon {number}"), false);
        add(CandidateWords::Nomor, format!("0{number}"), false);
        add(CandidateWords::Angka, format!("{number}"), false);
        add(CandidateWords::Tagar, format!("Menang{number}Putaran"), false);
        add(CandidateWords::Akun, format!("@tim_{number}"), false);
    }
    terms
}

fn set(rules: Vec<Rule>) -> RuleSet {
    RuleSet {
        rules,
        words: vec![
            list("seru", &["coblos", "pilih", "menangkan", "dukung"], true),
            list("tolak", &["jangan", "tidak", "tolak"], false),
        ],
        contests: vec![contest()],
        candidate_terms: names(),
        hash: "h".to_owned(),
    }
}

fn call() -> Rule {
    rule("D1", Category::Ajakan, near(vec![SERU, CALON], 6))
}

fn judge(rules: Vec<Rule>, text: &str) -> Verdict {
    judge_text(rules, &Text::plain(text))
}

const CAMPAIGN: Scope<'static> = Scope {
    at: When::Campaign,
    region: None,
    contests: None,
};

fn judge_text(rules: Vec<Rule>, text: &Text<'_>) -> Verdict {
    Matcher::new(Arc::new(set(rules))).judge(text, &CAMPAIGN, &mut Scratch::default())
}

fn flags(text: &str) -> bool {
    judge(vec![call()], text).outcome == Outcome::Flag
}

#[test]
fn a_call_with_a_candidate_flags_and_says_which_and_where() {
    let text = "27 November jangan lupa coblos nomor 2 ya";
    let verdict = judge(vec![call()], text);
    assert_eq!(verdict.outcome, Outcome::Flag);
    let hit = &verdict.hits[0];
    assert_eq!((hit.candidate, hit.contest.as_deref()), (Some(2), Some("uji")));
    let parts: Vec<&str> = hit.spans.iter().map(|s| &text[s.range()]).collect();
    assert_eq!(parts, ["coblos", "nomor 2"]);
}

#[test]
fn evasions_flag_and_their_neutral_twins_do_not() {
    for text in [
        "mencoblos nomor dua",
        "nyoblos no. 2",
        "coblosss paslon 02",
        "c0bl0s n0mor 2",
        "c o b l o s nomor 2",
        "сoblоs 02",
        "#CoblosNomor2",
        "#coblosnomor2",
        "#coblosbudisantoso",
        "pilihlah Budi Santoso",
        "milih nomer loro",
        "p!lih 02",
        "men-coblos Budi-Santoso",
        "dicoblosin 02",
        "coblos @tim_2",
        "pilih #Menang2Putaran",
        "nyobl*s 02",
        "coblos 2️⃣ nomor ②",
        "guekapokpilihbudisantoso",
        "dukung Budi Santoso-nya",
        "BUDI   SANTOSO menangkan",
        "ＣＯＢＬＯＳ nomor ２",
    ] {
        assert!(flags(text), "{text}: {:#?}", explain(text));
    }
    for text in [
        "sama2 kita pilih yang terbaik",
        "pilih ketua RT 02 yuk",
        "pilih sesuai surat no. 02/2024",
        "coblos paku di kayu",
        "c o b a nomor 2",
        "#DuaAnakCukup",
        "orang² pilih diam",
        "paslon-paslon pilih damai",
        "mari coblos sesuai hati nurani",
        "pilih 2 anak cukup",
        "pilih jalur 02",
        "pemilih nomor 3",
    ] {
        assert!(!flags(text), "{text}: {:#?}", explain(text));
    }
}

fn explain(text: &str) -> Explanation {
    Matcher::new(Arc::new(set(vec![call()]))).explain(&Text::plain(text), &CAMPAIGN)
}

#[test]
fn a_bare_number_is_no_candidate_unless_the_rule_asks_for_it() {
    assert!(!flags("coblos 2"));
    let bare = rule(
        "D3",
        Category::Kode,
        near(vec![SERU, Expr::Candidate(CandidateWords::Angka)], 2),
    );
    assert_eq!(judge(vec![bare], "coblos 2").outcome, Outcome::Flag);
}

#[test]
fn a_weak_name_counts_only_near_a_strong_one_or_a_word_of_elections() {
    let alone = || vec![rule("D2", Category::Dukungan, CALON)];
    assert_eq!(judge(alone(), "Budi pergi ke pasar").outcome, Outcome::Clear);
    assert_eq!(judge(alone(), "Budi calon bupati kita").outcome, Outcome::Flag);
    assert_eq!(judge(alone(), "Budi alias Budi Santoso").outcome, Outcome::Flag);
}

#[test]
fn all_candidate_words_of_a_rule_mean_the_same_candidate() {
    let both = || {
        vec![rule(
            "D2",
            Category::Dukungan,
            Expr::All(vec![
                Expr::Candidate(CandidateWords::Nama),
                Expr::Candidate(CandidateWords::Nomor),
            ]),
        )]
    };
    assert_eq!(judge(both(), "Budi Santoso nomor 1").outcome, Outcome::Clear);
    assert_eq!(judge(both(), "Budi Santoso nomor 2").hits[0].candidate, Some(2));
}

#[test]
fn every_form_of_condition_holds_when_it_should() {
    let cases: Vec<(Expr, &str, bool)> = vec![
        (Expr::Any(vec![term("x"), term("apel")]), "makan apel", true),
        (Expr::All(vec![term("apel"), term("jeruk")]), "jeruk dan apel", true),
        (
            Expr::All(vec![term("apel"), Expr::Not(Box::new(term("jeruk")))]),
            "jeruk dan apel",
            false,
        ),
        (
            Expr::All(vec![term("apel"), Expr::Not(Box::new(term("jeruk")))]),
            "apel",
            true,
        ),
        (near(vec![term("apel"), term("jeruk")], 1), "jeruk dan apel", true),
        (near(vec![term("apel"), term("jeruk")], 1), "jeruk dan juga apel", false),
        (
            near(vec![term("apel"), term("jeruk"), term("mangga")], 0),
            "mangga apel jeruk",
            true,
        ),
        (
            Expr::Before {
                parts: vec![term("apel"), term("jeruk")],
                within: 1,
            },
            "jeruk dan apel",
            false,
        ),
        (
            Expr::Before {
                parts: vec![term("jeruk"), term("apel")],
                within: 1,
            },
            "jeruk dan apel",
            true,
        ),
        (
            Expr::Phrase(vec![term("jeruk"), Expr::Any(vec![term("bali"), term("nipis")])]),
            "jeruk nipis",
            true,
        ),
        (
            Expr::Phrase(vec![term("jeruk"), term("nipis")]),
            "jeruk yang nipis",
            false,
        ),
        (
            Expr::Count {
                of: Box::new(term("apel")),
                at_least: 3,
            },
            "apel apel, apel",
            true,
        ),
        (
            Expr::Count {
                of: Box::new(term("apel")),
                at_least: 3,
            },
            "apel apel",
            false,
        ),
        (
            Expr::Sentence(Box::new(Expr::All(vec![term("apel"), term("jeruk")]))),
            "apel. jeruk",
            false,
        ),
        (
            Expr::Sentence(Box::new(Expr::All(vec![term("apel"), term("jeruk")]))),
            "lalu. apel, jeruk",
            true,
        ),
        (term("paslon nomor dua"), "Paslon Nomor 2", true),
        (term("kaleng-kaleng"), "bukan kaleng2", true),
        (term("✌"), "menang ✌🏽", true),
        (term("detik.com"), "https://news.detik.com/x", true),
    ];
    for (condition, text, expected) in cases {
        let verdict = judge(vec![rule("R", Category::Ajakan, condition.clone())], text);
        assert_eq!(verdict.outcome == Outcome::Flag, expected, "{condition:?} on {text:?}");
    }
}

#[test]
fn a_suppressor_lowers_only_rules_that_name_it_and_only_as_far_as_it_reaches() {
    let suppressor = |reach, effect| Rule {
        reach,
        effect,
        ..rule("S-tolak", Category::Penolakan, Expr::Words(1))
    };
    let call = |unless: &[&str]| Rule {
        unless: unless.iter().map(|&w| w.to_owned()).collect(),
        ..call()
    };
    let run = |reach, effect, unless: &[&str], text: &str| judge(vec![call(unless), suppressor(reach, effect)], text);
    let text = "jangan pilih nomor 2";
    assert_eq!(
        run(Reach::Post, Effect::Clear, &["penolakan"], text).outcome,
        Outcome::Clear
    );
    assert_eq!(
        run(Reach::Post, Effect::Clear, &["S-tolak"], text).suppressed[0].by,
        "S-tolak"
    );
    assert_eq!(
        run(Reach::Post, Effect::Clear, &["berita"], text).outcome,
        Outcome::Flag
    );
    assert_eq!(
        run(Reach::Post, Effect::Note, &["penolakan"], text).outcome,
        Outcome::Note
    );
    let two = "Saya tidak memihak. Tapi coblos 02 ya";
    assert_eq!(
        run(Reach::Sentence, Effect::Clear, &["penolakan"], two).outcome,
        Outcome::Flag
    );
    assert_eq!(
        run(Reach::Tokens(2), Effect::Clear, &["penolakan"], two).outcome,
        Outcome::Clear
    );
    assert_eq!(
        run(Reach::Tokens(1), Effect::Clear, &["penolakan"], two).outcome,
        Outcome::Flag
    );
    let again = "Jangan pilih nomor 2. Sekali lagi: coblos nomor 2";
    let verdict = run(Reach::Sentence, Effect::Clear, &["penolakan"], again);
    assert_eq!(verdict.hits[0].spans[0].start as usize, again.find("coblos").unwrap());
}

#[test]
fn shadow_rules_are_listed_and_never_count_and_drafts_never_run() {
    let shadow = judge(
        vec![Rule {
            status: Status::Shadow,
            ..call()
        }],
        "coblos 02",
    );
    assert_eq!((shadow.outcome, shadow.hits[0].shadow), (Outcome::Clear, true));
    for status in [Status::Draft, Status::Retired] {
        assert!(judge(vec![Rule { status, ..call() }], "coblos 02").hits.is_empty());
    }
}

#[test]
fn weak_levels_note() {
    assert_eq!(
        judge(
            vec![Rule {
                level: Level::Rendah,
                ..call()
            }],
            "coblos 02"
        )
        .outcome,
        Outcome::Note
    );
}

#[test]
fn anothers_words_are_a_note_except_in_a_bare_repost() {
    let text = "lihat ini coblos 02";
    let foreign = [Span { start: 10, end: 19 }];
    let quote = Text {
        text,
        foreign: &foreign,
        kind: PostKind::Quote,
    };
    let lowered = judge_text(vec![call()], &quote);
    assert_eq!(
        (lowered.outcome, lowered.suppressed[0].by.as_str()),
        (Outcome::Note, "kutipan")
    );
    assert_eq!(
        judge_text(
            vec![call()],
            &Text {
                kind: PostKind::Repost,
                ..quote
            }
        )
        .outcome,
        Outcome::Flag
    );
    assert_eq!(
        judge_text(
            vec![Rule {
                voice: Voice::Any,
                ..call()
            }],
            &quote
        )
        .outcome,
        Outcome::Flag
    );
    let own = Text {
        text: "coblos 02 kata dia: coblos 02",
        foreign: &[Span { start: 20, end: 29 }],
        kind: PostKind::Quote,
    };
    assert_eq!(judge_text(vec![call()], &own).outcome, Outcome::Flag);
}

#[test]
fn phases_regions_and_contests_decide_whether_a_rule_holds() {
    let matcher = Matcher::new(Arc::new(set(vec![Rule {
        phases: vec![Phase::Tenang],
        regions: vec!["74".to_owned()],
        ..call()
    }])));
    let outcome = |at, region, contests| {
        let scope = Scope { at, region, contests };
        matcher
            .judge(&Text::plain("coblos 02"), &scope, &mut Scratch::default())
            .outcome
    };
    let quiet = When::Day(jiff::civil::date(2024, 11, 25));
    assert_eq!(outcome(quiet, Some("7471"), None), Outcome::Flag);
    assert_eq!(outcome(quiet, None, None), Outcome::Flag);
    assert_eq!(outcome(quiet, Some("3171"), None), Outcome::Clear);
    assert_eq!(outcome(quiet, Some("7471"), Some(&[])), Outcome::Clear);
    assert_eq!(outcome(When::Campaign, Some("7471"), None), Outcome::Clear);
    assert_eq!(
        outcome(When::Day(jiff::civil::date(2026, 1, 1)), Some("7471"), None),
        Outcome::Clear
    );
}

#[test]
fn swapping_two_candidates_swaps_the_hits() {
    let spans = |text: &str| {
        let verdict = judge(vec![call()], text);
        verdict.hits.iter().map(|h| h.candidate).collect::<Vec<_>>()
    };
    assert_eq!(spans("coblos nomor 1, bukan nomor 2"), [Some(1), Some(2)]);
    assert_eq!(spans("coblos nomor 2, bukan nomor 1"), [Some(1), Some(2)]);
    assert_eq!(spans("coblos nomor 2"), [Some(2)]);
    assert_eq!(spans("coblos nomor 1"), [Some(1)]);
}

#[test]
fn an_explanation_names_the_steps_and_what_is_missing() {
    let why = explain("c0bl0s dia");
    assert!(
        why.foldings
            .iter()
            .any(|f| f.from == "c0bl0s" && f.to == "coblos" && f.step == "angka sebagai huruf"),
        "{why:#?}"
    );
    assert_eq!(why.rules[0].missing, ["tidak ada: @calon"]);
    let far = explain("coblos a b c d e f g h nomor 2");
    assert!(far.rules[0].missing[0].contains("dekat"), "{far:#?}");
}

#[test]
fn hostile_posts_cost_little() {
    let matcher = Matcher::new(Arc::new(set(vec![
        call(),
        rule(
            "C",
            Category::Ajakan,
            Expr::Count {
                of: Box::new(SERU),
                at_least: 3,
            },
        ),
    ])));
    let mut scratch = Scratch::default();
    for unit in [
        "coblos 02 ",
        "budi ",
        "a",
        "#coblos",
        "c o b l o s ",
        "coblos",
        "nomor ",
        "02 ",
    ] {
        let text = unit.repeat((32 << 10) / unit.len());
        matcher.judge(&Text::plain(&text), &CAMPAIGN, &mut scratch);
    }
}

/// What the fast path and the oracle find in a text, with the same words cut apart.
fn both(matcher: &Matcher, oracle: &oracle::Oracle, text: &str, scratch: &mut Scratch) -> (Vec<Found>, Vec<Found>) {
    matcher.look(&Text::plain(text), &CAMPAIGN, scratch);
    let (mut fast, mut plainly) = (scratch.found.clone(), Vec::new());
    fast.sort_unstable();
    fast.dedup();
    oracle.find(&scratch.folded, &mut plainly);
    (fast, plainly)
}

/// A rule set that makes every kind of pattern.
fn rich() -> RuleSet {
    let mut set = set(vec![
        call(),
        rule(
            "L",
            Category::Kode,
            Expr::Any(
                [
                    "✌",
                    "02",
                    "salam dua jari",
                    "kaleng-kaleng",
                    "sama-sama",
                    "YouTube",
                    "detik.com",
                    "s1",
                ]
                .map(term)
                .into(),
            ),
        ),
    ]);
    set.words.push(list(
        "frasa",
        &[
            "coblos paku",
            "serangan fajar",
            "pilih",
            "pilih nomor",
            "nomor",
            "uang saku nyoblos",
            "ganti",
        ],
        true,
    ));
    set.words.push(list(
        "pendek",
        &["no", "di", "a", "aa", "2", "dua", "tidak", "jangan pilih"],
        false,
    ));
    set
}

#[test]
fn the_fast_path_and_the_oracle_agree_on_every_example() {
    let matcher = Matcher::new(Arc::new(rich()));
    let oracle = oracle::Oracle::new(&matcher.compiled.patterns);
    let mut scratch = Scratch::default();
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
        let (fast, plain) = both(&matcher, &oracle, text, &mut scratch);
        assert_eq!(fast, plain, "{text}");
        assert!(!fast.is_empty(), "{text}");
    }
}

/// Rows of a gzip file by the machine's own `gzip`; none when it is not there.
fn rows(path: &std::path::Path) -> Vec<String> {
    let Ok(output) = std::process::Command::new("gzip").arg("-dc").arg(path).output() else {
        return Vec::new();
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|row| row.replace("\\n", "\n"))
        .collect()
}

#[test]
fn the_fast_path_and_the_oracle_agree_on_real_posts_where_there_are_any() {
    let beside = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::var_os("NETRA_DATA").map_or_else(beside, std::path::PathBuf::from);
    let matcher = Matcher::new(Arc::new(rich()));
    let oracle = oracle::Oracle::new(&matcher.compiled.patterns);
    let mut scratch = Scratch::default();
    // Every row takes minutes without optimisation; NETRA_ALL_ROWS takes them all.
    let step = if std::env::var_os("NETRA_ALL_ROWS").is_some() {
        1
    } else {
        97
    };
    for file in ["posts_bench.txt.gz", "hate_dev.jsonl.gz", "neutral_dev.jsonl.gz"] {
        for row in rows(&data.join(file)).iter().step_by(step) {
            let (fast, plain) = both(&matcher, &oracle, row, &mut scratch);
            assert_eq!(fast, plain, "{row}");
        }
    }
}

mod generated {
    use proptest::prelude::*;

    use super::*;

    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(vec![
                "coblos",
                "pilih",
                "nomor",
                "dua",
                "2",
                "02",
                "no",
                "paku",
                "serangan",
                "fajar",
                "Budi",
                "Santoso",
                "Sari Wulan",
                "jangan",
                "sama",
                "kaleng",
                "you",
                "tube",
                "YouTube",
                "detik.com",
                "✌",
                "RT",
                "orang",
                "uang saku nyoblos",
                "salam dua jari",
                "tim_2",
            ])
            .prop_map(str::to_owned),
            "[a-z]{1,5}",
        ]
    }

    /// One evasion of a word.
    fn evaded() -> impl Strategy<Value = String> {
        (word(), 0..16u8, 0..6usize).prop_map(|(word, how, at)| {
            let chars: Vec<char> = word.chars().collect();
            let at = at.min(chars.len() - 1);
            match how {
                0 => word.to_uppercase(),
                1 => chars.iter().map(char::to_string).collect::<Vec<_>>().join(" "),
                2 => chars.iter().map(char::to_string).collect::<Vec<_>>().join("."),
                3 => word.replace('o', "0").replace('i', "1").replace('a', "4"),
                4 => word.replace('o', "о").replace('c', "с").replace('a', "а"),
                5 => chars
                    .iter()
                    .enumerate()
                    .map(|(i, c)| c.to_string().repeat(if i == at { 4 } else { 1 }))
                    .collect(),
                6 => format!("#{word}"),
                7 => format!("me{word}kan"),
                8 => format!("di{word}"),
                9 => format!("{word}nya"),
                10 => format!("{word}2"),
                11 => format!("{word}-{word}"),
                12 => chars
                    .iter()
                    .enumerate()
                    .map(|(i, c)| if i == at { '*' } else { *c })
                    .collect(),
                13 => chars
                    .iter()
                    .enumerate()
                    .map(|(i, c)| if i == at { format!("{c}\u{200b}") } else { c.to_string() })
                    .collect(),
                14 => format!("ny{}lah", word.trim_start_matches('c')),
                _ => word,
            }
        })
    }

    fn post() -> impl Strategy<Value = String> {
        let gap = prop_oneof![
            Just(" "),
            Just(" "),
            Just(" "),
            Just(""),
            Just(". "),
            Just(", "),
            Just("-"),
            Just("\n")
        ];
        prop::collection::vec((evaded(), gap), 1..14).prop_map(|words| {
            words
                .into_iter()
                .flat_map(|(word, gap)| [word, gap.to_owned()])
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn the_fast_path_and_the_oracle_agree_on_generated_posts(posts in prop::collection::vec(post(), 40)) {
            let matcher = Matcher::new(Arc::new(rich()));
            let oracle = oracle::Oracle::new(&matcher.compiled.patterns);
            let mut scratch = Scratch::default();
            for text in &posts {
                let (fast, plain) = both(&matcher, &oracle, text, &mut scratch);
                prop_assert_eq!(fast, plain, "{}", text);
                let used = matcher.judge(&Text::plain(text), &CAMPAIGN, &mut scratch);
                let fresh = matcher.judge(&Text::plain(text), &CAMPAIGN, &mut Scratch::default());
                prop_assert_eq!(&used, &fresh, "a used scratch changes nothing");
                for span in used.hits.iter().flat_map(|hit| &hit.spans) {
                    prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
                    prop_assert!(span.start < span.end);
                }
            }
        }
    }
}
