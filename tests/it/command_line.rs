//! The commands of the rule tuner through the real binary: shapes, exit codes, order, streams.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PACK: &str = r#"
[pack]
id = "ajakan"
title = "Ajakan"

[words.seru]
terms = ["coblos", "pilih"]
affixes = true

[[rule]]
id = "D1-ajakan"
title = "Ajakan memilih"
category = "ajakan"
level = "tinggi"
match = "near(@seru, @calon, 4)"
unless = ["penolakan"]

[[rule.example]]
text = "ayo coblos {calon}"
expect = "flag"

[[rule.example]]
text = "ayo ke pasar"
expect = "clear"

[[rule]]
id = "S-tolak"
title = "Penolakan"
category = "penolakan"
match = "'dilarang'"

[[rule.example]]
text = "dilarang coblos {calon}"
expect = "clear"
"#;

pub const LIST: &str = "type,region_code,region,nomor_urut,head_clean,deputy_clean,kolom_kosong,head_nick,deputy_nick\n\
    walikota,7471,KOTA CONTOH,1,SITYARA GIONAWATI,RUSMAN BOROLIA,0,,\n\
    walikota,7471,KOTA CONTOH,2,YUDHIANTA MAHARDIKARA,NIRNALA LACHMU,0,,\n";

pub fn rules() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("folder");
    fs::write(dir.path().join("ajakan.toml"), PACK).expect("pack");
    let list = dir.path().join("list.csv");
    fs::write(&list, LIST).expect("list");
    let imported = netra(dir.path(), &["contest", "import", "list.csv", "--rules", "."], "");
    assert_eq!(imported.status.code(), Some(0), "{imported:?}");
    dir
}

pub fn netra(dir: &Path, args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_netra"))
        .current_dir(dir)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let feeder = std::thread::spawn(move || {
        // The command may have ended before it has read everything.
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().expect("the binary ends");
    feeder.join().expect("the feeder ends");
    output
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn scan_prints_the_contract_of_a_post() {
    let dir = rules();
    let input = "{\"id\":\"a\",\"text\":\"ayo coblos nomor 2 ya\"}\n{\"id\":7,\"text\":\"dilarang coblos nomor 2\"}\n{\"text\":\"pagi\"}\n";
    let out = netra(
        dir.path(),
        &["scan", "--rules", ".", "--input", "jsonl", "--format", "jsonl", "--all"],
        input,
    );
    assert_eq!(out.status.code(), Some(0), "{out:?}");
    let lines: Vec<serde_json::Value> = text(&out.stdout)
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["id"], "a");
    assert_eq!(lines[0]["outcome"], "flag");
    let hit = &lines[0]["hits"][0];
    assert_eq!(hit["rule"], "D1-ajakan");
    assert_eq!((&hit["category"], &hit["level"]), (&"ajakan".into(), &"tinggi".into()));
    assert_eq!(hit["contest"], "2024-pilwalkot-contoh");
    assert_eq!(hit["candidate"], 2);
    assert_eq!(
        hit["spans"][0],
        serde_json::json!({"start": 4, "end": 10, "text": "coblos"})
    );
    assert_eq!(lines[1]["id"], 7);
    assert_eq!(lines[1]["outcome"], "clear");
    assert_eq!(
        lines[1]["suppressed"][0],
        serde_json::json!({"rule": "D1-ajakan", "by": "S-tolak"})
    );
    assert_eq!(
        lines[2],
        serde_json::json!({"id": 3, "outcome": "clear", "hits": [], "suppressed": []})
    );
}

#[test]
fn scan_keeps_the_order_of_the_input_whatever_the_threads() {
    let dir = rules();
    let line = |n| format!("warga {n} coblos nomor {} sekarang juga, kata tetangga\n", n % 3);
    let input: String = (0..8_000).map(line).collect();
    let run = |threads| {
        netra(
            dir.path(),
            &[
                "scan",
                "-",
                "--rules",
                ".",
                "--format",
                "jsonl",
                "--all",
                "--threads",
                threads,
            ],
            &input,
        )
    };
    let one = run("1");
    assert_eq!(text(&one.stdout).lines().count(), 8_000);
    assert!(one.stdout == run("4").stdout, "one thread and four differ");
}

#[test]
fn scan_names_the_line_of_bad_input_and_prints_what_stood_before_it() {
    let dir = rules();
    let input = "{\"text\":\"coblos nomor 1\"}\nbukan json\n{\"text\":\"coblos nomor 2\"}\n";
    for threads in ["1", "2"] {
        let args = [
            "scan",
            "--rules",
            ".",
            "--input",
            "jsonl",
            "--format",
            "jsonl",
            "--threads",
            threads,
        ];
        let out = netra(dir.path(), &args, input);
        assert_eq!(out.status.code(), Some(2), "{out:?}");
        assert!(text(&out.stderr).contains("standard input:2:"), "{out:?}");
        assert_eq!(text(&out.stdout).lines().count(), 1, "{out:?}");
    }
    let missing = netra(dir.path(), &["scan", "--rules", ".", "tidak-ada.txt"], "");
    assert_eq!(missing.status.code(), Some(1));
    let unknown = netra(dir.path(), &["scan", "--rules", ".", "--contest", "tidak-ada"], "");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("2024-pilwalkot-contoh"));
    let ids = ["--contest", "2024-pilwalkot-contho", "--contest", "lain"];
    let unknown = netra(dir.path(), &[&["scan", "--rules", "."], &ids[..]].concat(), "");
    let said = text(&unknown.stderr);
    assert!(
        said.contains("did you mean `2024-pilwalkot-contoh`?") && said.contains("`lain`"),
        "{said}"
    );
}

#[test]
fn scan_says_of_a_broken_file_where_and_that_the_rest_was_not_read() {
    let dir = rules();
    let sound = packed("coblos nomor 1\n".repeat(20_000).as_bytes());
    for (name, bytes, place) in [
        ("kutip.csv", &b"id,text\n1,\"kopi\n2,teh\n3,susu\n"[..], "kutip.csv:2: "),
        ("kosong.csv", b"", "kosong.csv:1: empty"),
        (
            "titik-koma.csv",
            b"id;text\n1;kopi\n",
            "titik-koma.csv:1: the header has no column `text`; ",
        ),
        ("buntung.gz", &sound[..sound.len() / 2], "buntung.gz:"),
        (
            "palsu.gz",
            b"coblos nomor 1\n",
            "palsu.gz:1: cannot be unpacked as gzip",
        ),
        ("daftar.jsonl", b"[1]\n", "daftar.jsonl:1: not an object {\"id\""),
    ] {
        fs::write(dir.path().join(name), bytes).expect("input");
        let out = netra(dir.path(), &["scan", "--rules", ".", name], "");
        assert_eq!(out.status.code(), Some(2), "{out:?}");
        let said = text(&out.stderr);
        assert!(said.contains(place) && said.contains("the rest was not read"), "{said}");
    }
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text).expect("memory");
    out.finish().expect("memory")
}

