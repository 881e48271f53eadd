//! The demo's feeds: RSS 2.0, Atom, RDF in Latin-1 and JSON Feed, and the pages of their entries.
//!
//! Does: conditional answers by `ETag`. Does not: show more than a feed's window of entries.
//! Invariant: every format tells the same words.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::host::Site;
use super::markup::{article, escape};
use super::region::Place;
use super::world::{Entry, Voice, Window};
use crate::model::Millis;

/// Entries in a feed.
const WINDOW: usize = 15;

/// Routes of a feed host.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/{blog}/{file}", get(feed))
        .route("/{blog}/p/{id}", get(page))
}

/// A blog as its feed shows it.
struct Blog<'a> {
    handle: &'a str,
    voice: &'a Voice,
    base: &'a str,
    posts: Vec<Entry>,
}

async fn feed(State(site): State<Site>, Path((handle, file)): Path<(String, String)>, asked: HeaderMap) -> Response {
    let blog = site
        .world
        .voice(&handle)
        .filter(|voice| site.serves(voice.place) && voice.place.file() == Some(&file));
    let Some(voice) = blog else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let window = Window {
        limit: Some(WINDOW),
        ..Window::default()
    };
    let blog = Blog {
        handle: &handle,
        voice,
        base: &site.base,
        posts: site.world.list(&handle, window),
    };
    let (kind, body) = match voice.place {
        Place::Atom => ("application/atom+xml; charset=utf-8", atom(&blog).into_bytes()),
        Place::Rdf => ("application/rdf+xml", latin1(&rdf(&blog))),
        Place::Json => ("application/feed+json", json_feed(&blog).to_string().into_bytes()),
        _ => ("application/rss+xml; charset=utf-8", rss(&blog).into_bytes()),
    };
    let digest = Sha256::digest(&body);
    let etag = format!(
        "\"{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}\"",
        digest[0], digest[1], digest[2], digest[3], digest[4], digest[5]
    );
    if asked
        .get(header::IF_NONE_MATCH)
        .is_some_and(|sent| sent.as_bytes() == etag.as_bytes())
    {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, etag)], body).into_response()
}

async fn page(State(site): State<Site>, Path((handle, id)): Path<(String, u64)>) -> Response {
    match site.world.post(id).filter(|post| post.handle == handle) {
        Some(post) => {
            let (title, body) = split(&post.text);
            Html(format!(
                "<!doctype html><html lang=\"id\"><meta charset=\"utf-8\"><title>{}</title>{}",
                escape(title),
                article(body)
            ))
            .into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Blog<'_> {
    fn link(&self, post: &Entry) -> String {
        format!("{}/{}/p/{}", self.base, self.handle, post.id)
    }

    fn home(&self) -> String {
        format!("{}/{}/", self.base, self.handle)
    }
}

/// Title and body.
fn split(text: &str) -> (&str, &str) {
    text.split_once(" :: ").unwrap_or(("", text))
}

fn rss(blog: &Blog<'_>) -> String {
    let name = escape(&blog.voice.name);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>{}</title><link>{}</link><description>{name}</description><language>id</language>\n",
        escape(blog.handle),
        blog.home()
    );
    for post in &blog.posts {
        let (title, body) = split(&post.text);
        let link = blog.link(post);
        push(
            &mut out,
            format_args!(
                "<item><title>{}</title><link>{link}</link><guid isPermaLink=\"false\">{link}#{}</guid><dc:creator>{name}</dc:creator><pubDate>{}</pubDate><content:encoded><![CDATA[{}]]></content:encoded></item>\n",
                escape(title),
                post.id,
                rfc2822(post.published),
                article(body),
            ),
        );
    }
    out.push_str("</channel></rss>\n");
    out
}

fn atom(blog: &Blog<'_>) -> String {
    let updated = blog
        .posts
        .iter()
        .map(|post| post.edited.unwrap_or(post.published))
        .max()
        .unwrap_or_default();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"id\"><id>{0}</id><title>{1}</title><updated>{updated}</updated><link rel=\"alternate\" href=\"{0}\"/><author><name>{2}</name></author>\n",
        blog.home(),
        escape(blog.handle),
        escape(&blog.voice.name),
    );
    for post in &blog.posts {
        let (title, body) = split(&post.text);
        push(
            &mut out,
            format_args!(
                "<entry><id>tag:tirtawangi.example,2026:{}</id><title>{}</title><link rel=\"alternate\" href=\"{}\"/><published>{}</published><updated>{}</updated><content type=\"html\">{}</content></entry>\n",
                post.id,
                escape(title),
                blog.link(post),
                post.published,
                post.edited.unwrap_or(post.published),
                escape(&article(body)),
            ),
        );
    }
    out.push_str("</feed>\n");
    out
}

