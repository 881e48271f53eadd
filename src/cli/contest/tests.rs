//! What an imported contest is known by, as posts write it.

use std::sync::Arc;

use crate::matcher::{Matcher, Scope, Scratch, Text, When};
use crate::rules::import::{Known, contests_from_csv, pilkada_2024};
use crate::rules::{SourceFile, check};

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
    let checked = check(&[file("p.toml", PACK.to_owned()), file("contests/c.toml", contest)]);
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
             #RatnawulanKertarajasa|#MenangBersamaDarmawangsa|relawan pak Budi|Kertarajasa|R4tnawulan",
        ),
        (
            2,
            "Fauzi Gunadarmo|Gunadarmo|pak Fauzi menang|jagoanku gus fauzi|Fauzi-Andra|#GunadarmoAndra|coblos Fauzi|Wijayakusumo|kang Andra terpilih",
        ),
    ] {
        for form in forms.split('|') {
            assert_eq!(named(&matcher, form), [number], "{form}");
        }
    }
    for alone in [
        "Fauzi ulang tahun",
        "si budi kecil",
        "andra kue enak",
        "pak Budi mantap",
        "coblos Fauzi Rahman",
    ] {
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
