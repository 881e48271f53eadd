//! Peers that are programs of their own: another language, or a crate that wants another compiler or allocator.
//!
//! Does: build and start them, have them time themselves a round at a time, between the rounds of the others. Does not: install
//! anything; what is missing is said with the command that brings it.
//!
//! The one protocol, on lines: the program gets the file of posts (one a line), the file of terms (one a line) and every how
//! manyeth post to take; it says `ready SECONDS BYTES` when its tables stand. To `go 1` or `go 2` (threads) it answers `CPU WALL
//! FOUND`; to `count FILE` `FOUND DISTINCT`, DISTINCT being pairs of a post and a term in it. It ends with its input.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use crate::clock::Lap;
use crate::corpus::Corpus;
use crate::race::Row;

/// Names of rows that other tables look up.
pub const HYPERSCAN: &str = "Hyperscan literals, caseless, no folding";
pub const HYPERSCAN_TWO: &str = "Hyperscan, two threads (wall)";
pub const MATCHER_RS: &str = "matcher_rs, Normalize, \\bword\\b (which terms, not where)";

/// A program and how to start it.
pub struct Peer {
    /// The name of its row.
    pub name: &'static str,
    /// Takes one post in so many.
    pub every: usize,
    /// Whether it can use two threads.
    pub two: bool,
    /// Whether it finds every whole word, where others find the longest or only whether.
    pub exact: bool,
    program: PathBuf,
    arguments: Vec<String>,
}

/// A program that runs.
pub struct Running {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Seconds its tables took.
    pub built: f64,
    /// Their bytes.
    pub table: usize,
}

/// Where the sources of the peers are.
fn sources() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/bench/peers")
}

/// A folder of the build for programs and files.
pub fn room() -> PathBuf {
    let room = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-peers");
    std::fs::create_dir_all(&room).expect("the build folder can be written: the bench was built into it");
    room
}

/// The peers that the features ask for and that can run here; for each other one why not.
pub fn peers() -> (Vec<Peer>, Vec<String>) {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    if cfg!(feature = "bench-hyperscan") {
        match hyperscan() {
            Ok(peer) => found.push(peer),
            Err(why) => missing.push(format!("Hyperscan: {why}")),
        }
    } else {
        missing.push("Hyperscan: not asked for: cargo bench --features bench-hyperscan".to_owned());
    }
    if !cfg!(feature = "bench-peers") {
        missing
            .push("matcher_rs, flashtext, pyahocorasick: not asked for: cargo bench --features bench-peers".to_owned());
        return (found, missing);
    }
    match matcher_rs() {
        Ok(peer) => found.push(peer),
        Err(why) => missing.push(format!("matcher_rs: {why}")),
    }
    for (name, module, every, exact) in [
        ("pyahocorasick (Python), lower case", "ahocorasick", 1, true),
        (
            "flashtext (Python; longest words only; 1 post in 5)",
            "flashtext",
            5,
            false,
        ),
    ] {
        match python(module) {
            Ok(program) => found.push(Peer {
                name,
                every,
                two: false,
                exact,
                program,
                arguments: vec![sources().join("python.py").display().to_string(), module.to_owned()],
            }),
            Err(why) => missing.push(why),
        }
    }
    (found, missing)
}

