//! What folding is for, seen from the matcher: every example of the folding list flags, and its neutral twin does not.

use std::sync::Arc;

use super::{Matcher, Scope, Scratch, Text, When};
use crate::model::{Category, Outcome};
use crate::rules::{Expr, Rule, RuleSet, Term, WordList};

const CAMPAIGN: Scope<'static> = Scope {
    at: When::Campaign,
    region: None,
    contests: None,
};

fn term(text: &str, affixes: bool) -> Term {
    Term {
        text: text.to_owned(),
        affixes,
    }
}

/// One rule: any of the terms `call` (with affixes) in the same post as any of `whom`, or alone when there is none of these.
fn matcher(call: &[&str], whom: &[&str]) -> Matcher {
    let list = |name: &str, words: &[&str], affixes| WordList {
        name: name.to_owned(),
        terms: words.iter().map(|word| term(word, affixes)).collect(),
    };
    let mut parts = vec![Expr::Words(0)];
    if !whom.is_empty() {
        parts.push(Expr::Words(1));
    }
    Matcher::new(Arc::new(RuleSet {
        rules: vec![Rule::bare("D1".to_owned(), Category::Ajakan, Expr::All(parts))],
        words: vec![list("ajakan", call, true), list("calon", whom, false)],
        contests: Vec::new(),
        norms: Vec::new(),
        candidate_terms: Vec::new(),
        examples: Vec::new(),
        hash: "h".to_owned(),
    }))
}

fn flags(call: &[&str], whom: &[&str], text: &str) -> bool {
    let verdict = matcher(call, whom).judge(&Text::plain(text), &CAMPAIGN, &mut Scratch::default());
    verdict.outcome == Outcome::Flag
}

/// Whether the explanation of `text` names `step` on the way to `to`.
fn names(text: &str, to: &str, step: &str) -> bool {
    let explanation = matcher(&["coblos", "pilih"], &[]).explain(&Text::plain(text), &CAMPAIGN);
    explanation
        .foldings
        .iter()
        .any(|folding| folding.to == to && folding.step == step)
}

const CALL: &[&str] = &["coblos", "pilih", "dukung"];
const WHOM: &[&str] = &["nomor 2", "paslon 2", "budi santoso"];

#[test]
fn affixes_lead_to_the_verb_and_nouns_made_of_it_stay_nouns() {
    for text in [
        "men-coblos",
        "mencoblos",
        "dicoblos",
        "coblosin",
        "coblosken",
        "pilihlah",
        "milih",
        "dipilih",
        "memilih",
        "nyoblos",
        "coblosno",
        "coblosake",
        "pilihkeun",
        "dukungen",
    ] {
        assert!(flags(CALL, &[], text), "{text}");
    }
    for text in ["pemilih", "pilihan", "pendukung", "dukungan", "pemilihan umum"] {
        assert!(!flags(CALL, &[], text), "{text}");
    }
}

#[test]
fn neighbouring_languages_bend_and_spell_at_once() {
    for (text, language) in [
        ("dicobloh", "Minang"),
        ("mancobloh", "Minang"),
        ("coblosnyo", "Minang"),
        ("nyoblosnye", "Betawi"),
        ("kicoblos", "Makassar"),
        ("nacoblos", "Bugis"),
        ("coblosko", "Bugis"),
        ("tapilei", "Bugis"),
        ("coblosono", "Jawa"),
        ("nyoblosa", "Jawa"),
        ("ecoblos", "Madura"),
        ("pilihang", "Bali"),
        ("neucoblos", "Aceh"),
        ("coblosma", "Batak"),
        ("kupilih", "Indonesia"),
    ] {
        assert!(flags(CALL, &[], text), "{text}, {language}");
    }
    for text in [
        "meunangkeun",
        "menangno",
        "manangkanlah",
        "menangang",
        "mennangagi",
        "dimenangake",
    ] {
        assert!(flags(&["menangkan"], &[], text), "{text}");
    }
    for (text, word) in [
        ("dinda", "tidak"),
        ("menangnya", "menangkan"),
        ("pake", "pak"),
        ("coblong", "coblos"),
        ("kipas", "pas"),
        ("pilihanku", "pilih"),
    ] {
        assert!(!flags(&[word], &[], text), "{text}");
    }
}

#[test]
fn clitics_come_off_names_and_numbers_but_not_out_of_words() {
    assert!(flags(&["nomor"], &[], "nomornya berapa"));
    assert!(flags(&["paslon"], &[], "paslonku"));
    assert!(!flags(&["nomor"], &[], "nomoran"));
}

