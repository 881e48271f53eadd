//! The architecture as `src/lib.rs` states it, read back from the source: which room knows which, what is pure, how big a
//! file may be, what stands at the top. The code map there is the one table; a new arrow is a change of that line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Fixed by the owner, and what Cargo and a repository's habits bring.
const TOP_LEVEL: &[&str] = &[
    ".ci",
    ".clippy.toml",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "config",
    "deploy",
    "rules",
    "rustfmt.toml",
    "src",
    "tests",
];

/// Lines a file may have, its tests not counted.
const LINES: usize = 500;

/// Files that are tables, not prose, and may be longer.
const TABLES: &[&str] = &[];

/// Rooms that know neither the runtime, nor a database, nor the network, nor the clock.
const PURE: &[&str] = &["model", "text", "rules", "matcher", "review", "evidence"];

/// What a pure room never names.
const IMPURE: &[&str] = &["tokio", "sqlx", "reqwest", "::now("];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &[
    "utils", "util", "helpers", "helper", "common", "manager", "service", "misc",
];

struct Source {
    path: String,
    text: String,
    /// The words and signs of the code, without comments and the contents of literals.
    tokens: Vec<String>,
}

impl Source {
    /// The top-level module the file belongs to.
    fn room(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap();
        inner.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Whether it holds only tests of the module beside it.
    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// How many modules deep its code stands: `src/a.rs` and `src/a/mod.rs` 1, `src/a/b.rs` 2.
    fn depth(&self) -> usize {
        self.path.matches('/').count() - usize::from(self.path.ends_with("/mod.rs"))
    }

    /// Rooms its paths lead to: after `crate::`, or after as many `super::` as lead to the root.
    fn arrows(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let (mut at, tokens) = (0, &self.tokens);
        while at < tokens.len() {
            let mut next = at;
            let at_root = if tokens[at] == "crate" {
                next = at + 1;
                true
            } else {
                let mut supers = 0;
                while tokens.get(next).is_some_and(|t| t == "super") && tokens.get(next + 1).is_some_and(|t| t == "::")
                {
                    supers += 1;
                    next += 2;
                }
                next = next.saturating_sub(1);
                supers > 0 && supers >= self.depth()
            };
            if at_root && tokens.get(next).is_some_and(|t| t == "::") {
                heads(&tokens[next + 1..], &mut found);
            }
            at = next.max(at + 1);
        }
        found
    }
}

/// The first names of a path's tail: `a::b` gives a, `{a::b, c}` gives a and c.
fn heads(tail: &[String], found: &mut BTreeSet<String>) {
    if tail.first().is_none_or(|t| t != "{") {
        found.extend(tail.first().cloned());
        return;
    }
    let mut depth = 0;
    for (at, token) in tail.iter().enumerate() {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            name if depth == 1 && matches!(tail[at - 1].as_str(), "{" | ",") => {
                found.insert(name.to_owned());
            }
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// Splits Rust into names, `::` and single signs; leaves out comments, strings and character literals.
fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let name = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    while at < chars.len() {
        let (here, next) = (chars[at], chars.get(at + 1).copied().unwrap_or(' '));
        if here == '/' && next == '/' {
            at += chars[at..].iter().take_while(|c| **c != '\n').count();
        } else if here == '/' && next == '*' {
            at += 2;
            while at + 1 < chars.len() && (chars[at], chars[at + 1]) != ('*', '/') {
                at += 1;
            }
            at += 2;
        } else if here == 'r' && (next == '"' || next == '#') && !at.checked_sub(1).is_some_and(|b| name(chars[b])) {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            at += 1 + hashes;
            if chars.get(at) == Some(&'"') {
                at += 1;
                while at < chars.len()
                    && !(chars[at] == '"'
                        && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes)
                {
                    at += 1;
                }
                at += 1 + hashes;
            }
        } else if here == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += 1 + usize::from(chars[at] == '\\');
            }
            at += 1;
        } else if here == '\'' && (next == '\\' || chars.get(at + 2) == Some(&'\'')) {
            at += 2 + usize::from(next == '\\');
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at += 1;
        } else if name(here) {
            let word: String = chars[at..].iter().take_while(|c| name(**c)).collect();
            at += word.chars().count();
            found.push(word);
        } else if here == ':' && next == ':' {
            found.push("::".to_owned());
            at += 2;
        } else {
            if !here.is_whitespace() {
                found.push(here.to_string());
            }
            at += 1;
        }
    }
    found
}

