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
        ("explain-half", "mari coblos sesuai hati nurani"),
        ("explain-nothing", "selamat pagi semua"),
    ] {
        let (code, printed) = netra(&folder, &["rules", "explain", "--rules", "lama", text]);
        assert_eq!(code, 0, "{printed}");
        as_before(&format!("{name}.out"), &printed);
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
    assert!(code == 1 && broken.contains("rusak.txt.gz"), "{broken}");
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
