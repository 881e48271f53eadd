//! `netra contest import` as a person runs it: all or nothing, twice is once, and nothing taken is no success.

use std::fs;

use crate::command_line::{LIST, netra, rules, text};

#[test]
fn an_import_takes_all_or_nothing_and_twice_is_once() {
    let dir = rules();
    let again = netra(dir.path(), &["contest", "import", "list.csv", "--rules", "."], "");
    assert!(
        text(&again.stdout).contains("0 contests written, 1 as they were"),
        "{again:?}"
    );
    let bad = format!(
        "{LIST}bupati,7401,KABUPATEN LAIN,satu,A B,C D,0,,\ngubernur,62,KALIMANTAN TENGAH,1,AGUSTIRA,EDDYAN,0,,\n"
    );
    fs::write(dir.path().join("bad.csv"), bad).expect("list");
    let other = tempfile::tempdir().expect("folder");
    let target = other.path().to_str().expect("path");
    let refused = netra(dir.path(), &["contest", "import", "bad.csv", "--rules", target], "");
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("bad.csv:4: ballot number \"satu\""),
        "{refused:?}"
    );
    assert!(
        !other.path().join("contests").exists(),
        "nothing of a bad list is taken"
    );
    let taken = netra(
        dir.path(),
        &["contest", "import", "bad.csv", "--rules", target, "--skip-bad"],
        "",
    );
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    assert_eq!(fs::read_dir(other.path().join("contests")).expect("folder").count(), 2);
}

#[test]
fn an_import_that_takes_nothing_is_no_success() {
    let dir = rules();
    let head = LIST.lines().next().expect("a header");
    let write = |rows: &str| fs::write(dir.path().join("buruk.csv"), format!("{head}\n{rows}")).expect("list");
    let import = |more: &[&str]| {
        let args = [&["contest", "import", "buruk.csv", "--rules", "baru"], more].concat();
        let out = netra(dir.path(), &args, "");
        (out.status.code(), text(&out.stderr).to_owned())
    };
    let nothing = |(code, said): (Option<i32>, String), why: &str| {
        assert!(
            code.is_some_and(|code| code > 0) && said.contains(why),
            "{code:?} {said}"
        );
        assert!(!dir.path().join("baru").exists(), "{said}");
    };
    write("bupati,7404,KABUPATEN K,1,A B,C D,0,,\nbupati,7409,KABUPATEN K,1,E F,G H,0,,\n");
    nothing(import(&["--replace"]), "buruk.csv:3: ");
    nothing(import(&["--replace", "--skip-bad"]), "no contest without a bad row");
    write("bupati,7404,KABUPATEN K,1,A B,C D,0,,\n");
    nothing(import(&["--region", "9999", "--region", "abc"]), "--region 9999, abc");
    nothing(import(&["--phase", "kampanye=2024-10-01"]), "give every phase");
    nothing(import(&["--phase", "kampanye=01-10-2024"]), "write it as 2024-10-01");
    write("");
    nothing(import(&[]), "no rows");
    write("bupati,7404,KABUPATEN K,1,A B,C D,0,,\n");
    assert_eq!(import(&["--region", "7404"]).0, Some(0));
}
