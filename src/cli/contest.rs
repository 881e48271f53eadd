//! `netra contest`: contest files from an official list, and what is ambiguous in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use jiff::civil::Date;

use super::day::day;
use super::rules::load::RulesDir;
use crate::model::{Candidate, Phase, Phases};
use crate::rules::import::{BadRow, ContestFile, Known, contests_from_csv, pilkada_2024};
use crate::rules::{CandidateWords, Capitals, Variant, expand, familiar, is_frequent, is_motto};

/// Arguments of `netra contest`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Writes contest files from a list of candidates
    Import(Import),
    /// Lists names that are also ordinary words or common first names, and what they are combined with
    Check(Check),
}

#[derive(Debug, clap::Args)]
struct Import {
    /// CSV with type (gubernur, bupati, walikota), `region_code`, region, `nomor_urut`, `head_clean`, `deputy_clean`, `kolom_kosong` (1 for
    /// the empty box, else 0 or nothing), `head_nick`, `deputy_nick`; separated by commas
    csv: PathBuf,
    #[command(flatten)]
    rules: RulesDir,
    /// CSV with `region_code`, `nomor_urut`, kind (`alias_head`, `alias_deputy`, acronym, slogan, hashtag) and value: what
    /// candidates are known by beside their names
    #[arg(long, value_name = "CSV")]
    known: Option<PathBuf>,
    /// Take the contests without a bad row
    #[arg(long)]
    skip_bad: bool,
    /// Write contest files anew that exist with another content (they may have been completed by hand)
    #[arg(long)]
    replace: bool,
    /// Only these region codes; may be repeated
    #[arg(long, value_name = "CODE")]
    region: Vec<String>,
    /// First day of a phase, or `selesai=DATE`, the day it ends; with one given all that the contest has must be given, in
    /// their order [default: the days of Pilkada 2024]
    #[arg(long = "phase", value_name = "PHASE=DATE", value_parser = phase_day)]
    phases: Vec<(Option<Phase>, Date)>,
}

#[derive(Debug, clap::Args)]
struct Check {
    #[command(flatten)]
    rules: RulesDir,
    /// Contest to check; may be repeated [default: all]
    #[arg(long, value_name = "ID")]
    contest: Vec<String>,
    /// Every name and number, not only the ambiguous ones
    #[arg(long)]
    all: bool,
}

/// Largest list taken.
const LARGEST: u64 = 256 << 20;
/// Exit code for a list with bad rows of which nothing was taken.
const BAD_INPUT: u8 = 2;

/// Runs `netra contest`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Import(args) => import(&args),
        Command::Check(args) => check(&args),
    }
}

fn phase_day(given: &str) -> Result<(Option<Phase>, Date), String> {
    let (name, day) = given.split_once('=').ok_or("write PHASE=YEAR-MONTH-DAY")?;
    let day = self::day(day)?;
    if name == "selesai" {
        return Ok((None, day));
    }
    name.parse::<Phase>()
        .map(|phase| (Some(phase), day))
        .map_err(|e| format!("{e}, selesai"))
}

/// The days of Pilkada 2024, or the given ones alone.
fn phases(given: &[(Option<Phase>, Date)]) -> anyhow::Result<Phases> {
    if given.is_empty() {
        return Ok(pilkada_2024());
    }
    let mut phases = Phases::default();
    for (phase, day) in given {
        match phase {
            Some(phase) => drop(phases.first_day.insert(*phase, *day)),
            None => phases.ends = Some(*day),
        }
    }
    let days: Vec<Date> = phases.first_day.values().copied().chain(phases.ends).collect();
    if phases.ends.is_none() || days.len() < 2 || !days.is_sorted_by(|a, b| a < b) {
        bail!(
            "--phase: a phase that is given replaces all days of Pilkada 2024; give every phase of the contest in their order and \
             `selesai=DATE`, each later than the one before"
        );
    }
    Ok(phases)
}

