use serde_json::{Value, json};

use super::world::{NOW, status};
use crate::model::PostKind;
use crate::source::mastodon::status::{Left, Status, read};

fn read_one(status: &Value) -> Status {
    read(status, "1", NOW).unwrap()
}

fn with(changes: &Value) -> Value {
    let mut status = status(1);
    for (key, value) in changes.as_object().unwrap() {
        status[key] = value.clone();
    }
    status
}

#[test]
fn only_public_posts_pass() {
    for word in [
        json!("unlisted"),
        json!("private"),
        json!("direct"),
        json!("mutual"),
        json!(null),
        json!(7),
    ] {
        assert_eq!(
            read_one(&with(&json!({"visibility": word}))).post.unwrap_err(),
            Left::NotPublic
        );
    }
    let shared =
        with(&json!({"content": "", "reblog": {"visibility": "unlisted", "content": "x", "account": {"id": "2"}}}));
    assert_eq!(read_one(&shared).post.unwrap_err(), Left::NotPublic);
}

#[test]
fn a_repost_is_attributed_to_its_author_and_keyed_by_its_own_uri() {
    let inner = json!({
        "id": "8", "uri": "https://lain.example/p/8", "content": "<p>coblos nomor 2</p>", "visibility": "public",
        "account": {"id": "2", "acct": "budi@lain.example", "uri": "https://lain.example/users/budi"},
    });
    let post = read_one(&with(&json!({"content": "", "reblog": inner}))).post.unwrap();
    assert_eq!(post.kind, PostKind::Repost);
    assert_eq!(post.author.key, "https://lain.example/users/budi");
    assert_eq!(post.key, "https://sosial.example/p/1");
    assert_eq!(&post.text[post.foreign[0].range()], "coblos nomor 2");
    let mut same = inner;
    same["uri"] = json!("https://sosial.example/p/1");
    let post = read_one(&with(&json!({"content": "", "reblog": same}))).post.unwrap();
    assert_eq!(post.key, "https://sosial.example/p/1#bagikan");
}

#[test]
fn a_shared_post_of_someone_who_opted_out_is_left() {
    for flag in [
        json!({"id": "2", "noindex": true}),
        json!({"id": "2", "indexable": false}),
    ] {
        let inner = json!({"uri": "u", "content": "x", "visibility": "public", "account": flag});
        assert_eq!(
            read_one(&with(&json!({"reblog": inner}))).post.unwrap_err(),
            Left::OptedOut
        );
    }
}

#[test]
fn everything_readable_is_in_the_text_and_the_card_is_foreign() {
    let post = read_one(&with(&json!({
        "spoiler_text": "awas", "content": "<p>isi<br>baris</p>",
        "poll": {"options": [{"title": "satu"}, {"title": "dua"}]},
        "media_attachments": [{"description": "gambar paslon"}, {"description": null}],
        "card": {"title": "judul berita", "description": "ringkas"}, "edited_at": "2026-11-21T20:00:00Z",
    })))
    .post
    .unwrap();
    assert_eq!(
        post.text,
        "awas\n\nisi\nbaris\n\nsatu\ndua\n\ngambar paslon\n\njudul berita\n\nringkas"
    );
    assert_eq!(post.foreign.len(), 2);
    assert!(post.edited_at.is_some());
}

#[test]
fn quotes_show_only_what_everyone_may_see() {
    let quoted = json!({"id": "5", "content": "<p>kata orang</p>", "visibility": "public", "account": {"id": "2"}});
    let post = read_one(&with(&json!({"quote": {"state": "accepted", "quoted_status": quoted}})))
        .post
        .unwrap();
    assert_eq!(post.kind, PostKind::Quote);
    assert_eq!(post.text, "post 1\n\nkata orang");
    assert_eq!(&post.text[post.foreign[0].range()], "kata orang");
    for state in ["pending", "revoked", "besok"] {
        let post = read_one(&with(&json!({"quote": {"state": state, "quoted_status": quoted}})))
            .post
            .unwrap();
        assert_eq!((post.kind, post.text.as_str()), (PostKind::Quote, "post 1"));
    }
}

#[test]
fn replies_and_hostile_fields() {
    let post = read_one(&with(&json!({
        "in_reply_to_id": 5, "url": "javascript:alert(1)", "content": "a\u{0}b<script>x</script>&lt;script&gt;",
        "created_at": "9999-12-31T00:00:00Z", "edited_at": "1601-01-01T00:00:00Z", "poll": 7, "media_attachments": {"a": 1},
        "card": [], "spoiler_text": {"x": 1},
    })))
    .post
    .unwrap();
    assert_eq!(post.kind, PostKind::Reply);
    assert_eq!(post.url, None);
    assert_eq!((post.published_at, post.edited_at), (None, None));
    assert!(
        !post.text.contains('\0') && post.text.contains("<script>"),
        "{:?}",
        post.text
    );
    for nonsense in [
        json!(null),
        json!(5),
        json!("x"),
        json!([]),
        json!({"id": "1"}),
        json!({"uri": "u"}),
    ] {
        assert!(read(&nonsense, "1", NOW).is_none());
    }
}
