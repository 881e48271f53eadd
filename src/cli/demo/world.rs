//! The region while it lives: who has posted what by now.
//!
//! Does: hold posts, publish, edit and delete them by the script, answer what a list shows. Does not: know HTTP.
//! Invariant: ids ascend with the time of publishing, as on Mastodon; an edit keeps the id; what is deleted is not shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::app::clock::Clock;
use crate::model::{Millis, Visibility};

use super::region::{Place, Region};
use super::script::{Edit, Expect, Script, Scripted};

/// Span over which the neutral posts are spread: within what a first poll looks back.
const SPREAD: Duration = Duration::from_hours(13 * 24);
/// Mastodon's largest page.
const PAGE_MOST: usize = 40;
/// The account whose owner asked not to be indexed.
const NOT_INDEXED: &str = "slametwidi";

/// An account of a demo host.
#[derive(Debug)]
pub struct Voice {
    /// Display name.
    pub name: String,
    /// Where it is served; strangers speak on the Mastodon host.
    pub place: Place,
    /// Its number on the Mastodon host.
    pub number: u64,
    /// Whether the owner asked not to be indexed.
    pub noindex: bool,
}

/// A post.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Ascends with time.
    pub id: u64,
    /// Whose.
    pub handle: String,
    /// Words; in a feed `title :: body`. Empty for a share.
    pub text: String,
    /// When published.
    pub published: Millis,
    /// When last edited.
    pub edited: Option<Millis>,
    /// Earlier words and since when, oldest first.
    pub before: Vec<(Millis, String)>,
    /// Who may read it.
    pub visibility: Visibility,
    /// Content warning.
    pub warning: Option<String>,
    /// Description of an attached picture.
    pub alt: Option<String>,
    /// Poll options.
    pub poll: Vec<String>,
    /// The post that this one shows again.
    pub share_of: Option<u64>,
    /// What the script expects of it now.
    pub expect: Expect,
}

/// Which part of a list is asked for.
#[derive(Debug, Default, Clone, Copy)]
pub struct Window {
    /// Older than this.
    pub max_id: Option<u64>,
    /// Newer than this, newest first.
    pub since_id: Option<u64>,
    /// Newer than this, those next to it.
    pub min_id: Option<u64>,
    /// At most so many.
    pub limit: Option<usize>,
    /// Without shares.
    pub exclude_reblogs: bool,
}

/// A change that the script holds ready.
#[derive(Debug)]
struct Change {
    after: u64,
    id: u64,
    kind: ChangeKind,
}

#[derive(Debug)]
enum ChangeKind {
    Edit(String, Expect),
    Delete,
}

/// What a step of the script did, for the person who watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A new post.
    Published,
    /// An edit.
    Edited,
    /// A deletion.
    Deleted,
}

/// The living region.
pub struct World {
    clock: Clock,
    started: Millis,
    voices: BTreeMap<String, Voice>,
    live: Vec<(String, String)>,
    live_every: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    posts: BTreeMap<u64, Entry>,
    deleted: BTreeMap<u64, Entry>,
    changes: Vec<Change>,
    published_live: u64,
}

impl World {
    /// The region as it is when the demo starts.
    pub fn new(region: &Region, script: Script, clock: Clock) -> Self {
        let started = clock();
        let mut drafts = neutral(&script, started);
        let Script {
            posts, shares, live, ..
        } = script;
        drafts.extend(posts.into_iter().map(|post| Draft::scripted(post, started)));
        drafts.extend(shares.into_iter().map(|share| Draft {
            shares: Some(share.of),
            expect: share.expect,
            ..Draft::plain(share.handle, String::new(), hours_ago(started, share.hours))
        }));
        Self {
            clock,
            started,
            voices: voices(region),
            live: live.posts,
            live_every: live.every.max(1),
            state: Mutex::new(settle(drafts)),
        }
    }

    /// When the demo began.
    #[cfg(test)]
    pub fn started(&self) -> Millis {
        self.started
    }

    /// What time it is.
    pub fn now(&self) -> Millis {
        (self.clock)()
    }

    /// An account by its handle.
    pub fn voice(&self, handle: &str) -> Option<&Voice> {
        self.voices.get(handle)
    }

    /// An account of the Mastodon host by its number.
    pub fn handle_of(&self, number: u64) -> Option<&str> {
        let mut on_masto = self.voices.iter().filter(|(_, voice)| voice.place == Place::Masto);
        on_masto
            .find(|(_, voice)| voice.number == number)
            .map(|(handle, _)| handle.as_str())
    }

