//! What lowers a hit or keeps a rule from running: suppressors, status, level, another's words, day and place.

use std::sync::Arc;

use super::world::*;
use crate::matcher::{Matcher, Scope, Scratch, Short, Text, When};
use crate::model::{Category, Level, Outcome, Phase, PostKind, Span};
use crate::rules::{Effect, Expr, Reach, Rule, Status, Voice};

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
    // Words are counted within a sentence.
    let one = "Saya tidak memihak tapi coblos 02 ya";
    for (text, words, outcome) in [
        (one, 2, Outcome::Clear),
        (one, 1, Outcome::Flag),
        (two, 2, Outcome::Flag),
        ("Saya tidak memihak.... coblos 02 ya", 2, Outcome::Flag),
    ] {
        let suppressed = run(Reach::Tokens(words), Effect::Clear, &["penolakan"], text);
        assert_eq!(suppressed.outcome, outcome, "{text} {words}");
    }
    let narrow = |text: &str| {
        let call = Rule {
            reach: Reach::Sentence,
            ..call(&["penolakan"])
        };
        judge(vec![call, suppressor(Reach::Post, Effect::Clear)], text).outcome
    };
    assert_eq!((narrow(two), narrow(text)), (Outcome::Flag, Outcome::Clear));
    for (text, outcome) in [
        ("Saya tidak memihak, tapi coblos 02 ya", Outcome::Flag),
        ("Saya tidak memihak, hanya saja coblos 02 ya", Outcome::Flag),
        ("Saya tidak memihak, yuk coblos 02", Outcome::Flag),
        ("02, ini tidak ajakan, tapi coblos", Outcome::Flag),
        ("Saya tidak memihak 🙏, ttp coblos 02", Outcome::Flag),
        ("Saya tidak memihak siapa pun, saya pilih 02", Outcome::Flag),
        ("Tidak boleh bukan cuma memuji tetapi juga coblos 02", Outcome::Clear),
        ("Tidak boleh pengurus TP PKK coblos 02", Outcome::Clear),
        ("Tidak boleh menulis di status begini, yuk coblos 02", Outcome::Clear),
        ("Saya tidak memihak dan tidak coblos 02", Outcome::Clear),
        ("Coblos 02 katanya, tapi itu tidak benar", Outcome::Clear),
        ("Tidak boleh menulis, yuk coblos 02", Outcome::Clear),
        ("Tidak boleh yuk pilih 1, yuk coblos 02", Outcome::Clear),
    ] {
        let verdict = run(Reach::Clause, Effect::Clear, &["penolakan"], text);
        assert_eq!(verdict.outcome, outcome, "{text}");
        let verdict = run(Reach::Sentence, Effect::Clear, &["penolakan"], text);
        assert_eq!(verdict.outcome, Outcome::Clear, "{text}");
    }
    let again = "Jangan pilih nomor 2. Sekali lagi: coblos nomor 2";
    let verdict = run(Reach::Sentence, Effect::Clear, &["penolakan"], again);
    assert_eq!(verdict.hits[0].spans[0].start as usize, again.find("coblos").unwrap());
}

