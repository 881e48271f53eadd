//! The packs Netra ships, measured on the sets written for it: what must be queued is, what must not be is not, and no candidate
//! is treated otherwise than another.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};

fn netra(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_netra"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(args)
        .output()
        .expect("the binary under test starts")
}

fn passes(args: &[&str]) {
    let output = netra(args);
    assert!(
        output.status.success(),
        "netra {args:?}:\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder))
        .expect("the folder is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    files
}

#[test]
fn the_shipped_packs_have_no_fault_and_no_warning_and_their_examples_hold() {
    passes(&["rules", "check", "--strict", "--rules", "rules"]);
    passes(&["rules", "test", "--rules", "rules"]);
}

#[test]
fn the_labelled_sets_are_told_apart() {
    let files = files("tests/data/labelled", "jsonl");
    let paths: Vec<&str> = files.iter().filter_map(|path| path.to_str()).collect();
    let mut args = vec!["rules", "evaluate", "--rules", "rules", "--contest", "contoh"];
    args.extend([
        "--min-recall",
        "0.955",
        "--min-precision",
        "0.99",
        "--max-false",
        "0.01",
    ]);
    args.extend(paths);
    passes(&args);
}

/// Calls, threats and gifts behind words that lower others: "kalau ada guru yang tidak ikut kampanye …", "[SALAH] …", "coblos ulang …".
#[test]
fn a_pretext_seldom_hides_what_is_meant() {
    let pretexts = "tests/data/labelled/dalih.jsonl";
    passes(&[
        "rules",
        "evaluate",
        "--rules",
        "rules",
        "--contest",
        "contoh",
        "--min-recall",
        "0.85",
        pretexts,
    ]);
}

/// The made-up contest of the packs' examples has no third name to try this with.
#[test]
fn who_names_all_candidates_takes_no_side_until_a_call_follows() {
    let outcome = |text: &str| {
        let explained = netra(&[
            "rules",
            "explain",
            text,
            "--rules",
            "rules",
            "--contest",
            "2024-pilpres",
        ]);
        let printed = String::from_utf8_lossy(&explained.stdout).into_owned();
        printed.split_whitespace().next().unwrap_or_default().to_owned()
    };
    let two = "Pak Anies jago debat, Pak Prabowo jago joget";
    let all = format!("{two}, Pak Ganjar jago lari");
    assert_eq!(outcome(&all), "note");
    assert_eq!(outcome(two), "flag");
    assert_eq!(outcome(&format!("{all}, saya coblos Pak Ganjar")), "flag");
}

/// ISO 639 codes (two letters where there are such), and `campur` for languages mixed in one post.
const LANGUAGES: [&str; 25] = [
    "id", "jv", "su", "min", "bbc", "btx", "xmm", "mad", "bjn", "bug", "mak", "abs", "ban", "bew", "pmy", "ace", "mui",
    "mkn", "sas", "ljp", "jax", "zlm", "pse", "nia", "bhp",
];

#[test]
fn every_labelled_row_says_its_language() {
    for path in files("tests/data/labelled", "jsonl") {
        let text = std::fs::read_to_string(&path).expect("a labelled set is text");
        for line in text.lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("a row a line");
            let language = row["lang"].as_str().expect("a row has a language");
            let known = language == "campur" || LANGUAGES.contains(&language);
            assert!(known, "{}: {line}", path.display());
        }
    }
}

/// "Saya netral. Ayo coblos …": whatever lowers other hits in a text, a call after it stays one.
#[test]
fn no_innocent_text_hides_a_call_that_follows_it() {
    let mut rows = Vec::new();
    for path in files("tests/data/labelled", "jsonl") {
        let text = std::fs::read_to_string(path).expect("a labelled set is text");
        for line in text.lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("a row a line");
            if row["expect"] == "flag" {
                continue;
            }
            let innocent = row["text"]
                .as_str()
                .expect("a row has a text")
                .trim_end_matches([' ', '.', '!']);
            for call in [
                ". Ayo coblos {calon}!",
                ". Pilih {calon} ya",
                ". Jangan lupa pilih nomor {nomor}",
                ", tapi tetap coblos nomor {nomor}",
                ", tapi menangkan {calon}",
                ", hanya saja suara saya untuk {calon}",
            ] {
                let row = serde_json::json!({ "text": format!("{innocent}{call}"), "expect": "flag" });
                rows.push(row.to_string());
            }
        }
    }
    assert!(rows.len() > 4_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let input = folder.path().join("calls.jsonl");
    std::fs::write(&input, rows.join("\n")).expect("the rows can be written");
    let input = input.to_str().expect("the path is text");
    let mut args = vec!["rules", "evaluate", "--rules", "rules", "--contest", "contoh"];
    args.extend(["--min-recall", "0.98", input]);
    passes(&args);
}

#[test]
fn reports_of_pledge_ceremonies_are_not_queued() {
    let reports = files("tests/data/labelled/pledge_reports", "txt");
    assert!(reports.len() >= 5);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let input = folder.path().join("reports.jsonl");
    let lines: Vec<String> = reports
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a report is text");
            serde_json::json!({ "id": path.display().to_string(), "text": text }).to_string()
        })
        .collect();
    std::fs::write(&input, lines.join("\n")).expect("the input can be written");
    let input = input.to_str().expect("the path is text");
    let output = netra(&[
        "scan", "--rules", "rules", "--input", "jsonl", "--format", "jsonl", "--all", input,
    ]);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.lines().count() == reports.len(),
        "{printed}"
    );
    for line in printed.lines() {
        let verdict: serde_json::Value = serde_json::from_str(line).expect("a verdict a line");
        assert_ne!(verdict["outcome"], "flag", "{line}");
    }
}

