use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use crate::model::{Account, Millis, Platform};
use crate::source::mastodon::Mastodon;
use crate::source::{Answer, Ask, Context, Error, Source as _, Step};

pub const NOW: Millis = Millis(1_795_300_000_000); // 2026-11-21T22:26:40Z
pub const HOST: &str = "https://sosial.example";

pub fn context(max_pages: u32) -> Context {
    Context {
        now: NOW,
        since: Millis(0),
        edit_window: Duration::from_hours(1),
        max_pages,
        retrying: false,
    }
}

pub fn account(handle: &str) -> Account {
    Account::declared(Platform::Mastodon, handle)
}

pub fn profile() -> Value {
    json!({"id": "1", "username": "ana", "acct": "ana", "uri": "https://sosial.example/users/ana"})
}

pub fn status(n: i64) -> Value {
    let at = Millis(NOW.0 - 1_000_000_000 + n * 60_000);
    json!({
        "id": n.to_string(), "uri": format!("{HOST}/p/{n}"), "url": format!("{HOST}/@ana/{n}"), "account": profile(),
        "created_at": at.to_string(), "content": format!("<p>post {n}</p>"), "visibility": "public",
    })
}

/// A server: posts with ascending ids, paged as the real ones do, or not at all.
pub struct Server {
    pub posts: Vec<Value>,
    pub pages: bool,
    pub page_size: usize,
    pub asked: Vec<String>,
}

impl Server {
    pub fn new(posts: impl IntoIterator<Item = i64>) -> Self {
        Self {
            posts: posts.into_iter().map(status).collect(),
            pages: true,
            page_size: 5,
            asked: Vec::new(),
        }
    }

    pub fn answer(&mut self, ask: &Ask) -> Answer {
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

    pub fn list(&self, url: &Url) -> Vec<Value> {
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
pub struct Kept {
    pub cursor: Option<String>,
    pub platform_id: Option<String>,
    pub keys: BTreeSet<String>,
    pub gap: bool,
    pub unfinished: bool,
}

impl Kept {
    /// One visit; stops as if killed before page `die_at` is kept.
    pub fn visit(&mut self, server: &mut Server, context: &Context, die_at: Option<usize>) -> Result<(), Error> {
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

pub fn keys(range: impl IntoIterator<Item = i64>) -> BTreeSet<String> {
    range.into_iter().map(|n| format!("{HOST}/p/{n}")).collect()
}
