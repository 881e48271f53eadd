//! A made-up host on loopback: Atom feeds, the pages of their entries, and Mastodon's interface. A test publishes, edits and
//! deletes; the crawler reads over real HTTP.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use netra::model::Millis;
use serde_json::{Value, json};
use tokio::sync::watch;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// Statuses given at once, as many as a small server gives.
const PAGE: usize = 20;

/// A post as its author sees it.
#[derive(Debug, Clone)]
struct Post {
    number: u64,
    text: String,
    published: Millis,
    edited: Option<Millis>,
    visibility: &'static str,
    /// The account whose post this one shows again.
    from: Option<(String, u64)>,
}

#[derive(Default)]
struct State {
    now: Millis,
    /// Posts by author, oldest first.
    feeds: BTreeMap<String, Vec<Post>>,
    actors: BTreeMap<String, Vec<Post>>,
    next: u64,
    robots: Option<String>,
    /// Answers given instead of the true ones, first first.
    instead: Vec<ResponseTemplate>,
    /// Paths asked for, robots.txt apart.
    asked: Vec<String>,
    unexpected: Vec<String>,
}

/// A host with an address of its own, so that budgets and blocks per host can be told apart.
pub struct Host {
    server: MockServer,
    state: Arc<Mutex<State>>,
    total: Arc<watch::Sender<usize>>,
}

/// Every host of a test has another loopback address.
static NEXT_ADDRESS: AtomicU8 = AtomicU8::new(2);

impl Host {
    /// Starts an empty host; it lives as long as the value.
    pub async fn start(now: Millis) -> Self {
        let last = NEXT_ADDRESS.fetch_add(1, Ordering::Relaxed);
        let listener = TcpListener::bind((std::net::Ipv4Addr::new(127, 0, 0, last), 0)).expect("loopback has room");
        let server = MockServer::builder().listener(listener).start().await;
        let state = Arc::new(Mutex::new(State {
            now,
            next: 1000,
            ..State::default()
        }));
        let total = Arc::new(watch::Sender::new(0));
        let (answers, counter, base) = (Arc::clone(&state), Arc::clone(&total), server.uri());
        Mock::given(any())
            .respond_with(move |request: &Request| {
                if request.url.path() != "/robots.txt" {
                    counter.send_modify(|asked| *asked += 1);
                }
                answers.lock().expect("no story panics inside").answer(&base, request)
            })
            .mount(&server)
            .await;
        Self { server, state, total }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        *self.server.address()
    }

    /// The address of a feed, as a registrar writes it.
    pub fn feed(&self, name: &str) -> String {
        self.at(|state| state.feeds.entry(name.to_owned()).or_default().len());
        format!("{}/{name}.atom", self.server.uri())
    }

    /// The handle of a Mastodon account, as a registrar writes it.
    pub fn actor(&self, name: &str) -> String {
        self.at(|state| state.actors.entry(name.to_owned()).or_default().len());
        format!("{}/@{name}", self.server.uri())
    }

    /// Publishes in a feed or an account, public, now.
    pub fn publish(&self, author: &str, text: &str) -> u64 {
        self.publish_as(author, text, "public", None)
    }

    /// Publishes for the readers that `visibility` names.
    pub fn publish_for(&self, author: &str, visibility: &'static str, text: &str) -> u64 {
        self.publish_as(author, text, visibility, None)
    }

    /// Shows another account's post again.
    pub fn boost(&self, author: &str, of: &str, number: u64) -> u64 {
        self.publish_as(author, "", "public", Some((of.to_owned(), number)))
    }

    fn publish_as(&self, author: &str, text: &str, visibility: &'static str, from: Option<(String, u64)>) -> u64 {
        self.at(|state| {
            state.next += 1;
            let post = Post {
                number: state.next,
                text: text.to_owned(),
                published: state.now,
                edited: None,
                visibility,
                from,
            };
            state.posts(author).push(post);
            state.next
        })
    }

    /// Changes a post's text; the platform says so.
    pub fn edit(&self, author: &str, number: u64, text: &str) {
        self.at(|state| {
            let now = state.now;
            let post = state
                .posts(author)
                .iter_mut()
                .find(|p| p.number == number)
                .expect("published before");
            (post.text, post.edited) = (text.to_owned(), Some(now));
        });
    }

