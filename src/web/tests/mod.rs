//! Stories of the desk, through the router as a browser without JavaScript sees it.

mod screens;
mod world;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};

use crate::model::{CaseId, CaseState, Category, Level, PostKind, Role};
use crate::store::{Look, LookAnswer};
use crate::web::guard::{ALL, Right, allows};
use crate::web::{Fault, Settings};
use world::{Flagged, PASSWORD, World, encode, settings};

const REASON: &str = "Ajakan memilih yang terang, dengan nomor calon.";

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
        .never_says("name=\"putusan\"")
        .says("orang lain, bukan penelaah pertama");
    world.pass(Duration::from_mins(11));

    let second = world.get(&format!("/perkara/{case}"), &bima).await;
    second
        .is(200)
        .says("Telaah kedua")
        .says(REASON)
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

#[tokio::test]
async fn cases_of_ones_own_unit_are_closed() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    for (name, unit) in [("dewi", "DIK"), ("kepala", "KOTA")] {
        let cookie = world.enter(name, Role::Supervisor, Some(unit)).await;
        world
            .get("/antrean", &cookie)
            .await
            .is(200)
            .never_says("coblos")
            .says("Tidak ada perkara");
        let page = world.get(&format!("/perkara/{case}"), &cookie).await;
        page.is(403)
            .says("tertutup bagi Anda")
            .never_says("coblos")
            .never_says("Sri Wahyuni");
        world
            .get(&format!("/perkara/{case}/bukti/1"), &cookie)
            .await
            .is(403)
            .never_says("coblos");
        let sent = [("revisi", "1"), ("putusan", "tolak"), ("alasan", REASON)];
        world
            .post(&format!("/perkara/{case}/putusan"), &cookie, &sent)
            .await
            .is(403);
    }
    assert_eq!(
        world.store().case_file(case).await.unwrap().unwrap().case.state,
        CaseState::Terdeteksi
    );
}

#[tokio::test]
async fn every_role_reaches_its_pages_and_no_other() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    let case = format!("/perkara/{case}");
    let evidence = format!("{case}/bukti/1");
    let pages: [(&str, Right); 8] = [
        ("/bantuan", Right::Enter),
        ("/antrean", Right::Read),
        (&case, Right::Read),
        (&evidence, Right::Read),
        ("/akun", Right::Coverage),
        ("/aturan", Right::Rules),
        ("/aturan/uji", Right::Steps),
        ("/catatan", Right::Record),
    ];
    assert_eq!(ALL.len(), 7, "a new right needs a page here");
    for role in Role::ALL {
        let cookie = world.enter(role.as_str(), *role, None).await;
        for (path, right) in pages {
            let answer = world.get(path, &cookie).await;
            answer.is(if allows(*role, right) { 200 } else { 403 });
            if !allows(*role, Right::Read) {
                answer.never_says("coblos");
            }
        }
        let sent = [("revisi", "0"), ("putusan", "tolak"), ("alasan", REASON)];
        let decided = world.post(&format!("{case}/putusan"), &cookie, &sent).await;
        decided.is(if allows(*role, Right::Decide) { 409 } else { 403 });
        world.get("/", &cookie).await.is(303);
    }
    for (path, _) in pages {
        let outside = world.get(path, "").await;
        outside.is(303).never_says("coblos");
        assert!(
            outside.header("location").starts_with("/masuk?lanjut=%2F"),
            "{}",
            outside.header("location")
        );
    }
}

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
    let look = |answer, how: &str, at| Look {
        case,
        at,
        answer,
        how: how.to_owned(),
        confirm_after: Duration::from_hours(1),
        next_at: None,
    };
    world
        .store()
        .record_look(&look(LookAnswer::Gone, "http-404", world.now()))
        .await
        .unwrap();
    let ani = world.enter("ani", Role::Supervisor, None).await;
    world
        .get(&format!("/perkara/{case}"), &ani)
        .await
        .says("Satu kali tidak terlihat; belum pasti")
        .says("http-404");
    world.pass(Duration::from_hours(2));
    world
        .store()
        .record_look(&look(LookAnswer::Gone, "http-404", world.now()))
        .await
        .unwrap();
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
}

#[tokio::test]
async fn signing_in_sets_a_strict_cookie_and_out_removes_it() {
    let world = World::with(settings()).await;
    world.user("ani", Role::Supervisor, None).await;
    let entered = world.sign_in("ani", PASSWORD).await;
    let cookie = entered.is(303).header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-netra="), "{cookie}");
    for flag in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(flag), "{flag} in {cookie}");
    }
    assert_eq!(entered.header("strict-transport-security"), "max-age=31536000");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    world
        .get("/antrean", &cookie)
        .await
        .is(200)
        .says("ani")
        .says("Inspektorat Kota Contoh");
    let left = world.post("/keluar", &cookie, &[]).await;
    left.is(303);
    assert!(
        left.header("set-cookie").contains("Max-Age=0"),
        "{}",
        left.header("set-cookie")
    );
    world.get("/antrean", &cookie).await.is(303);
    world.get("/masuk?keluar=1", "").await.is(200).says("Anda sudah keluar");
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let world = World::new().await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    world.pass(Duration::from_mins(59));
    world.get("/bantuan", &ani).await.is(200);
    world.pass(Duration::from_mins(61));
    world.get("/bantuan", &ani).await.is(303);
    let sent = [("revisi", "0"), ("putusan", "tolak"), ("alasan", REASON)];
    world
        .post("/perkara/1/putusan", &ani, &sent)
        .await
        .is(401)
        .says("Sesi Anda berakhir");
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_look_alike_and_are_held_back() {
    let world = World::new().await;
    world.user("ani", Role::Supervisor, None).await;
    let wrong = world.sign_in("ani", "salah sekali saja").await;
    let nobody = world.sign_in("hantu", "salah sekali saja").await;
    assert_eq!(
        wrong.is(401).body.replace("ani", "X"),
        nobody.is(401).body.replace("hantu", "X")
    );
    wrong.says("Nama pengguna atau kata sandi tidak cocok");
    for _ in 0..4 {
        world.sign_in("ani", "salah sekali saja").await.is(401);
    }
    let held = world.sign_in("ani", PASSWORD).await;
    held.is(429)
        .says("Terlalu banyak percobaan masuk. Coba lagi dalam 15 menit.");
    assert_eq!(held.header("retry-after"), "900");
    assert_eq!(held.header("set-cookie"), "");
    world.pass(Duration::from_mins(16));
    world.sign_in("ani", PASSWORD).await.is(303);
}

