//! The demo's Mastodon-API host: lookup, statuses with paging, one status, its history and its page.
//!
//! Does: what Mastodon 4 answers an anonymous reader, rate headers included. Does not: hide posts that are not public, so
//! that it is Netra's own filter that has to drop them.
//! Invariant: a deleted post answers 404 at every address it had.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use super::host::Site;
use super::markup;
use super::region::Place;
use super::world::{Entry, Window};
use crate::model::Millis;

/// Routes of the host.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/api/v1/accounts/lookup", get(lookup))
        .route("/api/v1/accounts/{number}/statuses", get(statuses))
        .route("/api/v1/statuses/{id}", get(status))
        .route("/api/v1/statuses/{id}/history", get(history))
        .route("/users/{name}/statuses/{id}", get(page))
        .route("/{name}/{id}", get(page))
}

#[derive(Deserialize)]
struct Lookup {
    acct: String,
}

async fn lookup(State(site): State<Site>, Query(Lookup { acct }): Query<Lookup>) -> Response {
    let acct = acct.trim_start_matches('@');
    let (name, host) = acct.split_once('@').unwrap_or((acct, ""));
    let here = host.is_empty() || site.base.ends_with(&format!("//{host}"));
    match account(&site, name).filter(|_| here) {
        Some(account) => (rate_headers(site.world.now()), answer(&account)).into_response(),
        None => not_found(),
    }
}

#[derive(Deserialize)]
struct Asked {
    max_id: Option<u64>,
    since_id: Option<u64>,
    min_id: Option<u64>,
    limit: Option<usize>,
    #[serde(default)]
    exclude_reblogs: bool,
}

async fn statuses(State(site): State<Site>, Path(number): Path<u64>, Query(asked): Query<Asked>) -> Response {
    let Some(handle) = site.world.handle_of(number) else {
        return not_found();
    };
    let window = Window {
        max_id: asked.max_id,
        since_id: asked.since_id,
        min_id: asked.min_id,
        limit: asked.limit,
        exclude_reblogs: asked.exclude_reblogs,
    };
    let posts = site.world.list(handle, window);
    let mut headers = rate_headers(site.world.now());
    if let (Some(newest), Some(oldest)) = (posts.first(), posts.last()) {
        let list = format!("{}/api/v1/accounts/{number}/statuses", site.base);
        let limit = asked.limit.unwrap_or(20);
        let link = format!(
            "<{list}?limit={limit}&max_id={}>; rel=\"next\", <{list}?limit={limit}&min_id={}>; rel=\"prev\"",
            oldest.id, newest.id
        );
        if let Ok(link) = HeaderValue::try_from(link) {
            headers.insert(header::LINK, link);
        }
    }
    let posts: Vec<Value> = posts.iter().map(|post| render(&site, post, true)).collect();
    (headers, answer(&Value::Array(posts))).into_response()
}

async fn status(State(site): State<Site>, Path(id): Path<u64>) -> Response {
    match site.world.post(id) {
        Some(post) => (rate_headers(site.world.now()), answer(&render(&site, &post, true))).into_response(),
        None => not_found(),
    }
}

async fn history(State(site): State<Site>, Path(id): Path<u64>) -> Response {
    let Some(post) = site.world.post(id) else {
        return not_found();
    };
    let now = (post.edited.unwrap_or(post.published), post.text.clone());
    let versions: Vec<Value> = post
        .before
        .iter()
        .chain([&now])
        .map(|(at, text)| {
            json!({
                "content": markup::status(text, &site.base), "spoiler_text": post.warning.as_deref().unwrap_or(""),
                "sensitive": false, "created_at": at.to_string(), "account": account(&site, &post.handle),
                "media_attachments": [], "emojis": [],
            })
        })
        .collect();
    answer(&Value::Array(versions)).into_response()
}

