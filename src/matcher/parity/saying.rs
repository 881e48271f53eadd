//! Texts that say what a rule looks for.
//!
//! Does: write its condition out in words, with placeholders for the candidate. Does not: promise that each of them hits: what
//! must not be there is left out, and the rest stands in the order of the condition.
//! Invariant: no more than [`MOST`] texts for a rule, the same ones each time.

use crate::rules::{CandidateWords, Expr, RuleSet};

/// Texts for one rule.
const MOST: usize = 24;

/// Terms taken of a list.
const TERMS: usize = 2;

/// The texts of one condition.
pub(super) fn texts(expr: &Expr, set: &RuleSet) -> Vec<String> {
    let all: Vec<String> = match expr {
        Expr::Term(term) => vec![term.text.clone()],
        Expr::Words(list) => {
            let terms = set.words.get(*list).map(|list| list.terms.iter().take(TERMS));
            terms.into_iter().flatten().map(|term| term.text.clone()).collect()
        }
        Expr::Candidate(class) => vec![placeholder(*class).to_owned()],
        Expr::Any(parts) => parts.iter().flat_map(|part| texts(part, set)).collect(),
        Expr::All(parts) | Expr::Phrase(parts) | Expr::Near { parts, .. } | Expr::Before { parts, .. } => {
            let parts: Vec<Vec<String>> = parts.iter().map(|part| texts(part, set)).collect();
            let ways = parts.iter().map(Vec::len).max().unwrap_or(0);
            let text = |way: usize| {
                let words = parts.iter().filter(|part| !part.is_empty());
                words
                    .map(|part| part[way % part.len()].as_str())
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            (0..ways).map(text).collect()
        }
        Expr::Sentence(inner) => texts(inner, set),
        Expr::Count { of, at_least } => {
            let once = texts(of, set);
            once.iter()
                .map(|text| vec![text.as_str(); usize::from(*at_least)].join(", "))
                .collect()
        }
        // Who else is named, no text about one candidate can say.
        Expr::Not(_) | Expr::Several { .. } => Vec::new(),
    };
    // Of many alternatives some from everywhere.
    let step = all.len().div_ceil(MOST).max(1);
    all.into_iter().step_by(step).collect()
}

const fn placeholder(class: CandidateWords) -> &'static str {
    match class {
        CandidateWords::Calon | CandidateWords::Nama | CandidateWords::Slogan | CandidateWords::Akun => "{calon}",
        CandidateWords::Nomor => "nomor {nomor}",
        CandidateWords::Angka => "{nomor}",
        CandidateWords::Tagar => "{tagar}",
        CandidateWords::Partai => "{partai}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{SourceFile, check};

    fn said(condition: &str) -> Vec<String> {
        let pack = format!(
            "[pack]\nid = \"uji\"\ntitle = \"Uji\"\npledge = \"P1\"\n[words.seru]\nterms = [\"coblos\", \"pilih\", \"dukung\"]\n\
             [[rule]]\nid = \"U\"\ntitle = \"Uji\"\ncategory = \"ajakan\"\nmatch = \"{condition}\"\n\
             basis = [\"skb2022:disiplin:6\"]\n"
        );
        let file = SourceFile::new("uji.toml", pack);
        let checked = check(&[file]);
        let set = checked.set.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
        texts(&set.rules[0].condition, &set)
    }

    #[test]
    fn a_condition_is_written_out() {
        assert_eq!(said("near(@seru, @calon, 6)"), ["coblos {calon}", "pilih {calon}"]);
        assert_eq!(
            said("all(any('ayo', phrase('mari', 'kita')), not('jangan'), @nomor)"),
            ["ayo nomor {nomor}", "mari kita nomor {nomor}"]
        );
        assert_eq!(said("count('menang', 2)"), ["menang, menang"]);
    }
}
