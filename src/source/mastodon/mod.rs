//! Mastodon's REST interface and its compatibles, read without a login.
//!
//! Does: find the account, read its public posts without gaps, oldest missing one first, and read the newest window again
//! for edits, which move nothing in the list. Does not: log in, read unlisted posts, follow a link to another server, or
//! trust an id: posts are keyed by `uri`.
//! Invariant: `cursor::Cursor` never claims more than has been handed out in a page.

mod cursor;
mod handle;
mod link;
mod status;

use std::collections::HashSet;

use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

use self::cursor::{Back, Cursor, Mark};
use self::handle::Handle;
use self::status::{Left, Profile};
use super::{Answer, Ask, Context, Error, Page, Source, Step, Visit};
use crate::model::{Account, Millis, Platform, Post};

/// The adapter.
#[derive(Debug, Clone, Copy)]
pub struct Mastodon;

/// Posts asked for per page: the most the interface gives.
const LIMIT: &str = "40";

/// Pages every visit may read: with fewer it could stand still, trying the same for ever.
const MIN_PAGES: u32 = 3;

/// Pages of the first reading, over all its visits: 20,000 posts are more than a person writes in a campaign.
const MAX_BACK_PAGES: u32 = 500;

/// Pages of the window that is read again for edits.
const MAX_WINDOW_PAGES: u32 = 5;

const ACCEPT: &str = "application/json";

impl Source for Mastodon {
    fn platform(&self) -> Platform {
        Platform::Mastodon
    }

    fn visit(&self, account: &Account, cursor: Option<&str>, context: &Context) -> Result<Box<dyn Visit>, Error> {
        let cursor = Cursor::parse(cursor);
        let known = account.platform_id.clone();
        Ok(Box::new(Timeline {
            handle: Handle::parse(&account.handle)?,
            consent: account.consent.is_some(),
            plan: if known.is_some() && !context.retrying {
                Plan::Newest
            } else {
                Plan::Lookup
            },
            known,
            first: cursor.high.is_none(),
            cursor,
            context: context.clone(),
            seen: HashSet::new(),
            newest: None,
            window: None,
            pages_left: context.max_pages.max(MIN_PAGES),
        }))
    }
}

struct Timeline {
    handle: Handle,
    consent: bool,
    /// The account's id, once known.
    known: Option<String>,
    cursor: Cursor,
    /// No visit has read this account before.
    first: bool,
    context: Context,
    /// `uri`s this visit has handed out.
    seen: HashSet<String>,
    /// The newest post of this visit's newest page.
    newest: Option<Mark>,
    /// Where the window for edits goes on, and the pages it has read.
    window: Option<(Url, u32)>,
    pages_left: u32,
    plan: Plan,
}

/// What the visit reads next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    /// The account.
    Lookup,
    /// The newest page.
    Newest,
    /// From `high` towards the newest page.
    Forward,
    /// Beyond the newest post: does this server heed paging at all?
    Trial,
    /// Older pages, for edits.
    Window,
    /// What the first reading left.
    Back,
    /// Nothing.
    Done,
}

/// A page as it was read.
struct Read {
    marks: Vec<Mark>,
    /// How many of them this visit had not seen.
    fresh: usize,
    /// Whether this visit had seen one of them.
    met: bool,
    /// The next older page.
    next: Option<Url>,
}

impl Visit for Timeline {
    fn next(&mut self, answer: Option<&Answer>) -> Result<Step, Error> {
        match (answer, self.plan) {
            (None, Plan::Done) => Ok(Step::Page(Page::default())),
            (None, _) => Ok(Step::Ask(Ask::new(self.address()?, ACCEPT))),
            (Some(answer), Plan::Lookup) => {
                self.found(answer)?;
                self.plan = Plan::Newest;
                Ok(Step::Ask(Ask::new(self.address()?, ACCEPT)))
            }
            (Some(answer), _) => self.page(answer).map(Step::Page),
        }
    }
}

impl Timeline {
    fn address(&self) -> Result<Url, Error> {
        let own = |path: &str| {
            let url = self.handle.origin.join(path);
            url.map_err(|_| Error::Handle("the server's address takes no path"))
        };
        match self.plan {
            Plan::Lookup => {
                let mut url = own("api/v1/accounts/lookup")?;
                url.query_pairs_mut().append_pair("acct", &self.handle.user);
                Ok(url)
            }
            Plan::Forward => self.after(self.cursor.high.as_ref()),
            Plan::Trial => self.after(self.newest.as_ref()),
            Plan::Window => self
                .window
                .as_ref()
                .map_or_else(|| self.statuses(&[]), |(url, _)| Ok(url.clone())),
            Plan::Back => {
                let stored = self.cursor.back.as_ref().and_then(|back| Url::parse(&back.url).ok());
                let kept = stored.filter(|url| self.is_own(url));
                kept.map_or_else(|| self.statuses(&[]), Ok)
            }
            Plan::Newest | Plan::Done => self.statuses(&[]),
        }
    }

