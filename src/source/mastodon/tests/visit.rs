use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::world::{HOST, Kept, NOW, Server, account, context, keys, status};
use crate::model::{Millis, PostKind};
use crate::source::mastodon::Mastodon;
use crate::source::{Answer, Context, Error, Source as _, Step, Visit};

#[test]
fn the_first_visit_reads_back_to_the_beginning() {
    let mut server = Server::new(1..=23);
    let mut kept = Kept::default();
    kept.visit(&mut server, &context(99), None).unwrap();
    assert_eq!(kept.keys, keys(1..=23));
    assert!(server.asked[0].ends_with("/api/v1/accounts/lookup?acct=ana"));
    assert_eq!(
        server.asked[1],
        "https://sosial.example/api/v1/accounts/1/statuses?limit=40"
    );
}

#[test]
fn the_first_visit_ends_at_the_horizon() {
    let mut server = Server::new(1..=100);
    let since = Context {
        since: Millis(NOW.0 - 1_000_000_000 + 91 * 60_000),
        ..context(99)
    };
    let mut kept = Kept::default();
    kept.visit(&mut server, &since, None).unwrap();
    assert_eq!(kept.keys, keys(91..=100));
    assert_eq!(server.asked.len(), 1 + 3);
}

#[test]
fn a_first_visit_that_may_not_read_all_goes_on_next_time() {
    let mut server = Server::new(1..=40);
    let mut kept = Kept::default();
    kept.visit(&mut server, &context(2), None).unwrap();
    assert!(kept.unfinished);
    assert!(kept.keys.len() < 40);
    server.posts.extend((41..=44).map(status));
    for _ in 0..10 {
        kept.visit(&mut server, &context(2), None).unwrap();
    }
    assert_eq!(kept.keys, keys(1..=44));
    assert!(!kept.unfinished);
}

#[test]
fn more_new_posts_than_a_page_leave_no_gap_even_under_a_page_cap() {
    let mut server = Server::new(1..=5);
    let mut kept = Kept::default();
    kept.visit(&mut server, &context(99), None).unwrap();
    server.posts.extend((6..=60).map(status));
    for _ in 0..8 {
        kept.visit(&mut server, &context(3), None).unwrap();
    }
    assert_eq!(kept.keys, keys(1..=60));
    assert!(!kept.gap);
}

#[test]
fn killed_between_any_two_pages_nothing_is_missed() {
    for first_death in 0..8 {
        for second_death in 0..12 {
            let mut server = Server::new(1..=30);
            let mut kept = Kept::default();
            kept.visit(&mut server, &context(4), Some(first_death)).unwrap();
            server.posts.extend((31..=60).map(status));
            kept.visit(&mut server, &context(4), Some(second_death)).unwrap();
            server.posts.extend((61..=75).map(status));
            for _ in 0..12 {
                kept.visit(&mut server, &context(4), None).unwrap();
            }
            assert_eq!(kept.keys, keys(1..=75), "killed at {first_death} and {second_death}");
        }
    }
}

#[test]
fn the_newest_known_post_may_be_deleted() {
    let mut server = Server::new(1..=5);
    let mut kept = Kept::default();
    kept.visit(&mut server, &context(99), None).unwrap();
    server.posts.retain(|post| post["id"] != "5");
    server.posts.extend((6..=20).map(status));
    kept.visit(&mut server, &context(99), None).unwrap();
    assert_eq!(kept.keys, keys(1..=20));
}

#[test]
fn a_server_that_ignores_paging_ends_the_visit_and_a_gap_is_said() {
    let mut server = Server::new(1..=5);
    server.pages = false;
    let mut kept = Kept::default();
    kept.visit(&mut server, &context(99), None).unwrap();
    assert_eq!(server.asked.len(), 1 + 2);
    server.posts.extend((6..=7).map(status));
    kept.visit(&mut server, &context(99), None).unwrap();
    assert!(!kept.gap);
    server.posts.extend((8..=30).map(status));
    kept.visit(&mut server, &context(99), None).unwrap();
    assert!(kept.gap);
    assert_eq!(kept.keys, keys((1..=7).chain(26..=30)));
}

#[test]
fn an_id_that_changes_with_an_edit_is_no_new_place() {
    let mut server = Server::new(1..=5);
    server.pages = false;
    let mut kept = Kept::default();
    kept.visit(&mut server, &context(99), None).unwrap();
    server.posts[4]["id"] = json!("999");
    let before = server.asked.len();
    kept.visit(&mut server, &context(99), None).unwrap();
    assert_eq!(server.asked.len() - before, 1);
    assert_eq!(kept.keys, keys(1..=5));
}

#[test]
fn young_posts_beyond_the_first_page_are_read_again_for_edits() {
    let mut server = Server::new(1..=20);
    let mut kept = Kept::default();
    kept.visit(&mut server, &context(99), None).unwrap();
    let wide = Context {
        edit_window: Duration::from_hours(24 * 365),
        ..context(99)
    };
    let before = server.asked.len();
    kept.visit(&mut server, &wide, None).unwrap();
    assert_eq!(server.asked.len() - before, 1 + 4);
}