#[test]
fn scan_knows_the_shape_of_a_file_by_its_name_unless_told() {
    let dir = rules();
    let rows = "id,text\na,coblos nomor 2\n";
    fs::write(dir.path().join("x.csv"), rows).expect("input");
    fs::write(
        dir.path().join("x.jsonl.gz"),
        packed(b"{\"id\":\"a\",\"text\":\"coblos nomor 2\"}\n"),
    )
    .expect("input");
    let scan = |args: &[&str]| {
        let args = [&["scan", "--rules", ".", "--format", "jsonl"], args].concat();
        let out = netra(dir.path(), &args, rows);
        assert_eq!(out.status.code(), Some(0), "{out:?}");
        text(&out.stdout).to_owned()
    };
    let known = scan(&["x.csv"]);
    assert!(known.starts_with("{\"id\":\"a\""), "{known}");
    assert_eq!(scan(&["x.jsonl.gz"]), known);
    assert_eq!(scan(&["-", "--input", "csv"]), known);
    for lines in [scan(&["x.csv", "--input", "lines"]), scan(&[])] {
        assert!(lines.starts_with("{\"id\":2,"), "{lines}");
    }
}

#[test]
fn people_read_how_many_posts_a_rule_hit() {
    let dir = rules();
    let second = LIST.replace("7471", "7472").replace("CONTOH", "LAIN");
    fs::write(dir.path().join("second.csv"), second).expect("list");
    let imported = netra(dir.path(), &["contest", "import", "second.csv", "--rules", "."], "");
    assert_eq!(imported.status.code(), Some(0), "{imported:?}");
    let out = netra(dir.path(), &["scan", "--rules", "."], "coblos nomor 2\nselamat pagi\n");
    let said = text(&out.stdout);
    assert!(said.contains("candidate 2, and the same in 1 other contest)"), "{said}");
    assert!(
        said.ends_with("posts by the rules that hit:\n       1 D1-ajakan\n"),
        "{said}"
    );
}

#[test]
fn a_day_is_asked_for_in_one_way() {
    let dir = rules();
    for given in ["25-11-2024", "2024-11-25T10:00"] {
        let out = netra(dir.path(), &["scan", "--rules", ".", "--at", given], "");
        assert_eq!(out.status.code(), Some(2), "{out:?}");
        assert!(text(&out.stderr).contains("write it as 2024-11-25"), "{out:?}");
    }
}

