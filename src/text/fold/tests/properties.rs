//! What holds for every text, shown on generated ones.

use proptest::prelude::*;

use super::key;
use crate::model::Span;
use crate::text::fold::{Folded, Token, fold};
use crate::text::reading::readings;

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
                let continued = folded.is_continued(sentence);
                format!(
                    "{} {:?} {kind:?} {sentence} {continued} {echo} {joined} {tag}",
                    folded.form(token),
                    span(token.span)
                )
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