fn import(args: &Import) -> anyhow::Result<ExitCode> {
    let phases = phases(&args.phases)?;
    let known = args.known.as_deref().map(known).transpose()?.unwrap_or_default();
    let imported = contests_from_csv(&read(&args.csv)?, &known, &phases);
    let name = args.csv.display();
    let mut bad = report(&args.csv, &imported.bad);
    if let Some(path) = &args.known {
        bad += report(path, &known.bad) + report(path, &imported.strangers);
        let (entries, regions) = imported.elsewhere;
        if entries > 0 {
            eprintln!(
                "{}: {entries} entries of {regions} regions that {name} does not have",
                path.display()
            );
        }
    }
    if bad > 0 && !args.skip_bad {
        eprintln!("{bad} bad rows; nothing was taken (--skip-bad takes the contests without one)");
        return Ok(ExitCode::from(BAD_INPUT));
    }
    for id in &imported.left_out {
        eprintln!("{name}: {id} left out: without the bad row it would treat its candidates unlike");
    }
    if imported.contests.is_empty() {
        let why = if imported.rows == 0 {
            "no rows"
        } else {
            "no contest without a bad row"
        };
        eprintln!("{name}: {why}; nothing was taken");
        return Ok(ExitCode::from(BAD_INPUT));
    }
    let here = |code: &&String| imported.contests.iter().any(|contest| contest.region == **code);
    let nowhere: Vec<&str> = args
        .region
        .iter()
        .filter(|code| !here(code))
        .map(String::as_str)
        .collect();
    if !nowhere.is_empty() {
        bail!(
            "--region {}: {name} has no contest there that can be taken",
            nowhere.join(", ")
        );
    }
    let folder = args.rules.path().join("contests");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let (mut written, mut same, mut kept) = (0, 0, 0);
    for contest in imported.contests.iter().filter(|c| wanted(c, &args.region)) {
        match write(&folder, contest, args.replace)? {
            Written::New => written += 1,
            Written::Same => same += 1,
            Written::Kept(path) => {
                kept += 1;
                eprintln!(
                    "{}: exists with another content, kept (--replace writes it anew)",
                    path.display()
                );
            }
        }
    }
    println!(
        "{} rows: {written} contests written, {same} as they were, {kept} kept",
        imported.rows
    );
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = path.display();
    let size = fs::metadata(path).with_context(|| name.to_string())?.len();
    if size > LARGEST {
        bail!("{name}: larger than {} MiB", LARGEST >> 20);
    }
    fs::read(path).with_context(|| name.to_string())
}

fn known(path: &Path) -> anyhow::Result<Known> {
    let fault = |BadRow { line, reason }| anyhow!("{}:{line}: {reason}", path.display());
    Known::from_csv(&read(path)?).map_err(fault)
}

/// Names bad rows; how many there are.
fn report(path: &Path, bad: &[BadRow]) -> usize {
    for BadRow { line, reason } in bad {
        eprintln!("{}:{line}: {reason}", path.display());
    }
    bad.len()
}

fn wanted(contest: &ContestFile, regions: &[String]) -> bool {
    regions.is_empty() || regions.contains(&contest.region)
}

enum Written {
    New,
    Same,
    Kept(PathBuf),
}

/// Writes beside and moves into place: a reader sees the old file or the new one.
fn write(folder: &Path, contest: &ContestFile, replace: bool) -> anyhow::Result<Written> {
    let path = folder.join(format!("{}.toml", contest.id));
    match fs::read_to_string(&path) {
        Ok(existing) if existing == contest.toml => return Ok(Written::Same),
        Ok(_) if !replace => return Ok(Written::Kept(path)),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    }
    let beside = folder.join(format!(".{}.new", contest.id));
    fs::write(&beside, &contest.toml).with_context(|| beside.display().to_string())?;
    fs::rename(&beside, &path).with_context(|| path.display().to_string())?;
    Ok(Written::New)
}

