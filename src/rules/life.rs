//! What runs: the files' status and what people have agreed to, put together.
//!
//! Does: take the lower of the two for each rule; let the version that was agreed to run on in the place of one that was not;
//! write a version down so that it can be read and run when the files say something else. Does not: decide who may agree (that is
//! `review`), or keep anything.
//! Invariant: a rule is live only if the files say so of that rule and people have agreed to exactly the version that runs.

use std::collections::BTreeMap;

use super::canonical::{lists_of, rule_version, set_hash};
use super::set::{Expr, Rule, RuleSet, Status, WordList};
use crate::model::Stage;

/// What is known of a version.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Rule id.
    pub rule: &'a str,
    /// Version.
    pub version: &'a str,
    /// Where people have let it come.
    pub stage: Stage,
    /// What it says, as [`body`] wrote it.
    pub body: &'a str,
}

/// How a rule of the files stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Rule id.
    pub rule: String,
    /// Version of the files.
    pub version: String,
    /// What the file says.
    pub file: Status,
    /// Where people have let this version come; `None` when nobody has had to do with it.
    pub stage: Option<Stage>,
    /// What it does.
    pub runs: Status,
    /// The older version that runs live in its place.
    pub instead: Option<String>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Body {
    rule: Rule,
    words: Vec<WordList>,
}

/// A version written down: the rule and the word lists it uses.
pub fn body(rule: &Rule, words: &[WordList]) -> String {
    let mut used = Vec::new();
    lists_of(&rule.condition, &mut used);
    used.sort_unstable();
    used.dedup();
    let mut rule = rule.clone();
    let places: BTreeMap<usize, usize> = used.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    relink(&mut rule.condition, &places);
    let body = Body {
        rule,
        words: used.into_iter().map(|index| words[index].clone()).collect(),
    };
    // Our own types always serialise; what would not could not be restored and so would never run.
    serde_json::to_string(&body).unwrap_or_default()
}

/// A version read back; `None` when it is not what the version says.
pub fn restore(known: Known<'_>) -> Option<(Rule, Vec<WordList>)> {
    let Body { rule, words } = serde_json::from_str(known.body).ok()?;
    let mut used = Vec::new();
    lists_of(&rule.condition, &mut used);
    let whole = used.iter().all(|index| *index < words.len());
    (whole && rule.id == known.rule && rule_version(&rule, &words) == known.version).then_some((rule, words))
}

