//! A case on its way: read, forwarded, read by another, and what becomes of forms that are incomplete or late.

use std::time::Duration;

use super::REASON;
use super::world::{Flagged, World};
use crate::model::{CaseId, CaseState, Role};

#[tokio::test]
async fn a_case_is_read_forwarded_read_again_by_another_and_sent_on() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    let ani = world.enter("ani", Role::Supervisor, Some("INS")).await;
    let bima = world.enter("bima", Role::Supervisor, None).await;

    let queue = world.get("/antrean", &ani).await;
    queue
        .is(200)
        .says("Ajakan memilih dengan nama")
        .says("Terdeteksi")
        .says("Masa kampanye")
        .says("Dinas Pendidikan");
    queue.says("<mark>coblos nomor 2</mark>").says("1 perkara menunggu");

    let page = world.get(&format!("/perkara/{case}"), &ani).await;
    page.is(200)
        .says("Telaah 1")
        .says("Sri Wahyuni")
        .says("IKR-2024-17")
        .says("nomor 2: Rahmat Hidayat dan Siti Aminah");
    page.says("<mark>coblos nomor 2</mark><a class=\"ref\" href=\"#petunjuk-1\"")
        .says("D1-ajakan-calon")
        .says("penolakan");
    page.says("rel=\"noopener noreferrer nofollow\" referrerpolicy=\"no-referrer\"")
        .says("2024-11-05 02:00:00 UTC");
    page.says("5 November 2024 pukul 10.00 WITA")
        .says("Kamis, 14 November 2024")
        .says("hari kerja lagi");

    let sent = [
        ("revisi", &*page.revision().to_string()),
        ("putusan", "teruskan"),
        ("alasan", REASON),
    ];
    let decided = world.post(&format!("/perkara/{case}/putusan"), &ani, &sent).await;
    decided.is(303);
    assert_eq!(decided.header("location"), format!("/antrean?selesai={case}"));
    world
        .get(decided.header("location"), &ani)
        .await
        .says("keputusan Anda tercatat")
        .says("Telaah 2");

    // The first reader gets no form for the second reading.
    let again = world.get(&format!("/perkara/{case}"), &ani).await;
    again
        .is(200)
        .says(REASON)
        .never_says("name=\"putusan\"")
        .says("orang lain, bukan penelaah pertama");
    world.pass(Duration::from_mins(11));

    let second = world.get(&format!("/perkara/{case}"), &bima).await;
    second
        .is(200)
        .says("Telaah kedua")
        .never_says(REASON)
        .says("membaca dengan matanya sendiri")
        .says("oleh ani")
        .says("Telaah 1 → Telaah 2");
    let sent = [
        ("revisi", &*second.revision().to_string()),
        ("putusan", "teruskan"),
        ("alasan", REASON),
    ];
    world
        .post(&format!("/perkara/{case}/putusan"), &bima, &sent)
        .await
        .is(303);
    let file = world.store().case_file(case).await.unwrap().unwrap();
    assert_eq!(file.case.state, CaseState::Verifikasi);
    let acts: Vec<_> = file.history.iter().rev().map(|e| e.words.action.as_str()).collect();
    assert_eq!(
        acts,
        [
            "case.detected",
            "case.read",
            "case.decided",
            "case.read",
            "case.read",
            "case.decided"
        ]
    );
    let read = world.get(&format!("/perkara/{case}"), &bima).await;
    read.is(200).says(REASON).never_says("matanya sendiri");
}

#[tokio::test]
async fn a_reader_comes_back_to_the_part_of_the_queue_they_left() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let from = "tingkat=tinggi&tabir=buka";
    let queue = world.get(&format!("/antrean?{from}"), &ani).await;
    queue
        .is(200)
        .says(&format!("href=\"/perkara/{case}?tingkat=tinggi&#38;tabir=buka\""));
    let page = world.get(&format!("/perkara/{case}?{from}"), &ani).await;
    page.is(200).says("href=\"/antrean?tingkat=tinggi&#38;tabir=buka\"");
    let path = format!("/perkara/{case}/putusan");
    let revision = page.revision().to_string();
    let sent = |putusan| {
        [
            ("revisi", &*revision),
            ("putusan", putusan),
            ("alasan", REASON),
            ("kembali", from),
        ]
    };
    let unchosen = world.post(&path, &ani, &sent("")).await;
    unchosen
        .is(422)
        .says("name=\"kembali\" value=\"tingkat=tinggi&#38;tabir=buka\"");
    let decided = world.post(&path, &ani, &sent("tolak")).await;
    decided.is(303);
    let back = format!("/antrean?tingkat=tinggi&tabir=buka&selesai={case}");
    assert_eq!(decided.header("location"), back);
}