#[test]
fn the_phase_follows_the_day_asked_for() {
    let dir = rules();
    let quiet = PACK.replace("unless = [\"penolakan\"]", "phases = [\"tenang\"]");
    fs::write(dir.path().join("ajakan.toml"), quiet).expect("pack");
    let run = |at: &[&str]| {
        let args = [&["scan", "--rules", ".", "--format", "jsonl"], at].concat();
        text(&netra(dir.path(), &args, "coblos nomor 1\n").stdout)
            .lines()
            .count()
    };
    assert_eq!(run(&[]), 0, "in the campaign");
    assert_eq!(run(&["--at", "2024-11-25"]), 1, "in the quiet days");
    assert_eq!(run(&["--at", "2025-06-01"]), 0, "when all is over");
}

#[test]
fn rules_check_test_diff_and_parity_end_as_they_should() {
    let dir = rules();
    for args in [
        &["rules", "check", "--rules", "."][..],
        &["rules", "test", "--rules", "."],
        &["rules", "parity", "--rules", "."],
    ] {
        let out = netra(dir.path(), args, "");
        assert_eq!(out.status.code(), Some(0), "{args:?} {out:?}");
    }
    fs::write(dir.path().join("posts.txt"), "coblos nomor 1\ntusuk nomor 1\n").expect("corpus");
    let new = tempfile::tempdir().expect("folder");
    fs::write(new.path().join("ajakan.toml"), PACK.replace("\"pilih\"", "\"tusuk\"")).expect("pack");
    fs::create_dir(new.path().join("contests")).expect("folder");
    let contest = "contests/2024-pilwalkot-contoh.toml";
    fs::copy(dir.path().join(contest), new.path().join(contest)).expect("copy");
    let out = netra(
        dir.path(),
        &[
            "rules",
            "diff",
            ".",
            new.path().to_str().expect("path"),
            "--corpus",
            "posts.txt",
        ],
        "",
    );
    assert!(
        text(&out.stdout).contains("D1-ajakan: 1 new, 0 lost, 1 same"),
        "{out:?}"
    );
    fs::write(
        dir.path().join("ajakan.toml"),
        PACK.replace("@seru, @calon", "@seruan, @calon"),
    )
    .expect("pack");
    let broken = netra(dir.path(), &["rules", "check", "--rules", "."], "");
    assert_eq!(broken.status.code(), Some(1));
    assert!(text(&broken.stdout).contains("error[N012]"), "{broken:?}");
}

#[test]
fn parity_finds_a_rule_written_for_one_number() {
    let dir = rules();
    fs::write(
        dir.path().join("ajakan.toml"),
        PACK.replace("near(@seru, @calon, 4)", "any(near(@seru, @calon, 4), 'nomor 2')"),
    )
    .expect("pack");
    let out = netra(dir.path(), &["rules", "parity", "--rules", "."], "");
    assert_eq!(out.status.code(), Some(1), "{out:?}");
}

#[test]
fn a_rule_cannot_single_out_a_candidate_by_a_part_of_the_name() {
    let dir = rules();
    fs::write(
        dir.path().join("ajakan.toml"),
        PACK.replace("near(@seru, @calon, 4)", "any(near(@seru, @calon, 4), 'gionawati')"),
    )
    .expect("pack");
    let out = netra(dir.path(), &["rules", "parity", "--rules", "."], "");
    assert_eq!(out.status.code(), Some(0), "{out:?}");
    let scan = netra(
        dir.path(),
        &["scan", "--rules", ".", "--format", "jsonl", "--all"],
        "tadi gionawati lewat\n",
    );
    assert!(text(&scan.stdout).contains("\"clear\""), "{scan:?}");
}

#[test]
fn parity_finds_a_rule_that_holds_one_party() {
    let dir = rules();
    let path = dir.path().join("contests/2024-pilwalkot-contoh.toml");
    let mut parties = ["Pmelati", "Pkenanga"].into_iter();
    let contest: String = fs::read_to_string(&path)
        .expect("contest")
        .lines()
        .map(
            |line| match line.starts_with("deputy").then(|| parties.next()).flatten() {
                Some(party) => format!("{line}\nparties = [\"{party}\"]\n"),
                None => format!("{line}\n"),
            },
        )
        .collect();
    fs::write(&path, contest).expect("contest");
    let run = |rule: &str| {
        fs::write(
            dir.path().join("ajakan.toml"),
            PACK.replace("near(@seru, @calon, 4)", rule),
        )
        .expect("pack");
        netra(dir.path(), &["rules", "parity", "--rules", "."], "")
            .status
            .code()
    };
    assert_eq!(run("any(near(@seru, @calon, 4), @partai)"), Some(0));
    assert_eq!(run("any(near(@seru, @calon, 4), 'pmelati')"), Some(1));
}

