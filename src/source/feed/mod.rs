//! Feeds: RSS 0.9 to 2.0, RDF, Atom, JSON Feed at a registered URL.
//!
//! Does: decode, find the items, name each by an id that survives edits, put its readable parts together. Does not: follow
//! a feed's own idea of its address (`self` links lie), or take an item's absence for a deletion: a feed is a window.
//! Invariant: an item's key is its guid, `rdf:about` or Atom id when it has one, else its link, else a digest of its words;
//! ids that mean something only inside this feed carry its URL, so that two feeds of one person never share a key.

mod decode;
mod entry;
mod json;
mod walk;

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Answer, Ask, Context, Decoded, Dropped, Error, Page, Source, Step, Visit, web_url};
use crate::model::{Account, Platform, Post};

/// The adapter.
#[derive(Debug, Clone, Copy)]
pub struct Feed;

/// What a feed may be called; bridges and blogs differ.
const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, \
                      application/xml;q=0.9, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1";

/// Longest id taken as it is; a longer one is replaced by its digest.
const MAX_ID: usize = 1024;

impl Source for Feed {
    fn platform(&self) -> Platform {
        Platform::Feed
    }

    fn visit(&self, account: &Account, _cursor: Option<&str>, context: &Context) -> Result<Box<dyn Visit>, Error> {
        let url = web_url(&account.handle).ok_or(Error::Handle("a feed is an http or https address"))?;
        Ok(Box::new(Reading {
            url,
            context: context.clone(),
        }))
    }
}

struct Reading {
    url: Url,
    context: Context,
}

impl Visit for Reading {
    fn next(&mut self, answer: Option<&Answer>) -> Result<Step, Error> {
        match answer {
            None => Ok(Step::Ask(Ask {
                conditional: true,
                ..Ask::new(self.url.clone(), ACCEPT)
            })),
            Some(answer) => read(&self.url, answer, &self.context).map(Step::Page),
        }
    }
}

/// One item, read.
#[derive(Debug)]
struct Entry {
    post: Post,
    /// What [`key`] falls back on when ids repeat.
    link: Option<String>,
    /// Says that it is an error of a bridge, not a post.
    bridge_error: bool,
}

fn read(feed: &Url, answer: &Answer, context: &Context) -> Result<Page, Error> {
    let decoded = decode::decode(&answer.body, answer.header("content-type"));
    let text: &str = &decoded.text;
    let first = text.trim_start().as_bytes().first();
    let mut dropped = Dropped::default();
    let (mut entries, rest) = match first {
        Some(b'{') => (json::entries(feed, &answer.url, text, context.now, &mut dropped)?, None),
        Some(b'<') => entry::entries(feed, &answer.url, text, context.now, &mut dropped)?,
        _ => return Err(Error::Unreadable("not a feed")),
    };
    let found = entries.len();
    entries.retain(|entry| !entry.bridge_error);
    if found > 0 && entries.is_empty() {
        return Err(Error::Bridge);
    }
    separate(&mut entries);
    entries.retain(|entry| {
        let newest = entry.post.edited_at.max(entry.post.published_at);
        let wanted = newest.is_none_or(|at| at >= context.since);
        dropped.too_old += u32::from(!wanted);
        wanted
    });
    let skipped = decoded.skipped;
    let posts = entries
        .into_iter()
        .map(|entry| Post {
            raw: entry.post.raw.start + skipped..entry.post.raw.end + skipped,
            ..entry.post
        })
        .collect();
    Ok(Page {
        posts,
        rest,
        dropped,
        decoded: decoded.charset.map(|charset| Decoded {
            charset,
            text: decoded.text.into_owned(),
        }),
        ..Page::default()
    })
}

/// Keeps items apart whose publisher gave them all the same id.
fn separate(entries: &mut [Entry]) {
    let mut times: HashMap<String, u32> = HashMap::new();
    for entry in entries.iter() {
        *times.entry(entry.post.key.clone()).or_default() += 1;
    }
    for entry in entries {
        if times.get(&entry.post.key).is_some_and(|n| *n > 1) {
            let more = entry.link.clone().unwrap_or_else(|| digest(&[&entry.post.text]));
            entry.post.key = bounded(format!("{} {more}", entry.post.key));
        }
    }
}

/// The key of an item: the first id that it has.
fn key(feed: &Url, ids: &[Option<&str>], words: &[&str]) -> String {
    let id = ids.iter().flatten().map(|id| id.trim()).find(|id| !id.is_empty());
    let key = match id {
        Some(id) if Url::parse(id).is_ok() => id.to_owned(),
        Some(id) => format!("{feed}#{id}"),
        None => format!("{feed}#sha256:{}", digest(words)),
    };
    bounded(super::words::visible(&key).into_owned())
}

fn bounded(key: String) -> String {
    if key.len() > MAX_ID {
        format!("sha256:{}", digest(&[&key]))
    } else {
        key
    }
}

fn digest(words: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for word in words {
        hasher.update(word.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
        use std::fmt::Write as _;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// RSS-Bridge and its kin answer failures with success and one item that says so, with a new id each day.
fn is_bridge_error(title: &str) -> bool {
    title.trim_start().starts_with("Bridge returned error")
}

#[cfg(test)]
mod tests;
