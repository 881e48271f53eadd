//! What a rule tuner reads: `explain` and `diff` as they are printed, held against files under `tests/data/cli`. To write them anew
//! after a wanted change: `NETRA_BLESS=1 cargo test --test it tuner`, then read the diff.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cli")
}

/// A folder with the old rules in `lama`, the new ones in `baru`, and the corpus plain and packed.
fn desk() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, pack) in [("lama", "old.toml"), ("baru", "new.toml")] {
        let rules = folder.path().join(name);
        fs::create_dir_all(rules.join("contests")).unwrap();
        fs::copy(data().join(pack), rules.join("ajakan.toml")).unwrap();
        fs::copy(data().join("contests.toml"), rules.join("contests/uji.toml")).unwrap();
    }
    let corpus = fs::read(data().join("corpus.txt")).unwrap();
    fs::write(folder.path().join("korpus.txt"), &corpus).unwrap();
    fs::write(folder.path().join("korpus.txt.gz"), packed(&corpus)).unwrap();
    folder
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

/// Runs Netra in a folder; gives what it printed.
fn netra(folder: &TempDir, arguments: &[&str]) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_netra"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
    (done.status.code().unwrap(), text)
}

#[track_caller]
fn as_before(name: &str, printed: &str) {
    let golden = data().join(name);
    if std::env::var_os("NETRA_BLESS").is_some() {
        fs::write(&golden, printed).unwrap();
    }
    let before = fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(printed, before, "{name}");
}

#[test]
fn explain_says_why_a_text_hits_and_why_not() {
    let folder = desk();
    for (name, text) in [
        ("explain-hit", "Rabu besok c0bl0sss paslon n0mor dua ya #CoblosNomor2"),
        ("explain-lowered", "jangan coblos nomor 2"),
        ("explain-bent", "dicoblosin dong, #coblospaslondua ya; pilihlah 02"),
        ("explain-beyond", "jangan lupa sarapan dulu sebelum coblos nomor 2"),
        ("explain-half", "mari coblos sesuai hati nurani"),
        ("explain-nothing", "selamat pagi semua"),
    ] {
        let (code, printed) = netra(&folder, &["rules", "explain", "--rules", "lama", text]);
        assert_eq!(code, 0, "{printed}");
        as_before(&format!("{name}.out"), &printed);
    }
}

#[test]
fn explain_is_told_what_kind_of_post_a_text_is() {
    let folder = desk();
    let own = fs::read_to_string(data().join("content.toml")).unwrap();
    fs::write(folder.path().join("lama/isi.toml"), own).unwrap();
    let text = "Tolong dibaca.\n\nwaktunya gaspol nomor 2";
    for kind in ["own", "quote", "repost"] {
        let explain = [
            "rules",
            "explain",
            "--rules",
            "lama",
            "--rule",
            "D1-isi",
            "--rule",
            "D1-kata-sendiri",
            "--kind",
            kind,
            text,
        ];
        let (code, printed) = netra(&folder, &explain);
        assert_eq!(code, 0, "{printed}");
        as_before(&format!("explain-kind-{kind}.out"), &printed);
    }
    let (code, printed) = netra(
        &folder,
        &["rules", "explain", "--rules", "lama", "--kind", "retweet", text],
    );
    assert_eq!(code, 2, "{printed}");
    let (code, printed) = netra(&folder, &["rules", "test", "--rules", "lama", "--rule", "D1-isi"]);
    assert_eq!(code, 0, "{printed}");
    let posts = r#"{"id":1,"text":"waktunya gaspol nomor 2"}
{"id":2,"text":"Setuju.\n\nwaktunya gaspol nomor 2","kind":"quote"}
{"id":3,"text":"waktunya gaspol nomor 2","kind":"berita"}
"#;
    fs::write(folder.path().join("pos.jsonl"), posts).unwrap();
    let (code, printed) = netra(
        &folder,
        &["scan", "--rules", "lama", "--format", "jsonl", "--all", "pos.jsonl"],
    );
    assert_eq!(code, 0, "{printed}");
    let hits = |rule: &str| -> Vec<bool> { printed.lines().map(|line| line.contains(rule)).collect() };
    assert_eq!(hits("D1-isi"), [false, true, false], "{printed}");
    assert_eq!(hits("D1-kata-sendiri"), [true, false, true], "{printed}");
}