#[test]
fn an_explanation_names_suppressors_that_hold_too_far_away() {
    let told = |reach, mine, text: &str| {
        let suppressor = Rule {
            reach,
            ..rule("S-tolak", Category::Penolakan, Expr::Words(1))
        };
        let call = Rule {
            unless: vec!["penolakan".to_owned()],
            reach: mine,
            ..call()
        };
        let matcher = Matcher::new(Arc::new(set(vec![call, suppressor])));
        let traces = matcher.explain(&Text::plain(text), &CAMPAIGN).rules;
        let held = traces.into_iter().find(|t| t.rule == "D1" && t.holds).expect("a call");
        let beyond = held
            .beyond
            .iter()
            .map(|b| (text[b.spans[0].range()].to_owned(), b.short));
        (held.stays, held.lowered_by.len(), beyond.collect::<Vec<_>>())
    };
    let far = "Saya tidak memihak. Tapi coblos 02 ya";
    let one = |short| vec![("tidak".to_owned(), short)];
    assert_eq!(told(Reach::Post, Reach::Post, far), (false, 1, Vec::new()));
    for reach in [Reach::Sentence, Reach::Clause, Reach::Tokens(1)] {
        assert_eq!(told(reach, Reach::Post, far), (true, 0, one(Short::Suppressor(reach))));
        assert_eq!(told(Reach::Post, reach, far), (true, 0, one(Short::Rule(reach))));
        assert_eq!(told(reach, reach, far), (true, 0, one(Short::Suppressor(reach))));
    }
    let both = "tidak pilih nomor 2. Sekali lagi: coblos nomor 2";
    let partly = told(Reach::Sentence, Reach::Post, both);
    assert_eq!(
        partly,
        (true, 1, one(Short::Suppressor(Reach::Sentence))),
        "lowered at one place only"
    );
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
fn a_headline_with_its_link_is_anothers_and_the_words_beside_it_are_ones_own() {
    let by = |text: &str| {
        let verdict = judge(vec![call()], text);
        (
            verdict.outcome,
            verdict.suppressed.first().map(|lowered| lowered.by.clone()),
        )
    };
    let headline = (Outcome::Note, Some("judul berita dengan tautan".to_owned()));
    let own = (Outcome::Flag, None);
    for (text, expected) in [
        ("Tokoh Adat Ajak Warga Coblos 02 https://kabar.example/1", &headline),
        (
            "Tokoh Adat Ajak Warga Coblos 02 | Kabar Kota\nhttps://kabar.example/1",
            &headline,
        ),
        (
            "Lihat ini. Tokoh Adat Ajak Warga Coblos 02 di TPS https://kabar.example/1 ada apa?",
            &headline,
        ),
        (
            "Tokoh Adat: Kami Akan Coblos 02, Bukan Yang Lain https://kabar.example/1",
            &headline,
        ),
        (
            "Tokoh Adat Ajak Warga Coblos 02 #Pilkada2024Damai #kabar https://kabar.example/1",
            &headline,
        ),
        (
            "Tokoh Adat Ajak Warga Coblos 02\n\nBaca selengkapnya di https://kabar.example/1",
            &headline,
        ),
        ("Tokoh Adat Ajak Warga Besok #Coblos02 https://kabar.example/1", &own),
        ("Tokoh adat ajak warga coblos 02 #pilkada https://kabar.example/1", &own),
        ("Besok Kami Coblos 02: Warga Pasti Menang https://kabar.example/1", &own),
        ("Pesan Tokoh: Ayo Warga Coblos 02 https://kabar.example/1", &own),
        ("Tokoh Adat Ajak Warga Coblos 02", &own),
        (
            "#SARI02: Tokoh Adat Ajak Warga Coblos 02 https://kabar.example/1",
            &headline,
        ),
        ("Tokoh Adat Ajak Warga Coblos 02\n\nhttps://kabar.example/1", &own),
        ("tokoh adat ajak warga coblos 02 https://kabar.example/1", &own),
        ("TOKOH ADAT AJAK WARGA COBLOS 02 https://kabar.example/1", &own),
        ("Ayo Warga Semua Coblos 02 Sekarang https://kabar.example/1", &own),
        ("Monggo Warga Semua Coblos 02 Sekarang https://kabar.example/1", &own),
        ("M4ri Warga Semua Coblos 02 Sekarang https://kabar.example/1", &own),
        ("Tokoh Adat Ajak Warga Coblos 02 🔥 https://kabar.example/1", &own),
        ("Coblos 02 https://kabar.example/1", &own),
        ("Coblos 02 Untuk Kota Yang Lebih Baik https://kabar.example/1", &own),
        (
            "Besok Saya Akan Coblos 02 Bersama Keluarga https://kabar.example/1",
            &own,
        ),
        (
            "Tokoh Adat Ajak Warga Memilih Besok https://kabar.example/1 coblos 02",
            &own,
        ),
    ] {
        assert_eq!(&by(text), expected, "{text}");
    }
}