#[tokio::test]
async fn a_decision_without_reason_or_choice_comes_back_with_what_was_written() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let revision = world
        .get(&format!("/perkara/{case}"), &ani)
        .await
        .revision()
        .to_string();
    let path = format!("/perkara/{case}/putusan");

    let short = world
        .post(
            &path,
            &ani,
            &[("revisi", &revision), ("putusan", "tolak"), ("alasan", "ya <b>")],
        )
        .await;
    short
        .is(422)
        .says("role=\"alert\"")
        .says("paling sedikit 10 huruf")
        .says("value=\"tolak\" data-key=\"t\" required checked");
    short.says("ya &#60;b&#62;</textarea>");
    world
        .post(&path, &ani, &[("revisi", &revision), ("alasan", REASON)])
        .await
        .is(422)
        .says("Pilih keputusan");
    world
        .post(
            &path,
            &ani,
            &[("revisi", &revision), ("putusan", "hukum"), ("alasan", REASON)],
        )
        .await
        .is(422);
    world
        .post(
            &path,
            &ani,
            &[("revisi", "x"), ("putusan", "tolak"), ("alasan", REASON)],
        )
        .await
        .is(422)
        .says("Galat 422");
    let file = world.store().case_file(case).await.unwrap().unwrap();
    assert_eq!(file.case.state, CaseState::Telaah1);
}

#[tokio::test]
async fn a_stale_form_is_refused_with_what_changed() {
    let world = World::new().await;
    world.flag_as(1, "surat", &Flagged::default()).await.unwrap();
    let case = CaseId(1);
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let page = world.get("/perkara/1", &ani).await;
    world.pass(Duration::from_mins(1));
    let edited = Flagged {
        text: "Rabu besok jangan lupa coblos nomor 1 ya, demi kota kita.",
        marks: &["coblos nomor 1"],
        ..Flagged::default()
    };
    world.flag_as(1, "surat", &edited).await;

    let sent = [
        ("revisi", &*page.revision().to_string()),
        ("putusan", "tolak"),
        ("alasan", REASON),
    ];
    let stale = world.post("/perkara/1/putusan", &ani, &sent).await;
    stale
        .is(409)
        .says("berubah sejak Anda membukanya")
        .says("Tulisan disunting")
        .says(REASON)
        .says("belum disimpan");
    assert_eq!(
        world.store().case_file(case).await.unwrap().unwrap().case.state,
        CaseState::Telaah1
    );

    let fresh = world.get("/perkara/1", &ani).await;
    fresh
        .is(200)
        .says("versi 2 dari 2")
        .says("<del><span class=\"vh\">[dihapus:] </span>2</del>");
    fresh.says("<ins><span class=\"vh\">[ditambah:] </span>1</ins>");
}

#[tokio::test]
async fn while_one_reads_another_is_told_who_and_until_when() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let bima = world.enter("bima", Role::Supervisor, None).await;
    world.get(&format!("/perkara/{case}"), &ani).await.is(200);

    let held = world.get(&format!("/perkara/{case}"), &bima).await;
    held.is(409)
        .says("ani memegang perkara ini sampai 10.10 WITA")
        .never_says("coblos")
        .never_says("Sri Wahyuni");
    world.get("/antrean", &bima).await.says("dibaca ani");
    let revision = world
        .store()
        .case_file(case)
        .await
        .unwrap()
        .unwrap()
        .case
        .revision
        .to_string();
    let sent = [("revisi", &*revision), ("putusan", "tolak"), ("alasan", REASON)];
    world
        .post(&format!("/perkara/{case}/putusan"), &bima, &sent)
        .await
        .is(409)
        .says("ani memegang")
        .says(REASON);
    world.pass(Duration::from_mins(11));
    world
        .get(&format!("/perkara/{case}"), &bima)
        .await
        .is(200)
        .says("coblos");
}