#[test]
fn slang_is_read_as_the_word_and_other_short_words_are_not() {
    for (slang, word) in [("bgt", "banget"), ("gw", "saya"), ("jgn", "jangan")] {
        assert!(flags(&[word], &[], slang), "{slang}");
    }
    for (other, word) in [("bg", "banget"), ("gws", "saya"), ("jngn2an", "jangan")] {
        assert!(!flags(&[word], &[], other), "{other}");
    }
}

#[test]
fn number_words_are_numbers_in_many_languages_and_children_are_counted_not_elected() {
    for text in [
        "coblos nomor dua",
        "nyoblos nomer loro",
        "coblos paslon kalih",
        "pilih nomor duo",
        "coblos nomor due",
    ] {
        assert!(flags(CALL, WHOM, text), "{text}");
    }
    for text in ["pilih dua anak cukup", "#DuaAnakCukup pilih KB", "coblos nomor tiga"] {
        assert!(!flags(CALL, WHOM, text), "{text}");
    }
}

#[test]
fn joined_words_are_cut_and_words_that_hold_them_by_chance_are_not() {
    let call = &["coblos baju putih"];
    for text in [
        "#coblosbajuputih",
        "coblosbajuputih",
        "#CoblosBajuPutih",
        "ayo #ayocoblosbajuputih",
    ] {
        assert!(flags(call, &[], text), "{text}");
    }
    for text in ["#lombabajuputih", "coblos kertas, baju putih", "bajuputih"] {
        assert!(!flags(call, &[], text), "{text}");
    }
    // A verb in "-ikan" is no list of words that ends with a fish.
    let whom = &["istri", "bus", "ikan"];
    assert!(flags(whom, &[], "istri naik bus"));
    assert!(!flags(whom, &[], "didistribusikan"));
}

#[test]
fn hashtags_of_camel_case_are_read_as_their_words() {
    assert!(flags(CALL, WHOM, "#CoblosNomor2"));
    assert!(flags(CALL, WHOM, "#coblosnomor2"));
    assert!(!flags(CALL, WHOM, "#DuaAnakCukup"));
}

#[test]
fn a_word_in_square_brackets_is_found_with_them_and_without() {
    let refuted = &["[salah]"];
    for text in ["[SALAH] Budi mundur", "[Salah]: Budi mundur", "Budi mundur [SALAH]"] {
        assert!(flags(&["salah"], &[], text), "{text}");
    }
    for text in [
        "[SALAH] Budi mundur",
        "[Salah]: Budi mundur",
        "Budi mundur [SALAH]",
        "[SaLah] Budi mundur",
    ] {
        assert!(flags(refuted, &[], text), "{text}");
    }
    for text in [
        "jangan salah, Budi maju",
        "(salah)",
        "[salah satu] Budi",
        "[ salah ]",
        "[salah@] Budi",
        "[salah$] Budi",
        "salah]",
        "[salah",
    ] {
        assert!(!flags(refuted, &[], text), "{text}");
    }
    assert!(flags(CALL, WHOM, "[coblos] nomor 2"));
}

#[test]
fn a_four_between_words_of_a_hashtag_is_for_and_a_digit_inside_a_word_is_a_letter() {
    for text in ["#budi4presiden", "#Budi4Presiden"] {
        assert!(flags(&["presiden"], &["budi"], text), "{text}");
    }
    for text in ["cob4los", "coblo5nama", "c0blospaslon"] {
        assert!(!flags(&["los", "nama"], &["cob", "blos"], text), "{text}");
    }
    assert!(flags(&["pilih"], &["karangasem"], "pilih karang4sem"));
    assert!(flags(&["pilih"], &["gambarnya"], "pilih gamb4rnya"));
    assert!(!flags(&["coblos"], &["4"], "coblos gamb4rnya"));
}

#[test]
fn a_doubling_two_is_no_ballot_number_and_a_house_number_is_none_either() {
    let call = &["pilih"];
    let number = &["2"];
    assert!(flags(call, number, "pilih 2"));
    assert!(flags(call, number, "pilih 02"));
    for text in [
        "sama2 pilih",
        "orang² pilih",
        "paslon-paslon pilih",
        "pilih sesuai no. 02/2024",
    ] {
        assert!(!flags(call, number, text), "{text}");
    }
}

