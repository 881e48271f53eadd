//! Golden pairs (`tests/data/rules/NAME.toml` and `.out`) and what a set promises.
//!
//! A `.toml` may hold several files, each begun by a line `#### PATH`; without one it is the pack `NAME.toml`. To write the `.out`
//! files anew after a wanted change: `NETRA_BLESS=1 cargo test --lib rules::`, then read the diff.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::*;

fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules")
}

fn split(name: &str, text: &str) -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(path) = line.strip_prefix("#### ") {
            files.push(SourceFile::new(path.trim(), ""));
            continue;
        }
        if files.is_empty() {
            files.push(SourceFile::new(format!("{name}.toml"), ""));
        }
        files.last_mut().expect("one was pushed").text.push_str(line);
    }
    files
}

/// What the first line says a corpus holds: `# neutral 1000: pilih 31, coblos 1`.
fn counted(files: &[SourceFile], checked: &Checked) -> Vec<Diagnostic> {
    let first = files[0].text.lines().next().unwrap_or_default();
    let Some((texts, counts)) = first.strip_prefix("# neutral ").and_then(|rest| rest.split_once(": ")) else {
        return Vec::new();
    };
    let counts: Vec<(&str, u64)> = counts
        .split(", ")
        .map(|count| count.rsplit_once(' ').expect("a term and a count"))
        .map(|(term, count)| (term, count.parse().expect("a count")))
        .collect();
    let of = |place: &TermPlace| {
        counts
            .iter()
            .find(|(term, _)| *term == place.term.text)
            .map_or(0, |(_, count)| *count)
    };
    let counts: Vec<u64> = checked.terms.iter().map(of).collect();
    common_terms(files, checked, &counts, texts.parse().expect("how many texts"))
}

fn rendered(files: &[SourceFile]) -> String {
    let mut checked = check(files);
    let common = counted(files, &checked);
    checked.diagnostics.extend(common);
    let found = &checked.diagnostics;
    let shown = |index: &usize| found.len() <= 20 || *index == 0 || index + 2 >= found.len();
    let mut out: String = (0..found.len())
        .filter(shown)
        .map(|i| found[i].render(files, false) + "\n")
        .collect();
    out.push_str(match checked.set {
        Some(_) => "-> the set is usable\n",
        None => "-> the set is refused\n",
    });
    out
}