    /// Takes a post away.
    pub fn delete(&self, author: &str, number: u64) {
        self.at(|state| state.posts(author).retain(|p| p.number != number));
    }

    /// Says who may read the host.
    pub fn robots(&self, text: &str) {
        self.at(|state| state.robots = Some(text.to_owned()));
    }

    /// Answers the next question, robots.txt apart, so instead.
    pub fn answer_next(&self, answer: ResponseTemplate) {
        self.at(|state| state.instead.push(answer));
    }

    /// Moves the host's clock.
    pub fn set_clock(&self, now: Millis) {
        self.at(|state| state.now = now);
    }

    /// What was asked since the last time, robots.txt apart.
    pub fn asked(&self) -> Vec<String> {
        self.at(|state| std::mem::take(&mut state.asked))
    }

    /// Waits until so many questions have been asked from now on.
    pub async fn questions(&self, count: usize) {
        let mut total = self.total.subscribe();
        let wanted = *total.borrow() + count;
        total.wait_for(|asked| *asked >= wanted).await.expect("the host lives");
    }

    /// Questions no crawler should have asked.
    pub fn unexpected(&self) -> Vec<String> {
        self.at(|state| state.unexpected.clone())
    }

    fn at<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().expect("no story panics inside"))
    }
}

impl State {
    fn posts(&mut self, author: &str) -> &mut Vec<Post> {
        let posts = self.feeds.get_mut(author).or_else(|| self.actors.get_mut(author));
        posts.unwrap_or_else(|| panic!("`{author}` is not on this host"))
    }

    fn answer(&mut self, base: &str, request: &Request) -> ResponseTemplate {
        let path = request.url.path().to_owned();
        if path == "/robots.txt" {
            return match &self.robots {
                Some(text) => ResponseTemplate::new(200).set_body_raw(text.clone(), "text/plain"),
                None => ResponseTemplate::new(404),
            };
        }
        self.asked.push(path.clone());
        if !self.instead.is_empty() {
            return self.instead.remove(0);
        }
        let asked: BTreeMap<String, String> = request.url.query_pairs().into_owned().collect();
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let found = match parts[..] {
            [feed] => feed.strip_suffix(".atom").and_then(|name| self.atom(base, name)),
            ["entri", name, number] => self.entry(name, number),
            ["api", "v1", "accounts", "lookup"] => self.lookup(base, asked.get("acct").map_or("", String::as_str)),
            ["api", "v1", "accounts", id, "statuses"] => self.statuses(base, id, &asked),
            ["api", "v1", "accounts", id] => self.by_id(id).and_then(|name| self.lookup(base, &name)),
            ["api", "v1", "statuses", number] => self.one(base, number),
            [user, number] if user.starts_with('@') => self.entry(&user[1..], number),
            _ => {
                self.unexpected.push(format!("{} {path}", request.method));
                None
            }
        };
        found.unwrap_or_else(|| ResponseTemplate::new(404).set_body_json(json!({"error": "Record not found"})))
    }

