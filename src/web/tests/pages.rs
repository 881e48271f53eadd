//! What pages show: hostile text as text, others' words apart, the queue, looks, the record, the rules.

use std::time::Duration;

use super::world::{Flagged, PASSWORD, World};
use crate::model::{Category, Level, PostKind, Role};
use crate::store::LookAnswer;
use crate::web::Fault;

#[tokio::test]
async fn hostile_posts_are_shown_as_text() {
    let world = World::new().await;
    let text = "</div><script>alert(1)</script> \u{202e}coblos\0 nomor 2\u{200b} <img src=x onerror=alert(2)> \"'&amp; javascript:alert(3)";
    let case = world
        .flag(&Flagged {
            text,
            marks: &["coblos\0 nomor 2"],
            ..Flagged::default()
        })
        .await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    for path in [format!("/perkara/{case}"), "/antrean".to_owned()] {
        let page = world.get(&path, &ani).await;
        page.is(200)
            .says("&#60;script&#62;alert(1)&#60;/script&#62;")
            .says(">RLO</span>")
            .says(">NUL</span>");
        page.never_says("<script>alert")
            .never_says("<img src=x")
            .never_says("\u{202e}")
            .never_says("\0");
    }
    let page = world.get(&format!("/perkara/{case}"), &ani).await;
    assert_eq!(page.body.matches("<script").count(), 1, "only the desk's own script");
    let file = world.get(&format!("/perkara/{case}/bukti/1"), &ani).await;
    file.is(200).says("<script>alert(1)</script>");
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert!(file.header("content-disposition").starts_with("attachment; "));
    assert!(file.header("content-security-policy").contains("sandbox"));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let history = world.store().case_file(case).await.unwrap().unwrap().history;
    assert_eq!(
        history[0].words.action, "case.evidence",
        "the download is in the record"
    );
}

#[tokio::test]
async fn other_peoples_words_stand_apart_and_are_named_only_when_known() {
    let world = World::new().await;
    let words = "Ayo coblos nomor 2";
    let quote = Flagged {
        text: "Setuju sekali.\n\nAyo coblos nomor 2",
        foreign: Some(words),
        kind: PostKind::Quote,
        ..Flagged::default()
    };
    let repost = Flagged {
        text: words,
        foreign: Some(words),
        kind: PostKind::Repost,
        ..Flagged::default()
    };
    let (quote, repost) = (world.flag(&quote).await, world.flag(&repost).await);
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let apart = "<span class=\"foreign\" dir=\"auto\"><span class=\"whose\">Kata orang lain";
    let page = world.get(&format!("/perkara/{quote}"), &ani).await;
    page.says(&format!("{apart}</span>Ayo <mark>coblos"));
    let page = world.get(&format!("/perkara/{repost}"), &ani).await;
    page.says(&format!("{apart}: sri@blog.example</span>Ayo <mark>coblos"));
}

