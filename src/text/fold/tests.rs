use proptest::prelude::*;

use super::*;
use crate::text::reading::readings;

fn plain(text: &str) -> String {
    fold(text).plain()
}

/// Whether `word` is among the readings of any token or joint reading.
fn reads(text: &str, word: &str) -> bool {
    let folded = fold(text);
    let tokens = folded.tokens.iter().flat_map(|t| readings(folded.form(t), t.kind));
    let edges = folded
        .edges
        .iter()
        .flat_map(|e| readings(folded.edge_form(e), Kind::Word));
    tokens.chain(edges).any(|reading| reading.form == word)
}

#[test]
fn case_marks_and_look_alikes_fold_away() {
    assert_eq!(plain("Cóblos PASLON"), "coblos paslon");
    assert_eq!(plain("сoblоs"), "coblos", "Cyrillic с and о");
    assert_eq!(plain("ｃｏｂｌｏｓ 𝓬𝓸𝓫𝓵𝓸𝓼 Ⓒⓞⓑⓛⓞⓢ"), "coblos coblos coblos");
    assert_eq!(plain("co\u{200b}bl\u{202e}os\u{fe0f}"), "coblos");
}

#[test]
fn spans_point_at_the_original_bytes() {
    let text = "Ayo сo\u{200b}blos ✌️ 02!";
    let folded = fold(text);
    let parts: Vec<&str> = folded.tokens.iter().map(|t| &text[t.span.range()]).collect();
    assert_eq!(parts, ["Ayo", "сo\u{200b}blos", "✌️", "02"]);
}

#[test]
fn elongation_folds_to_the_word() {
    assert!(reads("coblossssss", "coblos"));
    assert!(reads("yesssss", "yes"));
    assert!(reads("maaaaf", "maaf"));
    assert!(reads("cooobloos", "coblos"));
}

#[test]
fn spaced_and_dotted_letters_are_read_together() {
    assert!(reads("ayo c o b l o s dia", "coblos"));
    assert!(reads("p.a.s.l.o.n kita", "paslon"));
    assert!(reads("c-o-b-l-o-s", "coblos"));
    assert!(reads("p i l i h 2", "pilih"));
    assert!(!reads("c o b a", "coblos"));
    assert!(reads("c o b a", "coba"));
}

#[test]
fn digits_and_symbols_stand_for_letters_only_beside_letters() {
    assert!(reads("c0bl0s", "coblos"));
    assert!(reads("p!l!h", "pilih"));
    assert!(reads("kh0fif4h", "khofifah"));
    assert!(reads("4nies", "anies"));
    assert!(reads("nyobl*s", "nyoblos"));
    assert!(!reads("1100", "iioo"));
}

#[test]
fn hashtags_and_camel_case_split_and_keep_the_whole() {
    assert_eq!(plain("#CoblosNomor2"), "coblos nomor 2");
    assert_eq!(plain("#BeraniPilih02"), "berani pilih 02");
    assert_eq!(plain("#DuaAnakCukup"), "dua anak cukup");
    assert_eq!(plain("no3jabarasyik"), "no 3 jabarasyik");
    assert_eq!(plain("sumutpilih2djoss"), "sumutpilih 2 djoss");
    let folded = fold("#CoblosNomor2");
    assert!(
        folded
            .edges
            .iter()
            .any(|e| e.why == Join::Tag && folded.edge_form(e) == "#coblosnomor2")
    );
    assert_eq!(
        folded.tokens[0].span,
        Span { start: 0, end: 7 },
        "the # belongs to the tag"
    );
    assert!(reads("YouTube", "youtube"));
}

#[test]
fn a_doubling_two_is_no_number() {
    for text in ["sama2", "orang²", "paslon-paslon", "paslon2", "orang2nya"] {
        let folded = fold(text);
        assert!(
            folded.tokens.iter().all(|t| t.kind == Kind::Word),
            "{text}: {}",
            folded.plain()
        );
        assert_eq!(folded.tokens.len(), 2, "{text}");
        assert!(folded.tokens[1].echo, "{text}");
    }
    assert_eq!(plain("orang2nya"), "orang orangnya");
    assert_eq!(plain("aa2an"), "aa aan", "no three letters in a row, as everywhere");
    assert_eq!(plain("calon2 pemimpin"), "calon calon pemimpin");
    assert_eq!(plain("jangan pilih2"), "jangan pilih pilih");
    assert_eq!(plain("#AyoPilih2"), "ayo pilih 2");
    assert_eq!(plain("pilih02"), "pilih 02");
    assert_eq!(plain("nomor2"), "nomor 2");
    assert_eq!(plain("no.2"), "no 2");
    assert_eq!(plain("paslon01"), "paslon 01");
}

#[test]
fn numbers_with_separators_or_units_are_one_token() {
    assert_eq!(
        plain("no. 02/2024 jam 10.30 naik 2% Rp 2.500 10rb 27-11-2024"),
        "no 02/2024 jam 10.30 naik 2% rp 2.500 10rb 27-11-2024"
    );
    assert_eq!(plain("no02/2024"), "no 02/2024");
    assert_eq!(plain("coblos 2."), "coblos 2");
}

