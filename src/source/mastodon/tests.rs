use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::status::Status;
use super::*;
use crate::model::{AccountId, AccountKind, Ownership, OwnershipState, PersonId, PostKind};

const NOW: Millis = Millis(1_795_300_000_000); // 2026-11-21T22:26:40Z
const HOST: &str = "https://sosial.example";

fn context(max_pages: u32) -> Context {
    Context {
        now: NOW,
        since: Millis(0),
        edit_window: Duration::from_hours(1),
        max_pages,
        retrying: false,
    }
}

fn account(handle: &str) -> Account {
    Account {
        id: AccountId(1),
        person: PersonId(1),
        platform: Platform::Mastodon,
        handle: handle.to_owned(),
        platform_id: None,
        kind: AccountKind::Personal,
        ownership: Ownership {
            state: OwnershipState::Declared,
            proof: None,
            since: None,
            until: None,
        },
        consent: None,
    }
}

fn profile() -> Value {
    json!({"id": "1", "username": "ana", "acct": "ana", "uri": "https://sosial.example/users/ana"})
}

fn status(n: i64) -> Value {
    let at = Millis(NOW.0 - 1_000_000_000 + n * 60_000);
    json!({
        "id": n.to_string(), "uri": format!("{HOST}/p/{n}"), "url": format!("{HOST}/@ana/{n}"), "account": profile(),
        "created_at": at.to_string(), "content": format!("<p>post {n}</p>"), "visibility": "public",
    })
}

/// A server: posts with ascending ids, paged as the real ones do, or not at all.
struct Server {
    posts: Vec<Value>,
    pages: bool,
    page_size: usize,
    asked: Vec<String>,
}

impl Server {
    fn new(posts: impl IntoIterator<Item = i64>) -> Self {
        Self {
            posts: posts.into_iter().map(status).collect(),
            pages: true,
            page_size: 5,
            asked: Vec::new(),
        }
    }

    fn answer(&mut self, ask: &Ask) -> Answer {
        self.asked.push(ask.url.to_string());
        let body = if ask.url.path().ends_with("/lookup") {
            profile()
        } else {
            Value::Array(self.list(&ask.url))
        };
        Answer {
            url: ask.url.clone(),
            status: 200,
            headers: Vec::new(),
            body: serde_json::to_vec(&body).unwrap(),
        }
    }

    fn list(&self, url: &Url) -> Vec<Value> {
        let number = |name: &str| {
            let (_, value) = url.query_pairs().find(|(key, _)| key == name)?;
            value.parse::<i64>().ok()
        };
        let id = |post: &Value| post["id"].as_str().unwrap().parse::<i64>().unwrap();
        let mut posts = self.posts.clone();
        posts.sort_by_key(id);
        if let (Some(min), true) = (number("min_id"), self.pages) {
            posts.retain(|post| id(post) > min);
            posts.truncate(self.page_size);
            posts.reverse();
            return posts;
        }
        if let (Some(max), true) = (number("max_id"), self.pages) {
            posts.retain(|post| id(post) < max);
        }
        posts.reverse();
        posts.truncate(self.page_size);
        posts
    }
}

/// What a store would keep.
#[derive(Default)]
struct Kept {
    cursor: Option<String>,
    platform_id: Option<String>,
    keys: BTreeSet<String>,
    gap: bool,
    unfinished: bool,
}

impl Kept {
    /// One visit; stops as if killed before page `die_at` is kept.
    fn visit(&mut self, server: &mut Server, context: &Context, die_at: Option<usize>) -> Result<(), Error> {
        let mut account = account("@ana@sosial.example");
        account.platform_id.clone_from(&self.platform_id);
        let mut visit = Mastodon.visit(&account, self.cursor.as_deref(), context)?;
        let mut step = visit.next(None)?;
        let mut pages = 0;
        loop {
            match step {
                Step::Ask(ask) => step = visit.next(Some(&server.answer(&ask)))?,
                Step::Page(page) => {
                    if die_at == Some(pages) {
                        return Ok(());
                    }
                    pages += 1;
                    assert!(pages < 1000, "a visit that does not end");
                    self.keys.extend(page.posts.into_iter().map(|post| post.key));
                    self.cursor = page.cursor;
                    self.platform_id = page.platform_id;
                    self.gap |= page.gap;
                    self.unfinished = page.unfinished;
                    if !page.more {
                        return Ok(());
                    }
                    step = visit.next(None)?;
                }
            }
        }
    }
}

fn keys(range: impl IntoIterator<Item = i64>) -> BTreeSet<String> {
    range.into_iter().map(|n| format!("{HOST}/p/{n}")).collect()
}

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

fn read_one(status: &Value) -> Status {
    super::status::read(status, "1", NOW).unwrap()
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
        assert!(super::status::read(&nonsense, "1", NOW).is_none());
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
    let profile = include_bytes!("../../../tests/data/live/snac-2.75-lookup.json");
    let statuses = include_bytes!("../../../tests/data/live/snac-2.75-statuses.json");
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