    fn atom(&self, base: &str, name: &str) -> Option<ResponseTemplate> {
        let mut feed = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><id>{base}/{name}</id>\
             <title>{name}</title><updated>{}</updated>",
            self.now
        );
        for post in self.feeds.get(name)?.iter().rev() {
            let (number, published, updated) = (post.number, post.published, post.edited.unwrap_or(post.published));
            let text = escaped(&escaped(&post.text));
            write!(
                feed,
                "<entry><id>{base}/{name}/{number}</id><title>Catatan</title><link href=\"{base}/entri/{name}/{number}\"/>\
                 <published>{published}</published><updated>{updated}</updated><content type=\"html\">{text}</content></entry>"
            )
            .expect("a String takes everything");
        }
        feed.push_str("</feed>");
        Some(ResponseTemplate::new(200).set_body_raw(feed, "application/atom+xml"))
    }

    /// The page of one post, for people.
    fn entry(&self, name: &str, number: &str) -> Option<ResponseTemplate> {
        let posts = self.feeds.get(name).or_else(|| self.actors.get(name))?;
        let post = posts.iter().find(|p| p.number.to_string() == number)?;
        let page = format!("<!doctype html><title>{name}</title><p>{}</p>", escaped(&post.text));
        Some(ResponseTemplate::new(200).set_body_raw(page, "text/html; charset=utf-8"))
    }

    fn id_of(&self, name: &str) -> Option<String> {
        Some((700 + self.actors.keys().position(|n| n == name)?).to_string())
    }

    fn by_id(&self, id: &str) -> Option<String> {
        self.actors
            .keys()
            .find(|name| self.id_of(name).as_deref() == Some(id))
            .cloned()
    }

    fn lookup(&self, base: &str, acct: &str) -> Option<ResponseTemplate> {
        let name = acct.trim_start_matches('@').split('@').next().unwrap_or_default();
        Some(ResponseTemplate::new(200).set_body_json(self.account(base, name)?))
    }

    fn account(&self, base: &str, name: &str) -> Option<Value> {
        let url = format!("{base}/@{name}");
        Some(json!({
            "id": self.id_of(name)?, "username": name, "acct": name, "display_name": name, "url": url,
            "uri": format!("{base}/users/{name}"), "locked": false, "bot": false, "discoverable": true, "indexable": true,
            "noindex": false, "note": "<p>Pegawai</p>", "fields": [], "created_at": "2020-01-01T00:00:00.000Z",
        }))
    }

    fn statuses(&self, base: &str, id: &str, asked: &BTreeMap<String, String>) -> Option<ResponseTemplate> {
        let name = self.by_id(id)?;
        let bound = |key: &str| asked.get(key).and_then(|n| n.parse::<u64>().ok());
        let limit = bound("limit").map_or(PAGE, |n| usize::try_from(n).unwrap_or(PAGE).min(PAGE));
        let mut posts: Vec<&Post> = self.actors[&name].iter().rev().collect();
        if let Some(newest) = bound("max_id") {
            posts.retain(|p| p.number < newest);
        }
        if let Some(oldest) = bound("since_id").or(bound("min_id")) {
            posts.retain(|p| p.number > oldest);
        }
        if bound("min_id").is_some() {
            // The page that follows directly, unlike `since_id`.
            posts.drain(..posts.len().saturating_sub(limit));
        }
        posts.truncate(limit);
        let mut answer = ResponseTemplate::new(200);
        if let (Some(newest), Some(oldest)) = (posts.first(), posts.last()) {
            let page = format!("{base}/api/v1/accounts/{id}/statuses?limit={limit}");
            let (next, prev) = (oldest.number, newest.number);
            let link = format!("<{page}&max_id={next}>; rel=\"next\", <{page}&min_id={prev}>; rel=\"prev\"");
            answer = answer.insert_header("link", link);
        }
        let list: Vec<Value> = posts.iter().filter_map(|p| self.status(base, &name, p)).collect();
        Some(answer.set_body_json(list))
    }

    fn one(&self, base: &str, number: &str) -> Option<ResponseTemplate> {
        let (name, post) = self
            .actors
            .iter()
            .flat_map(|(name, posts)| posts.iter().map(move |p| (name, p)))
            .find(|(_, p)| p.number.to_string() == number)?;
        Some(ResponseTemplate::new(200).set_body_json(self.status(base, name, post)?))
    }

    fn status(&self, base: &str, name: &str, post: &Post) -> Option<Value> {
        let number = post.number;
        let reblog = match &post.from {
            Some((author, number)) => {
                let shown = self.actors.get(author)?.iter().find(|p| p.number == *number)?;
                self.status(base, author, shown)?
            }
            None => Value::Null,
        };
        Some(json!({
            "id": number.to_string(), "uri": format!("{base}/users/{name}/statuses/{number}"),
            "url": format!("{base}/@{name}/{number}"), "account": self.account(base, name)?,
            "created_at": post.published.to_string(), "edited_at": post.edited.map(|at| at.to_string()),
            "visibility": post.visibility, "sensitive": false, "spoiler_text": "", "language": "id",
            "content": format!("<p>{}</p>", escaped(&post.text)), "reblog": reblog, "poll": null, "card": null,
            "media_attachments": [], "mentions": [], "tags": [], "emojis": [],
            "in_reply_to_id": null, "in_reply_to_account_id": null,
        }))
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
