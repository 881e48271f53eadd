//! What is read becomes cases and versions, of the rest nothing stays, and kept posts are looked at again.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::world::*;
use crate::model::{AccountId, CaseId, Millis, Platform};

#[tokio::test]
async fn a_flagged_post_becomes_a_case_and_of_others_nothing_stays() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed(
        "/feed",
        &[
            ("2", "selamat pagi burungkenari"),
            ("1", "jangan lupa coblos nomor 2 ya"),
        ],
    );
    let summary = world.once().await;
    assert_eq!(
        (summary.polled, summary.posts, summary.new_cases),
        (1, 2, 1),
        "{summary:?}"
    );
    assert_eq!(world.outcome(1).await, "ok");
    let file = world.store.case_file(CaseId(1)).await.unwrap().unwrap();
    let version = &file.versions[0];
    assert_eq!(version.text, "jangan lupa coblos nomor 2 ya");
    let excerpt = String::from_utf8(version.capture.excerpt.clone()).unwrap();
    assert!(
        excerpt.starts_with("<item>") && excerpt.ends_with("</item>"),
        "{excerpt}"
    );
    assert!(!excerpt.contains("burungkenari"));
    assert_eq!(version.contest.as_deref(), Some("2024-uji"));
    let disk = world.disk();
    assert!(holds(&disk, "jangan lupa coblos"));
    assert!(!holds(&disk, "burungkenari"));
}

#[tokio::test]
async fn what_was_read_is_not_read_twice_and_an_edit_is_a_version() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed("/feed", &[("1", "coblos nomor 2")]);
    assert_eq!(world.once().await.new_cases, 1);
    assert_eq!(world.once().await.polled, 0, "not due");
    world.later(2 * DAY_MS);
    let again = world.once().await;
    assert_eq!((again.polled, again.outcomes.get("unchanged")), (1, Some(&1)));
    world.later(2 * DAY_MS);
    world.feed("/feed", &[("3", "halo"), ("1", "coblos nomor 2")]);
    let more = world.once().await;
    assert_eq!(
        (more.posts, more.fresh, more.new_cases, more.new_versions),
        (2, 1, 0, 0)
    );
    world.later(2 * DAY_MS);
    world.feed("/feed", &[("1", "maaf, salah tulis")]);
    let edited = world.once().await;
    assert_eq!((edited.fresh, edited.flagged, edited.new_versions), (1, 0, 1));
}

#[tokio::test]
async fn a_mastodon_account_is_read_page_by_page() {
    let world = World::new().await;
    world.register(Platform::Mastodon, &["SERVER/@ana"], None, "7471").await;
    let profile = json!({"id": "1", "username": "ana", "acct": "ana"});
    let status = |n: i64, text: &str, visibility: &str| {
        json!({
            "id": n.to_string(), "uri": format!("{}/p/{n}", world.server.uri()), "account": profile, "content": text,
            "created_at": Millis(NOW - n * 1000).to_string(), "visibility": visibility,
        })
    };
    world.show(
        "/api/v1/accounts/lookup",
        ResponseTemplate::new(200).set_body_json(&profile),
    );
    let list: Vec<Value> = vec![
        status(1, "<p>coblos nomor 2</p>", "public"),
        status(2, "<p>coblos nomor 1</p>", "private"),
        status(3, "<p>halo</p>", "public"),
    ];
    world.show(
        "/api/v1/accounts/1/statuses",
        ResponseTemplate::new(200).set_body_json(&list),
    );
    let summary = world.once().await;
    assert_eq!(
        (summary.new_cases, summary.dropped.not_public),
        (1, 1 + 1),
        "read twice: this server ignores paging"
    );
    assert!(!holds(&world.disk(), "coblos nomor 1"));
    let accounts = world.store.accounts(AccountId(0), 10).await.unwrap();
    assert_eq!(accounts[0].account.platform_id.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_deleted_post_is_gone_after_two_looks_far_enough_apart_and_a_failure_says_nothing() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed("/feed", &[("1", "coblos nomor 2")]);
    world.show("/p/1", ResponseTemplate::new(200).set_body_string("ada"));
    world.once().await;
    world.later(DAY_MS / 24 + 1);
    assert_eq!(world.once().await.looks.get("terlihat"), Some(&1));
    world.show("/p/1", ResponseTemplate::new(503));
    world.later(DAY_MS);
    assert_eq!(world.once().await.looks.get("tidak-diketahui"), Some(&1));
    world.hide("/p/1");
    world.later(DAY_MS);
    assert_eq!(world.once().await.looks.get("tidak-terlihat-sekali"), Some(&1));
    world.later(DAY_MS / 24);
    assert_eq!(world.once().await.looks.get("tidak-terlihat-lagi"), Some(&1));
}
