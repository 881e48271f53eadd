//! A world with a clock set by hand, and what it must keep to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

pub fn world() -> (World, Arc<AtomicI64>) {
    let hand = Arc::new(AtomicI64::new(1_790_000_000_000));
    let clock: Clock = {
        let hand = Arc::clone(&hand);
        Arc::new(move || Millis(hand.load(Ordering::SeqCst)))
    };
    let region = Region::load().expect("the region");
    let script = Script::load().expect("the script");
    (World::new(&region, script, clock), hand)
}

#[test]
fn a_page_forward_is_next_to_its_mark_and_a_page_back_is_newest() {
    let (world, _) = world();
    let window = |window: Window| -> Vec<u64> {
        let posts = world.list("infolalin_tirtawangi", window);
        posts.iter().map(|post| post.id).collect()
    };
    let newest = window(Window {
        limit: Some(40),
        ..Window::default()
    });
    assert_eq!(newest.len(), 40);
    assert!(newest.is_sorted_by(|a, b| a > b));
    let since = newest[39];
    let two = Some(2);
    assert_eq!(
        window(Window {
            since_id: Some(since),
            limit: two,
            ..Window::default()
        }),
        newest[..2]
    );
    assert_eq!(
        window(Window {
            min_id: Some(since),
            limit: two,
            ..Window::default()
        }),
        newest[37..39]
    );
    assert!(
        window(Window {
            max_id: Some(since),
            ..Window::default()
        })
        .iter()
        .all(|id| *id < since)
    );
}

#[test]
fn the_script_runs_with_the_clock() {
    let (world, hand) = world();
    let before = world.count();
    assert!(world.step().is_empty());
    hand.fetch_add(15_000, Ordering::SeqCst);
    assert_eq!(world.step(), [Happened::Edited, Happened::Published]);
    assert_eq!(world.step(), [Happened::Published], "one post in each step");
    hand.fetch_add(3_600_000, Ordering::SeqCst);
    assert_eq!(world.step(), [Happened::Edited, Happened::Deleted, Happened::Published]);
    assert_eq!(world.count(), before + 2);
    let edited: Vec<Entry> = world.posts().into_iter().filter(|post| post.edited.is_some()).collect();
    assert_eq!(edited.len(), 2);
    assert!(edited.iter().all(|post| post.before.len() == 1));
}

#[test]
fn everything_lies_within_what_a_first_poll_reads() {
    let (world, _) = world();
    let posts = world.posts();
    assert!(posts.len() > 300, "{}", posts.len());
    let oldest = world.started().minus(Duration::from_hours(14 * 24));
    assert!(
        posts
            .iter()
            .all(|post| post.published > oldest && post.published < world.started())
    );
}
