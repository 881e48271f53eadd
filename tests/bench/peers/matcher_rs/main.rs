//! `matcher_rs` with Normalize and `\bword\b`: which terms a post holds, each once. Speaks the protocol that ../../outside.rs explains.

use std::io::{BufRead as _, Write as _};
use std::time::{Duration, Instant};

use matcher_rs::{ProcessType, SimpleMatcher, SimpleMatcherBuilder, SimpleResult};
use rustix::time::{ClockId, clock_gettime};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [posts, terms, every] = arguments.as_slice() else {
        panic!("posts, terms, every")
    };
    let (posts, terms) = (std::fs::read_to_string(posts)?, std::fs::read_to_string(terms)?);
    let every = every.parse().expect("a number");
    let posts: Vec<&str> = posts.lines().step_by(every).collect();
    let start = cpu();
    let mut builder = SimpleMatcherBuilder::new();
    for (id, term) in (0..).zip(terms.lines()) {
        builder = builder.add_word(ProcessType::Normalize, id, format!(r"\b{term}\b"));
    }
    let matcher = builder.build().expect("terms of plain letters build");
    let mut out = std::io::stdout();
    writeln!(out, "ready {} {}", (cpu() - start).as_secs_f64(), matcher.heap_bytes())?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if let Some(path) = line.strip_prefix("count ") {
            let other = std::fs::read_to_string(path)?;
            let found = find(&matcher, &other.lines().collect::<Vec<_>>());
            writeln!(out, "{found} {found}")?;
        } else {
            let (wall, own) = (Instant::now(), cpu());
            let found = find(&matcher, &posts);
            writeln!(
                out,
                "{} {} {found}",
                (cpu() - own).as_secs_f64(),
                wall.elapsed().as_secs_f64()
            )?;
        }
        out.flush()?;
    }
    Ok(())
}

fn find(matcher: &SimpleMatcher, posts: &[&str]) -> usize {
    let mut found: usize = 0;
    for post in posts {
        let mut results: Vec<SimpleResult<'_>> = Vec::new();
        matcher.process_into(post, &mut results);
        found += results.len();
    }
    found
}

/// Processor time of this thread.
fn cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