fn check(args: &Check) -> anyhow::Result<ExitCode> {
    let set = args.rules.set(&args.contest)?;
    let mut out = io::stdout().lock();
    let mut ambiguous = 0;
    for contest in &set.contests {
        writeln!(out, "{} ({})", contest.id, contest.name)?;
        let all = expand(contest);
        for (index, (candidate, variants)) in contest.candidates.iter().zip(&all).enumerate() {
            let others = all
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, v)| v);
            writeln!(out, "  nomor {} {}", candidate.number, candidate.head.name)?;
            if args.all {
                for variant in variants.iter().filter(|v| v.class != CandidateWords::Angka) {
                    let weak = if variant.weak { " (never alone)" } else { "" };
                    writeln!(out, "    {} [{}]{weak}", variant.text, variant.origin)?;
                }
            }
            if !candidate.empty_box && !declares(candidate) {
                writeln!(out, "    no alias, acronym, slogan or hashtag is declared")?;
            }
            let called: BTreeSet<String> = others.flatten().map(|v| v.text.to_lowercase()).collect();
            let terms = ambiguities(candidate, variants, args.all);
            ambiguous += terms.len();
            for ((term, origin), meaning) in terms {
                let shared = called.contains(&term.to_lowercase());
                writeln!(out, "    \"{term}\" [{origin}] {}; {meaning}", why(&term, shared))?;
            }
        }
    }
    writeln!(
        out,
        "{} contests, {ambiguous} ambiguous names; none of them is enough alone",
        set.contests.len()
    )?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Whether a contest file says more of a pair than its names. One that it says nothing of is harder to find than the others.
fn declares(candidate: &Candidate) -> bool {
    let sides = candidate.sides();
    let lists = [&candidate.acronyms, &candidate.slogans, &candidate.hashtags];
    lists
        .into_iter()
        .chain(sides.map(|side| &side.aliases))
        .any(|list| !list.is_empty())
}

/// What does not mean the candidate alone, by term and where it comes from, and when it does. `listed` ones were shown already.
fn ambiguities(candidate: &Candidate, variants: &[Variant], listed: bool) -> BTreeMap<(String, &'static str), String> {
    let weak = variants
        .iter()
        .filter(|v| !listed && v.weak && v.class != CandidateWords::Angka);
    let mut found: BTreeMap<(String, &'static str), String> = weak
        .map(|variant| ((variant.text.clone(), variant.origin), combined(variant, variants)))
        .collect();
    for part in everyday_parts(candidate) {
        let meaning = holding(&part, variants);
        found.entry((part, "bagian nama")).or_insert(meaning);
    }
    for acronym in candidate.acronyms.iter().filter(|acronym| is_frequent(acronym)) {
        let meaning = "means the pair only in a hashtag with the year".to_owned();
        found.insert((acronym.clone(), "akronim"), meaning);
    }
    for slogan in candidate.slogans.iter().filter(|slogan| is_motto(slogan)) {
        found.insert((slogan.clone(), "slogan"), "means nobody".to_owned());
    }
    found
}

/// Parts of the names that are ordinary words and for that reason never stand alone at all.
fn everyday_parts(candidate: &Candidate) -> Vec<String> {
    let sides = candidate.sides().filter(|_| !candidate.empty_box);
    let words = sides
        .flat_map(|side| side.name.split_whitespace())
        .map(|w| w.trim_matches(['.', ',']).to_lowercase());
    words
        .filter(|w| w.chars().count() > 2 && familiar(w).is_some_and(|f| f.ordinary))
        .collect()
}

fn why(term: &str, shared: bool) -> &'static str {
    let words = term.split(|c: char| !c.is_alphanumeric()).count();
    match familiar(term) {
        _ if is_frequent(term) => "is an everyday word",
        Some(f) if f.ordinary && f.name => "is an ordinary word and a common name",
        Some(f) if f.ordinary => "is an ordinary word",
        Some(_) => "is a common name",
        _ if shared => "is what another candidate is called too",
        None if words > 1 => "is made of common words",
        None if term.chars().count() <= 3 => "is very short",
        None => "is a number word",
    }
}

/// Where a weak term counts.
fn combined(weak: &Variant, variants: &[Variant]) -> String {
    let beside = if weak.capitals == Capitals::Only {
        "in capitals that stand out, right behind \"coblos\" or beside \"hidup\" and the like"
    } else if weak.everyday {
        "right behind \"coblos\" and the like"
    } else {
        "near a strong name or a word of elections"
    };
    let capitals = match weak.capitals {
        Capitals::Nothing => ", or where its capitals stand out",
        Capitals::Beside => ", or where its capitals stand out beside \"hidup\", \"pendukung\" and the like",
        Capitals::Same | Capitals::Only => "",
    };
    format!("{beside}{capitals}; {}", holding(&weak.text, variants))
}

