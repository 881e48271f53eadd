//! The short form of `tests/kill`: a crawl killed at random moments loses nothing and keeps nothing twice.

use std::process::Command;

/// Runs killed; the script by itself kills 200.
const RUNS: &str = "25";

#[test]
fn a_killed_crawl_loses_nothing_and_doubles_nothing() {
    let output = Command::new("tests/kill")
        .arg(RUNS)
        .env("NETRA", env!("CARGO_BIN_EXE_netra"))
        .output()
        .expect("tests/kill runs; it needs python3");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    println!("{said}");
}