/// The page for people, and the post's identity; both are gone when the post is.
async fn page(State(site): State<Site>, Path((name, id)): Path<(String, u64)>) -> Response {
    let name = name.trim_start_matches('@');
    match site.world.post(id).filter(|post| post.handle == name) {
        Some(post) => Html(format!(
            "<!doctype html><html lang=\"id\"><meta charset=\"utf-8\"><title>@{name}</title>{}",
            markup::status(&post.text, &site.base)
        ))
        .into_response(),
        None => (StatusCode::NOT_FOUND, Html("<!doctype html><title>404</title>")).into_response(),
    }
}

fn account(site: &Site, name: &str) -> Option<Value> {
    let voice = site.world.voice(name).filter(|voice| voice.place == Place::Masto)?;
    let base = &site.base;
    Some(json!({
        "id": voice.number.to_string(), "username": name, "acct": name, "display_name": voice.name,
        "locked": false, "bot": false, "group": false, "discoverable": true,
        "noindex": voice.noindex, "indexable": !voice.noindex,
        "created_at": "2023-02-01T00:00:00.000Z", "note": "<p>Akun peragaan, tokoh rekaan.</p>",
        "url": format!("{base}/@{name}"), "uri": format!("{base}/users/{name}"),
        "followers_count": 17, "following_count": 23, "statuses_count": 40, "emojis": [], "fields": [],
    }))
}

fn render(site: &Site, post: &Entry, with_share: bool) -> Value {
    let base = &site.base;
    let handle = &post.handle;
    let shared = post.share_of.filter(|_| with_share).and_then(|id| site.world.post(id));
    let content = if post.share_of.is_some() {
        String::new()
    } else {
        markup::status(&post.text, base)
    };
    let id = post.id.to_string();
    let pictures: Vec<Value> = post.alt.iter().map(|alt| picture(base, &id, alt)).collect();
    json!({
        "id": id,
        "uri": format!("{base}/users/{handle}/statuses/{id}"),
        "url": format!("{base}/@{handle}/{id}"),
        "account": account(site, handle),
        "content": content,
        "spoiler_text": post.warning.as_deref().unwrap_or(""),
        "sensitive": post.warning.is_some(),
        "visibility": post.visibility,
        "created_at": post.published.to_string(),
        "edited_at": post.edited.map(|at| at.to_string()),
        "in_reply_to_id": null, "in_reply_to_account_id": null,
        "reblog": shared.map(|shared| render(site, &shared, false)),
        "media_attachments": pictures,
        "poll": poll(post),
        "tags": tags(&post.text).iter().map(|tag| json!({"name": tag, "url": format!("{base}/tags/{tag}")})).collect::<Vec<_>>(),
        "mentions": [], "emojis": [], "card": null, "language": "id",
        "replies_count": 0, "reblogs_count": 0, "favourites_count": 3,
    })
}

fn picture(base: &str, id: &str, alt: &str) -> Value {
    json!({"id": id, "type": "image", "url": format!("{base}/media/{id}.jpg"), "description": alt})
}

fn poll(post: &Entry) -> Value {
    if post.poll.is_empty() {
        return Value::Null;
    }
    let options: Vec<Value> = post
        .poll
        .iter()
        .map(|title| json!({"title": title, "votes_count": 5}))
        .collect();
    json!({"id": post.id.to_string(), "expired": false, "multiple": false, "votes_count": 15, "options": options})
}

fn tags(text: &str) -> Vec<String> {
    text.split_whitespace()
        .filter_map(|word| word.strip_prefix('#'))
        .map(|tag| tag.trim_end_matches(['.', ',', '!', '?']).to_lowercase())
        .collect()
}

/// Mastodon's three headers; the reset is ISO 8601 with microseconds, as it really is.
fn rate_headers(now: Millis) -> HeaderMap {
    let reset = Millis(now.0 - now.0.rem_euclid(300_000) + 300_000);
    let mut at = String::new();
    if let Some(reset) = reset.timestamp() {
        let written = write!(at, "{reset:.6}");
        debug_assert!(written.is_ok(), "writing to a string does not fail");
    }
    let mut headers = HeaderMap::new();
    headers.insert("x-ratelimit-limit", HeaderValue::from_static("30000"));
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("29000"));
    if let Ok(at) = HeaderValue::try_from(at) {
        headers.insert("x-ratelimit-reset", at);
    }
    headers
}