#[test]
fn golden_pairs_say_what_they_said() {
    let bless = std::env::var_os("NETRA_BLESS").is_some();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let mut names: Vec<PathBuf> = fs::read_dir(data())
        .expect("folder")
        .map(|e| e.expect("entry").path())
        .collect();
    names.sort();
    for path in names.iter().filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        let name = path.file_stem().expect("stem").to_string_lossy().into_owned();
        let bytes = fs::read(path).expect("bytes");
        let files = match String::from_utf8(bytes) {
            Ok(text) => split(&name, &text),
            Err(other) => vec![SourceFile::decoded(format!("{name}.toml"), other.into_bytes())],
        };
        let out = rendered(&files);
        let checked = check(&files);
        seen.extend(counted(&files, &checked).iter().map(|d| d.code));
        seen.extend(checked.diagnostics.iter().map(|d| d.code));
        let golden = path.with_extension("out");
        if bless {
            fs::write(&golden, &out).expect("write");
        } else if fs::read_to_string(&golden).unwrap_or_default() != out {
            wrong.push(format!("== {name}\n{out}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missing: Vec<_> = CODES.iter().filter(|(code, _)| !seen.contains(code)).collect();
    assert!(missing.is_empty(), "codes without a golden pair: {missing:?}");
}

#[test]
fn every_golden_pair_has_both_halves() {
    for entry in fs::read_dir(data()).expect("folder") {
        let path = entry.expect("entry").path();
        if path.extension().is_some_and(|e| e == "out") {
            assert!(path.with_extension("toml").exists(), "{} has no .toml", path.display());
        }
    }
}

const PACK: &str = r#"
[pack]
id = "ajakan"
title = "Ajakan"

[words.seru]
terms = ["coblos", "pilih"]
affixes = true

[[rule]]
id = "D1-a"
title = "Ajakan"
category = "ajakan"
level = "tinggi"
match = "near(@seru, @calon, 6)"

[[rule.example]]
text = "coblos {calon} nomor {nomor}"
expect = "flag"
"#;

fn one(text: &str) -> Vec<SourceFile> {
    vec![SourceFile::new("ajakan.toml", text)]
}

#[test]
fn the_same_files_give_the_same_hash_and_any_change_another() {
    let set = |text: &str| check(&one(text)).set.expect("usable");
    let first = set(PACK);
    assert_eq!(first.hash, set(PACK).hash);
    assert_eq!(first.hash.len(), 64);
    let wider = set(&PACK.replace("6)", "7)"));
    assert_ne!(first.hash, wider.hash);
    assert_ne!(first.rules[0].version, wider.rules[0].version);
    let another_word = set(&PACK.replace("\"pilih\"", "\"dukung\""));
    assert_ne!(
        first.rules[0].version, another_word.rules[0].version,
        "a version covers the lists"
    );
    let shadow = set(&PACK.replace("level = \"tinggi\"", "level = \"tinggi\"\nstatus = \"shadow\""));
    assert_eq!(
        first.rules[0].version, shadow.rules[0].version,
        "the same words, whatever their status"
    );
    assert_ne!(first.hash, shadow.hash);
}

#[test]
fn kinds_of_content_are_part_of_a_version_only_where_they_are_few() {
    let version = |line: &str| {
        let text = PACK.replace("level = \"tinggi\"", &format!("level = \"tinggi\"\n{line}"));
        check(&one(&text)).set.expect("usable").rules[0].version.clone()
    };
    let all = version("");
    assert_eq!(all, version("content = [\"link\", \"own\", \"quote\", \"repost\"]"));
    let few = version("content = [\"own\", \"quote\"]");
    assert_ne!(all, few);
    assert_eq!(few, version("content = [\"quote\", \"own\"]"), "however it is written");
}

#[test]
fn examples_are_filled_from_the_sample_contest() {
    let checked = check(&one(PACK));
    assert_eq!(checked.examples[0].text, "coblos Bramasta nomor 2");
    assert_eq!(checked.examples[0].rule, "D1-a");
}

#[test]
fn the_readme_shows_files_that_are_right() {
    let readme = include_str!("../../rules/README.md");
    let blocks = readme
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let files: Vec<SourceFile> = blocks
        .map(|block| {
            let folder = if block.starts_with("[contest]") {
                "contests/"
            } else {
                ""
            };
            SourceFile::new(format!("{folder}readme.toml"), block)
        })
        .collect();
    assert_eq!(files.len(), 2);
    let checked = check(&files);
    // It names suppressors of other packs.
    let others = checked
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error);
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&Diagnostic>::new());
    let text = &checked.examples[0].text;
    assert_eq!(text, "jangan lupa coblos nomor 2 ya", "which `@calon` finds");
}

#[test]
fn an_expression_reads_back_as_written() {
    let set = check(&one(PACK)).set.expect("usable");
    assert_eq!(
        expression_text(&set.rules[0].condition, &set.words),
        "near(@seru, @calon, 6)"
    );
}

fn contest(first: (&str, &str), second: (&str, &str)) -> crate::model::Contest {
    let mut contest = sample_contest();
    contest.candidates.truncate(2);
    for (candidate, (head, deputy)) in contest.candidates.iter_mut().zip([first, second]) {
        let side = |name: &str| crate::model::CandidateSide {
            name: name.to_owned(),
            aliases: Vec::new(),
        };
        candidate.head = side(head);
        candidate.deputy = Some(side(deputy));
    }
    contest
}

#[test]
fn two_candidates_exchanged_exchange_their_terms() {
    let here = contest(
        ("Sityara Gionawati", "Subhan"),
        ("Yudhianta Mahardhika Timbang", "Nirna Lachmudin"),
    );
    let mut there = here.clone();
    there.candidates.swap(0, 1);
    let mut exchanged = expand(&there);
    exchanged.swap(0, 1);
    assert_eq!(expand(&here), exchanged);
}

#[test]
fn a_common_first_name_is_weak_alone_and_less_so_when_addressed() {
    let contest = contest(("Andi Borolia", "Sri Meralda"), ("Kalorena Amin", "Vestanu Dia"));
    let strong = |index, text: &str| {
        let all = expand(&contest);
        let terms: &Vec<Variant> = &all[index];
        let found: Vec<bool> = terms
            .iter()
            .filter(|t| t.class == CandidateWords::Nama && t.text == text)
            .map(|t| !t.weak)
            .collect();
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found[0]
    };
    assert!(!strong(0, "andi"));
    assert!(!strong(0, "pak andi"));
    assert!(strong(0, "pak borolia"));
    assert!(strong(0, "borolia"));
    assert!(strong(0, "andi borolia"));
    assert!(strong(0, "borolia-meralda"));
    assert!(strong(0, "borolia dan sri"));
    assert!(
        !expand(&contest)[1].iter().any(|t| t.text == "dia"),
        "a pronoun never names a candidate"
    );
    assert!(
        expand(&contest)[1].iter().any(|t| t.text == "pak amin" && t.addressed),
        "an ordinary word that people are called by may when it is addressed"
    );
    assert!(
        !expand(&contest)[1].iter().any(|t| t.text == "pak dia"),
        "nor does it after an address"
    );
}

#[test]
fn a_declared_alias_that_is_an_ordinary_word_stays_weak() {
    let mut contest = contest(("Andi Borolia", "Sri Meralda"), ("Kalorena Amin", "Vestanu Dia"));
    contest.candidates[0].acronyms = vec!["BERANI".to_owned(), "BORME".to_owned()];
    contest.candidates[0].head.aliases = vec!["Asyik".to_owned()];
    let terms = &expand(&contest)[0];
    let weak = |text: &str| terms.iter().find(|t| t.text == text).map(|t| t.weak);
    assert_eq!(weak("BERANI"), Some(true));
    assert_eq!(weak("asyik"), Some(true));
    assert_eq!(weak("BORME"), Some(false));
}

#[test]
fn an_alias_that_cuts_or_respells_a_name_gives_its_words() {
    let mut contest = contest(
        ("Yudhianta Mahardhika Timbang", "Nirna Lachmudin"),
        ("Kalorena Amin", "Sabira"),
    );
    let called = |contest: &crate::model::Contest, text: &str| expand(contest)[0].iter().any(|t| t.text == text);
    assert!(!called(&contest, "yudhi"));
    contest.candidates[0].head.aliases = vec!["Yudhi Mahardhika".to_owned(), "Juragan Mahardhika".to_owned()];
    assert!(called(&contest, "yudhi") && called(&contest, "pak yudhi"));
    assert!(
        !called(&contest, "juragan"),
        "what is no part of the name is one of others too"
    );
}

#[test]
fn a_pair_is_called_by_middle_names_and_by_aliases_without_their_address() {
    let mut contest = contest(
        ("R. Achmad Lukmaya Natakresna", "Borolia Meralda"),
        ("Kalorena Amin", "Sabira"),
    );
    contest.candidates[0].deputy.as_mut().expect("named above").aliases = vec!["Bang Doyok".to_owned()];
    let called = |text: &str| expand(&contest)[0].iter().any(|t| t.text == text && !t.weak);
    for pair in [
        "lukmaya-meralda",
        "lukmaya dan borolia",
        "lukmaya & doyok",
        "lukmayadoyok",
        "achmad-bang doyok",
    ] {
        assert!(called(pair), "{pair}");
    }
    assert!(!called("doyok"), "one of the two alone may be anybody");
}

#[test]
fn a_name_is_also_what_it_sounds_like() {
    let contest = contest(("Khadrieta Luthfian", "Andhy Borolia"), ("Kalorena Amin", "Sabira"));
    let terms = &expand(&contest)[0];
    let weak = |text: &str| {
        let mut found = terms.iter().filter(|t| t.text == text);
        found.next().map(|t| t.weak)
    };
    for text in [
        "hadrita lutfian",
        "kadrita lutfian",
        "lutfian",
        "pak lutfian",
        "lutfian-borolia",
        "andi borolia",
    ] {
        assert_eq!(weak(text), Some(false), "{text}");
    }
    assert_eq!(weak("andi"), Some(true), "which is a common name");
    assert!(expand(&contest)[1].iter().all(|t| t.origin != "ejaan lain"));
}

#[test]
fn a_slogan_of_both_first_names_is_theirs_whatever_the_names_mean() {
    let mut contest = contest(("Karna Sobandira", "Koko Suyandra"), ("Kalorena Amin", "Sabira"));
    contest.candidates[0].slogans = vec!["Tetap Karna Koko".to_owned(), "Tetap Karna Itu".to_owned()];
    let terms = &expand(&contest)[0];
    let weak = |text: &str| terms.iter().find(|t| t.text == text).map(|t| t.weak);
    assert_eq!(weak("Tetap Karna Koko"), Some(false));
    assert_eq!(weak("Tetap Karna Itu"), Some(true));
}

#[test]
fn a_form_of_address_inside_a_name_names_nobody_and_an_acronym_stands_on_either_side_of_the_year() {
    let mut contest = contest(("Hasranta Haji Nabira", "Sri Meralda"), ("Kalorena Amin", "Sabira"));
    contest.candidates[0].acronyms = vec!["AMIN".to_owned()];
    let terms = &expand(&contest)[0];
    let has = |text: &str| terms.iter().any(|t| t.text == text);
    assert!(!has("haji") && !has("pak haji"), "every other man is called so");
    assert!(has("hasranta haji nabira") && has("nabira") && has("pak hasranta"));
    assert!(has("AMIN 2024") && has("2024 AMIN"));
}

#[test]
fn a_name_both_candidates_bear_names_neither_alone() {
    let contest = contest(("Rusma Mokodaya", "Lintar"), ("Hendaru Mokodaya", "Sabira"));
    for index in [0, 1] {
        let terms = &expand(&contest)[index];
        let clan = terms.iter().find(|t| t.text == "mokodaya").expect("the family name");
        assert!(clan.weak);
    }
}

#[test]
fn two_of_one_name_are_neither_named_by_it_however_it_comes_about() {
    let mut contest = contest(
        ("Rusma Mokodaya", "Lintar Sabira"),
        ("Hendaru Borolia", "Rusma Mokodaya"),
    );
    contest.candidates[1].head.aliases = vec!["Lintar Sabira".to_owned()];
    let all = expand(&contest);
    for (index, text) in [
        (0, "rusma mokodaya"),
        (1, "rusma mokodaya"),
        (0, "lintar sabira"),
        (1, "lintar sabira"),
    ] {
        let mut found = all[index].iter().filter(|t| t.text == text);
        assert!(found.next().expect(text).weak, "{text} of {index}");
    }
    let own = all[1].iter().find(|t| t.text == "hendaru borolia");
    assert!(!own.expect("the other's own name").weak);
}

#[test]
fn numbers_come_with_their_word_and_bare_only_as_angka() {
    let contest = sample_contest();
    let terms = &expand(&contest)[1];
    let has = |class, text: &str| terms.iter().any(|t| t.class == class && t.text == text);
    for text in ["nomor 2", "no 02", "paslon dua", "nomor urut 2", "nmr loro", "02"] {
        assert!(has(CandidateWords::Nomor, text), "{text}");
    }
    for text in ["2", "dua", "✌"] {
        assert!(has(CandidateWords::Angka, text), "{text}");
        assert!(!has(CandidateWords::Nomor, text), "{text}");
    }
}

#[test]
fn no_input_panics_and_spans_stay_inside() {
    let mut broken = PACK.to_owned();
    for cut in (0..PACK.len()).rev() {
        broken.truncate(cut);
        let files = one(&broken);
        for found in check(&files).diagnostics {
            assert!(found.span.end <= broken.len() + 1, "{found}");
            let _ = found.render(&files, false);
        }
    }
    let deep = PACK.replace("near(@seru, @calon, 6)", &"all(".repeat(5_000));
    assert!(check(&one(&deep)).set.is_none());
}