#[tokio::test]
async fn a_sign_in_leads_back_but_only_into_the_desk() {
    let world = World::new().await;
    world.user("ani", Role::Supervisor, None).await;
    let form = |next| [("nama", "ani"), ("sandi", PASSWORD), ("lanjut", next)];
    let back = world.post("/masuk", "", &form("/perkara/7?x=1")).await;
    assert_eq!(back.is(303).header("location"), "/perkara/7?x=1");
    let away = world.post("/masuk", "", &form("//evil.example/")).await;
    assert_eq!(away.is(303).header("location"), "/");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let body = encode(&[("revisi", "0"), ("putusan", "tolak"), ("alasan", REASON)]);
    let foreign = |name: &'static str, value: &'static str| {
        Request::post(format!("/perkara/{case}/putusan"))
            .header(header::HOST, "meja.example")
            .header(header::COOKIE, &ani)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Body::from(body.clone()))
            .unwrap()
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "null"),
    ] {
        world
            .ask(foreign(name, value))
            .await
            .is(403)
            .says("Formulir dari situs lain ditolak");
    }
    assert_eq!(
        world.store().case_file(case).await.unwrap().unwrap().case.state,
        CaseState::Terdeteksi
    );
}

#[tokio::test]
async fn a_link_from_elsewhere_is_asked_to_come_again() {
    let world = World::new().await;
    let request = |value| {
        Request::get("/perkara/1?a=b")
            .header("sec-fetch-site", value)
            .body(Body::empty())
            .unwrap()
    };
    let again = world.ask(request("cross-site")).await;
    again
        .is(200)
        .says("http-equiv=\"refresh\" content=\"0; url=/perkara/1?a=b\"");
    world.ask(request("same-origin")).await.is(303);
}

#[tokio::test]
async fn a_browser_that_only_guesses_opens_no_case() {
    let world = World::new().await;
    let case = world.flag(&Flagged::default()).await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    let request = Request::get(format!("/perkara/{case}"))
        .header(header::COOKIE, &ani)
        .header("sec-purpose", "prefetch");
    world.ask(request.body(Body::empty()).unwrap()).await.is(503);
    assert_eq!(
        world.store().case_file(case).await.unwrap().unwrap().case.known_at,
        None
    );
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_every_error_a_page() {
    let world = World::new().await;
    let ani = world.enter("ani", Role::Supervisor, None).await;
    for (path, status) in [
        ("/masuk", 200),
        ("/antrean", 200),
        ("/tidak-ada", 404),
        ("/perkara/99", 404),
        ("/perkara/x", 400),
    ] {
        let answer = world.get(path, &ani).await;
        answer.is(status);
        let policy = answer.header("content-security-policy");
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {path}");
        }
        let id = answer.header("x-request-id");
        assert_eq!(id.len(), 14, "{id}");
        if status >= 400 {
            answer.says(id).says(&format!("Galat {status}"));
        }
        answer
            .says("<html lang=\"id\">")
            .says("class=\"skip\"")
            .never_says("style=")
            .never_says("onclick");
    }
    let large = "x".repeat(70_000);
    world
        .post("/masuk", "", &[("nama", &large), ("sandi", "x")])
        .await
        .is(413)
        .says("Isian terlalu panjang");
    world.post("/antrean", &ani, &[]).await.is(405).says("Galat 405");
}

#[tokio::test]
async fn assets_are_named_by_their_content_and_cached_for_ever() {
    let world = World::new().await;
    let page = world.get("/masuk", "").await;
    for ending in ["css", "js", "svg"] {
        let path = page
            .body
            .split('"')
            .find(|s| s.starts_with("/aset/") && s.ends_with(ending))
            .unwrap()
            .to_owned();
        let asset = world.get(&path, "").await;
        asset.is(200);
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
        world.get(&path.replace('-', "-0"), "").await.is(404);
    }
}

#[tokio::test]
async fn health_touches_the_database_and_metrics_stay_at_home() {
    let world = World::new().await;
    let health = world.get("/healthz", "").await;
    assert_eq!(health.is(200).body, "ok\n");
    world.get("/metrics", "").await.is(404);
}

#[tokio::test]
async fn the_auditor_sees_the_chain_and_checks_it() {
    let world = World::new().await;
    world.flag(&Flagged::default()).await;
    let auditor = world.enter("audit", Role::Auditor, None).await;
    let page = world.get("/catatan", &auditor).await;
    page.is(200)
        .says("Ditemukan mesin")
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

#[test]
fn settings_are_safe_by_default() {
    assert!(Settings::default().secure_cookies);
    assert!(!Settings::default().behind_proxy);
}