    /// A post that is still there.
    pub fn post(&self, id: u64) -> Option<Entry> {
        self.state().posts.get(&id).cloned()
    }

    /// What a post says; of a share, what it shows again.
    pub fn words(&self, id: u64) -> Option<String> {
        let post = self.post(id)?;
        match post.share_of {
            Some(shared) => self.words(shared),
            None => Some(post.text),
        }
    }

    /// Part of an account's list, newest first.
    pub fn list(&self, handle: &str, window: Window) -> Vec<Entry> {
        let limit = window.limit.unwrap_or(20).clamp(1, PAGE_MOST);
        let state = self.state();
        let mut found: Vec<&Entry> = state
            .posts
            .values()
            .filter(|post| post.handle == handle)
            .filter(|post| window.max_id.is_none_or(|id| post.id < id))
            .filter(|post| window.since_id.is_none_or(|id| post.id > id))
            .filter(|post| window.min_id.is_none_or(|id| post.id > id))
            .filter(|post| !(window.exclude_reblogs && post.share_of.is_some()))
            .collect();
        if window.min_id.is_some() {
            found.truncate(limit);
            found.reverse();
        } else {
            found.reverse();
            found.truncate(limit);
        }
        found.into_iter().cloned().collect()
    }

    /// Lets happen what the script has for this moment; at most one new post for each call.
    pub fn step(&self) -> Vec<Happened> {
        let now = self.now();
        let elapsed = now.since(self.started).as_secs();
        let mut happened = self.change(now, |change| change.after <= elapsed);
        let mut state = self.state();
        if elapsed / self.live_every > state.published_live && !self.live.is_empty() {
            let index = usize::try_from(state.published_live).unwrap_or(0) % self.live.len();
            let (handle, text) = self.live[index].clone();
            state.published_live += 1;
            let draft = Draft::plain(handle, text, now);
            let id = free_id(&state.posts, now);
            state.posts.insert(id, draft.entry(id, None));
            happened.push(Happened::Published);
        }
        happened
    }

    /// Every edit and deletion of the script at once: what `--once` does between its two passes.
    pub fn change_all(&self) -> Vec<Happened> {
        self.change(self.now(), |_| true)
    }

    /// How many posts can be read.
    pub fn count(&self) -> usize {
        self.state().posts.len()
    }

    /// Ids of the posts of which the script expects this, deleted ones included.
    pub fn expected(&self, expect: Expect) -> BTreeSet<u64> {
        let state = self.state();
        let all = state.posts.iter().chain(&state.deleted);
        all.filter(|(_, post)| post.expect == expect)
            .map(|(id, _)| *id)
            .collect()
    }

    /// Whether a post was published after the demo began.
    pub fn is_live(&self, id: u64) -> bool {
        i64::try_from(id >> 16).is_ok_and(|at| at >= self.started.0)
    }

    /// Every post there is.
    #[cfg(test)]
    pub fn posts(&self) -> Vec<Entry> {
        self.state().posts.values().cloned().collect()
    }

    fn change(&self, now: Millis, due: impl Fn(&Change) -> bool) -> Vec<Happened> {
        let mut state = self.state();
        let changes: Vec<Change> = state.changes.extract_if(.., |change| due(change)).collect();
        changes.into_iter().map(|change| state.apply(change, now)).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole between statements; a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn apply(&mut self, change: Change, now: Millis) -> Happened {
        match change.kind {
            ChangeKind::Delete => {
                self.deleted.extend(self.posts.remove_entry(&change.id));
                Happened::Deleted
            }
            ChangeKind::Edit(text, expect) => {
                if let Some(post) = self.posts.get_mut(&change.id) {
                    let since = post.edited.unwrap_or(post.published);
                    post.before.push((since, std::mem::replace(&mut post.text, text)));
                    post.edited = Some(now);
                    post.expect = expect;
                }
                Happened::Edited
            }
        }
    }
}

/// A post before it has an id.
struct Draft {
    handle: String,
    text: String,
    published: Millis,
    name: Option<String>,
    shares: Option<String>,
    visibility: Visibility,
    warning: Option<String>,
    alt: Option<String>,
    poll: Vec<String>,
    expect: Expect,
    edit: Option<Edit>,
    delete: Option<u64>,
}

impl Draft {
    fn plain(handle: String, text: String, published: Millis) -> Self {
        Self {
            handle,
            text,
            published,
            name: None,
            shares: None,
            visibility: Visibility::Public,
            warning: None,
            alt: None,
            poll: Vec::new(),
            expect: Expect::Clear,
            edit: None,
            delete: None,
        }
    }

