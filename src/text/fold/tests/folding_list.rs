//! The folding list, step by step: an example of each, and a neutral twin that looks alike and is something else.

use super::{plain, reads};
use crate::text::fold::{Join, Kind, fold};

fn kinds(text: &str) -> Vec<Kind> {
    fold(text).tokens.iter().map(|token| token.kind).collect()
}

fn forms_joined(text: &str, why: Join) -> Vec<String> {
    let folded = fold(text);
    let edges = folded.edges.iter().filter(|edge| edge.why == why);
    edges.map(|edge| folded.edge_form(edge).to_owned()).collect()
}

#[test]
fn nfkc_reads_compatibility_forms_as_their_letters_and_squares_of_three_as_no_word() {
    assert_eq!(plain("ｃｏｂｌｏｓ ﬁlm 𝐩𝐢𝐥𝐢𝐡 ⓟⓐⓢⓛⓞⓝ"), "coblos film pilih paslon");
    assert_eq!(
        plain("㏒ ½"),
        "",
        "a square of three letters and a fraction are no words"
    );
}

#[test]
fn case_folds_away_and_alternating_capitals_are_one_word_but_camel_case_is_two() {
    assert_eq!(plain("COBLOS CoBLoS cObLoS"), "coblos coblos coblos");
    assert_eq!(plain("NomorUrut"), "nomor urut");
}

#[test]
fn invisible_characters_fold_away_inside_words_and_make_no_words_alone() {
    assert_eq!(plain("co\u{200b}b\u{200d}l\u{fe0f}o\u{202e}s\u{2066}"), "coblos");
    assert_eq!(plain("\u{200b} \u{200d}\u{fe0f} \u{202e}"), "");
    assert_eq!(plain("co\u{200b} blos"), "co blos", "a space is still a space");
}

#[test]
fn look_alikes_read_as_latin_and_a_word_of_another_script_as_no_word_of_ours() {
    assert_eq!(plain("сoblоs рilih"), "coblos pilih");
    assert_ne!(plain("собака"), "coba");
    assert_eq!(plain("漢字"), "漢字");
}

#[test]
fn digits_read_as_letters_between_letters_and_never_in_pure_numbers() {
    assert!(reads("c0bl0s", "coblos"));
    assert!(reads("p1l1h", "pilih"));
    for text in ["1100", "2024", "0811", "10rb"] {
        assert_eq!(kinds(text), [Kind::Number], "{text}");
    }
    assert!(!reads("1100", "iloo") && !reads("2024", "zoza"));
}

#[test]
fn accents_fold_away_and_tildes_of_names_do_too() {
    assert_eq!(plain("cóblós pïlïh"), "coblos pilih");
    assert_eq!(plain("co\u{301}\u{308}blos"), "coblos");
    assert_eq!(
        plain("señor"),
        "senor",
        "the twin is the plain spelling of another word"
    );
}

#[test]
fn elongation_reads_as_the_word_and_a_doubled_letter_stays_in_the_form() {
    assert!(reads("coblosss", "coblos"));
    assert_eq!(plain("coblosss"), "cobloss");
    assert_eq!(plain("maaf saat"), "maaf saat");
    assert!(!reads("cobas", "coblos"));
}

#[test]
fn spaced_letters_read_together_c_o_b_l_o_s_but_c_o_b_a_is_coba() {
    assert_eq!(forms_joined("ayo c o b l o s ya", Join::Spaced), ["coblos"]);
    assert_eq!(forms_joined("c o b a", Join::Spaced), ["coba"]);
    assert!(!reads("c o b a", "coblos"));
    assert!(forms_joined("c o  b l", Join::Spaced).is_empty(), "gaps differ");
    assert!(forms_joined("a\nb\nc", Join::Spaced).is_empty(), "lines of their own");
}

#[test]
fn dotted_letters_read_together_and_initials_stay_apart() {
    assert_eq!(forms_joined("p.a.s.l.o.n", Join::Spaced), ["paslon"]);
    assert!(forms_joined("H. Budi S. Wati", Join::Spaced).is_empty());
}

#[test]
fn a_hashtag_splits_coblos_nomor_2_and_dua_anak_cukup_stays_those_words() {
    assert_eq!(plain("#CoblosNomor2"), "coblos nomor 2");
    assert_eq!(forms_joined("#CoblosNomor2", Join::Tag), ["#coblosnomor2"]);
    assert_eq!(plain("#DuaAnakCukup"), "dua anak cukup");
    assert_eq!(kinds("#DuaAnakCukup"), [Kind::Word; 3]);
}

#[test]
fn joined_words_are_marked_for_the_cut_and_short_words_are_not() {
    assert!(fold("#coblosbajuputih").any_joined());
    assert!(fold("coblosbajuputih").any_joined());
    assert!(!fold("coblos baju putih").any_joined());
}

#[test]
fn reduplication_sama2_is_no_number_but_rt_02_is() {
    for text in ["sama2", "orang²", "paslon-paslon"] {
        let folded = fold(text);
        assert_eq!(kinds(text), [Kind::Word; 2], "{text}");
        assert!(folded.tokens[1].echo && folded.edges.is_empty(), "{text}");
        assert_eq!(folded.form(&folded.tokens[0]), folded.form(&folded.tokens[1]));
    }
    assert_eq!(kinds("RT 02"), [Kind::Word, Kind::Number]);
    assert_eq!(plain("nomor2"), "nomor 2");
    assert_eq!(forms_joined("men-coblos", Join::Written), ["mencoblos"]);
}

#[test]
fn no_2_is_a_number_and_no_02_2024_another_that_is_one_token() {
    assert_eq!(plain("no. 2"), "no 2");
    assert_eq!(kinds("no. 02/2024"), [Kind::Word, Kind::Number]);
    assert_eq!(plain("no. 02/2024"), "no 02/2024");
    assert!(!reads("no. 02/2024", "2"));
}

#[test]
fn number_words_read_as_numbers_and_words_round_them_do_not() {
    for word in ["dua", "loro", "kalih", "duo"] {
        assert!(reads(word, "2"), "{word}");
    }
    assert!(!reads("duaan", "2") && !reads("mendua", "2"));
}

#[test]
fn finger_emoji_are_tokens_and_their_tones_and_selectors_are_not() {
    assert_eq!(plain("✌🏽 ☝️ 👆🏿"), "✌ ☝ 👆");
    assert_eq!(kinds("✌️☝️"), [Kind::Emoji; 2]);
    assert_eq!(kinds("2️⃣"), [Kind::Number]);
}

#[test]
fn slang_reads_as_the_common_spelling_and_longer_words_do_not() {
    for (slang, common) in [("bgt", "banget"), ("gw", "saya"), ("jgn", "jangan")] {
        assert!(reads(slang, common), "{slang}");
    }
    assert!(!reads("jgnlah2", "jangan"));
}

#[test]
fn coblos_paku_folds_to_two_plain_words() {
    assert_eq!(plain("coblos paku"), "coblos paku");
    assert!(fold("coblos paku").edges.is_empty());
}
