//! What is found in a text: calls in every spelling, whom their words mean, and what an explanation says of it.

use std::sync::Arc;

use super::world::*;
use crate::matcher::{Matcher, Missing, Scratch, Text};
use crate::model::{Category, Outcome};
use crate::rules::{CandidateTerm, CandidateWords, Expr};

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
        "coblos 0️⃣2️⃣",
        "nomor duami kita coblos",
        "coblos nomor dualah",
        "coblosnomor2",
        "pilihpaslon2",
        "coblos paslon2",
        "p i l i h n o m o r 2",
        "c o b l 0 5 nomor 2",
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
        "coblos nomor iku",
        "calonnya dua, pilih yang jujur",
    ] {
        assert!(!flags(text), "{text}: {:#?}", explain(text));
    }
}

#[test]
fn a_bare_number_is_no_candidate_unless_the_rule_asks_for_it() {
    assert!(!flags("coblos 2"));
    let bare = rule(
        "D3",
        Category::Kode,
        near(vec![SERU, Expr::Candidate(CandidateWords::Angka)], 2),
    );
    assert_eq!(judge(vec![bare.clone()], "coblos 2").outcome, Outcome::Flag);
    for counted in [
        "coblos 2 lubang",
        "coblos dua suara",
        "coblos dua per kotak",
        "coblos 2-2nya",
        "coblos dua-duanya",
    ] {
        assert_eq!(judge(vec![bare.clone()], counted).outcome, Outcome::Clear, "{counted}");
    }
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
fn several_are_named_by_whatever_words_and_nobody_is_bound() {
    let several = |within: fn(Expr) -> Expr| {
        let of = CandidateWords::Calon;
        let both = within(Expr::Several { of, at_least: 2 });
        vec![rule("D2", Category::Dukungan, both)]
    };
    let whole = || several(|expr| expr);
    let verdict = judge(whole(), "Sari Wulan, Budi Santoso: semua sudah makan");
    assert_eq!(verdict.outcome, Outcome::Flag);
    assert_eq!(verdict.hits.len(), 1);
    assert_eq!(verdict.hits[0].candidate, None);
    assert_eq!(judge(whole(), "nomor 1 dan Budi Santoso").outcome, Outcome::Flag);
    for one in ["Budi Santoso, Budi Santoso", "Budi Santoso nomor 2", "paslon 1"] {
        assert_eq!(judge(whole(), one).outcome, Outcome::Clear, "{one}");
    }
    let apart = "Budi Santoso pulang. Sari Wulan datang.";
    let sentence = several(|expr| Expr::Sentence(Box::new(expr)));
    assert_eq!(judge(whole(), apart).outcome, Outcome::Flag);
    assert_eq!(judge(sentence, apart).outcome, Outcome::Clear);
}

#[test]
fn a_rule_for_one_candidate_may_ask_that_others_are_not_named() {
    let alone = || {
        let both = Expr::Several {
            of: CandidateWords::Calon,
            at_least: 2,
        };
        let parts = vec![near(vec![SERU, CALON], 6), Expr::Not(Box::new(both))];
        vec![rule("D1", Category::Ajakan, Expr::All(parts))]
    };
    assert_eq!(judge(alone(), "coblos nomor 2").hits[0].candidate, Some(2));
    assert_eq!(judge(alone(), "coblos nomor 1 atau nomor 2").outcome, Outcome::Clear);
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
fn of_what_stars_may_stand_for_an_explanation_shows_words_of_the_rules() {
    let readings = |text: &str| -> Vec<String> {
        let stars = explain(text).foldings.into_iter();
        stars.filter(|f| f.step.starts_with("bintang")).map(|f| f.to).collect()
    };
    let shown = readings("ny*bl*s dia");
    assert!(shown.contains(&"nyoblos".to_owned()) && shown.len() < 25, "{shown:?}");
    assert!(!shown.contains(&"nyiblis".to_owned()), "{shown:?}");
    assert_eq!(readings("v*x*v dia"), [""; 0]);
}

#[test]
fn an_explanation_shows_what_was_taken_off_a_word_and_where_joined_words_were_cut() {
    let steps = |text: &str| -> Vec<(String, String, &'static str)> {
        let all = explain(text).foldings.into_iter();
        let told = all.filter(|f| f.step.ends_with("dilepas") || f.step == "kata dipisah");
        told.map(|f| (f.from, f.to, f.step)).collect()
    };
    let (affix, clitic, cut) = ("imbuhan dilepas", "klitik dilepas", "kata dipisah");
    for (text, from, to, step) in [
        ("dicoblos 02", "dicoblos", "coblos", affix),
        ("dicoblohna 02", "dicoblohna", "coblos", affix),
        ("men-coblos 02", "men-coblos", "coblos", affix),
        ("pilihlah Budi Santoso", "pilihlah", "pilih", clitic),
        ("pilih Budi Santosolah", "Santosolah", "santoso", clitic),
        ("#pilihbudisantoso", "#pilihbudisantoso", "pilih budi santoso", cut),
        ("c o b l o s n o m o r", "c o b l o s n o m o r", "coblos nomor", cut),
    ] {
        assert_eq!(steps(text), [(from.to_owned(), to.to_owned(), step)], "{text}");
    }
    for text in ["coblos 02", "membantu warga berjalan", "Coblos Nomor 2"] {
        assert_eq!(steps(text), [], "{text}: no term was found under it");
    }
}

#[test]
fn an_explanation_shows_clitics_of_names_that_are_not_read_with_every_clitic() {
    let mut set = set(vec![call()]);
    let name = |text: &str| CandidateTerm {
        text: text.to_owned(),
        weak: false,
        ..set.candidate_terms[0].clone()
    };
    let more = [name("Julia"), name("Julialah")];
    set.candidate_terms.extend(more);
    let matcher = Matcher::new(Arc::new(set));
    let told = |text: &str| {
        let told = matcher.explain(&Text::plain(text), &CAMPAIGN);
        let steps = told.foldings.into_iter().map(|f| (f.to, f.step)).collect::<Vec<_>>();
        (told.rules[0].holds, steps)
    };
    let taken = ("julia".to_owned(), "klitik dilepas");
    assert_eq!(told("coblos Juliamu"), (true, vec![taken]));
    assert_eq!(
        told("coblos Julialah"),
        (true, Vec::new()),
        "which is a name as it stands"
    );
}

#[test]
fn an_explanation_says_that_a_word_names_a_candidate() {
    let rules = vec![rule(
        "D",
        Category::Ajakan,
        near(vec![term("coblos"), term("santoso")], 3),
    )];
    let matcher = Matcher::new(Arc::new(set(rules)));
    let told = |text: &str| {
        let rules = matcher.explain(&Text::plain(text), &CAMPAIGN).rules;
        let part = rules[0].condition.parts[1].clone();
        (
            part.holds,
            part.names
                .into_iter()
                .map(|s| text[s.range()].to_owned())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(told("coblos Budi Santoso"), (false, vec!["Santoso".to_owned()]));
    assert_eq!(
        told("coblos santoso saja"),
        (true, Vec::new()),
        "which alone names nobody here"
    );
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

#[test]
fn an_explanation_looks_at_the_sentence_that_decides() {
    let without = Expr::Not(Box::new(term("jeruk")));
    let inside = Expr::All(vec![term("apel"), term("pisang"), without]);
    let rules = vec![rule("R", Category::Ajakan, Expr::Sentence(Box::new(inside)))];
    let matcher = Matcher::new(Arc::new(set(rules)));
    let traced = |text: &str| {
        let told = matcher.explain(&Text::plain(text), &CAMPAIGN);
        told.rules.into_iter().next().expect("a part of the rule was found")
    };
    // Jeruk stands in another sentence, so its absence is no fault.
    let held = traced("apel pisang. jeruk");
    assert!(held.holds && held.condition.parts[0].parts.iter().all(|part| part.holds));
    assert_eq!(
        traced("apel. pisang. jeruk").missing,
        [Missing::Words("'pisang'".to_owned())]
    );
    let unwanted = [Missing::Unwanted("'jeruk'".to_owned())];
    assert_eq!(traced("apel pisang jeruk").missing, unwanted);
}
