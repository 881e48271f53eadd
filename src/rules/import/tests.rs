//! A candidate list becomes contests that check, or says by line why not.

use super::*;
use crate::rules::{SourceFile, check};

const HEADER: &str = "type,region_code,region,nomor_urut,head_clean,deputy_clean,kolom_kosong,head_nick,deputy_nick\n";
const GOOD: &str = "walikota,7471,KOTA KENDARI,1,SITYARA KARINTA,SUBHAN,0,,\n\
                    walikota,7471,KOTA KENDARI,2,YUDHIANTA \"TIMBANG\",NIRNA L,0,YUDHI,\n\
                    gubernur,62,KALIMANTAN TENGAH,1,AGUSTIAR,EDDY,0,,\n\
                    gubernur,62,KALIMANTAN TENGAH,2,KOLOM KOSONG,,1,,\n";

fn import(rows: &str) -> Imported {
    contests_from_csv(format!("{HEADER}{rows}").as_bytes(), &Known::default(), &pilkada_2024())
}

#[test]
fn a_name_is_one_sentence() {
    for (listed, name) in [
        ("Moh. Yasin R. Karinta", "Moh. Yasin R. Karinta"),
        ("Yudhianta. R", "Yudhianta R"),
        ("K.H. Subhan", "K.H. Subhan"),
    ] {
        assert_eq!(in_one_sentence(listed), name);
        assert!(fold(name).tokens.iter().all(|token| token.sentence == 0), "{name}");
    }
}

#[test]
fn a_good_list_becomes_contests_that_check() {
    let imported = import(GOOD);
    assert_eq!(imported.bad, []);
    let ids: Vec<&str> = imported.contests.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["2024-pilgub-kalimantan-tengah", "2024-pilwalkot-kendari"]);
    let files: Vec<SourceFile> = imported
        .contests
        .iter()
        .map(|c| SourceFile::new(format!("contests/{}.toml", c.id), c.toml.clone()))
        .collect();
    let set = check(&files).set.expect("contests without a fault");
    assert_eq!(set.contests[0].zone.iana_name(), Some("Asia/Pontianak"));
    assert!(set.contests[0].candidates[1].empty_box);
    assert_eq!(
        set.contests[1].name,
        "Pemilihan Wali Kota dan Wakil Wali Kota Kendari 2024"
    );
    assert_eq!(set.contests[1].refer_to, "bawaslu-kota-kendari");
    assert_eq!(set.contests[1].candidates[1].head.name, "Yudhianta \"Timbang\"");
    assert_eq!(set.contests[1].candidates[1].head.aliases, ["Yudhi"]);
}

#[test]
fn what_candidates_are_known_by_goes_into_their_contest() {
    let known = "region_code,nomor_urut,kind,value\n7471,2,alias_head,Yudhi\n7471,2,alias_head,Bang Timbang\n\
                 7471,2,acronym,BERSERI\n7471,2,slogan,Kota Kita Berseri\n62,1,hashtag,AgustiarEddy\n63,3,acronym,X\n";
    let known = Known::from_csv(known.as_bytes()).expect("the header is whole");
    let list = format!("{HEADER}{GOOD}");
    let imported = contests_from_csv(list.as_bytes(), &known, &pilkada_2024());
    assert_eq!(imported.elsewhere, (1, 1));
    let file = |contest: &ContestFile| SourceFile::new(format!("contests/{}.toml", contest.id), contest.toml.clone());
    let files: Vec<SourceFile> = imported.contests.iter().map(file).collect();
    let set = check(&files).set.expect("contests without a fault");
    let (province, city) = (&set.contests[0].candidates, &set.contests[1].candidates);
    assert_eq!(province[0].hashtags, ["AgustiarEddy"]);
    assert_eq!(city[1].head.aliases, ["Yudhi", "Bang Timbang"]);
    assert_eq!(city[1].acronyms, ["BERSERI"]);
    assert_eq!(city[1].slogans, ["Kota Kita Berseri"]);
    assert!(city[0].slogans.is_empty());
}

#[test]
fn a_contest_whose_candidates_would_be_known_unlike_is_left_out() {
    for row in ["7471,1,motto,MAJU", "7471,3,acronym,BERSERI", "7471,1,acronym,A,B"] {
        let known = format!("region_code,nomor_urut,kind,value\n7471,2,acronym,BERSERI\n{row}\n");
        let known = Known::from_csv(known.as_bytes()).expect("the header is whole");
        let imported = contests_from_csv(format!("{HEADER}{GOOD}").as_bytes(), &known, &pilkada_2024());
        assert_eq!(imported.left_out, ["2024-pilwalkot-kendari"], "{row}");
        assert_eq!(known.bad.len() + imported.strangers.len(), 1, "{row}");
    }
}

#[test]
fn the_same_list_gives_the_same_files() {
    assert_eq!(import(GOOD).contests, import(GOOD).contests);
}

