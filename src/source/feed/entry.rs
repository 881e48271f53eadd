//! Items of an XML feed into posts, through feed-rs.
//!
//! Does: give feed-rs one item at a time, fenced against its panics; fall back to the item's bare text when it cannot read
//! one, so that a post is never lost for its markup. Does not: use feed-rs's ids, which change when a title does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use feed_rs::model::{Entry as Parsed, Text};
use feed_rs::parser::{Builder, Parser};
use url::Url;

use super::walk::{Family, Item, outline};
use super::{Entry, is_bridge_error, key};
use crate::model::{Author, Millis, Post, PostKind};
use crate::source::words::{Words, visible};
use crate::source::{Dropped, Error, date, web_url};
use crate::text::html;

/// Every item of the feed, and how long the publisher asks to be left alone.
pub(super) fn entries(
    feed: &Url,
    base: &Url,
    text: &str,
    now: Millis,
    dropped: &mut Dropped,
) -> Result<(Vec<Entry>, Option<Duration>), Error> {
    let body = after_declaration(text);
    let offset = text.len() - body.len();
    let outline = outline(body)?;
    let mut parser = parser(base);
    let mut entries = Vec::with_capacity(outline.items.len());
    for item in &outline.items {
        let bytes = &body[item.range.clone()];
        let parsed = if item.deep {
            None
        } else {
            let document = outline.document(bytes);
            let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse(document.as_bytes())));
            if parsed.is_err() {
                parser = self::parser(base); // its state may be half-made
            }
            parsed.ok().and_then(Result::ok).and_then(|mut feed| feed.entries.pop())
        };
        let raw = item.range.start + offset..item.range.end + offset;
        let entry = parsed
            .and_then(|parsed| from_parsed(feed, base, item, outline.family, &parsed, now))
            .or_else(|| from_markup(feed, item, bytes));
        match entry {
            Some(mut entry) => {
                entry.post.raw = raw;
                entries.push(entry);
            }
            None => dropped.unreadable += 1,
        }
    }
    Ok((entries, outline.rest))
}

/// The text after `<?xml …?>`: it is decoded already, and a declaration of another charset would make feed-rs decode it again.
fn after_declaration(text: &str) -> &str {
    let trimmed = text.trim_start();
    match trimmed.strip_prefix("<?xml") {
        Some(rest) => rest.find("?>").map_or(trimmed, |end| &rest[end + 2..]),
        None => trimmed,
    }
}

fn parser(base: &Url) -> Parser {
    Builder::new()
        .base_uri(Some(base.as_str()))
        .sanitize_content(false)
        .id_generator(|_, _, _| String::new())
        .build()
}

fn from_parsed(feed: &Url, base: &Url, item: &Item, family: Family, parsed: &Parsed, now: Millis) -> Option<Entry> {
    let foreign = is_copied(feed, item);
    let title = parsed.title.as_ref().map(|title| title_text(title, family));
    let title = title.as_deref().unwrap_or_default();
    let mut words = Words::default();
    words.add(title, foreign);
    let content = parsed.content.as_ref().and_then(|content| {
        let body = content.body.as_deref()?;
        Some(readable(body, content.content_type.as_ref()))
    });
    let body = content.filter(|body| !body.trim().is_empty()).or_else(|| {
        let summary = parsed.summary.as_ref()?;
        Some(if family == Family::Atom {
            plain(summary)
        } else {
            html::to_text(&summary.content)
        })
    });
    words.add(body.as_deref().unwrap_or_default(), foreign);
    for media in &parsed.media {
        let texts = media.texts.iter().map(|text| &text.text);
        for text in media.title.iter().chain(&media.description).chain(texts) {
            words.add(&plain(text), foreign);
        }
    }
    let (text, foreign_spans) = words.finish();
    if text.is_empty() {
        return None;
    }
    let link = parsed
        .links
        .iter()
        .filter(|link| link.target.is_none())
        .find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"))
        .and_then(|link| base.join(link.href.trim()).ok())
        .and_then(|url| web_url(url.as_str()))
        .map(String::from);
    let instant = |date: Option<i64>| date.and_then(|ms| date::plausible(Millis(ms), now));
    let published = instant(parsed.published.map(|date| date.timestamp_millis()));
    let updated = instant(parsed.updated.map(|date| date.timestamp_millis()));
    let author = parsed.authors.first();
    let ids = [Some(parsed.id.as_str()), item.about.as_deref(), link.as_deref()];
    Some(Entry {
        bridge_error: is_bridge_error(title),
        post: Post {
            key: key(feed, &ids, &[title, &text]),
            url: link.clone(),
            author: author.map_or_else(Author::default, |author| Author {
                key: visible(author.uri.as_deref().unwrap_or_default()).into_owned(),
                handle: visible(author.name.as_deref().unwrap_or_default()).into_owned(),
            }),
            kind: if foreign { PostKind::Repost } else { PostKind::Own },
            text,
            foreign: foreign_spans,
            published_at: published.or(updated),
            // RSS has no word for edits: feed-rs copies the date of publication.
            edited_at: updated.filter(|at| published.is_some_and(|published| *at > published)),
            raw: 0..0,
        },
        link,
    })
}

/// An item that feed-rs could not read: whatever words are in it.
fn from_markup(feed: &Url, item: &Item, bytes: &str) -> Option<Entry> {
    let open = bytes.replace("<![CDATA[", "").replace("]]>", "");
    let text = html::to_text(&html::to_text(&open));
    let mut words = Words::default();
    words.add(&text, is_copied(feed, item));
    let (text, foreign) = words.finish();
    if text.is_empty() {
        return None;
    }
    let link = element(&open, "link").and_then(web_url).map(String::from);
    let ids = [
        element(&open, "guid"),
        element(&open, "id"),
        item.about.as_deref(),
        link.as_deref(),
    ];
    Some(Entry {
        bridge_error: false,
        post: Post {
            key: key(feed, &ids, &[&text]),
            url: link.clone(),
            author: Author::default(),
            kind: if foreign.is_empty() {
                PostKind::Own
            } else {
                PostKind::Repost
            },
            text,
            foreign,
            published_at: None,
            edited_at: None,
            raw: 0..0,
        },
        link,
    })
}

/// The text between the first start tag of that name and the next tag.
fn element<'a>(markup: &'a str, name: &str) -> Option<&'a str> {
    let start = markup.match_indices('<').find_map(|(at, _)| {
        let rest = markup[at + 1..].strip_prefix(name)?;
        let end = rest.find('>')?;
        (rest.starts_with(['>', ' ', '\t', '\r', '\n']) && !rest[..end].ends_with('/')).then_some(&rest[end + 1..])
    })?;
    start.split('<').next().map(str::trim).filter(|text| !text.is_empty())
}

/// Whether the item says that it was copied from a feed of another host.
fn is_copied(feed: &Url, item: &Item) -> bool {
    let source = item.source.as_deref().and_then(web_url);
    source.is_some_and(|source| source.host() != feed.host())
}

/// RSS titles are text by the letter and markup by habit: tags are taken out only when there are any.
fn title_text(title: &Text, family: Family) -> String {
    let markup = family != Family::Atom && (title.content.contains("</") || title.content.contains("&#"));
    if markup {
        html::to_text(&title.content)
    } else {
        plain(title)
    }
}

fn plain(text: &Text) -> String {
    readable(&text.content, text.content_type.as_ref())
}

fn readable(body: &str, content_type: &str) -> String {
    if content_type.eq_ignore_ascii_case("text/plain") {
        body.to_owned()
    } else {
        html::to_text(body)
    }
}
