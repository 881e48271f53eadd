//! A small rule set: one contest of two, two word lists, a call, and what a text comes to under it.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::matcher::{Explanation, Matcher, Scope, Scratch, Text, When};
use crate::model::{Candidate, CandidateSide, Category, Contest, Outcome, Phase, Phases, Verdict};
use crate::rules::{CandidateTerm, CandidateWords, Capitals, Expr, Rule, RuleSet, Term, WordList};

fn list(name: &str, terms: &[&str], affixes: bool) -> WordList {
    let terms = terms
        .iter()
        .map(|text| Term {
            text: (*text).to_owned(),
            affixes,
        })
        .collect();
    WordList {
        name: name.to_owned(),
        terms,
    }
}

pub fn rule(id: &str, category: Category, condition: Expr) -> Rule {
    Rule {
        title: id.to_owned(),
        pack: "uji".to_owned(),
        version: "v".to_owned(),
        ..Rule::bare(id.to_owned(), category, condition)
    }
}

pub fn near(parts: Vec<Expr>, within: u16) -> Expr {
    Expr::Near { parts, within }
}

pub fn term(text: &str) -> Expr {
    Expr::Term(Term {
        text: text.to_owned(),
        affixes: false,
    })
}

pub const SERU: Expr = Expr::Words(0);
pub const CALON: Expr = Expr::Candidate(CandidateWords::Calon);

fn contest() -> Contest {
    let candidate = |number, name: &str| Candidate {
        number,
        head: CandidateSide {
            name: name.to_owned(),
            aliases: Vec::new(),
        },
        ..Candidate::default()
    };
    Contest {
        id: "uji".to_owned(),
        name: "Pemilihan Uji".to_owned(),
        region: "7471".to_owned(),
        zone: TimeZone::UTC,
        refer_to: "bawaslu".to_owned(),
        phases: Phases {
            first_day: [
                (Phase::Kampanye, jiff::civil::date(2024, 9, 25)),
                (Phase::Tenang, jiff::civil::date(2024, 11, 24)),
            ]
            .into(),
            ends: Some(jiff::civil::date(2025, 2, 20)),
        },
        candidates: vec![candidate(1, "Sari Wulan"), candidate(2, "Budi Santoso")],
    }
}

fn names() -> Vec<CandidateTerm> {
    let mut terms = Vec::new();
    for (candidate, name, number) in [(0, "Sari Wulan", 1), (1, "Budi Santoso", 2)] {
        let mut add = |class, text: String, weak| {
            terms.push(CandidateTerm {
                contest: 0,
                candidate,
                class,
                text,
                weak,
                everyday: false,
                addressed: false,
                capitals: Capitals::Same,
            });
        };
        add(CandidateWords::Nama, name.to_owned(), false);
        add(CandidateWords::Nama, name.split(' ').next().unwrap().to_owned(), true);
        add(CandidateWords::Nomor, format!("nomor {number}"), false);
        add(CandidateWords::Nomor, format!("paslon {number}"), false);
        add(CandidateWords::Nomor, format!("0{number}"), false);
        add(CandidateWords::Angka, format!("{number}"), false);
        add(CandidateWords::Tagar, format!("Menang{number}Putaran"), false);
        add(CandidateWords::Akun, format!("@tim_{number}"), false);
    }
    terms
}

pub fn set(rules: Vec<Rule>) -> RuleSet {
    RuleSet {
        rules,
        words: vec![
            list("seru", &["coblos", "pilih", "menangkan", "dukung"], true),
            list("tolak", &["jangan", "tidak", "tolak"], false),
        ],
        contests: vec![contest()],
        norms: Vec::new(),
        candidate_terms: names(),
        examples: Vec::new(),
        hash: "h".to_owned(),
    }
}

pub fn call() -> Rule {
    rule("D1", Category::Ajakan, near(vec![SERU, CALON], 6))
}

pub fn judge(rules: Vec<Rule>, text: &str) -> Verdict {
    judge_text(rules, &Text::plain(text))
}

pub const CAMPAIGN: Scope<'static> = Scope {
    at: When::Campaign,
    region: None,
    contests: None,
};

pub fn judge_text(rules: Vec<Rule>, text: &Text<'_>) -> Verdict {
    Matcher::new(Arc::new(set(rules))).judge(text, &CAMPAIGN, &mut Scratch::default())
}

pub fn flags(text: &str) -> bool {
    judge(vec![call()], text).outcome == Outcome::Flag
}

pub fn explain(text: &str) -> Explanation {
    Matcher::new(Arc::new(set(vec![call()]))).explain(&Text::plain(text), &CAMPAIGN)
}