    /// The account's list of posts.
    fn statuses(&self, parameters: &[(&str, &str)]) -> Result<Url, Error> {
        let id = self
            .known
            .as_deref()
            .ok_or(Error::Unreadable("the account has no id"))?;
        let mut url = self.handle.origin.clone();
        url.path_segments_mut()
            .map_err(|()| Error::Handle("the server's address takes no path"))?
            .clear()
            .extend(["api", "v1", "accounts", id, "statuses"]);
        url.query_pairs_mut()
            .append_pair("limit", LIMIT)
            .extend_pairs(parameters);
        Ok(url)
    }

    /// What directly follows a post.
    fn after(&self, mark: Option<&Mark>) -> Result<Url, Error> {
        match mark {
            Some(mark) => self.statuses(&[("min_id", &mark.id)]),
            None => self.statuses(&[]),
        }
    }

    /// Whether a link of the server leads to this very list.
    fn is_own(&self, url: &Url) -> bool {
        self.statuses(&[])
            .is_ok_and(|own| own.origin() == url.origin() && own.path() == url.path())
    }

    fn found(&mut self, answer: &Answer) -> Result<(), Error> {
        let value: Value =
            serde_json::from_slice(&answer.body).map_err(|_| Error::Unreadable("the account is not JSON"))?;
        let profile = Profile::read(&value).ok_or(Error::Unreadable("the account has no id"))?;
        if !profile.username.eq_ignore_ascii_case(&self.handle.user) {
            return Err(Error::Identity);
        }
        if self.known.as_ref().is_some_and(|known| *known != profile.id) {
            return Err(Error::Identity);
        }
        if profile.suspended {
            return Err(Error::Suspended);
        }
        if profile.opted_out && !self.consent {
            return Err(Error::OptedOut);
        }
        self.known = Some(profile.id);
        Ok(())
    }

    fn page(&mut self, answer: &Answer) -> Result<Page, Error> {
        let mut page = Page::default();
        let read = self.read(answer, &mut page)?;
        self.pages_left = self.pages_left.saturating_sub(1);
        match self.plan {
            Plan::Newest => self.after_newest(&read),
            Plan::Forward => self.after_forward(&read),
            Plan::Trial => page.gap = self.after_trial(&read),
            Plan::Window => self.after_window(&read),
            Plan::Back => self.after_back(&read),
            Plan::Lookup | Plan::Done => {}
        }
        if self.pages_left == 0 && self.plan != Plan::Done {
            page.unfinished = self.plan != Plan::Window || self.cursor.back.is_some();
            self.plan = Plan::Done;
        }
        page.more = self.plan != Plan::Done;
        page.cursor = Some(self.cursor.to_text());
        page.platform_id.clone_from(&self.known);
        Ok(page)
    }

