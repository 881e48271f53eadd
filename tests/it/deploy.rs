//! The systemd files: understood by systemd, and as closed as promised.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What `systemd-analyze security` may at most say, in tenths: 1.5 of 10.
const EXPOSURE_TENTHS: u32 = 15;

fn analyze(args: &[&str]) -> Output {
    Command::new("systemd-analyze")
        .args(["--no-pager", "--man=no"])
        .args(args)
        .output()
        .expect("systemd-analyze runs; tests/run installs it")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn systemd_understands_every_line_of_the_unit() {
    let unit = fs::read_to_string("deploy/netra.service").unwrap();
    // `verify` wants the program to be there; on the tester's machine it is elsewhere.
    let room = tempfile::tempdir().unwrap();
    let copy = room.path().join("netra.service");
    let here = unit.replace(
        "ExecStart=/usr/bin/netra",
        concat!("ExecStart=", env!("CARGO_BIN_EXE_netra")),
    );
    assert_ne!(unit, here);
    fs::write(&copy, here).unwrap();

    let verdict = analyze(&["verify", copy.to_str().unwrap()]);
    assert!(verdict.status.success(), "{}", words(&verdict));
    assert_eq!(words(&verdict), "");
}

#[test]
fn the_service_is_hardened() {
    let threshold = format!("--threshold={EXPOSURE_TENTHS}");
    let verdict = analyze(&["security", "--offline=true", &threshold, "deploy/netra.service"]);
    assert!(verdict.status.success(), "{}", words(&verdict));
}

#[test]
fn every_hardening_line_says_why() {
    let unit = fs::read_to_string("deploy/netra.service").unwrap();
    let mut explained = false;
    for (number, line) in unit.lines().enumerate() {
        match line.trim() {
            line if line.starts_with('#') => explained = true,
            // A blank line or a heading ends what the last comment explains.
            "" => explained = false,
            line if line.starts_with('[') => explained = true,
            line => assert!(
                explained,
                "deploy/netra.service:{}: no comment says why: {line}",
                number + 1
            ),
        }
    }
}

/// Runs one of systemd's makers on `lines`, under `root` instead of the machine.
fn make(program: &str, root: &Path, lines: &str, args: &[&str]) {
    let mut maker = Command::new(program)
        .arg(format!("--root={}", root.display()))
        .args(args)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}; tests/run installs it"));
    maker.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = maker.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}: {}", words(&output));
}

#[test]
fn the_user_has_no_shell() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("etc")).unwrap();
    let lines = fs::read_to_string("deploy/netra.sysusers").unwrap();
    make("systemd-sysusers", root.path(), &lines, &[]);
    let users = fs::read_to_string(root.path().join("etc/passwd")).unwrap();
    assert!(users.starts_with("netra:x:"), "{users}");
    assert!(
        users.trim_end().ends_with(":/var/lib/netra:/usr/sbin/nologin"),
        "{users}"
    );
}

#[test]
fn the_folders_are_closed_to_others() {
    let root = tempfile::tempdir().unwrap();
    let lines = fs::read_to_string("deploy/netra.tmpfiles").unwrap();
    // Whoever runs the tests may not give folders away: the owners are left out.
    let lines = lines
        .replace(" netra ", " - ")
        .replace(" root ", " - ")
        .replace(" netra -", " - -");
    make("systemd-tmpfiles", root.path(), &lines, &["--create"]);
    for (folder, mode) in [("etc/netra", 0o750), ("var/lib/netra", 0o700)] {
        let found = fs::metadata(root.path().join(folder)).unwrap().permissions().mode() & 0o7777;
        assert_eq!(found, mode, "{folder}");
    }
}
