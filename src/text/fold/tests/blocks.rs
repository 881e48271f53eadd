//! The fast way and the close look are one, wherever a word stands in a block and however long a text is.

use super::key;
use crate::text::fold::{Folded, MAX_FORM, fold};

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