#[tokio::test]
async fn the_queue_pages_by_the_last_row_and_covers_harsh_words() {
    let world = World::new().await;
    for i in 0..5 {
        world.pass(Duration::from_mins(1));
        let level = if i == 3 { Level::Tinggi } else { Level::Sedang };
        let category = if i == 0 { Category::Julukan } else { Category::Ajakan };
        world
            .flag(&Flagged {
                category,
                level,
                ..Flagged::default()
            })
            .await;
    }
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let (mut path, mut seen) = ("/antrean".to_owned(), Vec::new());
    loop {
        let page = world.get(&path, &ani).await;
        seen.extend(
            page.is(200)
                .body
                .split("data-open href=\"/perkara/")
                .skip(1)
                .map(|s| s.split('"').next().unwrap().to_owned()),
        );
        let Some(next) = page.body.split("data-go=\"berikut\" href=\"").nth(1) else {
            break;
        };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    assert_eq!(seen, ["4", "1", "2", "3", "5"], "gravest first, then oldest");

    let covered = world.get("/antrean?tingkat=sedang", &ani).await;
    covered
        .says("<summary class=\"quiet\">Cuplikan ditutup")
        .says("tabir=buka");
    world.get("/antrean?tabir=buka", &ani).await.never_says("<summary");
    world.get("/antrean?tingkat=tinggi", &ani).await.says("1 perkara cocok");
    world
        .get("/antrean?keadaan=ditolak", &ani)
        .await
        .says("Tidak ada perkara yang cocok");
    world
        .get("/antrean?unit=abc&tingkat=%00&setelah=%ff", &ani)
        .await
        .is(200);
}

#[tokio::test]
async fn an_empty_queue_says_what_is_not_seen() {
    let world = World::new().await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let page = world.get("/antrean", &ani).await;
    page.is(200)
        .says("Tidak ada perkara yang menunggu")
        .says("2 dari 2 akun belum terlihat")
        .says("tidak pernah berarti bersih");
    let accounts = world.get("/akun", &ani).await;
    accounts
        .is(200)
        .says("Belum terlihat")
        .says("belum pernah")
        .says("@budi@sosial.example")
        .says("Sri Wahyuni");
    let operator = world.enter("oper", Role::Operator, None).await;
    world
        .get("/akun", &operator)
        .await
        .is(200)
        .never_says("Sri Wahyuni")
        .says("@budi@sosial.example");
}

#[tokio::test]
async fn a_look_is_told_with_its_certainty() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    world.look(case, LookAnswer::Gone, "http-404", world.now()).await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    world
        .get(&format!("/perkara/{case}"), &ani)
        .await
        .says("Satu kali tidak terlihat; belum pasti")
        .says("http-404");
    world.pass(Duration::from_hours(2));
    world.look(case, LookAnswer::Gone, "http-404", world.now()).await;
    let ani = world
        .sign_in("ani", PASSWORD)
        .await
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    world
        .get(&format!("/perkara/{case}"), &ani)
        .await
        .says("Tidak terlihat lagi (dua pemeriksaan terpisah)");
    for _ in 0..20 {
        world.look(case, LookAnswer::Gone, "http-404", world.now()).await;
    }
    let page = world.get(&format!("/perkara/{case}"), &ani).await;
    page.says("21 kali, dari");
    assert!(
        page.body.matches("http-404").count() < 5,
        "looks that say the same are one row"
    );
}

#[tokio::test]
async fn an_edit_that_takes_the_clues_away_leaves_the_reasons_on_the_page() {
    let world = World::new().await;
    let case = world.flag_as(1, "surat", &Flagged::default()).await.unwrap();
    let edited = Flagged {
        text: "Selamat berakhir pekan.",
        marks: &[],
        ..Flagged::default()
    };
    world.flag_as(1, "surat", &edited).await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    world
        .get(&format!("/perkara/{case}"), &ani)
        .await
        .is(200)
        .says("versi terbarunya tidak lagi memunculkan aturan")
        .says("versi 1 dari 2")
        .says("Indikasi: Ajakan memilih dengan nama atau nomor calon")
        .says("D1-ajakan-calon")
        .says("Selamat berakhir pekan.");
}

#[tokio::test]
async fn the_auditor_sees_the_chain_and_checks_it() {
    let world = World::new().await;
    world.flag(&Flagged::default()).await;
    let auditor = world.enter("audit", Role::Auditor, None).await;
    let page = world.get("/catatan", &auditor).await;
    page.is(200)
        .says("Ditemukan")
        .says("perkara 1")
        .says("Kunci publik")
        .never_says("coblos")
        .never_says("Sri Wahyuni");
    world
        .post("/catatan/periksa", &auditor, &[])
        .await
        .is(200)
        .says("Rantai utuh");
    world.store().ping().await.unwrap();
}

#[tokio::test]
async fn a_refused_reload_shows_where_and_that_the_old_set_stands() {
    let world = World::new().await;
    let tuner = world.enter("tuner", Role::Tuner, None).await;
    world
        .get("/aturan", &tuner)
        .await
        .is(200)
        .says("3 aturan, 2 berlaku")
        .says("Masa kampanye")
        .never_says("ditolak");
    let fault = Fault {
        at: world.now(),
        text: "N012: kata <tak dikenal>\n --> ajakan.toml:3:1".to_owned(),
    };
    world.rules.send_modify(|view| view.fault = Some(fault));
    let page = world.get("/aturan", &tuner).await;
    page.says("Susunan baru ditolak; yang lama tetap berlaku")
        .says("ajakan.toml:3:1")
        .says("&#60;tak dikenal&#62;");
}
