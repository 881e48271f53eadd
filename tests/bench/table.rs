//! The tables a person reads: the rows with their ratio to Hyperscan, then each bar and whether it is reached.

use crate::length::{LONGEST, ORDINARY, SHORTEST};
use crate::race::Standing;
use crate::{ours, outside, plain, scan};

/// A bar: what is asked, what was reached.
pub struct Bar {
    what: String,
    asked: f64,
    reached: Option<f64>,
    /// Whether less is better.
    most: bool,
}

/// Prints the rows of a term set.
pub fn rows(title: &str, standings: &[Standing]) {
    println!("\n{title}");
    println!(
        "  {:<66}{:>9}{:>12}{:>12}{:>10}{:>9}",
        "every row: the median of its rounds", "MB/s", "× Hyperscan", "found/post", "tables MB", "built s"
    );
    let hyperscan = rate(standings, outside::HYPERSCAN);
    for standing in standings {
        let ratio = hyperscan.map_or_else(|| "–".to_owned(), |base| format!("{:.2}", standing.rate / base));
        println!(
            "  {:<66}{:>9}{ratio:>12}{:>12.2}{:>10}{:>9}",
            standing.name,
            figure(standing.rate),
            standing.per_post,
            standing.table.map_or_else(|| "–".to_owned(), megabytes),
            standing
                .built
                .map_or_else(|| "–".to_owned(), |built| format!("{built:.2}")),
        );
    }
}

/// Prints rows whose cost per byte is compared with the first.
pub fn costs(title: &str, standings: &[Standing]) {
    println!("\n{title}");
    println!(
        "  {:<50}{:>9}{:>24}{:>12}",
        "", "MB/s", "cost/byte × ordinary", "found/post"
    );
    let ordinary = rate(standings, ORDINARY).unwrap_or(f64::NAN);
    for standing in standings {
        println!(
            "  {:<50}{:>9}{:>24.2}{:>12.2}",
            standing.name,
            figure(standing.rate),
            ordinary / standing.rate,
            standing.per_post
        );
    }
}

/// Prints the bars.
pub fn bars(bars: &[Bar]) {
    println!("\nbars");
    println!("  {:<72}{:>10}{:>10}{:>8}", "", "bar", "reached", "ratio");
    for bar in bars {
        let (what, sign) = (&bar.what, if bar.most { '≤' } else { '≥' });
        let asked = format!("{sign} {}", figure(bar.asked));
        if let Some(reached) = bar.reached {
            let ratio = if bar.most {
                bar.asked / reached
            } else {
                reached / bar.asked
            };
            let holds = if ratio >= 1.0 { "holds" } else { "NOT REACHED" };
            println!("  {what:<72}{asked:>10}{reached:>10.3}{ratio:>8.2}  {holds}");
        } else {
            println!("  {what:<72}{asked:>10}{:>10}{:>8}  not measured", "–", "–");
        }
    }
}

/// The bars that a term set answers for.
pub fn bars_of(name: &str, standings: &[Standing]) -> Vec<Bar> {
    let over = |ours: &str, theirs: &str| Some(rate(standings, ours)? / rate(standings, theirs)?);
    let hyperscan = match name {
        "1,000 terms" => 0.8,
        "100,000 names" => 3.0,
        _ => 1.5,
    };
    let mut bars = Vec::new();
    for (kind, row, two) in [
        ("sparse", ours::SPARSE, ours::SPARSE_TWO),
        ("dense", ours::DENSE, ours::DENSE_TWO),
    ] {
        let mut least = |what: String, asked, reached| {
            bars.push(Bar {
                what,
                asked,
                reached,
                most: false,
            });
        };
        least(
            format!("{name}, {kind} rules: × Hyperscan"),
            hyperscan,
            over(row, outside::HYPERSCAN),
        );
        if name == "10,000 terms" {
            least(
                format!("{name}, {kind} rules: × {}", plain::FIRST),
                8.0,
                over(row, plain::FIRST),
            );
            least(
                format!("{name}, {kind} rules: × matcher_rs"),
                4.0,
                over(row, outside::MATCHER_RS),
            );
            let (one, both) = (find(standings, row), find(standings, two));
            let faster = one.zip(both).map(|(one, both)| one.wall / both.wall);
            least(format!("{name}, {kind} rules: two threads × one, wall"), 1.8, faster);
            let unhindered = one.zip(both).map(|(one, both)| one.cpu / both.cpu);
            least(
                format!("{name}, {kind} rules: the same by processor time of the busier"),
                1.8,
                unhindered,
            );
        }
    }
    let sparse = find(standings, ours::SPARSE);
    let largest = if name == "10,000 terms" { 8.0 } else { 48.0 };
    if name != "1,000 terms" {
        bars.push(Bar {
            what: format!("{name}: tables, MB"),
            asked: largest,
            reached: sparse.and_then(|s| s.table).map(in_megabytes),
            most: true,
        });
    }
    if name.starts_with("100,000") {
        bars.push(Bar {
            what: format!("{name}: check and compile, s"),
            asked: 2.0,
            reached: sparse.and_then(|s| s.built),
            most: true,
        });
    }
    bars
}

/// The bars of the file scan: what it keeps of the core's speed with as many threads.
pub fn scan_bars(standings: &[Standing]) -> Vec<Bar> {
    let bar = |(name, _, _, threads): &(&str, _, _, usize)| {
        let core = find(standings, if *threads > 1 { ours::SHIPPED_TWO } else { ours::SHIPPED });
        let scan = find(standings, name);
        Bar {
            what: format!("{name} × core"),
            asked: 0.6,
            reached: scan.zip(core).map(|(scan, core)| scan.rate / core.rate),
            most: false,
        }
    };
    scan::SCANS.iter().map(bar).collect()
}

/// The bar of folding.
pub fn folding_bar(standings: &[Standing]) -> Bar {
    let (folding, copying) = (rate(standings, ours::FOLDING_STAGE), rate(standings, plain::MEMCPY));
    Bar {
        what: "folding alone × memcpy".to_owned(),
        asked: 0.125,
        reached: folding.zip(copying).map(|(folding, copying)| folding / copying),
        most: false,
    }
}

/// The bars of long and of hostile posts: cost per byte.
pub fn length_bars(lengths: &[Standing], dear: &[Standing]) -> [Bar; 2] {
    let cost = |standings: &[Standing], of: &str, beside: &str| Some(rate(standings, beside)? / rate(standings, of)?);
    let dearest = dear
        .iter()
        .filter_map(|standing| Some((cost(dear, &standing.name, ORDINARY)?, standing.name.as_str())))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    [
        Bar {
            what: "linear: cost per byte of a 1 MB post × a 1 kB post".to_owned(),
            asked: 1.5,
            reached: cost(lengths, LONGEST, SHORTEST),
            most: true,
        },
        Bar {
            what: format!(
                "dearest post, cost per byte × ordinary: {}",
                dearest.map_or("–", |d| d.1)
            ),
            asked: 4.0,
            reached: dearest.map(|d| d.0),
            most: true,
        },
    ]
}

fn find<'s>(standings: &'s [Standing], name: &str) -> Option<&'s Standing> {
    standings.iter().find(|standing| standing.name == name)
}

fn rate(standings: &[Standing], name: &str) -> Option<f64> {
    find(standings, name).map(|standing| standing.rate)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn in_megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1}", in_megabytes(bytes))
}

/// About three figures.
fn figure(rate: f64) -> String {
    if rate < 1.0 {
        format!("{rate:.3}")
    } else if rate < 10.0 {
        format!("{rate:.2}")
    } else {
        format!("{rate:.0}")
    }
}
