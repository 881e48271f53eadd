//! Items of a JSON Feed (1.0, 1.1) into posts. Raw values keep each item's exact bytes.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

use super::{Entry, is_bridge_error, key};
use crate::model::{Author, Millis, Post, PostKind};
use crate::source::words::{Words, visible};
use crate::source::{Dropped, Error, date, web_url};
use crate::text::html;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

/// Every item of the feed.
pub(super) fn entries(
    feed: &Url,
    base: &Url,
    text: &str,
    now: Millis,
    dropped: &mut Dropped,
) -> Result<Vec<Entry>, Error> {
    let document: Document<'_> = serde_json::from_str(text).map_err(|_| Error::Unreadable("not a JSON Feed"))?;
    let mut entries = Vec::with_capacity(document.items.len());
    for raw in document.items {
        let entry = serde_json::from_str(raw.get())
            .ok()
            .and_then(|item: Value| read(feed, base, &item, now));
        match entry {
            Some(mut entry) => {
                // A borrowed raw value is a part of `text`.
                let start = raw.get().as_ptr().addr() - text.as_ptr().addr();
                entry.post.raw = start..start + raw.get().len();
                entries.push(entry);
            }
            None => dropped.unreadable += 1,
        }
    }
    Ok(entries)
}

fn read(feed: &Url, base: &Url, item: &Value, now: Millis) -> Option<Entry> {
    let string = |name: &str| item[name].as_str().filter(|text| !text.trim().is_empty());
    let title = string("title").unwrap_or_default();
    let mut words = Words::default();
    words.own(title);
    match (string("content_text"), string("content_html"), string("summary")) {
        (Some(text), _, _) | (None, None, Some(text)) => words.own(text),
        (None, Some(markup), _) => words.own(&html::to_text(markup)),
        (None, None, None) => {}
    }
    for attachment in item["attachments"].as_array().into_iter().flatten() {
        words.own(attachment["title"].as_str().unwrap_or_default());
    }
    let (text, foreign) = words.finish();
    if text.is_empty() {
        return None;
    }
    let link = string("url")
        .and_then(|link| base.join(link).ok())
        .and_then(|url| web_url(url.as_str()))
        .map(String::from);
    let id = match &item["id"] {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    };
    let author = item["authors"].get(0).unwrap_or(&item["author"]);
    let published = string("date_published").and_then(|text| date::rfc3339(text, now));
    let modified = string("date_modified").and_then(|text| date::rfc3339(text, now));
    Some(Entry {
        bridge_error: is_bridge_error(title),
        post: Post {
            key: key(feed, &[id.as_deref(), link.as_deref()], &[title, &text]),
            url: link.clone(),
            author: Author {
                key: visible(author["url"].as_str().unwrap_or_default()).into_owned(),
                handle: visible(author["name"].as_str().unwrap_or_default()).into_owned(),
            },
            kind: PostKind::Own,
            text,
            foreign,
            published_at: published.or(modified),
            edited_at: modified.filter(|at| published.is_some_and(|published| *at > published)),
            raw: 0..0,
        },
        link,
    })
}
