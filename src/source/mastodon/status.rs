//! One status of the REST interface into a post.
//!
//! Reads leniently: servers that speak this interface differ in what they leave out and how they type it. A status without
//! `uri` or with an unknown visibility is not taken.

use serde_json::Value;

use crate::model::{Author, Millis, Post, PostKind, Visibility};
use crate::source::words::{Words, visible};
use crate::source::{date, web_url};
use crate::text::html;

/// A status as the timeline needs it.
#[derive(Debug)]
pub(super) struct Status {
    /// Opaque id.
    pub id: String,
    /// Federation id, the same after an edit.
    pub uri: String,
    /// When it was published here.
    pub at: Option<Millis>,
    /// The post, or why there is none.
    pub post: Result<Post, Left>,
}

/// Why a status is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Not for everyone.
    NotPublic,
    /// The author of a shared post asked not to be indexed.
    OptedOut,
    /// No words in it.
    Empty,
}

/// The account object: what of it matters.
#[derive(Debug)]
pub(super) struct Profile {
    /// The server's id.
    pub id: String,
    /// Name on its server.
    pub username: String,
    /// Asked not to be indexed.
    pub opted_out: bool,
    /// Suspended.
    pub suspended: bool,
}

impl Profile {
    /// Reads an account object.
    pub(super) fn read(account: &Value) -> Option<Self> {
        Some(Self {
            id: id(&account["id"])?,
            username: account["username"].as_str().unwrap_or_default().to_owned(),
            // Both default to "may be indexed" when the server does not know them.
            opted_out: account["noindex"] == Value::Bool(true) || account["indexable"] == Value::Bool(false),
            suspended: account["suspended"] == Value::Bool(true),
        })
    }
}

/// Reads a status of the timeline of account `owner`. `None`: it is no status at all.
pub(super) fn read(status: &Value, owner: &str, now: Millis) -> Option<Status> {
    let id = id(&status["id"])?;
    let uri = string(status, "uri")?;
    let at = string(status, "created_at").and_then(|text| date::rfc3339(text, now));
    Some(Status {
        post: post(status, owner, uri, at, now),
        id,
        uri: visible(uri).into_owned(),
        at,
    })
}

fn post(status: &Value, owner: &str, uri: &str, at: Option<Millis>, now: Millis) -> Result<Post, Left> {
    let shared = status["reblog"].is_object().then(|| &status["reblog"]);
    if !is_public(status) || shared.is_some_and(|shared| !is_public(shared)) {
        return Err(Left::NotPublic);
    }
    // The words of a repost are those of its author, and it may be the account itself.
    let words_of = shared.unwrap_or(status);
    let author = &words_of["account"];
    let theirs = id(&author["id"]).is_some_and(|id| id != owner);
    if theirs && Profile::read(author).is_some_and(|author| author.opted_out) {
        return Err(Left::OptedOut);
    }
    let mut words = Words::default();
    own_parts(words_of, theirs, &mut words);
    let quote = quote_parts(words_of, &mut words);
    let (text, foreign) = words.finish();
    if text.is_empty() {
        return Err(Left::Empty);
    }
    let kind = if shared.is_some() || theirs {
        PostKind::Repost
    } else if quote {
        PostKind::Quote
    } else if !status["in_reply_to_id"].is_null() {
        PostKind::Reply
    } else {
        PostKind::Own
    };
    // Some servers give a repost the address of what it shares: it must not look like an edit of it.
    let collides = shared.is_some_and(|shared| shared["uri"].as_str() == Some(uri));
    let key = if collides {
        format!("{uri}#bagikan")
    } else {
        uri.to_owned()
    };
    let url = string(status, "url").or_else(|| string(words_of, "url"));
    Ok(Post {
        key: visible(&key).into_owned(),
        url: url.and_then(web_url).map(String::from),
        author: Author {
            key: visible(
                string(author, "uri")
                    .or_else(|| string(author, "url"))
                    .unwrap_or_default(),
            )
            .into_owned(),
            handle: visible(author["acct"].as_str().unwrap_or_default()).into_owned(),
        },
        kind,
        text,
        foreign,
        published_at: at,
        edited_at: string(words_of, "edited_at").and_then(|text| date::rfc3339(text, now)),
        raw: 0..0,
    })
}

/// Warning, body, poll, image descriptions, then the link card, which is the linked page's words.
fn own_parts(status: &Value, foreign: bool, words: &mut Words) {
    words.add(status["spoiler_text"].as_str().unwrap_or_default(), foreign);
    words.add(&html::to_text(status["content"].as_str().unwrap_or_default()), foreign);
    let list = |value: &Value, field: &str| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items
            .filter_map(|item| Some(item[field].as_str()?.to_owned()))
            .collect()
    };
    words.add(&list(&status["poll"]["options"], "title").join("\n"), foreign);
    for description in list(&status["media_attachments"], "description") {
        words.add(&description, foreign);
    }
    for field in ["title", "description"] {
        words.foreign(status["card"][field].as_str().unwrap_or_default());
    }
}

/// The quoted post's words, when the server shows them to everyone. Returns whether the status is a quote at all.
fn quote_parts(status: &Value, words: &mut Words) -> bool {
    let quote = &status["quote"];
    if !quote.is_object() {
        return false;
    }
    // 4.4 and later wrap the post and say whether it may be shown; older relatives put the post itself here.
    let quoted = match (&quote["quoted_status"], quote["state"].as_str()) {
        (quoted, Some("accepted")) if quoted.is_object() => quoted,
        (Value::Null, None) if quote["content"].is_string() => quote,
        _ => return true,
    };
    let closed = Profile::read(&quoted["account"]).is_some_and(|author| author.opted_out);
    if is_public(quoted) && !closed {
        words.foreign(quoted["spoiler_text"].as_str().unwrap_or_default());
        words.foreign(&html::to_text(quoted["content"].as_str().unwrap_or_default()));
    }
    true
}

fn is_public(status: &Value) -> bool {
    let word = status["visibility"].as_str().and_then(|word| word.parse().ok());
    word == Some(Visibility::Public)
}

fn string<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value[field].as_str().filter(|text| !text.trim().is_empty())
}

/// Ids are opaque strings; some servers send numbers.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(id) if !id.is_empty() => Some(visible(id).into_owned()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}