/// The strong terms that hold a word, a few of them.
fn holding(word: &str, variants: &[Variant]) -> String {
    let held = |text: &str| {
        let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        parts.windows(word.split(' ').count()).any(|run| run.join(" ") == word)
    };
    let strong = variants.iter().filter(|v| !v.weak && held(&v.text));
    let strong: Vec<&str> = strong.map(|v| v.text.as_str()).collect();
    if strong.is_empty() {
        return "combined with nothing".to_owned();
    }
    let more = if strong.len() > 4 {
        format!(" and {} more", strong.len() - 4)
    } else {
        String::new()
    };
    format!("combined as {}{more}", strong[..strong.len().min(4)].join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::matcher::{Matcher, Scope, Scratch, Text, When};
    use crate::rules::{SourceFile, check as check_files};

    const LIST: &str = "type,region_code,region,nomor_urut,head_clean,deputy_clean,kolom_kosong,head_nick,deputy_nick\n\
        walikota,7471,KOTA KENDARI,1,RATNAWULAN SETYA DARMAWANGSA,BUDI KERTARAJASA,0,,\n\
        walikota,7471,KOTA KENDARI,2,FAUZI GUNADARMO,\"ANDRA WIJAYAKUSUMO, S.E.\",0,,\n";
    const PACK: &str = "[pack]\nid = \"p\"\ntitle = \"P\"\n[[rule]]\nid = \"R\"\ntitle = \"R\"\ncategory = \"ajakan\"\nlevel = \"tinggi\"\n\
        match = \"any(@calon, near('coblos', @angka, 2))\"\n";

    /// A matcher with one rule that names a candidate, in a contest as the import writes it.
    fn matcher(change: impl Fn(String) -> String) -> Matcher {
        let imported = contests_from_csv(LIST.as_bytes(), &Known::default(), &pilkada_2024());
        let file = |path: &str, text: String| SourceFile::new(path, text);
        let contest = change(imported.contests[0].toml.clone());
        let checked = check_files(&[file("p.toml", PACK.to_owned()), file("contests/c.toml", contest)]);
        Matcher::new(Arc::new(checked.set.expect("no fault")))
    }

    fn named(matcher: &Matcher, text: &str) -> Vec<u32> {
        let scope = Scope {
            at: When::Campaign,
            region: None,
            contests: None,
        };
        let verdict = matcher.judge(&Text::plain(text), &scope, &mut Scratch::default());
        let mut numbers: Vec<u32> = verdict.hits.iter().filter_map(|hit| hit.candidate).collect();
        numbers.dedup();
        numbers
    }

    #[test]
    fn every_form_of_a_number_names_its_candidate() {
        let matcher = matcher(|toml| toml);
        for (number, forms) in [
            (
                1,
                "nomor 1|no 1|no. 1|no1|nmr 1|NOMOR 01|01|paslon 1|paslon01|nomor urut 1|nomor satu|nomer siji|nomer setunggal|\
                 nomer hiji|nomor ciek|nomor sada|nomor seddi|nomer settong|nomer besik|nomor sikok|nomor I|coblos satu|coblos 1️⃣|\
                 coblos ☝|n0m0r s4tu|kolom 1|gambar 1",
            ),
            (
                2,
                "nomor 2|02|nomor dua|nomer loro|nomer kalih|nomer dua|nomor duo|nomor rua|nomer dhuwa|paslon II|coblos loro|coblos ✌|\
                 pasangan nomor dua|#Coblos02",
            ),
        ] {
            for form in forms.split('|') {
                assert_eq!(named(&matcher, form), [number], "{form}");
            }
        }
        for other in ["sama2 menang", "dua anak cukup", "2 orang", "jalan nomor"] {
            assert_eq!(named(&matcher, other), [0; 0], "{other}");
        }
    }

    #[test]
    fn every_form_of_a_name_names_its_candidate_and_no_word_of_the_dictionary_does_alone() {
        let matcher = matcher(|toml| toml);
        for (number, forms) in [
            (
                1,
                "Ratnawulan Setya Darmawangsa|RATNAWULAN|Darmawangsa|Ratnawulan Setya|ratnawulan s darmawangsa|bu Ratnawulan|\
                 bunda ratnawulan|Ratnawulan-Kertarajasa|Ratnawulan & Budi|Ratnawulan/Budi|Ratnawulan dan Kertarajasa|RatnawulanBudi|\
                 #RatnawulanKertarajasa|#MenangBersamaDarmawangsa|pak Budi|Kertarajasa|R4tnawulan",
            ),
            (
                2,
                "Fauzi Gunadarmo|Gunadarmo|pak Fauzi|gus fauzi|Fauzi-Andra|#GunadarmoAndra|coblos Fauzi|Wijayakusumo|kang Andra",
            ),
        ] {
            for form in forms.split('|') {
                assert_eq!(named(&matcher, form), [number], "{form}");
            }
        }
        for alone in ["Fauzi ulang tahun", "si budi kecil", "andra kue enak"] {
            assert_eq!(named(&matcher, alone), [0; 0], "{alone}");
        }
    }

    #[test]
    fn an_acronym_in_pieces_is_held_to_be_what_it_spells() {
        for (acronym, text, whose) in [
            ("EL-GI", "EL-GI menyala", &[1][..]),
            ("A-Bang", "pilih jalan, kata abang", &[]),
            ("A-Bang", "coblos A-Bang", &[1]),
            ("Kendari Maju", "pilkada kendari maju", &[]),
        ] {
            let matcher = matcher(|toml| {
                let deputy = "deputy = { name = \"Budi Kertarajasa\", aliases = [] }\n";
                toml.replace(deputy, &format!("{deputy}acronyms = [\"{acronym}\"]\n"))
            });
            assert_eq!(named(&matcher, text), whose, "{acronym}: {text}");
        }
    }

    #[test]
    fn a_slogan_names_its_pair_unless_it_is_said_of_anything() {
        let matcher = matcher(|toml| {
            let deputy = "deputy = { name = \"Budi Kertarajasa\", aliases = [] }\n";
            let slogans = "slogans = [\"Rampak Gumelar\", \"Kendari Bersih\", \"Amanah\"]\n";
            toml.replace(deputy, &format!("{deputy}{slogans}"))
        });
        for meant in [
            "Rampak gumelar!",
            "coblos kendari bersih",
            "kendari bersih bersama Ratnawulan",
        ] {
            assert_eq!(named(&matcher, meant), [1], "{meant}");
        }
        for other in ["kerja bakti, kendari bersih", "pilkada kendari bersih", "pilih amanah"] {
            assert_eq!(named(&matcher, other), [0; 0], "{other}");
        }
    }

    #[test]
    fn an_acronym_that_is_an_everyday_word_needs_the_year_in_a_hashtag() {
        for word in ["KITA", "BISA", "DIA"] {
            let matcher = matcher(|toml| {
                let deputy = "deputy = { name = \"Budi Kertarajasa\", aliases = [] }\n";
                toml.replace(deputy, &format!("{deputy}acronyms = [\"{word}\"]\n"))
            });
            for other in ["ayo {} pilih di TPS", "siapa {} saja calon", "rencana {} 2024"] {
                let other = other.replace("{}", word);
                assert_eq!(named(&matcher, &other), [0; 0], "{other}");
            }
            for meant in [format!("#{word}2024"), format!("coblos #2024{word}")] {
                assert_eq!(named(&matcher, &meant), [1], "{meant}");
            }
        }
    }

    #[test]
    fn an_acronym_that_is_an_ordinary_word_needs_more_beside_it() {
        for word in ["AMIN", "BESTI", "SAE", "ASYIK"] {
            let matcher = matcher(|toml| {
                let deputy = "deputy = { name = \"Budi Kertarajasa\", aliases = [] }\n";
                toml.replace(deputy, &format!("{deputy}acronyms = [\"{word}\"]\n"))
            });
            let near: &[&str] = if word == "AMIN" {
                &[]
            } else {
                &["pemilu {}", "pilih yang paling {}", "{} calon"]
            };
            for other in near.iter().chain(&["semoga sehat {}"]) {
                let other = other.replace("{}", word);
                assert_eq!(named(&matcher, &other), [0; 0], "{other}");
            }
            for meant in [
                format!("coblos {word}"),
                format!("#{word}2024"),
                format!("{word} Ratnawulan"),
            ] {
                assert_eq!(named(&matcher, &meant), [1], "{meant}");
            }
        }
    }
}
