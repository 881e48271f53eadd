//! Answers below the pages: forms and links of other sites, guesses of browsers, headers, assets, health.

use axum::body::Body;
use axum::http::{Request, header};

use super::REASON;
use super::world::{Flagged, World, encode};
use crate::model::{CaseState, Role};
use crate::web::Settings;

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

#[test]
fn settings_are_safe_by_default() {
    assert!(Settings::default().secure_cookies);
    assert!(!Settings::default().behind_proxy);
}
