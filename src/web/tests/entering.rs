//! Who comes in and how far: rights by role, cases of one's own unit, signing in and out.

use std::time::Duration;

use super::REASON;
use super::world::{Flagged, PASSWORD, World, settings};
use crate::model::{CaseState, Role};
use crate::web::guard::{ALL, Right, allows};

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
        .says("Sesi Anda berakhir")
        .says(REASON);
    let hostile = [("alasan", "<script>\u{202e}")];
    world
        .post("/perkara/1/putusan", "", &hostile)
        .await
        .is(401)
        .says("‹")
        .never_says("<script>\u{202e}");
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
