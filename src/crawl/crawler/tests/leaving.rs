//! What is left unread, and why: robots.txt, no contest, failures of the other side.

use std::sync::atomic::Ordering;

use wiremock::ResponseTemplate;

use super::world::*;
use crate::model::Platform;

#[tokio::test]
async fn a_closed_robots_txt_is_obeyed_unless_the_row_carries_consent() {
    let world = World::new().await;
    let closed = ResponseTemplate::new(200).set_body_string("User-agent: *\nDisallow: /\n");
    world.show("/robots.txt", closed);
    world.feed("/feed", &[("1", "coblos nomor 2")]);
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    let summary = world.once().await;
    assert_eq!((summary.new_cases, summary.outcomes.get("robots")), (0, Some(&1)));
    assert_eq!(world.asked().await, ["/robots.txt"]);
    world
        .register(Platform::Feed, &["SERVER/feed"], Some("pemilik/2024-11-01"), "7471")
        .await;
    world.later(2 * DAY_MS);
    assert_eq!(world.once().await.new_cases, 1);
}

#[tokio::test]
async fn outside_every_contest_nothing_is_asked() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed("/feed", &[("1", "coblos nomor 2")]);
    world.time.store(NOW + 200 * DAY_MS, Ordering::SeqCst);
    let summary = world.once().await;
    assert!(summary.idle && summary.polled == 0);
    assert!(world.asked().await.is_empty());
}

#[tokio::test]
async fn people_whom_no_contest_concerns_are_not_read() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "3275").await;
    let summary = world.once().await;
    assert_eq!(summary.outcomes.get("no-contest"), Some(&1));
    assert!(world.asked().await.is_empty());
}

#[tokio::test]
async fn failures_are_told_apart_and_put_off() {
    let world = World::new().await;
    let expected = [
        ("/tiada", ResponseTemplate::new(404), "not-found"),
        ("/pergi", ResponseTemplate::new(410), "gone"),
        ("/tutup", ResponseTemplate::new(401), "closed"),
        ("/rusak", ResponseTemplate::new(500), "error:server"),
        (
            "/html",
            ResponseTemplate::new(200).set_body_string("<html>masuk</html>"),
            "error:unreadable",
        ),
        (
            "/besar",
            ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 9 << 20]),
            "error:too-large",
        ),
        (
            "/keluar",
            ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/"),
            "error:blocked",
        ),
        (
            "/lambat",
            ResponseTemplate::new(429).insert_header("retry-after", "3600"),
            "rate-limited",
        ),
    ];
    for (path, answer, _) in &expected {
        world.show(path, answer.clone());
    }
    for (path, _, _) in &expected {
        // One after the other: the last one silences the host.
        world
            .register(Platform::Feed, &[&format!("SERVER{path}")], None, "7471")
            .await;
        world.once().await;
    }
    for (n, (path, _, code)) in (1..).zip(&expected) {
        assert_eq!(world.outcome(n).await, *code, "{path}");
    }
    assert_eq!(world.once().await.polled, 0, "all are put off");
}