/// The set that runs, and how each rule of the files stands.
pub fn in_force(files: &RuleSet, known: &[Known<'_>]) -> (RuleSet, Vec<Standing>) {
    let mut set = files.clone();
    let (standings, older) = stand(files, known);
    for (rule, standing) in set.rules.iter_mut().zip(&standings) {
        rule.status = standing.runs;
    }
    for (mut rule, words) in older {
        let places = words
            .into_iter()
            .enumerate()
            .map(|(index, list)| (index, place(&mut set.words, list, &rule.version)))
            .collect();
        relink(&mut rule.condition, &places);
        rule.status = Status::Live;
        set.rules.push(rule);
    }
    set.rules.sort_by(|a, b| a.id.cmp(&b.id)); // stable: the older version follows the one of the files
    set.hash = set_hash(&set);
    (set, standings)
}

/// How each rule of the files stands, in their order.
pub fn standings(files: &RuleSet, known: &[Known<'_>]) -> Vec<Standing> {
    stand(files, known).0
}

/// A version of another text than the files', with its lists.
type Older = (Rule, Vec<WordList>);

fn stand(files: &RuleSet, known: &[Known<'_>]) -> (Vec<Standing>, Vec<Older>) {
    let mut standings = Vec::with_capacity(files.rules.len());
    let mut older = Vec::new();
    for rule in &files.rules {
        let stage = known
            .iter()
            .find(|k| k.rule == rule.id && k.version == rule.version)
            .map(|k| k.stage);
        let runs = lower(rule.status, stage);
        let mut instead = None;
        if rule.status == Status::Live && runs != Status::Live {
            let agreed = known.iter().find(|k| k.rule == rule.id && k.stage == Stage::Live);
            if let Some(was) = agreed.and_then(|k| restore(*k)) {
                instead = Some(was.0.version.clone());
                older.push(was);
            }
        }
        standings.push(Standing {
            rule: rule.id.clone(),
            version: rule.version.clone(),
            file: rule.status,
            stage,
            runs,
            instead,
        });
    }
    (standings, older)
}

const fn lower(file: Status, stage: Option<Stage>) -> Status {
    match (file, stage) {
        (Status::Draft, _) => Status::Draft,
        (Status::Retired, _) | (_, Some(Stage::Retired)) => Status::Retired,
        (Status::Live, Some(Stage::Live)) => Status::Live,
        (Status::Live | Status::Shadow, _) => Status::Shadow,
    }
}

/// Where a list of an older version stands: the list of the files when it says the same, else one of its own.
fn place(words: &mut Vec<WordList>, mut list: WordList, version: &str) -> usize {
    if let Some(same) = words.iter().position(|known| *known == list) {
        return same;
    }
    list.name = format!("{}-{version}", list.name);
    words.iter().position(|known| *known == list).unwrap_or_else(|| {
        words.push(list);
        words.len() - 1
    })
}

fn relink(expr: &mut Expr, places: &BTreeMap<usize, usize>) {
    match expr {
        Expr::Words(index) => *index = places.get(index).copied().unwrap_or(*index),
        Expr::Term(_) | Expr::Candidate(_) | Expr::Several { .. } => {}
        Expr::Any(parts)
        | Expr::All(parts)
        | Expr::Phrase(parts)
        | Expr::Near { parts, .. }
        | Expr::Before { parts, .. } => parts.iter_mut().for_each(|part| relink(part, places)),
        Expr::Not(inner) | Expr::Sentence(inner) | Expr::Count { of: inner, .. } => relink(inner, places),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SourceFile, check};
    use super::*;

    const PACK: &str = "[pack]\nid = 'a'\ntitle = 'A'\n[words.b]\nterms = ['dua']\n[words.a]\nterms = ['satu']\n\
        [[rule]]\nid = 'D1-a'\ntitle = 'Satu'\ncategory = 'ajakan'\nmatch = 'near(@b, @a, 3)'\n";

    fn set(text: &str) -> RuleSet {
        let files = [SourceFile::new("a.toml", text)];
        check(&files).set.expect("usable")
    }

    fn known<'a>(rule: &'a Rule, stage: Stage, body: &'a str) -> Known<'a> {
        Known {
            rule: &rule.id,
            version: &rule.version,
            stage,
            body,
        }
    }

    #[test]
    fn the_lower_of_file_and_agreement_runs() {
        let files = set(PACK);
        let rule = &files.rules[0];
        let text = body(rule, &files.words);
        let runs = |file: Status, stage: Option<Stage>| {
            let mut files = files.clone();
            files.rules[0].status = file;
            let known: Vec<_> = stage.map(|stage| known(rule, stage, &text)).into_iter().collect();
            in_force(&files, &known).0.rules[0].status
        };
        assert_eq!(runs(Status::Live, None), Status::Shadow, "nobody has agreed");
        for stage in [Stage::Draft, Stage::Shadow] {
            assert_eq!(runs(Status::Live, Some(stage)), Status::Shadow);
        }
        assert_eq!(runs(Status::Live, Some(Stage::Live)), Status::Live);
        assert_eq!(runs(Status::Live, Some(Stage::Retired)), Status::Retired);
        for file in [Status::Draft, Status::Shadow, Status::Retired] {
            assert_eq!(runs(file, Some(Stage::Live)), file, "a file may always ask for less");
        }
    }

    #[test]
    fn what_was_agreed_to_runs_on_while_its_rewording_waits() {
        let old = set(PACK);
        let text = body(&old.rules[0], &old.words);
        let agreed = known(&old.rules[0], Stage::Live, &text);
        let new = set(&PACK.replace("'satu'", "'satu', 'tiga'"));
        let (set, standings) = in_force(&new, &[agreed]);
        let told: Vec<_> = set.rules.iter().map(|r| (r.version.as_str(), r.status)).collect();
        let (was, is) = (old.rules[0].version.as_str(), new.rules[0].version.as_str());
        assert_eq!(told, [(is, Status::Shadow), (was, Status::Live)]);
        assert_eq!(standings[0].instead.as_deref(), Some(was));
        let names: Vec<_> = set.words.iter().map(|w| (w.name.as_str(), w.terms.len())).collect();
        let own = format!("a-{was}");
        assert_eq!(
            names,
            [("a", 2), ("b", 1), (own.as_str(), 1)],
            "only the list that changed stands twice"
        );
        assert_eq!(
            super::super::expression_text(&set.rules[1].condition, &set.words),
            format!("near(@b, @{own}, 3)")
        );
        assert_ne!(set.hash, new.hash);
        // The rule gone from the files is gone.
        let without = "[pack]\nid = 'a'\ntitle = 'A'\n[words.b]\nterms = ['dua']\n";
        assert!(in_force(&self::set(without), &[agreed]).0.rules.is_empty());
    }

    #[test]
    fn a_body_that_was_altered_is_not_run() {
        let old = set(PACK);
        let text = body(&old.rules[0], &old.words);
        assert!(restore(known(&old.rules[0], Stage::Live, &text)).is_some());
        for (from, to) in [("satu", "lima"), ("\"Words\":1", "\"Words\":9"), ("D1-a", "D1-b")] {
            let altered = text.replace(from, to);
            assert_ne!(text, altered, "{text}");
            assert!(
                restore(known(&old.rules[0], Stage::Live, &altered)).is_none(),
                "{altered}"
            );
        }
    }

    #[test]
    fn who_counts_candidates_is_read_as_it_was_stored_at_first() {
        let pack = PACK.replace("near(@b, @a, 3)", "several(@nama, 3)");
        let files = set(&pack);
        let rule = &files.rules[0];
        let now = body(rule, &files.words);
        let first = now.replace(r#""of":"Nama""#, r#""of":{"Candidate":"Nama"}"#);
        assert_ne!(now, first);
        for body in [&now, &first] {
            let (restored, _) = restore(known(rule, Stage::Live, body)).expect("restored");
            assert_eq!(restored.condition, rule.condition);
        }
    }
}
