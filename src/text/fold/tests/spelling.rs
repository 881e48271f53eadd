//! The plain spelling of a text, as its tokens and their readings tell it, and the bytes it came from.

use super::{plain, reads};
use crate::model::Span;
use crate::text::fold::{Join, Kind, fold};

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
    for text in [
        "sama2",
        "orang²",
        "paslon-paslon",
        "paslon²",
        "calon2",
        "orang2nya",
        "dua-duanya",
    ] {
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
    // Under keycaps one digit after another is one number, and ends where they end.
    assert_eq!(plain("coblos 0️⃣2️⃣ya 1️⃣ 2️⃣, 3️⃣4"), "coblos 02 ya 1 2 3 4");
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
fn dots_are_a_pause_unless_something_else_ends_the_sentence() {
    let continued = |text: &str| {
        let folded = fold(text);
        let sentences: Vec<u32> = folded.tokens.iter().map(|t| t.sentence).collect();
        (1..=sentences[sentences.len() - 1])
            .filter(|sentence| folded.is_continued(*sentence))
            .collect::<Vec<_>>()
    };
    for text in [
        "Sari.... mantap",
        "Sari… mantap",
        "Sari..mantap",
        "Sari .. mantap",
        "Sari..,, mantap",
    ] {
        assert_eq!(continued(text), [1], "{text}");
    }
    for text in [
        "Sari. Mantap",
        "Sari...\nMantap",
        "Sari...? Mantap",
        "Sari! Mantap",
        "Sari mantap",
        "Rp1.000 mantap",
    ] {
        assert_eq!(continued(text), [0; 0], "{text}");
    }
    assert_eq!(continued("Sari... mantap. Budi... juga"), [1, 3]);
    let long = "sari..".repeat(40);
    assert_eq!(continued(&long).len(), 39, "however many there are");
}

#[test]
fn sentences_end_where_a_reader_ends_them() {
    let sentences = |text: &str| fold(text).tokens.iter().map(|t| t.sentence).collect::<Vec<_>>();
    assert_eq!(sentences("Saya netral. Coblos no. 2!\nYa"), [0, 0, 1, 1, 1, 2]);
    assert_eq!(sentences("H. Budi"), [0, 0]);
    assert_eq!(sentences("Coblos!\nSari mantap\nya"), [0, 0, 0, 1]);
    assert_eq!(sentences("Ayo kita menangkan\n\nSari"), [0; 4]);
    assert_eq!(sentences("Coblos 👇\nSari"), [0; 3]);
    assert_eq!(sentences("Hayuk coblos!\nSari"), [0; 3]);
    assert_eq!(sentences("4YO kita coblos!\nSari"), [0; 4]);
    assert_eq!(sentences("y.u.k 🔥 coblos!\nSari"), [0; 6]);
    assert_eq!(sentences("mari ayo gas coblos!\nSari"), [0, 0, 0, 0, 1]);
    assert_eq!(sentences("Jangan lupa coblos!\nSari debat"), [0, 0, 0, 1, 1]);
}