#[test]
fn every_command_reads_of_what_kind_the_posts_of_a_file_are() {
    let folder = desk();
    let content = data().join("content.toml");
    fs::copy(content, folder.path().join("lama/isi.toml")).unwrap();
    let posts = "text,kind,expect\n\"Setuju.\n\nwaktunya gaspol nomor 2\",quote,flag\nwaktunya gaspol nomor 2,repost,clear\n\
                 waktunya gaspol nomor 2,,flag\n";
    fs::write(folder.path().join("pos.csv"), posts).unwrap();
    let (_, printed) = netra(&folder, &["rules", "evaluate", "--rules", "lama", "pos.csv"]);
    assert!(
        !printed.contains("misses") && !printed.contains("false hits"),
        "{printed}"
    );
    let (_, printed) = netra(&folder, &["rules", "diff", "baru", "lama", "--corpus", "pos.csv"]);
    assert!(printed.contains("D1-isi: 1 new, 0 lost, 0 same"), "{printed}");
    assert!(printed.contains("D1-kata-sendiri: 1 new, 0 lost, 0 same"), "{printed}");
}

#[test]
fn explain_says_which_suppressors_would_lower_a_hit_if_they_were_in_force() {
    let folder = desk();
    fs::copy(data().join("shadow.toml"), folder.path().join("lama/bayangan.toml")).unwrap();
    let explain = |text: &str| {
        let (code, printed) = netra(
            &folder,
            &["rules", "explain", "--rules", "lama", "--rule", "D1-gas-penuh", text],
        );
        assert_eq!(code, 0, "{printed}");
        printed
    };
    as_before(
        "explain-shadow.out",
        &explain("konon begitu. katanya gaspol nomor 2. nah, gaspol nomor 2"),
    );
    let lowered = explain("jangan katanya gaspol nomor 2");
    assert!(
        lowered.contains("lowered by S-menolak") && !lowered.contains("would be"),
        "{lowered}"
    );
    let far = explain("katanya begitu. gaspol nomor 2");
    assert!(far.starts_with("flag") && !far.contains("would be"), "{far}");
}

#[test]
fn parity_exchanges_number_words_of_every_language_or_counts_what_it_passes_over() {
    let folder = desk();
    let parity = |texts: &str| {
        fs::write(folder.path().join("baris.txt"), texts).unwrap();
        netra(
            &folder,
            &["rules", "parity", "--rules", "lama", "--corpus", "baris.txt"],
        )
    };
    let count = |printed: &str, what: &str| -> u32 {
        let before = printed.split(what).next().unwrap();
        before.trim_end().rsplit([' ', ':']).next().unwrap().parse().unwrap()
    };
    let (_, none) = parity("selamat pagi\n");
    let (exchanged, passed) = (count(&none, "texts exchanged"), count(&none, "passed over"));

    let (code, printed) =
        parity("coblos nomer settong\ncoblos nomerna kalih\npilih paslon kedua\ncoblos nomor asera\n");
    assert_eq!(code, 0, "{printed}");
    assert_eq!(count(&printed, "texts exchanged"), exchanged + 3, "{printed}");
    let (code, printed) =
        parity("coblos settong\ncoblos nomer lorone, lorone\ncoblos nomor si'di\ncoblos calon I Wayan\n");
    assert_eq!(code, 0, "{printed}");
    assert_eq!(count(&printed, "passed over"), passed + 4, "{printed}");
}