fn rdf(blog: &Blog<'_>) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel rdf:about=\"{0}\"><title>{1}</title><link>{0}</link><description>{1}</description></channel>\n",
        blog.home(),
        escape(blog.handle)
    );
    for post in &blog.posts {
        let (title, body) = split(&post.text);
        let link = blog.link(post);
        push(
            &mut out,
            format_args!(
                "<item rdf:about=\"{link}\"><title>{}</title><link>{link}</link><description>{}</description><dc:creator>{}</dc:creator><dc:date>{}</dc:date></item>\n",
                escape(title),
                escape(&article(body)),
                escape(&blog.voice.name),
                post.published,
            ),
        );
    }
    out.push_str("</rdf:RDF>\n");
    out
}

fn json_feed(blog: &Blog<'_>) -> Value {
    let items: Vec<Value> = blog
        .posts
        .iter()
        .map(|post| {
            let (title, body) = split(&post.text);
            json!({
                "id": post.id.to_string(), "url": blog.link(post), "title": title, "content_html": article(body),
                "date_published": post.published.to_string(),
                "date_modified": post.edited.map(|at| at.to_string()),
            })
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1", "title": blog.handle, "home_page_url": blog.home(),
        "language": "id", "authors": [{"name": blog.voice.name}], "items": items,
    })
}

fn push(out: &mut String, part: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(part);
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}

fn rfc2822(at: Millis) -> String {
    let western = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    at.timestamp()
        .and_then(|at| jiff::fmt::rfc2822::to_string(&at.to_zoned(western)).ok())
        .unwrap_or_default()
}

/// Old blog software: Latin-1, and a numeric reference for what it does not hold.
fn latin1(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            // 0x80 to 0x9f are something else in windows-1252, as which readers take Latin-1.
            Ok(byte) if !(0x80..0xa0).contains(&byte) => out.push(byte),
            _ => out.extend_from_slice(format!("&#{};", u32::from(c)).as_bytes()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::host::tests::{get, get_with, site_of};
    use super::*;

    #[tokio::test]
    async fn every_format_is_a_feed_with_its_entries() {
        let (site, _) = site_of(&[Place::Rss, Place::Atom, Place::Rdf, Place::Json]);
        for (path, about) in [
            ("/dapur-euis/feed.xml", "Nasi tutug oncom"),
            ("/sepeda-yoga/atom.xml", "Merawat rantai"),
            ("/pustaka-hendra/index.rdf", "Buku bulan ini"),
            ("/batik-rini/feed.json", "Pewarna indigo"),
        ] {
            let (status, headers, body) = get(routes().with_state(site.clone()), path).await;
            assert_eq!(status, 200, "{path}");
            assert!(body.contains(about), "{path}: {body}");
            if !path.ends_with("json") {
                let feed = feed_rs::parser::parse(body.as_bytes()).expect("a feed");
                assert!(
                    !feed.entries.is_empty() && feed.entries[0].published.is_some(),
                    "{path}"
                );
            }
            let etag = headers[header::ETAG].to_str().expect("ASCII").to_owned();
            let (status, _, body) =
                get_with(routes().with_state(site.clone()), path, &[("if-none-match", &etag)]).await;
            assert_eq!((status, body.as_str()), (304, ""), "{path}");
        }
    }

    #[tokio::test]
    async fn a_host_serves_only_its_own_feeds() {
        let (site, _) = site_of(&[Place::Closed]);
        for (path, expected) in [("/harian-cecep/feed.xml", 200), ("/dapur-euis/feed.xml", 404)] {
            assert_eq!(get(routes().with_state(site.clone()), path).await.0, expected, "{path}");
        }
    }
}