#[test]
fn rt_02_is_no_candidate_nor_is_a_letter_with_a_number() {
    assert!(flags(CALL, WHOM, "pilih paslon 02"));
    for text in [
        "pilih ketua RT 02",
        "pilih menurut surat no. 02/2024",
        "coblos paku di kayu",
    ] {
        assert!(!flags(CALL, WHOM, text), "{text}");
    }
}

#[test]
fn spaced_and_dotted_letters_are_the_word_and_c_o_b_a_is_another() {
    for text in ["c o b l o s nomor 2", "c.o.b.l.o.s nomor 2", "c-o-b-l-o-s nomor 2"] {
        assert!(flags(CALL, WHOM, text), "{text}");
    }
    assert!(!flags(CALL, WHOM, "c o b a nomor 2"));
}

#[test]
fn words_that_only_look_like_bends_stay_themselves() {
    let gift = &["bari", "kasih", "siap", "uang", "wang", "dp", "tim"];
    for text in ["mari", "Bekasi", "siapa", "bawang", "wangi", "makasih", "DPP", "time"] {
        assert!(!flags(gift, &[], text), "{text}");
    }
    for text in ["dikasih", "siapkan", "timnya", "uangnya", "bersiap"] {
        assert!(flags(gift, &[], text), "{text}");
    }
}

#[test]
fn words_spaced_alike_are_cut_apart_and_rows_of_letters_stay_rows() {
    for text in [
        "c o b l o s n o m o r 2",
        "C.O.B.L.O.S.N.O.M.O.R 2",
        "ayo p i l i h b u d i s a n t o s o ya",
    ] {
        assert!(flags(CALL, WHOM, text), "{text}");
    }
    for text in [
        "c o b a n o m o r 2",
        "a b c d e f g h i j nomor 2",
        "p i l i h a n o m o r 2",
    ] {
        assert!(!flags(CALL, WHOM, text), "{text}");
    }
}

#[test]
fn look_alikes_invisibles_marks_case_and_fancy_type_all_lead_to_the_word() {
    for text in [
        "сoblоs nomor 2",
        "ｃｏｂｌｏｓ nomor ２",
        "𝓬𝓸𝓫𝓵𝓸𝓼 nomor 2",
        "co\u{200b}bl\u{200d}os nomor 2",
        "cóblös nomor 2",
        "COBLOS NOMOR 2",
        "coblosssss nomor 2",
        "c0bl0s n0mor 2",
        "p!lih nomor 2",
        "coblo$ nomor 2",
        "nomor 2, coblo$. Ya",
        "coblos nomor 2️⃣",
    ] {
        assert!(flags(CALL, WHOM, text), "{text}");
    }
    for text in [
        "собака nomor 2",
        "cobra nomor 2",
        "1100 nomor 2",
        "US$ nomor 2",
        "coba nomor 2️⃣",
    ] {
        assert!(!flags(CALL, WHOM, text), "{text}");
    }
}

#[test]
fn emoji_between_words_hide_nothing() {
    for text in [
        "coblos 🔥 nomor 😂✌ 2",
        "coblos🔥nomor🔥2",
        "coblos ❤️ nomor 2",
        "co🔥blos nomor 2",
        "c🔥o🔥b🔥l🔥o🔥s nomor 2",
        "ayo❤️co🔥blos nomor 2",
    ] {
        assert!(flags(CALL, WHOM, text), "{text}");
    }
    for text in [
        "coba 🔥 nomor 2",
        "co 🔥 blos nomor 2",
        "coblos 🔥🔥 paku nomor sepatu 2 🔥",
    ] {
        assert!(!flags(CALL, WHOM, text), "{text}");
    }
}

#[test]
fn every_step_is_named_in_the_explanation() {
    for (text, to, step) in [
        ("c0bl0s", "coblos", "angka sebagai huruf"),
        ("coblosss", "coblos", "huruf berulang"),
        ("jgn", "jangan", "ejaan gaul"),
        ("loro", "2", "kata bilangan"),
        ("c o b l o s", "coblos", "huruf berjarak"),
        ("p.a.s.l.o.n", "paslon", "huruf berjarak"),
        ("men-coblos", "mencoblos", "kata bersambung"),
        ("#CoblosNomor2", "#coblosnomor2", "tagar utuh"),
        ("sama2", "sama", "kata ulang"),
    ] {
        assert!(names(text, to, step), "{text} → {to} ({step})");
    }
    assert!(!names("1100", "iloo", "angka sebagai huruf"));
    assert!(!names("coba", "coblos", "huruf berulang"));
}