#[test]
fn explain_says_that_a_rule_is_a_draft_or_not_in_force_and_knows_no_other() {
    let folder = desk();
    let more = fs::read_to_string(data().join("life.toml")).unwrap();
    fs::write(folder.path().join("lama/hidup.toml"), more).unwrap();
    let explain = [
        "rules",
        "explain",
        "--rules",
        "lama",
        "--at",
        "2024-11-25",
        "gaspol nomor 2",
    ];
    let (code, printed) = netra(&folder, &explain);
    assert_eq!(code, 0, "{printed}");
    as_before("explain-life.out", &printed);
    let (_, printed) = netra(&folder, &["rules", "test", "--rules", "lama"]);
    assert!(
        printed.contains("7 examples") && !printed.contains("hidup.toml"),
        "all of it holds: {printed}"
    );
    for command in [&["explain", "gaspol"][..], &["test"]] {
        let arguments = [&["rules"][..], command, &["--rules", "lama", "--rule", "D1-gaspoll"]].concat();
        let (code, printed) = netra(&folder, &arguments);
        assert_eq!(code, 1, "{printed}");
        assert!(
            printed.contains("no rule `D1-gaspoll`; did you mean `D1-gaspol`?"),
            "{printed}"
        );
    }
}

#[test]
fn diff_lists_new_lost_and_same() {
    let folder = desk();
    let diff = ["rules", "diff", "lama", "baru", "--corpus", "korpus.txt"];
    let (code, printed) = netra(&folder, &diff);
    assert_eq!(code, 0, "{printed}");
    as_before("diff.out", &printed);
    let (code, all) = netra(&folder, &[&diff[..], &["--all", "--examples", "0"]].concat());
    assert_eq!(code, 0, "{all}");
    as_before("diff-all.out", &all);
    let (code, same) = netra(&folder, &["rules", "diff", "lama", "lama", "--corpus", "korpus.txt"]);
    assert_eq!(code, 0, "{same}");
    as_before("diff-same.out", &same);

    // What is packed is read the same.
    let (code, unpacked) = netra(&folder, &["rules", "diff", "lama", "baru", "--corpus", "korpus.txt.gz"]);
    assert_eq!((code, unpacked.replace("korpus.txt.gz", "korpus.txt")), (0, printed));
    let (code, missing) = netra(&folder, &["rules", "diff", "lama", "baru", "--corpus", "tiada.txt"]);
    assert!(code == 1 && missing.contains("tiada.txt"), "{missing}");
    fs::write(folder.path().join("rusak.txt.gz"), b"no gzip").unwrap();
    let (code, broken) = netra(&folder, &["rules", "diff", "lama", "baru", "--corpus", "rusak.txt.gz"]);
    assert!(code == 2 && broken.contains("rusak.txt.gz"), "{broken}");
}

#[test]
fn packed_files_are_read_wherever_texts_are() {
    let folder = desk();
    let last = |arguments: &[&str]| {
        let (code, printed) = netra(&folder, arguments);
        assert_eq!(code, 0, "{printed}");
        printed
    };
    let plain = last(&["scan", "--rules", "lama", "--format", "jsonl", "korpus.txt"]);
    assert_eq!(
        plain,
        last(&["scan", "--rules", "lama", "--format", "jsonl", "korpus.txt.gz"])
    );
    assert!(plain.contains("D1-ajakan-calon"), "{plain}");
    let rows =
        b"{\"text\":\"coblos nomor 2 ya\",\"expect\":\"flag\"}\n{\"text\":\"selamat pagi\",\"expect\":\"clear\"}\n";
    fs::write(folder.path().join("label.jsonl.gz"), packed(rows)).unwrap();
    let judged = last(&["rules", "evaluate", "--rules", "lama", "label.jsonl.gz"]);
    assert!(judged.contains('2'), "{judged}");
    last(&["rules", "parity", "--rules", "lama", "--corpus", "korpus.txt.gz"]);
    let neutral = b"mau pilih yang mana\n".repeat(10);
    fs::write(folder.path().join("netral.txt.gz"), packed(&neutral)).unwrap();
    let checked = last(&["rules", "check", "--rules", "lama", "--neutral", "netral.txt.gz"]);
    as_before("check-neutral.out", &checked);
}

/// A desk with a configuration, and files that hold passwords.
fn office() -> TempDir {
    let folder = desk();
    let root = folder.path();
    let config = format!(
        "data_dir = '{0}/data'\n[rules]\ndir = '{0}/lama'\n[crawl]\ncontact = 'uji@netra.example'\n",
        root.display()
    );
    fs::write(root.join("netra.toml"), config).unwrap();
    for (name, password) in [
        ("tuti", "sandi yang panjang"),
        ("sari", "sandi yang lain"),
        ("salah", "bukan sandinya"),
    ] {
        fs::write(root.join(name), password).unwrap();
    }
    folder
}