#[test]
fn circled_and_keycap_digits_are_numbers() {
    for text in ["coblos ②", "coblos 2️⃣", "coblos2️⃣", "coblos ❷"] {
        assert_eq!(plain(text), "coblos 2", "{text}");
    }
}

#[test]
fn emoji_are_tokens_without_skin_tone_and_repeats() {
    assert_eq!(plain("menang✌🏽✌🏽✌🏽🔥🔥☝️"), "menang ✌ 🔥 ☝");
}

#[test]
fn links_and_mentions_are_one_thing() {
    assert_eq!(
        plain("baca https://www.detik.com/coblos-02?x=pilih ya"),
        "baca detik.com ya"
    );
    assert_eq!(plain("lihat news.detik.com/berita/02 ya"), "lihat news.detik.com ya");
    let folded = fold("halo @Budi_Santoso!");
    assert!(
        folded
            .edges
            .iter()
            .any(|e| e.why == Join::Mention && folded.edge_form(e) == "@budi_santoso")
    );
}

#[test]
fn hyphened_affixes_are_read_together() {
    assert!(reads("men-coblos", "mencoblos"));
    assert!(reads("di-coblos-in", "dicoblosin"));
}

#[test]
fn sentences_end_where_a_reader_ends_them() {
    let sentences = |text: &str| fold(text).tokens.iter().map(|t| t.sentence).collect::<Vec<_>>();
    assert_eq!(sentences("Saya netral. Coblos no. 2!\nYa"), [0, 0, 1, 1, 1, 2]);
    assert_eq!(sentences("H. Budi"), [0, 0]);
}

#[test]
fn long_repeats_of_anything_fold() {
    for unit in [
        "a",
        "\u{301}",
        "a\u{200d}",
        "c o ",
        "2",
        "#",
        "@a",
        "a.",
        "1/",
        "A1",
        "-a",
        "🔥",
        "aB",
        "*a",
        "http://a ",
        "http://",
        ".",
        "!?",
        "\n",
        "@",
        "2",
        "2.",
        "aa.",
        "a!",
        "a_",
        "\u{200d}",
        "👩\u{200d}",
        "2\u{fe0f}\u{20e3}",
        "\u{ad}a",
        "ﬁ",
        "…",
    ] {
        let text = unit.repeat((128 << 10) / unit.len());
        let folded = fold(&text);
        assert!(folded.tokens.len() <= text.len());
    }
}

// The folding list, step by step: an example of each, and a neutral twin that looks alike and is something else.

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

// The fast way and the close look are one.

#[test]
fn a_word_folds_alike_wherever_it_stands_in_a_block() {
    let words = [
        "coblos",
        "Coblos",
        "cobLos",
        "coblosss",
        "men-coblos",
        "02/2024",
        "sama2",
        "p.a.s",
        "✌🏽",
        "сoblоs",
    ];
    for word in words {
        let alone: Vec<String> = forms(&fold(word));
        for gap in 0..140 {
            let text = format!("{}{word} x", " ".repeat(gap));
            let folded = fold(&text);
            let mut found = forms(&folded);
            assert_eq!(found.pop().as_deref(), Some("x"), "{text}");
            assert_eq!(found, alone, "{text}");
            assert_eq!(folded.tokens[0].span.start as usize, gap, "{text}");
        }
    }
}

fn forms(folded: &Folded) -> Vec<String> {
    folded
        .tokens
        .iter()
        .map(|token| folded.form(token).to_owned())
        .collect()
}

#[test]
fn words_longer_than_a_block_are_cut_as_ever() {
    for len in [63, 64, 65, 127, 128, 129, 500] {
        let text: String = "ab".chars().cycle().take(len).collect();
        let folded = fold(&text);
        assert_eq!(folded.tokens.len(), 1);
        assert_eq!(folded.form(&folded.tokens[0]).len(), len.min(MAX_FORM));
    }
}

#[test]
fn the_first_stage_alone_is_what_folding_reads() {
    let text = "Cóblos ｎomor…  “DUA” 2\u{fe0f}\u{20e3} орang\u{200b}² ✌🏽";
    let mut folded = Folded::default();
    assert_eq!(folded.letters(text), "coblos nomor.   dua  2\u{20e3} opang² ✌");
    assert_eq!(folded.letters("PLAIN text"), "plain text");
}

#[test]
fn keys_are_the_first_bytes_of_forms_wherever_these_are() {
    for text in [
        "a",
        "coblos",
        "x 02",
        "#CoblosNomor2 sama2",
        "ｃｏｂｌｏｓ",
        "http://a.id/x b",
    ] {
        let folded = fold(text);
        for token in &folded.tokens {
            assert_eq!(folded.key(token.spelling()), key(folded.form(token)), "{text}");
        }
    }
}

