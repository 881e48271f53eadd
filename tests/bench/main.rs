//! How fast the core is, beside what one would use instead, in one table measured in one run. `README.md` beside this file says how
//! to run it and how to read it.
//!
//! Times are processor time of the measuring thread where the system tells it, wall time where two threads work. The rounds of all
//! rows of a table take turns, so that a busy machine blurs all alike: read ratios within a run, not figures across.

#![expect(clippy::print_stdout, reason = "a bench prints")]

mod agree;
mod clock;
mod corpus;
mod length;
mod ours;
mod outside;
mod plain;
mod race;
mod rules;
mod scan;
mod table;
mod terms;

use std::path::Path;

use crate::corpus::Corpus;
use crate::outside::Peer;
use crate::race::Standing;
use crate::terms::Terms;

/// Sets on which it is proved that peers find the same; the larger ones would say nothing more.
const PROVED: usize = 10_000;

fn main() {
    let corpus = corpus::load();
    println!(
        "{} posts ({}), {} bytes, median {}; {} rounds",
        corpus.posts.len(),
        corpus.origin,
        corpus.bytes,
        corpus.median(),
        race::rounds()
    );
    if let Ok(load) = std::fs::read_to_string("/proc/loadavg") {
        println!(
            "load of the machine before the run: {}",
            load.split(' ').next().unwrap_or_default()
        );
    }
    let (peers, missing) = outside::peers();
    for why in &missing {
        println!("without {why}");
    }
    // Who asks for a peer by its feature wants it measured, not left out in silence.
    assert!(
        !cfg!(feature = "bench-hyperscan") || peers.iter().any(|peer| peer.name == outside::HYPERSCAN),
        "Hyperscan was asked for and cannot run here; the line above says why"
    );
    let room = outside::room();
    let posts = room.join("posts.txt");
    write_lines(&posts, &corpus.posts);

    let alone = race::race(
        ours::folding(&corpus)
            .into_iter()
            .chain(plain::alone(&corpus))
            .collect(),
    );
    table::rows("without terms", &alone);
    let mut bars = vec![table::folding_bar(&alone)];
    let shipped = scan::measure(&corpus, &posts);
    table::rows(
        "shipped packs, one contest: the core, and the file scan on it",
        &shipped,
    );
    bars.extend(table::scan_bars(&shipped));
    for set in terms::sets(&corpus) {
        if set.terms.len() <= PROVED {
            println!("\n{}: do all find the same?", set.name);
            agree::prove(&corpus, &set.terms, &peers, &room);
        }
        let (standings, lengths) = measure(&set, &corpus, &peers, &posts);
        bars.extend(table::bars_of(set.name, &standings));
        bars.extend(lengths);
    }
    table::bars(&bars);
    for file in ["posts.txt", "terms.txt", "agree-posts.txt", "agree-terms.txt"] {
        // Posts are not kept; a file that was never written is none the worse for it.
        let _ = std::fs::remove_file(room.join(file));
    }
}

/// Races everyone over a term set; at 10,000 terms also long and hostile posts.
fn measure(set: &Terms, corpus: &Corpus, peers: &[Peer], posts: &Path) -> (Vec<Standing>, Vec<table::Bar>) {
    let ours = ours::Ours::new(&set.terms);
    let plain = plain::Plain::new(corpus, &set.terms);
    let terms = posts.with_file_name("terms.txt");
    write_lines(&terms, &set.terms);
    let mut rows = ours.rows(corpus);
    for peer in peers {
        match peer.start(posts, &terms) {
            Ok(running) => rows.extend(peer.rows(running, corpus)),
            Err(why) => println!("without {}: {why}", peer.name),
        }
    }
    rows.extend(plain.rows(corpus));
    let standings = race::race(rows);
    table::rows(set.name, &standings);
    let mut bars = Vec::new();
    if set.name == "10,000 terms" {
        let term = set
            .terms
            .iter()
            .find(|term| !term.contains(' '))
            .map_or("coblos", String::as_str);
        let (lengths, dear) = length::measure(&ours.into_sparse(), corpus, term);
        table::costs("posts by length (10,000 terms, sparse rules)", &lengths);
        table::costs("posts made to be dear", &dear);
        bars.extend(table::length_bars(&lengths, &dear));
    }
    (standings, bars)
}

/// Writes texts one a line; a line end inside becomes a space, which is as long and bounds words as well.
fn write_lines(path: &Path, texts: &[String]) {
    let mut all = String::with_capacity(texts.iter().map(|text| text.len() + 1).sum());
    for text in texts {
        all += &text.replace(['\n', '\r'], " ");
        all.push('\n');
    }
    std::fs::write(path, all).expect("the build folder can be written: the bench was built into it");
}