    /// Reads the statuses of an answer into `page`.
    fn read(&mut self, answer: &Answer, page: &mut Page) -> Result<Read, Error> {
        const NO_LIST: Error = Error::Unreadable("the posts are not a JSON list");
        let text = std::str::from_utf8(&answer.body).map_err(|_| NO_LIST)?;
        let list: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| NO_LIST)?;
        let owner = self.known.clone().unwrap_or_default();
        let mut read = Read {
            marks: Vec::with_capacity(list.len()),
            fresh: 0,
            met: false,
            next: None,
        };
        for raw in list {
            let value = serde_json::from_str::<Value>(raw.get()).unwrap_or_default();
            let Some(status) = status::read(&value, &owner, self.context.now) else {
                page.dropped.unreadable += 1;
                continue;
            };
            self.check_owner(&value["account"], &owner)?;
            if self.seen.insert(status.uri.clone()) {
                read.fresh += 1;
            } else {
                read.met = true;
            }
            match status.post {
                Ok(post) => self.keep(post, raw, text, page),
                Err(Left::NotPublic) => page.dropped.not_public += 1,
                Err(Left::OptedOut) => page.dropped.opted_out += 1,
                Err(Left::Empty) => {}
            }
            read.marks.push(Mark {
                id: status.id,
                uri: status.uri,
                at: status.at,
            });
        }
        let own = |url: Option<String>| {
            url.and_then(|url| answer.url.join(&url).ok())
                .filter(|url| self.is_own(url))
        };
        read.next = own(answer.header("link").and_then(link::next)).or_else(|| {
            let oldest = read.marks.last()?;
            self.statuses(&[("max_id", &oldest.id)]).ok()
        });
        Ok(read)
    }

    fn keep(&self, mut post: Post, raw: &RawValue, text: &str, page: &mut Page) {
        let newest = post.edited_at.max(post.published_at);
        if newest.is_some_and(|at| at < self.context.since) {
            page.dropped.too_old += 1;
            return;
        }
        // A borrowed raw value is a part of `text`.
        let start = raw.get().as_ptr().addr() - text.as_ptr().addr();
        post.raw = start..start + raw.get().len();
        page.posts.push(post);
    }

    /// Each post carries the account as it is now: what it asked for holds from this moment.
    fn check_owner(&self, account: &Value, owner: &str) -> Result<(), Error> {
        match Profile::read(account) {
            Some(profile) if profile.id == owner && profile.suspended => Err(Error::Suspended),
            Some(profile) if profile.id == owner && profile.opted_out && !self.consent => Err(Error::OptedOut),
            _ => Ok(()),
        }
    }

    fn after_newest(&mut self, read: &Read) {
        self.newest = newest(&read.marks);
        if self.first {
            self.cursor.high.clone_from(&self.newest);
            self.cursor.back = backwards(read, 0, self.context.since);
            self.plan = self.then_back();
            return;
        }
        self.window = self.window_after(read, 0);
        let reached = match &self.cursor.high {
            Some(high) => read.marks.is_empty() || read.marks.iter().any(|mark| mark.uri == high.uri),
            None => true,
        };
        if reached {
            self.raise();
            self.plan = self.then_window();
        } else {
            self.plan = Plan::Forward;
        }
    }

    fn after_forward(&mut self, read: &Read) {
        if !read.met && !read.marks.is_empty() {
            self.cursor.high = newest(&read.marks).or(self.cursor.high.take());
            return;
        }
        // The newest page again: either what follows `high` is exactly that page, or this server ignores paging and what lies
        // between cannot be reached. Something as old as `high` on it settles it.
        let high_at = self.cursor.high.as_ref().and_then(|high| high.at);
        let all_newer = read.marks.iter().all(|mark| mark.at > high_at);
        if read.fresh == 0 && !read.marks.is_empty() && all_newer {
            self.plan = Plan::Trial;
        } else {
            self.raise();
            self.plan = self.then_window();
        }
    }

    /// Returns whether posts may lie between `high` and the newest page that this server does not give.
    fn after_trial(&mut self, read: &Read) -> bool {
        self.raise();
        self.plan = self.then_window();
        read.met
    }

    fn after_window(&mut self, read: &Read) {
        let pages = self.window.as_ref().map_or(0, |(_, pages)| pages + 1);
        self.window = if read.fresh == 0 {
            None
        } else {
            self.window_after(read, pages)
        };
        self.plan = self.then_window();
    }

    fn after_back(&mut self, read: &Read) {
        if let Some(back) = self.cursor.back.take()
            && read.fresh > 0
        {
            self.cursor.back = backwards(read, back.pages + 1, back.since);
        }
        self.plan = self.then_back();
    }

    /// Everything up to the newest page has been handed out.
    fn raise(&mut self) {
        if let Some(newest) = self.newest.take() {
            self.cursor.high = Some(newest);
        }
    }

    fn then_window(&self) -> Plan {
        if self.window.is_some() {
            Plan::Window
        } else {
            self.then_back()
        }
    }

    fn then_back(&self) -> Plan {
        if self.cursor.back.is_some() {
            Plan::Back
        } else {
            Plan::Done
        }
    }

    fn window_after(&self, read: &Read, pages: u32) -> Option<(Url, u32)> {
        let edge = self.context.now.minus(self.context.edit_window).max(self.context.since);
        let young = oldest(&read.marks).is_some_and(|at| at > edge);
        (young && pages < MAX_WINDOW_PAGES).then(|| Some((read.next.clone()?, pages)))?
    }
}

/// What remains of the first reading after this page.
fn backwards(read: &Read, pages: u32, since: Millis) -> Option<Back> {
    let over = oldest(&read.marks).is_some_and(|at| at < since);
    if read.marks.is_empty() || over || pages >= MAX_BACK_PAGES {
        return None;
    }
    Some(Back {
        url: read.next.clone()?.into(),
        pages,
        since,
    })
}

/// The newest post by its date; ids are opaque and an edit may change a post's place.
fn newest(marks: &[Mark]) -> Option<Mark> {
    let mut best: Option<&Mark> = None;
    for mark in marks {
        if best.is_none_or(|best| mark.at > best.at) {
            best = Some(mark);
        }
    }
    best.cloned()
}

/// The date of the last post that has one: lists run from new to old.
fn oldest(marks: &[Mark]) -> Option<Millis> {
    marks.iter().rev().find_map(|mark| mark.at)
}

#[cfg(test)]
mod tests;