#[test]
fn bad_rows_are_named_by_line_and_leave_out_their_contest_whole() {
    let imported = import(&format!(
        "{GOOD}walikota,7471,KOTA KENDARI,tiga,NAMA,WAKIL,0,,\nlurah,74,X,1,A,B,0,,\nbupati,7401\n"
    ));
    let lines: Vec<u64> = imported.bad.iter().map(|b| b.line).collect();
    assert_eq!(lines, [6, 7, 8]);
    assert!(imported.bad[0].reason.contains("\"tiga\""), "{:?}", imported.bad[0]);
    assert_eq!(imported.left_out, ["2024-pilwalkot-kendari"]);
    assert_eq!(imported.contests.len(), 1);
}

#[test]
fn a_row_that_is_not_understood_leaves_out_every_contest_it_may_be_of() {
    for row in [
        "walikota,7471,KOTA KENDARI,3,NAMA,WAKIL,0,",
        "bupati,7471,KOTA KENDARI,3,NAMA,WAKIL,0,,",
        "wali kota,7471,KOTA KENDARI,3,NAMA,WAKIL,0,,",
    ] {
        let imported = import(&format!("{GOOD}{row}\n"));
        assert_eq!(imported.left_out, ["2024-pilwalkot-kendari"], "{row}");
        assert_eq!(imported.contests.len(), 1, "{row}");
    }
    let any = import(&format!("{GOOD}walikota,,KOTA KENDARI,3,NAMA,WAKIL,0,,\n"));
    assert!(any.contests.is_empty(), "without a code it may be of any");
}

#[test]
fn a_missing_number_and_a_number_twice_are_bad() {
    let gap = import("bupati,7401,KABUPATEN X,1,A B,C D,0,,\nbupati,7401,KABUPATEN X,3,E F,G H,0,,\n");
    assert!(gap.contests.is_empty());
    assert_eq!(gap.bad.len(), 1);
    let twice = import("bupati,7401,KABUPATEN X,1,A B,C D,0,,\nbupati,7401,KABUPATEN X,1,E F,G H,0,,\n");
    assert!(twice.bad[0].reason.contains("line 2"), "{:?}", twice.bad);
}

#[test]
fn a_list_of_another_shape_is_refused_whole() {
    let imported = contests_from_csv(b"nama,nomor\nA,1\n", &Known::default(), &pilkada_2024());
    assert_eq!(imported.bad[0].line, 1);
    assert!(imported.contests.is_empty());
}

#[test]
fn regions_whose_contests_would_share_a_file_are_both_bad() {
    let imported = import(&format!(
        "{GOOD}bupati,7404,KABUPATEN KONAWE,1,A B,C D,0,,\nbupati,7409,KONAWE,1,E F,G H,0,,\n"
    ));
    let bad: Vec<(u64, bool)> = imported
        .bad
        .iter()
        .map(|bad| (bad.line, bad.reason.contains("2024-pilbup-konawe")))
        .collect();
    assert_eq!(bad, [(6, true), (7, true)], "{:?}", imported.bad);
    assert!(imported.bad[0].reason.contains("7409 in line 7"), "{:?}", imported.bad);
    assert!(imported.bad[1].reason.contains("7404 in line 6"), "{:?}", imported.bad);
    assert_eq!(imported.contests.len(), 2, "the others are taken");
}

#[test]
fn a_city_has_no_bupati_and_a_regency_no_mayor() {
    let city = import("bupati,7471,KENDARI,1,A B,C D,0,,\n");
    assert!(city.bad[0].reason.contains("walikota"), "{:?}", city.bad);
    let regency = import("walikota,7401,KOLAKA,1,A B,C D,0,,\n");
    assert!(regency.bad[0].reason.contains("bupati"), "{:?}", regency.bad);
}

#[test]
fn every_fault_of_a_row_is_told() {
    let imported = import("bupati,74,,nol,A B,,ya,,\n");
    let reason = &imported.bad[0].reason;
    for fault in ["\"74\"", "region holds no name", "\"nol\"", "neither 0 nor 1"] {
        assert!(reason.contains(fault), "{fault}: {reason}");
    }
}

#[test]
fn a_list_with_an_open_quote_or_other_separators_is_refused_whole() {
    let open = import("bupati,7401,\"KABUPATEN X,1,A B,C D,0,,\nbupati,7401,KABUPATEN X,2,E F,G H,0,,\n");
    assert_eq!(
        (open.bad.len(), open.bad[0].line, open.contests.len()),
        (1, 2, 0),
        "{:?}",
        open.bad
    );
    let other = contests_from_csv(HEADER.replace(',', ";").as_bytes(), &Known::default(), &pilkada_2024());
    assert!(other.bad[0].reason.contains("`;`"), "{:?}", other.bad);
    let known = Known::from_csv(b"region_code,nomor_urut,kind,value\n7471,2,acronym,\"BERSERI\n").expect_err("open");
    assert_eq!(known.line, 2);
}