    fn scripted(post: Scripted, started: Millis) -> Self {
        Self {
            name: post.id,
            visibility: post.visibility,
            warning: post.warning,
            alt: post.alt,
            poll: post.poll,
            expect: post.expect.unwrap_or(Expect::Clear),
            edit: post.edit,
            delete: post.delete,
            ..Self::plain(post.handle, post.text, hours_ago(started, post.hours))
        }
    }

    fn entry(self, id: u64, share_of: Option<u64>) -> Entry {
        Entry {
            id,
            handle: self.handle,
            text: self.text,
            published: self.published,
            edited: None,
            before: Vec::new(),
            visibility: self.visibility,
            warning: self.warning,
            alt: self.alt,
            poll: self.poll,
            share_of,
            expect: self.expect,
        }
    }
}

/// Gives every draft its id, oldest first, so that a share comes after what it shows.
fn settle(mut drafts: Vec<Draft>) -> State {
    drafts.sort_by_key(|draft| draft.published);
    let mut state = State::default();
    let mut named: BTreeMap<String, u64> = BTreeMap::new();
    for mut draft in drafts {
        let id = free_id(&state.posts, draft.published);
        if let Some(Edit { after, text, expect }) = draft.edit.take() {
            let kind = ChangeKind::Edit(text, expect);
            state.changes.push(Change { after, id, kind });
        }
        if let Some(after) = draft.delete {
            let kind = ChangeKind::Delete;
            state.changes.push(Change { after, id, kind });
        }
        if let Some(name) = draft.name.take() {
            named.insert(name, id);
        }
        let share_of = draft.shares.take().and_then(|name| named.get(&name).copied());
        state.posts.insert(id, draft.entry(id, share_of));
    }
    state.changes.sort_by_key(|change| change.after);
    state
}

fn neutral(script: &Script, started: Millis) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (who, (handle, texts)) in script.neutral.iter().enumerate() {
        drafts.extend(
            spread(started, texts.len(), who)
                .zip(texts)
                .map(|(at, text)| Draft::plain(handle.clone(), text.clone(), at)),
        );
    }
    let series = &script.series;
    let count = usize::try_from(series.count).unwrap_or(0);
    for (index, at) in spread(started, count, 0).enumerate() {
        let part = &series.parts[index % series.parts.len()];
        let text = format!("Laporan ke-{}. {part}", count - index);
        drafts.push(Draft::plain(series.handle.clone(), text, at));
    }
    drafts
}

/// Instants from one hour ago backwards, evenly, with an odd offset for each account so that they do not coincide.
fn spread(started: Millis, count: usize, who: usize) -> impl Iterator<Item = Millis> {
    let gap = SPREAD / u32::try_from(count.max(1)).unwrap_or(1);
    let first = Duration::from_secs(3600 + 977 * u64::try_from(who).unwrap_or(0) % 30_000);
    (0..count).map(move |index| started.minus(first + gap * u32::try_from(index).unwrap_or(0)))
}

fn hours_ago(started: Millis, hours: f64) -> Millis {
    started.minus(Duration::from_secs_f64(hours * 3600.0))
}

/// Mastodon's ids: the time in milliseconds, and room for a count.
fn free_id(posts: &BTreeMap<u64, Entry>, at: Millis) -> u64 {
    let mut id = u64::try_from(at.0).unwrap_or(0) << 16;
    while posts.contains_key(&id) {
        id += 1;
    }
    id
}

fn voices(region: &Region) -> BTreeMap<String, Voice> {
    let registered = region.accounts.iter().map(|(handle, account)| {
        let name = region.people.get(&account.0).map_or(handle, |person| &person.0);
        (handle, name, account.1)
    });
    let strangers = region
        .strangers
        .iter()
        .map(|(handle, name)| (handle, name, Place::Masto));
    registered
        .chain(strangers)
        .zip(109_000_000_000..)
        .map(|((handle, name, place), number)| {
            let voice = Voice {
                name: name.clone(),
                place,
                number,
                noindex: handle == NOT_INDEXED,
            };
            (handle.clone(), voice)
        })
        .collect()
}

#[cfg(test)]
pub mod tests;