#[test]
fn evaluate_holds_its_bars_or_fails() {
    let dir = rules();
    let rows = "text\texpect\tlang\ncoblos {calon}\tflag\tid\npagi semua\tclear\tid\ntusuk {calon}\tflag\tjv\n";
    fs::write(dir.path().join("rows.tsv"), rows).expect("rows");
    let run = |bar: &str| {
        netra(
            dir.path(),
            &["rules", "evaluate", "rows.tsv", "--rules", ".", "--min-recall", bar],
            "",
        )
    };
    let out = run("0.5");
    assert_eq!(out.status.code(), Some(0), "{out:?}");
    assert!(text(&out.stdout).contains("language jv"), "{out:?}");
    let alike = "parity: 2 rows filled with each of 1 other candidates, 0 come out otherwise";
    assert!(text(&out.stdout).contains(alike), "{out:?}");
    let missed = run("0.9");
    assert_eq!(missed.status.code(), Some(1));
    assert!(
        text(&missed.stdout).contains("recall 0.5000: below 0.9000"),
        "{missed:?}"
    );
    let percent = run("90");
    assert_eq!(percent.status.code(), Some(2));
    assert!(text(&percent.stderr).contains("from 0 to 1"), "{percent:?}");
    fs::write(
        dir.path().join("rows.tsv"),
        "text\texpect\tlang\npagi semua\tclear\tid\n",
    )
    .expect("rows");
    let nothing = run("0.9");
    assert_eq!(nothing.status.code(), Some(1));
    assert!(
        text(&nothing.stdout).contains("recall: no rows to measure"),
        "{nothing:?}"
    );
}

#[test]
fn evaluate_lists_every_bad_row_and_judges_none() {
    let dir = rules();
    let bad = "text\texpect\ncoblos {calon}\tflagg\n\tflag\npagi\ncoblos {callon}\tflag\npagi\tclear\n";
    fs::write(dir.path().join("a.tsv"), bad).expect("rows");
    fs::write(
        dir.path().join("b.tsv"),
        format!("text\texpect\n{}", "pagi\tapa\n".repeat(30)),
    )
    .expect("rows");
    let out = netra(dir.path(), &["rules", "evaluate", "a.tsv", "b.tsv", "--rules", "."], "");
    assert_eq!(out.status.code(), Some(2), "{out:?}");
    assert!(out.stdout.is_empty(), "{out:?}");
    let said = text(&out.stderr);
    for fault in [
        "a.tsv:2: `expect` is \"flagg\"",
        "a.tsv:4: `expect` is not there",
        "a.tsv:5: {callon} is no placeholder; did you mean {calon}?",
        "b.tsv:2: ",
        "33 bad rows, 13 of them not listed",
    ] {
        assert!(said.contains(fault), "{fault}\n{said}");
    }
    assert_eq!(said.lines().count(), 21, "{said}");
}

/// A caller must be able to tell a file to be mended from a fault of the program, whatever it asked for.
#[test]
fn input_that_cannot_be_taken_ends_every_command_with_2() {
    let dir = rules();
    fs::write(dir.path().join("posts.jsonl"), "{\"text\": \"ayo\"}\n{\"isi\": 1}\n").expect("posts");
    fs::write(
        dir.path().join("open.csv"),
        "region_code,nomor_urut,kind,value\n\"7471,1\n",
    )
    .expect("list");
    for (args, place) in [
        (vec!["scan", "posts.jsonl", "--rules", "."], "posts.jsonl:2:"),
        (
            vec!["rules", "diff", ".", ".", "--corpus", "posts.jsonl"],
            "posts.jsonl:2:",
        ),
        (vec!["contest", "import", "open.csv", "--rules", "."], "open.csv:1:"),
        (
            vec!["contest", "import", "list.csv", "--rules", ".", "--known", "open.csv"],
            "open.csv:2:",
        ),
    ] {
        let out = netra(dir.path(), &args, "");
        assert_eq!(out.status.code(), Some(2), "{args:?}: {out:?}");
        assert!(text(&out.stderr).contains(place), "{args:?}: {out:?}");
    }
    let fault = netra(dir.path(), &["scan", "none.jsonl", "--rules", "."], "");
    assert_eq!(fault.status.code(), Some(1), "no such file is no bad input: {fault:?}");
}
