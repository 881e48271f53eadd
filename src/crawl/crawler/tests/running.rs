//! The run itself: spawned, cut off, drained, measured.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::world::*;
use crate::crawl::crawler::Crawler;
use crate::model::Platform;

fn is_send<T: Send>(_: &T) {}

#[expect(dead_code, reason = "compiling is the test")]
fn the_daemon_s_future_can_be_spawned(crawler: &Crawler) {
    is_send(&crawler.run(CancellationToken::new()));
    is_send(&crawler.run_once());
}

#[tokio::test]
async fn a_poll_that_was_cut_off_is_taken_up_again_and_ends_the_same() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed("/feed", &[("2", "coblos nomor 1"), ("1", "coblos nomor 2")]);
    {
        let crawler = world.crawler();
        let mut poll = Box::pin(crawler.run_once());
        // Dropped somewhere on the way, as a killed process would be.
        for _ in 0..20 {
            let _ = futures_util::poll!(&mut poll);
            tokio::task::yield_now().await;
        }
    }
    let summary = world.once().await;
    let (state, cases) = world.store.case_counts().await.unwrap().remove(0);
    assert_eq!((state.as_str(), cases), ("terdeteksi", 2), "{summary:?}");
}

#[tokio::test]
async fn the_daemon_polls_what_is_due_and_drains_when_asked() {
    let world = World::new().await;
    world
        .register(Platform::Feed, &["SERVER/a", "SERVER/b"], None, "7471")
        .await;
    world.feed("/a", &[("1", "coblos nomor 2")]);
    world.feed("/b", &[("2", "coblos nomor 1")]);
    let crawler = world.crawler();
    let stop = CancellationToken::new();
    let watch = async {
        for _ in 0..500 {
            if world.store.case_counts().await.unwrap().iter().any(|(_, n)| *n == 2) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
    };
    let (ended, ()) = tokio::join!(crawler.run(stop.clone()), watch);
    ended.unwrap();
    assert_eq!(world.store.case_counts().await.unwrap()[0].1, 2);
    assert_eq!(
        world.store.release_leases("netra").await.unwrap(),
        0,
        "nothing is left claimed"
    );
}

/// Accounts polled per second over loopback, first reading and unchanged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: prints what the note says"]
async fn accounts_per_second_on_loopback() {
    let mut world = World::new().await;
    world.settings.host_per_minute = 6_000_000;
    world.settings.host_concurrency = 32;
    let posts: Vec<(String, String)> = (0..15)
        .map(|n| (n.to_string(), format!("selamat pagi semuanya {n}")))
        .collect();
    let posts: Vec<(&str, &str)> = posts
        .iter()
        .map(|(guid, text)| (guid.as_str(), text.as_str()))
        .collect();
    let handles: Vec<String> = (0..1000).map(|n| format!("SERVER/feed/{n}")).collect();
    for n in 0..1000 {
        world.feed(&format!("/feed/{n}"), &posts);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    world.register(Platform::Feed, &handles, None, "7471").await;
    for round in ["first reading", "unchanged"] {
        let begun = Instant::now();
        let summary = world.once().await;
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{round}: {} accounts, {} posts in {seconds:.1} s, {:.0}/s",
            summary.polled,
            summary.posts,
            f64::from(summary.polled) / seconds
        );
        world.later(2 * DAY_MS);
    }
}