/// A list of made-up candidates, as many as the table speaks of, takes every entry; the contests have no fault.
#[test]
fn what_candidates_of_2024_are_known_by_can_be_imported() {
    let table = "rules/contests/known-2024.csv";
    let mut reader = csv::Reader::from_path(table).expect("the table can be read");
    let mut most: BTreeMap<String, u32> = BTreeMap::new();
    for row in reader.records() {
        let row = row.expect("a row is whole");
        assert!(row[4].starts_with("http"), "an entry without its source: {row:?}");
        let number: u32 = row[1].parse().expect("a ballot number");
        let region = most.entry(row[0].to_owned()).or_default();
        *region = number.max(*region);
    }
    let mut list = vec!["type,region_code,region,nomor_urut,head_clean,deputy_clean".to_owned()];
    for (code, most) in &most {
        let kind = match code.as_bytes() {
            [_, _] => "gubernur",
            [_, _, b'7', _] => "walikota",
            _ => "bupati",
        };
        for number in 1..=*most {
            let letter = char::from(b'A' + u8::try_from(number).expect("few candidates"));
            let people = format!("KEPALA {letter}SARI,WAKIL {letter}BUDI");
            list.push(format!("{kind},{code},TEMPAT {code},{number},{people}"));
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rules = folder.path().to_str().expect("the path is text");
    let csv = folder.path().join("list.csv");
    std::fs::write(&csv, list.join("\n")).expect("the list can be written");
    let csv = csv.to_str().expect("the path is text");
    passes(&["contest", "import", csv, "--known", table, "--rules", rules]);
    passes(&["rules", "check", "--rules", rules]);
}

#[test]
fn exchanging_two_candidates_exchanges_the_result() {
    passes(&["rules", "parity", "--rules", "rules", "--contest", "2024-pilpres"]);
    passes(&[
        "rules",
        "parity",
        "--rules",
        "rules",
        "--contest",
        "2024-pilwalkot-kendari",
    ]);
}

/// Names as real ballots had them: eight words long, shared by two candidates, ordinary words, with stops and titles in them; and
/// nobody at all. Of some contests only the candidates with such names stand in the list, with numbers of their own.
#[test]
fn candidates_with_hard_names_are_treated_alike() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rules = folder.path().to_str().expect("the path is text");
    for pack in files("rules", "toml") {
        let name = pack.file_name().expect("a pack has a name");
        std::fs::copy(&pack, folder.path().join(name)).expect("a pack can be copied");
    }
    passes(&[
        "contest",
        "import",
        "tests/data/parity/candidates.csv",
        "--rules",
        rules,
    ]);
    let output = netra(&["rules", "parity", "--rules", rules]);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert!(
        printed.starts_with("12 contests, 14 pairs of candidates: "),
        "{printed}"
    );
    assert!(printed.trim_end().ends_with(" 0 differences"), "{printed}");
}
