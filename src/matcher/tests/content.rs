//! Kinds of content: own words, a quotation, a post shown again, a link's headline or card.

use std::sync::Arc;

use super::world::*;
use crate::matcher::{Matcher, Missing, Scope, Scratch, Text};
use crate::model::{Category, Content, Given, Outcome, PostKind, Span};
use crate::rules::{Expr, Rule, Voice};

fn only(content: &[Content]) -> Rule {
    Rule {
        content: content.to_vec(),
        voice: Voice::Any,
        ..call()
    }
}

/// A post whose words behind the bar are another's.
fn hits(content: &[Content], kind: PostKind, text: &str) -> bool {
    let (own, others) = text.split_once('|').unwrap_or((text, ""));
    let (joined, from) = (format!("{own}{others}"), own.len());
    let number = |n: usize| u32::try_from(n).expect("short");
    let foreign = [Span {
        start: number(from),
        end: number(joined.len()),
    }];
    let text = Text {
        text: &joined,
        foreign: if others.is_empty() { &[] } else { &foreign },
        kind,
    };
    let verdict = judge_text(vec![only(content)], &text);
    assert!(verdict.suppressed.is_empty(), "not even a note");
    verdict.outcome == Outcome::Flag
}

#[test]
fn a_rule_holds_only_in_the_kinds_of_content_it_lists() {
    const HEADLINE: &str = "Tokoh Adat Ajak Warga Coblos 02 https://kabar.example/1";
    for (kind, text, content) in [
        (PostKind::Own, "coblos 02", Content::Own),
        (PostKind::Reply, "coblos 02", Content::Own),
        (PostKind::Quote, "coblos 02. |kata dia", Content::Own),
        (PostKind::Quote, "lihat ini. |coblos 02", Content::Quote),
        (PostKind::Quote, "|coblos 02", Content::Repost),
        (PostKind::Repost, "|coblos 02", Content::Repost),
        (PostKind::Repost, "coblos 02", Content::Repost),
        (PostKind::Own, "lihat ini. |coblos 02", Content::Link),
        (PostKind::Reply, "|coblos 02", Content::Link),
        (PostKind::Own, HEADLINE, Content::Link),
        (PostKind::Quote, HEADLINE, Content::Link),
    ] {
        assert!(hits(&[], kind, text), "{kind} {text}: a rule holds in all");
        for listed in Content::ALL {
            assert_eq!(
                hits(&[*listed], kind, text),
                *listed == content,
                "{kind} {text} in {listed}"
            );
        }
        let others: Vec<Content> = Content::ALL.iter().copied().filter(|other| *other != content).collect();
        assert!(!hits(&others, kind, text), "{kind} {text}");
    }
    assert!(
        hits(&[Content::Own], PostKind::Quote, "coblos 02. |coblos 02"),
        "one place is enough"
    );
    for listed in [Content::Own, Content::Quote] {
        assert!(
            hits(&[listed], PostKind::Quote, "coblos |02"),
            "words of both kinds are of either"
        );
    }
}

#[test]
fn a_suppressor_lowers_only_by_words_of_its_kinds() {
    let suppressor = |content| Rule {
        content,
        ..rule("S-tolak", Category::Penolakan, Expr::Words(1))
    };
    let call = Rule {
        unless: vec!["penolakan".to_owned()],
        ..call()
    };
    let quoted = Text {
        text: "Ayo coblos 02\n\njangan lupa",
        foreign: &Given::Quote.foreign("Ayo coblos 02\n\njangan lupa"),
        kind: PostKind::Quote,
    };
    for (content, outcome) in [
        (vec![], Outcome::Clear),
        (vec![Content::Own], Outcome::Flag),
        (vec![Content::Quote], Outcome::Clear),
    ] {
        let verdict = judge_text(vec![call.clone(), suppressor(content.clone())], &quoted);
        assert_eq!(verdict.outcome, outcome, "{content:?}");
    }
}

#[test]
fn an_explanation_says_that_the_words_are_of_another_kind() {
    let matcher = Matcher::new(Arc::new(set(vec![only(&[Content::Quote])])));
    let told = |kind: Given, text: &str| {
        let text = Text {
            text,
            foreign: &kind.foreign(text),
            kind: kind.kind(),
        };
        let trace = matcher.explain(&text, &CAMPAIGN).rules.swap_remove(0);
        (trace.holds, trace.missing)
    };
    assert_eq!(told(Given::Own, "coblos 02"), (false, vec![Missing::Content]));
    assert_eq!(told(Given::Quote, "Setuju.\n\ncoblos 02"), (true, Vec::new()));
    let bare = told(Given::Quote, "coblos 02");
    assert_eq!(
        bare,
        (false, vec![Missing::Content]),
        "without own words it is shown again"
    );
    assert_eq!(
        told(Given::Quote, "coblos 02\n\nkatanya"),
        (false, vec![Missing::Content])
    );
    assert!(matches!(told(Given::Own, "coblos saja").1[..], [Missing::Words(_)]));
}

#[test]
fn a_scratch_that_judged_a_headline_says_nothing_of_the_next_text() {
    let matcher = Matcher::new(Arc::new(set(vec![only(&[Content::Own])])));
    let mut scratch = Scratch::default();
    let scope: Scope<'_> = CAMPAIGN;
    for (text, outcome) in [
        (
            "Tokoh Adat Ajak Warga Coblos 02 https://kabar.example/1",
            Outcome::Clear,
        ),
        ("Tokoh adat di kampung ajak warga coblos 02", Outcome::Flag),
    ] {
        assert_eq!(
            matcher.judge(&Text::plain(text), &scope, &mut scratch).outcome,
            outcome,
            "{text}"
        );
    }
}
