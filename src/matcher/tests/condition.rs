//! Every form of condition, held against a text where it is true and one where it is not.

use super::world::*;
use crate::model::{Category, Outcome};
use crate::rules::Expr;

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
        (
            Expr::Sentence(Box::new(Expr::All(vec![term("apel"), term("jeruk"), term("kol")]))),
            "lalu. apel.... jeruk… kol",
            true,
        ),
        (
            Expr::Sentence(Box::new(Expr::All(vec![term("apel"), term("jeruk")]))),
            "apel.... lalu. jeruk",
            false,
        ),
        (term("paslon nomor dua"), "Paslon Nomor 2", true),
        (term("kaleng-kaleng"), "bukan kaleng2", true),
        (term("✌"), "menang ✌🏽", true),
        (term("detik.com"), "https://news.detik.com/x", true),
    ];
    hold(cases);
}

#[test]
fn inside_a_sentence_not_is_about_it_and_outside_about_the_post() {
    hold(vec![
        (alone_in_its_sentence(), "apel. jeruk", true),
        (alone_in_its_sentence(), "jeruk, apel. jeruk", false),
        (alone_in_its_sentence(), "jeruk, apel. lalu apel", true),
        // A candidate named in another sentence is not in this one.
        (unnamed_in_its_sentence(), "Budi Santoso datang. makan apel", true),
        (unnamed_in_its_sentence(), "Budi Santoso makan apel. lalu pulang", false),
        (
            Expr::Sentence(Box::new(Expr::All(vec![
                term("apel"),
                Expr::Not(Box::new(Expr::Sentence(Box::new(Expr::All(vec![
                    term("jeruk"),
                    term("nipis"),
                ]))))),
            ]))),
            "apel. jeruk nipis",
            true,
        ),
        (
            Expr::All(vec![
                Expr::Sentence(Box::new(term("apel"))),
                Expr::Not(Box::new(term("jeruk"))),
            ]),
            "apel. jeruk",
            false,
        ),
    ]);
}

fn hold(cases: Vec<(Expr, &str, bool)>) {
    for (condition, text, expected) in cases {
        let verdict = judge(vec![rule("R", Category::Ajakan, condition.clone())], text);
        assert_eq!(verdict.outcome == Outcome::Flag, expected, "{condition:?} on {text:?}");
    }
}

fn unnamed_in_its_sentence() -> Expr {
    let without = Expr::Not(Box::new(CALON));
    Expr::Sentence(Box::new(Expr::All(vec![term("apel"), without])))
}

fn alone_in_its_sentence() -> Expr {
    let without = Expr::Not(Box::new(term("jeruk")));
    Expr::Sentence(Box::new(Expr::All(vec![term("apel"), without])))
}