#[test]
fn links_are_followed_on_the_same_list_only() {
    let mut visit = Mastodon
        .visit(&account("@ana@sosial.example"), None, &context(9))
        .unwrap();
    let mut server = Server::new(1..=9);
    let Step::Ask(lookup) = visit.next(None).unwrap() else {
        panic!()
    };
    let Step::Ask(list) = visit.next(Some(&server.answer(&lookup))).unwrap() else {
        panic!()
    };
    let mut answer = server.answer(&list);
    let follow = |link: &str, visit: &mut Box<dyn Visit>, answer: &mut Answer| {
        answer.headers = vec![("link".to_owned(), format!("<{link}>; rel=\"next\""))];
        visit.next(Some(answer)).unwrap();
        let Step::Ask(ask) = visit.next(None).unwrap() else {
            panic!()
        };
        ask.url.to_string()
    };
    let own = "https://sosial.example/api/v1/accounts/1/statuses?max_id=opaque";
    assert_eq!(follow(own, &mut visit, &mut answer), own);
    for foreign in [
        "http://169.254.169.254/",
        "https://sosial.example/api/v1/timelines/home",
    ] {
        let mut visit = Mastodon
            .visit(&account("@ana@sosial.example"), None, &context(9))
            .unwrap();
        visit.next(None).unwrap();
        visit.next(Some(&server.answer(&lookup))).unwrap();
        let asked = follow(foreign, &mut visit, &mut answer);
        assert_eq!(
            asked,
            "https://sosial.example/api/v1/accounts/1/statuses?limit=40&max_id=5"
        );
    }
}

#[test]
fn opt_outs_suspension_and_a_handle_that_changed_hands_stop_the_visit() {
    let lookup = |profile: Value, consent: bool, known: Option<&str>| {
        let mut account = account("@ana@sosial.example");
        account.consent = consent.then(|| "ana/2026-11-01".to_owned());
        account.platform_id = known.map(str::to_owned);
        let context = Context {
            retrying: true,
            ..context(9)
        };
        let mut visit = Mastodon.visit(&account, None, &context).unwrap();
        visit.next(None).unwrap();
        let answer = Answer {
            url: Url::parse(HOST).unwrap(),
            status: 200,
            headers: Vec::new(),
            body: serde_json::to_vec(&profile).unwrap(),
        };
        visit.next(Some(&answer)).err()
    };
    let with = |key: &str, value: bool| json!({"id": "1", "username": "Ana", key: value});
    assert_eq!(lookup(with("noindex", false), false, None), None);
    assert_eq!(lookup(with("noindex", true), false, None), Some(Error::OptedOut));
    assert_eq!(lookup(with("indexable", false), false, None), Some(Error::OptedOut));
    assert_eq!(lookup(with("indexable", false), true, None), None);
    assert_eq!(lookup(with("suspended", true), true, None), Some(Error::Suspended));
    assert_eq!(lookup(with("noindex", false), false, Some("2")), Some(Error::Identity));
    assert_eq!(
        lookup(json!({"id": "1", "username": "budi"}), false, None),
        Some(Error::Identity)
    );
    assert!(matches!(lookup(json!("x"), false, None), Some(Error::Unreadable(_))));
}

#[test]
fn the_answers_of_snac_are_read_and_cut_byte_for_byte() {
    let mut visit = Mastodon
        .visit(&account("http://127.0.0.1:8001/@ana"), None, &context(9))
        .unwrap();
    let Step::Ask(lookup) = visit.next(None).unwrap() else {
        panic!()
    };
    assert_eq!(
        lookup.url.as_str(),
        "http://127.0.0.1:8001/api/v1/accounts/lookup?acct=ana"
    );
    let answer = |url: &Url, body: &[u8]| Answer {
        url: url.clone(),
        status: 200,
        headers: Vec::new(),
        body: body.to_vec(),
    };
    let profile = include_bytes!("../../../../tests/data/live/snac-2.75-lookup.json");
    let statuses = include_bytes!("../../../../tests/data/live/snac-2.75-statuses.json");
    let Step::Ask(list) = visit.next(Some(&answer(&lookup.url, profile))).unwrap() else {
        panic!()
    };
    let Step::Page(page) = visit.next(Some(&answer(&list.url, statuses))).unwrap() else {
        panic!()
    };
    assert_eq!(page.platform_id.as_deref(), Some("63065ff4c6ad842639c88d4c0ae496a3"));
    assert_eq!(page.posts.len(), 4);
    assert_eq!(page.posts[0].kind, PostKind::Reply);
    assert_eq!(page.posts[2].text, "Baris satu\nbaris dua\n\nparagraf \"kedua\" 😀");
    assert_eq!(page.posts[3].kind, PostKind::Repost);
    for post in &page.posts {
        let cut: Value = serde_json::from_slice(&statuses[post.raw.clone()]).unwrap();
        assert!(post.key.starts_with(cut["uri"].as_str().unwrap()));
    }
}