/// A value as a JSON answer.
fn answer(value: &Value) -> impl IntoResponse + use<> {
    (
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        value.to_string(),
    )
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, answer(&json!({"error": "Record not found"}))).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use super::super::host::tests::{get, site};
    use super::*;

    async fn json_at(site: &Site, path: &str) -> Value {
        let (status, _, body) = get(routes().with_state(site.clone()), path).await;
        assert_eq!(status, 200, "{path}");
        serde_json::from_str(&body).expect("JSON")
    }

    #[tokio::test]
    async fn an_account_is_found_and_its_pages_join_without_a_gap() {
        let (site, _) = site();
        let account = json_at(&site, "/api/v1/accounts/lookup?acct=infolalin_tirtawangi").await;
        let list = format!(
            "/api/v1/accounts/{}/statuses?limit=40",
            account["id"].as_str().expect("id")
        );
        let (_, headers, body) = get(routes().with_state(site.clone()), &list).await;
        let first: Vec<Value> = serde_json::from_str(&body).expect("JSON");
        assert_eq!(first.len(), 40);
        let link = headers[header::LINK].to_str().expect("ASCII").to_owned();
        let next = link
            .split(['<', '>'])
            .nth(1)
            .expect("an address")
            .strip_prefix(&site.base)
            .expect("here");
        let second = json_at(&site, next).await;
        let (above, below) = (first[39]["id"].as_str(), second[0]["id"].as_str());
        assert!(above > below, "{above:?} {below:?}");
        assert!(
            headers["x-ratelimit-reset"]
                .to_str()
                .expect("ASCII")
                .ends_with(".000000Z")
        );
    }

    #[tokio::test]
    async fn a_share_carries_the_post_and_its_author() {
        let (site, _) = site();
        let account = json_at(&site, "/api/v1/accounts/lookup?acct=riniastuti").await;
        let list = json_at(
            &site,
            &format!("/api/v1/accounts/{}/statuses", account["id"].as_str().expect("id")),
        )
        .await;
        let share = list
            .as_array()
            .expect("a list")
            .iter()
            .find(|post| !post["reblog"].is_null())
            .expect("a share");
        assert_eq!(share["reblog"]["account"]["acct"], "timguyub");
        assert_eq!(share["content"], "");
    }

    #[tokio::test]
    async fn edits_are_told_and_a_deleted_post_is_gone_everywhere() {
        let (site, _) = site();
        let deleted = site.world.list("opikrahman", Window::default());
        site.world.change_all();
        let edited = &site.world.list("yogapram", Window::default());
        let edited = edited.iter().find(|post| post.edited.is_some()).expect("edited");
        let status = json_at(&site, &format!("/api/v1/statuses/{}", edited.id)).await;
        assert!(status["edited_at"].is_string());
        let history = json_at(&site, &format!("/api/v1/statuses/{}/history", edited.id)).await;
        assert_eq!(history.as_array().map(Vec::len), Some(2));
        let gone = deleted
            .iter()
            .find(|post| site.world.post(post.id).is_none())
            .expect("deleted")
            .id;
        for path in [
            format!("/api/v1/statuses/{gone}"),
            format!("/@opikrahman/{gone}"),
            format!("/users/opikrahman/statuses/{gone}"),
        ] {
            let (status, _, _) = get(routes().with_state(site.clone()), &path).await;
            assert_eq!(status, 404, "{path}");
        }
    }

    #[tokio::test]
    async fn posts_that_are_not_public_are_in_the_list_for_the_reader_to_drop() {
        let (site, hand) = site();
        hand.fetch_add(1, Ordering::SeqCst);
        let seen: Vec<String> = ["yunipram", "citralestari", "agustri"]
            .iter()
            .flat_map(|handle| site.world.list(handle, Window::default()))
            .map(|post| {
                render(&site, &post, true)["visibility"]
                    .as_str()
                    .expect("a word")
                    .to_owned()
            })
            .collect();
        for word in ["public", "unlisted", "private", "direct"] {
            assert!(seen.iter().any(|seen| seen == word), "{word}");
        }
        drop(Arc::clone(&site.world));
    }
}