fn files_under(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(folder)];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())) {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let rust = |path: &PathBuf| path.extension().is_some_and(|e| e == "rs");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        Source {
            path: path.to_str().unwrap().to_owned(),
            tokens: tokens(&text),
            text,
        }
    };
    files_under("src").into_iter().filter(rust).map(read).collect()
}

/// Every fault at once, or nothing.
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The code map of `src/lib.rs`: room → rooms it may use; `None` = everything.
fn code_map() -> BTreeMap<String, Option<BTreeSet<String>>> {
    let text = fs::read_to_string("src/lib.rs").unwrap();
    let mut map = BTreeMap::new();
    for line in text.lines().filter_map(|l| l.strip_prefix("//! | [`")) {
        let cells: Vec<&str> = line.trim_end_matches(" |").split(" | ").collect();
        let [names, _, knows] = cells[..] else {
            panic!("code map: three columns, not `{line}`")
        };
        let allowed = match knows {
            "everything" => None,
            "nothing of ours" => Some(BTreeSet::new()),
            list => Some(list.split(", ").map(str::to_owned).collect()),
        };
        for room in names.trim_end_matches("`]").split("`], [`") {
            map.insert(room.to_owned(), allowed.clone());
        }
    }
    map
}

#[test]
fn rooms_use_only_what_the_code_map_allows() {
    let map = code_map();
    let mut faults = Vec::new();
    for source in sources().iter().filter(|s| !matches!(s.room(), "main" | "lib")) {
        let room = source.room();
        let Some(allowed) = map.get(room) else {
            faults.push(format!(
                "{}: `{room}` is not in the code map of src/lib.rs",
                source.path
            ));
            continue;
        };
        for target in source.arrows() {
            // `crate::PROGRAM` and macros are not rooms.
            let ok =
                target == room || !map.contains_key(&target) || allowed.as_ref().is_none_or(|a| a.contains(&target));
            // Nothing sees the wiring but the command line.
            if !ok || (target == "app" && room != "cli" && room != "app") || (target == "cli" && room != "cli") {
                faults.push(format!("{}: {room} → {target} is not in the code map", source.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn the_code_map_names_every_room_and_no_other() {
    let declared: BTreeSet<String> = fs::read_to_string("src/lib.rs")
        .unwrap()
        .lines()
        .filter_map(|l| Some(l.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned()))
        .collect();
    assert_eq!(declared, code_map().into_keys().collect());
    for (room, allowed) in code_map() {
        for target in allowed.into_iter().flatten() {
            assert!(
                declared.contains(&target),
                "code map: {room} may use `{target}`, which does not exist"
            );
        }
    }
}

fn names(source: &Source, what: &str) -> bool {
    let wanted = tokens(what);
    source.tokens.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn pure_rooms_know_no_runtime_database_network_or_clock() {
    let mut faults = Vec::new();
    for source in sources() {
        let words: &[&str] = match source.room() {
            room if PURE.contains(&room) => IMPURE,
            // An adapter says what to ask and reads the answer; it never asks.
            "source" => &["tokio", "sqlx", "reqwest"],
            // The desk never fetches.
            "web" => &["reqwest"],
            _ => continue,
        };
        let named = |word: &&&str| names(&source, word);
        faults.extend(
            words
                .iter()
                .filter(named)
                .map(|word| format!("{}: names `{word}`", source.path)),
        );
    }
    none(&faults);
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = |s: &Source| !s.text.starts_with("//!") && !s.is_test();
    none(
        &sources()
            .into_iter()
            .filter(silent)
            .map(|s| format!("{}: does not start with `//!`", s.path))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn files_stay_readable() {
    let mut faults = Vec::new();
    for source in sources()
        .iter()
        .filter(|s| !s.is_test() && !TABLES.contains(&s.path.as_str()))
    {
        let lines = source.text.lines().take_while(|l| *l != "mod tests {").count();
        if lines > LINES {
            faults.push(format!(
                "{}: {lines} lines, over {LINES}; would two rooms be easier to live in?",
                source.path
            ));
        }
    }
    none(&faults);
}

#[test]
fn no_module_has_an_empty_name() {
    let empty = |s: &Source| {
        EMPTY_NAMES.iter().any(|n| {
            Path::new(&s.path)
                .components()
                .any(|c| c.as_os_str().to_str().is_some_and(|c| c.trim_end_matches(".rs") == *n))
        })
    };
    none(&sources().into_iter().filter(empty).map(|s| s.path).collect::<Vec<_>>());
}

/// Files of the repository, as git knows them.
fn tracked() -> Vec<String> {
    let here = std::env::current_dir().unwrap();
    let output = Command::new("git")
        .args(["-c", &format!("safe.directory={}", here.display()), "ls-files", "-z"])
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout)
        .unwrap()
        .split_terminator('\0')
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_top_level_is_the_owners() {
    let entries: BTreeSet<String> = tracked()
        .iter()
        .map(|p| p.split('/').next().unwrap().to_owned())
        .collect();
    let new = entries.iter().filter(|e| !TOP_LEVEL.contains(&e.as_str()));
    none(
        &new.map(|e| format!("{e}: not one of the owner's top-level entries"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_dependency_says_why() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let mut faults = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && line.contains('=') && !line.starts_with('#') {
            let reason = line.rsplit_once("# ").map_or("", |(_, reason)| reason);
            if reason.len() < 4 {
                faults.push(format!("Cargo.toml: no reason: {line}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let numbers = |folder: &str| -> BTreeSet<String> {
        let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let names = files_under(folder).into_iter().map(name);
        names.map(|n| n.split('_').next().unwrap().to_owned()).collect()
    };
    assert_eq!(
        numbers("src/store/migrations/sqlite"),
        numbers("src/store/migrations/postgres")
    );
}

#[test]
fn nobody_is_called_an_offender() {
    let mut faults = Vec::new();
    for path in tracked() {
        let shown = ["src/web/", "src/report/", "src/notify/", "src/cli/", "rules/"]
            .iter()
            .any(|f| path.starts_with(f));
        let Some(text) = shown.then(|| fs::read(&path).ok()).flatten() else {
            continue;
        };
        for (number, line) in String::from_utf8_lossy(&text).to_lowercase().lines().enumerate() {
            // What a rule looks for are other people's words; its titles and comments are ours.
            let theirs = Path::new(&path).extension().is_some_and(|e| e == "toml")
                && !line.starts_with("title")
                && !line.contains('#');
            // "pelanggaran" is an act, and may be named; "pelanggar" is a person, before anyone decided.
            if !theirs && line.replace("pelanggaran", "").contains("pelanggar") {
                faults.push(format!("{path}:{}: the word is *indikasi* or *terlapor*", number + 1));
            }
        }
    }
    none(&faults);
}

#[test]
fn no_file_knows_a_developers_machine() {
    // Written apart, so that this file does not find itself.
    let places = [["/wor", "k/"], ["/hom", "e/"], ["/roo", "t/"], ["C:\\Us", "ers"]].map(|halves| halves.concat());
    let mut faults = Vec::new();
    for path in tracked() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            if places.iter().any(|place| line.contains(place.as_str())) {
                faults.push(format!("{path}:{}: {line}", number + 1));
            }
        }
    }
    none(&faults);
}

#[test]
fn paths_are_read_as_rust_reads_them() {
    let arrows = |path: &str, text: &str| {
        let source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens: tokens(text),
        };
        source.arrows().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(arrows("src/a/b.rs", "use crate::{c::{d, e}, f};"), ["c", "f"]);
    assert_eq!(arrows("src/a/b.rs", "fn x() { crate::c::d(); }"), ["c"]);
    assert_eq!(arrows("src/a/b.rs", "use super::c; use super::super::d::e;"), ["d"]);
    assert_eq!(arrows("src/a.rs", "use super::{c, d};"), ["c", "d"]);
    assert_eq!(arrows("src/a/mod.rs", "mod t { use super::b; }"), ["b"]);
    assert_eq!(
        arrows(
            "src/a/b.rs",
            "// crate::c\n/* crate::d */ \"crate::e\" r#\"crate::f\"# 'x' '\"' crate::g"
        ),
        ["g"]
    );
}