#[test]
fn the_command_line_takes_a_rule_through_its_life() {
    let folder = office();
    let root = folder.path();
    let run = |arguments: &[&str]| netra(&folder, &[arguments, &["--config", "netra.toml"]].concat());
    let done = |arguments: &[&str]| {
        let (code, printed) = run(arguments);
        assert_eq!(code, 0, "{arguments:?}\n{printed}");
        printed
    };
    let refused = |arguments: &[&str], why: &str| {
        let (code, printed) = run(arguments);
        assert!(code == 1 && printed.contains(why), "{arguments:?}\n{printed}");
    };
    done(&["user", "add", "tuti", "--role", "tuner", "--password-file", "tuti"]);
    done(&["user", "add", "sari", "--role", "supervisor", "--password-file", "sari"]);
    assert!(done(&["rules", "life"]).contains("nothing is adopted yet"));
    done(&["rules", "adopt", "--by", "sari", "--password-file", "sari"]);
    assert!(done(&["rules", "life"]).contains("confirmed by sari"));

    fs::copy(data().join("new.toml"), root.join("lama/ajakan.toml")).unwrap();
    let life = done(&["rules", "life"]);
    assert!(
        life.contains("D1-ajakan-calon") && life.contains("runs on in its place"),
        "{life}"
    );
    let id = "D1-ajakan-calon";
    let step = |to: &'static str, by: &'static str| {
        [
            "rules",
            "step",
            id,
            "--to",
            to,
            "--by",
            by,
            "--password-file",
            by,
            "--reason",
            "sudah dibaca",
        ]
    };
    let forged = [
        "rules",
        "step",
        id,
        "--to",
        "draft",
        "--by",
        "tuti",
        "--password-file",
        "salah",
        "--reason",
        "x",
    ];
    refused(&forged, "name or password is wrong");
    refused(&step("shadow", "sari"), "nobody has proposed this version");
    done(&step("draft", "tuti"));
    refused(&step("shadow", "tuti"), "somebody else must take this step");
    done(&step("shadow", "sari"));
    refused(&step("live", "sari"), "you were not shown what it changes");
    let compare = [
        "rules",
        "compare",
        "--by",
        "sari",
        "--password-file",
        "sari",
        "--corpus",
        "korpus.txt.gz",
    ];
    let shown = done(&compare);
    assert!(shown.contains("D1-ajakan-calon: 1 new, 1 lost, 1 same"), "{shown}");
    assert!(shown.contains("list @seru: +\"tusuk\" -\"pilih\""), "{shown}");
    assert!(shown.contains("shown to sari as comparison 1"), "{shown}");
    assert!(
        shown.contains("1 contests, 1 pairs of candidates") && shown.contains(" 0 differences"),
        "{shown}"
    );
    done(&[&step("live", "sari")[..], &["--compared", "1"]].concat());
    let life = done(&["rules", "life", id]);
    assert!(
        life.contains("agreed live, runs live") && life.contains("digantikan versi"),
        "{life}"
    );

    // What judges otherwise for another candidate is shown to do so, and does not go live.
    let pack = fs::read_to_string(data().join("new.toml")).unwrap();
    let unlike = pack.replace("near(@seru, @calon, 8)", "any(near(@seru, @calon, 8), 'nomor 2')");
    assert_ne!(pack, unlike);
    fs::write(root.join("lama/ajakan.toml"), unlike).unwrap();
    done(&step("draft", "tuti"));
    done(&step("shadow", "sari"));
    let shown = done(&compare);
    assert!(shown.contains("D1-ajakan-calon: NOT IN PARITY"), "{shown}");
    refused(
        &[&step("live", "sari")[..], &["--compared", "2"]].concat(),
        "it is not in parity",
    );
    let sound = done(&["audit", "verify"]);
    assert!(!sound.contains("rule"), "{sound}");
}