/// Runs a command to its end; its words when it fails.
fn done(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|e| format!("{}: {e}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(words.lines().last().unwrap_or("failed without a word").to_owned())
}

fn hyperscan() -> Result<Peer, String> {
    let flags = done(Command::new("pkg-config").args(["--cflags", "--libs", "libhs"]))
        .map_err(|why| format!("not installed: apt-get install libhyperscan-dev pkg-config ({why})"))?;
    let program = room().join("hyperscan");
    done(
        Command::new("cc")
            .args(["-O2", "-Wall", "-Wextra", "-pthread", "-o"])
            .arg(&program)
            .arg(sources().join("hyperscan.c"))
            .args(flags.split_whitespace()),
    )?;
    Ok(Peer {
        name: HYPERSCAN,
        every: 1,
        two: true,
        exact: true,
        program,
        arguments: Vec::new(),
    })
}

fn matcher_rs() -> Result<Peer, String> {
    let target = room().join("matcher_rs");
    done(
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--release", "--locked", "--manifest-path"])
            .arg(sources().join("matcher_rs/Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            // The crate uses features of the compiler that are not stable yet.
            .env("RUSTC_BOOTSTRAP", "1"),
    )?;
    Ok(Peer {
        name: MATCHER_RS,
        every: 1,
        two: false,
        exact: false,
        program: target.join("release/bench-matcher-rs"),
        arguments: Vec::new(),
    })
}

/// The Python that has a module: `NETRA_BENCH_PYTHON`, the one `tests/bench/run` makes, or the machine's.
fn python(module: &str) -> Result<PathBuf, String> {
    let named = std::env::var_os("NETRA_BENCH_PYTHON").map(PathBuf::from);
    let ours = room().join("python/bin/python");
    let candidates = named.into_iter().chain([ours, PathBuf::from("python3")]);
    let has = |python: &PathBuf| done(Command::new(python).args(["-c", &format!("import {module}")])).is_ok();
    let package = if module == "ahocorasick" {
        "pyahocorasick"
    } else {
        module
    };
    candidates
        .into_iter()
        .find(has)
        .ok_or_else(|| format!("{package}: not installed: pip install {package}"))
}

impl Peer {
    /// Whether it tells which terms a post holds, each once.
    pub fn finds_which(&self) -> bool {
        self.name == MATCHER_RS
    }

    /// Starts it on files of posts and terms and waits until its tables stand.
    pub fn start(&self, posts: &Path, terms: &Path) -> Result<Running, String> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .args([posts, terms])
            .arg(self.every.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes".to_owned());
        };
        let mut running = Running {
            child,
            input: Some(input),
            output: BufReader::new(output),
            built: 0.0,
            table: 0,
        };
        match running.answer()?.as_slice() {
            [word, built, table] if word == "ready" => {
                running.built = built.parse().unwrap_or(f64::NAN);
                running.table = table.parse().unwrap_or(0);
                Ok(running)
            }
            other => Err(other.join(" ")),
        }
    }

    /// Its rows: one thread, and two where it can.
    pub fn rows(&self, running: Running, corpus: &Corpus) -> Vec<Row<'static>> {
        let bytes = corpus.posts.iter().step_by(self.every).map(String::len).sum();
        let posts = corpus.posts.len().div_ceil(self.every);
        let (table, built) = (running.table, running.built);
        let running = Rc::new(RefCell::new(running));
        let row = |name: &str, threads: usize| {
            let running = running.clone();
            let run = move || {
                running
                    .borrow_mut()
                    .lap(threads)
                    .expect("a peer that was ready answers")
            };
            Row::new(name, bytes, posts, run)
        };
        let mut rows = vec![row(self.name, 1).tables(table, built)];
        if self.two {
            rows.push(Row {
                wall: true,
                ..row(HYPERSCAN_TWO, 2)
            });
        }
        rows
    }
}

impl Running {
    fn answer(&mut self) -> Result<Vec<String>, String> {
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|e| e.to_string())?;
        if line.is_empty() {
            return Err("it ended without a word".to_owned());
        }
        Ok(line.split_whitespace().map(str::to_owned).collect())
    }

    fn ask(&mut self, what: &str) -> Result<Vec<String>, String> {
        let input = self.input.as_mut().ok_or("its input is closed")?;
        writeln!(input, "{what}")
            .and_then(|()| input.flush())
            .map_err(|e| e.to_string())?;
        self.answer()
    }

    fn lap(&mut self, threads: usize) -> Result<Lap, String> {
        let answer = self.ask(&format!("go {threads}"))?;
        match answer.as_slice() {
            [cpu, wall, found] => Ok(Lap {
                cpu: cpu.parse().map_err(|_| "no time")?,
                wall: wall.parse().map_err(|_| "no time")?,
                found: found.parse().map_err(|_| "no count")?,
            }),
            other => Err(other.join(" ")),
        }
    }

    /// Hits, and pairs of a post and a term in it, over another file of posts.
    pub fn count(&mut self, posts: &Path) -> Result<(usize, usize), String> {
        let answer = self.ask(&format!("count {}", posts.display()))?;
        let numbers: Vec<usize> = answer.iter().filter_map(|word| word.parse().ok()).collect();
        match numbers.as_slice() {
            [found, distinct] => Ok((*found, *distinct)),
            _ => Err(answer.join(" ")),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The end of its input is what ends it.
        self.input = None;
        let _ = self.child.wait();
    }
}
