use jiff::tz::TimeZone;

use super::*;
use crate::model::{Candidate, CandidateSide, Category, Level, Outcome, Phases};
use crate::rules::{CandidateTerm, CandidateWords, Capitals, Effect, Expr, Reach, Rule, Status, Term, Voice, WordList};

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
                everyday: false,
                capitals: Capitals::Same,
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
        examples: Vec::new(),
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
    let narrow = |text: &str| {
        let call = Rule {
            reach: Reach::Sentence,
            ..call(&["penolakan"])
        };
        judge(vec![call, suppressor(Reach::Post, Effect::Clear)], text).outcome
    };
    assert_eq!((narrow(two), narrow(text)), (Outcome::Flag, Outcome::Clear));
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
    assert_eq!(why.rules[0].missing, [Missing::Words("@calon".to_owned())]);
    let far = explain("coblos a b c d e f g h nomor 2");
    assert!(matches!(far.rules[0].missing[..], [Missing::Beside(_)]), "{far:#?}");
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