/// What a form is looked for as.
fn key(form: &str) -> [u64; 2] {
    let mut bytes = [0; 16];
    if form.len() <= Folded::KEY {
        bytes[..form.len()].copy_from_slice(form.as_bytes());
    }
    [0, 8].map(|at| u64::from_le_bytes(*bytes[at..].first_chunk().unwrap()))
}

fn evasive() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-zA-Z]{1,8}",
        "[a-z0-9@!$*²._'-]{1,12}",
        "[#@][A-Za-z0-9_]{1,12}",
        "[сорАВ✌☝🔥\u{200b}\u{301}\u{fe0f}\u{20e3}２②ﬁßİ]{1,5}",
        "([a-z] ){2,6}",
        "[0-9]{1,3}[./,:-][0-9]{1,3}",
        "\\PC{0,4}",
        Just("https://t.co/x ".to_owned()),
        Just("detik.com/a".to_owned()),
    ];
    prop::collection::vec((part, "[ .,!?\n-]?"), 0..12)
        .prop_map(|parts| parts.into_iter().map(|(a, b)| a + &b).collect())
}

fn hyphened() -> impl Strategy<Value = String> {
    let word = || {
        prop_oneof![
            "anak|Anak|aNak|anakk|ma|mA|aaa|aaab|berjam|permainanan",
            "[a-zA-Z]{1,3}",
            "[a-z]{20,70}"
        ]
    };
    let after = "[ .,!?:;)'\"@*$#/\n_-]{0,2}[a-z0-9 ]?";
    let pair = (word(), word(), after).prop_map(|(a, b, after)| format!("{a}-{b}{after}"));
    prop::collection::vec(pair, 1..6).prop_map(|pairs| pairs.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn spans_lie_on_character_boundaries_and_ascend(text in evasive()) {
        let folded = fold(&text);
        let mut last = 0;
        for token in &folded.tokens {
            prop_assert!(token.span.start >= last && token.span.end >= token.span.start, "{:?}", token);
            prop_assert!(text.is_char_boundary(token.span.start as usize) && text.is_char_boundary(token.span.end as usize));
            last = token.span.end;
        }
        for edge in &folded.edges {
            prop_assert!(edge.from < edge.to && edge.to as usize <= folded.tokens.len());
        }
    }

    #[test]
    fn folding_the_folded_changes_nothing(text in evasive()) {
        let once = fold(&text);
        let twice = fold(&once.plain());
        let forms = |f: &Folded| f.tokens.iter().map(|t| f.form(t).to_owned()).collect::<Vec<_>>();
        prop_assert_eq!(forms(&once), forms(&twice), "{}", once.plain());
    }

    #[test]
    fn any_bytes_fold(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        let folded = fold(&text);
        let mut last = 0;
        for token in &folded.tokens {
            prop_assert!(text.get(token.span.range()).is_some() && token.span.start >= last);
            let [low, high] = key(folded.form(token));
            prop_assert_eq!(folded.key(token.spelling()), [low, high]);
            prop_assert_eq!(folded.short_key(token.spelling()), if high == 0 { low } else { 0 });
            prop_assert!(!folded.form(token).contains('\0'), "the memory of the core counts on that");
            last = token.span.end;
        }
        prop_assert!(folded.edges.is_sorted_by_key(|edge| (edge.from, edge.to)));
    }

    #[test]
    fn a_text_folds_alike_where_something_before_it_is_patched(text in prop_oneof![evasive(), hyphened()]) {
        let patched = format!("\u{ad} {text}");
        let (alone, behind) = (fold(&text), fold(&patched));
        let told = |folded: &Folded, before: u32| -> Vec<String> {
            let span = |span: Span| (span.start - before, span.end - before);
            let tokens = folded.tokens.iter().map(|token| {
                let Token { kind, sentence, echo, joined, tag, .. } = *token;
                format!("{} {:?} {kind:?} {sentence} {echo} {joined} {tag}", folded.form(token), span(token.span))
            });
            let edges = folded.edges.iter().map(|edge| format!("{} {:?}", folded.edge_form(edge), (edge.from, edge.to, edge.why)));
            tokens.chain(edges).collect()
        };
        prop_assert_eq!(told(&alone, 0), told(&behind, 3));
    }

    #[test]
    fn folding_reuses_its_buffers_without_a_trace(first in evasive(), second in evasive()) {
        let mut folded = Folded::default();
        folded.fold(&first);
        folded.fold(&second);
        let fresh = fold(&second);
        prop_assert_eq!(&folded.tokens, &fresh.tokens);
        prop_assert_eq!(&folded.edges, &fresh.edges);
        prop_assert_eq!(folded.plain(), fresh.plain());
    }

    #[test]
    fn the_first_stage_gives_what_it_was_given_when_that_is_folded(text in evasive()) {
        let mut folded = Folded::default();
        let once = folded.letters(&text).to_owned();
        prop_assert_eq!(folded.letters(&once), once.as_str());
    }

    #[test]
    fn any_string_folds(text in "\\PC{0,200}") {
        let folded = fold(&text);
        for token in &folded.tokens {
            prop_assert!(readings(folded.form(token), token.kind).len() <= 24);
        }
    }
}
